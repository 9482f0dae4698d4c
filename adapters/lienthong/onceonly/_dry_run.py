"""Other replacement rules tried on every decision in force: which would change. Nobody is asked, nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from lienthong.storage import Database, tables

from ._recompute import Change, with_rules
from ._rules import ReplacementRule

_CASES: Final = 500
"""Cases looked at at once."""


@dataclass(frozen=True, slots=True)
class CaseTried:
    """One case with other rules.

    Attributes:
        dossier: Its code.
        closed: Whether it has ended: what changes there is of interest only.
        decisions: How many of its decisions are in force.
        changes: Those that would change.
        unknown: How many records cannot tell: of another engine, or a rule needs what was not looked at then.
    """

    dossier: str
    closed: bool
    decisions: int
    changes: tuple[Change, ...]
    unknown: int


async def dry_run(db: Database, rules: Iterable[ReplacementRule]) -> AsyncIterator[CaseTried]:
    """Every case with decisions, oldest first, in bounded memory."""
    listed = tuple(rules)
    cases, decisions = tables.cases, tables.decisions
    after = ""
    while True:
        async with db.read() as conn:
            page = await conn.execute(
                select(cases.c.id, cases.c.dossier, cases.c.closed_at)
                .where(cases.c.id > after)
                .order_by(cases.c.id)
                .limit(_CASES)
            )
            found = list(page)
            if not found:
                return
            rows = await conn.execute(
                select(decisions)
                .where(
                    decisions.c.case_id.in_([row.id for row in found]),
                    decisions.c.superseded_by.is_(None),
                )
                .order_by(decisions.c.id)
            )
            records: dict[str, list[Mapping[str, Any]]] = {}
            for row in rows.mappings():
                records.setdefault(row["case_id"], []).append(dict(row))
        for case in found:
            kept = records.get(case.id, [])
            if kept:
                changes, unknown = with_rules(kept, listed)
                yield CaseTried(
                    case.dossier, case.closed_at is not None, len(kept), changes, unknown
                )
        after = found[-1].id
