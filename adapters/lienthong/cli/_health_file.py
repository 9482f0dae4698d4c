"""The file that a monitoring system reads: what was last checked, each result with its age."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lienthong.cases import Desk


async def check_health(desk: Desk) -> str:
    """Runs the checks and keeps the health file up to date."""
    import orjson

    from lienthong.health import HealthChecker

    report = await HealthChecker(desk).run()
    file = desk.settings.health.file
    if file is not None:
        await asyncio.to_thread(_write_whole, file, orjson.dumps(report.to_health_json()))
    return report.status.value


async def refresh_health_file(desk: Desk) -> None:
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
