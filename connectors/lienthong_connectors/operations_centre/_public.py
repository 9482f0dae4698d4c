"""What the portal shows everybody: the catalogue, page by page or procedure by procedure, its forms (hub page §3.2), the points of index 766 (§9)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote, urljoin

import orjson

from lienthong.interface import (
    Call,
    CheckAnswer,
    FileContent,
    Found,
    HubFileQuery,
    InvalidRequest,
    LookupOutcome,
    NotFound,
    NotLicensed,
    NotSupported,
    PortalScoreQuery,
    ProcedureHead,
    ProcedureList,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureRecord,
    ProcedureSheetQuery,
    Query,
    ReplyUnreadable,
    Service,
    WireReply,
    WireRequest,
    as_list,
    as_text,
    read_object,
)
from lienthong_connectors.channels import NothingThere, Wire

from ._messages import national_code
from ._options import Options
from ._scores import score_request, scores_of
from ._services import (
    GET_ATTACHMENT,
    GET_FORM,
    GET_PUBLIC,
    GET_SHEET,
    LIST_PUBLIC,
    OLD_SCORES,
    SCORES,
    SYSTEM,
)

_ANY: Final = {"accept": "*/*"}
_JSON: Final = {"accept": "application/json", "content-type": "application/json; charset=utf-8"}
_TAILS: Final = {
    LIST_PUBLIC.name: f"submitting/formality/{LIST_PUBLIC.name}",
    GET_PUBLIC.name: f"configuring/formality/{GET_PUBLIC.name}",
    GET_SHEET.name: f"configuring/formality/{GET_SHEET.name}",
    GET_ATTACHMENT.name: f"submitting/{GET_ATTACHMENT.name}",
    GET_FORM.name: GET_FORM.name,
    **{name: f"reporting/evaluation/{name}" for name in SCORES},
}
_OLD_PAGES: Final = "/jsp/rest.jsp"
"""From the root of the host: the old pages are not below the new ones' ``/api/v1``."""
_FORMS: Final = (
    (GET_ATTACHMENT, re.compile(r"/submitting/preview-attachment(\?fileId=[\w.%-]{1,200})$")),
    (GET_FORM, re.compile(r"/files/configuring(/[\w.-]{1,100}/[\w.%()-]{1,300})$")),
)
"""Links to forms, and what of them goes to the portal that we know."""
_PAGE: Final = 200
"""The longest page that clients were seen to ask for."""
_LEVELS: Final = {"isMinistry": "ministry", "isProvince": "province", "isWard": "commune"}


def form_behind(url: str) -> tuple[Service, str]:
    """The service behind a link of the portal, and the tail of the link.

    Raises:
        InvalidRequest: It is no link to a form; no other host is ever asked.
    """
    for service, form in _FORMS:
        if (found := form.search(url)) and ".." not in unquote(found[1]):
            return service, found[1]
    raise InvalidRequest("url", "is no link to a form on the portal")


class PublicDesk:
    """Reads what anybody may.

    Args:
        wire: The connector's end of the wire, in the dialect ``public``.
        options: The connector's options.
    """

    def __init__(self, wire: Wire, options: Options) -> None:
        self._wire = wire
        self._urls = {
            name: wire.url(options.paths.get(name, tail)) for name, tail in _TAILS.items()
        }
        self._urls[OLD_SCORES.name] = urljoin(
            wire.url(""), options.paths.get(OLD_SCORES.name, _OLD_PAGES)
        )
        self._options = options

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """A page of a list, or what the portal shows of one procedure.

        Raises:
            CallFailed: As the channel; ``ReplyUnreadable`` when the answer holds no page.
        """
        match query:
            case ProcedureListQuery():
                return await self._page(query, call)
            case ProcedureQuery():
                return await self._procedure(national_code(query.code), call)
            case ProcedureSheetQuery():
                return await self._sheet(national_code(query.code), call)
            case PortalScoreQuery():
                return await self._scores(query, call)
            case HubFileQuery():
                service, tail = form_behind(query.url)
                request = WireRequest(service.name, "GET", self._urls[service.name] + tail, _ANY)
                return await self._file(request, call)
            case _:
                raise NotSupported(f"{SYSTEM} shows no {type(query).__name__} to everybody")

    async def check(self, call: Call) -> CheckAnswer:
        """Asks for a page of one."""
        reply = await self._wire.ask_allowed(self._post(LIST_PUBLIC.name, {"limit": 1}), call)
        self._data(reply, LIST_PUBLIC.name)
        return CheckAnswer(LIST_PUBLIC.name, "a page of the public catalogue came")

    async def _page(self, query: ProcedureListQuery, call: Call) -> LookupOutcome:
        wanted = {"limit": _PAGE, **({"lastId": query.after} if query.after else {})}
        reply = await self._wire.ask(self._post(LIST_PUBLIC.name, wanted), call)
        if isinstance(reply, NotLicensed):
            return reply
        data = self._data(reply, LIST_PUBLIC.name)
        provenance = self._wire.provenance(LIST_PUBLIC.name, reply, call)
        heads = tuple(ProcedureHead(code=code, name=name) for _, code, name in _items(data))
        if data.get("items") == []:
            return NotFound(provenance)
        if not heads:
            problem = "the page holds no procedure with id, code and name"
            raise ReplyUnreadable(self._wire.system, LIST_PUBLIC.name, problem)
        return Found(ProcedureList(procedures=heads, after=as_text(data.get("lastId"))), provenance)

    async def _scores(self, query: PortalScoreQuery, call: Call) -> LookupOutcome:
        request = score_request(query, self._urls[query.report], self._options)
        reply = await self._wire.ask(request, call)
        if isinstance(reply, NotLicensed):
            return reply
        scores = scores_of(reply, query, self._wire.system)
        provenance = self._wire.provenance(query.report, reply, call)
        return NotFound(provenance) if scores is None else Found(scores, provenance)

    async def _sheet(self, code: str, call: Call) -> LookupOutcome:
        item = await self._item(code, GET_SHEET.name, call)
        if not isinstance(item, tuple):
            return item
        return await self._file(self._post(GET_SHEET.name, {"id": item[0]}), call)

    async def _file(self, request: WireRequest, call: Call) -> LookupOutcome:
        """A file as it comes; ``NotFound`` when its address names none."""
        try:
            reply = await self._wire.ask(request, call)
        except NothingThere:
            return NotFound(self._wire.provenance(request.service, WireReply(404, {}, b""), call))
        if isinstance(reply, NotLicensed):
            return reply
        if request.service == GET_SHEET.name and not reply.body.startswith(b"%PDF"):
            raise ReplyUnreadable(self._wire.system, request.service, "the answer is no PDF")
        record = FileContent(
            media_type=reply.headers.get("content-type", "").partition(";")[0].strip(),
            content_base64=b64encode(reply.body).decode("ascii"),
        )
        return Found(record, self._wire.provenance(request.service, reply, call))

    async def _item(
        self, code: str, service: str, call: Call
    ) -> tuple[str, str, str] | NotFound | NotLicensed:
        """Id, code and name of the procedure that ``service`` is to be asked about: its id the list alone knows."""
        listed = await self._wire.ask(
            self._post(LIST_PUBLIC.name, {"limit": _PAGE, "q": code}), call
        )
        if isinstance(listed, NotLicensed):
            return listed
        found = _items(self._data(listed, LIST_PUBLIC.name))
        item = next((item for item in found if item[1] == code), None)
        return item or NotFound(self._wire.provenance(service, listed, call))

    async def _procedure(self, code: str, call: Call) -> LookupOutcome:
        item = await self._item(code, GET_PUBLIC.name, call)
        if not isinstance(item, tuple):
            return item
        reply = await self._wire.ask(self._post(GET_PUBLIC.name, {"id": item[0]}), call)
        if isinstance(reply, NotLicensed):
            return reply
        data = self._data(reply, GET_PUBLIC.name)
        category = data.get("category")
        field = category if isinstance(category, Mapping) else {}
        # Papers and results are not set: it is unknown which there are, not that there are none.
        record = ProcedureRecord(
            code=code,
            name=item[2],
            level=tuple(ours for name, ours in _LEVELS.items() if data.get(name) is True),
            field_code=as_text(field.get("id")),
            field_name=as_text(field.get("name")),
        )
        return Found(record, self._wire.provenance(GET_PUBLIC.name, reply, call))

    def _post(self, service: str, values: Mapping[str, object]) -> WireRequest:
        return WireRequest(service, "POST", self._urls[service], _JSON, orjson.dumps(values))

    def _data(self, reply: WireReply, service: str) -> Mapping[str, Any]:
        data = read_object(reply, system=self._wire.system, service=service).get("data")
        if not isinstance(data, Mapping):
            raise ReplyUnreadable(self._wire.system, service, "the answer has no data")
        return data


def _items(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Id, national code and name of each procedure of a page that has all three."""
    for item in as_list(data.get("items")):
        if isinstance(item, Mapping):
            code = as_text(item.get("code")) or as_text(item.get("codeNotation"))
            found = as_text(item.get("id")), code, as_text(item.get("name"))
            if all(found):
                yield found
