"""The national store of digitised papers: asked for what nobody else has, by the officer, and told to the hub as such."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from lienthong import Case, Decision, OneStop, Paper, PaperFacts, Plan, Verdict
from lienthong.onceonly import Received, Signature, SignatureVerdict
from lienthong.storage import tables
from lienthong_sandbox import Fault, Sandbox

from .conftest import LIMITS, Clock, Desk, pdf, read_settings

CHILD = "1.001656"
UNDER_SIX = "Trẻ em dưới 6 tuổi chưa có thẻ BHYT"
BIRTH = "1.001656-TP03"
NOTICE = "1.001656-TP06"
OFFICER = "033080000909"


@pytest_asyncio.fixture
async def desk(sandbox: Sandbox, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Desk]:
    """A desk of a province that reaches the national store through a proxy of its own."""
    shutil.copyfile(sqlite_template, tmp_path / "lienthong.db")
    async with _desk(sandbox, tmp_path, f"sqlite:///{tmp_path / 'lienthong.db'}") as opened_desk:
        yield opened_desk


@pytest_asyncio.fixture
async def any_desk(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    """The same on SQLite and on PostgreSQL."""
    async with _desk(sandbox, tmp_path, database_url) as opened_desk:
        yield opened_desk


@asynccontextmanager
async def _desk(sandbox: Sandbox, folder: Path, url: str) -> AsyncIterator[Desk]:
    systems = tomllib.loads(sandbox.configuration())["systems"]
    proxied = tomllib.loads(sandbox.configuration({"operations_centre": "proxy"}))["systems"]
    # The store lies beside the proxy's other services, not below them.
    url_of_store = sandbox.urls["operations_centre"]
    systems["paper_store"] = {**proxied["operations_centre"], "url": url_of_store}
    for system in systems.values():
        system["limits"] = LIMITS
    settings = read_settings(sandbox, folder, url, systems=systems)
    clock = Clock()
    async with OneStop.from_config(settings, now=clock) as one_stop:
        yield Desk(one_stop, sandbox, settings, clock)


def decided(plan: Plan, component: str) -> Decision:
    """The decision on one paper."""
    (found,) = [item for item in plan.decisions if item.component == component]
    return found


async def opened(desk: Desk, key: str = "nguyen-an", **options: Any) -> Case:
    """A verified case that asks for a birth certificate or a birth notice."""
    case = await desk.open(
        key, CHILD, **{"choice": UNDER_SIX, "officer_number": OFFICER, **options}
    )
    await case.verify()
    return case


async def test_a_paper_of_the_national_store_waives(any_desk: Desk) -> None:
    """Found by owner and result code, its file is kept; the other choice of the requirement is spared with it."""
    desk = any_desk
    case = await opened(desk)
    plan = await case.plan_documents()
    birth = decided(plan, BIRTH)
    assert (birth.verdict, birth.rule) == (Verdict.WAIVED, "national-store")
    assert (birth.reuse, birth.replaced_by) == (2, "KQ.G15.000031")
    assert birth.source.startswith("paper_store/")
    assert decided(plan, NOTICE).rule == "alternative-met"
    (kept,) = await desk.rows(
        select(tables.evidence).where(tables.evidence.c.id == birth.evidence_id)
    )
    assert kept["kind"] == "result"
    assert kept["content_bytes"] > 0
    assert all(item.recomputed == "same" for item in await case.explain())


async def test_every_file_of_a_paper_is_kept(any_desk: Desk) -> None:
    """A birth certificate of two sheets is kept with both, each readable, and neither is swept away."""
    desk = any_desk
    room = desk.one_stop.desk.evidence
    birth = decided(await (await opened(desk)).plan_documents(), BIRTH)
    async with desk.one_stop.desk.db.read() as conn:
        sheets = await room.contents(conn, birth.evidence_id)
    assert len(set(sheets)) == 2
    await desk.later(days=2)
    assert await room.sweep(desk.one_stop.desk.db, desk.clock()) == 0
    for address in sheets:
        assert (await room.content.get(address)).startswith(b"%PDF")


async def test_half_a_paper_is_no_paper(desk: Desk) -> None:
    """When one of its files cannot be had, the paper is asked for and nothing of it is filed."""
    await desk.sandbox.faults.put("operations_centre", Fault(status=404, times=1), "kho/tep")
    birth = decided(await (await opened(desk)).plan_documents(), BIRTH)
    assert birth.rule == "stored-paper-unreadable"
    assert await desk.count(tables.evidence, tables.evidence.c.kind == "result") == 0


async def test_the_hub_hears_where_the_paper_came_from(desk: Desk) -> None:
    """DuocLayTuKhoDMQG, DuocTaiSuDung 2 and the replacing code follow from the evidence."""
    case = await opened(desk)
    await case.plan_documents()
    await desk.told()
    (message,) = [
        json.loads(entry.body)["data"][0]
        for entry in desk.asked("operations_centre", "DongBoHoSoMC")
        if BIRTH.encode() in entry.body
    ]
    (paper,) = [item for item in message["TaiLieuNop"] if item["MaThanhPhanHoSo"] == BIRTH]
    assert (paper["DuocLayTuKhoDMQG"], paper["DuocTaiSuDung"]) == ("1", "2")
    assert paper["MaKetQuaThayThe"] == "KQ.G15.000031"
    assert message["HoSoCoThanhPhanSoHoa"] == "1"


async def test_planning_again_the_same_day_asks_nobody(desk: Desk) -> None:
    """What was kept serves the day, by the same rule; on another day the nation is asked again, for no term came with it."""
    case = await opened(desk)
    first = decided(await case.plan_documents(), BIRTH)
    calls = len(desk.asked("operations_centre"))
    again = decided(await case.plan_documents(), BIRTH)
    assert (again.rule, again.evidence_id) == (first.rule, first.evidence_id)
    assert len(desk.asked("operations_centre")) == calls
    await desk.later(days=1)
    later = decided(await case.plan_documents(), BIRTH)
    assert later.rule == "national-store"
    assert later.evidence_id != first.evidence_id


@pytest.mark.parametrize("number", ["", "owner"])
async def test_nobody_asks_in_the_owners_name(desk: Desk, number: str) -> None:
    """Without the officer's own number the store is not asked at all; the owner's is never sent as the requester's."""
    owner = desk.applicant("nguyen-an").owner_number
    case = await opened(desk, officer_number=owner if number else "")
    plan = await case.plan_documents()
    assert decided(plan, BIRTH).rule == "nothing-held"


async def test_declined_is_not_looked_for(desk: Desk) -> None:
    """Who will hand in the paper is not searched for."""
    case = await opened(desk)
    before = len(desk.asked("operations_centre"))
    await case.decline_reuse(BIRTH)
    assert decided(await case.plan_documents(), BIRTH).rule == "declined"
    assert len(desk.asked("operations_centre")) == before


async def test_a_store_that_is_down_is_waited_for(desk: Desk) -> None:
    """Neither choice is asked for until it answers; then both are settled."""
    case = await opened(desk)
    await desk.down("operations_centre")
    plan = await case.plan_documents()
    assert (decided(plan, BIRTH).rule, decided(plan, NOTICE).rule) == (
        "source-pending",
        "alternative-pending",
    )
    await desk.up("operations_centre")
    await desk.later(minutes=30)
    settled = await desk.one_stop.settle()
    assert (settled.waived, settled.asked, settled.waiting) == (2, 0, 0)


async def test_papers_valid_elsewhere_are_not_reused(desk: Desk) -> None:
    """A paper that is valid in one commune only is reused by its desk and by no other."""
    first = await opened(desk, officer_number="")
    await first.accept(Paper("1.001656-TP05", pdf("hoa don"), PaperFacts(scope="H31.14")))
    for agency, rule in (("H31.14", "same-paper"), ("H31.15", "nothing-held")):
        case = await opened(desk, officer_number="", agency=agency)
        assert decided(await case.plan_documents(), "1.001656-TP05").rule == rule


@pytest.mark.parametrize(
    ("second", "waived", "filed"),
    [
        (SignatureVerdict.INVALID, False, []),
        (SignatureVerdict.UNTRUSTED, False, []),
        (SignatureVerdict.UNCHECKED, True, ["unchecked"]),
    ],
)
async def test_a_stored_paper_is_worth_its_worst_file(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    second: SignatureVerdict,
    waived: bool,
    filed: list[str],
) -> None:
    """One file whose signature does not hold, and the paper waives nothing and is not kept."""
    room = desk.one_stop.desk.evidence
    receive = room.receive
    verdicts = iter((SignatureVerdict.VALID, second))

    async def judged(*args: Any, **options: Any) -> Received:
        return replace(await receive(*args, **options), signature=Signature(next(verdicts)))

    monkeypatch.setattr(room, "receive", judged)
    birth = decided(await (await opened(desk)).plan_documents(), BIRTH)
    assert (birth.verdict is Verdict.WAIVED) is waived
    rows = await desk.rows(select(tables.evidence).where(tables.evidence.c.kind == "result"))
    assert [row["signature"] for row in rows] == filed
