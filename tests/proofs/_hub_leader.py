"""Leaders of the schedule die without a word, one after the other, and what is measured is how long nobody leads."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue

from tests.proofs._hub_site import PostgreSQL

from lienthong.storage import migrate

LEAD = Path(__file__).parents[1] / "integration" / "hub" / "lead.py"
BOUND_S = 5.0
_STARTED_S = 4.0
"""By then a node has tried to lead at least once."""


@dataclass
class Takeovers:
    """How long each takeover took, seconds, and under which numbers nodes led."""

    killed_s: list[float] = field(default_factory=list)
    stopped_s: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """What should not have been."""
        slow = [f"a leader was replaced after {s:.1f} s" for s in self._all if s >= BOUND_S]
        again = self.numbers != sorted(set(self.numbers))
        return [*slow, *(["fencing numbers do not rise"] if again else [])]

    @property
    def longest_s(self) -> float:
        """The longest takeover."""
        return max(self._all)

    @property
    def _all(self) -> list[float]:
        return [*self.killed_s, *self.stopped_s]


class _Node:
    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(LEAD), url], stdout=subprocess.PIPE, text=True
        )
        self._numbers: Queue[int] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def number(self) -> int:
        """The number under which it leads, once it does."""
        return self._numbers.get(timeout=60)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._numbers.put(int(line))


def take_over(server: PostgreSQL, times: int) -> Takeovers:
    """Kills the leader (signal 9) and, every third time, only stops it (signal 19), ``times`` times."""
    url = server.create("leaders")
    asyncio.run(migrate(url))
    found = Takeovers()
    nodes = [_Node(url)]
    try:
        found.numbers.append(nodes[0].number())
        for turn in range(times):
            nodes.append(_Node(url))
            time.sleep(_STARTED_S)
            stop = turn % 3 == 2
            nodes[-2].process.send_signal(signal.SIGSTOP if stop else signal.SIGKILL)
            started = time.monotonic()
            found.numbers.append(nodes[-1].number())
            (found.stopped_s if stop else found.killed_s).append(time.monotonic() - started)
    finally:
        for node in nodes:
            node.process.kill()
            node.process.wait()
    return found
