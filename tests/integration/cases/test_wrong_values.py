"""A value that a national register has wrong: reported at the desk, answered, and counted on or not."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from lienthong import Case, Status
from lienthong.cases import CaseClosed, WrongValueNotFound, WrongValueSettled, WrongValueStatus
from lienthong.identity import PersonalNumber
from lienthong.interface import CitizenQuery, Found, InvalidRequest
from lienthong.onceonly import UnknownComponent
from lienthong.storage import tables

from .conftest import Desk

MARRIAGE = "1.000894"
RIGHT = "Số 9 phố Mẫu, phường Mẫu"
RULE = "dancu-noi-cu-tru"


async def _waived(desk: Desk, key: str = "nguyen-an") -> tuple[Case, str]:
    """A planned case, and the paper that the record of residence waives."""
    case = await desk.open(key, MARRIAGE)
    await case.verify()
    (item,) = [row for row in (await case.plan_documents()).waived if row.rule == RULE]
    return case, item.component


async def _rule(case: Case, component: str) -> str:
    """The rule of the decision in force."""
    (row,) = [row for row in await case.decisions() if row["component"] == component]
    return str(row["rule"])


async def test_reported_and_corrected(any_desk: Desk) -> None:
    """Reported, the paper is asked for at once; looked into, still; corrected, the record is fetched anew and waives again."""
    desk = any_desk
    case, paper = await _waived(desk)
    before = {row["component"]: row["id"] for row in await case.decisions()}
    report = await case.report_wrong_value(
        "permanent_address", right=RIGHT, component=paper, note="theo sổ cũ"
    )
    assert (report.status, report.system, report.component) == ("open", "population", paper)
    assert (report.officer, report.agency, report.dossier) == ("canbo01", "H31.14", case.dossier)
    assert report.decision_id == before[paper]
    assert report.evidence_id
    assert report.text is not None
    assert "Hưng Yên" in report.text.held, "read off the record"
    assert (report.text.right, report.text.note) == (RIGHT, "theo sổ cũ")
    assert await _rule(case, paper) == "value-disputed"
    after = {row["component"]: row["id"] for row in await case.decisions()}
    changed = {code for code in before if before[code] != after[code]}
    assert changed == {paper}, "what does not rest on it stays as it was"
    looked = await desk.one_stop.answer_wrong_value(
        report.id, "answered", "Công an phường đang xác minh", officer="vanhanh01"
    )
    assert looked.status is WrongValueStatus.ANSWERED
    assert (await case.plan_documents()).asked
    assert await _rule(case, paper) == "value-disputed"
    asked = len(desk.asked("population"))
    done = await desk.one_stop.answer_wrong_value(
        report.id, "corrected", "Đã cập nhật", officer="vanhanh01"
    )
    assert (done.status, done.answered_by) == ("corrected", "vanhanh01")
    assert done.text is not None
    assert done.text.answer == "Đã cập nhật"
    assert await _rule(case, paper) == RULE
    assert len(desk.asked("population")) > asked, "what the register said before is not used again"
    events = (await desk.one_stop.events()).events
    told = [(event.kind, event.outcome, event.component) for event in events]
    assert told == [("wrong_value", "answered", paper), ("wrong_value", "corrected", paper)]
    assert RIGHT not in str(events)
    with pytest.raises(WrongValueSettled):
        await desk.one_stop.answer_wrong_value(report.id, "rejected", "x", officer="vanhanh01")


async def test_rejected(desk: Desk) -> None:
    """The value is right after all: it is relied on again, with the record as it was."""
    case, paper = await _waived(desk)
    report = await case.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    asked = len(desk.asked("population"))
    await desk.one_stop.answer_wrong_value(report.id, "rejected", "Đúng", officer="vanhanh01")
    assert await _rule(case, paper) == RULE
    assert len(desk.asked("population")) == asked


async def test_it_counts_in_every_case_of_the_person(desk: Desk) -> None:
    """Another case of the same person does not rely on it either, of another person it does; both open ones are decided anew."""
    first, paper = await _waived(desk)
    report = await first.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    second = await desk.open("nguyen-an", MARRIAGE)
    await second.verify()
    await second.plan_documents()
    assert await _rule(second, paper) == "value-disputed"
    other, _ = await _waived(desk, "tran-binh")
    assert await _rule(other, paper) == RULE
    await desk.one_stop.answer_wrong_value(report.id, "corrected", "Đã sửa", officer="vanhanh01")
    assert await _rule(first, paper) == RULE
    assert await _rule(second, paper) == RULE


async def test_two_desks_at_the_same_moment_make_one_report(any_desk: Desk) -> None:
    """Two cases of one person report the same value while neither sees the other's: one report, and both cases ask for the
    paper; once it is settled, the value may be reported anew.
    """
    desk = any_desk
    (first, paper), (second, _) = await _waived(desk), await _waived(desk)
    together = asyncio.Barrier(2)
    for case in (first, second):
        case._reported = partial(_both_look_first, case, case._reported, together)  # type: ignore[method-assign]  # both look before either writes
    one, two = await asyncio.gather(
        *(
            case.report_wrong_value("permanent_address", right=RIGHT, component=paper)
            for case in (first, second)
        )
    )
    assert one.id == two.id
    assert await desk.count(tables.wrong_values) == 1
    for case in (first, second):
        assert await _rule(case, paper) == "value-disputed"
    await desk.one_stop.answer_wrong_value(one.id, "rejected", "Đúng", officer="vanhanh01")
    again = await first.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    assert again.id != one.id


async def _both_look_first(case: Case, look: Any, together: asyncio.Barrier, *what: Any) -> Any:
    """The first look of a case, which ends when the other case looked too; SQLite lets one write after the other anyway."""
    del case._reported
    found = await look(*what)
    if what[0].dialect.name == "postgresql":
        await asyncio.wait_for(together.wait(), 5)
    return found


async def test_the_same_report_twice_is_one(desk: Desk) -> None:
    """A second click, or a second desk, adds nothing until the first report is settled."""
    case = await desk.open()
    await case.verify()
    found = await case.lookup("population", _query(case), reason="Kiểm tra nơi cư trú")
    assert isinstance(found, Found)
    one = await case.report_wrong_value("religion", right="Không", provenance=found.provenance)
    two = await case.report_wrong_value("religion", right="Không", provenance=found.provenance)
    assert one.id == two.id
    assert (one.request_id, one.component) == (found.provenance.request_id, "")
    await desk.one_stop.answer_wrong_value(one.id, "rejected", "Đúng", officer="vanhanh01")
    three = await case.report_wrong_value("religion", right="Không", provenance=found.provenance)
    assert three.id != one.id
    assert [report.id for report in await case.wrong_values()] == [one.id, three.id]


def _query(case: Case) -> CitizenQuery:
    applicant = case.applicant
    assert isinstance(applicant.number, PersonalNumber)
    return CitizenQuery(applicant.number, applicant.full_name, applicant.birth)


async def test_what_is_no_report(desk: Desk) -> None:
    """Tied to nothing, to two things, to what this case never saw, without a right value: refused, nothing kept or changed."""
    case, paper = await _waived(desk)
    other = await desk.open("tran-binh")
    await other.verify()
    found = await other.lookup("population", _query(other), reason="Kiểm tra")
    assert isinstance(found, Found)
    land = found.provenance.model_copy(update={"system": "land", "service": "khác"})
    form = next(
        row["component"] for row in await case.decisions() if row["rule"] == "form-each-time"
    )
    wrong: tuple[dict[str, object], ...] = (
        {},
        {"component": paper, "provenance": found.provenance},
        {"provenance": land},
        {"component": form},
        {"component": paper, "right": "  "},
        {"component": paper, "right": "x" * 3000},
        {"component": paper, "attribute": "Nơi ở"},
        {"component": paper, "attribute": "no_such_attribute"},
    )
    for arguments in wrong:
        given: dict[str, object] = {"attribute": "permanent_address", "right": RIGHT, **arguments}
        with pytest.raises(InvalidRequest) as refused:
            await case.report_wrong_value(given.pop("attribute"), **given)  # type: ignore[arg-type]  # wrong on purpose
        assert refused.value.desk_vi
    with pytest.raises(UnknownComponent):
        await case.report_wrong_value("birth", right="x", component="000")
    assert await desk.count(tables.wrong_values) == 0
    assert await _rule(case, paper) == RULE
    with pytest.raises(WrongValueNotFound):
        await desk.one_stop.wrong_value("0")
    with pytest.raises(WrongValueNotFound):
        await desk.one_stop.answer_wrong_value("0", "rejected", "x", officer="y")
    report = await case.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    for status, answer, officer in (
        ("open", "x", "y"),
        ("rejected", " ", "y"),
        ("rejected", "x", ""),
    ):
        with pytest.raises(InvalidRequest):
            await desk.one_stop.answer_wrong_value(report.id, status, answer, officer=officer)
    await case.advance(Status.WITHDRAWN, "rút")
    with pytest.raises(CaseClosed):
        await case.report_wrong_value("birth", right="x", component=paper)
    await desk.one_stop.answer_wrong_value(report.id, "corrected", "Đã sửa", officer="vanhanh01")


async def test_nothing_of_it_can_be_read_without_the_keys(desk: Desk) -> None:
    """The store holds what is personal sealed, lists do not open it, and no text form shows it."""
    case, paper = await _waived(desk)
    report = await case.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    (row,) = await desk.rows(select(tables.wrong_values))
    assert RIGHT.encode() not in row["sealed"]
    assert RIGHT not in str({key: value for key, value in row.items() if key != "sealed"})
    assert RIGHT not in repr(report)
    (listed,) = await desk.one_stop.wrong_values()
    assert (listed.id, listed.text) == (report.id, None)
    assert await desk.one_stop.wrong_values(status="corrected") == ()
    assert await desk.one_stop.wrong_values(after=report.id) == ()
    whole = await desk.one_stop.wrong_value(report.id)
    assert whole.text is not None
    assert whole.text.right == RIGHT


async def test_a_silent_register_keeps_the_desk_going(desk: Desk) -> None:
    """Corrected while the register is down: the paper is provisional, not asked for and not waived by the old record."""
    case, paper = await _waived(desk)
    report = await case.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    await desk.down("population")
    await desk.one_stop.answer_wrong_value(report.id, "corrected", "Đã sửa", officer="vanhanh01")
    assert await _rule(case, paper) == "source-pending"
    await desk.later(minutes=30)
    await desk.one_stop.settle()
    assert await _rule(case, paper) == RULE


async def test_the_report_is_made_by_who_works_on_the_case(desk: Desk) -> None:
    """The processing unit reports under its own officer."""
    opened = await desk.open("nguyen-an", MARRIAGE, processing_agency="H31.15")
    case = await desk.one_stop.case(opened.dossier, officer="canbo09", agency="H31.15")
    await case.verify()
    await case.plan_documents()
    paper = next(row["component"] for row in await case.decisions() if row["rule"] == RULE)
    report = await case.report_wrong_value("permanent_address", right=RIGHT, component=paper)
    assert (report.officer, report.agency) == ("canbo09", "H31.15")
