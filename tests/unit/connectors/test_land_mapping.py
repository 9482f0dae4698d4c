"""Messages and answers of the land systems, trap by trap (insurance page §4, §5)."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import CertificateBarcode, CertificateSerial
from lienthong.interface import (
    Accepted,
    Ambiguous,
    Basis,
    Call,
    CallFailed,
    CertificateList,
    CertificateQuery,
    CertificateRecord,
    ConfigurationError,
    DossierQuery,
    Found,
    HandoverFile,
    InvalidRequest,
    LandHandover,
    LookupOutcome,
    NotFound,
    NotSupported,
    ParcelQuery,
    ParcelRecord,
    Rejected,
    ReplyUnreadable,
    ShareOutcome,
    SystemSettings,
    Tools,
    Verb,
    WireReply,
    WireRequest,
)
from lienthong_connectors.land import LandConnector

OWNER = "033066004242"
SERIAL = CertificateSerial.parse("DX 101111")
PARCEL = ParcelQuery("01205", 17, 204)
OPEN: dict[str, Any] = {"kind": "open"}


class Recorder:
    """A transport that remembers requests and gives one answer: the seam, not the wire."""

    def __init__(self, body: bytes) -> None:
        self.requests: list[WireRequest] = []
        self.certificate_expires = None
        self._body = body

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        self.requests.append(request)
        return WireReply(200, {}, self._body)

    async def aclose(self) -> None:
        """Nothing is open."""


def build(answer: Any = None, **changes: Any) -> tuple[LandConnector, Recorder]:
    """A connector whose land system gives one answer."""
    recorder = Recorder(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    system = SystemSettings.model_validate(
        {"name": "land", "connector": "land", "url": "https://127.0.0.1:1/x", "channel": OPEN}
        | changes
    )
    tools = Tools(
        transport=recorder, soap=no_soap, now=lambda: datetime(2026, 11, 24, 8, tzinfo=UTC)
    )
    return LandConnector.build(system, tools), recorder


def call() -> Call:
    """A call without a case: the connector asks for none."""
    return Call(None, "r-1", time.monotonic() + 30)


async def lookup(rows: Any, query: Any = None, **changes: Any) -> LookupOutcome:
    """The outcome of a look-up that is answered with these rows."""
    total = len(rows) if isinstance(rows, list) else 0
    answer = {"data": rows, "recordsTotal": total, "recordsFiltered": total, "statusText": "OK"}
    land, _ = build(answer, **changes)
    return await land.lookup(query or CertificateQuery(OWNER, serial=SERIAL), call())


async def certificate(row: dict[str, Any]) -> CertificateRecord:
    """The one certificate of a row."""
    outcome = await lookup([row])
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, CertificateRecord)
    return outcome.record


def row(paper: dict[str, Any] | None = None, **blocks: Any) -> dict[str, Any]:
    """A row of a look-up."""
    return {
        "GiayChungNhan": {"soPhatHanh": "DX 101111", "soVaoSo": "CS00103"} | (paper or {}),
        "ChuSoHuu": [{"hoTen": "Thái Văn Hai", "maSoDinhDanh": OWNER, "namSinh": 1966}],
        "TaiSan": [{"maXa": "01205", "soHieuToBanDo": 17, "soThuTuThua": 204}],
    } | blocks


def handover(**changes: Any) -> LandHandover:
    """A dossier with a parcel and a file."""
    values: dict[str, Any] = {
        "dossier": "H31.14-261124-0007",
        "province": "01",
        "district": "0",
        "commune": "00070",
        "received_by": "canbo1",
        "received_at": datetime(2026, 11, 24, 20, 30, tzinfo=UTC),
        "applicant_name": "Trần Thử Nghiệm",
        "applicant_number": OWNER,
        "process_code": "QT01",
        "process_name": "Cấp đổi",
        "parcels": (("204", "17", "250.5", "Thôn Mẫu"),),
        "files": (HandoverFile(name="Đơn", filename="don.pdf", content_base64="aGVsbG8="),),
    }
    return LandHandover.model_validate(values | changes)


async def share(data: Any, **status: Any) -> ShareOutcome:
    """The outcome of a hand-over that is answered so."""
    land, _ = build({"data": data, "status": status})
    return await land.share(handover(), call())


@pytest.mark.parametrize(
    ("dialect", "channel", "areas", "path"),
    [
        ("", OPEN, (1, 0, 70), "tiepnhan"),
        ("vbdlis", OPEN, (1, 0, 70), "tiepnhan"),
        ("ilis", OPEN, ("01", "0", "00070"), "TiepNhanHoSo"),
    ],
)
async def test_a_hand_over_in_both_dialects(
    dialect: str, channel: dict[str, Any], areas: tuple[Any, ...], path: str
) -> None:
    """VBDLIS takes area codes as numbers, iLIS as text; all else is alike."""
    land, recorder = build({"data": 1, "status": {}}, dialect=dialect, channel=channel)
    await land.share(handover(), call())
    [request] = recorder.requests
    assert request.url == f"https://127.0.0.1:1/x/{path}"
    assert json.loads(request.body) == {
        "LaQuyTrinhCapTinh": True,
        "TinhId": areas[0],
        "HuyenId": areas[1],
        "XaId": areas[2],
        "SoBienNhan": "H31.14-261124-0007",
        "MaHoSoMotCua": "H31.14-261124-0007",
        "NguoiTiepNhan": "canbo1",
        "NgayTiepNhan": "2026-11-25T03:30:00+07:00",
        "NgayHenTra": None,
        "DiaChiTaiSan": None,
        "ThongTinNguoiNopDon": {
            "HoTen": "Trần Thử Nghiệm",
            "SoChungMinh": OWNER,
            "DiaChiChiTiet": "",
            "SoDienThoai": "",
            "Email": "",
        },
        "ThongTinQuyTrinh": {"MaQuyTrinh": "QT01", "TenQuyTrinh": "Cấp đổi"},
        "ThongTinThuaDat": [
            {
                "SoThuTuThua": "204",
                "SoHieuBanDo": "17",
                "DienTich": "250.5",
                "DiaChiChiTiet": "Thôn Mẫu",
            }
        ],
        "DanhSachGiayToDinhKem": [
            {
                "TenGiayTo": "Đơn",
                "SoBanChinh": 1,
                "SoBanSao": 0,
                "TapTin": {"name": "don.pdf", "data": "aGVsbG8="},
            }
        ],
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dossier": ""}, "dossier"),
        ({"province": "Hưng Yên"}, "province"),
        ({"commune": ""}, "commune"),
        ({"received_by": " "}, "received_by"),
        ({"applicant_name": ""}, "applicant_name"),
        ({"applicant_number": ""}, "applicant_number"),
        ({"process_code": ""}, "process_code"),
        ({"due_at": datetime(2026, 1, 1)}, "due_at"),  # noqa: DTZ001 - the fault itself
    ],
)
async def test_incomplete_hand_overs_do_not_leave(changes: dict[str, Any], field: str) -> None:
    """A missing mandatory field is named and nothing is sent."""
    land, recorder = build({"data": 1, "status": {}})
    with pytest.raises(InvalidRequest) as caught:
        await land.share(handover(**changes), call())
    assert caught.value.field == field
    assert not recorder.requests


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (1, {"success": True}),
        (1, {}),
        ("1", {"success": None}),
        (1.0, {"success": "true", "code": 200}),
    ],
)
async def test_success_of_a_hand_over(data: Any, status: dict[str, Any]) -> None:
    """Data 1 and success not false is success."""
    outcome = await share(data, **status)
    assert isinstance(outcome, Accepted)
    assert not outcome.already


@pytest.mark.parametrize(
    "message", ["Hồ sơ đã tồn tại", "HỒ SƠ ĐÃ TỒN TẠI!", "Hồ sơ  đa\u0303   tồn tại", "da ton tai"]
)
@pytest.mark.parametrize("data", [0, 1])
async def test_what_is_there_already_is_taken(message: str, data: int) -> None:
    """Idempotency is by words, in any case, form and spacing."""
    outcome = await share(data, success=False, code="400", message=message)
    assert isinstance(outcome, Accepted)
    assert outcome.already


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (0, {"success": True, "message": "Không hợp lệ", "code": 5}),
        (1, {"success": False, "message": "Không hợp lệ", "code": 5}),
        (1, {"success": "false", "message": "Không hợp lệ", "code": "5"}),
        (-1, {"message": "Không hợp lệ", "code": "5"}),
    ],
)
async def test_refusals_of_a_hand_over(data: Any, status: dict[str, Any]) -> None:
    """Anything else is a refusal with code and words."""
    outcome = await share(data, **status)
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.message, outcome.reason) == ("5", "Không hợp lệ", "refused")


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html></html>", b'{"data": 1', [], None, {}, {"data": None, "status": {}},
     {"data": 1, "status": "ok"}, {"data": [1], "status": {}}, {"data": {}, "status": None}],
)  # fmt: skip
async def test_what_is_no_receipt(answer: Any) -> None:
    """HTML, empty, truncated and shapeless answers to a hand-over are unreadable."""
    land, _ = build(answer)
    with pytest.raises(ReplyUnreadable):
        await land.share(handover(), call())


async def test_a_certificate_in_full() -> None:
    """Certificate, owner and parcel with every field, numbers as text and text as numbers."""
    record = await certificate(
        row(
            {
                "maVach": 1220518000101, "loaiGiayChungNhan": 11, "ngayCap": "15/06/2018 00:00:00",
                "tinhTrangGiayChungNhan": "Đang sử dụng",
            },
            ChuSoHuu={"hoTen": "Tha\u0301i Văn Hai", "soGiayTo": "145000123", "namSinh": "1966"},
            TaiSan={
                "maXa": 1205, "soHieuToBanDo": "17", "soThuTuThua": "204", "dienTich": "250,5",
                "dienTichPhapLy": 250.5, "diaChi": "Thôn Mẫu",
                "DC_MucDichSuDung": [
                    {"maMucDichSuDung": "ONT", "dienTich": 150, "thoiHanSuDung": "Lâu dài"},
                    {"maMucDichSuDung": None},
                ],
            },
        )
    )  # fmt: skip
    assert record.serial == "DX101111"
    assert record.barcode == "1220518000101"
    assert (record.kind, record.issued, record.status) == ("11", date(2018, 6, 15), "Đang sử dụng")
    [owner] = record.owners
    assert (owner.full_name, owner.personal_id, owner.birth_year, owner.kind) == (
        "Thái Văn Hai", "145000123", 1966, "0",
    )  # fmt: skip
    [parcel] = record.parcels
    assert (parcel.commune, parcel.map_sheet, parcel.parcel) == ("01205", 17, 204)
    assert parcel.area_m2 == parcel.legal_area_m2 == Decimal("250.5")
    assert [(use.purpose, use.area_m2, use.until) for use in parcel.uses] == [
        ("ONT", Decimal(150), "Lâu dài")
    ]


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        ([{"CaNhan": {"hoTen": "A"}}], [("A", "0")]),
        ([{"DC_CaNhan": [{"hoTen": "A"}, {"hoTen": "B"}]}], [("A", "0"), ("B", "0")]),
        (
            [{"VoChong": {"vo": {"hoTen": "A"}, "chong": {"hoTen": "B"}}}],
            [("A", "1"), ("B", "1")],
        ),
        ([{"DC_HoGiaDinh": {"chuHo": {"hoTen": "A"}}}], [("A", "2")]),
        ([{"ToChuc": {"tenToChuc": "Công ty", "maSoThue": "0101234567"}}], [("Công ty", "3")]),
        ([{"CongDong": {"tenCongDong": "Thôn"}}], [("Thôn", "4")]),
        ([{"loaiDoiTuong": 1, "hoTen": "A"}], [("A", "1")]),
        ([{"hoTen": ""}, None, "x"], []),
        (None, []),
    ],
)
async def test_owners_in_every_shape(owners: Any, expected: list[tuple[str, str]]) -> None:
    """Flat or in a block by type, one or several, with their kind."""
    record = await certificate(row(ChuSoHuu=owners))
    assert [(owner.full_name, owner.kind) for owner in record.owners] == expected


@pytest.mark.parametrize(
    ("assets", "expected"),
    [
        ([{"ThuaDat": {"maXa": "01205", "soHieuToBanDo": 17, "soThuTuThua": 204}}], 1),
        ([{"DC_ThuaDat": [{"maXa": "1", "soHieuToBanDo": 1, "soThuTuThua": 1}] * 2}], 1),
        ([{"loaiNha": 1}], 0),
        (None, 0),
    ],
)
async def test_assets_in_every_shape(assets: Any, expected: int) -> None:
    """Parcels flat or in a block, each once; other assets are left out."""
    assert len((await certificate(row(TaiSan=assets))).parcels) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/02/2020", date(2020, 2, 1)),
        ("2020-02-01T00:00:00", date(2020, 2, 1)),
        ("2020-02-01", date(2020, 2, 1)),
        ("31/02/2020", None),
        ("2020", None),
        (None, None),
    ],
)
async def test_issue_dates(text: Any, expected: date | None) -> None:
    """dd/MM/yyyy or ISO; what is neither is absent, never a guess."""
    assert (await certificate(row({"ngayCap": text}))).issued == expected


async def test_the_newest_version_counts() -> None:
    """Older versions of a certificate or parcel are not further ones."""
    old = row({"version": 1, "isLastest": False, "tinhTrangGiayChungNhan": "cũ"})
    new = row({"version": 2, "isLastest": True, "tinhTrangGiayChungNhan": "mới"})
    for rows in ([old, new], [new, old]):
        outcome = await lookup(rows)
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, CertificateRecord)
        assert outcome.record.status == "mới"


async def test_only_what_was_asked_for_is_an_answer() -> None:
    """Other certificates in the answer are not handed on; two that fit are ambiguous."""
    other = row({"soPhatHanh": "AB 123456"})
    assert isinstance(await lookup([]), NotFound)
    assert isinstance(await lookup([other]), NotFound)
    outcome = await lookup([other, row()])
    assert isinstance(outcome, Found)
    twice = await lookup([row(), row({"soVaoSo": "CS00104"})])
    assert isinstance(twice, Ambiguous)
    assert twice.count == 2


@pytest.mark.parametrize(
    ("held", "asked", "fits"),
    [
        ("1220518000101", "1220518000101", True),
        ("331220518000101", "1220518000101", True),
        (None, "1220518000101", True),
        ("1220518000102", "1220518000101", False),
    ],
)
async def test_bar_codes_with_and_without_province(held: Any, asked: str, fits: bool) -> None:
    """15 digits are 13 with the province in front."""
    query = CertificateQuery(OWNER, barcode=CertificateBarcode.parse(asked))
    assert isinstance(await lookup([row({"maVach": held})], query), Found if fits else NotFound)


async def test_all_of_an_owner_or_none() -> None:
    """A list that is not whole must not pass for all certificates of an owner."""
    query = CertificateQuery(OWNER)
    outcome = await lookup([row(), row({"soPhatHanh": "AB123456"})], query)
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, CertificateList)
    assert len(outcome.record.certificates) == 2
    assert isinstance(await lookup([], query), NotFound)
    with pytest.raises(ReplyUnreadable):
        await lookup([row(), row({"soPhatHanh": None})], query)
    land, _ = build({"data": [row()], "recordsTotal": 9, "recordsFiltered": "2"})
    with pytest.raises(ReplyUnreadable):
        await land.lookup(query, call())


async def test_parcels() -> None:
    """A parcel is found by its key alone, with or without a certificate around it."""
    bare = {"maXa": "01205", "soHieuToBanDo": 17, "soThuTuThua": 204, "dienTich": 10}
    for rows in ([row(TaiSan=[bare])], [{"GiayChungNhan": None, "TaiSan": [bare]}], [bare], bare):
        outcome = await lookup(rows, PARCEL)
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, ParcelRecord)
        assert outcome.record.area_m2 == Decimal(10)
    assert isinstance(await lookup([bare | {"soThuTuThua": 205}], PARCEL), NotFound)
    assert isinstance(await lookup([], PARCEL), NotFound)
    with pytest.raises(ReplyUnreadable):
        await lookup([{"GiayChungNhan": None, "TaiSan": None}], PARCEL)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html></html>",
        b'{"data": [',
        [],
        None,
        {},
        {"data": None},
        {"data": ["x"]},
        {"data": 1},
    ],
)
async def test_what_is_no_list(answer: Any) -> None:
    """HTML, empty, truncated and shapeless answers to a look-up are unreadable."""
    land, _ = build(answer)
    for query in (CertificateQuery(OWNER, serial=SERIAL), PARCEL):
        with pytest.raises(ReplyUnreadable):
            await land.lookup(query, call())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (CertificateQuery(" ", serial=SERIAL), "owner_number"),
        (ParcelQuery("1205", 1, 1), "commune"),
        (ParcelQuery("x1205", 1, 1), "commune"),
    ],
)
async def test_incomplete_questions_do_not_leave(query: Any, field: str) -> None:
    """Without second factor or commune nothing is asked."""
    land, recorder = build({"data": []})
    with pytest.raises(InvalidRequest) as caught:
        await land.lookup(query, call())
    assert caught.value.field == field
    assert not recorder.requests


async def test_names_and_paths_can_be_mapped_again() -> None:
    """The look-up contract is ours, so an installation may spell names and paths otherwise."""
    options = {
        "certificate_path": "api/gcn",
        "handover_path": "api/nhan",
        "names": {"soPhatHanh": "SoSeri", "soGiayTo": "SoDinhDanh", "GiayChungNhan": "GCN"},
    }
    land, recorder = build({"data": [{"GCN": {"SoSeri": "DX101111"}}]}, options=options)
    outcome = await land.lookup(CertificateQuery(OWNER, serial=SERIAL), call())
    assert isinstance(outcome, Found)
    [request] = recorder.requests
    assert request.url.endswith("/x/api/gcn")
    assert json.loads(request.body) == {"SoDinhDanh": OWNER, "SoSeri": "DX101111"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"dialect": "khac"}, "systems.land.dialect"),
        ({"channel": {"kind": "c06"}}, "systems.land.channel.kind"),
        ({"channel": {"kind": "open", "token": "x"}}, "systems.land.channel.token"),
        ({"channel": {"kind": "ilis", "username": "u"}}, "systems.land.channel.password"),
        ({"options": {"path": "x"}}, "systems.land.options.path"),
        ({"options": {"names": {"khac": "x"}}}, "systems.land.options.names"),
    ],
)
def test_wrong_settings_are_named(changes: dict[str, Any], named: str) -> None:
    """Each wrong setting stops the start and is named."""
    with pytest.raises(ConfigurationError, match=named):
        build(**changes)


def test_services_behind_the_verbs() -> None:
    """Look-ups are marked as ours; what is not offered is a typed error."""
    land, _ = build(dialect="ilis", channel=OPEN)
    assert land.service_for(Verb.SHARE, handover()).name == "TiepNhanHoSo"
    assert land.service_for(Verb.SHARE, handover()).basis is Basis.CODE
    assert land.service_for(Verb.LOOKUP, PARCEL).basis is Basis.OURS
    for verb, subject in ((Verb.VERIFY, PARCEL), (Verb.LOOKUP, DossierQuery("x"))):
        with pytest.raises(NotSupported):
            land.service_for(verb, subject)


async def test_verbs_that_are_not_offered() -> None:
    """Land confirms nothing and takes and finds only its own."""
    land, _ = build()
    with pytest.raises(NotSupported):
        await land.verify(PARCEL, call())
    with pytest.raises(NotSupported):
        await land.lookup(DossierQuery("x"), call())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["data", "GiayChungNhan", "ChuSoHuu", "TaiSan", "CaNhan", "VoChong", "vo", "hoTen",
             "namSinh", "soPhatHanh", "ngayCap", "maXa", "soHieuToBanDo", "soThuTuThua",
             "DC_MucDichSuDung", "maMucDichSuDung", "dienTich", "version", "isLastest"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=_JSON)
async def test_no_shape_escapes_the_typed_errors(rows: Any) -> None:
    """Whatever JSON comes, the answer is an outcome or a typed error."""
    for query in (CertificateQuery(OWNER, serial=SERIAL), CertificateQuery(OWNER), PARCEL):
        try:
            outcome = await lookup(rows, query)
        except CallFailed:
            continue
        assert isinstance(outcome, Found | NotFound | Ambiguous)
