"""The breaker: opens early, rests, is probed by a synthetic call only, closes again."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.interface import (
    CredentialsRefused,
    Limits,
    NotSupported,
    Overloaded,
    SystemFault,
    Unreachable,
)
from lienthong.resilience import BreakerOpen
from lienthong.resilience._breaker import Breaker

DOWN = Unreachable("population", "XacThuc", "refused")
ASKED_TO_WAIT = Overloaded("population", "XacThuc", "429")


async def fail(stand: Any, script: Any, times: Any) -> None:
    for _ in range(times):
        with pytest.raises(Unreachable):
            await stand.run(script(DOWN))


def test_opens_after_failures_in_a_row(play: Any, bench: Any, script: Any) -> None:
    """Five failures open it; an answer in between starts the count anew; then nothing is sent."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 4)
        await stand.run(script("yes"))
        await fail(stand, script, 4)
        assert stand.policies.state().breaker == "closed"
        await fail(stand, script, 1)
        attempt = script("yes")
        with pytest.raises(BreakerOpen) as caught:
            await stand.run(attempt)
        assert attempt.numbers == []
        assert caught.value.retry_after_s == pytest.approx(20)
        assert caught.value.code == "breaker_open"

    play(scene)


def test_refused_credentials_open_it_at_once(play: Any, bench: Any, script: Any) -> None:
    """One refusal is enough: repetition locks accounts."""

    async def scene() -> None:
        stand = bench()
        with pytest.raises(CredentialsRefused):
            await stand.run(script(CredentialsRefused("population", "XacThuc", "401")))
        state = stand.policies.state()
        assert (state.breaker, state.last_error) == ("open", "credentials_refused")

    play(scene)


def test_being_asked_to_wait_is_no_failure(play: Any, bench: Any, script: Any) -> None:
    """Overload answers neither open it nor count."""

    async def scene() -> None:
        stand = bench(attempts=1)
        for _ in range(20):
            with pytest.raises(Overloaded):
                await stand.run(script(ASKED_TO_WAIT))
        state = stand.policies.state()
        assert (state.breaker, state.failures_in_a_row) == ("closed", 0)

    play(scene)


def test_a_synthetic_call_finds_out_once(play: Any, bench: Any, script: Any) -> None:
    """After the rest twenty callers start one probe; none of their calls leaves; then calls pass again."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        await asyncio.sleep(20)
        attempt = script("yes")
        stand.probe.lasts_s = 1
        answers = await asyncio.gather(
            *(stand.run(attempt) for _ in range(20)), return_exceptions=True
        )
        assert all(isinstance(answer, BreakerOpen) for answer in answers)
        assert attempt.numbers == []
        assert stand.policies.state().breaker == "probing"
        await asyncio.sleep(1.1)
        assert stand.probe.runs == 1
        assert await stand.run(attempt) == "yes"

    play(scene)


def test_nobody_asking_means_no_probe(play: Any, bench: Any, script: Any) -> None:
    """An idle night costs no probes."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        await asyncio.sleep(10_000)
        assert stand.probe.runs == 0

    play(scene)


def test_failed_probes_double_the_rest_up_to_eight_times(
    play: Any, bench: Any, script: Any
) -> None:
    """20, 40, 80, 160, 160 s; a successful probe makes it 20 again."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        rests = []
        stand.probe.error = DOWN
        for _ in range(5):
            with pytest.raises(BreakerOpen) as caught:
                await stand.run(script("yes"))
            rests.append(round(caught.value.retry_after_s))
            await asyncio.sleep(caught.value.retry_after_s)
            with pytest.raises(BreakerOpen):
                await stand.run(script("yes"))
            await asyncio.sleep(0.01)
        assert rests == [20, 40, 80, 160, 160]
        stand.probe.error = None
        assert await stand.policies.probe_now()
        await fail(stand, script, 5)
        with pytest.raises(BreakerOpen) as caught:
            await stand.run(script("yes"))
        assert caught.value.retry_after_s == pytest.approx(20)

    play(scene)


def test_a_hanging_probe_ends(play: Any, bench: Any, script: Any) -> None:
    """A probe is bounded by limits.attempt_s; meanwhile callers hear when to come back."""

    async def scene() -> None:
        stand = bench(attempts=1, attempt_s=8)
        await fail(stand, script, 5)
        stand.probe.lasts_s = 1000
        began = stand.now
        task = asyncio.create_task(stand.policies.probe_now())
        await asyncio.sleep(3)
        with pytest.raises(BreakerOpen) as caught:
            await stand.run(script("yes"))
        assert caught.value.retry_after_s == pytest.approx(5)
        assert not await task
        assert stand.now - began == pytest.approx(8)
        assert stand.policies.state().breaker == "open"

    play(scene)


@pytest.mark.parametrize("error", [NotSupported("has no check"), ASKED_TO_WAIT])
def test_a_probe_that_says_nothing_bad_closes(
    play: Any, bench: Any, script: Any, error: Any
) -> None:
    """Where no synthetic call exists, or it is asked to wait, real calls must find out; it never stays shut for ever."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        stand.probe.error = error
        assert await stand.policies.probe_now()

    play(scene)


def test_a_broken_probe_is_a_failed_probe(play: Any, bench: Any, script: Any) -> None:
    """A bug in the probe leaves the breaker open and says so."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        stand.probe.error = KeyError("bug")
        assert not await stand.policies.probe_now()
        assert stand.policies.state().last_error == "probe_failed"

    play(scene)


def test_the_health_loop_joins_the_probe_under_way(play: Any, bench: Any, script: Any) -> None:
    """Two health checks share one probe, and the end of one of them does not end it."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        stand.probe.lasts_s = 2
        leaves = asyncio.create_task(stand.policies.probe_now())
        stays = asyncio.create_task(stand.policies.probe_now())
        await asyncio.sleep(1)
        leaves.cancel()
        assert await stays
        assert leaves.cancelled()
        assert stand.probe.runs == 1

    play(scene)


def test_a_closed_breaker_is_not_probed(play: Any, bench: Any) -> None:
    """probe_now has nothing to do while calls pass."""

    async def scene() -> None:
        stand = bench()
        assert await stand.policies.probe_now()
        assert stand.probe.runs == 0

    play(scene)


@pytest.mark.parametrize("after_s", [0.0, 1.0])
def test_an_interrupted_probe_leaves_no_half_state(
    play: Any, bench: Any, script: Any, after_s: Any
) -> None:
    """Cancelled before or while it runs, the breaker is open again and the next caller starts another."""

    async def scene() -> None:
        stand = bench(attempts=1)
        await fail(stand, script, 5)
        await asyncio.sleep(20)
        stand.probe.lasts_s = 5
        with pytest.raises(BreakerOpen):
            await stand.run(script("yes"))
        if after_s:
            await asyncio.sleep(after_s)
        await stand.policies.aclose()
        assert stand.policies.state().breaker == "open"
        stand.probe.lasts_s = 0
        assert await stand.policies.probe_now()

    play(scene)


def test_calls_from_before_do_not_count_after(play: Any, bench: Any, script: Any) -> None:
    """A slow failure of the old days does not shut a system that has come back."""

    async def scene() -> None:
        stand = bench(attempts=1, breaker_failures=2)

        async def slow(_: Any) -> None:
            await asyncio.sleep(5)
            raise DOWN

        old = [asyncio.create_task(stand.run(slow)) for _ in range(4)]
        await asyncio.sleep(1)
        await fail(stand, script, 2)
        assert await stand.policies.probe_now()
        await asyncio.gather(*old, return_exceptions=True)
        state = stand.policies.state()
        assert (state.breaker, state.failures_in_a_row) == ("closed", 0)

    play(scene)


def test_probes_count_against_the_quota(play: Any, bench: Any, script: Any) -> None:
    """The agency counts a probe, so we do."""

    async def scene() -> None:
        stand = bench(attempts=1, per_minute=10)
        await fail(stand, script, 5)
        await stand.policies.probe_now()
        assert stand.policies.state().quota_left == 4

    play(scene)


@given(st.lists(st.sampled_from(["answer", "fault", "wait", "credentials"]), max_size=40))
def test_it_is_open_exactly_when_the_rule_says(events: Any) -> None:
    """Against a one-line model: open once N failures follow each other or credentials are refused."""

    async def probe() -> None:
        raise AssertionError("nobody asked")

    breaker = Breaker("x", Limits(breaker_failures=3), probe, lambda: 0.0)
    errors = {
        "fault": SystemFault("x", "s", "500"),
        "wait": Overloaded("x", "s", "429"),
        "credentials": CredentialsRefused("x", "s", "401"),
    }
    row = 0
    for event in events:
        generation = breaker.admit()
        if event == "answer":
            breaker.succeeded(generation)
            row = 0
        else:
            breaker.failed(generation, errors[event])
            row += event != "wait"
        opened = row >= 3 or event == "credentials"
        assert (breaker.state == "open") == opened
        if opened:
            with pytest.raises(BreakerOpen):
                breaker.admit()
            return
