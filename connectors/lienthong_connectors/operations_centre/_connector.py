"""The operations centre behind the common interface."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime
from typing import Any, Final, Self

from lienthong.identity import fold
from lienthong.interface import (
    Accepted,
    AnswersQuery,
    Call,
    Channel,
    CheckAnswer,
    CodeListQuery,
    CredentialsRefused,
    DossierQuery,
    FileContent,
    Found,
    HubDossier,
    HubFileQuery,
    LookupOutcome,
    Message,
    NotFound,
    NotLicensed,
    NotSupported,
    PaymentOrder,
    PaymentQuery,
    PaymentReceiptQuery,
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
    StoredFileQuery,
    StoredPapersQuery,
    SystemFault,
    SystemSettings,
    Tools,
    Verb,
    VerifyOutcome,
    WireReply,
    as_object,
    as_text,
    read_json,
    read_json_text,
)
from lienthong_connectors.channels import NothingThere, Wire

from ._lists import account_of, code_list_of, decision_of
from ._messages import VIETNAM, national_code
from ._options import Options, read
from ._payments import payment_of
from ._procedures import procedure_of, procedures_of
from ._questions import answers_of, questions_of
from ._replies import SUCCESS, Answer, Replies, dossier_of
from ._requests import Requests
from ._services import BEGIN_PAYMENT, LIST_SEXES, PAYMENT, SERVICES, SYSTEM
from ._store import base64_file, papers_of

_APART: Final = (
    StoredPapersQuery,
    StoredFileQuery,
    HubFileQuery,
    PaymentQuery,
    PaymentReceiptQuery,
)
_Apart = StoredPapersQuery | StoredFileQuery | HubFileQuery | PaymentQuery | PaymentReceiptQuery


class OperationsCentreConnector:
    """Dossiers and progress to the national portal, procedures from the national catalogue (hub page §1 to §3).

    Writes are not idempotent: a repeated step is stored twice, and a repeated addition is refused with words only.
    Whoever sends them looks a dossier up first (hub page §2.5).
    """

    system = SYSTEM

    def __init__(self, wire: Wire, requests: Requests, replies: Replies, options: Options) -> None:
        self._wire = wire
        self._requests = requests
        self._replies = replies
        self._exists = tuple(fold(text) for text in options.exists_texts)
        self._unknown = tuple(fold(text) for text in options.unknown_texts)

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

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
        if isinstance(query, _APART):
            return await self._lookup_apart(query, service, call)
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
        reply = await self._wire.ask(self._requests.share(message, update=update), call)
        if isinstance(reply, NotLicensed):
            return reply
        if isinstance(message, PaymentOrder):
            return self._begun(message, reply, call)
        answer = self._replies.read(reply, service)
        provenance = self._wire.provenance(service, reply, call)
        if answer.says_exists(self._exists):
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
        if self._wire.dialect == PAYMENT:
            return await self._check_payment(call)
        service = LIST_SEXES.name
        reply = await self._wire.ask(self._requests.check(), call)
        if isinstance(reply, NotLicensed):
            raise CredentialsRefused(self._wire.system, service, reply.reason)
        answer = self._replies.read(reply, service)
        if answer.code != SUCCESS:
            raise self._fault(answer, service)
        return CheckAnswer(service, f"the code list of sexes came with {len(answer.rows)} rows")

    async def _lookup_apart(self, query: _Apart, service: str, call: Call) -> LookupOutcome:
        """Look-ups whose answers have envelopes of their own: store, files, payments (hub page §4.1, §5.3)."""
        reply = await self._ask_apart(query, call)
        if reply is None:
            return NotFound(self._wire.provenance(service, WireReply(404, {}, b""), call))
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(service, reply, call)
        record: Record | None
        match query:
            case StoredPapersQuery():
                content = self._object(reply, service)
                self._succeeded(content.get("errorCode"), service)
                record = papers_of(content)
            case StoredFileQuery():
                record = base64_file(reply, "", self._wire.system, service)
            case PaymentQuery():
                record = payment_of(self._payment_values(reply, service), query.reference)
            case HubFileQuery() | PaymentReceiptQuery():
                kind = reply.headers.get("content-type", "").partition(";")[0].strip()
                if isinstance(query, PaymentReceiptQuery) and not reply.body.startswith(b"%PDF"):
                    self._payment_values(reply, service)
                    return NotFound(provenance)
                record = FileContent(
                    media_type=kind, content_base64=b64encode(reply.body).decode("ascii")
                )
        return NotFound(provenance) if record is None else Found(record, provenance)

    async def _ask_apart(self, query: _Apart, call: Call) -> WireReply | NotLicensed | None:
        match query:
            case StoredPapersQuery():
                request = self._requests.stored_papers(query, call)
            case StoredFileQuery():
                request = self._requests.stored_file(query)
            case HubFileQuery():
                request = self._requests.file(query)
            case _:
                request = self._requests.payment(query)
        try:
            return await self._wire.ask(request, call)
        except NothingThere:
            if isinstance(query, HubFileQuery | StoredFileQuery):
                return None
            raise

    def _begun(self, order: PaymentOrder, reply: WireReply, call: Call) -> ShareOutcome:
        provenance = self._wire.provenance(BEGIN_PAYMENT.name, reply, call)
        content = self._object(reply, BEGIN_PAYMENT.name)
        code = as_text(content.get("error_code"))
        message = as_text(content.get("message"))
        if not code:
            raise ReplyUnreadable(
                self._wire.system, BEGIN_PAYMENT.name, "the answer has no error_code"
            )
        if code.strip("0"):
            return Rejected(code, message, provenance)
        inner = read_json_text(message, system=self._wire.system, service=BEGIN_PAYMENT.name)
        url = as_text(inner.get("UrlThanhToan")) if isinstance(inner, dict) else ""
        if not url.startswith("https://"):
            raise ReplyUnreadable(
                self._wire.system, BEGIN_PAYMENT.name, "the answer has no https UrlThanhToan"
            )
        return Accepted(Receipt(code=SUCCESS, message=order.reference, reference=url), provenance)

    async def _check_payment(self, call: Call) -> CheckAnswer:
        query = PaymentQuery(reference="0", started_at=datetime(2026, 1, 1, tzinfo=VIETNAM))
        reply = await self._wire.ask(self._requests.payment(query), call)
        if isinstance(reply, NotLicensed):
            raise CredentialsRefused(self._wire.system, "QUERY", reply.reason)
        content = self._object(reply, "QUERY")
        return CheckAnswer(
            "QUERY", f"a payment that is none was answered with {len(content)} members"
        )

    def _payment_values(self, reply: WireReply, service: str) -> dict[str, Any]:
        """The fields of a payment's answer, direct or as JSON text inside ``message``."""
        content = self._object(reply, service)
        if "TrangThaiGD" in content or "MaLoi" in content:
            return content
        self._succeeded(content.get("error_code"), service)
        inner = content.get("message")
        if isinstance(inner, str):
            inner = read_json_text(inner, system=self._wire.system, service=service)
        return as_object(inner, system=self._wire.system, service=service)

    def _object(self, reply: WireReply, service: str) -> dict[str, Any]:
        content = read_json(reply, system=self._wire.system, service=service)
        return as_object(content, system=self._wire.system, service=service)

    def _succeeded(self, code: object, service: str) -> None:
        text = as_text(code)
        if not text:
            raise ReplyUnreadable(self._wire.system, service, "the answer has no error code")
        if text.strip("0"):
            problem = f"the answer has the error code {text[:20]}"
            raise SystemFault(self._wire.system, service, problem, retryable=False)

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
