"""Runs all checks at once, within eight seconds, and keeps what they showed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from lienthong.interface import AuditUnavailable
from lienthong.storage import StorageError

from ._jobs import job_checks
from ._names import component_vi
from ._own import (
    audit_check,
    callback_check,
    catalogue_check,
    clock_check,
    database_check,
    disk_checks,
    outbox_checks,
    provisional_check,
    ratings_check,
)
from ._report import Check, CheckStatus, HealthReport
from ._results import keep, kept, report
from ._rooms import Rooms
from ._systems import system_checks

_log = structlog.get_logger("lienthong.health")

_OWN_S: Final = 6.0

_Own = Callable[[Rooms], Awaitable[Check | tuple[Check, ...]]]

_OWN: Final[tuple[tuple[str, str, _Own], ...]] = (
    ("database", "schema", database_check),
    ("disk", "store", disk_checks),
    ("outbox", "age", outbox_checks),
    ("provisional", "open", provisional_check),
    ("catalogue", "procedures", catalogue_check),
    ("clock", "skew", clock_check),
    ("jobs", "schedule", job_checks),
    ("ratings", "refused", ratings_check),
    ("callback", "waiting", callback_check),
)


class HealthChecker:
    """Checks every configured system by its own cheapest honest call, and our own parts.

    Args:
        rooms: The rooms of this process, e.g. ``lienthong.cases.Desk``.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def run(self) -> HealthReport:
        """One run: everything in parallel, at most eight seconds; the results are kept for other processes."""
        rooms = self._rooms
        systems = rooms.gateway.systems
        earlier = await self._earlier()
        answers = await asyncio.gather(
            *(system_checks(rooms, name, earlier) for name in systems),
            *(self._own(name, measurement, check) for name, measurement, check in _OWN),
            return_exceptions=True,
        )
        checks: list[Check] = []
        refused = False
        for name, answer in zip((*systems, *(name for name, _, _ in _OWN)), answers, strict=True):
            if isinstance(answer, AuditUnavailable):
                refused = True
                checks.append(self._not_checked(name))
            elif isinstance(answer, BaseException):
                raise answer
            else:
                checks.extend(answer)
        checks.append(await audit_check(rooms, refused=refused))
        try:
            await keep(rooms.db, checks)
        except StorageError as error:  # the report itself says so
            _log.warning("health_not_kept", error=error.code)
        return report(checks, rooms.settings, rooms.now())

    async def _earlier(self) -> dict[str, Check]:
        try:
            return {check.name: check for check in await kept(self._rooms.db)}
        except StorageError:
            return {}

    async def _own(self, name: str, measurement: str, check: _Own) -> tuple[Check, ...]:
        try:
            async with asyncio.timeout(_OWN_S):
                answer = await check(self._rooms)
        except (StorageError, TimeoutError) as error:
            return (
                Check(
                    name,
                    measurement,
                    "component",
                    CheckStatus.FAIL,
                    self._rooms.now(),
                    f"It could not be looked at: {str(error) or 'no answer in time'}. See the check of the database.",
                    f"Chưa kiểm tra được mục “{component_vi(name)}” vì cơ sở dữ liệu không trả lời: xem mục kiểm tra cơ sở dữ liệu.",
                ),
            )
        return answer if isinstance(answer, tuple) else (answer,)

    def _not_checked(self, system: str) -> Check:
        return Check(
            system,
            "check",
            "system",
            CheckStatus.FAIL,
            self._rooms.now(),
            f"{system} was not asked: without an audit entry no call is made. See the check of the audit log.",
            f"Chưa gọi hệ thống “{component_vi(system)}” vì không ghi được nhật ký: xem mục kiểm tra nhật ký.",
        )
