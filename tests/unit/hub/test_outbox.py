"""What goes into the outbox, and what does not go in twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lienthong.hub import HubMessageInvalid
from lienthong.storage import outbox


async def test_change_and_message_together(room: Any) -> None:
    """What the caller's transaction undoes was never enqueued."""
    await room.tell(room.dossier())

    async def change_and_fail() -> None:
        async with room.db.begin() as conn:
            await room.outbox.enqueue(
                conn,
                case_id=room.case_ids[room.dossier().dossier],
                message=room.dossier(status="4"),
                now=room.clock(),
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()
    assert await room.rows() == [("dossier", "pending")]


async def test_nothing_personal_in_clear(room: Any) -> None:
    """The row shows neither name nor number of the owner."""
    await room.tell(room.dossier(), room.step())
    async with room.db.read() as conn:
        rows = (await conn.execute(select(outbox))).all()
    text = repr(rows)
    assert "THỬ" not in text
    assert "033190004321" not in text


async def test_same_state_once(room: Any) -> None:
    """A state that waits or was told already is not enqueued again; a changed one is."""
    assert await room.tell(room.dossier(), room.dossier()) == [True, False]
    await room.sync().run_round()
    assert await room.tell(room.dossier(), room.dossier(status="4")) == [False, True]


async def test_same_step_once(room: Any) -> None:
    """A step with the same code, second, status, officer and words is one step, waiting or told."""
    later = room.clock() + timedelta(milliseconds=300)
    assert await room.tell(room.dossier(), room.step(), room.step(at=later, department="x")) == [
        True,
        True,
        False,
    ]
    await room.sync().run_round()
    assert await room.tell(room.step(), room.step(content="Đã kiểm tra")) == [False, True]


async def test_newer_state_replaces_untouched_one(room: Any) -> None:
    """Of two states with no step between only the newer is sent."""
    await room.tell(room.dossier(), room.dossier(status="4"), room.dossier(status="9"))
    assert [state for _, state in await room.rows()] == ["skipped", "skipped", "pending"]
    await room.sync().run_round()
    assert room.hub.calls == ["add H31.14-261123-0001 9"]


async def test_step_between_keeps_both(room: Any) -> None:
    """A state before a step stays, since the step must find its dossier."""
    await room.tell(room.dossier(), room.step(), room.dossier(status="4"))
    assert [state for _, state in await room.rows()] == ["pending"] * 3


async def test_attempted_state_stays(room: Any) -> None:
    """A state that somebody began to send is not skipped: it may be on its way."""
    await room.tell(room.dossier())
    room.hub.answer(room.dossier().dossier, room.unavailable("maybe_arrived"))
    await room.sync().run_round()
    await room.tell(room.dossier(status="4"))
    assert [state for _, state in await room.rows()] == ["pending", "pending"]


async def test_back_to_what_the_hub_has(room: Any) -> None:
    """A state that went away and came back before it was told is not sent."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    await room.tell(room.dossier(status="4"), room.dossier())
    calls = len(room.hub.calls)
    report = await room.sync().run_round()
    assert (report.told, report.waiting) == (0, 0)
    assert len(room.hub.calls) == calls
    assert [state for _, state in await room.rows()] == ["sent", "skipped", "skipped"]


async def test_invalid_goes_to_the_desk(room: Any) -> None:
    """What the hub would refuse is refused at once with all fields named, and nothing is written."""
    await room.tell(room.dossier())
    with pytest.raises(HubMessageInvalid) as caught:
        await room.tell(room.dossier(status="11", owner_number=""))
    assert [problem.field for problem in caught.value.problems] == ["status", "owner_number"]
    assert "Thiếu số giấy tờ" in caught.value.desk_vi
    assert len(await room.rows()) == 1


async def test_status_counts(room: Any) -> None:
    """The status counts states, and says since when the oldest waits and when the next is due."""
    await room.tell(room.dossier(), room.step())
    room.clock.move(seconds=60)
    await room.tell(room.dossier("H31.14-261123-0002"))
    status = await room.outbox.status()
    assert (status.pending, status.sent, status.dead, status.skipped, status.in_doubt) == (
        3,
        0,
        0,
        0,
        0,
    )
    assert status.oldest_pending_at == room.clock() - timedelta(seconds=60)
    assert status.next_at == status.oldest_pending_at
    await room.sync().run_round()
    status = await room.outbox.status()
    assert (status.pending, status.sent, status.oldest_pending_at, status.next_at) == (
        0,
        3,
        None,
        None,
    )


async def test_pages(room: Any) -> None:
    """Long lists come in pages, each going on after the last id of the one before."""
    await room.tell(*(room.dossier(f"H31.14-261123-{n:04d}") for n in range(1, 6)))
    first = await room.outbox.pending(limit=3)
    second = await room.outbox.pending(limit=3, after=first[-1].id)
    assert [item.dossier[-1] for item in [*first, *second]] == list("12345")


async def test_many_at_once(room: Any) -> None:
    """A batch ends as its messages one by one would: what is known or waits is not doubled, order within a dossier holds."""
    first, second, third = (f"H31.14-261123-{n:04d}" for n in range(1, 4))
    await room.tell(room.dossier(first), room.step(first), room.dossier(second))
    await room.sync().drain(30)
    await room.tell(room.dossier(second, status="4"), room.dossier(third))
    batch = [
        room.dossier(first),
        room.dossier(second, status="9"),
        room.step(third),
        room.dossier(third, status="4"),
        room.step(third, status="4"),
    ]
    async with room.db.begin() as conn:
        new = await room.outbox.enqueue_many(
            conn, [(room.case_ids[item.dossier], item) for item in batch], now=room.clock()
        )
    assert new == 4
    assert (await room.sync().drain(30)).waiting == 0
    assert f"update {second} 9" in room.hub.calls[3:]
    assert [call for call in room.hub.calls if third in call] == [
        f"add {third} 2",
        f"step {third} 2",
        f"update {third} 4",
        f"step {third} 4",
    ]
    async with room.db.begin() as conn:
        assert not await room.outbox.enqueue_many(
            conn,
            [
                (room.case_ids[third], room.step(third)),
                (room.case_ids[second], room.dossier(second, status="9")),
            ],
            now=room.clock(),
        )
    with pytest.raises(HubMessageInvalid):
        async with room.db.begin() as conn:
            await room.outbox.enqueue_many(
                conn, [(room.case_ids[first], room.dossier(first, status="99"))], now=room.clock()
            )
