"""The engine decides from facts alone: every rule, every order of precedence, every sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.interface import (
    Ambiguous,
    CertificateList,
    CertificateRecord,
    Deferred,
    Hop,
    InsuranceRecord,
    LandOwner,
    Mismatch,
    NotFound,
    NotLicensed,
    OrganisationRecord,
    Throttled,
    Unavailable,
)
from lienthong.onceonly import BUILT_IN, Applicant, Decision, Evidence, Outage, Verdict, decide
from lienthong.onceonly._engine import ended, passed, questions

from .conftest import (
    APPLICANT,
    NAME,
    NOW,
    NUMBER,
    PAPER,
    PLAIN,
    PROVENANCE,
    TODAY,
    about_child,
    answered,
    catalogue,
    choose,
    citizen,
    evidence,
    facts,
    rule,
    stored,
)

RULE = rule()
INSURANCE = rule(id="so-bhxh", system="social_insurance", record="insurance", needs=("number",))
LAND = rule(id="giay-chung-nhan", system="land", record="certificate", needs=("serial", "owners"))
BUSINESS = rule(
    id="dkkd",
    system="business",
    record="organisation",
    needs=("name", "status_name"),
    subject="organisation",
)
RESULT = evidence(
    kind="result", code="KQ.G15.000038", valid_until=date(2026, 12, 31), permanent=False
)
PENDING = (
    Unavailable("population", "x", Hop.PLATFORM, "unreachable", NOW),
    Throttled("population", "x", NOW),
    Deferred("ticket", PROVENANCE),
)
TOMORROW = NOW + timedelta(days=1)
COMPANY = Applicant.organisation(code="0990001015", name="Công ty TNHH Mẫu")


def verdict(given: Decision) -> tuple[str, str]:
    """What was decided, by which rule."""
    return given.verdict.value, given.rule


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("ask", "nothing-held")),
        ({"declined": frozenset({"*"}), "holdings": (evidence(),)}, ("ask", "declined")),
        ({"declined": frozenset({PAPER.code}), "holdings": (evidence(),)}, ("ask", "declined")),
        (
            {"declined": frozenset({PLAIN.code}), "holdings": (evidence(),)},
            ("waived", "same-paper"),
        ),
        ({"holdings": (evidence(),)}, ("waived", "same-paper")),
        ({"holdings": (RESULT,)}, ("waived", "replacing-result")),
        ({"holdings": (RESULT, evidence())}, ("waived", "replacing-result")),
        ({"holdings": (evidence(), RESULT)}, ("waived", "same-paper")),
        ({"holdings": (evidence(status="revoked"), RESULT)}, ("waived", "replacing-result")),
        ({"holdings": (evidence(status="superseded"),)}, ("ask", "nothing-held")),
        ({"holdings": (evidence(permanent=False, valid_until=None),)}, ("ask", "nothing-held")),
        ({"holdings": (replace(RESULT, valid_until=TODAY),)}, ("waived", "replacing-result")),
        ({"holdings": (replace(RESULT, valid_until=date(2026, 11, 23)),)}, ("ask", "nothing-held")),
        ({"holdings": (evidence(kind="result", code=PAPER.code),)}, ("ask", "nothing-held")),
        ({"holdings": (evidence(kind="paper", code="KQ.G15.000038"),)}, ("ask", "nothing-held")),
        ({"holdings": (evidence(kind="record"),)}, ("ask", "nothing-held")),
        ({"holdings": (evidence(),), "identity": "none"}, ("ask", "identity-unverified")),
        ({"holdings": (evidence(),), "identity": "questioned"}, ("ask", "identity-unverified")),
        ({"holdings": (evidence(),), "identity": "mismatch"}, ("ask", "identity-mismatch")),
        (
            {"holdings": (evidence(),), "identity": "provisional"},
            ("provisional", "identity-pending"),
        ),
        ({"identity": "mismatch"}, ("ask", "nothing-held")),
    ],
)
def test_what_is_held(changed: dict[str, Any], expected: tuple[str, str]) -> None:
    """Declined goes first, then the paper or result held; reuse needs a verified identity."""
    assert verdict(decide(PAPER, facts(**changed), catalogue())) == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (citizen(), ("waived", "noi-cu-tru")),
        (citizen(full_name="NGUYỄN VĂN HÙNG"), ("waived", "noi-cu-tru")),
        (citizen(birth="1985"), ("waived", "noi-cu-tru")),
        (citizen(permanent_address=None), ("ask", "record-incomplete")),
        (citizen(full_name="Nguyễn Văn Hưng"), ("ask", "record-differs")),
        (citizen(full_name=""), ("ask", "record-differs")),
        (citizen(birth="1985-03-15"), ("ask", "record-differs")),
        (citizen(personal_id="033085000102"), ("ask", "record-differs")),
        (NotFound(PROVENANCE), ("ask", "no-record")),
        (Ambiguous(PROVENANCE, 2), ("ask", "no-record")),
        (Mismatch(PROVENANCE), ("ask", "no-record")),
        (NotLicensed("population", "x", "no"), ("ask", "not-licensed")),
        (NotLicensed("population", "x", "invalid_request"), ("ask", "too-little-stated")),
        *((pending, ("provisional", "source-pending")) for pending in PENDING),
        (None, ("provisional", "source-pending")),
    ],
)
def test_what_the_record_says(outcome: Any, expected: tuple[str, str]) -> None:
    """A record waives only when it is whole and the applicant's own; a silent source is waited for."""
    answers = answered(RULE, outcome) if outcome is not None else {}
    assert verdict(decide(PAPER, facts(answers=answers), catalogue(RULE))) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (InsuranceRecord(number="3301104729", full_name=NAME), "so-bhxh"),
        (InsuranceRecord(number="3301104729", full_name=NAME, birth="1985-03-14"), "so-bhxh"),
        (
            InsuranceRecord(number="3301104729", full_name=NAME, birth="1958-03-14"),
            "record-differs",
        ),
        (InsuranceRecord(number="3301104729", full_name="Nguyễn Văn Hưng"), "record-differs"),
        (InsuranceRecord(number="3301104729"), "record-differs"),
        (InsuranceRecord(full_name=NAME), "record-incomplete"),
    ],
)
def test_an_insurance_record_must_be_the_applicants(record: InsuranceRecord, expected: str) -> None:
    """Found by a stated number, it needs the applicant's name, and his birth date where it has one."""
    given = decide(PAPER, facts(answers=answered(INSURANCE, record)), catalogue(INSURANCE))
    assert given.rule == expected


def test_an_insurance_number_found_by_criteria_need_not_repeat_them() -> None:
    """The search by name and birth date answers with the number alone."""
    applicant = replace(APPLICANT, insurance=None)
    answers = answered(INSURANCE, InsuranceRecord(number="3301104729"), applicant)
    given = decide(PAPER, facts(applicant=applicant, answers=answers), catalogue(INSURANCE))
    assert verdict(given) == ("waived", "so-bhxh")


OWN = LandOwner(full_name=NAME, personal_id=NUMBER)
OTHER = LandOwner(full_name="Trần Thị Bình", personal_id="033190000202")


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        ((OWN,), "giay-chung-nhan"),
        ((OTHER, OWN), "giay-chung-nhan"),
        ((OTHER,), "record-differs"),
        ((LandOwner(full_name=NAME, personal_id="033190000202"),), "record-differs"),
        ((LandOwner(full_name=NAME),), "giay-chung-nhan"),
        ((LandOwner(full_name="Trần Thị Bình"),), "record-differs"),
        ((), "record-incomplete"),
    ],
)
def test_a_certificate_must_name_the_applicant(
    owners: tuple[LandOwner, ...], expected: str
) -> None:
    """By number where the register has one, else by name; also inside a list of one."""
    single = CertificateRecord(serial="DX 101111", owners=owners)
    for record in (single, CertificateList(certificates=(single,))):
        given = decide(PAPER, facts(answers=answered(LAND, record)), catalogue(LAND))
        assert given.rule == expected


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("Đang hoạt động", "0990001015", "dkkd"),
        ("NNT ĐANG HOẠT ĐỘNG", "0990001015", "dkkd"),
        ("Đã giải thể", "0990001015", "organisation-inactive"),
        ("Tạm ngừng kinh doanh", "0990001015", "organisation-inactive"),
        ("", "0990001015", "record-incomplete"),
        ("Đang hoạt động", "0990002026", "record-differs"),
    ],
)
def test_an_organisation_must_operate(status: str, code: str, expected: str) -> None:
    """A company struck off, suspended or without a status is explained at the desk."""
    record = OrganisationRecord(code=code, name="CÔNG TY TNHH MẪU", status_name=status)
    answers = answered(BUSINESS, record, COMPANY)
    given = decide(PAPER, facts(applicant=COMPANY, answers=answers), catalogue(BUSINESS))
    assert given.rule == expected


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ("verified", ("waived", "noi-cu-tru")),
        ("provisional", ("provisional", "identity-pending")),
        ("none", ("ask", "identity-unverified")),
        ("questioned", ("ask", "identity-unverified")),
        ("mismatch", ("ask", "identity-mismatch")),
    ],
)
def test_identity_decides_before_records(identity: str, expected: tuple[str, str]) -> None:
    """No record of somebody unverified is used, and none is asked for."""
    given = facts(identity=identity, answers=answered(RULE, citizen()))
    assert verdict(decide(PAPER, given, catalogue(RULE))) == expected
    asks = bool(questions(PAPER, given, catalogue(RULE)))
    assert asks is (identity in {"verified", "provisional"})


@pytest.mark.parametrize("kind", ["application_form", "authorisation", "photo"])
def test_a_form_belongs_to_its_case(kind: str) -> None:
    """A declaration is written anew each time, also where one is held or a rule would fit."""
    form = PAPER.model_copy(update={"type": kind})
    given = facts(holdings=(evidence(),), answers=answered(RULE, citizen()))
    assert verdict(decide(form, given, catalogue(rule(paper_type=kind)))) == (
        "ask",
        "form-each-time",
    )
    assert questions(form, given, catalogue(rule(paper_type=kind))) == ()
    declined = facts(declined=frozenset({"*"}))
    assert decide(form, declined, catalogue()).rule == "declined"


def test_a_paper_that_is_only_shown() -> None:
    """It is never held itself; a result or record that replaces it still spares the citizen."""
    shown = PAPER.model_copy(update={"present_only": True})
    assert verdict(decide(shown, facts(), catalogue())) == ("ask", "present-only")
    assert decide(shown, facts(holdings=(evidence(),)), catalogue()).rule == "present-only"
    assert decide(shown, facts(holdings=(RESULT,)), catalogue()).rule == "replacing-result"
    by_record = facts(answers=answered(RULE, citizen()))
    assert decide(shown, by_record, catalogue(RULE)).rule == RULE.id


def test_several_rules_for_one_paper() -> None:
    """The first whose record replaces it waives; else a silent source is waited for; else the first reason to ask."""
    both = catalogue(RULE, INSURANCE)
    good = InsuranceRecord(number="3301104729", full_name=NAME)
    bad = citizen(permanent_address=None)
    cases = [
        (bad, good, ("waived", "so-bhxh")),
        (citizen(), good, ("waived", "noi-cu-tru")),
        (PENDING[0], good, ("waived", "so-bhxh")),
        (bad, PENDING[0], ("provisional", "source-pending")),
        (bad, NotFound(PROVENANCE), ("ask", "record-incomplete")),
        (NotLicensed("p", "x", "no"), NotFound(PROVENANCE), ("ask", "not-licensed")),
    ]
    for one, two, expected in cases:
        answers = {**answered(RULE, one), **answered(INSURANCE, two)}
        assert verdict(decide(PAPER, facts(answers=answers), both)) == expected


@pytest.mark.parametrize(
    ("by", "applicant"),
    [
        (LAND, replace(APPLICANT, certificate=None)),
        (BUSINESS, APPLICANT),
        (INSURANCE, replace(APPLICANT, insurance=None, birth=None)),
        (rule(record="household", needs=()), replace(APPLICANT, birth=None)),
        (rule(record="parcel", needs=()), APPLICANT),
        (RULE, COMPANY),
    ],
)
def test_too_little_stated(by: Any, applicant: Applicant) -> None:
    """Without the number that finds a record nothing is asked, and the sentence says what is missing."""
    given = facts(applicant=applicant)
    assert verdict(decide(PAPER, given, catalogue(by))) == ("ask", "too-little-stated")
    assert questions(PAPER, given, catalogue(by)) == ()


def test_a_system_that_is_not_configured_counts_as_absent() -> None:
    """An installation without the land database asks for the paper like any other."""
    given = facts(systems=frozenset())
    assert decide(PAPER, given, catalogue(RULE)).rule == "nothing-held"
    assert questions(PAPER, given, catalogue(RULE)) == ()


def test_the_pending_register_is_named() -> None:
    """A citizen waits for the population database, a company for business registration; the hour is Vietnam's."""
    held = (evidence(),)
    given = decide(PAPER, facts(holdings=held, identity="provisional"), catalogue())
    assert (given.source, given.deadline) == ("population", NOW + timedelta(hours=48))
    assert "09:00 ngày 26/11/2026" in given.sentence_vi
    assert "26/11/2026 09:00" in given.sentence_en
    company = facts(holdings=held, identity="provisional", applicant=COMPANY)
    assert decide(PAPER, company, catalogue()).source == "business"


def test_the_day_is_vietnams() -> None:
    """A result valid until the 23rd no longer holds at one in the morning of the 24th in Hưng Yên."""
    last = (replace(RESULT, valid_until=date(2026, 11, 23)),)
    evening = facts(holdings=last, now=datetime(2026, 11, 23, 16, 59, tzinfo=UTC))
    night = facts(holdings=last, now=datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    assert decide(PAPER, evening, catalogue()).verdict is Verdict.WAIVED
    assert decide(PAPER, night, catalogue()).verdict is Verdict.ASK


def every_decision() -> list[Decision]:
    """A decision by each built-in rule."""
    waiting = facts(answers=answered(RULE, PENDING[0]))
    known = catalogue(RULE)
    identities = ("none", "mismatch", "provisional")
    return [
        decide(PAPER, facts(declined=frozenset({"*"})), known),
        decide(PAPER.model_copy(update={"type": "photo"}), facts(), known),
        decide(PAPER.model_copy(update={"present_only": True}), facts(), catalogue()),
        decide(PAPER, facts(holdings=(evidence(),)), known),
        decide(PAPER, facts(holdings=(RESULT,)), known),
        decide(PAPER, facts(), catalogue()),
        decide(PAPER, facts(answers=answered(RULE, NotFound(PROVENANCE))), known),
        decide(PAPER, facts(answers=answered(RULE, citizen(permanent_address=None))), known),
        decide(PAPER, facts(answers=answered(RULE, citizen(full_name="Trần A"))), known),
        decide(
            PAPER,
            facts(
                applicant=COMPANY,
                answers=answered(
                    BUSINESS,
                    OrganisationRecord(code="0990001015", name="X", status_name="Đã giải thể"),
                    COMPANY,
                ),
            ),
            catalogue(BUSINESS),
        ),
        decide(PAPER, facts(answers=answered(RULE, NotLicensed("p", "x", "no"))), known),
        decide(PAPER, facts(applicant=COMPANY), known),
        *(decide(PAPER, facts(holdings=(evidence(),), identity=it), known) for it in identities),
        decide(PAPER, waiting, known),
        decide(PAPER, replace(waiting, outages=(Outage("population", NOW, TOMORROW),)), known),
        decide(PAPER, facts(), catalogue(rule(ask_citizen=True))),
        decide(PAPER, about_child(), known),
        decide(PAPER, facts(disputed=frozenset({("population", "birth")})), known),
        passed(PAPER, waiting, known),
        ended(PAPER, waiting, known),
        decide(PAPER, stored("KQ.G15.000038"), catalogue()),
        decide(PAPER, stored(""), catalogue()),
        decide(PLAIN.model_copy(update={"originals": 0}), facts(), catalogue()),
        *choose(facts(holdings=(evidence(),)), (("P1",), (PAPER.code,)), None),
        *choose(waiting, (("P1",), (PAPER.code,)), (), known),
    ]


def test_every_built_in_rule_speaks_in_whole_sentences() -> None:
    """Each is reached, in Vietnamese and English, with nothing left to fill in and a legal basis."""
    decisions = every_decision()
    assert {item.rule for item in decisions} == BUILT_IN.keys()
    for item in decisions:
        for sentence in (item.sentence_vi, item.sentence_en):
            assert not re.search(r"[{}]|  | [.,;:]|None", sentence), sentence
            assert sentence.endswith(".")
        assert re.search("[ạảãàáăâđêôơưếề]", item.sentence_vi)
        assert item.sentence_en.isascii() or item.source in item.sentence_en
        assert len(item.legal_basis) > 5
        assert item.rule_version >= 1


def test_nothing_personal_is_written_into_a_decision() -> None:
    """Inputs and sentences hold codes and hashes; the applicant is nowhere in them."""
    marks = (NUMBER, NAME, "Hùng", "3301104729", "101111", "1985")
    for item in [
        *every_decision(),
        decide(PAPER, facts(answers=answered(RULE, citizen())), catalogue(RULE)),
    ]:
        text = (
            orjson.dumps(item.inputs).decode() + item.sentence_vi + item.sentence_en + item.source
        )
        assert not [mark for mark in marks if mark in text]


def test_equal_facts_give_equal_decisions() -> None:
    """Deciding has no memory and no clock: the same facts give the same decision and hash, other facts another hash."""
    first, second = every_decision(), every_decision()
    assert first == second
    assert [item.inputs_sha256 for item in first] == [item.inputs_sha256 for item in second]
    one = decide(PAPER, facts(holdings=(evidence(),)), catalogue())
    two = decide(PAPER, facts(holdings=(evidence(id="evidence-2"),)), catalogue())
    assert one.inputs_sha256 != two.inputs_sha256


_holding = st.builds(
    evidence,
    id=st.uuids().map(str),
    kind=st.sampled_from(["paper", "result", "record"]),
    code=st.sampled_from([PAPER.code, PLAIN.code, "KQ.G15.000038", "KQ.G15.000031"]),
    status=st.sampled_from(["valid", "superseded", "revoked"]),
    permanent=st.booleans(),
    valid_until=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 24)),
)


@settings(max_examples=500)
@given(
    holdings=st.lists(_holding, max_size=6).map(tuple),
    identity=st.sampled_from(["verified", "provisional", "mismatch", "questioned", "none"]),
    declined=st.sampled_from([frozenset(), frozenset({"*"}), frozenset({PAPER.code})]),
    component=st.sampled_from([PAPER, PLAIN, PAPER.model_copy(update={"present_only": True})]),
)
def test_only_valid_evidence_is_ever_reused(
    holdings: tuple[Evidence, ...], identity: str, declined: frozenset[str], component: Any
) -> None:
    """Whatever is held: what is waived rests on evidence in force that day, of that paper or a result replacing it."""
    given = decide(
        component, facts(holdings=holdings, identity=identity, declined=declined), catalogue()
    )
    fitting = [
        item
        for item in holdings
        if item.status == "valid"
        and (item.permanent or (item.valid_until is not None and item.valid_until >= TODAY))
        and (
            (item.kind == "paper" and item.code == component.code and not component.present_only)
            or (item.kind == "result" and item.code in component.replaced_by)
        )
    ]
    if given.verdict is Verdict.WAIVED:
        assert identity == "verified"
        assert not declined & {"*", component.code}
        assert given.evidence_id in {item.id for item in fitting}
    else:
        assert not given.evidence_id
        assert not fitting or declined & {"*", component.code} or identity != "verified"
