"""Keeping the facts up to date: which cases changed since they were last read, and reading those again.

A case is behind when its revision moved, or when an outbox row of it is newer: every change of papers passes through one of
the two, in the transaction of the change. Two nodes that collect together write the same; one that wrote an older reading
leaves an older revision behind, and the next round reads again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.identity import ProcedureCode
from lienthong.interface import ProcedureRecord
from lienthong.onceonly import Catalogue
from lienthong.storage import Database, tables

from ._facts import CaseParts, facts_of

_BATCH: Final = 2000
_OVERLAP: Final = 20_000
"""Outbox rows that are looked at again: ids are given before they are committed, so a smaller one may appear later."""


class Collector:
    """Brings ``case_facts`` up to date.

    Args:
        db: The store.
        catalogue: Procedures, for terms where no return was appointed.
        hub_system: Name of the hub's system table.
        population: Name of the population database's system table.
    """

    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        *,
        hub_system: str = "operations_centre",
        population: str = "population",
    ) -> None:
        self._db = db
        self._catalogue = catalogue
        self._hub = hub_system
        self._population = population

    async def collect(self) -> int:
        """Reads every case that is behind; how many there were.

        Raises:
            StorageError: The store does not answer.
        """
        done = 0
        by_papers = await self._changed_papers()
        for start in range(0, len(by_papers), _BATCH):
            done += await self._renew(by_papers[start : start + _BATCH])
        while behind := await self._behind():
            done += await self._renew(behind)
            if len(behind) < _BATCH:
                break
        return done

    async def _changed_papers(self) -> list[str]:
        """Cases with an outbox row that their facts have not seen."""
        facts, outbox = tables.case_facts, tables.outbox
        async with self._db.read() as conn:
            newest = await conn.scalar(select(func.max(facts.c.seen))) or 0
            rows = await conn.scalars(
                select(outbox.c.case_id)
                .join(facts, facts.c.case_id == outbox.c.case_id)
                .where(outbox.c.id > newest - _OVERLAP, outbox.c.id > facts.c.seen)
                .distinct()
            )
            return list(rows)

    async def _behind(self) -> list[str]:
        cases, facts = tables.cases, tables.case_facts
        async with self._db.read() as conn:
            rows = await conn.scalars(
                select(cases.c.id)
                .outerjoin(facts, facts.c.case_id == cases.c.id)
                .where(or_(facts.c.case_id.is_(None), facts.c.revision != cases.c.revision))
                .limit(_BATCH)
            )
            return list(rows)

    async def _renew(self, ids: Sequence[str]) -> int:
        async with self._db.read() as conn:
            parts = await _parts(conn, ids)
        rows = [
            facts_of(
                item,
                self._procedure(item.case["procedure"]),
                hub_system=self._hub,
                population=self._population,
            )
            for item in parts
        ]
        if rows:
            async with self._db.begin() as conn:
                await _put(conn, rows)
        return len(rows)

    def _procedure(self, code: str) -> ProcedureRecord | None:
        return self._catalogue.find(code) or self._catalogue.find(
            ProcedureCode.parse(code).national.value
        )


async def mark_behind(conn: AsyncConnection, case_id: str) -> None:
    """Has the facts of a case read again: for changes that move neither its revision nor the outbox."""
    facts = tables.case_facts
    await conn.execute(update(facts).where(facts.c.case_id == case_id).values(revision=0))


async def _parts(conn: AsyncConnection, ids: Sequence[str]) -> list[CaseParts]:
    cases, papers, evidence = tables.cases, tables.papers, tables.evidence
    steps, payments, outbox = tables.case_steps, tables.case_payments, tables.outbox
    wanted = (
        cases.c.id,
        cases.c.revision,
        cases.c.dossier,
        cases.c.procedure,
        cases.c.agency,
        cases.c.processing_agency,
        cases.c.channel,
        cases.c.status,
        cases.c.identity,
        cases.c.received_at,
        cases.c.due_at,
        cases.c.finished_at,
        cases.c.returned_at,
    )
    # The revision first: what changes while we read leaves an older one behind and is read again.
    found = await conn.execute(select(*wanted).where(cases.c.id.in_(ids)))
    rows = [dict(row) for row in found.mappings()]
    newest = await conn.execute(
        select(outbox.c.case_id, func.max(outbox.c.id))
        .where(outbox.c.case_id.in_(ids))
        .group_by(outbox.c.case_id)
    )
    seen = {row[0]: int(row[1]) for row in newest}
    taken = _by_case(
        (
            await conn.execute(
                select(steps.c.case_id, steps.c.status, steps.c.at)
                .where(steps.c.case_id.in_(ids))
                .order_by(steps.c.at, steps.c.id)
            )
        ).mappings()
    )
    filed = _by_case(
        (
            await conn.execute(
                select(
                    papers.c.case_id,
                    papers.c.component,
                    papers.c.how,
                    evidence.c.kind,
                    evidence.c.type,
                    evidence.c.system,
                    evidence.c.digitisation_code.is_not(None).label("digitised"),
                )
                .join(evidence, evidence.c.id == papers.c.evidence_id)
                .where(papers.c.case_id.in_(ids))
            )
        ).mappings()
    )
    paid = _by_case(
        (
            await conn.execute(
                select(payments.c.case_id, payments.c.amount, payments.c.way).where(
                    payments.c.case_id.in_(ids)
                )
            )
        ).mappings()
    )
    return [
        CaseParts(
            case=row,
            seen=seen.get(row["id"], 0),
            steps=[(step["status"], step["at"]) for step in taken[row["id"]]],
            papers=filed[row["id"]],
            payments=paid[row["id"]],
        )
        for row in rows
    ]


def _by_case(rows: Iterable[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["case_id"]].append(row)
    return found


async def _put(conn: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    facts = tables.case_facts
    insert = postgresql_insert if conn.dialect.name == "postgresql" else sqlite_insert
    statement = insert(facts)
    # One statement for each row, prepared once: compiling a statement of many rows costs more than it saves.
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=[facts.c.case_id],
            set_={
                column.name: statement.excluded[column.name]
                for column in facts.c
                if column.name != "case_id"
            },
        ),
        rows,
    )
