"""Digitisation by level and year against the plan's targets: share, gap, trend, day of 100 % (plan tasks I.8, I.9, I.19, II.2, II.3).

* results: issued results that were still valid at the year's end, and those of them that are digitised
* reception: units that received cases in the year, and those of them that digitised at reception
* reused: papers of the dossiers received in the year, and those reused from evidence or a national record
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select

from lienthong.storage import Database, tables

from ._collector import Collector
from ._counts import below
from ._definitions import DigitisationIndicator, Indicators
from ._periods import Period, local_day

_TENTH: Final = Decimal("0.1")
_F: Final = tables.case_facts.c
Reading = Literal["points", "relative"]


@dataclass(frozen=True, slots=True)
class DigitisationLine:
    """One indicator at one level in one year; shares and targets in percent."""

    indicator: DigitisationIndicator
    level: str
    year: int
    numerator: int
    denominator: int
    share: Decimal | None
    """``None`` when nothing is to be digitised."""
    target: Decimal | None
    """By the reading in force; ``None`` where the plan sets none, or the level has ended."""
    target_other: Decimal | None
    """By the other reading of "+20 %"."""
    gap: Decimal | None
    """Share less target, percentage points; below 0 the target is missed."""
    trend: Decimal | None
    """Percentage points a year since the first year with a share; ``None`` in that year."""
    complete_on: date | None
    """When 100 % is reached if the trend goes on; ``None`` when it does not lead there."""


@dataclass(frozen=True, slots=True)
class DigitisationReport:
    """Every level and year up to the one asked for.

    Attributes:
        year: The last year.
        as_of: When it was counted, UTC.
        reading: How "+20 % a year" is read: ``points`` or ``relative``.
        lines: By indicator, level and year.
    """

    year: int
    unit: str
    as_of: datetime
    reading: Reading
    lines: tuple[DigitisationLine, ...]


class Digitisation:
    """Computes the digitisation indicators.

    Args:
        db: The store.
        indicators: Targets and levels of units.
        collector: Keeps the facts up to date.
        now: The clock, aware UTC.
    """

    def __init__(
        self,
        db: Database,
        indicators: Indicators,
        collector: Collector,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._indicators = indicators
        self._collector = collector
        self._now = now

    async def report(
        self, year: int, *, unit: str = "", reading: Reading | None = None
    ) -> DigitisationReport:
        """All years from the plan's first one to ``year``.

        Args:
            year: The last year.
            unit: E-identifier; the whole province when empty.
            reading: Of "+20 % a year"; that of the data file when absent.
        """
        await self._collector.collect()
        now = self._now()
        targets = self._indicators.digitisation
        used: Reading = reading or targets.reading
        first = min(indicator.first_year for indicator in targets.indicator)
        years = range(min(first, year), year + 1)
        counted = {number: await self._year(number, unit, now) for number in years}
        lines: list[DigitisationLine] = []
        for indicator in targets.indicator:
            for level in targets.levels:
                lines += self._lines(indicator, level, years, counted, used, now)
        return DigitisationReport(year, unit, now, used, tuple(lines))

    def _lines(
        self,
        indicator: DigitisationIndicator,
        level: str,
        years: range,
        counted: Mapping[int, Mapping[tuple[str, str], tuple[int, int]]],
        reading: Reading,
        now: datetime,
    ) -> list[DigitisationLine]:
        lines: list[DigitisationLine] = []
        start: tuple[date, Decimal] | None = None
        ended = self._indicators.digitisation.district_until
        for year in years:
            over, under = counted[year].get((indicator.id, level), (0, 0))
            gone = level == "district" and date(year, 12, 31) >= ended
            if gone and not under:
                continue
            share = _percent(over, under)
            target, other = (
                (None, None)
                if gone
                else (
                    indicator.target(level, year, way)
                    for way in (reading, "relative" if reading == "points" else "points")
                )
            )
            day = min(date(year, 12, 31), local_day(now))
            trend = None
            if share is not None:
                if start is None:
                    start = (day, share)
                elif (days := (day - start[0]).days) > 0:
                    trend = ((share - start[1]) * 365 / days).quantize(_TENTH)
            lines.append(
                DigitisationLine(
                    indicator=indicator,
                    level=level,
                    year=year,
                    numerator=over,
                    denominator=under,
                    share=share,
                    target=target,
                    target_other=other,
                    gap=share - target if share is not None and target is not None else None,
                    trend=trend,
                    complete_on=_complete(day, share, trend),
                )
            )
        return lines

    async def _year(
        self, year: int, unit: str, now: datetime
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """Numerator and denominator by indicator and level."""
        period = Period.parse(str(year))
        found: dict[tuple[str, str], tuple[int, int]] = {}

        def add(indicator: str, code: str, over: int, under: int) -> None:
            key = (indicator, self._indicators.units.level(code))
            before = found.get(key, (0, 0))
            found[key] = (before[0] + over, before[1] + under)

        if period.start > now:
            return found
        received = (
            select(
                _F.unit,
                func.count(),
                _sum(_F.digitised),
                _sum(_F.papers),
                _sum(_F.papers_reused),
            )
            .where(_F.received_at >= period.start, _F.received_at < period.end)
            .group_by(_F.unit)
        )
        papers, evidence = tables.papers, tables.evidence
        last = min(period.last, local_day(now))
        digitised = case((evidence.c.digitisation_code.is_not(None), 1), else_=0)
        issued = (
            select(_F.unit, func.count(), _sum(digitised))
            .select_from(papers)
            .join(evidence, evidence.c.id == papers.c.evidence_id)
            .join(tables.case_facts, _F.case_id == papers.c.case_id)
            .where(
                papers.c.how == "issued",
                evidence.c.status == "valid",
                evidence.c.created_at < period.end,
                or_(
                    evidence.c.permanent,
                    evidence.c.valid_until.is_(None),
                    and_(evidence.c.valid_until >= last),
                ),
            )
            .group_by(_F.unit)
        )
        if unit:
            received, issued = received.where(below(unit)), issued.where(below(unit))
        async with self._db.read() as conn:
            for code, number, scanned, all_papers, reused in await conn.execute(received):
                add("reception", code, int(scanned > 0), int(number > 0))
                add("reused", code, reused, all_papers)
            for code, number, scanned in await conn.execute(issued):
                add("results", code, scanned, number)
        return found


def _sum(what: Any) -> Any:
    return cast(func.coalesce(func.sum(what), 0), BigInteger)


def _percent(over: int, under: int) -> Decimal | None:
    return (Decimal(over) * 100 / under).quantize(_TENTH) if under else None


def _complete(day: date, share: Decimal | None, trend: Decimal | None) -> date | None:
    if share is None:
        return None
    if share >= 100:
        return day
    if trend is None or trend <= 0:
        return None
    days = int((Decimal(100) - share) * 365 / trend)
    # Beyond a lifetime of any plan the straight line says nothing.
    return day + timedelta(days=days) if days < 365 * 50 else None
