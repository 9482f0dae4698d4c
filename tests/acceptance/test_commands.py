"""The commands an operator and an integrator type, against the sandbox."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ended, RunningSandbox, Start

Run = Callable[..., Ended]

CASE = ("--dossier", "H31.14-261123-0001")
OPENED = (*CASE, "--procedure", "1.004873", "--officer", "can-bo-1", "--agency", "H31.14")
PERSON = ("--id", "033085000101", "--name", "Nguyễn Văn An Mẫu", "--birth", "14/03/1985")


def test_health_tells_three_troubles_apart(lienthong: Run, sandbox: RunningSandbox) -> None:
    """One system stopped, one certificate expired, one token refused: exit 2 and three different sentences."""
    well = lienthong("health", "-c", sandbox.config, "--json")
    assert (well.code, well.body["status"]) == (0, "pass")
    sandbox.fault("population", outage="refused")
    sandbox.fault("business", certificate="expired")
    sandbox.fault("social_insurance", refuse_tokens=True)
    ill = lienthong("health", "-c", sandbox.config, "--json")
    assert (ill.code, ill.body["status"]) == (2, "fail")
    checks = ill.body["checks"]
    sentences = [
        checks[f"{system}:check"][0]["outputVi"]
        for system in ("population", "business", "social_insurance")
    ]
    assert "Không kết nối được" in sentences[0]
    assert "hết hạn" in sentences[1]
    assert "từ chối tài khoản" in sentences[2]
    assert checks["land:check"][0]["status"] == "pass"
    kept = lienthong("health", "--kept", "-c", sandbox.config, "--json")
    assert kept.code == 2
    assert kept.body["checks"]["land:check"][0]["observedAgeSeconds"] > 0


def test_a_case_from_the_command_line(lienthong: Run, sandbox: RunningSandbox) -> None:
    """Verify opens the case, plan decides its papers, lookup answers, sync tells the hub."""
    config = ("-c", sandbox.config, "--json")
    verified = lienthong("verify", *OPENED, *PERSON, *config)
    assert (verified.code, verified.body["verdict"]) == (0, "verified")
    again = lienthong("verify", *CASE, *config)
    assert (again.code, again.body["verdict"]) == (0, "verified")
    plan = lienthong("plan", *CASE, *config)
    verdicts = {item["verdict"] for item in plan.body["decisions"]}
    assert (plan.code, verdicts) == (0, {"ask", "waived"})
    found = lienthong("lookup", "population", "citizen", *CASE, *config)
    assert (found.code, found.body["outcome"]) == (0, "found")
    parcel = ("--commune", "11953", "--sheet", "3", "--parcel", "45")
    land = lienthong("lookup", "land", "parcel", *CASE, *parcel, *config)
    assert (land.code, land.body["record"]["area_m2"]) == (0, "92.4")
    told = lienthong("sync", "run", *config)
    assert (told.code, told.body["waiting"]) == (0, 0)
    once = lienthong("run", "--once", *config)
    assert (once.code, once.body["health"]["status"]) == (0, "pass")


def test_decisions_are_explained_and_other_rules_tried(
    lienthong: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """Each decision agrees with its record; a rule file without rules shows what it would change, a broken one is refused."""
    config = ("-c", sandbox.config, "--json")
    lienthong("verify", *OPENED, *PERSON, *config)
    plan = lienthong("plan", *CASE, *config).body["decisions"]
    told = lienthong("explain", CASE[1], *config)
    assert (told.code, told.body["agrees"]) == (0, True)
    found = told.body["decisions"]
    assert [item["rule"] for item in found] == [item["rule"] for item in plan]
    for item in found:
        assert item["sentence_vi"]
        assert item["sentence_en"]
        assert item["legal_basis"]
        assert item["recomputed"] == "same"
    waived = {item["component"] for item in found if item["verdict"] == "waived"}
    rules = tmp_path / "rules.toml"
    rules.write_text("", "utf-8")
    tried = lienthong("catalogue", "dry-run", "--rules", str(rules), *config)
    ours = {item["component"] for item in tried.body["changes"] if item["dossier"] == CASE[1]}
    assert (tried.code, ours) == (1, waived)
    assert {item["after"]["verdict"] for item in tried.body["changes"]} <= {"ask", "waived"}
    rules.write_text('[[rule]]\nid = "x"\n', "utf-8")
    refused = lienthong("catalogue", "dry-run", "--rules", str(rules), *config)
    assert refused.code == 78


def test_claims_and_records_of_a_citizen(lienthong: Run, sandbox: RunningSandbox) -> None:
    """Yes is 0, no is 1, what a system does not offer is a typed error; an unknown kind lists the known ones."""
    config = ("-c", sandbox.config, "--json")
    assert lienthong("verify", *OPENED, *PERSON, *config).code == 0
    father = ("--claim", "next-of-kin", "--relation", "father", "--relative", "Nguyễn Văn Cha Mẫu")
    yes = lienthong("verify", *CASE, *father, *config)
    assert (yes.code, yes.body["outcome"]) == (0, "confirmed")
    no = lienthong("verify", *CASE, "--claim", "life-status", *config)
    assert (no.code, no.body["outcome"]) == (1, "mismatch")
    household = lienthong("lookup", "population", "household", *CASE, *config)
    assert (household.code, household.body["outcome"]) == (0, "found")
    card = lienthong("lookup", "social_insurance", "card", *CASE, *config)
    assert (card.code, card.body["error"]["code"]) == (2, "not_supported")
    strange = lienthong("verify", *CASE, "--claim", "neighbour", *config)
    assert strange.code == 64
    assert "life-status" in strange.body["error"]["message"]


def test_a_no_is_an_exit_code_of_one(lienthong: Run, sandbox: RunningSandbox) -> None:
    """A name that does not belong to the number: a sentence, and exit 1."""
    wrong = ("--id", "033191002727", "--name", "Nguyễn Thị Hằn Mẫu", "--birth", "1991-11-11")
    ended = lienthong("verify", *OPENED, *wrong, "-c", sandbox.config)
    assert ended.code == 1
    assert "chưa khớp" in ended.out


_MISTYPED: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("verify", *OPENED, "--id", "0330850001", "--name", "An"), 64, "số"),
    (("verify", *OPENED, *PERSON[:4], "--birth", "31/02/1985"), 64, "ngày"),
    (("verify", *OPENED[:3], "9.999999", *OPENED[4:], *PERSON), 2, "thủ tục"),
    (("verify", *CASE, *PERSON), 64, "hồ sơ chưa mở"),
    (("plan", "--dossier", "H31.14-261123-0404"), 2, "Không có hồ sơ này"),
    (("plan", "--dossier", "không phải mã"), 64, "Mã hồ sơ"),
    (("sync", "retry"), 64, "--all"),
)


def test_bad_input_is_a_sentence(lienthong: Run, sandbox: RunningSandbox) -> None:
    """What was mistyped is named, with what to do; no stack trace, no value of a person."""
    for arguments, code, sentence in _MISTYPED:
        ended = lienthong(*arguments, "-c", sandbox.config)
        assert (ended.code, ended.out) == (code, ""), arguments
        assert sentence in ended.err
        assert "Traceback" not in ended.err
        assert "0330850001" not in ended.err


@pytest.mark.parametrize("content", [None, "not TOML at all [", '[site]\nagency = "H31"\n'])
def test_a_bad_configuration_is_exit_78(
    content: str | None, lienthong: Run, tmp_path: Path
) -> None:
    """A missing, malformed or incomplete file: what is wrong and what to do."""
    file = tmp_path / "lienthong.toml"
    if content is not None:
        file.write_text(content, "utf-8")
    for command in (("health",), ("run",), ("config", "check"), ("migrate",)):
        ended = lienthong(*command, "-c", str(file))
        assert (ended.code, ended.out) == (78, ""), ended.err
        assert "lienthong.toml" in ended.err
        assert "Traceback" not in ended.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_works_and_stops_in_time(
    number: signal.Signals, start: Start, lienthong: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """It tells the hub and writes the health file by itself; a signal ends it within ten seconds, cleanly."""
    file = tmp_path / "health.json"
    config = ("-c", sandbox.config, "--json")
    assert lienthong("verify", *OPENED, *PERSON, *config).code == 0
    child = start(
        "run", "-c", sandbox.config, LIENTHONG_HEALTH__FILE=str(file), LIENTHONG_LOG__FORMAT="json"
    )
    deadline = time.monotonic() + 40
    while not file.exists() or lienthong("sync", "status", *config).body["pending"]:
        assert time.monotonic() < deadline
        assert child.poll() is None
    assert json.loads(file.read_text("utf-8"))["status"] == "pass"
    asked = time.monotonic()
    child.send_signal(number)
    out, err = child.communicate(timeout=20)
    assert time.monotonic() - asked < 10
    assert (child.returncode, out) == (0, "")
    lines = [json.loads(line) for line in err.splitlines()]
    events = [line["event"] for line in lines if line["logger"] == "lienthong.run"]
    # Begun anew once if it is the hour of the catalogue's synchronisation.
    assert (set(events), events[-1]) == ({"started", "stopped"}, "stopped")


def test_every_help_has_an_example(start: Start) -> None:
    """Every help names an example. How fast it comes is measured by ``make bench NAME=help``."""
    groups = {
        "": ["demo", "sandbox", "run", "verify", "lookup", "plan", "health", "systems", "migrate"],
        "sync": ["status", "run", "dead", "retry", "give-up"],
        "catalogue": ["sync", "list", "show", "diff"],
        "config": ["check", "show"],
        "keys": ["create"],
    }
    commands = [
        (),
        ("completion",),
        *((group,) for group in groups if group),
        *(tuple(filter(None, (group, name))) for group, names in groups.items() for name in names),
    ]
    for command in commands:
        child = start(*command, "--help")
        out, err = child.communicate(timeout=20)
        assert (child.returncode, err) == (0, "")
        assert "Ví dụ:" in out, command
