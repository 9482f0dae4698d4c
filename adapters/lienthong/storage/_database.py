"""The database: one write transaction at a time on SQLite, as many as the pool holds on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import orjson
from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ._failures import storage_errors
from ._url import file_of, free_bytes, parse_url
from .errors import StoreUnavailable

BUSY_S = 5.0
"""Longest wait for another writer, seconds: shorter than the six seconds a citizen waits (DESIGN §1)."""

_SQLITE_READERS = 4
_POSTGRESQL_CONNECTIONS = 10


class Database:
    """The store behind a URL. Belongs to the event loop that first uses it.

    Use :meth:`begin` to write and :meth:`read` to read; what leaves either with an exception is rolled back.
    """

    def __init__(self, url: URL, *, echo: bool) -> None:
        self.url = url
        """The parsed URL; its ``str()`` hides the password."""
        self.path: Path | None = file_of(url)
        """The file of a SQLite database; ``None`` on PostgreSQL."""
        self._turn = asyncio.Lock()
        if self.path is None:
            self._writer = _engine(url, echo=echo, size=_POSTGRESQL_CONNECTIONS)
            # The same connections; made once, since making it costs as much as a statement.
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        else:
            self._writer = _sqlite_engine(
                url, self.path, echo=echo, size=1, begin="BEGIN IMMEDIATE"
            )
            self._reader = _sqlite_engine(
                url, self.path, echo=echo, size=_SQLITE_READERS, begin="BEGIN", query_only=True
            )

    @classmethod
    def open(cls, url: str, *, echo: bool = False) -> Self:
        """The database behind ``sqlite:///path`` or ``postgresql://…``. Connects when first used.

        Args:
            url: Where it is.
            echo: Log every statement, without its values.

        Raises:
            ConfigurationError: The URL is neither.
        """
        return cls(parse_url(url), echo=echo)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed and durable when the block ends, undone when it raises.

        Never open a second one inside: on SQLite it waits for the first.

        Raises:
            StoreUnavailable, StoreFull, SchemaOutdated
        """
        async with self.turn():
            with storage_errors("writing"):
                async with _connected(self._writer) as connection, connection.begin():
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A read transaction on one snapshot; writing in it is an error. Raises as :meth:`begin`."""
        with storage_errors("reading"):
            async with _connected(self._reader) as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The turn to write on SQLite, first come first served; nothing to wait for on PostgreSQL.

        SQLite's own waiting sleeps and lets late comers pass, so whoever writes in this process queues here first.

        Raises:
            StoreUnavailable: Another writer of this process held it for too long.
        """
        if self.path is None:
            yield
            return
        try:
            # An uncontended lock is taken without a timer: the audit log passes here before every call.
            if self._turn.locked():
                async with asyncio.timeout(BUSY_S):
                    await self._turn.acquire()
            else:
                await self._turn.acquire()
        except TimeoutError as error:
            msg = (
                f"database: another writer of this process held SQLite for {BUSY_S:.0f} s. "
                f"{StoreUnavailable.operator}"
            )
            raise StoreUnavailable(msg) from error
        try:
            yield
        finally:
            self._turn.release()

    async def ping(self) -> None:
        """Asks the database for a sign of life.

        Raises:
            StoreUnavailable: It gives none.
        """
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    def free_bytes(self) -> int | None:
        """Bytes left on SQLite's disk; ``None`` on PostgreSQL, whose disk only its own monitoring sees."""
        return None if self.path is None else free_bytes(self.path)

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._writer.dispose()
        if self.path is not None:
            await self._reader.dispose()


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    connection = engine.connect()
    try:
        await connection.start()
    except Exception as error:
        # As the driver said it: refused, unknown host, no socket file; asyncpg's own words when the server goes away while
        # it greets us.
        of_driver = type(error).__module__.startswith("asyncpg.")
        if not of_driver and not isinstance(error, OSError | TimeoutError):
            raise
        msg = f"database: no connection, {type(error).__name__}. {StoreUnavailable.operator}"
        raise StoreUnavailable(msg) from error
    try:
        yield connection
    finally:
        await connection.close()


def _engine(url: URL, *, echo: bool, size: int, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        echo=echo,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=BUSY_S,
        json_serializer=_json_text,
        json_deserializer=orjson.loads,
        **options,
    )


def _json_text(value: object) -> str:
    return orjson.dumps(value).decode()


def _sqlite_engine(
    url: URL, path: Path, *, echo: bool, size: int, begin: str, query_only: bool = False
) -> AsyncEngine:
    async def connection() -> Any:
        # Here, because PostgreSQL needs no driver of SQLite's.
        from ._sqlite import connect  # noqa: PLC0415

        return await connect(path)

    engine = _engine(url, echo=echo, size=size, async_creator=connection)

    def on_connect(connection: Any, _record: object) -> None:
        # The driver must not begin transactions of its own: it would begin them deferred, and a deferred
        # transaction that turns to writing fails at once when another one wrote in between.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in sqlite_pragmas(query_only=query_only):
            cursor.execute(pragma)
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine


def sqlite_pragmas(*, query_only: bool = False) -> tuple[str, ...]:
    """How every SQLite connection of ours is set. ``FULL``: a commit survives the power cut, as DESIGN §4 demands."""
    return (
        f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        f"PRAGMA query_only = {'ON' if query_only else 'OFF'}",
    )
