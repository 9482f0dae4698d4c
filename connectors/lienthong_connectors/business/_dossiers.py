"""Dossiers of generation 1: questions split into spans of days, lists read page by page (population page B1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from lienthong.interface import (
    Call,
    InvalidRequest,
    NotLicensed,
    RegistrationDayQuery,
    RegistrationDossier,
    RegistrationDossierQuery,
    RegistrationListQuery,
    ReplyUnreadable,
    WireReply,
)
from lienthong_connectors.channels import Page, Paging
from lienthong_connectors.values import plain_text

from ._options import DAY, DOSSIER, LIST, BusinessOptions, Operation
from ._replies import read_data, succeeds_or_fails
from ._values import NOT_FOUND, day, digits

Ask = Callable[[Operation, Mapping[str, str], Call], Awaitable[WireReply | NotLicensed]]
"""Sends one question: operation, query parameters, call."""

_LONGEST_JOURNAL = 50


class DossierReader:
    """Reads dossiers and lists of dossiers of one registration system.

    Args:
        ask: Sends one question.
        options: Span of days, rows per page, longest list.
        system: Name of the system, for errors.
    """

    def __init__(self, ask: Ask, options: BusinessOptions, system: str) -> None:
        self._ask = ask
        self._options = options
        self._system = system

    async def one(
        self, query: RegistrationDossierQuery, call: Call
    ) -> tuple[WireReply, list[RegistrationDossier]] | NotLicensed:
        """The answer, and the dossiers it holds under this journal number.

        Raises:
            InvalidRequest: The number cannot travel.
            ReplyUnreadable: The answer is about another dossier.
        """
        journal = query.journal_number.strip()
        if not journal or len(journal) > _LONGEST_JOURNAL or not journal.isprintable():
            raise InvalidRequest(
                "journal_number", f"must have 1 to {_LONGEST_JOURNAL} printable characters"
            )
        reply = await self._ask(DOSSIER, {"in_journal_no": journal}, call)
        if isinstance(reply, NotLicensed):
            return reply
        rows = self._page(reply, DOSSIER).rows
        found = [row for row in rows if _says_something(row)]
        if any(row.journal_number not in {"", journal} for row in found):
            raise ReplyUnreadable(
                self._system, DOSSIER, "the answer is about another dossier", retryable=False
            )
        return reply, found

    async def many(
        self, query: RegistrationListQuery | RegistrationDayQuery, call: Call
    ) -> tuple[WireReply, tuple[RegistrationDossier, ...]] | NotLicensed:
        """All dossiers, each once, and the answers joined in the order in which they came.

        Raises:
            InvalidRequest: The end lies before the beginning.
            ReplyUnreadable: The list is too long or repeats itself.
        """
        service, questions = self._questions(query)
        paging = Paging(
            self._system, service, size=self._options.page_rows, most=self._options.list_rows
        )
        bodies: list[bytes] = []
        found: dict[str | int, RegistrationDossier] = {}
        for question in questions:

            async def fetch(
                offset: int, question: Mapping[str, str] = question
            ) -> Page[RegistrationDossier] | NotLicensed:
                limits = {"offset": str(offset), "limit": str(self._options.page_rows)}
                reply = await self._ask(service, {**question, **limits}, call)
                if isinstance(reply, NotLicensed):
                    return reply
                bodies.append(reply.body)
                return self._page(reply, service)

            rows = await paging.read(fetch, lambda row: row.journal_number or None)
            if isinstance(rows, NotLicensed):
                return rows
            # A dossier on the edge of two spans is one dossier.
            for row in rows:
                if _says_something(row):
                    found.setdefault(row.journal_number or len(found), row)
        return WireReply(200, {}, b"".join(bodies)), tuple(found.values())

    def _page(self, reply: WireReply, service: str) -> Page[RegistrationDossier]:
        texts = self._options.not_found_texts
        return read_page(reply, system=self._system, service=service, not_found=texts)

    def _questions(
        self, query: RegistrationListQuery | RegistrationDayQuery
    ) -> tuple[Operation, list[Mapping[str, str]]]:
        if isinstance(query, RegistrationDayQuery):
            if query.to_time < query.from_time:
                raise InvalidRequest("to_time", "must not lie before from_time")
            times = {"from_ts": f"{query.from_time:%H:%M}", "to_ts": f"{query.to_time:%H:%M}"}
            return DAY, [times]
        if query.to_date < query.from_date:
            raise InvalidRequest("to_date", "must not lie before from_date")
        days = spans(query.from_date, query.to_date, self._options.span_days)
        return LIST, [
            {"from_date": f"{first:%d/%m/%Y}", "to_date": f"{last:%d/%m/%Y}"}
            for first, last in days
        ]


def spans(first: date, last: date, days: int) -> Iterator[tuple[date, date]]:
    """The days from ``first`` to ``last``, both included, in spans of at most so many, without gap or overlap."""
    start = first
    while start <= last:
        end = min(start + timedelta(days=days - 1), last)
        yield start, end
        start = end + timedelta(days=1)


def read_page(
    reply: WireReply, *, system: str, service: str, not_found: Iterable[str] = NOT_FOUND
) -> Page[RegistrationDossier]:
    """One page of a dossier list. ``DataCount`` is the page's or the whole list's number: unpublished (doubts page).

    Raises:
        SystemFault: ``Status`` says failure.
        ReplyUnreadable: It is no such answer.
    """
    content, data = read_data(reply, system=system, service=service, not_found=not_found)
    succeeds_or_fails(content, system=system, service=service)
    count = plain_text(content.get("DataCount"))
    total = int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None
    return Page(tuple(dossier(row) for row in data), total)


def dossier(row: dict[str, Any]) -> RegistrationDossier:
    """One row; fields that a service does not answer stay empty."""
    return RegistrationDossier(
        journal_number=plain_text(row.get("IN_JOURNAL_NO")),
        name=plain_text(row.get("NAME")),
        code=digits(row.get("ENTERPRISE_GDT_CODE")),
        internal_code=plain_text(row.get("ENTERPRISE_CODE")),
        kind=plain_text(row.get("ENTERPRISE_TYPE_ID")),
        document_type=plain_text(row.get("DOCUMENT_TYPE")),
        site=plain_text(row.get("SITE_ID")),
        status=plain_text(row.get("PROCESS_STATUS")),
        submission=plain_text(row.get("SUBMISSION_TYPE")),
        received=day(row.get("RECEIPT_DATE")),
        planned=day(row.get("PLAN_DATE")),
        processed=day(row.get("PROCESSED_DATE")),
        registered=day(row.get("REGISTRATION_DATE")),
        supplemented=day(row.get("SUPPLEMENT_DATE")),
        contact_name=plain_text(row.get("CONTACT_FULL_NAME")),
        contact_address=plain_text(row.get("CONTACT_ADDRESS")),
        contact_number=plain_text(row.get("CONTACT_ID_NO")),
        contact_phone=plain_text(row.get("CONTACT_PHONE")),
        contact_email=plain_text(row.get("CONTACT_EMAIL")),
    )


def _says_something(row: RegistrationDossier) -> bool:
    return bool(row.journal_number or row.name)
