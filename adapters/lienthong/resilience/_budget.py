"""The retry budget: how much extra load retries may put on a system that is already in trouble."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_SHARE = 0.2
_FLOOR = 3
_WINDOW_S = 60


class RetryBudget:
    """At most a fifth of the calls of the last minute may be retried, and always three (the rule Envoy uses).

    One budget serves all calls of one system. Kept per second, so that a busy minute costs 60 entries.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds: deque[list[int]] = deque()
        """(second, calls, retries), oldest first."""
        self._calls = 0
        self._retries = 0

    def note_call(self) -> None:
        """A first attempt starts."""
        self._current()[1] += 1
        self._calls += 1

    def take(self) -> bool:
        """Takes one retry; ``False`` when the budget is used up."""
        if self.left < 1:
            return False
        self._current()[2] += 1
        self._retries += 1
        return True

    @property
    def left(self) -> int:
        """Retries that may still be made now."""
        self._forget(int(self._clock()))
        return max(0, max(_FLOOR, int(self._calls * _SHARE)) - self._retries)

    def _current(self) -> list[int]:
        second = int(self._clock())
        if not self._seconds or self._seconds[-1][0] != second:
            self._forget(second)
            self._seconds.append([second, 0, 0])
        return self._seconds[-1]

    def _forget(self, second: int) -> None:
        while self._seconds and self._seconds[0][0] <= second - _WINDOW_S:
            _, calls, retries = self._seconds.popleft()
            self._calls -= calls
            self._retries -= retries
