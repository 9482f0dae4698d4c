"""One defect per check, switched on in a descendant of the reference connector."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Accepted,
    Ambiguous,
    Call,
    CallFailed,
    ChannelState,
    CheckAnswer,
    CitizenQuery,
    ConfigurationError,
    Confirmed,
    CredentialsRefused,
    Found,
    LookupOutcome,
    MaybeArrived,
    Mismatch,
    NotFound,
    NotLicensed,
    NotSupported,
    OrganisationQuery,
    Outcome,
    Overloaded,
    Rejected,
    ReplyUnreadable,
    Service,
    SessionEnded,
    SystemFault,
    Unreachable,
    Verb,
    WireReply,
)
from lienthong.testing._reference import SERVICES, SYSTEM, ReferenceConnector, SessionChannel
from lienthong.testing._tiny import COMPANY, SECRET

Twin = type[ReferenceConnector]
TWINS: Final[dict[str, Twin]] = {}
"""Twin by the name of the check that it fails."""


def _add(name: str, **members: Any) -> None:
    TWINS[name] = type(f"Twin_{name}", (ReferenceConnector,), members)


# ---- declaration -------------------------------------------------------------------------------


def _declares(name: str, *services: Service) -> None:
    _add(name, services=classmethod(lambda _: services))


_FIRST, _SECOND, _THIRD = SERVICES
_declares("services-unique", *SERVICES, _FIRST)
_declares("services-titles", replace(_FIRST, title_vi=""), _SECOND, _THIRD)
_declares("services-source", replace(_FIRST, source=""), _SECOND, _THIRD)
_declares("services-ways", replace(_FIRST, dialects=()), _SECOND, _THIRD)
_declares("services-system", replace(_FIRST, system="other"), _SECOND, _THIRD)
_declares("service-for-declared", _FIRST, _SECOND)
_declares(
    "services-fields",
    replace(_FIRST, request=(replace(_FIRST.request[0], meaning=""),)),
    _SECOND,
    _THIRD,
)
_declares("channel-kind-declared", *(replace(item, channels=("other",)) for item in SERVICES))


class _NotTyped(ReferenceConnector):
    async def verify(self, query: Any, call: Call) -> Any:
        if not isinstance(query, CitizenQuery):
            raise KeyError(type(query).__name__)
        return await super().verify(query, call)


TWINS["not-supported-typed"] = _NotTyped


class _NamesAny(ReferenceConnector):
    def service_for(self, verb: Verb, subject: Any) -> Service:
        try:
            return super().service_for(verb, subject)
        except NotSupported:
            return SERVICES[0]


TWINS["service-for-not-supported"] = _NamesAny


def _accepts(name: str, clean: Callable[[Any], Any]) -> None:
    """A twin that builds from settings in which a mistake was silently put right."""

    def build(cls: Any, settings: Any, tools: Any) -> Any:
        parent = ReferenceConnector.build.__func__  # type: ignore[attr-defined]  # the class method's function
        return parent(cls, clean(settings), tools)

    _add(name, build=classmethod(build))


def _channel(settings: Any, **changes: Any) -> Any:
    return settings.model_copy(update={"channel": {**settings.channel, **changes}})


_accepts("refuses-unknown-option", lambda s: s.model_copy(update={"options": {}}))
_accepts("refuses-unknown-dialect", lambda s: s.model_copy(update={"dialect": ""}))
_accepts("refuses-unknown-channel", lambda s: _channel(s, kind="session"))
_accepts("refuses-missing-key", lambda s: _channel(s, **({"secret": "x"} | s.channel)))
_accepts(
    "refuses-unknown-channel-key",
    lambda s: s.model_copy(
        update={"channel": {k: v for k, v in s.channel.items() if k != "no_such_key"}}
    ),
)


def _loud(cls: Any, settings: Any, tools: Any) -> Any:
    parent = ReferenceConnector.build.__func__  # type: ignore[attr-defined]  # the class method's function
    try:
        return parent(cls, settings, tools)
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} Given: {settings.channel}") from None


_add("refusal-keeps-secrets", build=classmethod(_loud))


def _eager(cls: Any, settings: Any, tools: Any) -> Any:
    parent = ReferenceConnector.build.__func__  # type: ignore[attr-defined]  # the class method's function
    address = urlsplit(settings.url)
    with contextlib.suppress(OSError):
        socket.create_connection((address.hostname, address.port), 1).close()
    return parent(cls, settings, tools)


_add("build-sends-nothing", build=classmethod(_eager))

# ---- answers -----------------------------------------------------------------------------------


def _turned(name: str, verb: str, turn: Callable[[Any], Any]) -> None:
    """A twin whose outcomes of a verb are turned into others."""
    parent = getattr(ReferenceConnector, verb)

    async def turned(self: Any, subject: Any, call: Call, **more: Any) -> Any:
        return turn(await parent(self, subject, call, **more))

    _add(name, **{verb: turned})


def _when(kind: type, make: Callable[[Any], Outcome]) -> Callable[[Any], Any]:
    return lambda outcome: make(outcome) if isinstance(outcome, kind) else outcome


def _short(found: Any) -> Any:
    record = found.record.model_copy(update={"status_name": ""})
    return Found(record, found.provenance)


def _stamped(name: str, **changes: Any) -> None:
    """A twin whose provenance of look-ups is changed."""

    def turn(found: Any) -> Any:
        return Found(found.record, found.provenance.model_copy(update=changes))

    _turned(name, "lookup", _when(Found, turn))


_turned("verify-confirms", "verify", _when(Confirmed, lambda x: Mismatch(x.provenance)))
_turned("verify-mismatch", "verify", _when(Mismatch, lambda x: NotFound(x.provenance)))
_turned("verify-names-attributes", "verify", _when(Confirmed, lambda x: replace(x, attributes=())))
_turned("lookup-finds", "lookup", _when(Found, _short))
_turned("lookup-not-found", "lookup", _when(NotFound, lambda x: Ambiguous(x.provenance, 2)))
_turned("lookup-ambiguous", "lookup", _when(Ambiguous, lambda x: NotFound(x.provenance)))
_turned(
    "share-accepted",
    "share",
    lambda x: Rejected("", "", x.provenance) if isinstance(x, Accepted) and not x.already else x,
)
_turned("share-already", "share", _when(Accepted, lambda x: replace(x, already=False)))
_turned("share-rejected", "share", _when(Rejected, lambda x: NotLicensed(SYSTEM, "step", x.code)))
_stamped("provenance-complete", system="other")
_stamped("provenance-time", answered_at=datetime(2020, 1, 1))  # noqa: DTZ001 - that is the defect
_stamped("provenance-hash", sha256="0" * 64)
_stamped("provenance-request-id", request_id="other")


def _fault(problem: str) -> SystemFault:
    return SystemFault(SYSTEM, "company", problem)


def _raises(outcome: Any) -> Any:
    if isinstance(outcome, NotLicensed):
        raise _fault("forbidden")
    return outcome


_turned("forbidden-is-not-licensed", "lookup", _raises)


async def _says_nothing(self: Any, call: Call) -> CheckAnswer:
    await ReferenceConnector.check(self, call)
    return CheckAnswer("", "")


async def _asks_of_somebody(self: Any, call: Call) -> CheckAnswer:
    await self.lookup(OrganisationQuery(EnterpriseCode.parse(COMPANY["code"])), call)
    return await ReferenceConnector.check(self, call)


async def _always_well(self: Any, call: Call) -> CheckAnswer:
    try:
        return await ReferenceConnector.check(self, call)
    except CallFailed:
        return CheckAnswer("ping", "well")


_add("check-passes", check=_says_nothing)
_add("check-about-nobody", check=_asks_of_somebody)
_add("check-fails-typed", check=_always_well)

_plain = ReferenceConnector.lookup


def _again(name: str, outcome: type | None, error: type[Exception], text: str = "") -> None:
    """A twin that asks a second time after such an outcome or error."""

    async def lookup(self: Any, query: Any, call: Call) -> LookupOutcome:
        try:
            found = await _plain(self, query, call)
        except error as failure:
            if text in str(failure):
                return await _plain(self, query, call)
            raise
        return await _plain(self, query, call) if outcome and isinstance(found, outcome) else found

    _add(name, lookup=lookup)


class _Never(Exception):
    """Raised by nobody."""


_again("one-request", Found, _Never)
_again("not-found-asked-once", NotFound, _Never)
_again("fault-not-repeated", None, SystemFault, "HTTP 500")
_again("lost-read-not-repeated", None, MaybeArrived)


async def _mixes_up(self: Any, query: Any, call: Call) -> LookupOutcome:
    self.current = query
    await asyncio.sleep(0)
    return await _plain(self, self.current, call)


async def _logs(self: Any, query: Any, call: Call) -> LookupOutcome:
    logging.getLogger("lienthong.testing.twin").info(
        "asking for %s", query.code.value if isinstance(query, OrganisationQuery) else ""
    )
    return await _plain(self, query, call)


async def _leaves_a_task(self: Any, query: Any, call: Call) -> LookupOutcome:
    self.task = asyncio.create_task(asyncio.sleep(1))
    return await _plain(self, query, call)


async def _goes_on(self: Any, query: Any, call: Call) -> LookupOutcome:
    work = asyncio.ensure_future(_plain(self, query, call))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        return await work


async def _lingers(self: Any, query: Any, call: Call) -> LookupOutcome:
    try:
        return await _plain(self, query, call)
    except MaybeArrived as error:
        if "in time" not in error.problem:
            await asyncio.sleep(2)
        raise


_add("callers-apart", lookup=_mixes_up)
_add("logs-keep-secrets", lookup=_logs)
_add("leaves-no-task", lookup=_leaves_a_task)
_add("cancellation", lookup=_goes_on)
_add("half-closed", lookup=_lingers)
_add("repr-keeps-secrets", __repr__=lambda _: f"<twin {SECRET}>")

# ---- session -----------------------------------------------------------------------------------


def _session(name: str, **members: Any) -> None:
    channel = type(f"Channel_{name}", (SessionChannel,), members)
    _add(name, channel_class=channel)


async def _first_stampede(self: Any, call: Call) -> str:
    if getattr(self, "had", False):
        return await SessionChannel.session(self, call)
    self._session = await self.open_session(call)
    self.had = True
    return str(self._session)


async def _later_stampede(self: Any, call: Call) -> str:
    if not getattr(self, "had", False):
        session = await SessionChannel.session(self, call)
        self.had = True
        return session
    if not self._session:
        self._session = await self.open_session(call)
    return str(self._session)


async def _remembers_success(self: Any, request: Any, call: Call) -> WireReply:
    reply = await SessionChannel.send(self, request, call)
    self.worked = True
    return reply


def _gives_up(self: Any, session: str) -> None:
    if getattr(self, "worked", False):
        raise SessionEnded(SYSTEM, "company", "the session ended")
    SessionChannel.forget(self, session)


async def _tries_on(self: Any, request: Any, call: Call, left: int = 2) -> WireReply:
    try:
        return await SessionChannel.send(self, request, call)
    except CredentialsRefused as error:
        if error.service == "session" or not left:
            raise
        return await _tries_on(self, request, call, left - 1)


def _opening(name: str, kind: type[CallFailed], make: Callable[[CallFailed], CallFailed]) -> None:
    async def open_session(self: Any, call: Call) -> str:
        try:
            return await SessionChannel.open_session(self, call)
        except kind as error:
            raise make(error) from None

    _session(name, open_session=open_session)


_session("signs-in-once", session=_first_stampede)
_session("renews-once", session=_later_stampede)
_session("renewal-works", send=_remembers_success, forget=_gives_up)
_session("refused-session-bounded", send=_tries_on)
_session("channel-state", state=lambda _: ChannelState("other"))
_session("deadline-obeyed", time_left=lambda self, _: self._attempt_s)
_session("attempt-bounded", time_left=lambda _, call: max(call.remaining_s(), 0.001))
_opening("sign-in-refused", CredentialsRefused, lambda e: SystemFault(SYSTEM, "session", e.problem))
_opening(
    "sign-in-lost",
    Unreachable,
    lambda e: e if "refused" in e.problem else MaybeArrived(SYSTEM, "session", e.problem),
)

# ---- failures ----------------------------------------------------------------------------------


def _errors(
    name: str,
    kind: type[CallFailed],
    text: str,
    make: Callable[[CallFailed], CallFailed],
    verb: str = "lookup",
) -> None:
    """A twin in which such an error becomes another."""
    parent = getattr(ReferenceConnector, verb)

    async def turned(self: Any, subject: Any, call: Call, **more: Any) -> Any:
        try:
            return await parent(self, subject, call, **more)
        except kind as error:
            if text not in error.problem:
                raise
            raise make(error) from None

    _add(name, **{verb: turned})


def _unreadable(error: CallFailed) -> CallFailed:
    return ReplyUnreadable(SYSTEM, error.service, error.problem)


def _faulty(error: CallFailed) -> CallFailed:
    return _fault(error.problem)


_errors("status-401", CredentialsRefused, "new session", _faulty)
_errors("status-429", Overloaded, "429", _faulty)
_errors("status-503-retry-after", Overloaded, "503", _faulty)
_errors("retry-after-kept", Overloaded, "429", lambda e: Overloaded(SYSTEM, "company", e.problem))
_errors("status-500", SystemFault, "500", _unreadable)
_errors("status-502", SystemFault, "502", _unreadable)
_errors("status-422", SystemFault, "422", _faulty)
_errors("redirect-refused", ReplyUnreadable, "302", _faulty)
_errors("cut-answer", MaybeArrived, "without a whole answer", _unreadable)
_errors("no-answer", MaybeArrived, "broke", _unreadable)
_errors("compressed-bomb", ReplyUnreadable, "compressed", _faulty)
_errors("oversize", ReplyUnreadable, "larger than", _faulty)
_errors(
    "refused-connection", Unreachable, "refused", lambda e: MaybeArrived(SYSTEM, "x", e.problem)
)
_errors("errors-keep-secrets", SystemFault, "500", lambda _: _fault(f"of {COMPANY['code']}"))
_errors("errors-show-no-address", SystemFault, "500", lambda _: _fault("at http://far.example"))
_errors("errors-name-system", SystemFault, "500", lambda e: SystemFault("", "x", e.problem))
_errors(
    "write-maybe-arrived",
    MaybeArrived,
    "",
    lambda e: Unreachable(SYSTEM, "step", e.problem),
    "share",
)


async def _sends_again(self: Any, message: Any, call: Call, *, update: bool = False) -> Any:
    try:
        return await ReferenceConnector.share(self, message, call, update=update)
    except MaybeArrived:
        return await ReferenceConnector.share(self, message, call, update=update)


_add("write-sent-once", share=_sends_again)


def _reads(name: str, when: Callable[[bytes], bool], companies: Any = None) -> None:
    """A twin that takes such a body for a fault, or for these companies."""

    def read(self: Any, reply: WireReply, service: str) -> dict[str, Any]:
        if service == "company" and when(reply.body):
            if companies is None:
                raise _fault("misread")
            return {"companies": companies}
        return ReferenceConnector.read(self, reply, service)

    _add(name, read=read)


_reads("html-page", lambda body: body.startswith(b"<!DOCTYPE html"))
_reads("plain-text", lambda body: body.startswith(b"OK,"))
_reads("empty-body", lambda body: not body)
_reads("truncated", lambda body: body.startswith(b'{"comp') and not body.strip().endswith(b"}"))
_reads("not-utf8", lambda body: b"\xff\xfe\xfa" in body)
_reads("entity-bomb", lambda body: b"<!ENTITY" in body)
_reads("deep-json", lambda body: body.startswith(b"[["))
_reads("deep-xml", lambda body: body.startswith(b"<a><a>"))
_reads("another-shape", lambda body: body == b"42", [])
_reads(
    "nulls", lambda body: body.startswith(b'{"companies":null') or b'"code":null' in body, [COMPANY]
)


def _lists_only(self: Any, reply: WireReply, service: str) -> dict[str, Any]:
    value = ReferenceConnector.read(self, reply, service)
    if isinstance(value.get("companies"), dict):
        raise _fault("no list")
    return value


_add("object-for-list", read=_lists_only)
