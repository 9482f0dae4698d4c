"""Requirements that one of several lists of papers meets, and papers of which nothing is wanted."""

from __future__ import annotations

from typing import Any

import pytest

from lienthong.interface import Component, Hop, NotFound, Unavailable
from lienthong.onceonly import Decision, Facts, Verdict, decide
from lienthong.onceonly._engine import questions

from .conftest import (
    NOW,
    PAPER,
    PROVENANCE,
    answered,
    catalogue,
    choose,
    citizen,
    evidence,
    facts,
    rule,
    stored,
)

A, B, C = (Component(code=code, name=f"Giấy {code}") for code in "ABC")
WAITS = facts(answers=answered(rule(), Unavailable("population", "x", Hop.PLATFORM, "x", NOW)))


def held(*codes: str) -> Facts:
    """A case in which these papers are held."""
    return facts(holdings=tuple(evidence(id=f"e-{code}", code=code) for code in codes))


def rules(given: tuple[Decision, ...]) -> dict[str, str]:
    """What decided, by paper."""
    return {item.component: item.rule for item in given}


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        ((), {"A": "nothing-held", "B": "nothing-held", "C": "nothing-held"}),
        (("A",), {"A": "same-paper", "B": "nothing-held", "C": "nothing-held"}),
        (("A", "B"), {"A": "same-paper", "B": "same-paper", "C": "alternative-met"}),
        (("C",), {"A": "alternative-met", "B": "alternative-met", "C": "same-paper"}),
    ],
)
def test_all_of_one_list_or_another(papers: tuple[str, ...], expected: dict[str, str]) -> None:
    """Half a list meets nothing; a whole list spares the papers of the others."""
    given = choose(held(*papers), (("A", "B"), ("C",)), (), components=(A, B, C))
    assert rules(given) == {**expected, "Y2": "none-exists"}
    for item in given[:3]:
        if item.verdict is Verdict.ASK:
            assert (item.requirement, item.choices) == (
                "Chỗ ở",
                (2 if item.component == "C" else 1,),
            )
            assert "một trong 2 lựa chọn cho yêu cầu “Chỗ ở”" in item.sentence_vi


def test_a_paper_may_belong_to_several_lists() -> None:
    """A with B or A with C: A is always needed, and the list that holds it is never spared by another that does too."""
    given = choose(held("B"), (("A", "B"), ("A", "C")), None, components=(A, B, C))
    assert rules(given)["A"] == "nothing-held"
    assert given[0].choices == (1, 2)
    whole = choose(held("A", "B"), (("A", "B"), ("A", "C")), None, components=(A, B, C))
    assert rules(whole)["C"] == "alternative-met"


def test_a_choice_that_waits_lets_the_others_wait() -> None:
    """As long as the register may still spare the citizen everything, nothing of the other list is asked for."""
    given = choose(WAITS, ((PAPER.code,), ("C",)), (), catalogue(rule()), (PAPER, C))
    assert rules(given) == {
        PAPER.code: "source-pending",
        "C": "alternative-pending",
        "Y2": "none-exists",
    }
    assert (given[1].source, given[1].deadline) == ("population", WAITS.deadline)
    other = choose(
        facts(answers=WAITS.answers, holdings=(evidence(code="C"),)),
        ((PAPER.code,), ("C",)),
        (),
        catalogue(rule()),
        (PAPER, C),
    )
    assert rules(other)[PAPER.code] == "alternative-met"


def test_none_exists_is_not_unknown() -> None:
    """An explicit empty list asks for nothing; a list that nobody wrote down is for the officer to decide."""
    none, unknown = (choose(facts(), (("C",),), other, components=(C,))[1] for other in ((), None))
    assert (none.component, none.verdict, none.rule) == ("Y2", Verdict.WAIVED, "none-exists")
    assert (unknown.verdict, unknown.rule) == (Verdict.ASK, "papers-unknown")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "not-collected"),
        ({"identity": "mismatch"}, "not-collected"),
        ({"declined": frozenset({"*"})}, "not-collected"),
        ({"answers": answered(rule(), NotFound(PROVENANCE))}, "not-collected"),
        ({"answers": answered(rule(), citizen())}, "noi-cu-tru"),
        ({"answers": WAITS.answers}, "source-pending"),
    ],
)
def test_quantity_zero_is_never_asked_for(changed: dict[str, Any], expected: str) -> None:
    """The agency looks it up itself: whatever the register says, the citizen brings nothing."""
    paper = PAPER.model_copy(update={"originals": 0, "copies": 0})
    known = catalogue(rule()) if "answers" in changed else catalogue()
    given = decide(paper, facts(**changed), known)
    assert given.rule == expected
    assert given.verdict is not Verdict.ASK


def test_the_national_store_is_asked_last() -> None:
    """Only where nothing of ours and no record replaces the paper, by owner and result codes, and never when refused."""
    given = facts(store="operations_centre")
    (question,) = questions(PAPER, given, catalogue())
    assert (question.system, question.record) == ("operations_centre", "stored_paper")
    assert question.query.results == (("KQ.G15.000038", ""),)  # type: ignore[union-attr]  # the kind is checked above
    first = questions(PAPER, given, catalogue(rule()))
    assert [item.system for item in first] == ["population"]
    for outcome, asked in ((citizen(), 1), (NotFound(PROVENANCE), 2)):
        again = facts(store="operations_centre", answers=answered(rule(), outcome))
        assert len(questions(PAPER, again, catalogue(rule()))) == asked
    for changed in (
        {"declined": frozenset({"*"})},
        {"identity": "none"},
        {"holdings": (evidence(),)},
        {"store": ""},
    ):
        silent = facts(**{"store": "operations_centre", **changed})
        assert questions(PAPER, silent, catalogue()) == ()
    unnamed = PAPER.model_copy(update={"replaced_by": ()})
    assert questions(unnamed, given, catalogue()) == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (stored("KQ.G15.000038"), ("waived", "national-store")),
        (stored(""), ("ask", "stored-paper-unreadable")),
        (stored("", NotFound(PROVENANCE)), ("ask", "nothing-held")),
        (
            stored("", Unavailable("operations_centre", "x", Hop.PLATFORM, "x", NOW)),
            ("provisional", "source-pending"),
        ),
        (facts(store="operations_centre"), ("provisional", "source-pending")),
        (facts(store="operations_centre", identity="none"), ("ask", "identity-unverified")),
    ],
)
def test_what_the_national_store_says(given: Facts, expected: tuple[str, str]) -> None:
    """A paper whose file could be read waives, as reuse through a replacing result; a silent store is waited for."""
    decision = decide(PAPER, given, catalogue())
    assert (decision.verdict.value, decision.rule) == expected
    if decision.verdict is Verdict.WAIVED:
        assert (decision.reuse, decision.replaced_by) == (2, "KQ.G15.000038")
        assert decision.evidence_id == "evidence-7"
