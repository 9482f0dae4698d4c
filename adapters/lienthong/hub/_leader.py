"""One process of several leads the schedule: it alone plans what falls due, and another takes over within seconds when it dies.

The lead is a session lock of PostgreSQL on a connection of its own, so it ends with the process, whatever kills it. Each leader
gets the next fencing number: one that was replaced without noticing (asleep, cut off) plans nothing any more, because its number
is checked in the transaction that plans. SQLite serves one node, which leads.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from lienthong.storage import Database, StorageError, leaders

_log = structlog.get_logger("lienthong.hub")

SCHEDULE: Final = "schedule"
_LOCK: Final = 0x4C69_656E_7469  # "Lienti": beside the lock of the migrations
_LOOK_S: Final = 1.0
"""Seconds between two looks at the lead."""
_PATIENCE_S: Final = 2.0
"""Longest wait for the database's answer about the lead, seconds."""
_SURE_S: Final = 3.0
"""A lead that was not confirmed for so long is none."""
_SESSION: Final = (
    # The server ends the session of a leader that fell silent (stopped, or its machine lost): within 4 s another leads.
    "SET idle_session_timeout = '3s'",
    "SET tcp_keepalives_idle = 1",
    "SET tcp_keepalives_interval = 1",
    "SET tcp_keepalives_count = 2",
    "SET tcp_user_timeout = 3000",
)


class Leader:
    """Tries to lead, and knows whether it does.

    Args:
        db: The store.
        owner: Name of this process.
        now: The clock.
        gained: Awaited each time this process begins to lead.
    """

    def __init__(
        self,
        db: Database,
        owner: str,
        now: Callable[[], datetime],
        gained: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._db = db
        self._owner = owner
        self._now = now
        self._gained = gained
        self._fence: int | None = None
        self._sure_at = 0.0
        self._engine: AsyncEngine | None = None
        self._connection: AsyncConnection | None = None

    @property
    def fence(self) -> int | None:
        """The number under which this process leads; ``None`` when it does not, or is no longer sure."""
        if self._fence is not None and time.monotonic() - self._sure_at > _SURE_S:
            return None
        return self._fence

    async def run(self) -> None:
        """Tries to lead until cancelled, then gives the lead back at once."""
        try:
            while True:
                led = self._fence
                started = time.monotonic()
                try:
                    async with asyncio.timeout(_PATIENCE_S):
                        self._fence = await self._looked()
                    self._sure_at = started
                except (TimeoutError, OSError, SQLAlchemyError, StorageError) as error:
                    self._fence = None
                    _log.warning("lead_not_known", error=type(error).__name__)
                    await self._leave()
                if self._fence is not None and self._fence != led:
                    _log.info("leading", owner=self._owner, fence=self._fence)
                    if self._gained is not None:
                        await self._gained()
                elif led is not None and self._fence is None:
                    _log.warning("lead_lost", owner=self._owner)
                await asyncio.sleep(_LOOK_S)
        finally:
            self._fence = None
            await self._leave()

    async def _looked(self) -> int | None:
        if self._db.dialect == "sqlite":
            async with self._db.begin() as conn:
                return await self._confirmed(conn) or await self._numbered(conn)
        if self._connection is None:
            self._engine = create_async_engine(
                self._db.url, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT"
            )
            self._connection = await self._engine.connect()
            for statement in _SESSION:
                await self._connection.exec_driver_sql(statement)
        if self._fence is not None:
            return await self._confirmed(self._connection)
        lock = text(f"SELECT pg_try_advisory_lock({_LOCK})")
        if not (await self._connection.execute(lock)).scalar_one():
            return None
        return await self._numbered(self._connection)

    async def _confirmed(self, conn: AsyncConnection) -> int | None:
        """Our number, if it is still the one in the table."""
        if self._fence is None:
            return None
        found = await conn.execute(select(leaders.c.fence).where(leaders.c.role == SCHEDULE))
        return self._fence if found.scalar_one_or_none() == self._fence else None

    async def _numbered(self, conn: AsyncConnection) -> int:
        dialect: Any = postgresql if conn.dialect.name == "postgresql" else sqlite
        mine = {"owner": self._owner, "since": self._now()}
        row = dialect.insert(leaders).values(role=SCHEDULE, fence=1, **mine)
        number: int = (
            await conn.execute(
                row.on_conflict_do_update(
                    index_elements=[leaders.c.role], set_={"fence": leaders.c.fence + 1, **mine}
                ).returning(leaders.c.fence)
            )
        ).scalar_one()
        return number

    async def _leave(self) -> None:
        connection, engine = self._connection, self._engine
        self._connection = self._engine = None
        # A connection that does not answer is dropped as it is; the server notices.
        with contextlib.suppress(TimeoutError, OSError, SQLAlchemyError):
            async with asyncio.timeout(_PATIENCE_S):
                if connection is not None:
                    await connection.close()
                if engine is not None:
                    await engine.dispose()
