"""What every benchmark shares: the sandbox as a process of its own, rounds in turn, a table and one JSON object."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "config" / "catalogue"


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    admin: str
    urls: dict[str, str]
    ca: Path

    def get(self, path: str) -> str:
        """The text of an admin page, e.g. ``config``."""
        with urlopen(f"{self.admin}/-/{path}", timeout=10) as answer:
            return str(answer.read().decode("utf-8"))


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """Starts the sandbox as a process on free ports and stops it."""
    ready = folder / "ready.json"
    command = [
        *(sys.executable, "-m", "lienthong_sandbox", "--state", str(folder / "sandbox")),
        *("--catalogue", str(CATALOGUE), "--ports", "free", "--ready-file", str(ready)),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit("The sandbox did not start.")
            time.sleep(0.05)
        told = json.loads(ready.read_text("utf-8"))
        yield Sandbox(told["admin"], told["urls"], Path(told["ca"]))
    finally:
        process.terminate()
        process.wait(15)


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """Least and greatest, as text."""
    return f"{min(values):.3g}–{max(values):.3g}"


def machine() -> dict[str, Any]:
    """Where and when it was measured."""
    return {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    print(f"\n{title}")
    for row in (head, *rows):
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))


def finish(ratios: dict[str, float], **more: Any) -> None:
    """Prints the ratios, and with ``JSON=1`` one object as the last line."""
    table("Ratios", ("name", "value"), [(name, f"{value:.3g}") for name, value in ratios.items()])
    if os.environ.get("JSON") == "1":
        print(json.dumps({"ratios": ratios, "machine": machine(), **more}, ensure_ascii=False))
