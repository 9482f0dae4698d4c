"""Killed by SIGKILL between any two steps, the desk goes on: nothing is lost, nothing happens twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from lienthong import OneStop
from lienthong.storage import tables
from lienthong_sandbox import Sandbox

from .conftest import Clock, Desk, new_dossier
from .desk_script import MOMENTS

SCRIPT = Path(__file__).with_name("desk_script.py")
# Each half in the order in which a morning meets the moments, so that every kill hits.
HALVES = [list(MOMENTS)[half::2] for half in (0, 1)]


async def _run(config: Path, *arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), str(config), *arguments, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        _, problems = await process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), problems.decode()
    return int(process.returncode or 0)


async def _forget_leases(one_stop: OneStop) -> None:
    """As if the time of the killed process's leases had passed."""
    async with one_stop.desk.db.begin() as conn:
        await conn.execute(update(tables.outbox).values(lease_owner=None, lease_until=None))


@pytest.mark.parametrize("moments", HALVES)
async def test_a_killed_desk_goes_on(sandbox: Sandbox, tmp_path: Path, moments: list[str]) -> None:
    """After kill and restart the hub has the dossier once, complete and in order; store and audit log agree."""
    config = tmp_path / "desk.toml"
    config.write_text(sandbox.configuration(), "utf-8")
    dossier = new_dossier()
    for moment in moments:
        assert await _run(config, dossier, moment) == -signal.SIGKILL, moment
    async with OneStop.from_config(config) as one_stop:
        await _forget_leases(one_stop)
    assert await _run(config, dossier) == 0
    async with OneStop.from_config(config) as one_stop:
        desk = Desk(one_stop, sandbox, one_stop.desk.settings, Clock())
        state = await desk.told()
        assert (state["dossiers"], state["by_status"]) == (1, {"10": 1})
        assert (state["steps"], state["duplicate_steps"], state["out_of_order"]) == (4, 0, 0)
        case = await one_stop.case(dossier)
        kinds = tables.evidence.c.kind
        assert await desk.count(tables.evidence, kinds == "result") == 1
        accepted = await desk.count(tables.papers, tables.papers.c.how == "accepted")
        assert accepted == await desk.count(tables.evidence, kinds == "paper")
        assert len(await case.decisions()) == len(case.components)
        # No record, no call: whatever arrived was written down before.
        entries = await one_stop.desk.audit.search(dossier=dossier, limit=500)
        for system in ("population", "operations_centre"):
            asked = [entry for entry in desk.asked(system) if entry.service != "auth"]
            assert len(asked) <= sum(
                (record.attempts or 3) for record in entries if record.system == system
            )
