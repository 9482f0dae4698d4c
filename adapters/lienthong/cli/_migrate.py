"""``lienthong migrate``: the tables brought to the version of this program."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path

import click

from ._exits import OK
from ._parts import Command, config_option, json_option, quiet_log, run


@click.command(cls=Command, name="migrate")
@config_option
@json_option
def command(config: Path, *, as_json: bool) -> int:
    """Đưa cơ sở dữ liệu lên đúng phiên bản của chương trình. Chạy lại nhiều lần không sao.

    JSON: before, after (phiên bản).

    \b
    Ví dụ:
      lienthong migrate -c /etc/lienthong/lienthong.toml
    """
    return run(_migrate(config, as_json=as_json))


async def _migrate(config: Path, *, as_json: bool) -> int:
    from lienthong.settings import load_settings
    from lienthong.storage import Database, migrate, revision

    from ._output import say, show_json

    quiet_log()
    url = load_settings(config).store.url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    db = Database.open(url)
    try:
        before = await revision(db)
        await migrate(url)
        after = await revision(db)
    finally:
        await db.aclose()
    if as_json:
        show_json({"before": before, "after": after})
    elif before == after:
        say(f"Cơ sở dữ liệu đã đúng phiên bản {after}.")
    else:
        say(f"Đã đưa cơ sở dữ liệu từ phiên bản {before or 'trống'} lên {after}.")
    return OK
