"""``lienthong sync``: what is told to the hub, what waits, what was set aside and why."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._exits import NEGATIVE, OK
from ._jobs import KINDS
from ._parts import Command, Group, config_option, json_option, run
from ._sync_jobs import COMMANDS, job_json, job_table, open_desk, show_jobs

if TYPE_CHECKING:
    from datetime import datetime

_KINDS_VI: Final = {"dossier": "hồ sơ", "progress": "bước xử lý"}

_reason = click.option(
    "--reason", default="", metavar="LÝ-DO", help="Chỉ những bản tin có lý do này, ví dụ refused."
)
_dossier = click.option(
    "--dossier", default="", metavar="MÃ", help="Chỉ những bản tin của hồ sơ này."
)


@click.group(cls=Group, name="sync")
def command() -> None:
    """Đồng bộ hồ sơ lên Trung tâm điều hành của Chính phủ. `lienthong run` tự làm theo lịch.

    \b
    Ví dụ:
      lienthong sync status
      lienthong sync run
      lienthong sync dead
      lienthong sync retry 41 42
      lienthong sync reconcile --day 2026-11-23
    """


@command.command(cls=Command, name="status")
@config_option
@json_option
def status(config: Path, *, as_json: bool) -> int:
    """Còn bao nhiêu bản tin chờ, lâu nhất từ khi nào, bao nhiêu bị gác lại.

    Thoát 1 khi có bản tin bị gác lại hoặc có việc đang tạm dừng. JSON: pending, sent, dead, skipped, in_doubt,
    oldest_pending_at, next_at, paused (kind, reason, since), jobs (việc gần nhất của mỗi loại).

    \b
    Ví dụ:
      lienthong sync status
    """
    return run(_status(config, as_json=as_json))


async def _status(config: Path, *, as_json: bool) -> int:
    from lienthong.hub import JOB_NAMES_VI

    from ._output import local_time, show_json, show_table

    async with open_desk(config) as desk:
        found = await desk.outbox.status()
        jobs = job_table(desk)
        paused = await jobs.paused()
        newest = [job for kind in KINDS for job in await jobs.history(kind, limit=1)]
    if as_json:
        show_json(
            {
                "paused": [
                    {"kind": kind, "reason": pause.reason, "since": pause.since.isoformat()}
                    for kind, pause in paused.items()
                ],
                "jobs": [job_json(job) for job in newest],
                "pending": found.pending,
                "sent": found.sent,
                "dead": found.dead,
                "skipped": found.skipped,
                "in_doubt": found.in_doubt,
                "oldest_pending_at": found.oldest_pending_at.isoformat()
                if found.oldest_pending_at
                else None,
                "next_at": found.next_at.isoformat() if found.next_at else None,
            }
        )
    else:
        show_table(
            ["Bản tin", "Số lượng#"],
            [
                ("đã gửi", found.sent),
                ("chờ gửi", found.pending),
                ("bị gác lại", found.dead),
                ("không cần gửi nữa", found.skipped),
                ("chưa rõ đã đến hay chưa", found.in_doubt),
                ("chờ lâu nhất từ", local_time(found.oldest_pending_at)),
                ("gửi tiếp lúc", local_time(found.next_at)),
                *(
                    (f"tạm dừng: {JOB_NAMES_VI.get(kind, kind)}", local_time(pause.since))
                    for kind, pause in paused.items()
                ),
            ],
        )
        show_jobs(newest)
    return NEGATIVE if found.dead or paused else OK


@command.command(cls=Command, name="run")
@click.option(
    "--within",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    metavar="GIÂY",
    help="Không bắt đầu bản tin mới sau chừng này giây.",
)
@config_option
@json_option
def run_now(config: Path, within: float, *, as_json: bool) -> int:
    """Gửi ngay mọi bản tin đến hạn.

    Thoát 1 khi còn bản tin chờ hoặc vừa bị gác lại. JSON: told, retried, dead, waiting.

    \b
    Ví dụ:
      lienthong sync run
      lienthong sync run --within 10
    """
    return run(_run_now(config, within, as_json=as_json))


async def _run_now(config: Path, within: float, *, as_json: bool) -> int:
    from ._output import say, show_json
    from ._progress import progress

    async with open_desk(config) as desk:
        total = (await desk.outbox.status()).pending
        with progress("Gửi lên Trung tâm", total, quiet=as_json) as advance:
            report = await desk.sync.drain(within, advance)
    if as_json:
        show_json(
            {
                "told": report.told,
                "retried": report.retried,
                "dead": report.dead,
                "waiting": report.waiting,
            }
        )
    else:
        say(
            f"Đã gửi {report.told} bản tin, {report.retried} lần gửi lại sau, "
            f"{report.dead} bị gác lại, còn {report.waiting} chờ."
        )
    return NEGATIVE if report.dead or report.waiting else OK


@command.command(cls=Command, name="dead")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="Số dòng."
)
@click.option("--after", default=0, metavar="SỐ", help="Xem tiếp sau bản tin có số này.")
@_reason
@_dossier
@config_option
@json_option
def dead(config: Path, limit: int, after: int, reason: str, dossier: str, *, as_json: bool) -> int:
    """Những bản tin bị gác lại: lý do, Trung tâm trả lời gì, phải làm gì.

    Thoát 1 khi có. JSON: dead (id, dossier, kind, attempts, code, message, reason_vi, reason_en, at), after.

    \b
    Ví dụ:
      lienthong sync dead
      lienthong sync dead --after 120      trang tiếp theo
      lienthong sync dead --reason refused
    """
    return run(_dead(config, limit, after, reason, dossier, as_json=as_json))


async def _dead(
    config: Path, limit: int, after: int, reason: str, dossier: str, *, as_json: bool
) -> int:
    from ._output import local_time, say, show_json, show_table

    async with open_desk(config) as desk:
        letters = await desk.outbox.dead(limit, after, reason=reason, dossier=dossier)
    following = letters[-1].id if len(letters) == limit else None
    if as_json:
        show_json(
            {
                "dead": [
                    {
                        "id": letter.id,
                        "dossier": letter.dossier,
                        "kind": letter.kind,
                        "attempts": letter.attempts,
                        "code": letter.last_code,
                        "message": letter.last_message,
                        "reason_vi": letter.reason_vi,
                        "reason_en": letter.reason_en,
                        "at": letter.at.isoformat(),
                    }
                    for letter in letters
                ],
                "after": following,
            }
        )
    elif not letters:
        say("Không có bản tin nào bị gác lại.")
    else:
        show_table(
            ["Số#", "Hồ sơ", "Loại", "Từ lúc", "Trung tâm trả lời", "Phải làm gì"],
            [
                (
                    letter.id,
                    letter.dossier,
                    _KINDS_VI.get(letter.kind, letter.kind),
                    local_time(letter.at),
                    letter.last_message,
                    letter.reason_vi,
                )
                for letter in letters
            ],
        )
        if following is not None:
            say(f"Còn nữa: lienthong sync dead --after {following}")
    return NEGATIVE if letters else OK


@command.command(cls=Command, name="retry")
@click.argument("ids", nargs=-1, type=int, metavar="[SỐ]...")
@click.option("--all", "everything", is_flag=True, help="Mọi bản tin bị gác lại.")
@_reason
@_dossier
@config_option
@json_option
def retry(
    config: Path,
    ids: tuple[int, ...],
    reason: str,
    dossier: str,
    *,
    everything: bool,
    as_json: bool,
) -> int:
    """Cho các bản tin bị gác lại vào hàng gửi lần nữa: theo số, theo lý do, theo hồ sơ, hoặc tất cả.

    JSON: retried (số bản tin).

    \b
    Ví dụ:
      lienthong sync retry 41 42
      lienthong sync retry --reason exhausted
      lienthong sync retry --all
    """
    if [bool(ids), bool(reason or dossier), everything].count(True) != 1:
        msg = (
            "give numbers of `lienthong sync dead`, or --reason and --dossier, or --all / "
            "cần số bản tin, hoặc --reason và --dossier, hoặc --all"
        )
        raise click.UsageError(msg)
    return run(_again(config, ids, reason, dossier, as_json=as_json))


async def _again(
    config: Path, ids: tuple[int, ...], reason: str, dossier: str, *, as_json: bool
) -> int:
    from ._output import say, show_json

    async with open_desk(config) as desk:
        number = await desk.outbox.retry(ids or None, desk.now(), reason=reason, dossier=dossier)
    if as_json:
        show_json({"retried": number})
    else:
        say(f"Đã cho {number} bản tin vào hàng gửi lại.")
    return OK


@command.command(cls=Command, name="give-up")
@click.argument("ids", nargs=-1, required=True, type=int, metavar="SỐ...")
@config_option
@json_option
def give_up(config: Path, ids: tuple[int, ...], *, as_json: bool) -> int:
    """Bỏ hẳn các bản tin bị gác lại, khi đã thấy chúng ở Trung tâm hoặc Trung tâm không bao giờ nhận.

    JSON: dropped (số bản tin).

    \b
    Ví dụ:
      lienthong sync give-up 41
    """
    return run(_drop(config, ids, as_json=as_json))


async def _drop(config: Path, ids: tuple[int, ...], *, as_json: bool) -> int:
    from ._output import say, show_json

    async with open_desk(config) as desk:
        number = await desk.outbox.give_up(ids)
    if as_json:
        show_json({"dropped": number})
    else:
        say(f"Đã bỏ {number} bản tin.")
    return OK


for _job_command in COMMANDS:
    command.add_command(_job_command)


@command.command(cls=Command, name="reconcile")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="NGÀY",
    help="Ngày đã gửi, giờ Việt Nam, dạng 2026-11-23 (mặc định: hôm qua).",
)
@click.option("--resend", is_flag=True, help="Gửi lại những gì Trung tâm thiếu.")
@config_option
@json_option
def reconcile(config: Path, day: datetime | None, *, resend: bool, as_json: bool) -> int:
    """Đối chiếu những hồ sơ đã gửi trong một ngày với những gì Trung tâm đang có.

    Thoát 1 khi có chênh lệch hoặc có hồ sơ Trung tâm không trả lời. JSON: day, at, told, compared, moving, unknown,
    ours, theirs (theo trạng thái), gaps (dossier, kind, ours, theirs), resent.

    \b
    Ví dụ:
      lienthong sync reconcile
      lienthong sync reconcile --day 2026-11-23 --resend
    """
    return run(_reconcile(config, day, resend=resend, as_json=as_json))


async def _reconcile(config: Path, day: datetime | None, *, resend: bool, as_json: bool) -> int:
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from lienthong.hub import Reconciler

    from ._output import say, show_json, show_table
    from ._progress import progress

    async with open_desk(config) as desk:
        yesterday = desk.now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")) - timedelta(days=1)
        room = Reconciler(desk.db, desk.gateway, desk.settings.hub, desk.now)
        with progress("Đối chiếu", 0, quiet=as_json) as advance:
            report = await room.run((day or yesterday).date(), advance)
        again = await room.resend(report.gaps) if resend else 0
    if as_json:
        show_json(report.to_json() | {"resent": again})
    else:
        say(
            f"Ngày {report.day:%d/%m/%Y}: gửi {report.told} hồ sơ, đối chiếu {report.compared}, "
            f"đang gửi {report.moving}, không rõ {report.unknown}, chênh lệch {len(report.gaps)}."
        )
        statuses = sorted({*report.ours, *report.theirs})
        if statuses:
            show_table(
                ["Trạng thái", "Ta đã gửi#", "Trung tâm có#"],
                [
                    (status or "không có", report.ours.get(status, 0), report.theirs.get(status, 0))
                    for status in statuses
                ],
            )
        if report.gaps:
            show_table(
                ["Hồ sơ", "Chênh lệch", "Ta", "Trung tâm"],
                [
                    (gap.dossier, _GAPS_VI[gap.kind], gap.ours, gap.theirs or "–")
                    for gap in report.gaps
                ],
            )
        if resend:
            say(f"Đã cho {again} hồ sơ vào hàng gửi lại.")
    return NEGATIVE if report.gaps or report.unknown else OK


_GAPS_VI: Final = {"missing": "Trung tâm không có", "status": "khác trạng thái"}
