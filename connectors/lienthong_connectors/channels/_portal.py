"""Channel ``portal``: session of the national portal, carried in the body of every call (hub page §1).

A connector on this channel hands over a JSON object without ``session`` and ``madonvi``; the channel puts both in
front of its members. The body is spliced, not parsed again: a dossier with many papers is long.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Self

import orjson
from pydantic import Field

from lienthong.identity import fold
from lienthong.interface import (
    Call,
    CallFailed,
    ChannelState,
    CredentialsRefused,
    Hop,
    ReplyUnreadable,
    Sent,
    SessionEnded,
    SystemSettings,
    Tools,
    WireReply,
    WireRequest,
    as_text,
    read_json,
)

from ._configuration import Table, join_url, read_channel
from ._oauth import send_own
from ._sending import Sender
from ._tokens import Token, TokenKeeper

KIND: Final = "portal"
LOGIN: Final = "login"
"""Name of the login in errors, logs and health."""

_OF_SESSION: Final = re.compile(r"\b(?:session|log ?in|dang nhap|phien(?! ban))\b")
"""Words, folded, by which a failing reply speaks of the session; no code for it is published (hub page §1)."""
_LONGEST_REFUSAL: Final = 16_384
"""A refusal carries no result; longer answers are not searched for one, since parsing them twice costs time."""


class PortalSettings(Table):
    """Keys of ``[systems.<name>.channel]`` for ``kind = "portal"``."""

    username: str = Field(min_length=1, description="Account of the province.")
    password: str = Field(min_length=1, description="Its password.")
    dstcode: str = Field(min_length=1, description="Destination code of the portal on the axis.")
    madonvi: str = Field(
        min_length=1, description="Agency code of the province, sent in each call."
    )
    auth_path: str = Field(
        default="/auth",
        description="Tail of the login endpoint; published nowhere, ask the agency.",
    )
    session_s: float = Field(
        default=600,
        gt=0,
        le=600,
        description="How long a session is used, seconds; its real life is unpublished, 600 is practice.",
    )


class PortalChannel:
    """The national portal behind the province's security adapter."""

    kind = KIND

    def __init__(self, settings: PortalSettings, login_url: str, sender: Sender) -> None:
        self._sender = sender
        self._dstcode = {"dstcode": settings.dstcode}
        self._madonvi = orjson.dumps(settings.madonvi)
        self._life = timedelta(seconds=settings.session_s)
        self._login = WireRequest(
            service=LOGIN,
            method="POST",
            url=login_url,
            headers={
                "accept": "application/json",
                "content-type": "application/json",
                "charset": "utf-8",
                **self._dstcode,
            },
            body=orjson.dumps({"username": settings.username, "password": settings.password}),
        )
        self._keeper = TokenKeeper(self._sign_in, sender.now)

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """The channel of a system. Raises ``ConfigurationError``."""
        own = read_channel(PortalSettings, settings)
        return cls(own, join_url(settings.url, own.auth_path), Sender(settings, tools))

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`.

        Raises:
            SessionEnded: A session that was opened just now is refused too, in words.
            CredentialsRefused: The same by HTTP 401.
        """
        request = replace(request, headers={**request.headers, **self._dstcode})
        reply, refused = await self._send(request, call)
        if refused:
            reply, refused = await self._send(request, call)
        self._sender.judge(reply, request.service)
        if refused:
            raise SessionEnded(
                self._sender.system,
                request.service,
                "a session that was opened just now is refused too",
            )
        return reply

    async def sign_in(self, call: Call) -> None:  # noqa: ARG002 - the protocol gives the call
        """Opens a session unless one is held."""
        await self._keeper.get()

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(KIND, token_expires=self._keeper.expires)

    async def _send(self, request: WireRequest, call: Call) -> tuple[WireReply, bool]:
        """Sends in the session held, or a new one; says whether the session was refused, and so is forgotten."""
        session = await self._keeper.get()
        body = self._with_session(request.body, session)
        reply = await self._sender.send(replace(request, body=body), call)
        refused = _refuses_session(reply)
        if refused:
            self._keeper.forget(session)
        return reply, refused

    def _with_session(self, body: bytes, session: Token) -> bytes:
        separator = b"" if body == b"{}" else b","
        return b'{"session":%b,"madonvi":%b%b%b' % (
            orjson.dumps(session.value),
            self._madonvi,
            separator,
            body[1:],
        )

    async def _sign_in(self) -> Token:
        """A new session. Whatever becomes of the login, the real request has not left: ``Sent.NO``."""
        asked = self._sender.now()
        reply = await send_own(self._sender, self._login)
        try:
            self._sender.judge(reply, LOGIN)
            if reply.status == 403:
                raise CredentialsRefused(self._sender.system, LOGIN, "HTTP 403 for the login")
            content: Any = read_json(reply, system=self._sender.system, service=LOGIN)
        except CallFailed as error:
            error.hop, error.sent = Hop.CHANNEL, Sent.NO
            raise
        fields = content if isinstance(content, dict) else {}
        code = as_text(fields.get("error_code"))
        session = as_text(fields.get("session"))
        if code.strip("0"):
            # The words stay out: they may repeat the account.
            raise CredentialsRefused(
                self._sender.system, LOGIN, f"the login is refused with error_code {code[:20]}"
            )
        if not code or not session:
            raise ReplyUnreadable(
                self._sender.system,
                LOGIN,
                "the login answer has no error_code or no session",
                hop=Hop.CHANNEL,
                sent=Sent.NO,
            )
        return Token(session, fetched=asked, expires=asked + self._life)


def _refuses_session(reply: WireReply) -> bool:
    """Whether the answer fails and speaks of the session or the login (hub page §1)."""
    if reply.status == 401:
        return True
    if len(reply.body) > _LONGEST_REFUSAL:
        return False
    try:
        content = orjson.loads(reply.body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    if not isinstance(content, dict):
        return False
    failed = bool(as_text(content.get("error_code")).strip("0"))
    return failed and _OF_SESSION.search(fold(as_text(content.get("message")))) is not None
