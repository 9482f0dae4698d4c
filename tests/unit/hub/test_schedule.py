"""Triggers insert jobs, one node does each, and a worker stops cleanly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from lienthong.hub import Jobs, Lag, Leader, Scheduler, Worker, plans
from lienthong.interface import InvalidRequest
from lienthong.settings import Schedule
from lienthong.storage import Database, StoreUnavailable, jobs, leaders


@pytest.fixture
def table(database: Database, clock: Any) -> Jobs:
    return Jobs(database, "node-1", clock)


async def _worked(table: Jobs, handlers: Any, until: asyncio.Event, grace_s: float = 2.0) -> None:
    """Lets a worker work until an event, then stops it and waits for its end."""
    stop = asyncio.Event()
    worker = asyncio.create_task(Worker(table, handlers).run_until(stop, grace_s))
    await until.wait()
    stop.set()
    await worker


async def test_inserted_once(database: Database, table: Jobs, clock: Any) -> None:
    """However many nodes fire, a moment's job exists once."""
    other = Jobs(database, "node-2", clock)
    assert await table.insert("sync", clock())
    assert not await other.insert("sync", clock())
    assert await table.insert("settle", clock())
    assert {(job.kind, job.state) for job in await table.history()} == {
        ("sync", "waiting"),
        ("settle", "waiting"),
    }


async def test_claimed_by_one(database: Database, table: Jobs, clock: Any) -> None:
    """A due job is done by one node; one that is not due waits."""
    other = Jobs(database, "node-2", clock)
    await table.insert("sync", clock())
    await table.insert("sync", clock() + timedelta(seconds=5))
    job = await table.claim("sync")
    assert job is not None
    assert job.owner == "node-1"
    assert await other.claim("sync") is None
    assert await table.finish(job)
    (newest,) = await table.history("sync", limit=1)
    assert newest.state == "waiting"


async def test_missed_rounds_are_one(table: Jobs, clock: Any) -> None:
    """Ten missed rounds are made up for by one."""
    for seconds in range(0, 50, 5):
        await table.insert("sync", clock() + timedelta(seconds=seconds))
    clock.move(minutes=1)
    job = await table.claim("sync")
    assert job is not None
    await table.finish(job)
    assert await table.claim("sync") is None
    assert {found.state for found in await table.history("sync")} == {"done"}


async def test_dead_worker_is_replaced(database: Database, table: Jobs, clock: Any) -> None:
    """The job of a worker that no longer answers is taken over, and the late one cannot mark it."""
    other = Jobs(database, "node-2", clock)
    await table.insert("sync", clock())
    late = await table.claim("sync")
    assert late is not None
    clock.move(seconds=25)
    assert await table.beat([late.id]) == {late.id}
    clock.move(seconds=25)
    assert await other.claim("sync") is None
    clock.move(seconds=10)
    taken = await other.claim("sync")
    assert taken is not None
    assert taken.attempts == 2
    assert not await table.finish(late)
    assert await other.finish(taken, "StorageError")
    (job,) = await table.history()
    assert (job.state, job.error, job.owner) == ("failed", "StorageError", "")


async def test_old_jobs_are_pruned(table: Jobs, clock: Any) -> None:
    """Done jobs go after two days, failed ones after two weeks, waiting ones never."""
    for number, error in enumerate(["", "x"]):
        await table.insert(f"kind{number}", clock())
        job = await table.claim(f"kind{number}")
        assert job is not None
        await table.finish(job, error)
    await table.insert("waiting", clock())
    clock.move(days=3)
    assert await table.prune() == 1
    clock.move(days=12)
    assert await table.prune() == 1
    assert [job.kind for job in await table.history()] == ["waiting"]


async def test_due_moments(table: Jobs, clock: Any) -> None:
    """Moments are rounded to the period; the catalogue's is the last 01:30 in Vietnam."""
    scheduler = Scheduler(table, Schedule(sync_every_s=5, health_every_s=30))
    clock.at = datetime(2026, 11, 23, 1, 30, 44, 123, tzinfo=UTC)
    assert scheduler.due_at("sync") == datetime(2026, 11, 23, 1, 30, 40, tzinfo=UTC)
    assert scheduler.due_at("health") == datetime(2026, 11, 23, 1, 30, 30, tzinfo=UTC)
    assert scheduler.due_at("catalogue") == datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
    clock.at = datetime(2026, 11, 22, 18, 29, 59, tzinfo=UTC)
    assert scheduler.due_at("catalogue") == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


async def test_scheduler_only_inserts(database: Database, table: Jobs, clock: Any) -> None:
    """Started on two nodes, the scheduler inserts one row per kind at once; a daily one whose window is over is not made up for."""
    seen = asyncio.Event()
    schedulers = [Scheduler(node, Schedule()) for node in (table, Jobs(database, "node-2", clock))]
    for scheduler in schedulers:
        real = scheduler.fire
        fired: set[str] = set()

        async def fire(kind: str, real: Any = real, fired: set[str] = fired) -> None:
            await real(kind)
            fired.add(kind)
            if len(fired) == len(plans(Schedule())):
                seen.set()

        scheduler.fire = fire  # type: ignore[method-assign]  # to see that it fired
        scheduler.start()
    await asyncio.wait_for(seen.wait(), 20)
    for scheduler in schedulers:
        scheduler.stop()
    kinds = [job.kind for job in await table.history()]
    # Half past eight in Vietnam: of the nightly ones only the reports' window is open.
    assert sorted(kinds) == ["callback", "facts", "health", "ratings", "reports", "settle", "sync"]


async def test_scheduler_survives_the_database(
    table: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that fails does not end the schedule."""

    async def fails(*_: Any, **__: Any) -> bool:
        raise StoreUnavailable

    monkeypatch.setattr(table, "insert", fails)
    await Scheduler(table, Schedule()).fire("sync")


async def test_worker_does_what_is_due(table: Jobs, clock: Any) -> None:
    """Every kind is done; one that fails leaves a redacted error and stops no other."""
    done = asyncio.Event()
    await table.insert("bad", clock())
    await table.insert("worse", clock())
    await table.insert("good", clock())
    await table.insert("others", clock())

    async def bad() -> None:
        raise InvalidRequest("number", "033190004321 is wrong")

    async def worse() -> None:
        raise ValueError("NGUYỄN THỊ THỬ")

    async def good() -> None:
        done.set()

    await _worked(table, {"bad": bad, "worse": worse, "good": good}, done)
    found = {job.kind: (job.state, job.error) for job in await table.history()}
    assert found["good"] == ("done", "")
    assert found["worse"] == ("failed", "ValueError")
    assert found["bad"][0] == "failed"
    assert found["bad"][1].startswith("InvalidRequest: number: ")
    assert "033190004321" not in found["bad"][1]
    assert found["others"] == ("waiting", "")


async def test_each_kind_once_at_a_time(
    table: Jobs, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind that is running is not begun again; another kind goes on meanwhile."""
    monkeypatch.setattr("lienthong.hub._worker._LOOK_S", 0.01)
    begun: list[int] = []
    go_on, twice = asyncio.Event(), asyncio.Event()
    await table.insert("slow", clock())

    async def slow() -> None:
        begun.append(1)
        if len(begun) == 2:
            twice.set()
            return
        clock.move(seconds=5)
        await table.insert("slow", clock())
        await table.insert("quick", clock())
        await go_on.wait()

    async def quick() -> None:
        assert begun == [1]
        go_on.set()

    await _worked(table, {"slow": slow, "quick": quick}, twice)
    assert begun == [1, 1]


async def test_stop_waits_for_what_runs(table: Jobs, clock: Any) -> None:
    """A handler that ends within the grace is done, not cut off."""
    begun, stop = asyncio.Event(), asyncio.Event()
    await table.insert("sync", clock())

    async def sync() -> None:
        begun.set()
        await stop.wait()
        await asyncio.sleep(0)

    worker = asyncio.create_task(Worker(table, {"sync": sync}).run_until(stop, 5.0))
    await begun.wait()
    stop.set()
    await worker
    assert [job.state for job in await table.history()] == ["done"]


async def test_stop_cuts_off_and_gives_back(database: Database, table: Jobs, clock: Any) -> None:
    """A handler that does not end is cancelled and its job is free at once for another node."""
    begun = asyncio.Event()
    await table.insert("sync", clock())

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    await _worked(table, {"sync": endless}, begun, grace_s=0.2)
    taken = await Jobs(database, "node-2", clock).claim("sync")
    assert taken is not None
    assert taken.attempts == 2


async def test_worker_survives_the_database(
    table: Jobs, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database fails the worker waits, and works when it is back."""
    monkeypatch.setattr("lienthong.hub._worker._LOOK_S", 0.01)
    done = asyncio.Event()
    await table.insert("sync", clock())
    real, failures = table.claim, 3

    async def claim(kind: str) -> Any:
        nonlocal failures
        if failures:
            failures -= 1
            raise StoreUnavailable
        return await real(kind)

    monkeypatch.setattr(table, "claim", claim)

    async def sync() -> None:
        done.set()

    await _worked(table, {"sync": sync}, done)
    assert [job.state for job in await table.history()] == ["done"]


async def test_lost_job_is_not_marked(database: Database, table: Jobs, clock: Any) -> None:
    """A job that another node took over meanwhile is left to it."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    await table.insert("sync", clock())

    async def sync() -> None:
        begun.set()
        async with database.begin() as conn:
            await conn.execute(update(jobs).values(lease_owner="node-2", attempts=2))
        go_on.set()

    await _worked(table, {"sync": sync}, go_on)
    (job,) = await table.history()
    assert (job.state, job.owner) == ("running", "node-2")


async def test_paused_kind_is_left_alone(table: Jobs, clock: Any) -> None:
    """Nobody begins a paused kind; after the pause it goes on, and other kinds never stopped."""
    await table.insert("sync", clock())
    await table.insert("settle", clock())
    await table.pause("sync", "bảo trì")
    await table.pause("sync", "lần hai")
    assert await table.claim("sync") is None
    assert (await table.claim("settle")) is not None
    assert (await table.paused())["sync"].reason == "bảo trì"
    assert await table.resume("sync")
    assert not await table.resume("sync")
    assert (await table.claim("sync")) is not None


async def test_window_that_passed_is_missed(table: Jobs, clock: Any) -> None:
    """A job that nobody could begin in its window is missed, and stays in the history as that."""
    await table.insert("reconcile", clock(), until=clock() + timedelta(hours=5))
    clock.move(hours=5)
    assert await table.claim("reconcile") is None
    assert (await table.history("reconcile"))[0].state == "missed"


async def test_history_keeps_what_was_done(table: Jobs, clock: Any) -> None:
    """Start, end and counts of a job stay with it; health sees what was last done."""
    await table.insert("sync", clock())
    started = clock()
    job = await table.claim("sync")
    assert job is not None
    clock.move(seconds=3)
    await table.finish(job, result={"told": 7})
    (kept,) = await table.history("sync")
    assert (kept.started_at, kept.finished_at, kept.result) == (started, clock(), {"told": 7})
    assert await table.lags() == {"sync": Lag(started, started, None, "")}


async def test_lags_say_who_works_and_what_failed(table: Jobs, clock: Any) -> None:
    """A kind that runs is told from one that failed since it was last done; a later success takes the failure away."""
    first = clock()
    for kind, error in (("sync", "HubError: x"), ("reconcile", "")):
        await table.insert(kind, clock())
        job = await table.claim(kind)
        assert job is not None
        if error:
            await table.finish(job, error)
    lags = await table.lags()
    assert lags["sync"] == Lag(None, first, None, "HubError: x")
    assert lags["reconcile"] == Lag(None, first, first, "")
    clock.move(seconds=31)
    assert (await table.lags())["reconcile"].running_since is None, "its lease is over"
    await table.insert("sync", clock())
    job = await table.claim("sync")
    assert job is not None
    await table.finish(job)
    assert (await table.lags())["sync"] == Lag(clock(), first, None, "")


async def test_only_the_leader_plans(database: Database, table: Jobs, clock: Any) -> None:
    """A job planned under a former leader's number is not inserted."""
    async with database.begin() as conn:
        await conn.execute(insert(leaders).values(role="schedule", owner="x", fence=2))
    assert not await table.insert("sync", clock(), fence=1)
    assert await table.insert("sync", clock(), fence=2)


async def test_leader_of_a_store(database: Database, clock: Any) -> None:
    """Only who leads plans; the next leader has a higher number."""
    table = Jobs(database, "node-1", clock)
    # Half past three at night in Vietnam: all daily jobs but the reports are in their windows.
    clock.move(hours=19)
    gained = asyncio.Event()

    async def gain() -> None:
        gained.set()

    numbers = []
    for name in ("node-1", "node-2"):
        leader = Leader(database, name, clock, gain)
        scheduler = Scheduler(table, Schedule(), leader)
        planned = len(await table.history())
        clock.move(days=1)
        await scheduler.fire_all()
        assert len(await table.history()) == planned
        leading = asyncio.create_task(leader.run())
        await asyncio.wait_for(gained.wait(), 20)
        gained.clear()
        numbers.append(leader.fence)
        await scheduler.fire_all()
        assert len(await table.history()) == planned + len(plans(Schedule())) - 1
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        assert leader.fence is None
    assert numbers == [1, 2]
