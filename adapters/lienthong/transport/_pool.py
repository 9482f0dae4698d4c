"""httpx as the API over httpcore2's connection pools (stack page §0.4).

A pool looks at every connection it holds on each event, so its cost grows with the square of the load. All connections
here lead to one system and any will do: several small pools do the same work for a fraction of the price.
"""

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
_POOL_SIZE = 8

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
    """An httpx transport on a bounded number of connections; raises httpx's own exceptions, the cause behind them."""

    def __init__(self, context: ssl.SSLContext, connections: int) -> None:
        self._network = AsyncioBackend()
        self._pools = [
            _Pool(context, self._network, min(_POOL_SIZE, connections - start))
            for start in range(0, connections, _POOL_SIZE)
        ]

    @property
    def certificate_expires(self) -> datetime | None:
        """Expiry of the far side's certificate as of the last handshake."""
        return self._network.certificate_expires

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request; the answer's body is still to be read."""
        url = request.url
        # The first pool with room keeps few connections warm; with none free, the least loaded one queues.
        pool = next(
            (pool for pool in self._pools if pool.under_way < pool.size),
            min(self._pools, key=lambda pool: pool.under_way),
        )
        pool.under_way += 1
        try:
            answer = await pool.connections.handle_async_request(
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
            pool.under_way -= 1
            raise _as_httpx(error) from error
        except BaseException:
            pool.under_way -= 1
            raise
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, pool),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Closes every connection."""
        for pool in self._pools:
            await pool.connections.aclose()


class _Pool:
    """A few connections, and how many requests they carry."""

    def __init__(self, context: ssl.SSLContext, network: AsyncioBackend, size: int) -> None:
        self.size = size
        self.under_way = 0
        self.connections = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=size,
            max_keepalive_connections=size,
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=network,
        )


class _Body(httpx.AsyncByteStream):
    """The body of an answer as it arrives."""

    def __init__(self, answer: httpcore2.Response, pool: _Pool) -> None:
        self._answer = answer
        self._pool: _Pool | None = pool
        self._pieces = aiter(cast("AsyncGenerator[bytes]", answer.stream))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._pieces)
        except tuple(_HTTPX_ERRORS) as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        try:
            await cast("AsyncGenerator[bytes]", self._pieces).aclose()
            await self._answer.aclose()
        finally:
            if self._pool is not None:
                self._pool.under_way -= 1
                self._pool = None


def _as_httpx(error: Exception) -> httpx.TransportError:
    return _HTTPX_ERRORS[type(error)](str(error))
