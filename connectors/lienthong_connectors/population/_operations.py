"""Names and service codes of the operations of the population database (population page A3)."""

from __future__ import annotations

from typing import Final, Literal

Operation = Literal[
    "XacThucThongTinCongDan",
    "TraCuuThongTinCongDan",
    "XacMinhThongTinNhanThan",
    "XacMinhThongTinNguoiGiamHo",
    "XacMinhThongTinChuHo",
    "XacMinhThongTinNoiOHienTai",
    "XacMinhTinhTrangHonNhan",
    "XacMinhTinhTrangChetMatTich",
    "CungCapThongTinCongDan",
    "CungCapThongTinHoGiaDinh",
    "CungCapThongTinNhomMau",
    "CungCapDanhSachTheoDiaPhuong",
    "CungCapDanhSachTheoDoTuoi",
    "CungCapDanhSachTheoNhomMau",
    "CungCapDanhSachTheoGioiTinh",
    "CungCapDanhSachTheoDanToc",
    "CungCapDanhSachTheoTonGiao",
    "GetRequests",
    "GetRequestStatus",
    "GetRequestDetail",
    "GetRequestHistory",
    "GetRequestResult",
    "GetResultDetailAsRecords",
    "GetResultDetailAsFile",
    "DeleteRequest",
]
VERIFY: Final[Operation] = "XacThucThongTinCongDan"
LOOKUP: Final[Operation] = "TraCuuThongTinCongDan"
NEXT_OF_KIN: Final[Operation] = "XacMinhThongTinNhanThan"
GUARDIAN: Final[Operation] = "XacMinhThongTinNguoiGiamHo"
HOUSEHOLD_HEAD: Final[Operation] = "XacMinhThongTinChuHo"
RESIDENCE: Final[Operation] = "XacMinhThongTinNoiOHienTai"
MARITAL_STATUS: Final[Operation] = "XacMinhTinhTrangHonNhan"
LIFE_STATUS: Final[Operation] = "XacMinhTinhTrangChetMatTich"
CITIZEN: Final[Operation] = "CungCapThongTinCongDan"
HOUSEHOLD: Final[Operation] = "CungCapThongTinHoGiaDinh"
BLOOD_GROUP: Final[Operation] = "CungCapThongTinNhomMau"
REQUESTS: Final[Operation] = "GetRequests"
STATUS: Final[Operation] = "GetRequestStatus"
DETAIL: Final[Operation] = "GetRequestDetail"
HISTORY: Final[Operation] = "GetRequestHistory"
RESULT: Final[Operation] = "GetRequestResult"
AS_RECORDS: Final[Operation] = "GetResultDetailAsRecords"
AS_FILE: Final[Operation] = "GetResultDetailAsFile"
DELETE: Final[Operation] = "DeleteRequest"

LISTS: Final[dict[str, Operation]] = {
    "area": "CungCapDanhSachTheoDiaPhuong",
    "age": "CungCapDanhSachTheoDoTuoi",
    "blood_group": "CungCapDanhSachTheoNhomMau",
    "sex": "CungCapDanhSachTheoGioiTinh",
    "ethnicity": "CungCapDanhSachTheoDanToc",
    "religion": "CungCapDanhSachTheoTonGiao",
}
"""What a list is made by → operation."""

_LIST_CARE: Final = "920"

CODES: Final[dict[Operation, str]] = {
    # Seen: 037 with TraCuu in two systems, 033 with XacThuc "per CV 761/VPCP-KSTT"; 003 has been seen too.
    VERIFY: "033",
    LOOKUP: "037",
    # No official list is public: these are ours and have to be replaced by what C06 issues.
    NEXT_OF_KIN: "901",
    GUARDIAN: "902",
    HOUSEHOLD_HEAD: "903",
    RESIDENCE: "904",
    MARITAL_STATUS: "905",
    LIFE_STATUS: "906",
    CITIZEN: "911",
    HOUSEHOLD: "912",
    BLOOD_GROUP: "913",
    "CungCapDanhSachTheoDiaPhuong": "921",
    "CungCapDanhSachTheoDoTuoi": "922",
    "CungCapDanhSachTheoNhomMau": "923",
    "CungCapDanhSachTheoGioiTinh": "924",
    "CungCapDanhSachTheoDanToc": "925",
    "CungCapDanhSachTheoTonGiao": "926",
    REQUESTS: _LIST_CARE,
    STATUS: _LIST_CARE,
    DETAIL: _LIST_CARE,
    HISTORY: _LIST_CARE,
    RESULT: _LIST_CARE,
    AS_RECORDS: _LIST_CARE,
    AS_FILE: _LIST_CARE,
    DELETE: _LIST_CARE,
}
"""MaTichHop by operation, where the settings do not say otherwise."""
