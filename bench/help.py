"""How long a help text takes to come: whole processes, the median of several."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from _measure import finish, median, spread, table

COMMANDS = ((), ("health",), ("verify",), ("lookup",), ("report",), ("sync",))
ROUNDS = 7


def seconds(*arguments: str) -> float:
    """Wall time of one ``lienthong … --help``."""
    command = [str(Path(sys.executable).with_name("lienthong")), *arguments, "--help"]
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    return time.perf_counter() - begun


def main() -> None:
    """Measures and prints."""
    found = {" ".join(words): [seconds(*words) for _ in range(ROUNDS)] for words in COMMANDS}
    table(
        "lienthong … --help",
        ("command", "median s", "spread s"),
        [
            (name or "(none)", f"{median(times):.3f}", spread(times))
            for name, times in found.items()
        ],
    )
    finish({"help_s": max(median(times) for times in found.values())})


if __name__ == "__main__":
    main()
