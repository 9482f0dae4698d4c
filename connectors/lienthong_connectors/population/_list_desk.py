"""Lists of citizens: asked for now, answered later under a ticket (population page A3; the messages are ours)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import TypeVar

from lienthong.interface import (
    Accepted,
    Call,
    CitizenList,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenRecord,
    Deferred,
    Found,
    ListRequestRecord,
    ListRequests,
    LookupOutcome,
    Message,
    NotLicensed,
    Query,
    Receipt,
    Rejected,
    ShareOutcome,
    SystemFault,
    WireReply,
)
from lienthong_connectors.channels import Page, Paging, Wire

from ._elements import Element
from ._lists import (
    DONE,
    FAILED,
    read_citizens,
    read_file,
    read_removed,
    read_request,
    read_requests,
)
from ._operations import AS_FILE, STATUS, Operation
from ._options import PopulationOptions

T = TypeVar("T")

Ask = Callable[
    [Operation, Query | Message, Call, Mapping[str, str] | None],
    Awaitable[tuple[WireReply | NotLicensed, dict[str, str]]],
]

_MOST_REQUESTS_PER_PAGE = 100
_LONGEST_ID = 40


class ListDesk:
    """Everything about lists of one population system.

    Args:
        ask: Sends one question.
        wire: For provenance.
        open_body: Opens an answer.
        options: Rows per page, longest list.
    """

    def __init__(
        self,
        ask: Ask,
        wire: Wire,
        open_body: Callable[[str, WireReply], Element],
        options: PopulationOptions,
    ) -> None:
        self._ask = ask
        self._wire = wire
        self._open = open_body
        self._options = options

    async def share(
        self, operation: Operation, message: CitizenListRequest | CitizenListRemoval, call: Call
    ) -> ShareOutcome:
        """A ticket for a list, or the word that a list is removed."""
        reply, _ = await self._ask(operation, message, call, None)
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(operation, reply, call)
        body = self._open(operation, reply)
        if isinstance(message, CitizenListRemoval):
            if read_removed(body, system=self._wire.system, service=operation):
                return Accepted(Receipt(reference=message.ticket), provenance)
            return Rejected("", "the list request was not removed", provenance)
        request = read_request(body, None, system=self._wire.system, service=operation)
        if request.status == FAILED:
            return Rejected(FAILED, "the list request failed at once", provenance)
        return Deferred(request.ticket, provenance)

    async def lookup(
        self,
        operation: Operation,
        query: CitizenListsQuery | CitizenListStatusQuery | CitizenListQuery,
        call: Call,
    ) -> LookupOutcome:
        """Our requests, how one stands, or the list itself."""
        match query:
            case CitizenListsQuery():
                return await self._requests(operation, query, call)
            case CitizenListStatusQuery():
                return await self._status(operation, query, call)
            case CitizenListQuery():
                return await self._list(operation, query, call)

    async def _requests(
        self, operation: Operation, query: CitizenListsQuery, call: Call
    ) -> LookupOutcome:
        size = min(self._options.list_page_rows, _MOST_REQUESTS_PER_PAGE)

        def read(body: Element) -> Page[ListRequestRecord]:
            return read_requests(body, system=self._wire.system, service=operation)

        rows = await self._pages(operation, query, call, size, read, lambda row: row.ticket)
        if isinstance(rows, NotLicensed):
            return rows
        return Found(
            ListRequests(requests=rows[0]), self._wire.provenance(operation, rows[1], call)
        )

    async def _status(
        self, operation: Operation, query: CitizenListStatusQuery, call: Call
    ) -> LookupOutcome:
        reply, _ = await self._ask(operation, query, call, None)
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(operation, reply, call)
        body = self._open(operation, reply)
        record = read_request(body, query.ticket, system=self._wire.system, service=operation)
        if query.part == "result" and record.status not in {DONE, FAILED}:
            return Deferred(query.ticket, provenance)
        return Found(record, provenance)

    async def _list(
        self, operation: Operation, query: CitizenListQuery, call: Call
    ) -> LookupOutcome:
        """The list, after the word that it is finished: asking for an unfinished one is a Fault like any other."""
        reply, _ = await self._ask(STATUS, query, _numbered(call, 0), None)
        if isinstance(reply, NotLicensed):
            return reply
        provenance = self._wire.provenance(STATUS, reply, call)
        body = self._open(STATUS, reply)
        request = read_request(body, query.ticket, system=self._wire.system, service=STATUS)
        if request.status == FAILED:
            raise SystemFault(
                self._wire.system, STATUS, "the far side could not make the list", retryable=False
            )
        if request.status != DONE:
            return Deferred(query.ticket, provenance)
        if operation == AS_FILE:
            reply, _ = await self._ask(operation, query, call, None)
            if isinstance(reply, NotLicensed):
                return reply
            file = read_file(
                self._open(operation, reply), system=self._wire.system, service=operation
            )
            return Found(file, self._wire.provenance(operation, reply, call))

        def read(content: Element) -> Page[CitizenRecord]:
            return read_citizens(content, system=self._wire.system, service=operation)

        rows = await self._pages(operation, query, call, self._options.list_page_rows, read, _who)
        if isinstance(rows, NotLicensed):
            return rows
        return Found(CitizenList(citizens=rows[0]), self._wire.provenance(operation, rows[1], call))

    async def _pages(
        self,
        operation: Operation,
        query: CitizenListsQuery | CitizenListQuery,
        call: Call,
        size: int,
        read: Callable[[Element], Page[T]],
        key: Callable[[T], Hashable | None],
    ) -> tuple[tuple[T, ...], WireReply] | NotLicensed:
        """All rows, and the answers joined in the order in which they came."""
        bodies: list[bytes] = []

        async def fetch(_: int) -> Page[T] | NotLicensed:
            # Pages are counted, not rows: a far side that cuts pages shorter numbers them by its own length.
            number = len(bodies) + 1
            extra = {"Trang": str(number), "SoBanGhi": str(size)}
            reply, _fields = await self._ask(operation, query, _numbered(call, number), extra)
            if isinstance(reply, NotLicensed):
                return reply
            bodies.append(reply.body)
            return read(self._open(operation, reply))

        paging = Paging(self._wire.system, operation, size=size, most=self._options.list_rows)
        rows = await paging.read(fetch, key)
        if isinstance(rows, NotLicensed):
            return rows
        return rows, WireReply(200, {}, b"".join(bodies))


def _numbered(call: Call, number: int) -> Call:
    """The call with a request id of its own for each of its messages: MaYeuCau may not come twice (population page D4)."""
    suffix = f".{number}"
    return call.again(call.request_id[-(_LONGEST_ID - len(suffix)) :] + suffix)


def _who(record: CitizenRecord) -> Hashable | None:
    return (record.personal_id, record.old_card) if record.personal_id or record.old_card else None
