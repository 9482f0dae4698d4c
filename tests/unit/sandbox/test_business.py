"""The emulated business register, generation 1: token, enterprises, dossiers, and the traps of the letter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import NGSP_ACCOUNT
from lienthong_sandbox.personas import load_personas

PEOPLE = load_personas()
Bearer = Callable[[], Awaitable[dict[str, str]]]
Get = Callable[..., Awaitable[Any]]


@pytest.fixture
def get(sandbox: Sandbox, http: httpx.AsyncClient, bearer: Bearer) -> Get:
    async def got(service: str, **query: str) -> Any:
        url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/{service}"
        answer = await http.get(url, params=query, headers=await bearer())
        assert answer.status_code == 200
        return answer.json()

    return got


def unit(key: str) -> str:
    return next(one.number for one in PEOPLE.organisations if one.key == key)


async def test_token_needs_key_and_secret(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """Client credentials by Basic; anything else is refused."""
    url = f"{sandbox.urls['business']}/token"
    form = {"grant_type": "client_credentials"}
    pair = (NGSP_ACCOUNT.consumer_key, NGSP_ACCOUNT.consumer_secret)
    good = await http.post(url, data=form, auth=pair)
    assert good.json()["token_type"] == "Bearer"
    assert good.json()["expires_in"] == 3600
    assert (await http.post(url, data=form, auth=(pair[0], "wrong"))).status_code == 401
    assert (await http.post(url, data={"grant_type": "password"}, auth=pair)).status_code == 400


async def test_call_needs_the_token(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """No token, or a wrong one, is 401."""
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/chiTietDoanhNghiep"
    assert (await http.get(url)).status_code == 401
    assert (await http.get(url, headers={"authorization": "Bearer no"})).status_code == 401


async def test_enterprise(get: Get) -> None:
    """An enterprise comes with HOAdress so spelt, dd/MM/yyyy dates, numeric area codes and a label of its status."""
    answer = await get("chiTietDoanhNghiep", msdn=unit("cty-mau-hoat-dong"))
    assert (answer["Status"], answer["Message"]) == ("1", "success")
    main = answer["Data"]["MainInformation"]
    assert main["ENTERPRISE_GDT_CODE"] == unit("cty-mau-hoat-dong")
    assert main["FOUNDING_DATE"] == "16/04/2012"
    assert main["ENTERPRISE_STATUS_NAME"] == "Đang hoạt động"
    assert answer["Data"]["HOAdress"]["CityID"] == 33
    assert [work["IS_MAIN"] for work in answer["Data"]["BusinessActivity"]] == ["Y", "N"]


async def test_representatives_object_or_list(get: Get) -> None:
    """One representative is an object, several are a list; LEGAL_NAMES joins them with a semicolon."""
    one = (await get("chiTietDoanhNghiep", msdn=unit("cty-mau-hoat-dong")))["Data"]
    two = (await get("chiTietDoanhNghiep", msdn=unit("cty-hai-dai-dien")))["Data"]
    assert one["Representatives"] == {"FULL_NAME": "TRỊNH VĂN GIÁM ĐỐC"}
    assert len(two["Representatives"]) == 2
    assert two["MainInformation"]["LEGAL_NAMES"] == "CHÂU THỊ ĐỒNG ĐẠI;TRIỆU VĂN ĐẠI DIỆN"


@pytest.mark.parametrize(
    ("key", "status"), [("cty-giai-the", "Đã giải thể"), ("cty-tam-ngung", "Tạm ngừng kinh doanh")]
)
async def test_enterprises_out_of_business(get: Get, key: str, status: str) -> None:
    """A struck-off or suspended company is found, and its status says so."""
    main = (await get("chiTietDoanhNghiep", msdn=unit(key)))["Data"]["MainInformation"]
    assert main["ENTERPRISE_STATUS_NAME"] == status


async def test_branch_with_and_without_dash(get: Get) -> None:
    """A branch's 13 digits are found with the dash and without."""
    number = unit("chi-nhanh-mau")
    for written in (number, f"{number[:10]}-{number[10:]}"):
        answer = await get("chiTietDoanhNghiep", msdn=written)
        assert answer["Data"]["MainInformation"]["ENTERPRISE_GDT_CODE"] == number


@pytest.mark.parametrize("number", ["0999999999", unit("hkd-tap-hoa-mau"), unit("htx-mau")])
async def test_not_found(get: Get, number: str) -> None:
    """Unknown numbers, household businesses and co-operatives have no MainInformation in generation 1."""
    answer = await get("chiTietDoanhNghiep", msdn=number)
    assert answer["Status"] == "1"
    assert "MainInformation" not in answer["Data"]


@pytest.mark.parametrize("number", ["", "12", "abcdefghij"])
async def test_malformed_number(get: Get, number: str) -> None:
    """A malformed number is Status "0" with a message."""
    answer = await get("chiTietDoanhNghiep", msdn=number)
    assert answer["Status"] == "0"
    assert answer["Message"]


async def test_dossiers_of_five_days(get: Get) -> None:
    """Five calendar days are allowed, six are refused; rows page by offset and limit."""
    days = {"from_date": "14/04/2012", "offset": "0", "limit": "10"}
    answer = await get("danhSachHoSo", to_date="18/04/2012", **days)
    assert answer["Status"] == "1"
    assert [row["ENTERPRISE_GDT_CODE"] for row in answer["Data"]] == [unit("cty-mau-hoat-dong")]
    assert answer["Data"][0]["RECEIPT_DATE"] == "14/04/2012"
    assert (await get("danhSachHoSo", to_date="19/04/2012", **days))["Status"] == "0"
    beyond = await get("danhSachHoSo", to_date="18/04/2012", **days | {"offset": "1"})
    assert beyond["Data"] == []


async def test_dossier_status(get: Get) -> None:
    """A dossier's number from the list brings its details."""
    listed = await get(
        "danhSachHoSo", from_date="14/04/2012", to_date="14/04/2012", offset="0", limit="1"
    )
    number = listed["Data"][0]["IN_JOURNAL_NO"]
    answer = await get("tinhTrangHoSo", in_journal_no=number)
    assert answer["Data"][0]["REGISTRATION_DATE"] == "16/04/2012"
    assert (await get("tinhTrangHoSo"))["Status"] == "0"


async def test_dossiers_of_today(get: Get) -> None:
    """The list of the day takes HH:mm and refuses anything else."""
    page = {"offset": "0", "limit": "5"}
    good = await get("danhSachHoSoTrongNgay", from_ts="00:00", to_ts="23:59", **page)
    assert good["Status"] == "1"
    assert (await get("danhSachHoSoTrongNgay", from_ts="8h", to_ts="9h", **page))["Status"] == "0"
