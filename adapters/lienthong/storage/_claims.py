"""Claiming rows: work that several nodes see is done by one of them.

A claim is a lease. Its holder renews it (:func:`heartbeat`) while it works and gives it back (:func:`release`) or settles
the row; when the holder dies the lease runs out and another takes the row. A table with a ``fence`` column counts claims,
so that a holder who slept through the end of the lease can be told from the one who took over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection


async def claim(
    conn: AsyncConnection,
    table: Table,
    where: ColumnElement[bool],
    *,
    owner: str,
    lease_s: float,
    limit: int,
    now: datetime,
    sets: Mapping[str, Any] | None = None,
) -> Sequence[RowMapping]:
    """Takes up to ``limit`` free rows, in order of id, and returns them as they are after the claim.

    Call it inside :meth:`Database.begin` and commit before working, or the others cannot see the claim.

    Args:
        conn: A write transaction.
        table: A table with ``id``, ``lease_owner`` and ``lease_until``.
        where: Which rows are work, e.g. ``and_(outbox.c.state == "pending", outbox.c.next_at <= now)``.
        owner: Name of the claimer, unique among nodes and tasks.
        lease_s: Seconds until others may take the rows.
        limit: Most rows to take.
        now: The time, aware.
        sets: Further columns to write on the claimed rows, e.g. ``{"state": "running"}``.
    """
    # FOR UPDATE SKIP LOCKED on PostgreSQL; SQLite leaves the clause out, and there BEGIN IMMEDIATE lets one writer in.
    free = (
        select(table)
        .where(where, or_(table.c.lease_until.is_(None), table.c.lease_until <= now))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
    )
    rows = (await conn.execute(free)).mappings().all()
    if not rows:
        return []
    values: dict[str, Any] = {
        **(sets or {}),
        "lease_owner": owner,
        "lease_until": now + timedelta(seconds=lease_s),
    }
    if "fence" in table.c:
        values["fence"] = table.c.fence + 1
    taken = await conn.execute(
        update(table)
        .where(table.c.id.in_([row["id"] for row in rows]))
        .values(values)
        .returning(table)
    )
    return sorted(taken.mappings().all(), key=lambda row: row["id"])


async def heartbeat(
    conn: AsyncConnection,
    table: Table,
    ids: Collection[Any],
    *,
    owner: str,
    lease_s: float,
    now: datetime,
) -> frozenset[Any]:
    """Prolongs our leases and returns the ids that are still ours: stop working on the others."""
    held = await conn.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.lease_owner == owner)
        .values(lease_until=now + timedelta(seconds=lease_s))
        .returning(table.c.id)
    )
    return frozenset(held.scalars())


async def release(
    conn: AsyncConnection, table: Table, ids: Collection[Any], *, owner: str
) -> frozenset[Any]:
    """Gives our leases back, so that the rows are free at once, and returns the ids that were still ours."""
    given = await conn.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.lease_owner == owner)
        .values(lease_owner=None, lease_until=None)
        .returning(table.c.id)
    )
    return frozenset(given.scalars())
