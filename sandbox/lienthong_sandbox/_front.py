"""What stands before every system: writes the journal, asks the system, does what the fault plan says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import ExitStack

from lienthong_sandbox import _spoil, _thainguyen
from lienthong_sandbox._faults import Fault, FaultPlan
from lienthong_sandbox._journal import Entry, Journal
from lienthong_sandbox._server import Delivery
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request, Response, System


class Front:
    """The handler that a system's listener calls."""

    def __init__(
        self,
        system: System,
        plan: FaultPlan,
        journal: Journal,
        tokens: TokenBook,
        settings: Mapping[str, object],
    ) -> None:
        self._system = system
        self._settings = settings
        self._plan = plan
        self._journal = journal
        self._tokens = tokens

    async def handle(self, request: Request) -> Response | Delivery:
        """Answers a request, faults included."""
        name = self._system.name
        service = self._system.service_of(_thainguyen.inner(request) or request)
        entry = self._journal.open(
            time.time(),
            name,
            service,
            request.method,
            request.path,
            tuple(request.headers),
            request.body,
            request.query,
        )
        faults, wait_s = self._plan.take(name, service, self._tokens.alive(name))
        if not faults:
            response = await self._ask(request, entry)
            entry.status = response.status
            return response
        entry.faults = tuple(sorted({field for fault in faults for field in fault.shown()}))
        await asyncio.sleep(wait_s)
        return await self._faulty(request, faults, entry)

    async def _faulty(
        self, request: Request, faults: list[Fault], entry: Entry
    ) -> Response | Delivery:
        answer = next(filter(None, map(_spoil.replaced, faults)), None)
        if answer is None:
            answer = await self._asked(request, faults, entry)
            for fault in faults:
                answer = _spoil.spoiled(answer, fault)
        delivery = _delivery(answer, faults)
        entry.status = 0 if delivery.drop else answer.status
        return delivery

    async def _asked(self, request: Request, faults: list[Fault], entry: Entry) -> Response:
        if any(fault.expire_tokens for fault in faults):
            self._tokens.expire_all(self._system.name)
        with ExitStack() as stack:
            if any(fault.refuse_tokens for fault in faults):
                stack.enter_context(self._tokens.refusing())
            return await self._ask(request, entry)

    async def _ask(self, request: Request, entry: Entry) -> Response:
        asked = _thainguyen.inner(request)
        if asked is None:
            return await self._system.handle(request)
        answer = await self._system.handle(asked)
        return _thainguyen.wrapped(asked, answer, entry.number, self._settings)


def _delivery(answer: Response, faults: list[Fault]) -> Delivery:
    cuts = [fault.cut_after_bytes for fault in faults if fault.cut_after_bytes is not None]
    speeds = [fault.trickle_bytes_per_s for fault in faults if fault.trickle_bytes_per_s]
    return Delivery(
        answer,
        drop=any(fault.drop_after_processing for fault in faults),
        cut_after_bytes=min(cuts) if cuts else None,
        trickle_bytes_per_s=min(speeds) if speeds else 0,
        half_close=any(fault.half_close for fault in faults),
        filler=int(max(fault.oversize_mb for fault in faults) * 1024 * 1024),
    )
