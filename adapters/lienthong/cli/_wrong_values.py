"""``lienthong wrong-values``: what desks report wrong in national registers, and what was answered."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._events import OUTCOMES_VI
from ._exits import OK
from ._parts import Command, Group, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong.cases import WrongValue

_STATUSES: Final = ("open", "answered", "rejected", "corrected")
_ANSWERS: Final = {"looking": "answered", "rejected": "rejected", "corrected": "corrected"}


@click.group(cls=Group, name="wrong-values")
def command() -> None:
    """Thông tin sai trong cơ sở dữ liệu quốc gia do bộ phận một cửa báo.

    Khi chưa có kết quả, giấy tờ liên quan được yêu cầu nộp; khi có kết quả, các hồ sơ đang mở được tính lại.

    \b
    Ví dụ:
      lienthong wrong-values list
      lienthong wrong-values show 0193a6…
      lienthong wrong-values answer 0193a6… corrected --officer vanhanh01 --text "Đã cập nhật"
    """


@command.command(cls=Command, name="list")
@click.option("--status", type=click.Choice(_STATUSES), help="Chỉ các báo sai ở tình trạng này.")
@click.option("--after", default="", metavar="MÃ", help="Sau báo sai này (trang tiếp theo).")
@click.option("--limit", default=50, type=click.IntRange(1, 500), help="Số dòng (mặc định 50).")
@config_option
@json_option
def list_(config: Path, status: str | None, after: str, limit: int, *, as_json: bool) -> int:
    """Liệt kê báo sai, cũ nhất trước; không có nội dung cá nhân.

    JSON: wrong_values (id, dossier, component, system, service, attribute, status, officer, agency, reported_at,
    answered_by, answered_at, decision_id, evidence_id, request_id).

    \b
    Ví dụ:
      lienthong wrong-values list --status open
    """
    return run(_list(config, status, after, limit, as_json=as_json))


@command.command(cls=Command, name="show")
@click.argument("report", metavar="MÃ")
@config_option
@json_option
def show(config: Path, report: str, *, as_json: bool) -> int:
    """Xem một báo sai với nội dung, để chuyển cho cơ quan quản lý cơ sở dữ liệu. Có dữ liệu cá nhân.

    JSON: như list, thêm held, right, note, answer.

    \b
    Ví dụ:
      lienthong wrong-values show 0193a6…
    """
    return run(_show(config, report, as_json=as_json))


@command.command(cls=Command, name="report")
@click.option("--dossier", required=True, metavar="MÃ", help="Mã hồ sơ đang mở.")
@click.option(
    "--component", required=True, metavar="MÃ", help="Giấy tờ có quyết định dựa trên dữ liệu sai."
)
@click.option(
    "--attribute", required=True, metavar="TÊN", help="Thông tin sai, ví dụ permanent_address."
)
@click.option("--right", required=True, metavar="NỘI-DUNG", help="Thông tin đúng theo giấy tờ gốc.")
@click.option("--note", default="", metavar="NỘI-DUNG", help="Ghi chú.")
@config_option
@json_option
def report(
    config: Path,
    dossier: str,
    component: str,
    attribute: str,
    right: str,
    note: str,
    *,
    as_json: bool,
) -> int:
    """Báo một thông tin sai; giấy tờ của hồ sơ được tính lại ngay.

    JSON: như show.

    \b
    Ví dụ:
      lienthong wrong-values report --dossier H31.14-261123-0001 --component 000.00.00.G15-KQ003785 \\
        --attribute permanent_address --right "Số 9 phố Mẫu"
    """
    return run(_report(config, dossier, component, attribute, right, note, as_json=as_json))


@command.command(cls=Command, name="answer")
@click.argument("report", metavar="MÃ")
@click.argument("outcome", type=click.Choice(tuple(_ANSWERS)), metavar="KẾT-QUẢ")
@click.option("--text", required=True, metavar="NỘI-DUNG", help="Nội dung trả lời.")
@click.option("--officer", required=True, metavar="TÀI-KHOẢN", help="Người nhập trả lời.")
@config_option
@json_option
def answer(
    config: Path, report: str, outcome: str, text: str, officer: str, *, as_json: bool
) -> int:
    """Ghi trả lời của cơ quan quản lý: looking (đang xem xét), rejected (không sai), corrected (đã sửa).

    JSON: như show.

    \b
    Ví dụ:
      lienthong wrong-values answer 0193a6… corrected --officer vanhanh01 --text "Đã cập nhật"
    """
    return run(_answer(config, report, outcome, text, officer, as_json=as_json))


async def _list(config: Path, status: str | None, after: str, limit: int, *, as_json: bool) -> int:
    from lienthong import OneStop

    from ._output import local_time, say, show_json, show_table

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        found = await one_stop.wrong_values(status=status, after=after, limit=limit)
    if as_json:
        show_json({"wrong_values": [_plain(item) for item in found]})
    elif not found:
        say("Không có báo sai nào.")
    else:
        show_table(
            ["Mã", "Lúc", "Hồ sơ", "Hệ thống", "Thông tin", "Tình trạng"],
            [
                (
                    item.id,
                    local_time(item.reported_at),
                    item.dossier,
                    item.system,
                    item.attribute,
                    OUTCOMES_VI[item.status.value],
                )
                for item in found
            ],
        )
        if len(found) == limit:
            say(f"Có thể còn nữa: lienthong wrong-values list --after {found[-1].id}")
    return OK


async def _show(config: Path, report: str, *, as_json: bool) -> int:
    from lienthong import OneStop

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        found = await one_stop.wrong_value(report)
    _print(found, as_json=as_json)
    return OK


async def _report(
    config: Path,
    dossier: str,
    component: str,
    attribute: str,
    right: str,
    note: str,
    *,
    as_json: bool,
) -> int:
    from lienthong import OneStop

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.case(dossier)
        found = await case.report_wrong_value(
            attribute, right=right, component=component, note=note
        )
    _print(found, as_json=as_json)
    return OK


async def _answer(
    config: Path, report: str, outcome: str, text: str, officer: str, *, as_json: bool
) -> int:
    from lienthong import OneStop

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        found = await one_stop.answer_wrong_value(report, _ANSWERS[outcome], text, officer=officer)
    _print(found, as_json=as_json)
    return OK


def _print(item: WrongValue, *, as_json: bool) -> None:
    from ._output import local_time, show_json, show_table

    if as_json:
        show_json(_plain(item))
        return
    text = item.text
    rows: list[tuple[str, str]] = [
        ("Mã", item.id),
        ("Tình trạng", OUTCOMES_VI[item.status.value]),
        ("Hồ sơ", item.dossier),
        ("Giấy tờ", item.component or "–"),
        ("Nguồn", f"{item.system}/{item.service}"),
        ("Thông tin", item.attribute),
        ("Người báo", f"{item.officer}, {item.agency}, {local_time(item.reported_at)}"),
    ]
    if text is not None:
        rows += [("Đang có", text.held), ("Đúng là", text.right), ("Ghi chú", text.note or "–")]
        rows += [("Trả lời", text.answer or "–")]
    if item.answered_at is not None:
        rows.append(("Người nhập", f"{item.answered_by}, {local_time(item.answered_at)}"))
    show_table(["Mục", "Nội dung"], rows)


def _plain(item: WrongValue) -> dict[str, Any]:
    from dataclasses import asdict

    value = asdict(item)
    text = value.pop("text")
    return value | (text or {})
