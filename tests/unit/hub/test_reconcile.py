"""What was told against what the hub has: gaps are exact, and a resend tells what is missing once."""

from __future__ import annotations

from datetime import date
from typing import Any

from lienthong.hub import Gap, Reconciler
from lienthong.settings import HubSettings

A, B, C = (f"H31.14-261123-{n:04d}" for n in range(1, 4))
DAY = date(2026, 11, 23)


def _reconciler(room: Any) -> Reconciler:
    return Reconciler(room.db, room.hub, HubSettings(), room.clock)


async def test_gaps_are_exact_and_told_again(room: Any) -> None:
    """A lost dossier comes back whole and in order, a lost update as one update, and a second resend does nothing."""
    for code in (A, B, C):
        await room.tell(room.dossier(code), room.step(code), room.dossier(code, status="4"))
    await room.sync().drain(30)
    del room.hub.dossiers[A]
    room.hub.steps = [step for step in room.hub.steps if step.dossier != A]
    room.hub.dossiers[B] = room.dossier(B)
    room.hub.calls.clear()
    reconciler = _reconciler(room)
    report = await reconciler.run(DAY)
    assert report.gaps == (Gap(A, "missing", "4", ""), Gap(B, "status", "4", "2"))
    assert (report.told, report.compared, report.moving, report.unknown) == (3, 3, 0, 0)
    assert (report.ours, report.theirs) == ({"4": 3}, {"": 1, "2": 1, "4": 1})
    room.hub.calls.clear()
    assert await reconciler.resend(report.gaps) == 2
    assert await reconciler.resend(report.gaps) == 0
    await room.sync().drain(30)
    writes = [call for call in room.hub.calls if not call.startswith("lookup")]
    assert [call for call in writes if A in call] == [f"add {A} 2", f"step {A} 2", f"update {A} 4"]
    assert [call for call in writes if A not in call] == [f"update {B} 4"]
    assert (await reconciler.run(DAY)).gaps == ()
    assert [len(kept["gaps"]) for kept in await reconciler.reports()] == [0, 2]


async def test_what_moves_is_no_gap(room: Any) -> None:
    """A dossier of which something waits is left out, and a day on which nothing was told is empty."""
    await room.tell(room.dossier(A))
    await room.sync().drain(30)
    await room.tell(room.dossier(A, status="4"))
    room.hub.dossiers.clear()
    report = await _reconciler(room).run(DAY)
    assert (report.told, report.compared, report.moving, report.gaps) == (1, 0, 1, ())
    assert (await _reconciler(room).run(date(2026, 11, 22))).told == 0


async def test_no_answer_is_unknown(room: Any, monkeypatch: Any) -> None:
    """A hub that does not answer makes no gap."""
    monkeypatch.setattr("lienthong.hub._reconcile._WAIT_S", 0.0)
    await room.tell(room.dossier(A))
    await room.sync().drain(30)
    room.hub.answer(A, *[room.unavailable("unreachable")] * 3)
    report = await _reconciler(room).run(DAY)
    assert (report.unknown, report.compared, report.gaps) == (1, 0, ())
