"""A paper about somebody else than the applicant: whose papers count, whose records are asked for, and by whose word."""

from __future__ import annotations

from dataclasses import replace

from lienthong.interface import CitizenQuery, NotFound, StoredPapersQuery
from lienthong.onceonly import Answer, Subject, decide
from lienthong.onceonly._engine import questions

from .conftest import (
    CHILD,
    CHILD_INDEX,
    PAPER,
    PROVENANCE,
    about_child,
    answered,
    catalogue,
    citizen,
    evidence,
    facts,
    rule,
)

RULE = rule()
AGREED = frozenset({PAPER.code})


def test_only_papers_about_the_same_person_count() -> None:
    """The applicant's own paper does not stand for the child's, nor a brother's, nor the child's for the applicant's."""
    own, child = evidence(), evidence(id="evidence-2", subject=CHILD_INDEX)
    brother = evidence(id="evidence-3", subject="bb" * 32)
    everything = (own, brother, child)
    given = decide(PAPER, about_child(holdings=everything), catalogue())
    assert (given.rule, given.evidence_id, given.of_another) == ("same-paper", child.id, True)
    assert decide(PAPER, about_child(holdings=(own, brother)), catalogue()).rule == "nothing-held"
    mine = decide(PAPER, facts(holdings=(child, brother, own)), catalogue())
    assert (mine.evidence_id, mine.of_another) == (own.id, False)
    assert decide(PAPER, facts(holdings=(child, brother)), catalogue()).rule == "nothing-held"


def test_nobody_is_looked_up_without_that_persons_word() -> None:
    """The register is asked about the child, never about the applicant, and only once somebody agreed for the child."""
    known = catalogue(RULE)
    before = about_child()
    assert decide(PAPER, before, known).rule == "consent-of-another"
    assert questions(PAPER, before, known) == ()
    (asked,) = questions(PAPER, replace(before, consented=AGREED), known)
    assert isinstance(asked.query, CitizenQuery)
    assert asked.query.number == CHILD.number


def test_the_applicants_record_replaces_no_paper_about_another() -> None:
    """An answer about the applicant is no answer; one about the child is held against what was stated of the child."""
    known = catalogue(RULE)
    applicants = about_child(consented=AGREED, answers=answered(RULE, citizen()))
    assert decide(PAPER, applicants, known).rule == "source-pending"
    record = citizen(personal_id="033320000201", full_name="Trẻ Em Mẫu", birth=CHILD.birth)
    childs = about_child(consented=AGREED, answers=answered(RULE, record, CHILD))
    assert decide(PAPER, childs, known).rule == RULE.id
    another = about_child(consented=AGREED, answers=answered(RULE, citizen(), CHILD))
    assert decide(PAPER, another, known).rule == "record-differs"


def test_the_national_store_is_asked_for_that_persons_papers() -> None:
    """By that person's number, after that person's word."""
    open_store = about_child(store="paper_store")
    assert decide(PAPER, open_store, catalogue()).rule == "consent-of-another"
    assert questions(PAPER, open_store, catalogue()) == ()
    (asked,) = questions(PAPER, replace(open_store, consented=AGREED), catalogue())
    assert isinstance(asked.query, StoredPapersQuery)
    assert asked.query.owner_number == CHILD.owner_number
    taken = (
        evidence(kind="result", code="KQ.G15.000038", subject=CHILD_INDEX, system="paper_store"),
    )
    again = replace(open_store, holdings=taken)
    assert decide(PAPER, again, catalogue()).rule == "consent-of-another"
    agreed = replace(again, consented=AGREED)
    assert decide(PAPER, agreed, catalogue()).rule == "national-store"
    nothing = {asked: Answer(NotFound(PROVENANCE))}
    given = decide(PAPER, replace(open_store, consented=AGREED, answers=nothing), catalogue())
    assert given.rule == "nothing-held"


def test_what_is_disputed_is_disputed_of_one_person() -> None:
    """A value of the applicant reported wrong does not touch the child's record, and the other way round."""
    wrong = frozenset({("population", "full_name")})
    known = catalogue(RULE)
    mine = about_child(consented=AGREED, disputed=wrong)
    assert decide(PAPER, mine, known).rule == "source-pending"
    subject = Subject(CHILD, CHILD_INDEX, wrong)
    childs = facts(consented=AGREED, subjects={PAPER.code: subject})
    assert decide(PAPER, childs, known).rule == "value-disputed"
