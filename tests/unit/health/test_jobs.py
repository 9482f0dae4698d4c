"""Work that is late is told with its reason, what an operator stopped with his, and a process that stopped as that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lienthong.health import CheckStatus, component_vi
from lienthong.health._jobs import job_checks
from lienthong.hub import JOB_NAMES_VI, Jobs, plans
from lienthong.settings import Schedule, Settings
from lienthong.storage import Database

START = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
"""Three in the morning in Vietnam."""


class Room:
    """The rooms that the check looks at, and a clock to move."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.at = START
        self.settings = Settings.model_construct(schedule=Schedule())
        self.jobs = Jobs(db, "node-1", self.now)

    def now(self) -> datetime:
        return self.at

    async def do(self, *kinds: str, error: str = "") -> None:
        """Plans each kind now and does it."""
        for kind in kinds:
            await self.jobs.insert(kind, self.at)
            job = await self.jobs.claim(kind)
            assert job is not None
            await self.jobs.finish(job, error)

    async def checks(self) -> dict[str, Any]:
        rooms: Any = self
        return {check.measurement: check for check in await job_checks(rooms)}


ALL_DAY = [plan.kind for plan in plans(Schedule()) if plan.at is None]


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


def _bad(checks: dict[str, Any]) -> Sequence[str]:
    return [kind for kind, check in checks.items() if check.status is not CheckStatus.PASS]


async def test_nothing_planned_yet(room: Room) -> None:
    """A new installation has nothing to be late with."""
    assert await room.checks() == {}


async def test_in_time(room: Room) -> None:
    """What is done in time passes, each kind by its own bound: a day for the nightly ones."""
    await room.do(*JOB_NAMES_VI)
    room.at += timedelta(hours=24)
    await room.do(*ALL_DAY)
    checks = await room.checks()
    assert list(checks) == list(JOB_NAMES_VI)
    assert _bad(checks) == []
    assert checks["sync"].output_vi == "Việc “đồng bộ hồ sơ” được làm đúng lịch."
    assert component_vi(checks["sync"].component) == "Việc theo lịch"


async def test_one_kind_that_fails(room: Room) -> None:
    """One kind fails while the others are done: a warning with its error and how to run it again."""
    await room.do("reconcile")
    room.at += timedelta(hours=26, seconds=1)
    await room.do("reconcile", error="StoreFull: no room")
    await room.do(*ALL_DAY)
    checks = await room.checks()
    assert _bad(checks) == ["reconcile"]
    late = checks["reconcile"]
    assert (late.status, late.observed) == (CheckStatus.WARN, 2 * 3600 + 1)
    assert late.output_vi == (
        "Việc “đối chiếu hằng đêm” chậm 2 giờ: lần chạy gần nhất hỏng (StoreFull: no room). "
        "Khắc phục rồi chạy lại bằng lệnh `lienthong sync jobs reconcile --now`."
    )


async def test_never_done_at_all(room: Room) -> None:
    """A kind that was planned and never done is late from its first moment on."""
    await room.jobs.insert("sync", room.at)
    await room.do("settle")
    assert _bad(await room.checks()) == []
    room.at += timedelta(seconds=61)
    await room.do("settle")
    checks = await room.checks()
    assert _bad(checks) == ["sync"]
    assert "chậm 1 phút: chưa tiến trình nào làm" in checks["sync"].output_vi


async def test_first_started_in_the_middle_of_the_night(room: Room) -> None:
    """What fell due before anybody planned it is not late yet: it is made up for now."""
    await room.jobs.insert("reconcile", room.at - timedelta(hours=3))
    assert _bad(await room.checks()) == []
    room.at += timedelta(hours=2, seconds=1)
    assert _bad(await room.checks()) == ["reconcile"]


async def test_long_work_is_not_late(room: Room) -> None:
    """Who tells a long backlog and gives signs of life is at work, however long it takes; who fell silent is not."""
    await room.jobs.insert("sync", room.at)
    job = await room.jobs.claim("sync")
    assert job is not None
    for _ in range(60):
        room.at += timedelta(seconds=20)
        await room.jobs.beat([job.id])
    assert _bad(await room.checks()) == []
    room.at += timedelta(minutes=2)
    assert _bad(await room.checks()) == ["sync"]


async def test_nobody_works(room: Room) -> None:
    """When all that follow each other all day are late, the process stopped: that fails and says what to start."""
    await room.do(*JOB_NAMES_VI)
    room.at += timedelta(hours=3)
    checks = await room.checks()
    assert _bad(checks) == ALL_DAY
    assert {checks[kind].status for kind in ALL_DAY} == {CheckStatus.FAIL}
    assert checks["sync"].output_vi == (
        "Không tiến trình nào làm việc, “đồng bộ hồ sơ” chậm 2 giờ: khởi động `lienthong run`."
    )


async def test_paused_by_an_operator(room: Room) -> None:
    """A pause is not forgotten: who comes next reads since when, why, and how to end it."""
    await room.do("sync", "settle")
    await room.jobs.pause("sync", "Trung tâm bảo trì")
    checks = await room.checks()
    assert _bad(checks) == ["sync"]
    assert checks["sync"].output_vi == (
        "Việc “đồng bộ hồ sơ” tạm dừng từ 24/11 03:00: Trung tâm bảo trì. "
        "Chạy tiếp bằng lệnh `lienthong sync resume sync`."
    )
