"""Channel ``c06``: HTTP Basic whose password is a fresh hash for each request (population page A2, V-A)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import replace
from typing import Final, Literal, Self

from pydantic import Field

from lienthong.interface import (
    Call,
    ChannelState,
    CredentialsRefused,
    SystemSettings,
    Tools,
    WireReply,
    WireRequest,
)

from ._configuration import Table, read_channel
from ._envelope import Envelope
from ._sending import Sender

KIND: Final = "c06"
_UNITS: Final = {"ms": 1000, "s": 1}


class C06Settings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "c06"``."""

    username: str = Field(min_length=1, description="User name issued by C06.")
    secret: str = Field(min_length=1, description="Secret key issued by C06.")
    envelope: Envelope = "none"
    sv_url: str = Field(
        description="Service address as C06 hashes it: a value of its own, often the path behind the base address."
    )
    timestamp_unit: Literal["ms", "s"] = Field(
        default="ms", description="Unit of the `Timestamp` header: callers in use differ."
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        description="Further headers, e.g. `X-Road-Client` and `ApiKey` (NDXP) or `ESB_SOURCE_TYPE` and `ESB_SOURCE_USERNAME`, both the user name (older bus).",
    )


class C06Channel:
    """Hashed Basic: no token, no session; a wrong clock looks like a wrong secret (doubts page)."""

    kind = KIND

    def __init__(self, settings: C06Settings, sender: Sender) -> None:
        self._sender = sender
        self._now = sender.now
        self._username = settings.username
        self._secret = settings.secret
        self._prefix = settings.sv_url + settings.username
        self._unit = _UNITS[settings.timestamp_unit]
        self._headers = dict(settings.headers)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        return cls(read_channel(C06Settings, settings), Sender(settings, tools))

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`.

        Raises:
            CredentialsRefused: HTTP 401 or 403.
        """
        timestamp = str(int(self._now().timestamp() * self._unit))
        password = hashlib.sha256(f"{self._prefix}{timestamp}{self._secret}".encode()).hexdigest()
        basic = b64encode(f"{self._username}:{password}".encode()).decode("ascii")
        dressed = replace(
            request,
            headers={
                **request.headers,
                **self._headers,
                "Authorization": f"Basic {basic}",
                "Timestamp": timestamp,
            },
        )
        reply = self._sender.judge(await self._sender.send(dressed, call), request.service)
        if reply.status == 403:
            # Here 401 and 403 both speak of our credentials (doubts page, V-A): a wrong hash, sv_url, secret or clock looks
            # alike. "No right to the service" is what 403 means at the HCM platform only (population page A6, S6).
            raise CredentialsRefused(
                self._sender.system,
                request.service,
                "HTTP 403: account, secret, sv_url or clock is wrong, or the account lacks the service",
            )
        return reply

    async def sign_in(self, call: Call) -> None:
        """Nothing: each request signs in by itself."""

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(KIND)
