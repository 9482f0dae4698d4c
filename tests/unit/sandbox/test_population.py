"""The emulated population database: three fronts, the field table, matching, and the traps of the live samples."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from lxml import etree

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import LGSP_ACCOUNT
from lienthong_sandbox.personas import Declared, load_personas
from lienthong_sandbox.systems.population._answer import CITIZEN_NS

PEOPLE = load_personas()
CONFIRM, LOOK_UP = "XacThucThongTinCongDan", "TraCuuThongTinCongDan"
Soap = Callable[..., Any]

MATCHING = [
    "plain", "year_only", "old_card_only", "dd_and_old_tones", "nfd", "twins", "untidy",
    "foreign_born", "hundred_years", "minor", "insurance_leading_zero", "one_word", "five_words",
]  # fmt: skip
REFUSED = ["wrong_letter", "wrong_birth", "wrong_sex_digit", "unknown", "deceased"]


def exists(answer: httpx.Response) -> str | None:
    assert answer.status_code == 200
    root = etree.fromstring(answer.content)
    return root.findtext(".//{http://dancuquocgia.bca}KetQuaXacThucResponse/{*}TonTai")


def citizen(answer: httpx.Response) -> etree._Element | None:
    assert answer.status_code == 200
    return etree.fromstring(answer.content).find(f".//{{{CITIZEN_NS}}}CongDan")


def text(element: etree._Element, path: str) -> str | None:
    return element.findtext("/".join(f"{{{CITIZEN_NS}}}{part}" for part in path.split("/")))


def fault(answer: httpx.Response) -> str:
    assert answer.status_code == 500
    return etree.fromstring(answer.content).findtext(".//faultstring") or ""


@pytest.mark.parametrize("tag", MATCHING)
async def test_confirms_everybody_who_declares_the_truth(soap: Soap, tag: str) -> None:
    """People are confirmed whatever their name's Unicode form or tone placement, card, or missing birthday."""
    for persona in PEOPLE.tagged(tag):
        assert exists(await soap(CONFIRM, persona.declared)) == "true", persona.key


@pytest.mark.parametrize("tag", REFUSED)
async def test_does_not_confirm_who_differs(soap: Soap, tag: str) -> None:
    """A wrong letter, birth or number, and a dead person, are not confirmed and have no record."""
    for persona in PEOPLE.tagged(tag):
        assert exists(await soap(CONFIRM, persona.declared)) == "false", persona.key
        found = citizen(await soap(LOOK_UP, persona.declared))
        assert found is None or not text(found, "HoVaTen/Ten"), persona.key


async def test_twins_are_told_apart(soap: Soap) -> None:
    """One twin's number brings that twin's record, though the normalised names are equal."""
    for key in ("twin-song-anh", "twin-song-anh-2"):
        found = citizen(await soap(LOOK_UP, PEOPLE[key].declared))
        assert found is not None
        assert text(found, "SoDinhDanh") == PEOPLE[key].declared.number


async def test_record_has_the_traps_of_the_live_sample(soap: Soap) -> None:
    """The full name stands upper case in Ten; Ho and ChuDem are empty; codes keep leading zeros; QuanHe is a code."""
    found = citizen(await soap(LOOK_UP, PEOPLE["nguyen-an"].declared))
    assert found is not None
    assert text(found, "HoVaTen/Ten") == "NGUYỄN VĂN AN MẪU"
    assert text(found, "HoVaTen/Ho") == ""
    assert text(found, "HoVaTen/ChuDem") == ""
    assert text(found, "DanToc") == "01"
    assert text(found, "NgayThangNamSinh/NgayThangNam") == "19850314"
    assert text(found, "NgayThangNamSinh/Nam") == ""
    assert text(found, "ChuHo/QuanHe") == "CH01"
    assert text(found, "Cha/HoVaTen") == "Nguyễn Văn Cha Mẫu"


async def test_record_with_only_a_year(soap: Soap) -> None:
    """Somebody without a birthday has Nam and an empty NgayThangNam."""
    found = citizen(await soap(LOOK_UP, PEOPLE["cu-nguyen-nam"].declared))
    assert found is not None
    assert text(found, "NgayThangNamSinh/Nam") == "1948"
    assert text(found, "NgayThangNamSinh/NgayThangNam") == ""


async def test_relatives_as_structure(soap: Soap) -> None:
    """For some people HoVaTen of a relative is a structure instead of text."""
    found = citizen(await soap(LOOK_UP, PEOPLE["relatives-1"].declared))
    assert found is not None
    assert text(found, "Cha/HoVaTen/Ho") == "Khổng"
    assert text(found, "Cha/HoVaTen/Ten") == "Trúc"


async def test_district_may_be_missing(soap: Soap) -> None:
    """Some addresses have MaQuanHuyen, others lack the element."""
    seen = set()
    for persona in PEOPLE.tagged("plain")[:4]:
        found = citizen(await soap(LOOK_UP, persona.declared))
        assert found is not None
        seen.add(text(found, "ThuongTru/MaQuanHuyen") is None)
    assert seen == {True, False}


async def test_namespace_prefix_differs(soap: Soap) -> None:
    """The record's namespace comes with different prefixes, and with none."""
    prefixes = set()
    for persona in PEOPLE.tagged("plain"):
        found = citizen(await soap(LOOK_UP, persona.declared))
        assert found is not None
        prefixes.add(found.prefix)
    assert prefixes == {"ns1", "dc", None}


@pytest.mark.parametrize("shape", ["empty_collection", "empty_citizen", "empty_name"])
async def test_no_match_shapes(sandbox: Sandbox, soap: Soap, shape: str) -> None:
    """No match is an answer without a usable citizen, in each shape that the setting names."""
    sandbox.settings["population"]["no_match"] = shape
    answer = await soap(LOOK_UP, PEOPLE["unknown-vang"].declared)
    found = citizen(answer)
    assert (found is None) == (shape == "empty_collection")
    assert found is None or not text(found, "HoVaTen/Ten")


async def test_name_may_arrive_normalised(soap: Soap) -> None:
    """NGUYENVANANMAU is as good as Nguyễn Văn An Mẫu (name rule of A4)."""
    answer = await soap(CONFIRM, PEOPLE["nguyen-an"].declared, HoVaTen="NGUYENVANANMAU")
    assert exists(answer) == "true"


async def test_confirm_without_birth(sandbox: Sandbox, soap: Soap) -> None:
    """XacThuc does without a birth date unless the switch demands one; TraCuu never does."""
    who = PEOPLE["nguyen-an"].declared
    assert exists(await soap(CONFIRM, who, NgayThangNamSinh=None)) == "true"
    assert "NgayThangNamSinh" in fault(await soap(LOOK_UP, who, NgayThangNamSinh=None))
    sandbox.settings["population"]["confirm_needs_birth"] = True
    assert "NgayThangNamSinh" in fault(await soap(CONFIRM, who, NgayThangNamSinh=None))


async def test_bare_year_can_be_switched_off(sandbox: Sandbox, soap: Soap) -> None:
    """Whether a bare year matches a full date is in doubt, so it is a switch."""
    who = PEOPLE["nguyen-an"].declared
    year = Declared(who.number, who.name, "1985", who.sex)
    assert exists(await soap(CONFIRM, year)) == "true"
    sandbox.settings["population"]["year_matches_date"] = False
    assert exists(await soap(CONFIRM, year)) == "false"


@pytest.mark.parametrize(
    "changes",
    [
        {"MaYeuCau": None},
        {"MaYeuCau": "x" * 41},
        {"MaDVC": ""},
        {"MaTichHop": "999"},
        {"MaCanBo": "x" * 21},
        {"SoDinhDanh": "12345"},
        {"SoDinhDanh": None},
        {"SoCMND": "145126234"},
        {"HoVaTen": None},
        {"NgayThangNamSinh": "<dan:NgayThangNam>14031985x</dan:NgayThangNam>"},
        {"NgayThangNamSinh": "<dan:Nam>85</dan:Nam>"},
    ],
)
async def test_field_table_is_enforced(soap: Soap, changes: dict[str, str | None]) -> None:
    """A missing, too long or malformed field, or both identifiers at once, is a SOAP 1.1 Fault with HTTP 500."""
    assert fault(await soap(LOOK_UP, PEOPLE["nguyen-an"].declared, **changes))


async def test_year_and_flat_birth_are_read(soap: Soap) -> None:
    """Both date formats are read, nested and flat (doubts page)."""
    who = PEOPLE["nguyen-an"].declared
    for birth in (
        "<dan:NgayThangNam>1985-03-14</dan:NgayThangNam>", "19850314", "1985-03-14", "1985"
    ):  # fmt: skip
        assert exists(await soap(CONFIRM, who, NgayThangNamSinh=birth)) == "true"


async def test_order_matters_and_can_be_switched(
    sandbox: Sandbox, http: httpx.AsyncClient, envelope: Callable[..., str],
    c06_headers: Callable[..., dict[str, str]],
) -> None:  # fmt: skip
    """OpenCPS's order is demanded by default, the spec's with MaDonVi by switch; ``order = any`` lets everything pass."""
    url = f"{sandbox.urls['population']}/c06/{CONFIRM}"

    async def swapped() -> httpx.Response:
        written = envelope(CONFIRM, PEOPLE["nguyen-an"].declared)
        name = "<dan:HoVaTen>Nguyễn Văn An Mẫu</dan:HoVaTen>"
        start = 'xmlns:dan="http://dancuquocgia.bca">'
        moved = written.replace(name, "").replace(start, start + name)
        return await http.post(url, content=moved.encode(), headers=c06_headers())

    assert "order" in fault(await swapped())
    sandbox.settings["population"]["order"] = "any"
    assert exists(await swapped()) == "true"

    async def with_agency() -> httpx.Response:
        written = envelope(CONFIRM, PEOPLE["nguyen-an"].declared)
        agency = "<dan:MaDonVi>000.00.00.H31</dan:MaDonVi><dan:MaCanBo>"
        moved = written.replace("<dan:MaCanBo>", agency)
        return await http.post(url, content=moved.encode(), headers=c06_headers())

    sandbox.settings["population"] |= {"order": "spec", "needs_agency": True}
    assert exists(await with_agency()) == "true"
    sandbox.settings["population"]["order"] = "opencps"
    assert "order" in fault(await with_agency())


async def test_children_may_be_unqualified(
    sandbox: Sandbox, http: httpx.AsyncClient, envelope: Callable[..., str],
    c06_headers: Callable[..., dict[str, str]],
) -> None:  # fmt: skip
    """Child elements without namespace are read, until the switch demands them qualified."""
    url = f"{sandbox.urls['population']}/c06/{CONFIRM}"

    async def bare() -> httpx.Response:
        written = envelope(CONFIRM, PEOPLE["nguyen-an"].declared, qualified=False)
        return await http.post(url, content=written.encode(), headers=c06_headers())

    assert exists(await bare()) == "true"
    sandbox.settings["population"]["children"] = "qualified"
    assert "namespace" in fault(await bare())
    sandbox.settings["population"]["children"] = "unqualified"
    assert exists(await bare()) == "true"
    written = envelope(CONFIRM, PEOPLE["nguyen-an"].declared)
    whole = await http.post(url, content=written.encode(), headers=c06_headers())
    assert "namespace" in fault(whole)


async def test_request_id_serves_once(soap: Soap) -> None:
    """The same MaYeuCau again is a fault."""
    who = PEOPLE["nguyen-an"].declared
    assert exists(await soap(CONFIRM, who, MaYeuCau="ONCE")) == "true"
    assert "duplicate request" in fault(await soap(CONFIRM, who, MaYeuCau="ONCE"))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<a", b"<a/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)  # fmt: skip
async def test_malformed_requests(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    c06_headers: Callable[..., dict[str, str]],
    body: bytes,
) -> None:
    """A body that is no such SOAP request is a Fault."""
    url = f"{sandbox.urls['population']}/c06/{LOOK_UP}"
    assert fault(await http.post(url, content=body, headers=c06_headers()))


async def test_c06_credentials(
    sandbox: Sandbox, http: httpx.AsyncClient, envelope: Callable[..., str],
    c06_headers: Callable[..., dict[str, str]],
) -> None:  # fmt: skip
    """A wrong secret, sv_url or hash, a stale stamp, or seconds where milliseconds are set, are all the same 401."""
    url = f"{sandbox.urls['population']}/c06/{CONFIRM}"

    async def status(headers: dict[str, str]) -> int:
        content = envelope(CONFIRM, PEOPLE["nguyen-an"].declared).encode()
        return (await http.post(url, content=content, headers=headers)).status_code

    now = time.time()
    assert await status(c06_headers()) == 200
    assert await status(c06_headers(str(int((now - 240) * 1000)))) == 200
    assert await status(c06_headers(secret="wrong")) == 401
    assert await status(c06_headers(sv_url="/wrong")) == 401
    assert await status(c06_headers(str(int((now - 360) * 1000)))) == 401
    assert await status(c06_headers(str(int(now)))) == 401
    assert await status({"content-type": "application/xml"}) == 401
    sandbox.settings["population"]["timestamp_unit"] = "s"
    assert await status(c06_headers(str(int(now)))) == 200
    assert await status(c06_headers()) == 401
    sandbox.settings["population"]["timestamp_unit"] = "any"
    assert await status(c06_headers(str(int(now)))) == await status(c06_headers()) == 200


def lgsp_blob(**changes: str) -> dict[str, str]:
    blob = {
        "AccessKey": LGSP_ACCOUNT.access_key,
        "SecretKey": LGSP_ACCOUNT.secret_key,
        "AppName": LGSP_ACCOUNT.app_name,
        "PartnerCode": LGSP_ACCOUNT.partner_code,
        "PartnerCodeCus": LGSP_ACCOUNT.partner_code_cus,
    } | changes
    return {"lgspaccesstoken": base64.b64encode(json.dumps(blob).encode()).decode()}


async def test_lgsp_front(
    sandbox: Sandbox, http: httpx.AsyncClient, envelope: Callable[..., str]
) -> None:
    """The token needs the blob; a call needs token, blob and an officer of the table (403 otherwise)."""
    base = f"{sandbox.urls['population']}/lgsp"
    form = {"grant_type": "client_credentials"}
    refused = await http.post(f"{base}/token", data=form, headers=lgsp_blob(SecretKey="wrong"))
    assert refused.status_code == 401
    token = (await http.post(f"{base}/token", data=form, headers=lgsp_blob())).json()
    assert token["token_type"] == "Bearer"
    assert token["expires_in"] == 3600

    async def call(officer: str, key: str, access: str = token["access_token"]) -> httpx.Response:
        headers = lgsp_blob() | {
            "authorization": f"Bearer {access}",
            "authhash": base64.b64encode(f"{officer}:{key}".encode()).decode(),
        }
        content = envelope(CONFIRM, PEOPLE["nguyen-an"].declared).encode()
        return await http.post(f"{base}/{CONFIRM}", content=content, headers=headers)

    officer = LGSP_ACCOUNT.officers[0]
    assert exists(await call(*officer)) == "true"
    assert (await call("nobody", "x")).status_code == 403
    assert (await call(officer[0], "x")).status_code == 403
    assert (await call(*officer, access="wrong")).status_code == 401


async def test_wrapper_front(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """The wrapper takes flat JSON and returns the whole SOAP text inside ``message``."""
    who = PEOPLE["nguyen-an"].declared
    fields = {
        "HoVaTen": who.name, "SoDinhDanh": who.number, "SoCMND": "", "NgayThangNam": "19850314", "Nam": "",
        "MaTichHop": "037", "MaDVC": "VPCP", "MaCanBo": "CB-1", "MaYeuCau": "W-1",
    }  # fmt: skip
    url = f"{sandbox.urls['population']}/wrapper/{LOOK_UP}"
    answer = (await http.post(url, json=fields)).json()
    assert answer["error_code"] == 0
    root = etree.fromstring(answer["message"].encode())
    assert root.find(f".//{{{CITIZEN_NS}}}CongDan") is not None
    faulty = (await http.post(url, json=fields | {"MaYeuCau": ""})).json()
    assert faulty["error_code"] == -1
    assert "Fault" in faulty["message"]


async def test_unknown_addresses(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """Unknown operations and fronts, and GET, are 404."""
    base = sandbox.urls["population"]
    assert (await http.post(f"{base}/c06/CungCapThongTinNhomMauCu")).status_code == 404
    assert (await http.post(f"{base}/other/{CONFIRM}")).status_code == 404
    assert (await http.get(f"{base}/c06/{CONFIRM}")).status_code == 404


async def test_counts(sandbox: Sandbox, http: httpx.AsyncClient, soap: Soap) -> None:
    """The admin page tells how many questions were matched and how many not."""
    await soap(CONFIRM, PEOPLE["nguyen-an"].declared)
    await soap(CONFIRM, PEOPLE["unknown-vang"].declared)
    state = (await http.get(f"{sandbox.admin_url}/-/state/population")).json()
    assert (state["asked"], state["matched"], state["unmatched"]) == (2, 1, 1)


async def test_a_record_as_the_regulation_has_it(sandbox: Sandbox, soap: Soap) -> None:
    """By the switch, names stand in parts, dates have dashes, an address has one code, and codes have elements."""
    sandbox.settings["population"]["record_shape"] = "qcvn109"
    found = citizen(await soap("TraCuuThongTinCongDan", PEOPLE["nguyen-an"].declared))
    assert found is not None
    assert text(found, "HoVaTen/Ho") == "Nguyễn"
    birth = text(found, "NgayThangNamSinh/NgayThangNam")
    assert birth is not None
    assert birth[4] == birth[7] == "-"
    assert text(found, "DanToc/MaDanToc") == "01"
    assert len(text(found, "ThuongTru/MaDonViHanhChinh") or "") == 5
    assert found.find("{*}ThuongTru/{*}MaTinhThanh") is None
    collection = found.getparent()
    assert collection is not None
    assert collection.get("SoCongDan") == "1"


@pytest.mark.parametrize(
    ("wanted", "card", "good"),
    [
        ("one", None, True),
        ("one", "145126234", False),
        ("any", "145126234", True),
        ("any", None, True),
        ("both", None, False),
        ("both", "", True),
        ("both", "145126234", True),
    ],
)
async def test_identifiers_can_be_switched(
    sandbox: Sandbox, soap: Soap, wanted: str, card: str | None, good: bool
) -> None:
    """Exactly one identifier, one or both, or both elements always there, one of them empty."""
    sandbox.settings["population"]["identifiers"] = wanted
    answer = await soap(CONFIRM, PEOPLE["nguyen-an"].declared, SoCMND=card)
    assert (answer.status_code == 200) == good


@pytest.mark.parametrize(
    ("wanted", "dashed", "plain"),
    [("any", 200, 200), ("yyyyMMdd", 500, 200), ("yyyy-MM-dd", 200, 500)],
)
async def test_birth_format_can_be_switched(
    sandbox: Sandbox, soap: Soap, wanted: str, dashed: int, plain: int
) -> None:
    """The text inside NgayThangNam is of either format, or of one only."""
    sandbox.settings["population"]["birth_format"] = wanted
    who = PEOPLE["nguyen-an"].declared
    for date, status in (("1985-03-14", dashed), ("19850314", plain)):
        birth = f"<dan:NgayThangNam>{date}</dan:NgayThangNam>"
        assert (await soap(CONFIRM, who, NgayThangNamSinh=birth)).status_code == status
