"""The list behind a figure, page by page: codes and dates of cases, nothing personal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, or_, select

from lienthong.storage import Database, tables

from ._counts import Over, Scope, counts


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """One case behind a figure."""

    dossier: str
    procedure: str
    unit: str
    status: str
    received_at: datetime | None
    limit_at: datetime | None
    end_at: datetime | None
    supplements: int


@dataclass(frozen=True, slots=True)
class BehindPage:
    """A page of what stands behind a figure.

    Attributes:
        cases: Cases, in order of their code.
        words: For figures that count no cases: procedure codes, numbers of decisions or ids of petitions.
        after: Where the next page begins; empty at the end.
    """

    cases: tuple[CaseBehind, ...]
    words: tuple[str, ...]
    after: str


async def list_cases(
    db: Database,
    scope: Scope,
    names: Sequence[str],
    over: Mapping[Over, Collection[str]],
    *,
    also_in: Sequence[str],
    missing: bool,
    without: Collection[str],
    after: str,
    limit: int,
) -> BehindPage:
    """Cases of any of the counts, or those of the denominator that are in none of them."""
    facts, told = tables.case_facts, tables.hub_dossiers
    known = counts(scope)
    parts: list[Any] = []
    for name in names:
        count = known[name]
        parts.append(
            count.condition
            if count.over == "all"
            else and_(count.condition, facts.c.procedure.in_(over[count.over]))
        )
    holds = or_(*parts)
    if without:
        holds = and_(holds, facts.c.dossier.not_in(without))
    if missing:
        # `case` and not `not`: a comparison with an absent date is neither true nor false.
        holds = case((holds, 0), else_=1) == 1
        for name in also_in:
            if name in known:
                count = known[name]
                holds = and_(holds, count.condition)
                if count.over != "all":
                    holds = and_(holds, facts.c.procedure.in_(over[count.over]))
    query = (
        select(facts)
        .select_from(facts.outerjoin(told, told.c.dossier == facts.c.dossier))
        .where(scope.condition(), holds, facts.c.dossier > after)
        .order_by(facts.c.dossier)
        .limit(limit + 1)
    )
    async with db.read() as conn:
        rows = list((await conn.execute(query)).mappings())
    page = rows[:limit]
    return BehindPage(
        tuple(
            CaseBehind(**{name: row[name] for name in CaseBehind.__dataclass_fields__})
            for row in page
        ),
        (),
        page[-1]["dossier"] if len(rows) > limit else "",
    )


def list_words(words: Sequence[str], after: str, limit: int) -> BehindPage:
    """A page of words, in order."""
    following = [word for word in words if word > after]
    page = following[:limit]
    return BehindPage((), tuple(page), page[-1] if len(following) > limit else "")
