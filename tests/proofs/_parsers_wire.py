"""The real transport against a far side that sends too much: compressed bombs, floods, lists without end."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

from lienthong.interface import SystemSettings, WireRequest
from lienthong.transport import open_transport
from lienthong_sandbox._server import Delivery, Listener
from lienthong_sandbox._wire import Request, Response

_GIGABYTE = gzip.compress(bytes(1 << 20)) * 1024
"""One megabyte on the wire, one gigabyte unpacked."""


def floods() -> Iterator[Response | Delivery]:
    """Answers that must not be read to their end, or not be built."""
    deflated = zlib.compress(bytes(1 << 26))
    for encoding in ("gzip", "x-gzip", "br", "zstd", "gzip, identity"):
        yield Response(200, _GIGABYTE, {"content-encoding": encoding})
    yield Response(200, deflated, {"content-encoding": "deflate"})
    yield Delivery(Response(200, b"[", {}), filler=1 << 29)
    yield Response(200, b"[" + b"{}," * 999_999 + b"{}]", {"content-type": "application/json"})
    yield Response(200, b"<a>" + b"<b/>" * 1_000_000 + b"</a>", {"content-type": "text/xml"})
    yield Response(200, b"[" * 100_000 + b"]" * 100_000, {"content-type": "application/json"})
    yield Response(200, b"", {"x-long": "x" * 1_000_000})


async def try_flood(answer: Response | Delivery) -> None:
    """One question that is answered so; raises what the caller of the library would see."""

    async def handler(_request: Request) -> Response | Delivery:
        return answer

    listener = Listener(handler)
    await listener.open()
    try:
        settings = SystemSettings.model_validate(
            {"name": "x", "connector": "", "url": listener.url, "channel": {}}
        )
        async with open_transport(settings) as transport:
            await transport.send(
                WireRequest("flood", "POST", listener.url, {}, b"{}"), timeout_s=30
            )
    finally:
        await listener.shut_down()
