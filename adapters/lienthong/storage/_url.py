"""Database URLs as the configuration gives them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from lienthong.interface import ConfigurationError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
_QUERY = {"sqlite": frozenset[str](), "postgresql": frozenset({"host", "port", "ssl"})}


def parse_url(url: str) -> URL:
    """The URL with the driver we use.

    Raises:
        ConfigurationError: Neither ``sqlite:///path`` nor ``postgresql://…``, or the driver is not installed. The message
            never repeats the URL, which may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername not in _DRIVERS or not parsed.database:
        msg = "store.url: must be sqlite:///path or postgresql://user@host/database"
        raise ConfigurationError(msg)
    kind = parsed.drivername
    if kind == "postgresql" and find_spec("asyncpg") is None:
        msg = "store.url: PostgreSQL needs the extra `postgres`: pip install 'lienthong[postgres]'"
        raise ConfigurationError(msg)
    query = dict(parsed.query)
    if "sslmode" in query:  # libpq's name, which administrators know; the driver calls it ssl
        query["ssl"] = query.pop("sslmode")
    unknown = query.keys() - _QUERY[kind]
    if unknown:
        msg = (
            f"store.url: unknown parameter {', '.join(sorted(unknown))}. "
            f"Known: {', '.join(sorted(_QUERY[kind])) or 'none'}."
        )
        raise ConfigurationError(msg)
    return parsed.set(drivername=_DRIVERS[kind], query=query)


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; ``None`` for PostgreSQL."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def free_bytes(path: Path) -> int | None:
    """Bytes that an ordinary process may still write on the disk of a file; ``None`` if it cannot be told."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize
