"""A started sandbox on free ports, clients that trust its CA, and a caller for each front."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import C06_ACCOUNT, NGSP_ACCOUNT
from lienthong_sandbox.personas import Declared

_REQUEST_NUMBERS = count(1)

Soap = Callable[..., Awaitable[httpx.Response]]
Raw = Callable[[str, bytes], Awaitable[bytes]]


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """All five systems, healthy."""
    async with Sandbox(tmp_path / "state", catalogue=None) as started:
        yield started


@pytest.fixture
def trust(sandbox: Sandbox) -> ssl.SSLContext:
    """A client context that trusts the sandbox's CA only."""
    return ssl.create_default_context(cafile=str(sandbox.ca))


@pytest_asyncio.fixture
async def http(trust: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client with keep-alive."""
    async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def raw(sandbox: Sandbox, trust: ssl.SSLContext) -> Raw:
    """Sends bytes over TLS and returns everything until the server's end of stream."""

    async def sent(system: str, message: bytes) -> bytes:
        port = int(sandbox.urls[system].rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust)
        try:
            writer.write(message)
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.transport.abort()

    return sent


@pytest.fixture
def c06_headers() -> Callable[..., dict[str, str]]:
    """C06's hashed Basic (population page A2, V-A)."""

    def headers(
        stamp: str = "", secret: str = C06_ACCOUNT.secret, sv_url: str = C06_ACCOUNT.sv_url
    ) -> dict[str, str]:
        stamp = stamp or str(int(time.time() * 1000))
        text = f"{sv_url}{C06_ACCOUNT.username}{stamp}{secret}"
        pair = f"{C06_ACCOUNT.username}:{hashlib.sha256(text.encode()).hexdigest()}"
        return {
            "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            "timestamp": stamp,
            "content-type": "application/xml",
        }

    return headers


@pytest.fixture
def envelope() -> Callable[..., str]:
    """A SOAP request about what somebody declares; keyword fields replace (None drops) elements."""

    def written(
        operation: str, who: Declared, qualified: bool = True, **changes: str | None
    ) -> str:
        date = who.birth.replace("-", "")
        birth = f"<dan:Nam>{date}</dan:Nam>"
        if len(date) == 8:
            birth = f"<dan:NgayThangNam>{date}</dan:NgayThangNam>"
        fields: dict[str, str | None] = {
            "MaYeuCau": f"T-{next(_REQUEST_NUMBERS)}",
            "MaDVC": "VPCP",
            "MaTichHop": "037" if operation.startswith("TraCuu") else "033",
            "MaCanBo": "CB-001",
            "SoDinhDanh" if len(who.number) == 12 else "SoCMND": who.number,
            "HoVaTen": who.name,
            "NgayThangNamSinh": birth,
        }
        fields |= changes
        inside = "".join(
            f"<dan:{name}>{text}</dan:{name}>" for name, text in fields.items() if text is not None
        )
        if not qualified:
            inside = inside.replace("dan:", "")
        return (
            '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soapenv:Header/><soapenv:Body><dan:{operation} xmlns:dan="http://dancuquocgia.bca">'
            f"{inside}</dan:{operation}></soapenv:Body></soapenv:Envelope>"
        )

    return written


@pytest.fixture
def soap(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    envelope: Callable[..., str],
    c06_headers: Callable[..., dict[str, str]],
) -> Soap:
    """Asks the C06 front about what somebody declares."""

    async def asked(operation: str, who: Declared, **changes: str | None) -> httpx.Response:
        return await http.post(
            f"{sandbox.urls['population']}/c06/{operation}",
            content=envelope(operation, who, **changes).encode(),
            headers=c06_headers(),
        )

    return asked


@pytest.fixture
def bearer(sandbox: Sandbox, http: httpx.AsyncClient) -> Callable[[], Awaitable[dict[str, str]]]:
    """Fetches a token of the business register; returns the header."""

    async def fetched() -> dict[str, str]:
        answer = await http.post(
            f"{sandbox.urls['business']}/token",
            data={"grant_type": "client_credentials"},
            auth=(NGSP_ACCOUNT.consumer_key, NGSP_ACCOUNT.consumer_secret),
        )
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    return fetched
