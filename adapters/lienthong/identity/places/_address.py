"""Finding the unit that an address names: from its end, province, then district if there is one, then commune."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from lienthong.identity.places._model import Level, Place
from lienthong.identity.places._spelling import Piece, Spelling, pieces

if TYPE_CHECKING:
    from lienthong.identity.places._history import PlaceHistory

__all__ = ["Located", "locate"]

_KINDS: Final = {
    Level.PROVINCE: frozenset({None, "tỉnh", "thành phố"}),
    Level.DISTRICT: frozenset({None, "thành phố", "thị xã", "quận", "huyện"}),
    Level.COMMUNE: frozenset({None, "xã", "phường", "thị trấn", "đặc khu"}),
}
_MOST_PIECES: Final = 12
_DISTRICTS_ENDED: Final = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Located:
    """The unit that an address names.

    ``places`` is empty if none was found and has several entries if the name is not unique. ``on`` is the day for which they were
    read: that of the paper, or the last day of a unit that had ended before (people go on writing old names). ``detail`` is
    what stands before the unit: street, number, hamlet.
    """

    places: tuple[Place, ...]
    on: date
    detail: str

    @property
    def level(self) -> Level | None:
        """The level of the unit found."""
        return self.places[0].level if self.places else None


def locate(history: PlaceHistory, found: list[Piece], on: date) -> Located:
    """Read the pieces of an address from its end."""
    if not found or len(found) > _MOST_PIECES:
        return Located((), on, "")
    provinces, rest = _province(history, found)
    if not rest:
        return _located(provinces, on, [])
    districts = _named(history, Level.DISTRICT, rest[-1], provinces)
    if districts and len(rest) > 1:
        communes = _named(history, Level.COMMUNE, rest[-2], districts)
        if communes := communes or _unique(history, rest[-2], provinces):
            return _located(communes, on, rest[:-2])
    communes = _in_province(history, rest[-1], provinces)
    if communes and districts:
        communes = communes if on >= _DISTRICTS_ENDED or _says_commune(rest[-1]) else []
    if communes:
        return _located(communes, on, rest[:-1])
    if districts:
        return _located(districts, on, rest[:-1])
    if len(rest) > 1 and (communes := _unique(history, rest[-2], provinces)):
        return _located(communes, on, rest[:-2])
    return _located(provinces, on, rest)


def _province(history: PlaceHistory, found: list[Piece]) -> tuple[list[Place], list[Piece]]:
    provinces = _named(history, Level.PROVINCE, found[-1], None)
    if provinces:
        return provinces, found[:-1]
    if len(found) > 1:
        # "… - Bà Rịa - Vũng Tàu": a dash inside the name was taken for one between units.
        joined = pieces(f"{found[-2].text} {found[-1].text}")
        provinces = _named(history, Level.PROVINCE, joined[-1], None) if joined else []
        if provinces:
            return provinces, found[:-2]
    return [], found


def _in_province(history: PlaceHistory, piece: Piece, provinces: list[Place]) -> list[Place]:
    """Find communes whose district, if any, the address leaves out."""
    if not provinces:
        return _named(history, Level.COMMUNE, piece, None)
    districts = [unit for province in provinces for unit in history.below(Level.DISTRICT, province)]
    return _named(history, Level.COMMUNE, piece, [*provinces, *districts])


def _unique(history: PlaceHistory, piece: Piece, provinces: list[Place]) -> list[Place]:
    """Find a commune although its district is another one today: districts changed, names that are unique still tell."""
    if not provinces:
        return []
    found = _in_province(history, piece, provinces)
    return found if len({place.code for place in found}) == 1 else []


def _named(
    history: PlaceHistory, level: Level, piece: Piece, within: Iterable[Place] | None
) -> list[Place]:
    readings = tuple(r for r in piece.readings if r.kind in _KINDS[level])
    above = list(within) if within else None
    return history.named(level, Piece(piece.text, readings), above) if readings else []


def _says_commune(piece: Piece) -> bool:
    reading: Spelling = piece.readings[0]
    return reading.kind in _KINDS[Level.COMMUNE] - {None}


def _located(places: list[Place], on: date, detail: list[Piece]) -> Located:
    chosen, day = _of_the_time(places, on)
    return Located(tuple(chosen), day, ", ".join(piece.text for piece in detail))


def _of_the_time(places: list[Place], on: date) -> tuple[list[Place], date]:
    standing = [place for place in places if place.stands(on)]
    if standing:
        return standing, on
    ended = [place.until for place in places if place.until is not None and place.until <= on]
    if ended:
        last = max(ended)
        return [place for place in places if place.until == last], last - timedelta(days=1)
    begun = [place.since for place in places if place.since is not None]
    if not begun:
        return [], on
    first = min(begun)
    return [place for place in places if place.since == first], first
