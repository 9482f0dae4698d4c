"""The emulated portal beside dossiers: lists, fees, questions, ratings, papers, files, proxies, sign-on, payment."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import pytest_asyncio

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import PAYMENT_ACCOUNT, PORTAL_ACCOUNT, SSO_CLIENT
from lienthong_sandbox._server import Listener
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import load_personas
from lienthong_sandbox.systems.operations_centre import OperationsCentre, build
from lienthong_sandbox.systems.operations_centre._lists import _FIXED
from lienthong_sandbox.systems.operations_centre._payment import signature

PEOPLE = load_personas()
CASE = "H31.14-261124-0001"
PROCEDURE = """
code = "1.004222"
name = "Đăng ký thường trú"
ministry = "G01"
field_code = "G01-CT01"
field_name = "Đăng ký, quản lý cư trú"
level = ["commune"]
applicant = ["citizen"]
online = "full"
fee = true
decision = "Quyết định mẫu"
[[components]]
code = "1.004222-TP01"
name = "Tờ khai"
form = "CT01"
[[results]]
code = "KQ.G01.000001"
name = "Thông báo kết quả"
"""


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Portal:
    """Speaks to one hub directly, with a session."""

    def __init__(self, hub: OperationsCentre, clock: Clock, settings: dict[str, object]) -> None:
        self.hub = hub
        self.clock = clock
        self.settings = settings
        self.session = ""

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        query: dict[str, str] | None = None,
        **headers: str,
    ) -> Response:
        raw = (
            b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        )
        whole = {"dstcode": PORTAL_ACCOUNT.dstcode} | headers
        return await self.hub.handle(Request(method, path, query or {}, whole, raw))

    async def post(self, path: str, body: object, **query: str) -> Any:
        response = await self.send("POST", path, body, query)
        assert response.status == 200
        return json.loads(response.body)

    async def call(self, service: str, path: str = "/integration", **fields: object) -> Any:
        head = {"session": self.session, "madonvi": PORTAL_ACCOUNT.madonvi, "service": service}
        return await self.post(path, head | fields)

    async def share(self, service: str, **fields: object) -> list[dict[str, Any]]:
        answer = await self.call(service, "/share", **fields)
        assert answer["error_code"] != "-1", answer["message"]
        rows: list[dict[str, Any]] = answer["result"]
        return rows

    async def put(self, **changes: object) -> Any:
        data = [dossier() | changes]
        return await self.call("DongBoHoSoMC", isUpdating="False", data=data)


@pytest_asyncio.fixture
async def portal(tmp_path: Path) -> Portal:
    """A hub with one procedure, and a session."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "1.004222.toml").write_text(PROCEDURE, encoding="utf-8")
    clock, settings = Clock(), dict[str, object]()
    hub = build(World(PEOPLE, tmp_path, folder, clock, TokenBook(clock), settings))
    made = Portal(hub, clock, settings)
    account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
    made.session = (await made.post("/auth", account))["session"]
    return made


def dossier() -> dict[str, object]:
    return {
        "MaHoSo": CASE,
        "MaTTHC": "1.004222",
        "TenTTHC": "Đăng ký thường trú",
        "MaLinhVuc": "G01-CT01",
        "TenLinhVuc": "Đăng ký, quản lý cư trú",
        "SoGiayToChuHoSo": "033085000101",
        "LoaiDoiTuong": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "033085000101"}],
        "NgayNopHoSo": "20261124080000",
        "NgayTiepNhan": "20261124080500",
        "TrangThaiHoSo": "2",
        "HinhThuc": "0",
        "DonViXuLy": "UBND xã Mẫu",
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "0",
        "DSKetNoiCSDL": [],
    }


def rating(**changes: object) -> dict[str, object]:
    return {
        "MaDanhGia": "DG-1",
        "MaHoSo": CASE,
        "NgayDanhGia": "20261125090000",
        "MucDoHaiLong": "5",
        "KenhDanhGia": "1",
    } | changes


# Lists and catalogue


@pytest.mark.parametrize("name", [*_FIXED, "CanCuPhapLy", "LePhi", "NhomThuTuc"])
async def test_every_code_list(portal: Portal, name: str) -> None:
    """Each list has rows with MA… and TEN… by its own name; by switch other keys."""
    first = (await portal.share(f"LayDanhMuc{name}"))[0]
    assert first[f"MA{name.upper()}"]
    assert first[f"TEN{name.upper()}"]
    portal.settings["list_keys"] = "short"
    assert {"MA", "TEN"} <= set((await portal.share(f"LayDanhMuc{name}"))[0])
    portal.settings["list_keys"] = "code"
    assert {"CODE", "NAME"} <= set((await portal.share(f"LayDanhMuc{name}"))[0])


async def test_provinces_are_thirty_four(portal: Portal) -> None:
    """The list of provinces is that of 1 July 2025; communes and old districts name theirs."""
    rows = await portal.share("LayDanhMucTinhThanh")
    assert len(rows) == len({row["MATINHTHANH"] for row in rows}) == 34
    for name in ("LayDanhMucPhuongXa", "LayDanhMucQuanHuyen"):
        assert {row["MATINHTHANH"] for row in await portal.share(name)} == {"33"}


async def test_procedure_with_fee_and_form(portal: Portal) -> None:
    """PHILEPHI stands under each way's time, cheaper online; a form's URL has the hub's own host."""
    (row,) = (await portal.call("LayThuTuc", maTTHC="1.004222"))["result"]
    fees = {way["KENH"]: way["THOIGIAN"][0]["PHILEPHI"][0] for way in row["CACHTHUCTHUCHIEN"]}
    assert {channel: fee["SOTIEN"] for channel, fee in fees.items()} == {
        "1": "20000",
        "2": "10000",
        "3": "20000",
    }
    url = row["THANHPHANHOSO"][0]["GIAYTO"][0]["URL"]
    uid = url.rpartition("/")[2]
    assert len(uid) == 36
    for path in (f"/downloadfile/{uid}", urlsplit(url).path):
        found = await portal.send("GET", path)
        assert found.body.startswith(b"%PDF")
    assert (await portal.send("GET", "/downloadfile/short")).status == 404
    for query in ({"url": url}, {"id": uid}):
        found = await portal.send("GET", "/proxy/getfile", query=query)
        assert uid.encode() in found.body
    assert (await portal.send("GET", "/proxy/getfile")).status == 404


async def test_procedures_of_one_agency_and_their_decision(portal: Portal) -> None:
    """An agency's own list by either code; a publication decision by the identifier in LayThuTuc."""
    for agency, count in (("H31", 1), ("000.00.00.H31", 1), ("H56", 0)):
        assert len(await portal.share("LayDanhSachTTHCDonVi", maDonVi=agency)) == count
    (row,) = (await portal.call("LayThuTuc", maTTHC="1.004222"))["result"]
    (decision,) = await portal.share("LayQDCB", idQDCB=row["IDQUYETDINHCONGBO"])
    assert decision["DANHSACHTTHC"] == [{"MATTHC": "1.004222", "TENTTHC": "Đăng ký thường trú"}]
    assert await portal.share("LayQDCB", idQDCB="0") == []
    rows = await portal.share("LayDanhMucThuTucThuocLoai", maLoaiThuTuc="G01-CT01")
    assert rows == [{"MATTHC": "1.004222", "TENTTHC": "Đăng ký thường trú"}]


# Dossiers: the doubts


@pytest.mark.parametrize(
    ("settings", "changes", "good"),
    [
        ({}, {"DuocThanhToanTrucTuyen": "3"}, False),
        ({"payment_3": True}, {"DuocThanhToanTrucTuyen": "3"}, True),
        ({"result_code_field": "MaKetQua"}, {"DanhSachGiayToKetQua": ["MaGiayToKetQua"]}, False),
        ({"result_code_field": "MaKetQua"}, {"DanhSachGiayToKetQua": ["MaKetQua"]}, True),
        ({}, {"DanhSachGiayToKetQua": ["MaKetQua"]}, True),
        ({"is_deleted": "text"}, {"TaiLieuNop": "0"}, False),
        ({"is_deleted": "number"}, {"TaiLieuNop": "0"}, True),
        ({"supplement_types": "text"}, {"DanhSachHoSoBoSung": [1, True]}, False),
        ({"supplement_types": "typed"}, {"DanhSachHoSoBoSung": [1, True]}, True),
        ({"supplement_types": "typed"}, {"DanhSachHoSoBoSung": ["1", "1"]}, False),
        ({"dossiers_per_call": 1}, {}, True),
    ],
)
async def test_doubts_of_a_dossier_are_switches(
    portal: Portal, settings: dict[str, object], changes: dict[str, Any], good: bool
) -> None:
    """Field names, flags and types on which clients differ are taken either way, unless switched to one."""
    if fields := changes.get("DanhSachGiayToKetQua"):
        result = {"TenGiayTo": "x", "DuongDanTepTinKetQua": "x", fields[0]: "KQ.G01.000001"}
        changes = {"DanhSachGiayToKetQua": [result]}
    if deleted := changes.get("TaiLieuNop"):
        paper = {
            "TepDinhKemId": "1",
            "TenTepDinhKem": "x",
            "MaThanhPhanHoSo": "x",
            "DuongDanTaiTepTin": "x",
            "DuocSoHoa": "0",
            "DuocTaiSuDung": "0",
            "DuocLayTuKhoDMQG": "0",
            "IsDeleted": deleted,
        }
        changes = {"TaiLieuNop": [paper]}
    if typed := changes.get("DanhSachHoSoBoSung"):
        changes = {"DanhSachHoSoBoSung": [{"HoSoBoSungId": typed[0], "TrangThaiBoSung": typed[1]}]}
    portal.settings |= settings
    answer = await portal.put(**changes)
    assert (answer["error_code"] != "-1") == good, answer["message"]


async def test_codes_and_session_can_be_fixed(portal: Portal) -> None:
    """By switch the success code stays one spelling, the duplicate code too, and a session lives as long as said."""
    portal.settings |= {"success_code": "00", "exists_code": "-3", "session_minutes": 1}
    assert (await portal.put())["error_code"] == "00"
    assert [(await portal.put())["error_code"] for _ in range(2)] == ["-3", "-3"]
    portal.settings |= {"steps_per_call": 1}
    two = await portal.call("CapNhatTienDoHoSoMC", data=[{}, {}])
    assert "Quá số bước" in two["message"]
    account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
    portal.session = (await portal.post("/auth", account))["session"]
    portal.clock.now += timedelta(seconds=61)
    assert "session" in (await portal.put())["message"]


# Reports and questions


async def test_ratings(portal: Portal) -> None:
    """A mark needs its dossier and comes once; what breaks the table is refused by field."""
    assert "hồ sơ trước" in (await portal.call("DongBoDanhGia", data=[rating()]))["message"]
    await portal.put()
    assert int((await portal.call("DongBoDanhGia", data=[rating()]))["error_code"]) == 0
    assert "đã tồn tại" in (await portal.call("DongBoDanhGia", data=[rating()]))["message"]
    for field, value in (
        ("MucDoHaiLong", "6"),
        ("KenhDanhGia", "9"),
        ("NgayDanhGia", "hôm qua"),
        ("NoiDung", "x" * 2001),
        ("DanhSachTieuChi", "x"),
        ("MaDanhGia", ""),
    ):
        answer = await portal.call("DongBoDanhGia", data=[rating(**{field: value})])
        assert answer["error_code"] == "-1"
        assert field in answer["message"]
    assert portal.hub.state()["ratings"] == 1


async def test_outcome_of_a_promotion_notice(portal: Portal) -> None:
    """DongBoTrangThaiHoSo has type 2 and one object; 11 is a status here."""
    data = {
        "MaHoSo": "G06.KM-1",
        "TrangThai": "11",
        "MaHoSoDonVi": CASE,
        "MaDoiTuong": "",
        "NoiDung": "Từ chối",
        "NgayXuLy": "20261124080000",
        "TaiLieuXuLy": [],
    }
    good = await portal.call("DongBoTrangThaiHoSo", type="2", data=data)
    assert int(good["error_code"]) == 0
    for kind, record in (("1", data), ("2", [data]), ("2", data | {"TrangThai": "12"})):
        bad = await portal.call("DongBoTrangThaiHoSo", type=kind, data=record)
        assert bad["error_code"] == "-1"
    assert portal.hub.state()["outcomes"] == 1


async def test_questions_and_answers(portal: Portal) -> None:
    """A question from the portal is open until it is answered; the answer is read back; a question comes once."""
    rows = (await portal.call("LayDanhSachHoiDapGuiTuDVCQG"))["result"]
    assert {row["TRANGTHAI"] for row in rows} == {"0"}
    answer = {
        "HOIDAPID": rows[0]["HOIDAPID"],
        "MADONVI": "H31",
        "NGUOITRALOI": "Cán bộ Mẫu",
        "CHUCVUNGUOITRALOI": "Chuyên viên",
        "NGAYTRALOI": "20261124080000",
        "NOIDUNGTRALOI": "Bảy ngày làm việc.",
    }
    write = "DongBoKetQuaHoiDapGuiTuDVCQG"
    assert int((await portal.call(write, data=[answer]))["error_code"]) == 0
    unknown = await portal.call(write, data=[answer | {"HOIDAPID": "HD-0"}])
    assert "không tồn tại" in unknown["message"]
    found = await portal.call("LayNoiDungTraLoiTheoCauHoi", cauhoiid=answer["HOIDAPID"])
    assert found["result"] == [answer]
    rows = (await portal.call("LayDanhSachHoiDapGuiTuDVCQG"))["result"]
    assert [row["TRANGTHAI"] for row in rows] == ["1", "0", "0"]
    question = {
        "HOIDAPID": "HD-H31-1",
        "MaLinhVuc": "G01-CT01",
        "NOIDUNG": "Mẫu?",
        "MADONVI": "H31",
        "TENDONVI": "UBND tỉnh Hưng Yên",
    }
    assert int((await portal.call("DongBoHoiDap", data=question))["error_code"]) == 0
    assert "đã tồn tại" in (await portal.call("DongBoHoiDap", data=[question]))["message"]
    for faulty in ([], [question | {"NOIDUNG": ""}], ["x"]):
        assert (await portal.call("DongBoHoiDap", data=faulty))["error_code"] == "-1"
    rows = (await portal.call("LayDanhSachHoiDapBoCoQuan"))["result"]
    assert rows[-1]["MALINHVUC"] == "G01-CT01"


# Digitised papers


def asked(**changes: object) -> dict[str, object]:
    return {
        "SoDinhDanhChuSoHuu": "033083004949",
        "HoTenNguoiYeuCau": "Cán bộ Mẫu",
        "KenhThucHien": "1",
        "SoDinhDanhNguoiYeuCau": "033190000999",
        "MaThuTuc": "1.004222",
        "DanhSachDanhMucKetQua": [
            {"MaKetQua": "KQ.G15.000032", "SoKyHieu": ""},
            {"MaKetQua": "KQ.G10.001147", "SoKyHieu": ""},
        ],
    } | changes


async def test_store_lists_and_hands_out(portal: Portal) -> None:
    """By owner and result code; both spouses have the same certificate; the file comes as base64 text."""
    reply = await portal.post("/kho/danhsach", asked())
    assert (reply["errorCode"], bool(reply["signature"])) == ("0", True)
    marriage, land = reply["result"]["DanhSachGiayToKetQua"]
    assert land["SoKyHieu"] == "DX 103333"
    wife = await portal.post("/kho/danhsach", asked(SoDinhDanhChuSoHuu="033185005050"))
    same = wife["result"]["DanhSachGiayToKetQua"][0]
    assert same["SoKyHieu"] == marriage["SoKyHieu"]
    narrowed = [{"MaKetQua": "KQ.G10.001147", "SoKyHieu": "khác"}]
    none = await portal.post("/kho/danhsach", asked(DanhSachDanhMucKetQua=narrowed))
    assert none["result"]["DanhSachGiayToKetQua"] == []
    wanted = {"CoQuanChuQuan": "G10", "DuongDan": land["DanhSachTepDinhKem"][0]["DuongDan"]}
    file = await portal.send("POST", "/kho/tep", wanted)
    assert file.headers["content-type"].startswith("text/plain")
    assert base64.b64decode(file.body).startswith(b"%PDF")
    assert (await portal.send("POST", "/kho/tep", {"DuongDan": "x"})).status == 404


async def test_store_refusals(portal: Portal) -> None:
    """An officer asks under an own number (a switch), a citizen only about themselves; nothing may be missing."""
    same = {"SoDinhDanhNguoiYeuCau": "033083004949"}
    for changes in (
        same,
        {"KenhThucHien": "2"},
        {"KenhThucHien": "3"},
        {"MaThuTuc": "9.999999"},
        {"HoTenNguoiYeuCau": ""},
        {"DanhSachDanhMucKetQua": "x"},
    ):
        assert (await portal.post("/kho/danhsach", asked(**changes)))["errorCode"] == "-1"
    assert (await portal.post("/kho/danhsach", b"x"))["errorCode"] == "-1"
    assert (await portal.post("/kho/danhsach", asked(KenhThucHien="2", **same)))["errorCode"] == "0"
    portal.settings["store_requester"] = "any"
    assert (await portal.post("/kho/danhsach", asked(**same)))["errorCode"] == "0"


async def test_results_of_synced_dossiers_enter_the_store(portal: Portal) -> None:
    """A dossier's result is found by its owner; without a list the procedure's result codes are asked for."""
    result = {
        "TenGiayTo": "Thông báo kết quả",
        "DuongDanTepTinKetQua": "https://127.0.0.1/tep/1",
        "MaGiayToKetQua": "KQ.G01.000001",
    }
    await portal.put(DanhSachGiayToKetQua=[result])
    body = asked(SoDinhDanhChuSoHuu="033085000101", DanhSachDanhMucKetQua=[])
    (paper,) = (await portal.post("/kho/danhsach", body))["result"]["DanhSachGiayToKetQua"]
    assert paper["MaKetQua"] == "KQ.G01.000001"


# Proxies


async def test_proxy_with_a_bare_array(portal: Portal) -> None:
    """The agency in the query must be the province's own; the body is an array."""
    path, own = "/api/SynsTTHCC/DongBoHoSoMC", {"MaDinhDanhDV": PORTAL_ACCOUNT.madonvi}
    add = own | {"isUpdating": "False"}
    assert "thành công" in (await portal.post(path, [dossier()], **add))["message"]
    assert "đã tồn tại" in (await portal.post(path, [dossier()], **add))["message"]
    update = own | {"isUpdating": "True"}
    assert "thành công" in (await portal.post(path, [dossier()], **update))["message"]
    assert (await portal.post(path, {}, **add))["error_code"] == "-1"
    foreign = add | {"MaDinhDanhDV": "000.00.00.H22"}
    assert (await portal.post(path, [dossier()], **foreign))["error_code"] == "-1"
    assert (await portal.send("POST", "/api/SynsTTHCC/TraCuuHoSo", [])).status == 404


async def test_proxy_with_three_addresses(portal: Portal) -> None:
    """Add, update and progress have an address each, and LayThuTuc is a GET whose message is a JSON text."""
    base = "/KetNoiMotCuaQuocGia"
    step = {
        "MaHoSo": CASE,
        "NguoiXuLy": "Cán bộ Mẫu",
        "ThoiDiemXuLy": "20261124081000",
        "TrangThai": "2",
    }
    for name, body in (
        ("ThemHoSo", dossier()),
        ("CapNhatHoSo", [dossier()]),
        ("CapNhatTienDo", [step]),
    ):
        assert "thành công" in (await portal.post(f"{base}/{name}", body))["message"]
    request = Request("POST", f"{base}/ThemHoSo", {}, {}, b"")
    assert portal.hub.service_of(request) == "DongBoHoSoMC"
    found = await portal.send("GET", f"{base}/LayThuTuc", query={"maTTHC": "1.004222"})
    rows = json.loads(json.loads(found.body)["message"])["result"]
    assert rows[0]["MATTHC"] == "1.004222"
    assert (await portal.send("GET", f"{base}/Khac")).status == 404


# Sign-on


async def sign_on(portal: Portal, whom: str, back: str = "https://tinh.example/cb") -> str:
    query = {
        "response_type": "code",
        "client_id": SSO_CLIENT.client_id,
        "redirect_uri": back,
        "scope": "openid",
        "state": "s1",
        "login_hint": whom,
    }
    answer = await portal.send("GET", "/sso/authorize", query=query)
    assert answer.status == 302
    given = parse_qs(urlsplit(answer.headers["location"]).query)
    assert given["state"] == ["s1"]
    return given.get("code", [""])[0]


async def redeem(portal: Portal, code: str, **changes: str) -> Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "https://tinh.example/cb",
        "client_id": SSO_CLIENT.client_id,
        "client_secret": SSO_CLIENT.client_secret,
    } | changes
    return await portal.send("POST", "/sso/token", urlencode(form).encode())


async def test_sign_on_tells_who_came(portal: Portal) -> None:
    """The code buys a token once; userinfo has every published key, for a citizen and for an enterprise."""
    code = await sign_on(portal, "nguyen-an")
    token = json.loads((await redeem(portal, code)).body)["access_token"]
    assert (await redeem(portal, code)).status == 400
    bearer = {"authorization": f"Bearer {token}"}
    found = await portal.send("GET", "/sso/userinfo", None, None, **bearer)
    claims = json.loads(found.body)
    assert len(claims) == 17
    assert (claims["LoaiTaiKhoan"], claims["SoDinhDanh"]) == ("1", "033085000101")
    assert (claims["NgayThangNamSinh"], claims["MaSoThue"]) == ("19850314", "")
    account = await portal.share("TraCuuTechID", provider="wso2is", mstorcmnd="033085000101")
    assert claims["TechID"] == account[0]["TECHNICALID"]
    portal.settings |= {"userinfo_absent": "missing", "userinfo_birth": "dd/MM/yyyy"}
    claims = json.loads((await portal.send("GET", "/sso/userinfo", None, None, **bearer)).body)
    assert claims["NgayThangNamSinh"] == "14/03/1985"
    assert "MaSoThue" not in claims
    portal.settings["userinfo_absent"] = "null"
    claims = json.loads((await portal.send("GET", "/sso/userinfo", None, None, **bearer)).body)
    assert claims["MaSoThue"] is None
    company = await sign_on(portal, "cty-mau-hoat-dong")
    token = json.loads((await redeem(portal, company)).body)["access_token"]
    found = await portal.send("GET", "/sso/userinfo", authorization=f"Bearer {token}")
    claims = json.loads(found.body)
    assert (claims["LoaiTaiKhoan"], claims["MaSoDoanhNghiep"]) == ("2", "0990001015")


async def test_sign_on_refusals(portal: Portal) -> None:
    """Strangers get no code; a code is bound to its address and client; no token opens another door."""
    assert await sign_on(portal, "unknown-vang") == ""
    code = await sign_on(portal, "nguyen-an")
    assert (await redeem(portal, code, client_secret="x")).status == 401
    assert (await redeem(portal, code, redirect_uri="https://other.example/")).status == 400
    late = await sign_on(portal, "nguyen-an")
    portal.clock.now += timedelta(minutes=2)
    assert (await redeem(portal, late)).status == 400
    session = {"authorization": f"Bearer {portal.session}"}
    assert (await portal.send("GET", "/sso/userinfo", None, None, **session)).status == 401
    token = json.loads((await redeem(portal, await sign_on(portal, "nguyen-an"))).body)
    basic = base64.b64encode(f"{SSO_CLIENT.client_id}:{SSO_CLIENT.client_secret}".encode()).decode()
    for given, active in ((token["access_token"], True), (portal.session, False)):
        answer = await portal.send(
            "POST",
            "/sso/introspect",
            urlencode({"token": given}).encode(),
            authorization=f"Basic {basic}",
        )
        assert json.loads(answer.body) == {"active": active}
    portal.session = token["access_token"]
    assert "session" in (await portal.call("TraCuuHoSo", mahoso=CASE))["message"]
    strange = await portal.send("GET", "/sso/authorize", query={"client_id": "x"})
    assert strange.status == 400


# Payment


def order(**changes: object) -> dict[str, object]:
    message: dict[str, object] = {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": PAYMENT_ACCOUNT.partner,
        "MaThamChieu": "TC-1",
        "SoTien": "20000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "",
        "ThongTinGiaoDich": "Lệ phí",
        "ThoiGianGD": "20261124143000",
        "Ip": "127.0.0.1",
        "ThongTinBienLai": {
            "MaDVC": "1.004222.01",
            "MaTTHC": "1.004222",
            "TenTTHC": "Đăng ký thường trú",
            "MaDonVi": "H31",
            "TenDonVi": "UBND tỉnh Hưng Yên",
            "MaHoSo": CASE,
            "PhiLePhi": [{"SoTien": "20000"}],
        },
    } | changes
    return message | {"MaXacThuc": signature(str(message["LoaiBanTin"]), message)}


def query(kind: str = "QUERY", **changes: object) -> dict[str, object]:
    message: dict[str, object] = {
        "LoaiBanTin": kind,
        "PhienBan": "1.0.6",
        "MaDoiTac": PAYMENT_ACCOUNT.partner,
        "MaThamChieu": "TC-1",
        "ThoiGianGD": "20261124143000",
    } | changes
    return message | {"MaXacThuc": signature(kind, message)}


async def test_payment_runs_to_its_receipt(portal: Portal) -> None:
    """An order has an address to pay at; it is pending, then paid; then there is a receipt."""
    made = await portal.post("/payment", order())
    assert made["error_code"] == "0"
    assert json.loads(made["message"])["UrlThanhToan"]
    held = json.loads((await portal.post("/payment", query()))["message"])
    assert (held["TrangThaiGD"], held["SoTien"]) == ("3", "20000")
    early = await portal.send("POST", "/payment", query("BIENLAI"))
    assert json.loads(early.body)["error_code"] == "-1"
    await portal.hub.call("payment", {})
    portal.settings["payment_query"] = "object"
    assert (await portal.post("/payment", query()))["TrangThaiGD"] == "1"
    receipt = await portal.send("POST", "/payment", query("BIENLAI"))
    assert receipt.headers["content-type"] == "application/pdf"
    await portal.hub.call("payment", {"reference": "TC-1", "result": "24"})
    failed = await portal.post("/payment", query())
    assert (failed["TrangThaiGD"], failed["MaLoi"]) == ("4", "24")
    assert portal.hub.state()["payment"] == {"orders": 1, "paid": 0}


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (order() | {"MaXacThuc": "0" * 64}, "MaXacThuc"),
        (order() | {"SoTien": "1"}, "MaXacThuc"),
        (order(ThoiGianGD="20261124023000"), "ThoiGianGD"),
        (order(ThoiGianGD="24/11/2026"), "ThoiGianGD"),
        (order(SoTien="0"), "SoTien"),
        (order(SoTien="30000"), "PhiLePhi"),
        (order(MaTienTe="USD"), "MaTienTe"),
        (order(MaDoiTac="x"), "MaDoiTac"),
        (order(ThongTinBienLai=None), "ThongTinBienLai"),
        (order(ThongTinBienLai={"MaDVC": "1"}), "MaTTHC"),
        (query(MaThamChieu="TC-9"), "Không tìm thấy"),
        ({"LoaiBanTin": "KHAC"}, "LoaiBanTin"),
        ({"LoaiBanTin": "QUERY"}, "Thiếu trường"),
        ([], "JSON"),
    ],
)
async def test_payment_refusals(portal: Portal, message: object, named: str) -> None:
    """A wrong signature, a 12-hour clock, amounts that do not add up: refused with the field's name."""
    answer = await portal.post("/payment", message)
    assert answer["error_code"] == "-1"
    assert named in answer["message"]


async def test_reference_is_used_once(portal: Portal) -> None:
    """The same MaThamChieu again is refused; the clock's check can be switched off."""
    portal.settings["payment_clock"] = False
    assert (await portal.post("/payment", order(ThoiGianGD="20200101000000")))["error_code"] == "0"
    assert "đã tồn tại" in (await portal.post("/payment", order()))["message"]


# Calls of the portal


@pytest_asyncio.fixture
async def province() -> AsyncIterator[tuple[str, list[Request]]]:
    """A receiving side: its address and what it got."""
    got: list[Request] = []

    async def handle(request: Request) -> Response:
        got.append(request)
        return Response.of_json({"error_code": "0", "message": "ok"})

    listener = Listener(handle)
    await listener.open()
    yield listener.url, got
    await listener.shut_down()


async def test_portal_sends_notices(
    sandbox: Sandbox, http: httpx.AsyncClient, province: tuple[str, list[Request]]
) -> None:
    """The notice of a payment is signed, or by replaced fields wrongly so; the promotion notice has its tail."""
    base, got = province
    sandbox.settings["operations_centre"]["payment_clock"] = False
    await http.post(f"{sandbox.urls['operations_centre']}/payment", json=order())

    async def called(operation: str, **fields: object) -> httpx.Response:
        address = f"{sandbox.admin_url}/-/call/operations_centre/{operation}"
        return await http.post(address, json=fields)

    report = (await called("payment", base=f"{base}/ket-qua")).json()
    notice: Any = got[-1].json()
    assert report["sent"] == notice
    assert notice["MaXacThuc"] == signature("NOTIFY", notice)
    assert (notice["MaLoi"], notice["SoTien"]) == ("00", "20000")
    await called("payment", base=base, body={"SoTien": "1"})
    wrong: Any = got[-1].json()
    assert wrong["MaXacThuc"] != signature("NOTIFY", wrong)
    await called("addtthcKhuyenMai", base=base)
    assert got[-1].path == "/addtthcKhuyenMai"
    for operation, fields in (
        ("payment", {"reference": "TC-9"}),
        ("payment", {"body": []}),
        ("addtthcKhuyenMai", {}),
        ("khac", {"base": base}),
    ):
        assert (await called(operation, **fields)).status_code == 400


@pytest.mark.parametrize(
    ("switch", "value", "code"),
    [
        ("success_code", "number", 0),
        ("success_code", "0", "0"),
        ("success_code", "00", "00"),
        ("exists_code", "0", 0),
        ("exists_code", "3", "3"),
        ("exists_code", "-3", "-3"),
    ],
)
async def test_spelling_of_a_code_can_be_fixed(
    portal: Portal, switch: str, value: str, code: object
) -> None:
    """Either code stays in the spelling that the switch names."""
    portal.settings |= {"success_code": "00"} | {switch: value}
    first, *later = [(await portal.put())["error_code"] for _ in range(3)]
    got = [first] if switch == "success_code" else later
    assert [repr(one) for one in got] == [repr(code)] * len(got)


@pytest.mark.parametrize(
    ("wanted", "start"),
    [
        ("plain", "Hồ sơ đã tồn tại"),
        ("upper", "HỒ SƠ ĐÃ TỒN TẠI"),
        ("decomposed", unicodedata.normalize("NFD", "Hồ sơ đã tồn tại")),
        ("unmarked", "Ho so da ton tai"),
    ],
)
async def test_sentence_of_a_duplicate(portal: Portal, wanted: str, start: str) -> None:
    """Code 0 and a sentence that is written in any of these ways."""
    portal.settings |= {"exists_code": "0", "exists_text": wanted}
    await portal.put()
    again = await portal.put()
    assert again["error_code"] == 0
    assert again["message"].startswith(start)


@pytest.mark.parametrize("wanted", ["kept", "refused"])
async def test_step_that_came_before(portal: Portal, wanted: str) -> None:
    """The same step again is stored again and nobody told, or by switch refused as existing; a new one never is."""
    portal.settings |= {"repeated_step": wanted, "exists_code": "-3", "success_code": "0"}
    await portal.put()
    step = {
        "MaHoSo": CASE,
        "NguoiXuLy": "Cán bộ mẫu",
        "ThoiDiemXuLy": "20261124093000",
        "TrangThai": "2",
    }
    for record, code, steps in (
        (step, "0", 1),
        (step, "0" if wanted == "kept" else "-3", 2 if wanted == "kept" else 1),
        (step | {"TrangThai": "4"}, "0", 3 if wanted == "kept" else 2),
    ):
        answer = await portal.call("CapNhatTienDoHoSoMC", data=[record])
        assert answer["error_code"] == code
        assert portal.hub.state()["steps"] == steps
