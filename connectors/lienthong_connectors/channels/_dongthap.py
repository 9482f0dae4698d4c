"""Channel ``dongthap``: a token for a fixed ``Auth`` header, then Bearer (LGSP Đồng Tháp, population page A2, V-C)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Self

import orjson
from pydantic import Field

from lienthong.interface import (
    SystemSettings,
    Tools,
    WireReply,
    as_text,
)

from ._bearer import BearerChannel
from ._configuration import Table, join_url, read_channel
from ._oauth import fetch_token
from ._sending import Sender
from ._tokens import Token

KIND: Final = "dongthap"

_EPOCH: Final = re.compile(r"\d{9,14}")
_MILLISECONDS: Final = 100_000_000_000
"""An epoch above this counts milliseconds: in seconds it would be the year 5138."""


class DongThapSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "dongthap"``."""

    auth: str = Field(
        min_length=1, description="Value of the `Auth` header that the token is issued for."
    )
    token_path: str = Field(default="/token", description="Token path behind the base address.")


class DongThapChannel(BearerChannel):
    """Bearer token of the platform. Renewed by signing in again: the use of its refresh token is unpublished."""

    kind = KIND

    def __init__(self, settings: DongThapSettings, token_url: str, sender: Sender) -> None:
        self._token_url = token_url
        self._auth = {"Auth": settings.auth}
        super().__init__(sender)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(DongThapSettings, settings)
        return cls(own, join_url(settings.url, own.token_path), Sender(settings, tools))

    def _judged(self, reply: WireReply, service: str) -> WireReply:
        """HTTP 400 with an ``errorCode`` is an answer (population page A6)."""
        if reply.status == 400 and _has_error_code(reply):
            return reply
        return super()._judged(reply, service)

    async def _fetch(self) -> Token:
        # The form is empty: the header alone says who asks.
        return await fetch_token(self._sender, self._token_url, {}, self._auth, read=_read)


def _read(content: Mapping[str, Any], asked: datetime) -> Token | None:
    value = as_text(content.get("token"))
    if not value:
        return None
    return Token(value, fetched=asked, expires=_moment(as_text(content.get("expiryDate")), asked))


def _moment(text: str, asked: datetime) -> datetime | None:
    """The end of the token: ISO date-time or epoch, the form is unpublished (doubts page).

    What cannot be read, has no offset or is past already is not believed: the token is then used until it is refused.
    """
    try:
        if _EPOCH.fullmatch(text):
            number = int(text)
            seconds = number / 1000 if number > _MILLISECONDS else float(number)
            moment = datetime.fromtimestamp(seconds, UTC)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment <= asked:
        return None
    return moment.astimezone(UTC)


def _has_error_code(reply: WireReply) -> bool:
    try:
        content = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(content, dict) and bool(as_text(content.get("errorCode")))
