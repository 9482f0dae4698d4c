"""Database URLs as the configuration gives them."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from lienthong.interface import ConfigurationError

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def parse_url(url: str) -> URL:
    """The URL with the driver we use.

    Raises:
        ConfigurationError: Neither ``sqlite:///path`` nor ``postgresql://…``. The message never repeats the URL, which
            may hold a password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _DRIVERS or not parsed.database:
        msg = "store.url: must be sqlite:///path or postgresql://user@host/database"
        raise ConfigurationError(msg)
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


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
