"""``lienthong events``: what became known of cases afterwards, for a one-stop system that asks instead of being called."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._exits import OK
from ._parts import Command, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong.cases import CaseEvent, EventPage

_PAGE: Final = 500
_LOOK_S: Final = 2.0
_KINDS_VI: Final = {
    "settled": "đã kiểm tra lại",
    "expired": "quá hạn chờ",
    "identity": "xác thực người nộp",
    "wrong_value": "trả lời báo sai",
}
OUTCOMES_VI: Final = {
    "waived": "miễn nộp",
    "ask": "cần nộp",
    "consent": "hỏi người nộp",
    "verified": "khớp",
    "mismatch": "không khớp",
    "questioned": "cần đối chiếu",
    "not_licensed": "chưa được tra cứu",
    "none": "chưa xác thực",
    "open": "chưa trả lời",
    "answered": "đang xem xét",
    "rejected": "không sai",
    "corrected": "đã sửa",
}


@click.command(cls=Command, name="events")
@click.option(
    "--after",
    type=click.IntRange(0),
    metavar="SỐ",
    help="Chỉ các sự kiện sau số này (mặc định: từ sự kiện cũ nhất còn lưu).",
)
@click.option("--follow", is_flag=True, help="Chờ và in sự kiện mới cho đến khi dừng bằng Ctrl-C.")
@config_option
@json_option
def command(config: Path, after: int | None, *, follow: bool, as_json: bool) -> int:
    """Kết quả có sau khi tiếp nhận: giấy tờ tiếp nhận tạm đã kiểm tra, quá hạn chờ, trả lời báo sai.

    Không có dữ liệu cá nhân. Đọc tiếp bằng --after với số cuối cùng đã thấy thì không sót sự kiện nào; sự kiện chưa đọc mà
    đã quá thời hạn lưu (callback.keep_days) thì báo lỗi.

    JSON: events (id, kind, dossier, component, outcome, sentence_vi, sentence_en, at), after. Với --follow: mỗi sự
    kiện một dòng.

    \b
    Ví dụ:
      lienthong events
      lienthong events --after 41 --json
      lienthong events --follow
    """
    return run(_events(config, after, follow=follow, as_json=as_json))


async def _events(config: Path, after: int | None, *, follow: bool, as_json: bool) -> int:
    from lienthong import OneStop

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        if follow:
            while True:
                page = await one_stop.events(after=after, limit=_PAGE)
                for event in page.events:
                    _show_line(event, as_json=as_json)
                after = page.after
                if not page.events:
                    await asyncio.sleep(_LOOK_S)
        _show(await one_stop.events(after=after, limit=_PAGE), as_json=as_json)
    return OK


def _show(page: EventPage, *, as_json: bool) -> None:
    from ._output import say, show_json, show_table

    if as_json:
        show_json({"events": [event.to_json() for event in page.events], "after": page.after})
        return
    if not page.events:
        say("Chưa có sự kiện mới.")
        return
    show_table(
        ["Số#", "Lúc", "Hồ sơ", "Sự kiện", "Kết quả", "Giải thích"], map(_cells, page.events)
    )
    if len(page.events) == _PAGE:
        say(f"Còn nữa: lienthong events --after {page.after}")


def _show_line(event: CaseEvent, *, as_json: bool) -> None:
    from ._output import say, show_json

    if as_json:
        show_json(event.to_json())
        sys.stdout.flush()  # whoever reads the other end of a pipe wants it now
    else:
        say("  ".join(str(cell) for cell in _cells(event)))


def _cells(event: CaseEvent) -> tuple[object, ...]:
    from ._output import local_time

    return (
        event.id,
        local_time(event.at),
        event.dossier,
        _KINDS_VI[event.kind],
        OUTCOMES_VI.get(event.outcome, event.outcome),
        event.sentence_vi,
    )
