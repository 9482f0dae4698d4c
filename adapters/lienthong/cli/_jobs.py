"""What `lienthong run` does for each kind of job. A handler gives counts, kept with the job; nothing personal in them."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from lienthong.cases import Desk
    from lienthong.hub import Jobs

    Handlers = Mapping[str, Callable[[], Awaitable[Mapping[str, Any]]]]

KINDS: Final = (
    *("sync", "settle", "callback", "health", "ratings", "facts"),
    *("catalogue", "reconcile", "sweep", "reports"),
)
"""Every kind; :func:`lienthong.hub.plans` says when each falls due."""
_SYNC_ROUND: Final = 1000
"""Messages to the hub between two looks at whether an operator paused it."""
_WATCH_S: Final = 60.0
"""Seconds between two looks at whether the catalogue was synchronised elsewhere."""
_COUNTS_VI: Final = {
    "told": "đã gửi",
    "retried": "gửi lại sau",
    "dead": "bị gác lại",
    "waiting": "còn chờ",
    "identities": "người nộp",
    "waived": "giấy tờ miễn nộp",
    "asked": "giấy tờ cần nộp",
    "status": "tình trạng",
    "refused": "bị từ chối",
    "cases": "hồ sơ đã đọc",
    "changed": "có thay đổi",
    "listed": "trong danh mục quốc gia",
    "failed": "không đọc được",
    "new": "thủ tục mới",
    "altered": "thủ tục đổi",
    "gone": "thủ tục không còn",
    "day": "ngày",
    "compared": "đã đối chiếu",
    "unknown": "không rõ",
    "gaps": "chênh lệch",
    "resent": "gửi lại",
    "removed": "tệp đã dọn",
    "events": "sự kiện đã dọn",
    "made": "đã lập",
    "problem": "dừng vì",
    "error": "hỏng",
}


def counts_vi(counts: Mapping[str, Any]) -> str:
    """What a job did, in words."""
    return ", ".join(
        f"{_COUNTS_VI.get(name, name)} {_word(value)}" for name, value in counts.items()
    )


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "không có gì"
    return str(value)


def handlers(desk: Desk, jobs: Jobs, on_new_catalogue: Callable[[], None]) -> Handlers:
    """What to do for each kind of :data:`KINDS`."""
    return {
        "sync": partial(_sync, desk, jobs),
        "settle": partial(_settle, desk),
        "callback": partial(_callback, desk),
        "health": partial(_health, desk),
        "ratings": partial(_ratings, desk),
        "facts": partial(_facts, desk),
        "catalogue": partial(_catalogue, desk, on_new_catalogue),
        "reconcile": partial(_reconcile, desk),
        "sweep": partial(_sweep, desk),
        "reports": partial(_write_reports, desk),
    }


async def _sync(desk: Desk, jobs: Jobs) -> Mapping[str, Any]:
    """Round after round while there is something to tell: a backlog must not wait for the clock between rounds."""
    told = retried = dead = 0
    while True:
        report = await desk.sync.run_round(_SYNC_ROUND)
        told, retried, dead = told + report.told, retried + report.retried, dead + report.dead
        if not report.told or not report.waiting or "sync" in await jobs.paused():
            counts = {"told": told, "retried": retried, "dead": dead}
            return counts | {"waiting": report.waiting}


async def _settle(desk: Desk) -> Mapping[str, Any]:
    from lienthong.cases import Settler

    done = await Settler(desk).run_round()
    return {
        "identities": done.identities,
        "waived": done.waived,
        "asked": done.asked,
        "waiting": done.waiting,
    }


async def _callback(desk: Desk) -> Mapping[str, Any]:
    from lienthong.cases import Callback

    done = await Callback(desk).run_round()
    counts: dict[str, Any] = {"told": done.taken, "waiting": done.waiting}
    return counts | ({"problem": done.problem} if done.problem else {})


async def _health(desk: Desk) -> Mapping[str, Any]:
    from ._health_file import check_health

    return {"status": await check_health(desk)}


async def _ratings(desk: Desk) -> Mapping[str, Any]:
    from lienthong.hub import Ratings

    room = Ratings(desk.db, desk.sealer, desk.gateway, desk.settings.hub, desk.now)
    done = await room.tell()
    return {"told": done.told, "refused": done.refused, "waiting": done.waiting}


async def _facts(desk: Desk) -> Mapping[str, Any]:
    return {"cases": await _reports(desk).collect()}


async def _catalogue(desk: Desk, on_new_catalogue: Callable[[], None]) -> Mapping[str, Any]:
    counts: Mapping[str, Any] = {}
    changed = False
    try:
        if desk.settings.hub.system in desk.gateway.systems:
            counts = await _synchronise(desk)
    finally:
        # The files are looked at even when the nation does not answer.
        changed = await catalogue_changed(desk)
        if changed:
            on_new_catalogue()
    return {**counts, "changed": changed}


async def _synchronise(desk: Desk) -> Mapping[str, Any]:
    from lienthong.onceonly import CatalogueSync

    room = CatalogueSync(desk.db, desk.gateway, desk.settings.hub.system, desk.now)
    report = await room.run()
    return {
        "listed": report.listed,
        "failed": len(report.failed),
        "new": report.added,
        "altered": report.changed,
        "gone": report.removed,
        **({"problem": report.problem} if report.problem else {}),
    }


async def _reconcile(desk: Desk) -> Mapping[str, Any]:
    from lienthong.hub import Reconciler

    yesterday = (desk.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")) - timedelta(days=1)).date()
    room = Reconciler(desk.db, desk.gateway, desk.settings.hub, desk.now)
    report = await room.run(yesterday)
    return {
        "day": yesterday.isoformat(),
        "compared": report.compared,
        "unknown": report.unknown,
        "gaps": len(report.gaps),
        "resent": await room.resend(report.gaps),
    }


async def _sweep(desk: Desk) -> Mapping[str, Any]:
    from lienthong.cases import Callback

    removed = await desk.evidence.sweep(desk.db, desk.now())
    return {"removed": removed, "events": await Callback(desk).forget()}


async def _write_reports(desk: Desk) -> Mapping[str, Any]:
    return {"made": await _reports(desk).write_due()}


def _reports(desk: Desk) -> Any:
    from lienthong.reporting import Reports

    return Reports.open(desk.settings, desk.db, desk.sealer, desk.catalogue, desk.now)


async def catalogue_changed(desk: Desk) -> bool:
    """Whether the folder or the nation has another catalogue than the one in use.

    Raises:
        CatalogueInvalid: The folder holds a wrong one; the one in use stays.
    """
    from dataclasses import replace

    from lienthong.onceonly import Catalogue, CatalogueStore

    fresh = await asyncio.to_thread(Catalogue.load, desk.settings.catalogue.path)
    return replace(fresh, as_of=await CatalogueStore(desk.db).newest_change()) != desk.catalogue


async def watch_catalogue(desk: Desk, on_new_catalogue: Callable[[], None]) -> None:
    """Notices that another node, or an operator, synchronised the catalogue."""
    from lienthong.onceonly import CatalogueStore
    from lienthong.storage import StorageError

    while True:
        await asyncio.sleep(_WATCH_S)
        with contextlib.suppress(StorageError):
            if await CatalogueStore(desk.db).newest_change() != desk.catalogue.as_of:
                on_new_catalogue()
