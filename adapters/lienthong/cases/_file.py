"""The file of a case: its row, its applicant, and every way to write them so that the hub learns of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import RowMapping, Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.interface import Component, HubProgress, ProcedureRecord
from lienthong.onceonly import (
    Applicant,
    CatalogueStore,
    Decision,
    PaperFacts,
    Received,
    record,
    version_of,
)
from lienthong.storage import new_id, tables

from ._about import About, changed_hands, from_json, merged, to_json
from ._desk import Desk
from ._statuses import ABANDONED, FINAL, Status
from ._supplements import StepWords, file_step, supplements
from ._telling import dossier_message
from .errors import CaseChanged, CaseNotFound


class CaseFile:
    """State and writing of one case. Every write goes through the row's revision: two writers never overwrite each other."""

    def __init__(
        self,
        desk: Desk,
        row: RowMapping,
        applicant: Applicant,
        procedure: ProcedureRecord,
        about: Mapping[str, Applicant],
    ) -> None:
        self._desk = desk
        self.row: dict[str, Any] = dict(row)
        self.applicant = applicant
        self.procedure = procedure
        """The procedure as it was when the case was opened."""
        self.about = dict(about)
        """Whom a paper is about, by component code, where that is not the applicant."""

    @classmethod
    async def load(cls, desk: Desk, dossier: str) -> Self:
        """The file of a dossier code.

        Raises:
            CaseNotFound: There is none.
        """
        async with desk.db.read() as conn:
            row = (
                (await conn.execute(select(tables.cases).where(tables.cases.c.dossier == dossier)))
                .mappings()
                .one_or_none()
            )
        if row is None:
            raise CaseNotFound("No case has this dossier code.")
        applicant, about = _people(desk, row)
        return cls(desk, row, applicant, await _procedure(desk, row), about)

    async def refresh(self) -> None:
        """Reads the case again: whoever holds it for long must not ask or write on what it was."""
        async with self.reading():
            pass

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A read transaction on the case as it stands now."""
        async with self._desk.db.read() as conn:
            await self._read(conn)
            yield conn

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction on the case as it stands now, with other writers of the case waiting outside.

        When it fails, nothing of it is kept: neither in the store nor here.
        """
        before = self.row, self.applicant, self.about
        try:
            async with self._desk.db.begin() as conn:
                await self._read(conn, lock=True)
                before = self.row, self.applicant, self.about
                yield conn
        except BaseException:
            self.row, self.applicant, self.about = before
            raise

    async def _read(self, conn: AsyncConnection, *, lock: bool = False) -> None:
        row = (await conn.execute(_by_id(lock=lock), {"case": self.id})).mappings().one()
        if row["revision"] != self.row["revision"]:
            self.row = dict(row)
            self.applicant, self.about = _people(self._desk, row)

    @property
    def id(self) -> str:
        """Our id of the case."""
        return str(self.row["id"])

    @property
    def dossier(self) -> str:
        """The dossier code."""
        return str(self.row["dossier"])

    @property
    def status(self) -> Status:
        """Where the case stands."""
        return Status(self.row["status"])

    def personal(self) -> dict[str, Any]:
        """The sealed fields, opened."""
        value = self._desk.sealer.open_json(
            self.row["sealed"], table="cases", row=self.id, field="sealed"
        )
        return dict(value)

    def sealed(self, applicant: Applicant, **others: Any) -> bytes:
        """The sealed fields with another applicant, with whom papers are about, and with others, to be written."""
        people = {"applicant": applicant.to_json(), "about": to_json(self.about)}
        personal = self.personal() | people | others
        return self._desk.sealer.seal_json(personal, table="cases", row=self.id, field="sealed")

    def named(self, about: About) -> dict[str, Any]:
        """Keeps whom papers are about; the columns to be written, none when it was known."""
        before, after = self.about, merged(self.about, about)
        if before == after:
            return {}
        self.about = after
        agreed = set(self.row["consented"] or ()) - changed_hands(before, after)
        return {"sealed": self.sealed(self.applicant), "consented": sorted(agreed)}

    async def has_paper(
        self,
        conn: AsyncConnection,
        component: Component,
        received: Received | None,
        facts: PaperFacts,
    ) -> bool:
        """Whether the same paper (same content, or none, about the same person) was filed in this case before."""
        digest = received.stored.sha256 if received else ""
        subject = self._desk.evidence.subject_index(facts, self.applicant.owner_key)
        found = await conn.scalar(
            select(tables.papers.c.id)
            .join(tables.evidence, tables.evidence.c.id == tables.papers.c.evidence_id)
            .where(
                tables.papers.c.case_id == self.id,
                tables.papers.c.component == component.code,
                tables.papers.c.how == "accepted",
                tables.evidence.c.content_sha256 == digest,
                tables.evidence.c.subject_index == subject,
            )
        )
        return found is not None

    async def file_paper(
        self,
        conn: AsyncConnection,
        component: Component,
        received: Received | None,
        facts: PaperFacts,
        now: datetime,
    ) -> None:
        """Files a paper received at the desk as evidence of its owner, and under the case."""
        evidence_id = await self._desk.evidence.add_paper(
            conn,
            owner_key=self.applicant.owner_key,
            case_id=self.id,
            component=component,
            facts=facts,
            content=received,
            now=now,
        )
        await self.link(conn, component.code, component.name, evidence_id, "accepted", now)

    async def file_decisions(
        self, conn: AsyncConnection, decisions: Sequence[Decision], now: datetime
    ) -> None:
        """Writes decisions, files what they reuse under the case, and tells the hub: all of it or nothing."""
        await record(conn, self.id, decisions, now)
        await self.tell(conn, now)

    async def link(
        self,
        conn: AsyncConnection,
        component: str,
        name: str,
        evidence_id: str,
        how: str,
        now: datetime,
    ) -> None:
        """Puts evidence under the case, once. ``how``: accepted, reused, replaced, record or issued."""
        papers = tables.papers
        exists = await conn.scalar(
            select(papers.c.id).where(
                papers.c.case_id == self.id,
                papers.c.component == component,
                papers.c.evidence_id == evidence_id,
            )
        )
        if exists is None:
            await conn.execute(
                insert(papers).values(
                    id=new_id(),
                    case_id=self.id,
                    component=component,
                    name=name,
                    evidence_id=evidence_id,
                    how=how,
                    received_at=now,
                )
            )

    async def step(
        self,
        conn: AsyncConnection,
        target: Status,
        note: str,
        now: datetime,
        *,
        officer: str,
        title: str = "",
        department: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Writes the new status and tells the hub: the dossier in its new state first, then the step (hub page §2.5).

        ``due_at`` is a new appointed return date.
        """
        before = self.row["due_at"]
        changes: dict[str, Any] = {"status": target.value, "due_at": due_at or before}
        if target is Status.SUPPLEMENT_ASKED:
            changes["supplements"] = (self.row["supplements"] or 0) + 1
        if target is Status.ACCEPTED and self.row["received_at"] is None:
            changes["received_at"] = now
        if target in {Status.PROCESSED, Status.STOPPED, Status.NOT_ACCEPTED, Status.WITHDRAWN}:
            changes["finished_at"] = now
        if target is Status.RETURNED:
            changes["returned_at"] = now
        if target in FINAL:
            changes["closed_at"] = now
        if target in ABANDONED and self.row["identity"] == "provisional":
            # There is no purpose left for verifying the applicant later.
            changes["identity"] = "none"
        await self.write(conn, **changes)
        said = StepWords(officer, note, before, self.row["due_at"])
        await file_step(conn, self._desk.sealer, self.id, target, now, said)
        await self.tell(conn, now)
        await self._desk.outbox.enqueue(
            conn,
            case_id=self.id,
            message=HubProgress(
                dossier=self.dossier,
                officer=officer[:50],
                title=title,
                department=department,
                at=now,
                content=note,
                status=target.value,
                due_at=self.row["due_at"],
            ),
            now=now,
            procedure=self.procedure,
            locked=True,
        )

    async def tell(self, conn: AsyncConnection, now: datetime) -> None:
        """Puts the dossier's whole state into the outbox; an unchanged state is not told again."""
        message = await dossier_message(
            conn,
            self._desk.settings,
            self.row,
            self.applicant,
            self.personal(),
            self.procedure,
            await supplements(conn, self._desk.sealer, self.row),
        )
        await self._desk.outbox.enqueue(
            conn,
            case_id=self.id,
            message=message,
            now=now,
            procedure=self.procedure,
            locked=True,
        )

    async def write(self, conn: AsyncConnection, **values: Any) -> None:
        """Writes columns of the case.

        Raises:
            CaseChanged: Somebody else did since it was read.
        """
        revision = self.row["revision"]
        result = await conn.execute(
            update(tables.cases)
            .where(tables.cases.c.id == self.id, tables.cases.c.revision == revision)
            .values(**values, revision=revision + 1)
        )
        if result.rowcount != 1:
            raise CaseChanged("The case was changed by somebody else in between; load it again.")
        self.row = {**self.row, **values, "revision": revision + 1}


@cache
def _by_id(*, lock: bool) -> Select[*tuple[Any, ...]]:
    """The row of ``:case``, kept from other writers with ``lock``."""
    query = select(tables.cases).where(tables.cases.c.id == bindparam("case"))
    return query.with_for_update() if lock else query


async def _procedure(desk: Desk, row: RowMapping) -> ProcedureRecord:
    """What was demanded when the case was opened: a later change of the catalogue is for later cases."""
    code, version = row["procedure"], row["procedure_version"]
    current = desk.catalogue.find(code)
    if version and (current is None or version_of(current) != version):
        current = await CatalogueStore(desk.db).version(code, version) or current
    return current or desk.catalogue.procedure(code)


def _people(desk: Desk, row: RowMapping) -> tuple[Applicant, dict[str, Applicant]]:
    """The applicant, and whom papers are about where that is somebody else."""
    personal = desk.sealer.open_json(row["sealed"], table="cases", row=row["id"], field="sealed")
    return Applicant.from_json(personal["applicant"]), from_json(personal.get("about", {}))
