"""The catalogue: what each procedure demands, and which national record may replace which paper.

Files are TOML, one per procedure, plus ``replacements.toml`` (``config/catalogue/README.md`` describes both). What was synchronised
from the nation (``_catalogue_sync``) stands beside them and fills what a file does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from pydantic import ValidationError

from lienthong.identity import IdentityError, ProcedureCode, nfc
from lienthong.interface import (
    Component,
    InvalidRequest,
    ProcedureRecord,
    Requirement,
)

from ._catalogue_diff import filled
from ._rules import ReplacementRule, load_rules
from ._toml import explain, read_toml, require_unique
from .errors import CatalogueInvalid, UnknownComponent, UnknownProcedure

_RULES: Final = "replacements.toml"
_NO_PROCEDURES: Final = frozenset({_RULES, "events.toml"})
_OPENED: Final = 1000
"""National procedures held ready; the others are opened when they are asked for."""
_APPLICANTS: Final = frozenset({"citizen", "business", "organisation"})
_VALID: Final = re.compile(r"permanent|P[1-9][0-9]{0,4}[DWMY]")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Procedures by national code, and the replacement rules in file order.

    Attributes:
        procedures: Those that a file describes.
        rules: Which national record may replace which paper.
        national: Those of the national catalogue, whether a file describes them or not.
        as_of: Id of the newest change that ``national`` knows.
    """

    procedures: Mapping[str, ProcedureRecord]
    rules: tuple[ReplacementRule, ...]
    national: Mapping[str, ProcedureRecord] = field(default_factory=dict, compare=False, repr=False)
    as_of: str = ""
    _opened: dict[str, ProcedureRecord] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads a catalogue folder.

        Raises:
            CatalogueInvalid: A file is missing, is no TOML, breaks the format or repeats a code; the message names it.
        """
        if not folder.is_dir():
            raise CatalogueInvalid(f"There is no catalogue folder {folder}; set catalogue.path.")
        procedures: dict[str, ProcedureRecord] = {}
        for file in sorted(folder.glob("*.toml")):
            if file.name in _NO_PROCEDURES:
                continue
            procedure = _procedure(file)
            if procedure.code in procedures:
                raise CatalogueInvalid(
                    f"{file.name}: procedure {procedure.code} stands in another file too."
                )
            procedures[procedure.code] = procedure
        return cls(procedures, load_rules(folder / _RULES))

    def procedure(self, code: str) -> ProcedureRecord:
        """The procedure of a national code as it is now; a local agency suffix is ignored (hub page §6).

        Raises:
            UnknownProcedure: There is none.
        """
        found = self.find(ProcedureCode.parse(code).national.value)
        if found is None:
            raise UnknownProcedure(f"The catalogue has no procedure {code}.")
        return found

    def find(self, code: str) -> ProcedureRecord | None:
        """The procedure of exactly this code as it is now: the file's, filled from the nation; or the nation's, in force."""
        local = self.procedures.get(code)
        if code not in self.national:
            return local
        found = self._opened.get(code)
        if found is None:
            nation = self.national[code]
            found = filled(local, nation) if local is not None else nation
            if len(self._opened) >= _OPENED:
                self._opened.clear()
            self._opened[code] = found
        return found if local is not None or found.public else None

    def rules_for(self, paper_type: str) -> tuple[ReplacementRule, ...]:
        """The rules that may replace papers of a type, in file order."""
        return tuple(rule for rule in self.rules if rule.paper_type == paper_type)

    def rule(self, rule_id: str) -> ReplacementRule | None:
        """A rule by id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def components_of(procedure: ProcedureRecord, choice: str = "") -> tuple[Component, ...]:
    """The papers a case needs: those of every case, plus those of the chosen alternatives (TRUONGHOP), one a line."""
    chosen = {"", *choice.splitlines()}
    return tuple(item for item in procedure.components if item.case in chosen)


def requirements_of(procedure: ProcedureRecord, choice: str = "") -> tuple[Requirement, ...]:
    """The requirements that hold in a case; ``choice`` as for :func:`components_of`."""
    chosen = {"", *choice.splitlines()}
    return tuple(item for item in procedure.requirements if item.case in chosen)


def component_of(procedure: ProcedureRecord, code: str) -> Component:
    """One paper of a procedure.

    Raises:
        UnknownComponent: The procedure asks for no such paper.
    """
    for component in procedure.components:
        if component.code == code:
            return component
    raise UnknownComponent(f"Procedure {procedure.code} has no component {code}.")


def choices_of(procedure: ProcedureRecord) -> tuple[str, ...]:
    """The alternatives (TRUONGHOP) of a procedure, those that ask for no paper included, without repeats."""
    named = [item.case for item in procedure.components]
    named += [item.case for item in procedure.requirements]
    return tuple(dict.fromkeys((*procedure.cases, *filter(None, named))))


def chosen_of(procedure: ProcedureRecord, choice: str | Iterable[str]) -> str:
    """The alternatives chosen for a case as it keeps them, one a line; none for an empty list.

    Raises:
        InvalidRequest: The procedure has no such alternative.
    """
    known = choices_of(procedure)
    named = {nfc(item).strip() for item in ([choice] if isinstance(choice, str) else choice)}
    if not named.issubset(known):
        raise InvalidRequest(
            "choice",
            f"must be one of the {len(known)} alternatives of the procedure",
            "Đề nghị chọn trường hợp trong danh sách của thủ tục.",
        )
    return "\n".join(item for item in known if item in named)


def _procedure(file: Path) -> ProcedureRecord:
    try:
        procedure = ProcedureRecord.model_validate(read_toml(file))
    except ValidationError as error:
        raise CatalogueInvalid(explain(file.name, error)) from None
    if procedure.code != file.stem:
        raise CatalogueInvalid(f"{file.name}: the file must be named {procedure.code}.toml.")
    try:
        national = ProcedureCode.parse(procedure.code).national.value
    except IdentityError as error:
        raise CatalogueInvalid(f"{file.name}: code: {error.message}.") from None
    if national != procedure.code:
        raise CatalogueInvalid(f"{file.name}: code: must be {national}, without an agency.")
    if not procedure.applicant or not _APPLICANTS.issuperset(procedure.applicant):
        raise CatalogueInvalid(
            f"{file.name}: applicant: must name some of {', '.join(sorted(_APPLICANTS))}."
        )
    if procedure.working_days is not None and not 0 <= procedure.working_days <= 3660:
        raise CatalogueInvalid(f"{file.name}: working_days: must lie between 0 and 3660.")
    require_unique(file, "component", (item.code for item in procedure.components))
    require_unique(file, "result", (item.code for item in procedure.results))
    _require_sound(file, procedure)
    for result in procedure.results:
        if not _VALID.fullmatch(result.valid):
            raise CatalogueInvalid(
                f"{file.name}: result {result.code}: valid: must be permanent or a term such as P6M or P1Y."
            )
    return procedure


def _require_sound(file: Path, procedure: ProcedureRecord) -> None:
    """Refuses requirements that name papers wrongly, and a procedure that leaves open whether it demands papers."""
    if "components" not in procedure.model_fields_set:
        raise CatalogueInvalid(
            f"{file.name}: components: list the papers, or write `components = []` if none is demanded."
        )
    cases = {item.code: item.case for item in procedure.components}
    taken: set[str] = set(cases)
    for requirement in procedure.requirements:
        place = f"{file.name}: requirement {requirement.code}"
        if requirement.code in taken:
            raise CatalogueInvalid(f"{place}: the code stands in the file already.")
        taken.add(requirement.code)
        for papers in requirement.lists or ():
            if not papers:
                raise CatalogueInvalid(
                    f"{place}: lists: a list without papers; write `lists = []` when no paper exists."
                )
            for code in papers:
                if cases.get(code) != requirement.case:
                    raise CatalogueInvalid(
                        f"{place}: lists: {code} is no component of the same case of this procedure."
                    )
    named = [
        code
        for requirement in procedure.requirements
        for code in {paper for papers in requirement.lists or () for paper in papers}
    ]
    require_unique(file, "in two requirements, component", named)
