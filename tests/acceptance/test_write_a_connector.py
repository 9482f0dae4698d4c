"""``docs/write-a-connector.md``, followed literally: its files, its commands, in a clean environment."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "write-a-connector.md"


def test_the_page_leads_to_a_passing_connector(tmp_path: Path) -> None:
    """The page's files make a wheel; installed, it is found by entry point and passes the suite."""
    pytest.importorskip("hatchling", reason="the page builds its wheel with hatchling")
    text = PAGE.read_text("utf-8")
    for block in re.findall(r"```\w+\n(# file: .*?)```", text, re.DOTALL):
        head, _, body = block.partition("\n")
        file = tmp_path / "work" / head.removeprefix("# file: ").strip()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, "utf-8")
    clean = tmp_path / "clean"
    venv.create(clean, with_pip=True)
    python = clean / "bin" / "python"
    [site] = (clean / "lib").glob("python*/site-packages")
    # What this test runs on is there already, the library itself included; nothing comes from a network.
    (site / "here.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    )
    (clean / "bin" / "lienthong").write_text(
        f"#!{python}\nfrom lienthong.cli import main\nmain()\n", "utf-8"
    )
    (clean / "bin" / "lienthong").chmod(0o755)
    [commands] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    ended = subprocess.run(
        ["/bin/sh", "-ec", commands.replace("conform example", "conform example --json")],
        cwd=tmp_path / "work",
        env={"PATH": f"{clean / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path), "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert json.loads(ended.stdout.splitlines()[-1])["passed"]
    assert sys.version_info >= (3, 11)
