"""Transactions, values and failures of the store, on both databases."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError

from lienthong.interface import ConfigurationError
from lienthong.storage import (
    Database,
    SchemaOutdated,
    StorageError,
    StoreFull,
    StoreUnavailable,
    health_results,
    jobs,
    metadata,
    moment_text,
    new_id,
    outbox,
    tables,
    utc_now,
)
from lienthong.storage._database import _connected
from lienthong.storage._failures import storage_errors

DUE = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def _count(db: Database, table: Any = jobs) -> int:
    async with db.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def test_a_block_that_ends_is_kept(database: Database) -> None:
    """What a write block did is there for the next reader."""
    async with database.begin() as connection:
        await connection.execute(insert(jobs).values(kind="sync", due_at=DUE))
    assert await _count(database) == 1


async def test_a_block_that_raises_is_undone(database: Database) -> None:
    """An exception inside undoes the whole block and reaches the caller unchanged."""

    async def fail() -> None:
        async with database.begin() as connection:
            await connection.execute(insert(jobs).values(kind="sync", due_at=DUE))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _count(database) == 0


async def test_reading_cannot_write(database: Database) -> None:
    """A read block refuses to write."""
    with pytest.raises((StorageError, DBAPIError)):
        async with database.read() as connection:
            await connection.execute(insert(jobs).values(kind="sync", due_at=DUE))
    assert await _count(database) == 0


async def test_broken_constraint_reaches_the_caller(database: Database) -> None:
    """The same work is not filed twice, and the caller sees the database's own error."""
    async with database.begin() as connection:
        await connection.execute(insert(jobs).values(kind="sync", due_at=DUE))
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await connection.execute(insert(jobs).values(kind="sync", due_at=DUE))
    assert await _count(database) == 1


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_callers_mistake_is_no_outage(database: Database, dialect: str) -> None:
    """A value of the wrong type is told as such, not as a lost connection, and harms no later block."""
    with pytest.raises(DBAPIError, match="expected str"):
        async with database.begin() as connection:
            await connection.execute(insert(jobs).values(kind=object(), due_at=DUE))
    await database.ping()


async def test_references_are_enforced(database: Database) -> None:
    """A message without its case cannot be filed."""
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await connection.execute(
                insert(outbox).values(
                    case_id=new_id(),
                    dossier="H31.14-261123-0001",
                    kind="dossier",
                    sealed=b"",
                    content_index="",
                )
            )


async def test_moments_come_back_in_utc(database: Database) -> None:
    """A moment given in Vietnam time comes back as the same moment, aware, in UTC, to the microsecond."""
    hanoi = datetime(2026, 11, 23, 8, 30, 0, 7, tzinfo=timezone(timedelta(hours=7)))
    async with database.begin() as connection:
        await connection.execute(insert(jobs).values(kind="sync", due_at=hanoi))
    async with database.read() as connection:
        due = (await connection.execute(select(jobs.c.due_at))).scalar_one()
        found = (await connection.execute(select(jobs).where(jobs.c.due_at <= hanoi))).all()
    assert due == hanoi
    assert due.utcoffset() == timedelta(0)
    assert len(found) == 1


async def test_a_moment_without_zone_is_refused(database: Database) -> None:
    """Nobody knows when a moment without a zone is, so it is not stored."""
    with pytest.raises(Exception, match="without time zone"):
        async with database.begin() as connection:
            await connection.execute(
                insert(jobs).values(kind="sync", due_at=datetime(2026, 11, 23, 8, 30))  # noqa: DTZ001 - the mistake under test
            )


def test_moments_sort_as_text() -> None:
    """SQLite compares moments as text: the text's order must be that of time, also without microseconds."""
    moments = [DUE + timedelta(microseconds=n) for n in (0, 1, 999_999, 1_000_000)]
    assert sorted(map(moment_text, moments)) == list(map(moment_text, moments))


async def test_json_comes_back_as_written(database: Database) -> None:
    """JSON keeps order of keys and Vietnamese letters, since hashes are taken over it."""
    body = {"z": "Đăng ký", "a": [1, "01", None]}
    async with database.begin() as connection:
        await connection.execute(insert(jobs).values(kind="sync", due_at=DUE, result=body))
    async with database.read() as connection:
        found = (await connection.execute(select(jobs.c.result))).scalar_one()
    assert list(found.items()) == list(body.items())


async def test_writers_queue_and_none_fails(database: Database) -> None:
    """Thirty tasks that read and then write the same row lose no update."""
    async with database.begin() as connection:
        await connection.execute(insert(health_results).values(name="n", status="0", observed={}))

    async def add() -> None:
        async with database.begin() as connection:
            row = select(health_results.c.status).with_for_update()
            before = (await connection.execute(row)).scalar_one()
            await connection.execute(update(health_results).values(status=str(int(before) + 1)))

    await asyncio.gather(*(add() for _ in range(30)))
    async with database.read() as connection:
        assert (await connection.execute(select(health_results.c.status))).scalar_one() == "30"


async def test_two_processes_worth_of_writers(database_url: str) -> None:
    """Two engines on one database, as two processes have, write in turn without `database is locked`."""
    first, second = Database.open(database_url), Database.open(database_url)

    async def file(db: Database, minute: int) -> None:
        async with db.begin() as connection:
            await connection.execute(
                insert(jobs).values(kind="sync", due_at=DUE + timedelta(minutes=minute))
            )

    await asyncio.gather(*(file((first, second)[n % 2], n) for n in range(40)))
    assert await _count(first) == 40
    await first.aclose()
    await second.aclose()


async def test_cancelled_writers_leave_no_lock(database: Database) -> None:
    """Tasks cancelled anywhere in a write leave the database usable and half of nothing."""

    async def file(n: int) -> None:
        async with database.begin() as connection:
            await connection.execute(
                insert(jobs).values(kind="a", due_at=DUE + timedelta(seconds=n))
            )
            await connection.execute(
                insert(jobs).values(kind="b", due_at=DUE + timedelta(seconds=n))
            )

    for turns in range(12):
        tasks = [asyncio.create_task(file(turns * 10 + n)) for n in range(3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await file(1000)
    async with database.read() as connection:
        kinds = (
            await connection.execute(select(jobs.c.kind, func.count()).group_by(jobs.c.kind))
        ).all()
    assert len({count for _, count in kinds}) == 1


async def test_missing_tables_are_named(empty_url: str) -> None:
    """Working on an unmigrated database says `lienthong migrate`, not `no such table`."""
    db = Database.open(empty_url)
    with pytest.raises(SchemaOutdated, match="lienthong migrate"):
        await _count(db)
    await db.aclose()


async def test_sign_of_life(database: Database) -> None:
    """A living database answers, and only SQLite's disk is ours to see."""
    await database.ping()
    free = database.free_bytes()
    assert (free is None) == (database.dialect == "postgresql")
    assert free is None or free > 0


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all.db",
        "postgresql://nobody@/none?host=/nowhere",
        "postgresql://x@127.0.0.1:1/x",
    ],
)
async def test_unreachable_database(url: str) -> None:
    """A database that is not there is unavailable, whatever the driver throws, and may be asked again."""
    db = Database.open(url)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await db.ping()
        with pytest.raises(StoreUnavailable):
            async with db.begin():
                pass
    await db.aclose()


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_server_that_drops_us(database: Database, dialect: str) -> None:
    """A connection that the server ended is unavailable once and replaced for the next block."""
    with pytest.raises(StoreUnavailable):
        async with database.begin() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await database.ping()


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_full_database(database: Database, dialect: str) -> None:
    """No room is its own error, undoes the block, and passes by itself when there is room again."""
    big = insert(tables.procedure_versions).values(version="1", body="x" * 100_000)

    async def fill() -> None:
        async with database.begin() as connection:
            await connection.execute(text("PRAGMA max_page_count = 60"))
            for code in ("a", "b", "c"):
                await connection.execute(big.values(code=code))

    with pytest.raises(StoreFull, match="Free space"):
        await fill()
    assert await _count(database, tables.procedure_versions) == 0
    async with database.begin() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
        await connection.execute(big.values(code="a"))
    assert await _count(database, tables.procedure_versions) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_file_that_is_no_database(tmp_path: Path, dialect: str) -> None:
    """A file of something else is refused, and not touched."""
    path = tmp_path / "notes.txt"
    path.write_bytes(b"not a database " * 100)
    before = path.read_bytes()
    db = Database.open(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable):
        await db.ping()
    await db.aclose()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://a:s3cret@h/d",
        "sqlite://",
        "sqlite:///",
        "postgresql://u:s3cret@h",
        "postgresql://u:s3cret@h/d?sslrootcrt=x",
        "sqlite:///x?mode=ro",
        "postgresql://u:s3cret@h:port/d",
        "x",
    ],
)
def test_urls_we_do_not_take(url: str) -> None:
    """Any other URL is a configuration error that names the setting and hides the password."""
    with pytest.raises(ConfigurationError, match=r"store\.url") as caught:
        Database.open(url)
    assert "s3cret" not in str(caught.value)


def test_sslmode_is_understood() -> None:
    """Administrators write `sslmode`, the driver wants `ssl`."""
    assert dict(Database.open("postgresql://u@h/d?sslmode=require").url.query) == {"ssl": "require"}


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_sqlite_copy_is_enough(database: Database, tmp_path: Path, dialect: str) -> None:
    """Closing folds the write-ahead log back: the one file is the whole database."""
    async with database.begin() as connection:
        await connection.execute(insert(jobs).values(kind="sync", due_at=utc_now()))
    await database.aclose()
    assert database.path is not None
    shutil.copyfile(database.path, tmp_path / "copy.db")
    copy = Database.open(f"sqlite:///{tmp_path / 'copy.db'}")
    assert await _count(copy) == 1
    await copy.aclose()


def test_no_personal_column() -> None:
    """Nothing personal has a column of its own: it is sealed, or a blind index."""
    words = (
        "name",
        "birth",
        "personal",
        "address",
        "phone",
        "email",
        "owner",
        "subject",
        "applicant",
    )
    allowed = {
        "papers.name": "name of the paper",
        "health_results.name": "name of the check",
        "cases.owner_index": "blind index",
        "cases.owner_kind": "citizen or organisation",
        "evidence.owner_index": "blind index",
        "evidence.subject_index": "blind index",
        "decisions.subject_index": "blind index",
        "audit_log.subject_index": "blind index",
        "case_payments.name": "name of the fee",
        "counters.name": "name of the counter",
        "leaders.owner": "name of the process",
        "wrong_values.owner_index": "blind index",
        "outside_figures.name": "name of the figure",
    }
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if any(word in column.name for word in words) and column.name != "lease_owner"
    }
    assert found == set(allowed)


def test_a_server_that_goes_away_while_it_is_greeted_is_an_outage() -> None:
    """asyncpg calls it an error of its own; for us the store is unavailable and worth another try."""
    asyncpg = pytest.importorskip("asyncpg")
    lost = asyncpg.exceptions.InternalClientError("cannot switch to state 12")
    with pytest.raises(StoreUnavailable, match="connection is lost"), storage_errors("writing"):
        raise InternalError(None, None, lost)


async def test_a_server_that_hangs_up_after_its_greeting_is_an_outage() -> None:
    """It lets us in and is gone before the first question: unavailable, not an exception of the driver."""
    pytest.importorskip("asyncpg")

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (length := int.from_bytes(await reader.readexactly(4), "big")) == 8:
            await reader.readexactly(length - 4)
            writer.write(b"N")  # no TLS
        await reader.readexactly(length - 4)
        writer.write(b"R" + (8).to_bytes(4, "big") + bytes(4))  # let in
        said = b"server_version\x0018.0\x00"
        writer.write(b"S" + (4 + len(said)).to_bytes(4, "big") + said)
        writer.write(b"Z" + (5).to_bytes(4, "big") + b"I")  # ready
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        db = Database.open(f"postgresql://u:p@127.0.0.1:{port}/x")
        for use in (db.read, db.begin):
            with pytest.raises(StoreUnavailable):
                async with use():
                    pass
        await db.aclose()


async def test_a_closed_connection_that_is_being_opened_is_an_outage() -> None:
    """The same, noticed a moment earlier: the driver's own exception, which SQLAlchemy passes on as it is."""
    asyncpg = pytest.importorskip("asyncpg")

    class Opening:
        async def start(self) -> None:
            raise asyncpg.exceptions.InterfaceError("connection is closed")

    class Engine:
        connect = Opening

    with pytest.raises(StoreUnavailable, match="no connection, InterfaceError"):
        async with _connected(cast("Any", Engine())):
            pass
