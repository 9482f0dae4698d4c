"""The pytest plugin, in a pytest run of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lienthong.testing import check_names

Run = Callable[..., "subprocess.CompletedProcess[str]"]

_BROKEN = """
from lienthong.pytest_plugin import conformance_tests
from lienthong.testing import reference_subject
from lienthong.testing.twins import TWINS

TestTwin = conformance_tests(reference_subject(TWINS["status-429"]))
"""


@pytest.fixture
def pytest_run(tmp_path: Path) -> Run:
    """Runs pytest in an empty folder, warnings as errors."""
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:randomly", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_every_check_is_a_test(pytest_run: Run) -> None:
    """``--connector`` alone runs the checks and nothing else, each under its own name."""
    ended = pytest_run("--connector", "tiny", "-v")
    assert ended.returncode == 0, ended.stdout
    for name in check_names():
        assert f"tiny/json/session::{name} PASSED" in ended.stdout


def test_with_paths_both_run(pytest_run: Run, tmp_path: Path) -> None:
    """Tests that are named run too, and ``-k`` chooses among all."""
    (tmp_path / "test_own.py").write_text("def test_status(): pass\ndef test_other(): pass\n")
    ended = pytest_run("--connector", "tiny", "-k", "status", "test_own.py", "-v")
    assert "test_own.py::test_status PASSED" in ended.stdout
    assert "tiny/json/session::status-429 PASSED" in ended.stdout
    assert "test_other" not in ended.stdout
    assert "empty-body" not in ended.stdout


def test_a_broken_promise_is_a_sentence(pytest_run: Run, tmp_path: Path) -> None:
    """A failure says what was promised and what came in its place, without a traceback."""
    (tmp_path / "test_twin.py").write_text(_BROKEN)
    ended = pytest_run("test_twin.py")
    assert ended.returncode == 1
    assert "1 failed" in ended.stdout
    assert "test_check[status-429]" in ended.stdout
    assert "HTTP 429 ends as Overloaded." in ended.stdout
    assert "tiny/json/session: company: ended as SystemFault" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_an_unknown_connector_ends_the_run(pytest_run: Run) -> None:
    """The message lists what there is."""
    ended = pytest_run("--connector", "nobody")
    assert ended.returncode == 4
    assert "population" in ended.stderr


def test_unused_it_imports_nothing() -> None:
    """A run of somebody else's tests pays for one small module."""
    code = "import sys, lienthong.pytest_plugin; print([x for x in sys.modules if x.startswith('lienthong.')])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['lienthong.pytest_plugin']"
