"""A parent's cases about two children: each child's papers and results are kept, in one case and over several."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from lienthong import Case, Decision, IssuedResult, Paper, Plan
from lienthong.cases import CaseChanged, CaseConflict
from lienthong.interface import InvalidRequest
from lienthong.onceonly import Applicant, PaperFacts, UnknownComponent
from lienthong.storage import tables

from .conftest import Desk, pdf

CARD = "1.001656"
UNDER_SIX = "Trẻ em dưới 6 tuổi chưa có thẻ BHYT"
INVOICE = "1.001656-TP05"
MARRIAGE = "1.000894"
RESIDENCE = "dancu-noi-cu-tru"
MARITAL_STATUS = "1.004873"
CERTIFICATE = "KQ.G15.000038"
CHILDREN = ("033320000201", "033220000202")


async def test_each_childs_papers_are_kept(any_desk: Desk) -> None:
    """One scan about two children is two papers, handed in again none; the younger's result supersedes nothing of the
    elder's, and neither is reused as the parent's own.
    """
    desk = any_desk
    case = await desk.open("nguyen-an", MARITAL_STATUS, dossier="H31.14-261124-8101")
    await case.verify()
    component = (await case.plan_documents()).asked[0].component
    papers = [
        Paper(component, pdf("one scan"), PaperFacts(subject=child, owner_number=child))
        for child in CHILDREN
    ]
    await case.accept(*papers)
    await case.accept(*papers)
    assert await desk.count(tables.papers, tables.papers.c.how == "accepted") == 2
    await case.advance("4", "Chuyển xử lý")
    await case.close(
        *(IssuedResult(CERTIFICATE, pdf(child), PaperFacts(subject=child)) for child in CHILDREN)
    )
    results = tables.evidence.c.kind == "result"
    assert await desk.count(tables.evidence, results & (tables.evidence.c.status == "valid")) == 2
    later = await desk.open("nguyen-an", MARITAL_STATUS, dossier="H31.14-261124-8102")
    await later.verify()
    reused = {item.rule for item in (await later.plan_documents()).decisions}
    assert not reused & {"same-paper", "replacing-result"}


def child(number: str = CHILDREN[0]) -> Applicant:
    """One of the children."""
    return Applicant.citizen(personal_id=number, full_name="Trẻ Em Mẫu", birth_date="02/05/2020")


async def opened(desk: Desk, key: str = "nguyen-an", **options: Any) -> Case:
    """A verified case about somebody's health insurance card."""
    case = await desk.open(key, CARD, choice=UNDER_SIX, **options)
    await case.verify()
    return case


def decided(plan: Plan, component: str) -> Decision:
    """The decision on one paper."""
    (found,) = [item for item in plan.decisions if item.component == component]
    return found


async def test_a_childs_paper_serves_the_same_child_again(any_desk: Desk) -> None:
    """Named on opening, the child's paper is filed as the child's, and reused in a later case about that child, not in one
    about a brother or about the parent.
    """
    desk = any_desk
    paper = INVOICE
    case = await opened(desk, about={paper: child()})
    await case.accept(Paper(paper, pdf("the child's")))
    again = await desk.one_stop.case(case.dossier)
    assert again.about[paper] == child()
    later = await opened(desk)
    for who, rule in (
        (child(), "same-paper"),
        (child(CHILDREN[1]), "nothing-held"),
        (None, "nothing-held"),
        (child(), "same-paper"),
    ):
        found = decided(await later.plan_documents(about={paper: who}), paper)
        assert (found.rule, found.of_another) == (rule, who is not None)
    await desk.one_stop.settle()
    assert all(item.recomputed == "same" for item in await later.explain())
    (row,) = [row for row in await later.decisions() if row["component"] == paper]
    assert row["subject_index"] == desk.one_stop.desk.evidence.owner_index(child().owner_key)
    assert CHILDREN[0] not in json.dumps([row["inputs"] for row in await later.decisions()])
    strangers = await opened(desk, "tran-binh", about={paper: child()})
    assert decided(await strangers.plan_documents(), paper).rule == "nothing-held"


async def test_the_wrong_childs_paper_is_not_taken(desk: Desk) -> None:
    """A paper that states another number than that of the person the case names is refused; without a name any is taken."""
    case, paper = await opened(desk), INVOICE
    await case.plan_documents(about={paper: child()})
    for wrong in (CHILDREN[1], case.applicant.owner_number):
        with pytest.raises(InvalidRequest, match="somebody else"):
            await case.accept(Paper(paper, pdf("x")), subject=wrong)
    assert await desk.count(tables.evidence, tables.evidence.c.kind == "paper") == 0
    await case.accept(Paper(paper, pdf("x")), subject=CHILDREN[0])
    free = await opened(desk)
    await free.accept(Paper(paper, pdf("y")), subject=CHILDREN[1])
    filed = await desk.rows(select(tables.evidence).where(tables.evidence.c.kind == "paper"))
    index = desk.one_stop.desk.evidence.owner_index
    assert [row["subject_index"] for row in filed] == [index(f"person:{it}") for it in CHILDREN]
    with pytest.raises(UnknownComponent):
        await free.plan_documents(about={"no-such-paper": child()})


async def test_a_spouse_is_looked_up_by_the_spouses_word(any_desk: Desk) -> None:
    """Nothing is asked about somebody else, nor shown, before the word of that person is on record; then the record of that
    person waives the paper, is audited as theirs, and the word is not that of whoever is named next.
    """
    desk = any_desk
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    (paper,) = [it.component for it in (await case.plan_documents()).waived if it.rule == RESIDENCE]
    calls = len(desk.asked("population"))
    spouse = desk.applicant("tran-binh")
    plan = await case.plan_documents(about={paper: spouse})
    assert decided(plan, paper).rule == "consent-of-another"
    shown = await case.preview(paper)
    assert (shown.decision.rule, shown.values) == ("consent-of-another", {})
    assert len(desk.asked("population")) == calls
    await case.consent(paper, granted=True)
    found = decided(await case.plan_documents(), paper)
    assert (found.rule, found.of_another) == (RESIDENCE, True)
    assert len(desk.asked("population")) == calls + 1
    index = desk.one_stop.desk.index.of("audit.subject", spouse.owner_key)
    assert await desk.count(tables.audit_log, tables.audit_log.c.subject_index == index) == 1
    (kept,) = await desk.rows(
        select(tables.evidence).where(tables.evidence.c.id == found.evidence_id)
    )
    assert kept["owner_index"] == desk.one_stop.desk.evidence.owner_index(spouse.owner_key)
    other = decided(await case.plan_documents(about={paper: desk.applicant("le-cuong")}), paper)
    assert other.rule == "consent-of-another"
    assert len(desk.asked("population")) == calls + 1


async def test_a_wrong_value_is_the_spouses(desk: Desk) -> None:
    """Reported of the spouse's record, it is disputed in every case about the spouse, and not of the applicant."""
    spouse = desk.applicant("tran-binh")
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    (paper,) = [it.component for it in (await case.plan_documents()).waived if it.rule == RESIDENCE]
    await case.consent(paper, granted=True)
    await case.plan_documents(about={paper: spouse})
    await case.consent(paper, granted=True)
    await case.plan_documents()
    report = await case.report_wrong_value("permanent_address", right="Số 9", component=paper)
    assert decided(await case.recorded_plan(), paper).rule == "value-disputed"
    own = await desk.open("nguyen-an", MARRIAGE)
    await own.verify()
    assert decided(await own.plan_documents(), paper).rule == RESIDENCE
    theirs = await desk.open("tran-binh", MARRIAGE)
    await theirs.verify()
    assert decided(await theirs.plan_documents(), paper).rule == "value-disputed"
    await desk.one_stop.answer_wrong_value(report.id, "corrected", "Đã sửa", officer="vanhanh01")
    for one in (case, theirs):
        assert decided(await one.recorded_plan(), paper).rule == RESIDENCE


async def records_of(desk: Desk, paper: str) -> set[bytes]:
    """Owner indexes of what stands for a paper in the dossier."""
    papers, evidence = tables.papers, tables.evidence
    rows = await desk.rows(
        select(evidence.c.owner_index)
        .join(papers, papers.c.evidence_id == evidence.c.id)
        .where(papers.c.component == paper)
    )
    return {row["owner_index"] for row in rows}


async def test_decided_again_for_another_person(any_desk: Desk) -> None:
    """The same rule about somebody else is another decision: the first person's record leaves the dossier."""
    desk = any_desk
    index = desk.one_stop.desk.evidence.owner_index
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    plan = await case.plan_documents()
    (paper,) = [item.component for item in plan.waived if item.rule == RESIDENCE]
    for key in ("tran-binh", "le-cuong"):
        await case.name_subjects({paper: desk.applicant(key)})
        await case.consent(paper, granted=True)
        await case.decide_again("another person")
        assert await records_of(desk, paper) == {index(desk.applicant(key).owner_key)}
    await case.name_subjects({paper: None})
    await case.decide_again("the applicant after all")
    assert await records_of(desk, paper) == {index(desk.applicant("nguyen-an").owner_key)}


async def test_a_corrected_applicant_is_decided_on_anew(any_desk: Desk) -> None:
    """Another applicant's record does not stay in the dossier, and the first one's word is not the second one's."""
    desk = any_desk
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    plan = await case.plan_documents()
    (paper,) = [item.component for item in plan.waived if item.rule == RESIDENCE]
    await case.consent(paper, granted=True)
    other = desk.applicant("tran-binh")
    assert other.number is not None
    assert other.birth is not None
    assert other.sex is not None
    await case.verify_citizen(
        personal_id=other.number.value,
        full_name=other.full_name,
        birth_date=other.birth.iso(),
        sex=other.sex.value,
    )
    await case.decide_again("another applicant")
    first = desk.one_stop.desk.evidence.owner_index(desk.applicant("nguyen-an").owner_key)
    assert first not in await records_of(desk, paper)
    (row,) = await desk.rows(select(tables.cases.c.consented))
    assert row["consented"] == []


async def test_named_after_the_paper_was_taken(any_desk: Desk) -> None:
    """What was filed as the parent's is not reused as the parent's once it is said to be the child's."""
    desk = any_desk
    case = await opened(desk)
    await case.accept(Paper(INVOICE, pdf("the child's")))
    await case.plan_documents(about={INVOICE: child()})
    later = await opened(desk)
    assert decided(await later.plan_documents(), INVOICE).rule == "nothing-held"
    await case.accept(Paper(INVOICE, pdf("the child's")))
    again = await later.plan_documents(about={INVOICE: child()})
    assert decided(again, INVOICE).rule == "same-paper"


async def test_named_while_the_paper_comes_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another desk names the child while the scan is received: nothing is filed as the parent's."""
    case = await opened(desk)
    other = await desk.one_stop.case(case.dossier)
    room = desk.one_stop.desk.evidence
    receive = room.receive

    async def slow(*args: Any, **options: Any) -> Any:
        await other.name_subjects({INVOICE: child()})
        return await receive(*args, **options)

    monkeypatch.setattr(room, "receive", slow)
    with pytest.raises(CaseChanged):
        await case.accept(Paper(INVOICE, pdf("the child's")))
    assert await desk.count(tables.evidence, tables.evidence.c.kind == "paper") == 0


async def test_a_word_given_for_one_child_is_not_the_others(desk: Desk) -> None:
    """The other desk names another child: the word on the first one's paper is not recorded."""
    case = await opened(desk, about={INVOICE: child()})
    other = await desk.one_stop.case(case.dossier)
    await other.name_subjects({INVOICE: child(CHILDREN[1])})
    with pytest.raises(CaseChanged):
        await case.consent(INVOICE, granted=True)
    assert await case.choices_made() == ()


async def test_opened_twice_with_other_persons(desk: Desk) -> None:
    """A second opening changes nothing, and says so where it would."""
    code = "H31.14-261124-8301"
    await opened(desk, dossier=code, about={INVOICE: child()})
    await opened(desk, dossier=code)
    await opened(desk, dossier=code, about={INVOICE: child()})
    with pytest.raises(CaseConflict, match="name_subjects"):
        await opened(desk, dossier=code, about={INVOICE: child(CHILDREN[1])})
