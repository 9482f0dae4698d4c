"""The transport of one system: one request out, one whole answer back, or an error that says what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Self, cast

import httpx

from lienthong.interface import (
    ReplyUnreadable,
    SystemSettings,
    WireReply,
    WireRequest,
    check_size,
    read_within,
)

from ._failures import as_interface_error
from ._network import Progress, request_progress
from ._pool import PoolTransport
from ._tls import tls_context

_DEFAULT_HEADERS = {"accept": "*/*", "user-agent": "lienthong"}


class HttpTransport:
    """Sends bytes over HTTP/1.1 to one system; implements :class:`lienthong.interface.Transport`.

    Bound to the event loop it is first used in. A redirect is an answer like any other; cookies, proxies from the
    environment and compressed answers do not exist here.
    """

    def __init__(self, settings: SystemSettings) -> None:
        limits = settings.limits
        self._system = settings.name
        self._limits = limits
        self._largest = int(limits.body_mb * 1_000_000)
        self._pool = PoolTransport(tls_context(settings), limits.at_once)
        self._extensions = {"timeout": {"connect": limits.connect_s, "pool": limits.connect_s}}

    @property
    def certificate_expires(self) -> datetime | None:
        """Expiry of the far side's certificate as of the last handshake, UTC; ``None`` before it or without TLS."""
        return self._pool.certificate_expires

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        """Sends one request and reads the whole answer, whatever its status.

        Args:
            request: What to send.
            timeout_s: Bound of connecting, writing and reading together, seconds.

        Raises:
            Unreachable: Nothing was sent.
            MaybeArrived: It was sent and no whole answer came.
            CredentialsRefused: TLS: our certificate or theirs is refused.
            ReplyUnreadable: The answer is larger than ``limits.body_mb``, holds more than ``limits.values`` or is deeper than
                ``limits.depth``, or is compressed unasked.
            InvalidRequest: A header holds characters that cannot travel.
            ConfigurationError: The address is malformed.
        """
        progress = Progress()
        token = request_progress.set(progress)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange(request)
        except (httpx.TransportError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise as_interface_error(
                error, began=progress.began, system=self._system, service=request.service
            ) from error
        finally:
            request_progress.reset(token)

    async def _exchange(self, request: WireRequest) -> WireReply:
        response = await self._pool.handle_async_request(
            httpx.Request(
                request.method,
                request.url,
                headers=_complete(request.headers),
                content=request.body or None,
                extensions=self._extensions,
            )
        )
        stream = cast("httpx.AsyncByteStream", response.stream)
        try:
            headers = _folded(response.headers)
            self._refuse_unreadable(headers, request.service)
            body = await self._whole(stream, request.service)
        finally:
            # A body that was not read to its end takes its connection with it.
            await stream.aclose()
        read_within(self._limits)
        check_size(body, system=self._system, service=request.service)
        return WireReply(response.status_code, headers, body)

    def _refuse_unreadable(self, headers: Mapping[str, str], service: str) -> None:
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"", "identity"}:
            raise ReplyUnreadable(
                self._system, service, "the answer is compressed although we asked for it plain"
            )
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._largest:
            raise self._too_large(service)

    async def _whole(self, stream: httpx.AsyncByteStream, service: str) -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in stream:
            size += len(piece)
            if size > self._largest:
                raise self._too_large(service)
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _too_large(self, service: str) -> ReplyUnreadable:
        return ReplyUnreadable(
            self._system,
            service,
            f"the answer is larger than {self._largest / 1_000_000:g} MB (limits.body_mb)",
        )

    async def aclose(self) -> None:
        """Closes every connection of the pool."""
        await self._pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _complete(headers: Mapping[str, str]) -> dict[str, str]:
    """The request's headers as given, with ours where it has none; answers are asked for uncompressed."""
    given = {name.lower() for name in headers}
    complete = {name: value for name, value in _DEFAULT_HEADERS.items() if name not in given}
    complete.update(
        headers
        if "accept-encoding" not in given
        else {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
    )
    complete["accept-encoding"] = "identity"
    return complete


def _folded(headers: httpx.Headers) -> Mapping[str, str]:
    """Header names in lower case, repeated ones joined with a comma (RFC 9110 §5.3); bytes read as Latin-1."""
    folded: dict[str, str] = {}
    for raw_name, raw_value in headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        folded[name] = f"{folded[name]}, {value}" if name in folded else value
    return MappingProxyType(folded)


def open_transport(settings: SystemSettings) -> HttpTransport:
    """The transport of a system: its own pool of ``limits.at_once`` connections, its own trust.

    Raises:
        ConfigurationError: ``ca`` or ``client_certificate`` cannot be read.
    """
    return HttpTransport(settings)
