"""Index 766: six groups, every indicator with its figures, by unit down to the commune (hub page §9)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal

from sqlalchemy import case, func, select

from lienthong.interface import InvalidRequest
from lienthong.onceonly import Catalogue
from lienthong.storage import Database, tables

from ._behind import BehindPage, list_cases, list_words
from ._collector import Collector
from ._counts import OVER, Over, Scope, below, counts, overdue, sums
from ._definitions import Chosen, Indicator, Indicators
from ._periods import Period
from ._side import Side, is_below

_CENT: Final = Decimal("0.01")
_SHARE: Final = Decimal("0.0001")
_OUTSIDE: Final = ("received_reporting", "received_hub")
_FALLBACK_PARTS: Final = {"month": 12, "quarter": 4, "half": 2, "year": 1, "day": 365}
CASES_OF: Final[dict[str, tuple[str, ...]]] = {"online": ("online_paper", "online_plain")}
"""Counts that a figure adds up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a report.

    Attributes:
        indicator: What it is, as the readings make it.
        numerator: Figure above the line.
        denominator: Figure below it.
        value: The ratio, 0 … 1, or days; ``None`` when the denominator is 0.
        score: Points, 2 decimals; ``None`` when it counts neither for nor against.
    """

    indicator: Indicator
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Points of a group, and the most that its counted indicators could earn."""

    id: str
    name: str
    score: Decimal
    max: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """Everything computed for one unit."""

    unit: str
    name: str
    lines: tuple[Line, ...]
    groups: tuple[GroupScore, ...]
    total: Decimal
    max: Decimal
    dossiers: int
    on_time_share: Decimal | None
    average_days: Decimal | None
    overdue: int
    """Late at this moment, whatever the period."""


@dataclass(frozen=True, slots=True)
class Report766:
    """Index 766 of a period.

    Attributes:
        period: The period.
        as_of: When open cases were judged, UTC.
        readings: The choice of every reading, with its source, as it must be stated.
        score: The unit asked for.
        units: Every unit below it that had cases, in order of code.
    """

    period: Period
    as_of: datetime
    chosen: Chosen
    score: Score
    units: tuple[Score, ...]

    @property
    def readings(self) -> dict[str, str]:
        """Choice by reading."""
        return self.chosen.stated


class Index766:
    """Computes index 766, live: facts that are behind are collected first.

    Args:
        db: The store.
        catalogue: The procedures.
        indicators: Targets, maxima and readings.
        collector: Keeps the facts up to date.
        now: The clock, aware UTC.
    """

    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        indicators: Indicators,
        collector: Collector,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._catalogue = catalogue
        self._indicators = indicators
        self._collector = collector
        self._now = now
        self._certifying = frozenset(indicators.index766.figures.certification_fields)

    async def report(
        self, period: Period, *, unit: str = "", readings: Mapping[str, str] | None = None
    ) -> Report766:
        """The index of a period for a unit and each unit below it.

        Args:
            period: The period; while it runs, open cases are judged now.
            unit: E-identifier; the whole province when empty.
            readings: Choices over the defaults, by name.

        Raises:
            InvalidRequest: There is no such reading or choice.
            StorageError: The store does not answer.
        """
        chosen = self._indicators.index766.chosen(readings)
        await self._collector.collect()
        scope = self._scope(period, unit, chosen)
        side = await Side.read(self._db, period)
        async with self._db.read() as conn:
            rows = [dict(row) for row in (await conn.execute(sums(scope))).mappings()]
        late = await self._overdue(unit)
        earlier = await self._earlier(period, unit, rows)
        units = sorted({row["unit"] for row in rows} | set(_between(rows, unit)))
        return Report766(
            period=period,
            as_of=scope.as_of,
            chosen=chosen,
            score=await self._score(unit, rows, side, scope, chosen, late, earlier),
            units=tuple(
                [
                    await self._score(code, rows, side, scope, chosen, late, 0)
                    for code in units
                    if code != unit
                ]
            ),
        )

    async def behind(
        self,
        code: str,
        period: Period,
        *,
        unit: str = "",
        readings: Mapping[str, str] | None = None,
        missing: bool = False,
        after: str = "",
        limit: int = 50,
    ) -> BehindPage:
        """What stands behind an indicator: its cases, or the procedures, petitions or decisions it counts.

        Args:
            code: Code or number of an indicator.
            period: The period.
            unit: E-identifier; all when empty.
            readings: As in :meth:`report`.
            missing: Those of the denominator that the numerator lacks, instead of those that it has.
            after: ``after`` of the page before.
            limit: Lines, 1 to 500.

        Raises:
            InvalidRequest: There is no such indicator or reading.
        """
        chosen = self._indicators.index766.chosen(readings)
        indicator = next(
            (
                item
                for item in chosen.indicators
                if code.upper() in {item.code, item.number.upper()}
            ),
            None,
        )
        if indicator is None:
            known = ", ".join(f"{item.number} {item.code}" for item in chosen.indicators)
            raise InvalidRequest(
                "indicator", f"unknown; known: {known}", "Đề nghị chọn chỉ số trong danh sách."
            )
        await self._collector.collect()
        scope = self._scope(period, unit, chosen)
        limit = min(max(limit, 1), 500)
        side = (await Side.read(self._db, period)).of(unit)
        async with self._db.read() as conn:
            rows = [dict(row) for row in (await conn.execute(sums(scope))).mappings()]
        name = _CASES_BEHIND.get(indicator.numerator, indicator.numerator)
        if name in counts(scope) or name in CASES_OF:
            seen = {row["procedure"] for row in rows}
            return await list_cases(
                self._db,
                scope,
                CASES_OF.get(name, (name,)),
                {over: {code for code in seen if self._is(over, code)} for over in OVER},
                also_in=(indicator.denominator,),
                missing=missing,
                without=side.complained()
                if name == "on_time" and indicator.number == "5.4"
                else (),
                after=after,
                limit=limit,
            )
        words = self._words(rows, side, scope, chosen, unit)
        held = set(words.get(indicator.numerator, ()))
        whole = set(words.get(indicator.denominator, ()))
        return list_words(sorted(whole - held if missing else held), after, limit)

    def _is(self, over: Over | Literal["offered"], code: str) -> bool:
        """Whether a procedure is one that a count is about, or is offered online at all."""
        if over == "all":
            return True
        procedure = self._catalogue.find(code)
        if procedure is None:
            return False
        match over:
            case "fee":
                return procedure.fee
            case "paper":
                return bool(procedure.results)
            case "no_paper":
                return not procedure.results
            case "online":
                return procedure.online == "full"
            case "offered":
                return procedure.online in {"full", "partial"}
            case "certification":
                return procedure.field_name in self._certifying

    def _scope(self, period: Period, unit: str, chosen: Chosen) -> Scope:
        return Scope(
            start=period.start,
            end=period.end,
            as_of=min(period.end, self._now()),
            unit=unit,
            cohort=chosen.stated["cohort"],
            not_counted=self._indicators.index766.figures.not_counted_statuses,
            supplement=chosen.stated["supplement"],
        )

    async def _overdue(self, unit: str) -> dict[str, int]:
        """Cases that are late now, by unit."""
        facts = tables.case_facts
        query = (
            select(facts.c.unit, func.count())
            .where(
                overdue(self._now()),
                facts.c.status.not_in(self._indicators.index766.figures.not_counted_statuses),
            )
            .group_by(facts.c.unit)
        )
        async with self._db.read() as conn:
            found = await conn.execute(query.where(below(unit)) if unit else query)
            return {row[0]: int(row[1]) for row in found}

    async def _earlier(self, period: Period, unit: str, rows: Sequence[Any]) -> int:
        """What stands for a denominator of 0 in 1.4: the year before, divided by the periods of a year."""
        if rows or period.kind == "year":
            return 0
        facts = tables.case_facts
        year = Period.parse(str(period.first.year - 1))
        query = select(func.sum(case((facts.c.received_at < year.end, 1), else_=0))).where(
            facts.c.received_at >= year.start
        )
        async with self._db.read() as conn:
            found = await conn.scalar(query.where(below(unit)) if unit else query)
        return int(found or 0) // _FALLBACK_PARTS[period.kind]

    async def _score(
        self,
        unit: str,
        rows: Sequence[Mapping[str, Any]],
        side: Side,
        scope: Scope,
        chosen: Chosen,
        late: Mapping[str, int],
        earlier: int,
    ) -> Score:
        own = [row for row in rows if is_below(row["unit"], unit)]
        figures = self._figures(own, side.of(unit), scope, chosen, unit, earlier)
        figures["complained"] = Decimal(await self._complained(side.of(unit), scope, unit))
        figures["content_dossiers"] = max(figures["on_time"] - figures["complained"], Decimal(0))
        lines = tuple(_line(indicator, figures) for indicator in chosen.indicators)
        groups = tuple(
            _group(group.id, group.name, lines) for group in self._indicators.index766.group
        )
        dossiers, ended = figures["dossiers"], figures["ended"]
        return Score(
            unit=unit,
            name=self._indicators.units.name(unit) if unit else "",
            lines=lines,
            groups=groups,
            total=sum((group.score for group in groups), Decimal(0)),
            max=sum((group.max for group in groups), Decimal(0)),
            dossiers=int(dossiers),
            on_time_share=(figures["on_time"] / dossiers).quantize(_SHARE) if dossiers else None,
            average_days=(figures["took_days"] / ended).quantize(_CENT) if ended else None,
            overdue=sum(number for code, number in late.items() if is_below(code, unit)),
        )

    def _figures(
        self,
        rows: Sequence[Mapping[str, Any]],
        side: Side,
        scope: Scope,
        chosen: Chosen,
        unit: str,
        earlier: int,
    ) -> dict[str, Decimal]:
        found = {
            name: Decimal(sum(row[name] for row in rows if self._is(count.over, row["procedure"])))
            for name, count in counts(scope).items()
        }
        found["online"] = found["online_paper"] + found["online_plain"]
        found["took_days"] = Decimal(sum(row["took_s"] for row in rows)) / 86400
        anywhere = max(found["dossiers"], Decimal(side.outside_maximum(_OUTSIDE)))
        found["received_anywhere"] = anywhere or Decimal(earlier)
        found["sync_rate"] = (
            found["synced"] / found["received_anywhere"]
            if found["received_anywhere"]
            else Decimal(0)
        )
        for name, words in self._words(rows, side, scope, chosen, unit).items():
            found[name] = Decimal(len(words))
        return found

    def _words(
        self,
        rows: Sequence[Mapping[str, Any]],
        side: Side,
        scope: Scope,
        chosen: Chosen,
        unit: str,
    ) -> dict[str, Collection[str]]:
        """Procedures, decisions and petitions behind the figures that count these."""
        seen = {row["procedure"] for row in rows}

        def having(name: str) -> set[str]:
            return {row["procedure"] for row in rows if row[name]}

        base = seen
        if chosen.stated["procedure_base"] == "catalogue":
            # What the nation has beside our files is no duty of the province until it handles it.
            base = seen | (side.procedures() if "." in unit else self._catalogue.procedures.keys())
        fee = {code for code in base if self._is("fee", code)}
        payment = fee & (side.offered("online_payment") | having("paid_online"))
        online = {code for code in base if self._is("offered", code)}
        rules = self._indicators.index766
        items = side.items(rules.days, scope.as_of, rules.figures.satisfied_from)
        return {
            **{name: [] for name in _SIDE_FIGURES},
            **items,
            "procedures": base,
            "procedures_online": online,
            "procedures_online_used": online & (having("online_paper") | having("online_plain")),
            "procedures_fee": fee,
            "procedures_payment": payment,
            "procedures_payment_used": payment & having("paid_online"),
            "procedures_population": base
            & (side.offered("population_data") | having("population")),
        }

    async def _complained(self, side: Side, scope: Scope, unit: str) -> int:
        """In-time dossiers of the report that a petition names: the late ones are subtracted already."""
        dossiers = side.complained()
        if not dossiers:
            return 0
        facts = tables.case_facts
        query = select(func.count()).where(
            scope.condition(),
            counts(scope)["on_time"].condition,
            facts.c.dossier.in_(dossiers),
        )
        async with self._db.read() as conn:
            return int(await conn.scalar(query.where(below(unit)) if unit else query) or 0)


_SIDE_FIGURES: Final = (
    "decisions",
    "decisions_in_time",
    "publications",
    "publications_complete",
    "publications_due",
    "publications_in_time",
    "petitions",
    "petitions_due",
    "petitions_in_time",
    "petitions_procedure",
    "petitions_rated",
    "petitions_satisfied",
    "petitions_staff",
)
# Figures that are no count of their own, and the count whose cases stand behind them.
_CASES_BEHIND: Final = {"took_days": "ended", "content_dossiers": "on_time"}


def _between(rows: Sequence[Mapping[str, Any]], unit: str) -> Iterable[str]:
    """Units above those with cases, down from the one asked for."""
    for row in rows:
        groups = row["unit"].split(".")
        for length in range(1, len(groups)):
            above = ".".join(groups[:length])
            if above != unit and is_below(above, unit):
                yield above


def _line(indicator: Indicator, figures: Mapping[str, Decimal]) -> Line:
    above, under = figures[indicator.numerator], figures[indicator.denominator]
    if not under:
        given = {"zero": Decimal(0), "full": indicator.max, "none": None}[indicator.zero]
        score = None if given is None else given.quantize(_CENT)
        return Line(indicator, above, under, None, score)
    value = above / under
    if indicator.times:
        value *= min(figures[indicator.times], Decimal(1))
    earned = (
        indicator.max if value >= indicator.target else value * indicator.max / indicator.target
    )
    return Line(
        indicator,
        above,
        under,
        value.quantize(_SHARE if indicator.unit == "%" else _CENT, ROUND_HALF_UP),
        earned.quantize(_CENT, ROUND_HALF_UP),
    )


def _group(group: str, name: str, lines: Iterable[Line]) -> GroupScore:
    own = [line for line in lines if line.indicator.group == group and line.score is not None]
    return GroupScore(
        group,
        name,
        sum((line.score for line in own if line.score is not None), Decimal(0)),
        sum((line.indicator.max for line in own), Decimal(0)),
    )
