"""The admin port: status, personas, configuration, faults, journal, state, settings."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from lienthong_sandbox import SYSTEMS, Journal, Sandbox
from lienthong_sandbox.personas import load_personas

WHO = load_personas()["nguyen-an"].declared
LOOK_UP = "TraCuuThongTinCongDan"
Soap = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
def admin(sandbox: Sandbox, http: httpx.AsyncClient) -> Callable[..., Awaitable[Any]]:
    async def asked(method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = await http.request(method, f"{sandbox.admin_url}/-/{path}", **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    return asked


Admin = Callable[..., Awaitable[Any]]


async def test_status(sandbox: Sandbox, admin: Admin) -> None:
    """Every system with address, faults and whether it listens."""
    status = await admin("GET", "status")
    assert set(status["systems"]) == set(SYSTEMS)
    assert status["systems"]["land"]["url"] == sandbox.urls["land"]
    assert all(one["listening"] for one in status["systems"].values())


async def test_personas(admin: Admin) -> None:
    """Everybody, with what is declared and what the registers hold."""
    shown = await admin("GET", "personas")
    assert len(shown["people"]) == len(load_personas().people)
    first = shown["people"][0]
    assert first["declared"]["number"] == first["citizen"]["personal_id"]
    assert shown["organisations"]
    assert shown["certificates"]


async def test_configuration(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """A TOML file in the shape of the library's settings that points at this sandbox."""
    answer = await http.get(f"{sandbox.admin_url}/-/config")
    document = tomllib.loads(answer.text)
    assert document["site"]["agency"] == "H31"
    assert set(document["systems"]) == set(SYSTEMS)
    for name, table in document["systems"].items():
        assert table["url"].startswith(sandbox.urls[name])
        assert table["ca"] == str(sandbox.ca)
        assert table["connector"] == name
        assert table["channel"]["kind"]


async def test_faults_are_set_seen_and_healed(admin: Admin, soap: Soap) -> None:
    """PUT on a system or a service breaks it, GET shows it, DELETE heals it; TOML is understood too."""
    await admin("PUT", f"faults/population/{LOOK_UP}", json={"status": 503, "times": 5})
    assert (await soap(LOOK_UP, WHO)).status_code == 503
    assert await admin("GET", "faults/population") == {
        LOOK_UP: {"status": 503, "times": 5, "left": 4}
    }
    await admin(
        "PUT",
        "faults/population",
        content="latency_ms = 1\n",
        headers={"content-type": "application/toml"},
    )
    assert "" in (await admin("GET", "faults"))["population"]
    assert await admin("DELETE", "faults/population") == {}
    assert (await soap(LOOK_UP, WHO)).status_code == 200


async def test_heals_everything(admin: Admin, sandbox: Sandbox) -> None:
    """DELETE without a system heals all, closed listeners included."""
    await admin("PUT", "faults/land", json={"outage": "refused"})
    await admin("PUT", "faults/business", json={"status": 500})
    assert not sandbox.listening("land")
    assert await admin("DELETE", "faults") == {}
    assert sandbox.listening("land")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults/nowhere", b"{}"),
        ("faults/land", b"[]"),
        ("faults/land", b"no json"),
        ("faults/land", b'{"x": 1}'),
        ("faults/land/tiepnhan", b'{"certificate": "expired"}'),
        ("settings/nowhere", b"{}"),
    ],
)
async def test_wrong_values_say_why(admin: Admin, path: str, body: bytes) -> None:
    """A wrong name or value is a 400 with one sentence."""
    assert (await admin("PUT", path, 400, content=body))["error"]


async def test_unknown_addresses_and_methods(admin: Admin) -> None:
    """Unknown addresses are 404 with the known ones; a wrong method is 405."""
    assert "status" in (await admin("GET", "nothing", 404))["error"]
    assert (await admin("POST", "faults", 405))["error"]
    assert (await admin("GET", "state/nowhere", 400))["error"]
    assert (await admin("GET", "journal?since=x", 400))["error"]


async def test_journal(admin: Admin, soap: Soap) -> None:
    """Requests are listed with names of headers only, by system, service and number; DELETE forgets them."""
    for _ in range(3):
        await soap(LOOK_UP, WHO)
    await soap("XacThucThongTinCongDan", WHO)
    everything = (await admin("GET", "journal?system=population"))["entries"]
    assert [entry["service"] for entry in everything] == [LOOK_UP] * 3 + ["XacThucThongTinCongDan"]
    assert everything[0]["status"] == 200
    assert "authorization" in everything[0]["headers"]
    assert "Basic" not in str(everything[0])
    assert WHO.number in everything[0]["body"]
    later = f"journal?service={LOOK_UP}&since={everything[1]['number']}"
    assert len((await admin("GET", later))["entries"]) == 1
    assert (await admin("GET", "journal?system=land"))["entries"] == []
    assert (await admin("DELETE", "journal"))["entries"] == []


def test_journal_is_bounded() -> None:
    """Old entries make room; a huge body is cut."""
    journal = Journal()
    for _ in range(20_500):
        journal.open(0.0, "land", "x", "GET", "/", (), b"")
    entry = journal.open(0.0, "land", "x", "GET", "/", (), b"x" * 100_000)
    kept = journal.entries()
    assert len(kept) == 20_000
    assert kept[-1] is entry
    assert len(entry.body) == 64 * 1024


async def test_settings_are_live(admin: Admin, soap: Soap) -> None:
    """A switch set over the admin port works from the next request."""
    assert await admin("GET", "settings/population") == {}
    await admin("PUT", "settings/population", json={"order": "spec", "needs_agency": True})
    assert "MaDonVi" in (await soap(LOOK_UP, WHO)).text


async def test_state_of_every_system(admin: Admin) -> None:
    """Every system's own counts are readable, in detail where the system has any."""
    for name in SYSTEMS:
        assert isinstance(await admin("GET", f"state/{name}"), dict)
        assert isinstance(await admin("GET", f"state/{name}?detail=1"), dict)
