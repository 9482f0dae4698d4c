"""A leader dies without a word, and another leads before anybody waits."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest

LEAD = Path(__file__).with_name("lead.py")


async def _node(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, str(LEAD), url, stdout=asyncio.subprocess.PIPE
    )


async def _number(node: asyncio.subprocess.Process) -> int:
    assert node.stdout is not None
    return int(await asyncio.wait_for(node.stdout.readline(), 60))


@pytest.mark.parametrize("dialect", ["postgresql"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_dead_leader_is_replaced(database_url: str, how: signal.Signals) -> None:
    """Killed with -9 or only fallen silent: in less than five seconds another process leads, under the next number."""
    first = await _node(database_url)
    number = await _number(first)
    second = await _node(database_url)
    try:
        # Until it has tried once: a process that starts is no takeover.
        await asyncio.sleep(3)
        first.send_signal(how)
        started = time.monotonic()
        assert await _number(second) == number + 1
        assert time.monotonic() - started < 5
    finally:
        for node in (first, second):
            if node.returncode is None:
                node.kill()
            await node.wait()
