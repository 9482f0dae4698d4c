"""``lienthong keys``: the keyring file."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path

import click

from ._exits import OK
from ._parts import Command, Group, config_option, json_option, quiet_log


@click.group(cls=Group, name="keys")
def command() -> None:
    """Bộ khóa mã hóa dữ liệu cá nhân.

    \b
    Ví dụ:
      lienthong keys create -c /etc/lienthong/lienthong.toml
    """


@command.command(cls=Command, name="create")
@config_option
@json_option
def create(config: Path, *, as_json: bool) -> int:
    """Tạo tệp bộ khóa tại store.keys, quyền 0600; tệp đã có thì không ghi đè.

    Sao lưu tệp này riêng với cơ sở dữ liệu: mất nó thì không đọc được dữ liệu đã mã hóa.

    JSON: keys (đường dẫn).

    \b
    Ví dụ:
      lienthong keys create -c /etc/lienthong/lienthong.toml
    """
    from lienthong.guard import Keyring
    from lienthong.settings import load_settings

    from ._output import say, show_json

    quiet_log()
    path = load_settings(config).store.keys
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    Keyring.create(path)
    if as_json:
        show_json({"keys": path})
    else:
        say(f"Đã tạo bộ khóa {path}. Hãy sao lưu riêng với cơ sở dữ liệu.")
    return OK
