"""The one history of the schema, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, text
from sqlalchemy.engine import Connection

from lienthong.storage import (
    HEAD,
    Database,
    SchemaOutdated,
    check_schema,
    downgrade,
    jobs,
    metadata,
    migrate,
    revision,
    utc_now,
)
from lienthong.storage._migrate import alembic_config


def _shape(connection: Connection) -> dict[str, Any]:
    """Everything the database says of its tables, in a form that compares."""
    found = inspect(connection)
    shape: dict[str, Any] = {}
    for name in sorted(found.get_table_names()):
        shape[name] = {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"])
                for column in found.get_columns(name)
            ],
            "primary key": found.get_pk_constraint(name),
            "foreign keys": sorted(map(str, found.get_foreign_keys(name))),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
            "indexes": sorted(map(str, found.get_indexes(name))),
        }
    return shape


async def _look(url: str, look: Any) -> Any:
    db = Database.open(url)
    try:
        async with db.begin() as connection:
            return await connection.run_sync(look)
    finally:
        await db.aclose()


async def test_up_down_up(empty_url: str) -> None:
    """Going down leaves nothing but alembic's own table, and going up again gives the same tables."""
    await migrate(empty_url)
    first = await _look(empty_url, _shape)
    await downgrade(empty_url, "base")
    assert list(await _look(empty_url, _shape)) == ["alembic_version"]
    await migrate(empty_url)
    assert await _look(empty_url, _shape) == first


async def test_migrating_twice_keeps_the_data(empty_url: str) -> None:
    """A second `lienthong migrate` changes nothing."""
    await migrate(empty_url)

    def put(connection: Connection) -> None:
        connection.execute(insert(jobs).values(kind="sync", due_at=utc_now()))

    await _look(empty_url, put)
    await migrate(empty_url)
    assert (
        await _look(empty_url, lambda c: c.execute(text("SELECT count(*) FROM jobs")).scalar()) == 1
    )


async def test_migrations_end_at_the_model(empty_url: str) -> None:
    """Alembic finds no difference between the migrated tables and the metadata."""
    await migrate(empty_url)

    def differences(connection: Connection) -> Any:
        return compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), metadata
        )

    assert await _look(empty_url, differences) == []


async def test_migrations_and_model_create_the_same(empty_url: str) -> None:
    """What the database reports is the same whether migrations or the metadata created it: alembic compares less."""
    await migrate(empty_url)
    migrated = await _look(empty_url, _shape)
    migrated.pop("alembic_version")
    await downgrade(empty_url, "base")
    await _look(empty_url, metadata.create_all)
    created = await _look(empty_url, _shape)
    created.pop("alembic_version")
    assert migrated == created


async def test_several_nodes_start_at_once(empty_url: str) -> None:
    """Four nodes migrate the same empty database together and none fails."""
    await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    db = Database.open(empty_url)
    await check_schema(db)
    assert await revision(db) == HEAD
    await db.aclose()


async def test_a_failing_step_leaves_nothing(empty_url: str) -> None:
    """A migration that breaks half-way is undone whole."""
    await _look(empty_url, lambda c: c.execute(text("CREATE TABLE outbox (id INTEGER)")))
    with pytest.raises(Exception, match="outbox"):
        await migrate(empty_url)
    assert list(await _look(empty_url, _shape)) == ["outbox"]


async def test_unmigrated_database_is_named(empty_url: str) -> None:
    """An empty database is refused with the command that mends it."""
    db = Database.open(empty_url)
    with pytest.raises(SchemaOutdated, match="lienthong migrate"):
        await check_schema(db)
    await db.aclose()


async def test_newer_database_is_left_alone(empty_url: str) -> None:
    """A database of a newer version is neither changed nor used."""
    await migrate(empty_url)
    await _look(
        empty_url, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(SchemaOutdated, match="newer"):
        await migrate(empty_url)
    db = Database.open(empty_url)
    with pytest.raises(SchemaOutdated, match="9999"):
        await check_schema(db)
    await db.aclose()


def test_head_is_the_last_revision() -> None:
    """The constant that start-up checks is the last of the packaged revisions."""
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]
