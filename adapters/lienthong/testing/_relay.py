"""The wire under test: a relay on loopback between connector and far side that keeps a journal and makes trouble.

Because trouble is made here, every far side (the sandbox, a scripted one, an agency's own test system) can be used.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from lienthong.interface import WireRequest
from lienthong.transport import HttpTransport

from ._loopback import Heard, Loopback, Said

_LONGEST_S = 30.0
_HOP_BY_HOP = {"host", "content-length", "connection", "accept-encoding", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong; an empty one is a healthy wire.

    Attributes:
        status: Answers this status, without asking the far side.
        headers: Headers of that answer.
        body: Answers this body (status 200 unless set), without asking the far side.
        reshape: Changes the body of the far side's answer.
        latency_s: Waits before it does anything.
        cut_after: Sends so many bytes of the body, then closes.
        half_close: Sends half the body, then closes its own sending side only.
        lost: The far side processes the request; the connection dies without an answer.
        drop_s: Seconds between two bytes of the body.
        where: Hits what the connector asks (``work``), its token or session requests (``sign_in``), or both.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    reshape: Callable[[bytes], bytes] | None = None
    latency_s: float = 0.0
    cut_after: int | None = None
    half_close: bool = False
    lost: bool = False
    drop_s: float = 0.0
    where: Literal["work", "sign_in", "all"] = "work"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that passed, and the body that came back."""

    heard: Heard
    sign_in: bool
    answer: bytes


class Relay:
    """Stands between a connector and its far side for one check.

    Args:
        forward: The transport to the far side.
        base: The far side's address, without path.
        sign_in: Paths of token and session requests.
    """

    def __init__(self, forward: HttpTransport, base: str, sign_in: tuple[str, ...]) -> None:
        self._forward = forward
        self._base = base
        self._sign_in = sign_in
        self.server = Loopback(self.handle)
        self.trouble = Trouble()
        self.arrived = asyncio.Event()
        """Set by every request."""
        self.journal: list[Exchange] = []
        """Requests in the order of their arrival; those lost on the way back too."""

    async def __aenter__(self) -> Self:
        await self.server.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    def work(self) -> list[Exchange]:
        """What was asked, token and session requests left out."""
        return [item for item in self.journal if not item.sign_in]

    def sign_ins(self) -> int:
        """How many token or session requests came."""
        return sum(item.sign_in for item in self.journal)

    async def handle(self, heard: Heard) -> Said:
        """Passes a request on, with whatever trouble there is."""
        sign_in = any(re.search(pattern, heard.path) for pattern in self._sign_in)
        where = self.trouble.where
        trouble = self.trouble if where in {"all", "sign_in" if sign_in else "work"} else Trouble()
        place = len(self.journal)
        self.journal.append(Exchange(heard, sign_in, b""))
        self.arrived.set()
        if trouble.latency_s:
            await asyncio.sleep(trouble.latency_s)
        if trouble.status or trouble.body is not None:
            said = Said(trouble.status or 200, trouble.headers, trouble.body or b"")
        else:
            said = await self._ask(heard)
        body = trouble.reshape(said.body) if trouble.reshape else said.body
        self.journal[place] = Exchange(heard, sign_in, body)
        return Said(
            said.status,
            said.headers,
            body,
            cut_after=trouble.cut_after,
            half_close=trouble.half_close,
            lost=trouble.lost,
            drop_s=trouble.drop_s,
        )

    async def _ask(self, heard: Heard) -> Said:
        headers = {name: value for name, value in heard.headers.items() if name not in _HOP_BY_HOP}
        request = WireRequest("relay", heard.method, self._base + heard.target, headers, heard.body)
        reply = await self._forward.send(request, timeout_s=_LONGEST_S)
        kept: dict[str, Any] = {
            name: value for name, value in reply.headers.items() if name not in _HOP_BY_HOP
        }
        return Said(reply.status, kept, reply.body)
