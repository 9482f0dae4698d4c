"""A progress bar for work that takes long; nothing where nobody watches."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str, total: int, *, quiet: bool) -> Iterator[Callable[..., None]]:
    """Shows a bar on standard error while the block runs.

    Args:
        what: What is being done, in Vietnamese.
        total: How much there is; the callable may say it anew as its second argument.
        quiet: Show nothing, as with ``--json``.

    Yields:
        To be called with how much is done so far.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        task = bars.add_task(what, total=total or None)

        def advance(done: int, of: int | None = None) -> None:
            if of is None:
                bars.update(task, completed=done)
            else:
                bars.update(task, completed=done, total=of)

        yield advance
