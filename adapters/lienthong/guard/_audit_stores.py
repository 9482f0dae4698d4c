"""How a group of audit rows becomes durable: past SQLAlchemy, on a connection of its own, in one transaction.

Every national call waits for this, so it is the one place where the driver is spoken to directly.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol

from lienthong.storage import (
    Database,
    StorageError,
    StoreUnavailable,
    classify_postgresql,
    classify_sqlite,
    sqlite_pragmas,
)

from ._audit_entries import Link, LogRow, ResultRow

_PATIENCE_S = 5.0
_LARGEST_INSERT = 64

_ENTRIES = f"INTO audit_log ({', '.join(LogRow._fields)})"
_RESULTS = f"INTO audit_results ({', '.join(ResultRow._fields)})"


class Conflict(Exception):
    """Another writer of the same node took the place in the chain; read the end of the chain again."""


class AuditStore(Protocol):
    """One connection that only the audit log uses, by one task at a time."""

    async def last(self, node: str) -> Link | None:
        """The last entry of a node; ``None`` when it has none. Raises as :meth:`write`."""

    async def write(self, entries: Sequence[LogRow], results: Sequence[ResultRow]) -> None:
        """Makes all rows durable, or none. A result that is there already is left as it is.

        Raises:
            Conflict: The place of an entry is taken.
            StorageError: Nothing was written, or nobody knows.
        """

    async def aclose(self) -> None:
        """Closes the connection."""


def open_store(db: Database) -> AuditStore:
    """The store that fits the database."""
    return SQLiteStore(db, db.path) if db.path is not None else PostgreSQLStore(db)


_Work = Callable[[sqlite3.Connection], Any]


class SQLiteStore:
    """A thread with a connection: the event loop never waits for the disk."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path
        self._work: SimpleQueue[tuple[_Work, asyncio.Future[Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def last(self, node: str) -> Link | None:
        """See :class:`AuditStore`."""
        row = await self._run(
            lambda connection: connection.execute(
                "SELECT seq, hash FROM audit_log WHERE node = ? ORDER BY seq DESC LIMIT 1", (node,)
            ).fetchone()
        )
        return None if row is None else Link(*row)

    async def write(self, entries: Sequence[LogRow], results: Sequence[ResultRow]) -> None:
        """See :class:`AuditStore`."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            _insert(connection, f"INSERT {_ENTRIES}", entries)
            _insert(connection, f"INSERT OR IGNORE {_RESULTS}", results)
            connection.execute("COMMIT")

        async with self._db.turn():
            await self._run(write)

    async def aclose(self) -> None:
        """See :class:`AuditStore`."""
        if self._thread is not None:
            self._work.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def _run(self, work: _Work) -> Any:
        if self._thread is None:
            self._thread = Thread(target=self._serve, name="lienthong-audit", daemon=True)
            self._thread.start()
        done = asyncio.get_running_loop().create_future()
        self._work.put((work, done))
        try:
            return await done
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_PRIMARYKEY":
                raise Conflict from error
            kind, problem = classify_sqlite(error) or (StoreUnavailable, "SQLite refuses it")
            raise kind(problem) from error

    def _serve(self) -> None:
        """The thread: one piece of work after the other, until ``None``."""
        connection: sqlite3.Connection | None = None
        while (item := self._work.get()) is not None:
            work, done = item
            answer: Any = None
            failure: BaseException | None = None
            try:
                if connection is None:
                    connection = _connect(self._path)
                answer = work(connection)
            except sqlite3.Error as error:
                failure = error
                connection = _after_failure(connection, error)
            with suppress(RuntimeError):  # the loop is gone: nobody waits for the answer any more
                done.get_loop().call_soon_threadsafe(_settle, done, answer, failure)
        if connection is not None:
            connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_S)
    for pragma in sqlite_pragmas():
        connection.execute(pragma)
    return connection


def _after_failure(
    connection: sqlite3.Connection | None, error: sqlite3.Error
) -> sqlite3.Connection | None:
    """Undoes what was begun. A connection that may be broken is closed, and the next write opens a new one."""
    if connection is None:
        return None
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        usable = error.sqlite_errorname.startswith(
            ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_CONSTRAINT")
        )
    except (sqlite3.Error, AttributeError):
        usable = False
    if usable:
        return connection
    with suppress(sqlite3.Error):
        connection.close()
    return None


def _settle(done: asyncio.Future[Any], answer: Any, failure: BaseException | None) -> None:
    if done.done():
        return
    if failure is None:
        done.set_result(answer)
    else:
        done.set_exception(failure)


def _insert(connection: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts in statements of 64, 32, … 1 rows.

    `executemany` gives up the interpreter lock at every row and, beside a busy event loop, waits for it at every row; so few
    and large statements, and few enough sizes for SQLite's cache of prepared ones.
    """
    at = 0
    while at < len(rows):
        size = min(_LARGEST_INSERT, 1 << ((len(rows) - at).bit_length() - 1))
        values: list[Any] = []
        for row in rows[at : at + size]:
            values += row
        connection.execute(_statement(into, len(rows[at]), size), values)
        at += size


@cache
def _statement(into: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{into} VALUES {', '.join([row] * rows)}"


class PostgreSQLStore:
    """One statement a group: a transaction of its own in one round trip."""

    def __init__(self, db: Database) -> None:
        self._url = db.url
        self._connection: Any = None

    async def last(self, node: str) -> Link | None:
        """See :class:`AuditStore`."""
        row = await self._run(
            "fetchrow",
            "SELECT seq, hash FROM audit_log WHERE node = $1 ORDER BY seq DESC LIMIT 1",
            node,
        )
        return None if row is None else Link(row["seq"], row["hash"])

    async def write(self, entries: Sequence[LogRow], results: Sequence[ResultRow]) -> None:
        """See :class:`AuditStore`."""
        if not results:
            await self._run("execute", _PG_ENTRIES, *zip(*entries, strict=True))
        elif not entries:
            await self._run("execute", _PG_RESULTS, *zip(*results, strict=True))
        else:
            columns = (*zip(*entries, strict=True), *zip(*results, strict=True))
            await self._run("execute", _PG_BOTH, *columns)

    async def aclose(self) -> None:
        """See :class:`AuditStore`."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _run(self, method: str, statement: str, *values: Any) -> Any:
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await _connect_postgresql(self._url)
            return await getattr(self._connection, method)(statement, *values, timeout=_PATIENCE_S)
        except (OSError, TimeoutError) as error:
            self._drop()
            msg = f"no connection, {type(error).__name__}"
            raise StoreUnavailable(msg) from error
        except import_module("asyncpg").PostgresError as error:
            if error.sqlstate == "23505":  # unique_violation
                raise Conflict from error
            self._drop()
            raise _postgresql_error(error.sqlstate) from error
        except import_module("asyncpg").InterfaceError as error:
            self._drop()
            msg = "the connection is lost"
            raise StoreUnavailable(msg) from error

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


async def _connect_postgresql(url: Any) -> Any:
    _, options = url.get_dialect()().create_connect_args(url)
    return await import_module("asyncpg").connect(**options, timeout=_PATIENCE_S)


def _postgresql_error(state: str | None) -> StorageError:
    kind, problem = classify_postgresql(state or "") or (
        StoreUnavailable,
        f"PostgreSQL reports SQLSTATE {state}",
    )
    return kind(problem)


_ENTRY_TYPES = (
    "text bigint text text text text text text text text text bytea text text bytea bytea"
)
_RESULT_TYPES = "text text text int int text text"


def _unnest(types: str, first: int, moment: int) -> str:
    """Arrays, one a column, as rows; the moment travels as text, which is also what the chain is over."""
    kinds = types.split()
    arrays = ", ".join(f"${first + n}::{kind}[]" for n, kind in enumerate(kinds))
    names = [f"c{n}" for n in range(len(kinds))]
    chosen = ", ".join(
        f"{name}::timestamptz" if n == moment else name for n, name in enumerate(names)
    )
    return " ".join(("SELECT", chosen, "FROM", f"unnest({arrays})", f"AS rows({', '.join(names)})"))


_PG_ENTRIES = f"INSERT {_ENTRIES} {_unnest(_ENTRY_TYPES, 1, 3)}"
_PG_RESULTS = f"INSERT {_RESULTS} {_unnest(_RESULT_TYPES, 1, 1)} ON CONFLICT (call_id) DO NOTHING"
_PG_BOTH = (
    f"WITH told AS (INSERT {_RESULTS} {_unnest(_RESULT_TYPES, 17, 1)}"
    f" ON CONFLICT (call_id) DO NOTHING) {_PG_ENTRIES}"
)
