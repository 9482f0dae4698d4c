"""Satisfaction: shares of the votes, and telling each vote to the hub (DongBoDanhGia, hub page §1.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy import func, or_, select, update

from lienthong.guard import Sealer
from lienthong.interface import HubRating, RatedCriterion
from lienthong.storage import Database, tables

from ._periods import Period

_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Votes of a period.

    Attributes:
        votes: How many by satisfaction, 1 … 5.
        cases: Cases that ended in the period, rated or not.
    """

    period: Period
    unit: str
    votes: Mapping[int, int]
    cases: int

    @property
    def number(self) -> int:
        """All votes."""
        return sum(self.votes.values())

    def share(self, least: int = 4) -> Decimal | None:
        """Share of votes of at least ``least``, 0 … 1; ``None`` without votes."""
        if not self.number:
            return None
        content = sum(number for points, number in self.votes.items() if points >= least)
        return (Decimal(content) / self.number).quantize(Decimal("0.0001"))


async def satisfaction(db: Database, period: Period, unit: str = "") -> Satisfaction:
    """The votes of a period for a unit and all below it."""
    ratings, facts = tables.ratings, tables.case_facts
    query = (
        select(ratings.c.satisfaction, func.count())
        .where(ratings.c.at >= period.start, ratings.c.at < period.end)
        .group_by(ratings.c.satisfaction)
    )
    ended = select(func.count()).where(facts.c.end_at >= period.start, facts.c.end_at < period.end)
    if unit:
        query, ended = (
            statement.where(or_(column == unit, column.startswith(f"{unit}.", autoescape=True)))
            for statement, column in ((query, ratings.c.unit), (ended, facts.c.unit))
        )
    async with db.read() as conn:
        found: dict[int, int] = {row[0]: int(row[1]) for row in await conn.execute(query)}
        cases = int(await conn.scalar(ended) or 0)
    return Satisfaction(
        period, unit, {points: found.get(points, 0) for points in range(1, 6)}, cases
    )


async def tell_ratings(
    db: Database,
    sealer: Sealer,
    tell: Callable[[HubRating, Mapping[str, Any]], Awaitable[bool]],
    now: datetime,
    *,
    limit: int = _AT_ONCE,
) -> int:
    """Tells the hub votes that it does not know, oldest first; how many it took.

    Args:
        db: The store.
        sealer: Opens the citizen's words.
        tell: Hands one vote over with its row (procedure, unit) and says whether the hub has it now. The rating's id is
            the same each time, so a vote whose answer was lost may be handed over again.
        now: The time, aware UTC.
        limit: Votes at most.
    """
    ratings = tables.ratings
    async with db.read() as conn:
        rows = [
            dict(row)
            for row in (
                await conn.execute(
                    select(ratings)
                    .where(ratings.c.told_at.is_(None))
                    .order_by(ratings.c.at, ratings.c.id)
                    .limit(limit)
                )
            ).mappings()
        ]
    told = 0
    for row in rows:
        if not await tell(_message(row, sealer), row):
            continue
        async with db.begin() as conn:
            # A vote that was corrected while we told it is told again.
            await conn.execute(
                update(ratings)
                .where(ratings.c.id == row["id"], ratings.c.at == row["at"])
                .values(told_at=now)
            )
        told += 1
    return told


def _message(row: Mapping[str, Any], sealer: Sealer) -> HubRating:
    words = ""
    if row["sealed"] is not None:
        words = cast(
            "str",
            sealer.open_json(row["sealed"], table="ratings", row=row["id"], field="sealed")[
                "words"
            ],
        )
    return HubRating(
        rating_id=row["id"],
        dossier=row["dossier"],
        at=row["at"],
        satisfaction=cast("Any", str(row["satisfaction"])),
        channel=row["channel"],
        content=words,
        criteria=tuple(
            RatedCriterion(code=item["code"], name=item["name"], points=str(item["points"]))
            for item in row["criteria"]
        ),
    )
