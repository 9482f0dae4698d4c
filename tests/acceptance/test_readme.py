"""The README's Python block, run exactly as it stands, against a sandbox."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

from lienthong_sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 60


def python_block() -> str:
    """The one Python block of the README."""
    (block,) = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(block)


async def test_the_block_verifies_a_citizen_and_plans_the_papers_twice_alike(
    tmp_path: Path,
) -> None:
    """A newcomer pastes the block and sees a verified citizen and the papers; a second run says the same."""
    async with Sandbox(
        tmp_path / "sandbox", ports=None, catalogue=ROOT / "config" / "catalogue"
    ) as sandbox:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "sandbox.toml").write_text(sandbox.configuration(), "utf-8")
        first = await _run(tmp_path)
        second = await _run(tmp_path)
    assert first.splitlines()[0] == "Thông tin khớp với cơ sở dữ liệu quốc gia."
    verdicts = [line.split()[0] for line in first.splitlines()[1:]]
    assert verdicts == ["ask", "waived", "waived", "waived"]
    assert second == first


async def _run(folder: Path) -> str:
    """What the block prints, run as a script of its own in a folder with ``config/sandbox.toml``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        python_block(),
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(WITHIN_S):
        out, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
    return out.decode("utf-8")
