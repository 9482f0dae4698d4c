"""What an operator types about the hub, over a real sandbox: pause, resume, look back, run now, dead letters, reconcile."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from lienthong.cli._jobs import KINDS
from lienthong.hub import JOB_NAMES_VI, plans
from lienthong.settings import Schedule

from .conftest import Ended, RunningSandbox, Start

Run = Callable[..., Ended]

CASE = "H31.14-261123-0001"
OPENED = (
    *("--dossier", CASE, "--procedure", "1.004873", "--officer", "can-bo-1", "--agency", "H31.14"),
    *("--id", "033085000101", "--name", "Nguyễn Văn An Mẫu", "--birth", "14/03/1985"),
)
TODAY = datetime.now(UTC).astimezone(timezone(timedelta(hours=7))).date().isoformat()


@pytest.fixture
def another_hub(start: Start, tmp_path: Path) -> Iterator[RunningSandbox]:
    """A second sandbox, whose hub knows nothing."""
    child = start("sandbox", "--ports", "free", "--json", "--state", str(tmp_path / "other"))
    assert child.stdout is not None
    ready = json.loads(child.stdout.readline())
    yield RunningSandbox(ready["config"], ready["admin"])
    child.terminate()
    assert child.wait(15) == 0


def test_kinds_are_known_everywhere() -> None:
    """What is planned has a handler and a name, in one order."""
    assert KINDS == tuple(JOB_NAMES_VI) == tuple(plan.kind for plan in plans(Schedule()))


def test_pause_and_resume(lienthong: Run, sandbox: RunningSandbox) -> None:
    """A pause stands in the status with its reason until it is ended, once; the words say how to go on."""
    config = ("-c", sandbox.config)
    paused = lienthong("sync", "pause", "--reason", "Trung tâm bảo trì", *config)
    assert (paused.code, paused.out) == (
        0,
        "Đã tạm dừng: đồng bộ hồ sơ. Chạy tiếp: lienthong sync resume sync\n",
    )
    status = lienthong("sync", "status", *config, "--json")
    (pause,) = status.body["paused"]
    assert (status.code, pause["kind"], pause["reason"]) == (1, "sync", "Trung tâm bảo trì")
    assert "tạm dừng: đồng bộ hồ sơ" in lienthong("sync", "status", *config).out
    resumed = lienthong("sync", "resume", *config, "--json")
    assert (resumed.code, resumed.body) == (0, {"kind": "sync", "resumed": True})
    again = lienthong("sync", "resume", *config)
    assert (again.code, again.out) == (1, "Không tạm dừng: đồng bộ hồ sơ.\n")
    assert lienthong("sync", "status", *config).code == 0
    assert lienthong("sync", "pause", "nothing", *config).code == 64


def test_every_kind_runs_now(lienthong: Run, start: Start, sandbox: RunningSandbox) -> None:
    """Each kind that an operator asks for is done by the running process, and its counts are shown."""
    config = ("-c", sandbox.config, "--json")
    assert lienthong("verify", *OPENED, *config).code == 0
    nobody = lienthong("sync", "jobs", "-c", sandbox.config)
    assert (nobody.code, nobody.out) == (0, "Chưa có việc nào: `lienthong run` chưa chạy.\n")
    assert lienthong("sync", "jobs", "--now", *config).code == 64
    for kind in KINDS:
        (job,) = lienthong("sync", "jobs", kind, "--now", *config).body["jobs"]
        assert (job["kind"], job["state"]) == (kind, "waiting")
    child = start("run", "-c", sandbox.config)
    until = time.monotonic() + 60
    done: dict[str, dict[str, object]] = {}
    while len(done) < len(KINDS):
        assert time.monotonic() < until, done.keys()
        assert child.poll() is None
        for job in lienthong("sync", "jobs", "--limit", "500", *config).body["jobs"]:
            assert job["state"] != "failed", job
            if job["state"] == "done":
                done.setdefault(job["kind"], job["result"])
    child.terminate()
    assert child.wait(15) == 0
    assert done["reconcile"]["gaps"] == 0
    assert lienthong("sync", "status", *config).body["pending"] == 0
    assert "đã gửi" in lienthong("sync", "jobs", "sync", "-c", sandbox.config).out


def test_dead_letters(lienthong: Run, sandbox: RunningSandbox) -> None:
    """A message that nobody could be told is a dead letter with its reason; retried it goes out, given up it is dropped."""
    config = ("-c", sandbox.config, "--json")
    assert lienthong("verify", *OPENED, *config).code == 0
    once = {"LIENTHONG_HUB__MAX_ATTEMPTS": "1"}
    sandbox.fault("operations_centre/DongBoHoSoMC", html_page=True)
    told = lienthong("sync", "run", *config, **once).body
    assert (told["told"], told["dead"]) == (0, 1)
    found = lienthong("sync", "dead", *config)
    (letter,) = found.body["dead"]
    assert (found.code, letter["dossier"], letter["code"]) == (
        1,
        CASE,
        "exhausted:reply_unreadable",
    )
    assert "Đã gửi nhiều lần" in lienthong("sync", "dead", "-c", sandbox.config).out
    number = str(letter["id"])
    assert lienthong("sync", "retry", number, "--all", *config).code == 64
    assert lienthong("sync", "retry", "--reason", "refused", *config).body == {"retried": 0}
    assert lienthong("sync", "retry", number, *config).body == {"retried": 1}
    assert lienthong("sync", "run", *config, **once).body["dead"] == 1
    sandbox.heal("operations_centre")
    assert lienthong("sync", "retry", "--all", *config).body == {"retried": 1}
    told = lienthong("sync", "run", *config).body
    assert (told["told"], told["waiting"]) == (1, 0)
    assert lienthong("sync", "dead", *config).code == 0
    assert lienthong("sync", "give-up", number, *config).body == {"dropped": 0}


def test_reconcile(
    lienthong: Run, sandbox: RunningSandbox, another_hub: RunningSandbox, tmp_path: Path
) -> None:
    """A hub that lost what it was told is found out, told again on demand, and then agrees."""
    config = ("-c", sandbox.config, "--json")
    assert lienthong("verify", *OPENED, *config).code == 0
    assert lienthong("sync", "run", *config).body["told"] == 1
    well = lienthong("sync", "reconcile", "--day", TODAY, *config)
    assert (well.code, well.body["compared"], well.body["gaps"]) == (0, 1, [])
    assert lienthong("sync", "reconcile", *config).body["told"] == 0, "yesterday nothing was told"
    moved = tmp_path / "moved.toml"
    moved.write_text(_moved(Path(sandbox.config), Path(another_hub.config)), "utf-8")
    config = ("-c", str(moved), "--json")
    lost = lienthong("sync", "reconcile", "--day", TODAY, "--resend", *config)
    (gap,) = lost.body["gaps"]
    assert (lost.code, gap["dossier"], gap["kind"], lost.body["resent"]) == (1, CASE, "missing", 1)
    assert lienthong("sync", "run", *config).body["told"] == 1
    again = lienthong("sync", "reconcile", "--day", TODAY, "-c", str(moved))
    assert again.code == 0
    assert "chênh lệch 0" in again.out


def _moved(ours: Path, theirs: Path) -> str:
    """Our configuration with the hub of another sandbox."""
    head = "[systems.operations_centre]"
    kept, found, _ = ours.read_text("utf-8").partition(head)
    assert found
    return kept + head + theirs.read_text("utf-8").partition(head)[2]
