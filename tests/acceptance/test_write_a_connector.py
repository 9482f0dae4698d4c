"""``docs/write-a-connector.md``, followed literally: its files, its commands, in a clean environment."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from lienthong.testing import check_names

PAGE = Path(__file__).parents[2] / "docs" / "write-a-connector.md"
TIMEOUT_S = 300

Shell = Callable[[str], str]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The reader's folder with the page's files, and a clean environment; runs a command there."""
    pytest.importorskip("hatchling", reason="the page builds its wheel with hatchling")
    for block in re.findall(r"```\w+\n(# file: .*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        head, _, body = block.partition("\n")
        file = tmp_path / "work" / head.removeprefix("# file: ").strip()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body, "utf-8")
    clean = tmp_path / "clean"
    venv.create(clean, with_pip=True)
    [site] = (clean / "lib").glob("python*/site-packages")
    # What this test runs on is there already, the library itself included; nothing comes from a network.
    (site / "here.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    )
    command = f"#!{clean / 'bin' / 'python'}\nfrom lienthong.cli import main\nif __name__ == '__main__':\n    main()\n"
    (clean / "bin" / "lienthong").write_text(command, "utf-8")
    (clean / "bin" / "lienthong").chmod(0o755)

    def run(line: str) -> str:
        ended = subprocess.run(
            ["/bin/sh", "-ec", line],
            cwd=tmp_path / "work",
            env={
                "PATH": f"{clean / 'bin'}:/usr/bin:/bin",
                "HOME": str(tmp_path),
                "PIP_NO_INDEX": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"{line}\n{ended.stdout[-3000:]}\n{ended.stderr[-2000:]}"
        return ended.stdout

    return run


@pytest.mark.timeout(TIMEOUT_S)
def test_the_page_leads_to_a_passing_connector(shell: Shell) -> None:
    """The page's files make a wheel; installed, it is found by entry point and keeps every promise that applies."""
    [block] = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    told = {line: shell(line) for line in block.splitlines()}

    assert "traCuu" in told["lienthong systems --system licences"]
    assert "licences" in told["lienthong conform licences"]
    assert "failed" not in told["python -m pytest tests"]
    assert "failed" not in told["python -m pytest --connector licences"]

    [report] = json.loads(shell("lienthong conform licences --json"))["connectors"]
    assert report["passed"]
    # Only what speaks of handing over, which this register does not take, and of what the page gives no sample for.
    beside = {item["name"] for item in report["checks"] if item["status"] == "not_applicable"}
    assert beside == {
        "share-accepted",
        "share-already",
        "share-rejected",
        "deferred-under-ticket",
        "write-sent-once",
        "write-maybe-arrived",
    }

    # Every check is a test of its own, by the plugin and by the one-line class.
    listed = shell("python -m pytest -q --collect-only --connector licences").splitlines()
    assert set(listed) >= {f"licences/v1/token::{name}" for name in check_names()}
    listed = shell("python -m pytest -q --collect-only tests").splitlines()
    assert set(listed) >= {
        f"tests/test_licences.py::TestConformance::test_check[{name}]" for name in check_names()
    }
