"""The morning from beginning to end, on an open library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from lienthong import OneStop, load_settings
from lienthong.cli._child import Admin
from lienthong.health import HealthChecker

from ._desks import at_desks, serve
from ._folder import Folder
from ._numbers import Numbers, count
from ._people import subjects
from ._recovery import ended, settled, systems_back, told
from ._schedule import Visit, visits
from ._trouble import Trouble

_TELL_S: Final = 1.0

Progress = Callable[[str, int, int], None]
"""Called with what happens (Vietnamese), how much is done, and of how much."""


async def play(folder: Folder, admin: Admin, progress: Progress) -> Numbers:
    """Plays the morning, or what an earlier run left of it, and counts it."""
    personas = await asyncio.to_thread(admin.call, "GET", "personas")
    await asyncio.to_thread(admin.call, "DELETE", "faults")
    async with OneStop.from_config(load_settings(folder.config, environment=False)) as one_stop:
        listed = visits(
            subjects(personas),
            one_stop.desk.catalogue.procedures,
            number=folder.cases,
            day=folder.day,
            seed=folder.seed,
        )
        trouble = Trouble(admin, folder.cases)
        stop = asyncio.Event()
        telling = asyncio.create_task(_tell(one_stop, stop))
        try:
            await _serve_all(one_stop, listed, trouble, progress)
        finally:
            stop.set()
            await asyncio.gather(telling, return_exceptions=True)
        telling.result()
        await trouble.over()
        progress("chờ mọi hệ thống trả lời lại", folder.cases, folder.cases)
        await systems_back(one_stop)
        progress("kiểm tra lại giấy tờ tiếp nhận tạm", folder.cases, folder.cases)
        await settled(one_stop)
        await ended(one_stop, listed)
        progress("báo nốt lên Trung tâm điều hành", folder.cases, folder.cases)
        await told(one_stop, admin)
        progress("kiểm tra sức khỏe", folder.cases, folder.cases)
        report = await HealthChecker(one_stop.desk).run()
        return await count(one_stop, admin, folder.cases, report)


async def _serve_all(
    one_stop: OneStop, listed: tuple[Visit, ...], trouble: Trouble, progress: Progress
) -> None:
    done = 0

    async def one(visit: Visit) -> None:
        await trouble.before(visit.index)
        await serve(one_stop, visit)

    def finished() -> None:
        nonlocal done
        done += 1
        progress(trouble.now, done, len(listed))

    await at_desks(listed, one, finished)


async def _tell(one_stop: OneStop, stop: asyncio.Event) -> None:
    """The sync beside the desks, as `lienthong run` does it."""
    while not stop.is_set():
        await one_stop.desk.sync.run_round(100)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TELL_S)
