"""The business connector: look up enterprises in the registration database, generation 1 (population page B1, B2)."""

from __future__ import annotations

from typing import Final, Self

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Ambiguous,
    Call,
    Channel,
    CheckAnswer,
    CredentialsRefused,
    Found,
    LookupOutcome,
    Message,
    NotFound,
    NotLicensed,
    OrganisationQuery,
    OrganisationRecord,
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

from ._options import BusinessOptions
from ._replies import read_organisations
from ._services import DETAIL, DETAIL_SERVICE, SERVICES, SYSTEM

_HEADERS: Final = {"Accept": "application/json"}

# The sum of the check rule is 0, which gives no valid digit: this number is skipped for ever (population page C3).
_NOBODY: Final = "0000000000"


class BusinessConnector:
    """The national business registration database."""

    system = SYSTEM

    def __init__(self, wire: Wire, options: BusinessOptions) -> None:
        self._wire = wire
        self._dash = options.branch_dash
        self._url = f"{wire.url(options.path)}?msdn="

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
        if verb is Verb.LOOKUP and isinstance(subject, OrganisationQuery):
            return DETAIL_SERVICE
        raise not_offered(SYSTEM, verb, subject)

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:  # noqa: ARG002 - the signature is the protocol's
        """Never: the registration database publishes no yes/no service."""
        raise not_offered(SYSTEM, Verb.VERIFY, query)

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """The record of an organisation."""
        if not isinstance(query, OrganisationQuery):
            raise not_offered(SYSTEM, Verb.LOOKUP, query)
        reply = await self._ask(query.code.dashed if self._dash else query.code.value, call)
        if isinstance(reply, NotLicensed):
            return reply
        records = self._read(reply, query.code)
        provenance = self._wire.provenance(DETAIL, reply, call)
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
        """Never: nothing is handed over to the registration database."""
        raise not_offered(SYSTEM, Verb.SHARE, message)

    async def check(self, call: Call) -> CheckAnswer:
        """Asks for a number that can never be issued: it must come back as not found.

        Chosen before the dossier services, because it needs the very right that the desk's look-ups need, while those need
        rights of their own and answer with contact persons.
        """
        reply = await self._ask(_NOBODY, call)
        if isinstance(reply, NotLicensed):
            raise CredentialsRefused(
                self._wire.system, DETAIL, "the platform answers but does not allow us this service"
            )
        found = self._read(reply, None)
        what = "a record, against the rule of check digits" if found else "not found, as it must be"
        return CheckAnswer(DETAIL, f"a number that cannot exist was answered with {what}")

    async def _ask(self, code: str, call: Call) -> WireReply | NotLicensed:
        return await self._wire.ask(
            WireRequest(DETAIL, "GET", f"{self._url}{code}", _HEADERS), call
        )

    def _read(self, reply: WireReply, code: EnterpriseCode | None) -> list[OrganisationRecord]:
        return read_organisations(reply, code, system=self._wire.system, service=DETAIL)
