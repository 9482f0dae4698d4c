"""The conformance suite: the five connectors pass it, and every broken twin fails exactly its own check."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from lienthong.interface import all_services
from lienthong.testing import check_names, find_subjects, reference_subject, run_suite
from lienthong.testing.twins import TWINS
from lienthong_sandbox._configuration import WAYS

TIMEOUT_S = 400
SYSTEMS = ("population", "business", "social_insurance", "land", "operations_centre")


def told(child: subprocess.Popen[str]) -> dict[str, Any]:
    """What the command says at its end; it may take its time."""
    out, err = child.communicate(timeout=TIMEOUT_S)
    assert child.returncode in {0, 2}, err
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


@pytest.mark.timeout(TIMEOUT_S)
def test_connectors_pass(start: Callable[..., Any]) -> None:
    """``lienthong conform --all``: in every dialect and over every channel each check passes or does not apply."""
    reports = told(start("conform", "--all", "--json"))["connectors"]
    failed = [
        (report["name"], report["dialect"], item["name"], item["detail"])
        for report in reports
        for item in report["checks"]
        if item["status"] == "failed"
    ]
    assert failed == []
    assert {report["name"] for report in reports} >= set(SYSTEMS)


@pytest.mark.timeout(TIMEOUT_S)
def test_every_twin_fails_exactly_its_check(start: Callable[..., Any]) -> None:
    """``lienthong conform --twins``: the suite finds the one defect of each twin and no other."""
    twins = told(start("conform", "--twins", "--json"))["twins"]
    assert [twin for twin in twins if twin["failed"] != [twin["name"]]] == []
    assert {twin["name"] for twin in twins} == set(check_names())


def test_every_dialect_is_tried() -> None:
    """Each declared dialect of the five has a subject."""
    declared = {(item.system, dialect) for item in all_services() for dialect in item.dialects}
    tried = {(x.system, x.dialect) for name in SYSTEMS for x in find_subjects(name)}
    assert declared == tried


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_way_of_the_sandbox_is_tried(system: str) -> None:
    """What ``lienthong sandbox --channel`` offers is what the suite tries, way by way, each under a title of its own."""
    offered = WAYS[system].values()
    tried = find_subjects(system)
    assert [(x.dialect, x.channel, x.path) for x in tried] == [
        (way.dialect, way.channel["kind"], way.front) for way in offered
    ]
    assert len({subject.title for subject in tried}) == len(offered)


async def test_the_reference_connector_meets_every_check() -> None:
    """Nothing is passed over: each check says something about the reference connector."""
    report = await run_suite(reference_subject())
    assert {item.status for item in report.results} == {"passed"}


def test_every_check_has_its_twin() -> None:
    """There are at least forty checks and one twin for each."""
    assert len(check_names()) >= 40
    assert set(TWINS) == set(check_names())


def test_the_command_says_what_failed(lienthong: Callable[..., Any]) -> None:
    """``lienthong conform NAME --json`` lists every check with its status, for each dialect and channel."""
    ended = lienthong("conform", "business", "--json")
    assert ended.code == 0
    reports = ended.body["connectors"]
    assert [(x["dialect"], x["channel"]) for x in reports] == [
        ("generation1", "ngsp"),
        ("generation1", "lgsp"),
        ("generation2", "ngsp"),
        ("hcm", "hcm"),
        ("opencps", "open"),
        ("generation1", "ngsp+thainguyen"),
    ]
    for report in reports:
        assert report["passed"]
        assert {item["name"] for item in report["checks"]} == set(check_names())


def test_the_command_shows_a_line_per_dialect(lienthong: Callable[..., Any]) -> None:
    """``lienthong conform NAME/DIALECT/CHANNEL`` tries one way only."""
    ended = lienthong("conform", "land/vbdlis/open")
    assert ended.code == 0
    assert "vbdlis" in ended.out
    assert "ilis" not in ended.out


@pytest.mark.parametrize("arguments", [(), ("nobody",), ("land/no-such/open",)])
def test_the_command_wants_one_thing(
    lienthong: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    """Without a name, --all or --twins, or with an unknown name, the command says what to type."""
    ended = lienthong("conform", *arguments)
    assert ended.code != 0
    assert "Traceback" not in ended.err
