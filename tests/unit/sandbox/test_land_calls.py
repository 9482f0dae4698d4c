"""The land side's own calls to the one-stop system, certificates as HoSoXml, and the codes on certificates."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from lxml import etree

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import ILIS_ACCOUNT
from lienthong_sandbox._server import Listener
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox.personas import load_personas
from lienthong_sandbox.systems.land import qr_text

PAPERS = {paper.serial: paper for paper in load_personas().certificates}
CODE = "H31.14-261124-0001"
SECRET = "a shared/code"
POSTS = [
    "ChuyenHoSo",
    "YeuCauBoSungHoSo",
    "NhanBoSungHoSo",
    "GuiKetQuaThue",
    "KetThucHoSo",
    "TiepNhanHoSoChoMotCua",
    "YeuCauCapNhatHoSo",
]
READS = ["GetDanhMucNguoiDung", "GetDanhMucThuTuc", "GetDanhMucTrangThai"]
NATIONAL = ["ImportThongBaoThueFromDVCQG", "ImportChungTuThueFromDVCQG"]
Call = Callable[..., Awaitable[Any]]


class OneStop:
    """A receiving side that keeps what it gets and answers Result 1."""

    def __init__(self) -> None:
        self.got: list[Request] = []
        self.base = ""

    async def handle(self, request: Request) -> Response:
        self.got.append(request)
        return Response.of_json({"Result": 1, "Message": "Thành công"})

    def body(self) -> Any:
        return self.got[-1].json()


@pytest_asyncio.fixture
async def one_stop() -> AsyncIterator[OneStop]:
    """A receiving side on a plain loopback port."""
    made = OneStop()
    listener = Listener(made.handle)
    await listener.open()
    made.base = f"{listener.url}/api/v1/VBDLISs"
    yield made
    await listener.shut_down()


@pytest.fixture
def call(sandbox: Sandbox, http: httpx.AsyncClient, one_stop: OneStop) -> Call:
    """Asks the admin port to make the land side call."""

    async def called(operation: str, status: int = 200, **fields: object) -> Any:
        answer = await http.post(
            f"{sandbox.admin_url}/-/call/land/{operation}",
            json={"base": one_stop.base, "code": SECRET, "dossier": CODE} | fields,
        )
        assert answer.status_code == status
        return answer.json()

    return called


@pytest.mark.parametrize("operation", POSTS)
async def test_posts_with_the_code_in_the_path(
    call: Call, one_stop: OneStop, operation: str
) -> None:
    """A callback is a POST whose last path segment is the shared code; the report has the reply but not the code."""
    report = await call(operation)
    got = one_stop.got[-1]
    assert (got.method, got.path) == ("POST", f"/api/v1/VBDLISs/{operation}/{SECRET}")
    assert one_stop.body()["SoBienNhan"] == CODE
    assert (report["status"], report["reply"]["Result"]) == (200, 1)
    assert report["sent"] == one_stop.body()
    assert SECRET not in report["url"]


@pytest.mark.parametrize("operation", READS)
async def test_reads_with_the_code_in_the_query(
    call: Call, one_stop: OneStop, operation: str
) -> None:
    """A catalogue is a GET with SecurityCode in the query."""
    await call(operation)
    got = one_stop.got[-1]
    assert (got.method, got.path) == ("GET", f"/api/v1/VBDLISs/{operation}")
    assert got.query == {"SecurityCode": SECRET}


async def test_tax_results_have_two_spellings(call: Call, one_stop: OneStop) -> None:
    """VBDLIS writes HoTenChu and DuongDanThongBaoThue, iLIS HoVaChu and DuongDanTBT with the code as CodeGet."""
    await call("GuiKetQuaThue")
    assert {"HoTenChu", "DuongDanThongBaoThue"} < set(one_stop.body()["DanhSachThongBaoThue"][0])
    await call("KetQuaThue")
    assert {"HoVaChu", "DuongDanTBT"} < set(one_stop.body()["DanhSachThongBaoThue"][0])
    assert one_stop.got[-1].query == {"CodeGet": SECRET}


async def test_national_portal_sends_notice_and_proof(call: Call, one_stop: OneStop) -> None:
    """The notice is XML as base64 in JSON, the proof has a local moment; both carry the key in the body."""
    await call("ImportThongBaoThueFromDVCQG")
    notice = one_stop.body()
    assert notice["SecurityKey"] == SECRET
    root = etree.fromstring(base64.b64decode(notice["Data"]["FileThongBaoThue"]))
    assert root.findtext("BODY/ROW_LIST/MA_HSO") == CODE
    assert len(root.findall("BODY/ROW_LIST/LIST")) == 2
    await call("ImportChungTuThueFromDVCQG")
    payment = one_stop.body()["Data"]["ThongTinThanhToan"]
    assert len(payment["ThoiGianThanhToan"]) == 14
    assert payment["TrangThaiThanhToan"] == 1


async def test_fields_can_be_replaced(sandbox: Sandbox, call: Call, one_stop: OneStop) -> None:
    """``body`` replaces fields of the sample; the times' form is a switch."""
    await call("KetThucHoSo", body={"TrangThaiKetThuc": 2})
    assert one_stop.body()["TrangThaiKetThuc"] == 2
    assert one_stop.body()["NgayKetThuc"].endswith("Z")
    sandbox.settings["land"]["callback_times"] = "local"
    await call("KetThucHoSo")
    assert one_stop.body()["NgayKetThuc"].endswith("+07:00")
    sandbox.settings["land"]["callback_times"] = "naive"
    await call("KetThucHoSo")
    assert len(one_stop.body()["NgayKetThuc"]) == 19


async def test_files_are_fetched_from_their_link(
    sandbox: Sandbox, http: httpx.AsyncClient, call: Call, one_stop: OneStop
) -> None:
    """VBDLIS links below a known base; iLIS links whole addresses and wants its token."""
    base = sandbox.urls["land"]
    await call("KetThucHoSo")
    (paper,) = one_stop.body()["DanhSachGiayToKetQua"]
    assert paper["KieuFile"] == ".pdf"
    found = await http.get(f"{base}/vbdlis/{paper['LinkFile']}")
    assert found.content.startswith(b"%PDF")
    await call("KetThucHoSo", front="ilis")
    (paper,) = one_stop.body()["DanhSachGiayToKetQua"]
    assert paper["LinkFile"].startswith(base)
    assert (await http.get(paper["LinkFile"])).status_code == 401


async def test_asking_for_papers_lets_them_come(
    sandbox: Sandbox, http: httpx.AsyncClient, call: Call
) -> None:
    """Only after YeuCauBoSungHoSo was taken does the land side take a supplement, and only once."""
    base = f"{sandbox.urls['land']}/vbdlis"
    handed = {
        "TinhId": 33,
        "HuyenId": 0,
        "XaId": 12205,
        "SoBienNhan": CODE,
        "NguoiTiepNhan": "can.bo",
        "ThongTinNguoiNopDon": {"HoTen": "Nguyễn Văn An Mẫu"},
        "ThongTinQuyTrinh": {"MaQuyTrinh": "1", "TenQuyTrinh": "Mẫu"},
        "DanhSachGiayToDinhKem": [],
    }
    papers = {"SoBienNhan": CODE, "DanhSachGiayToBoSung": []}
    assert (await http.post(f"{base}/tiepnhan", json=handed)).json()["data"] == 1

    async def supplement() -> Any:
        return (await http.post(f"{base}/capnhattrangthaibosunghoso", json=papers)).json()

    assert (await supplement())["data"] == 0
    await call("YeuCauBoSungHoSo", dossier="")
    assert (await supplement())["data"] == 1
    assert (await supplement())["data"] == 0


async def test_a_call_that_cannot_be_made(
    sandbox: Sandbox, http: httpx.AsyncClient, call: Call
) -> None:
    """Unknown operations and addresses are 400 with the reason; nobody listening is status 0."""
    for operation, changes in (
        ("Khac", {}),
        ("ChuyenHoSo", {"base": ""}),
        ("ChuyenHoSo", {"base": "file:///etc"}),
        ("ChuyenHoSo", {"body": []}),
        ("ChuyenHoSo", {"ca": "/nowhere"}),
    ):
        assert (await call(operation, 400, **changes))["error"]
    assert (await call("ChuyenHoSo", base="http://127.0.0.1:9/x"))["status"] == 0
    unknown = await http.post(f"{sandbox.admin_url}/-/call/business/x", json={})
    assert unknown.status_code == 400
    state = (await http.get(f"{sandbox.admin_url}/-/state/land")).json()
    assert state["called"] == {"ChuyenHoSo": 1}


async def test_certificate_as_record(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """HoSoXml holds certificate, parcels with purposes and origins, owners; gioiTinh has 0/1 or, by switch, Boolean."""
    base = sandbox.urls["land"]
    answer = await http.get(f"{base}/vbdlis/hosoxml/DX103333")
    assert answer.headers["content-type"].startswith("application/xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "HoSoXml"
    assert root.findtext("DC_GiayChungNhan/soPhatHanh") == "DX103333"
    assert root.findtext("DC_ThuaDat/DC_MucDichSuDung/DC_NguonGocDat/nguonGoc") == "CNQ-CTT"
    assert [found.text for found in root.iterfind("DC_CaNhan/gioiTinh")] == ["1", "0"]
    assert root.findtext("DC_VoChong/voId") == root.findall("DC_CaNhan")[1].findtext("caNhanId")
    sandbox.settings["land"]["sex_type"] = "boolean"
    root = etree.fromstring((await http.get(f"{base}/vbdlis/hosoxml/DX103333")).content)
    assert [found.text for found in root.iterfind("DC_CaNhan/gioiTinh")] == ["true", "false"]
    company = etree.fromstring((await http.get(f"{base}/vbdlis/hosoxml/DX112221")).content)
    assert company.findtext("DC_ToChuc/maSoThue") == "0990001015"
    assert (await http.get(f"{base}/vbdlis/hosoxml/XX000000")).status_code == 404


async def test_record_on_ilis_wants_the_token(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """iLIS gives a record only with a bearer token."""
    base = sandbox.urls["land"]
    url = f"{base}/ilis/hosoxml/DX101111"
    assert (await http.get(url)).status_code == 401
    form = {
        "grant_type": "password",
        "username": ILIS_ACCOUNT.username,
        "password": ILIS_ACCOUNT.password,
        "client_id": ILIS_ACCOUNT.client_id,
        "client_secret": ILIS_ACCOUNT.client_secret,
    }
    token = (await http.post(f"{base}/ilis/token", data=form)).json()["access_token"]
    found = await http.get(url, headers={"authorization": f"Bearer {token}"})
    assert found.status_code == 200


async def test_codes_on_certificates(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """The admin port tells each certificate's QR text of eight parts; the form of 2025 has longer serial and barcode."""
    listed = (await http.get(f"{sandbox.admin_url}/-/personas")).json()["certificates"]
    for paper in listed:
        parts = paper["qr"].split("|")
        assert len(parts) == 8
        assert parts[4] == paper["serial"].replace(" ", "")
        assert paper["qr"] == qr_text(PAPERS[paper["serial"]])
    (new,) = [paper for paper in listed if paper["issued"] >= "2025"]
    assert (len(new["serial"]), len(new["barcode"])) == (11, 15)
    assert json.dumps(new, ensure_ascii=False)
