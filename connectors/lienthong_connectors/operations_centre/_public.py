"""The public catalogue of the new portal: pages by cursor, then one procedure by the portal's own id (hub page §3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from lienthong.interface import (
    Call,
    CheckAnswer,
    Found,
    LookupOutcome,
    NotFound,
    NotLicensed,
    NotSupported,
    ProcedureHead,
    ProcedureList,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureRecord,
    Query,
    ReplyUnreadable,
    WireReply,
    WireRequest,
    as_list,
    as_text,
    read_object,
)
from lienthong_connectors.channels import Wire

from ._messages import national_code
from ._options import Options
from ._services import GET_PUBLIC, LIST_PUBLIC, SYSTEM

_JSON: Final = {"accept": "application/json", "content-type": "application/json; charset=utf-8"}
_TAILS: Final = {
    LIST_PUBLIC.name: f"submitting/formality/{LIST_PUBLIC.name}",
    GET_PUBLIC.name: f"configuring/formality/{GET_PUBLIC.name}",
}
_PAGE: Final = 200
"""The longest page that clients were seen to ask for."""
_LEVELS: Final = {"isMinistry": "ministry", "isProvince": "province", "isWard": "commune"}


class PublicDesk:
    """Reads the public catalogue.

    Args:
        wire: The connector's end of the wire, in the dialect ``public``.
        options: The connector's options.
    """

    def __init__(self, wire: Wire, options: Options) -> None:
        self._wire = wire
        self._urls = {
            name: wire.url(options.paths.get(name, tail)) for name, tail in _TAILS.items()
        }

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """A page of the list, or what the portal shows of one procedure.

        Raises:
            CallFailed: As the channel; ``ReplyUnreadable`` when the answer holds no page.
        """
        match query:
            case ProcedureListQuery():
                return await self._page(query, call)
            case ProcedureQuery():
                return await self._procedure(national_code(query.code), call)
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

    async def _procedure(self, code: str, call: Call) -> LookupOutcome:
        """First its id, which the list alone knows."""
        listed = await self._wire.ask(
            self._post(LIST_PUBLIC.name, {"limit": _PAGE, "q": code}), call
        )
        if isinstance(listed, NotLicensed):
            return listed
        found = _items(self._data(listed, LIST_PUBLIC.name))
        item = next((item for item in found if item[1] == code), None)
        if item is None:
            return NotFound(self._wire.provenance(LIST_PUBLIC.name, listed, call))
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
