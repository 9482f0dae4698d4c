"""The emulated insurance services: tokens, criteria, object or list, leading zeros."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong_sandbox._credentials import NGSP_ACCOUNT
from lienthong_sandbox._sandbox import Sandbox
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Insurance, load_personas
from lienthong_sandbox.systems.social_insurance import SocialInsurance, build

BASIC = "Basic " + base64.b64encode(
    f"{NGSP_ACCOUNT.consumer_key}:{NGSP_ACCOUNT.consumer_secret}".encode()
).decode("ascii")


class Client:
    """Speaks to the services directly, with a token of its own."""

    def __init__(self, system: SocialInsurance, token: str) -> None:
        self.system = system
        self.token = token

    async def call(self, operation: str, base: str = "/apiBHXH/1.0/", **fields: object) -> Any:
        status, body = await self.answer(base + operation, json.dumps(fields).encode())
        assert status == 200
        return body

    async def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {self.token}"}
        response = await self.system.handle(Request("POST", path, {}, headers, body))
        return response.status, json.loads(response.body)


async def take_token(system: SocialInsurance, basic: str, body: bytes) -> tuple[int, Any]:
    headers = {"authorization": basic}
    response = await system.handle(Request("POST", "/token", {}, headers, body))
    return response.status, json.loads(response.body)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., SocialInsurance]:
    def clock() -> datetime:
        return datetime(2026, 11, 24, 1, tzinfo=UTC)

    def started(**settings: object) -> SocialInsurance:
        return build(World(load_personas(), tmp_path, None, clock, TokenBook(clock), settings))

    return started


@pytest.fixture
async def client(start: Callable[..., SocialInsurance]) -> Client:
    return await signed_in(start())


async def signed_in(system: SocialInsurance) -> Client:
    _, reply = await take_token(system, BASIC, b"grant_type=client_credentials")
    return Client(system, reply["access_token"])


def insured(key: str) -> Insurance:
    found = load_personas()[key].insurance
    assert found is not None
    return found


def criteria(held: Insurance, **changes: str) -> dict[str, str]:
    digits = held.birth.replace("-", "")
    return {
        "hoTen": held.name,
        "ngaySinh": digits,
        "loaiNgaySinh": {8: "0", 4: "1", 6: "2"}[len(digits)],
        "gioiTinh": held.sex,
        "maTinhKs": held.place.province,
        "maHuyenKs": held.place.district,
        "maXaKs": held.place.ward,
        "isKs": "1",
    } | changes


async def test_token_needs_the_consumer_pair_and_its_grant(
    start: Callable[..., SocialInsurance],
) -> None:
    """Basic with key and secret gives a bearer token of 3600 seconds; anything else is refused."""
    system = start()
    status, reply = await take_token(system, BASIC, b"grant_type=client_credentials")
    assert (status, reply["token_type"], reply["expires_in"]) == (200, "Bearer", 3600)
    assert (await take_token(system, "Basic eA==", b"grant_type=client_credentials"))[0] == 401
    assert (await take_token(system, BASIC, b"grant_type=password"))[0] == 400


async def test_services_want_a_bearer_token(client: Client) -> None:
    """Without a good token every operation is 401."""
    client.token = "unknown"
    status, _ = await client.answer("/apiBHXH/getMaSoBhxhTheoTieuChi", b"{}")
    assert status == 401


@pytest.mark.parametrize("base", ["/apiBHXH/", "/apiBHXH/1.0/"])
async def test_number_is_found_by_criteria(client: Client, base: str) -> None:
    """Name, birth, sex and codes find the number, with and without a version in the path."""
    held = insured("nguyen-an")
    answer = await client.call("getMaSoBhxhTheoTieuChi", base, **criteria(held))
    assert answer == {"maSoBhxh": held.number, "trangThai": "1", "errorCode": ""}


@pytest.mark.parametrize("key", ["zero-nhan", "zero-ung"])
async def test_leading_zeros_survive(client: Client, key: str) -> None:
    """A number that begins with zeros comes as text with all ten digits, and is found by them."""
    held = insured(key)
    answer = await client.call("getMaSoBhxhTheoTieuChi", **criteria(held))
    assert answer["maSoBhxh"] == held.number
    assert len(answer["maSoBhxh"]) == 10
    person = await client.call("getTraCuuTtHgdByMaSoBhxh", maSoBhxh=held.number)
    assert person["hoTen"] == held.name


async def test_nobody_is_an_empty_number(client: Client) -> None:
    """Not found is an answer with an empty number, by criteria and by number."""
    held = insured("nguyen-an")
    answer = await client.call("getMaSoBhxhTheoTieuChi", **criteria(held, gioiTinh="2"))
    assert (answer["maSoBhxh"], answer["trangThai"]) == ("", "0")
    person = await client.call("getTraCuuTtHgdByMaSoBhxh", maSoBhxh="9999999999")
    assert (person["hoTen"], person["trangThai"]) == ("", "0")


async def test_nobody_in_other_shapes(start: Callable[..., SocialInsurance]) -> None:
    """What "not found" looks like is unpublished: by switch every field is null, or there is none."""
    for shape, number in (("null", {"hoTen": None}), ("object", {})):
        client = await signed_in(start(not_found=shape))
        person = await client.call("getTraCuuTtHgdByMaSoBhxh", maSoBhxh="9999999999")
        assert {name: person[name] for name in number} == number
        assert bool(person) == bool(number)


async def test_several_matches_are_a_list(client: Client) -> None:
    """Two people who meet the same criteria come as a list."""
    answer = await client.call("getMaSoBhxhTheoTieuChi", **criteria(insured("ambiguous-huong-1")))
    assert {row["maSoBhxh"] for row in answer} == {
        insured("ambiguous-huong-1").number,
        insured("ambiguous-huong-2").number,
    }


async def test_birth_counts_as_far_as_it_is_known(client: Client) -> None:
    """loaiNgaySinh 1 and 2 compare year or month; a full date does not find who has only a year."""
    held = insured("nguyen-an")
    assert held.birth == "1985-03-14"
    for kind, birth in (("1", "1985"), ("1", "19850101"), ("2", "198503"), ("2", "19850301")):
        found = criteria(held, loaiNgaySinh=kind, ngaySinh=birth)
        assert (await client.call("getMaSoBhxhTheoTieuChi", **found))["maSoBhxh"] == held.number
    old = insured("cu-nguyen-nam")
    by_year = await client.call("getMaSoBhxhTheoTieuChi", **criteria(old))
    assert by_year["maSoBhxh"] == old.number
    full = criteria(old, loaiNgaySinh="0", ngaySinh="19480101")
    assert (await client.call("getMaSoBhxhTheoTieuChi", **full))["maSoBhxh"] == ""


async def test_name_without_marks_and_decomposed_name_are_found(client: Client) -> None:
    """A name in capitals without marks finds its bearer when nobody equals it with marks."""
    held = insured("pham-dung")
    answer = await client.call(
        "getMaSoBhxhTheoTieuChi", **criteria(held, hoTen="PHAM THI DUNG MAU")
    )
    assert answer["maSoBhxh"] == held.number


async def test_household_place_is_searched_when_asked(client: Client) -> None:
    """isKs 0 means the codes of the household registration, not of the birth registration."""
    person = load_personas()["zero-nhan"]
    held, citizen = insured("zero-nhan"), person.citizen
    assert citizen is not None
    at_home = criteria(held, isKs="0", maTinhKs="33", maHuyenKs="", maXaKs=citizen.permanent.ward)
    assert (await client.call("getMaSoBhxhTheoTieuChi", **at_home))["maSoBhxh"] == held.number
    assert (await client.call("getMaSoBhxhTheoTieuChi", **criteria(held, isKs="0")))[
        "maSoBhxh"
    ] == ""


async def test_household_look_up_by_person_book_or_card(client: Client) -> None:
    """The household is found by name and birth, by book number or by card."""
    held = insured("nguyen-an")
    asked = {k: v for k, v in criteria(held).items() if k in {"hoTen", "ngaySinh", "loaiNgaySinh"}}
    for fields in (asked, {"soSo": held.old_book}, {"maThe": held.card}, {"maThe": held.number}):
        answer = await client.call("getTraCuuThongTinHgd", maTinh="33", isKs="1", **fields)
        assert (answer["maSo"], answer["maHo"]) == (held.number, held.household)


async def test_shared_household_comes_as_a_list(start: Callable[..., SocialInsurance]) -> None:
    """Who shares a household comes as a list of one, or by setting with the whole household."""
    held = insured("married-husband")
    alone = await signed_in(start())
    rows = await alone.call("getTraCuuTtHgdByMaSoBhxh", maSoBhxh=held.number)
    assert [row["hoTen"] for row in rows] == [held.name]
    whole = await signed_in(start(household="members"))
    rows = await whole.call("getTraCuuThongTinHgd", maThe=held.card)
    assert [row["maSo"] for row in rows][:1] == [held.number]
    assert len(rows) > 1


async def test_year_only_birth_is_short_or_padded(start: Callable[..., SocialInsurance]) -> None:
    """A bare year comes as four digits, or by setting as eight."""
    held = insured("cu-nguyen-nam")
    for setting, shown in (("short", "1948"), ("padded", "19480000")):
        client = await signed_in(start(year_only_birth=setting))
        row = await client.call("getTraCuuTtHgdByMaSoBhxh", maSoBhxh=held.number)
        assert (row["ngaySinh"], row["loaiNgaySinh"]) == (shown, "1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"hoTen": 1}',
        b'{"hoTen": "A", "ngaySinh": "14/03/1985", "gioiTinh": "1"}',
        b'{"hoTen": "A", "ngaySinh": "1985", "loaiNgaySinh": "0", "gioiTinh": "1"}',
        b'{"hoTen": "A", "ngaySinh": "19850314", "loaiNgaySinh": "3", "gioiTinh": "1"}',
        b'{"hoTen": "A", "ngaySinh": "19850314", "gioiTinh": "Nam"}',
    ],
)
async def test_malformed_request_is_told_apart_from_not_found(client: Client, body: bytes) -> None:
    """A request that cannot be answered is HTTP 400 with an errorCode."""
    status, answer = await client.answer("/apiBHXH/getMaSoBhxhTheoTieuChi", body)
    assert (status, answer["errorCode"]) == (400, "DU_LIEU_KHONG_HOP_LE")


async def test_over_a_real_socket(tmp_path: Path) -> None:
    """Token and look-up work over TLS, and a used-up token is 401."""
    async with Sandbox(tmp_path) as box:
        context = ssl.create_default_context(cafile=str(box.ca))
        base = box.urls["social_insurance"]
        async with httpx.AsyncClient(base_url=base, verify=context) as http:
            form = {"grant_type": "client_credentials"}
            granted = await http.post("/token", data=form, headers={"authorization": BASIC})
            bearer = {"authorization": f"Bearer {granted.json()['access_token']}"}
            path = "/apiBHXH/getMaSoBhxhTheoTieuChi"
            asked = criteria(insured("nguyen-an"))
            found = await http.post(path, json=asked, headers=bearer)
            assert found.json()["maSoBhxh"] == insured("nguyen-an").number
            box.tokens.expire_all("social_insurance")
            assert (await http.post(path, json=asked, headers=bearer)).status_code == 401
            state = (await http.get(f"{box.admin_url}/-/state/social_insurance")).json()
            assert state["answered"] == {"getMaSoBhxhTheoTieuChi": 1}


async def test_several_matches_may_be_an_error(start: Callable[..., SocialInsurance]) -> None:
    """By switch several matches look like nobody, and only the errorCode tells them apart."""
    client = await signed_in(start(several="error"))
    many = criteria(insured("ambiguous-huong-1"))
    answer = await client.call("getMaSoBhxhTheoTieuChi", **many)
    assert answer == {"maSoBhxh": "", "trangThai": "0", "errorCode": "NHIEU_KET_QUA"}
    whole = {name: many[name] for name in ("hoTen", "ngaySinh", "loaiNgaySinh", "gioiTinh")}
    answer = await client.call("getTraCuuThongTinHgd", **whole)
    assert (answer["maSo"], answer["errorCode"]) == ("", "NHIEU_KET_QUA")


async def test_status_values_the_other_way_round(start: Callable[..., SocialInsurance]) -> None:
    """By switch trangThai 0 is a find and 1 is nobody; the fields that matter stay the same."""
    client = await signed_in(start(status_values="found_0"))
    held = insured("nguyen-an")
    found = await client.call("getMaSoBhxhTheoTieuChi", **criteria(held))
    assert found == {"maSoBhxh": held.number, "trangThai": "0", "errorCode": "0"}
    nobody = await client.call("getMaSoBhxhTheoTieuChi", **criteria(held, gioiTinh="2"))
    assert (nobody["maSoBhxh"], nobody["trangThai"]) == ("", "1")
    many = await client.call("getMaSoBhxhTheoTieuChi", **criteria(insured("ambiguous-huong-1")))
    assert [row["trangThai"] for row in many] == ["0", "0"]
    nulls = await signed_in(start(status_values="found_0", not_found="null"))
    person = await nulls.call("getTraCuuTtHgdByMaSoBhxh", maSoBhxh="9999999999")
    assert person["trangThai"] is None


@pytest.mark.parametrize(
    ("wanted", "plain", "versioned"),
    [("any", 200, 200), ("plain", 200, 404), ("versioned", 404, 200)],
)
async def test_version_in_the_path(
    start: Callable[..., SocialInsurance], wanted: str, plain: int, versioned: int
) -> None:
    """The adapter's address has a version, or has none; the other is unknown."""
    client = await signed_in(start(adapter_path=wanted))
    body = b'{"maSoBhxh": "9999999999"}'
    for base, status in (("/apiBHXH/", plain), ("/apiBHXH/1.0/", versioned)):
        answer = await client.answer(f"{base}getTraCuuTtHgdByMaSoBhxh", body)
        assert answer[0] == status
