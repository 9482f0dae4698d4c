"""What stands before every system: writes the journal, asks the system, does what the fault plan says."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack

from lienthong_sandbox import _spoil
from lienthong_sandbox._faults import Fault, FaultPlan
from lienthong_sandbox._journal import Entry, Journal
from lienthong_sandbox._server import Delivery
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request, Response, System


class Front:
    """The handler that a system's listener calls."""

    def __init__(
        self, system: System, plan: FaultPlan, journal: Journal, tokens: TokenBook
    ) -> None:
        self._system = system
        self._plan = plan
        self._journal = journal
        self._tokens = tokens

    async def handle(self, request: Request) -> Response | Delivery:
        """Answers a request, faults included."""
        name = self._system.name
        service = self._system.service_of(request)
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
        faults = self._plan.take(name, service, self._tokens.alive(name))
        if not faults:
            response = await self._system.handle(request)
            entry.status = response.status
            return response
        entry.faults = tuple(sorted({field for fault in faults for field in fault.shown()}))
        return await self._faulty(request, faults, entry)

    async def _faulty(
        self, request: Request, faults: list[Fault], entry: Entry
    ) -> Response | Delivery:
        await asyncio.sleep(sum(map(self._plan.jitter_s, faults)))
        answer = next(filter(None, map(_spoil.replaced, faults)), None)
        if answer is None:
            answer = await self._asked(request, faults)
            for fault in faults:
                answer = _spoil.spoiled(answer, fault)
        delivery = _delivery(answer, faults)
        entry.status = 0 if delivery.drop else answer.status
        return delivery

    async def _asked(self, request: Request, faults: list[Fault]) -> Response:
        if any(fault.expire_tokens for fault in faults):
            self._tokens.expire_all(self._system.name)
        with ExitStack() as stack:
            if any(fault.refuse_tokens for fault in faults):
                stack.enter_context(self._tokens.refusing())
            return await self._system.handle(request)


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
