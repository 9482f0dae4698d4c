"""Calls the one-stop system with every event, in order, until it takes it.

One POST per event: its JSON as body, ``application/json``, and three headers. ``x-lienthong-event`` is its number: an event
may come twice, never out of order. ``x-lienthong-timestamp`` is the time of this attempt, Unix seconds; refuse what is older
than you like. ``x-lienthong-signature`` is ``sha256=`` and :func:`callback_signature` of both. 2xx means taken; anything else
is tried again, first after two seconds, then ever later, up to a quarter of an hour.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import orjson
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lienthong.interface import CallFailed, SystemSettings, WireRequest
from lienthong.storage import tables
from lienthong.transport import HttpTransport, open_transport

from ._desk import Desk
from ._events import CaseEvent, EventPage, forget_events, read_events
from .errors import EventsGone

_log = structlog.get_logger("lienthong.cases.callback")

_TARGET: Final = "callback"
_TIMEOUT_S: Final = 10.0
_FIRST_REST_S: Final = 2.0
_LONGEST_REST_S: Final = 900.0
_MOST_DOUBLINGS: Final = 10


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round of calling did.

    Attributes:
        taken: Events that the far side took.
        waiting: How many are left.
        problem: Why the last one was not taken; empty when it was.
    """

    taken: int
    waiting: int
    problem: str = ""


def callback_signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hexadecimal over the timestamp, a full stop and the body. Compare with ``hmac.compare_digest``."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Callback:
    """Delivers events; `lienthong run` does it on schedule, one process at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run_round(self, limit: int = 100) -> Delivered:
        """Delivers up to so many events that wait, unless the far side is being left in peace after a failure."""
        settings = self._desk.settings.callback
        if not settings.url:
            return Delivered(0, 0)
        delivered, attempts, newest, ready = await self._state()
        if delivered == newest or not ready:
            return Delivered(0, newest - delivered)
        page = await self._page(delivered, limit)
        line = SystemSettings(
            name=_TARGET, connector="", url=settings.url, ca=settings.ca, channel={}
        )
        taken = 0
        async with open_transport(line) as transport:
            for event in page.events:
                problem = await self._send(transport, event)
                if problem:
                    await self._rest(delivered, attempts if not taken else 0, problem)
                    return Delivered(taken, newest - delivered, problem)
                if not await self._advance(delivered, event.id):
                    # Another process took over and is at another event; two at once would mix the order.
                    return Delivered(taken, newest - delivered)
                delivered, taken = event.id, taken + 1
        return Delivered(taken, newest - delivered)

    async def _page(self, delivered: int, limit: int) -> EventPage:
        """What the far side has not taken; of what went while nobody was to be called, only that it is gone."""
        try:
            return await read_events(self._desk.db, delivered, limit)
        except EventsGone as gone:
            _log.warning("callback_events_gone", after=gone.after, kept_after=gone.kept_after)
            return await read_events(self._desk.db, gone.kept_after, limit)

    async def forget(self) -> int:
        """Removes events older than ``callback.keep_days`` that the far side, if one is called, has taken; how many."""
        settings, table = self._desk.settings.callback, tables.deliveries
        taken = None
        if settings.url:
            async with self._desk.db.read() as conn:
                taken = await conn.scalar(
                    select(table.c.delivered).where(table.c.target == _TARGET)
                )
            taken = taken or 0
        before = self._desk.now() - timedelta(days=settings.keep_days)
        return await forget_events(self._desk.db, before, taken)

    async def _send(self, transport: HttpTransport, event: CaseEvent) -> str:
        """Sends one event; why it was not taken, without anything that the far side said, or ``""``."""
        settings = self._desk.settings.callback
        body = orjson.dumps(event.to_json())
        timestamp = str(int(self._desk.now().timestamp()))
        request = WireRequest(
            service="event",
            method="POST",
            url=settings.url,
            headers={
                "content-type": "application/json",
                "x-lienthong-event": str(event.id),
                "x-lienthong-timestamp": timestamp,
                "x-lienthong-signature": f"sha256={callback_signature(settings.secret, timestamp, body)}",
            },
            body=body,
        )
        try:
            reply = await transport.send(request, timeout_s=_TIMEOUT_S)
        except CallFailed as error:
            return type(error).__name__
        return "" if 200 <= reply.status < 300 else f"HTTP {reply.status}"

    async def _state(self) -> tuple[int, int, int, bool]:
        """The newest event that was taken, failures since, the newest of all, and whether it is time to try."""
        table = tables.deliveries
        dialect = postgresql if self._desk.db.dialect == "postgresql" else sqlite
        now = self._desk.now()
        async with self._desk.db.read() as conn:
            newest = await conn.scalar(select(func.max(tables.case_events.c.id))) or 0
            found = await conn.execute(select(table).where(table.c.target == _TARGET))
            row = found.mappings().one_or_none()
        if row is not None:
            taken = row["delivered"]  # may be newer than all that is kept
            return taken, row["attempts"], max(newest, taken), row["next_at"] <= now
        if newest:
            first = dialect.insert(table).values(
                target=_TARGET, delivered=0, attempts=0, next_at=now
            )
            async with self._desk.db.begin() as conn:
                await conn.execute(first.on_conflict_do_nothing())
        return 0, 0, newest, True

    async def _advance(self, before: int, taken: int) -> bool:
        """Keeps that an event was taken; ``False`` when another process kept something else meanwhile."""
        table = tables.deliveries
        async with self._desk.db.begin() as conn:
            done = await conn.execute(
                update(table)
                .where(table.c.target == _TARGET, table.c.delivered == before)
                .values(delivered=taken, attempts=0, next_at=self._desk.now(), problem=None)
            )
        return done.rowcount == 1

    async def _rest(self, delivered: int, attempts: int, problem: str) -> None:
        table = tables.deliveries
        rest = min(_FIRST_REST_S * 2 ** min(attempts, _MOST_DOUBLINGS), _LONGEST_REST_S)
        _log.warning("callback_failed", problem=problem, attempts=attempts + 1, rest_s=rest)
        async with self._desk.db.begin() as conn:
            await conn.execute(
                update(table)
                .where(table.c.target == _TARGET, table.c.delivered == delivered)
                .values(
                    attempts=attempts + 1,
                    next_at=self._desk.now() + timedelta(seconds=rest),
                    problem=problem,
                )
            )
