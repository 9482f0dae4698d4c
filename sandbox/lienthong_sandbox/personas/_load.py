"""Reads ``personas.toml`` and refuses a file whose people contradict themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from lienthong_sandbox.personas._identifiers import personal_id_fault, tax_number_fault
from lienthong_sandbox.personas._personas import (
    Activity,
    Certificate,
    Citizen,
    Declared,
    Holder,
    Insurance,
    Member,
    Organisation,
    Parcel,
    Persona,
    Personas,
    Place,
    Purpose,
    Relative,
)

_T = TypeVar("_T")


class PersonasFaultyError(ValueError):
    """``personas.toml`` contradicts itself; the message lists every fault by persona key."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("personas.toml is faulty: " + "; ".join(faults))


@cache
def load_personas() -> Personas:
    """The people of the sandbox, always the same.

    Raises:
        PersonasFaultyError: Two people share a number, or digits contradict birth, sex or check digit.
    """
    text = files(__package__).joinpath("personas.toml").read_text(encoding="utf-8")
    return parse_personas(text)


def parse_personas(text: str) -> Personas:
    """Reads people from TOML text in the shape of ``personas.toml``.

    Raises:
        PersonasFaultyError: See ``load_personas``.
        tomllib.TOMLDecodeError: It is not TOML.
    """
    document = tomllib.loads(text)
    try:
        personas = Personas(
            people=tuple(map(_persona, document["people"])),
            organisations=tuple(map(_organisation, document["organisations"])),
            certificates=tuple(map(_certificate, document["certificates"])),
        )
    except (KeyError, TypeError) as error:
        raise PersonasFaultyError([f"a field is missing or unknown: {error}"]) from error
    if faults := list(_faults(personas)):
        raise PersonasFaultyError(faults)
    return personas


def _persona(table: Mapping[str, Any]) -> Persona:
    citizen = _maybe(_citizen, table.get("citizen"))
    insurance = _maybe(lambda row: _insurance(row, citizen), table.get("insurance"))
    declared = dict(table.get("declared", {}))
    if citizen is not None:
        # Mostly people declare what the register holds; the file says only where they differ.
        declared = {
            "number": citizen.personal_id or citizen.card,
            "name": citizen.name,
            "birth": citizen.birth,
            "sex": citizen.sex,
        } | declared
    return Persona(
        key=table["key"],
        tags=frozenset(table["tags"]),
        note=table["note"],
        declared=Declared(**declared),
        citizen=citizen,
        insurance=insurance,
        organisation=table.get("organisation", ""),
    )


def _citizen(table: Mapping[str, Any]) -> Citizen:
    permanent = Place(**table["permanent"])
    birth_place = Place(**table.get("birth_place", table["permanent"]))
    defaults: dict[str, Any] = {
        "personal_id": "",
        "card": "",
        "ethnicity": "01",
        "religion": "00",
        "marital": "1",
        "blood": "00",
        "nationality": "VN",
        "household_book": "",
    }
    return Citizen(
        **defaults
        | dict(table)
        | {
            "birth_place": birth_place,
            "origin": Place(**table["origin"]) if "origin" in table else birth_place,
            "permanent": permanent,
            "current": Place(**table["current"]) if "current" in table else permanent,
            "father": _maybe(_relative, table.get("father")),
            "mother": _maybe(_relative, table.get("mother")),
            "spouse": _maybe(_relative, table.get("spouse")),
            "representative": _maybe(_relative, table.get("representative")),
            "head": _maybe(_member, table.get("head")),
            "members": tuple(map(_member, table.get("members", ()))),
        }
    )


def _insurance(table: Mapping[str, Any], citizen: Citizen | None) -> Insurance:
    held: dict[str, Any] = {}
    if citizen is not None:
        held = {
            "name": citizen.name,
            "birth": citizen.birth,
            "sex": citizen.sex,
            "place": citizen.birth_place,
        }
    own = dict(table)
    if "place" in own:
        own["place"] = Place(**own["place"])
    return Insurance(**held | own)


def _certificate(table: Mapping[str, Any]) -> Certificate:
    parcels = tuple(
        Parcel(**dict(row) | {"purposes": tuple(Purpose(**use) for use in row["purposes"])})
        for row in table["parcels"]
    )
    return Certificate(**dict(table) | {"owners": tuple(table["owners"]), "parcels": parcels})


def _organisation(table: Mapping[str, Any]) -> Organisation:
    defaults: dict[str, Any] = {
        "old_number": "",
        "short_name": "",
        "foreign_name": "",
        "changes": 0,
    }
    return Organisation(
        **defaults
        | dict(table)
        | {
            "tags": frozenset(table["tags"]),
            "representatives": tuple(table["representatives"]),
            "place": Place(**table["place"]),
            "activities": tuple(Activity(**row) for row in table.get("activities", ())),
            "holders": tuple(Holder(**row) for row in table.get("holders", ())),
        }
    )


def _relative(table: Mapping[str, Any]) -> Relative:
    return Relative(**table)


def _member(table: Mapping[str, Any]) -> Member:
    return Member(**table)


def _maybe(make: Callable[[Mapping[str, Any]], _T], table: Mapping[str, Any] | None) -> _T | None:
    return None if table is None else make(table)


def _faults(personas: Personas) -> Iterable[str]:
    yield from _doubled("persona key", (person.key for person in personas.people))
    yield from _doubled("organisation key", (unit.key for unit in personas.organisations))
    yield from _doubled("tax number", (unit.number for unit in personas.organisations))
    yield from _doubled("serial", (paper.serial for paper in personas.certificates))
    citizens = [p.citizen for p in personas.people if p.citizen]
    yield from _doubled("personal_id", (c.personal_id for c in citizens if c.personal_id))
    yield from _doubled("card", (c.card for c in citizens if c.card))
    insured = [p.insurance.number for p in personas.people if p.insurance]
    yield from _doubled("insurance number", insured)
    for person in personas.people:
        yield from (f"{person.key}: {fault}" for fault in _person_faults(person))
    for unit in personas.organisations:
        owner_number = unit.kind == "household" and len(unit.number) == 12
        if not owner_number and (fault := tax_number_fault(unit.number)):
            yield f"{unit.key}: tax number, {fault}"
    keys = {p.key for p in personas.people} | {u.key for u in personas.organisations}
    for paper in personas.certificates:
        yield from (f"{paper.serial}: no owner {key}" for key in paper.owners if key not in keys)
    for person in personas.people:
        if person.organisation and person.organisation not in keys:
            yield f"{person.key}: no organisation {person.organisation}"


def _person_faults(person: Persona) -> Iterable[str]:
    citizen = person.citizen
    if citizen is not None:
        if not (citizen.personal_id or citizen.card):
            yield "neither personal_id nor card"
        if citizen.personal_id and (
            fault := personal_id_fault(citizen.personal_id, citizen.birth, citizen.sex)
        ):
            yield f"personal_id, {fault}"
        if citizen.card and not _digits(citizen.card, 9):
            yield "card is not 9 digits"
    if person.insurance is not None and not _digits(person.insurance.number, 10):
        yield "insurance number is not 10 digits"


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _doubled(what: str, values: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield f"{what} {value} stands twice"
        seen.add(value)
