"""Citizens' ratings reach the hub once each, after their dossier, and hold nothing up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from lienthong.hub import Ratings
from lienthong.interface import AuditUnavailable, InvalidRequest
from lienthong.settings import HubSettings
from lienthong.storage import new_id, tables

CODES = tuple(f"H31.14-261123-{number:04d}" for number in range(1, 4))


@pytest.fixture
def ratings(room: Any) -> Ratings:
    return Ratings(room.db, room.sealer, room.hub, HubSettings(), room.clock)


async def _rated(room: Any, *codes: str, told: bool = True) -> None:
    """Cases that citizens rated, their dossiers told first."""
    if told:
        await room.tell(*(room.dossier(code) for code in codes))
        await room.sync().run_round()
        room.hub.calls.clear()
    async with room.db.begin() as conn:
        for number, code in enumerate(codes):
            rating = new_id()
            sealed = room.sealer.seal_json(
                {"words": "Chờ lâu"}, table="ratings", row=rating, field="sealed"
            )
            await conn.execute(
                insert(tables.ratings).values(
                    id=rating,
                    dossier=code,
                    unit="H31.14",
                    procedure="1.004222",
                    at=room.clock() + timedelta(seconds=number),
                    satisfaction=4,
                    channel="1",
                    criteria=[{"code": "C1", "name": "Thái độ", "points": 5}],
                    sealed=sealed,
                )
            )


async def test_told_once_with_its_words(room: Any, ratings: Ratings) -> None:
    """A rating goes out once, whole, in the name of the unit that handled the case."""
    await _rated(room, CODES[0])
    report = await ratings.tell()
    assert (report.told, report.refused, report.waiting) == (1, 0, 0)
    (rating,) = room.hub.ratings.values()
    assert (rating.dossier, rating.satisfaction, rating.content) == (CODES[0], "4", "Chờ lâu")
    assert rating.criteria[0].points == "5"
    assert room.hub.purposes[-1].agency == "H31.14"
    assert (await ratings.tell()).told == 0
    assert len(room.hub.calls) == 1


async def test_after_its_dossier(room: Any, ratings: Ratings) -> None:
    """A rating of a dossier that the hub does not have yet waits for it."""
    await _rated(room, CODES[0], told=False)
    assert (await ratings.tell()).waiting == 1
    assert room.hub.calls == []
    await room.tell(room.dossier(CODES[0]))
    await room.sync().run_round()
    assert (await ratings.tell()).told == 1


async def test_refused_one_holds_no_other_up(room: Any, ratings: Ratings) -> None:
    """A refused rating keeps the hub's words, lets the others pass, and is tried again a day later."""
    await _rated(room, *CODES)
    room.hub.answer(CODES[0], room.rejected("refused", "-1", "Mã 033190004321 không hợp lệ"))
    room.hub.answer(CODES[1], InvalidRequest("dossier", "is empty"))
    report = await ratings.tell()
    assert (report.told, report.refused, report.waiting) == (1, 2, 2)
    async with room.db.read() as conn:
        problems = await conn.scalars(select(tables.ratings.c.problem).order_by("at"))
        assert list(problems) == [
            "refused:-1 Mã █ không hợp lệ",
            "invalid dossier: is empty",
            None,
        ]
    assert (await ratings.tell()).told == 0
    room.clock.move(days=1)
    assert (await ratings.tell()).told == 2


@pytest.mark.parametrize("answer", ["unavailable", "audit"])
async def test_hub_away_ends_the_round(room: Any, ratings: Ratings, answer: str) -> None:
    """Where nobody answers, or we may not call, the round ends; an answer that was lost is asked for again under the same id."""
    await _rated(room, *CODES)
    lost = room.unavailable("maybe_arrived", may_have_arrived=True)
    room.hub.answer(CODES[0], lost if answer == "unavailable" else AuditUnavailable("full"))
    assert (await ratings.tell()).told == 0
    assert len(room.hub.calls) == 1
    assert (await ratings.tell()).told == 3


async def test_taken_before_counts_as_told(room: Any, ratings: Ratings) -> None:
    """A hub that says it has the rating has it."""
    await _rated(room, CODES[0])
    room.hub.answer(CODES[0], room.rejected("exists", "3", "Đã tồn tại"))
    assert (await ratings.tell()).told == 1
