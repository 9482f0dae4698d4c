"""Whether two located addresses mean one place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lienthong.identity.places._address import Located
from lienthong.identity.places._model import Level, Place, PlaceMatch, Succession
from lienthong.identity.places._spelling import detail_words
from lienthong.identity.places._words import Rule, match

if TYPE_CHECKING:
    from lienthong.identity.places._history import PlaceHistory

__all__ = ["compare_places"]


def compare_places(history: PlaceHistory, one: Located, other: Located) -> PlaceMatch:
    """Compare two located addresses; see ``PlaceHistory.same_place``."""
    if not one.places or not other.places:
        return match(Rule.NOT_FOUND)
    older, newer = sorted((one, other), key=lambda side: side.on)
    if older.level is not newer.level:
        return _different_levels(history, older, newer)
    rule, link = _same_level(history, older, newer)
    if rule in {Rule.SAME_UNIT, Rule.JOINED} and _details_differ(one.detail, other.detail):
        return match(Rule.DETAIL_DIFFERS, history.full_name(newer.places[0]))
    return match(
        rule,
        history.full_name(older.places[0]),
        history.full_name(newer.places[0]),
        newer.places[0].since,
        link.sources if link else (),
    )


def _same_level(
    history: PlaceHistory, older: Located, newer: Located
) -> tuple[Rule, Succession | None]:
    """Compare on the day of the newer side: what became of the older unit until then?"""
    wanted = set(newer.places)
    outcomes: list[tuple[Rule, Succession | None]] = []
    for place in older.places:
        heirs = _standing(history, place, newer.on)
        hits = [link for link in heirs if link.place in wanted]
        if not hits:
            outcomes.append((Rule.OTHER_PLACE, None))
        elif hits[0].place is place:
            outcomes.append((Rule.SAME_UNIT, None))
        elif len(heirs) == 1 and hits[0].whole:
            outcomes.append((Rule.JOINED, hits[0]))
        else:
            outcomes.append((Rule.DIVIDED, hits[0]))
    rules = {rule for rule, _ in outcomes}
    if len(rules) == 1 and (len(wanted) == 1 or rules == {Rule.OTHER_PLACE}):
        return outcomes[0]
    return Rule.AMBIGUOUS, None


def _standing(history: PlaceHistory, place: Place, on: date) -> tuple[Succession, ...]:
    return history.successors(place, place.level, on)


def _different_levels(history: PlaceHistory, older: Located, newer: Located) -> PlaceMatch:
    coarse, fine = sorted((older, newer), key=lambda side: list(Level).index(_level(side)))
    day = max(older.on, newer.on)
    heirs = [link for unit in coarse.places for link in _standing(history, unit, day)]
    coarse_units = {link.place for link in heirs} or set(coarse.places)
    if coarse_units == set(fine.places):
        # An island district that became a special zone.
        return match(
            Rule.JOINED,
            history.full_name(older.places[0]),
            history.full_name(newer.places[0]),
            newer.places[0].since,
            heirs[0].sources,
        )
    if coarse.level is Level.PROVINCE:
        above = {unit for place in fine.places if (unit := history.province(place))}
        inside = {link.place for unit in above for link in _standing(history, unit, day)}
    else:
        # Districts have no successors: look where the commune of today lay when they ended.
        last = min(coarse.on, fine.on)
        origins = {
            link.place
            for place in fine.places
            for link in history.predecessors(place, place.level, last)
        } or set(fine.places)
        inside = {unit for place in origins if (unit := history.parent(place))}
        coarse_units = set(coarse.places)
    rule = Rule.COARSER if inside & coarse_units else Rule.OTHER_PLACE
    return match(rule, history.full_name(older.places[0]), history.full_name(newer.places[0]))


def _level(side: Located) -> Level:
    return side.level or Level.COMMUNE


def _details_differ(one: str, other: str) -> bool:
    mine, theirs = set(detail_words(one)), set(detail_words(other))
    return bool(mine and theirs) and not (mine <= theirs or theirs <= mine)
