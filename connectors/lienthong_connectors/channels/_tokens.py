"""One cached credential for many callers: token or session, fetched once however many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_EARLY_SHARE = 0.1
_EARLY_LONGEST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A credential as the far side gave it; two are never equal, so that a stale one cannot be taken for its successor."""

    value: str = field(repr=False)
    fetched: datetime
    """UTC."""
    expires: datetime | None = None
    """UTC; ``None`` when the far side did not say: used until it is refused."""

    def lasts(self, now: datetime) -> bool:
        """Whether it can still be used at ``now``."""
        return self.expires is None or now < self.expires

    def fresh(self, now: datetime) -> bool:
        """Whether it is not yet time to fetch its successor: a tenth of its life, at most a minute, before the end."""
        if self.expires is None:
            return True
        early = min((self.expires - self.fetched) * _EARLY_SHARE, _EARLY_LONGEST)
        return now < self.expires - early


class TokenKeeper:
    """Keeps one token and renews it single-flight.

    - However many callers wait, one fetch runs; its token or its failure goes to all of them.
    - A failure is not kept: the next caller starts a new fetch.
    - Shortly before the end the successor is fetched in the background while callers go on with the old one.
    - A caller that is cancelled does not cancel the fetch that the others wait for.

    Args:
        fetch: Gets a new token. It must bound its own time, since no single caller's deadline may cut it short.
        now: The time, aware, UTC.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Token]], now: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._now = now
        self._held: Token | None = None
        self._flight: asyncio.Task[Token] | None = None

    @property
    def expires(self) -> datetime | None:
        """When the held token ends; ``None`` when none is held or its end is unknown."""
        return self._held.expires if self._held is not None else None

    async def get(self) -> Token:
        """The token, fetched first if none is held.

        Raises:
            CallFailed: What the fetch raised.
        """
        held = self._held
        if held is not None:
            now = self._now()
            if held.fresh(now):
                return held
            flight = self._start()
            if held.lasts(now):
                return held
        else:
            flight = self._start()
        return await asyncio.shield(flight)

    def forget(self, refused: Token) -> None:
        """Drops a token that the far side refused; a successor that is already here stays."""
        if self._held is refused:
            self._held = None

    def _start(self) -> asyncio.Task[Token]:
        """The fetch under way, or a new one."""
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._renew())
            self._flight.add_done_callback(_heed)
        return self._flight

    async def _renew(self) -> Token:
        token = await self._fetch()
        self._held = token
        return token


def _heed(task: asyncio.Task[Token]) -> None:
    """Marks a failure as seen: with all waiters gone, or in the background, nobody else would."""
    if not task.cancelled():
        task.exception()
