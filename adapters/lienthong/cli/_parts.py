"""What all commands are made of: Vietnamese help, the options they share, and the step from click into asyncio."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_CHECKOUT: Final = _PACKAGE.parents[1] / "config"

CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Vietnamese(click.Command):
    """Headings and the help option in Vietnamese."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("options_metavar", "[TÙY-CHỌN]")
        super().__init__(*args, **options)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Cách dùng: ")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Hiện hướng dẫn này."
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [row for item in self.get_params(ctx) if (row := item.get_help_record(ctx))]
        if rows:
            with formatter.section("Tùy chọn"):
                formatter.write_dl(rows)


class Command(_Vietnamese):
    """A command."""


class Group(_Vietnamese, click.Group):
    """A group of commands."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("subcommand_metavar", "LỆNH [THAM-SỐ]...")
        super().__init__(*args, **options)

    def first_lines(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Name and first line of each command, in the order of their definition."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, item.get_short_help_str(120)) for name, item in found if item is not None]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Lệnh"):
            formatter.write_dl(self.first_lines(ctx))


def _config(ctx: click.Context, _param: click.Parameter, value: str | None) -> Path:
    if value or ctx.resilient_parsing:  # completion must not fail for want of a file
        return Path(value or "")
    return default_config()


def config_option(function: F) -> F:
    """``--config``: the configuration file; passed as ``config``, a path that may not exist."""
    return click.option(
        "-c",
        "--config",
        "config",
        metavar="TỆP",
        callback=_config,
        help="Tệp cấu hình (mặc định: LIENTHONG_CONFIG, rồi config/sandbox.toml).",
    )(function)


def json_option(function: F) -> F:
    """``--json``: one object on the last line of standard output, nothing else there; passed as ``as_json``."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="In một đối tượng JSON ở dòng cuối của đầu ra chuẩn, không in gì khác.",
    )(function)


def default_config() -> Path:
    """The configuration when none is named: the environment's, the current folder's, the checkout's.

    The copy inside an installed package is no default: what it would keep would lie among the program's files.

    Raises:
        ConfigurationError: There is none.
    """
    named = os.environ.get("LIENTHONG_CONFIG")
    if named:
        return Path(named)
    near = (
        Path("config/sandbox.toml"),
        Path(".sandbox/lienthong.toml"),
        _CHECKOUT / "sandbox.toml",
    )
    found = next((path for path in near if path.exists()), None)
    if found is not None:
        return found
    from lienthong.interface import ConfigurationError

    msg = (
        "No configuration is named and there is no config/sandbox.toml here. Use --config or LIENTHONG_CONFIG, or start "
        "`lienthong sandbox` in this folder, which writes .sandbox/lienthong.toml."
    )
    raise ConfigurationError(msg)


def shipped(name: str) -> Path:
    """A file or folder of ``config/``: the checkout's, or the copy inside the installed package."""
    checkout = _CHECKOUT / name
    return checkout if checkout.exists() else _PACKAGE / "_config" / name


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command's work, mostly to its exit code. Ctrl-C and SIGTERM cancel it, so that it can tidy up."""
    import asyncio
    import signal

    async def stoppable() -> T:
        task = asyncio.current_task()
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def quiet_log(level: str = "CRITICAL") -> None:
    """Sends log lines to standard error, redacted; commands that answer a person only log what is grave."""
    from lienthong.guard import configure_logging

    configure_logging(json=False, level=level)
