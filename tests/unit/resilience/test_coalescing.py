"""Coalescing: one question, many waiters."""

import asyncio
from typing import Any

import pytest

from lienthong.resilience import Coalescer


class Work:
    def __init__(self, error: Any = None) -> None:
        self.started = self.ended = 0
        self.error = error

    async def __call__(self) -> Any:
        self.started += 1
        await asyncio.sleep(1)
        if self.error:
            raise self.error
        self.ended += 1
        return self.started


def test_identical_calls_share_one(play: Any) -> None:
    """Twenty waiters, one call, one answer; another key is another call."""

    async def scene() -> None:
        coalescer = Coalescer[Any]()
        work = Work()
        answers = await asyncio.gather(*(coalescer.run("a", work) for _ in range(20)))
        assert answers == [1] * 20
        await asyncio.gather(coalescer.run("a", work), coalescer.run("b", work))
        assert work.started == 3
        assert coalescer._running == {}

    play(scene)


def test_an_error_reaches_every_waiter(play: Any) -> None:
    """All hear the same error, and it is not remembered."""

    async def scene() -> None:
        coalescer = Coalescer[Any]()
        work = Work(ValueError("no"))
        answers = await asyncio.gather(
            *(coalescer.run("a", work) for _ in range(3)), return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [ValueError] * 3
        work.error = None
        assert await coalescer.run("a", work) == 2

    play(scene)


def test_who_leaves_does_not_disturb_the_others(play: Any) -> None:
    """Even the one who started the work may leave."""

    async def scene() -> None:
        coalescer = Coalescer[Any]()
        work = Work()
        first = asyncio.create_task(coalescer.run("a", work))
        second = asyncio.create_task(coalescer.run("a", work))
        await asyncio.sleep(0.5)
        first.cancel()
        assert await second == 1
        assert first.cancelled()
        assert work.ended == 1

    play(scene)


def test_the_last_to_leave_ends_the_work(play: Any) -> None:
    """When nobody waits any more the work is cancelled; who comes then starts anew."""

    async def scene() -> None:
        coalescer = Coalescer[Any]()
        work = Work()
        waiters = [asyncio.create_task(coalescer.run("a", work)) for _ in range(2)]
        await asyncio.sleep(0.5)
        for waiter in waiters:
            waiter.cancel()
        await asyncio.wait(waiters)
        late = asyncio.create_task(coalescer.run("a", work))
        assert await late == 2
        assert (work.started, work.ended) == (2, 1)
        assert not coalescer._abandoned

    play(scene)


def test_abandoned_work_may_fail_unheard(play: Any) -> None:
    """Work that answers its cancellation with an error troubles nobody."""

    async def scene() -> None:
        coalescer = Coalescer[Any]()
        heard: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))

        async def stubborn() -> None:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError as error:
                raise RuntimeError("cleanup failed") from error

        waiter = asyncio.create_task(coalescer.run("a", stubborn))
        await asyncio.sleep(1)
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        await asyncio.sleep(1)
        assert not coalescer._abandoned
        assert heard == []

    play(scene)
