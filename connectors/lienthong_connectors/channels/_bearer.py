"""What channels with a bearer token do alike: fetch one for all callers, put it in, judge the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from lienthong.interface import Call, ChannelState, WireReply, WireRequest

from ._sending import Sender
from ._tokens import Token, TokenKeeper


class BearerChannel(ABC):
    """A channel whose requests carry ``Authorization: Bearer``; a kind says how its token is fetched."""

    kind: ClassVar[str]

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._keeper = TokenKeeper(self._fetch, sender.now)

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`."""
        fixed = {**request.headers, **self._further(call)}

        def dress(token: Token) -> WireRequest:
            return replace(request, headers={**fixed, "Authorization": f"Bearer {token.value}"})

        reply = await self._sender.send_with(self._keeper, call, dress)
        return self._judged(reply, request.service)

    async def sign_in(self, call: Call) -> None:  # noqa: ARG002 - the protocol gives the call
        """Fetches a token unless one is held."""
        await self._keeper.get()

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(self.kind, token_expires=self._keeper.expires)

    @abstractmethod
    async def _fetch(self) -> Token:
        """A new token. It bounds its own time."""

    def _further(self, call: Call) -> Mapping[str, str]:  # noqa: ARG002 - most kinds add nothing
        """Headers besides the token."""
        return {}

    def _judged(self, reply: WireReply, service: str) -> WireReply:
        """The answer if it can hold content. Raises as :meth:`Sender.judge`."""
        return self._sender.judge(reply, service)
