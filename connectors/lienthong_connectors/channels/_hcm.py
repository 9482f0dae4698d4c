"""Channel ``hcm``: the access blob itself in ``Authorization``, without ``Bearer`` and without a token (population page B2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Self

from pydantic import Field

from lienthong.interface import Call, ChannelState, SystemSettings, Tools, WireReply, WireRequest

from ._blob import access_blob
from ._configuration import Table, read_channel
from ._sending import Sender

KIND: Final = "hcm"


class HcmSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "hcm"``."""

    access_key: str = Field(min_length=1, description="AccessKey of the blob.")
    secret_key: str = Field(min_length=1, description="SecretKey of the blob.")
    app_name: str = Field(description="AppName of the blob.")
    partner_code: str = Field(description="PartnerCode of the blob.")
    partner_code_cus: str = Field(description="PartnerCodeCus of the blob.")


class HcmChannel:
    """The provincial platform that takes the blob with every call."""

    kind = KIND

    def __init__(self, settings: HcmSettings, sender: Sender) -> None:
        self._sender = sender
        self._headers = {
            "Authorization": access_blob(
                settings.access_key,
                settings.secret_key,
                settings.app_name,
                settings.partner_code,
                settings.partner_code_cus,
            )
        }

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        return cls(read_channel(HcmSettings, settings), Sender(settings, tools))

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`."""
        dressed = replace(request, headers={**request.headers, **self._headers})
        return self._sender.judge(await self._sender.send(dressed, call), request.service)

    async def sign_in(self, call: Call) -> None:
        """Nothing: each request carries the blob."""

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(KIND)
