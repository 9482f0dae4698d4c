"""What the morning came to, counted from the store and from the hub's own state, so that a resumed demo counts all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong import OneStop
from lienthong.cli._child import Admin
from lienthong.health import HealthReport
from lienthong.onceonly import NOTHING_WANTED
from lienthong.storage import Database, tables

_REASONS: Final = 20
_IN_FORCE = tables.decisions.c.superseded_by.is_(None)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why papers were waived or asked for."""

    verdict: str
    rule: str
    papers: int
    sentence_vi: str


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that must hold, and whether it does."""

    name: str
    holds: bool
    sentence_vi: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The morning in numbers. ``components`` and ``identity`` are as things stand in the end, after settling."""

    cases: int
    procedures: int
    subjects: int
    identity: Mapping[str, int]
    components: Mapping[str, int]
    provisional: Mapping[str, int]
    reasons: tuple[Reason, ...]
    hub: Mapping[str, int]
    calls: Mapping[str, int]
    invariants: tuple[Invariant, ...]
    health: HealthReport
    example: str
    """Dossier code of the case with the most different reasons."""

    @property
    def good(self) -> bool:
        """Whether every invariant holds."""
        return all(item.holds for item in self.invariants)

    def to_json(self) -> dict[str, Any]:
        """As the demo's JSON object, without what only the command knows."""
        report = self.health
        return {
            "cases": self.cases,
            "procedures": self.procedures,
            "subjects": self.subjects,
            "identity": dict(self.identity),
            "components": dict(self.components),
            "provisional": dict(self.provisional),
            "reasons": [
                {
                    "verdict": item.verdict,
                    "rule": item.rule,
                    "papers": item.papers,
                    "sentence_vi": item.sentence_vi,
                }
                for item in self.reasons
            ],
            "hub": dict(self.hub),
            "calls": dict(self.calls),
            "health": {
                name: {
                    "status": max(
                        (check.status.value for check in checks),
                        key=("pass", "warn", "fail").index,
                    ),
                    "age_s": round(max(check.age_s(report.at) for check in checks), 1),
                    "output": next(
                        (check.output for check in checks if check.status.value != "pass"),
                        checks[0].output,
                    ),
                }
                for name in dict.fromkeys(check.component for check in report.checks)
                if (checks := report.of(name))
            },
            "invariants": {item.name: item.holds for item in self.invariants},
        }


async def open_provisional(db: Database) -> int:
    """Papers and identities that are provisional now."""
    async with db.read() as conn:
        return await _open_papers(conn) + await _open_identities(conn)


async def count(one_stop: OneStop, admin: Admin, wanted: int, health: HealthReport) -> Numbers:
    """Counts the morning.

    Args:
        one_stop: The library, open on the store.
        admin: The sandbox, for the hub's own state.
        wanted: How many cases there should be.
        health: The checks at the end.
    """
    state = await asyncio.to_thread(admin.call, "GET", "state/operations_centre?detail=1")
    status = await one_stop.desk.outbox.status()
    async with one_stop.desk.db.read() as conn:
        identity = await _groups(conn, tables.cases.c.identity)
        procedures, subjects = (
            await conn.execute(
                select(
                    func.count(distinct(tables.cases.c.procedure)),
                    func.count(distinct(tables.cases.c.owner_index)),
                )
            )
        ).one()
        by_verdict = await _groups(conn, tables.decisions.c.outcome, _IN_FORCE)
        made = await _scalar(
            conn,
            select(func.count()).where(tables.decisions.c.outcome == "provisional"),
        )
        papers, people = await _open_papers(conn), await _open_identities(conn)
        told = await _scalar(conn, select(func.count()).select_from(tables.hub_dossiers))
        unproven = await _unproven(conn)
        reasons = await _reasons(conn)
        calls = await _groups(conn, tables.audit_log.c.system, tables.audit_log.c.verb != "check")
        example = await _example(conn)
    cases = sum(identity.values())
    dossiers = state["cases"]
    extra = sum(max(item["adds"] - 1, 0) for item in dossiers.values())
    hub = {
        "sent": told,
        "hub_count": state["dossiers"],
        "pending": status.pending,
        "dead": status.dead,
        "duplicates": extra + state["duplicate_steps"],
        "steps": state["steps"],
        "out_of_order": state["out_of_order"],
        "in_doubt": status.in_doubt,
        "messages": status.sent,
    }
    once = all(item["adds"] == 1 for item in dossiers.values())
    return Numbers(
        cases=cases,
        procedures=procedures,
        subjects=subjects,
        identity=identity,
        components={
            "required": sum(by_verdict.values()),
            "waived": by_verdict.get("waived", 0),
            "provisional": by_verdict.get("provisional", 0),
            "asked": by_verdict.get("ask", 0),
        },
        provisional={"made": made, "settled": made - papers, "open": papers},
        reasons=reasons,
        hub=hub,
        calls=calls,
        health=health,
        example=example,
        invariants=(
            Invariant("all_cases_played", cases == wanted, "mọi hồ sơ đã được mở"),
            Invariant(
                "told_exactly_once",
                state["dossiers"] == cases == told and once and not hub["duplicates"],
                "mỗi hồ sơ, mỗi bước được báo lên Trung tâm đúng một lần",
            ),
            Invariant("told_in_order", not state["out_of_order"], "các bước được báo đúng thứ tự"),
            Invariant(
                "nothing_waits",
                not (status.pending or status.dead or status.in_doubt),
                "không còn bản tin chờ, bị gác lại hay chưa rõ",
            ),
            Invariant(
                "nothing_provisional",
                not (papers or people),
                "không còn giấy tờ hay người nộp tiếp nhận tạm",
            ),
            Invariant(
                "waived_with_evidence",
                not unproven,
                "mọi giấy tờ miễn nộp đều có căn cứ đã lưu",
            ),
        ),
    )


async def _groups(conn: AsyncConnection, column: Any, *where: Any) -> dict[str, int]:
    number = func.count()
    rows = await conn.execute(
        select(column, number).where(*where).group_by(column).order_by(number.desc())
    )
    return {str(key): int(found) for key, found in rows}


async def _scalar(conn: AsyncConnection, query: Any) -> int:
    return int((await conn.execute(query)).scalar_one())


async def _open_papers(conn: AsyncConnection) -> int:
    return await _scalar(
        conn,
        select(func.count()).where(tables.decisions.c.outcome == "provisional", _IN_FORCE),
    )


async def _open_identities(conn: AsyncConnection) -> int:
    return await _scalar(conn, select(func.count()).where(tables.cases.c.identity == "provisional"))


async def _unproven(conn: AsyncConnection) -> int:
    """Papers waived because of evidence behind which there is none."""
    decisions, evidence = tables.decisions, tables.evidence
    return await _scalar(
        conn,
        select(func.count())
        .select_from(decisions.outerjoin(evidence, evidence.c.id == decisions.c.evidence_id))
        .where(
            decisions.c.outcome == "waived",
            decisions.c.rule.not_in(NOTHING_WANTED),
            _IN_FORCE,
            evidence.c.id.is_(None),
        ),
    )


async def _reasons(conn: AsyncConnection) -> tuple[Reason, ...]:
    table, number = tables.decisions, func.count()
    rows = await conn.execute(
        select(table.c.outcome, table.c.rule, number, func.min(table.c.sentence_vi))
        .where(_IN_FORCE)
        .group_by(table.c.outcome, table.c.rule)
        .order_by(number.desc())
        .limit(_REASONS)
    )
    return tuple(Reason(*row) for row in rows)


async def _example(conn: AsyncConnection) -> str:
    cases, decisions = tables.cases, tables.decisions
    return str(
        await conn.scalar(
            select(cases.c.dossier)
            .join(decisions, decisions.c.case_id == cases.c.id)
            .group_by(cases.c.dossier)
            .order_by(func.count(distinct(decisions.c.rule)).desc(), cases.c.dossier)
            .limit(1)
        )
        or ""
    )
