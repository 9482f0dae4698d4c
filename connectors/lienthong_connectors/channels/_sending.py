"""What all channels do alike: bound the time, judge the status, repeat once with a new token."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lienthong.interface import (
    Call,
    CredentialsRefused,
    Overloaded,
    ReplyUnreadable,
    Sent,
    SystemFault,
    SystemSettings,
    Tools,
    WireReply,
    WireRequest,
)

from . import _envelope
from ._tokens import Token, TokenKeeper
from .errors import NothingThere, NotTaken

_SOONEST_S = 0.001
_BY_STATUS = {400: NotTaken, 404: NothingThere}
_REFUSING = {501, 503}
_SECONDS = re.compile(r"\d{1,6}(\.\d+)?")


class Sender:
    """Sends one request and judges the status of its answer.

    Args:
        settings: The system's settings.
        tools: Transport and clock.
    """

    def __init__(self, settings: SystemSettings, tools: Tools) -> None:
        self.system = settings.name
        self.now = tools.now
        self._transport = tools.transport
        self._attempt_s = settings.limits.attempt_s
        # The channel's own table has said that the value is one of two.
        self._wrapped = settings.channel.get(_envelope.KEY) == _envelope.OPENED

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """The answer, whatever its status, within the attempt's time and the call's deadline."""
        timeout_s = max(min(self._attempt_s, call.remaining_s()), _SOONEST_S)
        return self._open(await self._transport.send(request, timeout_s=timeout_s))

    async def send_own(self, request: WireRequest) -> WireReply:
        """As :meth:`send` for the channel's own requests (token, session), which serve many calls at once."""
        return self._open(await self._transport.send(request, timeout_s=self._attempt_s))

    async def send_with(
        self,
        keeper: TokenKeeper,
        call: Call,
        dress: Callable[[Token], WireRequest],
        refused: Callable[[WireReply], bool] = lambda reply: reply.status == 401,
    ) -> WireReply:
        """Sends with a token; one that is refused is forgotten, renewed once, and the request repeated.

        Args:
            keeper: Where the token comes from.
            call: The attempt.
            dress: The request with a token put in.
            refused: Whether an answer says that the token is no longer accepted.

        Raises:
            CredentialsRefused: The renewed token is refused too.
        """
        token = await keeper.get()
        reply = await self.send(dress(token), call)
        if not refused(reply):
            return reply
        keeper.forget(token)
        token = await keeper.get()
        request = dress(token)
        reply = await self.send(request, call)
        if refused(reply):
            keeper.forget(token)
            raise CredentialsRefused(
                self.system, request.service, "a token that was renewed just now is refused too"
            )
        return reply

    def judge(self, reply: WireReply, service: str) -> WireReply:
        """The answer if it can hold content: 2xx, 403, and a SOAP Fault with 400 or 500 (SOAP 1.1 §6.2).

        403 means that we or the officer may not ask this, which is an outcome and so the connector's (population page A6).

        Raises:
            CredentialsRefused: 401.
            Overloaded: 429, or 503 with ``Retry-After``.
            SystemFault: Other 5xx and 4xx; the latter will not get better by repeating. A server that failed half-way, or a gateway
                that stopped waiting, may have done what it was asked: only 501 and 503 say that nothing was begun.
            ReplyUnreadable: 1xx and 3xx.
        """
        status = reply.status
        if 200 <= status < 300 or status == 403:
            return reply
        if status in {400, 500} and _may_be_soap(reply):
            return reply
        problem = f"HTTP {status}"
        if status == 401:
            raise CredentialsRefused(
                self.system, service, "HTTP 401: account, secret or clock is wrong"
            )
        if status == 429 or (status == 503 and "retry-after" in reply.headers):
            raise Overloaded(
                self.system, service, problem, retry_after_s=retry_after_s(reply, self.now())
            )
        if status >= 500:
            sent = Sent.ANSWERED if status in _REFUSING else Sent.MAYBE
            raise SystemFault(self.system, service, problem, sent=sent)
        if status >= 400:
            raise _BY_STATUS.get(status, SystemFault)(
                self.system,
                service,
                f"{problem}: the request is not taken in this form or at this path",
                retryable=False,
            )
        raise ReplyUnreadable(self.system, service, f"{problem} is no answer")

    def _open(self, reply: WireReply) -> WireReply:
        return _envelope.opened(reply) if self._wrapped else reply


def retry_after_s(reply: WireReply, now: datetime) -> float | None:
    """Seconds asked for by ``Retry-After`` (seconds or an HTTP date); ``None`` when absent or unreadable."""
    value = reply.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max((at - now).total_seconds(), 0.0)


def _may_be_soap(reply: WireReply) -> bool:
    head = reply.body[:512]
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"Envelope" in head
