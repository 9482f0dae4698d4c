"""Retries: which failures, how often, how long after, and what the caller hears in the end."""

import asyncio
from typing import Any

import pytest

from lienthong.interface import (
    CallFailed,
    CredentialsRefused,
    InvalidRequest,
    MaybeArrived,
    NotSupported,
    Overloaded,
    ReplyUnreadable,
    SessionEnded,
    SystemFault,
    Unreachable,
)
from lienthong.resilience import DeadlinePassed

UNREACHABLE = Unreachable("population", "XacThuc", "refused")
MAYBE = MaybeArrived("population", "XacThuc", "reset")
FAULT = SystemFault("population", "XacThuc", "500")
UNREADABLE = ReplyUnreadable("population", "XacThuc", "HTML")
OVERLOADED = Overloaded("population", "XacThuc", "429")
SESSION = SessionEnded("population", "XacThuc", "token")
CREDENTIALS = CredentialsRefused("population", "XacThuc", "401")


def test_a_first_answer_is_passed_on(play: Any, bench: Any, script: Any) -> None:
    """Success needs one attempt, number 1, and no time."""

    async def scene() -> None:
        stand, attempt = bench(), script("yes")
        began = stand.now
        assert await stand.run(attempt) == "yes"
        assert attempt.numbers == [1]
        assert stand.now == began
        assert stand.policies.state().calls == 1

    play(scene)


@pytest.mark.parametrize(
    ("error", "read", "write"),
    [
        (UNREACHABLE, 3, 3),
        (SESSION, 3, 3),
        (OVERLOADED, 3, 3),
        (MAYBE, 3, 1),
        (FAULT, 3, 1),
        (UNREADABLE, 3, 1),
        (CREDENTIALS, 1, 1),
        (CallFailed("population", "XacThuc", "final", retryable=False), 1, 1),
    ],
    ids=lambda value: getattr(value, "code", None),
)
@pytest.mark.parametrize("idempotent", [True, False])
def test_only_safe_failures_are_repeated(
    play: Any, bench: Any, script: Any, error: Any, read: Any, write: Any, idempotent: Any
) -> None:
    """A read is repeated where repetition can help; a write only where it was certainly not processed."""

    async def scene() -> None:
        stand, attempt = bench(attempts=3), script(error)
        with pytest.raises(type(error)) as caught:
            await stand.run(attempt, idempotent=idempotent)
        assert caught.value is error
        assert attempt.numbers == list(range(1, (read if idempotent else write) + 1))

    play(scene)


@pytest.mark.parametrize(
    "error", [InvalidRequest("name", "is empty"), NotSupported("no"), ValueError("a bug of ours")]
)
def test_what_is_no_failure_of_the_system_passes_untouched(
    play: Any, bench: Any, script: Any, error: Any
) -> None:
    """Refusals of ours and bugs are neither repeated nor held against the system."""

    async def scene() -> None:
        stand, attempt = bench(breaker_failures=1), script(error)
        with pytest.raises(type(error)):
            await stand.run(attempt)
        state = stand.policies.state()
        assert attempt.numbers == [1]
        assert (state.breaker, state.failures, state.in_flight) == ("closed", 0, 0)

    play(scene)


def test_a_later_answer_counts(play: Any, bench: Any, script: Any) -> None:
    """A repeated attempt that is answered is the answer; it gets its number."""

    async def scene() -> None:
        stand, attempt = bench(attempts=5), script(UNREACHABLE, MAYBE, "yes")
        assert await stand.run(attempt) == "yes"
        assert attempt.numbers == [1, 2, 3]
        state = stand.policies.state()
        assert (state.failures, state.retries, state.failures_in_a_row) == (2, 2, 0)

    play(scene)


def test_waits_grow_and_are_jittered(play: Any, bench: Any, script: Any) -> None:
    """The n-th wait lies between nothing and 0.1 s · 2^(n-1), never above 2 s."""

    async def scene() -> None:
        stand, attempt = bench(attempts=10, breaker_failures=100), script(UNREACHABLE)
        for _ in range(60):
            stand.budget.note_call()
        with pytest.raises(Unreachable):
            await stand.run(attempt)
        waits = [b - a for a, b in zip(attempt.moments, attempt.moments[1:], strict=False)]
        assert len(waits) == 9
        for n, wait in enumerate(waits):
            assert 0 <= wait <= min(2.0, 0.1 * 2**n) + 1e-6
        assert len({round(wait, 6) for wait in waits}) > 1

    play(scene)


def test_the_far_sides_wish_is_honoured(play: Any, bench: Any, script: Any) -> None:
    """Asked to wait 7 s, we wait 7 s."""

    async def scene() -> None:
        stand = bench()
        attempt = script(Overloaded("population", "XacThuc", "429", retry_after_s=7.0), "yes")
        assert await stand.run(attempt) == "yes"
        assert attempt.moments[1] - attempt.moments[0] == pytest.approx(7.0)

    play(scene)


def test_a_wish_beyond_the_deadline_is_raised_at_once(play: Any, bench: Any, script: Any) -> None:
    """Nobody waits for an attempt that cannot be made in time."""

    async def scene() -> None:
        stand = bench()
        attempt = script(Overloaded("population", "XacThuc", "429", retry_after_s=7.0))
        began = stand.now
        with pytest.raises(Overloaded):
            await stand.run(attempt, within_s=5)
        assert stand.now == began
        assert attempt.numbers == [1]

    play(scene)


def test_nothing_starts_after_the_deadline(play: Any, bench: Any, script: Any) -> None:
    """A call that is late already is not made."""

    async def scene() -> None:
        stand, attempt = bench(), script("yes")
        with pytest.raises(DeadlinePassed) as caught:
            await stand.run(attempt, within_s=0)
        assert attempt.numbers == []
        assert caught.value.code == "deadline"
        assert caught.value.desk_vi

    play(scene)


def test_slowness_is_a_failure_that_may_have_arrived(play: Any, bench: Any) -> None:
    """An attempt beyond limits.attempt_s ends as MaybeArrived; a write is not repeated."""

    async def scene() -> None:
        stand = bench(attempt_s=8)
        began = stand.now
        with pytest.raises(MaybeArrived, match="population/XacThuc"):
            await stand.run(lambda _: asyncio.sleep(100), idempotent=False)
        assert stand.now - began == pytest.approx(8)

    play(scene)


def test_the_deadline_bounds_all_attempts_together(play: Any, bench: Any) -> None:
    """Reads are repeated within the deadline and never beyond it."""

    async def scene() -> None:
        stand = bench(attempt_s=8, attempts=10)
        began = stand.now
        with pytest.raises(MaybeArrived):
            await stand.run(lambda _: asyncio.sleep(100), within_s=20)
        assert stand.now - began <= 20 + 1e-6

    play(scene)


def test_a_timeout_of_the_attempts_own_is_not_ours(play: Any, bench: Any, script: Any) -> None:
    """A bare TimeoutError out of an attempt is a bug and stays one."""

    async def scene() -> None:
        with pytest.raises(TimeoutError):
            await bench().run(script(TimeoutError("bug")))

    play(scene)


def test_what_may_have_arrived_is_not_forgotten(play: Any, bench: Any, script: Any) -> None:
    """When an earlier attempt may have arrived and the last certainly did not, the caller hears of the earlier."""

    async def scene() -> None:
        with pytest.raises(MaybeArrived) as caught:
            await bench(attempts=2).run(script(MAYBE, UNREACHABLE))
        assert caught.value is MAYBE
        assert caught.value.__cause__ is UNREACHABLE

    play(scene)


def test_a_breaker_opening_meanwhile_ends_the_retries(play: Any, bench: Any, script: Any) -> None:
    """Retries end when the breaker opens, with the failure that opened it."""

    async def scene() -> None:
        stand, attempt = bench(attempts=10, breaker_failures=2), script(UNREACHABLE)
        with pytest.raises(Unreachable):
            await stand.run(attempt)
        assert attempt.numbers == [1, 2]
        assert stand.policies.state().breaker == "open"

    play(scene)


def test_a_cancelled_retry_ends_at_once(play: Any, bench: Any, script: Any) -> None:
    """Cancellation passes through the wait and leaves nothing under way."""

    async def scene() -> None:
        stand = bench()
        attempt = script(Overloaded("population", "XacThuc", "429", retry_after_s=30.0))
        task = asyncio.create_task(stand.run(attempt))
        await asyncio.sleep(10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stand.policies.state().in_flight == 0
        assert attempt.numbers == [1]

    play(scene)


def test_a_cancelled_attempt_is_never_repeated(play: Any, bench: Any, script: Any) -> None:
    """Cancellation in a second attempt is cancellation, not failure."""

    async def scene() -> None:
        stand = bench()
        numbers = []

        async def attempt(number: Any) -> None:
            numbers.append(number)
            if number == 1:
                raise UNREACHABLE
            await asyncio.sleep(5)

        task = asyncio.create_task(stand.run(attempt))
        await asyncio.sleep(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        state = stand.policies.state()
        assert numbers == [1, 2]
        assert (state.in_flight, state.failures) == (0, 1)

    play(scene)
