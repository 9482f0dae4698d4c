"""The same front door for callers without an event loop: Django, Flask, WSGI, threads.

One event loop runs in a thread of its own for the length of the ``with`` block; any number of threads may call.

.. code-block:: python

    from lienthong.blocking import OneStop

    with OneStop.from_config("config/sandbox.toml") as one_stop:
        case = one_stop.open_case(...)
        person = case.verify_citizen()
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from lienthong import cases as _cases
from lienthong.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from lienthong.cases import (
        CasePage,
        Choice,
        EventPage,
        IssuedResult,
        Paper,
        Preview,
        Settled,
        Status,
        Verification,
        WrongValue,
        WrongValueStatus,
    )
    from lienthong.interface import (
        Component,
        LookupOutcome,
        OtherPaper,
        ProcedureRecord,
        Provenance,
        Query,
        VerifyOutcome,
    )
    from lienthong.onceonly import Applicant, Explanation, Plan

__all__ = ["Case", "OneStop"]

T = TypeVar("T")

_ENDED = "the with block of this OneStop has ended; open another one"


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._gate = threading.Lock()
        self._closed = False
        self._works: set[Any] = set()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="lienthong", daemon=True
        )
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine there and waits for it here. An interrupted wait cancels the work.

        Raises:
            RuntimeError: The ``with`` block of the front door has ended, or ends while this waits; or it is called
                from the loop's own thread, which would wait for itself.
        """
        if threading.current_thread() is self._thread:
            work.close()
            msg = (
                "lienthong.blocking is called from its own event loop; use lienthong.OneStop there"
            )
            raise RuntimeError(msg)
        with self._gate:
            if self._closed:
                work.close()
                raise RuntimeError(_ENDED)
            self._works.add(work)
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            result = future.result()
        except CancelledError:
            raise RuntimeError(_ENDED) from None
        except Exception:
            self._works.discard(work)
            raise
        except BaseException:
            # It stays among the works: closing waits until it has let go of the store.
            future.cancel()
            raise
        self._works.discard(work)
        return result

    def end(self, last: Coroutine[Any, Any, Any]) -> None:
        """Takes no more work, cancels what other threads still wait for, then runs the last coroutine."""
        with self._gate:
            self._closed = True
            future = asyncio.run_coroutine_threadsafe(self._end(last), self._loop)
        future.result()

    async def _end(self, last: Coroutine[Any, Any, Any]) -> None:
        under_way = {task for task in asyncio.all_tasks() if task.get_coro() in self._works}
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)
        await last

    def close(self) -> None:
        """Ends loop and thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _entered(door: AbstractAsyncContextManager[_cases.OneStop]) -> _cases.OneStop:
    return await door.__aenter__()


async def _left(door: AbstractAsyncContextManager[_cases.OneStop]) -> None:
    await door.__aexit__(None, None, None)


class Case:
    """A blocking view of :class:`lienthong.Case`; arguments, results and errors are the same."""

    def __init__(self, case: _cases.Case, loop: _Loop) -> None:
        self._case = case
        self._loop = loop

    @property
    def id(self) -> str:
        """Our id of the case."""
        return self._case.id

    @property
    def dossier(self) -> str:
        """The dossier code."""
        return self._case.dossier

    @property
    def status(self) -> Status:
        """Where the case stands."""
        return self._case.status

    @property
    def closed(self) -> bool:
        """Whether the case has ended."""
        return self._case.closed

    @property
    def agency(self) -> str:
        """Unit that received the case."""
        return self._case.agency

    @property
    def processing_agency(self) -> str:
        """Unit that processes it."""
        return self._case.processing_agency

    @property
    def identity(self) -> str:
        """What is known of the applicant."""
        return self._case.identity

    @property
    def applicant(self) -> Applicant:
        """Who the case is about."""
        return self._case.applicant

    @property
    def about(self) -> dict[str, Applicant]:
        """Whom a paper is about, where that is not the applicant."""
        return self._case.about

    @property
    def procedure(self) -> ProcedureRecord:
        """The procedure with its papers and results."""
        return self._case.procedure

    @property
    def components(self) -> tuple[Component, ...]:
        """The papers that this case needs."""
        return self._case.components

    @property
    def choices(self) -> tuple[str, ...]:
        """The alternatives (TRUONGHOP) of the procedure."""
        return self._case.choices

    def verify(self, *, insist: bool = False) -> Verification:
        """See :meth:`lienthong.Case.verify`."""
        return self._loop.run(self._case.verify(insist=insist))

    def verify_citizen(
        self,
        *,
        personal_id: str | None = None,
        full_name: str | None = None,
        birth_date: str | None = None,
        sex: str | None = None,
        insist: bool = False,
    ) -> Verification:
        """See :meth:`lienthong.Case.verify_citizen`."""
        return self._loop.run(
            self._case.verify_citizen(
                personal_id=personal_id,
                full_name=full_name,
                birth_date=birth_date,
                sex=sex,
                insist=insist,
            )
        )

    def verify_organisation(self) -> Verification:
        """See :meth:`lienthong.Case.verify_organisation`."""
        return self._loop.run(self._case.verify_organisation())

    def find_account(self) -> LookupOutcome:
        """See :meth:`lienthong.Case.find_account`."""
        return self._loop.run(self._case.find_account())

    def lookup(self, system: str, query: Query, *, reason: str) -> LookupOutcome:
        """See :meth:`lienthong.Case.lookup`."""
        return self._loop.run(self._case.lookup(system, query, reason=reason))

    def confirm(self, system: str, query: Query, *, reason: str) -> VerifyOutcome:
        """See :meth:`lienthong.Case.confirm`."""
        return self._loop.run(self._case.confirm(system, query, reason=reason))

    def plan_documents(
        self,
        *,
        choice: str | Sequence[str] | None = None,
        about: Mapping[str, Applicant | None] | None = None,
    ) -> Plan:
        """See :meth:`lienthong.Case.plan_documents`."""
        return self._loop.run(self._case.plan_documents(choice=choice, about=about))

    def name_subjects(self, about: Mapping[str, Applicant | None]) -> None:
        """See :meth:`lienthong.Case.name_subjects`."""
        self._loop.run(self._case.name_subjects(about))

    def preview(self, component: str) -> Preview:
        """See :meth:`lienthong.Case.preview`."""
        return self._loop.run(self._case.preview(component))

    def consent(self, component: str, *, granted: bool) -> None:
        """See :meth:`lienthong.Case.consent`."""
        self._loop.run(self._case.consent(component, granted=granted))

    def choices_made(self) -> tuple[Choice, ...]:
        """See :meth:`lienthong.Case.choices_made`."""
        return self._loop.run(self._case.choices_made())

    def decline_reuse(self, *components: str) -> None:
        """See :meth:`lienthong.Case.decline_reuse`."""
        self._loop.run(self._case.decline_reuse(*components))

    def accept(self, *papers: Paper | OtherPaper, subject: str = "") -> None:
        """See :meth:`lienthong.Case.accept`."""
        self._loop.run(self._case.accept(*papers, subject=subject))

    def advance(
        self,
        status: Status | str,
        note: str = "",
        *,
        officer: str | None = None,
        title: str = "",
        department: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """See :meth:`lienthong.Case.advance`."""
        self._loop.run(
            self._case.advance(
                status,
                note,
                officer=officer,
                title=title,
                department=department,
                due_at=due_at,
            )
        )

    def record_fee(
        self,
        code: str,
        name: str,
        amount: int,
        *,
        way: Literal["0", "1", "2"] = "0",
        paid_at: datetime | None = None,
        when: Literal["", "1", "2", "4"] = "",
        kind: str = "",
    ) -> None:
        """See :meth:`lienthong.Case.record_fee`."""
        self._loop.run(
            self._case.record_fee(
                code, name, amount, way=way, paid_at=paid_at, when=when, kind=kind
            )
        )

    def record_return(self, form: Literal["0", "1"], note: str = "") -> None:
        """See :meth:`lienthong.Case.record_return`."""
        self._loop.run(self._case.record_return(form, note))

    def decide_again(self, reason: str) -> None:
        """See :meth:`lienthong.Case.decide_again`."""
        self._loop.run(self._case.decide_again(reason))

    def report_wrong_value(
        self,
        attribute: str,
        *,
        right: str,
        component: str | None = None,
        provenance: Provenance | None = None,
        held: str = "",
        note: str = "",
    ) -> WrongValue:
        """See :meth:`lienthong.Case.report_wrong_value`."""
        return self._loop.run(
            self._case.report_wrong_value(
                attribute,
                right=right,
                component=component,
                provenance=provenance,
                held=held,
                note=note,
            )
        )

    def wrong_values(self) -> tuple[WrongValue, ...]:
        """See :meth:`lienthong.Case.wrong_values`."""
        return self._loop.run(self._case.wrong_values())

    def hand_over(self, agency: str) -> None:
        """See :meth:`lienthong.Case.hand_over`."""
        self._loop.run(self._case.hand_over(agency))

    def close(self, *results: IssuedResult, note: str = "Trả kết quả") -> None:
        """See :meth:`lienthong.Case.close`."""
        self._loop.run(self._case.close(*results, note=note))

    def recorded_plan(self) -> Plan:
        """See :meth:`lienthong.Case.recorded_plan`."""
        return self._loop.run(self._case.recorded_plan())

    def decisions(self) -> tuple[dict[str, Any], ...]:
        """See :meth:`lienthong.Case.decisions`."""
        return self._loop.run(self._case.decisions())

    def explain(self) -> tuple[Explanation, ...]:
        """See :meth:`lienthong.Case.explain`."""
        return self._loop.run(self._case.explain())


class OneStop:
    """A blocking view of :class:`lienthong.OneStop`; safe to share between threads."""

    def __init__(self, one_stop: _cases.OneStop, loop: _Loop) -> None:
        self._one_stop = one_stop
        self._loop = loop

    @classmethod
    @contextmanager
    def from_config(
        cls, settings: Settings | str | Path, *, now: Callable[[], datetime] | None = None
    ) -> Iterator[Self]:
        """See :meth:`lienthong.OneStop.from_config`. At the end of the block calls of other threads are cut off."""
        loop = _Loop()
        try:
            door = _cases.OneStop.from_config(settings, now=now)
            one_stop = loop.run(_entered(door))
            try:
                yield cls(one_stop, loop)
            finally:
                loop.end(_left(door))
        finally:
            loop.close()

    def open_case(
        self,
        *,
        dossier: str,
        procedure: str,
        officer: str,
        agency: str,
        applicant: Applicant,
        processing_agency: str | None = None,
        channel: str = "1",
        choice: str | Sequence[str] | None = None,
        officer_number: str = "",
        officer_title: str = "",
        submitted_at: datetime | None = None,
        submitted_through: str | None = None,
        return_form: str = "0",
        about: Mapping[str, Applicant] | None = None,
    ) -> Case:
        """See :meth:`lienthong.OneStop.open_case`."""
        work = self._one_stop.open_case(
            dossier=dossier,
            procedure=procedure,
            officer=officer,
            agency=agency,
            applicant=applicant,
            processing_agency=processing_agency,
            channel=channel,
            choice=choice,
            officer_number=officer_number,
            officer_title=officer_title,
            submitted_at=submitted_at,
            submitted_through=submitted_through,
            return_form=return_form,
            about=about,
        )
        return Case(self._loop.run(work), self._loop)

    def case(
        self,
        dossier: str,
        *,
        officer: str | None = None,
        agency: str | None = None,
        officer_number: str = "",
        officer_title: str = "",
    ) -> Case:
        """See :meth:`lienthong.OneStop.case`."""
        work = self._one_stop.case(
            dossier,
            officer=officer,
            agency=agency,
            officer_number=officer_number,
            officer_title=officer_title,
        )
        return Case(self._loop.run(work), self._loop)

    def cases(
        self,
        *,
        status: Status | None = None,
        agency: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> CasePage:
        """See :meth:`lienthong.OneStop.cases`."""
        return self._loop.run(
            self._one_stop.cases(status=status, agency=agency, after=after, limit=limit)
        )

    def events(self, *, after: int | None = None, limit: int = 100) -> EventPage:
        """See :meth:`lienthong.OneStop.events`."""
        return self._loop.run(self._one_stop.events(after=after, limit=limit))

    def wrong_values(
        self, *, status: WrongValueStatus | str | None = None, after: str = "", limit: int = 50
    ) -> tuple[WrongValue, ...]:
        """See :meth:`lienthong.OneStop.wrong_values`."""
        return self._loop.run(self._one_stop.wrong_values(status=status, after=after, limit=limit))

    def wrong_value(self, report_id: str) -> WrongValue:
        """See :meth:`lienthong.OneStop.wrong_value`."""
        return self._loop.run(self._one_stop.wrong_value(report_id))

    def answer_wrong_value(
        self, report_id: str, status: WrongValueStatus | str, answer: str, *, officer: str
    ) -> WrongValue:
        """See :meth:`lienthong.OneStop.answer_wrong_value`."""
        return self._loop.run(
            self._one_stop.answer_wrong_value(report_id, status, answer, officer=officer)
        )

    def settle(self, limit: int = 100) -> Settled:
        """See :meth:`lienthong.OneStop.settle`."""
        return self._loop.run(self._one_stop.settle(limit))
