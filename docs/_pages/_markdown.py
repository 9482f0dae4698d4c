"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_ROLE = re.compile(r":\w+:`~?([^`]+)`")


def note(source: str) -> str:
    """The line that tells editors where a page comes from."""
    return f"<!-- Written by docs/_generate.py from {source}. Do not edit: change the code, then run it again. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are escaped, newlines become spaces."""
    lines = [_row(head), "|" + "---|" * len(head)]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def prose(docstring: str | None) -> str:
    """The first paragraph of a docstring as Markdown: roles and double backticks become code."""
    first = (docstring or "").strip().partition("\n\n")[0]
    text = " ".join(first.split())
    return _ROLE.sub(lambda match: f"`{match[1].rpartition('.')[2]}`", text).replace("``", "`")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
