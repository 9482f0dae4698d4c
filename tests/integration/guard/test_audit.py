"""The audit log: durable before the call, one group for all who wait, refused when it cannot be written."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, text

from lienthong.guard import AuditEntry, AuditLog, AuditResult
from lienthong.guard._audit_stores import SQLiteStore
from lienthong.interface import AuditUnavailable, InvalidRequest
from lienthong.storage import Database, audit_log, audit_results, moment_text

ENTRY = AuditEntry(
    dossier="H31.14-261123-0001",
    procedure="1.004222",
    officer="desk-1",
    agency="H31.14",
    system="population",
    service="TraCuuThongTinCongDan",
    verb="lookup",
    reason="Xác minh nhân thân",
    subject_index=b"0123456789abcdef",
)
RESULT = AuditResult("found", 1, 120, "ab" * 32)


async def _rows(db: Database, table: Any = audit_log) -> list[Any]:
    async with db.read() as connection:
        order = table.c.seq if "seq" in table.c else table.c.call_id
        return list((await connection.execute(select(table).order_by(order))).mappings())


def _assert_chained(rows: list[Any], node: str) -> None:
    """Recomputes the chain from the rows as they are stored."""
    before = hashlib.sha256(b"lienthong audit 1\0" + node.encode()).digest()
    for number, row in enumerate(rows, 1):
        body = [
            node, number, row["call_id"], moment_text(row["at"]), row["dossier"], row["procedure"], row["officer"],
            row["agency"], row["system"], row["service"], row["verb"],
            row["subject_index"] and row["subject_index"].hex(), row["reason"], "call",
        ]  # fmt: skip
        assert row["previous_hash"] == before
        before = hashlib.sha256(before + orjson.dumps(body)).digest()
        assert row["hash"] == before


async def test_entry_is_durable_when_begin_returns(database: Database) -> None:
    """Another connection reads the entry as soon as the call may be made."""
    log = AuditLog(database, "n1")
    call_id = await log.begin(ENTRY)
    [row] = await _rows(database)
    assert row["call_id"] == call_id
    assert (row["system"], row["verb"], row["reason"]) == ("population", "lookup", ENTRY.reason)
    assert row["subject_index"] == ENTRY.subject_index
    await log.aclose()


async def test_result_joins_its_entry(database: Database) -> None:
    """Closing writes the results that wait, and search shows call and result as one."""
    moment = datetime(2026, 11, 23, 1, 2, 3, 4, tzinfo=UTC)
    log = AuditLog(database, "n1", clock=lambda: moment)
    call_id = await log.begin(ENTRY)
    [record] = await log.search(dossier=ENTRY.dossier)
    assert record.outcome is None
    log.finish(call_id, RESULT)
    await log.aclose()
    [record] = await log.search(dossier=ENTRY.dossier)
    assert (record.outcome, record.attempts, record.duration_ms) == ("found", 1, 120)
    assert record.at == record.finished_at == moment
    assert not hasattr(record, "subject_index")


async def test_a_lone_result_is_written_soon(database: Database) -> None:
    """A result is durable without a further call and without closing."""
    log = AuditLog(database, "n1")
    log.finish(await log.begin(ENTRY), RESULT)
    async with asyncio.timeout(5):
        while not await _rows(database, audit_results):  # noqa: ASYNC110 - the database has no event for it
            await asyncio.sleep(0.01)
    await log.aclose()


async def test_search_pages(database: Database) -> None:
    """A long list comes a page at a time, oldest first, of one case only."""
    log = AuditLog(database, "n1")
    ids = [await log.begin(ENTRY) for _ in range(5)]
    await log.begin(AuditEntry("other", "1", "o", "a", "s", "s", "lookup", "r"))
    first = await log.search(dossier=ENTRY.dossier, limit=3)
    second = await log.search(dossier=ENTRY.dossier, limit=3, offset=3)
    assert [record.call_id for record in [*first, *second]] == ids
    await log.aclose()


async def test_chain_holds_over_groups_and_restarts(database: Database) -> None:
    """Entries of one node form one chain, over groups of every size and over a restart."""
    for size in (1, 3, 70, 2):
        log = AuditLog(database, "n1")
        ids = await asyncio.gather(*(log.begin(ENTRY) for _ in range(size)))
        for call_id in ids:
            log.finish(call_id, RESULT)
        await log.begin(ENTRY)
        await log.aclose()
    rows = await _rows(database)
    assert len(rows) == 80
    _assert_chained(rows, "n1")
    assert len(await _rows(database, audit_results)) == 76


async def test_two_processes_under_one_name(database_url: str) -> None:
    """Two writers of one node name lose nothing and still make one chain."""
    dbs = [Database.open(database_url) for _ in range(2)]
    logs = [AuditLog(db, "n1") for db in dbs]

    async def work(log: AuditLog) -> None:
        for _ in range(30):
            log.finish(await log.begin(ENTRY), RESULT)

    await asyncio.gather(*(work(log) for log in logs))
    for log in logs:
        await log.aclose()
    rows = await _rows(dbs[0])
    assert len(rows) == 60
    _assert_chained(rows, "n1")
    assert len(await _rows(dbs[0], audit_results)) == 60
    for db in dbs:
        await db.aclose()


async def test_nodes_have_chains_of_their_own(database: Database) -> None:
    """Every node counts from one."""
    logs = [AuditLog(database, node) for node in ("n1", "n2")]
    for log in logs:
        await asyncio.gather(*(log.begin(ENTRY) for _ in range(5)))
        await log.aclose()
    rows = await _rows(database)
    for node in ("n1", "n2"):
        _assert_chained([row for row in rows if row["node"] == node], node)


async def test_fifty_callers_share_few_groups(database: Database) -> None:
    """Fifty callers at once are written in one transaction."""
    log = AuditLog(database, "n1")
    await log.begin(ENTRY)
    groups: list[int] = []
    write = log._store.write

    async def counting(entries: Any, results: Any) -> None:
        groups.append(len(entries))
        await write(entries, results)

    log._store.write = counting  # type: ignore[method-assign]  # counts, and writes as before
    await asyncio.gather(*(log.begin(ENTRY) for _ in range(50)))
    assert groups == [50]
    await log.aclose()


async def test_a_cancelled_caller_harms_no_other(database: Database) -> None:
    """A caller who goes away while the group is written leaves its entry, and the others get theirs."""
    log = AuditLog(database, "n1")
    tasks = [asyncio.create_task(log.begin(ENTRY)) for _ in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in answers].count(str) == 9
    await log.begin(ENTRY)
    _assert_chained(await _rows(database), "n1")
    await log.aclose()


async def test_closed_log_refuses(database: Database) -> None:
    """After closing no call may be made; closing twice is harmless."""
    log = AuditLog(database, "n1")
    await log.begin(ENTRY)
    await log.aclose()
    await log.aclose()
    with pytest.raises(AuditUnavailable, match="closed"):
        await log.begin(ENTRY)


async def test_missing_table_refuses_every_caller(empty_url: str) -> None:
    """Without its table the log refuses all who wait, each with the reason."""
    db = Database.open(empty_url)
    log = AuditLog(db, "n1")
    answers = await asyncio.gather(*(log.begin(ENTRY) for _ in range(5)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {AuditUnavailable}
    assert log.room().state == "full"
    await log.aclose()
    await db.aclose()


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_lost_server_refuses_then_recovers(database: Database, dialect: str) -> None:
    """A connection that the server ends refuses the callers of that moment and no later one."""
    log = AuditLog(database, "n1")
    before = await log.begin(ENTRY)
    async with database.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    log.finish(before, RESULT)
    # The server's farewell may or may not have been read by now: a refusal is allowed once, a wrong chain never.
    await asyncio.gather(log.begin(ENTRY), return_exceptions=True)
    await log.begin(ENTRY)
    await log.aclose()
    _assert_chained(await _rows(database), "n1")
    assert len(await _rows(database, audit_results)) == 1


async def _in_the_thread(log: AuditLog, statement: str) -> None:
    assert isinstance(log._store, SQLiteStore)
    await log._store._run(lambda connection: connection.execute(statement).fetchall())


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_full_disk_refuses_and_recovers(database: Database, dialect: str) -> None:
    """A full database refuses calls, keeps results that wait, and resumes by itself when there is room."""
    log = AuditLog(database, "n1")
    first = await log.begin(ENTRY)
    assert log.room().state == "ok"
    await _in_the_thread(log, "PRAGMA max_page_count = 1")  # SQLite lowers it to what is in use
    log.finish(first, RESULT)
    # The pages in use have room for some entries yet.
    answers = [await asyncio.gather(log.begin(ENTRY), return_exceptions=True) for _ in range(300)]
    refused = [answer for [answer] in answers if not isinstance(answer, str)]
    assert refused
    assert all(isinstance(error, AuditUnavailable) and "full" in str(error) for error in refused)
    assert log.room().state == "full"
    await _in_the_thread(log, "PRAGMA max_page_count = 1000000")
    await log.begin(ENTRY)
    assert log.room().state == "ok"
    await log.aclose()
    _assert_chained(await _rows(database), "n1")
    assert len(await _rows(database, audit_results)) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_little_room_warns(database: Database, dialect: str) -> None:
    """Below the floor the log still writes but warns."""
    log = AuditLog(database, "n1", floor_mb=10**9)
    room = log.room()
    assert room.state == "warn"
    assert room.free_bytes
    await log.begin(ENTRY)
    await log.aclose()


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_waits_for_another_process(database: Database, dialect: str) -> None:
    """While another process writes, callers wait instead of being refused."""
    assert database.path is not None
    log = AuditLog(database, "n1")
    await log.begin(ENTRY)
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(log.begin(ENTRY))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    other.execute("COMMIT")
    other.close()
    await waiting
    await log.aclose()


async def test_writers_of_the_store_do_not_starve_it(database: Database) -> None:
    """Beside a busy store every entry is still written, in turn."""
    log = AuditLog(database, "n1")

    async def busy() -> None:
        for _ in range(20):
            async with database.begin() as connection:
                await connection.execute(select(func.count()).select_from(audit_log))

    async def calls() -> None:
        for _ in range(20):
            log.finish(await log.begin(ENTRY), RESULT)

    await asyncio.gather(busy(), calls(), busy(), calls())
    await log.aclose()
    _assert_chained(await _rows(database), "n1")


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", "a\0b"), ("reason", "\ud800"), ("dossier", "x" * 2001), ("officer", "é\udfff")],
)
def test_unwritable_entries_are_refused_alone(field: str, value: str) -> None:
    """What no database can keep is refused before it reaches the group of others."""
    fields = {name: getattr(ENTRY, name) for name in ENTRY.__dataclass_fields__}
    with pytest.raises(InvalidRequest, match=field):
        AuditEntry(**{**fields, field: value})


_VICTIM = """
import asyncio, sys
from lienthong.guard import AuditEntry, AuditLog
from lienthong.storage import Database

async def work():
    log = AuditLog(Database.open(sys.argv[1]), "victim")
    entry = AuditEntry("H31.14-261123-0001", "1.004222", "o", "a", "s", "s", "lookup", "r")
    while True:
        print(await log.begin(entry), flush=True)

asyncio.run(work())
"""


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_killed_process_leaves_every_entry(database: Database, dialect: str) -> None:
    """Every entry that `begin` returned for is there after SIGKILL, and the chain goes on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _VICTIM, f"sqlite:///{database.path}", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = [await process.stdout.readline() for _ in range(20)]
    process.kill()
    told += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    ids = {line.decode().strip() for line in told if line.endswith(b"\n")}
    log = AuditLog(database, "victim")
    await log.begin(ENTRY)
    await log.aclose()
    rows = await _rows(database)
    assert len(ids) >= 20
    assert ids <= {row["call_id"] for row in rows}
    _assert_chained(rows, "victim")
