"""The applicant's word, values that were reported wrong, and sources that are down as announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lienthong.interface import Hop, InsuranceRecord, NotFound, Unavailable
from lienthong.onceonly import Catalogue, Decision, Outage, decide
from lienthong.onceonly._engine import questions

from .conftest import (
    NAME,
    NOW,
    PAPER,
    PROVENANCE,
    answered,
    catalogue,
    citizen,
    evidence,
    facts,
    rule,
)

ASKING = rule(ask_citizen=True)
FREE = rule(id="so-bhxh", system="social_insurance", record="insurance", needs=("number",))
DOWN = Unavailable("population", "x", Hop.PLATFORM, "unreachable", NOW)
INSURED = InsuranceRecord(number="3301104729", full_name=NAME)


def verdict(given: Decision) -> tuple[str, str]:
    """What was decided, by which rule."""
    return given.verdict.value, given.rule


def test_the_applicant_is_asked_before_the_register() -> None:
    """Nothing is asked of the register until the applicant agreed for this very paper; then the rule works as any other."""
    unasked = facts(answers=answered(ASKING, citizen()))
    assert verdict(decide(PAPER, unasked, catalogue(ASKING))) == ("consent", "consent-needed")
    assert questions(PAPER, unasked, catalogue(ASKING)) == ()
    agreed = replace(unasked, consented=frozenset({PAPER.code}))
    assert verdict(decide(PAPER, agreed, catalogue(ASKING))) == ("waived", ASKING.id)
    assert len(questions(PAPER, agreed, catalogue(ASKING))) == 1
    other = replace(unasked, consented=frozenset({"another-paper"}))
    assert decide(PAPER, other, catalogue(ASKING)).rule == "consent-needed"
    refused = replace(unasked, declined=frozenset({PAPER.code}))
    assert verdict(decide(PAPER, refused, catalogue(ASKING))) == ("ask", "declined")


def test_a_paper_held_needs_no_word() -> None:
    """The word is about national records; a paper in our own store is reused as before."""
    assert decide(PAPER, facts(holdings=(evidence(),)), catalogue(ASKING)).rule == "same-paper"


@pytest.mark.parametrize("known", [catalogue(ASKING, FREE), catalogue(FREE, ASKING)])
def test_a_rule_without_question_goes_first(known: Catalogue) -> None:
    """Where another record spares the paper nobody is asked; where it does not, the applicant may still choose."""
    spared = facts(answers=answered(FREE, INSURED))
    assert decide(PAPER, spared, known).rule == FREE.id
    missing = facts(answers=answered(FREE, NotFound(PROVENANCE)))
    assert decide(PAPER, missing, known).rule == "consent-needed"


def test_what_was_reported_wrong_replaces_nothing() -> None:
    """A rule that needs the value, or the value that tells whose record it is, asks for the paper; others go on."""
    by = rule(needs=("permanent_address",))
    for attribute in ("permanent_address", "full_name"):
        given = facts(
            answers=answered(by, citizen()), disputed=frozenset({("population", attribute)})
        )
        assert verdict(decide(PAPER, given, catalogue(by))) == ("ask", "value-disputed")
        assert questions(PAPER, given, catalogue(by)) == ()
    for system, attribute in (("population", "religion"), ("business", "permanent_address")):
        given = facts(answers=answered(by, citizen()), disputed=frozenset({(system, attribute)}))
        assert decide(PAPER, given, catalogue(by)).rule == by.id
    both = facts(
        answers=answered(FREE, INSURED), disputed=frozenset({("population", "permanent_address")})
    )
    assert decide(PAPER, both, catalogue(by, FREE)).rule == FREE.id


def test_planned_maintenance_is_a_reason_of_its_own() -> None:
    """Inside the window the sentence names its end, and the deadline begins to count after it."""
    by = rule()
    back = NOW + timedelta(hours=5)
    window = Outage("population", NOW - timedelta(hours=1), back)
    given = decide(PAPER, facts(answers=answered(by, DOWN), outages=(window,)), catalogue(by))
    assert verdict(given) == ("provisional", "source-maintenance")
    assert given.deadline == back + timedelta(hours=48)
    assert "bảo trì theo kế hoạch đến 14:00 ngày 24/11/2026" in given.sentence_vi
    assert "until 24/11/2026 14:00" in given.sentence_en
    answer = facts(answers=answered(by, citizen()), outages=(window,))
    assert decide(PAPER, answer, catalogue(by)).rule == by.id


def test_maintenance_to_come_moves_the_deadline_once() -> None:
    """Windows that overlap count once, those of other systems, past ones and those after the deadline not at all."""
    hour = timedelta(hours=1)
    windows = (
        Outage("population", NOW + 10 * hour, NOW + 14 * hour),
        Outage("population", NOW + 12 * hour, NOW + 16 * hour),
        Outage("population", NOW - 9 * hour, NOW - hour),
        Outage("population", NOW + 90 * hour, NOW + 99 * hour),
        Outage("land", NOW, NOW + 20 * hour),
    )
    by = rule()
    given = decide(PAPER, facts(answers=answered(by, DOWN), outages=windows), catalogue(by))
    assert verdict(given) == ("provisional", "source-pending")
    assert given.deadline == NOW + 54 * hour
