"""Coalescing: identical questions asked at the same time are asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Shared(Generic[T]):
    task: asyncio.Task[T]
    waiters: int = 0


class Coalescer(Generic[T]):
    """Lets concurrent identical calls share one; remembers nothing once it has ended.

    The key must hold everything on which the answer, and the right to see it, depends.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, _Shared[T]] = {}
        self._abandoned: set[asyncio.Task[T]] = set()

    async def run(self, key: Hashable, factory: Callable[[], Awaitable[T]]) -> T:
        """The result of the call under way for this key, or of a new one.

        Every waiter gets the same result or error. A waiter that is cancelled leaves the others untouched; when the last
        one is cancelled, so is the work.

        Args:
            key: What makes calls identical.
            factory: Starts the work when none is under way.
        """
        shared = self._running.get(key)
        if shared is None:
            shared = self._start(key, factory)
        shared.waiters += 1
        try:
            return await asyncio.shield(shared.task)
        finally:
            shared.waiters -= 1
            if not shared.waiters and not shared.task.done():
                self._abandon(key, shared)

    def _start(self, key: Hashable, factory: Callable[[], Awaitable[T]]) -> _Shared[T]:
        async def work() -> T:
            return await factory()

        shared = _Shared(asyncio.create_task(work()))
        self._running[key] = shared
        shared.task.add_done_callback(lambda _: self._forget(key, shared))
        return shared

    def _abandon(self, key: Hashable, shared: _Shared[T]) -> None:
        """Nobody waits any more; whoever comes now starts anew."""
        self._forget(key, shared)
        self._abandoned.add(shared.task)
        shared.task.add_done_callback(self._bury)
        shared.task.cancel()

    def _forget(self, key: Hashable, shared: _Shared[T]) -> None:
        if self._running.get(key) is shared:
            del self._running[key]

    def _bury(self, task: asyncio.Task[T]) -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            # Read, so that asyncio does not report it as forgotten.
            task.exception()
