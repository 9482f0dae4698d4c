"""``lienthong sync pause``, ``resume`` and ``jobs``: the scheduled jobs of all nodes."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._exits import NEGATIVE, OK
from ._jobs import KINDS, counts_vi
from ._parts import Command, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from datetime import datetime

    from lienthong.cases import Desk
    from lienthong.hub import Job, Jobs

_STATES_VI: Final = {
    "waiting": "chờ",
    "running": "đang chạy",
    "done": "xong",
    "failed": "hỏng",
    "missed": "lỡ giờ",
}
_job_kind = click.argument("kind", default="sync", type=click.Choice(KINDS), metavar="[VIỆC]")


@asynccontextmanager
async def open_desk(config: Path) -> AsyncIterator[Desk]:
    """The desk of a configuration, without log lines."""
    from lienthong.cases import Desk

    quiet_log()
    desk = await Desk.open(config)
    try:
        yield desk
    finally:
        await desk.aclose()


def job_table(desk: Desk) -> Jobs:
    """The jobs of all nodes."""
    from lienthong.hub import Jobs

    return Jobs(desk.db, desk.node, desk.now)


def job_json(job: Job) -> dict[str, object]:
    """A job as JSON shows it."""

    def text(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "kind": job.kind,
        "due_at": text(job.due_at),
        "state": job.state,
        "started_at": text(job.started_at),
        "finished_at": text(job.finished_at),
        "attempts": job.attempts,
        "error": job.error,
        "result": job.result,
    }


def show_jobs(jobs: Sequence[Job]) -> None:
    """Jobs as a table; nothing when there are none."""
    from lienthong.hub import JOB_NAMES_VI

    from ._output import local_time, show_table

    if jobs:
        show_table(
            ["Việc", "Đến hạn", "Tình trạng", "Xong lúc", "Kết quả"],
            [
                (
                    JOB_NAMES_VI.get(job.kind, job.kind),
                    local_time(job.due_at),
                    _STATES_VI.get(job.state, job.state),
                    local_time(job.finished_at),
                    job.error or counts_vi(job.result or {}),
                )
                for job in jobs
            ],
        )


@click.command(cls=Command, name="pause")
@_job_kind
@click.option("--reason", default="", metavar="CHỮ", help="Vì sao dừng, để người sau biết.")
@config_option
@json_option
def pause(config: Path, kind: str, reason: str, *, as_json: bool) -> int:
    """Tạm dừng một việc theo lịch trên mọi tiến trình, mặc định là đồng bộ hồ sơ. Không mất gì, chỉ chờ.

    Việc: sync, settle, health, ratings, facts, catalogue, reconcile, sweep, reports. JSON: kind, paused.

    \b
    Ví dụ:
      lienthong sync pause --reason "Trung tâm bảo trì"
      lienthong sync pause reconcile
    """
    return run(_pause(config, kind, reason, as_json=as_json))


async def _pause(config: Path, kind: str, reason: str, *, as_json: bool) -> int:
    from lienthong.hub import JOB_NAMES_VI

    from ._output import say, show_json

    async with open_desk(config) as desk:
        await job_table(desk).pause(kind, reason)
    if as_json:
        show_json({"kind": kind, "paused": True})
    else:
        say(f"Đã tạm dừng: {JOB_NAMES_VI[kind]}. Chạy tiếp: lienthong sync resume {kind}")
    return OK


@click.command(cls=Command, name="resume")
@_job_kind
@config_option
@json_option
def resume(config: Path, kind: str, *, as_json: bool) -> int:
    """Cho một việc đã tạm dừng chạy tiếp.

    Thoát 1 khi việc ấy không tạm dừng. JSON: kind, resumed.

    \b
    Ví dụ:
      lienthong sync resume
    """
    return run(_resume(config, kind, as_json=as_json))


async def _resume(config: Path, kind: str, *, as_json: bool) -> int:
    from lienthong.hub import JOB_NAMES_VI

    from ._output import say, show_json

    async with open_desk(config) as desk:
        done = await job_table(desk).resume(kind)
    if as_json:
        show_json({"kind": kind, "resumed": done})
    else:
        say(
            f"Chạy tiếp: {JOB_NAMES_VI[kind]}."
            if done
            else f"Không tạm dừng: {JOB_NAMES_VI[kind]}."
        )
    return OK if done else NEGATIVE


@click.command(cls=Command, name="jobs")
@click.argument("kind", required=False, type=click.Choice(KINDS), metavar="[VIỆC]")
@click.option(
    "--now", "at_once", is_flag=True, help="Cho việc ấy chạy ngay ở tiến trình thường trực."
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="Số dòng."
)
@config_option
@json_option
def jobs_(config: Path, kind: str | None, limit: int, *, at_once: bool, as_json: bool) -> int:
    """Lịch sử các việc theo lịch: đến hạn, chạy, xong, hỏng, lỡ giờ, kết quả.

    JSON: jobs (kind, due_at, state, started_at, finished_at, attempts, error, result).

    \b
    Ví dụ:
      lienthong sync jobs
      lienthong sync jobs reconcile --now
    """
    if at_once and kind is None:
        msg = "say which job is to run now / cần tên việc"
        raise click.UsageError(msg)
    return run(_history(config, kind, limit, at_once=at_once, as_json=as_json))


async def _history(
    config: Path, kind: str | None, limit: int, *, at_once: bool, as_json: bool
) -> int:
    from ._output import say, show_json

    async with open_desk(config) as desk:
        table = job_table(desk)
        if at_once and kind is not None:
            await table.insert(kind, desk.now())
        found = await table.history(kind, limit)
    if as_json:
        show_json({"jobs": [job_json(job) for job in found]})
    elif found:
        show_jobs(found)
    else:
        say("Chưa có việc nào: `lienthong run` chưa chạy.")
    return OK


COMMANDS: Final = (pause, resume, jobs_)
"""What ``lienthong sync`` takes in."""
