"""The applicant's word on the papers of a case: what may be fetched, what would be used, what he hands in himself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.onceonly import Decision, component_of
from lienthong.storage import new_id, tables

from ._core import CaseCore
from .errors import CaseChanged

_ALL: Final = "*"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be used instead of a paper, for the eyes of clerk and applicant only.

    Attributes:
        decision: What would be decided if the applicant agreed; it is not recorded.
        values: What the rule needs of the record, by attribute; of a paper held: number, abstract and scope. Empty where
            nothing would be used. Never written to a log.
    """

    decision: Decision
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of the applicant.

    Attributes:
        component: MAGIAYTO of the paper; ``*`` for every paper.
        granted: Whether data may be used instead of it.
        officer: Who took it down.
        agency: At which unit.
        at: When, aware UTC.
    """

    component: str
    granted: bool
    officer: str
    agency: str
    at: datetime


class CaseChoices(CaseCore):
    """The part of :class:`Case` about what the applicant wants."""

    async def preview(self, component: str) -> Preview:
        """Shows what would be used instead of a paper, at the applicant's explicit request.

        It is that request: where a record is needed it is fetched now, for this case, and kept for the plan. Of a paper that
        is about somebody else nothing is fetched or shown before :meth:`consent` says that this person agrees.

        Raises:
            UnknownComponent: The procedure asks for no such paper.
            CaseClosed, AuditUnavailable
        """
        paper = component_of(self.procedure, component)
        await self._refresh_open()
        view = self._view()
        view = replace(
            view,
            consented=view.consented | ({component} - view.about.keys()),
            declined=self._declined_but(view.declined, component),
        )
        plan = await self._desk.planner.plan(
            view, (paper,), self._purpose("Người nộp yêu cầu xem trước dữ liệu thay giấy tờ")
        )
        decision = next(item for item in plan.decisions if item.component == component)
        async with self._desk.db.read() as conn:
            values = await self._desk.evidence.read_record(conn, decision.evidence_id)
        rule = self._desk.catalogue.rule(decision.rule)
        wanted = rule.needs if rule is not None and rule.needs else values
        return Preview(decision, {name: values[name] for name in wanted if values.get(name)})

    async def consent(self, component: str, *, granted: bool) -> None:
        """Records the applicant's word on one paper: whether data that is held may be used instead of it. Of a paper that is
        about somebody else it is the word of that person, or of who represents them.

        Agreeing takes an earlier refusal back. Refusing, the applicant keeps the right to the procedure and hands the paper
        in. Plan again afterwards.

        Raises:
            UnknownComponent: The procedure asks for no such paper.
            CaseClosed
        """
        component_of(self.procedure, component)
        asked = self.about.get(component)
        async with self._file.writing() as conn:
            self._require_open()
            if self.about.get(component) != asked:
                raise CaseChanged("The paper is about somebody else now; load the case again.")
            former, agreed = self._chosen()
            if granted:
                declined = self._declined_but(former, component)
                await self._choose(conn, declined, agreed | {component}, (component,), granted=True)
            else:
                await self._refuse(conn, former, agreed, (component,))

    async def decline_reuse(self, *components: str) -> None:
        """Records that the applicant will hand in these papers (all, when none is named) instead of having data reused.

        The applicant keeps the right to the procedure. Plan again afterwards.

        Raises:
            UnknownComponent: The procedure asks for no such paper.
            CaseClosed
        """
        for code in components:
            component_of(self.procedure, code)
        async with self._file.writing() as conn:
            self._require_open()
            await self._refuse(conn, *self._chosen(), components or (_ALL,))

    async def choices_made(self) -> tuple[Choice, ...]:
        """Every word of the applicant in this case, oldest first."""
        await self._refresh()
        table = tables.case_choices
        async with self._desk.db.read() as conn:
            rows = await conn.execute(
                select(table).where(table.c.case_id == self.id).order_by(table.c.id)
            )
            return tuple(
                Choice(row.component, row.choice == "granted", row.officer, row.agency, row.at)
                for row in rows
            )

    def _chosen(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is declined, and what is agreed to."""
        row = self._file.row
        return frozenset(row["reuse_declined"]), frozenset(row["consented"] or ())

    async def _refuse(
        self,
        conn: AsyncConnection,
        declined: frozenset[str],
        agreed: frozenset[str],
        components: tuple[str, ...],
    ) -> None:
        if _ALL in components:
            declined, agreed = frozenset({_ALL}), frozenset()
        elif _ALL not in declined:
            declined |= set(components)
        await self._choose(conn, declined, agreed - set(components), components, granted=False)

    async def _choose(
        self,
        conn: AsyncConnection,
        declined: frozenset[str],
        agreed: frozenset[str],
        components: tuple[str, ...],
        *,
        granted: bool,
    ) -> None:
        """Writes what counts now and who said so; the same word again is one word."""
        changed: dict[str, Any] = {"reuse_declined": sorted(declined), "consented": sorted(agreed)}
        if all(sorted(self._file.row[name] or ()) == value for name, value in changed.items()):
            return
        await self._file.write(conn, **changed)
        acting = self._acting
        await conn.execute(
            insert(tables.case_choices),
            [
                {
                    "id": new_id(),
                    "case_id": self.id,
                    "component": component,
                    "choice": "granted" if granted else "refused",
                    "officer": acting.officer,
                    "agency": acting.agency,
                    "at": self._desk.now(),
                }
                for component in components
            ],
        )

    def _declined_but(self, declined: frozenset[str], component: str) -> frozenset[str]:
        """What is declined without one paper; of a refusal of everything the other papers remain."""
        if _ALL in declined:
            declined = frozenset(item.code for item in self.procedure.components)
        return declined - {component}
