"""The papers of a case: planned, handed in, decided again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.identity import nfc
from lienthong.interface import Component, InvalidRequest, OtherPaper
from lienthong.onceonly import (
    Applicant,
    Decision,
    Explanation,
    PaperFacts,
    Plan,
    Source,
    Verdict,
    chosen_of,
    component_of,
    explained,
    recorded,
)
from lienthong.storage import tables

from ._about import changed_hands, require_components
from ._choices import CaseChoices
from ._events import put_event
from ._statuses import ABANDONED, Status
from .errors import CaseChanged, PapersPending

_PLANS: Final = 3
"""How often papers are planned anew because the case changed meanwhile, e.g. was verified."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper handed in at the desk.

    Attributes:
        component: MAGIAYTO of the paper, from the plan.
        content: The scan, as bytes, file or stream; ``None`` when it is kept on paper only.
        facts: Number, dates and issuer (TT 01/2023/TT-VPCP art. 9).
        media_type: What the scan is said to be, e.g. ``application/pdf``; found out when empty.
        size: Its size as the sender stated it, to tell an upload that broke off.
        sha256: Its SHA-256 as the sender stated it, hex.
    """

    component: str
    content: Source | None = None
    facts: PaperFacts = field(default_factory=PaperFacts)
    media_type: str = ""
    size: int | None = None
    sha256: str | None = None


class CasePapers(CaseChoices):
    """The part of :class:`Case` about its papers."""

    async def plan_documents(
        self,
        *,
        choice: str | Sequence[str] | None = None,
        about: Mapping[str, Applicant | None] | None = None,
    ) -> Plan:
        """Decides for every paper of the case: waived, provisional or ask. All sources are asked at once.

        Args:
            choice: The alternative (TRUONGHOP) that applies, of ``choices``, or all that apply at once; kept for later.
            about: As :meth:`name_subjects` takes it.

        Raises:
            InvalidRequest: No such alternative.
            UnknownComponent: The procedure asks for no such paper.
            CaseChanged: Applicant, identity or choice changed again and again meanwhile.
            CaseClosed, AuditUnavailable
        """
        if choice is not None:
            await self._refresh_open()
            chosen = chosen_of(self.procedure, choice)
            async with self._file.writing() as conn:
                self._require_open()
                if chosen != self._file.row["case_choice"]:
                    await self._file.write(conn, case_choice=chosen)
        if about:
            await self.name_subjects(about)
        return await self._plan("Kiểm tra giấy tờ thay thế")

    async def name_subjects(self, about: Mapping[str, Applicant | None]) -> None:
        """Says whom papers are about, where that is not the applicant: a child, a spouse, another organisation.

        Only papers that the applicant handed in about that person are reused, and that person's records are asked for once
        :meth:`consent` says that they agree; what was agreed for one person is not agreed for another. Plan again afterwards.

        Args:
            about: By MAGIAYTO; ``None`` is the applicant after all. Other papers stay as they were.

        Raises:
            UnknownComponent: The procedure asks for no such paper.
            CaseClosed
        """
        require_components(self.procedure, about)
        async with self._file.writing() as conn:
            self._require_open()
            before = self.about
            if changes := self._file.named(about):
                await self._file.write(conn, **changes)
                await self._end_misnamed(conn, before)

    async def _end_misnamed(self, conn: AsyncConnection, before: Mapping[str, Applicant]) -> None:
        """What this case filed as that of whom a paper was about before is no evidence of that person."""
        papers, evidence = tables.papers, tables.evidence
        own, ended = self.applicant.owner_key, list[str]()
        for component in changed_hands(before, self.about):
            was = before[component].owner_key if component in before else own
            index = None if was == own else self._desk.evidence.owner_index(was)
            ended += await conn.scalars(
                select(evidence.c.id)
                .join(papers, papers.c.evidence_id == evidence.c.id)
                .where(
                    papers.c.case_id == self.id,
                    papers.c.component == component,
                    papers.c.how == "accepted",
                    evidence.c.status == "valid",
                    evidence.c.subject_index == index,
                )
            )
        await self._desk.evidence.revoke(conn, ended, self._desk.now())

    async def decide_again(self, reason: str) -> None:
        """Decides anew what was decided before, and files the decisions that are others now. Raises as :meth:`plan_documents`.

        Args:
            reason: Why, in words the person concerned may read.
        """
        await self._refresh_open()
        if await self.decisions():
            await self._plan(reason, only_changes=True)

    async def _plan(self, reason: str, *, only_changes: bool = False) -> Plan:
        planner, before = self._desk.planner, None
        for _ in range(_PLANS):
            async with self._file.reading() as conn:
                self._require_open()
                view, purpose = self._view(), self._purpose(reason)
                facts = await planner.facts(conn, view, purpose, before=before)
            plan = await planner.propose(view, facts, self.components, purpose)
            async with self._file.writing() as conn:
                self._require_open()
                ended = await planner.file(conn, view, plan)
                now = self._view()
                if now == view and not ended:
                    fresh = await self._changed(conn, plan) if only_changes else plan.decisions
                    await self._file.file_decisions(conn, fresh, plan.planned_at)
                    # Without the answers: whoever shows a plan needs no record of a person.
                    return Plan(plan.decisions, plan.planned_at)
            # Nobody is asked twice, unless another person is meant now.
            same = (now.applicant, now.about) == (view.applicant, view.about)
            before = plan if same else None
        raise CaseChanged("The case changed each time its papers were planned; load it again.")

    async def _changed(self, conn: AsyncConnection, plan: Plan) -> tuple[Decision, ...]:
        """The decisions of a plan that differ from those in force, in what is done, by which rule, or about whom."""
        rows = (await conn.execute(self._in_force())).mappings()
        known = {
            (
                row["component"],
                row["outcome"],
                row["rule"],
                row["subject_index"],
                row["evidence_id"],
            )
            for row in rows
        }
        return tuple(
            item
            for item in plan.decisions
            if (
                item.component,
                item.verdict.value,
                item.rule,
                item.subject_index,
                item.evidence_id or None,
            )
            not in known
        )

    async def accept(self, *papers: Paper | OtherPaper, subject: str = "") -> None:
        """Files papers received at the desk. The same paper twice is filed once.

        The first acceptance takes a case from registered to accepted (status 2).

        Args:
            papers: What was handed in. A paper that the procedure does not ask for is an :class:`~lienthong.interface.OtherPaper`:
                the hub is told of it; the same name again corrects its count, and a count of 0 takes it out.
            subject: Number of the person or organisation that the papers are about, where their facts do not say it; else
                whom the case names for a paper (``about``), else the applicant.

        Raises:
            UnknownComponent: The procedure asks for no such paper; nothing is filed.
            InvalidRequest: A present-only paper has a content, a content is empty, or a paper is about another than the case
                says; nothing is filed.
            EvidenceRefused: A paper must not be kept, is another owner's, or its file is cut, changed after signing or not
                of a kind that papers have; nothing is filed.
            StoreFull, StoreUnavailable: There is no room, or the object store does not answer; nothing is filed.
            CaseClosed
        """
        wanted = [
            (component_of(self.procedure, paper.component), paper)
            for paper in papers
            if not isinstance(paper, OtherPaper)
        ]
        others = [paper for paper in papers if isinstance(paper, OtherPaper)]
        for component, paper in wanted:
            if component.present_only and paper.content is not None:
                raise InvalidRequest(
                    "content",
                    "a present-only paper is not digitised (TT 03/2025/TT-VPCP art. 5)",
                    "Giấy tờ chỉ xuất trình thì không số hóa. Đề nghị bỏ tệp đính kèm.",
                )
            require_content(paper.content)
        await self._refresh_open()
        wanted = [(item, self._with_subject(item, paper, subject)) for item, paper in wanted]
        evidence, owner = self._desk.evidence, self._file.applicant.owner_key
        about = self.about
        for component, paper in wanted:
            evidence.require_keepable(
                component, paper.facts, owner, has_content=paper.content is not None
            )
        now = self._desk.now()
        # Before the transaction: a large scan must not keep other desks from writing.
        received = [
            await evidence.receive(
                paper.content,
                now,
                media_type=paper.media_type,
                size=paper.size,
                sha256=paper.sha256,
            )
            if paper.content is not None
            else None
            for _, paper in wanted
        ]
        async with self._file.writing() as conn:
            self._require_open()
            if (self._file.applicant.owner_key, self.about) != (owner, about):
                raise CaseChanged(
                    "Somebody else changed whom the case or its papers are about; load it again."
                )
            for (component, paper), scan in zip(wanted, received, strict=True):
                if not await self._file.has_paper(conn, component, scan, paper.facts):
                    await self._file.file_paper(conn, component, scan, paper.facts, now)
            if others and (kept := self._with_others(others)) != self._others():
                await self._file.write(
                    conn, sealed=self._file.sealed(self.applicant, other_papers=kept)
                )
            if self.status is Status.REGISTERED:
                await self._step(conn, Status.ACCEPTED, "Tiếp nhận hồ sơ", now)
            await self._file.tell(conn, now)

    def _others(self) -> list[dict[str, Any]]:
        """Papers beside the components, as they are sealed: clerks name them freely, persons too."""
        return list(self._file.personal().get("other_papers", ()))

    def _with_others(self, papers: Sequence[OtherPaper]) -> list[dict[str, Any]]:
        """Those, with what was handed in now."""
        known = {paper["name"]: paper for paper in self._others()}
        for paper in papers:
            name = " ".join(nfc(paper.name).split())
            known[name] = {"name": name, "count": paper.count, "kind": paper.kind}
        return [paper for paper in known.values() if paper["count"]]

    def _with_subject(self, component: Component, paper: Paper, subject: str) -> Paper:
        """The paper with whom it is about."""
        person = self.about.get(component.code)
        stated = paper.facts.subject or subject or (person.owner_number if person else "")
        facts = replace(paper.facts, subject=stated)
        evidence, owner = self._desk.evidence, self.applicant.owner_key
        if person is not None and evidence.subject_index(facts, owner) != evidence.owner_index(
            person.owner_key
        ):
            raise InvalidRequest(
                "subject",
                "the case says that this paper is about somebody else; correct the number, or plan with the right person",
                "Giấy tờ này không phải của người đã nêu trong hồ sơ. Đề nghị kiểm tra số định danh ghi trên giấy tờ.",
            )
        return replace(paper, facts=facts)

    async def decisions(self) -> tuple[dict[str, Any], ...]:
        """The decisions in force, in the order of the papers: component, outcome, rule, legal basis, source, sentence."""
        await self._refresh()
        order = {component.code: number for number, component in enumerate(self.components)}
        async with self._desk.db.read() as conn:
            rows = await conn.execute(self._in_force())
            found = [dict(row) for row in rows.mappings()]
        return tuple(sorted(found, key=lambda row: order.get(row["component"], len(order))))

    async def explain(self) -> tuple[Explanation, ...]:
        """Why each paper was decided as it was, with the decisions before; each made again from its record and compared."""
        await self._refresh()
        order = {component.code: number for number, component in enumerate(self.components)}
        async with self._desk.db.read() as conn:
            rows = await conn.execute(
                select(tables.decisions).where(tables.decisions.c.case_id == self.id)
            )
            return explained([dict(row) for row in rows.mappings()], order)

    async def recorded_plan(self) -> Plan:
        """The decisions in force as a plan, read from the store: nobody is asked. For closed cases, and to look again."""
        names = {component.code: component.name for component in self.procedure.components}
        rows = await self.decisions()
        planned_at = max((row["decided_at"] for row in rows), default=self._file.row["opened_at"])
        return Plan(tuple(recorded(row, names) for row in rows), planned_at)

    async def settle(self, component: str, deadline: datetime) -> Decision:
        """Decides one provisional paper again; used by the settler, harmless by hand.

        In a case that was withdrawn or not accepted nobody is asked any more.

        Raises:
            CaseChanged: Applicant, identity or choice changed meanwhile.
        """
        await self._file.refresh()
        view, paper = self._view(), component_of(self.procedure, component)
        if self.status in ABANDONED:
            decision = await self._desk.planner.end(view, paper)
        else:
            purpose = self._purpose("Kiểm tra lại giấy tờ tiếp nhận tạm")
            decision = await self._desk.planner.settle(view, paper, deadline, purpose)
        if decision.verdict is not Verdict.PROVISIONAL:
            async with self._file.writing() as conn:
                if self._view() != view:
                    raise CaseChanged("The case was changed while a paper was settled.")
                now = self._desk.now()
                was_pending = await self._is_pending(conn, component)
                await self._file.file_decisions(conn, (decision,), now)
                if was_pending:
                    await put_event(
                        conn,
                        kind="expired" if decision.rule == "deadline-passed" else "settled",
                        dossier=self.dossier,
                        component=component,
                        outcome=decision.verdict.value,
                        sentence_vi=decision.sentence_vi,
                        sentence_en=decision.sentence_en,
                        now=now,
                    )
        return decision

    def _in_force(self) -> Select[Any]:
        return select(tables.decisions).where(
            tables.decisions.c.case_id == self.id, tables.decisions.c.superseded_by.is_(None)
        )

    async def _is_pending(self, conn: AsyncConnection, component: str = "") -> bool:
        """Whether a paper, or any, is accepted provisionally."""
        table = tables.decisions
        pending = self._in_force().where(table.c.outcome == Verdict.PROVISIONAL.value)
        if component:
            pending = pending.where(table.c.component == component)
        return (await conn.execute(pending.limit(1))).first() is not None

    async def _require_settled(self, conn: AsyncConnection) -> None:
        if await self._is_pending(conn):
            raise PapersPending(
                "Papers of this case were accepted provisionally and are not settled yet."
            )


def require_content(content: Source | None) -> None:
    """Refuses a content without a byte: a paper that is not scanned has none."""
    if content == b"":
        raise InvalidRequest(
            "content",
            "is empty; leave it out for a paper that is not scanned",
            "Tệp đính kèm không có nội dung. Đề nghị quét lại giấy tờ.",
        )
