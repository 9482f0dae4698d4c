"""``lienthong run``: the long-lived process. All that matters is in the database, so a kill loses nothing."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import FAILED, NEGATIVE, OK
from ._health_file import refresh_health_file
from ._jobs import counts_vi, handlers, watch_catalogue
from ._parts import Command, config_option, json_option, run

if TYPE_CHECKING:
    from lienthong.settings import Settings

_GRACE_S: Final = 6.0
"""For the jobs under way; with what closing takes, a stop stays under ten seconds."""
_CLOSE_S: Final = 3.0


@click.command(cls=Command, name="run")
@click.option("--once", is_flag=True, help="Làm mỗi việc một lần rồi thoát.")
@config_option
@json_option
def command(config: Path, *, once: bool, as_json: bool) -> int:
    """Tiến trình thường trực: đồng bộ lên Trung tâm, đối chiếu, kiểm tra lại giấy tờ, lập báo cáo, theo dõi sức khỏe.

    Dừng bằng SIGTERM hoặc Ctrl-C, chậm nhất 10 giây. Nhật ký ra đầu ra lỗi chuẩn theo [log] của cấu hình.
    Nhiều tiến trình cùng chạy trên một PostgreSQL được: mỗi việc một tiến trình làm.

    JSON (với --once): kết quả của từng việc, xem `lienthong sync jobs`; việc hỏng có error. Thoát 0 khi tốt, 1 khi có cảnh
    báo hoặc còn việc chờ, 2 khi có việc hỏng.

    \b
    Ví dụ:
      lienthong run -c /etc/lienthong/lienthong.toml
      lienthong run --once
    """
    return run(_once(config, as_json=as_json) if once else _forever(config, as_json=as_json))


async def _forever(config: Path, *, as_json: bool) -> int:
    import structlog

    from lienthong.guard import configure_logging
    from lienthong.settings import load_settings

    from ._output import show_json

    settings = load_settings(config)
    configure_logging(json=settings.log.format == "json", level=settings.log.level)
    log = structlog.get_logger("lienthong.run")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        await _as_long_as_the_catalogue_holds(settings, stop, log)
    log.info("stopped")
    if as_json:
        show_json({"stopped": True})
    return OK


async def _as_long_as_the_catalogue_holds(
    settings: Settings, stop: asyncio.Event, log: Any
) -> None:
    """Works until told to stop, or until the catalogue changed, which takes rooms opened anew."""
    from lienthong.cases import Desk
    from lienthong.hub import Jobs, Leader, Scheduler, Worker

    desk = await Desk.open(settings)
    anew = asyncio.Event()
    jobs = Jobs(desk.db, desk.node, desk.now)
    work = handlers(desk, jobs, on_new_catalogue=anew.set)

    async def begin_to_lead() -> None:
        await scheduler.fire_all()

    leader = Leader(desk.db, desk.node, desk.now, begin_to_lead)
    scheduler = Scheduler(jobs, settings.schedule, leader)
    leave = asyncio.Event()
    watchers = [asyncio.create_task(_relay(event, leave)) for event in (stop, anew)]
    watchers.append(asyncio.create_task(refresh_health_file(desk)))
    watchers.append(asyncio.create_task(leader.run()))
    watchers.append(asyncio.create_task(watch_catalogue(desk, anew.set)))
    try:
        scheduler.start()
        log.info("started", node=desk.node, systems=list(desk.gateway.systems))
        await Worker(jobs, work).run_until(leave, _GRACE_S)
    finally:
        scheduler.stop()
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
        try:
            await asyncio.wait_for(desk.aclose(), _CLOSE_S)
        except TimeoutError:
            log.warning("closed_in_haste")


async def _relay(source: asyncio.Event, target: asyncio.Event) -> None:
    await source.wait()
    target.set()


async def _once(config: Path, *, as_json: bool) -> int:
    from lienthong.cases import Desk
    from lienthong.hub import JOB_NAMES_VI, Jobs

    from ._output import say, show_json
    from ._parts import quiet_log

    quiet_log()
    desk = await Desk.open(config)
    try:
        jobs = Jobs(desk.db, desk.node, desk.now)
        # A new catalogue needs nothing here: the next process opens it.
        work = handlers(desk, jobs, on_new_catalogue=lambda: None)
        done = {kind: await _done(handler) for kind, handler in work.items()}
    finally:
        await desk.aclose()
    if as_json:
        show_json(done)
    else:
        for kind, counts in done.items():
            say(f"{JOB_NAMES_VI[kind]}: {counts_vi(counts)}.")
    status = done["health"].get("status")
    if status == "fail" or any("error" in counts for counts in done.values()):
        return FAILED
    left = ("dead", "refused", "waiting", "gaps")
    left_over = any(counts.get(name) for counts in done.values() for name in left)
    return NEGATIVE if status == "warn" or left_over else OK


async def _done(handler: Callable[[], Awaitable[Mapping[str, Any]]]) -> Mapping[str, Any]:
    """What a job did; one that fails keeps no other from being done."""
    from lienthong.interface import LienthongError

    try:
        return await handler()
    except LienthongError as error:
        return {"error": error.code}
    except OSError as error:  # a folder of reports that takes no files
        return {"error": type(error).__name__}
