"""Virtual time: waiting costs nothing and every second is exact."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lienthong.interface import Limits
from lienthong.resilience import Policies, RetryBudget


class _Clockwork(selectors.DefaultSelector):
    """Turns the clock forward instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise AssertionError("everyone waits and nothing can happen any more")
            self.now += max(timeout, 0.0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds pass at once."""

    def __init__(self) -> None:
        self.clockwork = _Clockwork()
        super().__init__(self.clockwork)

    def time(self) -> float:
        return self.clockwork.now


Scene = Callable[[], Coroutine[Any, Any, None]]


@pytest.fixture
def play() -> Callable[[Scene], None]:
    """Plays an asynchronous scene in virtual time."""

    def run(scene: Scene) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(scene())

    return run


class Probe:
    """A synthetic call that answers, fails or hangs as told."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None
        self.lasts_s = 0.0

    async def __call__(self) -> None:
        self.runs += 1
        await asyncio.sleep(self.lasts_s)
        if self.error is not None:
            raise self.error


class Bench:
    """Policies of one system in virtual time; made inside the scene."""

    def __init__(self, **limits: Any) -> None:
        self.loop = asyncio.get_running_loop()
        self.probe = Probe()
        self.budget = RetryBudget(self.loop.time)
        self.policies = Policies(
            "population",
            Limits(**limits),
            budget=self.budget,
            probe=self.probe,
            clock=self.loop.time,
        )

    @property
    def now(self) -> float:
        return self.loop.time()

    async def run(self, attempt: Any, *, within_s: float = 60.0, idempotent: bool = True) -> Any:
        return await self.policies.run(
            attempt, deadline=self.now + within_s, idempotent=idempotent, service="XacThuc"
        )


@pytest.fixture
def bench() -> type[Bench]:
    """The policies of one system."""
    return Bench


class Script:
    """Attempts that end as written, one after the other; the last line repeats."""

    def __init__(self, *lines: object) -> None:
        self.lines = lines
        self.numbers: list[int] = []
        self.moments: list[float] = []

    async def __call__(self, number: int) -> object:
        line = self.lines[min(len(self.numbers), len(self.lines) - 1)]
        self.numbers.append(number)
        self.moments.append(asyncio.get_running_loop().time())
        if isinstance(line, Exception):
            raise line
        return line


@pytest.fixture
def script() -> type[Script]:
    """A scripted attempt."""
    return Script
