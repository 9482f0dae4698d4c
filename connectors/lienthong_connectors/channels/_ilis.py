"""Channel ``ilis``: OAuth2 password grant, then Bearer (iLIS, insurance page §4.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Self

from pydantic import Field

from lienthong.interface import Call, ChannelState, SystemSettings, Tools, WireReply, WireRequest

from ._configuration import Table, join_url, read_channel
from ._oauth import fetch_token
from ._sending import Sender
from ._tokens import Token, TokenKeeper

KIND: Final = "ilis"


class IlisSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "ilis"``."""

    username: str = Field(min_length=1, description="Account of the one-stop system.")
    password: str = Field(min_length=1, description="Its password.")
    client_id: str = Field(min_length=1, description="Client id of the application.")
    client_secret: str = Field(
        default="", description="Client secret of the application, where one was given."
    )
    token_path: str = Field(default="/token", description="Token path behind the base address.")


class IlisChannel:
    """Bearer token of an iLIS account. Renewed by signing in again: the use of its refresh token is unpublished."""

    kind = KIND

    def __init__(self, settings: IlisSettings, token_url: str, sender: Sender) -> None:
        self._sender = sender
        self._token_url = token_url
        self._form = {
            "grant_type": "password",
            "username": settings.username,
            "password": settings.password,
            "client_id": settings.client_id,
        }
        if settings.client_secret:
            self._form["client_secret"] = settings.client_secret
        self._keeper = TokenKeeper(self._fetch, sender.now)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(IlisSettings, settings)
        return cls(own, join_url(settings.url, own.token_path), Sender(settings, tools))

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`."""

        def dress(token: Token) -> WireRequest:
            headers = {**request.headers, "Authorization": f"Bearer {token.value}"}
            return replace(request, headers=headers)

        reply = await self._sender.send_with(self._keeper, call, dress)
        return self._sender.judge(reply, request.service)

    async def sign_in(self, call: Call) -> None:  # noqa: ARG002 - the protocol gives the call
        """Fetches a token unless one is held."""
        await self._keeper.get()

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(KIND, token_expires=self._keeper.expires)

    async def _fetch(self) -> Token:
        return await fetch_token(self._sender, self._token_url, self._form, {})
