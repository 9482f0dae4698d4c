"""SQLite's driver with one trip to its thread per statement.

The driver goes there four times: for a cursor, the statement, its rows, and to close it. A trip costs more than most of our
statements, and a citizen waits for thirty of them.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import aiosqlite


async def connect(path: Path) -> aiosqlite.Connection:
    """A connection to a file, for ``create_async_engine(async_creator=…)``."""
    connection = _Connection(lambda: sqlite3.connect(path), iter_chunk_size=64)
    # As SQLAlchemy has it: a program that forgot to close must still end.
    connection._thread.daemon = True  # noqa: SLF001  # there is no public way
    return await connection


class _Connection(aiosqlite.Connection):
    """The driver's connection with cursors of ours."""

    left_running = False
    """Whether somebody stopped waiting for a statement that may still begin."""

    def cursor(self) -> _Cursor:  # type: ignore[override]  # all that SQLAlchemy's adapter asks of a cursor
        return _Cursor(self)

    async def rollback(self) -> None:
        """Undoes what was begun: no trip when nothing was, as whenever a connection goes back to its pool."""
        if self.left_running or self.in_transaction:
            await super().rollback()
            self.left_running = False


class _Cursor:
    """What is left of a statement that ran: its rows are all fetched, its cursor is closed."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        return await self._run("execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        return await self._run("executemany", statement, parameters)

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        self._rows = ()

    async def _run(self, method: str, statement: str, parameters: Sequence[Any]) -> Self:
        def run() -> None:
            cursor = self._connection._conn.cursor()  # noqa: SLF001  # the connection below the driver's
            try:
                getattr(cursor, method)(statement, parameters)
                self.description = cursor.description
                if cursor.description:
                    self._rows = cursor.fetchall()
                self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        try:
            # Its queue of work for the thread.
            await self._connection._execute(run)  # type: ignore[no-untyped-call]  # noqa: SLF001
        except asyncio.CancelledError:
            self._connection.left_running = True
            raise
        return self
