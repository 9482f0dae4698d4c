"""``lienthong conform``: the conformance suite on a connector, on all, or on the deliberately broken twins."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import FAILED, OK
from ._parts import Command, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong.testing import SuiteReport

_STATUS_VI: Final = {"passed": "đạt", "failed": "hỏng", "not_applicable": "không áp dụng"}


@click.command(cls=Command, name="conform")
@click.argument("name", metavar="[TÊN]", required=False)
@click.option("--all", "every", is_flag=True, help="Mọi kết nối đã cài.")
@click.option("--twins", is_flag=True, help="Các bản cố ý làm hỏng: mỗi bản chỉ hỏng một điều.")
@json_option
def command(name: str | None, *, every: bool, twins: bool, as_json: bool) -> int:
    """Thử một kết nối bằng bộ kiểm tra chung (cần hệ thống mô phỏng cho năm hệ thống quốc gia).

    JSON: passed, connectors (name, passed, failed, checks (name, status, detail, promise));
    với --twins: passed, twins (name, failed, exact).

    \b
    Ví dụ:
      lienthong conform population
      lienthong conform --all
      lienthong conform --twins
    """
    if sum((name is not None, every, twins)) != 1:
        msg = "name one connector, or --all, or --twins / nêu một tên, hoặc --all, hoặc --twins"
        raise click.UsageError(msg)
    quiet_log()
    if twins:
        return run(_twins(as_json=as_json))
    return run(_connectors(name, as_json=as_json))


async def _connectors(name: str | None, *, as_json: bool) -> int:
    from lienthong.testing import find_subject, run_suite, subject_names

    from ._output import show_json

    reports = []
    for each in (name,) if name is not None else subject_names():
        report = await run_suite(find_subject(each))
        reports.append(report)
        if not as_json:
            _show(report)
    passed = all(report.passed for report in reports)
    if as_json:
        show_json({"passed": passed, "connectors": [_json(report) for report in reports]})
    return OK if passed else FAILED


async def _twins(*, as_json: bool) -> int:
    from lienthong.testing.twins import try_twins

    from ._output import say, show_json, show_table

    tried = await try_twins()
    passed = all(twin.exact for twin in tried)
    if as_json:
        rows = [{"name": x.name, "failed": list(x.failed), "exact": x.exact} for x in tried]
        show_json({"passed": passed, "twins": rows})
    else:
        show_table(
            ["Bản hỏng", "Kiểm tra phát hiện", "Kết quả"],
            [(x.name, ", ".join(x.failed) or "–", "đạt" if x.exact else "hỏng") for x in tried],
        )
        say(f"{sum(x.exact for x in tried)}/{len(tried)} bản hỏng bị phát hiện đúng một lỗi")
    return OK if passed else FAILED


def _json(report: SuiteReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "passed": report.passed,
        "failed": list(report.failed),
        "checks": [
            {
                "name": item.name,
                "status": item.status,
                "detail": item.detail,
                "promise": item.promise,
                "duration_ms": round(item.duration_ms, 1),
            }
            for item in report.results
        ],
    }


def _show(report: SuiteReport) -> None:
    from ._output import say, show_table

    counts = {
        status: sum(item.status == status for item in report.results) for status in _STATUS_VI
    }
    rows = [
        (item.name, _STATUS_VI[item.status], item.detail or item.promise)
        for item in report.results
        if item.status == "failed"
    ]
    if rows:
        show_table(["Kiểm tra", "Kết quả", "Vì sao"], rows)
    told = ", ".join(f"{_STATUS_VI[status]} {number}" for status, number in counts.items())
    say(f"{report.name}: {told}")
