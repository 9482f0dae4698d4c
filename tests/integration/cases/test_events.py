"""What a one-stop system learns afterwards: the feed, in order and whole."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lienthong import OneStop, Status
from lienthong.cases import Callback, CaseEvent, EventPage, EventsGone
from lienthong.cases._events import put_event, read_events
from lienthong.settings import Maintenance
from lienthong.storage import Database
from lienthong_sandbox import Sandbox

from .conftest import CATALOGUE, Clock, Desk, read_settings

MARRIAGE = "1.000894"


async def test_what_was_provisional_is_told(any_desk: Desk) -> None:
    """Identity, then each paper, once, with sentence and outcome; nothing of the person is in it."""
    desk = any_desk
    await desk.down("population")
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    waiting = {item.component for item in (await case.plan_documents()).provisional}
    assert (await desk.one_stop.events()).events == ()
    await desk.one_stop.settle()
    assert (await desk.one_stop.events()).events == (), "still nothing is known"
    await desk.later(minutes=30)
    await desk.one_stop.settle()
    page = await desk.one_stop.events()
    assert [event.id for event in page.events] == list(range(1, len(waiting) + 2))
    assert (page.events[0].kind, page.events[0].outcome) == ("identity", "verified")
    settled = page.events[1:]
    assert {event.component for event in settled} == waiting
    assert {(event.kind, event.outcome) for event in settled} == {("settled", "waived")}
    assert all(event.dossier == case.dossier and event.sentence_vi for event in page.events)
    assert "Mẫu" not in str([event.to_json() for event in page.events])
    await desk.one_stop.settle()
    assert await desk.one_stop.events(after=page.after) == type(page)((), page.after)
    again = await case.settle(settled[0].component, desk.clock() + timedelta(hours=1))
    assert again.verdict.value == "waived"
    assert not (await desk.one_stop.events(after=page.after)).events, "settled is settled once"


async def test_pages(desk: Desk) -> None:
    """Page after page gives every event once, however short the pages are."""
    await desk.down("population")
    for key in ("nguyen-an", "tran-binh", "le-cuong"):
        case = await desk.open(key, MARRIAGE)
        await case.verify()
        await case.plan_documents()
    await desk.later(minutes=30)
    await desk.one_stop.settle()
    whole = (await desk.one_stop.events()).events
    found: list[CaseEvent] = []
    after = 0
    while True:
        page = await desk.one_stop.events(after=after, limit=2)
        if not page.events:
            break
        found += page.events
        after = page.after
    assert tuple(found) == whole
    assert len(whole) > 6


async def test_an_expired_deadline_is_told(desk: Desk) -> None:
    """A source that never answers: the one-stop system learns that the paper is needed now."""
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    await desk.later(days=2)
    await desk.down("population")
    assert (await case.plan_documents()).provisional
    await desk.later(hours=49, but="population")
    await desk.one_stop.settle()
    events = (await desk.one_stop.events()).events
    expired = [event for event in events if event.kind == "expired"]
    assert expired
    assert {event.outcome for event in expired} == {"ask"}
    assert all("đã quá hạn chờ" in event.sentence_vi for event in expired)


async def test_an_identity_that_nobody_confirms_expires(any_desk: Desk) -> None:
    """After the deadline the applicant is unverified, for every case that waits, and the one-stop system is told once."""
    desk = any_desk
    await desk.down("population")
    cases = [await desk.open(key, MARRIAGE) for key in ("nguyen-an", "tran-binh")]
    for case in cases:
        await case.verify()
    await cases[0].plan_documents()
    await desk.later(hours=47, but="population")
    await desk.one_stop.settle()
    assert not (await desk.one_stop.events()).events
    await desk.later(hours=2, but="population")
    await desk.one_stop.settle()
    await desk.one_stop.settle()
    events = (await desk.one_stop.events()).events
    told = [event.dossier for event in events if event.kind == "expired" and not event.component]
    assert sorted(told) == sorted(case.dossier for case in cases)
    assert all(event.sentence_vi for event in events)
    assert (await desk.one_stop.case(cases[1].dossier)).identity == "none"
    assert not [row for row in await cases[0].decisions() if row["outcome"] == "provisional"]
    await desk.up("population")
    again = await desk.one_stop.case(cases[1].dossier)
    assert (await again.verify()).verdict.value == "verified"


async def test_planned_maintenance(desk: Desk) -> None:
    """The sentence names the end of the window, the deadline counts from there, and nobody knocks again before it."""
    now = desk.clock()
    window = Maintenance(
        system="population", begins=now - timedelta(hours=1), ends=now + timedelta(hours=70)
    )
    settings = desk.settings.model_copy(update={"maintenance": (window,)})
    await desk.down("population")
    async with OneStop.from_config(settings, now=desk.clock) as one_stop:
        case = await one_stop.open_case(
            dossier="H31.14-261124-7001",
            procedure=MARRIAGE,
            officer="canbo01",
            agency="H31.14",
            applicant=desk.applicant("nguyen-an"),
        )
        await case.verify()
        plan = await case.plan_documents()
        assert {item.rule for item in plan.provisional} == {"source-maintenance"}
        for item in plan.provisional:
            assert "bảo trì theo kế hoạch" in item.sentence_vi
            assert item.deadline is not None
            assert (
                timedelta(0)
                <= item.deadline - window.ends - timedelta(hours=48)
                < timedelta(minutes=1)
            )
        await one_stop.settle()
        await desk.later(hours=69, but="population")
        tried = len(desk.asked("population"))
        assert (await one_stop.settle()).waiting == 0, "no check is due"
        assert len(desk.asked("population")) == tried, "nor is the identity tried"
        await desk.later(hours=1, minutes=1)
        assert (await one_stop.settle()).waived >= 2


async def test_a_procedure_has_its_own_deadline(
    sandbox: Sandbox, tmp_path: Path, sqlite_template: Path
) -> None:
    """`settle_within_h` of a procedure's file stands before the installation's."""
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    file = folder / f"{MARRIAGE}.toml"
    file.write_text("settle_within_h = 3\n" + file.read_text("utf-8"), "utf-8")
    shutil.copyfile(sqlite_template, tmp_path / "lienthong.db")
    url = f"sqlite:///{tmp_path / 'lienthong.db'}"
    settings = read_settings(sandbox, tmp_path, url, catalogue={"path": str(folder)})
    clock = Clock()
    async with OneStop.from_config(settings, now=clock) as one_stop:
        desk = Desk(one_stop, sandbox, settings, clock)
        await desk.down("population")
        case = await desk.open("nguyen-an", MARRIAGE)
        await case.verify()
        for item in (await case.plan_documents()).provisional:
            assert item.deadline is not None
            assert timedelta(hours=2) < item.deadline - clock() <= timedelta(hours=3)


async def test_nobody_is_told_of_a_case_that_ended_by_hand(desk: Desk) -> None:
    """A withdrawn case's papers end without a call, and are told as what they are."""
    await desk.down("population")
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    assert (await case.plan_documents()).provisional
    await case.advance(Status.WITHDRAWN, "Công dân rút hồ sơ")
    await desk.later(minutes=30)
    await desk.one_stop.settle()
    events = (await desk.one_stop.events()).events
    assert {event.kind for event in events} == {"settled"}
    assert any("Hồ sơ đã rút" in event.sentence_vi for event in events)


@pytest.mark.parametrize("commit", [True, False])
async def test_a_reader_never_passes_over_an_event(commit: bool, database: Database) -> None:
    """Numbers become visible in their order: while one transaction is open no later number is, and a lost one leaves no gap."""
    db = database
    now = datetime.now(UTC)
    first_written, may_end = asyncio.Event(), asyncio.Event()

    async def put(dossier: str, *, slow: bool = False, fails: bool = False) -> None:
        async with db.begin() as conn:
            await put_event(
                conn,
                kind="settled",
                dossier=dossier,
                outcome="ask",
                sentence_vi="…",
                sentence_en="…",
                now=now,
            )
            if slow:
                first_written.set()
                await may_end.wait()
            if fails:
                raise RuntimeError

    slow = asyncio.create_task(put("first", slow=True, fails=not commit))
    await first_written.wait()
    others = [asyncio.create_task(put(f"other-{number}")) for number in range(3)]
    seen = await read_events(db)
    assert seen.events == ()
    may_end.set()
    await asyncio.gather(slow, *others, return_exceptions=True)
    page = await read_events(db)
    assert [event.id for event in page.events] == list(range(1, 5 if commit else 4))
    assert ("first" in {event.dossier for event in page.events}) == commit


async def _put(desk: Desk, number: int, at: datetime) -> None:
    for _ in range(number):
        async with desk.one_stop.desk.db.begin() as conn:
            await put_event(
                conn, kind="settled", dossier="H31.14-261124-0001", outcome="waived",
                sentence_vi="Đã có.", sentence_en="It is there.", now=at,
            )  # fmt: skip


async def test_a_reader_is_told_what_is_gone(any_desk: Desk) -> None:
    """Events older than the setting are removed, oldest first; a reader behind them is told after which number to go on, one
    that saw them, or that reads for the first time, reads on.
    """
    desk = any_desk
    one_stop, now = desk.one_stop, desk.clock()
    await _put(desk, 3, now - timedelta(days=181))
    await _put(desk, 2, now - timedelta(days=179))
    assert await Callback(one_stop.desk).forget() == 3
    with pytest.raises(EventsGone, match="goes on after 3") as gone:
        await one_stop.events(after=1)
    assert (gone.value.after, gone.value.kept_after) == (1, 3)
    with pytest.raises(EventsGone):
        await one_stop.events(after=0)
    for after in (3, None):
        assert [event.id for event in (await one_stop.events(after=after)).events] == [4, 5]
    desk.clock.put_forward(days=2)
    assert await Callback(one_stop.desk).forget() == 2
    with pytest.raises(EventsGone, match="goes on after 5"):
        await one_stop.events(after=4)
    assert await one_stop.events(after=5) == await one_stop.events() == EventPage((), 5)
    with pytest.raises(
        EventsGone
    ):  # a backup was put back: 6 will be another event than the one that was read
        await one_stop.events(after=6)
    await _put(desk, 1, desk.clock())
    assert [event.id for event in (await one_stop.events(after=5)).events] == [6]
    assert await Callback(one_stop.desk).forget() == 0
