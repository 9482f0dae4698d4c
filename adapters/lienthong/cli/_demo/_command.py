"""The command: folder, sandbox, morning, tables; whatever happens, nothing of ours keeps running unasked."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from lienthong.cli._exits import FAILED, OK
from lienthong.cli._parts import Command, json_option, quiet_log, run, shipped

if TYPE_CHECKING:
    from lienthong.cli._child import Ready

    from ._folder import Folder
    from ._numbers import Numbers

_HUB: Final = "operations_centre"
_STORE: Final = "paper_store"
_STOP_S: Final = 10.0
_LINE_S: Final = 3.0

# What an impatient audience needs: short rests and deadlines, and an operator's decision on steps in doubt.
_SETTINGS: Final = """
[desk]
deadline_s = 3.0

[hub]
backoff_s = 0.2
backoff_max_s = 2.0
in_doubt = "hold"
"""
_LIMITS: Final = """
[systems.{system}.limits]
connect_s = 1.0
attempt_s = 2.5
breaker_failures = 4
breaker_open_s = 1.0
"""


@click.command(cls=Command, name="demo")
@click.option(
    "--cases", default=220, show_default=True, type=click.IntRange(1, 5000), metavar="SỐ",
    help="Số hồ sơ của buổi sáng.",
)  # fmt: skip
@click.option(
    "--data", default=".demo", show_default=True, metavar="THƯ-MỤC", help="Thư mục dữ liệu."
)
@click.option("--keep", is_flag=True, help="Để hệ thống mô phỏng và dữ liệu lại để thử tiếp.")
@click.option("--fresh", is_flag=True, help="Bỏ dữ liệu của lần chạy trước, làm lại từ đầu.")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), metavar="SỐ",
    help="Buổi sáng khác, lặp lại được.",
)  # fmt: skip
@json_option
def command(cases: int, data: str, seed: int, *, keep: bool, fresh: bool, as_json: bool) -> int:
    """Chạy thử một buổi sáng ở bộ phận một cửa: hồ sơ thật của thủ tục thật, người không có thật.

    Năm hệ thống quốc gia mô phỏng chạy trên máy này; một hệ thống ngừng rồi chạy lại, một hạn chế lượt gọi, một
    trả lời chậm. Bị ngắt giữa chừng thì chạy lại sẽ làm tiếp. Thoát 0 khi mọi điều phải luôn đúng đều đúng, nếu không thì 2.

    JSON: xem docs/reference/demo-json.md.

    \b
    Ví dụ:
      lienthong demo
      lienthong demo --keep            rồi thử health, plan, sync
      lienthong demo --cases 60 --json
    """
    from lienthong.cli._child import require_sandbox

    from ._folder import opened

    require_sandbox()
    quiet_log()
    started = time.monotonic()
    with (
        opened(Path(data), seed=seed, cases=cases, fresh=fresh) as folder,
        _progress(as_json=as_json) as progress,
    ):
        if folder.resumed:
            progress("tiếp tục lần chạy trước", 0, cases)
        numbers, ready = _played(folder, progress, keep=keep)
    seconds = time.monotonic() - started
    kept = ready if keep else None
    _report(folder, numbers, kept, seconds, as_json=as_json)
    if kept is None and numbers.good:
        folder.remove()
    return OK if numbers.good else FAILED


def _played(
    folder: Folder, progress: Callable[[str, int, int], None], *, keep: bool
) -> tuple[Numbers, Ready]:
    """Plays the morning on a sandbox that is stopped afterwards, unless it is to be kept and all went well."""
    from lienthong.cli._child import Admin

    from ._morning import play

    progress("khởi động hệ thống mô phỏng", 0, folder.cases)
    finished = False
    ready, stop = _sandbox(folder)
    try:
        admin = Admin(ready.admin)
        text: str = admin.call("GET", "config")
        store = _paper_store(admin.call("GET", f"config?{_HUB}=proxy"))
        limits = "".join(_LIMITS.format(system=system) for system in (*ready.urls, _STORE))
        folder.config.write_text(f"{text}\n{store}{_SETTINGS}{limits}", encoding="utf-8")

        numbers = run(play(folder, admin, progress))
        finished = True
        return numbers, ready
    finally:
        if not (keep and finished):
            stop()


def _paper_store(config: str) -> str:
    """The national store of digitised papers as a system of its own: a province reaches it through its proxy, and tells its
    cases by the adapter.
    """
    hub = config[config.index(f"[systems.{_HUB}]") :]
    return hub.replace(f"systems.{_HUB}", f"systems.{_STORE}")


def _sandbox(folder: Folder) -> tuple[Ready, Callable[[], None]]:
    """The sandbox of the folder, found running (kept, or left by a kill) or started; and how to stop it."""
    from lienthong.cli._child import Admin, await_ready, running, start, wait_gone

    found = running(folder.ready, folder.state)
    if found is not None:
        ready = found

        def stop_found() -> None:
            # It answered at the address of its ready file with our folder as its state: it is ours.
            with suppress(ProcessLookupError):
                os.kill(ready.pid, signal.SIGTERM)
            wait_gone(Admin(ready.admin), _STOP_S, lambda: True)

        return ready, stop_found
    with folder.log.open("ab") as log:
        child = start(
            folder.state,
            folder.ready,
            ports="free",
            catalogue=shipped("catalogue"),
            seed=folder.seed,
            output=log.fileno(),
        )

    def stop_child() -> None:
        child.terminate()
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    try:
        return await_ready(child, folder.ready), stop_child
    except BaseException:
        stop_child()
        raise


@contextmanager
def _progress(*, as_json: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal; elsewhere a line on standard error every few seconds."""
    if as_json or not sys.stdout.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns: tuple[Any, ...] = (
        TextColumn("Buổi sáng"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield step


def _lines() -> Callable[[str, int, int], None]:
    last, shown = -_LINE_S, ""

    def step(what: str, done: int, total: int) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if what != shown or now - last >= _LINE_S:
            print(f"{done}/{total} {what}".rstrip(), file=sys.stderr, flush=True)
            last, shown = now, what

    return step


def _report(
    folder: Folder,
    numbers: Numbers,
    kept: Ready | None,
    seconds: float,
    *,
    as_json: bool,
) -> None:
    from lienthong.cli._output import show_json

    from ._show import show, show_next
    from ._trouble import EVENTS

    if as_json:
        body = numbers.to_json() | {
            "troubles": [event.system for event in EVENTS if event.fault],
            "resumed": folder.resumed,
            "seconds": round(seconds, 2),
            "data": folder.path.resolve() if kept or not numbers.good else None,
        }
        if kept is not None:
            body["sandbox"] = {
                "pid": kept.pid,
                "admin": kept.admin,
                "urls": dict(kept.urls),
                "config": folder.config.resolve(),
            }
        show_json(body)
        return
    show(numbers, seconds, resumed=folder.resumed)
    if numbers.good:
        show_next(folder.config, kept, numbers.example)
        return
    broken = "; ".join(item.name for item in numbers.invariants if not item.holds)
    print(
        f"Lỗi: có điều phải luôn đúng mà không đúng ({broken}). Dữ liệu còn ở {folder.path}.\n"
        f"Invariants that do not hold: {broken}. The data is kept in {folder.path}.",
        file=sys.stderr,
    )
