"""Dossiers handed over by the one-stop system: what is refused, and the answers that are told apart by their text.

Field names, nullability and the texts "đã tồn tại", "không chờ bổ sung", "không tìm thấy", "đã được trả" and "không tồn
tại" are those of land page §4.2; the other sentences and every length are ours.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import Any

Body = Mapping[str, Any]
Check = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``data`` 1 done, 0 not done, with the sentence."""

    done: bool
    message: str


class Dossiers:
    """What one land system (VBDLIS or iLIS) holds of the one-stop system's dossiers, until the sandbox ends.

    Args:
        area_code: What the area codes must be: whole numbers on VBDLIS, texts on iLIS.
        settings: Switches (doubts page): ``district`` is ``zero`` (default: HuyenId must be there, and may be 0 or empty), ``real``
            (it may not) or ``optional`` (it may be null); ``copies`` is ``any`` (default), ``number`` or ``text`` for SoBanChinh and SoBanSao.
    """

    def __init__(self, area_code: type[int] | type[str], settings: Mapping[str, object]) -> None:
        self._area_code = area_code
        self._settings = settings
        self._held: dict[str, None] = {}
        self._waiting: set[str] = set()
        self._supplemented: set[str] = set()
        self._returned: set[str] = set()
        self._rejected = 0
        self._unknown = cycle(("Không tìm thấy hồ sơ", "Hồ sơ không tồn tại"))

    def state(self) -> dict[str, int]:
        """Counts: ``dossiers``, ``supplemented``, ``returned``, ``rejected_results``."""
        return {
            "dossiers": len(self._held),
            "supplemented": len(self._supplemented),
            "returned": len(self._returned),
            "rejected_results": self._rejected,
        }

    def hand_over(self, body: Body) -> Outcome:
        """``tiepnhan`` / ``TiepNhanHoSo``: a code that is there already is not taken a second time."""
        fault = next(_hand_over_faults(body, self._area_code, self._settings), None)
        if fault is not None:
            return Outcome(done=False, message=fault)
        code = body["SoBienNhan"]
        if code in self._held:
            return Outcome(done=False, message=f"Hồ sơ {code} đã tồn tại")
        self._held[code] = None
        return Outcome(done=True, message="Tiếp nhận hồ sơ thành công")

    def supplement(self, body: Body, waiting: Collection[str]) -> Outcome:
        """``capnhattrangthaibosunghoso`` / ``BoSungHoSo``; ``waiting`` names dossiers that wait for papers anyway."""
        fault = next(
            _faults(
                body,
                {"SoBienNhan": _text, "DanhSachGiayToBoSung": _papers},
                {"NgayHenTraMoi": _moment, "GhiChu": _any_text},
            ),
            None,
        )
        code = body.get("SoBienNhan")
        if fault is not None or not isinstance(code, str):
            return Outcome(done=False, message=fault or "Thiếu trường SoBienNhan")
        if code not in self._held:
            return self._not_here()
        waits = code in self._waiting or (code in waiting and code not in self._supplemented)
        if not waits:
            return Outcome(done=False, message="Hồ sơ không chờ bổ sung")
        self._supplemented.add(code)
        self._waiting.discard(code)
        return Outcome(done=True, message="Bổ sung hồ sơ thành công")

    def hand_back(self, body: Body) -> Outcome:
        """``capnhattrangthaitraketquahoso`` / ``CapNhatTrangThaiHoSo``: the citizen has the result."""
        fault = next(_faults(body, {"SoBienNhan": _text, "NgayTra": _moment}, {}), None)
        if fault is not None:
            return Outcome(done=False, message=fault)
        code = body["SoBienNhan"]
        if code not in self._held:
            return self._not_here()
        if code in self._returned:
            return Outcome(done=False, message="Hồ sơ đã được trả kết quả")
        self._returned.add(code)
        return Outcome(done=True, message="Cập nhật trạng thái trả kết quả thành công")

    def reject_result(self, body: Body) -> Outcome:
        """``phanhoihososaiketqua``: the result is wrong and goes back."""
        fault = next(
            _faults(
                body,
                {"SoBienNhan": _text, "NoiDung": _text},
                {"DanhSachGiayToDinhKem": _papers},
            ),
            None,
        )
        if fault is not None:
            return Outcome(done=False, message=fault)
        if body["SoBienNhan"] not in self._held:
            return self._not_here()
        self._rejected += 1
        return Outcome(done=True, message="Phản hồi hồ sơ sai kết quả thành công")

    def last(self) -> str:
        """The dossier that came last, or nothing."""
        return next(reversed(self._held), "")

    def wait_for_papers(self, code: str) -> None:
        """The one-stop system was asked for papers: from now on it may send them."""
        if code in self._held:
            self._waiting.add(code)

    def _not_here(self) -> Outcome:
        return Outcome(done=False, message=next(self._unknown))


def _hand_over_faults(
    body: Body, area_code: type[int] | type[str], settings: Mapping[str, object]
) -> Iterator[str]:
    area = _whole_number if area_code is int else _any_text
    district = settings.get("district", "zero")
    if district == "real" and body.get("HuyenId") in (0, "", "0", "000"):
        yield "Trường HuyenId không hợp lệ"
    if district == "optional" and body.get("HuyenId") is None:
        body = {**body, "HuyenId": area_code()}
    if not _copies_are(body.get("DanhSachGiayToDinhKem"), str(settings.get("copies", "any"))):
        yield "Trường SoBanChinh hoặc SoBanSao không đúng kiểu"
    yield from _faults(
        body,
        {
            "TinhId": area,
            "HuyenId": area,
            "XaId": area,
            "SoBienNhan": _text,
            "NguoiTiepNhan": _text,
            "ThongTinNguoiNopDon": _applicant,
            "ThongTinQuyTrinh": _process,
            "DanhSachGiayToDinhKem": _papers,
        },
        {
            # Declared with a default, so it may be left out.
            "LaQuyTrinhCapTinh": lambda value: isinstance(value, bool),
            "MaHoSoMotCua": _any_text,
            "NgayTiepNhan": _moment,
            "NgayHenTra": _moment,
            "DiaChiTaiSan": _any_text,
            "ThongTinThuaDat": _parcels,
        },
    )


def _faults(
    body: Body, required: Mapping[str, Check], nullable: Mapping[str, Check]
) -> Iterator[str]:
    for field, check in required.items():
        if body.get(field) is None:
            yield f"Thiếu trường {field}"
        elif not check(body[field]):
            yield f"Trường {field} không hợp lệ"
    for field, check in nullable.items():
        if body.get(field) is not None and not check(body[field]):
            yield f"Trường {field} không hợp lệ"


def _any_text(value: object) -> bool:
    return isinstance(value, str)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _moment(value: object) -> bool:
    """ISO 8601 date and time, as the usual serializer of the platform writes it."""
    if not isinstance(value, str) or "T" not in value:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _texts_of(value: object, required: Collection[str], nullable: Collection[str]) -> bool:
    return (
        isinstance(value, Mapping)
        and all(_text(value.get(field)) for field in required)
        and all(value.get(field) is None or _any_text(value[field]) for field in nullable)
    )


def _applicant(value: object) -> bool:
    return _texts_of(value, ("HoTen",), ("SoChungMinh", "DiaChiChiTiet", "SoDienThoai", "Email"))


def _process(value: object) -> bool:
    return _texts_of(value, ("MaQuyTrinh", "TenQuyTrinh"), ())


def _parcels(value: object) -> bool:
    """SoHieuBanDo here, not SoHieuToBanDo as elsewhere; all of them texts."""
    fields = ("SoThuTuThua", "SoHieuBanDo", "DienTich", "DiaChiChiTiet")
    return isinstance(value, list) and all(_texts_of(row, (), fields) for row in value)


def _papers(value: object) -> bool:
    return isinstance(value, list) and all(_paper(row) for row in value)


def _paper(value: object) -> bool:
    """The numbers of copies have no declared type: whole numbers, or texts of digits (doubts page)."""
    return (
        _texts_of(value, ("TenGiayTo",), ())
        and isinstance(value, Mapping)
        and all(_copies(value.get(field)) for field in ("SoBanChinh", "SoBanSao"))
        and (value.get("TapTin") is None or _file(value["TapTin"]))
    )


def _copies_are(papers: object, wanted: str) -> bool:
    kind = {"number": int, "text": str}.get(wanted)
    if kind is None or not isinstance(papers, list):
        return True
    return all(
        isinstance(paper[field], kind)
        for paper in papers
        if isinstance(paper, Mapping)
        for field in ("SoBanChinh", "SoBanSao")
        if paper.get(field) is not None
    )


def _copies(value: object) -> bool:
    return value is None or _whole_number(value) or (isinstance(value, str) and value.isdigit())


def _file(value: object) -> bool:
    if not isinstance(value, Mapping) or not _text(value.get("name")):
        return False
    data = value.get("data")
    if not isinstance(data, str):
        return False
    try:
        base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
