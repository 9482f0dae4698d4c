"""Synchronises the catalogue from the nation: LayDanhSachTTHC, then LayThuTuc for each (hub page §1.1, §3.1).

Procedure by procedure, each in a transaction of its own: whatever ends a run, what was last seen stays, and the next run begins
with what was not seen longest. The wire tells no version, so each procedure is read and compared by content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select, update

from lienthong.gateway import Gateway
from lienthong.identity import IdentityError, ProcedureCode
from lienthong.interface import (
    Found,
    LookupOutcome,
    ProcedureList,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureRecord,
    Query,
    Throttled,
    Unavailable,
)
from lienthong.storage import Database, new_id, tables

from ._catalogue_store import CatalogueStore, Seen, keep_version
from ._engine import version_of
from .errors import CatalogueNotSynchronised

JOB: Final = "catalogue"
_AT_ONCE: Final = 4
"""Few: cases are told to the hub over the same line."""
_DEADLINE_S: Final = 60.0
"""The client in public use waits so long for the hub (hub page §1)."""
_TRIES: Final = 3
_LONGEST_REST_S: Final = 60.0
_GIVE_UP: Final = 20
"""So many procedures in a row that cannot be had are an outage."""
_MOST_PAGES: Final = 1000
_FEW_REMOVALS: Final = 5
_REMOVED_SHARE: Final = 0.02
"""A list that lacks more than a few procedures, and more than this share, is taken for a broken list."""
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """What a synchronisation did.

    Attributes:
        id: Its id; its changes are kept under it.
        state: ``done``, or ``partial`` when something could not be had; what was seen before stays then.
        listed: Procedures in the national list.
        fetched: Those that were read.
        failed: Code and reason of those that were not: ``not_found`` (listed, but not there), ``malformed`` (no code), or the kind
            of the outcome.
        added: Procedures that are new.
        changed: Procedures that differ from before.
        removed: Procedures that the nation no longer lists.
        problem: ``outage`` (too many in a row could not be had), ``short_list`` (it lacks so many known procedures that none was
            removed), ``incomplete`` (the hub's dialect shows no papers), ``interrupted``, or the code of an error; empty when there was none.
    """

    id: str
    state: str
    listed: int
    fetched: int
    failed: tuple[tuple[str, str], ...]
    added: int
    changed: int
    removed: int
    problem: str


@dataclass(slots=True)
class _Run:
    """What one run has found so far."""

    id: str
    known: dict[str, Seen]
    codes: list[str] = field(default_factory=list)
    fetched: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    in_a_row: int = 0
    problem: str = ""


class CatalogueSync:
    """Brings the national catalogue into the database.

    Args:
        db: The store.
        gateway: The door to the hub.
        system: Name of the hub among the systems.
        now: The clock.
    """

    def __init__(
        self, db: Database, gateway: Gateway, system: str, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._gateway = gateway
        self._system = system
        self._now = now
        self._store = CatalogueStore(db)

    async def run(
        self, advance: Callable[..., None] = lambda *_: None, *, accept_removals: bool = False
    ) -> CatalogueReport:
        """One synchronisation.

        Args:
            advance: Called with how many procedures are behind us, and how many there are.
            accept_removals: Whether a list that lacks many procedures is believed.

        Raises:
            CatalogueNotSynchronised: The list of procedures cannot be had, so nothing was done.
            AuditUnavailable: The audit log cannot be written.
            StorageError: The store cannot be written; what was written stays.
        """
        run = _Run(await self._begin(), await self._store.seen())
        state = "failed"
        try:
            run.codes = await self._list(run)
            await self._fetch_all(run, advance)
            if not run.problem:
                await self._remove(run, accept_removals=accept_removals)
            state = "partial" if run.problem or run.failed else "done"
        except BaseException as error:
            state = "partial" if run.fetched else "failed"
            run.problem = getattr(error, "code", "interrupted")
            raise
        finally:
            # Also when we are cancelled: it must not look as if it still ran.
            await asyncio.shield(self._end(run, state))
        added, changed, removed = await self._store.counts(run.id)
        return CatalogueReport(
            run.id,
            state,
            len(run.codes),
            run.fetched,
            tuple(run.failed),
            added,
            changed,
            removed,
            run.problem,
        )

    async def _begin(self) -> str:
        table = tables.catalogue_syncs
        sync_id = new_id()
        async with self._db.begin() as conn:
            # Jobs run once at a time; what still says so was killed.
            await conn.execute(
                update(table)
                .where(table.c.state == "running")
                .values(state="partial", problem="interrupted", ended_at=self._now())
            )
            await conn.execute(insert(table).values(id=sync_id, began_at=self._now()))
        return sync_id

    async def _end(self, run: _Run, state: str) -> None:
        table = tables.catalogue_syncs
        async with self._db.begin() as conn:
            await conn.execute(
                update(table)
                .where(table.c.id == run.id)
                .values(
                    state=state,
                    ended_at=self._now(),
                    listed=len(run.codes),
                    fetched=run.fetched,
                    failed=len(run.failed),
                    problem=run.problem or None,
                )
            )

    async def _list(self, run: _Run) -> list[str]:
        """National codes of the list, page by page; those never seen and not seen for longest first."""
        codes: dict[str, None] = {}
        after = ""
        for _ in range(_MOST_PAGES):
            outcome = await self._ask(ProcedureListQuery(after))
            if not (isinstance(outcome, Found) and isinstance(outcome.record, ProcedureList)):
                raise CatalogueNotSynchronised(
                    f"{self._system} gave no list of procedures: {outcome.kind}."
                )
            for head in outcome.record.procedures:
                try:
                    codes[ProcedureCode.parse(head.code).national.value] = None
                except IdentityError:
                    run.failed.append((head.code[:40], "malformed"))
            if outcome.record.after in ("", after):
                return sorted(codes, key=lambda code: _age_key(run.known.get(code)))
            after = outcome.record.after
        raise CatalogueNotSynchronised(f"The list of {self._system} does not end.")

    async def _fetch_all(self, run: _Run, advance: Callable[..., None]) -> None:
        waiting = iter(run.codes)
        total, behind = len(run.codes), 0

        async def work(codes: Iterator[str]) -> None:
            nonlocal behind
            for code in codes:
                if run.problem:
                    return
                await self._fetch(run, code)
                behind += 1
                advance(behind, total)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(_AT_ONCE):
                    group.create_task(work(waiting))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            await self._confirm(run)

    async def _fetch(self, run: _Run, code: str) -> None:
        outcome = await self._ask(ProcedureQuery(code))
        if not isinstance(outcome, Found):
            run.failed.append((code, outcome.kind))
            run.in_a_row = run.in_a_row + 1 if isinstance(outcome, Unavailable | Throttled) else 0
            if run.in_a_row >= _GIVE_UP:
                run.problem = "outage"
            return
        run.in_a_row = 0
        run.fetched += 1
        if not isinstance(outcome.record, ProcedureRecord):
            raise TypeError(type(outcome.record).__name__)
        if "components" not in outcome.record.model_fields_set:
            # The public pages of the portal show no papers: taken for a version, it would demand nothing of anybody.
            run.problem = "incomplete"
            return
        # The day of reading is no property of the procedure: it would make every day a new version.
        await self._keep(run, outcome.record.model_copy(update={"retrieved": None}))

    async def _keep(self, run: _Run, procedure: ProcedureRecord) -> None:
        code, version = procedure.code, version_of(procedure)
        if code in run.known and version == run.known[code].version:
            run.unchanged.append(code)
            if len(run.unchanged) >= _BATCH:
                await self._confirm(run)
            return
        now, table = self._now(), tables.procedures
        async with self._db.begin() as conn:
            # As it is now, not as it was when we began: somebody else may synchronise too.
            current = select(table.c.version).where(table.c.code == code).with_for_update()
            before = await conn.scalar(current)
            if before == version:
                return
            await keep_version(conn, procedure, now)
            await conn.execute(delete(table).where(table.c.code == code))
            await conn.execute(insert(table).values(code=code, version=version, fetched_at=now))
            await conn.execute(_change(run.id, code, before, version, now))

    async def _confirm(self, run: _Run) -> None:
        """What was found unchanged is as old as this run."""
        codes, run.unchanged = run.unchanged, []
        if codes:
            table = tables.procedures
            async with self._db.begin() as conn:
                await conn.execute(
                    update(table).where(table.c.code.in_(codes)).values(fetched_at=self._now())
                )

    async def _remove(self, run: _Run, *, accept_removals: bool) -> None:
        gone = sorted(run.known.keys() - set(run.codes))
        most = max(_FEW_REMOVALS, len(run.known) * _REMOVED_SHARE)
        if len(gone) > most and not accept_removals:
            run.problem = "short_list"
            return
        now = self._now()
        for code in gone:
            async with self._db.begin() as conn:
                await conn.execute(
                    delete(tables.procedures).where(tables.procedures.c.code == code)
                )
                await conn.execute(_change(run.id, code, run.known[code].version, None, now))

    async def _ask(self, query: Query) -> LookupOutcome:
        """An answer; a hub that has had enough gets its rest first."""
        tries = 1
        while True:
            outcome = await self._gateway.fetch(
                self._system, query, job=JOB, deadline_s=_DEADLINE_S
            )
            if not isinstance(outcome, Throttled) or tries == _TRIES:
                return outcome
            tries += 1
            rest = (outcome.retry_at - self._now()).total_seconds()
            await asyncio.sleep(min(max(rest, 0.0), _LONGEST_REST_S))


def _change(sync_id: str, code: str, before: str | None, after: str | None, at: datetime) -> Any:
    return insert(tables.catalogue_changes).values(
        id=new_id(), sync_id=sync_id, code=code, before=before, after=after, at=at
    )


def _age_key(seen: Seen | None) -> str:
    return "" if seen is None else seen.fetched_at.isoformat()
