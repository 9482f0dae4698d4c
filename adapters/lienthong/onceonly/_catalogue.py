"""The catalogue: what each procedure demands, and which national record may replace which paper.

Files are TOML, one per procedure, plus ``replacements.toml`` (``config/catalogue/README.md`` describes both). What was synchronised
from the nation (``_catalogue_sync``) stands beside them and fills what a file does not say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lienthong.identity import IdentityError, ProcedureCode, nfc
from lienthong.interface import (
    CertificateRecord,
    CitizenRecord,
    Component,
    InsuranceRecord,
    InvalidRequest,
    OrganisationRecord,
    ParcelRecord,
    ProcedureRecord,
    Record,
    Requirement,
)

from ._catalogue_diff import filled
from .errors import CatalogueInvalid, UnknownComponent, UnknownProcedure

_RULES: Final = "replacements.toml"
_NO_PROCEDURES: Final = frozenset({_RULES, "events.toml"})
_OPENED: Final = 1000
"""National procedures held ready; the others are opened when they are asked for."""
_APPLICANTS: Final = frozenset({"citizen", "business", "organisation"})
_VALID: Final = re.compile(r"permanent|P[1-9][0-9]{0,4}[DWMY]")

RecordKind = Literal["citizen", "organisation", "insurance", "household", "parcel", "certificate"]

_MODELS: Final[dict[RecordKind, type[Record]]] = {
    "citizen": CitizenRecord,
    "organisation": OrganisationRecord,
    "insurance": InsuranceRecord,
    "household": InsuranceRecord,
    "parcel": ParcelRecord,
    "certificate": CertificateRecord,
}


class ReplacementRule(BaseModel):
    """Which national record may replace papers of a type, on whose announcement, how fresh it must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    version: int = Field(ge=1)
    paper_type: str
    system: str
    record: RecordKind
    needs: tuple[str, ...] = ()
    """Attributes of the record that must have a value."""
    subject: Literal["applicant", "organisation"] = "applicant"
    fresh_days: float = Field(gt=0, le=3660)
    ask_citizen: bool = False
    """Whether the record is fetched and used only when the applicant said so for this paper of this case."""
    legal_basis: str = Field(min_length=5)
    announced_by: str = Field(min_length=2)
    confidence: Literal["published", "inferred"] = "published"
    source: str = ""
    sentence_vi: str = Field(min_length=10)
    sentence_en: str = Field(min_length=10)


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
        return cls(procedures, _rules(folder / _RULES))

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


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueInvalid(f"{file.name} cannot be read as TOML: {error}.") from error


def _procedure(file: Path) -> ProcedureRecord:
    try:
        procedure = ProcedureRecord.model_validate(_read(file))
    except ValidationError as error:
        raise CatalogueInvalid(_explain(file.name, error)) from None
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
    _unique(file, "component", (item.code for item in procedure.components))
    _unique(file, "result", (item.code for item in procedure.results))
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
    _unique(file, "in two requirements, component", named)


def _rules(file: Path) -> tuple[ReplacementRule, ...]:
    if not file.exists():
        raise CatalogueInvalid(f"The catalogue folder has no {_RULES}.")
    raw = _read(file)
    unknown = ", ".join(sorted(raw.keys() - {"rule"}))
    if unknown:
        raise CatalogueInvalid(f"{file.name}: {unknown}: only [[rule]] tables stand here.")
    items = raw.get("rule", [])
    if not isinstance(items, list):
        raise CatalogueInvalid(f"{file.name}: rule: write each rule as a [[rule]] table.")
    rules = tuple(_rule(file, number, item) for number, item in enumerate(items, 1))
    _unique(file, "rule", (rule.id for rule in rules))
    return rules


def _rule(file: Path, number: int, raw: Any) -> ReplacementRule:
    named = raw.get("id") if isinstance(raw, dict) else None
    place = f"{file.name}: rule {named if isinstance(named, str) and named else number}"
    try:
        rule = ReplacementRule.model_validate(raw)
    except ValidationError as error:
        raise CatalogueInvalid(_explain(place, error)) from None
    unknown = ", ".join(
        name for name in rule.needs if name not in _MODELS[rule.record].model_fields
    )
    if unknown:
        # A misspelt need would make every record incomplete, and every citizen bring the paper.
        raise CatalogueInvalid(f"{place}: needs: a {rule.record} record has no {unknown}.")
    return rule


def _unique(file: Path, what: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise CatalogueInvalid(f"{file.name}: {what} {code} stands there twice.")
        seen.add(code)


def _explain(place: str, error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{place}: {field}: {first['msg']}." if field else f"{place}: {first['msg']}."
