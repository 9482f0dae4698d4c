"""Claims, households, lists and the camel-case dialect of the population database, trap by trap (population page A3 to A6)."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lienthong.identity import OldCardNumber, PartialDate, PersonalNumber
from lienthong.interface import (
    Basis,
    BloodGroupQuery,
    Call,
    CallFailed,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenQuery,
    CitizenSupplyQuery,
    GuardianQuery,
    HouseholdHeadQuery,
    HouseholdQuery,
    InvalidRequest,
    LifeStatusQuery,
    MaritalStatusQuery,
    Message,
    NextOfKinQuery,
    Purpose,
    Query,
    ReplyUnreadable,
    ResidenceQuery,
    SystemFault,
    Verb,
    WireReply,
)
from lienthong.transport import load_soap
from lienthong_connectors.population import PopulationConnector, PopulationOptions
from lienthong_connectors.population import _operations as op
from lienthong_connectors.population._bodies import WSDL, Envelopes, camel_json
from lienthong_connectors.population._list_desk import _numbered
from lienthong_connectors.population._lists import (
    read_citizens,
    read_file,
    read_removed,
    read_request,
    read_requests,
)
from lienthong_connectors.population._opening import Opener
from lienthong_connectors.population._operations import CODES, Operation
from lienthong_connectors.population._replies import ReplyReader
from lienthong_connectors.population._requests import flat_fields
from lienthong_connectors.population._services import BY_NAME, SERVICES
from lienthong_connectors.population._subjects import operation_of
from lienthong_connectors.population._wsdl import wsdl

NUMBER, OTHER = PersonalNumber("033085000101"), PersonalNumber("033060000002")
PERSON = CitizenQuery(NUMBER, "Đặng Thị Hoà Mẫu", PartialDate(1985, 3, 14))

QUESTIONS: list[tuple[Verb, Query | Message, dict[str, str]]] = [
    (Verb.VERIFY, NextOfKinQuery(PERSON, "mother", "Lê Thị Mẹ", OTHER),
     {"QuanHe": "02", "HoVaTenNhanThan": "LETHIME", "SoDinhDanhNhanThan": "033060000002"}),
    (Verb.VERIFY, GuardianQuery(PERSON, "Lê Thị Mẹ", OldCardNumber("123456789")),
     {"HoVaTenNguoiGiamHo": "LETHIME", "SoCMNDNguoiGiamHo": "123456789"}),
    (Verb.VERIFY, HouseholdHeadQuery(PERSON, "Lê Thị Mẹ", relation="CH02"),
     {"HoVaTenChuHo": "LETHIME", "QuanHe": "CH02"}),
    (Verb.VERIFY, ResidenceQuery(PERSON, "33", "11983", "321", " Số 1 "),
     {"MaTinhThanh": "33", "MaPhuongXa": "11983", "MaQuanHuyen": "321", "ChiTiet": "Số 1"}),
    (Verb.VERIFY, MaritalStatusQuery(PERSON, "2", "Trần Văn Chồng", OTHER),
     {"TinhTrangHonNhan": "2", "HoVaTenVoChong": "TRANVANCHONG", "SoDinhDanhVoChong": "033060000002"}),
    (Verb.VERIFY, MaritalStatusQuery(PERSON, "1"), {"TinhTrangHonNhan": "1"}),
    (Verb.VERIFY, LifeStatusQuery(PERSON), {}),
    (Verb.LOOKUP, CitizenSupplyQuery(PERSON), {}),
    (Verb.LOOKUP, HouseholdQuery(PERSON), {}),
    (Verb.LOOKUP, BloodGroupQuery(PERSON), {}),
    (Verb.SHARE, CitizenListRequest(by="area", province="33", commune="11983"),
     {"MaTinhThanh": "33", "MaPhuongXa": "11983"}),
    (Verb.SHARE, CitizenListRequest(by="age", age_from=0, age_to=6), {"TuTuoi": "0", "DenTuoi": "6"}),
    (Verb.SHARE, CitizenListRequest(by="blood_group", code="01", province="33"),
     {"NhomMau": "01", "MaTinhThanh": "33"}),
    (Verb.SHARE, CitizenListRequest(by="sex", code="1"), {"GioiTinh": "1"}),
    (Verb.SHARE, CitizenListRequest(by="ethnicity", code="01"), {"DanToc": "01"}),
    (Verb.SHARE, CitizenListRequest(by="religion", code="00"), {"TonGiao": "00"}),
    (Verb.SHARE, CitizenListRemoval(ticket="T-1"), {"MaYeuCauDanhSach": "T-1"}),
    (Verb.LOOKUP, CitizenListsQuery(), {}),
    (Verb.LOOKUP, CitizenListStatusQuery("T-1"), {"MaYeuCauDanhSach": "T-1"}),
    (Verb.LOOKUP, CitizenListStatusQuery("T-1", "detail"), {"MaYeuCauDanhSach": "T-1"}),
    (Verb.LOOKUP, CitizenListStatusQuery("T-1", "history"), {"MaYeuCauDanhSach": "T-1"}),
    (Verb.LOOKUP, CitizenListStatusQuery("T-1", "result"), {"MaYeuCauDanhSach": "T-1"}),
    (Verb.LOOKUP, CitizenListQuery("T-1"), {"MaYeuCauDanhSach": "T-1"}),
    (Verb.LOOKUP, CitizenListQuery("T-1", "file"), {"MaYeuCauDanhSach": "T-1"}),
]  # fmt: skip


def call() -> Call:
    """A call of a case."""
    return Call(
        Purpose("H31-1", "1.004222", "officer-001", "H31", "kiểm thử"), "r-1", time.monotonic() + 30
    )


def asked(verb: Verb, subject: Query | Message) -> Operation:
    """The operation behind a question."""
    operation = operation_of(verb, subject)
    assert operation is not None
    return operation


def fields(verb: Verb, subject: Query | Message, **options: Any) -> dict[str, str]:
    """The flat fields of a question."""
    return flat_fields(asked(verb, subject), subject, call(), PopulationOptions(**options))


def inside(envelope: bytes) -> Any:
    """The operation's element of an envelope, which has an empty Header before its Body."""
    header, body = etree.fromstring(envelope)
    assert len(header) == 0
    [found] = body
    return found


# ---- the declared table ------------------------------------------------------------------------


def test_every_operation_is_declared_once_and_can_be_asked() -> None:
    """A3's names are all there, each with a code and behind one question."""
    named = [service.name for service in SERVICES]
    assert sorted(named) == sorted(CODES)
    behind = {asked(verb, subject) for verb, subject, _ in QUESTIONS}
    assert behind | {op.VERIFY, op.LOOKUP} == set(named)
    for verb, subject, _ in QUESTIONS:
        assert BY_NAME[asked(verb, subject)].verb is verb


def test_what_is_ours_says_so() -> None:
    """Only what a source shows is called known; every service names its fields, meanings and source."""
    known = {service.name for service in SERVICES if service.basis is not Basis.OURS}
    assert known == {op.VERIFY, op.LOOKUP, op.BLOOD_GROUP}
    for service in PopulationConnector.services():
        assert service.source
        for field in (*service.request, *service.reply):
            assert field.kind
            assert field.meaning
    twice = {service.name for service in SERVICES if not service.idempotent}
    assert twice == set(op.LISTS.values())


def test_the_wsdl_is_what_the_table_says() -> None:
    """The file in the package is the one that the declared table makes."""
    assert WSDL.read_text("utf-8") == wsdl()


@pytest.mark.parametrize(
    ("verb", "subject", "specific"), QUESTIONS, ids=lambda value: type(value).__name__
)
@pytest.mark.parametrize("order", ["opencps", "spec"])
def test_every_question_has_its_fields_in_the_order_of_the_table(
    verb: Verb, subject: Query | Message, specific: dict[str, str], order: str
) -> None:
    """Head, number, name and birth as for a look-up, then the specific elements, flat; the WSDL takes them all."""
    found = fields(verb, subject, field_order=order, ma_don_vi="000.00.14.H31")
    operation = asked(verb, subject)
    assert specific.items() <= found.items()
    assert found["MaTichHop"] == CODES[operation]
    person = {"SoDinhDanh", "HoVaTen", "NgayThangNam"}
    about_one = verb is not Verb.SHARE and not isinstance(
        subject, CitizenListsQuery | CitizenListStatusQuery | CitizenListQuery
    )
    assert (person & set(found)) == (person if about_one else set())
    names = list(found)
    office = names.index("MaDonVi")
    assert (office < names.index("MaCanBo")) is (order == "spec")
    assert set(names[-len(specific) :] if specific else []) == set(specific)

    element = inside(Envelopes(load_soap(WSDL)).body(operation, found))
    on_the_wire = [etree.QName(child).localname for child in element]
    expected = ["NgayThangNamSinh" if name == "NgayThangNam" else name for name in names]
    assert etree.QName(element).localname == operation
    assert on_the_wire == expected


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        (NextOfKinQuery(CitizenQuery(NUMBER, "An"), "mother", "Mẹ"), "birth"),
        (NextOfKinQuery(PERSON, "mother", "…"), "full_name"),
        (ResidenceQuery(PERSON, "", "11983"), "province"),
        (ResidenceQuery(PERSON, "33", "Xã"), "commune"),
        (ResidenceQuery(PERSON, "33", "119830"), "commune"),
        (ResidenceQuery(PERSON, "33", "11983", detail="a\x00"), "detail"),
        (ResidenceQuery(PERSON, "33", "11983", detail="a" * 256), "detail"),
        (HouseholdHeadQuery(PERSON, "An", relation="x" * 11), "relation"),
        (LifeStatusQuery(CitizenQuery(NUMBER, "An")), "birth"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(subject: Query, field: str) -> None:
    """A field that is missing or has no room on the wire is named, without its value."""
    with pytest.raises(InvalidRequest) as refused:
        fields(Verb.VERIFY, subject)
    assert refused.value.field == field
    assert "119830" not in str(refused.value)


# ---- doubts about the form of a request --------------------------------------------------------


def element(options: PopulationOptions, query: CitizenQuery = PERSON) -> Any:
    """The element of XacThuc as it travels."""
    envelopes = Envelopes(
        load_soap(WSDL),
        qualified=options.qualified,
        nested_birth=options.birth_shape == "nested",
    )
    flat = flat_fields(op.VERIFY, query, call(), options)
    return inside(envelopes.body(op.VERIFY, flat))


def test_unqualified_children() -> None:
    """Children without a namespace under a qualified operation; values stay the same."""
    found = element(PopulationOptions(qualified=False))
    assert etree.QName(found).namespace == "http://dancuquocgia.bca"
    assert all(etree.QName(item).namespace is None for item in found.iterdescendants())
    assert found.findtext("NgayThangNamSinh/NgayThangNam") == "19850314"


@pytest.mark.parametrize(
    ("birth", "expected"),
    [(PartialDate(1985, 3, 14), "1985-03-14"), (PartialDate(1985), "1985")],
)
def test_flat_birth_date(birth: PartialDate, expected: str) -> None:
    """The specification's form: the date, or the year, as the element's own text."""
    options = PopulationOptions(birth_shape="flat", birth_format="yyyy-MM-dd", qualified=False)
    found = element(options, CitizenQuery(NUMBER, "An", birth))
    [date] = found.findall("NgayThangNamSinh")
    assert (date.text, len(date)) == (expected, 0)


def test_both_identifiers() -> None:
    """The unused number travels empty where both elements are wanted."""
    options = PopulationOptions(identifiers="both", qualified=False)
    for query, personal, card in (
        (PERSON, NUMBER.value, ""),
        (CitizenQuery(OldCardNumber("123456789"), "An"), "", "123456789"),
    ):
        found = element(options, query)
        assert (found.findtext("SoDinhDanh"), found.findtext("SoCMND")) == (personal, card)


def test_account_fields() -> None:
    """TaiKhoan is the officer's account, SoDienThoai the 0 of the one caller that sends them."""
    found = element(PopulationOptions(account_fields=True, qualified=False))
    assert (found.findtext("TaiKhoan"), found.findtext("SoDienThoai")) == ("officer-001", "0")


# ---- the camel-case dialect --------------------------------------------------------------------


def camel(query: CitizenQuery = PERSON, **options: Any) -> dict[str, str]:
    """The JSON of a look-up on the platform of Đồng Tháp."""
    read = PopulationOptions(user_name_service="u", **options)
    flat = flat_fields(op.LOOKUP, query, call(), read)
    content: dict[str, str] = json.loads(camel_json(read)(op.LOOKUP, flat))
    return content


def test_camel_case_request() -> None:
    """The eight keys of the one caller, the unused number empty, and no service code."""
    assert camel() == {
        "maYeuCau": "r-1", "maDVC": "VPCP", "maCanBo": "officer-001", "soDinhDanh": "033085000101",
        "soCMND": "", "hoVaTen": "DANGTHIHOAMAU", "ngayThangNam": "19850314", "userNameService": "u",
    }  # fmt: skip
    year = CitizenQuery(OldCardNumber("123456789"), "An", PartialDate(1985))
    assert camel(year, flat_ma_tich_hop=True, flat_year_key="namSinh") == {
        "maYeuCau": "r-1", "maDVC": "VPCP", "maTichHop": "037", "maCanBo": "officer-001", "soDinhDanh": "",
        "soCMND": "123456789", "hoVaTen": "AN", "ngayThangNam": "", "namSinh": "1985", "userNameService": "u",
    }  # fmt: skip


def test_camel_case_of_other_questions() -> None:
    """Specific elements travel under the same names; a list names no person."""
    options = PopulationOptions()
    body = camel_json(options)
    kin = NextOfKinQuery(PERSON, "mother", "Mẹ")
    content = json.loads(body(op.NEXT_OF_KIN, fields(Verb.VERIFY, kin)))
    assert (content["quanHe"], content["hoVaTenNhanThan"]) == ("02", "ME")
    listed = CitizenListRequest(by="sex", code="1")
    content = json.loads(body(op.LISTS["sex"], fields(Verb.SHARE, listed)))
    assert content == {
        "maYeuCau": "r-1", "maDVC": "VPCP", "maCanBo": "officer-001", "gioiTinh": "1", "userNameService": "",
    }  # fmt: skip


def flat(content: Any, status: int = 200) -> WireReply:
    """An answer of the platform of Đồng Tháp."""
    return WireReply(
        status, {}, content if isinstance(content, bytes) else json.dumps(content).encode()
    )


def test_camel_case_record() -> None:
    """The record in camel case is read like the XML one: names, dates, addresses, relatives, lists."""
    citizen = {
        "soDinhDanh": "033085000101", "hoVaTen": {"ho": "", "chuDem": "", "ten": "ĐẶNG THỊ HOÀ MẪU"},
        "gioiTinh": 2, "ngayThangNamSinh": {"ngayThangNam": "19850314"},
        "thuongTru": {"maTinhThanh": "33", "maPhuongXa": "11983"}, "me": {"hoVaTen": "Lê Thị Mẹ"},
        "$id": "1", "cha": None,
    }  # fmt: skip
    reader = ReplyReader("population", "flat")
    [record] = reader.citizens(op.LOOKUP, flat({"congdanCollection": {"congDan": citizen}}), PERSON)
    assert record.full_name == "ĐẶNG THỊ HOÀ MẪU"
    assert record.birth == PartialDate(1985, 3, 14)
    assert record.mother is not None
    assert record.father is None
    two = {"congdanCollection": {"congDan": [citizen, citizen]}}
    assert len(reader.citizens(op.LOOKUP, flat(two), PERSON)) == 2
    assert reader.exists(op.VERIFY, flat({"ketQuaXacThucResponse": {"tonTai": "true"}}))
    assert not reader.exists(op.VERIFY, flat({"ketQuaXacThucResponse": {"tonTai": False}}))
    nobodies: list[dict[str, Any]] = [
        {},
        {"congdanCollection": ""},
        {"congdanCollection": None},
        {"congdanCollection": {"congDan": ""}},
        {"congdanCollection": {"congDan": []}},
    ]
    for nobody in nobodies:
        assert reader.citizens(op.LOOKUP, flat(nobody), PERSON) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"errorCode": "001", "message": "033085000101"}, SystemFault),
        ({"errorCode": "033085000101"}, SystemFault),
        ({"error": "x"}, ReplyUnreadable),
        ([], ReplyUnreadable),
        (None, ReplyUnreadable),
        (b"<html>", ReplyUnreadable),
        (b'{"congdan', ReplyUnreadable),
        ({"congdanCollection": {"congDan": {"soCMND": "\x00"}}}, ReplyUnreadable),
        (b'{"congdanCollection":' + b'{"a":' * 40 + b"1" + b"}" * 41, ReplyUnreadable),
    ],
)
def test_camel_case_failures(content: Any, error: type[CallFailed]) -> None:
    """Error codes are faults without their text; other JSON, HTML and JSON that is too deep are unreadable."""
    with pytest.raises(error) as caught:
        ReplyReader("population", "flat").citizens(op.LOOKUP, flat(content), PERSON)
    assert "033085000101" not in str(caught.value)


MEANINGS = PopulationOptions().code_meanings


@pytest.mark.parametrize(
    ("code", "meaning"),
    [("004", "not_licensed"), ("005", "not_licensed"), ("404", "not_found"), (5, ""), ("001", "")],
)
def test_codes_that_are_answers(code: Any, meaning: str) -> None:
    """Codes of the table are answers, with HTTP 400 or without; all others are failures (population page A6)."""
    opener = Opener("population", "flat", MEANINGS)
    for status in (200, 400):
        reply = flat({"errorCode": code}, status)
        with pytest.raises(SystemFault) as caught:
            opener.body(op.LOOKUP, reply)
        assert not caught.value.retryable
        assert getattr(caught.value, "meaning", "") == meaning
        assert getattr(caught.value, "reply", reply) is reply


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        ("<faultcode>s:Client</faultcode><detail><MaLoi>404</MaLoi></detail>", "not_found"),
        ("<faultcode>s:KhongCo</faultcode>", "not_found"),
        ("<faultcode>s:Client</faultcode><detail><MaLoi>500</MaLoi></detail>", ""),
    ],
)
def test_faults_that_are_answers(fault: str, meaning: str) -> None:
    """A Fault's own code or that of its detail may be configured to mean an answer; none of C06 is published."""
    opener = Opener("population", "soap", {**MEANINGS, "KhongCo": "not_found"})
    body = f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>{fault}</s:Fault></s:Body></s:Envelope>'
    with pytest.raises(SystemFault) as caught:
        opener.body("S", WireReply(500, {}, body.encode()))
    assert getattr(caught.value, "meaning", "") == meaning


# ---- answers of ours ---------------------------------------------------------------------------

ASK = "http://dancuquocgia.bca"


def soap(body: str) -> WireReply:
    """An XML answer around a Body's content, whose elements stand in the request namespace."""
    return WireReply(
        200, {},
        f'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body xmlns="{ASK}">{body}'
        "</S:Body></S:Envelope>".encode(),
    )  # fmt: skip


def content(body: str) -> Any:
    """The opened content of an XML answer."""
    return Opener("population", "soap", {}).body("S", soap(body))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("<TonTai>true</TonTai><KetQua>true</KetQua>", ("yes", "")),
        ("<TonTai>1</TonTai><KetQua>0</KetQua>", ("no", "")),
        ("<TonTai>false</TonTai><KetQua/>", ("nobody", "")),
        ("<TonTai>false</TonTai><KetQua>true</KetQua>", ("nobody", "")),
        ("<TonTai>true</TonTai><KetQua/>", ("unknown", "")),
        ("<TonTai>true</TonTai>", ("unknown", "")),
        ("<TonTai>true</TonTai><KetQua>true</KetQua><TinhTrang>1</TinhTrang>", ("yes", "dead")),
        ("<TonTai>true</TonTai><KetQua>true</KetQua><TinhTrang>2</TinhTrang>", ("yes", "missing")),
        ("<TonTai>true</TonTai><KetQua>true</KetQua><TinhTrang>7</TinhTrang>", ("yes", "")),
        ("<TonTai>true</TonTai><KetQua>false</KetQua><TinhTrang>0</TinhTrang>", ("no", "")),
    ],
)
def test_verdicts(answer: str, expected: tuple[str, str]) -> None:
    """Registered or not, yes, no or nothing known, and what kind of yes."""
    reply = soap(f"<KetQuaXacMinhResponse>{answer}</KetQuaXacMinhResponse>")
    assert ReplyReader("population", "soap").verdict(op.LIFE_STATUS, reply) == expected


@pytest.mark.parametrize(
    "answer", ["", "<KetQua>true</KetQua>", "<TonTai/>", "<TonTai>true</TonTai><KetQua>có</KetQua>"]
)
def test_no_verdict(answer: str) -> None:
    """An answer that says neither is unreadable, never a no."""
    reply = soap(f"<KetQuaXacMinhResponse>{answer}</KetQuaXacMinhResponse>")
    with pytest.raises(ReplyUnreadable):
        ReplyReader("population", "soap").verdict(op.NEXT_OF_KIN, reply)


MEMBER = (
    "<ThanhVien><HoVaTen>{}</HoVaTen><QuanHe>CH02</QuanHe><SoDinhDanh>{}</SoDinhDanh></ThanhVien>"
)


def test_households() -> None:
    """One member or many, with head, address and relations; an empty household is none."""
    reader = ReplyReader("population", "soap")

    def read(inner: str) -> Any:
        body = f"<HoGiaDinhCollection><HoGiaDinh>{inner}</HoGiaDinh></HoGiaDinhCollection>"
        return reader.households(op.HOUSEHOLD, soap(body), PERSON)

    own = MEMBER.format("Hoà", NUMBER.value)
    [house] = read(
        f"<SoSoHoKhau>3300101</SoSoHoKhau><ChuHo><HoVaTen>Cha</HoVaTen></ChuHo>"
        f"<ThuongTru><MaTinhThanh>33</MaTinhThanh></ThuongTru>{own}{MEMBER.format('Em', OTHER.value)}"
    )
    assert house.household_book == "3300101"
    assert [(one.full_name, one.relation) for one in house.members] == [
        ("Hoà", "CH02"),
        ("Em", "CH02"),
    ]
    assert house.address is not None
    assert len(read(own)[0].members) == 1
    assert read("<SoSoHoKhau>1</SoSoHoKhau>") == []
    assert len(read(MEMBER.format("Em", ""))) == 1
    with pytest.raises(ReplyUnreadable, match="another number"):
        read(MEMBER.format("Em", OTHER.value))
    assert reader.households(op.HOUSEHOLD, soap("<HoGiaDinhCollection/>"), PERSON) == []
    with pytest.raises(ReplyUnreadable, match="another operation"):
        reader.households(op.HOUSEHOLD, soap("<TonTai>true</TonTai>"), PERSON)


def test_list_requests() -> None:
    """Ticket, state, parameters, steps and times, which are Vietnam's; what is unreadable stays empty."""
    record = read_request(
        content(
            "<ChiTietYeuCauResponse><MaYeuCauDanhSach>T-1</MaYeuCauDanhSach><TrangThai>2</TrangThai>"
            "<ThoiDiemTiepNhan>20261124080000</ThoiDiemTiepNhan><ThoiDiemHoanThanh>2026</ThoiDiemHoanThanh>"
            "<ThamSo><Ten>TuTuoi</Ten><GiaTri>6</GiaTri></ThamSo><ThamSo><Ten>DenTuoi</Ten></ThamSo>"
            "<LichSu><ThoiDiem>20261199000000</ThoiDiem><TrangThai>0</TrangThai></LichSu>"
            "<SoCongDan>3</SoCongDan><DungLuong>x</DungLuong></ChiTietYeuCauResponse>"
        ),
        "T-1",
        system="population",
        service=op.DETAIL,
    )
    assert record.received_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert record.finished_at is None
    assert record.parameters == (("TuTuoi", "6"), ("DenTuoi", ""))
    assert record.history[0].at is None
    assert (record.count, record.file_bytes) == (3, None)


@pytest.mark.parametrize(
    ("answer", "ticket"),
    [
        ("", "T-1"),
        ("<X><TrangThai>2</TrangThai></X>", "T-1"),
        ("<X><MaYeuCauDanhSach>T-2</MaYeuCauDanhSach></X>", "T-1"),
        ("<X><MaYeuCauDanhSach>T-1</MaYeuCauDanhSach><TrangThai>9</TrangThai></X>", "T-1"),
        ("<X><MaYeuCauDanhSach/></X>", None),
        ("<X><MaYeuCauDanhSach>a b</MaYeuCauDanhSach></X>", None),
        (f"<X><MaYeuCauDanhSach>{'x' * 41}</MaYeuCauDanhSach></X>", None),
    ],
)
def test_no_list_request(answer: str, ticket: str | None) -> None:
    """Without a usable ticket, about another one, or in an unknown state: unreadable."""
    with pytest.raises(ReplyUnreadable):
        read_request(content(answer), ticket, system="population", service=op.STATUS)


def test_pages_files_and_removal() -> None:
    """Totals as attribute or element; a file must be base64; a removal must say yes or no."""
    kwargs = {"system": "population", "service": "S"}
    an = "<CongDan><HoVaTen>An</HoVaTen></CongDan>"
    page = read_citizens(
        content(f'<CongdanCollection SoCongDan="9">{an}<CongDan/></CongdanCollection>'), **kwargs
    )
    assert (len(page.rows), page.total) == (1, 9)
    page = read_citizens(
        content(f"<CongdanCollection><SoCongDan>2</SoCongDan>{an}</CongdanCollection>"), **kwargs
    )
    assert page.total == 2
    with pytest.raises(ReplyUnreadable, match="no name"):
        read_citizens(
            content("<CongdanCollection><CongDan><SoCMND>1</SoCMND></CongDan></CongdanCollection>"),
            **kwargs,
        )
    requests = read_requests(
        content("<DanhSachYeuCauResponse><TongSo>1</TongSo><YeuCau><MaYeuCauDanhSach>T</MaYeuCauDanhSach></YeuCau>"
                "</DanhSachYeuCauResponse>"), **kwargs
    )  # fmt: skip
    assert (requests.rows[0].ticket, requests.total) == ("T", 1)
    for empty in ("<TongSo/>", "<TongSo>1</TongSo><YeuCau><TrangThai>2</TrangThai></YeuCau>"):
        with pytest.raises(ReplyUnreadable, match="without their codes"):
            read_requests(
                content(f"<DanhSachYeuCauResponse>{empty}</DanhSachYeuCauResponse>"), **kwargs
            )
    file = read_file(
        content(
            "<TepKetQuaResponse><TenTep>a.xml</TenTep><NoiDung>PGE\nvPg==</NoiDung></TepKetQuaResponse>"
        ),
        **kwargs,
    )
    assert (file.name, file.content_base64) == ("a.xml", "PGEvPg==")
    for broken in ("", "<NoiDung/>", "<NoiDung>***</NoiDung>", "<NoiDung>PGEvPg</NoiDung>"):
        with pytest.raises(ReplyUnreadable):
            read_file(content(broken), **kwargs)
    assert read_removed(content("<X><KetQua>true</KetQua></X>"), **kwargs)
    for read in (read_removed, read_citizens, read_requests):
        with pytest.raises(ReplyUnreadable):
            read(content("<X/>"), **kwargs)


@given(st.text(alphabet="abc-0123456789", min_size=1, max_size=40), st.integers(0, 9999))
def test_every_message_of_a_list_has_a_request_id_of_its_own(request_id: str, number: int) -> None:
    """Numbered, never the bare id, and never longer than the wire takes."""
    found = _numbered(Call(None, request_id, 0.0), number).request_id
    assert found.endswith(f".{number}")
    assert len(found) <= 40
    assert found != request_id


_KEYS = st.sampled_from(
    ["congdanCollection", "congDan", "hoVaTen", "ten", "tonTai", "ketQua", "hoGiaDinhCollection", "hoGiaDinh",
     "thanhVien", "maYeuCauDanhSach", "trangThai", "thamSo", "lichSu", "thoiDiem", "noiDung", "yeuCau", "soCongDan",
     "danhSachYeuCauResponse", "errorCode", "", "Ω", "a b"]
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4)
    | st.sampled_from(["true", "2", "20261124080000", "19850314", "T-1", "An"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(anything=_JSON)
def test_any_json_is_an_answer_or_a_typed_error(anything: Any) -> None:
    """Whatever JSON comes, each reader gives its answer or a typed error."""
    reader = ReplyReader("population", "flat")
    kwargs = {"system": "population", "service": "S"}
    for reply in (flat(anything), flat({"congdanCollection": anything}), flat({"x": anything})):
        for read in (
            lambda reply: reader.citizens(op.LOOKUP, reply, PERSON),
            lambda reply: reader.households(op.HOUSEHOLD, reply, PERSON),
            lambda reply: reader.exists(op.VERIFY, reply),
            lambda reply: reader.verdict(op.GUARDIAN, reply),
            lambda reply: read_request(reader.body("S", reply), "T-1", **kwargs),
            lambda reply: read_request(reader.body("S", reply), None, **kwargs),
            lambda reply: read_requests(reader.body("S", reply), **kwargs),
            lambda reply: read_citizens(reader.body("S", reply), **kwargs),
            lambda reply: read_file(reader.body("S", reply), **kwargs),
            lambda reply: read_removed(reader.body("S", reply), **kwargs),
        ):
            try:
                read(reply)
            except CallFailed:
                continue
