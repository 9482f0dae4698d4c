"""Messages and answers of the operations centre, trap by trap (hub page §1 to §3)."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import PersonalNumber
from lienthong.interface import (
    Accepted,
    Call,
    CallFailed,
    CitizenQuery,
    ConfigurationError,
    DossierFee,
    DossierQuery,
    DossierRecord,
    Found,
    HubDossier,
    HubProgress,
    InvalidRequest,
    LookupOutcome,
    NotFound,
    NotSupported,
    OtherPaper,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureRecord,
    Rejected,
    ReplyUnreadable,
    ResultPaper,
    ShareOutcome,
    SubmittedPaper,
    Supplement,
    SystemFault,
    SystemSettings,
    Tools,
    Verb,
    WireReply,
    WireRequest,
)
from lienthong_connectors.operations_centre import OperationsCentreConnector

NOW = datetime(2026, 11, 24, 17, 30, 5, tzinfo=UTC)
PORTAL: dict[str, Any] = {
    "kind": "portal",
    "username": "u",
    "password": "p",
    "dstcode": "VN:1",
    "madonvi": "000.00.00.H31",
}
PROXY: dict[str, Any] = {
    "dialect": "proxy",
    "channel": {"kind": "open"},
    "options": {"ma_don_vi": "H31"},
}
CODE = "H31.14-261124-0001"


class Recorder:
    """A transport that signs in, remembers requests and gives one answer: the seam, not the wire."""

    def __init__(self, body: bytes) -> None:
        self.requests: list[WireRequest] = []
        self.certificate_expires = None
        self._body = body

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        if request.service == "login":
            return WireReply(200, {}, b'{"error_code": "00", "message": "", "session": "s-1"}')
        self.requests.append(request)
        return WireReply(200, {}, self._body)

    async def aclose(self) -> None:
        """Nothing is open."""


def build(answer: Any = None, **changes: Any) -> tuple[OperationsCentreConnector, Recorder]:
    """A connector whose hub gives one answer."""
    recorder = Recorder(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    system = SystemSettings.model_validate(
        {"name": "hub", "connector": "operations_centre", "url": "https://127.0.0.1:1/x"}
        | {"channel": PORTAL}
        | changes
    )
    tools = Tools(transport=recorder, soap=no_soap, now=lambda: NOW)
    return OperationsCentreConnector.build(system, tools), recorder


def call() -> Call:
    """A call without a case: the connector asks for none."""
    return Call(None, "r-1", time.monotonic() + 30)


def dossier(**changes: Any) -> HubDossier:
    """A dossier with the mandatory fields only."""
    values: dict[str, Any] = {
        "dossier": CODE,
        "procedure": "1.004222.000.00.00.H31",
        "procedure_name": "Đăng ký thường trú",
        "field_code": "G01-CA05",
        "field_name": "Cư trú",
        "owner_name": "Trần Thử Nghiệm",
        "owner_number": "033088000012",
        "submitted_at": NOW,
        "received_at": NOW,
        "status": "2",
        "agency_name": "UBND xã Thử Nghiệm",
    }
    return HubDossier.model_validate(values | changes)


STEP = HubProgress(dossier=CODE, officer="Lê Kiểm Thử", at=NOW, status="2")


async def share(
    answer: Any, message: HubDossier | HubProgress | None = None, **changes: Any
) -> ShareOutcome:
    """The outcome of a hand-over that the hub answers so."""
    hub, _ = build(answer, **changes)
    return await hub.share(message or dossier(), call())


async def lookup(answer: Any, query: Any = None, **changes: Any) -> LookupOutcome:
    """The outcome of a look-up that the hub answers so."""
    hub, _ = build(answer, **changes)
    return await hub.lookup(query or DossierQuery(CODE), call())


async def sent(message: HubDossier | HubProgress, **changes: Any) -> Any:
    """The body that a message becomes."""
    hub, recorder = build({"error_code": 0, "message": ""}, **changes)
    await hub.share(message, call())
    return json.loads(recorder.requests[0].body)


async def test_every_field_of_a_dossier() -> None:
    """The whole record, all values text, absent ones empty, times in Vietnam time, no agency suffix."""
    body = await sent(
        dossier(
            channel="2",
            owner_account="TECH-1",
            email="a@example.vn",
            phone="0900000000",
            abstract="Trích yếu",
            due_at=NOW + timedelta(days=1),
            finished_at=NOW,
            has_digitised=True,
            identity_verified=True,
            online_payment="1",
            databases=("1", "7"),
            note="Ghi chú",
            papers=(
                SubmittedPaper(
                    paper_id="f1", name="Tờ khai", component="000.00.00.G01-KQ003604",
                    url="https://kho.example.vn/1", digitised=True, reused=2,
                    replaced_by="KQ.G15.000031", from_personal_store=True, deleted=True,
                ),
            ),
            results=(
                ResultPaper(
                    paper_id="k1", name="Thông báo", result="KQ.G01.000065",
                    url="https://kho.example.vn/2",
                ),
            ),
            supplements=(
                Supplement(
                    supplement_id="b1", asked_by="Lê Kiểm Thử", content="Thiếu ảnh", asked_at=NOW,
                    done=True, due_before=NOW, due_after=None,
                ),
            ),
        )
    )  # fmt: skip
    assert body == {
        "session": "s-1",
        "madonvi": "000.00.00.H31",
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": [
            {
                "MaHoSo": CODE,
                "MaTTHC": "1.004222",
                "TenTTHC": "Đăng ký thường trú",
                "MaLinhVuc": "G01-CA05",
                "TenLinhVuc": "Cư trú",
                "KenhThucHien": "2",
                "ChuHoSo": "Trần Thử Nghiệm",
                "SoGiayToChuHoSo": "033088000012",
                "LoaiDoiTuong": "1",
                "MaDoiTuong": "TECH-1",
                "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "033088000012"}],
                "ThongTinKhac": "",
                "Fax": "",
                "Email": "a@example.vn",
                "SoDienThoai": "0900000000",
                "TrichYeuHoSo": "Trích yếu",
                "NgayNopHoSo": "20261125003005",
                "NgayTiepNhan": "20261125003005",
                "NgayHenTra": "20261126003005",
                "NgayTuChoi": "",
                "NgayKetThucXuLy": "20261125003005",
                "NgayTra": "",
                "ThongTinTra": "",
                "TrangThaiHoSo": "2",
                "HinhThuc": "0",
                "DonViXuLy": "UBND xã Thử Nghiệm",
                "GhiChu": "Ghi chú",
                "NoiNopHoSo": "2",
                "HoSoCoThanhPhanSoHoa": "1",
                "TaiKhoanDuocXacThucVoiVNeID": "1",
                "DuocThanhToanTrucTuyen": "1",
                "DSKetNoiCSDL": [{"MaCSDL": "1"}, {"MaCSDL": "7"}],
                "TaiLieuNop": [
                    {
                        "TepDinhKemId": "f1",
                        "TenTepDinhKem": "Tờ khai",
                        "IsDeleted": "True",
                        "MaThanhPhanHoSo": "000.00.00.G01-KQ003604",
                        "DuongDanTaiTepTin": "https://kho.example.vn/1",
                        "DuocSoHoa": "1",
                        "DuocTaiSuDung": "2",
                        "MaKetQuaThayThe": "KQ.G15.000031",
                        "DuocLayTuKhoDMQG": "1",
                    }
                ],
                "DanhSachLePhi": [],
                "DanhSachTepDinhKemKhac": [],
                "DanhSachHoSoBoSung": [
                    {
                        "HoSoBoSungId": "b1",
                        "NguoiYeuCauBoSung": "Lê Kiểm Thử",
                        "NoiDungBoSung": "Thiếu ảnh",
                        "NgayBoSung": "20261125003005",
                        "NguoiTiepNhanBoSung": "",
                        "ThongTinTiepNhan": "",
                        "NgayTiepNhanBoSung": "",
                        "TrangThaiBoSung": "True",
                        "DanhSachGiayToBoSung": [],
                        "DanhSachLePhiBoSung": [],
                        "NgayHenTraTruoc": "20261125003005",
                        "NgayHenTraMoi": "",
                    }
                ],
                "DanhSachGiayToKetQua": [
                    {
                        "TenGiayTo": "Thông báo",
                        "MaThanhPhanHoSo": "",
                        "GiayToId": "k1",
                        "DuongDanTepTinKetQua": "https://kho.example.vn/2",
                        "MaGiayToKetQua": "KQ.G01.000065",
                    }
                ],
                "SoBienNhan": "",
            }
        ],
    }


async def test_declared_fields_are_the_sent_ones() -> None:
    """The registry that feeds the documentation names exactly what travels."""
    body = await sent(
        dossier(
            databases=("1",),
            papers=(SubmittedPaper(paper_id="1", name="a", component="b"),),
            results=(ResultPaper(paper_id="1", name="a", result="b"),),
            supplements=(Supplement(supplement_id="1", asked_by="a", content="b", asked_at=NOW),),
            fees=(DossierFee(name="a", code="b", amount=0),),
            other_papers=(OtherPaper(name="a"),),
        )
    )
    step = await sent(STEP)

    def names(value: Any, prefix: str) -> set[str]:
        if isinstance(value, list) and value:
            return names(value[0], prefix)
        if isinstance(value, dict):
            return {n for key, item in value.items() for n in names(item, f"{prefix}/{key}")}
        return {prefix}

    declared = {
        service.name: {field.name for field in service.request}
        for service in OperationsCentreConnector.services()
    }
    assert names(body["data"], "data") | {"isUpdating"} == declared["DongBoHoSoMC"]
    assert names(step["data"], "data") == declared["CapNhatTienDoHoSoMC"]


@pytest.mark.parametrize(
    ("number", "kind", "expected"),
    [
        ("033088000012", "1", "1"),
        ("145000123", "1", "2"),
        ("0101234567", "2", "3"),
        ("0101234567-001", "2", "3"),
        ("C1234567", "1", "3"),
    ],
)
async def test_kinds_of_owner_numbers(number: str, kind: str, expected: str) -> None:
    """12 digits are kind 1, 9 digits kind 2, all else the configured kind."""
    body = await sent(dossier(owner_number=number, owner_kind=kind))
    assert body["data"][0]["DinhDanhCHS"] == [{"LoaiDinhDanh": expected, "SoDinhDanh": number}]


async def test_a_portal_account_travels_only_online() -> None:
    """MaDoiTuong belongs to dossiers filed online; an empty abstract becomes the procedure's name."""
    body = await sent(dossier(channel="1", owner_account="TECH-1"))
    assert body["data"][0]["MaDoiTuong"] == ""
    assert body["data"][0]["TrichYeuHoSo"] == "Đăng ký thường trú"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dossier": " "}, "dossier"),
        ({"procedure": "khai sinh"}, "procedure"),
        ({"procedure_name": ""}, "procedure_name"),
        ({"field_name": ""}, "field_name"),
        ({"owner_number": ""}, "owner_number"),
        ({"agency_name": ""}, "agency_name"),
        ({"status": "0"}, "status"),
        ({"status": "11"}, "status"),
        ({"received_at": datetime(2026, 1, 1)}, "received_at"),  # noqa: DTZ001 - the fault itself
    ],
)
async def test_incomplete_dossiers_do_not_leave(changes: dict[str, Any], field: str) -> None:
    """A missing mandatory field is named, never filled with a dummy, and nothing is sent."""
    hub, recorder = build({"error_code": 0})
    with pytest.raises(InvalidRequest) as caught:
        await hub.share(dossier(**changes), call())
    assert caught.value.field == field
    assert not recorder.requests


@pytest.mark.parametrize("code", [0, "0", "00", 0.0, "000"])
async def test_every_spelling_of_success(code: Any) -> None:
    """The success code comes as number or text."""
    outcome = await share({"error_code": code, "message": "Thành công"})
    assert isinstance(outcome, Accepted)
    assert outcome.receipt.code == "0"
    assert outcome.receipt.message == "Thành công"


@pytest.mark.parametrize(
    ("code", "message", "reason"),
    [
        (0, "Hồ sơ đã tồn tại", "exists"),
        ("3", "HỒ SƠ ĐÃ TỒN TẠI", "exists"),
        ("-3", "ho so da ton tai", "exists"),
        (-3, "Hồ sơ đa\u0303 tồn tại", "exists"),
        (3, "lỗi dữ liệu", "refused"),
        ("-1", "Hồ sơ không tồn tại", "unknown"),
        (-1, "Không tìm thấy hồ sơ", "unknown"),
        (-1, "Tệp đã tồn tại", "refused"),
        ("7", "", "refused"),
        (-1, None, "refused"),
    ],
)
@pytest.mark.parametrize("dialect", [{}, PROXY], ids=["adapter", "proxy"])
async def test_refusals_of_a_dossier(
    code: Any, message: str | None, reason: str, dialect: dict[str, Any]
) -> None:
    """Code and words together tell exists, unknown and refused, whatever case and form the words have."""
    outcome = await share({"error_code": code, "message": message}, **dialect)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == reason
    assert outcome.code == str(code)


async def test_a_step_that_is_there_already_is_taken() -> None:
    """A step cannot be sent as an update, so "already exists" is all that was wanted."""
    outcome = await share({"error_code": 0, "message": "Tiến độ đã tồn tại"}, STEP)
    assert isinstance(outcome, Accepted)
    assert outcome.already


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"   ", b"<html><body>502</body></html>", b'{"error_code": 0', b"\xff\xfe{\x00}\x00",
        [], "text", 5, None, {}, {"error_code": None}, {"error_code": ""}, {"error_code": True},
        {"error_code": [0]}, {"error_code": 0, "message": "", "result": ["text"]},
        {"error_code": 0, "message": "", "result": "text"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", [{}, PROXY], ids=["adapter", "proxy"])
async def test_what_is_no_answer(answer: Any, dialect: dict[str, Any]) -> None:
    """HTML, empty, truncated and shapeless answers are unreadable, for reads."""
    with pytest.raises(ReplyUnreadable):
        await lookup(answer, **dialect)


@pytest.mark.parametrize(
    "message",
    [
        json.dumps({"result": [{"MaHoSo": CODE, "TrangThaiHoSo": 4}]}),
        json.dumps([{"MaHoSo": CODE, "TrangThaiHoSo": 4}]),
        " " + json.dumps({"error_code": "00", "result": {"MAHOSO": CODE, "TRANGTHAI": "4"}}),
        {"result": [{"MaHoSo": CODE, "TrangThaiHoSo": "4"}]},
        [{"MaHoSo": CODE, "TrangThaiHoSo": "4"}],
    ],
)
async def test_json_text_of_a_proxy(message: Any) -> None:
    """The proxy's message is JSON text with a result or a bare list, or that JSON itself."""
    outcome = await lookup({"error_code": "0", "message": message}, **PROXY)
    assert isinstance(outcome, Found)
    assert outcome.record == DossierRecord(dossier=CODE, status="4")


async def test_the_hub_behind_a_proxy_has_the_last_word() -> None:
    """A proxy that passes a refusal on with success reports a refusal."""
    inner = json.dumps({"error_code": "3", "message": "Hồ sơ đã tồn tại"})
    outcome = await share({"error_code": 0, "message": inner}, **PROXY)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "exists"


@pytest.mark.parametrize("message", ['{"result": [{"MaHoSo"', "OK", "", None])
async def test_what_a_proxy_must_not_say_to_a_read(message: str | None) -> None:
    """JSON text cut short, or words instead of it, must not pass for "not found"."""
    with pytest.raises(ReplyUnreadable):
        await lookup({"error_code": 0, "message": message}, **PROXY)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], False),
        (None, False),
        ({}, True),
        ([{"MaHoSo": CODE}], True),
        ([{"mahoso": CODE.lower()}], True),
        ([{"TrangThai": "2"}], True),
        ([{"MaHoSo": "H31.14-261124-0002"}], False),
        ([{"MaHoSo": "H31.14-261124-0002"}, {"MaHoSo": CODE}], True),
    ],
)
async def test_any_row_means_synced(rows: Any, found: bool) -> None:
    """A row means that the portal holds the dossier, unless the row names another one."""
    outcome = await lookup({"error_code": 0, "message": "", "result": rows})
    assert isinstance(outcome, Found if found else NotFound)


async def test_failing_reads() -> None:
    """A failing code is the system's fault without its words, unless they say that there is nothing."""
    with pytest.raises(SystemFault) as caught:
        await lookup({"error_code": -1, "message": "Lỗi với Trần Thử Nghiệm"})
    assert "Trần" not in str(caught.value)
    assert caught.value.system == "hub"
    outcome = await lookup({"error_code": -1, "message": "Không tìm thấy"})
    assert isinstance(outcome, NotFound)


PROCEDURE: dict[str, Any] = {
    "MATTHC": "1.004222",
    "TENTTHC": "Đăng ký thường trú",
    "MACOQUANCONGBO": "G01",
    "QUYETDINH": "1/QĐ-BCA",
    "LINHVUCTHUCHIEN": {"MALINHVUC": "G01-CA05", "TENLINHVUC": "Cư trú"},
    "CAPTHUCHIEN": [{"TENCAP": "Cấp Xã"}, {"TENCAP": "Cấp Tỉnh"}, {"TENCAP": "Cấp Bộ"}],
    "DOITUONGTHUCHIEN": [
        {"TENDOITUONG": "Công dân Việt Nam"},
        {"TENDOITUONG": "Người nước ngoài"},
        {"TENDOITUONG": "Doanh nghiệp"},
    ],
    "CACHTHUCTHUCHIEN": [
        {"KENH": 1, "THOIGIAN": [{"THOIGIANGIAIQUYET": "7", "DONVITINH": "Ngày làm việc"}]},
        {
            "KENH": "2",
            "THOIGIAN": {
                "THOIGIANGIAIQUYET": 4,
                "DONVITINH": "Giờ làm việc",
                "PHILEPHI": [{"SOTIEN": "10000"}],
            },
        },
        {"KENH": "3", "THOIGIAN": [{"THOIGIANGIAIQUYET": "30", "DONVITINH": "Ngày"}]},
    ],
    "THANHPHANHOSO": [
        {
            "TRUONGHOP": "Bao gồm",
            "GIAYTO": [
                {
                    "MAGIAYTO": "G-1", "TENGIAYTO": "Tờ khai", "MA_KQ_THAYTHE": None,
                    "SOBANCHINH": "1", "SOBANSAO": None, "TENMAUDON": "CT01",
                },
                {"MAGIAYTO": "G-1", "TENGIAYTO": "Tờ khai", "SOBANCHINH": 1},
                {"MAGIAYTO": "", "TENGIAYTO": "Không mã"},
            ],
        },
        {
            "TRUONGHOP": "Thuê, mượn",
            "GIAYTO": {
                "MAGIAYTO": "G-2", "TENGIAYTO": "Hợp đồng", "SOBANCHINH": 0, "SOBANSAO": "2",
                "MA_KQ_THAYTHE": "KQ.G15.000031, KQ.G15.000032;KQ.G15.000031",
            },
        },
        {"TRUONGHOP": "Không cần giấy tờ", "GIAYTO": []},
        {"TRUONGHOP": "Khác", "GIAYTO": [{"MAGIAYTO": "G-3", "MA_KQ_THAYTHE": ["KQ.1", "KQ.2"]}]},
    ],
    "KETQUATHUCHIEN": [
        {"MAKETQUA": "KQ.G01.000065", "TENKETQUA": "Thông báo"},
        {"MAKETQUA": "KQ.G01.000065", "TENKETQUA": "Thông báo"},
    ],
}  # fmt: skip


async def procedure(**changes: Any) -> ProcedureRecord:
    """The record of a procedure that the hub sends so."""
    outcome = await lookup(
        {"error_code": 0, "message": "", "result": [PROCEDURE | changes]},
        ProcedureQuery("1.004222.H31"),
    )
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, ProcedureRecord)
    return outcome.record


async def test_a_procedure_in_full() -> None:
    """Papers of all cases with what replaces them, results, field, level, time limit, applicants."""
    record = await procedure()
    assert (record.code, record.name, record.ministry) == ("1.004222", "Đăng ký thường trú", "G01")
    assert (record.field_code, record.field_name) == ("G01-CA05", "Cư trú")
    assert record.level == ("commune", "province", "ministry")
    assert record.applicant == ("citizen", "business")
    assert record.working_days == Decimal(7)
    assert record.online == "full"
    assert record.fee
    assert record.decision == "1/QĐ-BCA"
    assert record.retrieved == date(2026, 11, 25)
    assert [(c.code, c.case, c.originals, c.copies, c.form) for c in record.components] == [
        ("G-1", "", 1, 0, "CT01"),
        ("G-2", "Thuê, mượn", 0, 2, ""),
        ("G-3", "Khác", 0, 0, ""),
    ]
    assert [c.replaced_by for c in record.components] == [
        (),
        ("KQ.G15.000031", "KQ.G15.000032"),
        ("KQ.1", "KQ.2"),
    ]
    assert [result.code for result in record.results] == ["KQ.G01.000065"]


@pytest.mark.parametrize(
    ("fees", "fee"),
    [
        ([], False),
        (None, False),
        ([{"SOTIEN": 0}], False),
        ([{"SOTIEN": "0"}, {"SOTIEN": "15.000"}], True),
        ([{"SOTIEN": None, "MOTA": "Theo quy định"}], True),
        ([{"SOTIEN": "1e999999999"}], True),
    ],
)
async def test_whether_a_procedure_costs(fees: Any, fee: bool) -> None:
    """A fee is there unless every amount is plainly 0."""
    ways = [{"KENH": "1", "THOIGIAN": [{"PHILEPHI": fees}]}]
    record = await procedure(CACHTHUCTHUCHIEN=ways)
    assert record.fee is fee
    assert record.online == "information"
    assert record.working_days is None


async def test_another_procedure_is_no_answer() -> None:
    """Rows without the procedure asked for are a broken contract, not "no such procedure"."""
    for row in ({"MATTHC": "2.000635", "TENTTHC": "Khác"}, {"MATTHC": None, "TENTTHC": None}):
        with pytest.raises(ReplyUnreadable):
            await lookup({"error_code": 0, "result": [row]}, ProcedureQuery("1.004222"))
    outcome = await lookup({"error_code": 0, "result": []}, ProcedureListQuery())
    assert isinstance(outcome, NotFound)


async def test_requests_of_a_proxy() -> None:
    """A proxy takes reads as GET, writes as a bare list, and may have an address for updates."""
    options = {
        "ma_don_vi": "H31",
        "paths": {"DongBoHoSoMC": "api/them", "LayThuTuc": "api/LayThuTuc"},
        "update_path": "/api/sua",
    }
    hub, recorder = build(
        {"error_code": 0, "message": "[]"},
        dialect="proxy",
        channel={"kind": "open"},
        options=options,
    )
    await hub.share(dossier(), call())
    await hub.share(dossier(), call(), update=True)
    await hub.share(STEP, call())
    await hub.lookup(ProcedureQuery("1.004222"), call())
    await hub.lookup(ProcedureListQuery(), call())
    assert [(request.method, request.url) for request in recorder.requests] == [
        ("POST", "https://127.0.0.1:1/x/api/them?MaDinhDanhDV=H31&isUpdating=False"),
        ("POST", "https://127.0.0.1:1/x/api/sua?MaDinhDanhDV=H31&isUpdating=True"),
        ("POST", "https://127.0.0.1:1/x/CapNhatTienDoHoSoMC?MaDinhDanhDV=H31"),
        ("GET", "https://127.0.0.1:1/x/api/LayThuTuc?maTTHC=1.004222"),
        ("GET", "https://127.0.0.1:1/x/LayDanhSachTTHCDonVi?maDonVi=H31"),
    ]
    assert isinstance(json.loads(recorder.requests[0].body), list)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"dialect": "khac"}, "systems.hub.dialect"),
        ({"channel": {"kind": "open"}}, "systems.hub.channel.kind"),
        ({"channel": {"kind": "x"}}, "systems.hub.channel.kind"),
        ({"channel": PORTAL | {"session_s": 601}}, "systems.hub.channel.session_s"),
        ({"channel": {"kind": "portal", "username": "u"}}, "systems.hub.channel.dstcode"),
        ({"options": {"share": "x"}}, "systems.hub.options.share"),
        ({"options": {"other_id_kind": ""}}, "systems.hub.options.other_id_kind"),
        (PROXY | {"options": {}}, "systems.hub.options.ma_don_vi"),
        (PROXY | {"channel": PORTAL}, "systems.hub.channel.kind"),
        (
            PROXY | {"options": {"ma_don_vi": "H31", "paths": {"X": "y"}}},
            "systems.hub.options.paths",
        ),
    ],
)
def test_wrong_settings_are_named(changes: dict[str, Any], named: str) -> None:
    """Each wrong setting stops the start and is named."""
    with pytest.raises(ConfigurationError, match=named):
        build(**changes)


def test_services_behind_the_verbs() -> None:
    """Each subject has its service; writes are not idempotent; what is not offered is a typed error."""
    hub, _ = build()
    assert hub.service_for(Verb.SHARE, dossier()).name == "DongBoHoSoMC"
    assert hub.service_for(Verb.SHARE, STEP).name == "CapNhatTienDoHoSoMC"
    assert not hub.service_for(Verb.SHARE, STEP).idempotent
    assert not hub.service_for(Verb.SHARE, dossier()).idempotent
    assert hub.service_for(Verb.LOOKUP, DossierQuery(CODE)).idempotent
    citizen = CitizenQuery(PersonalNumber.parse("033088000012"), "Trần Thử Nghiệm")
    for verb, subject in (
        (Verb.VERIFY, DossierQuery(CODE)),
        (Verb.LOOKUP, dossier()),
        (Verb.LOOKUP, citizen),
    ):
        with pytest.raises(NotSupported):
            hub.service_for(verb, subject)


async def test_verify_is_not_offered() -> None:
    """The hub confirms nothing about anybody."""
    hub, _ = build()
    with pytest.raises(NotSupported):
        await hub.verify(DossierQuery(CODE), call())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["error_code", "message", "result", "MATTHC", "TENTTHC", "THANHPHANHOSO", "GIAYTO",
             "MAGIAYTO", "MA_KQ_THAYTHE", "CACHTHUCTHUCHIEN", "THOIGIAN", "PHILEPHI", "SOTIEN"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows=_JSON, code=st.sampled_from([0, "0", -1, None]), wrapped=st.booleans())
async def test_no_shape_escapes_the_typed_errors(rows: Any, code: Any, wrapped: bool) -> None:
    """Whatever JSON comes, the answer is an outcome or a typed error."""
    answer = {"error_code": code, "message": json.dumps(rows) if wrapped else "", "result": rows}
    for query in (DossierQuery(CODE), ProcedureQuery("1.004222"), ProcedureListQuery()):
        for dialect in ({}, PROXY):
            try:
                outcome = await lookup(answer, query, **dialect)
            except CallFailed:
                continue
            assert isinstance(outcome, Found | NotFound)
