"""Does the jobs that are due, each kind once at a time, and stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog

from lienthong.guard import redact_text
from lienthong.interface import LienthongError
from lienthong.storage import StorageError

from ._jobs import LEASE_S, Job, Jobs

_log = structlog.get_logger("lienthong.hub")

_LOOK_S: Final = 0.5
"""Seconds between two looks at the table."""
_PRUNE_S: Final = 3600.0
_LONGEST_ERROR: Final = 300

Handler = Callable[[], Awaitable[Mapping[str, Any] | None]]
"""Does the work; what it returns, counts without anything personal, is kept with the job."""


class Worker:
    """Claims due jobs and runs their handlers.

    Args:
        jobs: The table, under this worker's name.
        handlers: What to do for each kind; kinds without a handler are left to others.
    """

    def __init__(self, jobs: Jobs, handlers: Mapping[str, Handler]) -> None:
        self._jobs = jobs
        self._handlers = dict(handlers)
        self._running: dict[str, tuple[Job, asyncio.Task[None]]] = {}

    async def run_until(self, stop: asyncio.Event, grace_s: float) -> None:
        """Works until ``stop`` is set, then ends what runs.

        Args:
            stop: Set it to stop.
            grace_s: Longest wait after that, seconds: handlers may finish in the first half, are cancelled then, and their
                jobs go back to the table for the next one who looks.
        """
        beats = asyncio.create_task(self._beat())
        pruned_at = -_PRUNE_S
        try:
            while not stop.is_set():
                try:
                    await self._look()
                    if time.monotonic() - pruned_at >= _PRUNE_S:
                        await self._jobs.prune()
                        pruned_at = time.monotonic()
                except StorageError as error:
                    _log.warning("jobs_not_read", error=error.code)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _LOOK_S)
        finally:
            await self._end(grace_s)
            beats.cancel()
            await asyncio.gather(beats, return_exceptions=True)

    async def _look(self) -> None:
        for kind in await self._jobs.due() & self._handlers.keys() - self._running.keys():
            job = await self._jobs.claim(kind)
            if job is not None:
                work = self._do(job, self._handlers[kind])
                self._running[kind] = (job, asyncio.create_task(work, name=f"job-{kind}"))

    async def _do(self, job: Job, handler: Handler) -> None:
        try:
            error, result = "", None
            try:
                result = await handler()
            except Exception as problem:  # noqa: BLE001 - one job's failure, whatever it is, must not end the others
                error = _told(problem)
                _log.warning("job_failed", kind=job.kind, error=error)
            await self._jobs.finish(job, error, result)
        except asyncio.CancelledError:
            with contextlib.suppress(StorageError):
                await self._jobs.release(job)
            raise
        except StorageError as problem:
            # It is taken again when its lease is over.
            _log.warning("job_not_finished", kind=job.kind, error=problem.code)
        finally:
            del self._running[job.kind]

    async def _end(self, grace_s: float) -> None:
        tasks = {task for _, task in self._running.values()}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=grace_s / 2)
        for task in late:
            task.cancel()
        if late:
            _, stuck = await asyncio.wait(late, timeout=grace_s / 2)
            for task in stuck:
                _log.error("job_does_not_stop", job=task.get_name())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(LEASE_S / 3)
            ids = [job.id for job, _ in self._running.values()]
            if ids:
                try:
                    await self._jobs.beat(ids)
                except StorageError as error:
                    _log.warning("jobs_heartbeat_failed", error=error.code)


def _told(problem: Exception) -> str:
    """What may be kept of an error: our own errors hold nothing personal, of others only the type is known to be safe."""
    name = type(problem).__name__
    if isinstance(problem, LienthongError):
        return redact_text(f"{name}: {problem}")[:_LONGEST_ERROR]
    return name
