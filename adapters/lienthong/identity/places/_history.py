"""The history of places: what stood when, what became of it, and whether two addresses mean one place.

What the packaged lists hold:

* all provinces: the 63 of the time before 1 July 2025 and the 34 since, with the changes of 1997, 2004, 2008, 2025 and 2026;
* all 696 districts as they stood when districts ended;
* all 10,035 communes of 30 June 2025 and the 3,321 of today with the 34 resolutions of 16 June 2025 that joined them. For the
  province of Hưng Yên (old Hưng Yên and old Thái Bình) every clause of resolution 1666/NQ-UBTVQH15 was read. For the other
  provinces two independent public readings of the resolutions were compared; where they differed (66 communes) the text
  decided. Of all 10,566 links a program then found nine in ten in the text, and two that both readings had wrong;
  the rest stand in clauses that it could not read (about 990, mostly in Hải Phòng) and rest on the two readings;
* for old Hưng Yên and Thái Bình also the changes of communes of 2013, 2020 and 2024.

What they do not hold: changes of communes before 2025 in other provinces, changes of districts before 2025, and the lines
along which a divided commune was divided. A folder with fuller lists can be given to ``PlaceHistory.load``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Self

from lienthong.identity._dates import VIETNAM
from lienthong.identity.places._address import Located, locate
from lienthong.identity.places._compare import compare_places
from lienthong.identity.places._model import (
    CodeCheck,
    Level,
    Place,
    PlaceMatch,
    Source,
    Succession,
)
from lienthong.identity.places._read import PACKAGED, Change, Lists, read_lists
from lienthong.identity.places._spelling import Piece, Spelling, pieces, spelling
from lienthong.identity.places._words import check_sentences

__all__ = ["PlaceHistory", "PlaceView"]


class PlaceHistory:
    """Provinces, districts and communes through time. Build it once with ``load``; it never changes."""

    def __init__(self, lists: Lists) -> None:
        self._places = lists.places
        self._sources = lists.sources
        self._by_code: dict[tuple[Level, str], list[Place]] = defaultdict(list)
        self._by_parent: dict[tuple[Level, str], list[Place]] = defaultdict(list)
        for place in lists.places:
            self._by_code[place.level, place.code].append(place)
            self._by_parent[place.level, place.parent].append(place)
        self._after: dict[Place, list[Change]] = defaultdict(list)
        self._before: dict[Place, list[Change]] = defaultdict(list)
        for change in lists.changes:
            self._after[change.old].append(change)
            self._before[change.new].append(change)

    @classmethod
    def load(cls, folder: Path | None = None, *, down_to: Level = Level.COMMUNE) -> Self:
        """Read the lists of the package, or of ``folder`` (same files, see ``_read``), as far down as ``down_to``.

        The whole takes about 0.2 s, provinces alone some milliseconds. Raises ``InvalidPlaceData``.
        """
        return cls(read_lists(folder or PACKAGED, down_to))

    @property
    def sources(self) -> dict[str, Source]:
        """The texts behind the rows, by key."""
        return dict(self._sources)

    def at(self, on: date) -> PlaceView:
        """Return the places as they stood on a day."""
        return PlaceView(self, on)

    def successors(self, unit: str | Place, level: Level, on: date) -> tuple[Succession, ...]:
        """Return the units that stand on day ``on`` where ``unit`` stood before, itself if nothing changed.

        ``unit`` is a code, a full name or a place; a code or name means the latest such unit that stood on or before ``on``. Several
        results mean that it was divided. Empty: the unit is unknown, or ended without successor (districts).
        """
        return self._follow(self._meant(unit, level, on), on, self._after, lambda link: link.new)

    def predecessors(self, unit: str | Place, level: Level, on: date) -> tuple[Succession, ...]:
        """Return the units that stood on day ``on`` where ``unit`` stands; code or name mean the latest such unit."""
        return self._follow(self._meant(unit, level, None), on, self._before, lambda link: link.old)

    def check_code(self, code: str, level: Level, on: date | None = None) -> CodeCheck:
        """Say whether a code was in force on day ``on`` (today), and which unit it means there.

        The code of a closed unit stays right on papers of its time: ask with the day of the paper.
        """
        day = on or today()
        standing = [place for place in self._by_code.get((level, code), ()) if place.stands(day)]
        meant = standing or self._meant(code, level, day) or self._by_code.get((level, code), [])
        place = meant[0] if meant else None
        heirs = self.successors(place, level, max(day, today())) if place else ()
        ancestry = [self.full_name(link.place) for link in heirs]
        return CodeCheck(
            place,
            bool(standing),
            *check_sentences(place, self.full_name(place) if place else "", ancestry, heirs, day),
        )

    def with_code(self, level: Level, code: str) -> list[Place]:
        """Return all units that have had a code, oldest first."""
        return list(self._by_code.get((level, code), ()))

    def full_name(self, place: Place) -> str:
        """Return the name with those of the units above it: ``Xã Thủ Sỹ, huyện Tiên Lữ, tỉnh Hưng Yên``."""
        names = [place.name]
        while place.parent:
            above = self.parent(place)
            if above is None:
                break
            names.append(above.name[0].lower() + above.name[1:])
            place = above
        return ", ".join(names)

    def parent(self, place: Place) -> Place | None:
        """Return the unit above, as it stood at the end of the place's time."""
        if not place.parent:
            return None
        level = Level.DISTRICT if len(place.parent) == 3 else Level.PROVINCE
        found = self._by_code.get((level, place.parent), ())
        if place.until is None:
            found = [unit for unit in found if unit.until is None]
        else:
            last = place.until
            found = [
                unit
                for unit in found
                if (unit.since is None or unit.since < last)
                and (unit.until is None or unit.until >= last)
            ]
        return found[0] if found else None

    def province(self, place: Place) -> Place | None:
        """Return the province of a place."""
        while place.level is not Level.PROVINCE:
            above = self.parent(place)
            if above is None:
                return None
            place = above
        return place

    def same_place(
        self,
        address_a: str,
        date_a: date | None,
        address_b: str,
        date_b: date | None,
    ) -> PlaceMatch:
        """Say whether two addresses mean the same place, each in the words of its day (``None``: today).

        Rules: ``same_unit`` and ``joined`` (the older unit went wholly into the newer) are the same; ``detail_differs`` (same commune,
        other street or hamlet), ``divided`` (the older unit went into several, this among them), ``coarser`` (one side names
        only the province or district) and ``ambiguous`` (a name that several units bear) are similar; ``other_place`` is different;
        ``not_found`` is unknown. Units that differ on a day when both stood are different, even if joined later.
        """
        return compare_places(
            self,
            self.locate(address_a, date_a),
            self.locate(address_b, date_b),
        )

    def locate(self, address: str, on: date | None = None) -> Located:
        """Find the smallest unit that an address names in the words of day ``on`` (today)."""
        return locate(self, pieces(address), on or today())

    def named(
        self, level: Level, piece: Piece, within: Iterable[Place] | None = None
    ) -> list[Place]:
        """Return all units of a level, of any time, whose name the piece can be read as, below given units."""
        if within is None:
            candidates: Sequence[Place] = [p for p in self._places if p.level is level]
        else:
            candidates = [
                place
                for code in dict.fromkeys(unit.code for unit in within)
                for place in self._by_parent.get((level, code), ())
            ]
        for reading in piece.readings:
            found = [place for place in candidates if spelling(place.name).names(reading)]
            # Towns become wards and communes towns; people go on writing the word they know.
            if fitting := [place for place in found if _kind_fits(place, reading)] or found:
                return fitting
        return []

    def below(self, level: Level, above: Place) -> list[Place]:
        """Return all units of a level, of any time, directly below a unit with that code."""
        return list(self._by_parent.get((level, above.code), ()))

    def _meant(self, unit: str | Place, level: Level, on: date | None) -> list[Place]:
        if isinstance(unit, Place):
            return [unit]
        found = self._by_code.get((level, unit))
        if not found:
            whole = pieces(unit)
            found = self.named(level, whole[0]) if len(whole) == 1 else []
        begun = [p for p in found if on is None or p.since is None or p.since <= on]
        if not begun:
            return []
        standing = [p for p in begun if p.until is None or (on is not None and p.stands(on))]
        if standing:
            return standing
        last = max(p.until for p in begun if p.until is not None)
        return [p for p in begun if p.until == last]

    def _follow(
        self,
        starts: list[Place],
        on: date,
        links: dict[Place, list[Change]],
        end: Callable[[Change], Place],
    ) -> tuple[Succession, ...]:
        reached: dict[Place, tuple[bool, tuple[Source, ...]]] = {}
        waiting: list[tuple[Place, bool, tuple[Source, ...]]] = [
            (start, True, ()) for start in starts
        ]
        while waiting:
            place, whole, sources = waiting.pop(0)
            if place.stands(on):
                before = reached.get(place)
                reached[place] = (whole or bool(before and before[0]), sources)
                continue
            waiting += [
                (end(link), whole and link.whole, (*sources, link.source))
                for link in links.get(place, ())
            ]
        return tuple(
            Succession(place, whole, tuple(dict.fromkeys(sources)))
            for place, (whole, sources) in reached.items()
        )


def _kind_fits(place: Place, reading: Spelling) -> bool:
    return reading.kind is None or spelling(place.name).kind == reading.kind


def today() -> date:
    """Return the day in Viet Nam."""
    return datetime.now(VIETNAM).date()


class PlaceView:
    """The places as they stood on one day."""

    def __init__(self, history: PlaceHistory, on: date) -> None:
        self._history = history
        self.on = on

    def units(self, level: Level, within: Place | None = None) -> list[Place]:
        """Return the units of a level, all or those directly below one unit."""
        found = self._history._places if within is None else self._history.below(level, within)  # noqa: SLF001 (its own view)
        return [place for place in found if place.level is level and place.stands(self.on)]

    def find(self, name_or_code: str, level: Level, within: Place | None = None) -> list[Place]:
        """Return the units with that code or name; several when a name is not unique."""
        asked = pieces(name_or_code)
        if len(asked) != 1:
            return []
        named = self._history.named(level, asked[0], None if within is None else [within])
        return [
            place
            for place in self.units(level, within)
            if place.code == name_or_code or place in named
        ]
