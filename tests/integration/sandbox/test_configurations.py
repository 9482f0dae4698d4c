"""Every configuration that the sandbox prints works: the library reads it, and ``lienthong health`` finds the system well."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lienthong.cases import Desk
from lienthong.health import HealthChecker
from lienthong.reporting import Figure, sinks
from lienthong.settings import settings_from
from lienthong_sandbox import FaultError, Sandbox
from lienthong_sandbox._configuration import WAYS

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
LIENTHONG = str(Path(sys.executable).with_name("lienthong"))
CHOICES = [(system, name) for system, ways in WAYS.items() for name in ways]


@pytest.mark.parametrize(("system", "name"), CHOICES)
async def test_every_channel_is_healthy(tmp_path: Path, system: str, name: str) -> None:
    """With this way into the system, and the usual ones into the others, nothing fails."""
    async with Sandbox(tmp_path / "state", catalogue=CATALOGUE) as sandbox:
        config = tmp_path / "lienthong.toml"
        config.write_text(sandbox.configuration({system: name}), "utf-8")
        desk = await Desk.open(config)
        try:
            report = await HealthChecker(desk).run()
        finally:
            await desk.aclose()
        assert not [check for check in report.checks if check.status.value == "fail"]
        assert sandbox.journal.entries(system)


async def test_a_channel_that_there_is_not(tmp_path: Path) -> None:
    """Unknown systems and channels are refused with what there is."""
    async with Sandbox(tmp_path) as sandbox:
        for chosen, known in (({"land": "c06"}, "vbdlis"), ({"nowhere": "c06"}, "population")):
            with pytest.raises(FaultError, match=known):
                sandbox.configuration(chosen)


def test_the_command_chooses_channels(tmp_path: Path) -> None:
    """``lienthong sandbox --channel`` writes and prints the configuration of that choice, and lists what may be chosen."""
    arguments = ["sandbox", "--ports", "free", "--state", str(tmp_path), "--json"]
    arguments += ["--channel", "population=dongthap", "--channel", "land=vbdlis"]
    with subprocess.Popen(
        [LIENTHONG, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        config = Path(json.loads(child.stdout.readline())["config"])
        child.send_signal(signal.SIGTERM)
        introduction = child.stderr.read()
        assert child.wait(30) == 0
    text = config.read_text("utf-8")
    assert 'kind = "dongthap"' in text
    assert 'dialect = "vbdlis"' in text
    assert 'user_name_service = "sandbox-dongthap"' in introduction
    assert "c06, lgsp, wrapper, dongthap" in introduction


def test_the_command_refuses_an_unknown_channel(tmp_path: Path) -> None:
    """It says which there are, and does not start."""
    arguments = ["sandbox", "--ports", "free", "--state", str(tmp_path)]
    done = subprocess.run(
        [LIENTHONG, *arguments, "--channel", "population=x"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert "c06, lgsp, wrapper, dongthap" in done.stderr


async def test_figures_are_pushed_to_it(tmp_path: Path) -> None:
    """With the printed configuration figures arrive signed, and the same ones again are told apart."""
    async with Sandbox(tmp_path / "state", catalogue=CATALOGUE) as sandbox:
        settings = settings_from(tomllib.loads(sandbox.configuration()), tmp_path)
        (sink,) = sinks(settings.reporting, lambda: datetime(2026, 11, 24, tzinfo=UTC))
        figure = Figure("766", "H31", "month", "2026-10", "TONG_SCORE", "81.5", "điểm", "approved")
        assert [await sink.hand_over([figure]) for _ in range(2)] == ["200", "200"]
        centre: Any = sandbox.systems["operations_centre"]
        state = centre.state(detail=True)
    assert state["reports"] == {"handovers": 1, "repeated": 1, "refused": 0, "figures": 1}
    assert state["figures"][0]["value"] == "81.5"
