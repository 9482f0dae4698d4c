"""A distant system is down: the citizen is served, and what was provisional is settled by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lienthong import Applicant, IdentityVerdict, Paper, Status
from lienthong.cases import CaseClosed, PapersPending, Settled
from lienthong.storage import tables

from .conftest import Desk, pdf

MARRIAGE = "1.000894"


async def test_papers_and_identity_settle_after_recovery(any_desk: Desk) -> None:
    """Identity first, then the papers; until then the case cannot end, and the sentence gives the deadline."""
    desk = any_desk
    await desk.down("population")
    case = await desk.open("nguyen-an", MARRIAGE)
    first = await case.verify()
    assert (first.verdict, bool(first.retry_at)) == (IdentityVerdict.PROVISIONAL, True)
    plan = await case.plan_documents()
    assert len(plan.provisional) == 3
    for item in plan.provisional:
        assert item.deadline is not None
        assert "Cơ sở dữ liệu quốc gia về dân cư" in item.sentence_vi
        assert "ngày" in item.sentence_vi
    for item in plan.asked:
        await case.accept(Paper(item.component, pdf("form")))
    with pytest.raises(PapersPending):
        await case.close()
    await case.advance(Status.IN_PROCESS)
    await case.advance(Status.PROCESSED)
    for end in (case.close(), case.advance(Status.RETURNED)):
        with pytest.raises(PapersPending):
            await end
    assert await desk.one_stop.settle() == Settled(0, 0, 0, 3)
    await desk.later(minutes=30)
    assert await desk.one_stop.settle() == Settled(1, 3, 0, 0)
    assert await desk.one_stop.settle() == Settled(0, 0, 0, 0)
    case = await desk.one_stop.case(case.dossier)
    assert case.identity == "verified"
    assert {row["outcome"] for row in await case.decisions()} == {"ask", "waived"}
    await case.close()
    state = await desk.told()
    assert (state["by_status"], state["duplicate_steps"], state["out_of_order"]) == (
        {"10": 1},
        0,
        0,
    )
    checks = await desk.rows(select(tables.checks.c.state))
    assert [row["state"] for row in checks] == ["settled"] * 3


async def test_after_the_deadline_the_paper_is_asked_for(desk: Desk) -> None:
    """A source that never answers does not hold a case for ever."""
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    await desk.later(days=2)  # the record of an earlier plan would be too old by now
    await desk.down("population")
    plan = await case.plan_documents()
    assert {item.rule for item in plan.provisional} == {"source-pending"}
    assert await desk.one_stop.settle() == Settled(0, 0, 0, 3)
    await desk.later(hours=49, but="population")
    assert await desk.one_stop.settle() == Settled(0, 1, 2, 0)
    assert {row["rule"] for row in await case.decisions()} == {
        "form-each-time",
        "deadline-passed",
        "not-collected",
    }


async def test_one_silent_register_does_not_hold_up_the_other(desk: Desk) -> None:
    """Organisations whose register is down wait; citizens behind them are verified."""
    await desk.down("population")
    await desk.down("business")
    company = Applicant.organisation(code="0990001015", name="Công ty TNHH Mẫu Hoạt Động")
    waiting = await desk.open(procedure="2.000591", applicant=company)
    await waiting.verify()
    citizen = await desk.open("nguyen-an", MARRIAGE)
    await citizen.verify()
    await desk.up("population")
    assert (await desk.one_stop.settle()).identities == 1
    assert (await desk.one_stop.case(citizen.dossier)).identity == "verified"
    assert (await desk.one_stop.case(waiting.dossier)).identity == "provisional"


async def test_settling_asks_what_the_desk_would_have_asked(desk: Desk) -> None:
    """A name that only resembles the record is not waved through because the register was down before."""
    await desk.down("population")
    true = desk.sandbox.personas["twin-song-anh"].citizen
    other = desk.sandbox.personas["twin-song-anh-2"].citizen
    assert true is not None
    assert other is not None
    stranger = Applicant.citizen(
        personal_id=true.personal_id, full_name=other.name, birth_date=true.birth
    )
    case = await desk.open(procedure=MARRIAGE, applicant=stranger)
    await case.verify()
    await case.plan_documents()
    await desk.later(minutes=30)
    settled = await desk.one_stop.settle()
    assert (settled.identities, settled.waived, settled.asked) == (1, 1, 2)
    assert (await desk.one_stop.case(case.dossier)).identity in {"mismatch", "questioned"}


async def test_nobody_is_asked_about_a_withdrawn_case(desk: Desk) -> None:
    """Withdrawn, the case has no purpose left: its provisional papers end without a call."""
    await desk.down("population")
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    assert (await case.plan_documents()).provisional
    await case.advance(Status.WITHDRAWN, "Công dân rút hồ sơ")
    await desk.later(minutes=30)
    before = len(desk.asked("population"))
    assert await desk.one_stop.settle() == Settled(0, 0, 3, 0)
    assert len(desk.asked("population")) == before
    case = await desk.one_stop.case(case.dossier)
    assert case.identity == "none"
    assert {row["rule"] for row in await case.decisions()} == {"form-each-time", "case-ended"}
    with pytest.raises(CaseClosed):
        await case.verify()


async def test_planning_again_replaces_what_was_provisional(desk: Desk) -> None:
    """The clerk plans again after recovery: one decision per paper is in force and no check stays open."""
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    await desk.later(days=2)
    await desk.down("population")
    assert len((await case.plan_documents()).provisional) == 3
    await desk.up("population")
    assert len((await case.plan_documents()).waived) == 3
    assert len(await case.decisions()) == len(case.components)
    assert await desk.count(tables.checks, tables.checks.c.state == "open") == 0
    assert await desk.one_stop.settle() == Settled(0, 0, 0, 0)
