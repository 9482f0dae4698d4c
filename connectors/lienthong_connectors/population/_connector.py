"""The population connector: verify and look up citizens at C06 (population page A)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Self

from lienthong.interface import (
    Ambiguous,
    Call,
    Channel,
    CheckAnswer,
    CitizenQuery,
    Confirmed,
    CredentialsRefused,
    Found,
    LookupOutcome,
    Message,
    Mismatch,
    NotFound,
    NotLicensed,
    Purpose,
    Query,
    Service,
    ShareOutcome,
    SystemSettings,
    Tools,
    Verb,
    VerifyOutcome,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import Wire, not_offered, read_options

from ._options import LOOKUP, VERIFY, Operation, PopulationOptions
from ._replies import ReplyReader
from ._requests import WSDL, Body, Envelopes, flat_fields, flat_json
from ._services import LOOKUP_SERVICE, SERVICES, SYSTEM, VERIFY_SERVICE

# Content types that callers of the two dialects use (population page A1, A2).
_HEADERS: Final = {
    "soap": {
        "Content-Type": "application/xml; charset=utf-8",
        "Accept": "application/xml, text/xml",
    },
    "wrapped": {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"},
}


class PopulationConnector:
    """The national population database, by SOAP or by a provincial wrapper's flat JSON."""

    system = SYSTEM

    def __init__(self, wire: Wire, options: PopulationOptions, body: Body, probe: bytes) -> None:
        self._wire = wire
        self._options = options
        self._body = body
        self._probe = probe
        self._headers = _HEADERS[wire.dialect]
        self._urls = {name: wire.url(options.path(name)) for name in (VERIFY, LOOKUP)}
        self._reader = ReplyReader(wire.system, wrapped=wire.dialect == "wrapped")

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        wire = Wire(settings, tools, SERVICES)
        options = read_options(PopulationOptions, settings)
        if wire.dialect == "wrapped":
            return cls(wire, options, flat_json, b"{}")
        envelopes = Envelopes(tools.soap(WSDL))
        return cls(wire, options, envelopes.body, envelopes.empty())

    @property
    def channel(self) -> Channel:
        """See :class:`lienthong.interface.Connector`."""
        return self._wire.channel

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """See :class:`lienthong.interface.Connector`."""
        if isinstance(subject, CitizenQuery):
            if verb is Verb.VERIFY:
                return VERIFY_SERVICE
            if verb is Verb.LOOKUP:
                return LOOKUP_SERVICE
        raise not_offered(SYSTEM, verb, subject)

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:
        """Whether number, name and (when sent) birth date belong together."""
        if not isinstance(query, CitizenQuery):
            raise not_offered(SYSTEM, Verb.VERIFY, query)
        reply, sent = await self._ask(VERIFY, query, call)
        if isinstance(reply, NotLicensed):
            return reply
        yes = self._reader.exists(VERIFY, reply)
        provenance = self._wire.provenance(VERIFY, reply, call)
        return Confirmed(provenance, attributes=sent) if yes else Mismatch(provenance)

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """The record of a citizen; the wire does not tell a mismatch from nobody (doubts page)."""
        if not isinstance(query, CitizenQuery):
            raise not_offered(SYSTEM, Verb.LOOKUP, query)
        reply, _ = await self._ask(LOOKUP, query, call)
        if isinstance(reply, NotLicensed):
            return reply
        records = self._reader.citizens(LOOKUP, reply, query)
        provenance = self._wire.provenance(LOOKUP, reply, call)
        if not records:
            return NotFound(provenance)
        if len(records) > 1:
            return Ambiguous(provenance, count=len(records))
        return Found(records[0], provenance)

    async def share(
        self,
        message: Message,
        call: Call,  # noqa: ARG002 - the signature is the protocol's
        *,
        update: bool = False,  # noqa: ARG002 - the signature is the protocol's
    ) -> ShareOutcome:
        """Never: nothing is handed over to the population database."""
        raise not_offered(SYSTEM, Verb.SHARE, message)

    async def check(self, call: Call) -> CheckAnswer:
        """Signs in where there is a token, then asks about no real person.

        With ``options.test_person`` that is the yes/no question about the agency's test person, which proves the whole
        way. Without one there is no published service about nobody, so an empty question is sent, which the service has to
        refuse: its Fault proves connection, TLS, account and that a SOAP service answers, and the detail says no more.
        """
        await self.channel.sign_in(call)
        person = self._options.test_person
        if person is not None:
            purpose = Purpose(
                "", "", person.officer, "", "health check with the agency's test person"
            )
            outcome = await self.verify(person.query(), replace(call, purpose=purpose))
            if isinstance(outcome, NotLicensed):
                raise self._not_allowed()
            return CheckAnswer(VERIFY, f"the test person's yes/no answer came: {outcome.kind}")
        reply = await self._wire.ask(self._request(VERIFY, self._probe), call)
        if isinstance(reply, NotLicensed):
            if self.channel.kind != "lgsp":
                raise self._not_allowed()
            return CheckAnswer(
                VERIFY,
                "the platform took our token and refused a question without an officer, as it must (HTTP 403): "
                "connection, TLS and token work; no real question was asked (options.test_person is not set)",
            )
        kind = self._reader.answers(VERIFY, reply)
        return CheckAnswer(
            VERIFY,
            f"an empty question was refused as it must be ({kind}): connection, TLS and account work; "
            "no real question was asked (options.test_person is not set)",
        )

    async def _ask(
        self, operation: Operation, query: CitizenQuery, call: Call
    ) -> tuple[WireReply | NotLicensed, tuple[str, ...]]:
        """The answer, and the names of the attributes that were sent."""
        fields = flat_fields(operation, query, call, self._options)
        sent: tuple[str, ...] = ("number", "full_name")
        if "NgayThangNam" in fields or "Nam" in fields:
            sent = (*sent, "birth")
        reply = await self._wire.ask(self._request(operation, self._body(operation, fields)), call)
        return reply, sent

    def _request(self, operation: Operation, body: bytes) -> WireRequest:
        return WireRequest(operation, "POST", self._urls[operation], self._headers, body)

    def _not_allowed(self) -> CredentialsRefused:
        return CredentialsRefused(
            self._wire.system, VERIFY, "the platform answers but does not allow us this service"
        )
