"""The token keeper: one fetch for all, early renewal, failures shared but not kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from lienthong.interface import Unreachable
from lienthong_connectors.channels import Token, TokenKeeper

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Server:
    """A token server in this process: counts, waits for a gate, fails on request."""

    def __init__(self, life_s: float | None = 3600) -> None:
        self.now = START
        self.life_s = life_s
        self.fetches = 0
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self) -> Token:
        self.fetches += 1
        number = self.fetches
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise Unreachable("business", "token", "refused")
        life = timedelta(seconds=self.life_s) if self.life_s is not None else None
        return Token(f"token-{number}", self.now, self.now + life if life is not None else None)

    def keeper(self) -> TokenKeeper:
        return TokenKeeper(self.fetch, lambda: self.now)


async def test_one_fetch_however_many_wait() -> None:
    """A hundred callers at once get the same token from a single fetch."""
    server = Server()
    server.gate.clear()
    keeper = server.keeper()
    callers = [asyncio.create_task(keeper.get()) for _ in range(100)]
    await asyncio.sleep(0)
    server.gate.set()
    assert {token.value for token in await asyncio.gather(*callers)} == {"token-1"}
    assert server.fetches == 1


async def test_failure_goes_to_all_and_is_not_kept() -> None:
    """A failed fetch fails all who wait for it; the next caller tries anew."""
    server = Server()
    server.failures = 1
    server.gate.clear()
    keeper = server.keeper()
    callers = [asyncio.create_task(keeper.get()) for _ in range(5)]
    await asyncio.sleep(0)
    server.gate.set()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert all(isinstance(result, Unreachable) for result in results)
    assert server.fetches == 1
    assert (await keeper.get()).value == "token-2"


async def test_renews_in_the_background_before_the_end() -> None:
    """In the last minute callers go on with the old token while one successor is fetched."""
    server = Server()
    keeper = server.keeper()
    await keeper.get()
    server.now += timedelta(seconds=3541)
    server.gate.clear()
    assert [(await keeper.get()).value for _ in range(3)] == ["token-1"] * 3
    server.gate.set()
    for _ in range(5):  # lets the background fetch run to its end
        await asyncio.sleep(0)
    assert (await keeper.get()).value == "token-2"
    assert server.fetches == 2


async def test_a_failed_early_renewal_hurts_nobody() -> None:
    """While the old token lasts, a token server that is down is not noticed; afterwards it is."""
    server = Server()
    keeper = server.keeper()
    await keeper.get()
    server.failures = 1
    server.now += timedelta(seconds=3550)
    assert (await keeper.get()).value == "token-1"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    server.now += timedelta(seconds=60)
    server.failures = 1
    with pytest.raises(Unreachable):
        await keeper.get()
    assert (await keeper.get()).value == "token-4"


async def test_an_ended_token_is_not_used() -> None:
    """After its end a token is waited for, even for a life shorter than the early minute."""
    server = Server(life_s=5)
    keeper = server.keeper()
    assert (await keeper.get()).value == "token-1"
    server.now += timedelta(seconds=4)
    assert (await keeper.get()).value == "token-1"
    server.now += timedelta(seconds=2)
    assert (await keeper.get()).value == "token-2"


async def test_without_a_known_end_it_lasts_until_refused() -> None:
    """A token without ``expires_in`` is used until the far side refuses it."""
    server = Server(life_s=None)
    keeper = server.keeper()
    token = await keeper.get()
    server.now += timedelta(days=400)
    assert await keeper.get() is token
    assert keeper.expires is None
    keeper.forget(token)
    assert (await keeper.get()).value == "token-2"


async def test_forgetting_a_stale_token_keeps_its_successor() -> None:
    """A late refusal of the old token does not throw away the new one."""
    server = Server()
    keeper = server.keeper()
    old = await keeper.get()
    keeper.forget(old)
    new = await keeper.get()
    keeper.forget(old)
    assert await keeper.get() is new
    assert server.fetches == 2


async def test_a_cancelled_caller_does_not_cancel_the_others() -> None:
    """The caller who started the fetch gives up; the one who joined still gets the token."""
    server = Server()
    server.gate.clear()
    keeper = server.keeper()
    first = asyncio.create_task(keeper.get())
    await asyncio.sleep(0)
    second = asyncio.create_task(keeper.get())
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    server.gate.set()
    assert (await second).value == "token-1"
    assert first.cancelled()


def test_a_token_never_shows_itself() -> None:
    """The value stays out of ``repr``."""
    assert "secret" not in repr(Token("secret", START))
