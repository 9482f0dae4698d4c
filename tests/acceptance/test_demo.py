"""`lienthong demo`: a newcomer's first command, and its promise that nothing is lost or told twice."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .conftest import Ended, Start

PROMISED = {
    "cases": int,
    "identity": dict,
    "components": dict,
    "provisional": dict,
    "hub": dict,
    "health": dict,
    "seconds": float,
}


def test_a_small_morning_holds_its_invariants(
    lienthong: Callable[..., Ended], tmp_path: Path
) -> None:
    """Exit 0 and the documented object; the folder is gone afterwards."""
    ended = lienthong("demo", "--cases", "60", "--json")
    assert ended.code == 0, ended.err
    body = ended.body
    assert {key: type(body[key]) for key in PROMISED} == PROMISED
    assert set(body["components"]) == {"required", "waived", "provisional", "asked"}
    assert set(body["provisional"]) == {"made", "settled", "open"}
    assert {"sent", "hub_count", "pending", "dead", "duplicates"} <= set(body["hub"])
    assert body["cases"] == body["hub"]["hub_count"] == body["hub"]["sent"] == 60
    assert body["components"]["required"] == sum(
        body["components"][key] for key in ("waived", "provisional", "asked")
    )
    assert body["components"]["waived"] > 0
    # Our own store had nothing; the nation's had a paper of one who came.
    assert "national-store" in {reason["rule"] for reason in body["reasons"]}
    assert body["provisional"]["made"] == body["provisional"]["settled"] > 0
    assert all(body["invariants"].values())
    assert ended.out.count("\n") == 1
    assert not (tmp_path / ".demo").exists()


def test_killed_in_the_middle_it_goes_on(start: Start, lienthong: Callable[..., Ended]) -> None:
    """kill -9 while cases are under way and told; the same command again resumes and holds every invariant."""
    first = start("demo", "--cases", "60", "--json")
    assert first.stderr is not None
    for line in first.stderr:
        if "dân cư hoạt động trở lại" in line:
            break
    first.kill()
    first.wait()
    ended = lienthong("demo", "--cases", "60", "--json")
    assert ended.code == 0, ended.err
    assert ended.body["resumed"] is True
    assert all(ended.body["invariants"].values())
    assert ended.body["hub"]["duplicates"] == 0


def test_ctrl_c_stops_the_sandbox_too(start: Start, tmp_path: Path) -> None:
    """Interrupted, the demo ends with 130 and leaves no process behind; its folder stays for going on."""
    child = start("demo", "--cases", "60", "--json")
    assert child.stderr is not None
    for line in child.stderr:
        if "dân cư" in line:
            break
    sandbox = json.loads((tmp_path / ".demo" / "sandbox.json").read_text("utf-8"))["pid"]
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, "")
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.kill(sandbox, 0)
    assert (tmp_path / ".demo" / "demo.json").exists()


def test_kept_it_can_be_played_with(lienthong: Callable[..., Ended]) -> None:
    """With --keep the sandbox runs on, and the commands work on its configuration; the next demo stops it."""
    kept = lienthong("demo", "--cases", "12", "--keep", "--json")
    assert kept.code == 0, kept.err
    config = kept.body["sandbox"]["config"]
    health = lienthong("health", "-c", config, "--json")
    assert health.body["status"] == "pass"
    status = lienthong("sync", "status", "-c", config, "--json")
    assert (status.code, status.body["pending"]) == (0, 0)
    told = lienthong("demo", "--cases", "12", "--keep").out
    commands = [line.split() for line in told.splitlines() if line.startswith("  lienthong ")]
    assert len(commands) > 3
    for _, *words in commands:
        tried = lienthong(*words, LIENTHONG_CONFIG=config)
        assert tried.code == 0, (words, tried.err)
    again = lienthong("demo", "--cases", "12", "--json")
    assert (again.code, again.body["resumed"]) == (0, True)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(kept.body["sandbox"]["admin"]).port or 0))
