"""Every operation of the population register, with its service code and the elements beside the common ones.

Names are published (population page A3); of most, nothing else is. What is ours: the codes 901 to 926, the specific
elements and the answers, which ``README.md`` beside this module lists. Specific elements are flat, so that the flat JSON
fronts can carry the same names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a request beside the common ones; ``pattern`` is what its text must be, whole."""

    name: str
    pattern: re.Pattern[str]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the MaTichHop codes it takes, whether it is about one citizen, its specific elements."""

    name: str
    codes: tuple[str, ...]
    person: bool = True
    elements: tuple[Element, ...] = ()


CONFIRM: Final = "XacThucThongTinCongDan"
LOOK_UP: Final = "TraCuuThongTinCongDan"
DEATH: Final = "XacMinhTinhTrangChetMatTich"

_NAME: Final = re.compile(r".{1,100}")
_PERSONAL: Final = re.compile(r"[0-9]{12}")
_CARD: Final = re.compile(r"[0-9]{9}")
_PROVINCE: Final = re.compile(r"[0-9]{2}")
_DISTRICT: Final = re.compile(r"[0-9]{3}")
_WARD: Final = re.compile(r"[0-9]{5}")
_TEXT: Final = re.compile(r".{1,255}")
_AGE: Final = re.compile(r"[0-9]{1,3}")
_COUNT: Final = re.compile(r"[0-9]{1,6}")
_REQUEST: Final = re.compile(r"[\w.-]{1,40}")

_AREA: Final = (Element("MaTinhThanh", _PROVINCE), Element("MaPhuongXa", _WARD))
_PAGE: Final = (Element("Trang", _COUNT), Element("SoBanGhi", _COUNT))
_WHICH: Final = Element("MaYeuCauDanhSach", _REQUEST, required=True)
_MANAGEMENT: Final = ("920",)


def _other(whose: str) -> tuple[Element, ...]:
    """The elements that name a second person: ``HoVaTen…`` and either number."""
    return (
        Element(f"HoVaTen{whose}", _NAME, required=True),
        Element(f"SoDinhDanh{whose}", _PERSONAL),
        Element(f"SoCMND{whose}", _CARD),
    )


def _coded(name: str, pattern: str) -> Element:
    return Element(name, re.compile(pattern), required=True)


LISTS: Final = (
    Operation(
        "CungCapDanhSachTheoDiaPhuong",
        ("921",),
        person=False,
        elements=(Element("MaTinhThanh", _PROVINCE, required=True), Element("MaPhuongXa", _WARD)),
    ),
    Operation(
        "CungCapDanhSachTheoDoTuoi",
        ("922",),
        person=False,
        elements=(
            Element("TuTuoi", _AGE, required=True),
            Element("DenTuoi", _AGE, required=True),
            *_AREA,
        ),
    ),
    Operation(
        "CungCapDanhSachTheoNhomMau",
        ("923",),
        person=False,
        elements=(_coded("NhomMau", r"0[0-4]"), *_AREA),
    ),
    Operation(
        "CungCapDanhSachTheoGioiTinh",
        ("924",),
        person=False,
        elements=(_coded("GioiTinh", r"[12]"), *_AREA),
    ),
    Operation(
        "CungCapDanhSachTheoDanToc",
        ("925",),
        person=False,
        elements=(_coded("DanToc", r"[0-9]{2}"), *_AREA),
    ),
    Operation(
        "CungCapDanhSachTheoTonGiao",
        ("926",),
        person=False,
        elements=(_coded("TonGiao", r"[0-9]{2}"), *_AREA),
    ),
)
"""Requests for a list of citizens, answered later."""

MANAGEMENT: Final = (
    Operation("GetRequests", _MANAGEMENT, person=False, elements=_PAGE),
    Operation("GetRequestStatus", _MANAGEMENT, person=False, elements=(_WHICH,)),
    Operation("GetRequestDetail", _MANAGEMENT, person=False, elements=(_WHICH,)),
    Operation("GetRequestHistory", _MANAGEMENT, person=False, elements=(_WHICH,)),
    Operation("GetRequestResult", _MANAGEMENT, person=False, elements=(_WHICH,)),
    Operation("GetResultDetailAsRecords", _MANAGEMENT, person=False, elements=(_WHICH, *_PAGE)),
    Operation("GetResultDetailAsFile", _MANAGEMENT, person=False, elements=(_WHICH,)),
    Operation("DeleteRequest", _MANAGEMENT, person=False, elements=(_WHICH,)),
)
"""What is done with such a request afterwards."""

VERIFICATIONS: Final = (
    Operation(
        "XacMinhThongTinNhanThan",
        ("901",),
        elements=(_coded("QuanHe", r"0[1-4]"), *_other("NhanThan")),
    ),
    Operation("XacMinhThongTinNguoiGiamHo", ("902",), elements=_other("NguoiGiamHo")),
    Operation(
        "XacMinhThongTinChuHo",
        ("903",),
        elements=(*_other("ChuHo"), Element("QuanHe", re.compile(r"CH[0-9]{2}"))),
    ),
    Operation(
        "XacMinhThongTinNoiOHienTai",
        ("904",),
        elements=(
            Element("MaTinhThanh", _PROVINCE, required=True),
            Element("MaPhuongXa", _WARD, required=True),
            Element("MaQuanHuyen", _DISTRICT),
            Element("ChiTiet", _TEXT),
        ),
    ),
    Operation(
        "XacMinhTinhTrangHonNhan",
        ("905",),
        elements=(
            _coded("TinhTrangHonNhan", r"[123]"),
            Element("HoVaTenVoChong", _NAME),
            Element("SoDinhDanhVoChong", _PERSONAL),
            Element("SoCMNDVoChong", _CARD),
        ),
    ),
    Operation(DEATH, ("906",)),
)
"""Yes/no about one claim on one citizen."""

OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for operation in (
        Operation(LOOK_UP, ("037",)),
        Operation(CONFIRM, ("003", "033")),
        *VERIFICATIONS,
        Operation("CungCapThongTinCongDan", ("911",)),
        Operation("CungCapThongTinHoGiaDinh", ("912",)),
        Operation("CungCapThongTinNhomMau", ("913",)),
        *LISTS,
        *MANAGEMENT,
    )
}
"""All operations by name. Of the codes, 037, 003 and 033 are seen (population page A3); the rest are ours."""
