"""Queries and messages as requests, in both dialects (hub page §1, §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from lienthong.interface import (
    AgencyProceduresQuery,
    AnswersQuery,
    Call,
    CodeListQuery,
    DossierQuery,
    EmcEvent,
    HubAnswer,
    HubDossier,
    HubFileQuery,
    HubProgress,
    HubQuestion,
    HubRating,
    InvalidRequest,
    Message,
    MinistryCodeRequest,
    MinistryDossier,
    MinistryStatus,
    MinistryUpload,
    NotSupported,
    PaymentOrder,
    PaymentQuery,
    PaymentReceiptQuery,
    PortalAccountQuery,
    PortalScoreQuery,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureSheetQuery,
    PromotionOutcome,
    PublicationDecisionQuery,
    Query,
    QuestionsQuery,
    Service,
    StoredFileQuery,
    StoredPapersQuery,
    WireRequest,
)

from ._messages import Spelling, dossier_to_wire, national_code, progress_to_wire, required
from ._options import Options
from ._payments import QUERY, Payments
from ._public import form_behind
from ._questions import answer_to_wire, outcome_to_wire, question_to_wire, rating_to_wire
from ._services import (
    ADAPTER,
    BEGIN_PAYMENT,
    CODE_LISTS,
    CREATE,
    FETCH_FILE,
    FIND_ACCOUNT,
    FIND_DOSSIER,
    FIND_PAPERS,
    FIND_PAYMENT,
    GET_DECISION,
    GET_FILE,
    GET_PAPER_FILE,
    GET_PROCEDURE,
    GET_PUBLIC,
    GET_RECEIPT,
    GET_SHEET,
    LIST_AGENCY_PROCEDURES,
    LIST_AGENCY_QUESTIONS,
    LIST_ANSWERS,
    LIST_PROCEDURES,
    LIST_PUBLIC,
    LIST_QUESTIONS,
    LIST_SEXES,
    MINISTRY,
    NEXT_CODE,
    PUBLIC,
    SCORES,
    SERVICES,
    SYNC_ANSWER,
    SYNC_DOSSIER,
    SYNC_OUTCOME,
    SYNC_PROGRESS,
    SYNC_QUESTION,
    SYNC_RATING,
    SYSTEM,
    TELL_EMC,
    TELL_PROGRESS,
    TELL_STATUS,
    UPLOAD,
)
from ._store import local_path, search_body

_HEADERS: Final = {
    "accept": "application/json",
    "content-type": "application/json",
    "charset": "utf-8",
}
"""As public clients send them (hub page §1); ``dstcode`` is the channel's."""

_BY_TYPE: Final[dict[type, Service]] = {
    AgencyProceduresQuery: LIST_AGENCY_PROCEDURES,
    ProcedureSheetQuery: GET_SHEET,
    PublicationDecisionQuery: GET_DECISION,
    PortalAccountQuery: FIND_ACCOUNT,
    AnswersQuery: LIST_ANSWERS,
    StoredPapersQuery: FIND_PAPERS,
    StoredFileQuery: GET_PAPER_FILE,
    PaymentQuery: FIND_PAYMENT,
    PaymentReceiptQuery: GET_RECEIPT,
    HubQuestion: SYNC_QUESTION,
    HubAnswer: SYNC_ANSWER,
    HubRating: SYNC_RATING,
    PromotionOutcome: SYNC_OUTCOME,
    PaymentOrder: BEGIN_PAYMENT,
    EmcEvent: TELL_EMC,
    MinistryCodeRequest: NEXT_CODE,
    MinistryUpload: UPLOAD,
    MinistryDossier: CREATE,
    MinistryStatus: TELL_STATUS,
}

_SHARED: Final = frozenset(
    {
        LIST_PROCEDURES.name,
        LIST_AGENCY_PROCEDURES.name,
        GET_DECISION.name,
        FIND_ACCOUNT.name,
        *(service.name for service in CODE_LISTS.values()),
    }
)
"""Services on the share endpoint; all others are on the integration endpoint (hub page §1)."""


class Requests:
    """Builds the requests of one dialect; addresses are joined once."""

    def __init__(self, url: str, dialect: str, options: Options) -> None:
        self._direct = dialect == ADAPTER
        self._dialect = dialect
        self._options = options
        base = url.rstrip("/") + "/"
        names = (service.name for service in SERVICES if dialect in service.dialects)
        if self._direct:
            integration = base + options.integration_path.lstrip("/")
            share = base + options.share_path.lstrip("/")
            self._urls = {name: share if name in _SHARED else integration for name in names}
        else:
            self._urls = {name: base + options.paths.get(name, name).lstrip("/") for name in names}
        self._update_url = (
            base + options.update_path.lstrip("/")
            if options.update_path
            else self._urls.get(SYNC_DOSSIER.name, "")
        )
        self._base = base
        self._spelling = Spelling(
            other_id_kind=options.other_id_kind,
            result_code_key=options.result_code_key,
            deleted_as_number=options.deleted_as == "number",
            typed_supplements=options.supplements_as == "typed",
            not_paid_online=options.not_paid_online,
        )
        self._payment_url = base + options.payment_path.lstrip("/")
        self._payments = Payments(
            options.payment_partner,
            options.payment_secret,
            options.payment_version,
            options.payment_init_signed,
            options.payment_query_signed,
        )

    def service_for(self, subject: Query | Message) -> Service:
        """The service for a subject in this dialect.

        Raises:
            NotSupported: There is none.
        """
        if isinstance(subject, HubFileQuery):
            service = self._file_service(subject)
        else:
            service = self._service_for(subject)
        if self._dialect not in service.dialects:
            raise NotSupported(
                f"{SYSTEM} has no {service.name} in the dialect {self._dialect!r}; it is in {', '.join(service.dialects)}"
            )
        return service

    def _service_for(self, subject: Query | Message) -> Service:
        match subject:
            case CodeListQuery():
                return CODE_LISTS[subject.name]
            case PortalScoreQuery():
                return SCORES[subject.report]
            case QuestionsQuery():
                return LIST_QUESTIONS if subject.asked_of == "portal" else LIST_AGENCY_QUESTIONS
            case HubDossier():
                return SYNC_DOSSIER
            case HubProgress():
                return TELL_PROGRESS if self._dialect == MINISTRY else SYNC_PROGRESS
            case DossierQuery():
                return FIND_DOSSIER
            case ProcedureQuery():
                return GET_PUBLIC if self._dialect == PUBLIC else GET_PROCEDURE
            case ProcedureListQuery():
                lists = {PUBLIC: LIST_PUBLIC, ADAPTER: LIST_PROCEDURES}
                return lists.get(self._dialect, LIST_AGENCY_PROCEDURES)
            case _:
                service = _BY_TYPE.get(type(subject))
                if service is None:
                    raise NotSupported(f"{SYSTEM} has no service for {type(subject).__name__}")
                return service

    def lookup(self, query: Query) -> WireRequest:
        """The request behind a look-up.

        Raises:
            NotSupported: No service for it.
            InvalidRequest: A field is empty or malformed.
        """
        return self._read(self.service_for(query).name, self._parameters(query))

    def _parameters(self, query: Query) -> dict[str, str]:  # noqa: C901 - one line per kind of query
        match query:
            case DossierQuery():
                if not query.dossier.strip():
                    raise InvalidRequest("dossier", "is empty")
                return {"mahoso": query.dossier.strip()}
            case ProcedureQuery():
                return {"maTTHC": national_code(query.code)}
            case AgencyProceduresQuery():
                agency = query.agency.strip() or self._options.ma_don_vi
                if not agency:
                    raise InvalidRequest("agency", "is empty and options.ma_don_vi is not set")
                return {"maDonVi": agency}
            case CodeListQuery():
                asks_kind = query.name == "procedures_of_kind"
                if asks_kind and not query.kind:
                    raise InvalidRequest("kind", "is needed for procedures_of_kind")
                return {"maLoaiThuTuc": query.kind} if asks_kind else {}
            case PublicationDecisionQuery():
                return {"idQDCB": required("decision_id", query.decision_id)}
            case PortalAccountQuery():
                return {
                    "provider": self._options.account_provider,
                    "mstorcmnd": query.number.value,
                }
            case AnswersQuery():
                return {"cauhoiid": required("question_id", query.question_id)}
            case QuestionsQuery():
                return {}
            case _:
                return {} if self._direct else {"maDonVi": self._options.ma_don_vi}

    def share(self, message: Message, *, update: bool) -> WireRequest:
        """The request behind a hand-over. Raises as :meth:`lookup`."""
        updating = "True" if update else "False"
        match message:
            case HubDossier():
                data = [dossier_to_wire(message, self._spelling)]
                if self._direct:
                    return self._post(SYNC_DOSSIER.name, {"isUpdating": updating, "data": data})
                url = self._update_url if update else self._urls[SYNC_DOSSIER.name]
                query = {"MaDinhDanhDV": self._options.ma_don_vi, "isUpdating": updating}
                return self._post_list(SYNC_DOSSIER.name, url, query, data)
            case HubProgress():
                data = [progress_to_wire(message)]
                if self._direct:
                    return self._post(SYNC_PROGRESS.name, {"data": data})
                query = {"MaDinhDanhDV": self._options.ma_don_vi}
                return self._post_list(
                    SYNC_PROGRESS.name, self._urls[SYNC_PROGRESS.name], query, data
                )
            case HubQuestion():
                return self._post(SYNC_QUESTION.name, {"data": [question_to_wire(message)]})
            case HubAnswer():
                return self._post(SYNC_ANSWER.name, {"data": [answer_to_wire(message)]})
            case HubRating():
                return self._post(SYNC_RATING.name, {"data": [rating_to_wire(message)]})
            case PromotionOutcome():
                values = {"type": "2", "data": outcome_to_wire(message)}
                return self._post(SYNC_OUTCOME.name, values)
            case _:
                raise NotSupported(f"{SYSTEM} does not take {type(message).__name__}")

    def stored_papers(self, query: StoredPapersQuery, call: Call) -> WireRequest:
        """The question to the national store. Raises ``InvalidRequest``."""
        name = FIND_PAPERS.name
        return self._plain(name, self._urls[name], search_body(query, call))

    def stored_file(self, query: StoredFileQuery) -> WireRequest:
        """One file of the national store. Raises ``InvalidRequest``."""
        values = {
            "CoQuanChuQuan": query.agency,
            "DuongDan": required("path", query.path),
        }
        return self._plain(GET_PAPER_FILE.name, self._urls[GET_PAPER_FILE.name], values)

    def file(self, query: HubFileQuery) -> WireRequest:
        """A file behind a link, at our own adapter or proxy. Raises ``InvalidRequest``."""
        name = self._file_service(query).name
        if name == FETCH_FILE.name:
            link = required("url", query.url)
            if "/" in link:
                local_path(
                    link, self._options.download_path
                )  # the proxy is led to no other address either
            asked = urlencode({"url" if "/" in link else "id": link})
            url = f"{self._urls[name]}?{asked}"
        else:
            url = self._base + local_path(query.url, self._options.download_path)
        return WireRequest(name, "GET", url, {"accept": "*/*"})

    def order(self, order: PaymentOrder) -> WireRequest:
        """The beginning of a payment. Raises ``InvalidRequest``."""
        return self._plain(BEGIN_PAYMENT.name, self._payment_url, self._payments.order(order))

    def payment(self, query: PaymentQuery | PaymentReceiptQuery) -> WireRequest:
        """A question about a payment. Raises ``InvalidRequest``."""
        receipt = isinstance(query, PaymentReceiptQuery)
        kind = self._options.payment_receipt_kind if receipt else QUERY
        values = self._payments.question(kind, query.reference, query.started_at)
        service = GET_RECEIPT if receipt else FIND_PAYMENT
        return self._plain(service.name, self._payment_url, values)

    def _file_service(self, query: HubFileQuery) -> Service:
        """An id names no address, so only the proxy can fetch it; links it fetches where that is set."""
        if self._dialect == PUBLIC:
            return form_behind(query.url)[0]
        fetched = self._options.file_service == FETCH_FILE.name or "/" not in query.url
        return FETCH_FILE if fetched else GET_FILE

    def _plain(self, service: str, url: str, values: Mapping[str, Any]) -> WireRequest:
        return WireRequest(service, "POST", url, _HEADERS, orjson.dumps(values))

    def check(self) -> WireRequest:
        """The shortest code list."""
        return self._read(LIST_SEXES.name, {})

    def _read(self, service: str, parameters: Mapping[str, str]) -> WireRequest:
        if self._direct:
            return self._post(service, parameters)
        query = f"?{urlencode(parameters)}" if parameters else ""
        return WireRequest(service, "GET", self._urls[service] + query, _HEADERS)

    def _post(self, service: str, parameters: Mapping[str, Any]) -> WireRequest:
        # The portal channel puts session and madonvi in front (hub page §1: they travel in the body).
        body = orjson.dumps({"service": service, **parameters})
        return WireRequest(service, "POST", self._urls[service], _HEADERS, body)

    def _post_list(
        self, service: str, url: str, query: Mapping[str, str], data: list[dict[str, Any]]
    ) -> WireRequest:
        # Proxies take the bare list and the rest in the query (hub page §1.1).
        return WireRequest(
            service, "POST", f"{url}?{urlencode(query)}", _HEADERS, orjson.dumps(data)
        )
