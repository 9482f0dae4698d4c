"""Telling the hub what the outbox holds: many dossiers at once, each in its own order, by as many nodes as there are."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from lienthong.guard import Sealer
from lienthong.settings import HubSettings
from lienthong.storage import Database, StorageError

from ._ledger import End, Free, Ledger, Work
from ._outbox import Outbox
from ._reasons import EXHAUSTED, LATER, coded
from ._telling import Hub, Teller, Verdict

_log = structlog.get_logger("lienthong.hub")

_FINISH_S: Final = 3.0
"""How long a round that is told to stop waits for the answers under way, seconds."""
_AGAIN_S: Final = 0.2
"""Seconds between two tries to write down what the hub answered."""
_REST_S: Final = 60.0
"""Longest rest of all dossiers while the hub is out of reach, seconds."""
_AHEAD: Final = 4
"""How many times what is told at once is claimed."""
_GATHER_S: Final = 0.03
"""How long an answer waits for others to be written down with, seconds."""
_NOT_BEGUN: Final = "hub_away"
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
    away: bool = False
    """The hub turned out to be out of reach: what is claimed but not begun is given back."""
    held: dict[int, float] = field(default_factory=dict)
    """Rows of ours, and until when on the monotonic clock they certainly are."""

    @property
    def room(self) -> int:
        """How many more messages may be begun."""
        return self.limit - self.begun if time.monotonic() < self.ends_at else 0

    def left_s(self, number: int) -> float:
        """How long a row is certainly ours, seconds."""
        return self.held.get(number, 0.0) - time.monotonic()


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
        lease_s: float = 45.0,
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
        calls: dict[asyncio.Task[Verdict], Work] = {}
        over: asyncio.Queue[asyncio.Task[Verdict]] = asyncio.Queue()
        turns = asyncio.Semaphore(self._settings.at_once)
        async with self._beating(this):
            try:
                over_now: Sequence[asyncio.Task[Verdict]] = ()
                while True:
                    running = [work for task, work in calls.items() if task not in over_now]
                    ended = [(calls[task], task.result()) for task in over_now]
                    works = await self._settle(this, ended, self._free(this, running))
                    # Not before: cut off in mid-transaction, what the hub answered is written down by the way out.
                    for task in over_now:
                        del calls[task]
                    # Of what was claimed steps go first: the sooner one is answered, the shorter it is in doubt.
                    for work in sorted(works, key=lambda work: work.kind == "dossier"):
                        task = asyncio.create_task(self._tell(this, work, turns))
                        calls[task] = work
                        task.add_done_callback(over.put_nowait)
                    if not calls:
                        break
                    over_now = await self._gathered(over, calls)
            except BaseException:
                await self._cut(calls)
                raise
        return RoundReport(this.told, this.retried, this.dead, await self._ledger.waiting())

    def _free(self, this: _Round, running: Collection[Work]) -> Free:
        """How much to claim: more than is told at once, so that calls go on while the database writes.

        What a dying process had claimed is in doubt: of steps no more than are told at once, and where steps in doubt are held
        for an operator nothing ahead of them.
        """
        if self._rests_until is not None and self._now() < self._rests_until:
            return Free(0, 0)
        at_once = self._settings.at_once
        ahead = 1 if self._settings.in_doubt == "hold" else _AHEAD
        steps = sum(work.kind == "progress" for work in running)
        messages = min(at_once * ahead - len(running), this.room)
        return Free(max(messages, 0), at_once - steps)

    async def _gathered(
        self,
        over: asyncio.Queue[asyncio.Task[Verdict]],
        calls: Mapping[asyncio.Task[Verdict], Work],
    ) -> Sequence[asyncio.Task[Verdict]]:
        """Calls that ended, as many as a little patience brings while others go on: one transaction writes down all of them.

        A step is not waited with: told and not written down, it would be in doubt if we died now.
        """
        ended = [await over.get()]
        enough = (_AHEAD - 2) * self._settings.at_once
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GATHER_S):
                while len(calls) - len(ended) > enough and calls[ended[-1]].kind == "dossier":
                    ended.append(await over.get())
        while not over.empty():
            ended.append(over.get_nowait())
        return ended

    async def _tell(self, this: _Round, work: Work, turns: asyncio.Semaphore) -> Verdict:
        async with turns:
            if this.away:
                return Verdict("later", _NOT_BEGUN, blamed=False)
            verdict = await self._teller.tell(work, lambda: this.left_s(work.id))
            if verdict.away:
                this.away = True
            return verdict

    async def _settle(
        self, this: _Round, ended: Sequence[tuple[Work, Verdict]], free: Free
    ) -> list[Work]:
        """Writes down what came of calls and claims the next rows."""
        if not ended and not free.messages:
            return []
        if free.messages:
            this.away = False
        now = self._now()
        ends = [(work, self._ending(work, verdict, now)) for work, verdict in ended]
        for (_, verdict), (_, end) in zip(ended, ends, strict=True):
            if verdict.away:
                latest = now + timedelta(seconds=_REST_S)
                self._rests_until = min(end.next_at or latest, latest)
                free = Free(0, 0)
        started = time.monotonic()
        works = await self._written(this, ends, free, now)
        this.begun += len(works)
        for work, _ in ends:
            this.held.pop(work.id, None)
        for work in works:
            this.held[work.id] = started + self._lease_s
        for (work, verdict), (_, end) in zip(ended, ends, strict=True):
            this.ended += 1
            this.told += verdict.kind == "told"
            this.retried += end.state == "pending" and verdict.code != _NOT_BEGUN
            this.dead += end.state == "dead"
            if end.state == "dead":
                _log.warning("hub_dead_letter", id=work.id, kind=work.kind, code=end.code)
        if this.progress is not None and ended:
            this.progress(this.ended)
        return works

    async def _written(
        self, this: _Round, ends: Sequence[tuple[Work, End]], free: Free, now: datetime
    ) -> list[Work]:
        """Keeps trying as long as the rows are ours: what the hub took must not be forgotten for a database that restarts."""
        while True:
            try:
                return await self._ledger.settle(ends, free, now)
            except StorageError:
                if max((this.left_s(work.id) for work, _ in ends), default=0.0) <= _AGAIN_S:
                    raise
            await asyncio.sleep(_AGAIN_S)

    async def _cut(self, calls: Mapping[asyncio.Task[Verdict], Work]) -> None:
        """Lets the answers under way come in, cuts off what is left, and writes down both as far as the database lets us."""
        if not calls:
            return
        _, late = await asyncio.wait(calls, timeout=_FINISH_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        now = self._now()
        ends = [
            (work, self._ending(work, task.result(), now))
            if not task.cancelled() and task.exception() is None
            # Stopped in mid-call: whoever comes next looks first.
            else (work, End("pending", LATER, attempts=work.attempts, in_doubt=True))
            for task, work in calls.items()
        ]
        with contextlib.suppress(StorageError):
            await self._ledger.settle(ends, Free(0, 0), now)

    def _ending(self, work: Work, verdict: Verdict, now: datetime) -> End:
        attempts = work.attempts + (1 if verdict.blamed else 0)
        if verdict.kind == "told" and not verdict.dossier_found:
            return End("sent", attempts=attempts, status=verdict.status, plain=True)
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
            started = time.monotonic()
            try:
                kept = await self._ledger.beat(ids, self._now())
            except StorageError as error:
                _log.warning("hub_heartbeat_failed", error=error.code)
                continue
            lost = 0
            for number in ids:
                if number in kept and number in this.held:
                    this.held[number] = started + self._lease_s
                elif number in this.held:
                    this.held[number] = 0.0
                    lost += 1
            if lost:
                # Nothing can be called back; the fence keeps us from marking what is no longer ours.
                _log.warning("hub_lease_lost", messages=lost)
