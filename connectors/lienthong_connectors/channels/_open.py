"""Channel ``open``: no token, the network itself is trusted (VBDLIS, insurance page §4.2)."""

from __future__ import annotations

from typing import Final, Self

from lienthong.interface import Call, ChannelState, SystemSettings, Tools, WireReply, WireRequest

from ._configuration import Table, read_channel
from ._envelope import Envelope
from ._sending import Sender

KIND: Final = "open"


class OpenSettings(Table):
    """Who may call is decided by firewall and, where asked, client certificate."""

    envelope: Envelope = "none"


class OpenChannel:
    """Sends requests as they are."""

    kind = KIND

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        read_channel(OpenSettings, settings)
        return cls(Sender(settings, tools))

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`."""
        return self._sender.judge(await self._sender.send(request, call), request.service)

    async def sign_in(self, call: Call) -> None:
        """Nothing: there is no token."""

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(KIND)
