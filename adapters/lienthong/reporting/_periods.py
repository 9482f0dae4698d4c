"""Periods of reports in Vietnam time: day, month, quarter, half, year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from lienthong.interface import InvalidRequest

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
PeriodKind = Literal["day", "month", "quarter", "half", "year"]
_FORM: Final = re.compile(
    r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])(?:-(\d\d))?|Q([1-4])|H([12])))?", re.ASCII
)
_MONTHS: Final[dict[PeriodKind, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole days in Vietnam.

    Attributes:
        kind: ``day``, ``month``, ``quarter``, ``half`` or ``year``.
        first: Its first day.
        last: Its last day, included.
    """

    kind: PeriodKind
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """``2026-11-24``, ``2026-11``, ``2026-Q4``, ``2026-H2`` or ``2026``.

        Raises:
            InvalidRequest: It is none of these.
        """
        found = _FORM.fullmatch(text.strip().upper())
        if found is None:
            raise _malformed()
        year, month, day, quarter, half = (int(part) if part else 0 for part in found.groups())
        if day:
            try:
                return cls("day", date(year, month, day), date(year, month, day))
            except ValueError:
                raise _malformed() from None
        if month:
            return cls._months("month", year, month)
        if quarter:
            return cls._months("quarter", year, 3 * quarter - 2)
        return cls._months("half", year, 6 * half - 5) if half else cls._months("year", year, 1)

    @classmethod
    def containing(cls, moment: datetime, kind: PeriodKind = "month") -> Self:
        """The period of a kind that a moment falls into."""
        day = moment.astimezone(VIETNAM).date()
        if kind == "day":
            return cls("day", day, day)
        size = _MONTHS[kind]
        return cls._months(kind, day.year, (day.month - 1) // size * size + 1)

    @classmethod
    def _months(cls, kind: PeriodKind, year: int, month: int) -> Self:
        following = year * 12 + month - 1 + _MONTHS[kind]
        after = date(following // 12, following % 12 + 1, 1)
        return cls(kind, date(year, month, 1), after - timedelta(days=1))

    @property
    def start(self) -> datetime:
        """Its first moment, UTC."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it, UTC."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def previous(self) -> Period:
        """The period of the same kind before it."""
        return Period.containing(self.start - timedelta(seconds=1), self.kind)

    def __str__(self) -> str:
        year, month = self.first.year, self.first.month
        match self.kind:
            case "day":
                return self.first.isoformat()
            case "month":
                return f"{year}-{month:02d}"
            case "quarter":
                return f"{year}-Q{(month + 2) // 3}"
            case "half":
                return f"{year}-H{(month + 5) // 6}"
            case _:
                return str(year)

    @property
    def name_vi(self) -> str:
        """As a Vietnamese reader names it: ``Quý IV năm 2026``."""
        year, month = self.first.year, self.first.month
        match self.kind:
            case "day":
                return f"Ngày {self.first:%d/%m/%Y}"
            case "month":
                return f"Tháng {month} năm {year}"
            case "quarter":
                return f"Quý {('I', 'II', 'III', 'IV')[month // 3]} năm {year}"
            case "half":
                return f"6 tháng {'đầu' if month == 1 else 'cuối'} năm {year}"
            case _:
                return f"Năm {year}"


def working_days_after(start: date, days: int) -> date:
    """So many working days on, Saturdays and Sundays left out (holidays are no data of ours)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


def local_day(moment: datetime) -> date:
    """The day in Vietnam."""
    return moment.astimezone(VIETNAM).date()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)


def _malformed() -> InvalidRequest:
    return InvalidRequest(
        "period",
        "must be 2026-11-24, 2026-11, 2026-Q4, 2026-H2 or 2026",
        "Đề nghị ghi kỳ báo cáo dạng 2026-11, 2026-Q4, 2026-H2 hoặc 2026.",
    )
