"""When what falls due. Triggers only insert rows: whoever claims a row does the work, however many nodes fire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from lienthong.settings import Schedule
from lienthong.storage import StorageError

from ._content import VIETNAM
from ._jobs import Jobs
from ._leader import Leader

_log = structlog.get_logger("lienthong.hub")

JOB_NAMES_VI: Final = {
    "sync": "đồng bộ hồ sơ",
    "settle": "kiểm tra lại giấy tờ",
    "callback": "báo kết quả cho hệ thống một cửa",
    "health": "kiểm tra sức khỏe",
    "ratings": "gửi đánh giá của người dân",
    "facts": "thu thập số liệu báo cáo",
    "catalogue": "cập nhật danh mục",
    "reconcile": "đối chiếu hằng đêm",
    "sweep": "dọn tệp không thuộc hồ sơ nào",
    "reports": "lập báo cáo định kỳ",
}
"""What each kind of job is called on screens."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a kind of job falls due.

    Attributes:
        kind: Its name.
        every_s: Seconds between two; a day for those at a time of day.
        at: Time of day in Vietnam; ``None`` for those that follow each other all day.
        window_s: How long after it fell due it may still be begun, seconds; ``None`` for ever.
        max_lag_s: Health warns when what was due so long ago is not done, seconds.
    """

    kind: str
    every_s: float
    max_lag_s: float
    at: time | None = None
    window_s: float | None = None

    def due_at(self, now: datetime) -> datetime:
        """The latest moment, not after now, at which it falls due; aware UTC."""
        if self.at is None:
            return datetime.fromtimestamp(now.timestamp() // self.every_s * self.every_s, UTC)
        today = datetime.combine(now.astimezone(VIETNAM), self.at, VIETNAM)
        latest = today if today <= now else today - timedelta(days=1)
        return latest.astimezone(UTC)

    def lag_s(self, done_for: datetime, now: datetime) -> float:
        """How long the next one after ``done_for`` is due already, seconds; 0 when it is not."""
        return max((now - done_for).total_seconds() - self.every_s, 0.0)

    def until(self, due_at: datetime) -> datetime | None:
        """The end of its window."""
        return due_at + timedelta(seconds=self.window_s) if self.window_s is not None else None


def plans(schedule: Schedule) -> tuple[Plan, ...]:
    """What `lienthong run` does when, by the settings."""
    hour = 3600.0
    return (
        *(
            Plan(kind, every, max_lag_s=max(60.0, 10 * every))
            for kind, every in (
                ("sync", schedule.sync_every_s),
                ("settle", schedule.settle_every_s),
                ("callback", schedule.callback_every_s),
                ("health", schedule.health_every_s),
                ("ratings", schedule.ratings_every_s),
                ("facts", schedule.facts_every_s),
            )
        ),
        *(
            # Not in working hours: it is missed then, and the history shows it.
            Plan(kind, 24 * hour, 2 * hour, time.fromisoformat(at), window_s=5 * hour)
            for kind, at in (
                ("catalogue", schedule.catalogue_at),
                ("reconcile", schedule.reconcile_at),
                ("sweep", schedule.sweep_at),
                ("reports", schedule.reports_at),
            )
        ),
    )


class Scheduler:
    """Inserts the jobs of :func:`plans`, where this process leads.

    Moments are rounded down to the period, so that all nodes insert the same row. Lives in the event loop that starts it.

    Args:
        jobs: The table.
        schedule: The settings.
        leader: Whether this process leads; without one it does.
    """

    def __init__(self, jobs: Jobs, schedule: Schedule, leader: Leader | None = None) -> None:
        self._jobs = jobs
        self._plans = {plan.kind: plan for plan in plans(schedule)}
        self._leader = leader
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Begins to insert, at once and then at every period. A daily job that was missed while nothing ran is made up for
        within its window."""
        scheduler = AsyncIOScheduler(
            timezone=VIETNAM, job_defaults={"coalesce": True, "max_instances": 1}
        )
        at_once = datetime.now(VIETNAM)
        for plan in self._plans.values():
            trigger: dict[str, Any] = (
                {"trigger": "interval", "seconds": plan.every_s}
                if plan.at is None
                else {"trigger": "cron", "hour": plan.at.hour, "minute": plan.at.minute}
            )
            # Fired at the start too: the row of a moment that was already done is not inserted twice.
            scheduler.add_job(
                self.fire, args=[plan.kind], id=plan.kind, next_run_time=at_once, **trigger
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
        return self._plans[kind].due_at(self._jobs.now())

    async def fire_all(self) -> None:
        """Inserts what is due now of every kind: what a new leader does first."""
        for kind in self._plans:
            await self.fire(kind)

    async def fire(self, kind: str) -> None:
        """Inserts the row of a kind that is due now. A failing database is tried again at the next period."""
        fence = self._leader.fence if self._leader is not None else None
        if self._leader is not None and fence is None:
            return
        due_at = self.due_at(kind)
        until = self._plans[kind].until(due_at)
        if until is not None and until <= self._jobs.now():
            return
        try:
            await self._jobs.insert(kind, due_at, until=until, fence=fence)
        except StorageError as error:
            _log.warning("job_not_inserted", kind=kind, error=error.code)
