"""The registration dossiers that ``danhSachHoSo``, ``danhSachHoSoTrongNgay`` and ``tinhTrangHoSo`` tell of (B1).

They are derived from the organisations: one dossier of first registration, one of the last amendment where it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from lienthong_sandbox.personas import Organisation, Personas
from lienthong_sandbox.systems.business._enterprise import vietnamese_date

_LONGEST_SPAN: Final = timedelta(days=5)


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


def dossiers(personas: Personas) -> tuple[Dossier, ...]:
    """Every dossier of the enterprises and branches, oldest first."""
    return tuple(sorted(_all(personas), key=lambda dossier: dossier.processed))


def in_span(all_of_them: Iterable[Dossier], query: Mapping[str, str]) -> list[Dossier]:
    """Dossiers received from ``from_date`` to ``to_date`` (dd/MM/yyyy), both days included.

    Whether the 5 days count both ends is unpublished (doubts page): here five calendar days are the most.

    Raises:
        QueryFaultyError: See the message.
    """
    first, last = _date(query, "from_date"), _date(query, "to_date")
    if last < first:
        raise QueryFaultyError("to_date lies before from_date")
    if last - first >= _LONGEST_SPAN:
        raise QueryFaultyError("the span must not exceed 5 days")
    return [dossier for dossier in all_of_them if first <= dossier.received <= last]


def in_day(all_of_them: Iterable[Dossier], query: Mapping[str, str], today: date) -> list[Dossier]:
    """Dossiers processed today from ``from_ts`` to ``to_ts`` (HH:mm).

    Raises:
        QueryFaultyError: See the message.
    """
    first, last = _time(query, "from_ts"), _time(query, "to_ts")
    if last < first:
        raise QueryFaultyError("to_ts lies before from_ts")
    return [
        dossier
        for dossier in all_of_them
        if dossier.processed.date() == today and first <= dossier.processed.time() <= last
    ]


def page(rows: list[Dossier], query: Mapping[str, str]) -> list[Dossier]:
    """The rows after ``offset``, at most ``limit``.

    Raises:
        QueryFaultyError: One of them is not a number.
    """
    offset, limit = _number(query, "offset"), _number(query, "limit")
    return rows[offset : offset + limit]


def _all(personas: Personas) -> Iterable[Dossier]:
    for unit in personas.organisations:
        if unit.kind not in ("company", "branch"):
            continue
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
