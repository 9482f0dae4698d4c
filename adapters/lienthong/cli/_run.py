"""``lienthong run``: the long-lived process. All that matters is in the database, so a kill loses nothing."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from ._exits import FAILED, NEGATIVE, OK
from ._parts import Command, config_option, json_option, run

if TYPE_CHECKING:
    from lienthong.cases import Desk
    from lienthong.hub import Jobs
    from lienthong.settings import Settings

_GRACE_S: Final = 6.0
"""For the jobs under way; with what closing takes, a stop stays under ten seconds."""
_CLOSE_S: Final = 3.0
_SYNC_ROUND: Final = 1000
"""Messages to the hub between two looks at whether an operator paused it."""


@click.command(cls=Command, name="run")
@click.option("--once", is_flag=True, help="Làm mỗi việc một lần rồi thoát.")
@config_option
@json_option
def command(config: Path, *, once: bool, as_json: bool) -> int:
    """Tiến trình thường trực: đồng bộ lên Trung tâm, kiểm tra lại giấy tờ tiếp nhận tạm, theo dõi sức khỏe.

    Dừng bằng SIGTERM hoặc Ctrl-C, chậm nhất 10 giây. Nhật ký ra đầu ra lỗi chuẩn theo [log] của cấu hình.
    Nhiều tiến trình cùng chạy trên một PostgreSQL được: mỗi việc một tiến trình làm.

    JSON (với --once): sync, settle, health, catalogue. Thoát 0 khi tốt, 1 khi có cảnh báo, 2 khi có việc hỏng.

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
    handlers = _handlers(desk, jobs, on_new_catalogue=anew.set)

    async def begin_to_lead() -> None:
        await scheduler.fire_all()

    leader = Leader(desk.db, desk.node, desk.now, begin_to_lead)
    scheduler = Scheduler(jobs, settings.schedule, leader)
    leave = asyncio.Event()
    watchers = [asyncio.create_task(_relay(event, leave)) for event in (stop, anew)]
    watchers.append(asyncio.create_task(_refresh_health_file(desk)))
    watchers.append(asyncio.create_task(leader.run()))
    try:
        scheduler.start()
        log.info("started", node=desk.node, systems=list(desk.gateway.systems))
        await Worker(jobs, handlers).run_until(leave, _GRACE_S)
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


def _handlers(
    desk: Desk, jobs: Jobs, on_new_catalogue: Callable[[], None]
) -> Mapping[str, Callable[[], Awaitable[Mapping[str, Any]]]]:
    async def sync() -> Mapping[str, Any]:
        """Round after round while there is something to tell: a backlog must not wait for the clock between rounds."""
        told = retried = dead = 0
        while True:
            report = await desk.sync.run_round(_SYNC_ROUND)
            told, retried, dead = told + report.told, retried + report.retried, dead + report.dead
            if not report.told or not report.waiting or "sync" in await jobs.paused():
                counts = {"told": told, "retried": retried, "dead": dead}
                return counts | {"waiting": report.waiting}

    async def settle() -> Mapping[str, Any]:
        from lienthong.cases import Settler

        done = await Settler(desk).run_round()
        return {"waived": done.waived, "asked": done.asked, "waiting": done.waiting}

    async def health() -> Mapping[str, Any]:
        return {"status": await _check_health(desk)}

    async def catalogue() -> Mapping[str, Any]:
        changed = await _catalogue_changed(desk)
        if changed:
            on_new_catalogue()
        return {"changed": changed}

    async def reconcile() -> Mapping[str, Any]:
        from lienthong.hub import Reconciler

        yesterday = (desk.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")) - timedelta(days=1)).date()
        room = Reconciler(desk.db, desk.gateway, desk.settings.hub, desk.now)
        report = await room.run(yesterday)
        again = await room.resend(report.gaps)
        counts = {
            "day": yesterday.isoformat(),
            "compared": report.compared,
            "unknown": report.unknown,
        }
        return counts | {"gaps": len(report.gaps), "resent": again}

    return {
        "sync": sync,
        "settle": settle,
        "health": health,
        "catalogue": catalogue,
        "reconcile": reconcile,
    }


async def _check_health(desk: Desk) -> str:
    """Runs the checks and keeps the health file up to date."""
    import orjson

    from lienthong.health import HealthChecker

    report = await HealthChecker(desk).run()
    file = desk.settings.health.file
    if file is not None:
        await asyncio.to_thread(_write_whole, file, orjson.dumps(report.to_health_json()))
    return report.status.value


async def _refresh_health_file(desk: Desk) -> None:
    """Keeps this node's health file up to date with what any node last checked."""
    while True:
        await asyncio.sleep(desk.settings.schedule.health_every_s)
        await _write_kept(desk)


async def _write_kept(desk: Desk) -> None:
    """Writes the kept report, each result with its age; without one, or without a database, the file stays as it is."""
    import orjson
    import structlog

    from lienthong.health import load_report
    from lienthong.storage import StorageError

    file = desk.settings.health.file
    if file is None:
        return
    try:
        report = await load_report(desk.db, desk.settings, desk.now())
        if report.checks:
            await asyncio.to_thread(_write_whole, file, orjson.dumps(report.to_health_json()))
    except (StorageError, OSError) as error:
        log = structlog.get_logger("lienthong.run")
        log.warning("health_file_not_written", error=type(error).__name__)


def _write_whole(file: Path, content: bytes) -> None:
    """Whoever reads the file sees the old content or the new one, never half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_bytes(content + b"\n")
    part.replace(file)


async def _catalogue_changed(desk: Desk) -> bool:
    """Whether the folder holds another catalogue than the one in use.

    Raises:
        CatalogueInvalid: It holds a wrong one; the one in use stays.
    """
    from lienthong.onceonly import Catalogue

    fresh = await asyncio.to_thread(Catalogue.load, desk.settings.catalogue.path)
    return fresh != desk.catalogue


async def _once(config: Path, *, as_json: bool) -> int:
    from lienthong.cases import Desk, Settler

    from ._health import STATUS_VI
    from ._output import say, show_json
    from ._parts import quiet_log

    quiet_log()
    desk = await Desk.open(config)
    try:
        settled = await Settler(desk).run_round()
        told = await desk.sync.drain(60.0)
        status = await _check_health(desk)
        # Loading is the check: a wrong file is an error with its place.
        await _catalogue_changed(desk)
    finally:
        await desk.aclose()
    if as_json:
        show_json(
            {
                "sync": {
                    "told": told.told,
                    "retried": told.retried,
                    "dead": told.dead,
                    "waiting": told.waiting,
                },
                "settle": {
                    "identities": settled.identities,
                    "waived": settled.waived,
                    "asked": settled.asked,
                    "waiting": settled.waiting,
                },
                "health": status,
                "catalogue": len(desk.catalogue.procedures),
            }
        )
    else:
        say(f"Đồng bộ: gửi {told.told} bản tin, còn {told.waiting} chờ, {told.dead} bị gác lại.")
        say(
            f"Kiểm tra lại: {settled.identities} người nộp, {settled.waived} giấy tờ miễn nộp, "
            f"{settled.asked} giấy tờ cần nộp, {settled.waiting} còn chờ."
        )
        say(f"Sức khỏe: {STATUS_VI[status]}. Danh mục: {len(desk.catalogue.procedures)} thủ tục.")
    if status == "fail":
        return FAILED
    return NEGATIVE if status == "warn" or told.dead or told.waiting or settled.waiting else OK
