"""Every fault on every system, on the whole of it and on one service, by a TOML file and by a call of the admin port."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong_sandbox import SYSTEMS, Sandbox
from lienthong_sandbox._credentials import (
    CARD_ACCOUNT,
    DONGTHAP_ACCOUNT,
    ILIS_ACCOUNT,
    LGSP_ACCOUNT,
    NGSP_ACCOUNT,
    PORTAL_ACCOUNT,
)
from lienthong_sandbox._plan_file import read_plan

NEIGHBOUR = "/none-of-these"
MD5 = hashlib.md5(CARD_ACCOUNT.password.encode(), usedforsecurity=False).hexdigest()
BLOB = {
    "AccessKey": LGSP_ACCOUNT.access_key,
    "SecretKey": LGSP_ACCOUNT.secret_key,
    "AppName": LGSP_ACCOUNT.app_name,
    "PartnerCode": LGSP_ACCOUNT.partner_code,
    "PartnerCodeCus": LGSP_ACCOUNT.partner_code_cus,
}
LGSP = {"lgspaccesstoken": base64.b64encode(json.dumps(BLOB).encode()).decode()}
ILIS = asdict(ILIS_ACCOUNT) | {"grant_type": "password"}
PORTAL = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
DSTCODE = {"dstcode": PORTAL_ACCOUNT.dstcode}
CLIENT = {"grant_type": "client_credentials"}
PAIR = (NGSP_ACCOUNT.consumer_key, NGSP_ACCOUNT.consumer_secret)


@dataclass(frozen=True)
class Door:
    """A system's token service, with a right request; and a service behind it that refuses without a token."""

    service: str
    path: str
    request: Mapping[str, Any]
    token: str
    behind: Callable[[str], tuple[str, str, dict[str, Any]]]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


DOORS: dict[str, Door] = {
    "population": Door(
        "token",
        "/lgsp/token",
        {"data": CLIENT, "headers": LGSP},
        "access_token",
        lambda token: (
            "POST",
            "/lgsp/TraCuuThongTinCongDan",
            {
                "headers": LGSP
                | bearer(token)
                | {
                    "authhash": base64.b64encode(
                        ":".join(LGSP_ACCOUNT.officers[0]).encode()
                    ).decode()
                }
            },
        ),
    ),
    "business": Door(
        "token",
        "/token",
        {"data": CLIENT, "auth": PAIR},
        "access_token",
        lambda token: (
            "GET",
            "/apiCSDLDKDN/1.0/chiTietDoanhNghiep?msdn=0990001015",
            {"headers": bearer(token)},
        ),
    ),
    "social_insurance": Door(
        "token",
        "/token",
        {"data": CLIENT, "auth": PAIR},
        "access_token",
        lambda token: (
            "POST",
            "/apiBHXH/1.0/getTraCuuTtHgdByMaSoBhxh",
            {"headers": bearer(token), "json": {"maSoBhxh": "9999999999"}},
        ),
    ),
    "land": Door(
        "token",
        "/ilis/token",
        {"data": ILIS},
        "access_token",
        lambda token: (
            "POST",
            "/ilis/tracuu/thuadat",
            {
                "headers": bearer(token),
                "json": {"maXa": "12205", "soHieuToBanDo": 1, "soThuTuThua": 1},
            },
        ),
    ),
    "operations_centre": Door(
        "auth",
        "/auth",
        {"json": PORTAL, "headers": DSTCODE},
        "session",
        lambda token: (
            "POST",
            "/integration",
            {
                "headers": DSTCODE,
                "json": {
                    "session": token,
                    "madonvi": PORTAL_ACCOUNT.madonvi,
                    "service": "TraCuuHoSo",
                    "mahoso": "x",
                },
            },
        ),
    ),
}

Asked = Callable[[str], Awaitable[httpx.Response]]


@pytest.fixture
def enter(sandbox: Sandbox, http: httpx.AsyncClient) -> Asked:
    """Asks a system's token service rightly."""

    async def asked(system: str) -> httpx.Response:
        door = DOORS[system]
        return await http.post(sandbox.urls[system] + door.path, **door.request)

    return asked


Ask = Callable[[], Awaitable[httpx.Response]]
Check = Callable[[Ask], Awaitable[bool]]


async def is_late(ask: Ask) -> bool:
    began = time.perf_counter()
    answer = await ask()
    return answer.status_code == 200 and time.perf_counter() - began >= 0.03


async def is_throttled(ask: Ask) -> bool:
    answer = await ask()
    return (answer.status_code, answer.headers.get("retry-after")) == (429, "7")


async def is_unavailable(ask: Ask) -> bool:
    return (await ask()).status_code == 503


async def fails_sometimes(ask: Ask) -> bool:
    statuses = [(await ask()).status_code for _ in range(30)]
    return 200 in statuses and 500 in statuses


async def breaks_off(ask: Ask) -> bool:
    try:
        await ask()
    except (httpx.RemoteProtocolError, httpx.ReadError):
        return True
    return False


async def has_wrong_charset(ask: Ask) -> bool:
    answer = await ask()
    return "utf-8" in answer.headers["content-type"] and answer.content.startswith(b"\xff\xfe")


async def is_html(ask: Ask) -> bool:
    answer = await ask()
    return answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")


async def is_html_error(ask: Ask) -> bool:
    answer = await ask()
    return answer.status_code == 502 and answer.text.startswith("<!DOCTYPE html>")


async def is_soap_fault(ask: Ask) -> bool:
    answer = await ask()
    return answer.status_code == 200 and "<soapenv:Fault>" in answer.text


async def is_half(ask: Ask) -> bool:
    answer = await ask()
    try:
        json.loads(answer.content)
    except ValueError:
        return answer.status_code == 200
    return False


async def is_empty(ask: Ask) -> bool:
    return set(map(str, (await ask()).json().values())) <= {"None", "[]", "{}"}


async def is_big(ask: Ask) -> bool:
    return len((await ask()).content) == 1024 * 1024


FAULTS: dict[str, tuple[dict[str, object], Check]] = {
    "latency": ({"latency_ms": 30, "jitter_ms": 5}, is_late),
    "error rate": ({"status": 500, "rate": 0.5}, fails_sometimes),
    "throttling": ({"status": 429, "retry_after_s": 7}, is_throttled),
    "outage": ({"outage": "503"}, is_unavailable),
    "outage window": ({"outage": "503", "for_s": 3600}, is_unavailable),
    "cut body": ({"cut_after_bytes": 5}, breaks_off),
    "trickled body": ({"trickle_bytes_per_s": 500}, is_late),
    "half-closed socket": ({"half_close": True}, breaks_off),
    "lost answer": ({"drop_after_processing": True}, breaks_off),
    "wrong charset": ({"wrong_charset": True}, has_wrong_charset),
    "HTML page": ({"html_page": True}, is_html),
    "HTML error page": ({"html_page": True, "status": 502}, is_html_error),
    "SOAP fault in 200": ({"soap_fault_in_200": True}, is_soap_fault),
    "half an answer": ({"truncate": True}, is_half),
    "nulls": ({"nulls": True}, is_empty),
    "oversize": ({"oversize_mb": 1}, is_big),
}


def plan(file: Path, system: str, service: str, values: Mapping[str, object]) -> None:
    """Writes a file as ``lienthong sandbox --plan`` takes it."""
    table = f"faults.{system}" + (f'.services."{service}"' if service else "")
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    file.write_text("\n".join([f"[{table}]", *lines, ""]), encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("system", SYSTEMS)
async def test_fault_on_every_system(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    enter: Asked,
    tmp_path: Path,
    system: str,
    fault: str,
) -> None:
    """The system misbehaves as told, its other services only when the whole is meant, and is healthy once healed."""
    values, check = FAULTS[fault]
    admin = f"{sandbox.admin_url}/-/faults/{system}"
    for service, by_file in product(("", DOORS[system].service), (True, False)):
        sandbox.journal.clear()
        if by_file:
            plan(tmp_path / "plan.toml", system, service, values)
            for (named, part), found in read_plan(tmp_path / "plan.toml").faults.items():
                await sandbox.faults.put(named, found, part)
        else:
            await http.put(f"{admin}/{service}".rstrip("/"), json=values)
        assert await check(lambda: enter(system))
        entries = sandbox.journal.entries(system, DOORS[system].service)
        assert any(set(entry.faults) == set(values) for entry in entries)
        if service:
            assert (await http.get(sandbox.urls[system] + NEIGHBOUR)).status_code == 404
            assert sandbox.journal.entries(system)[-1].faults == ()
        other = next(name for name in SYSTEMS if name != system)
        assert (await enter(other)).status_code == 200
        await http.delete(admin)
        assert (await enter(system)).status_code == 200


async def admitted(sandbox: Sandbox, http: httpx.AsyncClient, system: str, token: str) -> bool:
    method, path, more = DOORS[system].behind(token)
    answer = await http.request(method, sandbox.urls[system] + path, **more)
    if system == "operations_centre":
        return str(answer.json()["error_code"]) in ("0", "00")
    return answer.status_code != 401


@pytest.mark.parametrize("whole", [True, False], ids=["system", "service"])
@pytest.mark.parametrize("field", ["expire_tokens", "refuse_tokens"])
@pytest.mark.parametrize("system", SYSTEMS)
async def test_token_faults_on_every_system(
    sandbox: Sandbox, http: httpx.AsyncClient, enter: Asked, system: str, field: str, whole: bool
) -> None:
    """A token or session given out before is no good at its next use; expired, a new one is; refused, none is."""
    name = DOORS[system].token
    token = (await enter(system)).json()[name]
    assert await admitted(sandbox, http, system, token)
    service = "" if whole else sandbox.journal.entries(system)[-1].service
    url = f"{sandbox.admin_url}/-/faults/{system}/{service}".rstrip("/")
    assert (await http.put(url, json={field: True})).status_code == 200
    assert not await admitted(sandbox, http, system, token)
    token = (await enter(system)).json()[name]
    assert await admitted(sandbox, http, system, token) == (field == "expire_tokens")
    await http.delete(f"{sandbox.admin_url}/-/faults/{system}")
    token = (await enter(system)).json()[name]
    assert await admitted(sandbox, http, system, token)


@pytest.mark.parametrize("certificate", ["expired", "not_yet", "wrong_host", "unknown_ca"])
@pytest.mark.parametrize("system", SYSTEMS)
async def test_certificates_on_every_system(
    sandbox: Sandbox, http: httpx.AsyncClient, enter: Asked, system: str, certificate: str
) -> None:
    """Every port can show every bad certificate, and a good one again."""
    url = f"{sandbox.admin_url}/-/faults/{system}"
    await http.put(url, json={"certificate": certificate})
    with pytest.raises(httpx.ConnectError):
        await enter(system)
    await http.delete(url)
    assert (await enter(system)).status_code == 200


@pytest.mark.parametrize("system", SYSTEMS)
async def test_outage_window_on_every_system(
    sandbox: Sandbox, http: httpx.AsyncClient, enter: Asked, system: str
) -> None:
    """A port closes at once and opens by itself."""
    fault = {"outage": "refused", "for_s": 0.3}
    await http.put(f"{sandbox.admin_url}/-/faults/{system}", json=fault)
    with pytest.raises(httpx.TransportError):
        await enter(system)
    async with asyncio.timeout(10):
        while not sandbox.listening(system):
            await http.get(f"{sandbox.admin_url}/-/status")
    assert (await enter(system)).status_code == 200


async def _moment_of(sandbox: Sandbox, http: httpx.AsyncClient, system: str) -> datetime:
    base = sandbox.urls[system]
    if system == "population":
        head = {"auth": DONGTHAP_ACCOUNT.auth}
        answer = await http.post(f"{base}/dongthap/token", headers=head)
        return datetime.fromisoformat(answer.json()["expiryDate"])
    if system == "social_insurance":
        account = {"username": CARD_ACCOUNT.username, "password": MD5}
        answer = await http.post(f"{base}/api/token/take", data=account)
        return datetime.fromisoformat(answer.json()["APIKey"]["expires_in"])
    answer = await http.post(f"{base}/vbdlis/tiepnhan", json={})
    return datetime.fromisoformat(answer.json()["status"]["time"])


@pytest.mark.parametrize("system", ["population", "social_insurance", "land"])
async def test_clock_skew_on_systems_that_tell_the_time(
    sandbox: Sandbox, http: httpx.AsyncClient, system: str
) -> None:
    """Moments that a system writes are shifted by as much as its clock."""
    right = await _moment_of(sandbox, http, system)
    await http.put(f"{sandbox.admin_url}/-/faults/{system}", json={"clock_skew_s": -7200})
    wrong = await _moment_of(sandbox, http, system)
    assert abs(right - wrong - timedelta(hours=2)) < timedelta(minutes=1)


async def test_clock_skew_of_the_business_register(
    sandbox: Sandbox, http: httpx.AsyncClient, enter: Asked
) -> None:
    """The register's today is another day."""
    sandbox.settings["business"]["dossiers_per_day"] = 1
    head = bearer((await enter("business")).json()["access_token"])
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/danhSachHoSoTrongNgay"
    query = {"from_ts": "00:00", "to_ts": "23:59", "offset": "0", "limit": "9"}
    days = []
    for skew in (0, 2 * 86_400):
        await http.put(f"{sandbox.admin_url}/-/faults/business", json={"clock_skew_s": skew})
        rows = (await http.get(url, params=query, headers=head)).json()["Data"]
        days.append(rows[-1]["IN_JOURNAL_NO"][:6])
    assert days[0] < days[1]


async def test_one_instead_of_a_list_inside_a_text(
    sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    """A proxy's rows are JSON inside a text: a list of one is an object there, too."""
    url = f"{sandbox.urls['operations_centre']}/proxy/TraCuuTechID"
    query = {"provider": "wso2is", "mstorcmnd": "033085000101"}
    whole = json.loads((await http.get(url, params=query)).json()["message"])
    assert isinstance(whole["result"], list)
    await http.put(
        f"{sandbox.admin_url}/-/faults/operations_centre/TraCuuTechID",
        json={"object_for_list": True},
    )
    spoiled = json.loads((await http.get(url, params=query)).json()["message"])
    assert spoiled["result"] == whole["result"][0]
