"""What indicators count of the facts, each count once as an SQL condition: summed in one pass, and listed case by case.

Adding a count means one line in :func:`counts`; the sums and the lists behind a figure follow from it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select, true

from lienthong.storage import tables

Over = Literal["all", "fee", "paper", "no_paper", "online", "certification"]
"""Which procedures a count is about: all, those with a fee, with or without a paper as result, offered fully online,
certifying copies."""
OVER: Final[tuple[Over, ...]] = get_args(Over)

_F: Final = tables.case_facts.c
_TOLD: Final = tables.hub_dossiers.c.dossier.is_not(None)


@dataclass(frozen=True, slots=True)
class Count:
    """One count: cases of the procedures ``over`` for which ``condition`` holds."""

    condition: ColumnElement[bool]
    over: Over = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases belong to a report.

    Attributes:
        start: First moment of the period.
        end: First moment after it.
        as_of: The moment at which open cases are judged: the period's end, or now while it runs.
        unit: The unit with all below it; ``""`` for all.
        cohort: ``received`` in the period, or ``handled``: also those carried over.
        not_counted: Statuses that count nowhere.
        supplement: Reading of the same name.
    """

    start: datetime
    end: datetime
    as_of: datetime
    unit: str
    cohort: str
    not_counted: Collection[str]
    supplement: str

    def condition(self) -> ColumnElement[bool]:
        """The cases of the report; a dossier without reception is never counted (hub page §9)."""
        parts: list[ColumnElement[bool]] = [_F.status.not_in(self.not_counted)]
        if self.cohort == "received":
            parts += [_F.received_at >= self.start, _F.received_at < self.end]
        else:
            parts += [
                _F.received_at < self.end,
                or_(_F.end_at.is_(None), _F.end_at >= self.start),
            ]
        if self.unit:
            parts.append(below(self.unit))
        return and_(*parts)


def below(unit: str) -> ColumnElement[bool]:
    """Cases processed by a unit or one whose e-identifier begins with its own."""
    return or_(_F.unit == unit, _F.unit.startswith(f"{unit}.", autoescape=True))


def overdue(moment: datetime) -> ColumnElement[bool]:
    """Cases that are late at a moment: no end yet, their time is over, and nothing is waited for from the citizen."""
    return and_(
        or_(_F.end_at.is_(None), _F.end_at > moment),
        _F.net_limit_at < moment,
        _F.status.not_in(("5", "6")),
    )


def counts(scope: Scope) -> dict[str, Count]:
    """Every count by name."""
    ended = and_(_F.end_at.is_not(None), _F.end_at <= scope.as_of)
    running = or_(_F.end_at.is_(None), _F.end_at > scope.as_of)
    # Nobody can be late who was given no date at all.
    by_supplements = or_(
        _F.limit_at.is_(None),
        and_(_F.supplements == 1, _F.first_supplement_at <= _F.limit_at),
    )
    ended_in_time = or_(_F.net_limit_at.is_(None), _F.end_at <= _F.net_limit_at)
    if scope.supplement == "always":
        ended_in_time = or_(
            and_(_F.supplements == 0, ended_in_time), and_(_F.supplements > 0, by_supplements)
        )
    running_in_time = or_(
        and_(_F.supplements == 0, or_(_F.limit_at.is_(None), _F.limit_at >= scope.as_of)),
        and_(_F.supplements > 0, by_supplements),
    )
    on_time = or_(and_(ended, ended_in_time), and_(running, running_in_time))
    online = _F.channel == "2"
    return {
        "dossiers": Count(true()),
        "synced": Count(_TOLD),
        "ended": Count(ended),
        "on_time": Count(on_time),
        "overdue": Count(overdue(scope.as_of)),
        "full_online_fit": Count(true(), "online"),
        "full_online": Count(online, "online"),
        "online_paper": Count(and_(online, _F.electronic_result == 1), "paper"),
        "online_plain": Count(online, "no_paper"),
        "fee_dossiers": Count(_F.fee_free == 0, "fee"),
        "paid_online": Count(and_(_F.paid_online == 1, _F.fee_free == 0), "fee"),
        "result_dossiers": Count(ended, "paper"),
        "electronic_result": Count(and_(ended, _F.electronic_result == 1), "paper"),
        "component_and_result": Count(
            and_(ended, _F.component_file == 1, _F.electronic_result == 1), "paper"
        ),
        "certified_copies": Count(_F.certified_copy == 1, "certification"),
        "certification_dossiers": Count(true(), "certification"),
        "digitised": Count(and_(_F.digitised == 1, _TOLD)),
        "from_store": Count(_F.from_national_store == 1),
        "from_store_or_result": Count(
            or_(_F.from_national_store == 1, and_(_F.electronic_result == 1, _TOLD))
        ),
        "population": Count(
            or_(
                _F.identity_verified == 1,
                _F.from_national_store == 1,
                _F.population_used == 1,
            )
        ),
    }


def sums(scope: Scope) -> Select[Any]:
    """One row per unit and procedure with every count and the working time of what ended: one pass over the facts."""
    facts, told = tables.case_facts, tables.hub_dossiers
    ended = and_(_F.end_at.is_not(None), _F.end_at <= scope.as_of)
    return (
        select(
            _F.unit,
            _F.procedure,
            *(_number(count.condition).label(name) for name, count in counts(scope).items()),
            cast(func.coalesce(func.sum(case((ended, _F.took_s), else_=0)), 0), BigInteger).label(
                "took_s"
            ),
        )
        .select_from(facts.outerjoin(told, told.c.dossier == facts.c.dossier))
        .where(scope.condition())
        .group_by(_F.unit, _F.procedure)
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), BigInteger)
