"""The policy stack around every call to one system, outermost first.

deadline → (coalescing, by :class:`Coalescer` before it) → retry with a shared budget → breaker → quota → bulkhead → timeout
of one attempt (DESIGN §4). Retry stands outside the breaker, so that an open breaker ends the retries; the timeout is
innermost, so that slowness counts as failure.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from lienthong.interface import CallFailed, Limits, MaybeArrived

from ._breaker import Breaker, BreakerState
from ._budget import RetryBudget
from ._quota import Quota
from ._retry import Repeater, worth_repeating
from .errors import BulkheadFull, DeadlinePassed, PolicyStopped, QuotaSpent

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PolicyState:
    """What the policies of one system know at one moment, for health and metrics.

    Attributes:
        system: The national system.
        breaker: ``closed``, ``open`` or ``probing``.
        since_s: Seconds since the breaker came into that state.
        failures_in_a_row: Failures since the last answer.
        last_error: Code of the failure last seen, e.g. ``unreachable``; empty when there was none.
        calls: Calls since the start.
        failures: Attempts that failed since the start.
        retries: Attempts after the first since the start.
        budget_left: Retries that may be made now.
        in_flight: Attempts under way.
        quota_left: Calls that may start now.
    """

    system: str
    breaker: BreakerState
    since_s: float
    failures_in_a_row: int
    last_error: str
    calls: int
    failures: int
    retries: int
    budget_left: int
    in_flight: int
    quota_left: int


class Policies:
    """The policies of one system; bound to the event loop it is first used in.

    Args:
        system: The national system, for errors.
        limits: Its bounds.
        budget: The retry budget that all its calls share.
        probe: A synthetic call about no one, made past these policies; returns when the system answered, raises when
            it did not. Bounded by ``limits.attempt_s``.
        clock: Seconds as deadlines count them.
        rng: Makes the source of jitter.
    """

    def __init__(
        self,
        system: str,
        limits: Limits,
        *,
        budget: RetryBudget,
        probe: Callable[[], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
        rng: Callable[[], random.Random] = random.Random,
    ) -> None:
        self._system = system
        self._limits = limits
        self._budget = budget
        self._probe = probe
        self._clock = clock
        self._rng = rng()
        self._breaker = Breaker(system, limits, self._counted_probe, clock)
        self._quota = Quota(limits.per_minute)
        self._places = asyncio.Semaphore(limits.at_once)
        self._calls = self._failures = self._retries = self._in_flight = 0

    async def run(
        self,
        attempt: Callable[[int], Awaitable[T]],
        *,
        deadline: float,
        idempotent: bool,
        service: str = "call",
    ) -> T:
        """Makes a call under all policies.

        Args:
            attempt: Makes one attempt; gets its number, from 1.
            deadline: Moment of the clock after which the answer is of no use.
            idempotent: Whether sending twice equals sending once.
            service: Wire name of the service, for the error when time runs out.

        Raises:
            CallFailed: The system gave no usable answer and repetition did not help or was not allowed.
            PolicyStopped: Nothing was sent: deadline, breaker, quota or bulkhead.
        """
        self._calls += 1
        self._budget.note_call()
        try:
            return await self._once(attempt, 1, deadline, service)
        except CallFailed as error:
            if not worth_repeating(error, idempotent=idempotent):
                raise
            first = error

        async def again(number: int) -> T:
            self._retries += 1
            return await self._once(attempt, number, deadline, service)

        repeater = Repeater(
            self._limits.attempts,
            deadline,
            idempotent=idempotent,
            budget=self._budget,
            clock=self._clock,
            rng=self._rng,
        )
        return await repeater.run(first, again)

    async def probe_now(self) -> bool:
        """Probes a system whose breaker is open, without waiting for its rest to end; joins a probe under way.

        Returns:
            Whether the breaker is closed afterwards. Does nothing when it was closed before.
        """
        return await self._breaker.probe_now()

    def state(self) -> PolicyState:
        """A snapshot."""
        now = self._clock()
        breaker = self._breaker
        return PolicyState(
            system=self._system,
            breaker=breaker.state,
            since_s=now - breaker.since,
            failures_in_a_row=breaker.failures_in_a_row,
            last_error=breaker.last_error,
            calls=self._calls,
            failures=self._failures,
            retries=self._retries,
            budget_left=self._budget.left,
            in_flight=self._in_flight,
            quota_left=self._quota.left(now),
        )

    async def aclose(self) -> None:
        """Ends a probe under way."""
        await self._breaker.aclose()

    async def _once(
        self, attempt: Callable[[int], Awaitable[T]], number: int, deadline: float, service: str
    ) -> T:
        """One attempt, from the breaker inwards."""
        if self._clock() >= deadline:
            raise DeadlinePassed(self._system)
        generation = self._breaker.admit()
        token, waited = await self._wait_for_quota(deadline)
        try:
            waited |= await self._take_place(deadline)
        except BaseException:
            self._quota.give_back(token)
            raise
        try:
            if waited:
                # Much may have happened meanwhile.
                generation = self._admit_again(deadline, token)
            self._in_flight += 1
            try:
                answer = await self._timed(attempt, number, deadline, service)
            except CallFailed as error:
                self._failures += 1
                self._breaker.failed(generation, error)
                raise
            finally:
                self._in_flight -= 1
        finally:
            self._places.release()
        self._breaker.succeeded(generation)
        return answer

    def _admit_again(self, deadline: float, token: float) -> int:
        """Whether a call that had to wait may still start."""
        try:
            if self._clock() >= deadline:
                raise DeadlinePassed(self._system)
            return self._breaker.admit()
        except PolicyStopped:
            self._quota.give_back(token)
            raise

    async def _wait_for_quota(self, deadline: float) -> tuple[float, bool]:
        """Takes a token of the quota; returns it and whether it had to wait."""
        now = self._clock()
        at, taken = self._quota.reserve(now, before=deadline)
        if not taken:
            raise QuotaSpent(self._system, retry_after_s=at - now)
        if at <= now:
            return at, False
        try:
            await asyncio.sleep(at - now)
        except BaseException:
            self._quota.give_back(at)
            raise
        return at, True

    async def _take_place(self, deadline: float) -> bool:
        """Takes a place in the bulkhead; returns whether it had to wait."""
        places = self._places
        if not places.locked():
            await places.acquire()
            return False
        try:
            async with asyncio.timeout(deadline - self._clock()):
                await places.acquire()
        except TimeoutError:
            raise BulkheadFull(self._system) from None
        return True

    async def _timed(
        self, attempt: Callable[[int], Awaitable[T]], number: int, deadline: float, service: str
    ) -> T:
        timeout = asyncio.timeout(min(self._limits.attempt_s, deadline - self._clock()))
        try:
            async with timeout:
                return await attempt(number)
        except TimeoutError as error:
            if not timeout.expired():
                raise
            raise MaybeArrived(
                self._system, service, "no whole answer in time (limits.attempt_s or the deadline)"
            ) from error

    async def _counted_probe(self) -> None:
        """A probe is a call that the agency counts too."""
        self._quota.count(self._clock())
        await self._probe()
