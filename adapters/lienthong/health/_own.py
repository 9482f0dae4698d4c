"""The checks of our own parts: database, disk, audit log, outbox, ratings, provisional papers, catalogue, clock."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text

from lienthong.storage import HEAD, StorageError, revision, tables

from ._report import Check, CheckStatus, ComponentType
from ._rooms import Rooms

_CALLBACK_FAILURES: Final = 3
"""In a row; one or two pass by themselves."""
_MB: Final = 1_000_000
_DESK: Final = ("open_case", "verify", "plan_documents", "accept", "advance", "close")
_SKEW_WARN_S: Final = 5.0
_SKEW_FAIL_S: Final = 240.0
"""The population database refuses time stamps more than five minutes off (population page A2)."""


def _check(
    component: str,
    measurement: str,
    status: CheckStatus,
    at: datetime,
    output: str,
    output_vi: str,
    *,
    observed: str | float | None = None,
    unit: str = "",
    affected: tuple[str, ...] = (),
    kind: ComponentType = "component",
) -> Check:
    return Check(
        component, measurement, kind, status, at, output, output_vi, observed, unit, affected
    )


async def database_check(rooms: Rooms) -> Check:
    """Whether the database answers, and with this program's tables."""
    at = rooms.now()
    try:
        await rooms.db.ping()
        found = await revision(rooms.db)
    except StorageError as error:
        return _check(
            "database",
            "schema",
            CheckStatus.FAIL,
            at,
            f"{error}",
            "Cơ sở dữ liệu của hệ thống không trả lời: kiểm tra máy chủ cơ sở dữ liệu và dung lượng đĩa.",
            affected=_DESK,
            kind="datastore",
        )
    if found != HEAD:
        return _check(
            "database",
            "schema",
            CheckStatus.FAIL,
            at,
            f"The tables are of version {found or 'none'}, this program needs {HEAD}. Run `lienthong migrate`.",
            "Cấu trúc cơ sở dữ liệu chưa đúng phiên bản: chạy lệnh `lienthong migrate`.",
            observed=found or "none",
            affected=_DESK,
            kind="datastore",
        )
    return _check(
        "database",
        "schema",
        CheckStatus.PASS,
        at,
        "The database answers; its tables are those of this program.",
        "Cơ sở dữ liệu của hệ thống trả lời bình thường, đúng phiên bản.",
        observed=found,
        kind="datastore",
    )


async def disk_checks(rooms: Rooms) -> tuple[Check, ...]:
    """Free space where data is written."""
    at = rooms.now()
    content = rooms.settings.store.content  # a bucket has no disk that we could see
    places: list[tuple[str, str, int | None]] = [
        ("store", "cơ sở dữ liệu", rooms.db.free_bytes()),
        ("content", "kho giấy tờ", _free_bytes(content) if isinstance(content, Path) else None),
    ]
    floor = rooms.settings.health.disk_warn_mb
    checks = []
    for name, name_vi, free in places:
        if free is None:  # PostgreSQL's disk is its own monitoring's
            continue
        megabytes = free // _MB
        if megabytes >= floor:
            status = CheckStatus.PASS
            texts = (
                f"There is room on the disk of the {name}.",
                f"Đĩa của {name_vi} còn đủ chỗ.",
            )
        else:
            status = CheckStatus.WARN if megabytes > floor // 10 else CheckStatus.FAIL
            texts = (
                f"Less than {floor} MB are free on the disk of the {name}. Free it: without room no call is made.",
                f"Đĩa của {name_vi} còn dưới {floor} MB: giải phóng dung lượng, hết chỗ thì ngừng tra cứu.",
            )
        checks.append(
            _check(
                "disk",
                name,
                status,
                at,
                *texts,
                observed=megabytes,
                unit="MB",
                affected=() if status is CheckStatus.PASS else _DESK,
                kind="datastore",
            )
        )
    return tuple(checks)


def _free_bytes(folder: Path) -> int | None:
    place = folder
    while not place.exists():
        if place.parent == place:
            return None
        place = place.parent
    return shutil.disk_usage(place).free


async def audit_check(rooms: Rooms, *, refused: bool) -> Check:
    """Whether the audit log can be written; ``refused`` says that a check's own entry could not."""
    at = rooms.now()
    room = rooms.audit.room()
    megabytes = room.free_bytes // _MB if room.free_bytes is not None else None
    if refused or room.state == "full":
        status = CheckStatus.FAIL
        texts = (
            "The audit log cannot be written, so no national call is made. Free its disk or restore the database.",
            "Không ghi được nhật ký tra cứu nên ngừng mọi lượt gọi: giải phóng đĩa hoặc khôi phục cơ sở dữ liệu.",
        )
    elif room.state == "warn":
        status = CheckStatus.WARN
        texts = (
            "The disk of the audit log is nearly full. Free it before calls have to stop.",
            "Đĩa của nhật ký tra cứu sắp đầy: giải phóng trước khi phải ngừng tra cứu.",
        )
    else:
        status = CheckStatus.PASS
        texts = (
            "Entries of the audit log are written durably.",
            "Nhật ký tra cứu được ghi bình thường.",
        )
    return _check(
        "audit",
        "room",
        status,
        at,
        *texts,
        observed=megabytes,
        unit="MB" if megabytes is not None else "",
        affected=("verify", "lookup", "share") if status is CheckStatus.FAIL else (),
        kind="datastore",
    )


async def outbox_checks(rooms: Rooms) -> tuple[Check, ...]:
    """How long the oldest change waits to be told to the hub, and what was set aside."""
    at = rooms.now()
    counts = await rooms.outbox.status()
    health = rooms.settings.health
    age = (at - counts.oldest_pending_at).total_seconds() if counts.oldest_pending_at else 0.0
    if age >= health.outbox_warn_s:
        status = CheckStatus.FAIL if age >= health.outbox_fail_s else CheckStatus.WARN
        texts = (
            f"{counts.pending} changes wait to be told to the hub, the oldest for {age / 60:.0f} minutes. See `lienthong sync status`.",
            f"Còn {counts.pending} thay đổi chưa đồng bộ, lâu nhất {age / 60:.0f} phút: xem lệnh `lienthong sync status`.",
        )
    else:
        status = CheckStatus.PASS
        texts = (
            f"{counts.pending} changes wait to be told to the hub; none for long.",
            f"Còn {counts.pending} thay đổi chờ đồng bộ, chưa quá lâu.",
        )
    waiting = _check(
        "outbox", "age", status, at, *texts, observed=round(max(age, 0.0), 1), unit="s"
    )
    dead = counts.dead
    aside = _check(
        "outbox",
        "dead",
        CheckStatus.WARN if dead else CheckStatus.PASS,
        at,
        f"{dead} messages were set aside; see `lienthong sync dead` for the reason of each."
        if dead
        else "No message was set aside.",
        f"Có {dead} bản tin bị gác lại: xem lý do bằng lệnh `lienthong sync dead`."
        if dead
        else "Không có bản tin nào bị gác lại.",
        observed=dead,
        unit="message",
    )
    return (waiting, aside)


async def ratings_check(rooms: Rooms) -> Check:
    """Ratings of citizens that the hub refuses."""
    table = tables.ratings
    query = select(func.count(), func.max(table.c.problem)).where(table.c.problem.is_not(None))
    async with rooms.db.read() as conn:
        number, problem = (await conn.execute(query)).one()
    return _check(
        "ratings",
        "refused",
        CheckStatus.WARN if number else CheckStatus.PASS,
        rooms.now(),
        f"The hub refuses {number} ratings, such as: {problem}. They are tried again daily; ask the operations centre."
        if number
        else "The hub refuses no rating.",
        f"Trung tâm không nhận {number} đánh giá của người dân, ví dụ: {problem}. Hệ thống gửi lại hằng ngày; đề nghị hỏi Trung tâm."
        if number
        else "Không có đánh giá nào bị Trung tâm từ chối.",
        observed=number,
        unit="rating",
    )


async def callback_check(rooms: Rooms) -> tuple[Check, ...]:
    """Events that the one-stop system does not take; nothing where it is not called."""
    if not rooms.settings.callback.url:
        return ()
    state, events = tables.deliveries, tables.case_events
    async with rooms.db.read() as conn:
        row = (
            await conn.execute(select(state.c.delivered, state.c.attempts, state.c.problem))
        ).first()
        newest = await conn.scalar(select(func.max(events.c.id))) or 0
    waiting = newest - (row.delivered if row else 0)
    status = CheckStatus.PASS
    english = f"{waiting} events wait for the one-stop system."
    vietnamese = f"Còn {waiting} thông báo chờ gửi sang hệ thống một cửa."
    if row and waiting and row.attempts >= _CALLBACK_FAILURES:
        status = CheckStatus.WARN
        english = f"The one-stop system takes no events ({row.problem}); {waiting} wait. Check callback.url and that system."
        vietnamese = f"Hệ thống một cửa không nhận thông báo ({row.problem}), còn {waiting} chờ: kiểm tra callback.url và hệ thống đó."
    return (
        _check(
            "callback",
            "waiting",
            status,
            rooms.now(),
            english,
            vietnamese,
            observed=waiting,
            unit="event",
        ),
    )


async def provisional_check(rooms: Rooms) -> Check:
    """Papers accepted provisionally, and whether one is past its deadline."""
    at = rooms.now()
    table = tables.decisions
    open_ones = select(
        func.count().label("number"), func.min(table.c.deadline).label("earliest")
    ).where(table.c.outcome == "provisional", table.c.superseded_by.is_(None))
    async with rooms.db.read() as conn:
        row = (await conn.execute(open_ones)).mappings().one()
    number: int = row["number"]
    earliest: datetime | None = row["earliest"]
    late = earliest is not None and earliest < at
    return _check(
        "provisional",
        "open",
        CheckStatus.WARN if late else CheckStatus.PASS,
        at,
        "A provisional paper is past its deadline. Is `lienthong run` running?"
        if late
        else f"{number} papers are accepted provisionally.",
        "Có giấy tờ tiếp nhận tạm đã quá hạn: kiểm tra tiến trình `lienthong run`."
        if late
        else f"Có {number} giấy tờ đang tiếp nhận tạm, chưa quá hạn.",
        observed=number,
        unit="paper",
    )


async def catalogue_check(rooms: Rooms) -> Check:
    """How many procedures there are, of files and of the nation, and how old the files."""
    at, catalogue, folder = rooms.now(), rooms.catalogue, rooms.settings.catalogue.path
    number, rules = len({*catalogue.procedures, *catalogue.national}), len(catalogue.rules)
    if not number:
        return _check(
            "catalogue",
            "procedures",
            CheckStatus.FAIL,
            at,
            "The catalogue holds no procedure, so no case can be opened. Set catalogue.path.",
            "Danh mục chưa có thủ tục nào nên không mở được hồ sơ: kiểm tra catalogue.path.",
            observed=0,
            unit="procedure",
        )
    newest = max((file.stat().st_mtime for file in folder.glob("*.toml")), default=0.0)
    days = max((at - datetime.fromtimestamp(newest, UTC)).days, 0)
    return _check(
        "catalogue",
        "procedures",
        CheckStatus.PASS,
        at,
        f"{number} procedures, {rules} replacement rules; newest file {days} days old.",
        f"Danh mục có {number} thủ tục, {rules} quy tắc thay thế giấy tờ; tệp mới nhất cách đây {days} ngày.",
        observed=number,
        unit="procedure",
    )


async def clock_check(rooms: Rooms) -> Check:
    """Our clock against the database's (PostgreSQL) and against what was already written: it must not run back."""
    at = rooms.now()
    async with rooms.db.read() as conn:
        newest = await conn.scalar(select(func.max(tables.audit_log.c.at)))
        theirs = (
            await conn.scalar(text("SELECT clock_timestamp()"))
            if rooms.db.dialect == "postgresql"
            else None
        )
    ahead = (newest - rooms.now()).total_seconds() if newest is not None else 0.0
    apart = abs((theirs - at).total_seconds()) if theirs is not None else 0.0
    skew = round(max(ahead, apart, 0.0), 1)
    if skew >= _SKEW_WARN_S:
        status = CheckStatus.FAIL if skew >= _SKEW_FAIL_S else CheckStatus.WARN
        texts = (
            f"The clock is {skew:.0f} s off what the database knows. Check time synchronisation (NTP).",
            f"Đồng hồ máy chủ lệch {skew:.0f} giây so với cơ sở dữ liệu: kiểm tra đồng bộ thời gian (NTP).",
        )
    else:
        status = CheckStatus.PASS
        texts = (
            "The clock agrees with the database.",
            "Đồng hồ máy chủ khớp với cơ sở dữ liệu.",
        )
    return _check("clock", "skew", status, at, *texts, observed=skew, unit="s")
