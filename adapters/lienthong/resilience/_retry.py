"""Which failures are worth another attempt, and when it is made."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState

from lienthong.interface import CallFailed, CredentialsRefused, Overloaded, Sent

from ._budget import RetryBudget
from .errors import PolicyStopped

T = TypeVar("T")

_FIRST_WAIT_S = 0.1
_LONGEST_WAIT_S = 2.0


def worth_repeating(error: BaseException | None, *, idempotent: bool) -> bool:
    """Whether the same request may be sent again after this failure.

    A write is repeated only when it certainly was not processed: it never left, or the far side turned it away unread
    because it is overloaded. Refused credentials are never tried again: repetition locks accounts.
    """
    if not isinstance(error, CallFailed) or isinstance(error, CredentialsRefused):
        return False
    if not error.retryable:
        return False
    return idempotent or error.sent is Sent.NO or isinstance(error, Overloaded)


class Repeater:
    """The attempts of one call after its first has failed.

    Args:
        attempts: Attempts of the call, the first included.
        deadline: Moment after which the answer is of no use.
        idempotent: Whether sending twice equals sending once.
        budget: The system's retry budget.
        clock: Seconds, as the deadline counts them.
        rng: Source of the jitter.
    """

    def __init__(
        self,
        attempts: int,
        deadline: float,
        *,
        idempotent: bool,
        budget: RetryBudget,
        clock: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._attempts = attempts
        self._deadline = deadline
        self._idempotent = idempotent
        self._budget = budget
        self._clock = clock
        self._rng = rng

    async def run(self, first: CallFailed, attempt: Callable[[int], Awaitable[T]]) -> T:
        """Repeats until an answer, an error that repetition cannot help, or the end of time, attempts or budget.

        Raises:
            CallFailed: The last failure; an earlier one that may have arrived takes precedence over a later one that
                certainly did not, since the caller has to look before it sends again.
        """
        failures = [first]

        async def numbered() -> T:
            if retrying.statistics["attempt_number"] == 1:
                raise first  # the attempt that has been made
            try:
                return await attempt(len(failures) + 1)
            except CallFailed as error:
                failures.append(error)
                raise

        retrying = AsyncRetrying(
            sleep=asyncio.sleep,
            retry=self._again,
            wait=self._wait,
            stop=self._stop,
            reraise=True,
        )
        try:
            return await retrying(numbered)
        except (CallFailed, PolicyStopped) as last:
            # What happened on the wire says more than what kept us from trying again.
            telling = _telling(failures)
            if telling is last:
                raise
            raise telling from last

    def _again(self, state: RetryCallState) -> bool:
        outcome = state.outcome
        return (
            outcome is not None
            and outcome.failed
            and worth_repeating(outcome.exception(), idempotent=self._idempotent)
        )

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, Overloaded) and error.retry_after_s is not None:
            return max(error.retry_after_s, 0.0)
        longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (state.attempt_number - 1))
        return self._rng.uniform(0.0, longest)

    def _stop(self, state: RetryCallState) -> bool:
        return (
            state.attempt_number >= self._attempts
            or self._clock() + state.upcoming_sleep >= self._deadline
            or not self._budget.take()
        )


def _telling(failures: list[CallFailed]) -> CallFailed:
    """The failure that the caller must know of."""
    if failures[-1].sent is Sent.NO:
        for failure in failures:
            if failure.sent is Sent.MAYBE:
                return failure
    return failures[-1]
