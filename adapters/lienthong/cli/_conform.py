"""``lienthong conform``: the conformance suite on a connector, on all, or on the deliberately broken twins."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ._exits import FAILED, OK
from ._parts import Command, json_option, run

if TYPE_CHECKING:
    from lienthong.testing import SuiteReport
    from lienthong.testing.twins import TriedTwin

T = TypeVar("T")
_STATUS_VI: Final = {"passed": "đạt", "failed": "hỏng", "not_applicable": "không áp dụng"}


@click.command(cls=Command, name="conform")
@click.argument("name", metavar="[TÊN]", required=False)
@click.option("--all", "every", is_flag=True, help="Mọi kết nối đã cài.")
@click.option("--twins", is_flag=True, help="Các bản cố ý làm hỏng: mỗi bản chỉ hỏng một điều.")
@json_option
def command(name: str | None, *, every: bool, twins: bool, as_json: bool) -> int:
    """Thử một kết nối bằng bộ kiểm tra chung (cần hệ thống mô phỏng cho năm hệ thống quốc gia).

    Mỗi kết nối được thử ở mọi dạng bản tin và kênh; TÊN/DẠNG/KÊNH chỉ thử một.

    JSON: passed, connectors (name, dialect, channel, passed, failed, checks (name, status, detail, promise));
    với --twins: passed, twins (name, failed, exact).

    \b
    Ví dụ:
      lienthong conform population
      lienthong conform population/soap/c06
      lienthong conform --all
      lienthong conform --twins
    """
    if sum((name is not None, every, twins)) != 1:
        msg = "name one connector, or --all, or --twins / nêu một tên, hoặc --all, hoặc --twins"
        raise click.UsageError(msg)
    if twins:
        return _twins(as_json=as_json)
    return _connectors(name, as_json=as_json)


def _connectors(name: str | None, *, as_json: bool) -> int:
    from lienthong.testing import find_subjects, subject_names

    from ._output import show_json

    names = (name,) if name is not None else subject_names()
    titles = [subject.title for each in names for subject in find_subjects(each)]
    reports = _at_once(_try_connector, titles)
    passed = all(report.passed for report in reports)
    if as_json:
        show_json({"passed": passed, "connectors": [_json(report) for report in reports]})
    else:
        _show(reports)
    return OK if passed else FAILED


def _twins(*, as_json: bool) -> int:
    from lienthong.testing.twins import TWINS

    from ._output import say, show_json, show_table

    tried = _at_once(_try_twin, list(TWINS))
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


def _try_connector(title: str) -> SuiteReport:
    from lienthong.testing import find_subjects, run_suite

    [subject] = find_subjects(title)
    return run(run_suite(subject))


def _try_twin(name: str) -> TriedTwin:
    from lienthong.testing.twins import try_twin

    return run(try_twin(name))


def _at_once(work: Callable[[str], T], names: Sequence[str]) -> list[T]:
    """Does the work for every name, each in a process of its own kind: checks of logs, tasks and memory look at all of it."""
    if len(names) == 1:
        return [work(names[0])]
    # Checks wait more than they count: twice as many as there are processors keep them busy.
    workers = min(len(names), 2 * (os.cpu_count() or 1), 8)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, names))


def _json(report: SuiteReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "dialect": report.dialect,
        "channel": report.channel,
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


def _show(reports: Sequence[SuiteReport]) -> None:
    """One line per dialect and channel; below it what failed."""
    from ._output import show_table

    show_table(
        ["Kết nối", "Dạng bản tin", "Kênh", *(word.capitalize() for word in _STATUS_VI.values())],
        [(item.name, item.dialect, item.channel, *_counts(item)) for item in reports],
    )
    failed = [
        (f"{report.name}/{report.dialect}/{report.channel}", item.name, item.promise, item.detail)
        for report in reports
        for item in report.results
        if item.status == "failed"
    ]
    if failed:
        show_table(["Kết nối", "Kiểm tra", "Phải giữ", "Đã thấy"], failed)


def _counts(report: SuiteReport) -> list[str]:
    counts = Counter[str](item.status for item in report.results)
    return [str(counts[status]) for status in _STATUS_VI]
