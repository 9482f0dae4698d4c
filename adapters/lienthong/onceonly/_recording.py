"""Decisions of a case as the store keeps them, and what they reuse as part of its dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    CompoundSelect,
    Row,
    bindparam,
    delete,
    insert,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.storage import new_id, tables

from ._decisions import Decision, Verdict

_REUSE: Final = {0: "record", 1: "reused", 2: "replaced"}
"""How evidence came under a case, by ``Decision.reuse``."""

_DECISIONS: Final = insert(tables.decisions)
_PAPERS: Final = insert(tables.papers)


async def record(
    conn: AsyncConnection, case_id: str, decisions: Sequence[Decision], now: datetime
) -> None:
    """Writes decisions, and files what they reuse under the case.

    An earlier decision on the same paper is kept, marked superseded, and its check is closed. The caller's transaction holds
    the row of the case: two clicks at once would leave two decisions in force.
    """
    made = [_row(item, new_id(), case_id, now) for item in decisions]
    by_component = {row["component"]: row["id"] for row in made}
    rows = (await conn.execute(_standing(), {"case": case_id})).all()
    standing = [row for row in rows if row.component in by_component]
    older = {row.id: by_component[row.component] for row in standing if not row.how}
    if older:
        await _supersede(conn, older)
    if made:
        await conn.execute(_DECISIONS, made)
    await _wait(conn, made)
    await _file(conn, case_id, decisions, [row for row in standing if row.how], now)


async def _supersede(conn: AsyncConnection, older: Mapping[str, str]) -> None:
    """Puts newer decisions in the place of older ones, both by id."""
    table, checks = tables.decisions, tables.checks
    await conn.execute(
        update(table)
        .where(table.c.id == bindparam("older"))
        .values(superseded_by=bindparam("newer")),
        [{"older": old, "newer": new} for old, new in older.items()],
    )
    await conn.execute(
        update(checks)
        .where(checks.c.decision_id.in_(list(older)), checks.c.state == "open")
        .values(state="settled")
    )


async def _wait(conn: AsyncConnection, made: Sequence[Mapping[str, Any]]) -> None:
    """Queues the checks of provisional decisions."""
    waiting = [
        {
            "id": new_id(),
            "case_id": row["case_id"],
            "decision_id": row["id"],
            "system": row["source"],
            "state": "open",
            "next_at": row["decided_at"],
            "deadline": row["deadline"],
            "attempts": 0,
            "created_at": row["decided_at"],
        }
        for row in made
        if row["outcome"] == Verdict.PROVISIONAL.value
    ]
    if waiting:
        await conn.execute(insert(tables.checks), waiting)


async def _file(
    conn: AsyncConnection,
    case_id: str,
    decisions: Sequence[Decision],
    filed: Sequence[Row[Any, Any, Any, str]],
    now: datetime,
) -> None:
    """Files what decisions reuse, beside what is filed for their papers."""
    wanted = {item.component: item.evidence_id for item in decisions}
    # What an earlier decision reused and this one does not is no longer part of the dossier.
    left = [
        row.id
        for row in filed
        if row.how in _REUSE.values() and row.evidence_id != wanted[row.component]
    ]
    if left:
        await conn.execute(delete(tables.papers).where(tables.papers.c.id.in_(left)))
    known = {(row.component, row.evidence_id) for row in filed}
    new = [
        {
            "id": new_id(),
            "case_id": case_id,
            "component": item.component,
            "name": item.component_name,
            "evidence_id": item.evidence_id,
            "how": _REUSE[item.reuse],
            "received_at": now,
        }
        for item in decisions
        if item.evidence_id and (item.component, item.evidence_id) not in known
    ]
    if new:
        await conn.execute(_PAPERS, new)


@cache
def _standing() -> CompoundSelect[Any, Any, Any, str]:
    """The decisions in force of ``:case``, and what is filed under it: the latter says how it came there."""
    made, filed = tables.decisions, tables.papers
    return union_all(
        select(made.c.id, made.c.component, made.c.evidence_id, literal("").label("how")).where(
            made.c.case_id == bindparam("case"), made.c.superseded_by.is_(None)
        ),
        select(filed.c.id, filed.c.component, filed.c.evidence_id, filed.c.how).where(
            filed.c.case_id == bindparam("case")
        ),
    )


def _row(decision: Decision, decision_id: str, case_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": decision_id,
        "case_id": case_id,
        "component": decision.component,
        "outcome": decision.verdict.value,
        "rule": decision.rule,
        "rule_version": str(decision.rule_version),
        "legal_basis": decision.legal_basis,
        "source": decision.source,
        "source_at": decision.source_at,
        "evidence_id": decision.evidence_id or None,
        "inputs": decision.inputs,
        "inputs_sha256": decision.inputs_sha256,
        "sentence_vi": decision.sentence_vi,
        "sentence_en": decision.sentence_en,
        "deadline": decision.deadline,
        "subject_index": decision.subject_index,
        "decided_at": now,
    }


def recorded(row: Mapping[str, Any], names: Mapping[str, str]) -> Decision:
    """The decision that a row of the store holds; ``names`` are the papers' names by code."""
    group = row["inputs"].get("group", {})
    return Decision(
        component=row["component"],
        component_name=row["inputs"].get("name") or names.get(row["component"], ""),
        verdict=Verdict(row["outcome"]),
        rule=row["rule"],
        rule_version=int(row["rule_version"]),
        legal_basis=row["legal_basis"] or "",
        source=row["source"] or "",
        source_at=row["source_at"],
        sentence_vi=row["sentence_vi"],
        sentence_en=row["sentence_en"],
        evidence_id=row["evidence_id"] or "",
        deadline=row["deadline"],
        requirement=group.get("name", ""),
        choices=tuple(
            number
            for number, papers in enumerate(group.get("lists", ()), 1)
            if row["component"] in papers
        ),
        inputs=row["inputs"],
    )
