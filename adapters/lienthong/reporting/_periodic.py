"""Reports of finished periods, made once each: files in a folder, figures to the reporting system."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ._periods import Period, PeriodKind
from ._report import REPORTS
from ._sink import Sink

if TYPE_CHECKING:
    from ._reports import Reports

_KINDS: Final[tuple[PeriodKind, ...]] = ("month", "quarter", "half", "year")
_FORMS: Final = ("xlsx", "pdf")
_HANDED_OVER: Final = ".handed-over"


async def write_due(
    reports: Reports, folder: Path, sinks: Sequence[Sink], now: datetime
) -> list[str]:
    """Makes what is not there yet of the last finished month, quarter, half year and year; the names of what was made.

    Files are named ``2026-10/766.xlsx``. Figures are handed over as drafts: approving is a person's act. A report whose
    figures were not taken keeps its files and is handed over by the next run.

    Raises:
        HandoverFailed: The reporting system did not take figures; what was made before stays.
        OSError: The folder does not take files.
    """
    made: list[str] = []
    for period, name in _due(now):
        place = folder / str(period)
        files = [place / f"{name}.{form}" for form in _FORMS]
        token = place / f".{name}{_HANDED_OVER}"
        if all(file.exists() for file in files) and (token.exists() or not sinks):
            continue
        report = await reports.make(name, period)
        for file, form in zip(files, _FORMS, strict=True):
            content = await asyncio.to_thread(report.written, form)
            await asyncio.to_thread(_write_whole, file, content)
        figures = report.figures("draft")
        for sink in sinks if figures else ():
            await sink.hand_over(figures)
        if sinks:
            await asyncio.to_thread(_write_whole, token, b"")
        made.append(f"{period}/{name}")
    return made


def _due(now: datetime) -> Iterator[tuple[Period, str]]:
    for kind in _KINDS:
        period = Period.containing(now, kind).previous
        # Digitisation has targets by year.
        yield from ((period, name) for name in REPORTS if kind == "year" or name != "digitisation")


def _write_whole(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(file)
