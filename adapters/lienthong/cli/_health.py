"""``lienthong health``: every system, certificate, token, queue and disk, each result with its age."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ._exits import FAILED, NEGATIVE, OK
from ._parts import Command, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong.health import Check, HealthReport

STATUS_VI: Final = {"pass": "tốt", "warn": "cảnh báo", "fail": "hỏng"}
_UNITS_VI: Final = {
    "day": "ngày",
    "s": "giây",
    "ms": "ms",
    "MB": "MB",
    "message": "bản tin",
    "paper": "giấy tờ",
    "procedure": "thủ tục",
    "rating": "đánh giá",
}
_EXITS: Final = {"pass": OK, "warn": NEGATIVE, "fail": FAILED}


@click.command(cls=Command, name="health")
@click.option(
    "--kept", is_flag=True, help="Chỉ xem kết quả lần kiểm tra trước, không gọi hệ thống nào."
)
@config_option
@json_option
def command(config: Path, *, kept: bool, as_json: bool) -> int:
    """Kiểm tra mọi hệ thống bằng lượt gọi nhẹ nhất, cùng chứng thư số, mã truy cập, hàng đợi, đĩa.

    Thoát 0 khi tốt, 1 khi có cảnh báo, 2 khi có mục hỏng. JSON theo dự thảo health+json: status, version,
    serviceId, description, time, checks (khóa "thành phần:phép đo"; mỗi mục có observedAgeSeconds).

    \b
    Ví dụ:
      lienthong health
      lienthong health --json
      lienthong health --kept        kết quả mà `lienthong run` vừa ghi
    """
    return run(_health(config, kept=kept, as_json=as_json))


async def _health(config: Path, *, kept: bool, as_json: bool) -> int:
    from lienthong.cases import Desk
    from lienthong.health import HealthChecker, load_report

    from ._output import say, show_json

    quiet_log()
    desk = await Desk.open(config)
    try:
        if kept:
            report = await load_report(desk.db, desk.settings, desk.now())
        else:
            report = await HealthChecker(desk).run()
    finally:
        await desk.aclose()
    if as_json:
        show_json(report.to_health_json())
    elif not report.checks:
        say("Chưa có kết quả kiểm tra nào được ghi lại: chạy `lienthong health`.")
    else:
        show_report(report)
    return NEGATIVE if not report.checks else _EXITS[report.status.value]


def show_report(report: HealthReport) -> None:
    """Prints the checks that are not well first, then all by component."""
    from lienthong.health import component_vi

    from ._output import age, local_time, say, show_table

    say(f"{report.description}: {STATUS_VI[report.status.value]}, {local_time(report.at)}")
    say()
    order = {"fail": 0, "warn": 1, "pass": 2}
    show_table(
        ["Thành phần", "Kết quả", "Đo được#", "Cách đây#", "Giải thích", "Khóa"],
        [
            (
                component_vi(check.component),
                STATUS_VI[check.status.value],
                _observed(check),
                age(check.age_s(report.at)),
                check.output_vi,
                check.name,
            )
            for check in sorted(report.checks, key=lambda item: order[item.status.value])
        ],
    )


def _observed(check: Check) -> str:
    from lienthong.health import BREAKER_VI

    if check.observed is None:
        return ""
    if check.measurement == "breaker":
        return BREAKER_VI.get(str(check.observed), str(check.observed))
    return f"{check.observed} {_UNITS_VI.get(check.unit, check.unit)}".strip()
