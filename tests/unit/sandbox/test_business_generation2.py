"""The emulated business register's generation 2, its front of Hồ Chí Minh City, and paging."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import LGSP_ACCOUNT
from lienthong_sandbox.personas import load_personas

NUMBERS = {unit.key: unit.number for unit in load_personas().organisations}
BLOB = {
    "AccessKey": LGSP_ACCOUNT.access_key,
    "SecretKey": LGSP_ACCOUNT.secret_key,
    "AppName": LGSP_ACCOUNT.app_name,
    "PartnerCode": LGSP_ACCOUNT.partner_code,
    "PartnerCodeCus": LGSP_ACCOUNT.partner_code_cus,
}
Get = Callable[..., Awaitable[Any]]


@pytest.fixture
def get(
    sandbox: Sandbox, http: httpx.AsyncClient, bearer: Callable[[], Awaitable[dict[str, str]]]
) -> Get:
    """GETs a path of the register with a token."""

    async def got(path: str, **query: str) -> Any:
        url = f"{sandbox.urls['business']}{path}"
        answer = await http.get(url, params=query, headers=await bearer())
        assert answer.status_code == 200
        return answer.json()

    return got


async def test_enterprise_of_generation_2(get: Get) -> None:
    """The root is a list; dates are ISO date-times, area codes and LaNganhChinh whole numbers."""
    path = "/apiDKKD/DoanhNghiep/chiTietDoanhNghiep"
    (found,) = (await get(path, msdn=NUMBERS["cty-mau-hoat-dong"]))["GetEntCert"]
    assert found["NgayDangKyLanDau"] == "2012-04-16T00:00:00"
    assert found["DiaChiTruSo"][0]["DiaChi"][0]["MaTinhThanh"] == 33
    assert [work["LaNganhChinh"] for work in found["NganhNgheKinhDoanh"]] == [1, 0]
    person = found["DaiDienPhapLuat"][0]["ThongTinCaNhan"][0]
    assert person["HoVaTen"] == "TRỊNH VĂN GIÁM ĐỐC"
    (held,) = (await get(path, msdn=NUMBERS["cty-tam-ngung"]))["GetEntCert"]
    assert held["TinhTrangPhapLy"][0]["NgayBatDauTamNgung"] == "2026-01-02T00:00:00"
    assert (await get(path, msdn="0999999999")) == {"GetEntCert": None}
    assert (await get(path, msdn=NUMBERS["htx-mau"])) == {"GetEntCert": None}


async def test_households_and_cooperatives(sandbox: Sandbox, get: Get) -> None:
    """Each kind has an address and a root of its own; a co-operative's representative is an object, or by switch not."""
    house = "/apiDKKD/HoKinhDoanh/chiTietHoKinhDoanh"
    (found,) = (await get(house, mst=NUMBERS["hkd-so-12"]))["HHCert"]
    assert found["ChuHoKinhDoanh"][0]["SoGiayChungThuc"] == NUMBERS["hkd-so-12"]
    assert found["DiaChiTruSo"][0]["DiaChiDayDu"]
    cooperative = "/apiDKKD/HopTacXa/chiTietHopTacXa"
    switch = sandbox.settings["business"]
    for shape, kind in (("object", dict), ("list", list), ("flat", dict)):
        switch["cooperative_representative"] = shape
        (found,) = (await get(cooperative, mst=NUMBERS["htx-mau"]))["CoopCert"]
        assert isinstance(found["DaiDienPhapLuat"], kind)
        assert ("HoVaTen" in found["DaiDienPhapLuat"]) == (shape == "flat")
    switch["gen2_address"] = "text"
    path = "/apiDKKD/DoanhNghiep/chiTietDoanhNghiep"
    (found,) = (await get(path, msdn=NUMBERS["chi-nhanh-mau"]))["GetEntCert"]
    assert isinstance(found["DiaChiTruSo"][0]["DiaChi"], str)


async def test_generation_2_wants_the_token(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """Without a token 401; a switch opens generation 2 alone."""
    base = sandbox.urls["business"]
    path = f"/apiDKKD/HopTacXa/chiTietHopTacXa?mst={NUMBERS['htx-mau']}"
    assert (await http.get(base + path)).status_code == 401
    sandbox.settings["business"]["gen2_auth"] = "none"
    assert (await http.get(base + path)).status_code == 200
    first = f"{base}/apiCSDLDKDN/1.0/chiTietDoanhNghiep"
    assert (await http.get(first)).status_code == 401


async def test_front_of_ho_chi_minh_city(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """The key blob alone is the Authorization; names are flattened; a branch needs its dash."""
    url = f"{sandbox.urls['business']}/TraCuuThongTinDoanhNghiep"
    key = base64.b64encode(json.dumps(BLOB).encode()).decode()

    async def asked(number: str, header: str = key) -> httpx.Response:
        query = {"MaSoDoanhNghiep": number}
        return await http.get(url, params=query, headers={"authorization": header})

    found = (await asked(NUMBERS["cty-mau-hoat-dong"])).json()
    assert (found["StatusCode"], found["Status"]) == (200, "SUCCESS")
    assert found["ResultObject"]["ENTERPRISE_STATUS_NAME"] == "Đang hoạt động"
    assert found["ResultObject"]["HO_ADDRESS_FULLTEXT"]
    branch = NUMBERS["chi-nhanh-mau"]
    assert (await asked(f"{branch[:10]}-{branch[10:]}")).json()["Status"] == "SUCCESS"
    assert (await asked(branch)).json()["ResultObject"] is None
    assert (await asked("0999999999")).json()["Status"] == "NOT_FOUND"
    assert (await asked(branch, f"Bearer {key}")).status_code == 401


async def test_pages_have_neither_gaps_nor_repeats(sandbox: Sandbox, get: Get) -> None:
    """So many dossiers a day as wanted, paged whole; with an overlap every further page begins early."""
    sandbox.settings["business"] |= {"dossiers_per_day": 7, "data_count": "total"}

    async def pages() -> list[str]:
        seen: list[str] = []
        for offset in range(0, 40, 10):
            answer = await get(
                "/apiCSDLDKDN/danhSachHoSo",
                from_date="01/03/2024",
                to_date="05/03/2024",
                offset=str(offset),
                limit="10",
            )
            assert answer["DataCount"] == 35
            seen += [row["IN_JOURNAL_NO"] for row in answer["Data"]]
        return seen

    whole = await pages()
    assert len(whole) == len(set(whole)) == 35
    state = await get("/apiCSDLDKDN/1.0/tinhTrangHoSo", in_journal_no=whole[-1])
    assert state["Data"][0]["IN_JOURNAL_NO"] == whole[-1]
    assert (await get("/apiCSDLDKDN/1.0/tinhTrangHoSo", in_journal_no="99xx0000M0000"))[
        "Data"
    ] == []
    sandbox.settings["business"]["page_overlap"] = 2
    assert len(await pages()) > len(set(await pages())) == 35


async def test_span_may_be_counted_without_its_end(sandbox: Sandbox, get: Get) -> None:
    """The published 5 days may count both ends or not: a switch."""
    query = {"from_date": "01/03/2024", "to_date": "06/03/2024", "offset": "0", "limit": "5"}
    path = "/apiCSDLDKDN/1.0/danhSachHoSo"
    assert (await get(path, **query))["Status"] == "0"
    sandbox.settings["business"]["span_inclusive"] = False
    assert (await get(path, **query))["Status"] == "1"


async def test_list_of_the_day(sandbox: Sandbox, get: Get) -> None:
    """The dossiers of today are those processed between two times of day."""
    sandbox.settings["business"]["dossiers_per_day"] = 90
    path, page = "/apiCSDLDKDN/1.0/danhSachHoSoTrongNgay", {"offset": "0", "limit": "100"}
    whole = await get(path, from_ts="00:00", to_ts="23:59", **page)
    first = await get(path, from_ts="08:00", to_ts="08:00", **page)
    assert len(whole["Data"]) == 90
    assert len(first["Data"]) == 60


async def test_journal_has_the_query_without_secrets(sandbox: Sandbox, get: Get) -> None:
    """The journal proves which page was asked for; parameters that are secrets are masked."""
    await get("/apiCSDLDKDN/1.0/danhSachHoSo", offset="7", password="hidden")
    entry = sandbox.journal.entries("business", "danhSachHoSo")[-1].shown()
    assert entry["query"] == {"offset": "7", "password": "***"}


async def test_length_of_the_span_can_be_switched(sandbox: Sandbox, get: Get) -> None:
    """Other lengths than the published 5 days can be tried."""
    path = "/apiCSDLDKDN/1.0/danhSachHoSo"
    span = {"from_date": "01/03/2024", "offset": "0", "limit": "5"}
    sandbox.settings["business"]["span_days"] = 2
    assert (await get(path, to_date="02/03/2024", **span))["Status"] == "1"
    assert (await get(path, to_date="03/03/2024", **span))["Status"] == "0"


@pytest.mark.parametrize(("shape", "kind"), [("list", list), ("object", dict), ("text", str)])
async def test_address_of_generation_2_in_every_shape(
    sandbox: Sandbox, get: Get, shape: str, kind: type
) -> None:
    """DiaChi is a list, an object or a text."""
    sandbox.settings["business"]["gen2_address"] = shape
    path = "/apiDKKD/DoanhNghiep/chiTietDoanhNghiep"
    (found,) = (await get(path, msdn=NUMBERS["cty-mau-hoat-dong"]))["GetEntCert"]
    assert isinstance(found["DiaChiTruSo"][0]["DiaChi"], kind)
