"""Channel ``ilis``: OAuth2 password grant, then Bearer (iLIS, insurance page §4.2)."""

from __future__ import annotations

from typing import Final, Self

from pydantic import Field

from lienthong.interface import SystemSettings, Tools

from ._bearer import BearerChannel
from ._configuration import Table, join_url, read_channel
from ._oauth import fetch_token
from ._sending import Sender
from ._tokens import Token

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


class IlisChannel(BearerChannel):
    """Bearer token of an iLIS account. Renewed by signing in again: the use of its refresh token is unpublished."""

    kind = KIND

    def __init__(self, settings: IlisSettings, token_url: str, sender: Sender) -> None:
        self._token_url = token_url
        self._form = {
            "grant_type": "password",
            "username": settings.username,
            "password": settings.password,
            "client_id": settings.client_id,
        }
        if settings.client_secret:
            self._form["client_secret"] = settings.client_secret
        super().__init__(sender)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(IlisSettings, settings)
        return cls(own, join_url(settings.url, own.token_path), Sender(settings, tools))

    async def _fetch(self) -> Token:
        return await fetch_token(self._sender, self._token_url, self._form, {})
