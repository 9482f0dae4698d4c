"""Quota, bulkhead and retry budget: what a system never has to bear."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.interface import Unreachable
from lienthong.resilience import BreakerOpen, BulkheadFull, QuotaSpent, RetryBudget
from lienthong.resilience._quota import Quota

DOWN = Unreachable("population", "XacThuc", "refused")


def test_a_call_waits_for_the_quota_if_there_is_time(play: Any, bench: Any, script: Any) -> None:
    """The eleventh call of a minute starts when the first is a minute old."""

    async def scene() -> None:
        stand, attempt = bench(per_minute=10), script("yes")
        began = stand.now
        await asyncio.gather(*(stand.run(attempt, within_s=100) for _ in range(12)))
        assert [round(moment - began) for moment in attempt.moments] == [0] * 10 + [60] * 2

    play(scene)


def test_a_call_without_time_hears_when_to_come_back(play: Any, bench: Any, script: Any) -> None:
    """The quota is spent: typed, with the seconds, and nothing is sent."""

    async def scene() -> None:
        stand, attempt = bench(per_minute=1), script("yes")
        await stand.run(attempt)
        await asyncio.sleep(10)
        with pytest.raises(QuotaSpent) as caught:
            await stand.run(attempt, within_s=30)
        assert caught.value.retry_after_s == pytest.approx(50)
        assert attempt.numbers == [1]
        assert stand.policies.state().quota_left == 0

    play(scene)


def test_a_cancelled_wait_returns_its_place_in_line(play: Any, bench: Any, script: Any) -> None:
    """Who leaves the line lets the next one move up."""

    async def scene() -> None:
        stand, attempt = bench(per_minute=1), script("yes")
        await stand.run(attempt)
        leaves = asyncio.create_task(stand.run(attempt, within_s=100))
        await asyncio.sleep(1)
        leaves.cancel()
        await asyncio.wait({leaves})
        await stand.run(attempt, within_s=70)
        assert attempt.moments[1] - attempt.moments[0] == pytest.approx(60)

    play(scene)


@given(
    st.integers(1, 5),
    st.lists(
        st.tuples(st.floats(0, 40), st.floats(0.1, 100), st.booleans()), min_size=1, max_size=60
    ),
)
def test_no_minute_ever_holds_more_than_the_quota(per_minute: Any, arrivals: Any) -> None:
    """Over any arrivals, deadlines and withdrawals, no 60 seconds hold more calls than agreed."""
    quota, now, starts = Quota(per_minute), 0.0, []
    for pause, patience, withdraws in arrivals:
        now += pause
        at, taken = quota.reserve(now, before=now + patience)
        assert at >= now
        if taken and withdraws and at > now:
            quota.give_back(at)
        elif taken:
            starts.append(at)
    for start in starts:
        assert sum(1 for other in starts if start <= other < start + 60 - 1e-6) <= per_minute


def test_never_more_at_once_than_agreed(play: Any, bench: Any) -> None:
    """Fifty desks, three places."""

    async def scene() -> None:
        stand, most, running = bench(at_once=3), 0, 0

        async def attempt(_: Any) -> None:
            nonlocal most, running
            running += 1
            most = max(most, running)
            await asyncio.sleep(1)
            running -= 1

        await asyncio.gather(*(stand.run(attempt) for _ in range(50)))
        assert most == 3
        assert stand.policies.state().in_flight == 0

    play(scene)


def test_a_full_house_is_said_in_time(play: Any, bench: Any) -> None:
    """Who gets no place before the deadline hears so at the deadline, and costs no quota."""

    async def scene() -> None:
        stand = bench(at_once=1, attempt_s=60)
        busy = asyncio.create_task(stand.run(lambda _: asyncio.sleep(50)))
        await asyncio.sleep(0)
        began = stand.now
        with pytest.raises(BulkheadFull):
            await stand.run(lambda _: asyncio.sleep(0), within_s=5)
        assert stand.now - began == pytest.approx(5)
        assert stand.policies.state().quota_left == 5999
        await busy

    play(scene)


def test_those_who_waited_ask_the_breaker_again(play: Any, bench: Any, script: Any) -> None:
    """A queue in front of a dead system does not march into it one by one."""

    async def scene() -> None:
        stand = bench(at_once=1, attempts=1, breaker_failures=1)

        async def slow_failure(_: Any) -> None:
            await asyncio.sleep(1)
            raise DOWN

        first = asyncio.create_task(stand.run(slow_failure))
        await asyncio.sleep(0)
        attempt = script("yes")
        queue = [asyncio.create_task(stand.run(attempt)) for _ in range(5)]
        answers = await asyncio.gather(first, *queue, return_exceptions=True)
        assert isinstance(answers[0], Unreachable)
        assert all(isinstance(answer, BreakerOpen) for answer in answers[1:])
        assert attempt.numbers == []
        await stand.policies.probe_now()
        assert await stand.run(attempt) == "yes"

    play(scene)


def test_cancelled_calls_free_their_places(play: Any, bench: Any, script: Any) -> None:
    """Cancelled under way or in the queue: all places are free again and nothing counts as failure."""

    async def scene() -> None:
        stand = bench(at_once=2)
        tasks = [asyncio.create_task(stand.run(lambda _: asyncio.sleep(5))) for _ in range(6)]
        await asyncio.sleep(1)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        attempt = script("yes")
        await asyncio.gather(stand.run(attempt), stand.run(attempt))
        state = stand.policies.state()
        assert (state.in_flight, state.failures, state.failures_in_a_row) == (0, 0, 0)

    play(scene)


def test_an_outage_costs_at_most_a_fifth_more(play: Any, bench: Any, script: Any) -> None:
    """200 calls into a dead system make at most 40 retries, however many attempts each may make."""

    async def scene() -> None:
        stand, attempt = bench(attempts=10, breaker_failures=100), script(DOWN)
        stand.policies._breaker.failed = lambda *_: None
        for _ in range(200):
            with pytest.raises(Unreachable):
                await stand.run(attempt)
        assert len(attempt.numbers) <= 240
        assert stand.policies.state().budget_left == 0

    play(scene)


@given(
    st.lists(st.tuples(st.sampled_from(["call", "retry"]), st.floats(0, 30)), max_size=200),
)
def test_retries_never_exceed_the_budget(events: Any) -> None:
    """Whenever a retry is granted, the last minute holds at most a fifth of its calls, or three, in retries."""
    now = 0.0
    budget = RetryBudget(lambda: now)
    calls: list[int] = []
    retries: list[int] = []
    for kind, pause in events:
        now += pause
        if kind == "call":
            budget.note_call()
            calls.append(int(now))
            continue
        recent_calls = sum(1 for at in calls if at > int(now) - 60)
        recent_retries = sum(1 for at in retries if at > int(now) - 60)
        allowed = max(3, recent_calls // 5)
        assert budget.take() == (recent_retries < allowed)
        if recent_retries < allowed:
            retries.append(int(now))
        assert budget.left == max(0, allowed - len([at for at in retries if at > int(now) - 60]))
