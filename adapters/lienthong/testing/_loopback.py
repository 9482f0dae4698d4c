"""A small HTTP/1.1 server on a real loopback socket that can also misbehave the way networks do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, and how its way back is disturbed."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None
    """Sends so many bytes of the body, then resets the connection."""
    half_close: bool = False
    """Sends half the body, then closes its own sending side only."""
    lost: bool = False
    """Closes the connection without a byte of answer."""
    drop_s: float = 0.0
    """Seconds between two bytes of the body."""


class Loopback:
    """Listens on a free port of 127.0.0.1.

    Args:
        handle: Answers one request.
        tls: Speaks TLS with this context.
    """

    def __init__(
        self, handle: Callable[[Heard], Awaitable[Said]], tls: ssl.SSLContext | None = None
    ) -> None:
        self._handle = handle
        self._tls = tls
        self._server: asyncio.Server | None = None
        # Bound as long as this lives, so that nobody else listens there while connections are to be refused.
        self._place: socket.socket | None = None
        self._port = 0
        self._talks: set[asyncio.Task[None]] = set()
        self.accepted = 0
        """Connections since the start."""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """Base address."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._port}"

    @property
    def open_connections(self) -> int:
        """Connections that are open now."""
        return len(self._talks)

    async def open(self) -> None:
        """Listens; after :meth:`refuse` on the same port again."""
        if self._place is None:
            self._place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._place.bind(("127.0.0.1", 0))
            self._port = self._place.getsockname()[1]
        if self._server is None:
            self._server = await asyncio.start_server(
                self._serve, "127.0.0.1", self._port, limit=_HEAD_BYTES, ssl=self._tls
            )

    async def close(self) -> None:
        """Ends for good."""
        await self.refuse()
        if self._place is not None:
            self._place.close()
            self._place = None

    async def refuse(self) -> None:
        """Refuses connections and ends the open ones."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        talk = asyncio.ensure_future(self._talk(reader, writer))
        self._talks.add(talk)

        def ended(_: asyncio.Task[None]) -> None:
            self._talks.discard(talk)
            writer.close()

        talk.add_done_callback(ended)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            while True:
                heard = await _hear(reader)
                answering = asyncio.ensure_future(self._handle(heard))
                # One call is one exchange: bytes or an end while we answer mean that the caller gave up.
                watching = asyncio.ensure_future(reader.read(1))
                try:
                    await asyncio.wait({answering, watching}, return_when="FIRST_COMPLETED")
                    if not answering.done():
                        return
                    going_on = await _say(writer, answering.result())
                finally:
                    answering.cancel()
                    watching.cancel()
                    await asyncio.gather(answering, watching, return_exceptions=True)
                if not going_on:
                    return


async def _hear(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, target, headers, body)


async def _say(writer: asyncio.StreamWriter, said: Said) -> bool:
    """Sends the answer; whether the connection can carry another request."""
    if said.lost:
        _reset(writer)
        return False
    headers = {"content-length": str(len(said.body)), "connection": "keep-alive", **said.headers}
    lines = [f"HTTP/1.1 {said.status} X", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    if said.cut_after is not None:
        writer.write(said.body[: said.cut_after])
        await writer.drain()
        writer.close()
        return False
    if said.half_close:
        writer.write(said.body[: len(said.body) // 2])
        writer.write_eof()
        await asyncio.sleep(3600)  # ended by the caller or by close()
        return False
    if said.drop_s:
        for byte in said.body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(said.drop_s)
        return True
    writer.write(said.body)
    await writer.drain()
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()
