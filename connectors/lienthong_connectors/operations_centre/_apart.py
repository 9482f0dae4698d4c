"""Store, files and payments: services whose answers have envelopes of their own (hub page §1, §4.1, §5.3)."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from typing import Any

from lienthong.interface import (
    Accepted,
    Call,
    CheckAnswer,
    FileContent,
    Found,
    HubFileQuery,
    LookupOutcome,
    NotFound,
    NotLicensed,
    PaymentOrder,
    PaymentQuery,
    PaymentReceiptQuery,
    Receipt,
    Record,
    Rejected,
    ReplyUnreadable,
    ShareOutcome,
    StoredFileQuery,
    StoredPapersQuery,
    SystemFault,
    WireReply,
    as_object,
    as_text,
    read_json_text,
    read_object,
)
from lienthong_connectors.channels import NothingThere, Wire
from lienthong_connectors.values import VIETNAM

from ._payments import payment_of
from ._replies import SUCCESS
from ._requests import Requests
from ._services import BEGIN_PAYMENT, CHECK_PAYMENT
from ._store import base64_file, papers_of

Apart = StoredPapersQuery | StoredFileQuery | HubFileQuery | PaymentQuery | PaymentReceiptQuery
"""What is asked at this desk."""


class ApartDesk:
    """Asks store, files and payment platform of one system."""

    def __init__(self, wire: Wire, requests: Requests) -> None:
        self._wire = wire
        self._requests = requests

    async def lookup(self, query: Apart, service: str, call: Call) -> LookupOutcome:
        """Papers, a file, or a payment."""
        reply = await self._ask(query, call)
        if reply is None:
            return NotFound(self._wire.provenance(service, WireReply(404, {}, b""), call))
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(service, reply, call)
        record = self._record(query, reply, service)
        return NotFound(provenance) if record is None else Found(record, provenance)

    async def begin(self, order: PaymentOrder, call: Call) -> ShareOutcome:
        """Begins a payment: the receipt's reference is the address that the payer opens."""
        service = BEGIN_PAYMENT.name
        reply = await self._wire.ask(self._requests.order(order), call)
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(service, reply, call)
        content = self._object(reply, service)
        code = as_text(content.get("error_code"))
        message = as_text(content.get("message"))
        if not code:
            raise ReplyUnreadable(self._wire.system, service, "the answer has no error_code")
        if code.strip("0"):
            return Rejected(code, message, provenance)
        inner = read_json_text(message, system=self._wire.system, service=service)
        url = as_text(inner.get("UrlThanhToan")) if isinstance(inner, dict) else ""
        if not url.startswith("https://"):
            raise ReplyUnreadable(
                self._wire.system, service, "the answer has no https UrlThanhToan"
            )
        return Accepted(Receipt(code=SUCCESS, message=order.reference, reference=url), provenance)

    async def check(self, call: Call) -> CheckAnswer:
        """Asks the payment platform for a payment that is none."""
        service = CHECK_PAYMENT.name
        query = PaymentQuery(reference="0", started_at=datetime(2026, 1, 1, tzinfo=VIETNAM))
        reply = await self._wire.ask_allowed(self._requests.payment(query), call)
        content = self._object(reply, service)
        return CheckAnswer(
            service, f"a payment that is none was answered with {len(content)} members"
        )

    async def _ask(self, query: Apart, call: Call) -> WireReply | NotLicensed | None:
        """The answer; ``None`` when the address of a file names none."""
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

    def _record(self, query: Apart, reply: WireReply, service: str) -> Record | None:
        match query:
            case StoredPapersQuery():
                content = self._object(reply, service)
                self._succeeded(content.get("errorCode"), service)
                return papers_of(content)
            case StoredFileQuery():
                return base64_file(reply, "", self._wire.system, service)
            case PaymentQuery():
                return payment_of(self._payment_values(reply, service), query.reference)
            case PaymentReceiptQuery() if not reply.body.startswith(b"%PDF"):
                self._payment_values(reply, service)
                return None
            case _:
                kind = reply.headers.get("content-type", "").partition(";")[0].strip()
                content_base64 = b64encode(reply.body).decode("ascii")
                return FileContent(media_type=kind, content_base64=content_base64)

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
        return read_object(reply, system=self._wire.system, service=service)

    def _succeeded(self, code: object, service: str) -> None:
        text = as_text(code)
        if not text:
            raise ReplyUnreadable(self._wire.system, service, "the answer has no error code")
        if text.strip("0"):
            problem = f"the answer has the error code {text[:20]}"
            raise SystemFault(self._wire.system, service, problem, retryable=False)
