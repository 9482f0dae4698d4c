"""From the drivers' many exceptions to the few of :mod:`lienthong.storage`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .errors import SchemaOutdated, StorageError, StoreFull, StoreUnavailable

_PG_FULL = frozenset({"53100"})  # disk_full
_PG_SCHEMA = frozenset({"42P01", "42703"})  # undefined table, undefined column
_PG_DOWN = ("08", "53", "57P", "58")  # connection, resources, shutdown, system error classes
_PG_LOCKED = frozenset({"55P03", "40001", "40P01"})  # lock timeout, serialisation, deadlock


@contextmanager
def storage_errors(what: str) -> Iterator[None]:
    """Translates what the database throws inside; everything else passes.

    Args:
        what: What was being done, for the message, e.g. ``writing``.
    """
    try:
        yield
    except IntegrityError:
        raise
    except PoolTimeout as error:
        msg = f"database: {what} waited too long for a connection. {StoreUnavailable.operator}"
        raise StoreUnavailable(msg) from error
    except DBAPIError as error:
        known = _classify(error)
        if known is None:
            raise
        kind, problem = known
        msg = f"database: {what} failed, {problem}. {kind.operator}"
        raise kind(msg) from error


def _classify(error: DBAPIError) -> tuple[type[StorageError], str] | None:
    cause = error.orig
    for origin in (cause, getattr(cause, "__cause__", None)):
        if isinstance(origin, ValueError | TypeError):
            return None  # the driver cannot write the caller's value; asyncpg calls that an interface error
        if isinstance(origin, sqlite3.Error):
            return classify_sqlite(origin)
        state = getattr(origin, "sqlstate", None)
        if isinstance(state, str):
            return classify_postgresql(state)
        if type(origin).__name__ == "InternalClientError":
            # asyncpg's word when the server goes away while it answers the first question of a new connection.
            return StoreUnavailable, "the connection is lost"
    if error.connection_invalidated or isinstance(error, InterfaceError | OperationalError):
        return StoreUnavailable, "the connection is lost"
    return None


def classify_sqlite(error: sqlite3.Error) -> tuple[type[StorageError], str] | None:
    """What a SQLite error means for the operator; ``None`` when it is the caller's mistake."""
    text = str(error)
    name = getattr(error, "sqlite_errorname", None) or "no code"
    if name == "SQLITE_FULL":
        return StoreFull, "the disk or the database is full"
    if text.startswith(("no such table", "no such column")) or "has no column named" in text:
        return SchemaOutdated, "a table or column is missing"
    if name in {"SQLITE_ERROR", "SQLITE_MISUSE"}:
        return None
    if isinstance(error, sqlite3.OperationalError | sqlite3.InterfaceError) or (
        type(error) is sqlite3.DatabaseError
    ):
        return StoreUnavailable, f"SQLite reports {name}"
    return None


def classify_postgresql(state: str) -> tuple[type[StorageError], str] | None:
    """What an SQLSTATE means for the operator; ``None`` when it is the caller's mistake."""
    if state in _PG_FULL:
        return StoreFull, "the server's disk is full"
    if state in _PG_SCHEMA:
        return SchemaOutdated, "a table or column is missing"
    if state.startswith(_PG_DOWN) or state in _PG_LOCKED or state == "25006":
        return StoreUnavailable, f"PostgreSQL reports SQLSTATE {state}"
    return None
