"""Bringing the tables to the version of the program.

The steps live in ``_migrations/versions``, written by hand, one history for both databases; ``tests/migration`` shows that
they go up and down and end at exactly the metadata of :mod:`lienthong.storage`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from ._database import Database
from ._failures import classify_sqlite, storage_errors
from ._url import file_of, parse_url
from .errors import SchemaOutdated, StoreUnavailable

HEAD = "0006"
"""The revision this program is written for."""

_LOCK = 0x4C69_656E_7468  # "Lienth": one advisory lock for the migrations of all nodes
_PATIENCE_S = 120


async def migrate(url: str) -> None:
    """Brings the database to :data:`HEAD`, whole or not at all. Safe when several nodes start at once: one does it.

    Raises:
        ConfigurationError: The URL is neither SQLite nor PostgreSQL.
        StoreUnavailable: The database cannot be reached.
        SchemaOutdated: The database is newer than this program.
    """
    async with _alone(url) as connection:
        known = await connection.run_sync(_revision)
        if known is not None and known > HEAD:
            msg = (
                f"database: its schema {known} is newer than {HEAD} of this program. Start the newer version, "
                "or run the newer version's downgrade first."
            )
            raise SchemaOutdated(msg)
        await connection.run_sync(_run(lambda config: command.upgrade(config, "head")))


async def downgrade(url: str, to: str) -> None:
    """Takes the database back to a revision, or to nothing with ``base``. What later revisions hold is lost.

    Raises:
        ConfigurationError: The URL is neither SQLite nor PostgreSQL.
        StoreUnavailable: The database cannot be reached.
    """
    async with _alone(url) as connection:
        await connection.run_sync(_run(lambda config: command.downgrade(config, to)))


async def revision(db: Database) -> str | None:
    """The revision of the database; ``None`` when it was never migrated."""
    async with db.read() as connection:
        return await connection.run_sync(_revision)


async def check_schema(db: Database) -> None:
    """Makes sure that the tables are those of this program.

    Raises:
        SchemaOutdated: They are not; the message says which way.
    """
    found = await revision(db)
    if found != HEAD:
        msg = f"database: its schema is {found or 'empty'}, this program needs {HEAD}. {SchemaOutdated.operator}"
        raise SchemaOutdated(msg)


def alembic_config() -> Config:
    """Alembic's configuration, all in code: there is no ini file to lose."""
    config = Config()
    # Alembic reads % as the start of a variable.
    config.set_main_option(
        "script_location", str(Path(__file__).parent / "_migrations").replace("%", "%%")
    )
    config.set_main_option("path_separator", "os")
    return config


def _run(step: Callable[[Config], None]) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        step(config)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                msg = f"database: the migration left a dangling reference in table {broken[0]}. Nothing was changed."
                raise SchemaOutdated(msg)

    return run


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[AsyncConnection]:
    """One transaction with the database to ourselves."""
    parsed = parse_url(url)
    engine = create_async_engine(parsed, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with storage_errors("migrating"):
            if (path := file_of(parsed)) is not None:
                await asyncio.to_thread(_write_ahead, path)
            async with engine.begin() as connection:
                if engine.dialect.name == "postgresql":
                    await connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE_S}s'"))
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection
    except OSError as error:
        msg = f"database: no connection, {type(error).__name__}. {StoreUnavailable.operator}"
        raise StoreUnavailable(msg) from error
    finally:
        await engine.dispose()


def _write_ahead(path: Path) -> None:
    """Turns a SQLite file to write-ahead logging, for good.

    Here and not at the first write, because SQLite waits for nobody when it turns: two that start together would fail.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_S)) as connection:
            until = time.monotonic() + _PATIENCE_S
            while True:
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                        raise
                    time.sleep(0.01)
                else:
                    return
    except sqlite3.Error as error:
        kind, problem = classify_sqlite(error) or (StoreUnavailable, "SQLite cannot open the file")
        msg = f"database: no connection, {problem}. {kind.operator}"
        raise kind(msg) from error


def _prepare_sqlite(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # SQLAlchemy's adapter of aiosqlite
    cursor = connection.cursor()  # type: ignore[attr-defined]  # as above
    cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_S * 1000}")
    # Alembic changes a SQLite table by copying and dropping it, which would break the references to it half-way;
    # `_run` checks them at the end instead.
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()
