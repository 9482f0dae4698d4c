"""Dates as Vietnamese papers and registers give them: a day, only a month, or only a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from functools import total_ordering
from typing import Final, Literal, Self

from lienthong.identity.errors import InvalidDate

__all__ = ["VIETNAM", "Agreement", "PartialDate"]

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no daylight saving since 1975

_FIRST_YEAR: Final = 1850
_LAST_YEAR: Final = 2150
_OLDEST_BIRTH: Final = (
    1900  # the personal number has no digit for an earlier century (population page C1)
)

_WIDE_DIGITS: Final = {0xFF10 + digit: str(digit) for digit in range(10)}
_SEPARATED: Final = (
    re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?"),
    re.compile(r"(?:(?P<day>[0-9]{1,2})/)?(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})([-.])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})"),
)
# Read as the other order, the month would be the first half of a year, 18 to 21: so the two orders cannot be confused.
_YEAR: Final = r"(?P<year>18[5-9][0-9]|(?:19|20)[0-9]{2}|21[0-4][0-9]|2150)"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_COMPACT: Final = (
    re.compile(f"{_YEAR}(?:{_MONTH}{_DAY}?)?"),
    re.compile(f"{_DAY}?{_MONTH}{_YEAR}"),
)


class Agreement(StrEnum):
    """How two dates agree: ``compatible`` means that one is coarser and says nothing against the other."""

    SAME = "same"
    COMPATIBLE = "compatible"
    DIFFERENT = "different"


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the day, or month and day, may be unknown.

    The year lies between 1850 and 2150 and a full date exists in the calendar; otherwise ``InvalidDate``. Dates sort by
    year, month, day; a coarser date sorts before the finer ones that it contains. ``str()`` is the ISO form.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        _check(self.year, self.month, self.day, "date")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return self._sort_key() < other._sort_key()

    def __str__(self) -> str:
        return self.iso()

    @classmethod
    def parse(cls, text: object, *, field: str = "date") -> Self:
        """Read ``yyyy``, ``yyyy-MM``, ``yyyy-MM-dd``, ``MM/yyyy``, ``dd/MM/yyyy``, ``dd-MM-yyyy`` or ``dd.MM.yyyy``.

        Day and month may have one digit. Raises ``InvalidDate`` with ``field``. Digits without separators are
        refused here, because only the caller knows whether such a field holds a date: see ``parse_compact``.
        """
        return cls._read(text, _SEPARATED, field)

    @classmethod
    def parse_compact(cls, text: object, *, field: str = "date") -> Self:
        """Read digits without separators: ``yyyy``, ``yyyyMM``, ``yyyyMMdd``, ``MMyyyy`` or ``ddMMyyyy``.

        Raises ``InvalidDate`` with ``field``.
        """
        return cls._read(text, _COMPACT, field)

    @classmethod
    def parse_birth(
        cls, text: object, *, field: str = "birth_date", today: date | None = None
    ) -> Self:
        """Read a birth date as ``parse`` does; also refuse one before 1900 or after ``today`` (now, in Viet Nam)."""
        born = cls.parse(text, field=field)
        now = today or datetime.now(VIETNAM).date()
        if born.year < _OLDEST_BIRTH:
            raise InvalidDate(
                f"a birth before {_OLDEST_BIRTH} cannot be right; check the year",
                field,
                f"Năm sinh trước {_OLDEST_BIRTH} là không hợp lý; hãy kiểm tra lại năm sinh.",
            )
        if born > PartialDate.from_date(now):
            raise InvalidDate(
                "the birth lies in the future; check the year",
                field,
                "Ngày sinh ở tương lai; hãy kiểm tra lại năm sinh.",
            )
        return born

    @classmethod
    def from_date(cls, day: date) -> Self:
        """Return the full date ``day``."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """What is known: ``year``, ``month`` (and year) or ``day`` (all)."""
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    def to_date(self) -> date | None:
        """Return the calendar date, or ``None`` if the day is not known."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def iso(self) -> str:
        """Return ``yyyy-MM-dd``, ``yyyy-MM`` or ``yyyy``."""
        return "-".join(self._parts())

    def compact(self) -> str:
        """Return ``yyyyMMdd``, ``yyyyMM`` or ``yyyy``."""
        return "".join(self._parts())

    def vietnamese(self) -> str:
        """Return the form that people write: ``05/09/1988``, ``09/1988`` or ``1988``."""
        return "/".join(reversed(self._parts()))

    def agrees(self, other: PartialDate) -> Agreement:
        """Compare as far as both dates say something."""
        if self == other:
            return Agreement.SAME
        for mine, theirs in zip(self._known(), other._known(), strict=False):
            if mine != theirs:
                return Agreement.DIFFERENT
        return Agreement.COMPATIBLE

    @classmethod
    def _read(cls, text: object, patterns: tuple[re.Pattern[str], ...], field: str) -> Self:
        cleaned = "".join(text.split() if isinstance(text, str) else ()).translate(_WIDE_DIGITS)
        for pattern in patterns:
            found = pattern.fullmatch(cleaned)
            if found:
                year, month, day = (
                    int(found[part]) if found[part] else None for part in ("year", "month", "day")
                )
                _check(year, month, day, field)
                return cls(year or 0, month, day)
        raise InvalidDate(
            "is not a date; write day/month/year with four digits for the year, such as 31/12/2000, or the year alone",
            field,
            "Ngày không đọc được; hãy ghi ngày/tháng/năm với năm đủ bốn chữ số (ví dụ 31/12/2000), hoặc chỉ ghi năm.",
        )

    def _known(self) -> list[int]:
        return [part for part in (self.year, self.month, self.day) if part is not None]

    def _parts(self) -> list[str]:
        year, *rest = self._known()
        return [f"{year:04d}", *(f"{part:02d}" for part in rest)]

    def _sort_key(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0


def _check(year: int | None, month: int | None, day: int | None, field: str) -> None:
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise InvalidDate(
            f"the year lies outside {_FIRST_YEAR} to {_LAST_YEAR}; check the year",
            field,
            f"Năm phải trong khoảng {_FIRST_YEAR} đến {_LAST_YEAR}; hãy kiểm tra lại năm.",
        )
    if month is None and day is not None:
        raise InvalidDate(
            "has a day but no month; give the month too, or the year alone",
            field,
            "Có ngày nhưng thiếu tháng; hãy ghi thêm tháng, hoặc chỉ ghi năm.",
        )
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise InvalidDate(
            "this day is not in the calendar; check day and month, and leave out what is not known",
            field,
            "Ngày này không có trong lịch; hãy kiểm tra lại ngày và tháng, phần nào không rõ thì bỏ trống.",
        ) from None
