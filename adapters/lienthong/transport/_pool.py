"""httpx as the API over httpcore2's connection pool (stack page §0.4)."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from datetime import datetime
from typing import cast

import httpcore2
import httpx

from ._network import AsyncioBackend

for _name in ("httpx", "httpcore2"):
    # Their INFO and DEBUG lines carry URLs and headers, and with them identifiers and tokens.
    logging.getLogger(_name).setLevel(logging.WARNING)

_KEEP_ALIVE_S = 30.0

_HTTPX_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore2.ConnectError: httpx.ConnectError,
    httpcore2.ConnectTimeout: httpx.ConnectTimeout,
    httpcore2.PoolTimeout: httpx.PoolTimeout,
    httpcore2.ReadError: httpx.ReadError,
    httpcore2.ReadTimeout: httpx.ReadTimeout,
    httpcore2.WriteError: httpx.WriteError,
    httpcore2.WriteTimeout: httpx.WriteTimeout,
    httpcore2.LocalProtocolError: httpx.LocalProtocolError,
    httpcore2.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore2.UnsupportedProtocol: httpx.UnsupportedProtocol,
}


class PoolTransport(httpx.AsyncBaseTransport):
    """An httpx transport on one bounded pool; raises httpx's own exceptions, the cause behind them."""

    def __init__(self, context: ssl.SSLContext, connections: int) -> None:
        self._network = AsyncioBackend()
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=self._network,
        )

    @property
    def certificate_expires(self) -> datetime | None:
        """Expiry of the far side's certificate as of the last handshake."""
        return self._network.certificate_expires

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request; the answer's body is still to be read."""
        url = request.url
        try:
            answer = await self._pool.handle_async_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(
                        scheme=url.raw_scheme,
                        host=url.raw_host,
                        port=url.port,
                        target=url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=cast("AsyncIterable[bytes]", request.stream),
                    extensions=request.extensions,
                )
            )
        except tuple(_HTTPX_ERRORS) as error:
            raise _as_httpx(error) from error
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer as it arrives."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer
        self._pieces = aiter(cast("AsyncGenerator[bytes]", answer.stream))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._pieces)
        except tuple(_HTTPX_ERRORS) as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        await cast("AsyncGenerator[bytes]", self._pieces).aclose()
        await self._answer.aclose()


def _as_httpx(error: Exception) -> httpx.TransportError:
    return _HTTPX_ERRORS[type(error)](str(error))
