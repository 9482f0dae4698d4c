"""What each answer of the hub means for a message and for those behind it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from lienthong.hub._ledger import Free
from lienthong.interface import AuditUnavailable, ConfigurationError, InvalidRequest, Throttled
from lienthong.storage import hub_steps, outbox

A, B = "H31.14-261123-0001", "H31.14-261123-0002"


async def _doubts(room: Any) -> int:
    number: int = (await room.outbox.status()).in_doubt
    return number


async def test_order_within_a_dossier(room: Any) -> None:
    """Dossier, step, changed dossier, step: in this order, in one round, with no look-up."""
    await room.tell(
        room.dossier(),
        room.step(),
        room.dossier(status="4"),
        room.step(status="4", content="Đang xử lý"),
    )
    report = await room.sync().run_round()
    assert room.hub.calls == [
        f"add {A} 2",
        f"step {A} 2",
        f"update {A} 4",
        f"step {A} 4",
    ]
    assert (report.told, report.retried, report.dead, report.waiting) == (4, 0, 0, 0)
    assert await _doubts(room) == 0


async def test_purpose_is_the_case(room: Any) -> None:
    """Calls carry the case's procedure and agency, and the system as officer."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    purpose = room.hub.purposes[-1]
    assert (purpose.dossier, purpose.procedure, purpose.agency, purpose.officer) == (
        A,
        "1.004222",
        "H31.14",
        "he-thong",
    )


async def test_known_dossier_is_updated(room: Any) -> None:
    """A dossier that the hub has from elsewhere is updated, in place of the refused addition."""
    room.hub.dossiers[A] = room.dossier(status="1")
    await room.tell(room.dossier())
    await room.sync().run_round()
    assert room.hub.calls == [f"add {A} 2", f"update {A} 2"]


@pytest.mark.parametrize("code", ["0", "3", "-3"])
async def test_exists_becomes_update(room: Any, code: str) -> None:
    """An addition that the hub says it has already is sent again at once as an update."""
    await room.tell(room.dossier())
    room.hub.answer(A, room.rejected("exists", code, "Hồ sơ đã tồn tại"))

    async def others_add_it(message: Any) -> None:
        room.hub.dossiers.setdefault(A, room.dossier(status="1"))

    room.hub.before = others_add_it
    report = await room.sync().run_round()
    assert room.hub.calls == [f"add {A} 2", f"update {A} 2"]
    assert report.told == 1


async def test_unknown_becomes_addition(room: Any) -> None:
    """ "Does not exist" on an update is sent again at once as an addition."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    room.hub.dossiers.clear()
    await room.tell(room.dossier(status="4"))
    report = await room.sync().run_round()
    assert room.hub.calls[1:] == [f"update {A} 4", f"add {A} 4"]
    assert report.told == 1


async def test_hub_that_contradicts_itself(room: Any) -> None:
    """A hub that has it and has it not is asked again later, never forever."""
    await room.tell(room.dossier())
    room.hub.answer(A, room.rejected("exists"), room.rejected("unknown"))
    # The second time it is looked up first, and not found.
    room.hub.answer(A, None, room.rejected("exists"), room.rejected("unknown"))
    sync = room.sync(max_attempts=2)
    assert (await sync.run_round()).retried == 1
    room.clock.move(minutes=20)
    assert (await sync.run_round()).dead == 1
    assert (await room.outbox.dead())[0].last_code.startswith("exhausted")


async def test_refusal_is_a_dead_letter(room: Any) -> None:
    """A refusal is kept with the hub's code and words, numbers blotted out, and is not sent again by itself."""
    await room.tell(room.dossier(), room.step(), room.dossier(B))
    room.hub.answer(A, room.rejected("refused", "-1", "Số giấy tờ 033190004321 không hợp lệ"))
    report = await room.sync().run_round()
    assert (report.told, report.dead, report.waiting) == (1, 1, 1)
    (letter,) = await room.outbox.dead()
    assert (letter.dossier, letter.kind, letter.attempts, letter.last_code) == (
        A,
        "dossier",
        1,
        "refused:-1",
    )
    assert letter.last_message == "Số giấy tờ █ không hợp lệ"
    assert letter.reason_vi.startswith("Trung tâm của Chính phủ không nhận")
    room.clock.move(days=1)
    assert (await room.sync().run_round()).told == 0
    assert not room.hub.steps


async def test_dead_letter_sent_again(room: Any) -> None:
    """An operator's retry sends the dead letter and all that waited behind it."""
    await room.tell(room.dossier(), room.step())
    room.hub.answer(A, room.rejected("refused"))
    await room.sync().run_round()
    letter = (await room.outbox.dead())[0]
    assert await room.outbox.retry([letter.id + 99], room.clock()) == 0
    assert await room.outbox.retry([letter.id], room.clock()) == 1
    assert (await room.sync().run_round()).told == 2


async def test_dead_letters_by_reason_and_dossier(room: Any) -> None:
    """An operator looks at, and sends again, those with one reason or of one dossier and leaves the others."""
    third = "H31.14-261123-0003"
    await room.tell(room.dossier(), room.dossier(B), room.dossier(third))
    room.hub.answer(A, room.rejected("refused", "-1"))
    room.hub.answer(B, room.rejected("refused", "-15"))
    room.hub.answer(third, InvalidRequest("abstract", "is empty"))
    await room.sync().run_round()
    assert len(await room.outbox.dead(reason="refused")) == 2
    (letter,) = await room.outbox.dead(reason="refused:-1")
    assert letter.dossier == A
    assert [found.dossier for found in await room.outbox.dead(dossier=third)] == [third]
    now = room.clock()
    assert await room.outbox.retry(None, now, reason="refuse") == 0
    assert await room.outbox.retry(None, now, reason="refused", dossier=B) == 1
    assert await room.outbox.retry(None, now, reason="invalid") == 1
    assert [found.dossier for found in await room.outbox.dead()] == [A]


async def test_correction_takes_the_place(room: Any) -> None:
    """A corrected state takes the refused one's place: the steps behind it go on and the mistake does not come back."""
    await room.tell(room.dossier(), room.step(), room.dossier(status="4"), room.step(status="4"))
    room.hub.answer(A, room.rejected("refused"))
    await room.sync().run_round()
    assert await room.tell(room.dossier(status="4", owner_number="033190004322")) == [True]
    report = await room.sync().run_round()
    assert (report.told, report.waiting) == (3, 0)
    assert room.hub.dossiers[A].owner_number == "033190004322"
    assert [found.status for found in room.hub.steps] == ["2", "4"]


async def test_step_given_up(room: Any) -> None:
    """A step that the hub will never take can be dropped; what waits behind it goes on."""
    await room.tell(room.dossier(), room.step(), room.dossier(status="4"))
    room.hub.answer(A, None, room.rejected("refused"))
    await room.sync().run_round()
    letter = (await room.outbox.dead())[0]
    assert await room.outbox.give_up([letter.id]) == 1
    assert (await room.sync().run_round()).told == 1
    assert not room.hub.steps


async def test_retry_waits_and_doubles(room: Any) -> None:
    """Failures that the message may have caused rest twice as long each time, and end as a dead letter."""
    await room.tell(room.dossier(), room.step())
    sync = room.sync(max_attempts=4, backoff_s=10.0, backoff_max_s=25.0)
    rests = []
    for _ in range(4):
        room.hub.answer(A, room.unavailable("system_fault"))
        await sync.run_round()
        status = await room.outbox.status()
        if status.next_at is not None:
            rests.append((status.next_at - room.clock()).total_seconds())
            room.clock.at = status.next_at
    for rest, longest in zip(rests, (10, 20, 25), strict=True):
        assert longest / 2 <= rest <= longest
    (letter,) = await room.outbox.dead()
    assert (letter.last_code, letter.attempts) == ("exhausted:system_fault", 4)
    assert "Đã gửi nhiều lần" in letter.reason_vi


async def test_not_before_the_hub_says(room: Any) -> None:
    """Retry-After of the hub is respected, also for the dossiers not tried yet."""
    await room.tell(*(room.dossier(f"H31.14-261123-{n:04d}") for n in range(1, 6)))
    after = room.clock() + timedelta(seconds=50)
    room.hub.answer(A, Throttled("operations_centre", "x", after))
    sync = room.sync(at_once=1)
    assert (await sync.run_round()).waiting == 5
    room.clock.move(seconds=49)
    await sync.run_round()
    assert len(room.hub.calls) == 1
    room.clock.move(seconds=2)
    assert (await sync.run_round()).told == 5


@pytest.mark.parametrize("reason", ["breaker_open", "unreachable", "credentials_refused"])
async def test_outage_kills_no_message(room: Any, reason: str) -> None:
    """However long the hub is out of reach, nothing becomes a dead letter for it."""
    await room.tell(room.dossier())
    sync = room.sync(max_attempts=2)
    for _ in range(10):
        room.hub.answer(A, room.unavailable(reason, retry_at=room.clock() + timedelta(seconds=30)))
        assert (await sync.run_round()).retried == 1
        room.clock.move(minutes=5)
    assert (await sync.run_round()).told == 1


@pytest.mark.parametrize("error", [AuditUnavailable("full"), ConfigurationError("no such system")])
async def test_our_own_refusal_waits(room: Any, error: Exception) -> None:
    """When we may not call, the message waits and the round ends without an error."""
    await room.tell(room.dossier())
    room.hub.answer(A, error)
    assert (await room.sync().run_round()).retried == 1
    assert (await room.outbox.pending())[0].attempts == 0


async def test_field_the_wire_refuses(room: Any) -> None:
    """A field that the connector refuses is a dead letter that names it."""
    await room.tell(room.dossier())
    room.hub.answer(A, InvalidRequest("abstract", "is empty"))
    await room.sync().run_round()
    (letter,) = await room.outbox.dead()
    assert (letter.last_code, letter.last_message) == ("invalid", "abstract: is empty")


async def test_defect_stops_no_other(room: Any) -> None:
    """A defect that one message meets is retried for it and touches no other."""
    await room.tell(room.dossier(), room.dossier(B))
    room.hub.answer(A, KeyError("x"))
    report = await room.sync().run_round()
    assert (report.told, report.retried) == (1, 1)
    assert (await room.outbox.pending())[0].last_code == "later:defect"


async def test_lost_answer_of_a_dossier(room: Any) -> None:
    """A dossier whose answer was lost is looked up before it is sent again, and is not added twice."""
    await room.tell(room.dossier())
    room.hub.lose = 1
    await room.sync().run_round()
    room.clock.move(minutes=1)
    assert (await room.sync().run_round()).told == 1
    assert room.hub.calls == [f"add {A} 2", f"lookup {A}", f"update {A} 2"]


async def test_lost_answer_of_a_step_sent_again(room: Any) -> None:
    """A step whose answer was lost stays in doubt, is sent again by default, and its row keeps the mark."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    await room.tell(room.step())
    room.hub.lose = 1
    await room.sync().run_round()
    assert await _doubts(room) == 1
    room.clock.move(minutes=1)
    assert (await room.sync().run_round()).told == 1
    assert await _doubts(room) == 0
    async with room.db.read() as conn:
        marks = select(outbox.c.may_have_arrived).where(outbox.c.kind == "progress")
        assert (await conn.execute(marks)).scalar_one() is True


async def test_lost_answer_of_a_step_held(room: Any) -> None:
    """By setting, a step in doubt is held for an operator; the operator's retry sends it."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    await room.tell(room.step())
    room.hub.lose = 1
    assert (await room.sync(in_doubt="hold").run_round()).dead == 1
    (letter,) = await room.outbox.dead()
    assert letter.last_code == "in_doubt:maybe_arrived"
    assert await _doubts(room) == 1
    await room.outbox.retry(None, room.clock())
    assert (await room.sync(in_doubt="hold").run_round()).told == 1
    assert await _doubts(room) == 0


@pytest.mark.parametrize("reason", ["reply_unreadable", "system_fault"])
async def test_unreadable_answer_is_doubt(room: Any, reason: str) -> None:
    """HTML or a fault in place of the answer does not tell that a step was not stored."""
    await room.tell(room.dossier(), room.step())
    room.hub.answer(A, None, room.unavailable(reason))
    await room.sync().run_round()
    assert await _doubts(room) == 1


async def test_step_that_never_left(room: Any) -> None:
    """A step that certainly did not leave is in no doubt, and is sent even where doubtful ones are held."""
    await room.tell(room.dossier(), room.step())
    room.hub.answer(A, None, room.unavailable("unreachable"))
    sync = room.sync(in_doubt="hold")
    assert (await sync.run_round()).retried == 1
    assert await _doubts(room) == 0
    room.clock.move(minutes=2)
    assert (await sync.run_round()).told == 1


async def test_crash_while_a_step_was_out(room: Any) -> None:
    """A step that a dead process had on its way is found in doubt when its lease is over."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    await room.tell(room.step())
    died = room.sync()
    await died._ledger.settle([], Free(1, 1), room.clock())
    assert await _doubts(room) == 1
    assert (await room.sync().run_round()).told == 0
    room.clock.move(seconds=21)
    assert (await room.sync(in_doubt="hold").run_round()).dead == 1
    (letter,) = await room.outbox.dead()
    assert letter.last_code == "in_doubt:not_answered"


async def test_answer_after_the_lease(room: Any) -> None:
    """Who slept through its lease marks no row, but what the hub took is remembered and not sent again."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    await room.tell(room.step())

    async def steal(message: Any) -> None:
        room.hub.before = None
        async with room.db.begin() as conn:
            await conn.execute(
                update(outbox)
                .where(outbox.c.kind == "progress")
                .values(lease_owner="other", fence=outbox.c.fence + 1)
            )

    room.hub.before = steal
    await room.sync().run_round()
    assert (await room.rows())[-1] == ("progress", "pending")
    room.clock.move(seconds=30)
    report = await room.sync(in_doubt="hold").run_round()
    assert (report.dead, report.waiting) == (0, 0)
    assert len(room.hub.steps) == 1
    assert (await room.rows())[-1] == ("progress", "sent")


async def test_step_without_any_dossier(room: Any) -> None:
    """A step of a dossier that neither we nor the hub know is never sent."""
    await room.tell(room.step())
    assert (await room.sync().run_round()).dead == 1
    assert room.hub.calls == [f"lookup {A}"]
    assert (await room.outbox.dead())[0].last_code == "untold_dossier"


async def test_step_of_a_dossier_told_by_others(room: Any) -> None:
    """A step of a dossier that the hub has from elsewhere is sent after one look-up."""
    room.hub.dossiers[A] = room.dossier()
    await room.tell(room.step(), room.step(status="4"))
    await room.sync().run_round()
    assert room.hub.calls == [f"lookup {A}", f"step {A} 2", f"step {A} 4"]


async def test_hub_forgot_the_dossier(room: Any) -> None:
    """When the hub lacks a dossier that we told, its last state is told again before the step."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    room.hub.dossiers.clear()
    await room.tell(room.step())
    await room.sync().run_round()
    room.clock.move(minutes=1)
    await room.sync().run_round()
    assert room.hub.calls[1:] == [f"step {A} 2", f"lookup {A}", f"add {A} 2", f"step {A} 2"]
    assert await room.rows() == [("dossier", "sent"), ("progress", "sent")]


async def test_row_that_cannot_be_opened(room: Any) -> None:
    """A row that was tampered with is a dead letter, and nothing is sent."""
    await room.tell(room.dossier())
    async with room.db.begin() as conn:
        await conn.execute(update(outbox).values(sealed=b"x" * 80))
    assert (await room.sync().run_round()).dead == 1
    assert not room.hub.calls


async def test_waiting_head_blocks_its_dossier_only(room: Any) -> None:
    """While the first message of a dossier waits, nothing behind it overtakes; other dossiers go on."""
    await room.tell(room.dossier(), room.step(), room.dossier(B), room.step(B))
    room.hub.answer(A, room.unavailable("system_fault"))
    report = await room.sync().run_round()
    assert (report.told, report.retried, report.waiting) == (2, 1, 2)
    assert [found.dossier for found in room.hub.steps] == [B]


async def test_limit_and_progress(room: Any) -> None:
    """A round begins no more than its limit and counts what it has done."""
    await room.tell(*(room.dossier(f"H31.14-261123-{n:04d}") for n in range(1, 8)))
    seen: list[int] = []
    report = await room.sync().run_round(limit=3, progress=seen.append)
    assert (report.told, report.waiting, seen[-1], seen) == (3, 4, 3, sorted(seen))


async def test_at_most_so_many_at_once(room: Any) -> None:
    """No more dossiers than the setting says are under way."""
    await room.tell(*(room.dossier(f"H31.14-261123-{n:04d}") for n in range(1, 13)))
    under_way = most = 0

    async def count(message: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    room.hub.before = count
    assert (await room.sync(at_once=3).drain(30)).told == 12
    assert most <= 3


async def test_drain_ends_when_nothing_is_due(room: Any) -> None:
    """Draining tells everything that is due, leaves what rests, and begins nothing after its time."""
    await room.tell(*(room.dossier(f"H31.14-261123-{n:04d}") for n in range(1, 31)))
    room.hub.answer(A, room.unavailable("system_fault"))
    assert (await room.sync().drain(0)).told == 0
    report = await room.sync().drain(30)
    assert (report.told, report.retried, report.waiting) == (29, 1, 1)


async def test_cancelled_in_mid_call(room: Any) -> None:
    """A round that is cancelled lets the answers under way come in and leaves the rest untouched."""
    await room.tell(room.dossier(), room.step())
    called, answer = asyncio.Event(), asyncio.Event()

    async def wait(message: Any) -> None:
        called.set()
        await answer.wait()

    room.hub.before = wait
    task = asyncio.create_task(room.sync().run_round())
    await called.wait()
    task.cancel()
    await asyncio.sleep(0)
    answer.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await room.rows() == [("dossier", "sent"), ("progress", "pending")]
    room.hub.before = None
    assert (await room.sync().run_round()).told == 1


async def test_cut_off_in_mid_call(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that is cut off gives its row back at once, marked as possibly arrived."""
    monkeypatch.setattr("lienthong.hub._sync._FINISH_S", 0.0)
    await room.tell(room.dossier())
    called = asyncio.Event()

    async def hang(message: Any) -> None:
        called.set()
        await asyncio.Event().wait()

    room.hub.before = hang
    task = asyncio.create_task(room.sync().run_round())
    await called.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    room.hub.before = None
    assert (await room.sync().run_round()).told == 1
    assert room.hub.calls[1] == f"lookup {A}"


async def test_heartbeat_keeps_the_lease(room: Any) -> None:
    """While an answer takes longer than the lease, nobody else takes the row."""
    await room.tell(room.dossier())
    called, answer = asyncio.Event(), asyncio.Event()

    async def wait(message: Any) -> None:
        called.set()
        await answer.wait()

    room.hub.before = wait
    sync = room.sync(lease_s=0.9)
    beaten = asyncio.Event()
    real = sync._ledger.beat

    async def beat(ids: Any, now: Any) -> Any:
        kept = await real(ids, now)
        beaten.set()
        return kept

    sync._ledger.beat = beat
    task = asyncio.create_task(sync.run_round())
    await called.wait()
    room.clock.move(seconds=1)
    beaten.clear()
    await beaten.wait()
    assert await sync._ledger.settle([], Free(1, 1), room.clock()) == []
    answer.set()
    assert (await task).told == 1


async def test_two_nodes_tell_once(room: Any) -> None:
    """Two workers on one store tell every message once and keep each dossier's order."""
    codes = [f"H31.14-261123-{n:04d}" for n in range(1, 41)]
    for code in codes:
        await room.tell(room.dossier(code), room.step(code), room.step(code, status="4"))
    reports = await asyncio.gather(room.sync().drain(60), room.sync().drain(60))
    assert sum(report.told for report in reports) == 120
    assert len(room.hub.steps) == 80
    for code in codes:
        assert [found.status for found in room.hub.steps if found.dossier == code] == ["2", "4"]


async def test_restart_loses_nothing(room: Any) -> None:
    """What one worker left, the next one tells."""
    await room.tell(room.dossier(), room.step(), room.dossier(B), room.step(B))
    await room.sync().run_round(limit=1)
    assert (await room.sync().drain(30)).waiting == 0
    assert len(room.hub.steps) == 2


async def test_ledger_alone_keeps_a_step_from_being_sent_twice(room: Any) -> None:
    """A step that the ledger calls sent is not enqueued again, even when its row is gone."""
    await room.tell(room.dossier(), room.step())
    await room.sync().run_round()
    async with room.db.begin() as conn:
        await conn.execute(delete(outbox))
        assert len((await conn.execute(select(hub_steps))).all()) == 1
    assert await room.tell(room.step(), room.dossier()) == [False, False]


async def test_claimed_but_not_begun_is_given_back(room: Any) -> None:
    """What was claimed while the hub turned out to be away is free again at once, and its step in no doubt."""
    codes = [f"H31.14-261123-{n:04d}" for n in range(1, 3)]
    for code in codes:
        await room.tell(room.dossier(code))
    await room.sync().run_round()
    for code in codes:
        await room.tell(room.step(code))
    room.hub.answer(codes[0], room.unavailable("unreachable"))
    report = await room.sync(at_once=1).run_round()
    assert (report.told, report.retried, report.waiting) == (0, 1, 2)
    assert await _doubts(room) == 0
    room.clock.move(minutes=2)
    assert (await room.sync(in_doubt="hold").run_round()).told == 2


@pytest.mark.parametrize("words", ["Dữ liệu không hợp lệ", "Hồ sơ trùng"])
async def test_success_code_without_its_word(room: Any, words: str) -> None:
    """A success code whose words say otherwise is read back: sent once more as an update, then told or set aside."""
    room.hub.dossiers[A] = room.dossier(status="1")
    await room.tell(room.dossier())
    room.hub.answer(A, room.accepted(words))
    assert (await room.sync().run_round()).told == 1
    assert room.hub.calls == [f"add {A} 2", f"lookup {A}", f"update {A} 2"]
    await room.tell(room.dossier(status="4"))
    room.hub.answer(A, room.accepted(words))
    assert (await room.sync().run_round()).dead == 1
    (letter,) = await room.outbox.dead()
    assert (letter.last_code, letter.last_message) == ("unclear", words)


async def test_lease_that_ends_before_sending(room: Any) -> None:
    """What is no longer certainly ours is not sent: it could overtake whoever took over."""
    await room.tell(room.dossier())
    await room.sync(lease_s=0.3).run_round()
    assert room.hub.calls == []
    assert (await room.outbox.pending())[0].last_code == "later:lease_over"


async def test_a_backlog_is_written_down_in_groups(room: Any) -> None:
    """While others wait, many answers end in one transaction, and every message is told once."""
    await room.tell(*(room.dossier(f"H31.14-261123-{number:04d}") for number in range(1, 65)))
    sync = room.sync(at_once=4)
    transactions = 0
    real = sync._ledger.settle

    async def settle(*args: Any) -> Any:
        nonlocal transactions
        transactions += 1
        return await real(*args)

    sync._ledger.settle = settle
    assert (await sync.run_round()).told == 64
    assert (len(room.hub.calls), len(room.hub.dossiers)) == (64, 64)
    assert transactions < 32


async def test_steps_are_not_claimed_ahead(room: Any) -> None:
    """What a dying process had claimed is in doubt, so of steps no more are claimed than are told at once."""
    codes = [f"H31.14-261123-{number:04d}" for number in range(1, 21)]
    await room.tell(*(room.dossier(code) for code in codes))
    await room.sync().drain(30)
    await room.tell(*(room.step(code) for code in codes))
    claimed = []

    async def count(_message: Any) -> None:
        claimed.append(await _doubts(room))

    room.hub.before = count
    assert (await room.sync(at_once=2).drain(30)).told == 20
    assert max(claimed) <= 2


@pytest.mark.parametrize("in_doubt", ["send", "hold"])
async def test_an_answer_survives_a_stop_while_it_is_written(room: Any, in_doubt: str) -> None:
    """Cut off in the transaction that writes it down, a step that the hub took is written down on the way out."""
    await room.tell(room.dossier())
    await room.sync().run_round()
    await room.tell(room.step())
    sync = room.sync(in_doubt=in_doubt)
    settle, writing = sync._ledger.settle, asyncio.Event()

    async def cut_off(ends: Any, free: Free, now: Any) -> Any:
        if ends and not writing.is_set():
            writing.set()
            await asyncio.Event().wait()
        return await settle(ends, free, now)

    sync._ledger.settle = cut_off
    task = asyncio.create_task(sync.run_round())
    await writing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    room.clock.move(minutes=5)
    await room.sync(in_doubt=in_doubt).run_round()
    assert len(room.hub.steps) == 1
    assert (await room.outbox.status()).in_doubt == 0
