"""The emulated operations centre: sessions, dossiers, progress, catalogue, restarts and the proxy."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong_sandbox._credentials import PORTAL_ACCOUNT
from lienthong_sandbox._sandbox import Sandbox
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import load_personas
from lienthong_sandbox.systems.operations_centre import OperationsCentre, build

PROCEDURE = """
code = "1.004222"
name = "Đăng ký thường trú"
ministry = "G01"
field_code = "G01-CT01"
field_name = "Đăng ký, quản lý cư trú"
level = ["commune"]
working_days = 7
applicant = ["citizen"]
online = "full"
decision = "Quyết định mẫu"
[[components]]
code = "1.004222-TP01"
name = "Tờ khai"
form = "CT01"
originals = 1
copies = 0
[[components]]
code = "1.004222-TP02"
name = "Giấy tờ chứng minh chỗ ở hợp pháp"
case = "Có chỗ ở hợp pháp"
copies = 1
replaced_by = ["KQ.G09.000001", "KQ.G09.000002"]
[[components]]
code = "1.004222-TP03"
name = "Văn bản đồng ý"
[[results]]
code = "KQ.G01.000001"
name = "Thông báo kết quả"
"""


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Client:
    """Speaks to one hub directly, with a session of its own."""

    def __init__(self, hub: OperationsCentre) -> None:
        self.hub = hub
        self.session = ""
        self.madonvi = PORTAL_ACCOUNT.madonvi

    async def post(self, path: str, body: object, dstcode: str | None = None) -> Any:
        headers = {"dstcode": PORTAL_ACCOUNT.dstcode if dstcode is None else dstcode}
        request = Request("POST", path, {}, headers, json.dumps(body).encode())
        return json.loads((await self.hub.handle(request)).body)

    async def login(self) -> None:
        account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
        self.session = (await self.post("/auth", account))["session"]

    async def call(self, service: str, path: str = "/integration", **fields: object) -> Any:
        envelope = {"session": self.session, "madonvi": self.madonvi, "service": service}
        return await self.post(path, envelope | fields)

    async def put(self, record: object, *, updating: bool = False) -> Any:
        return await self.call("DongBoHoSoMC", isUpdating=str(updating), data=[record])

    async def step(self, *records: object) -> Any:
        return await self.call("CapNhatTienDoHoSoMC", data=list(records))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "1.004222.toml").write_text(PROCEDURE, encoding="utf-8")
    (folder / "replacements.toml").write_text('[[rule]]\nid = "x"\n', encoding="utf-8")
    return folder


@pytest.fixture
def start(tmp_path: Path, catalogue: Path, clock: Clock) -> Callable[..., OperationsCentre]:
    def started(**settings: object) -> OperationsCentre:
        state = tmp_path / "state"
        state.mkdir(exist_ok=True)
        world = World(load_personas(), state, catalogue, clock, TokenBook(clock), settings)
        return build(world)

    return started


@pytest.fixture
async def client(start: Callable[..., OperationsCentre]) -> Client:
    client = Client(start())
    await client.login()
    return client


def dossier(**changes: object) -> dict[str, object]:
    record: dict[str, object] = {
        "MaHoSo": "H31.14-261124-0001",
        "MaTTHC": "1.004222",
        "TenTTHC": "Đăng ký thường trú",
        "MaLinhVuc": "G01-CT01",
        "TenLinhVuc": "Đăng ký, quản lý cư trú",
        "KenhThucHien": "1",
        "ChuHoSo": "Nguyễn Văn An Mẫu",
        "SoGiayToChuHoSo": "033085000101",
        "LoaiDoiTuong": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "033085000101"}],
        "NgayNopHoSo": "20261124080000",
        "NgayTiepNhan": "20261124080500",
        "NgayHenTra": "",
        "TrangThaiHoSo": "2",
        "HinhThuc": "0",
        "DonViXuLy": "UBND xã Mẫu",
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "0",
        "DSKetNoiCSDL": [],
        "TaiLieuNop": [
            {
                "TepDinhKemId": "1",
                "TenTepDinhKem": "tờ khai.pdf",
                "IsDeleted": "False",
                "MaThanhPhanHoSo": "1.004222-TP01",
                "DuongDanTaiTepTin": "https://127.0.0.1/tep/1",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "0",
                "DuocLayTuKhoDMQG": "0",
            }
        ],
    }
    return {key: value for key, value in (record | changes).items() if value is not ...}


def step(**changes: object) -> dict[str, object]:
    return {
        "MaHoSo": "H31.14-261124-0001",
        "NguoiXuLy": "Cán bộ Mẫu",
        "ThoiDiemXuLy": "20261124081000",
        "NoiDungXuLy": "Tiếp nhận",
        "TrangThai": "2",
    } | changes


async def test_login_needs_the_right_password_and_destination(client: Client) -> None:
    """A wrong password or a wrong dstcode gives error_code "-1" and no session."""
    wrong = await client.post("/auth", {"username": PORTAL_ACCOUNT.username, "password": "x"})
    assert (wrong["error_code"], wrong["session"]) == ("-1", "")
    account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
    astray = await client.post("/auth", account, dstcode="elsewhere")
    assert astray["error_code"] == "-1"
    assert "dstcode" in astray["message"]


async def test_session_ends_after_ten_minutes(client: Client, clock: Clock) -> None:
    """A session is good for ten minutes and then refused by a sentence that names the session."""
    clock.now += timedelta(minutes=9)
    assert (await client.call("TraCuuHoSo", mahoso="x"))["error_code"] != "-1"
    clock.now += timedelta(minutes=1)
    refused = await client.call("TraCuuHoSo", mahoso="x")
    assert refused["error_code"] == "-1"
    assert "session" in refused["message"]


async def test_wrong_agency_and_wrong_address_are_refused(client: Client) -> None:
    """madonvi must be the account's, and a service answers only at its own address."""
    assert (await client.call("LayThuTuc", "/share", maTTHC="1.004222"))["error_code"] == "-1"
    assert (await client.call("LayDanhSachTTHC"))["error_code"] == "-1"
    client.madonvi = "000.00.00.H99"
    assert "madonvi" in (await client.call("TraCuuHoSo", mahoso="x"))["message"]


async def test_success_code_changes_its_spelling(client: Client) -> None:
    """Success comes as 0, "0" and "00" in turn."""
    codes = [(await client.call("TraCuuHoSo", mahoso="x"))["error_code"] for _ in range(6)]
    assert codes[:3] == codes[3:]
    assert {repr(code) for code in codes} == {"0", "'0'", "'00'"}


async def test_dossier_is_kept_and_replaced_by_its_update(client: Client) -> None:
    """What was added is found whole, and an update replaces it whole."""
    assert (await client.call("TraCuuHoSo", mahoso="H31.14-261124-0001"))["result"] == []
    assert int((await client.put(dossier()))["error_code"]) == 0
    assert int((await client.put(dossier(TrangThaiHoSo="4"), updating=True))["error_code"]) == 0
    found = await client.call("TraCuuHoSo", mahoso="H31.14-261124-0001")
    assert found["result"] == [dossier(TrangThaiHoSo="4")]
    assert client.hub.state()["by_status"] == {"4": 1}


async def test_second_add_is_refused_in_three_spellings(client: Client) -> None:
    """Adding what is there answers 0, "3" or "-3" and always says that it exists; nothing changes."""
    await client.put(dossier())
    answers = [await client.put(dossier(TrangThaiHoSo="9")) for _ in range(3)]
    assert [answer["error_code"] for answer in answers] == [0, "3", "-3"]
    assert all("Hồ sơ đã tồn tại" in answer["message"] for answer in answers)
    state = client.hub.state()
    assert (state["refused_adds"], state["by_status"]) == (3, {"2": 1})


async def test_update_of_an_unknown_dossier_is_refused(client: Client) -> None:
    """isUpdating "True" on a code that is not there answers "-1" and says so."""
    answer = await client.put(dossier(), updating=True)
    assert answer["error_code"] == "-1"
    assert "không tồn tại" in answer["message"]
    assert client.hub.state()["refused"] == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"MaHoSo": ...}, "MaHoSo"),
        ({"TenTTHC": ""}, "TenTTHC"),
        ({"MaLinhVuc": ""}, "MaLinhVuc"),
        ({"MaLinhVuc": ...}, "MaLinhVuc"),
        ({"DonViXuLy": None}, "DonViXuLy"),
        ({"TrangThaiHoSo": 2}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo"),
        ({"TrangThaiHoSo": ["2"]}, "TrangThaiHoSo"),
        ({"DuocThanhToanTrucTuyen": "3"}, "DuocThanhToanTrucTuyen"),
        ({"NgayNopHoSo": "24/11/2026"}, "NgayNopHoSo"),
        ({"NgayHenTra": "20261324000000"}, "NgayHenTra"),
        ({"NgayTiepNhan": ""}, "NgayTiepNhan"),
        ({"NgayTiepNhan": ...}, "NgayTiepNhan"),
        ({"MaTTHC": "1.004222.000.00.00.H31"}, "MaTTHC"),
        ({"MaTTHC": "1.000000"}, "MaTTHC"),
        ({"DinhDanhCHS": []}, "DinhDanhCHS"),
        ({"DinhDanhCHS": "033085000101"}, "DinhDanhCHS"),
        ({"DinhDanhCHS": [{"LoaiDinhDanh": "2", "SoDinhDanh": "033085000101"}]}, "SoDinhDanh"),
        ({"DSKetNoiCSDL": ...}, "DSKetNoiCSDL"),
        ({"DSKetNoiCSDL": [{}]}, "MaCSDL"),
        ({"TaiLieuNop": [{"TepDinhKemId": "1"}]}, "TaiLieuNop"),
        ({"DanhSachGiayToKetQua": [{"TenGiayTo": "x"}]}, "DuongDanTepTinKetQua"),
        ({"DanhSachTepDinhKemKhac": [{"TenGiayTo": "x", "SoLuong": "1"}]}, "SoLuong"),
        ({"DanhSachHoSoBoSung": [{"NgayBoSung": "hôm qua"}]}, "NgayBoSung"),
    ],
)
async def test_faulty_dossier_is_refused_by_field(
    client: Client, changes: dict[str, object], named: str
) -> None:
    """A missing, mistyped or unlisted value is refused with the field's name and nothing is kept."""
    answer = await client.put(dossier(**changes))
    assert answer["error_code"] == "-1"
    assert named in answer["message"]
    assert client.hub.state()["dossiers"] == 0


async def test_a_dossier_not_accepted_yet_has_no_reception_date(client: Client) -> None:
    """Status 1 may leave NgayTiepNhan empty."""
    answer = await client.put(dossier(TrangThaiHoSo="1", NgayTiepNhan=""))
    assert int(answer["error_code"]) == 0


async def test_step_before_its_dossier_is_refused(client: Client) -> None:
    """Progress of an unknown dossier is refused."""
    answer = await client.step(step())
    assert answer["error_code"] == "-1"
    assert client.hub.state()["steps"] == 0


async def test_steps_are_not_deduplicated_but_counted(client: Client) -> None:
    """The same step twice is stored twice; repeats and steps back in time are counted."""
    await client.put(dossier())
    await client.step(step(), step(ThoiDiemXuLy="20261124090000", TrangThai="4"))
    await client.step(step())
    state = client.hub.state(detail=True)
    assert (state["steps"], state["duplicate_steps"], state["out_of_order"]) == (3, 1, 1)
    assert state["cases"] == {
        "H31.14-261124-0001": {
            "adds": 1,
            "updates": 0,
            "steps": [
                ["20261124081000", "2"],
                ["20261124090000", "4"],
                ["20261124081000", "2"],
            ],
        }
    }


@pytest.mark.parametrize(
    "changes", [{"NguoiXuLy": ""}, {"TrangThai": "12"}, {"TrangThai": []}, {"ThoiDiemXuLy": "x"}]
)
async def test_faulty_step_is_refused(client: Client, changes: dict[str, object]) -> None:
    """A step lacks nothing mandatory and takes status and time from the tables."""
    await client.put(dossier())
    answer = await client.step(step(**changes))
    assert answer["error_code"] == "-1"
    assert next(iter(changes)) in answer["message"]


async def test_hub_survives_a_restart(
    client: Client, start: Callable[..., OperationsCentre], tmp_path: Path
) -> None:
    """After a restart everything accepted is there, and a line cut off by a kill is dropped."""
    await client.put(dossier())
    await client.step(step(), step())
    before = client.hub.state(detail=True)
    with (tmp_path / "state" / "operations_centre.jsonl").open("ab") as file:
        file.write(b'{"kind":"add","data":[{"MaHo')
    again = Client(start())
    assert again.hub.state(detail=True) == before
    await again.login()
    await again.step(step(TrangThai="9"))
    assert start().state()["steps"] == 3


async def test_unreadable_memory_is_refused(
    start: Callable[..., OperationsCentre], tmp_path: Path
) -> None:
    """A whole line that is no entry stops the start with the line's number."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "operations_centre.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        start()


async def test_procedure_comes_in_the_national_shape(client: Client) -> None:
    """LayThuTuc groups the papers by case and carries MA_KQ_THAYTHE and the result codes."""
    answer = await client.call("LayThuTuc", maTTHC="1.004222")
    (row,) = answer["result"]
    assert row["LINHVUCTHUCHIEN"] == [
        {"MALINHVUC": "G01-CT01", "TENLINHVUC": "Đăng ký, quản lý cư trú"}
    ]
    assert [group["TRUONGHOP"] for group in row["THANHPHANHOSO"]] == ["", "Có chỗ ở hợp pháp"]
    papers = {p["MAGIAYTO"]: p for group in row["THANHPHANHOSO"] for p in group["GIAYTO"]}
    assert papers["1.004222-TP02"]["MA_KQ_THAYTHE"] == "KQ.G09.000001,KQ.G09.000002"
    assert papers["1.004222-TP01"]["MA_KQ_THAYTHE"] == ""
    assert [result["MAKETQUA"] for result in row["KETQUATHUCHIEN"]] == ["KQ.G01.000001"]
    assert [way["KENH"] for way in row["CACHTHUCTHUCHIEN"]] == ["1", "2", "3"]


async def test_unknown_procedure_is_an_empty_result(client: Client) -> None:
    """A code that is not national, or not there, finds nothing."""
    for code in ("1.000000", "1.004222.000.00.00.H31"):
        assert (await client.call("LayThuTuc", maTTHC=code))["result"] == []


async def test_share_address_lists(client: Client) -> None:
    """The share address lists procedures and the known code lists, and knows portal accounts."""
    rows = (await client.call("LayDanhSachTTHC", "/share"))["result"]
    assert [row["MATTHC"] for row in rows] == ["1.004222"]
    fields = (await client.call("LayDanhMucLinhVuc", "/share"))["result"]
    assert fields[0]["MANGANH"] == "G01"
    sexes = (await client.call("LayDanhMucGioiTinh", "/share"))["result"]
    assert sexes[0] == {"MAGIOITINH": "1", "TENGIOITINH": "Nam"}
    known = {"provider": "wso2is", "mstorcmnd": "033085000101"}
    account = (await client.call("TraCuuTechID", "/share", **known))["result"]
    assert len(account[0]["TECHNICALID"]) == 32
    assert (await client.call("LayDanhMucKhongCo", "/share"))["error_code"] == "-1"


@pytest.mark.parametrize("body", [b"", b"[1", b"[]", b"\xff", b'"x"'])
async def test_malformed_body_is_refused(client: Client, body: bytes) -> None:
    """Whatever is no JSON object gives error_code "-1", never a crash."""
    headers = {"dstcode": PORTAL_ACCOUNT.dstcode}
    request = Request("POST", "/integration", {}, headers, body)
    assert client.hub.service_of(request) == "integration"
    assert json.loads((await client.hub.handle(request)).body)["error_code"] == "-1"


async def test_proxy_wraps_the_result_in_a_text(start: Callable[..., OperationsCentre]) -> None:
    """The proxy needs no session; message is a JSON text, an object or by setting a bare list."""
    for setting, is_list in (("object", False), ("list", True)):
        hub = start(proxy_result=setting)
        request = Request("GET", "/proxy/LayThuTuc", {"maTTHC": "1.004222"}, {}, b"")
        assert hub.service_of(request) == "LayThuTuc"
        answer = json.loads((await hub.handle(request)).body)
        assert set(answer) == {"error_code", "message"}
        held = json.loads(answer["message"])
        rows = held if is_list else held["result"]
        assert [row["MATTHC"] for row in rows] == ["1.004222"]


async def test_proxy_takes_a_bare_list_of_dossiers(start: Callable[..., OperationsCentre]) -> None:
    """A write through the proxy has isUpdating in the query and answers in plain words."""
    hub = start()
    body = json.dumps([dossier()]).encode()
    request = Request("POST", "/proxy/DongBoHoSoMC", {"isUpdating": "False"}, {}, body)
    assert "thành công" in json.loads((await hub.handle(request)).body)["message"]
    assert "đã tồn tại" in json.loads((await hub.handle(request)).body)["message"]


async def test_over_a_real_socket(tmp_path: Path, catalogue: Path) -> None:
    """Login, add and look-up work over TLS, and expired sessions are refused once."""
    async with Sandbox(tmp_path / "box", catalogue=catalogue) as box:
        context = ssl.create_default_context(cafile=str(box.ca))
        headers = {"dstcode": PORTAL_ACCOUNT.dstcode}
        async with httpx.AsyncClient(
            base_url=box.urls["operations_centre"], verify=context, headers=headers
        ) as http:
            account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
            session = (await http.post("/auth", json=account)).json()["session"]
            envelope = {"session": session, "madonvi": PORTAL_ACCOUNT.madonvi}
            add = envelope | {"service": "DongBoHoSoMC", "isUpdating": "False"}
            put = await http.post("/integration", json=add | {"data": [dossier()]})
            assert int(put.json()["error_code"]) == 0
            box.tokens.expire_all("operations_centre")
            ask = envelope | {"service": "TraCuuHoSo", "mahoso": "H31.14-261124-0001"}
            refused = (await http.post("/integration", json=ask)).json()
            assert "session" in refused["message"]
            ask["session"] = (await http.post("/auth", json=account)).json()["session"]
            assert (await http.post("/integration", json=ask)).json()["result"] == [dossier()]
            state = (await http.get(f"{box.admin_url}/-/state/operations_centre")).json()
            assert state["dossiers"] == 1
