"""Forms II.06a, II.06b and II.07b of TT 01/2020/TT-VPCP as data, with the cross-checks of hub page §8.

In form 06 a case is received in a period when its reception is; carried over when it came before and had not ended at the
period's start; resolved when its end falls into the period; pending otherwise. What was never received (newly registered, not
accepted) stands nowhere. A case that was withdrawn or stopped has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select

from lienthong.onceonly import Catalogue
from lienthong.storage import Database, tables

from ._collector import Collector
from ._counts import below
from ._definitions import FormTitle, Indicators
from ._periods import Period
from ._side import is_below
from .errors import ReportInconsistent

LEVELS: Final = ("province", "district", "commune")
_F: Final = tables.case_facts.c
_NO_FIELD: Final = "Lĩnh vực khác"


@dataclass(frozen=True, slots=True)
class Counts06:
    """Columns 3 to 13 of form 06, in dossiers."""

    received: int = 0
    online: int = 0
    direct: int = 0
    """At the counter and by public post."""
    carried: int = 0
    resolved: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    pending: int = 0
    within_term: int = 0
    overdue: int = 0

    def __add__(self, other: Counts06) -> Counts06:
        return Counts06(
            *(getattr(self, item.name) + getattr(other, item.name) for item in fields(self))
        )

    def values(self) -> tuple[int, ...]:
        """In the order of the columns."""
        return tuple(getattr(self, item.name) for item in fields(self))

    def checks(self) -> tuple[tuple[str, int, int], ...]:
        """The cross-checks: what is compared, left side, right side (hub page §8)."""
        return (
            (
                "Tổng tiếp nhận = trực tuyến + trực tiếp, bưu chính + kỳ trước chuyển qua",
                self.received,
                self.online + self.direct + self.carried,
            ),
            (
                "Tổng tiếp nhận = đã giải quyết + đang giải quyết",
                self.received,
                self.resolved + self.pending,
            ),
            (
                "Đã giải quyết = trước hạn + đúng hạn + quá hạn",
                self.resolved,
                self.early + self.on_time + self.late,
            ),
            (
                "Đang giải quyết = trong hạn + quá hạn",
                self.pending,
                self.within_term + self.overdue,
            ),
        )


@dataclass(frozen=True, slots=True)
class Row06:
    """One line: a field, or a level with its sum."""

    number: str
    name: str
    counts: Counts06
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Form06:
    """Form II.06a (one unit, by field) or II.06b (the province, by level and field)."""

    code: str
    title: FormTitle
    period: Period
    unit: str
    unit_name: str
    as_of: datetime
    rows: tuple[Row06, ...]
    total: Counts06

    @property
    def checks(self) -> tuple[tuple[str, int, int], ...]:
        """The cross-checks of the total line; those of every line hold, or there would be no form."""
        return self.total.checks()


@dataclass(frozen=True, slots=True)
class Row07:
    """One line of form 07b: a unit with numbers of procedures in all and by province, district and commune."""

    number: str
    name: str
    procedures: tuple[int, int, int, int]
    one_stop: tuple[int, int, int, int]
    internal: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Form07:
    """Form II.07b: procedures, those received at one-stop departments, internal processes."""

    code: str
    title: FormTitle
    period: Period
    unit: str
    unit_name: str
    as_of: datetime
    rows: tuple[Row07, ...]
    total: Row07
    unknown: int
    """Procedures of which no unit has said whether they are received at a one-stop department."""

    @property
    def checks(self) -> tuple[tuple[str, int, int], ...]:
        """All procedures = province + district + commune, in each of the three parts."""
        parts = (
            ("thủ tục", self.total.procedures),
            ("tại một cửa", self.total.one_stop),
            ("quy trình nội bộ", self.total.internal),
        )
        return tuple(
            (f"Tổng số = cấp tỉnh + cấp huyện + cấp xã ({name})", part[0], sum(part[1:]))
            for name, part in parts
        )


class Forms:
    """Computes the forms, live: facts that are behind are collected first.

    Args:
        db: The store.
        catalogue: The procedures with field and level.
        indicators: Titles, levels of units.
        collector: Keeps the facts up to date.
        site: E-identifier and name of the province.
        now: The clock, aware UTC.
    """

    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        indicators: Indicators,
        collector: Collector,
        site: tuple[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._catalogue = catalogue
        self._indicators = indicators
        self._collector = collector
        self._site = site
        self._now = now

    async def form_06a(self, period: Period, unit: str = "") -> Form06:
        """Form II.06a: one unit with all below it, one line per field.

        Raises:
            ReportInconsistent: A cross-check does not hold.
        """
        found = await self._counted(period, unit)
        rows = tuple(
            Row06(str(number), field, counts)
            for number, (field, counts) in enumerate(_by_field(found.items(), self._field), 1)
        )
        return self._form_06("II.06a", self._indicators.forms.II_06a, period, unit, rows)

    async def form_06b(self, period: Period, unit: str = "") -> Form06:
        """Form II.06b: by level, and below each level by field; the district's part stands only where it has cases.

        Raises:
            ReportInconsistent: A cross-check does not hold.
        """
        found = await self._counted(period, unit)
        rows: list[Row06] = []
        for level in LEVELS:
            own = {key: counts for key, counts in found.items() if self._level(*key) == level}
            if not own and level == "district":
                continue
            mark = ("I", "II", "III")[sum(row.heading for row in rows)]
            total = sum(own.values(), Counts06())
            rows.append(Row06(mark, self._indicators.forms.levels[level], total, heading=True))
            rows += [
                Row06(str(number), field, counts)
                for number, (field, counts) in enumerate(_by_field(own.items(), self._field), 1)
            ]
        return self._form_06("II.06b", self._indicators.forms.II_06b, period, unit, tuple(rows))

    async def form_07b(self, period: Period, unit: str = "") -> Form07:
        """Form II.07b: numbers of procedures of the catalogue, by level, and of those that units say they offer.

        Raises:
            ReportInconsistent: A cross-check does not hold.
        """
        offers = tables.procedure_offers
        async with self._db.read() as conn:
            given = [dict(row) for row in (await conn.execute(select(offers))).mappings()]
        given = [row for row in given if is_below(row["unit"], unit)]
        # Where no unit has said what it handles, the catalogue stands for the province as a whole.
        units = sorted({row["unit"] for row in given}) or [unit or self._site[0]]
        rows = tuple(
            self._row_07(str(number), code, [row for row in given if row["unit"] == code])
            for number, code in enumerate(units, 1)
        )
        total = self._row_07("", "", given)
        form = Form07(
            code="II.07b",
            title=self._indicators.forms.II_07b,
            period=period,
            unit=unit,
            unit_name=self._unit_name(unit),
            as_of=min(period.end, self._now()),
            rows=rows,
            total=Row07("", "Tổng số", total.procedures, total.one_stop, total.internal),
            unknown=len(
                self._catalogue.procedures.keys()
                - {row["procedure"] for row in given if row["one_stop"] is not None}
            ),
        )
        _require(form.checks, "total")
        return form

    def _row_07(self, number: str, unit: str, offers: Sequence[Mapping[str, Any]]) -> Row07:
        codes = {row["procedure"] for row in offers} or set(self._catalogue.procedures)

        def by_level(chosen: Iterable[str]) -> tuple[int, int, int, int]:
            # A procedure of several levels is counted at the highest, so that the sum is the number of procedures.
            levels = [self._highest(code) for code in chosen]
            per = [levels.count(level) for level in LEVELS]
            return (len(levels), per[0], per[1], per[2])

        def saying(flag: str) -> set[str]:
            return {row["procedure"] for row in offers if row[flag]}

        return Row07(
            number,
            self._unit_name(unit) if unit else "",
            by_level(codes),
            by_level(saying("one_stop")),
            by_level(saying("internal_process")),
        )

    def _highest(self, code: str) -> str:
        procedure = self._catalogue.find(code)
        levels = procedure.level if procedure is not None else ()
        return next((level for level in LEVELS if level in levels), "province")

    def _form_06(
        self, code: str, title: FormTitle, period: Period, unit: str, rows: tuple[Row06, ...]
    ) -> Form06:
        for row in rows:
            _require(row.counts.checks(), row.name)
        headings = [row.counts for row in rows if row.heading]
        total = sum(headings or [row.counts for row in rows], Counts06())
        _require(total.checks(), "total")
        return Form06(
            code=code,
            title=title,
            period=period,
            unit=unit,
            unit_name=self._unit_name(unit),
            as_of=min(period.end, self._now()),
            rows=rows,
            total=total,
        )

    async def _counted(self, period: Period, unit: str) -> dict[tuple[str, str], Counts06]:
        """Form 06 by unit and procedure, in one pass."""
        await self._collector.collect()
        left_out = self._indicators.forms.statuses.not_received
        as_of = min(period.end, self._now())
        query = (
            select(
                _F.unit,
                _F.procedure,
                *(_number(condition) for condition in _conditions(period, as_of)),
            )
            .where(
                _F.status.not_in(left_out),
                _F.received_at < period.end,
                or_(_F.end_at.is_(None), _F.end_at >= period.start),
            )
            .group_by(_F.unit, _F.procedure)
        )
        async with self._db.read() as conn:
            rows = await conn.execute(query.where(below(unit)) if unit else query)
            found = [tuple(row) for row in rows]
        return {
            (unit_code, procedure): Counts06(*(int(value) for value in counts))
            for unit_code, procedure, *counts in found
        }

    def _field(self, unit: str, procedure: str) -> str:
        del unit
        known = self._catalogue.find(procedure)
        return (known.field_name if known is not None else "") or _NO_FIELD

    def _level(self, unit: str, procedure: str) -> str:
        known = self._catalogue.find(procedure)
        levels = known.level if known is not None else ()
        if len(levels) == 1 and levels[0] in LEVELS:
            return levels[0]
        return self._indicators.units.level(unit)

    def _unit_name(self, unit: str) -> str:
        if unit in {"", self._site[0]}:
            return self._site[1]
        return self._indicators.units.name(unit)


def _conditions(period: Period, as_of: datetime) -> tuple[ColumnElement[bool], ...]:
    """Columns 3 to 13 of the cases that the period has."""
    inside = and_(_F.received_at >= period.start, _F.received_at < period.end)
    resolved = and_(_F.end_at.is_not(None), _F.end_at < period.end)
    pending = or_(_F.end_at.is_(None), _F.end_at >= period.end)
    late = and_(_F.net_limit_at.is_not(None), _F.end_at > _F.net_limit_at)
    in_time = or_(_F.net_limit_at.is_(None), _F.end_at <= _F.net_limit_at)
    over = and_(_F.net_limit_at.is_not(None), _F.net_limit_at < as_of)
    within = or_(_F.net_limit_at.is_(None), _F.net_limit_at >= as_of)
    return (
        _F.received_at < period.end,
        and_(inside, _F.channel == "2"),
        and_(inside, _F.channel != "2"),
        _F.received_at < period.start,
        resolved,
        and_(resolved, in_time, _F.early == 1),
        and_(resolved, in_time, _F.early == 0),
        and_(resolved, late),
        pending,
        and_(pending, within),
        and_(pending, over),
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), BigInteger)


def _by_field(
    counted: Iterable[tuple[tuple[str, str], Counts06]], field: Callable[[str, str], str]
) -> list[tuple[str, Counts06]]:
    found: dict[str, Counts06] = {}
    for key, counts in counted:
        name = field(*key)
        found[name] = found.get(name, Counts06()) + counts
    return sorted(found.items())


def _require(checks: Iterable[tuple[str, int, int]], where: str) -> None:
    for name, left, right in checks:
        if left != right:
            raise ReportInconsistent(f"{where}: {name}: {left} is not {right}.")
