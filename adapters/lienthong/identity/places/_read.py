"""Reading the lists of places: three lists of units, one of changes, one of sources.

A folder holds ``sources.toml``, ``provinces.csv``, ``districts.csv``, ``communes.csv`` (columns code, name, parent, from, until,
source) and ``changes.csv`` (level, on, old, new, share, source). Days are ``yyyy-MM-dd``; an empty ``from`` means unknown, an
empty ``until`` means still there; ``until`` is the first day without the unit. ``share`` is ``whole`` or ``part``.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from lienthong.identity._text import nfc
from lienthong.identity.errors import InvalidPlaceData
from lienthong.identity.places._model import Level, Place, Source

__all__ = ["PACKAGED", "Change", "Lists", "read_lists"]

PACKAGED: Final = Path(__file__).parent / "data"

_FILES: Final = {
    Level.PROVINCE: "provinces.csv",
    Level.DISTRICT: "districts.csv",
    Level.COMMUNE: "communes.csv",
}
_UNIT_COLUMNS: Final = ["code", "name", "parent", "from", "until", "source"]
_CHANGE_COLUMNS: Final = ["level", "on", "old", "new", "share", "source"]


class Change(NamedTuple):
    """On a day, all or part of one unit went into another."""

    on: date
    old: Place
    new: Place
    whole: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Lists:
    """All units and changes down to a level."""

    places: list[Place]
    changes: list[Change]
    sources: dict[str, Source]


def read_lists(folder: Path, down_to: Level) -> Lists:
    """Read and check the lists; raise ``InvalidPlaceData`` naming file and line."""
    sources = _sources(folder / "sources.toml")
    levels = list(Level)[: list(Level).index(down_to) + 1]
    days: dict[str, date] = {}
    places: list[Place] = []
    units: dict[tuple[Level, str], list[Place]] = {}
    for level in levels:
        for place in _units(folder / _FILES[level], level, sources, days):
            places.append(place)
            units.setdefault((level, place.code), []).append(place)
    changes = list(_changes(folder / "changes.csv", levels, units, sources, days))
    return Lists(places, changes, sources)


def _sources(file: Path) -> dict[str, Source]:
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        return {key: Source(key=key, **values) for key, values in raw.items()}
    except (OSError, ValueError, TypeError) as error:
        raise _invalid(file.name, None, f"cannot be read ({type(error).__name__})") from None


def _rows(file: Path, columns: list[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            if next(reader, None) != columns:
                raise _invalid(file.name, 1, f"the first line must be {','.join(columns)}")
            for row in reader:
                if len(row) != len(columns):
                    raise _invalid(file.name, reader.line_num, f"must have {len(columns)} columns")
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _invalid(file.name, None, f"cannot be read ({type(error).__name__})") from None


def _units(
    file: Path, level: Level, sources: dict[str, Source], days: dict[str, date]
) -> Iterator[Place]:
    for line, (code, name, parent, since, until, source) in _rows(file, _UNIT_COLUMNS):
        if not code or not name or source not in sources:
            raise _invalid(file.name, line, "needs a code, a name and a source of sources.toml")
        start, end = _day(since, days, file, line), _day(until, days, file, line)
        if start and end and start >= end:
            raise _invalid(file.name, line, "ends before it begins")
        yield Place(level, code, nfc(name), parent, start, end, sources[source])


def _changes(
    file: Path,
    levels: list[Level],
    units: dict[tuple[Level, str], list[Place]],
    sources: dict[str, Source],
    days: dict[str, date],
) -> Iterator[Change]:
    wanted = set(levels)
    for line, (level, on, old, new, share, source) in _rows(file, _CHANGE_COLUMNS):
        if level not in list(Level) or share not in {"whole", "part"} or source not in sources:
            raise _invalid(file.name, line, "has an unknown level, share or source")
        if Level(level) not in wanted:
            continue
        day = _day(on, days, file, line)
        if day is None:
            raise _invalid(file.name, line, "needs a day")
        # An island district became a special zone, which stands at the level of communes.
        before = [
            place
            for place in units.get((Level(level), old), ())
            if place.until == day or (place.stands(day) and place.since != day)
        ]
        below = Level.COMMUNE if level == Level.DISTRICT else Level(level)
        after = [place for place in units.get((below, new), ()) if place.stands(day)]
        if below not in wanted:
            continue
        if len(before) != 1 or len(after) != 1:
            raise _invalid(file.name, line, "must name one unit before and one after that day")
        yield Change(day, before[0], after[0], share == "whole", sources[source])


def _day(text: str, days: dict[str, date], file: Path, line: int) -> date | None:
    if not text:
        return None
    if text not in days:
        try:
            days[text] = date.fromisoformat(text)
        except ValueError:
            raise _invalid(file.name, line, "has a day that is not yyyy-MM-dd") from None
    return days[text]


def _invalid(file: str, line: int | None, what: str) -> InvalidPlaceData:
    where = f"{file}, line {line}" if line else file
    return InvalidPlaceData(
        f"{where}: {what}; correct the file or use the lists of the package",
        "places",
        f"Danh mục địa danh bị lỗi ở {where}; đề nghị báo quản trị hệ thống.",
    )
