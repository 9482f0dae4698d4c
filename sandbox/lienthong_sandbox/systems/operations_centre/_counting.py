"""Counts the lines of index 766 over the dossiers that the hub was told (hub page §9).

A dossier counts in the period of its NgayTiepNhan; without one it never does. Nobody petitions in the sandbox, and nobody complains.
Where the page states no denominator (1.3, 4.1, 4.5a, certified copies), it is ours.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ._catalogue import Catalogue
from ._index766 import Count
from ._ledger import Ledger, Record

Sheet = dict[str, Count]
"""Counts by a line's code (its number, never its name of ours)."""

_ENDS: Final = (("9",), ("10",), ("8",), ("3", "7"))
"""Statuses of the step that ends a dossier, the first that occurs."""
_FINISHED: Final = frozenset(("9", "10"))
_PAID: Final = frozenset("12")
_POPULATION: Final = "1"
"""The one MaCSDL seen for it (hub page §2.1)."""
_UNKNOWN: Final = (
    "PUBLISH_ON_TIME",
    "PUBLIC_UPDATE_ON_TIME",
    "PUBLIC_CONTENT_FULL",
    "ELECTRONIC_CERTIFIED_COPY",
)
"""What no dossier tells."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months of one year."""

    year: int
    first: int
    last: int

    @property
    def start(self) -> datetime:
        """The first moment; Vietnam time without offset, as on the wire."""
        return datetime(self.year, self.first, 1)  # noqa: DTZ001 - the wire's own local time

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime(self.year + self.last // 12, self.last % 12 + 1, 1)  # noqa: DTZ001 - as above

    def holds(self, moment: str) -> bool:
        """Whether a moment of the wire (yyyyMMddHHmmss) lies in it."""
        return f"{self.year}{self.first:02}" <= moment[:6] <= f"{self.year}{self.last:02}"


@dataclass(frozen=True, slots=True)
class _Procedure:
    online: bool
    fee: bool
    result: bool
    days: int | None


class Counter:
    """Counts for one request; what it reads it reads once.

    Args:
        ledger: The dossiers told.
        catalogue: The procedures.
        period: Which dossiers count.
        now: Vietnam time without offset: until when an open dossier of a running period is judged.
        text: Whether the decision's text holds instead of the portal's figures (4.4).
    """

    def __init__(
        self, ledger: Ledger, catalogue: Catalogue, period: Period, now: datetime, *, text: bool
    ) -> None:
        self._ledger = ledger
        self._period = period
        self._until = min(now, period.end)
        self._text = text
        self._procedures = {
            row["MATTHC"]: _procedure(catalogue.procedure(row["MATTHC"]) or {})
            for row in catalogue.rows()
        }
        self._offered = {code for code, one in self._procedures.items() if one.online}
        self._fees = {code for code, one in self._procedures.items() if one.fee}
        self._names: dict[str, str] = {}
        self._here: dict[str, list[Record]] = defaultdict(list)
        self._before: dict[str, int] = defaultdict(int)
        self._read()

    def _read(self) -> None:
        before = Period(self._period.year - 1, 1, 12)
        for one in self._ledger.dossiers():
            agency = str(one["MaHoSo"]).partition("-")[0]
            self._names[agency] = str(one["DonViXuLy"])
            if self._period.holds(one["NgayTiepNhan"]):
                self._here[agency].append(one)
            self._before[agency] += before.holds(one["NgayTiepNhan"])

    def agencies(self) -> dict[str, str]:
        """Code (what stands before the dash of MaHoSo) and name of every agency that told a dossier."""
        return dict(sorted(self._names.items()))

    def sheet(self, code: str, agency: str | None = None) -> Sheet:
        """The counts of one department by its code, over all dossiers or those of one agency."""
        whose = self._names if agency is None else (agency,)
        here = [one for name in whose for one in self._here[name]]
        earlier = 0 if here else sum(self._before[name] for name in whose)
        late = sum(not self._on_time(one) for one in here)
        on_time = Count(len(here) - late, len(here))
        return {
            **{line: made_up(code, self._period, line) for line in _UNKNOWN},
            "DOSSIER_SYNC": Count(len(here), len(here) or earlier),
            "2.1": on_time,
            "DOSSIER_RECEIVING_SATISFACTION": on_time,
            **self._online(here),
            **self._payment(here),
            **self._digitisation(here),
        }

    def _online(self, here: list[Record]) -> Sheet:
        """Whatever counts was synced, so the sync rate by which 3.3 is multiplied is one."""
        offered = self._offered
        sent = [one for one in here if one.get("KenhThucHien") == "2"]
        whole = [one for one in sent if _result_link(one) or not self._of(one).result]
        fit = [one for one in here if one["MaTTHC"] in offered]
        return {
            "3.1": Count(len(offered), len(self._procedures)),
            "3.2": Count(len(offered & {one["MaTTHC"] for one in sent}), len(offered)),
            "3.3": Count(len(whole), len(here)),
            "3": Count(sum(one["MaTTHC"] in offered for one in whole), len(fit)),
        }

    def _payment(self, here: list[Record]) -> Sheet:
        fees = self._fees
        paid = [one for one in here if one["DuocThanhToanTrucTuyen"] in _PAID]
        charged = [one for one in here if self._charged(one)]
        return {
            "3.5": Count(len(fees & self._offered), len(fees)),
            "3.5b": Count(len(fees & {one["MaTTHC"] for one in paid}), len(fees)),
            "3.6": _count(charged, [one["DuocThanhToanTrucTuyen"] in _PAID for one in charged]),
        }

    def _digitisation(self, here: list[Record]) -> Sheet:
        done = [one for one in here if one["TrangThaiHoSo"] in _FINISHED]
        linked = [_result_link(one) for one in done]
        filed = [bool(_values(one, "TaiLieuNop", "DuongDanTaiTepTin")) for one in done]
        digitised = [
            one["HoSoCoThanhPhanSoHoa"] == "1" or "1" in _values(one, "TaiLieuNop", "DuocSoHoa")
            for one in here
        ]
        stored = ["1" in _values(one, "TaiLieuNop", "DuocLayTuKhoDMQG") for one in here]
        asked = [_POPULATION in _values(one, "DSKetNoiCSDL", "MaCSDL") for one in here]
        known = [
            one["TaiKhoanDuocXacThucVoiVNeID"] == "1" or taken or asking
            for one, taken, asking in zip(here, stored, asked, strict=True)
        ]
        asking_procedures = {one["MaTTHC"] for one, yes in zip(here, asked, strict=True) if yes}
        kept = [
            taken or (self._text and _result_link(one))
            for one, taken in zip(here, stored, strict=True)
        ]
        return {
            "ORIGINAL_RESULT_AVAILABLE": _count(done, linked),
            "SO_HOA_GIAY_TO_GIAI_QUYET": _count(
                done, [both == (True, True) for both in zip(filed, linked, strict=True)]
            ),
            "REUSED_DIGITIZED_DATA": _count(here, digitised),
            "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": _count(here, kept),
            "CITIZEN_DATA_CONNECTED_FORMALITY": Count(
                len(asking_procedures), len({one["MaTTHC"] for one in here})
            ),
            "CITIZEN_DATA_CONNECTED_DOSSIER": _count(here, known),
        }

    def _charged(self, dossier: Record) -> bool:
        """Of a procedure with a fee, unless every fee of the dossier itself is nothing."""
        prices = [str(row.get("Gia", "")) for row in _rows(dossier, "DanhSachLePhi")]
        if prices:
            return not all(price.strip("0.,") == "" for price in prices)
        return self._of(dossier).fee

    def _on_time(self, dossier: Record) -> bool:
        """Waiting for supplements is taken off a finished dossier; an open one asked for two is late (hub page §9, corrections)."""
        waits = [
            (_moment(row.get("NgayBoSung")), _moment(row.get("NgayTiepNhanBoSung")))
            for row in _rows(dossier, "DanhSachHoSoBoSung")
        ]
        end = _end(dossier, self._ledger.steps(dossier["MaHoSo"]))
        if end is not None:
            gone = (back - asked for asked, back in waits if asked and back)
            moment = end - sum(gone, timedelta())
        elif len(waits) > 1:
            return False
        else:
            moment = (waits[0][0] if waits else None) or self._until
        due = _moment(dossier.get("NgayHenTra")) or self._limit(dossier)
        return due is None or moment <= due

    def _limit(self, dossier: Record) -> datetime | None:
        """Reception plus the procedure's working days (Monday to Friday); None when it has no limit."""
        moment, left = _moment(dossier["NgayTiepNhan"]), self._of(dossier).days
        if moment is None or left is None:
            return None
        while left > 0:
            moment += timedelta(days=1)
            left -= moment.weekday() < 5
        return moment

    def _of(self, dossier: Record) -> _Procedure:
        unknown = _Procedure(online=False, fee=False, result=False, days=None)
        return self._procedures.get(dossier["MaTTHC"], unknown)


def made_up(code: str, period: Period, line: str) -> Count:
    """A count of 60 to 100 in 100, always the same for the same department, period and line."""
    span = f"{period.year} {period.first} {period.last}"
    digest = hashlib.sha256(f"{code} {span} {line}".encode()).digest()
    return Count(60 + digest[0] % 41, 100)


def _procedure(row: Mapping[str, Any]) -> _Procedure:
    ways = row.get("CACHTHUCTHUCHIEN", ())
    times = [time for way in ways for time in way["THOIGIAN"]]
    days = next((time["THOIGIANGIAIQUYET"] for time in times), "")
    return _Procedure(
        online=any(way["KENH"] == "2" for way in ways),
        fee=any(time["PHILEPHI"] for time in times),
        result=bool(row.get("KETQUATHUCHIEN")),
        days=int(days) if days.isdecimal() else None,
    )


def _count(whole: Sequence[object], hits: Iterable[bool]) -> Count:
    return Count(sum(hits), len(whole))


def _end(dossier: Record, steps: Sequence[tuple[str, str]]) -> datetime | None:
    for statuses in _ENDS:
        moments = [moment for moment, status in steps if status in statuses]
        if moments:
            return _moment(max(moments))
    return _moment(dossier.get("NgayKetThucXuLy"))


def _result_link(dossier: Record) -> bool:
    """A result with its code, by either name, and the link of its file."""
    return any(
        row.get("DuongDanTepTinKetQua") and (row.get("MaGiayToKetQua") or row.get("MaKetQua"))
        for row in _rows(dossier, "DanhSachGiayToKetQua")
    )


def _moment(text: object) -> datetime | None:
    """A moment of the wire, yyyyMMddHHmmss without offset; None when it is none."""
    if not isinstance(text, str) or len(text) != len("yyyyMMddHHmmss"):
        return None
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
    except ValueError:
        return None


def _values(dossier: Record, field: str, key: str) -> set[str]:
    """What the rows hold under a key; papers that were taken back do not count."""
    rows = [row for row in _rows(dossier, field) if row.get("IsDeleted") not in ("True", "1")]
    return {str(row[key]) for row in rows if row.get(key)}


def _rows(dossier: Record, field: str) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = dossier.get(field) or []
    return rows
