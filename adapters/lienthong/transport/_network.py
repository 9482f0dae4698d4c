"""The sockets under the connection pool: plain asyncio, and the knowledge whether a request has left.

httpcore2 reaches the network through a backend. Its stock one goes through anyio; this one uses asyncio protocols directly,
which is faster (stack page §2.1), and does three things more:

* all pieces of a request leave in one write, just before the answer is awaited;
* each request's :class:`Progress` says whether a byte of it was handed to the socket, the difference between "safe to send
  again" and "look first";
* a kept-alive connection that has died is noticed before the request is written and replaced in silence.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, cast

import httpcore2

_TURNS_TO_HEAR = 4
"""Turns of the event loop that reading a TLS alert takes at most."""


class Progress:
    """How far one request has come.

    Attributes:
        began: A byte of the request was handed to the socket.
    """

    __slots__ = ("began",)

    def __init__(self) -> None:
        self.began = False


request_progress: ContextVar[Progress | None] = ContextVar("request_progress", default=None)
"""The progress of the request that the current task is sending."""


class _Receiver(asyncio.Protocol):
    """Collects what arrives until it is read; at most one reader."""

    _HIGH_WATER = 256 * 1024

    def __init__(self) -> None:
        self.arrived = bytearray()
        self.ended = False
        self.failure: Exception | None = None
        self.transport: asyncio.Transport | None = None
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.arrived += data
        if len(self.arrived) > self._HIGH_WATER and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self.ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self.failure = exc
        if not self._lost.done():
            self._lost.set_result(None)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self) -> None:
        """Until something has arrived or the connection has ended."""
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def take(self, limit: int) -> bytes:
        """What has arrived, at most ``limit`` bytes."""
        data = bytes(self.arrived[:limit]) if len(self.arrived) > limit else bytes(self.arrived)
        del self.arrived[: len(data)]
        if self._paused and self.transport is not None and not self.arrived:
            self._paused = False
            self.transport.resume_reading()
        return data

    async def wait_lost(self) -> None:
        """Until the loop has let go of the socket."""
        await asyncio.shield(self._lost)


class AsyncioStream(httpcore2.AsyncNetworkStream):
    """One connection."""

    def __init__(
        self, backend: AsyncioBackend, transport: asyncio.Transport, receiver: _Receiver
    ) -> None:
        self._backend = backend
        self._transport = transport
        self._receiver = receiver
        self._unsent: list[bytes] = []
        self._answered = False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Keeps the piece; :meth:`read` sends all pieces together."""
        if buffer:
            self._unsent.append(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        receiver = self._receiver
        if self._unsent:
            if not self._answered:
                await self._hear_refusal()
            self._send()
        if not receiver.arrived and not receiver.ended:
            # Whoever sends bounds the whole attempt; a bound per read would only cost time.
            await receiver.wait()
        if receiver.arrived:
            self._answered = True
            return receiver.take(max_bytes)
        if receiver.failure is not None:
            raise httpcore2.ReadError(receiver.failure) from receiver.failure
        return b""

    def _send(self) -> None:
        pieces = self._unsent
        self._unsent = []
        progress = request_progress.get()
        if progress is None or not progress.began:
            if self._is_dead():
                if self._answered:
                    # It served before and was closed while idle: the pool takes another one.
                    raise httpcore2.ConnectionNotAvailable
                return
            if progress is not None:
                progress.began = True
        self._transport.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def _is_dead(self) -> bool:
        """An idle connection with something to read has been closed, or talks out of turn."""
        receiver = self._receiver
        if receiver.ended or receiver.arrived or self._transport.is_closing():
            return True
        # The loop may not have been told yet.
        return self._answered and self._has_unread()

    def _has_unread(self) -> bool:
        poller = select.poll()
        poller.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poller.poll(0))

    async def _hear_refusal(self) -> None:
        """Lets the loop read what a new connection already says, before we write to it.

        In TLS 1.3 our certificate is refused after the handshake, and writing to the closed socket would lose the reason.
        """
        for _ in range(_TURNS_TO_HEAR):
            if self._is_dead() or not self._has_unread():
                return
            await asyncio.sleep(0)

    async def aclose(self) -> None:
        if self._backend.is_tls(self._transport):
            # Says goodbye (close_notify) without waiting for the far side to say it too. Closing twice would leave nothing
            # to abort before Python 3.11.4.
            if not self._transport.is_closing():
                self._transport.close()
            self._transport.abort()
        else:
            self._transport.close()
        await self._receiver.wait_lost()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                transport = await asyncio.get_running_loop().start_tls(
                    self._transport, self._receiver, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError as error:
            self._transport.abort()
            raise httpcore2.ConnectTimeout(error) from error
        except (OSError, ssl.CertificateError) as error:
            self._transport.abort()
            raise httpcore2.ConnectError(error) from error
        except BaseException:
            self._transport.abort()
            raise
        if transport is None:
            raise httpcore2.ConnectError("TLS handshake: the connection was closed")
        self._receiver.transport = transport
        self._backend.remember_certificate(transport)
        return AsyncioStream(self._backend, transport, self._receiver)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            # Asked of idle connections only; the exact test comes before the next request is written.
            receiver = self._receiver
            return (
                receiver.ended
                or bool(receiver.arrived)
                or self._transport.is_closing()
                or self._transport.get_write_buffer_size() > 0
            )
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))


class AsyncioBackend(httpcore2.AsyncNetworkBackend):
    """Opens connections and remembers the far side's certificate.

    Attributes:
        certificate_expires: Expiry of the certificate of the last handshake, UTC; ``None`` before.
    """

    def __init__(self) -> None:
        self.certificate_expires: datetime | None = None

    @staticmethod
    def is_tls(transport: asyncio.Transport) -> bool:
        """Whether the connection is encrypted."""
        return transport.get_extra_info("ssl_object") is not None

    def remember_certificate(self, transport: asyncio.Transport) -> None:
        """Notes when the far side's certificate ends."""
        until = (transport.get_extra_info("peercert") or {}).get("notAfter")
        if isinstance(until, str):
            self.certificate_expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                transport, receiver = await _connect(host, port, timeout)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(error) from error
        except OSError as error:
            raise httpcore2.ConnectError(error) from error
        return AsyncioStream(self, transport, receiver)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _connect(
    host: str, port: int, timeout: float | None
) -> tuple[asyncio.Transport, _Receiver]:
    """Tries the addresses of a host in turn, each with its share of the time.

    asyncio's own race between addresses ("happy eyeballs") loses a socket when it is cancelled at the wrong moment.
    """
    loop = asyncio.get_running_loop()
    until = None if timeout is None else loop.time() + timeout
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError = OSError("no address")
    for position, (family, _, proto, _, address) in enumerate(infos):
        left = None if until is None else (until - loop.time()) / (len(infos) - position)
        try:
            async with asyncio.timeout(left):
                return await loop.create_connection(
                    _Receiver, str(address[0]), port, family=family, proto=proto
                )
        except OSError as error:
            failure = error
    raise failure
