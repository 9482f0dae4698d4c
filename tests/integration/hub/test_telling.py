"""Told to the sandbox's operations centre over TLS; its own count is the witness."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from lienthong.storage import hub_dossiers, outbox
from lienthong_sandbox import Fault

SYSTEM = "operations_centre"
DRAIN = Path(__file__).with_name("drain.py")


def _good(state: dict[str, Any], dossiers: int, steps: int) -> None:
    counts = {
        name: state[name] for name in ("dossiers", "steps", "duplicate_steps", "out_of_order")
    }
    assert counts == {
        "dossiers": dossiers,
        "steps": steps,
        "duplicate_steps": 0,
        "out_of_order": 0,
    }


async def test_dossier_then_steps(site: Any) -> None:
    """Every dossier is added once, updated in order, and its steps follow it."""
    node = site.node()
    codes = await site.file_cases(node, 12)
    report = await node.sync.drain(60)
    assert (report.told, report.retried, report.dead, report.waiting) == (48, 0, 0, 0)
    _good(site.state(), 12, 24)
    detail = site.state(detail=True)["cases"]
    for code in codes:
        assert (detail[code]["adds"], detail[code]["updates"]) == (1, 1)
        assert [status for _, status in detail[code]["steps"]] == ["4", "4"]


async def test_dossier_added_by_others(site: Any) -> None:
    """A dossier that the hub got from another system in between is updated, in whatever form it says so."""
    node = site.node()
    await site.file_cases(node, 4, steps=0)
    await node.sync.drain(30)
    other = site.node()
    for code in list(site.case_ids):
        await site.change(other, code, "4", 1)
    async with node.db.begin() as conn:
        await conn.execute(delete(hub_dossiers))
    # Our ledger knows none of them, so four additions are refused with the words "already exists".
    report = await other.sync.drain(30)
    assert (report.dead, report.waiting) == (0, 0)
    assert site.state()["refused_adds"] == 4
    _good(site.state(), 4, 4)


async def test_lost_answer_of_an_addition(site: Any) -> None:
    """An addition whose answer was lost is looked up: the hub has one dossier, added once."""
    node = site.node()
    await site.file_cases(node, 3, steps=0)
    await site.sandbox.faults.put(
        SYSTEM, Fault(drop_after_processing=True, times=3), "DongBoHoSoMC"
    )
    assert (await node.sync.drain(30)).told == 0
    site.clock.move(minutes=20)
    assert (await node.sync.drain(30)).told == 3
    state = site.state(detail=True)
    _good(state, 3, 0)
    assert state["refused_adds"] == 0
    assert {found["adds"] for found in state["cases"].values()} == {1}


async def test_lost_answer_of_a_step(site: Any) -> None:
    """A step whose answer was lost is sent again or held, as the setting says, and counted in doubt meanwhile."""
    node = site.node(in_doubt="hold")
    await site.file_cases(node, 1, steps=1)
    await site.sandbox.faults.put(
        SYSTEM, Fault(drop_after_processing=True, times=1), "CapNhatTienDoHoSoMC"
    )
    report = await node.sync.drain(30)
    assert (report.dead, (await node.outbox.status()).in_doubt) == (1, 1)
    _good(site.state(), 1, 1)
    letter = (await node.outbox.dead())[0]
    assert letter.last_code == "in_doubt:maybe_arrived"
    assert await node.outbox.give_up([letter.id]) == 1
    assert (await node.outbox.status()).in_doubt == 0


async def test_session_ends_in_mid_batch(site: Any) -> None:
    """Sessions that end while many dossiers are told cost nothing but a login."""
    node = site.node()
    await site.file_cases(node, 10, steps=1)
    await node.sync.run_round(limit=5)
    await site.sandbox.faults.put(SYSTEM, Fault(expire_tokens=True))
    report = await node.sync.drain(60)
    assert (report.dead, report.waiting) == (0, 0)
    _good(site.state(), 10, 10)


@pytest.mark.parametrize(
    "fault",
    [Fault(html_page=True, times=1), Fault(truncate=True, times=1), Fault(status=500, times=1)],
    ids=["html", "truncated", "status 500"],
)
async def test_no_answer_at_all(site: Any, fault: Fault) -> None:
    """HTML, half an answer or a fault: told later, added once."""
    node = site.node()
    await site.file_cases(node, 1, steps=1)
    await site.sandbox.faults.put(SYSTEM, fault, "DongBoHoSoMC")
    report = await node.sync.drain(30)
    assert (report.told, report.retried) == (0, 1)
    site.clock.move(minutes=20)
    assert (await node.sync.drain(30)).told == 2
    _good(site.state(), 1, 1)


async def test_hub_throttles(site: Any) -> None:
    """Retry-After is waited for, by all dossiers."""
    node = site.node(at_once=1)
    await site.file_cases(node, 5, steps=0)
    await site.sandbox.faults.put(SYSTEM, Fault(status=429, retry_after_s=120), "DongBoHoSoMC")
    assert (await node.sync.drain(30)).waiting == 5
    asked = len(site.sandbox.journal.entries(system=SYSTEM, service="DongBoHoSoMC"))
    await node.sync.drain(30)
    assert len(site.sandbox.journal.entries(system=SYSTEM, service="DongBoHoSoMC")) == asked
    await site.sandbox.faults.clear(SYSTEM)
    site.clock.move(seconds=130)
    assert (await node.sync.drain(30)).told == 5


async def test_outage_and_restart(site: Any) -> None:
    """The hub is away, the process is restarted, the hub comes back: everything is told, nothing is dead."""
    node = site.node(max_attempts=2)
    await site.file_cases(node, 6)
    await site.sandbox.faults.put(SYSTEM, Fault(outage="refused"))
    for _ in range(4):
        await node.sync.drain(10)
        site.clock.move(minutes=5)
    status = await node.outbox.status()
    assert (status.sent, status.dead, status.pending) == (0, 0, 24)
    await site.sandbox.faults.clear(SYSTEM)
    assert (await site.node().sync.drain(60)).waiting == 0
    _good(site.state(), 6, 12)


async def test_two_nodes_tell_once(site: Any) -> None:
    """Two processes on one store tell every message once."""
    first, second = site.node(), site.node()
    await site.file_cases(first, 30)
    await asyncio.gather(first.sync.drain(60), second.sync.drain(60))
    assert (await first.outbox.status()).pending == 0
    _good(site.state(), 30, 60)


async def test_refusal_reaches_the_operator(site: Any) -> None:
    """What the hub refuses is a dead letter with its words; the case goes on when the case is corrected."""
    node = site.node()
    await site.change(node, "H31.14-261123-0001", "2", 0, procedure="9.999999")
    assert (await node.sync.drain(30)).dead == 1
    (letter,) = await node.outbox.dead()
    assert letter.last_code.startswith("refused:")
    assert letter.last_message
    await site.change(node, "H31.14-261123-0001", "4", 1)
    assert (await node.sync.drain(30)).told == 2
    _good(site.state(), 1, 1)


async def test_killed_in_mid_drain(site: Any, tmp_path: Path) -> None:
    """Ten times a process is killed without warning while it tells; nothing is lost, doubled beyond doubt or out of order."""
    node = site.node()
    await site.file_cases(node, 60)
    await site.sandbox.faults.put(SYSTEM, Fault(latency_ms=5, jitter_ms=10))
    kills = 0
    for number in range(10):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(DRAIN),
            str(site.file),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"LIENTHONG_TEST_AHEAD_S": str(30 * (number + 1))},
        )
        assert process.stdout is not None
        told = 0
        while told < 9 and (line := await process.stdout.readline()):
            told = int(line)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        await process.wait()
    assert kills == 10
    site.clock.move(hours=1)
    assert (await node.sync.drain(60)).dead == 0
    status = await node.outbox.status()
    assert (status.pending, status.dead, status.in_doubt) == (0, 0, 0)
    state = site.state(detail=True)
    doubtful = await _in_doubt(node)
    assert state["dossiers"] == 60
    assert state["out_of_order"] == 0
    assert state["steps"] - state["duplicate_steps"] == 120
    assert state["duplicate_steps"] <= doubtful
    assert {found["adds"] for found in state["cases"].values()} == {1}


async def _in_doubt(node: Any) -> int:
    """Steps that were ever in doubt."""
    doubts = select(func.count()).where(
        outbox.c.kind == "progress", outbox.c.may_have_arrived.is_(True)
    )
    async with node.db.read() as conn:
        number: int = (await conn.execute(doubts)).scalar_one()
    return number
