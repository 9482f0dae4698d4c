"""The operations centre behind the common interface."""

from __future__ import annotations

from datetime import date
from typing import Self

from lienthong.identity import fold
from lienthong.interface import (
    Accepted,
    AnswersQuery,
    Call,
    Callback,
    Channel,
    CheckAnswer,
    CodeListQuery,
    DossierQuery,
    Found,
    HubDossier,
    LookupOutcome,
    Message,
    NotFound,
    NotLicensed,
    NotSupported,
    PaymentOrder,
    PortalAccountQuery,
    ProcedureQuery,
    PublicationDecisionQuery,
    Query,
    QuestionsQuery,
    Receipt,
    Record,
    Rejected,
    ReplyUnreadable,
    Service,
    ShareOutcome,
    SystemFault,
    SystemSettings,
    Tools,
    Verb,
    VerifyOutcome,
)
from lienthong_connectors.channels import Wire
from lienthong_connectors.values import VIETNAM

from ._apart import Apart, ApartDesk
from ._callbacks import CALLBACKS
from ._lists import account_of, code_list_of, decision_of
from ._messages import national_code
from ._options import Options, read
from ._procedures import procedure_of, procedures_of
from ._public import PublicDesk
from ._questions import answers_of, questions_of
from ._replies import SUCCESS, Answer, Replies, dossier_of
from ._requests import Requests
from ._rest import RestDesk
from ._services import EMC, LIST_SEXES, MINISTRY, PAYMENT, PUBLIC, SERVICES, SYSTEM


class OperationsCentreConnector:
    """The national portal, its catalogue, store and payment platform, and what stands beside it (hub page §1 to §5).

    Writes are not idempotent: a repeated step is stored twice, and a repeated addition is refused with words only.
    Whoever sends them looks a dossier up first (hub page §2.5).
    """

    system = SYSTEM

    def __init__(self, wire: Wire, requests: Requests, replies: Replies, options: Options) -> None:
        self._wire = wire
        self._requests = requests
        self._replies = replies
        self._apart = ApartDesk(wire, requests)
        self._rest = RestDesk(wire, options) if wire.dialect in {EMC, MINISTRY} else None
        self._public = PublicDesk(wire, options) if wire.dialect == PUBLIC else None
        self._exists = tuple(fold(text) for text in options.exists_texts)
        self._exists_codes = frozenset(options.exists_codes)
        self._unknown = tuple(fold(text) for text in options.unknown_texts)

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def callbacks(cls) -> tuple[Callback, ...]:
        """See :class:`lienthong.interface.CalledConnector`; :class:`PortalInbox` reads them."""
        return CALLBACKS

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        wire = Wire(settings, tools, SERVICES)
        options = read(settings, wire.dialect)
        requests = Requests(settings.url, wire.dialect, options)
        return cls(wire, requests, Replies(settings.name, wire.dialect), options)

    @property
    def channel(self) -> Channel:
        """See :class:`lienthong.interface.Connector`."""
        return self._wire.channel

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """See :class:`lienthong.interface.Connector`."""
        service = self._requests.service_for(subject)
        if service.verb is not verb:
            raise NotSupported(f"{SYSTEM} does not {verb} {type(subject).__name__}")
        return service

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:  # noqa: ARG002 - the contract's signature
        """Not offered: the hub confirms nothing about a person."""
        raise NotSupported(f"{SYSTEM} has no yes/no service")

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """A dossier, a procedure, or the list of procedures. See :class:`lienthong.interface.Connector`."""
        service = self.service_for(Verb.LOOKUP, query).name
        if self._public is not None:
            return await self._public.lookup(query, call)
        if isinstance(query, Apart):
            return await self._apart.lookup(query, service, call)
        reply = await self._wire.ask(self._requests.lookup(query), call)
        if isinstance(reply, NotLicensed):
            return reply
        answer = self._replies.read(reply, service)
        provenance = self._wire.provenance(service, reply, call)
        if answer.code != SUCCESS:
            if answer.speaks_of(self._unknown):
                return NotFound(provenance)
            raise self._fault(answer, service)
        if answer.wordy:
            raise ReplyUnreadable(self._wire.system, service, "the proxy sent words, not a result")
        today = provenance.answered_at.astimezone(VIETNAM).date()
        record = _record_of(answer, query, today)
        if record is None and answer.rows and not isinstance(query, DossierQuery):
            raise ReplyUnreadable(
                self._wire.system, service, "the result has rows, but not what was asked for"
            )
        return NotFound(provenance) if record is None else Found(record, provenance)

    async def share(self, message: Message, call: Call, *, update: bool = False) -> ShareOutcome:
        """A dossier or a progress step. See :class:`lienthong.interface.Connector`."""
        service = self.service_for(Verb.SHARE, message).name
        if self._rest is not None:
            return await self._rest.share(message, call)
        if isinstance(message, PaymentOrder):
            return await self._apart.begin(message, call)
        reply = await self._wire.ask(self._requests.share(message, update=update), call)
        if isinstance(reply, NotLicensed):
            return reply
        answer = self._replies.read(reply, service)
        provenance = self._wire.provenance(service, reply, call)
        if answer.code in self._exists_codes and answer.speaks_of(self._exists):
            if isinstance(message, HubDossier):
                return Rejected(answer.code, answer.message, provenance, "exists")
            # A step cannot be sent as an update: that the hub has it is all that was wanted.
            return Accepted(Receipt(code=answer.code, message=answer.message), provenance, True)
        if answer.code == SUCCESS:
            return Accepted(Receipt(code=answer.code, message=answer.message), provenance)
        reason = "unknown" if answer.speaks_of(self._unknown) else "refused"
        return Rejected(answer.code, answer.message, provenance, reason)

    async def check(self, call: Call) -> CheckAnswer:
        """Signs in where there is a session and fetches the shortest code list; of payments, asks for one that is none."""
        if self._rest is not None:
            return await self._rest.check(call)
        if self._public is not None:
            return await self._public.check(call)
        if self._wire.dialect == PAYMENT:
            return await self._apart.check(call)
        service = LIST_SEXES.name
        reply = await self._wire.ask_allowed(self._requests.check(), call)
        answer = self._replies.read(reply, service)
        if answer.code != SUCCESS:
            raise self._fault(answer, service)
        return CheckAnswer(service, f"the code list of sexes came with {len(answer.rows)} rows")

    def _fault(self, answer: Answer, service: str) -> SystemFault:
        # The hub's words stay out of the error: they may speak of a person.
        problem = f"the hub answered with error_code {answer.code[:20]}"
        return SystemFault(self._wire.system, service, problem)


def _record_of(answer: Answer, query: Query, today: date) -> Record | None:
    match query:
        case DossierQuery():
            return dossier_of(answer, query.dossier)
        case ProcedureQuery():
            return procedure_of(answer, national_code(query.code), today)
        case CodeListQuery():
            return code_list_of(answer, query.name)
        case PublicationDecisionQuery():
            return decision_of(answer, query.decision_id)
        case PortalAccountQuery():
            return account_of(answer)
        case QuestionsQuery():
            return questions_of(answer)
        case AnswersQuery():
            return answers_of(answer, query.question_id)
        case _:
            return procedures_of(answer)
