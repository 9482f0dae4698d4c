"""Channel ``lgsp``: ``lgspaccesstoken`` blob, Bearer, and the officer's own ``AuthHash`` (population page A2, V-B)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Final, Self

from pydantic import Field

from lienthong.interface import (
    Call,
    SystemSettings,
    Tools,
)

from ._bearer import BearerChannel
from ._blob import access_blob
from ._configuration import Table, join_url, read_channel
from ._envelope import Envelope
from ._oauth import fetch_token
from ._sending import Sender
from ._tokens import Token
from .errors import OfficerNotLicensed

KIND: Final = "lgsp"


class OfficerKeys(Table):
    """The key pair of one officer."""

    key_name: str = Field(min_length=1, description="Key name issued to the officer.")
    key_pass: str = Field(min_length=1, description="Key pass issued to the officer.")


class LgspSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "lgsp"``."""

    access_key: str = Field(min_length=1, description="AccessKey of the blob.")
    secret_key: str = Field(min_length=1, description="SecretKey of the blob.")
    app_name: str = Field(description="AppName of the blob.")
    partner_code: str = Field(description="PartnerCode of the blob.")
    partner_code_cus: str = Field(description="PartnerCodeCus of the blob.")
    envelope: Envelope = "none"
    token_path: str = Field(default="/token", description="Token path behind the base address.")
    officers: dict[str, OfficerKeys] | None = Field(
        default=None,
        description="Key pair by officer account. When the table is there, an officer outside it may not ask.",
    )


class LgspChannel(BearerChannel):
    """The provincial platform of the ``lgspaccesstoken`` kind."""

    kind = KIND

    def __init__(self, settings: LgspSettings, token_url: str, sender: Sender, where: str) -> None:
        self._token_url = token_url
        self._where = where
        self._blob = {
            "lgspaccesstoken": access_blob(
                settings.access_key,
                settings.secret_key,
                settings.app_name,
                settings.partner_code,
                settings.partner_code_cus,
            )
        }
        self._officers = (
            None
            if settings.officers is None
            else {
                account: b64encode(f"{keys.key_name}:{keys.key_pass}".encode()).decode("ascii")
                for account, keys in settings.officers.items()
            }
        )
        super().__init__(sender)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(LgspSettings, settings)
        return cls(
            own,
            join_url(settings.url, own.token_path),
            Sender(settings, tools),
            f"systems.{settings.name}.channel.officers",
        )

    def _further(self, call: Call) -> Mapping[str, str]:
        """The blob, and the officer's own key pair.

        Raises:
            OfficerNotLicensed: The officer has none; nothing was sent.
        """
        # A health check has no officer, and borrowing one's key pair would put words in that officer's mouth.
        if self._officers is None or call.purpose is None:
            return self._blob
        value = self._officers.get(call.purpose.officer)
        if value is None:
            raise OfficerNotLicensed(f"{self._where} has no key pair for the officer of this case")
        return {**self._blob, "AuthHash": value}

    async def _fetch(self) -> Token:
        form = {"grant_type": "client_credentials"}
        return await fetch_token(self._sender, self._token_url, form, self._blob)
