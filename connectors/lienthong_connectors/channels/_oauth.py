"""Token requests of the OAuth2 kind: form in, JSON with ``access_token`` out (insurance page §1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from lienthong.interface import (
    CredentialsRefused,
    Hop,
    MaybeArrived,
    Overloaded,
    ReplyUnreadable,
    Sent,
    SystemFault,
    Unreachable,
    WireReply,
    WireRequest,
    as_text,
    read_json,
)

from ._sending import Sender, retry_after_s
from ._tokens import Token

_LONGEST_S = 31_536_000

SERVICE = "token"
"""Name of token requests in errors, logs and health."""


TokenReader = Callable[[Mapping[str, Any], datetime], Token | None]
"""Reads a token answer, given the time before it was asked for; ``None`` when it holds no token."""


def read_oauth(content: Mapping[str, Any], asked: datetime) -> Token | None:
    """A token answer of OAuth2: ``access_token``, and ``expires_in`` in seconds."""
    value = as_text(content.get("access_token"))
    if not value:
        return None
    life = as_text(content.get("expires_in"))
    # Counted from before the request left: the token can only live longer than we believe, never shorter.
    known = life.isascii() and life.isdigit()
    expires = asked + timedelta(seconds=min(int(life), _LONGEST_S)) if known else None
    return Token(value, fetched=asked, expires=expires)


async def fetch_token(
    sender: Sender,
    url: str,
    form: Mapping[str, str],
    headers: Mapping[str, str],
    read: TokenReader = read_oauth,
    *,
    as_json: bool = False,
) -> Token:
    """A new token. All failures say ``Sent.NO``: whatever became of the token request, the real one did not leave.

    Args:
        sender: The channel's sender.
        url: Token address.
        form: Form fields, e.g. ``grant_type``.
        as_json: Sends the fields as a JSON object (the card gateway's other encoding, insurance page §2.2).
        headers: Headers besides content type and accept.
        read: Reads the answer's JSON object.

    Raises:
        Unreachable: No answer from the token server.
        CredentialsRefused: It refuses our account.
        Overloaded, SystemFault, ReplyUnreadable: As usual, with hop ``channel``.
    """
    request = WireRequest(
        service=SERVICE,
        method="POST",
        url=url,
        headers={
            "Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded",
            "Accept": "application/json",
            **headers,
        },
        body=orjson.dumps(form) if as_json else urlencode(form).encode("ascii"),
    )
    asked = sender.now()
    reply = await send_own(sender, request)
    _judge(sender, reply)
    return _read(sender, reply, asked, read)


async def send_own(sender: Sender, request: WireRequest) -> WireReply:
    """Sends a channel's own request; a lost answer is harmless to the real request, so it says ``Sent.NO``.

    Raises:
        Unreachable: No answer.
        CredentialsRefused: TLS.
        ReplyUnreadable: The answer is too large.
    """
    try:
        return await sender.send_own(request)
    except MaybeArrived as error:
        raise Unreachable(sender.system, request.service, error.problem, hop=Hop.CHANNEL) from error
    except ReplyUnreadable as error:
        raise ReplyUnreadable(
            sender.system, request.service, error.problem, hop=Hop.CHANNEL, sent=Sent.NO
        ) from error


def _judge(sender: Sender, reply: WireReply) -> None:
    status = reply.status
    if 200 <= status < 300:
        return
    problem = f"HTTP {status} from the token server"
    if status in {400, 401, 403}:
        raise CredentialsRefused(sender.system, SERVICE, problem)
    if status == 429 or (status == 503 and "retry-after" in reply.headers):
        failure = Overloaded(
            sender.system, SERVICE, problem, retry_after_s=retry_after_s(reply, sender.now())
        )
        failure.hop, failure.sent = Hop.CHANNEL, Sent.NO
        raise failure
    if status >= 500:
        raise SystemFault(sender.system, SERVICE, problem, hop=Hop.CHANNEL, sent=Sent.NO)
    raise ReplyUnreadable(
        sender.system, SERVICE, problem, hop=Hop.CHANNEL, sent=Sent.NO, retryable=False
    )


def _read(sender: Sender, reply: WireReply, asked: datetime, read: TokenReader) -> Token:
    try:
        content = read_json(reply, system=sender.system, service=SERVICE)
    except ReplyUnreadable as error:
        raise ReplyUnreadable(
            sender.system, SERVICE, error.problem, hop=Hop.CHANNEL, sent=Sent.NO
        ) from error
    token = read(content, asked) if isinstance(content, dict) else None
    if token is None:
        raise ReplyUnreadable(
            sender.system,
            SERVICE,
            "the token answer holds no token",
            hop=Hop.CHANNEL,
            sent=Sent.NO,
        )
    return token
