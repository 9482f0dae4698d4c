"""What the history of places consists of: units with their days, and how one became another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from lienthong.identity._matches import Match

__all__ = ["CodeCheck", "Level", "Place", "PlaceMatch", "Source", "Succession"]


class Level(StrEnum):
    """Level of an administrative unit. Districts ended on 30 June 2025 (law 72/2025/QH15)."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Source:
    """The text that a row was taken from.

    ``seen`` says how: ``text`` (the resolution itself), ``list`` (an official list that applies it) or ``secondary`` (a
    report of it). ``in_force`` is the first day of the units it made.
    """

    key: str
    title_vi: str
    title_en: str
    in_force: date
    seen: Literal["text", "list", "secondary"]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One administrative unit between two changes. Each is one object of its history, equal to itself alone.

    ``code`` is that of the statistics office: 2 digits for a province, 3 for a district, 5 for a commune; provinces that ended
    before such codes have a word instead. Codes are given again: only level, code and ``since`` together name one unit.
    ``since`` is the first day or ``None`` if unknown (taken as always), ``until`` the first day on which the unit is no
    more, or ``None`` while it exists. ``name`` is the full name: ``Xã Tân Hưng``. ``parent`` is the code of the district or,
    where there is none, the province. Names of places are not personal, but a person's address is: do not log matches.
    """

    level: Level
    code: str
    name: str
    parent: str
    since: date | None
    until: date | None
    source: Source

    def stands(self, on: date) -> bool:
        """Whether the unit exists on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Succession:
    """One link between an older and a newer unit, seen from either side.

    ``place`` is the unit at the other end. ``whole`` says that the older unit went into it entirely; otherwise only a part
    did, and the name alone does not tell where a house lies today. ``sources`` are the texts that made the change, oldest first.
    """

    place: Place
    whole: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """Whether a code was in force on a day, and what became of it: two sentences for the desk.

    ``place`` is the unit meant (``None`` if the code is not in the data); ``valid`` says that it stood on that day.
    """

    place: Place | None
    valid: bool
    sentence_vi: str
    sentence_en: str


class PlaceMatch(Match):
    """The outcome of ``PlaceHistory.same_place``; see there for the rules. Its sentences name the communes."""

    __slots__ = ()
