"""Work that falls due: rows that any node may insert and one node does. Triggers only insert; workers claim."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lienthong.storage import Database, claim, heartbeat, jobs, leaders, pauses

from ._leader import SCHEDULE

LEASE_S: Final = 30.0
"""How long a job stays with a worker that no longer answers, seconds."""
_KEEP_DONE: Final = timedelta(days=2)
_KEEP_FAILED: Final = timedelta(days=14)
_OPEN: Final = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. Times are aware UTC."""

    id: str
    kind: str
    due_at: datetime
    state: str
    """``waiting``, ``running``, ``done``, ``failed``, or ``missed`` (nobody could begin it in its window)."""
    attempts: int
    error: str
    created_at: datetime
    finished_at: datetime | None
    owner: str
    """Who holds it now."""
    started_at: datetime | None = None
    until: datetime | None = None
    """Not begun after this."""
    result: Mapping[str, Any] | None = None
    """What it did, in counts."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the work of a kind has come. Times are aware UTC.

    Attributes:
        done_for: The moment it was last done for; ``None`` when it never was.
        planned_since: Since when it is planned, as far as the table goes back.
        running_since: Since when somebody works on it, who still gives signs of life.
        error: Why it was not done since; empty when nothing failed.
    """

    done_for: datetime | None
    planned_since: datetime
    running_since: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A kind that an operator stopped."""

    reason: str
    since: datetime


class Jobs:
    """The table of jobs as one worker sees it.

    Args:
        db: The store.
        owner: Name of the worker, unique among nodes.
        now: The clock.
    """

    def __init__(self, db: Database, owner: str, now: Callable[[], datetime]) -> None:
        self._db = db
        self._owner = owner
        self.now = now
        """The clock, shared by whoever schedules and works on this table."""

    async def insert(
        self,
        kind: str,
        due_at: datetime,
        *,
        until: datetime | None = None,
        fence: int | None = None,
    ) -> bool:
        """Adds a job; ``False`` when it is there already, from us or another node, or when another leads by now.

        Args:
            kind: What is to be done.
            due_at: From when on.
            until: Not begun after this moment.
            fence: Number of the leader who plans it; ``None`` for an operator's own.
        """
        dialect = postgresql if self._db.dialect == "postgresql" else sqlite
        row = dialect.insert(jobs).values(
            kind=kind, due_at=due_at, until=until, fence=fence, created_at=self.now()
        )
        async with self._db.begin() as conn:
            if fence is not None:
                # Locked against the next leader until we commit.
                lead = select(leaders.c.fence).where(leaders.c.role == SCHEDULE)
                if await conn.scalar(lead.with_for_update(read=True)) != fence:
                    return False
            done = await conn.execute(row.on_conflict_do_nothing().returning(jobs.c.id))
            return done.scalar_one_or_none() is not None

    async def due(self) -> frozenset[str]:
        """Kinds of which :meth:`claim` would find something."""
        now = self.now()
        free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now)
        async with self._db.read() as conn:
            found = await conn.scalars(select(jobs.c.kind).where(_due(now), free).distinct())
            return frozenset(found)

    async def claim(self, kind: str) -> Job | None:
        """Takes the job of a kind that is due. Of several only the last is done: who slept through ten rounds owes one.

        A job whose worker died is taken again when its lease is over. Kinds that an operator paused are left alone; what
        nobody began within its window is missed.
        """
        now = self.now()
        due = and_(jobs.c.kind == kind, _due(now))
        waiting = and_(due, jobs.c.state == "waiting")
        async with self._db.begin() as conn:
            await conn.execute(
                update(jobs)
                .where(waiting, jobs.c.until <= now)
                .values(state="missed", finished_at=now)
            )
            last = await conn.scalar(select(func.max(jobs.c.due_at)).where(waiting))
            if last is not None:
                await conn.execute(delete(jobs).where(waiting, jobs.c.due_at < last))
            rows = await claim(
                conn,
                jobs,
                due,
                owner=self._owner,
                lease_s=LEASE_S,
                limit=1,
                now=now,
                sets={"state": "running", "attempts": jobs.c.attempts + 1, "started_at": now},
            )
        return _job(rows[0]) if rows else None

    async def finish(
        self, job: Job, error: str = "", result: Mapping[str, Any] | None = None
    ) -> bool:
        """Marks a job done, or failed with an error text that holds nothing personal; ``False`` when it is no longer ours."""
        return await self._leave(
            job,
            state="failed" if error else "done",
            finished_at=self.now(),
            error=error or None,
            result=dict(result) if result is not None else None,
        )

    async def release(self, job: Job) -> bool:
        """Gives a job back unfinished, so that it can be taken at once; ``False`` when it is no longer ours."""
        return await self._leave(job, state="waiting")

    async def beat(self, ids: Collection[str]) -> frozenset[str]:
        """Prolongs our leases; returns the jobs that are still ours."""
        async with self._db.begin() as conn:
            return await heartbeat(
                conn, jobs, ids, owner=self._owner, lease_s=LEASE_S, now=self.now()
            )

    async def history(self, kind: str | None = None, limit: int = 50) -> list[Job]:
        """The newest jobs, newest first; of one kind or of all."""
        wanted = select(jobs).order_by(jobs.c.due_at.desc(), jobs.c.kind).limit(limit)
        if kind is not None:
            wanted = wanted.where(jobs.c.kind == kind)
        async with self._db.read() as conn:
            return [_job(row) for row in (await conn.execute(wanted)).mappings()]

    async def pause(self, kind: str, reason: str) -> None:
        """Nobody begins jobs of a kind any more, on any node, until :meth:`resume`. What runs is finished."""
        dialect = postgresql if self._db.dialect == "postgresql" else sqlite
        row = dialect.insert(pauses).values(kind=kind, reason=reason, since=self.now())
        async with self._db.begin() as conn:
            await conn.execute(row.on_conflict_do_nothing())

    async def resume(self, kind: str) -> bool:
        """Ends a pause; ``False`` when there was none."""
        async with self._db.begin() as conn:
            return (await conn.execute(delete(pauses).where(pauses.c.kind == kind))).rowcount == 1

    async def paused(self) -> dict[str, Pause]:
        """The kinds that are paused."""
        async with self._db.read() as conn:
            rows = await conn.execute(select(pauses).order_by(pauses.c.kind))
            return {row.kind: Pause(row.reason, row.since) for row in rows}

    async def lags(self) -> dict[str, Lag]:
        """How far each kind has come that was ever planned."""
        running = and_(jobs.c.state == "running", jobs.c.lease_until > self.now())
        marks = select(
            jobs.c.kind,
            func.max(case((jobs.c.state == "done", jobs.c.due_at))).label("done_for"),
            func.min(jobs.c.created_at).label("planned_since"),
            func.min(case((running, jobs.c.started_at))).label("running_since"),
        ).group_by(jobs.c.kind)
        failures = (
            select(jobs.c.kind, jobs.c.due_at, jobs.c.state, jobs.c.error)
            .where(jobs.c.state.in_(("failed", "missed")))
            .order_by(jobs.c.due_at)
        )
        async with self._db.read() as conn:
            found = (await conn.execute(marks)).all()
            newest = {row.kind: row for row in await conn.execute(failures)}
        lags = {}
        for kind, done_for, planned_since, running_since in found:
            failed = newest.get(kind)
            if failed is None or (done_for is not None and failed.due_at <= done_for):
                error = ""
            else:
                error = failed.error or failed.state
            lags[kind] = Lag(done_for, planned_since, running_since, error)
        return lags

    async def prune(self) -> int:
        """Deletes done jobs after two days and failed ones after fourteen; returns how many."""
        now = self.now()
        old = or_(
            and_(jobs.c.state == "done", jobs.c.finished_at < now - _KEEP_DONE),
            and_(jobs.c.state.in_(("failed", "missed")), jobs.c.finished_at < now - _KEEP_FAILED),
        )
        async with self._db.begin() as conn:
            return (await conn.execute(delete(jobs).where(old))).rowcount

    async def _leave(self, job: Job, **values: Any) -> bool:
        # Attempts count claims, so they are the fence of a job.
        ours = and_(
            jobs.c.id == job.id,
            jobs.c.lease_owner == self._owner,
            jobs.c.attempts == job.attempts,
            jobs.c.state == "running",
        )
        async with self._db.begin() as conn:
            done = await conn.execute(
                update(jobs).where(ours).values(**values, lease_owner=None, lease_until=None)
            )
        return done.rowcount == 1


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        jobs.c.state.in_(_OPEN),
        jobs.c.due_at <= now,
        ~exists(select(pauses.c.kind).where(pauses.c.kind == jobs.c.kind)),
    )


def _job(row: Any) -> Job:
    return Job(
        id=row["id"],
        kind=row["kind"],
        due_at=row["due_at"],
        state=row["state"],
        attempts=row["attempts"],
        error=row["error"] or "",
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        owner=row["lease_owner"] or "",
        started_at=row["started_at"],
        until=row["until"],
        result=row["result"],
    )
