"""Citizen queries on the wire and answers off it, trap by trap (population page A4 to A6)."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lienthong.identity import OldCardNumber, PartialDate, PersonalNumber, Sex
from lienthong.interface import (
    Call,
    CallFailed,
    CaseRequired,
    CitizenQuery,
    CitizenRecord,
    InvalidRequest,
    Purpose,
    ReplyUnreadable,
    SystemFault,
    WireReply,
)
from lienthong.transport import load_soap
from lienthong_connectors.population import PopulationOptions
from lienthong_connectors.population._bodies import WSDL, Envelopes
from lienthong_connectors.population._operations import LOOKUP, VERIFY, Operation
from lienthong_connectors.population._replies import ReplyReader
from lienthong_connectors.population._requests import flat_fields

NUMBER = PersonalNumber("033085000101")
QUERY = CitizenQuery(NUMBER, "Đặng Thị  Hoà Mẫu", PartialDate(1985, 3, 14))


def call(**changes: str) -> Call:
    """A call of a case."""
    values = {
        "dossier": "H31-1",
        "procedure": "1.004222",
        "officer": "officer-001",
        "agency": "H31",
        "reason": "kiểm thử",
        **changes,
    }
    return Call(Purpose(**values), "r-1", time.monotonic() + 30)


def fields(
    operation: Operation = VERIFY, query: CitizenQuery = QUERY, **options: Any
) -> dict[str, str]:
    """The flat fields of a request."""
    return flat_fields(operation, query, call(), PopulationOptions(**options))


def test_fields_keep_the_order_of_the_wire() -> None:
    """MaYeuCau, MaDVC, MaTichHop, MaCanBo, number first, then the rest (doubts page)."""
    assert fields() == {
        "MaYeuCau": "r-1",
        "MaDVC": "VPCP",
        "MaTichHop": "033",
        "MaCanBo": "officer-001",
        "SoDinhDanh": "033085000101",
        "HoVaTen": "DANGTHIHOAMAU",
        "NgayThangNam": "19850314",
    }
    assert list(fields()) == [
        "MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh", "HoVaTen", "NgayThangNam",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"ma_dvc": ""}, {"MaDVC": "1.004222"}),
        ({"ma_don_vi": "000.00.14.H31"}, {"MaDonVi": "000.00.14.H31"}),
        ({"ma_tich_hop": {VERIFY: "003"}}, {"MaTichHop": "003"}),
        ({"service_code_element": "MaDichVu"}, {"MaDichVu": "033"}),
        ({"birth_format": "yyyy-MM-dd"}, {"NgayThangNam": "1985-03-14"}),
        ({"name_form": "upper"}, {"HoVaTen": "ĐẶNG THỊ HOÀ MẪU"}),
    ],
)
def test_options_change_one_field(options: dict[str, Any], expected: dict[str, str]) -> None:
    """Each doubt of the reference is a setting."""
    assert expected.items() <= fields(**options).items()


def test_service_code_of_a_record_is_always_matichhop() -> None:
    """MaDichVu is an alternative of XacThuc only; TraCuu keeps its own code."""
    found = fields(LOOKUP, service_code_element="MaDichVu")
    assert found["MaTichHop"] == "037"
    assert "MaDichVu" not in found


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (PartialDate(1985), {"Nam": "1985"}),
        (PartialDate(1985, 3), {"Nam": "1985"}),
        (None, {}),
    ],
)
def test_birth_as_far_as_it_is_known(birth: PartialDate | None, expected: dict[str, str]) -> None:
    """A year travels in Nam, never as an invented day; without a date none is sent."""
    found = fields(query=CitizenQuery(NUMBER, "An", birth))
    assert {key: found[key] for key in ("Nam", "NgayThangNam") if key in found} == expected


def test_verify_can_leave_the_birth_date_out() -> None:
    """Some have XacThuc without a birth date (doubts page); a record needs one."""
    assert "NgayThangNam" not in fields(send_birth_in_verify=False)
    assert "NgayThangNam" in fields(LOOKUP, send_birth_in_verify=False)
    with pytest.raises(InvalidRequest) as refused:
        fields(LOOKUP, CitizenQuery(NUMBER, "An"))
    assert refused.value.field == "birth"


def test_old_card_replaces_the_number() -> None:
    """Exactly one of the two numbers is sent."""
    found = fields(query=CitizenQuery(OldCardNumber("123456789"), "An", PartialDate(1950)))
    assert found["SoCMND"] == "123456789"
    assert "SoDinhDanh" not in found


def test_the_officers_own_number_goes_before_the_account() -> None:
    """MaCanBo is the officer's number where there is one."""
    found = flat_fields(VERIFY, QUERY, call(officer_number="033080000001"), PopulationOptions())
    assert found["MaCanBo"] == "033080000001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"officer": "x" * 21}, "officer"),
        ({"officer": ""}, "officer"),
        ({"officer": "a\x00b"}, "officer"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, str], field: str) -> None:
    """A field that the wire has no room for is refused before a byte leaves, without its value."""
    with pytest.raises(InvalidRequest) as refused:
        flat_fields(VERIFY, QUERY, call(**changes), PopulationOptions())
    assert refused.value.field == field


def test_names_and_cases_are_demanded() -> None:
    """A name without letters and a call without a case are refused."""
    with pytest.raises(InvalidRequest) as refused:
        fields(query=CitizenQuery(NUMBER, "…", None))
    assert refused.value.field == "full_name"
    with pytest.raises(CaseRequired):
        flat_fields(VERIFY, QUERY, Call(None, "r", 0.0), PopulationOptions())


def test_envelope_is_what_the_wsdl_says() -> None:
    """The filled shape is what zeep builds, with an empty Header: qualified, nested birth date, values escaped."""
    messages = load_soap(WSDL)
    flat = {**fields(name_form="upper"), "MaCanBo": "<a&b>"}
    nested: dict[str, Any] = {key: value for key, value in flat.items() if key != "NgayThangNam"}
    nested["NgayThangNamSinh"] = {"NgayThangNam": flat["NgayThangNam"]}
    envelopes = Envelopes(messages)
    ours = b""
    for _ in range(2):
        ours = envelopes.body(VERIFY, flat)
        assert b"<soap-env:Header/>" in ours
        bare = ours.replace(b"<soap-env:Header/>", b"")
        assert etree.tostring(etree.fromstring(bare), method="c14n") == etree.tostring(
            etree.fromstring(messages.envelope(VERIFY, nested)), method="c14n"
        )
    root = etree.fromstring(ours)
    assert root.xpath("//*[local-name()='MaCanBo']/text()") == ["<a&b>"]
    assert {etree.QName(item).namespace for item in root.iter()} == {
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://dancuquocgia.bca",
    }


@pytest.mark.parametrize("operation", [VERIFY, LOOKUP])
def test_every_shape_can_be_built(operation: Operation) -> None:
    """All combinations of number, birth date, agency and service code element fit the WSDL."""
    envelopes = Envelopes(load_soap(WSDL))
    for number in (NUMBER, OldCardNumber("123456789")):
        for birth in (PartialDate(1950), PartialDate(1950, 1, 2)):
            for options in ({}, {"ma_don_vi": "H31"}, {"service_code_element": "MaDichVu"}):
                found = fields(operation, CitizenQuery(number, "An", birth), **options)
                assert f">{number.value}<".encode() in envelopes.body(operation, found)


SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RECORD = "http://www.mic.gov.vn/dancu/1.0"
ASK = "http://dancuquocgia.bca"


def envelope(body: str, namespaces: str = f'xmlns:ns1="{RECORD}" xmlns:d="{ASK}"') -> bytes:
    """An answer around a Body's content."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="{SOAP}" {namespaces}>'
        f"<S:Header/><S:Body>{body}</S:Body></S:Envelope>"
    ).encode()


def read(body: str, query: CitizenQuery = QUERY) -> list[CitizenRecord]:
    """The citizens in an answer."""
    reader = ReplyReader("population", "soap")
    return reader.citizens(LOOKUP, WireReply(200, {}, envelope(body)), query)


def one(content: str) -> CitizenRecord:
    """The one citizen of an answer with this content."""
    prefixed = content.replace("</", "</ns1:").replace("<", "<ns1:").replace("<ns1:/ns1:", "</ns1:")
    [record] = read(
        f"<ns1:CongdanCollection><ns1:CongDan>{prefixed}</ns1:CongDan></ns1:CongdanCollection>"
    )
    return record


NAME = "<HoVaTen><Ten>HOÀ</Ten></HoVaTen>"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("<HoVaTen><Ho/><ChuDem/><Ten>ĐẶNG THỊ HOÀ</Ten></HoVaTen>", "ĐẶNG THỊ HOÀ"),
        ("<HoVaTen><Ho>Đặng</Ho><ChuDem>Thị</ChuDem><Ten>Hoà</Ten></HoVaTen>", "Đặng Thị Hoà"),
        ("<HoVaTen><Ho>Đặng</Ho><Ten>Hoà</Ten></HoVaTen>", "Đặng Hoà"),
        ("<HoVaTen> Đặng  Thị\nHoà </HoVaTen>", "Đặng Thị Hoà"),
        ("<Ho>Đặng</Ho><ChuDem>Thị</ChuDem><Ten>Hoà</Ten>", "Đặng Thị Hoà"),
        ("<HoVaTen><Ten>Hoa\u0300</Ten></HoVaTen>", "Hoà"),
    ],
)
def test_names_in_every_shape(name: str, expected: str) -> None:
    """A name in parts, whole in Ten, as text or decomposed comes out as one NFC text."""
    assert one(name).full_name == expected


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("<NgayThangNam>19850314</NgayThangNam><Nam>1985</Nam>", PartialDate(1985, 3, 14)),
        ("<NgayThangNam>1985-03-14</NgayThangNam>", PartialDate(1985, 3, 14)),
        ("<NgayThangNam/><Nam>1985</Nam>", PartialDate(1985)),
        ("<Nam>1985</Nam>", PartialDate(1985)),
        ("<NgayThangNam>19850000</NgayThangNam>", PartialDate(1985)),
        ("<NgayThangNam>19850300</NgayThangNam>", PartialDate(1985, 3)),
        ("<NgayThangNam>20000000</NgayThangNam>", PartialDate(2000)),
        ("<NgayThangNam>1985</NgayThangNam>", PartialDate(1985)),
        ("<NgayThangNam>19851341</NgayThangNam><Nam>1985</Nam>", PartialDate(1985)),
        ("<NgayThangNam>hôm qua</NgayThangNam>", None),
        ("1985-03-14", PartialDate(1985, 3, 14)),
        ("1985", PartialDate(1985)),
        ("", None),
    ],
)
def test_birth_dates_in_every_shape(birth: str, expected: PartialDate | None) -> None:
    """Dates nested or flat, with or without dashes, with zeros for the unknown, and unreadable ones."""
    assert one(f"{NAME}<NgayThangNamSinh>{birth}</NgayThangNamSinh>").birth == expected


def test_addresses_in_both_shapes() -> None:
    """Codes by level with or without the district, or QCVN's one code; lost zeros come back; empty is none."""
    record = one(
        f"{NAME}"
        "<ThuongTru><MaTinhThanh>33</MaTinhThanh><MaPhuongXa>11983</MaPhuongXa>"
        "<ChiTiet>Số 1</ChiTiet><QuocGia>VN</QuocGia></ThuongTru>"
        "<QueQuan><MaTinhThanh>1</MaTinhThanh><MaQuanHuyen>2</MaQuanHuyen><MaPhuongXa>70</MaPhuongXa></QueQuan>"
        "<NoiOHienTai><MaDonViHanhChinh>11983</MaDonViHanhChinh></NoiOHienTai>"
        "<NoiDangKyKhaiSinh><MaTinhThanh/><ChiTiet/></NoiDangKyKhaiSinh>"
    )
    assert record.permanent_address is not None
    assert record.permanent_address.model_dump() == {
        "province": "33", "district": "", "commune": "11983",
        "detail": "Số 1", "full": "", "country": "VN",
    }  # fmt: skip
    assert record.home_town is not None
    assert record.home_town.province == "01"
    assert record.home_town.district == "002"
    assert record.home_town.commune == "00070"
    assert record.current_address is not None
    assert record.current_address.commune == "11983"
    assert record.birth_registration is None


def test_relatives_in_both_shapes() -> None:
    """Relatives' names as text or structure; the head of household with the relation; empty ones are none."""
    record = one(
        f"{NAME}"
        "<Cha><HoVaTen>Đặng Văn Cha</HoVaTen><SoDinhDanh>033060000001</SoDinhDanh></Cha>"
        "<Me><HoVaTen><Ho>Lê</Ho><ChuDem>Thị</ChuDem><Ten>Mẹ</Ten></HoVaTen><QuocTich>VN</QuocTich></Me>"
        "<VoChong><HoVaTen/><SoDinhDanh/></VoChong>"
        "<ChuHo><HoVaTen>Đặng Văn Cha</HoVaTen><QuanHe>CH02</QuanHe></ChuHo>"
    )
    assert record.father is not None
    assert (record.father.full_name, record.father.personal_id) == ("Đặng Văn Cha", "033060000001")
    assert record.mother is not None
    assert (record.mother.full_name, record.mother.nationality) == ("Lê Thị Mẹ", "VN")
    assert record.spouse is None
    assert record.head_of_household is not None
    assert record.head_of_household.relation == "CH02"


@pytest.mark.parametrize(
    ("code", "sex"), [("1", Sex.MALE), ("2", Sex.FEMALE), ("0", Sex.UNKNOWN), ("", Sex.UNKNOWN)]
)
def test_codes_plain_and_nested(code: str, sex: Sex) -> None:
    """Catalogue codes as text or under Ma…; unknown values stay unknown."""
    record = one(
        f"{NAME}<GioiTinh>{code}</GioiTinh><DanToc><MaDanToc>01</MaDanToc><TenGoi>Kinh</TenGoi></DanToc>"
        "<TonGiao>00</TonGiao><NhomMau>04</NhomMau>"
    )
    assert record.sex is sex
    assert (record.ethnicity, record.religion, record.blood_group) == ("01", "00", "04")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<ns1:CongdanCollection/>",
        "<ns1:CongdanCollection><ns1:CongDan/></ns1:CongdanCollection>",
        "<ns1:CongdanCollection><ns1:CongDan><ns1:HoVaTen><ns1:Ten/></ns1:HoVaTen></ns1:CongDan></ns1:CongdanCollection>",
        "<d:TraCuuThongTinCongDanResponse/>",
    ],
)
def test_nobody_in_every_shape(body: str) -> None:
    """No collection, no citizen, or a citizen without a name: all mean that nobody fits (population page A6)."""
    assert read(body) == []


@pytest.mark.parametrize("prefix", ["", "ns1:", "q:"])
@pytest.mark.parametrize("namespace", [RECORD, ASK, ""])
def test_prefix_and_namespace_do_not_matter(prefix: str, namespace: str) -> None:
    """The collection is found in the response namespace, the request's or none, whatever the prefix."""
    if not namespace and prefix:
        prefix = ""
    declared = f'xmlns{":" + prefix[:-1] if prefix else ""}="{namespace}"'
    body = (
        f"<{prefix}CongdanCollection {declared} SoCongDan='1'><{prefix}CongDan><{prefix}HoVaTen>An"
        f"</{prefix}HoVaTen></{prefix}CongDan></{prefix}CongdanCollection>"
    )
    [record] = read(body)
    assert record.full_name == "An"


def test_several_citizens() -> None:
    """All usable citizens are counted, unusable ones are not."""
    citizen = "<ns1:CongDan><ns1:HoVaTen>An</ns1:HoVaTen></ns1:CongDan>"
    body = f"<ns1:CongdanCollection>{citizen}<ns1:CongDan/>{citizen}</ns1:CongdanCollection>"
    assert len(read(body)) == 2


def test_another_persons_record_is_never_handed_out() -> None:
    """A record with another number than was asked for is refused."""
    body = (
        "<ns1:CongdanCollection><ns1:CongDan><ns1:HoVaTen>An</ns1:HoVaTen>"
        "<ns1:SoDinhDanh>033085000999</ns1:SoDinhDanh></ns1:CongDan></ns1:CongdanCollection>"
    )
    with pytest.raises(ReplyUnreadable, match="another number"):
        read(body)


@pytest.mark.parametrize(
    ("body", "error", "retryable"),
    [
        ("<S:Fault><faultcode>S:Server</faultcode><faultstring>033085000101</faultstring></S:Fault>", SystemFault, True),
        ("<S:Fault><faultcode>S:Client.Auth</faultcode></S:Fault>", SystemFault, False),
        ("<S:Fault><faultcode>033085000101</faultcode></S:Fault>", SystemFault, True),
        ("<S:Fault/>", SystemFault, True),
        ("<d:KetQuaXacThucResponse/>", ReplyUnreadable, True),
    ],
)  # fmt: skip
def test_faults_say_their_code_and_nothing_personal(
    body: str, error: type[SystemFault | ReplyUnreadable], retryable: bool
) -> None:
    """A Fault is a failure of the system; its text stays out of the error."""
    with pytest.raises(error) as caught:
        read(body)
    assert caught.value.retryable is retryable
    assert "033085000101" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>502</body></html>",
        b"{}",
        b"<?xml version='1.0'?><a/>",
        envelope("").replace(b"S:Body", b"S:Corpus"),
        envelope("")[:60],
        b"<!DOCTYPE a [<!ENTITY e 'x'>]>" + envelope("").partition(b"?>")[2],
        envelope("<a>").replace(b"</", b"<"),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_answer(body: bytes) -> None:
    """HTML, other XML, truncated text, a DOCTYPE and rubbish are unreadable on both services."""
    reader = ReplyReader("population", "soap")
    with pytest.raises(ReplyUnreadable):
        reader.citizens(LOOKUP, WireReply(200, {}, body), QUERY)
    with pytest.raises(ReplyUnreadable):
        reader.exists(VERIFY, WireReply(200, {}, body))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("1", True), (" TRUE ", True), ("false", False), ("0", False)],
)
@pytest.mark.parametrize("prefix", ["d:", "ns1:", ""])
@pytest.mark.parametrize("element", ["KetQuaXacThuc", "KetQuaXacThucResponse"])
def test_yes_and_no(text: str, expected: bool, prefix: str, element: str) -> None:
    """The boolean in any spelling, under either name, in either namespace."""
    body = envelope(
        f"<{prefix}{element}><{prefix}TonTai>{text}</{prefix}TonTai></{prefix}{element}>"
    )
    reader = ReplyReader("population", "soap")
    assert reader.exists(VERIFY, WireReply(200, {}, body)) is expected


@pytest.mark.parametrize("content", ["", "<d:TonTai/>", "<d:TonTai>có</d:TonTai>"])
def test_neither_yes_nor_no(content: str) -> None:
    """An answer without a boolean is unreadable, never a no."""
    body = envelope(f"<d:KetQuaXacThucResponse>{content}</d:KetQuaXacThucResponse>")
    with pytest.raises(ReplyUnreadable):
        ReplyReader("population", "soap").exists(VERIFY, WireReply(200, {}, body))


YES = envelope("<d:KetQuaXacThucResponse><d:TonTai>true</d:TonTai></d:KetQuaXacThucResponse>")


@pytest.mark.parametrize("code", [0, "0", "00", 1, "200", None])
@pytest.mark.parametrize("declaration", ["utf-8", "utf-16", ""])
def test_wrapped_xml_is_read_whatever_the_code(code: object, declaration: str) -> None:
    """XML in the wrapper's message is the answer; an encoding that it declares no longer holds."""
    xml = (
        YES.decode().replace("UTF-8", declaration)
        if declaration
        else YES.decode().partition("?>")[2]
    )
    body = json.dumps({"error_code": code, "message": xml}).encode()
    reader = ReplyReader("population", "wrapped")
    assert reader.exists(VERIFY, WireReply(200, {}, body))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"error_code": -1, "message": "Lỗi 033085000101"}, SystemFault),
        ({"error_code": "033085000101", "message": None}, SystemFault),
        ({"error_code": 0, "message": ""}, ReplyUnreadable),
        ({"error_code": 0, "message": None}, ReplyUnreadable),
        ({"error_code": 0, "message": "<a"}, ReplyUnreadable),
        ({}, ReplyUnreadable),
        ([], ReplyUnreadable),
        (None, ReplyUnreadable),
    ],
)
def test_wrapped_failures(content: object, error: type[Exception]) -> None:
    """The wrapper's own failure code is a failure of the system; an answer without XML is unreadable."""
    reply = WireReply(200, {}, json.dumps(content).encode())
    with pytest.raises(error) as caught:
        ReplyReader("population", "wrapped").citizens(LOOKUP, reply, QUERY)
    assert "033085000101" not in str(caught.value)


def test_a_foreign_namespace_is_not_ours() -> None:
    """Elements of another namespace are not taken for the record's."""
    body = (
        '<ns1:CongdanCollection><ns1:CongDan><x:HoVaTen xmlns:x="urn:x">An</x:HoVaTen>'
        "</ns1:CongDan></ns1:CongdanCollection>"
    )
    assert read(body) == []


NAMED = "<ns1:HoVaTen>An</ns1:HoVaTen>"
_NAMES = st.sampled_from(
    ["CongdanCollection", "CongDan", "HoVaTen", "Ho", "Ten", "NgayThangNamSinh", "NgayThangNam", "Nam", "ThuongTru",
     "MaTinhThanh", "GioiTinh", "Cha", "ChuHo", "TonTai", "SoDinhDanh", "Khac"]
)  # fmt: skip
_TREES = st.recursive(
    st.sampled_from(
        ["", "An", "1", "true", "19850314", "1985-03-14", "0000", "²²²²", " 12-", "9999"]
    ),
    lambda inner: st.lists(st.tuples(_NAMES, inner), max_size=5).map(
        lambda items: "".join(f"<ns1:{name}>{content}</ns1:{name}>" for name, content in items)
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(content=_TREES, raw=st.binary(max_size=40))
def test_any_answer_is_records_or_a_typed_error(content: str, raw: bytes) -> None:
    """Whatever XML or rubbish comes, the outcome is citizens, yes or no, or a typed error."""
    citizens = f"<ns1:CongdanCollection><ns1:CongDan>{NAMED}{content}</ns1:CongDan></ns1:CongdanCollection>"
    for wrapped in (False, True):
        reader = ReplyReader("population", "wrapped" if wrapped else "soap")
        for body in (raw, envelope(content), envelope(citizens)):
            inner = json.dumps({"error_code": 0, "message": body.decode("latin-1")}).encode()
            reply = WireReply(200, {}, inner if wrapped else body)
            for read_it in (
                partial(reader.citizens, LOOKUP, reply, QUERY),
                partial(reader.exists, VERIFY, reply),
            ):
                try:
                    read_it()
                except CallFailed:
                    continue
