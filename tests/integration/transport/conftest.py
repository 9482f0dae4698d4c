"""Small servers on loopback that misbehave in exactly one way each."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from lienthong.interface import Limits, SystemSettings, WireReply, WireRequest
from lienthong.transport import HttpTransport, open_transport

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


class Seen:
    """What a server saw."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.connections = 0


class Wire:
    """One accepted connection, as a misbehaviour sees it."""

    def __init__(
        self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.seen = seen
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """Reads one whole request."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        whole = head + (await self.reader.readexactly(length) if length else b"")
        self.seen.requests.append(whole)
        return whole

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Closes with RST."""
        self.writer.transport.abort()

    async def until_gone(self) -> None:
        """Until the client has closed."""
        await self.reader.read()


Behaviour = Callable[[Wire], Awaitable[None]]


class Stand:
    """A server and a transport to it."""

    def __init__(self, port: int, transport: HttpTransport, seen: Seen, scheme: str) -> None:
        self.port = port
        self.transport = transport
        self.seen = seen
        self.url = f"{scheme}://localhost:{port}/tra-cuu"
        self.connections: asyncio.Queue[Wire] = asyncio.Queue()

    async def send(
        self,
        method: str = "POST",
        body: bytes = b"{}",
        *,
        timeout_s: float = 20.0,
        headers: dict[str, str] | None = None,
        path: str = "",
    ) -> WireReply:
        return await self.transport.send(
            WireRequest(
                "TraCuu", method, self.url + path, {} if headers is None else headers, body
            ),
            timeout_s=timeout_s,
        )


@asynccontextmanager
async def _stand(
    behaviour: Behaviour,
    *,
    tls: ssl.SSLContext | None = None,
    url_scheme: str | None = None,
    ca: Path | None = None,
    client_certificate: Path | None = None,
    **limits: Any,
) -> AsyncIterator[Stand]:
    seen = Seen()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        seen.connections += 1
        wire = Wire(seen, reader, writer)
        made.connections.put_nowait(wire)
        try:
            await behaviour(wire)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    # Some clients are turned away on purpose during the handshake.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    scheme = url_scheme or ("https" if tls else "http")
    transport = open_transport(
        SystemSettings(
            name="population",
            connector="population",
            url=f"{scheme}://localhost:{port}",
            ca=ca,
            client_certificate=client_certificate,
            channel={},
            limits=Limits(**limits),
        )
    )
    made = Stand(port, transport, seen, scheme)
    try:
        yield made
    finally:
        await transport.aclose()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


@pytest.fixture
async def stand() -> AsyncIterator[Any]:
    """Makes stands; everything is closed afterwards."""
    async with AsyncExitStack() as stack:

        async def make(behaviour: Behaviour, **options: Any) -> Stand:
            return await stack.enter_async_context(_stand(behaviour, **options))

        yield make


@pytest.fixture
def answering() -> Behaviour:
    """Answers every request with ``{}``."""

    async def behave(wire: Wire) -> None:
        while True:
            await wire.request()
            await wire.say(ANSWER)

    return behave


class Authority:
    """A throw-away certificate authority and what it signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA()
        self.file = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.file)

    def server(self, host: str = "localhost", until: datetime | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(
            host, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=until
        ).configure_cert(context)
        return context

    def demand_client(self, context: ssl.SSLContext) -> ssl.SSLContext:
        self._ca.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client(self) -> Path:
        path = self._folder / "client.pem"
        self._ca.issue_cert("desk@example.vn").private_key_and_cert_chain_pem.write_to_path(path)
        return path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that the transport may be told to trust."""
    return Authority(tmp_path)


@pytest.fixture
def other_authority(tmp_path: Path) -> Authority:
    """Another one, which it is not told to trust."""
    folder = tmp_path / "other"
    folder.mkdir()
    return Authority(folder)
