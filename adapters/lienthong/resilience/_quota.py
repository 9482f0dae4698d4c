"""The quota agreed with an agency: never more than so many calls in any minute."""

from __future__ import annotations

from bisect import insort
from collections import deque
from contextlib import suppress

_MINUTE_S = 60.0


class Quota:
    """One token per call, each free again a minute after its call.

    Unlike a bucket that refills steadily, this never lets more than ``per_minute`` calls into *any* 60 seconds, however
    the agency's own counter cuts its minutes. Waiting callers hold their place in line.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._calls: deque[float] = deque()
        """Moments of the calls of the last minute and of those in line, ascending."""

    def reserve(self, now: float, *, before: float) -> tuple[float, bool]:
        """Takes the next token.

        Args:
            now: The moment.
            before: The moment by which the call has to start.

        Returns:
            Moment from which the call may start (``now`` when at once), and whether the token is taken: it is not when that
            moment is not before ``before``.
        """
        calls = self._calls
        while calls and calls[0] <= now - _MINUTE_S:
            calls.popleft()
        at = now
        if len(calls) >= self._per_minute:
            at = max(now, calls[-self._per_minute] + _MINUTE_S)
        if at > now and at >= before:
            return at, False
        self._insert(at)
        return at, True

    def count(self, now: float) -> None:
        """Counts a call that must not wait, such as a probe."""
        self._insert(now)

    def give_back(self, at: float) -> None:
        """Returns the token of a call that never started."""
        with suppress(ValueError):  # a minute has gone by: free anyway
            self._calls.remove(at)

    def left(self, now: float) -> int:
        """Calls that may start at once."""
        used = sum(1 for at in self._calls if at > now - _MINUTE_S)
        return max(0, self._per_minute - used)

    def _insert(self, at: float) -> None:
        if self._calls and self._calls[-1] > at:
            insort(self._calls, at)
        else:
            self._calls.append(at)
