"""Whether an address in a later record is another place, or the same under the names and codes of another time.

Communes were joined, divided and renamed, and codes given again, most of all on 1 July 2025: a register that follows them
writes other codes for people who never moved.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from lienthong.identity import nfc
from lienthong.identity.places import Level, Place, PlaceHistory
from lienthong.interface import Address


def elsewhere(before: Address | None, after: Address | None, on: date) -> bool:
    """Whether two addresses are two places. Districts ended in 2025 and are left out; what one of them leaves empty tells
    nothing.

    Args:
        before: In the older record.
        after: In the newer one.
        on: The day of the newer record.
    """
    if before is None or after is None:
        return False
    moved = differ(before.detail, after.detail)
    if before.commune and after.commune:
        return moved or not _same(before.commune, after.commune, Level.COMMUNE, on)
    if before.province and after.province:
        return moved or not _same(before.province, after.province, Level.PROVINCE, on)
    return moved


def differ(before: str, after: str) -> bool:
    """Whether two texts are both there and not the same, case and spacing aside."""
    return bool(before and after) and plain(before) != plain(after)


def plain(text: str) -> str:
    """A text in small letters, NFC, with single spaces."""
    return " ".join(nfc(text).casefold().split())


def _same(before: str, after: str, level: Level, on: date) -> bool:
    """Whether two codes are one unit, or one became the other, wholly or in part.

    A code may have meant several units, and registers follow a change early or late, so every meaning counts. Of a unit that
    was divided nobody can tell which part a house lies in; that street and house are the same must do.
    """
    if plain(before) == plain(after):
        return True
    olds, news = _history().with_code(level, before), _history().with_code(level, after)
    return any(_became(old, new, on) or _became(new, old, on) for old in olds for new in news)


def _became(old: Place, new: Place, on: date) -> bool:
    day = on if new.until is None or on < new.until else new.until - timedelta(days=1)
    return any(link.place is new for link in _history().successors(old, old.level, day))


@cache
def _history() -> PlaceHistory:
    """All places, read when two records differ for the first time (0.2 s)."""
    return PlaceHistory.load()
