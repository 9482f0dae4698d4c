"""Certificates are read by a real handshake, expired ones too, and silence is not mistaken for one."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from lienthong.health._certificates import server_certificate
from lienthong.interface import SystemSettings


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def settings(url: str, authority: trustme.CA, folder: Path) -> SystemSettings:
    file = folder / "ca.pem"
    file.write_bytes(authority.cert_pem.bytes())
    return SystemSettings(
        name="population", connector="population", url=url, ca=file, channel={"kind": "open"}
    )


@asynccontextmanager
async def server(leaf: trustme.LeafCert) -> AsyncIterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    running = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{running.sockets[0].getsockname()[1]}"
    finally:
        running.close()
        await asyncio.sleep(0)


async def test_a_good_certificate_says_when_it_ends(authority: trustme.CA, tmp_path: Path) -> None:
    """Trusted: no problem, and the end to the second."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=90)
    async with server(authority.issue_cert("127.0.0.1", not_after=until)) as url:
        shown = await server_certificate(settings(url, authority, tmp_path), 5)
    assert (shown.problem, shown.expires) == ("", until)


async def test_an_expired_certificate_is_still_read(authority: trustme.CA, tmp_path: Path) -> None:
    """Expired: the problem is named and the end is known, for the metric must not vanish on the day it matters."""
    until = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    leaf = authority.issue_cert("127.0.0.1", not_before=until - timedelta(days=30), not_after=until)
    async with server(leaf) as url:
        shown = await server_certificate(settings(url, authority, tmp_path), 5)
    assert (shown.problem, shown.expires) == ("expired", until)


async def test_a_certificate_for_another_host(authority: trustme.CA, tmp_path: Path) -> None:
    """Wrong host is told apart from an unknown authority."""
    async with server(authority.issue_cert("elsewhere.example")) as url:
        shown = await server_certificate(settings(url, authority, tmp_path), 5)
    assert shown.problem == "wrong_host"
    assert shown.expires is not None


async def test_a_certificate_of_a_stranger(authority: trustme.CA, tmp_path: Path) -> None:
    """Signed by nobody we trust."""
    async with server(trustme.CA().issue_cert("127.0.0.1")) as url:
        shown = await server_certificate(settings(url, authority, tmp_path), 5)
    assert shown.problem == "untrusted"
    assert shown.expires is not None


async def test_nobody_there_is_no_certificate_problem(
    authority: trustme.CA, tmp_path: Path
) -> None:
    """A closed port is silence."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    shown = await server_certificate(settings(f"https://127.0.0.1:{port}", authority, tmp_path), 5)
    assert (shown.problem, shown.expires) == ("silent", None)
