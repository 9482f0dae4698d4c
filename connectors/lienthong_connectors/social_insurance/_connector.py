"""The social insurance connector: numbers, records, households (insurance page §2.1); cards, treatments, files (§2.2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Self

from lienthong.identity import InsuranceNumber
from lienthong.interface import (
    Call,
    CardQuery,
    Channel,
    CheckAnswer,
    CredentialsRefused,
    FacilityFile,
    HouseholdInsuranceQuery,
    InsuranceNumberQuery,
    InsuranceQuery,
    InsuranceRecord,
    LookupOutcome,
    Message,
    NotLicensed,
    Query,
    Service,
    ShareOutcome,
    SystemSettings,
    Tools,
    TreatmentDetailQuery,
    TreatmentHistoryQuery,
    Verb,
    VerifyOutcome,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import Wire, not_offered, one_of_several, read_options

from ._gateway import Gateway
from ._gateway_services import (
    FIND_CARD,
    FIND_DETAIL,
    FIND_HISTORY,
    GATEWAY,
    SYSTEM,
    VERIFY_CARD,
)
from ._options import HOUSEHOLD, NUMBER, PERSON, Operation, SocialInsuranceOptions
from ._replies import ReplyReader
from ._requests import household_body, number_body, person_body
from ._sending import FileDesk, service_of
from ._services import HOUSEHOLD_SERVICE, NUMBER_SERVICE, PERSON_SERVICE, SERVICES

_HEADERS: Final = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept": "application/json",
}
_Read = Callable[[WireReply], list[InsuranceRecord]]
_BY_QUERY: Final[dict[tuple[Verb, type], Service]] = {
    (Verb.LOOKUP, InsuranceNumberQuery): NUMBER_SERVICE,
    (Verb.LOOKUP, InsuranceQuery): PERSON_SERVICE,
    (Verb.LOOKUP, HouseholdInsuranceQuery): HOUSEHOLD_SERVICE,
    (Verb.VERIFY, CardQuery): VERIFY_CARD,
    (Verb.LOOKUP, CardQuery): FIND_CARD,
    (Verb.LOOKUP, TreatmentHistoryQuery): FIND_HISTORY,
    (Verb.LOOKUP, TreatmentDetailQuery): FIND_DETAIL,
}

# Numbers in use begin with a province code, and no province is 00 (insurance page §3, inferred).
_NOBODY: Final = InsuranceQuery(InsuranceNumber("0000000000"))


class SocialInsuranceConnector:
    """The national insurance database: inter-agency services on NGSP or LGSP, or the card gateway of BHXH Việt Nam."""

    system = SYSTEM

    def __init__(self, wire: Wire, options: SocialInsuranceOptions, largest_mb: float) -> None:
        self._wire = wire
        self._urls = {
            name: wire.url(f"{options.base_path.rstrip('/')}/{name}")
            for name in (NUMBER, PERSON, HOUSEHOLD)
        }
        self._reader = ReplyReader(wire.system, options.failure_codes)
        self._padded = options.partial_birth == "padded"
        self._gateway = Gateway(wire, options) if wire.dialect == GATEWAY else None
        self._files = FileDesk(wire, options, largest_mb)

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        options = read_options(SocialInsuranceOptions, settings)
        return cls(Wire(settings, tools, SERVICES), options, settings.limits.body_mb)

    @property
    def channel(self) -> Channel:
        """See :class:`lienthong.interface.Connector`."""
        return self._wire.channel

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """See :class:`lienthong.interface.Connector`."""
        service = _BY_QUERY.get((verb, type(subject)))
        if verb is Verb.SHARE and isinstance(subject, FacilityFile):
            service = service_of(subject)
        if service is None or self._wire.dialect not in service.dialects:
            raise not_offered(SYSTEM, verb, subject)
        return service

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:
        """Whether a card is right, at the gateway; the inter-agency services have no yes/no."""
        self.service_for(Verb.VERIFY, query)
        if self._gateway is None or not isinstance(query, CardQuery):
            raise not_offered(SYSTEM, Verb.VERIFY, query)
        return await self._gateway.verify(query, call)

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """An insurance number, record or household, a card or treatments; several matches are ambiguous (doubts page)."""
        self.service_for(Verb.LOOKUP, query)
        if self._gateway is not None:
            if isinstance(query, CardQuery):
                return await self._gateway.lookup(query, call)
            if isinstance(query, TreatmentHistoryQuery):
                return await self._gateway.history(query, call)
            if isinstance(query, TreatmentDetailQuery):
                return await self._gateway.detail(query, call)
        service, body, read = self._plan(query)
        reply = await self._wire.ask(
            WireRequest(service, "POST", self._urls[service], _HEADERS, body), call
        )
        if isinstance(reply, NotLicensed):
            return reply
        records = read(reply)
        provenance = self._wire.provenance(service, reply, call)
        return one_of_several(records, provenance)

    async def share(
        self,
        message: Message,
        call: Call,
        *,
        update: bool = False,  # noqa: ARG002 - there is no update
    ) -> ShareOutcome:
        """A file of a facility, to the gateway; nothing is handed over to the inter-agency services."""
        self.service_for(Verb.SHARE, message)
        if not isinstance(message, FacilityFile):
            raise not_offered(SYSTEM, Verb.SHARE, message)
        return await self._files.send(message, call)

    async def check(self, call: Call) -> CheckAnswer:
        """Signs in and asks for a number that nobody has, which must come back empty; at the gateway an empty question."""
        if self._gateway is not None:
            return await self._gateway.check(call)
        outcome = await self.lookup(_NOBODY, call)
        if isinstance(outcome, NotLicensed):
            raise CredentialsRefused(
                self._wire.system, PERSON, "the platform answers but does not allow us this service"
            )
        return CheckAnswer(PERSON, f"a number that nobody has was answered with {outcome.kind}")

    def _plan(self, query: Query) -> tuple[Operation, bytes, _Read]:
        """Service, request body and reader for a query."""
        match query:
            case InsuranceNumberQuery():
                return NUMBER, number_body(query, padded=self._padded), self._reader.numbers
            case InsuranceQuery():
                read = partial(self._reader.persons, query.number.value)
                return PERSON, person_body(query), read
            case HouseholdInsuranceQuery():
                return (
                    HOUSEHOLD,
                    household_body(query, padded=self._padded),
                    self._reader.households,
                )
            case _:
                raise not_offered(SYSTEM, Verb.LOOKUP, query)
