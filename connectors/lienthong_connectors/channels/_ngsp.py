"""Channel ``ngsp``: OAuth2 client credentials, then Bearer (insurance page §1, variants A and B)."""

from __future__ import annotations

from base64 import b64encode
from typing import Final, Literal, Self

from pydantic import Field

from lienthong.interface import (
    SystemSettings,
    Tools,
)

from ._bearer import BearerChannel
from ._configuration import Table, join_url, read_channel
from ._envelope import Envelope
from ._oauth import fetch_token
from ._sending import Sender
from ._tokens import Token

KIND: Final = "ngsp"


class NgspSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "ngsp"``."""

    consumer_key: str = Field(min_length=1, description="Consumer key of the application.")
    consumer_secret: str = Field(min_length=1, description="Consumer secret of the application.")
    envelope: Envelope = "none"
    token_path: str = Field(default="/token", description="Token path behind the base address.")
    client_auth: Literal["basic", "form"] = Field(
        default="basic",
        description="Where key and secret travel: `Authorization: Basic` (variant A) or form fields (variant B).",
    )


class NgspChannel(BearerChannel):
    """Bearer token of the national or provincial platform, kept for its life."""

    kind = KIND

    def __init__(self, settings: NgspSettings, token_url: str, sender: Sender) -> None:
        self._token_url = token_url
        self._form = {"grant_type": "client_credentials"}
        self._token_headers: dict[str, str] = {}
        if settings.client_auth == "basic":
            pair = f"{settings.consumer_key}:{settings.consumer_secret}".encode()
            self._token_headers["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
        else:
            self._form |= {
                "client_id": settings.consumer_key,
                "client_secret": settings.consumer_secret,
            }
        super().__init__(sender)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(NgspSettings, settings)
        return cls(own, join_url(settings.url, own.token_path), Sender(settings, tools))

    async def _fetch(self) -> Token:
        return await fetch_token(self._sender, self._token_url, self._form, self._token_headers)
