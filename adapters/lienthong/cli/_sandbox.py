"""``lienthong sandbox``: the five national systems, emulated, in the foreground."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Final

import click

from ._exits import FAILED, OK
from ._parts import Command, json_option, shipped

_STOP_S: Final = 10.0


@click.command(cls=Command, name="sandbox")
@click.option(
    "--state",
    default=".sandbox",
    show_default=True,
    metavar="THƯ-MỤC",
    help="Thư mục của CA và dữ liệu mô phỏng.",
)
@click.option("--ports", default="fixed", show_default=True, type=click.Choice(["fixed", "free"]))
@click.option("--catalogue", metavar="THƯ-MỤC", help="Danh mục thủ tục (mặc định: bản đi kèm).")
@click.option(
    "--plan", metavar="TỆP", help="Tệp TOML các lỗi và công tắc (điều chưa rõ) ngay từ đầu."
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="HỆ=KÊNH",
    help="Kênh của một hệ thống trong cấu hình được ghi, ví dụ population=lgsp; lặp lại được.",
)
@click.option("--seed", default=0, show_default=True, metavar="SỐ", help="Để lỗi lặp lại được.")
@json_option
def command(
    state: str,
    ports: str,
    catalogue: str | None,
    plan: str | None,
    channels: tuple[str, ...],
    seed: int,
    *,
    as_json: bool,
) -> int:
    """Khởi động năm hệ thống quốc gia mô phỏng (cổng 7100 đến 7105) và chạy đến khi bấm Ctrl-C.

    Người và tổ chức đều không có thật. In địa chỉ, người, tài khoản, kênh; ghi cấu hình trỏ vào đây ở
    <state>/lienthong.toml.

    JSON (in khi sẵn sàng): pid, admin, urls, ca, config.

    \b
    Ví dụ:
      lienthong sandbox
      lienthong sandbox --ports free --state /tmp/thu
      lienthong sandbox --channel population=lgsp --channel land=vbdlis
    """
    from ._child import Admin, await_ready, require_sandbox, start
    from ._output import say, show_json

    require_sandbox()
    folder = Path(state)
    ready_file = folder / "ready.json"
    child = start(
        folder,
        ready_file,
        ports=ports,
        catalogue=Path(catalogue) if catalogue else shipped("catalogue"),
        seed=seed,
        plan=Path(plan) if plan else None,
        channels=channels,
        output=sys.stderr.fileno() if as_json else None,
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        child.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        ready = await_ready(child, ready_file)
        config = folder / "lienthong.toml"
        config.write_text(Admin(ready.admin).call("GET", "config"), encoding="utf-8")
        if as_json:
            show_json(
                {
                    "pid": ready.pid,
                    "admin": ready.admin,
                    "urls": dict(ready.urls),
                    "ca": ready.ca,
                    "config": config.resolve(),
                }
            )
        else:
            say(f"Cấu hình · configuration: {config}")
        sys.stdout.flush()
        code = child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
    return OK if code == 0 else FAILED
