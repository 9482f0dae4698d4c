"""The population connector: citizens, claims about them, households and lists at C06 (population page A)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Self

from lienthong.interface import (
    Call,
    Channel,
    CheckAnswer,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenRecord,
    Confirmed,
    CredentialsRefused,
    HouseholdRecord,
    LookupOutcome,
    Message,
    Mismatch,
    NotFound,
    NotLicensed,
    Purpose,
    Query,
    Rejected,
    Service,
    ShareOutcome,
    SystemSettings,
    Tools,
    Verb,
    VerifyOutcome,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import Wire, not_offered, one_of_several, read_options

from ._bodies import WSDL, Body, Envelopes, camel_json, flat_json
from ._list_desk import ListDesk
from ._operations import CODES, HOUSEHOLD, VERIFY, Operation
from ._options import PopulationOptions
from ._replies import ReplyReader
from ._requests import flat_fields
from ._services import BY_NAME, SERVICES, SYSTEM
from ._subjects import CLAIMS, operation_of, person_of
from .errors import CodedAnswer

# Content types that callers of the dialects use (population page A1, A2).
_JSON: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
_HEADERS: Final = {
    "soap": {
        "Content-Type": "application/xml; charset=utf-8",
        "Accept": "application/xml, text/xml",
    },
    "wrapped": _JSON,
    "flat": _JSON,
}


class PopulationConnector:
    """The national population database, by SOAP or by the flat JSON of a provincial platform."""

    system = SYSTEM

    def __init__(self, wire: Wire, options: PopulationOptions, body: Body, probe: bytes) -> None:
        self._wire = wire
        self._options = options
        self._body = body
        self._probe = probe
        self._headers = _HEADERS[wire.dialect]
        self._urls = {name: wire.url(options.path(name)) for name in CODES}
        self._reader = ReplyReader(wire.system, wire.dialect, options.code_meanings)
        self._lists = ListDesk(self._ask, wire, self._reader.body, options)

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        wire = Wire(settings, tools, SERVICES)
        options = read_options(PopulationOptions, settings)
        if wire.dialect != "soap":
            body = flat_json if wire.dialect == "wrapped" else camel_json(options)
            return cls(wire, options, body, b"{}")
        envelopes = Envelopes(
            tools.soap(WSDL),
            qualified=options.qualified,
            nested_birth=options.birth_shape == "nested",
        )
        return cls(wire, options, envelopes.body, envelopes.empty())

    @property
    def channel(self) -> Channel:
        """See :class:`lienthong.interface.Connector`."""
        return self._wire.channel

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """See :class:`lienthong.interface.Connector`."""
        return BY_NAME[_operation(verb, subject)]

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:
        """Whether what is stated about a citizen is what the register holds.

        A no to a bare birth year is still the register's no: whether it only compares whole dates is unpublished (doubts
        page), so the caller, who knows what was stated, makes a question of it.
        """
        try:
            return await self._verify(query, call)
        except CodedAnswer as answer:
            return self._coded(answer, call)

    async def _verify(self, query: Query, call: Call) -> VerifyOutcome:
        operation = _operation(Verb.VERIFY, query)
        reply, fields = await self._ask(operation, query, call)
        if isinstance(reply, NotLicensed):
            return reply
        attributes = _sent(fields)
        if operation == VERIFY:
            yes, found = self._reader.exists(operation, reply), True
        else:
            verdict, death = self._reader.verdict(operation, reply)
            yes, found = verdict == "yes", verdict in {"yes", "no"}
            attributes = (*attributes, death or CLAIMS[type(query)])
        provenance = self._wire.provenance(operation, reply, call)
        if yes:
            return Confirmed(provenance, attributes=attributes)
        return Mismatch(provenance) if found else NotFound(provenance)

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """A citizen, a household, or something about lists; the wire does not tell a mismatch from nobody (doubts page)."""
        try:
            return await self._lookup(query, call)
        except CodedAnswer as answer:
            return self._coded(answer, call)

    async def _lookup(self, query: Query, call: Call) -> LookupOutcome:
        operation = _operation(Verb.LOOKUP, query)
        if isinstance(query, CitizenListsQuery | CitizenListStatusQuery | CitizenListQuery):
            return await self._lists.lookup(operation, query, call)
        person = person_of(query)
        if person is None:
            raise not_offered(SYSTEM, Verb.LOOKUP, query)
        reply, _ = await self._ask(operation, query, call)
        if isinstance(reply, NotLicensed):
            return reply
        records: list[CitizenRecord] | list[HouseholdRecord]
        if operation == HOUSEHOLD:
            records = self._reader.households(operation, reply, person)
        else:
            records = self._reader.citizens(operation, reply, person)
        provenance = self._wire.provenance(operation, reply, call)
        return one_of_several(records, provenance)

    async def share(
        self,
        message: Message,
        call: Call,
        *,
        update: bool = False,  # noqa: ARG002 - the signature is the protocol's
    ) -> ShareOutcome:
        """Asks for a list, which comes later under a ticket, or removes one. Nothing else is handed over to this system."""
        operation = _operation(Verb.SHARE, message)
        if not isinstance(message, CitizenListRequest | CitizenListRemoval):
            raise not_offered(SYSTEM, Verb.SHARE, message)
        try:
            return await self._lists.share(operation, message, call)
        except CodedAnswer as answer:
            outcome = self._coded(answer, call)
            if isinstance(outcome, NotLicensed):
                return outcome
            return Rejected(answer.answer_code, answer.problem, outcome.provenance, "unknown")

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
        self,
        operation: Operation,
        subject: Query | Message,
        call: Call,
        extra: Mapping[str, str] | None = None,
    ) -> tuple[WireReply | NotLicensed, dict[str, str]]:
        """The answer, and the fields that were sent."""
        fields = flat_fields(operation, subject, call, self._options, extra)
        reply = await self._wire.ask(self._request(operation, self._body(operation, fields)), call)
        return reply, fields

    def _coded(self, answer: CodedAnswer, call: Call) -> NotFound | NotLicensed:
        if answer.meaning == "not_licensed":
            return NotLicensed(self._wire.system, answer.service, answer.problem)
        return NotFound(self._wire.provenance(answer.service, answer.reply, call))

    def _request(self, operation: Operation, body: bytes) -> WireRequest:
        return WireRequest(operation, "POST", self._urls[operation], self._headers, body)

    def _not_allowed(self) -> CredentialsRefused:
        return CredentialsRefused(
            self._wire.system, VERIFY, "the platform answers but does not allow us this service"
        )


def _operation(verb: Verb, subject: Query | Message) -> Operation:
    operation = operation_of(verb, subject)
    if operation is None:
        raise not_offered(SYSTEM, verb, subject)
    return operation


def _sent(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the attributes of the citizen that were sent."""
    birth = ("birth",) if "NgayThangNam" in fields or "Nam" in fields else ()
    return ("number", "full_name", *birth)
