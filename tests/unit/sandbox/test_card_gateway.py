"""The emulated card gateway: session, every result code, encodings, birth formats, officers, history, files."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import pytest

from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import CARD_ACCOUNT
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Insurance, load_personas
from lienthong_sandbox.systems.social_insurance import SocialInsurance, build
from lienthong_sandbox.systems.social_insurance._cards import RESULTS, TEST_CARD
from lienthong_sandbox.systems.social_insurance._sending import KINDS

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

    async def detail(self, number: str) -> Any:
        query = self.secrets | {"maHoSo": number}
        return await self.send("egw/nhanHoSoKCBChiTiet", {}, query, form=True)

    async def post(
        self, service: str, headers: dict[str, str | None] | None = None, /, **changes: str
    ) -> Any:
        """Sends a file as a facility does; a header that is None is left out."""
        fields = {
            "username": CARD_ACCOUNT.username,
            "loaiHoSo": "130",
            "maTinh": CARD_ACCOUNT.facility[0],
            "maCSKCB": CARD_ACCOUNT.facility[1],
            "fileHSBase64": base64.b64encode(b"<HOSO>1</HOSO>").decode(),
        }
        wanted: dict[str, str | None] = {
            "accesstoken": self.secrets["token"],
            "tokenid": self.secrets["id_token"],
            "passwordhash": self.secrets["password"],
            "content-type": "application/x-www-form-urlencoded",
        }
        wanted |= headers or {}
        given = {name: text for name, text in wanted.items() if text is not None}
        path, body = f"/api/qd130/{service}", urlencode(fields | changes).encode()
        response = await self.system.handle(Request("POST", path, self.secrets, given, body))
        assert response.status == 200
        return json.loads(response.body)


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


async def test_file_of_every_visit(client: Client) -> None:
    """Whatever the history lists has a file that says the same; its lists are full, empty or null."""
    held = insured("le-cuong")
    reply = await client.check(held.card, held.name, written(held.birth), HISTORY)
    rows = reply["dsLichSuKCB2025"]
    assert len(rows) == 3
    lists = []
    for row in rows:
        detail = await client.detail(row["maHoSo"])
        assert detail["maKetQua"] == "000"
        found = detail["hoSoKCB"]
        assert set(found) == {"xml1", "dsXml2", "dsXml3", "dsXml4", "dsXml5"}
        summary = found["xml1"]
        assert (summary["MA_LK"], summary["MA_THE"]) == (row["maHoSo"], held.card)
        assert (summary["NGAY_VAO"], summary["NGAY_RA"]) == (row["ngayVao"], row["ngayRa"])
        lists.append((found["dsXml2"], found["dsXml5"]))
    assert lists[0][0][0]["MA_LK"] == rows[0]["maHoSo"]
    assert lists[1:] == [([], []), (None, None)]


async def test_file_of_somebody_else_and_of_nobody(start: Callable[..., Client]) -> None:
    """A number opens the file whoever was asked about before; an unknown one is null, or a code by switch."""
    client = start()
    await client.enter()
    held = insured("nguyen-an")
    await client.check(held.card, held.name, written(held.birth), HISTORY)
    other = insured("le-cuong")
    detail = await client.detail(f"{other.number}01")
    assert detail["hoSoKCB"]["xml1"]["HO_TEN"] == other.name
    for number in ("1", f"{held.number}09", f"{held.card}01", "không có"):
        detail = await client.detail(number)
        assert (detail["maKetQua"], detail["hoSoKCB"]) == ("000", None)
    assert (await client.detail(""))["maKetQua"] == "205"
    strict = start(unknown_visit="050")
    await strict.enter()
    assert (await strict.detail("1"))["maKetQua"] == "050"
    strict.secrets["token"] = "x"
    assert (await strict.detail("1"))["maKetQua"] == "401"


@pytest.mark.parametrize(("service", "kind"), KINDS.items())
async def test_file_is_received(client: Client, service: str, kind: str) -> None:
    """Each service takes its own kind and answers a receipt in Vietnamese time; the state counts it."""
    reply = await client.post(service, loaiHoSo=kind)
    assert reply["maKetQua"] == "200"
    assert reply["maGiaoDich"]
    assert reply["thoiGianTiepNhan"] == "20261124080000"
    assert client.system.state()["files"] == {"received": 1, "repeated": 0}
    (receipt,) = cast("list[dict[str, str]]", client.system.state(detail=True)["receipts"])
    assert (receipt["service"], receipt["maGiaoDich"]) == (service, reply["maGiaoDich"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"loaiHoSo": "0"}, "205"),
        ({"loaiHoSo": ""}, "205"),
        ({"fileHSBase64": "not base64"}, "205"),
        ({"fileHSBase64": ""}, "205"),
        ({"fileHSBase64": base64.b64encode(b"no xml").decode()}, "205"),
        ({"fileHSBase64": base64.b64encode(b"<a><b></a>").decode()}, "205"),
        ({"maCSKCB": "33002"}, "403"),
        ({"maTinh": "01"}, "403"),
        ({"username": "somebody"}, "401"),
        ({"username": ""}, "401"),
    ],
)
async def test_file_is_refused(client: Client, changes: dict[str, str], code: str) -> None:
    """A wrong kind, file, facility or account has its code, no receipt, and nothing is received."""
    reply = await client.post("guiHoSoXmlQD130", **changes)
    assert (reply["maKetQua"], reply["maGiaoDich"]) == (code, None)
    assert reply["thongDiep"]
    assert client.system.state()["files"] == {"received": 0, "repeated": 0}


@pytest.mark.parametrize("header", ["accesstoken", "tokenid", "passwordhash"])
async def test_sending_wants_every_header(client: Client, header: str) -> None:
    """Missing or wrong, each of the three headers is 401; the query's secrets do not help."""
    for text in (None, "x"):
        reply = await client.post("guiHoSoXmlQD130", {header: text})
        assert reply["maKetQua"] == "401"


async def test_sending_is_a_form(client: Client) -> None:
    """JSON is a wrong format."""
    reply = await client.post("guiHoSoXmlQD130", {"content-type": "application/json"})
    assert reply["maKetQua"] == "205"


@pytest.mark.parametrize(
    ("repeated", "codes", "numbers", "received"),
    [("new", ["200"] * 2, 2, 2), ("same", ["200"] * 2, 1, 2), ("refused", ["200", "205"], 1, 1)],
)
async def test_the_same_file_twice(
    start: Callable[..., Client], repeated: str, codes: list[str], numbers: int, received: int
) -> None:
    """By switch a repeated file is received anew, under the first number, or refused; another file never is."""
    client = start(repeated_file=repeated)
    await client.enter()
    replies = [await client.post("guiHoSoXmlQD130") for _ in range(2)]
    assert [reply["maKetQua"] for reply in replies] == codes
    assert len({reply["maGiaoDich"] for reply in replies} - {None}) == numbers
    assert client.system.state()["files"] == {"received": received, "repeated": received - 1}
    other = base64.b64encode(b"<HOSO>2</HOSO>").decode()
    reply = await client.post("guiHoSoXmlQD130", fileHSBase64=other)
    assert reply["maKetQua"] == "200"
    assert reply["maGiaoDich"] not in [one["maGiaoDich"] for one in replies]


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


@pytest.mark.parametrize(
    ("service", "switch"), [(CHECK, "card_encoding"), (HISTORY, "history_encoding")]
)
@pytest.mark.parametrize(
    ("wanted", "form", "as_json"),
    [("form", "000", "205"), ("json", "205", "000"), ("any", "000", "000")],
)
async def test_encoding_of_a_call_can_be_switched(
    start: Callable[..., Client], service: str, switch: str, wanted: str, form: str, as_json: str
) -> None:
    """Check and history take a form, JSON, or both; what they do not take is a wrong format."""
    client = start(**{switch: wanted})
    await client.enter()
    held = insured("nguyen-an")
    fields = {
        "maThe": held.card,
        "hoTen": held.name,
        "ngaySinh": written(held.birth),
        "hoTenCb": CARD_ACCOUNT.officer_name,
        "cccdCb": CARD_ACCOUNT.officer_number,
    }
    for encoded, expected in ((True, form), (False, as_json)):
        reply = await client.send(f"egw/{service}", fields, client.secrets, form=encoded)
        assert reply["maKetQua"] == expected


async def test_secrets_in_the_query_only(start: Callable[..., Client]) -> None:
    """By switch secrets in the body do not count."""
    client = start(gateway_secrets="query")
    await client.enter()
    held = insured("nguyen-an")
    asked = (held.card, held.name, written(held.birth))
    assert (await client.check(*asked))["maKetQua"] == "000"
    secrets, client.secrets = client.secrets, {}
    assert (await client.check(*asked, **secrets))["maKetQua"] == "401"


async def test_fields_of_the_history_can_be_switched(start: Callable[..., Client]) -> None:
    """Lskcb2025 wants the officer as the check does, or by switch refuses an officer."""
    held = insured("nguyen-an")
    person = {"maThe": held.card, "hoTen": held.name, "ngaySinh": written(held.birth)}
    asked = (held.card, held.name, written(held.birth), HISTORY)
    for wanted, whole, short in (("check", "000", "205"), ("person", "205", "000")):
        client = start(history_fields=wanted)
        await client.enter()
        assert (await client.check(*asked))["maKetQua"] == whole
        reply = await client.send(f"egw/{HISTORY}", person, client.secrets, form=True)
        assert reply["maKetQua"] == short


async def test_files_over_the_wire(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """Over TLS: faults hit one sending service, a lost answer leaves its receipt, and the journal hides the secrets."""
    url = f"{sandbox.urls['social_insurance']}/api"
    account = {"username": CARD_ACCOUNT.username, "password": MD5}
    key = (await http.post(f"{url}/token/take", data=account)).json()["APIKey"]
    headers = {"accessToken": key["access_token"], "tokenId": key["id_token"], "passwordHash": MD5}
    body = {
        "username": CARD_ACCOUNT.username,
        "loaiHoSo": "130",
        "maTinh": CARD_ACCOUNT.facility[0],
        "maCSKCB": CARD_ACCOUNT.facility[1],
        "fileHSBase64": base64.b64encode("<HOSO>ữ>ữ?</HOSO>".encode()).decode(),
    }
    assert "+" in body["fileHSBase64"]

    async def sent() -> httpx.Response:
        return await http.post(f"{url}/qd130/guiHoSoXmlQD130", data=body, headers=headers)

    await sandbox.faults.put("social_insurance", Fault(status=503), "checkInKcbQd130")
    assert (await sent()).json()["maKetQua"] == "200"
    await sandbox.faults.put(
        "social_insurance", Fault(drop_after_processing=True), "guiHoSoXmlQD130"
    )
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await sent()
    state = (await http.get(f"{sandbox.admin_url}/-/state/social_insurance?detail=1")).json()
    assert state["files"] == {"received": 2, "repeated": 1}
    assert state["receipts"][1]["repeats"] == state["receipts"][0]["maGiaoDich"]
    for entry in sandbox.journal.entries("social_insurance", "guiHoSoXmlQD130"):
        assert "passwordhash" in entry.headers
        assert MD5 not in str(entry.shown())
    await http.post(f"{url}/egw/nhanHoSoKCBChiTiet", params=account | {"maHoSo": "1"})
    (entry,) = sandbox.journal.entries("social_insurance", "nhanHoSoKCBChiTiet")
    assert dict(entry.query) == {"username": "***", "password": "***", "maHoSo": "1"}
