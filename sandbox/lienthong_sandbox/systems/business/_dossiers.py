"""The registration dossiers that ``danhSachHoSo``, ``danhSachHoSoTrongNgay`` and ``tinhTrangHoSo`` tell of (B1).

They are derived from the organisations: one dossier of first registration, one of the last amendment where it differs.
For paging there can be any number more: the setting ``dossiers_per_day`` (default 0) makes so many for every day asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from lienthong_sandbox.personas import Organisation, Personas
from lienthong_sandbox.systems.business._enterprise import vietnamese_date

ENTERPRISES: Final = ("company", "branch")
"""Generation 1 knows enterprises and branches; households and co-operatives came with generation 2 (B3)."""

_OFFICE_SECONDS: Final = 8 * 3600
_MADE_LENGTH: Final = 13


class QueryFaultyError(ValueError):
    """A query parameter is missing, malformed or out of bounds; the message says which."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier of one enterprise; ``processed`` is local time in Việt Nam."""

    number: str
    kind: str
    unit: Organisation
    received: date
    processed: datetime

    def row(self) -> dict[str, object]:
        """The fields that both lists share."""
        return {
            "IN_JOURNAL_NO": self.number,
            "DOCUMENT_TYPE": self.kind,
            "ENTERPRISE_GDT_CODE": self.unit.number,
            "NAME": self.unit.name,
            "SITE_ID": self.unit.place.province,
            "PROCESS_STATUS": "COMPLETED",
            "PROCESSED_DATE": self.processed.strftime("%d/%m/%Y %H:%M"),
        }

    def long_row(self) -> dict[str, object]:
        """The fields of ``danhSachHoSo``."""
        return self.row() | {
            "ENTERPRISE_CODE": self.unit.old_number,
            "RECEIPT_DATE": vietnamese_date(self.received.isoformat()),
            "PLAN_DATE": vietnamese_date((self.received + timedelta(days=3)).isoformat()),
        }

    def detail(self) -> dict[str, object]:
        """The fields of ``tinhTrangHoSo``; nobody's contact data is held."""
        contact = ("FULL_NAME", "ADDRESS", "ID_NO", "PHONE", "EMAIL")
        return self.long_row() | {
            "ENTERPRISE_TYPE_ID": self.unit.type_code,
            "REGISTRATION_DATE": vietnamese_date(self.unit.founded),
            "SUPPLEMENT_DATE": "",
            "SUBMISSION_TYPE": "ONLINE",
            **{f"CONTACT_{part}": "" for part in contact},
        }


class Dossiers:
    """Every dossier of the enterprises and branches.

    Settings (doubts page): ``dossiers_per_day``; ``span_days`` (5) and ``span_inclusive`` (true: both ends count among the days)
    bound ``danhSachHoSo``, for what the published 5 days count is not said.
    """

    def __init__(self, personas: Personas, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._units = [unit for unit in personas.organisations if unit.kind in ENTERPRISES]
        self._held = sorted(_registered(self._units), key=lambda dossier: dossier.processed)

    def in_span(self, query: Mapping[str, str]) -> list[Dossier]:
        """Dossiers received from ``from_date`` to ``to_date`` (dd/MM/yyyy), both days included.

        Raises:
            QueryFaultyError: See the message.
        """
        first, last = _date(query, "from_date"), _date(query, "to_date")
        if last < first:
            raise QueryFaultyError("to_date lies before from_date")
        most = _whole(self._settings, "span_days", 5)
        days = (last - first).days + bool(self._settings.get("span_inclusive", True))
        if days > most:
            raise QueryFaultyError(f"the span must not exceed {most} days")
        held = [dossier for dossier in self._held if first <= dossier.received <= last]
        for after in range((last - first).days + 1):
            held += self._made(first + timedelta(days=after))
        return held

    def in_day(self, query: Mapping[str, str], today: date) -> list[Dossier]:
        """Dossiers processed today from ``from_ts`` to ``to_ts`` (HH:mm).

        Raises:
            QueryFaultyError: See the message.
        """
        first, last = _time(query, "from_ts"), _time(query, "to_ts")
        if last < first:
            raise QueryFaultyError("to_ts lies before from_ts")
        return [
            dossier
            for dossier in (*self._held, *self._made(today))
            if dossier.processed.date() == today
            and first <= dossier.processed.time().replace(second=0) <= last
        ]

    def numbered(self, number: str) -> list[Dossier]:
        """The dossier with this IN_JOURNAL_NO, if there is one."""
        held = [dossier for dossier in self._held if dossier.number == number]
        if held or len(number) != _MADE_LENGTH:
            return held
        try:
            day = datetime.strptime(number[:6], "%y%m%d").date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            return []
        return [dossier for dossier in self._made(day) if dossier.number == number]

    def _made(self, day: date) -> list[Dossier]:
        """The dossiers that exist for paging only: received and processed on one day, enterprises in turn."""
        opening = datetime.combine(day, time(8))
        return [
            Dossier(
                f"{day:%y%m%d}M{place:06d}",
                "AMENDMENT",
                self._units[place % len(self._units)],
                day,
                opening + timedelta(seconds=place % _OFFICE_SECONDS),
            )
            for place in range(_whole(self._settings, "dossiers_per_day", 0))
        ]


def page(rows: list[Dossier], query: Mapping[str, str], overlap: int) -> list[Dossier]:
    """The rows after ``offset``, at most ``limit``; a page that is not the first begins ``overlap`` rows early.

    Raises:
        QueryFaultyError: One of them is not a number.
    """
    offset, limit = _number(query, "offset"), _number(query, "limit")
    first = max(0, offset - overlap)
    return rows[first : first + limit]


def _registered(units: Iterable[Organisation]) -> Iterable[Dossier]:
    for unit in units:
        yield _dossier(unit, "NEW", unit.founded)
        if unit.amended != unit.founded:
            yield _dossier(unit, "AMENDMENT", unit.amended)


def _dossier(unit: Organisation, kind: str, day: str) -> Dossier:
    done = date.fromisoformat(day)
    number = f"{done:%y%m%d}{unit.number[-6:]}"
    minutes = int(unit.number[-3:]) % 480
    at = datetime.combine(done, time(8)) + timedelta(minutes=minutes)
    return Dossier(number, kind, unit, done - timedelta(days=2), at)


def _date(query: Mapping[str, str], name: str) -> date:
    try:
        return datetime.strptime(query.get(name, ""), "%d/%m/%Y").date()  # noqa: DTZ007 - a day, no time
    except ValueError:
        raise QueryFaultyError(f"{name} must be dd/MM/yyyy") from None


def _time(query: Mapping[str, str], name: str) -> time:
    try:
        return datetime.strptime(query.get(name, ""), "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        raise QueryFaultyError(f"{name} must be HH:mm") from None


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise QueryFaultyError(f"{name} must be a whole number")
    return int(text)


def _whole(settings: Mapping[str, object], name: str, default: int) -> int:
    value = settings.get(name, default)
    return value if isinstance(value, int) and not isinstance(value, bool) else default
