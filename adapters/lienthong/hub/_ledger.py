"""What the database says about telling: rows claimed, the ledger of what the hub has, and how each attempt ended.

Crash safety lies in the order. A step is in the ledger as ``in_doubt`` before its request leaves and turns ``sent`` in the
transaction that marks its row, so a process that dies between leaves the doubt behind. A holder who slept through its lease
marks no row: the fence has moved on. One transaction ends many attempts and claims as many rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.storage import Database, cases, heartbeat, hub_dossiers, hub_steps, outbox

from ._due import HEADS_DUE
from ._reasons import UNTOLD_DOSSIER


@dataclass(frozen=True, slots=True)
class Work:
    """A row that we hold, and what the ledger knew when we took it."""

    id: int
    case_id: str
    dossier: str
    kind: str
    sealed: bytes
    content_index: str
    attempts: int
    fence: int
    may_have_arrived: bool
    procedure: str
    agency: str
    told_index: str | None
    """Index of the state that the hub has of the dossier; ``None`` when it was never told."""
    step_state: Literal["sent", "in_doubt"] | None
    """What the ledger said of the step before we took it."""


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ended, as the rows are to say it."""

    state: Literal["sent", "skipped", "pending", "dead"]
    code: str = ""
    message: str = ""
    next_at: datetime | None = None
    attempts: int = 0
    in_doubt: bool = False
    """The hub may have it all the same."""
    status: str = ""
    """Status of the dossier that was told."""
    dossier_found: bool = False
    """The hub turned out to have the dossier of a step that others must have told."""
    dossier_missing: bool = False
    """The hub turned out to lack the dossier of a step that we had told."""

    plain: bool = False
    """Told at this attempt, as nearly all are: written together with others."""


class Free(NamedTuple):
    """How much may be claimed: messages in all, and steps among them."""

    messages: int
    steps: int


class Ledger:
    """Claims rows of the outbox and writes down how they fared, many in one transaction."""

    def __init__(self, db: Database, owner: str, lease_s: float) -> None:
        self._db = db
        self._owner = owner
        self._lease_s = lease_s

    async def settle(
        self, ends: Sequence[tuple[Work, End]], free: Free, now: datetime
    ) -> list[Work]:
        """Writes down how attempts ended and claims the next rows, all or nothing. Safe to repeat when its answer is lost.

        Args:
            ends: Rows of ours and how they ended, in the order in which they ended.
            free: Most rows to claim: the oldest untold one of as many dossiers.
            now: The time, aware.
        """
        plain = [(work, end) for work, end in ends if end.plain]
        async with self._db.begin() as conn:
            if plain:
                await self._mark_sent(conn, plain, now)
            for work, end in ends:
                if not end.plain:
                    await self._end(conn, work, end, now)
            return await self._claim(conn, free, now) if free.messages > 0 else []

    async def beat(self, ids: Sequence[int], now: datetime) -> frozenset[int]:
        """Prolongs our leases; returns the rows that are still ours."""
        async with self._db.begin() as conn:
            return await heartbeat(
                conn, outbox, ids, owner=self._owner, lease_s=self._lease_s, now=now
            )

    async def waiting(self) -> int:
        """How many rows wait to be told."""
        async with self._db.read() as conn:
            count = select(func.count()).where(outbox.c.state == "pending")
            return (await conn.execute(count)).scalar_one()

    async def _claim(self, conn: AsyncConnection, free: Free, now: datetime) -> list[Work]:
        found = await conn.execute(HEADS_DUE, {"now": now, "most": free.messages})
        ids, steps = [], free.steps
        for row in found:
            if row.kind == "progress":
                if steps == 0:
                    continue
                steps -= 1
            ids.append(row.id)
        if not ids:
            return []
        until = now + timedelta(seconds=self._lease_s)
        await conn.execute(_CLAIMED, {"rows": ids, "owner": self._owner, "until": until})
        return await _prepared(conn, ids, now)

    async def _mark_sent(
        self, conn: AsyncConnection, ends: Sequence[tuple[Work, End]], now: datetime
    ) -> None:
        """The usual end of many at once: told at this attempt. What the hub has is written whoever holds the row now."""
        rows = [
            {"row": work.id, "held": work.fence, "owner": self._owner, "now": now}
            for work, _ in ends
        ]
        await conn.execute(_SENT, rows)
        # Of one dossier only the last state is kept, and rows come in one order for all nodes, or two could deadlock.
        states = {
            work.dossier: {
                "dossier": work.dossier,
                "content_index": work.content_index,
                "status": end.status,
                "told_at": now,
            }
            for work, end in ends
            if work.kind == "dossier"
        }
        if states:
            rows = [row for _, row in sorted(states.items())]
            await conn.execute(_told_states(conn.dialect.name), rows)
        steps = {
            work.content_index: {
                "key": work.content_index,
                "dossier": work.dossier,
                "state": "sent",
                "at": now,
            }
            for work, _ in ends
            if work.kind == "progress"
        }
        if steps:
            rows = [row for _, row in sorted(steps.items())]
            await conn.execute(_told_steps(conn.dialect.name), rows)

    async def _end(self, conn: AsyncConnection, work: Work, end: End, now: datetime) -> None:
        if end.dossier_missing and not await _tell_again(conn, work.dossier, now):
            end = End("dead", UNTOLD_DOSSIER, end.message, now, end.attempts)
        held = await self._mark(conn, work, end, now)
        await self._remember(conn, work, end, now, held=held)

    async def _mark(self, conn: AsyncConnection, work: Work, end: End, now: datetime) -> bool:
        values: dict[str, Any] = {
            "state": end.state,
            "attempts": end.attempts,
            "next_at": end.next_at or now,
            "last_code": end.code or None,
            "last_message": end.message or None,
            "sent_at": now if end.state == "sent" else None,
            "lease_owner": None,
            "lease_until": None,
        }
        if end.in_doubt:
            # Never taken back: a step that was once in doubt may stand at the hub twice, and is counted by this mark.
            values["may_have_arrived"] = True
        marked = await conn.execute(
            update(outbox)
            .where(
                outbox.c.id == work.id,
                outbox.c.fence == work.fence,
                outbox.c.lease_owner == self._owner,
                outbox.c.state == "pending",
            )
            .values(values)
        )
        return marked.rowcount == 1

    async def _remember(
        self, conn: AsyncConnection, work: Work, end: End, now: datetime, *, held: bool
    ) -> None:
        """Keeps the ledger true. That the hub has something is written even when the row is no longer ours."""
        if work.kind == "dossier":
            if end.state == "sent":
                await _told(conn, work.dossier, work.content_index, end.status, now)
            return
        if end.dossier_found:
            await _told(conn, work.dossier, "", "", now)
        if end.state == "sent":
            step = {"key": work.content_index, "dossier": work.dossier, "state": "sent", "at": now}
            await conn.execute(_told_steps(conn.dialect.name), step)
        elif held and work.step_state is None and not end.in_doubt:
            # It certainly did not arrive now, and it had not left before.
            await conn.execute(
                delete(hub_steps).where(
                    hub_steps.c.key == work.content_index, hub_steps.c.state == "in_doubt"
                )
            )


async def _prepared(conn: AsyncConnection, ids: Sequence[int], now: datetime) -> list[Work]:
    """What is needed to send the rows; their steps go into the ledger, in doubt until their answers are read."""
    rows = await conn.execute(_WORK, {"rows": ids})
    works = [Work(**row) for row in rows.mappings()]
    leaving = [
        {"key": work.content_index, "dossier": work.dossier, "state": "in_doubt", "at": now}
        for work in works
        if work.kind == "progress" and work.step_state is None
    ]
    if leaving:
        await conn.execute(_insert(conn.dialect.name, hub_steps).on_conflict_do_nothing(), leaving)
    doubtful = [work.id for work in works if work.step_state == "in_doubt"]
    if doubtful:
        # Whoever had it before us did not come back: it may have left.
        await conn.execute(
            update(outbox).where(outbox.c.id.in_(doubtful)).values(may_have_arrived=True)
        )
    return works


async def _told(
    conn: AsyncConnection, dossier: str, index: str, status: str, now: datetime
) -> None:
    state = {"dossier": dossier, "content_index": index, "status": status, "told_at": now}
    await conn.execute(_told_states(conn.dialect.name), state)


async def _tell_again(conn: AsyncConnection, dossier: str, now: datetime) -> bool:
    """Puts the last told state of a dossier back in front of its steps; ``False`` when there is none."""
    await conn.execute(delete(hub_dossiers).where(hub_dossiers.c.dossier == dossier))
    last = (
        select(func.max(outbox.c.id))
        .where(outbox.c.dossier == dossier, outbox.c.kind == "dossier", outbox.c.state == "sent")
        .scalar_subquery()
    )
    again = await conn.execute(
        update(outbox)
        .where(outbox.c.id == last)
        .values(state="pending", attempts=0, next_at=now, sent_at=None)
    )
    return again.rowcount == 1


# Statements of every message are made once: building and compiling them costs as much as running them.
_SENT = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("row"),
        outbox.c.fence == bindparam("held"),
        outbox.c.lease_owner == bindparam("owner"),
        outbox.c.state == "pending",
    )
    .values(
        state="sent",
        attempts=outbox.c.attempts + 1,
        next_at=bindparam("now"),
        last_code=None,
        last_message=None,
        sent_at=bindparam("now"),
        lease_owner=None,
        lease_until=None,
    )
)


_CLAIMED = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .values(
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        fence=outbox.c.fence + 1,
    )
)
_WORK = (
    select(
        outbox.c.id,
        outbox.c.case_id,
        outbox.c.dossier,
        outbox.c.kind,
        outbox.c.sealed,
        outbox.c.content_index,
        outbox.c.attempts,
        outbox.c.fence,
        outbox.c.may_have_arrived,
        cases.c.procedure,
        cases.c.agency,
        hub_dossiers.c.content_index.label("told_index"),
        hub_steps.c.state.label("step_state"),
    )
    .join(cases, cases.c.id == outbox.c.case_id)
    .outerjoin(hub_dossiers, hub_dossiers.c.dossier == outbox.c.dossier)
    .outerjoin(
        hub_steps,
        and_(outbox.c.kind == "progress", hub_steps.c.key == outbox.c.content_index),
    )
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .order_by(outbox.c.id)
)


@cache
def _told_states(dialect: str) -> Any:
    """Writes what the hub has of dossiers."""
    row = _insert(dialect, hub_dossiers)
    told = ("content_index", "status", "told_at")
    return row.on_conflict_do_update(
        index_elements=[hub_dossiers.c.dossier], set_={name: row.excluded[name] for name in told}
    )


@cache
def _told_steps(dialect: str) -> Any:
    """Writes which steps the hub has."""
    row = _insert(dialect, hub_steps)
    told = ("state", "at")
    return row.on_conflict_do_update(
        index_elements=[hub_steps.c.key], set_={name: row.excluded[name] for name in told}
    )


def _insert(dialect: str, table: Any) -> Any:
    """An insert that knows what to do on a conflict, in the words of the database at hand."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
