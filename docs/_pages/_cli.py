"""``reference/cli.md``: the command line, from click's own help."""

from __future__ import annotations

from collections.abc import Iterator

import click

from lienthong.cli._main import cli

from ._markdown import note

_WIDTH = 96


def cli_page() -> str:
    """The whole page."""
    parts = ["# The command line", note("the help texts of the commands"), _INTRODUCTION]
    for path, command in commands():
        level = "##" if len(path) < 3 else "###"
        parts += [f"{level} `{' '.join(path)}`", f"```text\n{_help(path, command)}\n```"]
    return "\n\n".join(parts)


_INTRODUCTION = """`lienthong --help` and `lienthong <command> --help` print the same texts, Vietnamese first. Every command that answers
takes `--json`: one object on the last line of standard output. An error is then `{"error": {"code", "message", "desk_vi", "operator"}}`.

The configuration is, in this order: `--config`, the file named by `LIENTHONG_CONFIG`, `config/sandbox.toml` in the current folder,
`.sandbox/lienthong.toml` there (`lienthong sandbox` writes it), the copy that comes with the package.

| exit code | meaning |
|---|---|
| 0 | done; for `health`: pass |
| 1 | done, and the answer is no or a warning: mismatch, questioned; for `health`: warn |
| 2 | it failed; for `health`: fail |
| 64 | the command was used wrongly, or a value in it is malformed |
| 78 | the configuration, or a file of the catalogue, is wrong |
| 130 | interrupted |"""


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its path, in the order of the help."""
    yield from _below(("lienthong",), cli)


def _below(
    path: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _below((*path, name), child)


def _help(path: tuple[str, ...], command: click.Command) -> str:
    """The help as printed: with the settings that a command inherits from those above it."""
    context = _context(cli, path[0], None)
    above: click.Command = cli
    for name in path[1:]:
        found = above.get_command(context, name) if isinstance(above, click.Group) else None
        if found is None:
            msg = f"{name} is no command"
            raise LookupError(msg)
        above, context = found, _context(found, name, context)
    return "\n".join(
        line.rstrip() for line in click.unstyle(command.get_help(context)).splitlines()
    )


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    wanted = {**command.context_settings, "terminal_width": _WIDTH}
    return click.Context(command, info_name=name, parent=parent, **wanted)
