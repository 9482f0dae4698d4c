"""The emulated population register's operations whose messages are ours, and the front of Đồng Tháp."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx
import pytest
from lxml import etree

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import DONGTHAP_ACCOUNT
from lienthong_sandbox.personas import load_personas
from lienthong_sandbox.systems.population._operations import OPERATIONS

PEOPLE = load_personas()
NUMBERS = count(1)
Ask = Callable[..., Awaitable[etree._Element]]


@pytest.fixture
def ask(soap: Callable[..., Awaitable[httpx.Response]]) -> Ask:
    """Asks an operation about a persona (None: about nobody) on the C06 front; returns the answer element."""

    async def asked(operation: str, key: str | None, **details: str | None) -> etree._Element:
        fields: dict[str, str | None] = {"MaTichHop": OPERATIONS[operation].codes[-1]}
        if key is None:
            fields |= {"SoDinhDanh": None, "HoVaTen": None, "NgayThangNamSinh": None}
        who = PEOPLE[key or "nguyen-an"].declared
        answer = await soap(operation, who, **(fields | details))
        root = etree.fromstring(answer.content)
        if answer.status_code == 500:
            raise AssertionError(root.findtext(".//faultstring"))
        found: etree._Element = root[0][0]
        return found

    return asked


def text(element: etree._Element, name: str) -> str | None:
    return element.findtext(f".//{{*}}{name}")


CLAIMS: list[tuple[str, str, dict[str, str], str]] = [
    (
        "XacMinhThongTinNhanThan",
        "married-husband",
        {"QuanHe": "03", "HoVaTenNhanThan": "Kim Thị Vợ Mẫu", "SoDinhDanhNhanThan": "033185005050"},
        "true",
    ),
    (
        "XacMinhThongTinNhanThan",
        "married-husband",
        {"QuanHe": "03", "HoVaTenNhanThan": "KIM THI VO MAU"},
        "true",
    ),
    (
        "XacMinhThongTinNhanThan",
        "married-husband",
        {"QuanHe": "03", "HoVaTenNhanThan": "Kim Thị Vợ Mẫu", "SoDinhDanhNhanThan": "033185005051"},
        "false",
    ),
    (
        "XacMinhThongTinNhanThan",
        "married-husband",
        {"QuanHe": "04", "HoVaTenNhanThan": "Hứa Thị Con Mẫu"},
        "true",
    ),
    (
        "XacMinhThongTinNhanThan",
        "nguyen-an",
        {"QuanHe": "03", "HoVaTenNhanThan": "Ai Đó"},
        "",
    ),
    (
        "XacMinhThongTinNguoiGiamHo",
        "minor-be-an",
        {"HoVaTenNguoiGiamHo": "Nguyễn Thị Giám Hộ Mẫu"},
        "true",
    ),
    ("XacMinhThongTinNguoiGiamHo", "nguyen-an", {"HoVaTenNguoiGiamHo": "Ai Đó"}, ""),
    (
        "XacMinhThongTinChuHo",
        "married-wife",
        {"HoVaTenChuHo": "Hứa Văn Chồng Mẫu", "QuanHe": "CH02"},
        "true",
    ),
    (
        "XacMinhThongTinChuHo",
        "married-wife",
        {"HoVaTenChuHo": "Hứa Văn Chồng Mẫu", "QuanHe": "CH01"},
        "false",
    ),
    (
        "XacMinhThongTinNoiOHienTai",
        "moved-ha-noi",
        {"MaTinhThanh": "01", "MaPhuongXa": "00070"},
        "true",
    ),
    (
        "XacMinhThongTinNoiOHienTai",
        "moved-ha-noi",
        {"MaTinhThanh": "33", "MaPhuongXa": "12073"},
        "false",
    ),
    ("XacMinhTinhTrangHonNhan", "married-wife", {"TinhTrangHonNhan": "2"}, "true"),
    (
        "XacMinhTinhTrangHonNhan",
        "married-wife",
        {"TinhTrangHonNhan": "2", "HoVaTenVoChong": "Người Khác"},
        "false",
    ),
    ("XacMinhTinhTrangHonNhan", "nguyen-an", {"TinhTrangHonNhan": "2"}, "false"),
]


@pytest.mark.parametrize(("operation", "key", "details", "verdict"), CLAIMS)
async def test_judges_a_claim(
    ask: Ask, operation: str, key: str, details: dict[str, str], verdict: str
) -> None:
    """A claim is true, false, or empty where the register holds nothing on the matter."""
    answer = await ask(operation, key, **details)
    assert (text(answer, "TonTai"), text(answer, "KetQua") or "") == ("true", verdict)


async def test_claim_on_nobody(ask: Ask) -> None:
    """About somebody who is not in the register there is no verdict."""
    answer = await ask("XacMinhTinhTrangHonNhan", "unknown-vang", TinhTrangHonNhan="1")
    assert (text(answer, "TonTai"), text(answer, "KetQua")) == ("false", "")


@pytest.mark.parametrize(
    ("key", "status", "day", "verdict"),
    [
        ("nguyen-an", "0", "", "false"),
        ("deceased-cao-vinh", "1", "20240305", "true"),
        ("missing-thach", "2", "20230801", "true"),
    ],
)
async def test_death_and_absence(ask: Ask, key: str, status: str, day: str, verdict: str) -> None:
    """Only this operation finds the dead; it tells the dead, the missing and the living apart."""
    answer = await ask("XacMinhTinhTrangChetMatTich", key)
    found = [text(answer, name) for name in ("TonTai", "TinhTrang", "NgayChetMatTich", "KetQua")]
    assert found == ["true", status, day, verdict]


async def test_supplies_citizen_household_and_blood_group(ask: Ask) -> None:
    """The record, the household with every member, and a record of nothing but the blood group."""
    assert text(await ask("CungCapThongTinCongDan", "nguyen-an"), "Ten") == "NGUYỄN VĂN AN MẪU"
    house = await ask("CungCapThongTinHoGiaDinh", "married-wife")
    assert text(house, "SoSoHoKhau") == "33900100"
    assert len(house.findall(".//{*}ThanhVien")) == 3
    alone = await ask("CungCapThongTinHoGiaDinh", "nguyen-an")
    assert len(alone.findall(".//{*}ThanhVien")) == 1
    assert len(await ask("CungCapThongTinHoGiaDinh", "unknown-vang")) == 0
    blood = await ask("CungCapThongTinNhomMau", "nguyen-an")
    assert text(blood, "NhomMau") == "01"
    assert text(blood, "GioiTinh") is None


async def test_guardian_stands_in_the_record(ask: Ask) -> None:
    """NguoiDaiDien of a child with a guardian names the guardian."""
    found = await ask("CungCapThongTinCongDan", "minor-be-an")
    assert found.findtext(".//{*}NguoiDaiDien/{*}HoVaTen") == "Nguyễn Thị Giám Hộ Mẫu"


async def test_a_list_is_made_later(ask: Ask) -> None:
    """Queued, running after one poll, done after two; then counted, paged, as a file; then deleted."""
    ticket = await ask("CungCapDanhSachTheoDiaPhuong", None, MaTinhThanh="33")
    number = text(ticket, "MaYeuCauDanhSach")
    assert text(ticket, "TrangThai") == "0"
    with pytest.raises(AssertionError, match="not finished"):
        await ask("GetResultDetailAsRecords", None, MaYeuCauDanhSach=number)
    for expected in ("1", "2", "2"):
        polled = await ask("GetRequestStatus", None, MaYeuCauDanhSach=number)
        assert text(polled, "TrangThai") == expected
    result = await ask("GetRequestResult", None, MaYeuCauDanhSach=number)
    total = int(text(result, "SoCongDan") or "")
    seen: list[str | None] = []
    for page in count(1):
        rows = await ask(
            "GetResultDetailAsRecords",
            None,
            MaYeuCauDanhSach=number,
            Trang=str(page),
            SoBanGhi="10",
        )
        assert rows.get("SoCongDan") == str(total)
        seen += [row.findtext("{*}SoDinhDanh") or row.findtext("{*}SoCMND") for row in rows]
        if len(rows) < 10:
            break
    assert len(seen) == len(set(seen)) == total > 40
    file = await ask("GetResultDetailAsFile", None, MaYeuCauDanhSach=number)
    document = etree.fromstring(base64.b64decode(text(file, "NoiDung") or ""))
    assert len(document) == total
    assert str(len(base64.b64decode(text(file, "NoiDung") or ""))) == text(result, "DungLuong")
    history = await ask("GetRequestHistory", None, MaYeuCauDanhSach=number)
    assert [row.findtext("{*}TrangThai") for row in history.iterfind("{*}LichSu")] == [
        "0",
        "1",
        "2",
    ]
    detail = await ask("GetRequestDetail", None, MaYeuCauDanhSach=number)
    assert text(detail, "Ten") == "MaTinhThanh"
    assert text(detail, "ThoiDiemHoanThanh") != ""
    assert text(await ask("GetRequests", None), "TongSo") == "1"
    assert text(await ask("DeleteRequest", None, MaYeuCauDanhSach=number), "KetQua") == "true"
    with pytest.raises(AssertionError, match="unknown list request"):
        await ask("GetRequestStatus", None, MaYeuCauDanhSach=number)


@pytest.mark.parametrize(
    ("operation", "details", "key"),
    [
        ("CungCapDanhSachTheoDoTuoi", {"TuTuoi": "100", "DenTuoi": "130"}, "hundred_years"),
        ("CungCapDanhSachTheoNhomMau", {"NhomMau": "04"}, ""),
        ("CungCapDanhSachTheoGioiTinh", {"GioiTinh": "2", "MaPhuongXa": "12142"}, ""),
        ("CungCapDanhSachTheoDanToc", {"DanToc": "19"}, "missing"),
        ("CungCapDanhSachTheoTonGiao", {"TonGiao": "01"}, "missing"),
    ],
)
async def test_every_kind_of_list(
    sandbox: Sandbox, ask: Ask, operation: str, details: dict[str, str], key: str
) -> None:
    """Each list holds whom its criteria name; with no polls asked for it is done at once."""
    sandbox.settings["population"]["list_polls"] = 0
    ticket = await ask(operation, None, **details)
    assert text(ticket, "TrangThai") == "2"
    rows = await ask(
        "GetResultDetailAsRecords", None, MaYeuCauDanhSach=text(ticket, "MaYeuCauDanhSach")
    )
    found = {row.findtext("{*}SoDinhDanh") for row in rows}
    assert found
    if key:
        assert {p.citizen.personal_id for p in PEOPLE.tagged(key) if p.citizen} <= found


async def test_a_list_may_fail(sandbox: Sandbox, ask: Ask) -> None:
    """With ``list_fails`` a list ends as failed and has no records."""
    sandbox.settings["population"] |= {"list_polls": 1, "list_fails": True}
    number = text(await ask("CungCapDanhSachTheoGioiTinh", None, GioiTinh="1"), "MaYeuCauDanhSach")
    status = await ask("GetRequestStatus", None, MaYeuCauDanhSach=number)
    assert text(status, "TrangThai") == "3"
    with pytest.raises(AssertionError, match="not finished"):
        await ask("GetResultDetailAsFile", None, MaYeuCauDanhSach=number)


@pytest.mark.parametrize(
    ("operation", "key", "details", "blamed"),
    [
        ("XacMinhThongTinNhanThan", "nguyen-an", {"QuanHe": "09"}, "QuanHe"),
        ("XacMinhThongTinNhanThan", "nguyen-an", {"QuanHe": "01"}, "HoVaTenNhanThan"),
        ("XacMinhThongTinNoiOHienTai", "nguyen-an", {"MaTinhThanh": "33"}, "MaPhuongXa"),
        ("CungCapDanhSachTheoDoTuoi", None, {"TuTuoi": "9", "DenTuoi": "8"}, "DenTuoi"),
        ("GetRequests", None, {"Trang": "0"}, "Trang"),
        ("GetRequests", None, {"SoBanGhi": "101"}, "SoBanGhi"),
        ("CungCapThongTinCongDan", "nguyen-an", {"MaTichHop": "037"}, "MaTichHop"),
    ],
)
async def test_refuses_what_breaks_the_field_table(
    ask: Ask, operation: str, key: str | None, details: dict[str, str], blamed: str
) -> None:
    """A missing or malformed element is a fault that names it."""
    with pytest.raises(AssertionError, match=blamed):
        await ask(operation, key, **details)


@pytest.mark.parametrize(
    ("wanted", "element", "code", "wrong"),
    [
        ("003", "MaTichHop", "003", "033"),
        ("033", "MaTichHop", "033", "003"),
        ("MaDichVu", "MaDichVu", "033", "033"),
        ("any", "MaTichHop", "003", "037"),
    ],
)
async def test_code_of_the_confirmation_can_be_switched(
    sandbox: Sandbox, ask: Ask, wanted: str, element: str, code: str, wrong: str
) -> None:
    """XacThuc takes both codes, only one of them, or only an element called MaDichVu."""
    sandbox.settings["population"]["confirm_code"] = wanted
    confirm = "XacThucThongTinCongDan"
    with pytest.raises(AssertionError, match="MaTichHop"):
        await ask(confirm, "nguyen-an", MaTichHop=wrong)
    sandbox.settings["population"]["order"] = "any"
    fields: dict[str, str | None] = {"MaTichHop": None, element: code}
    assert text(await ask(confirm, "nguyen-an", **fields), "TonTai") == "true"


async def test_further_headers_can_be_demanded(
    sandbox: Sandbox, http: httpx.AsyncClient, c06_headers: Callable[..., dict[str, str]]
) -> None:
    """The older ESB wants the username twice more; the newer platform X-Road-Client, ApiKey and SOAPAction."""
    url = f"{sandbox.urls['population']}/c06/XacThucThongTinCongDan"
    esb = {"ESB_SOURCE_TYPE": "sandbox-h31", "ESB_SOURCE_USERNAME": "sandbox-h31"}
    xroad = {"X-Road-Client": "x", "ApiKey": "k", "SOAPAction": '""'}
    for wanted, further in (("esb", esb), ("xroad", xroad)):
        sandbox.settings["population"]["headers"] = wanted
        assert (await http.post(url, headers=c06_headers())).status_code == 401
        assert (await http.post(url, headers=c06_headers() | further)).status_code == 500
    sandbox.settings["population"]["refused_status"] = 403
    assert (await http.post(url, headers=c06_headers())).status_code == 403


class DongThap:
    """A client of the front of Đồng Tháp."""

    def __init__(self, sandbox: Sandbox, http: httpx.AsyncClient) -> None:
        self.base = f"{sandbox.urls['population']}/dongthap"
        self.http = http
        self.token = "none"

    async def enter(self, auth: str = DONGTHAP_ACCOUNT.auth) -> httpx.Response:
        head = {"auth": auth, "content-type": "application/x-www-form-urlencoded"}
        answer = await self.http.post(f"{self.base}/token", headers=head)
        self.token = answer.json().get("token", "none")
        return answer

    async def ask(self, operation: str, **changes: Any) -> httpx.Response:
        who = PEOPLE["nguyen-an"].declared
        body = {
            "maYeuCau": f"DT-{next(NUMBERS)}",
            "maDVC": "VPCP",
            "maCanBo": "CB-1",
            "soDinhDanh": who.number,
            "soCMND": "",
            "hoVaTen": who.name,
            "ngayThangNam": who.birth,
            "userNameService": DONGTHAP_ACCOUNT.users[0],
        }
        return await self.http.post(
            f"{self.base}/{operation}",
            json=body | changes,
            headers={"authorization": f"Bearer {self.token}"},
        )


@pytest.fixture
def dongthap(sandbox: Sandbox, http: httpx.AsyncClient) -> DongThap:
    """The front of Đồng Tháp, not yet entered."""
    return DongThap(sandbox, http)


async def test_dongthap_token(sandbox: Sandbox, dongthap: DongThap) -> None:
    """One header buys a token with expiryDate as text or epoch; a wrong header and a wrong token are 401."""
    assert (await dongthap.enter("wrong")).status_code == 401
    assert (await dongthap.ask("TraCuuThongTinCongDan")).status_code == 401
    token = (await dongthap.enter()).json()
    assert set(token) == {"token", "refreshToken", "expiryDate"}
    assert token["expiryDate"].endswith("+07:00")
    sandbox.settings["population"]["dongthap_expiry"] = "epoch"
    assert isinstance((await dongthap.enter()).json()["expiryDate"], int)


async def test_dongthap_answers_in_camel_case(dongthap: DongThap) -> None:
    """The record's names begin with a small letter; texts everywhere; one child is an object, several a list."""
    await dongthap.enter()
    found = (await dongthap.ask("TraCuuThongTinCongDan")).json()["congdanCollection"]["congDan"]
    assert found["hoVaTen"] == {"ho": "", "chuDem": "", "ten": "NGUYỄN VĂN AN MẪU"}
    assert found["soDinhDanh"] == "033085000101"
    assert found["soCMND"] == ""
    confirmed = (await dongthap.ask("XacThucThongTinCongDan")).json()
    assert confirmed == {"ketQuaXacThucResponse": {"tonTai": "true"}}
    year = PEOPLE["cu-nguyen-nam"].declared
    by_year = {"soDinhDanh": year.number, "hoVaTen": year.name, "ngayThangNam": "", "nam": "1948"}
    assert (await dongthap.ask("XacThucThongTinCongDan", **by_year)).json() == confirmed
    wife = PEOPLE["married-wife"].declared
    her = {"soDinhDanh": wife.number, "hoVaTen": wife.name, "ngayThangNam": wife.birth}
    house = (await dongthap.ask("CungCapThongTinHoGiaDinh", **her)).json()
    assert len(house["hoGiaDinhCollection"]["hoGiaDinh"]["thanhVien"]) == 3
    alone = (await dongthap.ask("CungCapThongTinHoGiaDinh")).json()
    assert isinstance(alone["hoGiaDinhCollection"]["hoGiaDinh"]["thanhVien"], dict)


async def test_dongthap_refusals(sandbox: Sandbox, dongthap: DongThap) -> None:
    """The adapter's error codes: no procedure 001, no officer 003, licences 004 and 005, the rest 099."""
    await dongthap.enter()
    look_up = "TraCuuThongTinCongDan"

    async def code(**changes: Any) -> str:
        answer = await dongthap.ask(look_up, **changes)
        assert answer.status_code == 400
        return str(answer.json()["errorCode"])

    assert await code(maDVC="") == "001"
    assert await code(maCanBo="") == "003"
    assert await code(userNameService="nobody") == "003"
    assert await code(hoVaTen="") == "099"
    assert await code(hoVaTen=5) == "099"
    sandbox.settings["population"]["unlicensed_procedures"] = ["1.004222"]
    sandbox.settings["population"]["unlicensed_officers"] = ["CB-9"]
    assert await code(maDVC="1.004222") == "004"
    assert await code(maCanBo="CB-9") == "005"


@pytest.mark.parametrize(
    ("wanted", "in_nam", "in_date"),
    [("any", 200, 200), ("nam", 200, 400), ("ngayThangNam", 400, 200)],
)
async def test_dongthap_key_of_a_bare_year(
    sandbox: Sandbox, dongthap: DongThap, wanted: str, in_nam: int, in_date: int
) -> None:
    """A bare year stands under either key, or by switch under one only."""
    sandbox.settings["population"]["dongthap_year"] = wanted
    await dongthap.enter()
    who = PEOPLE["cu-nguyen-nam"].declared
    him = {"soDinhDanh": who.number, "hoVaTen": who.name}
    for birth, status in (
        ({"ngayThangNam": "", "nam": who.birth}, in_nam),
        ({"ngayThangNam": who.birth}, in_date),
    ):
        answer = await dongthap.ask("XacThucThongTinCongDan", **him, **birth)
        assert answer.status_code == status
        if status == 200:
            assert answer.json()["ketQuaXacThucResponse"]["tonTai"] == "true"


@pytest.mark.parametrize(
    ("wanted", "without", "with_code"),
    [("any", 200, 200), ("required", 400, 200), ("refused", 200, 400)],
)
async def test_dongthap_service_code(
    sandbox: Sandbox, dongthap: DongThap, wanted: str, without: int, with_code: int
) -> None:
    """The service code may come, must come, or must not come."""
    sandbox.settings["population"]["dongthap_code"] = wanted
    await dongthap.enter()
    service = "XacThucThongTinCongDan"
    assert (await dongthap.ask(service)).status_code == without
    assert (await dongthap.ask(service, maTichHop="033")).status_code == with_code


async def test_dongthap_answer_may_be_bare(sandbox: Sandbox, dongthap: DongThap) -> None:
    """By switch the answer stands without its own name around it."""
    sandbox.settings["population"]["dongthap_answer"] = "bare"
    await dongthap.enter()
    assert (await dongthap.ask("XacThucThongTinCongDan")).json() == {"tonTai": "true"}


async def test_messages_of_ours_may_be_unknown(
    sandbox: Sandbox, ask: Ask, http: httpx.AsyncClient, dongthap: DongThap
) -> None:
    """By switch whatever has no published body is refused on every front, and the two published ones are not."""
    operation, key, details, _ = CLAIMS[0]
    await ask(operation, key, **details)
    sandbox.settings["population"]["our_messages"] = "refused"
    for name in set(OPERATIONS) - {"XacThucThongTinCongDan", "TraCuuThongTinCongDan"}:
        with pytest.raises(AssertionError, match="not understood"):
            await ask(name, key, **details)
    await dongthap.enter()
    assert (await dongthap.ask(operation)).json()["errorCode"] == "099"
    wrapped = await http.post(f"{sandbox.urls['population']}/wrapper/{operation}", json={})
    assert wrapped.json()["error_code"] == -1
    assert text(await ask("XacThucThongTinCongDan", "nguyen-an"), "TonTai") == "true"
    await ask("TraCuuThongTinCongDan", "nguyen-an")
