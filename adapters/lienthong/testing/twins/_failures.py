"""Twins that take a bad day wrongly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from lienthong.interface import (
    CallFailed,
    CredentialsRefused,
    MaybeArrived,
    Overloaded,
    ReplyUnreadable,
    Sent,
    SystemFault,
    Unreachable,
)
from lienthong.testing._reference import SYSTEM, ReferenceConnector, SessionChannel
from lienthong.testing._tiny import COMPANY

from ._kit import changes, fault, reads, repeats, session, twin, unreadable

_lookup = ReferenceConnector.lookup


def _says(text: str) -> Callable[[Any], CallFailed]:
    return lambda _: SystemFault(SYSTEM, "company", text, sent=Sent.MAYBE)


def _nameless(error: CallFailed) -> CallFailed:
    return SystemFault("", "x", error.problem, sent=error.sent)


def _unsent(error: CallFailed) -> CallFailed:
    return Unreachable(SYSTEM, error.service, error.problem)


def _lost(error: CallFailed) -> CallFailed:
    return MaybeArrived(SYSTEM, error.service, error.problem)


changes("status-401", CredentialsRefused, fault, "new session")
changes("status-429", Overloaded, fault, "429")
changes("status-503-retry-after", Overloaded, fault, "503")
changes("retry-after-kept", Overloaded, lambda x: Overloaded(SYSTEM, x.service, x.problem), "429")
changes("status-500", SystemFault, unreadable, "500")
changes("status-502", SystemFault, unreadable, "502")
changes("status-422", SystemFault, fault, "422")
changes("redirect-refused", ReplyUnreadable, fault, "302")
changes("cut-answer", MaybeArrived, unreadable, "without a whole answer")
changes("no-answer", MaybeArrived, unreadable, "broke")
changes("oversize", ReplyUnreadable, fault, "larger than")
changes("compressed-bomb", ReplyUnreadable, fault, "compressed")
changes("deep-json", ReplyUnreadable, fault, "limits.depth")
changes("million-elements", ReplyUnreadable, lambda _: OverflowError(), "limits.values")
changes("refused-connection", Unreachable, _lost, "refused")
changes("certificate-expired", CredentialsRefused, _unsent, "has expired")
changes("certificate-wrong-host", CredentialsRefused, _unsent, "another host")
changes("certificate-unknown", CredentialsRefused, _unsent, "trusted authority")
changes("errors-keep-secrets", SystemFault, _says(f"of {COMPANY['code']}"), "500")
changes("errors-show-no-address", SystemFault, _says("at http://far.example"), "500")
changes("errors-name-system", SystemFault, _nameless, "500")
changes("write-maybe-arrived", MaybeArrived, _unsent, verb="share")
repeats("fault-not-repeated", SystemFault, "HTTP 500")
repeats("lost-read-not-repeated", MaybeArrived)
repeats("write-sent-once", MaybeArrived, verb="share")


async def _goes_on(self: Any, query: Any, call: Any) -> Any:
    work = asyncio.ensure_future(_lookup(self, query, call))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        return await work


async def _lingers(self: Any, query: Any, call: Any) -> Any:
    try:
        return await _lookup(self, query, call)
    except MaybeArrived as error:
        if "in time" not in error.problem:
            await asyncio.sleep(2)
        raise


twin("cancellation", lookup=_goes_on)
twin("half-closed", lookup=_lingers)


def _misreads(name: str, when: Callable[[bytes], bool], companies: Any = None) -> None:
    """A twin that takes such a body for a fault, or for these companies."""

    def read(body: bytes, plain: Callable[[], Any]) -> Any:
        if not when(body):
            return plain()
        if companies is None:
            raise fault(None)
        return {"companies": companies}

    reads(name, read)


_misreads("html-page", lambda body: body.startswith(b"<!DOCTYPE html"))
_misreads("plain-text", lambda body: body.startswith(b"OK,"))
_misreads("empty-body", lambda body: not body)
_misreads("truncated", lambda body: body.startswith(b'{"comp') and not body.strip().endswith(b"}"))
_misreads("not-utf8", lambda body: b"\xff\xfe\xfa" in body)
_misreads("entity-bomb", lambda body: b"<!ENTITY" in body)
_misreads("deep-xml", lambda body: body.startswith(b"<a><a>"))
_misreads("another-shape", lambda body: body == b"42", [])
_misreads("nulls", lambda body: b'"code":null' in body, [COMPANY])


def _lists_only(_: bytes, plain: Callable[[], Any]) -> Any:
    value = plain()
    if isinstance(value.get("companies"), dict):
        raise fault(None)
    return value


reads("object-for-list", _lists_only)


async def _tries_on(self: Any, request: Any, call: Any, left: int = 2) -> Any:
    try:
        return await SessionChannel.send(self, request, call)
    except CredentialsRefused as error:
        if error.service == "session" or not left:
            raise
        return await _tries_on(self, request, call, left - 1)


def _opening(name: str, kind: type[CallFailed], make: Callable[[CallFailed], CallFailed]) -> None:
    """A twin whose sign-in fails with another error."""

    async def open_session(self: Any, call: Any) -> str:
        try:
            return await SessionChannel.open_session(self, call)
        except kind as error:
            raise make(error) from None

    session(name, open_session=open_session)


session("refused-session-bounded", send=_tries_on)
session("deadline-obeyed", time_left=lambda self, _: self._attempt_s)
session("attempt-bounded", time_left=lambda _, call: max(call.remaining_s(), 0.001))
_opening("sign-in-refused", CredentialsRefused, lambda x: fault(x) if "HTTP" in x.problem else x)
_opening("sign-in-lost", Unreachable, lambda x: x if "refused" in x.problem else _lost(x))
