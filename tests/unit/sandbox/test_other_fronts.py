"""The lesser fronts: EMC, "DVC Bộ", the public catalogue, pushed reports, Thái Nguyên's wrapper, OpenCPS's proxy, notices."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import MINISTRY_CLIENT, REPORT_KEY
from lienthong_sandbox._server import Listener
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox.personas import load_personas

FILE = """
code = "1.00422{n}"
name = "Đăng ký thường trú {n}"
ministry = "G0{n}"
field_code = "G01-CT01"
field_name = "Cư trú"
level = ["commune", "province"]
"""
LIST = "submitting/formality/list-all-public-formality-by-citizen"
WHO = load_personas()["nguyen-an"].declared
Post = Callable[..., Awaitable[httpx.Response]]
Soap = Callable[..., Awaitable[httpx.Response]]


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """With three procedures."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for number in "123":
        text = FILE.replace("{n}", number)
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    async with Sandbox(tmp_path / "state", catalogue=folder) as started:
        yield started


@pytest.fixture
def post(sandbox: Sandbox, http: httpx.AsyncClient) -> Post:
    """Posts to the operations centre."""

    async def sent(path: str, body: object = None, **more: Any) -> httpx.Response:
        url = f"{sandbox.urls['operations_centre']}/{path}"
        if body is not None:
            more["json"] = body
        return await http.post(url, **more)

    return sent


def state(sandbox: Sandbox, *, detail: bool = False) -> Any:
    centre: Any = sandbox.systems["operations_centre"]
    return centre.state(detail=detail)


# EMC


EMC: dict[str, object] = {
    "CodeProfile": "H31.14-261124-0001",
    "SiteId": "H31",
    "CodeTTHC": "1.004222",
    "NameTTHC": "Đăng ký thường trú",
    "MaHoSo": "H31.14-261124-0001",
    "Status": 1,
    "FormsReception": "2",
    "FormsPayments": 0,
    "Level": 4,
    "IsFromDVCQG": 0,
    "IsDVCBC": "0",
    "Data": "",
    "User": json.dumps({"name": "Cán bộ"}),
}


async def test_emc_takes_a_message(sandbox: Sandbox, post: Post) -> None:
    """A whole message is counted; numbers and texts are the same to it; the journal knows the service by its name."""
    assert (await post("emc/TrackingMCDT", EMC)).json() == {"result": True}
    assert state(sandbox)["emc"] == {"messages": 1}
    assert sandbox.journal.entries("operations_centre")[-1].service == "TrackingMCDT"


@pytest.mark.parametrize(
    ("field", "value"),
    [("Status", 5), ("Level", True), ("MaHoSo", ""), ("User", "{"), ("FormsReception", None)],
)
async def test_emc_refuses(sandbox: Sandbox, post: Post, field: str, value: object) -> None:
    """A code outside the table, an empty field or a user that is no JSON text is refused by name."""
    answer = await post("emc/TrackingMCDT", EMC | {field: value})
    assert answer.status_code == 400
    assert field in answer.json()["message"]
    assert (await post("emc/TrackingMCDT", [])).status_code == 400
    assert state(sandbox)["emc"] == {"messages": 0}


# DVC Bộ


@pytest_asyncio.fixture
async def ministry(sandbox: Sandbox, http: httpx.AsyncClient, post: Post) -> Callable[..., Any]:
    """Asks with a token."""
    account = {
        "client_id": MINISTRY_CLIENT.client_id,
        "client_secret": MINISTRY_CLIENT.client_secret,
    }
    token = (await post("dvcbo/token", data=account)).json()
    headers = {"authorization": f"{token['token_type']} {token['access_token']}"}

    async def asked(name: str, body: object = None, status: int = 200, **more: Any) -> Any:
        url = f"{sandbox.urls['operations_centre']}/dvcbo/{name}"
        method = "GET" if body is None and not more.get("files") else "POST"
        answer = await http.request(method, url, json=body, headers=headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    return asked


def dossier(code: str, **changes: object) -> dict[str, object]:
    return {
        "MaHoSo": code,
        "MaTTHC": "1.004222",
        "MaDichVuCong": "1.004222.01",
        "ChuHoSo": "Nguyễn Văn An Mẫu",
        "LoaiDoiTuong": 0,
        "MaDonViTiepNhan": "H31.14",
        "NgayNop": "2026-11-24 08:00:00",
        "NgayTiepNhan": "2026-11-24 08:05:00",
        "ThanhPhanHoSo": [],
        "ThongTinNguoiNop": {},
        **changes,
    }


async def test_ministry_from_code_to_status(sandbox: Sandbox, ministry: Any) -> None:
    """The six steps: token, code, file, dossier, progress, status."""
    code = (await ministry("mahoso", params={"code": "000.00.14.H31"}))["value"]
    assert code.startswith("H31.14-20")
    assert code.endswith("-0000001")
    again = (await ministry("mahoso", params={"code": "H31.14"}))["value"]
    assert again.endswith("-0000002")
    paper = await ministry("tep", files={"file": ("to-khai.pdf", b"%PDF-", "application/pdf")})
    assert paper["HashTepTin"] == hashlib.sha256(b"%PDF-").hexdigest()
    file = {"IdGiayTo": paper["IdTepTin"], "MaKetQua": "", "TenGiayTo": "Tờ khai"}
    component = {
        "MaThanhPhanHoSo": "TP01",
        "TenThanhPhanHoSo": "Tờ khai",
        "SoLuong": 1,
        "LoaiBan": 2,
        "GiayToDinhKem": [file | {"HashTepTin": paper["HashTepTin"]}],
    }
    whole = dossier(code, ThanhPhanHoSo=[component])
    assert (await ministry("hoso", whole))["MaHoSo"] == code
    assert "đã tồn tại" in (await ministry("hoso", whole, 400))["message"]
    step = {
        "MaHoSo": code,
        "NguoiXuLy": "Cán bộ",
        "ThoiDiemXuLy": "2026-11-24T08:10:00+07:00",
        "TrangThai": "2",
    }
    await ministry("tiendo", [step])
    await ministry("trangthai", [{"MaHoSo": code, "TrangThai": 9}])
    assert state(sandbox)["dvcbo"] == {"files": 1, "dossiers": 1, "steps": 1, "statuses": 1}
    await ministry("tiendo", [step | {"MaHoSo": "H31.14-20261124-0009999"}], 404)
    await ministry("tiendo", [step | {"ThoiDiemXuLy": "20261124081000"}], 400)
    await ministry("trangthai", [{"MaHoSo": code, "TrangThai": "11"}], 400)
    wrong = component | {"GiayToDinhKem": [file | {"HashTepTin": "0"}]}
    await ministry("hoso", dossier("H31.14-1", ThanhPhanHoSo=[wrong]), 400)
    lost = component | {"GiayToDinhKem": [{"IdGiayTo": "1"}]}
    await ministry("hoso", dossier("H31.14-1", ThanhPhanHoSo=[lost]), 404)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"LoaiDoiTuong": "0"}, 400),
        ({"LoaiDoiTuong": 3}, 400),
        ({"NgayNop": "2026-11-24T08:00:00"}, 400),
        ({"NgayNop": "20261124080000"}, 400),
        ({"ChuHoSo": ""}, 400),
        ({"ThongTinNguoiNop": ""}, 400),
        ({"ThanhPhanHoSo": {}}, 400),
        ({"MaDonViTiepNhan": "G09.20"}, 403),
        ({"MaDonViTiepNhan": "h31"}, 400),
    ],
)
async def test_ministry_refuses_a_dossier(
    ministry: Any, changes: dict[str, object], status: int
) -> None:
    """Numbers, moments, required fields and another province's agency."""
    await ministry("hoso", dossier("H31.14-1", **changes), status)


async def test_ministry_lets_nobody_else_in(sandbox: Sandbox, post: Post, ministry: Any) -> None:
    """Wrong client, no token, no such service, no file; 502 by the fault plan."""
    assert (await post("dvcbo/token", data={"client_id": "x"})).status_code == 401
    assert (await post("dvcbo/hoso", {})).status_code == 401
    assert (await post("dvcbo/khac", {})).status_code == 404
    await ministry("hoso", [], 400)
    await ministry("tep", {"file": "x"}, 400)
    await sandbox.faults.put("operations_centre", Fault(status=502, times=1), "dvcbo/hoso")
    assert (await post("dvcbo/hoso", {})).status_code == 502


# The public catalogue


async def test_public_catalogue_by_cursor(sandbox: Sandbox, post: Post) -> None:
    """Pages follow lastId without gaps or repeats; the last has none; words, field and agency narrow the list."""
    seen: list[str] = []
    last: str | None = None
    while True:
        page = (await post(f"api/v1/{LIST}", {"limit": 2, "lastId": last})).json()["data"]
        seen += [item["code"] for item in page["items"]]
        assert page["total"] == 3
        last = page["lastId"]
        if last is None:
            break
    assert seen == ["1.004221", "1.004222", "1.004223"]
    for body in (
        {"q": "trú 2"},
        {"departmentCode": "G02"},
        {"q": "1.004222", "categoryId": "G01-CT01"},
    ):
        found = (await post(f"api/v1/{LIST}", body)).json()["data"]["items"]
        assert [item["code"] for item in found] == ["1.004222"]
    entry = sandbox.journal.entries("operations_centre")[-1]
    assert entry.service == "list-all-public-formality-by-citizen"


async def test_public_catalogue_detail_and_files(
    sandbox: Sandbox, http: httpx.AsyncClient, post: Post
) -> None:
    """One procedure in detail and as PDF; the code under its other key; a hidden one only in the list of all."""
    sandbox.settings["operations_centre"]["public_code"] = "codeNotation"
    items = (await post(f"api/v1/{LIST}", {})).json()["data"]["items"]
    number = {"id": items[0]["id"]}
    detail = (await post("api/v1/configuring/formality/get-formality-by-citizen", number)).json()
    assert detail["data"]["codeNotation"] == "1.004221"
    levels = [detail["data"][name] for name in ("isWard", "isProvince", "isMinistry")]
    assert levels == [True, True, False]
    assert detail["data"]["departmentPromulgateName"] == "Bộ Công an"
    assert detail["data"]["category"] == {"id": "G01-CT01", "name": "Cư trú"}
    pdf = "api/v1/configuring/formality/export-pdf-formality-detail-by-citizen"
    assert (await post(pdf, number)).content.startswith(b"%PDF-")
    for path in ("submitting/preview-attachment?fileId=1", "files/configuring/1/to-khai.docx"):
        answer = await http.get(f"{sandbox.urls['operations_centre']}/api/v1/{path}")
        assert answer.content.startswith(b"%PDF-")
    centre: Any = sandbox.systems["operations_centre"]
    centre.catalogue.change("1.004221", {"TRANGTHAI": "0"})
    assert (await post(f"api/v1/{LIST}", {})).json()["data"]["total"] == 2
    everything = f"api/v1/{LIST.replace('public-', '')}"
    assert (await post(everything, {})).json()["data"]["total"] == 3


async def test_public_catalogue_refuses(post: Post) -> None:
    """Pages above 200, an unknown cursor, an unknown procedure or address."""
    wrong: tuple[object, ...] = ({"limit": 201}, {"limit": True}, {"lastId": "x"}, [])
    for body in wrong:
        assert (await post(f"api/v1/{LIST}", body)).status_code == 400
    detail = "api/v1/configuring/formality/get-formality-by-citizen"
    assert (await post(detail, {"id": "x"})).json()["code"] == "NOT_FOUND"
    assert (await post("api/v1/khac", {})).status_code == 404


# Pushed reports


def figures(**changes: object) -> bytes:
    figure = {
        "report": "766",
        "agency": "H31",
        "period_type": "month",
        "period": "2026-10",
        "indicator": "TONG_SCORE",
        "value": "81.5",
        "unit": "điểm",
        "status": "draft",
    }
    body = {"version": 1, "issued_at": "2026-11-24T01:00:00+00:00", "figures": [figure | changes]}
    return json.dumps(body).encode()


def signed(body: bytes, key: str = "1") -> dict[str, str]:
    digest = hmac.new(REPORT_KEY.encode(), body, hashlib.sha256).hexdigest()
    return {"x-lienthong-signature": f"sha256={digest}", "idempotency-key": key}


async def test_reports_are_taken_once(sandbox: Sandbox, post: Post) -> None:
    """The same hand-over again is told so; a newer value replaces the older; the key's file is private."""
    body, newer = figures(), figures(value="82", status="approved")
    answer = await post("reports/figures", content=body, headers=signed(body))
    assert answer.json() == {"taken": 1}
    answer = await post("reports/figures", content=body, headers=signed(body))
    assert answer.json() == {"taken": 0, "repeated": True}
    await post("reports/figures", content=newer, headers=signed(newer, "2"))
    counts = {"handovers": 2, "repeated": 1, "refused": 0, "figures": 1}
    assert state(sandbox)["reports"] == counts
    assert state(sandbox, detail=True)["figures"][0]["value"] == "82"
    key_file = sandbox.state / "report-key"
    assert key_file.read_text() == REPORT_KEY
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (figures(value=81.5), 400),
        (figures(status="final"), 400),
        (figures(period_type="week"), 400),
        (figures().replace(b'"version": 1', b'"version": 2'), 400),
        (figures().replace(b"+00:00", b""), 400),
        (b'{"version": 1, "issued_at": "2026-11-24T01:00:00Z", "figures": []}', 400),
        (b"no json", 400),
    ],
)
async def test_malformed_reports(sandbox: Sandbox, post: Post, body: bytes, status: int) -> None:
    """Whatever is signed is still read strictly."""
    answer = await post("reports/figures", content=body, headers=signed(body))
    assert answer.status_code == status
    assert state(sandbox)["reports"]["refused"] == 1


async def test_unsigned_reports(post: Post) -> None:
    """A wrong or missing signature is 401; no idempotency key is 400."""
    body = figures()
    assert (await post("reports/figures", content=body)).status_code == 401
    wrong = signed(body + b" ")
    assert (await post("reports/figures", content=body, headers=wrong)).status_code == 401
    half = signed(body) | {"idempotency-key": ""}
    assert (await post("reports/figures", content=body, headers=half)).status_code == 400


# Thái Nguyên


async def test_wrapper_before_the_business_register(
    sandbox: Sandbox, http: httpx.AsyncClient, bearer: Any
) -> None:
    """The answer stands under ``response``; a refusal too, and HTTP says 200 unless the switch says otherwise."""
    path = "/thainguyen/apiCSDLDKDN/1.0/chiTietDoanhNghiep?msdn=0990001015"
    url = sandbox.urls["business"] + path
    answer = (await http.get(url, headers=await bearer())).json()
    assert (answer["code"], answer["status"]) == (200, "SUCCESS")
    assert answer["correlationId"]
    assert answer["response"]["Data"]["MainInformation"]["ENTERPRISE_GDT_CODE"] == "0990001015"
    assert sandbox.journal.entries("business")[-1].service == "chiTietDoanhNghiep"
    refused = await http.get(url)
    assert (refused.status_code, refused.json()["code"]) == (200, 401)
    assert refused.json()["status"] == "ERROR"
    sandbox.settings["business"]["thainguyen_http"] = "same"
    assert (await http.get(url)).status_code == 401


async def test_wrapper_before_other_systems(
    sandbox: Sandbox, http: httpx.AsyncClient, envelope: Any, c06_headers: Any
) -> None:
    """A token comes unwrapped, SOAP as a text, and faults of a service reach it as they do without the wrapper."""
    token = await http.post(
        f"{sandbox.urls['social_insurance']}/thainguyen/token", data={"grant_type": "x"}
    )
    assert "code" not in token.json()
    url = f"{sandbox.urls['population']}/thainguyen/c06/TraCuuThongTinCongDan"
    body = envelope("TraCuuThongTinCongDan", WHO).encode()
    answer = await http.post(url, content=body, headers=c06_headers())
    assert "CongdanCollection" in answer.json()["response"]
    await sandbox.faults.put("population", Fault(nulls=True), "TraCuuThongTinCongDan")
    body = envelope("TraCuuThongTinCongDan", WHO).encode()
    answer = await http.post(url, content=body, headers=c06_headers())
    assert answer.json()["response"] is None


# OpenCPS


async def test_opencps_proxy(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """Form or JSON, one of them by the switch; another type is refused; the number's faults are those of the first generation."""
    url = f"{sandbox.urls['business']}/qldc/doanhnghiep"
    fields = {"type": "ChiTietDoanhNghiep", "msdn": "0990001015"}
    encodings: tuple[dict[str, Any], ...] = ({"data": fields}, {"json": fields})
    for sent in encodings:
        answer = (await http.post(url, **sent)).json()
        assert answer["Data"]["MainInformation"]["ENTERPRISE_GDT_CODE"] == "0990001015"
    assert sandbox.journal.entries("business")[-1].service == "doanhnghiep"
    unknown = (await http.post(url, json=fields | {"msdn": "0990009999"})).json()
    assert "Data" not in unknown or not unknown["Data"]
    assert (await http.post(url, json={"type": "Khac"})).status_code == 400
    sandbox.settings["business"]["opencps_encoding"] = "form"
    assert (await http.post(url, json=fields)).status_code == 400
    sandbox.settings["business"]["opencps_encoding"] = "json"
    assert (await http.post(url, data=fields)).status_code == 400


# Lists of citizens


async def test_a_list_nobody_asked_for(
    sandbox: Sandbox, http: httpx.AsyncClient, envelope: Any, c06_headers: Any
) -> None:
    """It is a SOAP Fault that says "not there", so that it can be told from a system in trouble."""
    body = envelope("GetRequestStatus", WHO, MaTichHop="920", MaYeuCauDanhSach="DS99999999")
    url = f"{sandbox.urls['population']}/c06/GetRequestStatus"
    answer = await http.post(url, content=body.encode(), headers=c06_headers())
    assert answer.status_code == 500
    assert "<detail><MaLoi>404</MaLoi></detail>" in answer.text


# Notices


async def test_the_portal_tells_the_province(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """Dossier, promotion, tax notice and its payment arrive under their names; fields may be replaced."""
    got: asyncio.Queue[Request] = asyncio.Queue()

    async def handler(request: Request) -> Response:
        got.put_nowait(request)
        return Response.of_json({"error_code": 0})

    listener = Listener(handler)
    await listener.open()
    try:
        for operation in ("nhanhsdvcqg", "addtthcKhuyenMai", "nhantbthuedvcqg", "chungtuthue"):
            fields = {
                "base": f"{listener.url}/VXPAdapter/RestService/forward",
                "dossier": "H31.14-261124-0007",
                "code": "shared",
                "body": {"GhiChu": "thử"},
            }
            url = f"{sandbox.admin_url}/-/call/operations_centre/{operation}"
            assert (await http.post(url, json=fields)).json()["reply"] == {"error_code": 0}
            request = got.get_nowait()
            assert request.path == f"/VXPAdapter/RestService/forward/{operation}"
            body: Any = request.json()
            assert body["GhiChu"] == "thử"
            if operation == "nhantbthuedvcqg":
                assert body["SecurityKey"] == "shared"
                document = base64.b64decode(body["Data"]["FileThongBaoThue"]).decode()
                assert "H31.14-261124-0007" in document
            elif operation == "chungtuthue":
                assert body["Data"]["MaHoSo"] == "H31.14-261124-0007"
            else:
                assert body["MaHoSo"] == "H31.14-261124-0007"
    finally:
        await listener.shut_down()
