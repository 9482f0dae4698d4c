"""When what falls due. Triggers only insert rows: whoever claims a row does the work, however many nodes fire."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from lienthong.settings import Schedule
from lienthong.storage import StorageError

from ._content import VIETNAM
from ._jobs import Jobs

_log = structlog.get_logger("lienthong.hub")

CATALOGUE: Final = "catalogue"


class Scheduler:
    """Inserts jobs of the kinds ``sync``, ``settle``, ``health`` (every so many seconds) and ``catalogue`` (daily).

    Moments are rounded down to the period, so that all nodes insert the same row. Lives in the event loop that starts it.
    """

    def __init__(self, jobs: Jobs, schedule: Schedule) -> None:
        self._jobs = jobs
        self._periods = {
            "sync": schedule.sync_every_s,
            "settle": schedule.settle_every_s,
            "health": schedule.health_every_s,
        }
        self._catalogue_at = time.fromisoformat(schedule.catalogue_at)
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Begins to insert, at once and then at every period. A daily job that was missed while nothing ran is made up for."""
        scheduler = AsyncIOScheduler(
            timezone=VIETNAM, job_defaults={"coalesce": True, "max_instances": 1}
        )
        at_once = datetime.now(VIETNAM)
        for kind, period in self._periods.items():
            scheduler.add_job(
                self.fire,
                "interval",
                seconds=period,
                args=[kind],
                id=kind,
                next_run_time=at_once,
            )
        at = self._catalogue_at
        scheduler.add_job(
            self.fire,
            "cron",
            hour=at.hour,
            minute=at.minute,
            args=[CATALOGUE],
            id=CATALOGUE,
            # Fired at the start too: the row of a day that was already done is not inserted twice.
            next_run_time=at_once,
        )
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Inserts nothing more."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    def due_at(self, kind: str) -> datetime:
        """The latest moment, not after now, at which a kind falls due; aware UTC."""
        now = self._jobs.now()
        if kind == CATALOGUE:
            today = datetime.combine(now.astimezone(VIETNAM), self._catalogue_at, VIETNAM)
            latest = today if today <= now else today - timedelta(days=1)
            return latest.astimezone(UTC)
        period = self._periods[kind]
        return datetime.fromtimestamp(now.timestamp() // period * period, UTC)

    async def fire(self, kind: str) -> None:
        """Inserts the row of a kind that is due now. A failing database is tried again at the next period."""
        try:
            await self._jobs.insert(kind, self.due_at(kind))
        except StorageError as error:
            _log.warning("job_not_inserted", kind=kind, error=error.code)
