"""Channel ``egw``: the card gateway of BHXH Việt Nam, four secrets with every call (insurance page §2.2).

The secrets travel in the body, in the address or in headers, so none of these ever appears in an error or a log: requests
are named by their service only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, Self
from urllib.parse import urlencode

import orjson
from pydantic import Field

from lienthong.interface import (
    Call,
    ChannelState,
    CredentialsRefused,
    Hop,
    Sent,
    SystemFault,
    SystemSettings,
    Tools,
    WireReply,
    WireRequest,
    as_text,
)

from ._configuration import Table, join_url, read_channel
from ._oauth import SERVICE, fetch_token
from ._sending import Sender
from ._tokens import Token, TokenKeeper

KIND: Final = "egw"

_SUCCESS: Final = "200"
_REFUSED: Final = "401"
_LONGEST_REFUSAL: Final = 4096
"""A refusal carries no card; longer answers are not searched for one, since parsing them twice costs time."""
_HEADERS: Final = {"accessToken": "token", "tokenId": "id_token", "passwordHash": "password"}
_TEXT_FORMS: Final = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S")


class EgwSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "egw"``."""

    username: str = Field(
        min_length=1,
        description="The named account; shared accounts are stopped since 1 August 2024.",
    )
    password: str = Field(min_length=1, description="Its password in clear; only its MD5 is sent.")
    md5: Literal["upper", "lower"] = Field(
        default="upper",
        description="Letters of the MD5: the letter says upper, some clients send lower.",
    )
    token_path: str = Field(
        default="/api/token/take", description="Token path behind the base address."
    )
    sign_in_encoding: Literal["form", "json"] = Field(
        default="form", description="Encoding of the token request; the letter says form."
    )
    secrets_in_query: tuple[str, ...] = Field(
        default=("Lskcb2025", "nhanHoSoKCBChiTiet"),
        description="Services whose four secrets travel in the query; in those of neither list they are fields of the body.",
    )
    secrets_in_headers: tuple[str, ...] = Field(
        default=("checkInKcbQd130", "guiHoSoXmlQD130", "guiDuLieuGdykQd130"),
        description="Services whose secrets travel as `accessToken`, `tokenId` and `passwordHash`, with `username` in the body.",
    )


class EgwChannel:
    """Token of the gateway, kept until the UTC time that ``expires_in`` names; a refused one is renewed once."""

    kind = KIND

    def __init__(self, settings: EgwSettings, token_url: str, sender: Sender) -> None:
        self._sender = sender
        self._token_url = token_url
        self._as_json = settings.sign_in_encoding == "json"
        # The letter demands MD5; it protects nothing, TLS does.
        digest = hashlib.md5(settings.password.encode(), usedforsecurity=False).hexdigest()
        self._account = {
            "username": settings.username,
            "password": digest.upper() if settings.md5 == "upper" else digest,
        }
        self._in_query = frozenset(settings.secrets_in_query)
        self._in_headers = frozenset(settings.secrets_in_headers)
        self._keeper = TokenKeeper(self._fetch, sender.now)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(EgwSettings, settings)
        return cls(own, join_url(settings.url, own.token_path), Sender(settings, tools))

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`. The body must be a JSON object or a form, as its content type says."""
        reply = await self._sender.send_with(
            self._keeper, call, lambda token: self._dressed(request, token), _refuses
        )
        return self._sender.judge(reply, request.service)

    async def sign_in(self, call: Call) -> None:  # noqa: ARG002 - the protocol gives the call
        """Fetches a token unless one is held."""
        await self._keeper.get()

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(KIND, token_expires=self._keeper.expires)

    def _dressed(self, request: WireRequest, token: Token) -> WireRequest:
        secrets = {**self._account, **orjson.loads(token.value)}
        if request.service in self._in_query:
            separator = "&" if "?" in request.url else "?"
            return replace(request, url=f"{request.url}{separator}{urlencode(secrets)}")
        if request.service in self._in_headers:
            headers = {header: secrets.pop(name) for header, name in _HEADERS.items()}
            request = replace(request, headers={**request.headers, **headers})
        return _filled(request, secrets)

    async def _fetch(self) -> Token:
        return await fetch_token(
            self._sender, self._token_url, self._account, {}, self._read, as_json=self._as_json
        )

    def _read(self, content: Mapping[str, Any], asked: datetime) -> Token | None:
        result = as_text(content.get("maKetQua"))
        if result and result != _SUCCESS:
            problem = f"the token request is answered with maKetQua {result[:10]}"
            if result == _REFUSED:
                raise CredentialsRefused(self._sender.system, SERVICE, problem)
            raise SystemFault(self._sender.system, SERVICE, problem, hop=Hop.CHANNEL, sent=Sent.NO)
        key = content.get("APIKey")
        fields: Mapping[str, Any] = key if isinstance(key, dict) else {}
        pair = {
            "token": as_text(fields.get("access_token")),
            "id_token": as_text(fields.get("id_token")),
        }
        if not result or not all(pair.values()):
            return None
        expires = _moment(as_text(fields.get("expires_in")), asked)
        return Token(orjson.dumps(pair).decode(), fetched=asked, expires=expires)


def _filled(request: WireRequest, fields: Mapping[str, str]) -> WireRequest:
    """The request with further fields in its body, a JSON object or a form."""
    if "json" in request.headers.get("Content-Type", ""):
        inner = request.body.strip()[1:]
        separator = b"" if inner.lstrip().startswith(b"}") else b","
        return replace(request, body=orjson.dumps(fields)[:-1] + separator + inner)
    separator = b"&" if request.body else b""
    return replace(request, body=request.body + separator + urlencode(fields).encode("ascii"))


def _moment(text: str, asked: datetime) -> datetime | None:
    """The end of the token: a UTC date-time, not seconds; how it is written is unpublished.

    What cannot be read or is past already is not believed: the token is then used until it is refused.
    """
    moment = _iso(text) or _worded(text)
    if moment is None:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if moment > asked else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _worded(text: str) -> datetime | None:
    for form in _TEXT_FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _refuses(reply: WireReply) -> bool:
    """Whether the answer says that token or account is not accepted: HTTP 401, or ``maKetQua`` 401 under HTTP 200."""
    if reply.status == 401:
        return True
    if len(reply.body) > _LONGEST_REFUSAL or b"401" not in reply.body:
        return False
    try:
        content = orjson.loads(reply.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    return isinstance(content, dict) and as_text(content.get("maKetQua")) == _REFUSED
