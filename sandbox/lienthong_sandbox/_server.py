"""An HTTP/1.1 server on ``asyncio.Protocol`` and httptools: keep-alive, TLS, and ways of delivering an answer badly."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from socket import SHUT_WR
from typing import Final, cast
from urllib.parse import parse_qsl, unquote

import httptools

from lienthong_sandbox._wire import Request, Response

_logger = logging.getLogger(__name__)

_CHUNK: Final = 64 * 1024
_BODY_LIMIT: Final = 64 * 1024 * 1024
_WAITING: Final = 16
_TRICKLES_PER_S: Final = 10


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer that does not simply arrive.

    ``drop`` sends nothing and aborts the connection; ``filler`` bytes follow the body and are announced with it.
    """

    response: Response
    drop: bool = False
    cut_after_bytes: int | None = None
    trickle_bytes_per_s: int = 0
    half_close: bool = False
    filler: int = 0


Handler = Callable[[Request], Awaitable[Response | Delivery]]


@dataclass(slots=True)
class Alive:
    """A listener's open connections and the requests in work, of closed connections too."""

    connections: set[asyncio.Transport] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Connection(asyncio.Protocol):
    """One client's connection; requests are answered one after the other, in order."""

    def __init__(self, handler: Handler, alive: Alive) -> None:
        self._handler = handler
        self._alive = alive
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._writable: asyncio.Future[None] | None = None

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._alive.connections.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Lets a request in work finish: a client that left does not undo what the system did."""
        if self._transport is not None:
            self._alive.connections.discard(self._transport)
        self._transport = None
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Feeds the parser."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse(HTTPStatus.BAD_REQUEST)

    def pause_writing(self) -> None:
        """The client reads slower than we send."""
        if self._writable is None:
            self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        """The client caught up."""
        if self._writable is not None:
            if not self._writable.done():
                self._writable.set_result(None)
            self._writable = None

    # httptools callbacks

    def on_message_begin(self) -> None:
        """A new request begins."""
        self._url = b""
        self._headers = {}
        self._body = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """The target may arrive in pieces."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Header names are kept in lower case; the last of several equal ones counts."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Lets a cautious client send its body."""
        if (
            self._headers.get("expect", "").lower() == "100-continue"
            and self._transport is not None
        ):
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Collects the body."""
        self._size += len(body)
        if self._size <= _BODY_LIMIT:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The request is whole: answer it, or queue it behind the one in work."""
        keep = self._parser.should_keep_alive()
        if self._size > _BODY_LIMIT:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        path, _, query = self._url.decode("latin-1").partition("?")
        request = Request(
            self._parser.get_method().decode("ascii"),
            unquote(path) if "%" in path else path,
            dict(parse_qsl(query, keep_blank_values=True)) if query else {},
            self._headers,
            b"".join(self._body),
        )
        self._waiting.append((request, keep))
        if self._task is None:
            self._task = self._loop.create_task(self._work())
            self._alive.tasks.add(self._task)
            self._task.add_done_callback(self._alive.tasks.discard)
        elif len(self._waiting) >= _WAITING and self._transport is not None:
            self._transport.pause_reading()

    # answering

    async def _work(self) -> None:
        while self._waiting:
            request, keep = self._waiting.popleft()
            if len(self._waiting) == _WAITING - 1 and self._transport is not None:
                self._transport.resume_reading()
            try:
                answer = await self._handler(request)
            except Exception:
                _logger.exception("a system of the sandbox failed on %s", request.path)
                answer = Response.of_text("sandbox error: see its log", 500)
            if isinstance(answer, Response):
                self._write(self._head(answer, len(answer.body), request, keep), answer.body)
            else:
                keep = await self._deliver(answer, request, keep) and keep
            if not keep:
                self._end()
                break
            if self._writable is not None:
                await self._writable
        self._task = None

    async def _deliver(self, delivery: Delivery, request: Request, keep: bool) -> bool:
        """Sends an answer the way the faults want it; returns whether the connection may live on."""
        if delivery.drop:
            if self._transport is not None:
                self._transport.abort()
            return False
        body = delivery.response.body
        length = len(body) + delivery.filler
        self._write(self._head(delivery.response, length, request, keep), b"")
        limit = length if delivery.cut_after_bytes is None else delivery.cut_after_bytes
        if delivery.half_close:
            limit = min(limit, length // 2)
            if self._transport is not None:
                # From here on "writable" means that nothing is left in the buffer.
                self._transport.set_write_buffer_limits(high=0)
        await self._send(body[:limit], delivery.trickle_bytes_per_s)
        await self._fill(min(delivery.filler, max(0, limit - len(body))))
        if delivery.half_close:
            await self._close_sending_side()
            return True
        return limit >= length

    async def _send(self, body: bytes, bytes_per_s: int) -> None:
        piece = max(1, bytes_per_s // _TRICKLES_PER_S) if bytes_per_s else _CHUNK
        for start in range(0, len(body), piece):
            if self._transport is None:
                return
            self._write(b"", body[start : start + piece])
            if bytes_per_s:
                await asyncio.sleep(piece / bytes_per_s)

    async def _fill(self, count: int) -> None:
        blank = b" " * _CHUNK
        while count > 0 and self._transport is not None:
            self._write(b"", blank[: min(_CHUNK, count)])
            count -= _CHUNK
            if self._writable is not None:
                await self._writable

    async def _close_sending_side(self) -> None:
        if self._writable is not None:
            await self._writable
        if self._transport is not None:
            # TLS knows no half close (asyncio refuses write_eof), so the TCP socket below it is told.
            self._transport.get_extra_info("socket").shutdown(SHUT_WR)

    def _head(self, response: Response, length: int, request: Request, keep: bool) -> bytes:
        lines = [_STATUS_LINES.get(response.status) or f"HTTP/1.1 {response.status} Unknown\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in response.headers.items()]
        lines.append(f"content-length: {length}\r\n")
        if not keep:
            lines.append("connection: close\r\n")
        elif request.headers.get("connection"):
            lines.append("connection: keep-alive\r\n")
        lines.append("\r\n")
        return "".join(lines).encode("latin-1")

    def _write(self, head: bytes, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(head + body if head else body)

    def _refuse(self, status: HTTPStatus) -> None:
        if self._transport is not None:
            answer = Response.of_text(status.phrase, status.value)
            request = Request("GET", "/", {}, {}, b"")
            self._write(self._head(answer, len(answer.body), request, keep=False), answer.body)
            self._end()

    def _end(self) -> None:
        self._waiting.clear()
        if self._transport is not None:
            self._transport.close()


_STATUS_LINES: Final = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n" for s in HTTPStatus}


class Listener:
    """One listening port on 127.0.0.1 that can be closed and opened again on the same number.

    Args:
        handler: Answers the requests.
        port: The port, or 0 for a free one.
        tls: The server context, or None for plain HTTP.
    """

    def __init__(self, handler: Handler, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self._handler = handler
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._alive = Alive()

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def listening(self) -> bool:
        """Whether connections are accepted now."""
        return self._server is not None

    async def open(self) -> None:
        """Listens; does nothing when it does already.

        Raises:
            OSError: The port is taken.
        """
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                lambda: Connection(self._handler, self._alive),
                "127.0.0.1",
                self.port,
                ssl=self._tls,
                backlog=1024,
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stops listening and drops every connection; requests in work run to their end, unanswered."""
        if self._server is not None:
            server, self._server = self._server, None
            server.close()
            await self.drop_connections()

    async def shut_down(self) -> None:
        """Closes, and ends the requests in work as well."""
        await self.close()
        tasks = list(self._alive.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def drop_connections(self) -> None:
        """Drops every connection but keeps listening."""
        for transport in list(self._alive.connections):
            transport.abort()
        # asyncio closes an aborted socket one turn later; wait_closed would wait for TLS goodbyes.
        await asyncio.sleep(0)
