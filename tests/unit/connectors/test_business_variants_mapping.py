"""Generation 2, the HCM platform and dossiers, trap by trap (population page B1 to B3)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    CallFailed,
    OrganisationRecord,
    ReplyUnreadable,
    SystemFault,
    WireReply,
)
from lienthong_connectors.business import BusinessOptions
from lienthong_connectors.business._dossiers import read_page, spans
from lienthong_connectors.business._generation2 import ENTITIES, read_generation2
from lienthong_connectors.business._options import (
    COOPERATIVE,
    DETAIL,
    DOSSIER,
    FRONT,
    HOUSEHOLD,
    LIST,
    Operation,
)
from lienthong_connectors.business._replies import read_front
from lienthong_connectors.business._values import day

CODE = EnterpriseCode("0990001015")


def reply(content: Any) -> WireReply:
    """An answer with this content."""
    return WireReply(
        200, {}, content if isinstance(content, bytes) else json.dumps(content).encode()
    )


def read(
    content: Any, operation: Operation = DETAIL, code: EnterpriseCode | None = CODE
) -> list[OrganisationRecord]:
    """The records of a generation 2 answer."""
    return read_generation2(reply(content), code, operation, system="business")


def one(**fields: Any) -> OrganisationRecord:
    """The one enterprise of a generation 2 answer."""
    item = {"MaSoDoanhNghiep": "0990001015", "TenTiengViet": "CÔNG TY MẪU", **fields}
    [record] = read({"GetEntCert": [item]})
    return record


def test_enterprise_of_generation_2() -> None:
    """Every field finds its place; dates are ISO; codes get their zeros back."""
    record = one(
        MaNoiBo=7, SoGCNDKKD="0502000001", MaLoaiHinhDN=2, LoaiHinhDN="Công ty TNHH",
        TenNuocNgoai="SAMPLE CO", TenVietTat="MAU", NgayDangKyLanDau="2012-04-16T00:00:00",
        NgayDangKyThayDoi="2024-12-31", SoLanDangKyThayDoi=3,
        TinhTrangPhapLy=[{"TinhTrangPhapLy": "Đang hoạt động", "MaTinhTrangPhapLy": 1},
                         {"TinhTrangPhapLy": "Tạm ngừng", "MaTinhTrangPhapLy": 2}],
        DaiDienPhapLuat=[{"ThongTinCaNhan": [{"HoVaTen": "A B"}]}, {"ThongTinCaNhan": {"HoVaTen": "C D"}}],
        DiaChiTruSo=[{"DiaChi": [{"MaTinhThanh": 1, "MaQuanHuyen": 2, "MaPhuongXa": 70, "SoNha": "Số 1",
                                  "TenPhuongXa": "P", "TenTinhThanh": "Hà Nội", "MaQuocGia": "VN"}]}],
        NganhNgheKinhDoanh=[{"MaNganh": 4711, "TenNganh": "Bán lẻ", "LaNganhChinh": 1},
                            {"MaNganh": "0111", "TenNganh": "Trồng lúa", "LaNganhChinh": 0}],
    )  # fmt: skip
    assert (record.kind, record.kind_name) == ("2", "Công ty TNHH")
    assert (record.status, record.status_name) == ("1", "Đang hoạt động")
    assert (record.founded, record.amended) == (date(2012, 4, 16), date(2024, 12, 31))
    assert record.representatives == ("A B", "C D")
    assert record.old_certificate == "0502000001"
    assert record.address is not None
    assert record.address.model_dump() == {
        "province": "01", "district": "002", "commune": "00070", "detail": "Số 1",
        "full": "Số 1, P, Hà Nội", "country": "VN",
    }  # fmt: skip
    assert [(line.code, line.main) for line in record.activities] == [
        ("4711", True),
        ("0111", False),
    ]


@pytest.mark.parametrize("operation", [HOUSEHOLD, COOPERATIVE])
def test_other_registers_have_roots_of_their_own(operation: Operation) -> None:
    """A household business and a co-operative come out as the same record."""
    entity = ENTITIES[operation]
    item = {
        entity.code: 990001015,
        "TenTiengViet": "CƠ SỞ MẪU",
        entity.founded: "2020-01-02T00:00:00",
        entity.people: {"ThongTinCaNhan": {"HoVaTen": "A"}}
        if operation == COOPERATIVE
        else [{"HoVaTen": "A"}],
        "DiaChiTruSo": [{"MaTinhThanh": 33, "DiaChiDayDu": "Số 1, Hưng Yên"}],
    }
    [record] = read({entity.root: [item]}, operation)
    assert record.code == "0990001015"
    assert record.founded == date(2020, 1, 2)
    assert record.representatives == ("A",)
    assert record.address is not None
    assert (record.address.province, record.address.full) == ("33", "Số 1, Hưng Yên")
    with pytest.raises(ReplyUnreadable, match=entity.root):
        read({"GetEntCert" + "X": None}, operation)


@pytest.mark.parametrize(
    "people",
    [
        {"HoVaTen": "A B"},
        [{"HoVaTen": "A B"}],
        {"ThongTinCaNhan": {"HoVaTen": "A B"}},
        {"ThongTinCaNhan": [{"HoVaTen": "A B"}]},
        [{"ThongTinCaNhan": [{"HoVaTen": "A B"}, {"HoVaTen": "A B"}, {"HoVaTen": None}]}],
    ],
)
def test_representatives_in_every_shape(people: Any) -> None:
    """Flat or nested, object or list: the same name, once."""
    assert one(DaiDienPhapLuat=people).representatives == ("A B",)


@pytest.mark.parametrize(
    ("place", "full"),
    [
        ([{"DiaChi": "Số 1, Hưng Yên"}], "Số 1, Hưng Yên"),
        ("Số 1, Hưng Yên", "Số 1, Hưng Yên"),
        (["Số 1, Hưng Yên"], "Số 1, Hưng Yên"),
        ({"DiaChi": {"SoNha": "Số 1", "TenTinhThanh": "Hưng Yên"}}, "Số 1, Hưng Yên"),
        ([{}, {"DiaChi": [{}, {"DiaChi": "Số 1, Hưng Yên"}]}], "Số 1, Hưng Yên"),
        ([{"DiaChi": []}], None),
        ([{"MaTinhThanh": 0}], None),
        ([], None),
        (None, None),
    ],
)
def test_addresses_in_every_shape(place: Any, full: str | None) -> None:
    """An address as list, object or text; one that says nothing is none."""
    address = one(DiaChiTruSo=place).address
    assert (address.full if address else None) == full


@pytest.mark.parametrize("found", [None, [], {}, [None], [{}], [{"TenTiengViet": None}], ""])
def test_not_found_in_every_shape(found: Any) -> None:
    """A null or empty root is an answer."""
    assert read({"GetEntCert": found}) == []


@pytest.mark.parametrize("content", [{}, [], None, {"HHCert": []}, b"<html>", b'{"GetEnt', b""])
def test_what_is_no_answer(content: Any) -> None:
    """Without the root nothing is said, least of all not found."""
    with pytest.raises(ReplyUnreadable):
        read(content)


def test_another_organisation_is_never_handed_out() -> None:
    """A record of another code is refused; the old tax number of a personal number is not another."""
    with pytest.raises(ReplyUnreadable, match="another enterprise"):
        one(MaSoDoanhNghiep="0990002026")
    owner = EnterpriseCode("033092004040")
    item = {"MaSoHKD": "0990002026", "TenTiengViet": "A"}
    assert len(read({"HHCert": [item]}, HOUSEHOLD, owner)) == 1


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("2012-04-15T17:00:00Z", date(2012, 4, 16)),
        ("2012-04-16T00:00:00+07:00", date(2012, 4, 16)),
        ("2012-04-16T00:00:00", date(2012, 4, 16)),
        ("2012-04-16T00:00:00.000", date(2012, 4, 16)),
        ("16/04/2012", date(2012, 4, 16)),
        ("0001-01-01T00:00:00Z", date(1, 1, 1)),
        ("9999-12-31T23:59:59Z", None),
        ("hôm Tay", None),
        ("2012-13-01T00:00:00Z", None),
    ],
)
def test_a_moment_is_the_day_it_is_in_vietnam(shown: str, expected: date | None) -> None:
    """Midnight in Viet Nam is the day before in UTC; a moment that has no day there is none."""
    assert day(shown) == expected


def front(content: Any, code: EnterpriseCode | None = CODE) -> list[OrganisationRecord]:
    """The records of an answer of the HCM platform."""
    return read_front(reply(content), code, system="business", service=FRONT)


FLAT = {"ENTERPRISE_GDT_CODE": "0990001015", "NAME": "CÔNG TY MẪU", "HO_ADDRESS_FULLTEXT": "Số 1"}


def test_hcm_answers() -> None:
    """The flattened names become the same record; a branch's dash makes no difference."""
    [record] = front(
        {"StatusCode": 200, "Status": "SUCCESS", "ResultObject": {**FLAT, "HO_CITY_ID": 1}}
    )
    assert record.address is not None
    assert (record.address.full, record.address.province) == ("Số 1", "01")
    bare = {key: value for key, value in FLAT.items() if not key.startswith("HO_")}
    [record] = front({"Status": "success", "ResultObject": [bare]})
    assert record.address is None
    branch = EnterpriseCode("0990001015001")
    flat = {**FLAT, "ENTERPRISE_GDT_CODE": "0990001015-001"}
    assert front({"Status": "SUCCESS", "ResultObject": flat}, branch)[0].code == branch.value


@pytest.mark.parametrize(
    "content",
    [
        {"StatusCode": 200, "Status": "SUCCESS", "ResultObject": None},
        {"StatusCode": 200, "Status": "SUCCESS", "ResultObject": {"NAME": None}},
        {"StatusCode": 404, "Status": "NOT_FOUND", "ResultObject": None},
        {"StatusCode": "404", "Status": None},
        {"StatusCode": 200, "Status": "ERROR", "Description": "Không tìm thấy doanh nghiệp"},
    ],
)
def test_hcm_not_found(content: Any) -> None:
    """No enterprise, in every way the platform might say it."""
    assert front(content) == []


@pytest.mark.parametrize(
    ("content", "error", "retryable"),
    [
        ({"StatusCode": 500, "Status": "ERROR", "Description": "033085000101"}, SystemFault, True),
        ({"StatusCode": 400, "Status": "BAD_REQUEST"}, SystemFault, False),
        ({"StatusCode": None, "Status": None, "ResultObject": None}, ReplyUnreadable, True),
        ({}, ReplyUnreadable, True),
        ([], ReplyUnreadable, True),
        (b"<html>", ReplyUnreadable, True),
        ({"Status": "SUCCESS", "ResultObject": {**FLAT, "ENTERPRISE_GDT_CODE": "0990002026"}}, ReplyUnreadable, False),
    ],
)  # fmt: skip
def test_hcm_failures(content: Any, error: type[CallFailed], retryable: bool) -> None:
    """Other failures are the system's; none of its text is repeated."""
    with pytest.raises(error) as caught:
        front(content)
    assert caught.value.retryable is retryable
    assert "033085000101" not in str(caught.value)


@given(
    first=st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 400),
    days=st.integers(1, 31),
)
def test_spans_cover_every_day_once(first: date, length: int, days: int) -> None:
    """Spans lie end to end, none is longer than allowed, and together they are the question."""
    last = first + timedelta(days=length)
    found = list(spans(first, last, days))
    covered = [
        start + timedelta(days=offset)
        for start, end in found
        for offset in range((end - start).days + 1)
    ]
    assert covered == [first + timedelta(days=offset) for offset in range(length + 1)]
    assert all((end - start).days < days for start, end in found)


def test_dossier_rows() -> None:
    """Every field finds its place; an empty list is a list; a total that is no number is none."""
    row = {
        "IN_JOURNAL_NO": 12, "NAME": "CÔNG TY MẪU", "ENTERPRISE_GDT_CODE": "0990001015-001",
        "PROCESS_STATUS": "3", "RECEIPT_DATE": "01/03/2024", "PROCESSED_DATE": "02/03/2024 10:00:00",
        "CONTACT_FULL_NAME": "A",
    }  # fmt: skip
    page = read_page(
        reply({"Status": "1", "DataCount": "1", "Data": row}), system="business", service=LIST
    )
    [dossier] = page.rows
    assert (dossier.journal_number, dossier.code, dossier.status) == ("12", "0990001015001", "3")
    assert (dossier.received, dossier.processed) == (date(2024, 3, 1), date(2024, 3, 2))
    assert page.total == 1
    assert "A" not in repr(dossier)
    for content in ({"Status": "1", "Data": []}, {"Status": 1, "Data": None, "DataCount": "x"},
                    {"Status": "0", "Message": "Không có dữ liệu"}):  # fmt: skip
        page = read_page(reply(content), system="business", service=LIST)
        assert (page.rows, page.total) == ((), None)
    answers: list[dict[str, Any]] = [
        {},
        {"Status": None, "Data": []},
        {"Status": "2", "Data": [row]},
    ]
    for broken in answers:
        with pytest.raises(ReplyUnreadable):
            read_page(reply(broken), system="business", service=LIST)
    with pytest.raises(SystemFault):
        read_page(reply({"Status": "0", "Message": "Lỗi"}), system="business", service=LIST)


@pytest.mark.parametrize(
    ("dialect", "operation", "options", "path"),
    [
        ("generation1", DETAIL, {}, "/apiCSDLDKDN/1.0/chiTietDoanhNghiep"),
        ("generation1", DOSSIER, {"base_path": "/apiCSDLDKDN/"}, "/apiCSDLDKDN/tinhTrangHoSo"),
        ("generation2", DETAIL, {}, "/apiDKKD/DoanhNghiep/chiTietDoanhNghiep"),
        ("generation2", HOUSEHOLD, {}, "/apiDKKD/HoKinhDoanh/chiTietHoKinhDoanh"),
        ("generation2", COOPERATIVE, {"base_path": "/x"}, "/x/HopTacXa/chiTietHopTacXa"),
        ("hcm", FRONT, {}, "/TraCuuThongTinDoanhNghiep"),
        ("hcm", FRONT, {"paths": {FRONT: "/lgsp/dn"}}, "/lgsp/dn"),
        ("hcm", FRONT, {"base_path": "/"}, "/TraCuuThongTinDoanhNghiep"),
    ],
)
def test_paths(dialect: str, operation: Operation, options: dict[str, Any], path: str) -> None:
    """Each dialect has its adapter's path; base and single paths are settings."""
    assert BusinessOptions(**options).path(dialect, operation) == path


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "0", "1", "2012-04-16T00:00:00Z", "A", "SUCCESS"]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["GetEntCert", "HHCert", "CoopCert", "TenTiengViet", "MaSoDoanhNghiep", "DiaChiTruSo", "DiaChi",
             "MaTinhThanh", "DaiDienPhapLuat", "ThongTinCaNhan", "HoVaTen", "NganhNgheKinhDoanh", "TinhTrangPhapLy",
             "NgayDangKyLanDau", "Status", "StatusCode", "ResultObject", "NAME", "Data", "IN_JOURNAL_NO", "DataCount"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(content=_VALUES)
def test_any_json_is_records_or_a_typed_error(content: Any) -> None:
    """Whatever JSON comes, the outcome is records or a typed error."""
    for operation, entity in ENTITIES.items():
        for body in (content, {entity.root: content}, {entity.root: [{"TenTiengViet": "A", "DiaChiTruSo": content,
                     "DaiDienPhapLuat": content, "TinhTrangPhapLy": content, "NganhNgheKinhDoanh": content}]}):  # fmt: skip
            try:
                read(body, operation)
            except CallFailed:
                continue
    for body in (content, {"Status": "SUCCESS", "ResultObject": content}):
        try:
            front(body)
        except CallFailed:
            continue
    for body in (content, {"Status": "1", "Data": content, "DataCount": content}):
        try:
            read_page(reply(body), system="business", service=LIST)
        except CallFailed:
            continue
