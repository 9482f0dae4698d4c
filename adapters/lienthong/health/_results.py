"""Results kept in the database, so that another process can show them with their age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from lienthong import __version__
from lienthong.settings import Settings
from lienthong.storage import Database, tables

from ._report import Check, HealthReport


async def keep(db: Database, checks: Sequence[Check]) -> None:
    """Replaces the kept result of each check; one whose component is no longer checked goes.

    Raises:
        StorageError: The database cannot be written.
    """
    table = tables.health_results
    async with db.begin() as conn:
        await conn.execute(delete(table))
        await conn.execute(
            insert(table),
            [
                {
                    "name": check.name,
                    "status": check.status.value,
                    "at": check.at,
                    "observed": check.stored(),
                }
                for check in checks
            ],
        )


async def kept(db: Database) -> tuple[Check, ...]:
    """The kept results, by name.

    Raises:
        StorageError: The database cannot be read.
    """
    table = tables.health_results
    async with db.read() as conn:
        rows = await conn.execute(select(table).order_by(table.c.name))
        return tuple(Check.restored(row.name, row.status, row.at, row.observed) for row in rows)


async def load_report(db: Database, settings: Settings, now: datetime) -> HealthReport:
    """What was kept by whichever process checked last; each check carries its age.

    Raises:
        StorageError: The database cannot be read.
    """
    return report(await kept(db), settings, now)


def report(checks: Sequence[Check], settings: Settings, now: datetime) -> HealthReport:
    """A report over checks."""
    return HealthReport(
        checks=tuple(checks),
        at=now,
        service=settings.site.agency,
        description=f"Liên thông, {settings.site.name}",
        version=__version__,
    )
