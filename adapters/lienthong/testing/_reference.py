"""A small correct connector, to copy from: everything that the suite asks for, against the tiny far side."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Self

import orjson

from lienthong.identity import EnterpriseCode, PersonalNumber
from lienthong.interface import (
    Accepted,
    Ambiguous,
    Basis,
    Call,
    Channel,
    ChannelState,
    CheckAnswer,
    CitizenQuery,
    ConfigurationError,
    Confirmed,
    CredentialsRefused,
    Deferred,
    Field,
    Found,
    Hop,
    HubProgress,
    LookupOutcome,
    MaybeArrived,
    Message,
    Mismatch,
    NotFound,
    NotLicensed,
    NotSupported,
    OrganisationQuery,
    OrganisationRecord,
    Overloaded,
    Provenance,
    Query,
    Receipt,
    Rejected,
    ReplyUnreadable,
    Sent,
    Service,
    ShareOutcome,
    SystemFault,
    SystemSettings,
    Tools,
    Unreachable,
    Verb,
    VerifyOutcome,
    WireReply,
    WireRequest,
    as_list,
    as_object,
    as_text,
    read_json,
)

from ._subject import Sample, Subject
from ._tiny import ACCOUNT, COMPANY, PERSON, REFUSED, SECRET, SLOW, TWICE, tiny_far_side

SYSTEM: Final = "tiny"
DIALECT: Final = "json"
KIND: Final = "session"


def _service(name: str, verb: Verb, vi: str, en: str, sent: str, read: str) -> Service:
    return Service(
        SYSTEM, name, verb, vi, en, (DIALECT,), (KIND,), Basis.OURS, "lienthong.testing",
        request=(Field(sent, "string", f"the {sent} asked about"),),
        reply=(Field(read, "string", f"the {read} found"),),
    )  # fmt: skip


SERVICES: Final = (
    _service("person", Verb.VERIFY, "Xác thực người", "Confirms a person", "number", "match"),
    _service(
        "company", Verb.LOOKUP, "Tra cứu doanh nghiệp", "Finds a company", "code", "companies"
    ),
    _service("step", Verb.SHARE, "Gửi tiến độ", "Takes a progress step", "dossier", "result"),
)
_OFFERED: Final[dict[tuple[Verb, type], Service]] = {
    (Verb.VERIFY, CitizenQuery): SERVICES[0],
    (Verb.LOOKUP, OrganisationQuery): SERVICES[1],
    (Verb.SHARE, HubProgress): SERVICES[2],
}


class SessionChannel:
    """A session by account and secret, renewed once and single-flight when it is refused."""

    kind = KIND

    def __init__(self, settings: SystemSettings, tools: Tools) -> None:
        where = f"systems.{settings.name}.channel"
        for key in settings.channel:
            if key not in {"kind", "account", "secret"}:
                raise ConfigurationError(f"{where}.{key} is not known here.")
        for key in ("account", "secret"):
            if not settings.channel.get(key):
                raise ConfigurationError(f"{where}.{key} is missing.")
        if settings.channel.get("kind") != KIND:
            raise ConfigurationError(f"{where}.kind must be {KIND}.")
        self._system = settings.name
        self._url = f"{settings.url}/session"
        self._account = {key: settings.channel[key] for key in ("account", "secret")}
        self._transport = tools.transport
        self._attempt_s = settings.limits.attempt_s
        self._session = ""
        self._renewing = asyncio.Lock()

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """See :class:`lienthong.interface.Channel`."""
        reply = None
        for _ in range(2):
            session = await self.session(call)
            dressed = replace(request, headers={**request.headers, "X-Session": session})
            reply = await self._transport.send(dressed, timeout_s=self.time_left(call))
            if reply.status != 401:
                return reply
            self.forget(session)
        raise CredentialsRefused(self._system, request.service, "a new session is refused too")

    def forget(self, session: str) -> None:
        """Drops a refused session; a successor stays."""
        if self._session == session:
            self._session = ""

    async def session(self, call: Call) -> str:
        """The session, opened first if there is none."""
        async with self._renewing:
            if not self._session:
                self._session = await self.open_session(call)
            return self._session

    async def open_session(self, call: Call) -> str:
        """A new session. Every failure says that the question itself did not leave."""
        request = WireRequest("session", "POST", self._url, {}, orjson.dumps(self._account))
        try:
            reply = await self._transport.send(request, timeout_s=self.time_left(call))
        except MaybeArrived as error:
            raise Unreachable(self._system, "session", error.problem, hop=Hop.CHANNEL) from error
        if reply.status in {400, 401, 403}:
            raise CredentialsRefused(self._system, "session", f"HTTP {reply.status}")
        if reply.status != 200:
            raise SystemFault(
                self._system, "session", f"HTTP {reply.status}", hop=Hop.CHANNEL, sent=Sent.NO
            )
        body = as_object(
            read_json(reply, system=self._system, service="session"),
            system=self._system, service="session",
        )  # fmt: skip
        return as_text(body.get("session"))

    def time_left(self, call: Call) -> float:
        """Seconds that one request may take."""
        return max(min(self._attempt_s, call.remaining_s()), 0.001)

    async def sign_in(self, call: Call) -> None:
        """See :class:`lienthong.interface.Channel`."""
        await self.session(call)

    def state(self) -> ChannelState:
        """See :class:`lienthong.interface.Channel`."""
        return ChannelState(self.kind)


class ReferenceConnector:
    """The tiny far side behind the common interface."""

    system = SYSTEM
    channel_class: Callable[[SystemSettings, Tools], SessionChannel] = SessionChannel

    def __init__(self, settings: SystemSettings, tools: Tools) -> None:
        self._name = settings.name
        self._url = settings.url
        self._now = tools.now
        self._channel = type(self).channel_class(settings, tools)

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        if settings.dialect not in {"", DIALECT}:
            raise ConfigurationError(f"systems.{settings.name}.dialect must be {DIALECT}.")
        for key in settings.options:
            raise ConfigurationError(f"systems.{settings.name}.options.{key} is not known here.")
        return cls(settings, tools)

    @property
    def channel(self) -> Channel:
        """See :class:`lienthong.interface.Connector`."""
        return self._channel

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """See :class:`lienthong.interface.Connector`."""
        found = _OFFERED.get((verb, type(subject)))
        if found is None:
            raise NotSupported(f"{SYSTEM} does not offer {verb} of {type(subject).__name__}")
        return found

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:
        """See :class:`lienthong.interface.Connector`."""
        service = self.service_for(Verb.VERIFY, query).name
        if not isinstance(query, CitizenQuery):
            raise NotSupported(f"{SYSTEM} does not offer this")
        payload = {"number": query.number.value, "name": query.full_name}
        reply = await self.ask(service, payload, call)
        if reply.status == 403:
            return NotLicensed(self._name, service, "HTTP 403")
        match = self.read(reply, service).get("match")
        if not isinstance(match, bool):
            raise ReplyUnreadable(self._name, service, "the answer holds no yes or no")
        provenance = self.provenance(service, reply, call)
        return Confirmed(provenance, ("number", "full_name")) if match else Mismatch(provenance)

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """See :class:`lienthong.interface.Connector`."""
        service = self.service_for(Verb.LOOKUP, query).name
        if not isinstance(query, OrganisationQuery):
            raise NotSupported(f"{SYSTEM} does not offer this")
        reply = await self.ask(service, {"code": query.code.value}, call)
        if reply.status == 403:
            return NotLicensed(self._name, service, "HTTP 403")
        body = self.read(reply, service)
        if "companies" not in body:
            raise ReplyUnreadable(self._name, service, "the answer holds no companies")
        records = [
            OrganisationRecord(
                code=as_text(item.get("code")),
                name=as_text(item.get("name")),
                status_name=as_text(item.get("status")),
            )
            for item in as_list(body["companies"])
            if isinstance(item, dict) and item.get("code")
        ]
        provenance = self.provenance(service, reply, call)
        if len(records) > 1:
            return Ambiguous(provenance, len(records))
        return Found(records[0], provenance) if records else NotFound(provenance)

    async def share(self, message: Message, call: Call, *, update: bool = False) -> ShareOutcome:
        """See :class:`lienthong.interface.Connector`."""
        service = self.service_for(Verb.SHARE, message).name
        if not isinstance(message, HubProgress):
            raise NotSupported(f"{SYSTEM} does not offer this")
        payload = {"dossier": message.dossier, "status": message.status, "update": update}
        reply = await self.ask(service, payload, call)
        if reply.status == 403:
            return NotLicensed(self._name, service, "HTTP 403")
        body = self.read(reply, service)
        provenance = self.provenance(service, reply, call)
        result = as_text(body.get("result"))
        if result in {"ok", "exists"}:
            return Accepted(Receipt(code=result), provenance, already=result == "exists")
        if result == "refused":
            return Rejected(result, as_text(body.get("why")), provenance)
        if result == "later":
            return Deferred(as_text(body.get("ticket")), provenance)
        raise ReplyUnreadable(self._name, service, "the answer holds no result")

    async def check(self, call: Call) -> CheckAnswer:
        """See :class:`lienthong.interface.Connector`."""
        self.read(await self.ask("ping", {}, call), "ping")
        return CheckAnswer("ping", "the far side is alive")

    async def ask(self, service: str, payload: dict[str, Any], call: Call) -> WireReply:
        """One request, judged by its status."""
        headers = {"Content-Type": "application/json"}
        request = WireRequest(
            service, "POST", f"{self._url}/{service}", headers, orjson.dumps(payload)
        )
        return self.judge(await self._channel.send(request, call), service)

    def judge(self, reply: WireReply, service: str) -> WireReply:
        """The answer if it can hold content: 200 and 403."""
        status = reply.status
        if status in {200, 403}:
            return reply
        problem = f"HTTP {status}"
        wait = reply.headers.get("retry-after", "")
        if status == 429 or (status == 503 and wait):
            seconds = float(wait) if wait.isdecimal() else None
            raise Overloaded(self._name, service, problem, retry_after_s=seconds)
        if status >= 400:
            sent = Sent.MAYBE if status >= 500 else Sent.ANSWERED
            raise SystemFault(self._name, service, problem, sent=sent, retryable=status >= 500)
        raise ReplyUnreadable(self._name, service, f"{problem} is no answer")

    def read(self, reply: WireReply, service: str) -> dict[str, Any]:
        """The answer's object."""
        value = read_json(reply, system=self._name, service=service)
        return as_object(value, system=self._name, service=service)

    def provenance(self, service: str, reply: WireReply, call: Call) -> Provenance:
        """Where the answer came from."""
        return Provenance(
            system=self._name,
            service=service,
            dialect=DIALECT,
            channel=KIND,
            request_id=call.request_id,
            answered_at=self._now(),
            sha256=hashlib.sha256(reply.body).hexdigest(),
        )


def _step(number: int, status: str = "2") -> HubProgress:
    return HubProgress(
        dossier=f"H31.14-261124-{number:04d}",
        officer="Cán bộ Mẫu",
        at=datetime(2026, 11, 24, 2, tzinfo=UTC),
        status=status,
    )


_ME: Final = CitizenQuery(PersonalNumber(PERSON["number"]), PERSON["name"])
_OTHER: Final = CitizenQuery(PersonalNumber(PERSON["number"]), "Trần Thị Khác")


def _company(code: str) -> OrganisationQuery:
    return OrganisationQuery(EnterpriseCode.parse(code))


def _named(outcome: object) -> bool:
    return (
        isinstance(outcome, Found)
        and isinstance(outcome.record, OrganisationRecord)
        and (outcome.record.name, outcome.record.status_name)
        == (COMPANY["name"], COMPANY["status"])
    )


def reference_subject(connector: type[ReferenceConnector] = ReferenceConnector) -> Subject:
    """The reference connector, or a descendant of it, as the suite takes it."""
    return Subject(
        connector=connector,
        far_side=tiny_far_side,
        settings={
            "connector": "tiny",
            "channel": {"kind": KIND, "account": ACCOUNT, "secret": SECRET},
        },
        samples=(
            Sample(Verb.VERIFY, lambda _: _ME, "confirmed"),
            Sample(Verb.VERIFY, lambda _: _OTHER, "mismatch"),
            Sample(Verb.LOOKUP, lambda _: _company(COMPANY["code"]), "found", _named),
            Sample(Verb.LOOKUP, lambda _: _company("0100109106"), "not_found"),
            Sample(Verb.LOOKUP, lambda _: _company(TWICE), "ambiguous"),
            Sample(Verb.SHARE, _step, "accepted"),
            Sample(Verb.SHARE, _step, "already", before=_step),
            Sample(Verb.SHARE, lambda number: _step(number, REFUSED), "rejected"),
            Sample(Verb.SHARE, lambda number: _step(number, SLOW), "deferred"),
        ),
        unsupported=(
            (Verb.VERIFY, _company(COMPANY["code"])),
            (Verb.LOOKUP, _ME),
        ),
        sign_in=("/session$",),
        required=("account", "secret"),
        private=(SECRET, PERSON["number"], PERSON["name"], COMPANY["code"]),
    )
