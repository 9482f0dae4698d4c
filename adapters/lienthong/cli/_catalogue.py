"""``lienthong catalogue``: the procedures, where each comes from, what changed, and where our files and the nation differ."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._catalogue_dry_run import command as dry_run
from ._exits import NEGATIVE, OK
from ._parts import Command, Group, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from datetime import datetime

    from lienthong.cases import Desk
    from lienthong.interface import Component, ProcedureRecord
    from lienthong.onceonly import (
        CatalogueReport,
        CatalogueStore,
        Difference,
        ProcedureChange,
        Seen,
    )

_PROBLEMS_VI: Final = {
    "outage": "quá nhiều thủ tục liên tiếp không đọc được nên đã dừng; chạy lại sau",
    "short_list": "danh sách thiếu nhiều thủ tục đã biết nên chưa bỏ thủ tục nào; nếu đúng vậy, chạy với --accept-removals",
    "incomplete": "nguồn này không cho biết giấy tờ của thủ tục nên không dùng để cập nhật được",
    "interrupted": "bị dừng giữa chừng; chạy lại sẽ làm tiếp phần còn lại",
}
_REASONS_VI: Final = {
    "malformed": "mã không đúng dạng",
    "not_found": "có trong danh sách nhưng không đọc được nội dung",
    "not_licensed": "chưa được cấp quyền",
    "throttled": "Trung tâm đề nghị gọi chậm lại",
    "unavailable": "không có câu trả lời dùng được",
}
_STATES_VI: Final = {
    "done": "xong",
    "partial": "chưa trọn",
    "failed": "hỏng",
    "running": "đang chạy",
}
_MOST_FAILURES: Final = 20


@click.group(cls=Group, name="catalogue")
def command() -> None:
    """Danh mục thủ tục: cập nhật từ quốc gia, xem, so sánh. `lienthong run` tự cập nhật hằng đêm.

    \b
    Ví dụ:
      lienthong catalogue sync
      lienthong catalogue list --search "thường trú"
      lienthong catalogue show 1.004222
      lienthong catalogue diff --local
      lienthong catalogue dry-run --rules replacements-moi.toml
    """


command.add_command(dry_run)


@asynccontextmanager
async def _opened(config: Path) -> AsyncIterator[tuple[Desk, CatalogueStore]]:
    from lienthong.cases import Desk
    from lienthong.onceonly import CatalogueStore

    quiet_log()
    desk = await Desk.open(config)
    try:
        yield desk, CatalogueStore(desk.db)
    finally:
        await desk.aclose()


@command.command(cls=Command, name="sync")
@click.option(
    "--accept-removals",
    is_flag=True,
    help="Tin danh sách quốc gia cả khi thiếu nhiều thủ tục đã biết.",
)
@config_option
@json_option
def sync(config: Path, *, accept_removals: bool, as_json: bool) -> int:
    """Cập nhật danh mục từ cơ sở dữ liệu quốc gia về TTHC: thủ tục, trường hợp, giấy tờ, kết quả, kết quả thay thế.

    Từng thủ tục một: dừng lúc nào thì bản đã có vẫn dùng được. Hồ sơ đang mở giữ bản lúc mở hồ sơ.
    Thoát 1 khi có thủ tục không đọc được.

    JSON: id, state, listed, fetched, failed (code, reason), added, changed, removed, problem, contradictions.

    \b
    Ví dụ:
      lienthong catalogue sync
    """
    return run(_sync(config, accept_removals=accept_removals, as_json=as_json))


async def _sync(config: Path, *, accept_removals: bool, as_json: bool) -> int:
    from dataclasses import asdict

    from lienthong.onceonly import CatalogueSync

    from ._output import show_json
    from ._progress import progress

    async with _opened(config) as (desk, store):
        room = CatalogueSync(desk.db, desk.gateway, desk.settings.hub.system, desk.now)
        with progress("Cập nhật danh mục", 0, quiet=as_json) as advance:
            report = await room.run(advance, accept_removals=accept_removals)
        differing = len(list(_contradictions(desk, await store.national())))
    if as_json:
        failed = [{"code": code, "reason": reason} for code, reason in report.failed]
        show_json({**asdict(report), "failed": failed, "contradictions": differing})
    else:
        _show_report(report, differing)
    return OK if report.state == "done" else NEGATIVE


def _show_report(report: CatalogueReport, differing: int) -> None:
    from ._output import say, show_table

    say(
        f"Danh mục quốc gia có {report.listed} thủ tục, đã đọc {report.fetched}: {report.added} mới, "
        f"{report.changed} đổi, {report.removed} không còn, {len(report.failed)} không đọc được."
    )
    if report.problem:
        say(f"Chưa trọn: {_PROBLEMS_VI.get(report.problem, report.problem)}.")
    if report.failed:
        say()
        show_table(
            ["Thủ tục", "Vì sao không đọc được"],
            [
                (code, _REASONS_VI.get(reason, reason))
                for code, reason in report.failed[:_MOST_FAILURES]
            ],
        )
    if report.added or report.changed or report.removed:
        say("Xem thay đổi: lienthong catalogue diff")
    if differing:
        say(
            f"Ở {differing} thủ tục, tệp của ta và quốc gia nói khác nhau (tệp được dùng): "
            "lienthong catalogue diff --local"
        )


@command.command(cls=Command, name="list")
@click.option("--search", default="", metavar="CHỮ", help="Trong mã hoặc tên, có dấu hay không.")
@click.option("--differs", is_flag=True, help="Chỉ thủ tục mà tệp và quốc gia nói khác nhau.")
@click.option("--after", default="", metavar="MÃ", help="Trang sau mã này.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="Số dòng."
)
@config_option
@json_option
def list_(
    config: Path, search: str, after: str, limit: int, *, differs: bool, as_json: bool
) -> int:
    """Các thủ tục đang dùng: từ tệp, từ quốc gia hay cả hai, phiên bản nào, đọc từ bao lâu.

    JSON: procedures (code, name, origin, version, decision, fetched_at, contradictions), after.

    \b
    Ví dụ:
      lienthong catalogue list
      lienthong catalogue list --search "khai sinh"
      lienthong catalogue list --differs
    """
    return run(_list(config, search, after, limit, differs=differs, as_json=as_json))


async def _list(
    config: Path, search: str, after: str, limit: int, *, differs: bool, as_json: bool
) -> int:
    from itertools import islice

    from ._output import age, say, show_json, show_table

    async with _opened(config) as (desk, store):
        seen = await store.seen()
        found = list(islice(_listed(desk, seen, search, after, differs=differs), limit + 1))
        now = desk.now()
    page, following = found[:limit], found[limit - 1]["code"] if len(found) > limit else None
    if as_json:
        plain = [{**row, "fetched_at": _iso(row["fetched_at"])} for row in page]
        show_json({"procedures": plain, "after": following})
        return OK
    if not page:
        say("Không có thủ tục nào như vậy.")
        return OK
    show_table(
        ["Thủ tục", "Tên", "Từ", "Phiên bản", "Đọc cách đây", "Khác#"],
        [
            (
                row["code"],
                row["name"],
                _ORIGINS_VI[row["origin"]],
                row["version"][:8],
                age((now - row["fetched_at"]).total_seconds()) if row["fetched_at"] else "–",
                row["contradictions"] or "",
            )
            for row in page
        ],
    )
    if following:
        say(f"Còn nữa: thêm --after {following}")
    return OK


_ORIGINS_VI: Final = {"file": "tệp", "nation": "quốc gia", "both": "tệp và quốc gia"}


def _listed(
    desk: Desk, seen: dict[str, Seen], search: str, after: str, *, differs: bool
) -> Iterator[dict[str, Any]]:
    """Procedures in order of their codes, read one by one."""
    from lienthong.identity import fold
    from lienthong.onceonly import contradictions, version_of

    catalogue, wanted = desk.catalogue, fold(search)
    for code in sorted({*catalogue.procedures, *catalogue.national}):
        known = catalogue.find(code)
        if code <= after or known is None:
            continue
        if wanted and wanted not in fold(f"{code} {known.name}"):
            continue
        local, nation = catalogue.procedures.get(code), catalogue.national.get(code)
        said = contradictions(local, nation) if local and nation else ()
        if said or not differs:
            yield {
                "code": code,
                "name": known.name,
                "origin": "both" if local and nation else "file" if local else "nation",
                "version": version_of(known),
                "decision": known.decision,
                "fetched_at": seen[code].fetched_at if code in seen else None,
                "contradictions": len(said),
            }


@command.command(cls=Command, name="show")
@click.argument("code", metavar="MÃ")
@config_option
@json_option
def show(config: Path, code: str, *, as_json: bool) -> int:
    """Một thủ tục: giấy tờ, kết quả, kết quả thay thế, các lần thay đổi, chỗ tệp và quốc gia nói khác nhau.

    JSON: procedure, version, fetched_at, contradictions, changes.

    \b
    Ví dụ:
      lienthong catalogue show 1.004222
    """
    return run(_show(config, code, as_json=as_json))


async def _show(config: Path, code: str, *, as_json: bool) -> int:
    from lienthong.onceonly import contradictions, version_of

    from ._output import local_time, say, show_json

    async with _opened(config) as (desk, store):
        known = desk.catalogue.procedure(code)
        changes = await store.changes(code=known.code)
        seen = (await store.seen()).get(known.code)
    local = desk.catalogue.procedures.get(known.code)
    nation = desk.catalogue.national.get(known.code)
    said = contradictions(local, nation) if local and nation else ()
    if as_json:
        show_json(
            {
                "procedure": known.model_dump(mode="json"),
                "version": version_of(known),
                "fetched_at": _iso(seen.fetched_at) if seen else None,
                "contradictions": [_difference_json(item) for item in said],
                "changes": [_change_json(item) for item in changes],
            }
        )
        return OK
    say(f"{known.code} {known.name}")
    facts = (
        ("Lĩnh vực", f"{known.field_code} {known.field_name}".strip()),
        ("Quyết định công bố", known.decision),
        ("Thời hạn", f"{known.working_days} ngày làm việc" if known.working_days else ""),
        ("Phiên bản", version_of(known)),
        ("Tệp", f"{known.code}.toml" if local else "không có, dùng nguyên bản quốc gia"),
        ("Đọc từ quốc gia", local_time(seen.fetched_at) if seen else "chưa"),
    )
    for label, value in facts:
        if value:
            say(f"{label}: {value}")
    say()
    _show_papers(known)
    if said:
        say("Tệp của ta → quốc gia (tệp được dùng):")
        for item in said:
            say(f"  {item.sentence_vi}")
    if changes:
        say("Các lần thay đổi ở quốc gia:")
        _show_changes(changes)
    return OK


def _show_papers(known: ProcedureRecord) -> None:
    from ._output import say, show_table

    if known.components:
        show_table(
            ["Giấy tờ", "Tên", "Trường hợp", "Bản chính, sao", "Thay bằng kết quả"],
            [(item.code, item.name, item.case, *_amounts(item)) for item in known.components],
        )
    else:
        say("Không yêu cầu giấy tờ.")
    if known.results:
        show_table(["Kết quả", "Tên"], [(item.code, item.name) for item in known.results])


def _amounts(item: Component) -> tuple[str, str]:
    return f"{item.originals}, {item.copies}", " ".join(item.replaced_by)


@command.command(cls=Command, name="diff")
@click.argument("code", required=False, default="", metavar="[MÃ]")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="NGÀY",
    help="Mọi thay đổi từ ngày này, giờ Việt Nam (mặc định: của lần cập nhật gần nhất).",
)
@click.option("--local", is_flag=True, help="Thay vào đó: tệp của ta khác quốc gia ở đâu.")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 10000), help="Số thủ tục."
)
@config_option
@json_option
def diff(
    config: Path, code: str, since: datetime | None, limit: int, *, local: bool, as_json: bool
) -> int:
    """Danh mục quốc gia đã thay đổi gì, từng trường một: thêm, bỏ, đổi thủ tục, giấy tờ, kết quả, kết quả thay thế.

    Thoát 1 khi có khác nhau. JSON: sync, procedures (code, name, at, differences), total.

    \b
    Ví dụ:
      lienthong catalogue diff
      lienthong catalogue diff --since 2026-11-01
      lienthong catalogue diff 1.004222
      lienthong catalogue diff --local
    """
    if local and since is not None:
        raise click.UsageError("--local has no --since / --local không dùng với --since")
    return run(_diff(config, code, since, limit, local=local, as_json=as_json))


async def _diff(
    config: Path, code: str, since: datetime | None, limit: int, *, local: bool, as_json: bool
) -> int:
    from zoneinfo import ZoneInfo

    from lienthong.identity import ProcedureCode

    from ._output import local_time, say, show_json

    wanted = ProcedureCode.parse(code).national.value if code else ""
    async with _opened(config) as (desk, store):
        if local:
            found = [
                item
                for item in _contradictions(desk, desk.catalogue.national)
                if wanted in ("", item["code"])
            ]
            _show_local(found[:limit], len(found), as_json=as_json)
            return NEGATIVE if found else OK
        newest = await store.syncs()
        of_all = bool(wanted or since)
        sync_id = "" if of_all or not newest else newest[0].id
        moment = since.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")) if since else None
        changes = (
            await store.changes(sync_id=sync_id, code=wanted, since=moment, limit=limit)
            if newest
            else []
        )
        total = sum(await store.counts(sync_id)) if sync_id else len(changes)
    if as_json:
        listed = [_change_json(item) for item in changes]
        show_json({"sync": sync_id or None, "procedures": listed, "total": total})
    elif not newest:
        say("Chưa cập nhật từ quốc gia lần nào: lienthong catalogue sync")
    else:
        if sync_id:
            last = newest[0]
            say(
                f"Lần cập nhật {local_time(last.began_at)} ({_STATES_VI[last.state]}): "
                f"{total} thủ tục thay đổi."
            )
        elif not changes:
            say("Không có thay đổi nào.")
        _show_changes(changes)
        if total > len(changes):
            say(f"Còn {total - len(changes)} thủ tục nữa: thêm --limit {total}")
    return NEGATIVE if changes else OK


def _show_changes(changes: Sequence[ProcedureChange]) -> None:
    from ._output import local_time, show_table

    rows = [
        (change.code, local_time(change.at), item.sentence_vi)
        for change in changes
        for item in change.differences
    ]
    if rows:
        show_table(["Thủ tục", "Lúc", "Thay đổi"], rows)


def _contradictions(desk: Desk, national: Any) -> Iterator[dict[str, Any]]:
    """Procedures whose file and whose national version say different things."""
    from lienthong.onceonly import contradictions

    for code, file in desk.catalogue.procedures.items():
        nation = national.get(code)
        said = contradictions(file, nation) if nation is not None else ()
        if said:
            yield {"code": code, "name": file.name, "differences": said}


def _show_local(found: list[dict[str, Any]], total: int, *, as_json: bool) -> None:
    from ._output import say, show_json, show_table

    if as_json:
        plain = [
            {**item, "differences": [_difference_json(one) for one in item["differences"]]}
            for item in found
        ]
        show_json({"sync": None, "procedures": plain, "total": total})
    elif not found:
        say("Tệp của ta và quốc gia không nói khác nhau ở đâu.")
    else:
        show_table(
            ["Thủ tục", "Tệp của ta → quốc gia"],
            [(item["code"], one.sentence_vi) for item in found for one in item["differences"]],
        )
        say("Tệp được dùng. Sửa tệp trong thư mục danh mục nếu quốc gia đúng.")


def _change_json(change: ProcedureChange) -> dict[str, Any]:
    return {
        "code": change.code,
        "name": change.name,
        "at": change.at.isoformat(),
        "differences": [_difference_json(item) for item in change.differences],
    }


def _difference_json(item: Difference) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(item)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
