"""How much memory a block of code takes at most."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROCESS = Path("/proc/self")


class Growth:
    """``mb``: by how much the process grew at its highest, MB."""

    mb = 0


@contextmanager
def growth() -> Iterator[Growth]:
    """Measures what is resident, so that memory taken by C code counts too. Linux only, as the proof is."""
    found = Growth()
    gc.collect()
    # 5 sets the highest so far back to what is held now (proc(5)).
    (_PROCESS / "clear_refs").write_text("5")
    before = _held("VmRSS")
    try:
        yield found
    finally:
        found.mb = max(0, _held("VmHWM") - before) // 1024


def _held(name: str) -> int:
    match = re.search(rf"{name}:\s+(\d+) kB", (_PROCESS / "status").read_text())
    assert match is not None
    return int(match.group(1))
