"""After the morning: systems are back, what was provisional is settled, late cases end, the hub hears the rest."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, or_, select

from lienthong import OneStop
from lienthong.cli._child import Admin
from lienthong.storage import tables

from ._desks import at_desks, finish_later
from ._numbers import open_provisional
from ._schedule import Visit

_BACK_S: Final = 20.0
_SETTLE_S: Final = 75.0
"""A killed demo's claims on checks last a minute."""
_DRAIN_S: Final = 45.0
"""Longest while without a message told. A killed demo's claims on messages last twenty seconds."""
_LOOK_S: Final = 0.25


async def systems_back(one_stop: OneStop) -> bool:
    """Waits until every breaker is closed; a synthetic call tries each, no citizen's."""
    gateway = one_stop.desk.gateway
    until = time.monotonic() + _BACK_S
    while time.monotonic() < until:
        closed = await asyncio.gather(
            *(gateway.line(name).policies.probe_now() for name in gateway.systems)
        )
        if all(closed):
            return True
        await asyncio.sleep(_LOOK_S)
    return False


async def settled(one_stop: OneStop) -> None:
    """Settles until nothing is provisional, or the time is over."""
    until = time.monotonic() + _SETTLE_S
    while await open_provisional(one_stop.desk.db) and time.monotonic() < until:
        await one_stop.settle(500)
        if await open_provisional(one_stop.desk.db):
            await asyncio.sleep(_LOOK_S)


async def ended(one_stop: OneStop, visits: Sequence[Visit]) -> None:
    """Ends the cases that waited for a paper."""
    await at_desks(visits, lambda visit: finish_later(one_stop, visit), lambda: None)


async def told(one_stop: OneStop, admin: Admin) -> None:
    """Tells the hub until nothing waits, or nothing moves; steps in doubt are looked up at the hub itself."""
    fewest, until = 1 << 62, 0.0
    while True:
        await one_stop.desk.sync.drain(_DRAIN_S)
        await _decide_doubts(one_stop, admin)
        pending = (await one_stop.desk.outbox.status()).pending
        if pending < fewest:
            fewest, until = pending, time.monotonic() + _DRAIN_S
        if not pending or time.monotonic() > until:
            return
        await asyncio.sleep(_LOOK_S)


async def _decide_doubts(one_stop: OneStop, admin: Admin) -> None:
    """What an operator does by telephone: is the step at the hub? If so it is dropped here, else it is sent again.

    No read on the wire shows steps (hub page §2.3), so after a kill nobody else can tell.
    """
    outbox = one_stop.desk.outbox
    doubts = [
        letter
        for letter in await outbox.dead(500)
        if letter.kind == "progress" and letter.last_code.startswith("in_doubt")
    ]
    if not doubts:
        return
    there: dict[str, Any] = (
        await asyncio.to_thread(admin.call, "GET", "state/operations_centre?detail=1")
    )["cases"]
    for letter in doubts:
        known = await _steps_known(one_stop, letter.dossier)
        if len(there.get(letter.dossier, {}).get("steps", ())) > known:
            await outbox.give_up([letter.id])
        else:
            await outbox.retry([letter.id], one_stop.desk.now())


async def _steps_known(one_stop: OneStop, dossier: str) -> int:
    """How many steps of a dossier we know the hub has."""
    table = tables.outbox
    query = select(func.count()).where(
        table.c.dossier == dossier,
        table.c.kind == "progress",
        or_(table.c.state == "sent", table.c.last_code.startswith("given_up")),
    )
    async with one_stop.desk.db.read() as conn:
        return (await conn.execute(query)).scalar_one()
