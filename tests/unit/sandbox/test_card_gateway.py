"""The emulated card gateway: session, every result code, encodings, birth formats, officers, history."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from lienthong_sandbox._credentials import CARD_ACCOUNT
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Insurance, load_personas
from lienthong_sandbox.systems.social_insurance import SocialInsurance, build
from lienthong_sandbox.systems.social_insurance._cards import RESULTS, TEST_CARD

PEOPLE = load_personas()
MD5 = hashlib.md5(CARD_ACCOUNT.password.encode(), usedforsecurity=False).hexdigest().upper()
CHECK, HISTORY = "KQNhanLichSuKCB2024", "Lskcb2025"


class Client:
    """A facility's client; ``secrets`` are what a session adds to every call."""

    def __init__(self, system: SocialInsurance) -> None:
        self.system = system
        self.secrets: dict[str, str] = {}

    async def send(
        self, path: str, fields: dict[str, Any], query: dict[str, str], *, form: bool
    ) -> Any:
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        body = urlencode(fields) if form else json.dumps(fields)
        response = await self.system.handle(
            Request("POST", f"/api/{path}", query, {"content-type": kind}, body.encode())
        )
        assert response.status == 200
        return json.loads(response.body)

    async def enter(
        self, password: str = MD5, username: str = CARD_ACCOUNT.username, *, form: bool = True
    ) -> Any:
        fields = {"username": username, "password": password}
        reply = await self.send("token/take", fields, {}, form=form)
        if reply["maKetQua"] == "200":
            key = reply["APIKey"]
            self.secrets = fields | {"token": key["access_token"], "id_token": key["id_token"]}
        return reply

    async def check(
        self, code: str, name: str, birth: str, service: str = CHECK, **changes: Any
    ) -> Any:
        fields: dict[str, Any] = {
            "maThe": code,
            "hoTen": name,
            "ngaySinh": birth,
            "hoTenCb": CARD_ACCOUNT.officer_name,
            "cccdCb": CARD_ACCOUNT.officer_number,
        }
        form = service == HISTORY
        return await self.send(f"egw/{service}", fields | changes, self.secrets, form=form)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Client]:
    """Builds a system with the given switches, and a client that has not entered yet."""

    def clock() -> datetime:
        return datetime(2026, 11, 24, 1, tzinfo=UTC)

    def started(**settings: object) -> Client:
        world = World(PEOPLE, tmp_path, None, clock, TokenBook(clock), settings)
        return Client(build(world))

    return started


@pytest.fixture
async def client(start: Callable[..., Client]) -> Client:
    """A client with a session."""
    made = start()
    await made.enter()
    return made


def insured(key: str) -> Insurance:
    found = PEOPLE[key].insurance
    assert found is not None
    return found


def written(birth: str) -> str:
    return "/".join(reversed(birth.split("-")))


async def test_session_says_when_it_ends(start: Callable[..., Client]) -> None:
    """``expires_in`` is a moment in UTC, and by switch a Vietnamese text."""
    reply = await start().enter()
    assert reply["APIKey"]["expires_in"] == "2026-11-24T02:00:00Z"
    assert reply["APIKey"]["token_type"] == "Bearer"
    text = await start(gateway_expiry="text").enter()
    assert text["APIKey"]["expires_in"] == "24/11/2026 02:00:00"


@pytest.mark.parametrize(
    ("settings", "password", "form", "good"),
    [
        ({}, MD5, True, True),
        ({}, MD5.lower(), False, True),
        ({}, CARD_ACCOUNT.password, True, False),
        ({"md5_case": "upper"}, MD5.lower(), True, False),
        ({"md5_case": "lower"}, MD5.lower(), True, True),
        ({"gateway_encoding": "form"}, MD5, False, False),
        ({"gateway_encoding": "json"}, MD5, False, True),
    ],
)
async def test_login_by_hash_and_encoding(
    start: Callable[..., Client], settings: dict[str, str], password: str, form: bool, good: bool
) -> None:
    """The MD5 in either case, the body as form or JSON, unless a switch narrows it; wrong is maKetQua 401."""
    reply = await start(**settings).enter(password, form=form)
    assert reply["maKetQua"] == ("200" if good else "401")


@pytest.mark.parametrize("code", RESULTS)
async def test_every_result_has_a_card(client: Client, code: str) -> None:
    """For every code of the table there is a card that finds it; 000 to 004 bring the card's data."""
    reply = await client.check(f"{TEST_CARD}{code}", f"Thẻ Thử {code}", "01/01/1980")
    assert reply["maKetQua"] == code
    assert reply["ghiChu"]
    assert bool(reply["maSoBHXH"]) == (code <= "010" or "110" <= code < "130")
    assert bool(reply["maTheMoi"]) == (code in ("003", "004"))


@pytest.mark.parametrize(
    ("birth", "name", "expected"),
    [
        ("14/03/1985", "Nguyễn Văn An Mẫu", "000"),
        ("14031985", "NGUYỄN VĂN AN MẪU", "000"),
        ("1985", "Nguyễn Văn An Mẫu", "000"),
        ("15/03/1985", "Nguyễn Văn An Mẫu", "070"),
        ("14/03/1985", "Nguyễn Văn Anh Mẫu", "061"),
        ("14/03/1985", "Trần Văn An Mẫu", "060"),
        ("1985-03-14", "Nguyễn Văn An Mẫu", "205"),
        ("14/03/1985", "", "205"),
    ],
)
async def test_a_persona_is_checked(client: Client, birth: str, name: str, expected: str) -> None:
    """Name and birth are compared; both written forms of the letter and the bare year are understood."""
    reply = await client.check(insured("nguyen-an").card, name, birth)
    assert reply["maKetQua"] == expected
    if expected == "000":
        assert (reply["gioiTinh"], reply["ngaySinh"]) == ("Nam", "14/03/1985")
        assert reply["dsLichSuKCB2018"] is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda card: card[-10:], "000"),
        (lambda _card: "033085000101", "000"),
        (lambda card: f"{card[:3]}01{card[5:]}", "052"),
        (lambda card: f"{card[:2]}5{card[3:]}", "053"),
        (lambda card: f"XX{card[2:]}", "051"),
        (lambda _card: "DN4339999999999", "050"),
        (lambda _card: "0000000001", "050"),
        (lambda _card: "DN433999999999Z", "051"),
    ],
)
async def test_what_may_stand_for_a_card(
    client: Client, change: Callable[[str], str], expected: str
) -> None:
    """The whole card, its last ten digits or the personal number; a wrong box has its own code."""
    held = insured("nguyen-an")
    reply = await client.check(change(held.card), held.name, written(held.birth))
    assert reply["maKetQua"] == expected


async def test_dead_holder(client: Client) -> None:
    """The card of somebody who died is reported as decreased."""
    held = insured("deceased-cao-vinh")
    assert (await client.check(held.card, held.name, written(held.birth)))["maKetQua"] == "120"


async def test_officer_must_be_registered(client: Client) -> None:
    """An unknown officer is 054; the registered number under another name 055."""
    held = insured("nguyen-an")
    asked = (held.card, held.name, written(held.birth))
    assert (await client.check(*asked, cccdCb="033190000998"))["maKetQua"] == "054"
    assert (await client.check(*asked, hoTenCb="Người Khác"))["maKetQua"] == "055"


async def test_birth_format_can_be_narrowed(start: Callable[..., Client]) -> None:
    """By switch only one of the two written forms is understood; the other is a wrong parameter."""
    held = insured("nguyen-an")
    for wanted, good, bad in (
        ("slashed", "14/03/1985", "14031985"),
        ("plain", "14031985", "14/03/1985"),
    ):
        client = start(gateway_birth=wanted)
        await client.enter()
        assert (await client.check(held.card, held.name, good))["maKetQua"] == "000"
        assert (await client.check(held.card, held.name, bad))["maKetQua"] == "205"


async def test_secrets_in_query_or_body(start: Callable[..., Client]) -> None:
    """All four secrets are needed, in the query or in the body by switch."""
    held = insured("nguyen-an")
    asked = (held.card, held.name, written(held.birth))
    client = start(gateway_secrets="body")
    await client.enter()
    assert (await client.check(*asked))["maKetQua"] == "401"
    assert (await client.check(*asked, **client.secrets))["maKetQua"] == "000"
    client = start()
    await client.enter()
    for missing in ("username", "password", "token", "id_token"):
        whole = dict(client.secrets)
        client.secrets[missing] = "x"
        assert (await client.check(*asked))["maKetQua"] == "401"
        client.secrets = whole


async def test_history_is_a_service_of_its_own(start: Callable[..., Client]) -> None:
    """A form is taken and JSON refused, unless switched; nobody's visits are null."""
    client = start()
    await client.enter()
    held = insured("nguyen-an")
    assert int(held.number[-1]) % 4 == 1
    reply = await client.check(held.card, held.name, written(held.birth), HISTORY)
    assert reply["maKetQua"] == "000"
    assert len(reply["dsLichSuKCB2025"][0]["ngayVao"]) == 12
    none = insured("tran-binh")
    assert int(none.number[-1]) % 4 == 0
    reply = await client.check(none.card, none.name, written(none.birth), HISTORY)
    assert (reply["maKetQua"], reply["dsLichSuKCB2025"]) == ("000", None)
    wrong = await client.send(f"egw/{HISTORY}", {}, client.secrets, form=False)
    assert wrong["maKetQua"] == "205"
    detail = await client.send("egw/nhanHoSoKCBChiTiet", {"maHoSo": "1"}, client.secrets, form=True)
    assert set(detail["hoSoKCB"]) == {"xml1", "dsXml2", "dsXml3", "dsXml4", "dsXml5"}


async def test_history_inline(start: Callable[..., Client]) -> None:
    """By switch the check itself still carries the history, as before it was split out."""
    client = start(card_history="inline")
    await client.enter()
    held = insured("nguyen-an")
    reply = await client.check(held.card, held.name, written(held.birth))
    assert len(reply["dsLichSuKCB2018"]) == 1


async def test_tokens_of_the_two_doors_are_apart(client: Client) -> None:
    """A gateway session opens no inter-agency service."""
    token = client.secrets["token"]
    request = Request(
        "POST", "/apiBHXH/getTraCuuTtHgdByMaSoBhxh", {}, {"authorization": f"Bearer {token}"}, b"{}"
    )
    assert (await client.system.handle(request)).status == 401
    unknown = Request("POST", "/api/egw/other", {}, {}, b"")
    assert (await client.system.handle(unknown)).status == 404
