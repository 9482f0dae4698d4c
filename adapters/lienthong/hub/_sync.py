"""Telling the hub what the outbox holds: many dossiers at once, each in its own order, by as many nodes as there are."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from lienthong.guard import Sealer
from lienthong.settings import HubSettings
from lienthong.storage import Database, StorageError

from ._ledger import End, Ledger, Work
from ._outbox import Outbox
from ._reasons import EXHAUSTED, LATER, coded
from ._telling import Hub, Teller, Verdict

_log = structlog.get_logger("lienthong.hub")

_FINISH_S: Final = 3.0
"""How long a round that is told to stop waits for the answers under way, seconds."""
_REST_S: Final = 60.0
"""Longest rest of all dossiers while the hub is out of reach, seconds."""
_dice = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What a round did.

    Attributes:
        told: Messages that the hub took.
        retried: Attempts that failed and will be repeated.
        dead: Messages set aside as dead letters.
        waiting: Messages that wait now.
    """

    told: int = 0
    retried: int = 0
    dead: int = 0
    waiting: int = 0


@dataclass(slots=True)
class _Round:
    """A round under way."""

    limit: int
    ends_at: float
    progress: Callable[[int], None] | None
    begun: int = 0
    ended: int = 0
    told: int = 0
    retried: int = 0
    dead: int = 0
    stopped: bool = False
    held: dict[int, Work] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether another message may be begun."""
        return not self.stopped and self.begun < self.limit and time.monotonic() < self.ends_at


class HubSync:
    """Tells the hub. Any number of them may work on one PostgreSQL; every message is told by one.

    Args:
        db: The store.
        outbox: What is to be told.
        sealer: Opens the messages.
        gateway: The way to the hub.
        settings: The hub's settings.
        now: The clock.
        owner: Name of this process, for people who read the table.
        lease_s: How long a message stays ours when this process dies, seconds.
    """

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        sealer: Sealer,
        gateway: Hub,
        settings: HubSettings,
        now: Callable[[], datetime],
        owner: str,
        *,
        lease_s: float = 20.0,
    ) -> None:
        self._outbox = outbox
        self._settings = settings
        self._now = now
        self._lease_s = lease_s
        # Two processes may bear one name by mistake: their leases must not.
        self._ledger = Ledger(db, f"{owner}/{secrets.token_hex(4)}", lease_s)
        self._teller = Teller(gateway, sealer, settings)
        self._rests_until: datetime | None = None

    async def run_round(
        self, limit: int = 200, progress: Callable[[int], None] | None = None
    ) -> RoundReport:
        """Tells what is due, up to ``limit`` messages.

        When the hub as a whole is out of reach the round ends, and rounds stay empty until it is worth asking again.

        Args:
            limit: Most messages to begin.
            progress: Called after each message with the number done so far.

        Raises:
            StorageError: The database fails; what was under way is taken up again when its lease is over.
        """
        return await self._run(_Round(limit, float("inf"), progress))

    async def drain(
        self, deadline_s: float, progress: Callable[[int], None] | None = None
    ) -> RoundReport:
        """Tells until nothing is due or the time is over. Messages that rest until later stay waiting.

        Args:
            deadline_s: No message is begun after so many seconds.
            progress: As in :meth:`run_round`.

        Raises:
            StorageError: As :meth:`run_round`.
        """
        return await self._run(_Round(1 << 62, time.monotonic() + deadline_s, progress))

    async def _run(self, this: _Round) -> RoundReport:
        running: set[asyncio.Task[None]] = set()
        async with self._beating(this):
            try:
                while True:
                    running |= await self._begin(this, self._settings.at_once - len(running))
                    if not running:
                        break
                    done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
            except BaseException:
                this.stopped = True
                await _finish(running)
                raise
        return RoundReport(this.told, this.retried, this.dead, await self._ledger.waiting())

    async def _begin(self, this: _Round, free: int) -> set[asyncio.Task[None]]:
        """Claims dossiers for the free places and begins to tell them."""
        now = self._now()
        if self._rests_until is not None and now < self._rests_until:
            return set()
        free = min(free, this.limit - this.begun)
        if free <= 0 or not this.open:
            return set()
        works = await self._ledger.take(free, now)
        this.begun += len(works)
        return {asyncio.create_task(self._tell_dossier(this, work)) for work in works}

    async def _tell_dossier(self, this: _Round, first: Work) -> None:
        """Tells the rows of one dossier, one after another, as long as the round goes on."""
        work: Work | None = first
        while work is not None:
            try:
                this.held[work.id] = work
                try:
                    verdict = await self._teller.tell(work)
                finally:
                    del this.held[work.id]
                following = await self._end(this, work, verdict)
            except asyncio.CancelledError:
                # We stop in mid-call: whoever comes next looks first.
                cut = End("pending", LATER, attempts=work.attempts, in_doubt=True)
                await self._ledger.end(work, cut, self._now(), go_on=False)
                raise
            work = following
            this.begun += work is not None

    async def _end(self, this: _Round, work: Work, verdict: Verdict) -> Work | None:
        now = self._now()
        end = self._ending(work, verdict, now)
        if verdict.away:
            latest = now + timedelta(seconds=_REST_S)
            self._rests_until = min(end.next_at or latest, latest)
        following = await self._ledger.end(work, end, now, go_on=this.open)
        this.ended += 1
        this.told += verdict.kind == "told"
        this.retried += end.state == "pending"
        this.dead += end.state == "dead"
        if end.state == "dead":
            _log.warning("hub_dead_letter", id=work.id, kind=work.kind, code=end.code)
        if this.progress is not None:
            this.progress(this.ended)
        return following

    def _ending(self, work: Work, verdict: Verdict, now: datetime) -> End:
        attempts = work.attempts + (1 if verdict.blamed else 0)
        if verdict.kind in {"told", "had"}:
            had_step = verdict.kind == "had" and work.kind == "progress"
            return End(
                "sent" if verdict.kind == "told" or had_step else "skipped",
                attempts=attempts if verdict.kind == "told" else work.attempts,
                status=verdict.status,
                dossier_found=verdict.dossier_found,
            )
        if verdict.kind == "dead":
            return End(
                "dead", verdict.code, verdict.message, now, attempts, in_doubt=verdict.in_doubt
            )
        if attempts >= self._settings.max_attempts and verdict.blamed:
            return End(
                "dead",
                coded(EXHAUSTED, verdict.code),
                verdict.message,
                now,
                attempts,
                in_doubt=verdict.in_doubt,
            )
        return End(
            "pending",
            coded(LATER, verdict.code),
            verdict.message,
            self._next_at(attempts, verdict.retry_at, now),
            attempts,
            in_doubt=verdict.in_doubt,
            dossier_missing=verdict.dossier_missing,
        )

    def _next_at(self, attempts: int, retry_at: datetime | None, now: datetime) -> datetime:
        """The rest doubles with each attempt; half of it is left to chance, or all would come back at once."""
        doubled = self._settings.backoff_s * 2.0 ** min(max(attempts - 1, 0), 60)
        rest = min(doubled, self._settings.backoff_max_s)
        after = now + timedelta(seconds=_dice.uniform(rest / 2, rest))
        return max(after, retry_at) if retry_at is not None else after

    @asynccontextmanager
    async def _beating(self, this: _Round) -> AsyncIterator[None]:
        """Prolongs the leases of what is under way."""
        beats = asyncio.create_task(self._beat(this))
        try:
            yield
        finally:
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)

    async def _beat(self, this: _Round) -> None:
        while True:
            await asyncio.sleep(self._lease_s / 3)
            ids = list(this.held)
            if not ids:
                continue
            try:
                kept = await self._ledger.beat(ids, self._now())
            except StorageError as error:
                _log.warning("hub_heartbeat_failed", error=error.code)
                continue
            lost = sum(1 for number in ids if number not in kept and number in this.held)
            if lost:
                # Nothing can be called back; the fence keeps us from marking what is no longer ours.
                _log.warning("hub_lease_lost", messages=lost)


async def _finish(running: set[asyncio.Task[None]]) -> None:
    """Lets the answers under way come in, then cuts off what is left."""
    if not running:
        return
    _, late = await asyncio.wait(running, timeout=_FINISH_S)
    for task in late:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
