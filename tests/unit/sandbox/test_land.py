"""The emulated land systems: dossier exchange on both fronts, look-up with the owner's paper as second factor."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from lienthong_sandbox._credentials import ILIS_ACCOUNT
from lienthong_sandbox._sandbox import Sandbox
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import load_personas
from lienthong_sandbox.systems.land import Land, build

CODE = "H31.14-261124-0001"
GRANT = {
    "grant_type": "password",
    "username": ILIS_ACCOUNT.username,
    "password": ILIS_ACCOUNT.password,
    "client_id": ILIS_ACCOUNT.client_id,
    "client_secret": ILIS_ACCOUNT.client_secret,
}


class Client:
    """Speaks to the two fronts directly."""

    def __init__(self, land: Land) -> None:
        self.land = land
        self.token = ""

    async def sign_in(self, **changes: str) -> tuple[int, Any]:
        body = urlencode(GRANT | changes).encode()
        response = await self.land.handle(Request("POST", "/ilis/token", {}, {}, body))
        reply = json.loads(response.body)
        self.token = reply.get("access_token", "")
        return response.status, reply

    async def post(self, path: str, body: object, status: int = 200) -> Any:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        request = Request("POST", path, {}, headers, json.dumps(body).encode())
        response = await self.land.handle(request)
        assert response.status == status
        return json.loads(response.body)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Client]:
    def clock() -> datetime:
        return datetime(2026, 11, 24, 1, tzinfo=UTC)

    def started(**settings: object) -> Client:
        world = World(load_personas(), tmp_path, None, clock, TokenBook(clock), settings)
        return Client(build(world))

    return started


@pytest.fixture
def client(start: Callable[..., Client]) -> Client:
    return start()


def hand_over(**changes: object) -> dict[str, object]:
    record: dict[str, object] = {
        "LaQuyTrinhCapTinh": False,
        "TinhId": 33,
        "HuyenId": 0,
        "XaId": 12205,
        "SoBienNhan": CODE,
        "MaHoSoMotCua": None,
        "NguoiTiepNhan": "canbo.mau",
        "NgayTiepNhan": "2026-11-24T08:05:00",
        "NgayHenTra": "2026-12-04T17:00:00+07:00",
        "DiaChiTaiSan": None,
        "ThongTinNguoiNopDon": {
            "HoTen": "Nguyễn Văn An Mẫu",
            "SoChungMinh": "033085000101",
            "DiaChiChiTiet": "Thôn Mẫu",
            "SoDienThoai": "",
            "Email": None,
        },
        "ThongTinQuyTrinh": {"MaQuyTrinh": "1.012783", "TenQuyTrinh": "Cấp đổi giấy chứng nhận"},
        "ThongTinThuaDat": [
            {"SoThuTuThua": "204", "SoHieuBanDo": "17", "DienTich": "250.5", "DiaChiChiTiet": ""}
        ],
        "DanhSachGiayToDinhKem": [
            {
                "TenGiayTo": "Đơn đăng ký biến động",
                "SoBanChinh": 1,
                "SoBanSao": "0",
                "TapTin": {"name": "don.pdf", "data": base64.b64encode(b"%PDF").decode()},
            }
        ],
    }
    return {key: value for key, value in (record | changes).items() if value is not ...}


def as_ilis(record: dict[str, object]) -> dict[str, object]:
    return record | {key: str(record[key]) for key in ("TinhId", "HuyenId", "XaId")}


async def test_hand_over_once_then_exists(client: Client) -> None:
    """The first hand-over is data 1; the same code again is data 0 and "đã tồn tại"."""
    first = await client.post("/vbdlis/tiepnhan", hand_over())
    assert (first["data"], first["status"]["success"]) == (1, True)
    assert set(first["status"]) == {"success", "code", "type", "time", "message"}
    again = await client.post("/vbdlis/tiepnhan", hand_over())
    assert again["data"] == 0
    assert again["status"]["message"] == f"Hồ sơ {CODE} đã tồn tại"
    assert client.land.state()["vbdlis"] == {
        "dossiers": 1,
        "supplemented": 0,
        "returned": 0,
        "rejected_results": 0,
    }


async def test_ilis_wants_a_token_and_texts(client: Client) -> None:
    """iLIS refuses without a bearer token, takes area codes as texts only and keeps its own dossiers."""
    await client.post("/vbdlis/tiepnhan", hand_over())
    await client.post("/ilis/TiepNhanHoSo", as_ilis(hand_over()), status=401)
    status, reply = await client.sign_in()
    assert status == 200
    assert {"access_token", "expires_in", "refresh_token", "scope"} <= set(reply)
    assert (await client.post("/ilis/TiepNhanHoSo", hand_over()))["data"] == 0
    assert (await client.post("/ilis/TiepNhanHoSo", as_ilis(hand_over())))["data"] == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_secret": "x"}, 401),
        ({"grant_type": "client_credentials"}, 400),
        ({"password": "x"}, 400),
    ],
)
async def test_ilis_token_is_refused(client: Client, changes: dict[str, str], status: int) -> None:
    """Wrong client, grant or password gives no token."""
    answered, reply = await client.sign_in(**changes)
    assert answered == status
    assert "error" in reply


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"TinhId": "33"}, "TinhId"),
        ({"XaId": None}, "XaId"),
        ({"HuyenId": True}, "HuyenId"),
        ({"SoBienNhan": ""}, "SoBienNhan"),
        ({"NguoiTiepNhan": ...}, "NguoiTiepNhan"),
        ({"NgayTiepNhan": "24/11/2026"}, "NgayTiepNhan"),
        ({"NgayHenTra": "2026-12-04"}, "NgayHenTra"),
        ({"LaQuyTrinhCapTinh": "true"}, "LaQuyTrinhCapTinh"),
        ({"ThongTinNguoiNopDon": {}}, "ThongTinNguoiNopDon"),
        ({"ThongTinQuyTrinh": {"MaQuyTrinh": "1"}}, "ThongTinQuyTrinh"),
        ({"ThongTinThuaDat": [{"SoThuTuThua": 204}]}, "ThongTinThuaDat"),
        ({"DanhSachGiayToDinhKem": None}, "DanhSachGiayToDinhKem"),
        ({"DanhSachGiayToDinhKem": [{"TenGiayTo": "x", "SoBanSao": 1.5}]}, "DanhSachGiayToDinhKem"),
        (
            {"DanhSachGiayToDinhKem": [{"TenGiayTo": "x", "TapTin": {"name": "a", "data": "?"}}]},
            "DanhSachGiayToDinhKem",
        ),
    ],
)
async def test_faulty_hand_over_names_the_field(
    client: Client, changes: dict[str, object], named: str
) -> None:
    """A missing or mistyped field is data 0 with the field's name, and nothing is kept."""
    answer = await client.post("/vbdlis/tiepnhan", hand_over(**changes))
    assert answer["data"] == 0
    assert named in answer["status"]["message"]
    assert (await client.post("/vbdlis/tiepnhan", hand_over()))["data"] == 1


async def test_nullable_fields_may_be_left_out(client: Client) -> None:
    """What is declared nullable or has a default need not be sent."""
    bare = hand_over(
        LaQuyTrinhCapTinh=...,
        MaHoSoMotCua=...,
        NgayTiepNhan=...,
        NgayHenTra=None,
        DiaChiTaiSan=...,
        ThongTinThuaDat=...,
        DanhSachGiayToDinhKem=[],
    )
    assert (await client.post("/vbdlis/tiepnhan", bare))["data"] == 1


@pytest.mark.parametrize(
    ("front", "names"),
    [
        ("/vbdlis/", ("tiepnhan", "capnhattrangthaibosunghoso", "capnhattrangthaitraketquahoso")),
        ("/ilis/", ("TiepNhanHoSo", "BoSungHoSo", "CapNhatTrangThaiHoSo")),
    ],
)
async def test_life_of_a_dossier(
    start: Callable[..., Client], front: str, names: tuple[str, str, str]
) -> None:
    """Supplement, return and rejection answer with the published texts, under both spellings."""
    client = start(waiting_for_supplement=[CODE])
    await client.sign_in()
    take, supplement, hand_back = (front + name for name in names)
    papers: dict[str, object] = {
        "SoBienNhan": CODE,
        "DanhSachGiayToBoSung": [],
        "NgayHenTraMoi": None,
        "GhiChu": "",
    }
    returned = {"SoBienNhan": CODE, "NgayTra": "2026-12-04T09:00:00"}
    unknown = [(await client.post(hand_back, returned))["status"]["message"] for _ in range(2)]
    assert unknown == ["Không tìm thấy hồ sơ", "Hồ sơ không tồn tại"]
    await client.post(take, hand_over() if front == "/vbdlis/" else as_ilis(hand_over()))
    assert (await client.post(supplement, papers))["data"] == 1
    late = await client.post(supplement, papers)
    assert (late["data"], late["status"]["message"]) == (0, "Hồ sơ không chờ bổ sung")
    assert (await client.post(hand_back, returned))["data"] == 1
    assert "đã được trả" in (await client.post(hand_back, returned))["status"]["message"]
    wrong = {"SoBienNhan": CODE, "NoiDung": "Sai diện tích", "DanhSachGiayToDinhKem": []}
    assert (await client.post(f"{front}phanhoihososaiketqua", wrong))["data"] == 1


async def test_parcel_is_found_by_commune_sheet_and_number(client: Client) -> None:
    """Sheet and number may be numbers or texts of digits; the row has the published names."""
    for sheet, number in ((17, 204), ("17", "0204")):
        asked = {"maXa": "12205", "soHieuToBanDo": sheet, "soThuTuThua": number}
        answer = await client.post("/vbdlis/tracuu/thuadat", asked)
        assert (answer["recordsTotal"], answer["recordsFiltered"]) == (1, 1)
        (row,) = answer["data"]
        assert row["GiayChungNhan"]["ngayCap"] == "15/06/2018"
        parcel = row["TaiSan"][0]["ThuaDat"]
        assert (parcel["maXa"], parcel["soThuTuThua"], parcel["dienTich"]) == ("12205", 204, 250.5)
        assert [use["maMucDichSuDung"] for use in parcel["DC_MucDichSuDung"]] == ["ONT", "CLN"]


async def test_certificate_needs_its_owners_paper(client: Client) -> None:
    """A wrong owner and a wrong serial are the same empty answer; a serial is compared without spaces."""
    path = "/vbdlis/tracuu/giaychungnhan"
    found = await client.post(path, {"soPhatHanh": "dx104444", "soGiayTo": "033085000101"})
    owner = found["data"][0]["ChuSoHuu"][0]["CaNhan"]
    assert owner["maSoDinhDanh"] == "033085000101"
    assert (owner["namSinh"], owner["gioiTinh"]) == (1985, True)
    stranger = await client.post(path, {"soPhatHanh": "DX 104444", "soGiayTo": "033190000202"})
    nowhere = await client.post(path, {"soPhatHanh": "DX 000000", "soGiayTo": "033190000202"})
    assert stranger == nowhere
    assert stranger["data"] == []


@pytest.mark.parametrize("field", ["maVach", "soVaoSo"])
async def test_certificate_by_barcode_or_register_number(client: Client, field: str) -> None:
    """Barcode and register number find it like the serial."""
    number = {"maVach": "1195319000404", "soVaoSo": "CS00412"}[field]
    asked = {field: number, "soGiayTo": "033085000101"}
    answer = await client.post("/vbdlis/tracuu/giaychungnhan", asked)
    assert answer["data"][0]["GiayChungNhan"]["soPhatHanh"] == "DX 104444"


async def test_owner_alone_lists_all_certificates(client: Client) -> None:
    """The owner's paper alone lists every certificate: two for one persona, one for each of a couple."""
    await client.sign_in()
    personas = load_personas()
    for key, count in (("landowner-two", 2), ("married-husband", 1), ("married-wife", 1)):
        asked = {"soGiayTo": personas[key].declared.number}
        answer = await client.post("/ilis/tracuu/giaychungnhan", asked)
        assert answer["recordsTotal"] == count


async def test_organisation_owns_land(client: Client) -> None:
    """An organisation is found by its tax number and is no person."""
    paper = next(paper for paper in load_personas().certificates if paper.kind == "3")
    unit = next(u for u in load_personas().organisations if u.key in paper.owners)
    answer = await client.post("/vbdlis/tracuu/giaychungnhan", {"soGiayTo": unit.number})
    (owner,) = answer["data"][0]["ChuSoHuu"]
    assert (owner["loaiDoiTuong"], owner["ToChuc"]["tenToChuc"]) == (3, unit.name)


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("thuadat", {"maXa": "12205"}),
        ("thuadat", {"maXa": 12205, "soHieuToBanDo": 17, "soThuTuThua": 204}),
        ("giaychungnhan", {"soPhatHanh": "DX 104444"}),
        ("giaychungnhan", {"soGiayTo": ["x"]}),
        ("giaychungnhan", []),
    ],
)
async def test_malformed_question_is_refused(client: Client, service: str, body: object) -> None:
    """A question that lacks a part is HTTP 400 with empty data."""
    assert (await client.post(f"/vbdlis/tracuu/{service}", body, status=400))["data"] == []


async def test_over_a_real_socket(tmp_path: Path) -> None:
    """Both fronts answer on one TLS port, and a used-up iLIS token is 401."""
    async with Sandbox(tmp_path) as box:
        context = ssl.create_default_context(cafile=str(box.ca))
        async with httpx.AsyncClient(base_url=box.urls["land"], verify=context) as http:
            taken = await http.post("/vbdlis/tiepnhan", json=hand_over())
            assert taken.json()["data"] == 1
            token = (await http.post("/ilis/token", data=GRANT)).json()["access_token"]
            bearer = {"authorization": f"Bearer {token}"}
            asked = {"soGiayTo": "033085000101"}
            path = "/ilis/tracuu/giaychungnhan"
            found = await http.post(path, json=asked, headers=bearer)
            assert found.json()["recordsTotal"] == 1
            box.tokens.expire_all("land")
            assert (await http.post(path, json=asked, headers=bearer)).status_code == 401
            state = (await http.get(f"{box.admin_url}/-/state/land")).json()
            assert state["vbdlis"]["dossiers"] == 1


async def test_status_codes_can_be_switched(start: Callable[..., Client]) -> None:
    """The unpublished code and type are HTTP-like and words, or digits; data says the same in both."""
    for wanted, good, bad in (
        ("http", (200, "success"), (400, "error")),
        ("digits", (1, "1"), (0, "0")),
    ):
        client = start(status_codes=wanted)
        for data, expected in ((1, good), (0, bad)):
            answer = await client.post("/vbdlis/tiepnhan", hand_over())
            assert answer["data"] == data
            assert (answer["status"]["code"], answer["status"]["type"]) == expected
