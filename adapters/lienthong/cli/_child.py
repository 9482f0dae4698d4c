"""The sandbox as a child process: found, started, awaited, stopped. The library never imports it."""

# ruff: noqa: PLC0415  # as in every module of this package: help stays fast

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

_READY_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Ready:
    """What the sandbox says of itself once every port listens."""

    pid: int
    admin: str
    urls: Mapping[str, str]
    ca: Path


class Admin:
    """The sandbox's admin address: plain HTTP on loopback, never through a proxy."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One admin request; JSON or text comes back.

        Raises:
            OSError: Nobody answers.
        """
        from urllib.request import ProxyHandler, Request, build_opener

        request = Request(  # noqa: S310 - the address is the sandbox's own ready file's
            f"{self.url}/-/{path}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"content-type": "application/json"},
            method=method,
        )
        with build_opener(ProxyHandler({})).open(request, timeout=10) as reply:
            text = reply.read().decode()
            plain = "json" not in reply.headers.get("content-type", "")
        return text if plain else json.loads(text)


def require_sandbox() -> None:
    """Refuses with advice when the sandbox is not installed."""
    from importlib.util import find_spec

    for name in ("lienthong_sandbox", "trustme", "httptools"):
        if find_spec(name) is None:
            msg = (
                f"the sandbox needs {name}, which is not installed: pip install 'lienthong[sandbox]' / "
                f"hệ thống mô phỏng cần {name}: pip install 'lienthong[sandbox]'"
            )
            raise click.ClickException(msg)


def read_ready(file: Path) -> Ready | None:
    """The ready file, if there is a whole one."""
    try:
        facts = json.loads(file.read_text("utf-8"))
        return Ready(facts["pid"], facts["admin"], facts["urls"], Path(facts["ca"]))
    except (OSError, ValueError, KeyError):
        return None


def running(file: Path, state: Path) -> Ready | None:
    """The sandbox that already runs on a state folder, by the word of its own admin address."""
    ready = read_ready(file)
    if ready is None:
        return None
    try:
        status = Admin(ready.admin).call("GET", "status")
    except (OSError, ValueError):
        return None
    ours = isinstance(status, dict) and Path(status.get("ca", "")).parent == state.resolve()
    return ready if ours else None


def start(
    state: Path,
    file: Path,
    *,
    ports: str,
    catalogue: Path | None,
    seed: int = 0,
    plan: Path | None = None,
    channels: Sequence[str] = (),
    output: int | None = None,
) -> subprocess.Popen[bytes]:
    """Starts the sandbox; it writes ``file`` once it is ready.

    Args:
        state: Its folder.
        file: Its ready file.
        ports: ``fixed`` or ``free``.
        catalogue: Folder of the procedures it serves.
        seed: Makes its faults reproducible.
        plan: File of faults to start with.
        channels: ``system=name`` each: the way into a system that its configuration takes.
        output: Where its output goes; ours when ``None``.
    """
    command = [sys.executable, "-m", "lienthong_sandbox", "--state", str(state), "--ports", ports]
    command += ["--ready-file", str(file), "--seed", str(seed)]
    if catalogue is not None:
        command += ["--catalogue", str(catalogue)]
    if plan is not None:
        command += ["--plan", str(plan)]
    for channel in channels:
        command += ["--channel", channel]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    # A session of its own: Ctrl-C reaches us alone, and we stop it when we have finished with it.
    return subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)  # noqa: S603 - our own module


def await_ready(child: subprocess.Popen[bytes], file: Path) -> Ready:
    """Waits until every port listens.

    Raises:
        ClickException: It ended instead, or takes too long.
    """
    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        ready = read_ready(file)
        if ready is not None:
            return ready
        if child.poll() is not None:
            msg = (
                "the sandbox did not start; its message stands above or in its log / "
                "hệ thống mô phỏng không khởi động được"
            )
            raise click.ClickException(msg)
        time.sleep(0.05)
    child.terminate()
    msg = f"the sandbox was not ready within {_READY_S:.0f} s / hệ thống mô phỏng không sẵn sàng"
    raise click.ClickException(msg)


def wait_gone(admin: Admin, seconds: float, alive: Callable[[], bool]) -> bool:
    """Waits until a sandbox no longer answers; whether it went in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive():
            return True
        try:
            admin.call("GET", "status")
        except OSError:
            return True
        time.sleep(0.05)
    return False
