"""The audit log: no record, no call (DESIGN §4; TT 46/2022/TT-BCA art. 8 asks for the log).

:meth:`AuditLog.begin` returns once the entry is durable. One task writes: it takes whatever waits and commits it as one group,
so fifty callers share one write to the disk, and a lone caller waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import structlog
from sqlalchemy import select

from lienthong.interface import AuditUnavailable
from lienthong.storage import (
    Database,
    StorageError,
    StoreUnavailable,
    audit_log,
    audit_results,
    moment_text,
    new_id,
    utc_now,
)

from ._audit_entries import (
    AuditEntry,
    AuditRecord,
    AuditResult,
    Link,
    LogRow,
    ResultRow,
    chained,
    first_link,
)
from ._audit_stores import Conflict, open_store

_log = structlog.get_logger("lienthong.guard.audit")

_LINGER_S = 0.05
"""A result that no new entry takes along is written after this."""
_RETRY_S = 1.0
"""Results that could not be written are tried again after this."""
_LARGEST_GROUP = 512
_CONFLICTS = 50
_INT = 2**31 - 1

_RECORD_COLUMNS = (
    *(audit_log.c[name] for name in ("node", "seq", "call_id", "at", "dossier", "procedure")),
    *(audit_log.c[name] for name in ("officer", "agency", "system", "service", "verb", "reason")),
    *(
        audit_results.c[name]
        for name in ("finished_at", "outcome", "attempts", "duration_ms", "hop")
    ),
)


@dataclass(frozen=True, slots=True)
class AuditRoom:
    """Whether there is room for the log.

    ``state`` is ``ok``, ``warn`` (less than the floor is left) or ``full`` (the last write failed: calls are refused until one
    succeeds). ``free_bytes`` is ``None`` on PostgreSQL, whose disk only its own monitoring sees.
    """

    state: Literal["ok", "warn", "full"]
    free_bytes: int | None


class _Waiting(NamedTuple):
    call_id: str
    at: str
    entry: AuditEntry
    written: asyncio.Future[None]


class AuditLog:
    """The audit log of one process. Belongs to one event loop; close it, or the last results are lost.

    Args:
        db: Where it is kept.
        node: Name of this process, unique among those that run: its entries form one chain.
        floor_mb: Warn when less room is left, MB.
        clock: The time, aware.
    """

    def __init__(
        self,
        db: Database,
        node: str,
        *,
        floor_mb: int = 200,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._db = db
        self._node = node
        self._floor = floor_mb * 1_000_000
        self._clock = clock
        self._store = open_store(db)
        self._waiting: list[_Waiting] = []
        self._results: list[ResultRow] = []
        self._last: Link | None = None
        self._failing = False
        self._closed = False
        self._wake = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._writer: asyncio.Task[None] | None = None

    async def begin(self, entry: AuditEntry) -> str:
        """Writes the entry of a call and returns the call's id once the entry is durable.

        Cancelled while it waits, the entry may be there without a call: the safe way round. Never wait for it inside
        :meth:`lienthong.storage.Database.begin`: on SQLite it waits for that block to end.

        Raises:
            AuditUnavailable: It is not durable, so the call must not be made.
        """
        if self._closed:
            raise _unavailable("it is closed")
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_groups(), name="audit-writer")
        call_id = new_id()
        written = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(call_id, moment_text(self._clock()), entry, written))
        self._wake.set()
        await written
        return call_id

    def finish(self, call_id: str, result: AuditResult) -> None:
        """Files what came back; durable with the next group, at the latest by :meth:`aclose`."""
        self._results.append(
            ResultRow(
                call_id,
                moment_text(self._clock()),
                result.outcome,
                min(int(result.attempts), _INT),
                min(int(result.duration_ms), _INT),
                result.response_sha256,
                result.hop,
            )
        )
        self._write_later(_LINGER_S)

    def room(self) -> AuditRoom:
        """Whether there is room for the log; cheap enough for every health check."""
        free = self._db.free_bytes()
        if self._failing:
            return AuditRoom("full", free)
        return AuditRoom("warn" if free is not None and free < self._floor else "ok", free)

    async def search(
        self, *, dossier: str, limit: int = 100, offset: int = 0
    ) -> Sequence[AuditRecord]:
        """The calls made for a case, oldest first, a page at a time. Names no subject.

        Raises:
            StorageError: The database cannot be read.
        """
        statement = (
            select(*_RECORD_COLUMNS)
            .select_from(
                audit_log.outerjoin(audit_results, audit_log.c.call_id == audit_results.c.call_id)
            )
            .where(audit_log.c.dossier == dossier)
            .order_by(audit_log.c.at, audit_log.c.node, audit_log.c.seq)
            .limit(limit)
            .offset(offset)
        )
        async with self._db.read() as connection:
            return [AuditRecord(*row) for row in await connection.execute(statement)]

    async def aclose(self) -> None:
        """Writes what waits, then closes. Later calls are refused."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._results and self._writer is None:
            self._writer = asyncio.create_task(self._write_groups(), name="audit-writer")
        if self._writer is not None:
            self._wake.set()
            await self._writer
        await self._store.aclose()

    def _write_later(self, seconds: float) -> None:
        if self._timer is None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._wake.set)

    async def _write_groups(self) -> None:
        """The one writer. Ends only when closed, with nothing left that can be written."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting or self._results:
                await self._write_group()
                if self._failing and not self._waiting:
                    break
            if self._closed:
                if self._results:
                    _log.error("audit_results_lost", node=self._node, number=len(self._results))
                return

    async def _write_group(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        group, self._waiting = self._waiting[:_LARGEST_GROUP], self._waiting[_LARGEST_GROUP:]
        results, self._results = self._results[:_LARGEST_GROUP], self._results[_LARGEST_GROUP:]
        try:
            await self._commit(group, results)
        except BaseException as error:  # whatever it is, nobody may wait for ever
            self._last = None
            self._results = results + self._results
            if isinstance(error, Exception):
                self._tell_failing(error)
            for waiting in group:
                if not waiting.written.done():
                    waiting.written.set_exception(_unavailable(_problem(error)))
            if not isinstance(error, Exception):
                raise
            self._write_later(_RETRY_S)
            return
        self._tell_working()
        for waiting in group:
            if not waiting.written.done():
                waiting.written.set_result(None)

    async def _commit(self, group: Sequence[_Waiting], results: Sequence[ResultRow]) -> None:
        for _ in range(_CONFLICTS):
            last = self._last or await self._store.last(self._node) or first_link(self._node)
            rows: list[LogRow] = []
            for waiting in group:
                row = chained(self._node, last, waiting.call_id, waiting.at, waiting.entry)
                last = Link(row.seq, row.hash)
                rows.append(row)
            try:
                await self._store.write(rows, results)
            except Conflict:
                self._last = None  # another process uses our name: hang on behind its last entry
            else:
                self._last = last
                return
        msg = "another process writes under the same node name; give each its own `site.node`"
        raise StoreUnavailable(msg)

    def _tell_failing(self, error: Exception) -> None:
        if not self._failing:
            _log.error("audit_refuses_calls", node=self._node, problem=_problem(error))
        self._failing = True

    def _tell_working(self) -> None:
        if self._failing:
            _log.warning("audit_writes_again", node=self._node)
        self._failing = False


def _problem(error: BaseException) -> str:
    return str(error) if isinstance(error, StorageError) else type(error).__name__


def _unavailable(problem: str) -> AuditUnavailable:
    return AuditUnavailable(f"audit log: not written, {problem}. {AuditUnavailable.operator}")
