"""What happened to an owner, seen in national records, and which of the owner's papers that ends.

Half of once-only is knowing that a copy is still good (anchors page §8.1 row 4). Which paper types an event ends is data:
``events.toml`` in the catalogue folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lienthong.interface import (
    CertificateList,
    CertificateRecord,
    CitizenRecord,
    Confirmed,
    LifeStatusQuery,
    OrganisationRecord,
    Query,
    Record,
)

from ._events_places import differ, elsewhere, plain
from ._sources import inactive
from .errors import CatalogueInvalid

_FILE: Final = "events.toml"
_ANY_TYPE: Final = "*"
_CHECKOUT: Final = Path(__file__).resolve().parents[3] / "config" / "catalogue"
_SHIPPED: Final = Path(__file__).resolve().parents[1] / "_config" / "catalogue"

_log = structlog.get_logger("lienthong.onceonly.events")


class EventKind(StrEnum):
    """Something that happened to a person or an organisation."""

    MOVED = "moved"
    MARITAL_STATUS_CHANGED = "marital_status_changed"
    RENAMED = "renamed"
    HOUSEHOLD_CHANGED = "household_changed"
    DIED = "died"
    """The population database says so when it is asked for it (``Confirmed``), in no record (population page A5)."""
    ORGANISATION_INACTIVE = "organisation_inactive"
    ORGANISATION_CHANGED = "organisation_changed"
    CERTIFICATE_REISSUED = "certificate_reissued"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: What.
        number: The number of the paper that it ended, where only one can be meant; ``""`` means all of the type.
    """

    kind: EventKind
    number: str = ""


class EventRule(BaseModel):
    """Which papers an event ends, and on what legal basis."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    version: int = Field(ge=1)
    event: EventKind
    paper_types: tuple[str, ...] = Field(min_length=1)
    """Types of papers; ``*`` means every type."""
    legal_basis: str = Field(min_length=5)
    confidence: Literal["published", "inferred"] = "published"
    sentence_vi: str = Field(min_length=10)
    sentence_en: str = Field(min_length=10)

    def ends(self, event: Event, paper_type: str) -> bool:
        """Whether the event ends a paper of a type."""
        return event.kind is self.event and bool({paper_type, _ANY_TYPE} & set(self.paper_types))


def load_event_rules(folder: Path) -> tuple[EventRule, ...]:
    """The rules of a catalogue folder; the shipped ones, with a line in the log, where the folder has none: a file that is
    missing must not stop a desk, nor let papers be reused that were overtaken.

    Raises:
        CatalogueInvalid: The file is no TOML, repeats an id or breaks the format; the message names the place.
    """
    file = folder / _FILE
    if not file.exists():
        file = (_CHECKOUT if _CHECKOUT.is_dir() else _SHIPPED) / _FILE
        _log.warning("event_rules_shipped", missing=_FILE, hint="copy it from config/catalogue")
    try:
        raw = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueInvalid(f"{_FILE} cannot be read as TOML: {error}.") from error
    items = raw.get("rule", [])
    if set(raw) - {"rule"} or not isinstance(items, list):
        raise CatalogueInvalid(f"{_FILE}: only [[rule]] tables stand here.")
    rules: dict[str, EventRule] = {}
    for number, item in enumerate(items, 1):
        rule = _rule(item, number)
        if rule.id in rules:
            raise CatalogueInvalid(f"{_FILE}: rule {rule.id} stands there twice.")
        rules[rule.id] = rule
    return tuple(rules.values())


def events_between(before: Record | None, after: Record, on: date) -> tuple[Event, ...]:
    """What happened, as far as two records of one owner tell; what one of them leaves empty tells nothing.

    Args:
        before: The record held until now; ``None`` when there is none.
        after: The new one.
        on: The day of the new one, in Vietnam: which places stood then.
    """
    match before, after:
        case CitizenRecord(), CitizenRecord():
            return tuple(_citizen(before, after, on))
        case _, OrganisationRecord():
            known = before if isinstance(before, OrganisationRecord) else None
            return tuple(_organisation(known, after, on))
        case ((CertificateRecord() | CertificateList()), (CertificateRecord() | CertificateList())):
            return tuple(_certificates(before, after))
        case _:
            return ()


def events_confirmed(query: Query, answer: Confirmed) -> tuple[tuple[str, Event], ...]:
    """What a yes of a national system says has happened, and to whom (key of an owner): that somebody died.

    One who is missing may come back (population page A3).
    """
    if isinstance(query, LifeStatusQuery) and "dead" in answer.attributes:
        return ((f"person:{query.person.number.value}", Event(EventKind.DIED)),)
    return ()


def _citizen(before: CitizenRecord, after: CitizenRecord, on: date) -> Iterator[Event]:
    if before.personal_id and after.personal_id and before.personal_id != after.personal_id:
        return  # two people: nothing happened to either
    if elsewhere(before.permanent_address, after.permanent_address, on) or elsewhere(
        before.current_address, after.current_address, on
    ):
        yield Event(EventKind.MOVED)
    if differ(before.marital_status, after.marital_status):
        yield Event(EventKind.MARITAL_STATUS_CHANGED)
    if differ(before.full_name, after.full_name):
        yield Event(EventKind.RENAMED)
    heads = [record.head_of_household for record in (before, after)]
    if differ(before.household_book, after.household_book) or differ(
        *(head.personal_id or head.full_name if head else "" for head in heads)
    ):
        yield Event(EventKind.HOUSEHOLD_CHANGED)


def _organisation(
    before: OrganisationRecord | None, after: OrganisationRecord, on: date
) -> Iterator[Event]:
    # Needs no comparison: what no longer operates has ended, also when this is the first we hear of it.
    if inactive(after):
        yield Event(EventKind.ORGANISATION_INACTIVE)
    if before is None or before.code != after.code:
        return
    if (
        differ(before.name, after.name)
        or elsewhere(before.address, after.address, on)
        or (before.amended and after.amended and before.amended != after.amended)
        or (
            before.representatives
            and after.representatives
            and sorted(map(plain, before.representatives))
            != sorted(map(plain, after.representatives))
        )
    ):
        yield Event(EventKind.ORGANISATION_CHANGED)


def _certificates(
    before: CertificateRecord | CertificateList, after: CertificateRecord | CertificateList
) -> Iterator[Event]:
    """A parcel whose certificate has another serial now; certificates of other parcels say nothing."""
    now = {
        (parcel.commune, parcel.map_sheet, parcel.parcel): item.serial
        for item in _each(after)
        for parcel in item.parcels
    }
    for item in _each(before):
        serials = {
            now.get((parcel.commune, parcel.map_sheet, parcel.parcel)) for parcel in item.parcels
        }
        if any(serial and plain(serial) != plain(item.serial) for serial in serials):
            yield Event(EventKind.CERTIFICATE_REISSUED, item.serial)


def _each(record: CertificateRecord | CertificateList) -> tuple[CertificateRecord, ...]:
    return record.certificates if isinstance(record, CertificateList) else (record,)


def _rule(raw: Any, number: int) -> EventRule:
    named = raw.get("id") if isinstance(raw, dict) else None
    place = f"{_FILE}: rule {named if isinstance(named, str) and named else number}"
    try:
        return EventRule.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise CatalogueInvalid(f"{place}: {field}: {first['msg']}.") from None
