"""What commands print: tables for people, one object for machines, dates as Vietnamese people write them."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console

    from lienthong.interface import Provenance

_PLAIN_WIDTH: Final = 1000
"""Width where no terminal says one: long sentences stay on their line."""

_WHOLE: Final = 22
"""Longest cell of a column that is never broken, characters."""


def console() -> Console:
    """Standard output for people: colours and the terminal's width there, plain text elsewhere."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, no_color=True, width=_PLAIN_WIDTH)


def show_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = ""
) -> None:
    """Prints a table; columns whose name ends in ``#`` are numbers and stand on the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold" if terminal else "",
        box=box.SIMPLE_HEAD if terminal else None,
        header_style="bold" if terminal else "",
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    listed = [tuple(str(cell) for cell in row) for row in rows]
    for place, name in enumerate(columns):
        number = name.endswith("#")
        longest = max((len(row[place]) for row in listed), default=0)
        # Words and numbers stay whole, so that a narrow terminal's lines are broken in the sentences alone.
        table.add_column(
            name.rstrip("#"),
            justify="right" if number else "left",
            overflow="fold",
            no_wrap=longest <= _WHOLE,
        )
    for row in listed:
        table.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    out = console()
    out.print(table)
    out.print()


_STYLES: Final = {
    "tốt": "green",
    "khớp": "green",
    "miễn nộp": "green",
    "cảnh báo": "yellow",
    "gần giống": "yellow",
    "tạm chưa cần": "yellow",
    "hỏng": "red",
    "khác": "red",
}


def _style(cell: str) -> str:
    return _STYLES.get(cell, "")


def say(text: str = "") -> None:
    """Prints a line for people."""
    console().print(text, markup=False)


def show_json(value: dict[str, Any]) -> None:
    """Prints the one object, on one line."""
    import orjson

    print(orjson.dumps(value, default=_plain).decode())


def _plain(value: object) -> Any:
    from decimal import Decimal
    from pathlib import Path

    if isinstance(value, Path | Decimal):
        return str(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError


def local_time(moment: datetime | None) -> str:
    """A moment as people here write it: ``24/11/2026 08:30``, Vietnam time."""
    if moment is None:
        return "–"
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo('Asia/Ho_Chi_Minh')):%d/%m/%Y %H:%M}"


def age(seconds: float) -> str:
    """An age in words: ``3 giây``, ``5 phút``, ``2 giờ``, ``4 ngày``."""
    for size, unit in ((86400, "ngày"), (3600, "giờ"), (60, "phút")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} giây"


def provenance_json(provenance: Provenance | None) -> dict[str, Any] | None:
    """Where an answer came from, for JSON."""
    if provenance is None:
        return None
    return {
        "system": provenance.system,
        "service": provenance.service,
        "dialect": provenance.dialect,
        "channel": provenance.channel,
        "request_id": provenance.request_id,
        "answered_at": provenance.answered_at.isoformat(),
        "sha256": provenance.sha256,
    }
