"""A second click does nothing twice, two people never overwrite each other, and what fails leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from lienthong import (
    Applicant,
    IdentityError,
    IssuedResult,
    LienthongError,
    Paper,
    Status,
)
from lienthong.cases import CaseChanged, CaseClosed, CaseConflict, CaseNotFound, StepNotAllowed
from lienthong.interface import CitizenQuery, InvalidRequest
from lienthong.onceonly import UnknownComponent, UnknownProcedure
from lienthong.storage import StoreFull, tables
from lienthong_sandbox import Fault

from .conftest import Desk, pdf

MARITAL_STATUS = "1.004873"
CERTIFICATE = "KQ.G15.000038"
DOSSIER = "H31.14-261124-8001"


async def test_opening_twice_is_opening_once(any_desk: Desk) -> None:
    """The same code for the same procedure, agency and applicant gives the same case, also at the same moment."""
    first, second = await asyncio.gather(
        any_desk.open(dossier=DOSSIER), any_desk.open(dossier=DOSSIER)
    )
    assert first.id == second.id
    for other in (
        any_desk.open("tran-binh", dossier=DOSSIER),
        any_desk.open(procedure=MARITAL_STATUS, dossier=DOSSIER),
        any_desk.open(agency="H31.15", dossier=DOSSIER),
    ):
        with pytest.raises(CaseConflict):
            await other
    assert await any_desk.count(tables.cases) == 1


async def test_every_step_twice_at_once_is_one_step(any_desk: Desk) -> None:
    """Two browser windows press every button together; evidence, papers and the hub show one of each."""
    desk = any_desk
    await desk.open("nguyen-an", MARITAL_STATUS, dossier=DOSSIER)
    one, two = [await desk.one_stop.case(DOSSIER) for _ in range(2)]
    await asyncio.gather(one.verify(), two.verify())
    plans = await asyncio.gather(one.plan_documents(), two.plan_documents())
    assert [item.verdict for item in plans[0].decisions] == [
        item.verdict for item in plans[1].decisions
    ]
    assert len(await one.decisions()) == len(one.components)
    form = Paper(plans[0].asked[0].component, pdf("the form"))
    await asyncio.gather(one.accept(form), two.accept(form))
    await asyncio.gather(one.accept(form), two.accept(form))
    await asyncio.gather(one.advance("4", "Chuyển xử lý"), two.advance("4", "Chuyển xử lý"))
    done = IssuedResult(CERTIFICATE, pdf("pdf"))
    await asyncio.gather(one.close(done), two.close(done))
    assert await desk.count(tables.papers, tables.papers.c.how == "accepted") == 1
    assert await desk.count(tables.evidence, tables.evidence.c.kind == "paper") == 1
    assert await desk.count(tables.evidence, tables.evidence.c.kind == "result") == 1
    state = await desk.told()
    assert (state["steps"], state["duplicate_steps"], state["out_of_order"]) == (4, 0, 0)


async def test_a_plan_writes_once_and_asks_once(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers and decisions are one write; a case that changes meanwhile is planned anew with the answers that came."""
    desk = any_desk
    case = await desk.open("nguyen-an", MARITAL_STATUS, dossier=DOSSIER)
    db, planner = desk.one_stop.desk.db, desk.one_stop.desk.planner
    async with db.begin() as conn:
        await conn.execute(update(tables.cases).values(identity="verified", revision=9))
    begin, propose = db.begin, planner.propose
    writes = 0

    def counted() -> Any:
        nonlocal writes
        writes += 1
        return begin()

    monkeypatch.setattr(db, "begin", counted)
    plan = await case.plan_documents()
    assert any(item.source.startswith("population/") for item in plan.waived)
    assert (writes, len(desk.asked("population"))) == (1, 1)

    other = await desk.open("tran-binh", MARITAL_STATUS, dossier=f"{DOSSIER}2")
    async with begin() as conn:
        mine = tables.cases.c.id == other.id
        await conn.execute(update(tables.cases).where(mine).values(identity="verified", revision=9))
    changed = await desk.one_stop.case(other.dossier)
    refused = next(item.component for item in plan.asked)

    async def meanwhile(*arguments: Any) -> Any:
        proposed = await propose(*arguments)
        if not any(item.rule == "declined" for item in proposed.decisions):
            await changed.decline_reuse(refused)
        return proposed

    monkeypatch.setattr(planner, "propose", meanwhile)
    plan = await other.plan_documents()
    assert next(item.rule for item in plan.decisions if item.component == refused) == "declined"
    assert any(item.source.startswith("population/") for item in plan.waived)
    assert len(desk.asked("population")) == 2
    kept = tables.evidence.c.kind == "record", tables.evidence.c.case_id == other.id
    assert await desk.count(tables.evidence, *kept) == 1


async def test_a_double_click_on_a_look_up_is_one_call_and_one_entry(any_desk: Desk) -> None:
    """Joined while the first is under way; another officer's question is their own."""
    desk = any_desk
    await desk.sandbox.faults.put("population", Fault(latency_ms=150))
    case = await desk.open()
    applicant = case.applicant
    assert applicant.number is not None
    query = CitizenQuery(applicant.number, applicant.full_name, applicant.birth)
    ask = [case.lookup("population", query, reason="Đối chiếu") for _ in range(5)]
    found = await asyncio.gather(*ask)
    assert {type(answer).__name__ for answer in found} == {"Found"}
    assert len(desk.asked("population")) == 1
    assert len(await desk.audited(case.dossier)) == 1


async def test_a_stale_window_neither_overwrites_nor_tells_old_news(
    desk: Desk, another_desk: Callable[[], Any]
) -> None:
    """A step chosen by looking at a former status is refused; papers are added to the case as it stands now."""
    await desk.open("nguyen-an", MARITAL_STATUS, dossier=DOSSIER)
    async with another_desk() as elsewhere:
        here, there = await desk.one_stop.case(DOSSIER), await elsewhere.case(DOSSIER)
        await here.accept(Paper(here.components[0].code, pdf("form")))
        await here.advance(Status.IN_PROCESS)
        with pytest.raises(CaseChanged):
            await there.advance(Status.NOT_ACCEPTED, "Thiếu giấy tờ")
        assert (await desk.one_stop.case(DOSSIER)).status is Status.IN_PROCESS
        stale = await elsewhere.case(DOSSIER)
        await here.advance(Status.SUPPLEMENT_ASKED, "Bổ sung ảnh")
        await stale.accept(Paper(here.components[0].code, pdf("another page")))
        assert stale.status is Status.SUPPLEMENT_ASKED
    state = await desk.told()
    assert (state["by_status"], state["out_of_order"]) == ({"5": 1}, 0)


async def test_nothing_is_done_in_a_case_that_ended_in_another_window(
    desk: Desk, another_desk: Callable[[], Any]
) -> None:
    """The case is the purpose: closed elsewhere, it allows no further call and takes no paper."""
    await desk.open("nguyen-an", MARITAL_STATUS, dossier=DOSSIER)
    async with another_desk() as elsewhere:
        there = await elsewhere.case(DOSSIER)
        here = await desk.one_stop.case(DOSSIER)
        await here.advance(Status.WITHDRAWN)
        for step in (
            there.verify(),
            there.plan_documents(),
            there.accept(Paper(here.components[0].code, pdf("form"))),
            there.advance(Status.ACCEPTED),
            there.decline_reuse(),
            there.close(),
        ):
            with pytest.raises(CaseClosed):
                await step
        await there.advance(Status.WITHDRAWN)  # the second click on the same button
    assert desk.asked("population") == []


def _files(folder: Path | str) -> list[Path]:
    """What stands in the folder of contents."""
    return sorted(file for file in Path(folder).rglob("*") if file.is_file())


async def test_a_full_disk_leaves_the_case_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither store nor the case in hand keep half a step, and the same click works once there is room."""
    case = await desk.open("nguyen-an", MARITAL_STATUS)
    await case.accept(Paper(case.components[0].code, pdf("form")))
    waiting = await desk.count(tables.outbox)
    kept = _files(desk.settings.store.content)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StoreFull):
            await case.close(IssuedResult(CERTIFICATE, pdf("pdf")))
        with pytest.raises(StoreFull):
            await case.accept(Paper(case.components[0].code, pdf("one more page")))
    assert _files(desk.settings.store.content) == kept
    assert case.status is Status.ACCEPTED
    assert await desk.count(tables.outbox) == waiting
    await case.close(IssuedResult(CERTIFICATE, pdf("pdf")))
    assert (await desk.one_stop.case(case.dossier)).status is Status.RETURNED


async def test_a_clerks_mistake_is_a_sentence(desk: Desk) -> None:
    """Every wrong argument is a typed error with Vietnamese for the desk; nothing is half-written."""
    case = await desk.open("nguyen-an", MARITAL_STATUS)
    component = case.components[0].code
    shown = next(item.code for item in case.components if item.present_only)
    wrong: list[tuple[Any, type[Exception]]] = [
        (case.accept(Paper("000.00.00.G99-KQ000000", b"x")), UnknownComponent),
        (case.accept(Paper(component, b"x"), Paper("nonsense")), UnknownComponent),
        (case.accept(Paper(shown, b"x")), InvalidRequest),
        (case.accept(Paper(component, b"")), InvalidRequest),
        (case.advance("11"), InvalidRequest),
        (case.advance(Status.RETURNED), StepNotAllowed),
        (case.close(IssuedResult("KQ.G99.000001", b"x")), InvalidRequest),
        (case.close(IssuedResult(CERTIFICATE, b"")), InvalidRequest),
        (case.close(), StepNotAllowed),
        (case.plan_documents(choice="không có"), InvalidRequest),
        (case.decline_reuse("nonsense"), UnknownComponent),
        (desk.one_stop.case("H31.14-261124-7777"), CaseNotFound),
        (desk.one_stop.case("nonsense"), IdentityError),
        (desk.open(procedure="9.999999"), UnknownProcedure),
        (desk.open(procedure="nonsense"), IdentityError),
        (desk.open(officer="  "), InvalidRequest),
        (desk.open(agency="tỉnh"), IdentityError),
        (desk.open(channel="4"), InvalidRequest),
        (desk.open(choice="không có"), InvalidRequest),
    ]
    for step, kind in wrong:
        with pytest.raises(kind) as caught:
            await step
        sentence = getattr(caught.value, "desk_vi", "") or getattr(caught.value, "advice_vi", "")
        assert sentence
        assert sentence != LienthongError.desk_vi or kind is InvalidRequest
    assert await desk.count(tables.papers) == 0
    assert await desk.count(tables.cases) == 1
    assert case.status is Status.REGISTERED


async def test_the_applicant_must_fit_the_procedure(desk: Desk) -> None:
    """A citizen in a company's procedure and a company in a citizen's are refused by a sentence."""
    company = Applicant.organisation(code="0990001015", name="Công ty TNHH Mẫu Hoạt Động")
    with pytest.raises(InvalidRequest, match="for citizens") as caught:
        await desk.open(procedure=MARITAL_STATUS, applicant=company)
    assert "cá nhân" in caught.value.desk_vi
    with pytest.raises(InvalidRequest, match="for organisations"):
        await desk.open(procedure="2.000591")


async def test_a_long_list_pages(any_desk: Desk) -> None:
    """Oldest first, every case once, filtered by status, and never more than asked for."""
    codes = [(await any_desk.open()).dossier for _ in range(7)]
    await (await any_desk.one_stop.case(codes[2])).advance(Status.WITHDRAWN)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = await any_desk.one_stop.cases(after=after, limit=3)
        assert len(page.cases) <= 3
        seen += [head.dossier for head in page.cases]
        after = page.after
        if after is None:
            break
    assert seen == codes
    gone = await any_desk.one_stop.cases(status=Status.WITHDRAWN)
    assert [(head.dossier, head.status_vi) for head in gone.cases] == [
        (codes[2], "Công dân yêu cầu rút hồ sơ")
    ]
    assert (await any_desk.one_stop.cases(limit=0)).cases[0].dossier == codes[0]
