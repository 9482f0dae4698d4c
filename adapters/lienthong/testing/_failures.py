"""Checks of bad days: statuses, lost connections, hostile answers, deadlines, cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Callable
from typing import Any

import orjson

from lienthong.interface import (
    Call,
    CallFailed,
    CredentialsRefused,
    Hop,
    LienthongError,
    MaybeArrived,
    Overloaded,
    ReplyUnreadable,
    Sent,
    SystemFault,
    Unreachable,
    Verb,
)

from ._bench import Bench, Failed, NotApplicable, kind_of
from ._checks import CHECKS, Check, check
from ._subject import Sample

_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><a>&d;</a>'
)
_HTML = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


def _ends_as(
    name: str,
    promise: str,
    *kinds: type[CallFailed],
    sent: Sent | None = None,
    retryable: bool | None = None,
    **trouble: Any,
) -> None:
    """Registers: under this trouble a question to any service ends as one of these errors."""

    reshaped = "body" in trouble or "reshape" in trouble

    async def run(bench: Bench) -> None:
        samples = [
            sample
            for sample in bench.each_service()
            # A write that may have arrived has checks of its own.
            if not (sample.raw and reshaped)
            and not (sample.verb is Verb.SHARE and kinds == (MaybeArrived,))
        ]
        if not samples:
            raise NotApplicable("no answer of this system could show it")
        for sample in samples:
            service = bench.service_of(sample)
            try:
                error = await bench.failure(sample, **trouble)
            except Failed as reason:
                raise Failed(f"{service}: {reason}") from None
            if not isinstance(error, kinds):
                raise Failed(f"{service}: ended as {type(error).__name__}")
            if sent is not None and error.sent is not sent:
                raise Failed(f"{service}: says sent={error.sent} instead of {sent}")
            if retryable is not None and error.retryable is not retryable:
                raise Failed(f"{service}: says retryable={error.retryable}")

    CHECKS[name] = Check(name, promise, run)


_ends_as("status-401", "HTTP 401 ends as CredentialsRefused.", CredentialsRefused, status=401)
_ends_as("status-429", "HTTP 429 ends as Overloaded.", Overloaded, status=429)
_ends_as(
    "status-503-retry-after", "HTTP 503 with Retry-After ends as Overloaded.", Overloaded,
    status=503, headers={"retry-after": "7"},
)  # fmt: skip
for _status in (500, 502):
    _ends_as(
        f"status-{_status}",
        f"HTTP {_status} ends as SystemFault that may have arrived: the work may have been done.",
        SystemFault, sent=Sent.MAYBE, status=_status,
    )  # fmt: skip
_ends_as(
    "status-422", "A refused form is not worth a repetition.", CallFailed,
    retryable=False, status=422,
)  # fmt: skip
_ends_as(
    "redirect-refused", "A redirect is no answer and is not followed.", ReplyUnreadable,
    status=302, headers={"location": "/elsewhere"},
)  # fmt: skip
_ends_as("cut-answer", "A connection cut in the answer: it may have arrived.", MaybeArrived,
         sent=Sent.MAYBE, cut_after=3)  # fmt: skip
_ends_as("no-answer", "A connection that dies unanswered: it may have arrived.", MaybeArrived,
         lost=True)  # fmt: skip
_ends_as("html-page", "An HTML page with status 200 is unreadable.", ReplyUnreadable, body=_HTML)
_ends_as("plain-text", "Plain text is unreadable.", ReplyUnreadable, body=b"OK, thank you")
_ends_as("empty-body", "An empty body is unreadable, not nobody.", ReplyUnreadable, body=b"")
_ends_as("truncated", "An answer that ends in the middle is unreadable.", ReplyUnreadable,
         reshape=lambda body: body[: len(body) // 2])  # fmt: skip
_ends_as("not-utf8", "An answer that is not UTF-8 is unreadable.", ReplyUnreadable,
         reshape=lambda body: body[:-2] + b"\xff\xfe\xfa" + body[-2:])  # fmt: skip
_ends_as("entity-bomb", "DOCTYPE and entities are refused.", ReplyUnreadable, body=_BOMB)
_ends_as("deep-json", "A hundred thousand nested lists are unreadable.", ReplyUnreadable,
         body=b"[" * 100_000 + b"]" * 100_000)  # fmt: skip
_ends_as("deep-xml", "A hundred thousand nested elements are unreadable.", ReplyUnreadable,
         body=b"<a>" * 100_000 + b"</a>" * 100_000)  # fmt: skip
_ends_as("another-shape", "A bare number is no answer.", CallFailed, body=b"42")
_ends_as("oversize", "An answer above limits.body_mb is refused.", ReplyUnreadable,
         reshape=lambda body: body + b" " * 9_000_000)  # fmt: skip


@check("retry-after-kept")
async def _retry_after(bench: Bench) -> None:
    """``Retry-After`` of a 429 reaches the caller."""
    error = await bench.failure(status=429, headers={"retry-after": "11"})
    if getattr(error, "retry_after_s", 11) != 11:
        raise Failed("the seconds are lost")


@check("refused-connection")
async def _refused(bench: Bench) -> None:
    """A refused connection: nothing was sent, and trying again can help."""
    await bench.relay.server.refuse()
    error = await bench.failure()
    if not isinstance(error, Unreachable) or error.sent is not Sent.NO or not error.retryable:
        raise Failed(f"ended as {type(error).__name__}, sent={error.sent}")


@check("fault-not-repeated")
async def _not_repeated(bench: Bench) -> None:
    """A failing answer is not asked for again inside the connector."""
    with contextlib.suppress(LienthongError):
        await bench.ask(status=500)
    if bench.requests != 1:
        raise Failed(f"{bench.requests} requests")


@check("lost-read-not-repeated")
async def _lost_read(bench: Bench) -> None:
    """A lost answer is not asked for again inside the connector."""
    with contextlib.suppress(LienthongError):
        await bench.ask(lost=True)
    if bench.requests != 1:
        raise Failed(f"{bench.requests} requests")


def _writes(bench: Bench) -> list[Sample]:
    found = [sample for sample in bench.each_service() if sample.verb is Verb.SHARE]
    if not found:
        raise NotApplicable("nothing is handed over to this system")
    return found


@check("write-sent-once")
async def _write_once(bench: Bench) -> None:
    """A write whose answer was lost is not sent again inside the connector."""
    for sample in _writes(bench):
        with contextlib.suppress(LienthongError):
            await bench.ask(sample, lost=True)
        if bench.requests != 1:
            raise Failed(f"{bench.service_of(sample)}: {bench.requests} requests")


@check("write-maybe-arrived")
async def _write_maybe(bench: Bench) -> None:
    """A write whose answer was lost or cut may have arrived."""
    for sample in _writes(bench):
        troubles: tuple[dict[str, Any], ...] = ({"lost": True}, {"cut_after": 3})
        for trouble in troubles:
            error = await bench.failure(sample, **trouble)
            if not isinstance(error, MaybeArrived) or error.sent is not Sent.MAYBE:
                ended = f"ended as {type(error).__name__}, sent={error.sent}"
                raise Failed(f"{bench.service_of(sample)}: {ended}")


@check("sign-in-refused")
async def _sign_in_refused(bench: Bench) -> None:
    """A refused account ends as ``CredentialsRefused`` at the channel."""
    bench.need_sign_in()
    error = await bench.failure(status=401, where="sign_in")
    if not isinstance(error, CredentialsRefused) or error.hop is not Hop.CHANNEL:
        raise Failed(f"ended as {type(error).__name__} at {error.hop}")


@check("sign-in-lost")
async def _sign_in_lost(bench: Bench) -> None:
    """A lost sign-in says that the question itself was not sent."""
    bench.need_sign_in()
    error = await bench.failure(lost=True, where="sign_in")
    if error.sent is not Sent.NO:
        raise Failed(f"says sent={error.sent}")


@check("refused-session-bounded")
async def _bounded(bench: Bench) -> None:
    """A session that is refused again and again is renewed once, not for ever."""
    bench.need_sign_in()
    with contextlib.suppress(LienthongError):
        await asyncio.wait_for(bench.ask(status=401), 5)
    if bench.relay.sign_ins() > 2:
        raise Failed(f"{bench.relay.sign_ins()} sign-ins for one question")


def _all_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _all_null(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_all_null(item) for item in value]
    return None


def _nulls(body: bytes) -> bytes:
    try:
        return orjson.dumps(_all_null(orjson.loads(body)))
    except orjson.JSONDecodeError:
        return re.sub(rb">[^<]+<", b"><", body)


@check("nulls")
async def _null_values(bench: Bench) -> None:
    """An answer in which every value is empty is no record: another outcome or a typed error."""
    for sample in bench.each_service():
        if sample.raw:
            continue
        service = bench.service_of(sample)
        try:
            outcome = await bench.ask(sample, reshape=_nulls)
        except CallFailed:
            continue
        except Exception as error:
            raise Failed(f"{service}: ended as {type(error).__name__}") from error
        if outcome.kind in {"found", "confirmed"}:
            raise Failed(f"{service}: came back as {outcome.kind}")


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [_bare(item) for item in value]
        return items[0] if len(items) == 1 and isinstance(items[0], dict) else items
    return value


@check("object-for-list")
async def _object_or_list(bench: Bench) -> None:
    """A list of one object that comes as the object alone is read the same."""

    def reshape(body: bytes) -> bytes:
        try:
            return orjson.dumps(_bare(orjson.loads(body)))
        except orjson.JSONDecodeError:
            return body

    for sample in bench.each_service():
        plain = await bench.ask(sample)
        outcome = await bench.ask(sample, reshape=reshape)
        if kind_of(outcome) != kind_of(plain):
            raise Failed(f"{bench.service_of(sample)}: came back as {kind_of(outcome)}")


async def _bounded_time(bench: Bench, longest_s: float, call: Call, **trouble: Any) -> None:
    started = time.monotonic()
    try:
        async with asyncio.timeout(longest_s):
            await bench.failure(call=call, **trouble)
    except TimeoutError:
        raise Failed(f"no end after {time.monotonic() - started:.1f} s") from None


@check("deadline-obeyed")
async def _deadline(bench: Bench) -> None:
    """A silent far side costs no more than the call's deadline."""
    await bench.ask()
    await _bounded_time(bench, 2.0, bench.call(within_s=0.15), latency_s=10)


@check("attempt-bounded")
async def _trickle(bench: Bench) -> None:
    """A body that trickles does not stretch the attempt beyond ``limits.attempt_s``."""
    bench.rebuild(limits={"attempt_s": 0.5})
    await bench.ask()
    await _bounded_time(bench, 3.0, bench.call(), drop_s=0.1)


@check("half-closed")
async def _half_closed(bench: Bench) -> None:
    """A half-closed connection ends the call at once, not at its deadline."""
    await bench.ask()
    await _bounded_time(bench, 1.5, bench.call(), half_close=True)


@check("cancellation")
async def _cancelled(bench: Bench) -> None:
    """A cancelled call ends at once, takes its connection with it and leaves the connector usable."""
    await bench.ask()
    bench.relay.arrived.clear()
    task = asyncio.ensure_future(bench.ask(latency_s=10))
    await asyncio.wait_for(bench.relay.arrived.wait(), 5)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=1.0)
    if not done or not task.cancelled():
        task.cancel()
        raise Failed("goes on after it was cancelled")
    bench.trouble()
    outcome = await bench.ask()
    if kind_of(outcome) != bench.subject.main.outcome:
        raise Failed("the next call is not answered")


def _error_texts(name: str, promise: str, bad: Callable[[Bench, str], str]) -> None:
    async def run(bench: Bench) -> None:
        troubles: tuple[dict[str, Any], ...] = (
            {"status": 500},
            {"body": _HTML},
            {"lost": True},
            {"status": 429},
        )
        for trouble in troubles:
            if bench.subject.main.raw and "body" in trouble:
                continue
            error = await bench.failure(**trouble)
            if problem := bad(bench, f"{error} {error!r} {error.desk_vi} {error.operator}"):
                raise Failed(f"{type(error).__name__} shows {problem}")

    CHECKS[name] = Check(name, promise, run)


_error_texts("errors-keep-secrets", "Errors show nothing private.", lambda b, text: b.leaks(text))
_error_texts(
    "errors-show-no-address",
    "Errors show no address, since some carry secrets.",
    lambda _, text: "an address" if "http://" in text or "https://" in text else "",
)
_error_texts(
    "errors-name-system",
    "Errors name the system.",
    lambda b, text: "" if b.subject.system in text else "no system",
)
