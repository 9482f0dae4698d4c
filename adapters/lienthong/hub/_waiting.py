"""What waits of a dossier and what the hub has of it: what is to be known before a message goes into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Update, and_, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.storage import hub_dossiers, hub_steps, outbox

from ._content import Content, HubMessage
from ._due import UNTOLD


async def busy_dossiers(conn: AsyncConnection, dossiers: Sequence[str]) -> frozenset[str]:
    """Dossiers of which something waits."""
    waiting = select(outbox.c.dossier).where(
        outbox.c.dossier.in_(dossiers), outbox.c.state.in_(UNTOLD)
    )
    return frozenset((await conn.execute(waiting)).scalars())


async def told_already(
    conn: AsyncConnection, contents: Sequence[tuple[str, HubMessage, Content]]
) -> frozenset[tuple[str, str]]:
    """Which of the messages the hub has already: its newest state of a dossier, its steps. Nothing of these waits."""
    states = [message.dossier for _, message, content in contents if content.kind == "dossier"]
    steps = [content.index for _, _, content in contents if content.kind == "progress"]
    told: set[tuple[str, str]] = set()
    if states:
        newest = select(hub_dossiers.c.dossier, hub_dossiers.c.content_index).where(
            hub_dossiers.c.dossier.in_(states)
        )
        told |= {(row.dossier, row.content_index) for row in await conn.execute(newest)}
    if steps:
        sent = select(hub_steps.c.dossier, hub_steps.c.key).where(
            hub_steps.c.key.in_(steps), hub_steps.c.state == "sent"
        )
        told |= {(row.dossier, row.key) for row in await conn.execute(sent)}
    return frozenset(told)


async def step_known(conn: AsyncConnection, dossier: str, key: str) -> bool:
    """Whether a step waits or was told."""
    waiting = select(outbox.c.id).where(
        outbox.c.dossier == dossier,
        outbox.c.kind == "progress",
        outbox.c.content_index == key,
        outbox.c.state != "skipped",
    )
    told = select(hub_steps.c.key).where(hub_steps.c.key == key, hub_steps.c.state == "sent")
    return (await conn.execute(select(exists(waiting) | exists(told)))).scalar_one()


async def states_of(conn: AsyncConnection, dossier: str) -> tuple[str | None, Sequence[Row[Any]]]:
    """Index of the newest state of a dossier that waits or was told, and its rows that the hub was not told, in order."""
    rows = (await conn.execute(_states(), {"of": dossier})).all()
    return rows[0].newest, [row for row in rows if row.id is not None]


@cache
def _states() -> Select[*tuple[Any, ...]]:
    """The index of the newest state of ``:of`` beside each of its rows that the hub was not told; one row at least."""
    newest = (
        select(outbox.c.content_index)
        .where(
            outbox.c.dossier == bindparam("of"),
            outbox.c.kind == "dossier",
            outbox.c.state != "skipped",
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    told = select(hub_dossiers.c.content_index).where(hub_dossiers.c.dossier == bindparam("of"))
    known = select(
        func.coalesce(newest.scalar_subquery(), told.scalar_subquery()).label("newest")
    ).subquery()
    waiting = outbox.alias()
    untold = and_(waiting.c.dossier == bindparam("of"), waiting.c.state.in_(UNTOLD))
    return (
        select(known.c.newest, waiting.c.id, waiting.c.kind, waiting.c.state, waiting.c.fence)
        .join_from(known, waiting, untold, isouter=True)
        .order_by(waiting.c.id)
    )


async def corrected(
    conn: AsyncConnection, row: dict[str, Any], waiting: Sequence[Row[Any]]
) -> bool:
    """Lets a newer state take the place of one that the hub refused; states behind it would only bring the mistake back."""
    states = [item for item in waiting if item.kind == "dossier"]
    refused = next((item.id for item in states if item.state == "dead"), None)
    if refused is None:
        return False
    behind = [item.id for item in states if item.id > refused]
    await conn.execute(
        update(outbox)
        .where(outbox.c.id.in_(behind), outbox.c.state.in_(UNTOLD))
        .values(state="skipped")
    )
    await conn.execute(
        update(outbox)
        .where(outbox.c.id == refused)
        .values(**row, state="pending", attempts=0, last_code=None, last_message=None)
    )
    return True


async def supersede(conn: AsyncConnection, waiting: Sequence[Row[Any]]) -> None:
    """Drops the last waiting row of the dossier if it is a state that nobody has begun to send."""
    if not waiting or waiting[-1].kind != "dossier":
        return
    # A fence of 0 was never claimed, so it cannot be on its way; another node may claim it this very moment.
    await conn.execute(_skip(), {"last": waiting[-1].id})


@cache
def _skip() -> Update:
    """Skips the row ``:last`` if nobody has begun to send it."""
    return (
        update(outbox)
        .where(outbox.c.id == bindparam("last"), outbox.c.state == "pending", outbox.c.fence == 0)
        .values(state="skipped")
    )
