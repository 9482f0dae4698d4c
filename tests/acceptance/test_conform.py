"""The conformance suite: the five connectors pass it, and every broken twin fails exactly its own check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lienthong.testing import check_names, find_subject, reference_subject, run_suite
from lienthong.testing.twins import TWINS, try_twins

SYSTEMS = ("population", "business", "social_insurance", "land", "operations_centre")


@pytest.mark.parametrize("name", [*SYSTEMS, "tiny"])
async def test_connectors_pass(name: str) -> None:
    """Every check passes or does not apply."""
    report = await run_suite(find_subject(name))
    assert report.failed == (), [item for item in report.results if item.status == "failed"]


async def test_the_reference_connector_meets_every_check() -> None:
    """Nothing is passed over: each check says something about the reference connector."""
    report = await run_suite(reference_subject())
    assert {item.status for item in report.results} == {"passed"}


def test_every_check_has_its_twin() -> None:
    """There are at least forty checks and one twin for each."""
    assert len(check_names()) >= 40
    assert set(TWINS) == set(check_names())


@pytest.mark.parametrize("name", sorted(TWINS))
async def test_a_twin_fails_exactly_its_check(name: str) -> None:
    """The suite finds the one defect of the twin and no other."""
    [tried] = await try_twins([name])
    assert tried.failed == (name,)


def test_the_command_says_what_failed(lienthong: Callable[..., Any]) -> None:
    """``lienthong conform NAME --json`` lists every check with its status."""
    ended = lienthong("conform", "business", "--json")
    assert ended.code == 0
    [report] = ended.body["connectors"]
    assert report["passed"]
    assert {item["name"] for item in report["checks"]} == set(check_names())


def test_the_command_wants_one_thing(lienthong: Callable[..., Any]) -> None:
    """Without a name, --all or --twins the command says what to type."""
    assert lienthong("conform").code == 64
