"""The declared services of social insurance: the inter-agency ones (insurance page §2.1), and all in one list."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._gateway_services import GATEWAY_SERVICES, SYSTEM
from ._options import HOUSEHOLD, NUMBER, PERSON

NGSP: Final = "ngsp"
_DIALECTS: Final = (NGSP,)
_CHANNELS: Final = ("ngsp", "lgsp", "open")
_SOURCE: Final = "insurance page §2.1 (guide of the Quảng Bình adapter)"

_BIRTH: Final = (
    Field("ngaySinh", "yyyyMMdd, yyyyMM or yyyy", "Birth date as far as it is known"),
    Field("loaiNgaySinh", "0|1|2", "0 full date, 1 year only, 2 year and month"),
    Field("gioiTinh", "1|2|3", "1 male, 2 female, 3 other"),
)
_WHO: Final = (Field("hoTen", "string", "Full name"), *_BIRTH)
_WHICH: Final = Field(
    "isKs", "0|1", "1 birth-registration address, 0 household-registration address"
)
_AREA: Final = (
    Field("maTinhKs", "string", "Province code, 2 digits"),
    Field("maHuyenKs", "string", "District code, 3 digits"),
    Field("maXaKs", "string", "Commune code, 5 digits"),
)
_STATUS: Final = Field("trangThai", "string", "Status; its values are unpublished")

NUMBER_SERVICE: Final = Service(
    system=SYSTEM,
    name=NUMBER,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu mã số BHXH theo tiêu chí",
    title_en="The insurance number of a person, by name, birth date, sex and address",
    dialects=_DIALECTS,
    channels=_CHANNELS,
    basis=Basis.SPEC,
    source=f"{_SOURCE} (a)",
    request=(*_WHO, *_AREA, _WHICH),
    reply=(
        Field("maSoBhxh", "string", "Insurance number, 10 digits; empty when nobody fits"),
        _STATUS,
        Field("errorCode", "string", "Error code; its values are unpublished"),
    ),
)

HOUSEHOLD_SERVICE: Final = Service(
    system=SYSTEM,
    name=HOUSEHOLD,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu thông tin tham gia BHXH của hộ gia đình",
    title_en="The household participation of a person",
    dialects=_DIALECTS,
    channels=_CHANNELS,
    basis=Basis.SPEC,
    source=f"{_SOURCE} (b)",
    request=(
        Field("maTinh", "string", "Province code, 2 digits"),
        *_WHO,
        _WHICH,
        Field("soSo", "string", "Insurance book number"),
        Field("maThe", "string", "Card code"),
    ),
    reply=(
        Field("maSo", "string", "Insurance number, 10 digits"),
        *_WHO,
        Field("maHo", "string", "Household code"),
        Field("diaChi", "string", "Address, text"),
        _STATUS,
    ),
)

PERSON_SERVICE: Final = Service(
    system=SYSTEM,
    name=PERSON,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu thông tin hộ gia đình theo mã số BHXH",
    title_en="The insurance record behind an insurance number",
    dialects=_DIALECTS,
    channels=_CHANNELS,
    basis=Basis.SPEC,
    source=f"{_SOURCE} (c)",
    request=(Field("maSoBhxh", "string", "Insurance number, 10 digits"),),
    reply=(*_WHO, Field("soSoCu", "string", "Old book number"), *_AREA, _STATUS),
)

SERVICES: Final = (NUMBER_SERVICE, HOUSEHOLD_SERVICE, PERSON_SERVICE, *GATEWAY_SERVICES)
