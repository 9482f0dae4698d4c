"""The HTTP server, tokens, certificates and life of the sandbox."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from lienthong_sandbox import SYSTEMS, FaultError, Sandbox, TokenBook
from lienthong_sandbox._plan_file import read_plan
from lienthong_sandbox._server import Delivery, Listener
from lienthong_sandbox._wire import Request, Response

Raw = Callable[[str, bytes], Awaitable[bytes]]


async def _echo(request: Request) -> Response | Delivery:
    if request.path == "/bug":
        raise RuntimeError("a bug")
    return Response.of_json(
        {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "length": len(request.body),
        }
    )


async def _exchange(port: int, message: bytes, answers: int) -> list[bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(message)
    bodies = []
    for _ in range(answers):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        bodies.append(head.split(b"\r\n")[0] + b"|" + await reader.readexactly(length))
    writer.close()
    await writer.wait_closed()
    return bodies


async def test_pipelined_requests_are_answered_in_order() -> None:
    """Several requests sent at once on one connection get their answers in order."""
    listener = Listener(_echo)
    await listener.open()
    message = b"".join(b"GET /%d?a=%%C4%%91 HTTP/1.1\r\nhost: x\r\n\r\n" % i for i in range(40))
    bodies = await _exchange(listener.port, message, 40)
    await listener.shut_down()
    facts = [json.loads(body.partition(b"|")[2]) for body in bodies]
    assert [fact["path"] for fact in facts] == [f"/{i}" for i in range(40)]
    assert facts[0]["query"] == {"a": "đ"}


async def test_large_chunked_body_and_expect() -> None:
    """A chunked body is collected whole, and a client that expects 100-continue is told to go on."""
    listener = Listener(_echo)
    await listener.open()
    async with httpx.AsyncClient(trust_env=False) as client:

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * 50_000

        answer = await client.post(
            f"{listener.url}/big", content=parts(), headers={"expect": "100-continue"}
        )
    await listener.shut_down()
    assert answer.json()["length"] == 1_000_000


async def test_malformed_http_is_400() -> None:
    """Rubbish on the socket is answered 400 and the connection closed."""
    listener = Listener(_echo)
    await listener.open()
    (body,) = await _exchange(listener.port, b"rubbish\r\n\r\n", 1)
    await listener.shut_down()
    assert b"400" in body


async def test_a_bug_is_500(caplog: pytest.LogCaptureFixture) -> None:
    """An exception in a system is a 500, logged, and the server lives on."""
    listener = Listener(_echo)
    await listener.open()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{listener.url}/bug")).status_code == 500
        assert (await client.get(f"{listener.url}/ok")).status_code == 200
    await listener.shut_down()
    assert "failed on /bug" in caplog.text


async def test_old_tls_is_refused(sandbox: Sandbox) -> None:
    """TLS 1.2 is the oldest that is spoken, and plain HTTP on a TLS port gets nowhere."""
    context = ssl.create_default_context(cafile=str(sandbox.ca))
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with httpx.AsyncClient(verify=context, trust_env=False) as client:
        assert (await client.get(sandbox.urls["land"])).status_code < 500
        with pytest.raises(httpx.TransportError):
            await client.get(sandbox.urls["land"].replace("https", "http"))


async def test_ca_is_used_again(tmp_path: Path) -> None:
    """A second start on the same folder keeps the CA, so that clients need not be told; its key is private."""
    async with Sandbox(tmp_path) as first:
        pem = first.ca.read_bytes()
    async with Sandbox(tmp_path) as second:
        assert second.ca.read_bytes() == pem
        context = ssl.create_default_context(cafile=str(second.ca))
        async with httpx.AsyncClient(verify=context, trust_env=False) as client:
            for url in second.urls.values():
                assert (await client.get(f"{url}/nothing")).status_code >= 400
                local = url.replace("127.0.0.1", "localhost")
                assert (await client.get(f"{local}/nothing")).status_code >= 400
    assert (tmp_path / "ca-key.pem").stat().st_mode & 0o077 == 0


async def test_a_taken_port_is_an_error(tmp_path: Path, sandbox: Sandbox) -> None:
    """A port in use stops the start, and what was opened before is closed again."""
    ports = dict.fromkeys(("admin", *SYSTEMS), 0)
    ports["land"] = int(sandbox.urls["land"].rpartition(":")[2])
    other = Sandbox(tmp_path / "other", ports=ports)
    with pytest.raises(OSError, match="in use"):
        await other.__aenter__()
    assert not other.listening("population")


def test_tokens_end_by_time_and_belong_to_one_system() -> None:
    """A token is good on its system until its life is over."""
    now = [datetime(2026, 11, 24, tzinfo=UTC)]
    book = TokenBook(lambda: now[0])
    token = book.issue("land", "somebody", timedelta(minutes=10))
    assert book.holder("land", token) == "somebody"
    assert not book.valid("business", token)
    with book.refusing():
        assert not book.valid("land", token)
    now[0] += timedelta(minutes=10)
    assert not book.valid("land", token)
    assert book.issued("land") == 1


def test_expiring_all_tokens_spares_other_systems() -> None:
    """expire_all ends one system's tokens, or everybody's."""
    book = TokenBook(lambda: datetime(2026, 11, 24, tzinfo=UTC))
    one = book.issue("land", "a", timedelta(hours=1))
    other = book.issue("business", "b", timedelta(hours=1))
    assert book.expire_all("land") == 1
    assert not book.valid("land", one)
    assert book.valid("business", other)
    assert book.expire_all() == 1


def test_plan_file(tmp_path: Path) -> None:
    """Faults and switches are read from TOML; nonsense is refused."""
    path = tmp_path / "plan.toml"
    path.write_text(
        "[faults.land]\nlatency_ms = 5\n[faults.land.services.tiepnhan]\nstatus = 503\n"
        '[settings.population]\ntimestamp_unit = "s"\n',
        encoding="utf-8",
    )
    plan = read_plan(path)
    assert plan.faults["land", ""].latency_ms == 5
    assert plan.faults["land", "tiepnhan"].status == 503
    assert plan.settings == {"population": {"timestamp_unit": "s"}}
    for wrong in ("x", "[other]\n", "[faults]\nland = 1\n", "[faults.land]\nnone = 1\n"):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(FaultError):
            read_plan(path)


def _start(tmp_path: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lienthong_sandbox", "--state", str(tmp_path / "state")]
    return subprocess.Popen(
        [*command, "--ports", "free", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_line(tmp_path: Path, number: signal.Signals) -> None:
    """The command introduces itself in both languages, writes the ready-file, serves, and stops cleanly."""
    ready = tmp_path / "ready.json"
    ready.write_text("left by a killed run", encoding="utf-8")
    with _start(tmp_path, "--ready-file", str(ready)) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        text = "".join(lines)
        status = json.loads(ready.read_text(encoding="utf-8"))
        answer = httpx.get(f"{status['admin']}/-/config", trust_env=False)
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""
    assert not ready.exists()
    assert status["pid"] == process.pid
    assert set(status["urls"]) == set(SYSTEMS)
    assert "synthetic" in text
    assert "không có thật" in text
    assert tomllib.loads(answer.text)["systems"]["land"]["url"].startswith(status["urls"]["land"])


def test_command_line_with_a_wrong_plan(tmp_path: Path) -> None:
    """A plan that cannot be read is a sentence and status 2, no trace."""
    plan = tmp_path / "plan.toml"
    plan.write_text("[faults.land]\nnonsense = 1\n", encoding="utf-8")
    with _start(tmp_path, "--plan", str(plan)) as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "nonsense" in errors
    assert "Traceback" not in errors
