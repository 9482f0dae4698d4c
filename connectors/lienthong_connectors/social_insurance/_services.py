"""The declared services of social insurance: inter-agency (insurance page §2.1) and card gateway (§2.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._options import CARD, HISTORY, HOUSEHOLD, NUMBER, PERSON

SYSTEM: Final = "social_insurance"

NGSP: Final = "ngsp"
GATEWAY: Final = "gateway"
"""The card gateway: named accounts, registered addresses, registered officers (letter 1923)."""

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

_LETTER: Final = "insurance page §2.2 (letters 1923 and 3190 of BHXH Việt Nam)"
_SECRETS: Final = (
    Field("username", "string", "Named account; in the body or the query, by setting", True),
    Field("password", "MD5 hex", "Password as MD5, upper case by the letter", True),
    Field("token", "string", "access_token of token/take", True),
    Field("id_token", "string", "id_token of token/take", True),
)
_QUESTION: Final = (
    Field("maThe", "string", "Card code of 15 or 10 characters, or the personal number", True, 15),
    Field("hoTen", "string", "Full name", True),
    Field("ngaySinh", "dd/MM/yyyy or ddMMyyyy or yyyy", "Birth date; the letter's table and sample differ: a setting", True),
    Field("hoTenCb", "string", "Name of the officer who asks", True),
    Field("cccdCb", "string", "Personal number of the officer, registered with BHXH", True, 12),
    *_SECRETS,
)  # fmt: skip
_CARD_REPLY: Final = (
    Field("maKetQua", "string", "Result code, 26 values", True, 3),
    Field("ghiChu", "string", "The gateway's words"),
    Field("maThe", "string", "Card code"),
    Field("hoTen", "string", "Full name"),
    Field("ngaySinh", "dd/MM/yyyy", "Birth date"),
    Field("gioiTinh", "Nam | Nữ", "Sex, text"),
    Field("diaChi", "string", "Address"),
    Field("maDKBD", "string", "Facility of registered primary care", None, 5),
    Field("cqBHXH", "string", "Insurance agency"),
    Field("gtTheTu", "dd/MM/yyyy", "Valid from"),
    Field("gtTheDen", "dd/MM/yyyy", "Valid until"),
    Field("maKV", "string", "Area code"),
    Field("ngayDu5Nam", "dd/MM/yyyy", "Five years in a row reached on"),
    Field("maSoBHXH", "string", "Insurance number", None, 10),
    Field("maTheCu", "string", "Old card"),
    Field("maTheMoi", "string", "New card"),
    Field("gtTheTuMoi", "dd/MM/yyyy", "New card valid from"),
    Field("gtTheDenMoi", "dd/MM/yyyy", "New card valid until"),
    Field("maDKBDMoi", "string", "Facility of the new card", None, 5),
    Field("tenDKBDMoi", "string", "Name of that facility"),
    Field("dsLichSuKCB2018", "list", "Treatments, null since letter 2746; not read"),
    Field("dsLichSuKT2018", "list", "Earlier checks; not read: a card check does not need them"),
)

VERIFY_CARD: Final = Service(
    system=SYSTEM,
    name=CARD,
    verb=Verb.VERIFY,
    title_vi="Kiểm tra thẻ bảo hiểm y tế",
    title_en="Whether card, name and birth date belong together and the card can be used",
    dialects=(GATEWAY,),
    channels=("egw",),
    basis=Basis.SPEC,
    source=_LETTER,
    request=_QUESTION,
    reply=_CARD_REPLY,
)
FIND_CARD: Final = replace(
    VERIFY_CARD,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu thông tin thẻ bảo hiểm y tế",
    title_en="A health insurance card by code, name and birth date",
)
CHECK_GATEWAY: Final = replace(
    VERIFY_CARD,
    verb=Verb.CHECK,
    title_vi="Kiểm tra kết nối cổng thẻ bảo hiểm y tế",
    title_en="An empty question, which the gateway must refuse: shows account and server are well, about no person",
    reply=_CARD_REPLY[:1],
)
FIND_HISTORY: Final = Service(
    system=SYSTEM,
    name=HISTORY,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu lịch sử khám chữa bệnh",
    title_en="The treatments of a card's holder; medical data, for a stated need only",
    dialects=(GATEWAY,),
    channels=("egw",),
    basis=Basis.CODE,
    source="insurance page §2.2 (letter 2746 by implementers' reports; request fields as in the card check: ours)",
    request=_QUESTION,
    reply=(
        Field("maKetQua", "string", "Result code, 000 for success", True, 3),
        Field("ghiChu", "string", "The gateway's words; not read"),
        Field("dsLichSuKCB2025/maHoSo", "string", "Number of the treatment record"),
        Field("dsLichSuKCB2025/maCSKCB", "string", "Facility", None, 5),
        Field("dsLichSuKCB2025/ngayVao", "yyyyMMddHHmm, UTC+7", "Admitted", None, 12),
        Field("dsLichSuKCB2025/ngayRa", "yyyyMMddHHmm, UTC+7", "Discharged", None, 12),
        Field("dsLichSuKCB2025/tenBenh", "string", "Diagnosis"),
        Field("dsLichSuKCB2025/tinhTrang", "string", "Condition at discharge"),
        Field("dsLichSuKCB2025/kqDieuTri", "string", "Outcome of the treatment"),
        Field("dsLichSuKCB2025/lyDoVV", "string", "Reason of admission"),
        Field("dsLichSuKCB2025/TEMP1", "string", "Employer, code"),
        Field("dsLichSuKCB2025/TEMP2", "string", "Employer, name"),
    ),
)

SERVICES: Final = (
    NUMBER_SERVICE,
    HOUSEHOLD_SERVICE,
    PERSON_SERVICE,
    VERIFY_CARD,
    FIND_CARD,
    CHECK_GATEWAY,
    FIND_HISTORY,
)
