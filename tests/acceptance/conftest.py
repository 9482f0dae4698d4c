"""The command as users start it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

Start = Callable[..., "subprocess.Popen[str]"]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def body(self) -> dict[str, Any]:
        """The one object on the last line of standard output."""
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts ``lienthong …`` in the test's folder; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from lienthong.cli import main; main()", *arguments]
        child = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        running.append(child)
        return child

    yield begin
    for child in running:
        if child.poll() is None:
            child.kill()
        child.communicate()


@pytest.fixture
def lienthong(start: Start) -> Callable[..., Ended]:
    """Runs ``lienthong …`` to its end."""

    def run(*arguments: str, **environment: str) -> Ended:
        child = start(*arguments, **environment)
        out, err = child.communicate(timeout=100)
        return Ended(child.returncode, out, err)

    return run


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox that ``lienthong sandbox`` started."""

    config: str
    admin: str

    def heal(self, system: str) -> None:
        """Takes every fault of a system away."""
        self._ask("DELETE", system)

    def fault(self, system: str, **fields: object) -> None:
        """Makes a system, or one service of it (``system/service``), misbehave."""
        self._ask("PUT", system, fields)

    def _ask(self, method: str, system: str, fields: dict[str, object] | None = None) -> None:
        request = Request(
            f"{self.admin}/-/faults/{system}",
            json.dumps(fields).encode() if fields is not None else None,
            {"content-type": "application/json"},
            method=method,
        )
        with build_opener(ProxyHandler({})).open(request, timeout=10):
            pass


@pytest.fixture
def sandbox(start: Start) -> Iterator[RunningSandbox]:
    """``lienthong sandbox`` on free ports, ready."""
    child = start("sandbox", "--ports", "free", "--json")
    assert child.stdout is not None
    ready = json.loads(child.stdout.readline())
    yield RunningSandbox(ready["config"], ready["admin"])
    child.terminate()
    assert child.wait(15) == 0
