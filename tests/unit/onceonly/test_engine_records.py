"""Every decision can be made again from its record alone, and other rules can be tried on it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.interface import Record
from lienthong.onceonly import (
    Decision,
    NotRecomputable,
    decide,
    differences,
    recompute,
    with_rules,
)
from lienthong.onceonly._recording import _row

from .conftest import NOW, PAPER, answered, catalogue, choose, citizen, evidence, facts, rule
from .test_engine import every_decision

RULE = rule()


def row(decision: Decision) -> dict[str, Any]:
    """The record of a decision as a database gives it back: its inputs have been JSON."""
    kept = dict(_row(decision, "d-1", "c-1", NOW))
    return {**kept, "inputs": orjson.loads(orjson.dumps(kept["inputs"]))}


def test_every_rule_decides_again_from_its_record() -> None:
    """Verdict, rule, basis, source, dates and both sentences come out the same."""
    for decision in [
        *every_decision(),
        decide(PAPER, facts(answers=answered(RULE, citizen())), catalogue(RULE)),
    ]:
        again = recompute(row(decision))
        assert again == decision
        assert differences(row(decision), again) == ()


@settings(max_examples=200)
@given(
    identity=st.sampled_from(["verified", "provisional", "mismatch", "none"]),
    declined=st.booleans(),
    name=st.sampled_from(["Nguyễn Văn Hùng", "Nguyễn Văn Hưng", ""]),
    address=st.sampled_from([None, {"province": "33"}]),
    dispute=st.booleans(),
    hold=st.booleans(),
    choices=st.booleans(),
)
def test_any_facts(
    identity: str, declined: bool, name: str, address: Any, dispute: bool, hold: bool, choices: bool
) -> None:
    """Whatever was known, the record alone leads to the same decision, and holds nothing personal."""
    known = facts(
        identity=identity,
        declined=frozenset({"*"} if declined else ()),
        answers=answered(RULE, citizen(full_name=name, permanent_address=address)),
        disputed=frozenset({("population", "birth")} if dispute else ()),
        holdings=(evidence(code="P1"),) if hold else (),
    )
    lists = ((PAPER.code,), ("P1",)) if choices else ((PAPER.code, "P1"),)
    for decision in choose(known, lists, None, catalogue(RULE)):
        assert recompute(row(decision)) == decision
        text = orjson.dumps(decision.inputs).decode()
        assert "Nguyễn" not in text
        assert known.applicant.owner_number not in text


def test_a_record_that_was_changed_is_told() -> None:
    """A verdict that does not follow from the inputs, and inputs that do not fit their hash, both show."""
    record = row(decide(PAPER, facts(), catalogue()))
    again = recompute(record)
    assert differences({**record, "outcome": "waived"}, again) == ("outcome",)
    changed = {**record, "inputs": {**record["inputs"], "declined": True}}
    assert set(differences(changed, recompute(changed))) >= {"rule", "sentence_vi", "inputs"}


@pytest.mark.parametrize("inputs", [{}, {"engine": 1}, {"engine": 2, "identity": "verified"}])
def test_a_record_that_cannot_be_recomputed(inputs: dict[str, Any]) -> None:
    """Written by another engine or damaged: said so, never guessed."""
    with pytest.raises(NotRecomputable):
        recompute({"inputs": inputs})


def changes(record: Record, *rules: Any) -> tuple[list[tuple[str, str]], int]:
    """What a set of rules would change in a decision by ``RULE``."""
    before = decide(PAPER, facts(answers=answered(RULE, record)), catalogue(RULE))
    found, unknown = with_rules([row(before)], rules)
    return [(item.before.rule, item.after.rule) for item in found], unknown


def test_other_rules_are_tried_on_records() -> None:
    """A rule dropped, one that asks another register, one with a need never looked at, one that asks the citizen first."""
    other = rule(id="so-bhxh", system="social_insurance", record="insurance", needs=("number",))
    assert changes(citizen(), RULE) == ([], 0)
    assert changes(citizen(), rule(version=4)) == ([], 0)
    assert changes(citizen()) == ([(RULE.id, "nothing-held")], 0)
    assert changes(citizen(), other) == ([(RULE.id, "source-pending")], 0)
    assert changes(citizen(), RULE, other) == ([], 0)
    assert changes(citizen(), rule(ask_citizen=True)) == ([(RULE.id, "consent-needed")], 0)
    assert changes(citizen(), rule(needs=("religion",))) == ([], 1)
    lacking = citizen(permanent_address=None)
    assert changes(lacking, rule(needs=())) == ([("record-incomplete", RULE.id)], 0)


def test_other_rules_reach_the_other_choices() -> None:
    """When a rule falls, the paper that its record had spared is asked for again."""
    given = choose(
        facts(answers=answered(RULE, citizen())), ((PAPER.code,), ("P1",)), (), catalogue(RULE)
    )
    found, unknown = with_rules([row(item) for item in given], ())
    assert {item.after.component: item.after.verdict.value for item in found} == {
        PAPER.code: "ask",
        "P1": "ask",
    }
    assert unknown == 0
