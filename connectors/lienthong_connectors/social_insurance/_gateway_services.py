"""The declared services of the card gateway (insurance page §2.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._options import CARD, CHECK_IN, DETAIL, HISTORY, SEND_ASSESSMENT, SEND_TREATMENT

SYSTEM: Final = "social_insurance"

GATEWAY: Final = "gateway"
"""The card gateway: named accounts, registered addresses, registered officers (letter 1923)."""

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

FIND_DETAIL: Final = Service(
    system=SYSTEM,
    name=DETAIL,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu chi tiết một lần khám chữa bệnh",
    title_en="One treatment with all its tables; medical data, for a stated need only",
    dialects=(GATEWAY,),
    channels=("egw",),
    basis=Basis.CODE,
    source="insurance page §2.2 (callers' code; codes of the reply partly ours)",
    request=(
        Field("maHoSo", "string", "Number of the treatment record, in the query", True),
        *_SECRETS,
    ),
    reply=(
        Field("maKetQua", "string", "Result code, 200 for success; read where it comes", None, 3),
        Field("hoSoKCB/xml1", "object", "Summary of the treatment, columns of table 1"),
        Field("hoSoKCB/dsXml2", "list", "Medicines, columns of table 2"),
        Field("hoSoKCB/dsXml3", "list", "Technical services and supplies, columns of table 3"),
        Field("hoSoKCB/dsXml4", "list", "Laboratory and imaging results, columns of table 4"),
        Field("hoSoKCB/dsXml5", "list", "Clinical course, columns of table 5"),
    ),
)

SEND_CHECK_IN: Final = Service(
    system=SYSTEM,
    name=CHECK_IN,
    verb=Verb.SHARE,
    title_vi="Gửi dữ liệu check-in của người bệnh",
    title_en="Tells BHXH that a patient has arrived at a facility",
    dialects=(GATEWAY,),
    channels=("egw",),
    basis=Basis.SPEC,
    source=_LETTER,
    # No service that looks up what was sent is published, so nothing tells whether a second file would be taken twice.
    idempotent=False,
    request=(
        Field("accessToken", "string", "access_token of token/take; header", True),
        Field("tokenId", "string", "id_token of token/take; header", True),
        Field("passwordHash", "MD5 hex", "Password as MD5; header", True),
        Field("username", "string", "Named account", True),
        Field("loaiHoSo", "0|130|12", "Kind of file: 0 arrival, 130 treatment, 12 assessment", True),
        Field("maTinh", "string", "Province code", True, 2),
        Field("maCSKCB", "string", "Facility code", True, 5),
        Field("fileHSBase64", "base64", "The XML file", True),
    ),
    reply=(
        Field("maKetQua", "string", "200 taken, 401 account, 403 not allowed; others are unpublished", True, 3),
        Field("maGiaoDich", "string", "Number of the transaction; without it nothing was taken"),
        Field("thoiGianTiepNhan", "yyyyMMddHHmmss, UTC+7", "Taken at", None, 14),
        Field("thongDiep", "string", "The gateway's words"),
    ),
)  # fmt: skip
SEND_TREATMENT_FILE: Final = replace(
    SEND_CHECK_IN,
    name=SEND_TREATMENT,
    title_vi="Gửi hồ sơ khám chữa bệnh (XML1 đến XML11)",
    title_en="Sends a treatment, tables 1 to 11, to BHXH",
)
SEND_ASSESSMENT_FILE: Final = replace(
    SEND_CHECK_IN,
    name=SEND_ASSESSMENT,
    title_vi="Gửi dữ liệu giám định y khoa",
    title_en="Sends the data of a medical assessment to BHXH",
)

GATEWAY_SERVICES: Final = (
    VERIFY_CARD,
    FIND_CARD,
    CHECK_GATEWAY,
    FIND_HISTORY,
    FIND_DETAIL,
    SEND_CHECK_IN,
    SEND_TREATMENT_FILE,
    SEND_ASSESSMENT_FILE,
)
