"""The national catalogue in the database: what was last seen, every version that ever was, every change."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.interface import ProcedureRecord
from lienthong.storage import Database, tables

from ._catalogue_diff import Difference, compare
from ._engine import version_of

_PAGE: Final = 500
"""Procedures read from the database at once."""


class NationalCatalogue(Mapping[str, ProcedureRecord]):
    """Procedures by national code, packed: ten thousand of them take a few megabytes, and each is opened when it is asked for."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}
        self.newest = ""
        """Id of the newest change that is in it."""

    def put(self, code: str, body: str) -> None:
        """Keeps one procedure, as JSON."""
        self._packed[code] = zlib.compress(body.encode(), 1)

    def __getitem__(self, code: str) -> ProcedureRecord:
        return ProcedureRecord.model_validate_json(zlib.decompress(self._packed[code]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


@dataclass(frozen=True, slots=True)
class Seen:
    """A procedure as it was last seen in the national catalogue."""

    code: str
    version: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class ProcedureChange:
    """A procedure that came, went or changed, with what differs."""

    code: str
    at: datetime
    sync_id: str
    before: ProcedureRecord | None
    after: ProcedureRecord | None

    @property
    def name(self) -> str:
        """The procedure's name, the newer one."""
        found = self.after or self.before
        return found.name if found is not None else ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What differs, field by field."""
        return compare(self.before, self.after)


@dataclass(frozen=True, slots=True)
class SyncRecord:
    """One synchronisation, as it is remembered. ``state``: running, done, partial or failed."""

    id: str
    began_at: datetime
    ended_at: datetime | None
    state: str
    listed: int
    fetched: int
    failed: int
    problem: str


class CatalogueStore:
    """Reads and keeps versions of procedures."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def national(self) -> NationalCatalogue:
        """The whole national catalogue as it was last seen."""
        found = NationalCatalogue()
        now, versions = tables.procedures, tables.procedure_versions
        wanted = (
            select(now.c.code, versions.c.body)
            .join(versions, (versions.c.code == now.c.code) & (versions.c.version == now.c.version))
            .order_by(now.c.code)
            .limit(_PAGE)
        )
        after = ""
        found.newest = await self.newest_change()
        while True:
            async with self._db.read() as conn:
                page = (await conn.execute(wanted.where(now.c.code > after))).all()
            for row in page:
                found.put(row.code, row.body)
            if len(page) < _PAGE:
                return found
            after = page[-1].code

    async def newest_change(self) -> str:
        """Id of the newest change; empty when there never was one."""
        async with self._db.read() as conn:
            return await conn.scalar(select(func.max(tables.catalogue_changes.c.id))) or ""

    async def seen(self) -> dict[str, Seen]:
        """Version and age of every procedure, by code."""
        async with self._db.read() as conn:
            rows = await conn.execute(select(tables.procedures))
            return {row.code: Seen(row.code, row.version, row.fetched_at) for row in rows}

    async def version(self, code: str, version: str) -> ProcedureRecord | None:
        """One version of a procedure, national or as a case was opened with it."""
        async with self._db.read() as conn:
            return (await _bodies(conn, {(code, version)})).get((code, version))

    async def changes(
        self, *, sync_id: str = "", code: str = "", since: datetime | None = None, limit: int = 100
    ) -> list[ProcedureChange]:
        """Changes, newest first: of one synchronisation, of one procedure, since a moment, or all."""
        table = tables.catalogue_changes
        where: list[ColumnElement[bool]] = []
        if sync_id:
            where.append(table.c.sync_id == sync_id)
        if code:
            where.append(table.c.code == code)
        if since is not None:
            where.append(table.c.at >= since)
        wanted = select(table).where(*where).order_by(table.c.id.desc()).limit(limit)
        async with self._db.read() as conn:
            rows = (await conn.execute(wanted)).all()
            keys = {(row.code, key) for row in rows for key in (row.before, row.after) if key}
            bodies = await _bodies(conn, keys)
        return [
            ProcedureChange(
                row.code,
                row.at,
                row.sync_id,
                bodies.get((row.code, row.before)),
                bodies.get((row.code, row.after)),
            )
            for row in rows
        ]

    async def counts(self, sync_id: str) -> tuple[int, int, int]:
        """How many procedures a synchronisation found added, changed and removed."""
        table = tables.catalogue_changes
        wanted = select(
            func.count().filter(table.c.before.is_(None)),
            func.count().filter(table.c.before.is_not(None), table.c.after.is_not(None)),
            func.count().filter(table.c.after.is_(None)),
        ).where(table.c.sync_id == sync_id)
        async with self._db.read() as conn:
            added, changed, removed = (await conn.execute(wanted)).one()
        return added, changed, removed

    async def syncs(self, limit: int = 1) -> list[SyncRecord]:
        """The newest synchronisations, newest first."""
        table = tables.catalogue_syncs
        wanted = select(table).order_by(table.c.id.desc()).limit(limit)
        async with self._db.read() as conn:
            return [
                SyncRecord(**{**row, "problem": row["problem"] or ""})
                for row in (await conn.execute(wanted)).mappings()
            ]


async def keep_version(conn: AsyncConnection, procedure: ProcedureRecord, now: datetime) -> str:
    """Keeps a version of a procedure for good, once, and names it."""
    version = version_of(procedure)
    dialect: Any = postgresql if conn.dialect.name == "postgresql" else sqlite
    row = dialect.insert(tables.procedure_versions).values(
        code=procedure.code, version=version, body=procedure.model_dump_json(), first_at=now
    )
    await conn.execute(row.on_conflict_do_nothing())
    return version


async def _bodies(
    conn: AsyncConnection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], ProcedureRecord]:
    table = tables.procedure_versions
    found: dict[tuple[str, str], ProcedureRecord] = {}
    for code, version in keys:
        body = await conn.scalar(
            select(table.c.body).where(table.c.code == code, table.c.version == version)
        )
        if body is not None:
            found[code, version] = ProcedureRecord.model_validate_json(body)
    return found
