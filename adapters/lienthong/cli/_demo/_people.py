"""Who comes to the desk: the sandbox's synthetic people and organisations, as applicants."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lienthong import Applicant

_SEX: Final = {"1": "male", "2": "female"}
_OLD_BEFORE: Final = "1955"
_CHILD_SINCE: Final = "2010"


@dataclass(frozen=True, slots=True)
class Subject:
    """One persona at the desk."""

    key: str
    tags: frozenset[str]
    life: str
    """Which row of procedures suits them: ``adult``, ``old``, ``child``, ``land``, ``company``, ``shop``."""
    person: Mapping[str, Any] | None
    organisation: Mapping[str, Any] | None
    serials: tuple[str, ...] = ()

    def applicant(self, takes: Collection[str], visit: int) -> Applicant:
        """As they state it at the desk, awkward spellings included.

        Args:
            takes: Who may apply for the procedure (``citizen``, ``business`` …).
            visit: How often they were here: owners of two certificates bring one, then the other.
        """
        unit, person = self.organisation, self.person
        for_units = bool({"business", "organisation"}.intersection(takes))
        # A company acts as itself wherever it may; a household business is its owner, where people may apply.
        as_unit = for_units and (self.life == "company" or "citizen" not in takes)
        if unit is not None and (person is None or as_unit):
            return Applicant.organisation(
                code=unit["number"],
                name=unit["name"],
                representative_id=_number(person) if person is not None else None,
            )
        if person is None:
            msg = "a subject is a person or an organisation"
            raise AssertionError(msg)
        declared = person["declared"]
        insurance = person["insurance"]
        # Those whom the criteria do not tell apart state no number: that is their point.
        known = insurance if "ambiguous" not in self.tags else None
        return Applicant.citizen(
            personal_id=declared["number"],
            full_name=declared["name"],
            birth_date=declared["birth"] or None,
            sex=_SEX.get(declared["sex"]),
            enterprise_code=unit["number"] if unit is not None else None,
            insurance_number=known["number"] if known is not None else None,
            certificate_serial=self.serials[visit % len(self.serials)] if self.serials else None,
        )


def subjects(personas: Mapping[str, Any]) -> tuple[Subject, ...]:
    """Everybody of ``GET /-/personas``: people first, then organisations nobody here stands for."""
    units = {unit["key"]: unit for unit in personas["organisations"]}
    people = [_person(person, units, personas["certificates"]) for person in personas["people"]]
    spoken_for = {subject.organisation["key"] for subject in people if subject.organisation}
    alone = [
        Subject(f"org:{key}", frozenset(unit["tags"]), "company", None, unit)
        for key, unit in units.items()
        if key not in spoken_for
    ]
    return (*people, *alone)


def _person(
    person: Mapping[str, Any],
    units: Mapping[str, Mapping[str, Any]],
    certificates: Sequence[Mapping[str, Any]],
) -> Subject:
    unit = units.get(person["organisation"])
    serials = tuple(paper["serial"] for paper in certificates if person["key"] in paper["owners"])
    return Subject(
        person["key"],
        frozenset(person["tags"]),
        _life(person["declared"]["birth"], unit, serials),
        person,
        unit,
        serials,
    )


def _life(birth: str, unit: Mapping[str, Any] | None, serials: tuple[str, ...]) -> str:
    if unit is not None:
        return "shop" if unit["kind"] == "household" else "company"
    if serials:
        return "land"
    if birth >= _CHILD_SINCE:
        return "child"
    return "old" if birth < _OLD_BEFORE else "adult"


def _number(person: Mapping[str, Any]) -> str | None:
    return str(person["declared"]["number"]) or None
