"""Claims: among several claimers every row is done by one."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, update

from lienthong.storage import Database, cases, claim, heartbeat, jobs, new_id, outbox, release

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
WAITING = jobs.c.state.in_(["waiting", "running"])


async def _file(db: Database, number: int) -> None:
    async with db.begin() as connection:
        await connection.execute(
            insert(jobs),
            [{"kind": "sync", "due_at": NOW + timedelta(seconds=n)} for n in range(number)],
        )


async def _take(db: Database, owner: str, *, now: datetime = NOW, limit: int = 10) -> list[Any]:
    async with db.begin() as connection:
        rows = await claim(
            connection,
            jobs,
            WAITING,
            owner=owner,
            lease_s=30,
            limit=limit,
            now=now,
            sets={"state": "running"},
        )
    return [row["id"] for row in rows]


async def test_four_claimers_no_double(database_url: str) -> None:
    """Four nodes drain 200 rows together; each row is taken exactly once."""
    nodes = [Database.open(database_url) for _ in range(4)]
    await _file(nodes[0], 200)
    taken: Counter[str] = Counter()

    async def drain(number: int) -> None:
        empty = 0
        while (
            empty < 3
        ):  # a locked row looks like no row, so one empty answer does not mean the end
            ids = await _take(nodes[number], f"node-{number}", limit=7)
            taken.update(ids)
            empty = 0 if ids else empty + 1

    await asyncio.gather(*(drain(number) for number in range(4)))
    assert len(taken) == 200
    assert set(taken.values()) == {1}
    for node in nodes:
        await node.aclose()


async def test_the_oldest_come_first(database: Database) -> None:
    """Rows are claimed in order of id and come back as they are after the claim."""
    await _file(database, 5)
    async with database.begin() as connection:
        rows = await claim(
            connection,
            jobs,
            WAITING,
            owner="a",
            lease_s=30,
            limit=3,
            now=NOW,
            sets={"state": "running"},
        )
    assert [row["due_at"] for row in rows] == [NOW + timedelta(seconds=n) for n in range(3)]
    assert {(row["state"], row["lease_owner"]) for row in rows} == {("running", "a")}
    assert {row["lease_until"] for row in rows} == {NOW + timedelta(seconds=30)}


async def test_a_dead_holder_loses_the_row(database: Database) -> None:
    """A lease holds to its end and not a moment longer."""
    await _file(database, 1)
    [row] = await _take(database, "a")
    assert await _take(database, "b", now=NOW + timedelta(seconds=29)) == []
    assert await _take(database, "b", now=NOW + timedelta(seconds=30)) == [row]


async def test_heartbeat_prolongs_and_tells_what_is_lost(database: Database) -> None:
    """The holder learns which rows are still its own."""
    await _file(database, 2)
    first, second = await _take(database, "a")
    async with database.begin() as connection:
        await connection.execute(update(jobs).where(jobs.c.id == second).values(lease_owner="b"))
    async with database.begin() as connection:
        later = NOW + timedelta(seconds=20)
        held = await heartbeat(connection, jobs, [first, second], owner="a", lease_s=30, now=later)
    assert held == {first}
    assert await _take(database, "c", now=NOW + timedelta(seconds=40)) == [second]


async def test_release_frees_only_our_rows(database: Database) -> None:
    """Giving back frees our rows at once and leaves those of others alone."""
    await _file(database, 2)
    mine = await _take(database, "a", limit=1)
    theirs = await _take(database, "b", limit=1)
    async with database.begin() as connection:
        assert await release(connection, jobs, mine + theirs, owner="a") == frozenset(mine)
    assert await _take(database, "c") == mine


async def test_every_claim_raises_the_fence(database: Database) -> None:
    """A table with a fence counts its claims, so that a late holder can be told from its successor."""
    case = new_id()
    async with database.begin() as connection:
        await connection.execute(
            insert(cases).values(
                id=case,
                dossier="H31.14-261123-0001",
                procedure="1.004222",
                agency="H31.14",
                officer="desk",
                sealed=b"",
                status="1",
            )
        )
        await connection.execute(
            insert(outbox).values(
                case_id=case,
                dossier="H31.14-261123-0001",
                kind="dossier",
                sealed=b"",
                content_index="",
                next_at=NOW,
            )
        )
    work = and_(outbox.c.state == "pending", outbox.c.next_at <= NOW)
    fences = []
    for minute in range(3):
        async with database.begin() as connection:
            [row] = await claim(
                connection,
                outbox,
                work,
                owner="a",
                lease_s=30,
                limit=1,
                now=NOW + timedelta(minutes=minute),
            )
            fences.append(row["fence"])
    assert fences == [1, 2, 3]
