"""Rows of a CSV file, one at a time: looked through once before any output, so that a bad row is named before the work starts."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import codecs
import csv
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

__all__ = ["Rows", "progress", "write_array"]

_ENCODING: Final = "not UTF-8; save the file as CSV UTF-8 / hãy lưu tệp dạng CSV UTF-8"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file that has been looked through; memory does not grow with their number."""

    file: Path
    delimiter: str
    count: int

    @classmethod
    def of(
        cls,
        file: Path,
        columns: Collection[str],
        check: Callable[[Mapping[str, str]], str | None] = lambda _: None,
    ) -> Rows:
        """Look through ``file``; raises ``click.UsageError`` that names the row and what to do.

        ``columns`` must be in the first line. ``check`` says what is wrong with a row, or nothing.
        """
        delimiter = _delimiter(file)
        rows = cls(file, delimiter, 0)
        count = 0
        for number, row in rows.numbered():
            if count == 0:
                _require(file, row, columns)
            count += 1
            if wrong := check(row):
                msg = f"{file.name}, row {number} / dòng {number}: {wrong}"
                raise click.UsageError(msg)
        if count == 0:
            msg = f"{file.name}: no rows below the first line / tệp không có dòng dữ liệu nào"
            raise click.UsageError(msg)
        return cls(file, delimiter, count)

    def numbered(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Each row with its number as a spreadsheet shows it (the first line is 1)."""
        number = 1
        try:
            # A broken letter is left for the row that holds it, so that the row can be named.
            with self.file.open(
                encoding="utf-8-sig", newline="", errors="surrogateescape"
            ) as stream:
                for row in csv.DictReader(
                    stream, restkey="", restval="", delimiter=self.delimiter, strict=True
                ):
                    number += 1
                    row.pop("", None)  # cells beyond the last column
                    if not all(map(_readable, row.values())):
                        msg = f"{self.file.name}, row {number} / dòng {number}: {_ENCODING}"
                        raise click.UsageError(msg)
                    yield number, {key.strip().lower(): value for key, value in row.items()}
        except (OSError, csv.Error) as error:
            msg = f"{self.file.name}, row {number + 1} / dòng {number + 1}: cannot be read ({error}); correct or export it again"
            raise click.UsageError(msg) from None


def _readable(text: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in text)


def _delimiter(file: Path) -> str:
    try:
        with file.open("rb") as raw:
            utf16 = raw.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        with file.open(encoding="utf-8-sig", errors="replace") as stream:
            first = stream.readline(10_000)
    except OSError as error:
        msg = f"{file}: cannot be opened ({error.strerror}) / không mở được tệp"
        raise click.UsageError(msg) from None
    if utf16:
        msg = f"{file.name}, row 1 / dòng 1: {_ENCODING}"
        raise click.UsageError(msg)
    # Spreadsheets set to Vietnamese write semicolons, and tabs for what they call text.
    return max(",;\t", key=first.count)


def _require(file: Path, row: Mapping[str, str], columns: Collection[str]) -> None:
    missing = [name for name in columns if name not in row]
    if missing:
        msg = (
            f"{file.name}, row 1 / dòng 1: no column {', '.join(missing)}; name the columns {','.join(columns)}"
            " / hãy đặt tên cột ở dòng đầu"
        )
        raise click.UsageError(msg)


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on the terminal, nothing elsewhere; call what it gives once per row."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(
        console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()
    )
    with bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def write_array(items: Iterable[Mapping[str, object]]) -> None:
    """Print one JSON list on one line, item by item."""
    import orjson

    sys.stdout.write("[")
    for place, item in enumerate(items):
        sys.stdout.write("," if place else "")
        sys.stdout.write(orjson.dumps(item).decode())
    sys.stdout.write("]\n")
