"""Satisfaction: shares of the votes. Telling them to the hub is the hub room's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select

from lienthong.storage import Database, tables

from ._periods import Period


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
