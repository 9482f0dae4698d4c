"""``lienthong completion``: the shell's script that completes our commands and options."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import click

from ._exits import OK
from ._parts import Command, json_option


@click.command(cls=Command, name="completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
def command(shell: str, *, as_json: bool) -> int:
    """In mã gợi ý lệnh cho bash, zsh, fish.

    JSON: shell, script.

    \b
    Ví dụ:
      lienthong completion bash >> ~/.bashrc
      lienthong completion zsh > ~/.zfunc/_lienthong
      lienthong completion fish > ~/.config/fish/completions/lienthong.fish
    """
    from click.shell_completion import get_completion_class

    from ._main import cli
    from ._output import show_json

    kind = get_completion_class(shell)
    if kind is None:
        msg = f"click knows no completion for {shell}"
        raise click.ClickException(msg)
    # The class's own source() of bash first starts a bash to ask for its version; the template needs nothing of it.
    maker = kind(cli, {}, "lienthong", "_LIENTHONG_COMPLETE")
    script = maker.source_template % maker.source_vars()
    if as_json:
        show_json({"shell": shell, "script": script})
    else:
        click.echo(script)
    return OK
