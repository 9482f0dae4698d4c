"""The business connector: organisations and registration dossiers in the registration database (population page B)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self
from urllib.parse import quote_plus, urlencode

import orjson

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Call,
    Channel,
    CheckAnswer,
    Found,
    LookupOutcome,
    Message,
    NotLicensed,
    OrganisationQuery,
    OrganisationRecord,
    Query,
    RegistrationDayQuery,
    RegistrationDossierList,
    RegistrationDossierQuery,
    RegistrationListQuery,
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

from ._dossiers import DossierReader
from ._generation2 import read_generation2
from ._options import COOPERATIVE, DETAIL, FRONT, HOUSEHOLD, PROXY, BusinessOptions, Operation
from ._replies import read_front, read_organisations
from ._services import (
    COOPERATIVE_SERVICE,
    DAY_SERVICE,
    DETAIL_SERVICE,
    DOSSIER_SERVICE,
    ENTERPRISE2_SERVICE,
    FRONT_SERVICE,
    HOUSEHOLD_SERVICE,
    LIST_SERVICE,
    OPERATIONS,
    PROXY_SERVICE,
    SERVICES,
    SYSTEM,
)

_HEADERS: Final = {"Accept": "application/json"}

# Register → service, its operation, and the name of the code's parameter.
_ORGANISATIONS: Final[dict[str, dict[str, tuple[Service, Operation, str]]]] = {
    "generation1": {"enterprise": (DETAIL_SERVICE, DETAIL, "msdn")},
    "generation2": {
        "enterprise": (ENTERPRISE2_SERVICE, DETAIL, "msdn"),
        "household_business": (HOUSEHOLD_SERVICE, HOUSEHOLD, "mst"),
        "cooperative": (COOPERATIVE_SERVICE, COOPERATIVE, "mst"),
    },
    "hcm": {"enterprise": (FRONT_SERVICE, FRONT, "MaSoDoanhNghiep")},
    "opencps": {"enterprise": (PROXY_SERVICE, PROXY, "msdn")},
}
_DOSSIERS: Final[dict[type, Service]] = {
    RegistrationDossierQuery: DOSSIER_SERVICE,
    RegistrationListQuery: LIST_SERVICE,
    RegistrationDayQuery: DAY_SERVICE,
}

# The sum of the check rule is 0, which gives no valid digit: this number is skipped for ever (population page C3).
_NOBODY: Final = "0000000000"


class BusinessConnector:
    """The national business registration database."""

    system = SYSTEM

    def __init__(self, wire: Wire, options: BusinessOptions) -> None:
        self._wire = wire
        self._dash = options.dashes(wire.dialect)
        self._not_found = options.not_found_texts
        self._form = options.proxy_encoding == "form"
        self._registers = _ORGANISATIONS[wire.dialect]
        self._urls: dict[Operation, str] = {
            name: wire.url(options.path(wire.dialect, name))
            for name, service in OPERATIONS
            if wire.dialect in service.dialects
        }
        self._dossiers = DossierReader(self._ask, options, wire.system)

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        return cls(Wire(settings, tools, SERVICES), read_options(BusinessOptions, settings))

    @property
    def channel(self) -> Channel:
        """See :class:`lienthong.interface.Connector`."""
        return self._wire.channel

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """See :class:`lienthong.interface.Connector`."""
        if verb is Verb.LOOKUP:
            if isinstance(subject, OrganisationQuery):
                return self._register(subject)[0]
            service = _DOSSIERS.get(type(subject))
            if service is not None and self._wire.dialect in service.dialects:
                return service
        raise not_offered(SYSTEM, verb, subject)

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:  # noqa: ARG002 - the signature is the protocol's
        """Never: the registration database publishes no yes/no service."""
        raise not_offered(SYSTEM, Verb.VERIFY, query)

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """The record of an organisation, one registration dossier, or a list of them read to its end."""
        service = self.service_for(Verb.LOOKUP, query).name
        match query:
            case OrganisationQuery():
                return await self._organisation(query, call)
            case RegistrationDossierQuery():
                found = await self._dossiers.one(query, call)
            case RegistrationListQuery() | RegistrationDayQuery():
                listed = await self._dossiers.many(query, call)
                if isinstance(listed, NotLicensed):
                    return listed
                provenance = self._wire.provenance(service, listed[0], call)
                return Found(RegistrationDossierList(dossiers=listed[1]), provenance)
            case _:
                raise not_offered(SYSTEM, Verb.LOOKUP, query)
        if isinstance(found, NotLicensed):
            return found
        reply, dossiers = found
        provenance = self._wire.provenance(service, reply, call)
        return one_of_several(dossiers, provenance)

    async def share(
        self,
        message: Message,
        call: Call,  # noqa: ARG002 - the signature is the protocol's
        *,
        update: bool = False,  # noqa: ARG002 - the signature is the protocol's
    ) -> ShareOutcome:
        """Never: nothing is handed over to the registration database."""
        raise not_offered(SYSTEM, Verb.SHARE, message)

    async def check(self, call: Call) -> CheckAnswer:
        """Asks for a number that can never be issued: it must come back as not found.

        Chosen before the dossier services, because it needs the very right that the desk's look-ups need, while those need
        rights of their own and answer with contact persons.
        """
        _, operation, parameter = self._registers["enterprise"]
        request = self._request(operation, {parameter: _NOBODY})
        reply = await self._wire.ask_allowed(request, call)
        found = self._read(reply, None, operation)
        what = "a record, against the rule of check digits" if found else "not found, as it must be"
        return CheckAnswer(operation, f"a number that cannot exist was answered with {what}")

    async def _organisation(self, query: OrganisationQuery, call: Call) -> LookupOutcome:
        _, operation, parameter = self._register(query)
        code = query.code.dashed if self._dash else query.code.value
        reply = await self._ask(operation, {parameter: code}, call)
        if isinstance(reply, NotLicensed):
            return reply
        records = self._read(reply, query.code, operation)
        provenance = self._wire.provenance(operation, reply, call)
        return one_of_several(records, provenance)

    def _register(self, query: OrganisationQuery) -> tuple[Service, Operation, str]:
        """Where the organisation is registered. Raises ``NotSupported`` for a register that the dialect does not have."""
        kind = query.kind
        if not kind:
            # Generation 1 and the HCM platform have one register for all who ask.
            own = query.code.kind == "personal" and "household_business" in self._registers
            kind = "household_business" if own else "enterprise"
        found = self._registers.get(kind)
        if found is None:
            raise not_offered(SYSTEM, Verb.LOOKUP, query)
        return found

    async def _ask(
        self, operation: Operation, parameters: Mapping[str, str], call: Call
    ) -> WireReply | NotLicensed:
        return await self._wire.ask(self._request(operation, parameters), call)

    def _request(self, operation: Operation, parameters: Mapping[str, str]) -> WireRequest:
        if operation == PROXY:
            return self._posted(parameters)
        # Slashes and colons of dates and times travel as they are written in the guide.
        asked = "&".join(
            f"{name}={quote_plus(value, safe='/:')}" for name, value in parameters.items()
        )
        return WireRequest(operation, "GET", f"{self._urls[operation]}?{asked}", _HEADERS)

    def _posted(self, parameters: Mapping[str, str]) -> WireRequest:
        """A question to the OpenCPS proxy, which takes the same by POST with the name of the question."""
        values = {"type": "ChiTietDoanhNghiep", **parameters}
        if self._form:
            headers = {**_HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(values).encode("ascii")
        else:
            headers = {**_HEADERS, "Content-Type": "application/json; charset=utf-8"}
            body = orjson.dumps(values)
        return WireRequest(PROXY, "POST", self._urls[PROXY], headers, body)

    def _read(
        self, reply: WireReply, code: EnterpriseCode | None, operation: Operation
    ) -> list[OrganisationRecord]:
        system = self._wire.system
        if self._wire.dialect == "generation2":
            return read_generation2(reply, code, operation, system=system)
        read = read_front if self._wire.dialect == "hcm" else read_organisations
        texts = self._not_found
        return read(reply, code, system=system, service=operation, not_found=texts)
