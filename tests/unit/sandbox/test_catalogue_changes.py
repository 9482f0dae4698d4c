"""The national catalogue changes while the hub runs, by calls on the admin port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import PORTAL_ACCOUNT

FILE = """
code = "1.004222"
name = "Đăng ký thường trú"
field_code = "G01-CT01"
[[components]]
code = "1.004222-TP01"
name = "Tờ khai"
"""
Ask = Callable[..., Awaitable[Any]]
Change = Callable[..., Awaitable[httpx.Response]]


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "1.toml").write_text(FILE, encoding="utf-8")
    async with Sandbox(tmp_path / "state", catalogue=folder) as started:
        yield started


@pytest.fixture
def ask(sandbox: Sandbox, http: httpx.AsyncClient) -> Ask:
    """Asks the hub as a province does."""

    async def asked(service: str, **parameters: str) -> Any:
        url, headers = sandbox.urls["operations_centre"], {"dstcode": PORTAL_ACCOUNT.dstcode}
        account = {"username": PORTAL_ACCOUNT.username, "password": PORTAL_ACCOUNT.password}
        login = await http.post(f"{url}/auth", headers=headers, json=account)
        envelope = {
            "session": login.json()["session"],
            "madonvi": PORTAL_ACCOUNT.madonvi,
            "service": service,
            **parameters,
        }
        tail = "integration" if service == "LayThuTuc" else "share"
        return (await http.post(f"{url}/{tail}", headers=headers, json=envelope)).json()["result"]

    return asked


@pytest.fixture
def change(sandbox: Sandbox, http: httpx.AsyncClient) -> Change:
    async def changed(method: str, path: str = "", **more: Any) -> httpx.Response:
        return await http.request(method, f"{sandbox.admin_url}/-/catalogue{path}", **more)

    return changed


async def test_a_procedure_changes_and_changes_back(ask: Ask, change: Change) -> None:
    """Fields of a file and fields of the wire are replaced until the files are asked for again."""
    fields = {
        "name": "Đăng ký thường trú (mới)",
        "components": [{"code": "1.004222-TP02", "name": "Giấy tờ khác", "replaced_by": ["KQ.1"]}],
        "TRANGTHAI": "0",
        "QUYETDINH": "Quyết định mới",
    }
    answer = await change("PUT", "/1.004222", json=fields)
    assert answer.json() == {"changed": {"1.004222": fields}, "hidden": [], "procedures": 1}
    (row,) = await ask("LayThuTuc", maTTHC="1.004222")
    assert (row["TENTTHC"], row["TRANGTHAI"]) == ("Đăng ký thường trú (mới)", "0")
    assert row["QUYETDINH"] == "Quyết định mới"
    assert row["THANHPHANHOSO"][0]["GIAYTO"][0]["MA_KQ_THAYTHE"] == "KQ.1"
    (head,) = await ask("LayDanhSachTTHC")
    assert head["TRANGTHAI"] == "0"
    assert "QUYETDINH" not in head
    assert (await change("DELETE")).json()["changed"] == {}
    (row,) = await ask("LayThuTuc", maTTHC="1.004222")
    assert (row["TENTTHC"], row["TRANGTHAI"]) == ("Đăng ký thường trú", "1")


async def test_procedures_come_and_go(ask: Ask, change: Change) -> None:
    """One is hidden, one is added, and as many as one likes are generated."""
    await change("DELETE", "/1.004222")
    await change(
        "PUT",
        "/2.000001",
        content='name = "Mới"\nretrieved = 2026-11-24\n',
        headers={"content-type": "application/toml"},
    )
    shown = (await change("GET")).json()
    assert (shown["hidden"], shown["procedures"]) == (["1.004222"], 1)
    assert [row["MATTHC"] for row in await ask("LayDanhSachTTHC")] == ["2.000001"]
    assert await ask("LayThuTuc", maTTHC="1.004222") == []
    assert (await change("POST", json={"generate": 300})).json()["procedures"] == 301
    assert len(await ask("LayDanhSachTTHC")) == 301


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/2.000001", {"fee": True}),
        ("PUT", "/1.004222", {"components": "Tờ khai"}),
        ("PUT", "/1.004222", {"results": [{"code": "KQ.1"}]}),
        ("PUT", "", {"name": "Mới"}),
        ("POST", "", {"generate": 0}),
        ("POST", "", {}),
    ],
)
async def test_changes_that_make_no_sense(
    change: Change, method: str, path: str, body: dict[str, object]
) -> None:
    """They are refused with one sentence."""
    answer = await change(method, path, json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
