"""What a province reports beside dossiers: satisfaction marks, and the outcome of promotion notices (hub page §1.1).

The body of ``DongBoDanhGia`` is unpublished: fields and table are ours. ``DongBoTrangThaiHoSo`` is seen in one code base; its
``data`` is one object, and its ``type`` is ``"2"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ._answers import Answer, Parameters, Speaker, refusal
from ._ledger import OUTCOME, RATING, Ledger
from ._rules import record_fault

_RATING_FIELDS: Final = ("MaDanhGia", "MaHoSo", "NgayDanhGia", "MucDoHaiLong")
_MARKS: Final = frozenset("12345")
_CHANNELS: Final = frozenset("123")
_OUTCOME_FIELDS: Final = ("MaHoSo", "TrangThai", "MaHoSoDonVi", "NoiDung", "NgayXuLy")
_OUTCOMES: Final = frozenset(str(code) for code in range(1, 12))
"""As for dossiers, and 11 for a refused promotion notice (hub page §2.4)."""


class Reports:
    """Ratings and outcomes, kept like everything else that the hub accepted."""

    def __init__(self, ledger: Ledger, speaker: Speaker) -> None:
        self._ledger = ledger
        self._speaker = speaker

    @property
    def services(self) -> Mapping[str, Callable[[Parameters], Answer]]:
        """Both services by name."""
        return {"DongBoDanhGia": self._rate, "DongBoTrangThaiHoSo": self._report}

    def _rate(self, parameters: Parameters) -> Answer:
        data = parameters.get("data")
        records = [data] if isinstance(data, Mapping) else data
        if not isinstance(records, list) or not records:
            return refusal("Thiếu dữ liệu đánh giá (data)")
        for record in records:
            fault = record_fault(record, _RATING_FIELDS, ("NgayDanhGia",)) or _rating_fault(record)
            if fault:
                return refusal(fault)
            if record["MaHoSo"] not in self._ledger:
                return refusal("Chưa có hồ sơ: phải đồng bộ hồ sơ trước khi gửi đánh giá")
        known = {rating["MaDanhGia"] for rating in self._ledger.others(RATING)}
        if any(record["MaDanhGia"] in known for record in records):
            return self._speaker.exists("Đánh giá đã tồn tại")
        self._ledger.write(RATING, records)
        return self._speaker.done("Đồng bộ đánh giá thành công")

    def _report(self, parameters: Parameters) -> Answer:
        if str(parameters.get("type")) != "2":
            return refusal("Loại (type) phải là 2")
        record = parameters.get("data")
        fault = record_fault(record, _OUTCOME_FIELDS, ("NgayXuLy",))
        if fault is not None or not isinstance(record, Mapping):
            return refusal(fault or "Thiếu dữ liệu (data)")
        if record["TrangThai"] not in _OUTCOMES:
            return refusal("Trường TrangThai có giá trị ngoài danh mục")
        if not isinstance(record.get("TaiLieuXuLy", []), list):
            return refusal("Trường TaiLieuXuLy phải là danh sách")
        self._ledger.write(OUTCOME, [record])
        return self._speaker.done("Đồng bộ trạng thái hồ sơ thành công")


def _rating_fault(record: Mapping[str, Any]) -> str:
    if record["MucDoHaiLong"] not in _MARKS:
        return "Trường MucDoHaiLong có giá trị ngoài danh mục"
    if record.get("KenhDanhGia", "1") not in _CHANNELS:
        return "Trường KenhDanhGia có giá trị ngoài danh mục"
    if len(str(record.get("NoiDung", ""))) > 2000:
        return "NoiDung dài quá 2000 ký tự"
    if not isinstance(record.get("DanhSachTieuChi", []), list):
        return "Trường DanhSachTieuChi phải là danh sách"
    return ""
