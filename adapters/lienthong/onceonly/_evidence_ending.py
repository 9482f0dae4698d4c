"""Evidence taken out of use: superseded, revoked, or ended by what happened to whom it is about. It is kept, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import Sealer
from lienthong.storage import new_id, tables

from ._events import Event, EventRule


async def end(
    conn: AsyncConnection,
    evidence_ids: Sequence[str],
    status: str,
    event: str,
    now: datetime,
    *,
    rule: EventRule | None = None,
    record: str = "",
) -> None:
    """Takes evidence out of use.

    Args:
        conn: The caller's transaction.
        evidence_ids: Which.
        status: What it is from now on: ``superseded``, ``revoked`` or ``ended``.
        event: What ended it.
        now: When we learned of it.
        rule: The rule that says so.
        record: Evidence id of the record that shows it.
    """
    if not evidence_ids:
        return
    await conn.execute(
        update(tables.evidence)
        .where(tables.evidence.c.id.in_(list(evidence_ids)))
        .values(status=status, ended_at=now)
    )
    await conn.execute(
        insert(tables.evidence_events),
        [
            {
                "id": new_id(),
                "evidence_id": evidence_id,
                "event": event,
                "rule": rule.id if rule else None,
                "rule_version": str(rule.version) if rule else None,
                "legal_basis": rule.legal_basis if rule else None,
                "record_id": record or None,
                "at": now,
            }
            for evidence_id in evidence_ids
        ],
    )


async def end_touched(
    conn: AsyncConnection,
    sealer: Sealer,
    rules: Sequence[EventRule],
    subject: bytes,
    event: Event,
    now: datetime,
    record: str,
) -> tuple[str, ...]:
    """Ends the papers about a subject that an event touches, whoever filed them; their ids."""
    table = tables.evidence
    rows = await conn.execute(
        select(table.c.id, table.c.type, table.c.sealed).where(
            or_(
                and_(table.c.owner_index == subject, table.c.subject_index.is_(None)),
                table.c.subject_index == subject,
            ),
            table.c.status == "valid",
            table.c.kind != "record",
        )
    )
    held = [(row.id, row.type or "", row.sealed) for row in rows]
    ended: list[str] = []
    for rule in rules:
        touched = [
            evidence_id
            for evidence_id, paper_type, sealed in held
            if evidence_id not in ended
            and rule.ends(event, paper_type)
            and _is_numbered(sealer, evidence_id, sealed, event.number)
        ]
        await end(conn, touched, "ended", event.kind.value, now, rule=rule, record=record)
        ended.extend(touched)
    return tuple(ended)


def _is_numbered(sealer: Sealer, evidence_id: str, sealed: bytes | None, number: str) -> bool:
    """Whether a paper may have a number: it states that one, or none."""
    if not number or sealed is None:
        return True
    facts = sealer.open_json(sealed, table="evidence", row=evidence_id, field="sealed")
    stated = "".join(str(facts.get("number", "")).split()).casefold()
    return stated in {"", "".join(number.split()).casefold()}
