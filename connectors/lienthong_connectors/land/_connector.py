"""The land systems behind the common interface."""

from __future__ import annotations

from base64 import b64encode
from typing import Self

from lienthong.identity import CertificateBarcode, fold
from lienthong.interface import (
    Accepted,
    Ambiguous,
    Call,
    Callback,
    CertificateList,
    CertificateQuery,
    Channel,
    CheckAnswer,
    FileContent,
    Found,
    LandDocumentQuery,
    LandFileQuery,
    LandHandover,
    LandRejection,
    LandReturned,
    LandSupplement,
    LookupOutcome,
    Message,
    NotFound,
    NotLicensed,
    NotSupported,
    ParcelQuery,
    Provenance,
    Query,
    Receipt,
    Rejected,
    ReplyUnreadable,
    Service,
    ShareOutcome,
    SystemSettings,
    Tools,
    Verb,
    VerifyOutcome,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import NothingThere, Wire

from ._callbacks import CALLBACKS
from ._hosoxml import read_hosoxml
from ._options import Options, read
from ._records import Records
from ._replies import read_receipt, read_rows
from ._requests import Requests
from ._services import CHECK, FIND_PARCEL, GET_DOCUMENT, READ_FILE, SERVICES, SYSTEM


class LandConnector:
    """VBDLIS and iLIS: dossiers handed over, parcels and certificates looked up (insurance page §4, §5)."""

    system = SYSTEM

    def __init__(self, wire: Wire, requests: Requests, options: Options) -> None:
        self._wire = wire
        self._requests = requests
        self._names = options.names
        self._records = Records(options.names, wire.system)
        self._already: dict[type, tuple[str, ...]] = {
            LandHandover: tuple(map(fold, options.exists_texts)),
            LandSupplement: tuple(map(fold, options.not_waiting_texts)),
            LandReturned: tuple(map(fold, options.returned_texts)),
            LandRejection: (),
        }

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """See :class:`lienthong.interface.Connector`."""
        return SERVICES

    @classmethod
    def callbacks(cls) -> tuple[Callback, ...]:
        """See :class:`lienthong.interface.CalledConnector`; :class:`LandInbox` reads them."""
        return CALLBACKS

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """See :class:`lienthong.interface.Connector`."""
        wire = Wire(settings, tools, SERVICES)
        options = read(settings)
        return cls(wire, Requests(settings.url, wire.dialect, options), options)

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
        """Not offered: no yes/no service is published."""
        raise NotSupported(f"{SYSTEM} has no yes/no service")

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """A parcel, a certificate, or all certificates of an owner. See :class:`lienthong.interface.Connector`."""
        match query:
            case ParcelQuery():
                return await self._parcel(query, call)
            case CertificateQuery():
                return await self._certificate(query, call)
            case LandFileQuery():
                return await self._file(query, call)
            case LandDocumentQuery():
                return await self._document(query, call)
            case _:
                raise NotSupported(f"{SYSTEM} has no service for {type(query).__name__}")

    async def share(self, message: Message, call: Call, *, update: bool = False) -> ShareOutcome:  # noqa: ARG002 - there is no update
        """Hands over a dossier, supplements, or that a result was returned or is wrong.

        What the land system has already counts as taken; only its words tell (insurance page §4.2).
        """
        if not isinstance(message, LandHandover | LandSupplement | LandReturned | LandRejection):
            raise NotSupported(f"{SYSTEM} does not take {type(message).__name__}")
        request = self._requests.share(message)
        reply = await self._wire.ask(request, call)
        if isinstance(reply, NotLicensed):
            return reply
        answer = read_receipt(reply, self._wire.system, request.service)
        provenance = self._wire.provenance(request.service, reply, call)
        if answer.succeeded:
            return Accepted(_receipt(answer.code, answer.message, message), provenance)
        words = fold(answer.message)
        if any(text in words for text in self._already[type(message)]):
            return Accepted(_receipt(answer.code, answer.message, message), provenance, True)
        return Rejected(answer.code, answer.message, provenance)

    async def check(self, call: Call) -> CheckAnswer:
        """Looks for a parcel that cannot exist; no list service is published, and a parcel is no person."""
        request = self._requests.nothing()
        reply = await self._wire.ask_allowed(request, call)
        rows = read_rows(reply, self._names, self._wire.system, CHECK.name)
        return CheckAnswer(
            CHECK.name, f"a look-up of a parcel that cannot exist came back with {len(rows)} rows"
        )

    async def _parcel(self, query: ParcelQuery, call: Call) -> LookupOutcome:
        answer = await self._rows(self._requests.parcel(query), call)
        if isinstance(answer, NotLicensed):
            return answer
        rows, provenance = answer
        wanted = (query.commune, query.map_sheet, query.parcel)
        found = self._records.parcels(rows)
        if rows and not found:
            raise ReplyUnreadable(
                self._wire.system, FIND_PARCEL.name, "the answer has rows but no parcel in them"
            )
        # The key is unique, so another parcel in the answer is not an answer.
        for parcel in found:
            if (parcel.commune, parcel.map_sheet, parcel.parcel) == wanted:
                return Found(parcel, provenance)
        return NotFound(provenance)

    async def _certificate(self, query: CertificateQuery, call: Call) -> LookupOutcome:
        answer = await self._rows(self._requests.certificate(query), call)
        if isinstance(answer, NotLicensed):
            return answer
        rows, provenance = answer
        found = self._records.certificates(rows)
        if query.serial is not None:
            found = tuple(item for item in found if item.serial == query.serial.value)
        if query.barcode is not None:
            found = tuple(item for item in found if _fits(item.barcode, query.barcode))
        if not found:
            return NotFound(provenance)
        if query.serial is None and query.barcode is None:
            return Found(CertificateList(certificates=found), provenance)
        if len(found) != 1:
            return Ambiguous(provenance, len(found))
        return Found(found[0], provenance)

    async def _file(self, query: LandFileQuery, call: Call) -> LookupOutcome:
        try:
            reply = await self._wire.ask(self._requests.file(query), call)
        except NothingThere:
            reply = WireReply(404, {}, b"")
            return NotFound(self._wire.provenance(READ_FILE.name, reply, call))
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(READ_FILE.name, reply, call)
        record = read_hosoxml(reply.body, system=self._wire.system)
        serial = "".join(query.serial.value.split()).upper()
        # Who cannot name an owner learns nothing, not even that the certificate exists (insurance page §4.5).
        if serial not in record.serials or query.owner_number.strip() not in record.owner_numbers:
            return NotFound(provenance)
        return Found(record, provenance)

    async def _document(self, query: LandDocumentQuery, call: Call) -> LookupOutcome:
        service = GET_DOCUMENT.name
        try:
            reply = await self._wire.ask(self._requests.document(query), call)
        except NothingThere:
            return NotFound(self._wire.provenance(service, WireReply(404, {}, b""), call))
        if isinstance(reply, NotLicensed):
            return reply
        kind = reply.headers.get("content-type", "").partition(";")[0].strip()
        if not reply.body or kind == "text/html":
            raise ReplyUnreadable(self._wire.system, service, "the answer is a page, not a file")
        content = b64encode(reply.body).decode("ascii")
        record = FileContent(media_type=kind, content_base64=content)
        return Found(record, self._wire.provenance(service, reply, call))

    async def _rows(
        self, request: WireRequest, call: Call
    ) -> tuple[list[dict[str, object]], Provenance] | NotLicensed:
        reply = await self._wire.ask(request, call)
        if isinstance(reply, NotLicensed):
            return reply
        rows = read_rows(reply, self._names, self._wire.system, request.service)
        return rows, self._wire.provenance(request.service, reply, call)


def _fits(held: str, asked: CertificateBarcode) -> bool:
    """Whether a bar code fits: 15 digits are 13 with the province in front; the answer may lack it (insurance page §5)."""
    return not held or held[-13:] == asked.value[-13:]


def _receipt(
    code: str, message: str, sent: LandHandover | LandSupplement | LandReturned | LandRejection
) -> Receipt:
    return Receipt(code=code, message=message, reference=sent.dossier)
