"""Plans the papers of a case: gathers what is held, asks all national sources at once, decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.gateway import Gateway, fingerprint
from lienthong.interface import (
    CertificateList,
    CertificateRecord,
    CitizenRecord,
    Component,
    Found,
    InsuranceRecord,
    InvalidRequest,
    LookupOutcome,
    NotLicensed,
    NotSupported,
    OrganisationRecord,
    ParcelRecord,
    ProcedureRecord,
    Provenance,
    Purpose,
    Record,
    Requirement,
)
from lienthong.storage import Database, new_id, tables

from ._applicant import Applicant
from ._catalogue import Catalogue, requirements_of
from ._decisions import Decision, Verdict
from ._engine import (
    Answer,
    Facts,
    Subject,
    decide_all,
    ended,
    passed,
    questions,
    usable_rules,
    version_of,
)
from ._evidence import EvidenceStore
from ._evidence_facts import Evidence
from ._inputs import STORED_PAPER, Outage
from ._judge import extended
from ._national_store import NationalStore
from ._rules import RecordKind
from ._sources import Question, query_for

_MODELS: Final[dict[str, tuple[type[Record], ...]]] = {
    "citizen": (CitizenRecord,),
    "organisation": (OrganisationRecord,),
    "insurance": (InsuranceRecord,),
    "household": (InsuranceRecord,),
    "parcel": (ParcelRecord,),
    "certificate": (CertificateRecord, CertificateList),
}


UNSETTLED: Final = ("open", "answered")
"""Statuses of a wrong-value report in which the value is not relied on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The papers of a case, decided. Iterate over ``decisions`` in the procedure's order."""

    decisions: tuple[Decision, ...]
    planned_at: datetime
    answers: Mapping[Question, Answer] = field(default_factory=dict, repr=False, compare=False)
    """What the decisions rest on."""
    unfiled: Mapping[Question, Applicant] = field(default_factory=dict, repr=False, compare=False)
    """Those of the answers that :meth:`Planner.file` still has to keep, and whom they are about."""

    @property
    def waived(self) -> tuple[Decision, ...]:
        """Papers not asked for."""
        return tuple(item for item in self.decisions if item.verdict is Verdict.WAIVED)

    @property
    def provisional(self) -> tuple[Decision, ...]:
        """Papers not asked for until their source answers."""
        return tuple(item for item in self.decisions if item.verdict is Verdict.PROVISIONAL)

    @property
    def to_choose(self) -> tuple[Decision, ...]:
        """Papers that a national record may replace if the applicant agrees."""
        return tuple(item for item in self.decisions if item.verdict is Verdict.CONSENT)

    @property
    def asked(self) -> tuple[Decision, ...]:
        """Papers the applicant hands in."""
        return tuple(item for item in self.decisions if item.verdict is Verdict.ASK)


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the planner needs to know of a case."""

    id: str
    procedure: str
    choice: str
    applicant: Applicant
    identity: str
    declined: frozenset[str]
    consented: frozenset[str] = frozenset()
    agency: str = ""
    """The unit that wants to reuse papers; empty: the whole installation."""
    as_opened: ProcedureRecord | None = None
    """The procedure as it was when the case was opened; ``None``: as it is now."""
    about: Mapping[str, Applicant] = field(default_factory=dict)
    """Whom a paper is about, by component code, where that is not the applicant."""


class Planner:
    """Plans and settles."""

    def __init__(
        self,
        db: Database,
        catalogue: Callable[[], Catalogue],
        evidence: EvidenceStore,
        gateway: Gateway,
        now: Callable[[], datetime],
        settle_within: timedelta,
        outages: Sequence[Outage] = (),
    ) -> None:
        self._db = db
        self._catalogue = catalogue
        self._evidence = evidence
        self._gateway = gateway
        self._now = now
        self._settle_within = settle_within
        self._outages = tuple(outages)
        self._store = NationalStore(db, evidence, gateway)

    def deadline(self, procedure: ProcedureRecord, system: str, since: datetime) -> datetime:
        """By when something that became provisional is settled; planned maintenance of its system does not count."""
        outages = [item for item in self._outages if item.system == system]
        return extended(since + self._within(procedure), outages, since)

    def _within(self, procedure: ProcedureRecord) -> timedelta:
        hours = procedure.settle_within_h
        return self._settle_within if hours is None else timedelta(hours=float(hours))

    async def facts(
        self,
        conn: AsyncConnection,
        case: CaseView,
        purpose: Purpose | None = None,
        *,
        deadline: datetime | None = None,
        before: Plan | None = None,
    ) -> Facts:
        """The facts of a case, with the answers of a plan before; without a purpose nobody is asked."""
        now = self._now()
        procedure = self._procedure(case)
        owner = case.applicant.owner_key
        others = {person.owner_key: person for person in case.about.values()}
        disputed = await self._disputed(conn, owner)
        holdings = list(await self._evidence.holdings(conn, owner, case.agency))
        of_others: dict[str, Subject] = {}
        for key, person in others.items():
            # What the applicant handed in about somebody else, never what that person's own cases hold.
            holdings += await self._evidence.holdings(conn, owner, case.agency, about=key)
            index = self._evidence.owner_index(key).hex()
            of_others[key] = Subject(person, index, await self._disputed(conn, key))
        people = (case.applicant, *others.values())
        for key in dict.fromkeys((*others, *(k for p in people for k in _further_keys(p)))):
            # Of an organisation that a citizen merely names its public record may serve, its papers never.
            further = await self._evidence.holdings(conn, key)
            holdings.extend(item for item in further if item.kind == "record")
        return Facts(
            procedure=procedure,
            applicant=case.applicant,
            identity=case.identity,
            declined=case.declined,
            holdings=tuple(holdings),
            answers=before.answers if before else {},
            systems=frozenset(self._gateway.systems),
            now=now,
            deadline=deadline or now + self._within(procedure),
            consented=case.consented,
            disputed=disputed,
            outages=self._outages,
            store=self._store.system_for(purpose, [p.owner_number for p in people])
            if purpose
            else "",
            version=version_of(procedure),
            subjects={code: of_others[person.owner_key] for code, person in case.about.items()},
        )

    async def plan(
        self,
        case: CaseView,
        components: Sequence[Component],
        purpose: Purpose,
        *,
        requirements: Sequence[Requirement] | None = None,
        deadline: datetime | None = None,
    ) -> Plan:
        """Decides papers of a case and keeps what was answered; arguments and errors as :meth:`propose`."""
        before: Plan | None = None
        while True:
            async with self._db.read() as conn:
                facts = await self.facts(conn, case, purpose, deadline=deadline, before=before)
            plan = await self.propose(case, facts, components, purpose, requirements)
            if not plan.unfiled:
                return plan
            async with self._db.begin() as conn:
                if not await self.file(conn, case, plan):
                    return plan
            before = plan

    async def propose(
        self,
        case: CaseView,
        facts: Facts,
        components: Sequence[Component],
        purpose: Purpose,
        requirements: Sequence[Requirement] | None = None,
    ) -> Plan:
        """Decides papers of a case. All sources are asked at once, inside the desk's deadline.

        The caller files the answers and records the decisions, in one transaction: each costs the citizen a write to the disk.

        Args:
            case: The case.
            facts: Its facts as they are now.
            components: The papers to decide on.
            purpose: Who asks.
            requirements: The requirements that they meet; those of the case when left out.

        Raises:
            CaseRequired, AuditUnavailable: As :class:`Gateway`.
        """
        facts, unfiled = await self._answered(case, facts, components, purpose)
        if requirements is None:
            requirements = requirements_of(facts.procedure, case.choice)
        decisions = decide_all(components, requirements, facts, self._catalogue())
        return Plan(decisions, facts.now, facts.answers, unfiled)

    async def file(self, conn: AsyncConnection, case: CaseView, plan: Plan) -> bool:
        """Keeps the records that a plan was answered with.

        Returns:
            Whether they show papers to have ended. What an answer ended is not reused by the plan that asked: make it again
            from the facts as they are then, with the same answers.
        """
        ended = False
        for question, person in plan.unfiled.items():
            answer = plan.answers[question]
            if isinstance(answer.outcome, Found):
                record = await self._evidence.add_record(
                    conn,
                    owner_key=_owner_key(question, person),
                    case_id=case.id,
                    code=self._record_code(question),
                    record=answer.outcome.record,
                    provenance=answer.outcome.provenance,
                    now=plan.planned_at,
                    evidence_id=answer.evidence_id,
                )
                ended = ended or bool(record.ended)
        return ended

    async def settle(
        self, case: CaseView, component: Component, deadline: datetime, purpose: Purpose
    ) -> Decision:
        """Decides one paper again after its source failed to answer; the caller records the result."""
        procedure = self._procedure(case)
        # One of several choices depends on the others.
        requirements = tuple(
            item
            for item in requirements_of(procedure, case.choice)
            if any(component.code in papers for papers in item.lists or ())
        )
        named = {paper for item in requirements for papers in item.lists or () for paper in papers}
        choices = tuple(
            item for item in procedure.components if item.code in named | {component.code}
        )
        plan = await self.plan(case, choices, purpose, requirements=requirements, deadline=deadline)
        decision = next(item for item in plan.decisions if item.component == component.code)
        if decision.verdict is Verdict.PROVISIONAL and plan.planned_at >= deadline:
            async with self._db.read() as conn:
                facts = await self.facts(conn, case, purpose, deadline=deadline, before=plan)
            return passed(component, facts, self._catalogue())
        return decision

    async def end(self, case: CaseView, component: Component) -> Decision:
        """The decision on a provisional paper of a case that was withdrawn or not accepted; nobody is asked."""
        async with self._db.read() as conn:
            facts = await self.facts(conn, case)
        return ended(component, facts, self._catalogue())

    def _procedure(self, case: CaseView) -> ProcedureRecord:
        return case.as_opened or self._catalogue().procedure(case.procedure)

    async def keep(
        self,
        conn: AsyncConnection,
        case: CaseView,
        record: Record,
        provenance: Provenance,
    ) -> None:
        """Files the record that verified an applicant, so that planning need not ask for it a second time."""
        kind: RecordKind = "citizen" if case.applicant.is_citizen else "organisation"
        query = query_for(kind, case.applicant)
        if query is not None and isinstance(record, _MODELS[kind]):
            await self._evidence.add_record(
                conn,
                owner_key=case.applicant.owner_key,
                case_id=case.id,
                code=self._record_code(Question(provenance.system, kind, query)),
                record=record,
                provenance=provenance,
                now=self._now(),
            )

    async def _disputed(self, conn: AsyncConnection, owner_key: str) -> frozenset[tuple[str, str]]:
        """What was reported wrong about an owner and is not settled yet."""
        rows = await conn.execute(_wrong(), {"owner": self._evidence.owner_index(owner_key)})
        return frozenset((row.system, row.attribute) for row in rows)

    async def _answered(
        self, case: CaseView, facts: Facts, components: Sequence[Component], purpose: Purpose
    ) -> tuple[Facts, dict[Question, Applicant]]:
        """The same facts with answers: fresh records that we hold first, then all systems at once. And which of the answers
        are to be filed.

        What the answers leave open, the national store of digitised papers, is asked in a second round.
        """
        catalogue = self._catalogue()
        unfiled: dict[Question, Applicant] = {}
        while True:
            wanted = {
                question: facts.subject(component.code).person
                for component in components
                for question in questions(component, facts, catalogue)
                if question not in facts.answers
            }
            if not wanted:
                return facts, unfiled
            answers: dict[Question, Answer] = {}
            for question in wanted:
                held = self._fresh(question, facts, components, catalogue)
                answer = await self._from_store(question, held) if held else None
                if answer is not None:
                    answers[question] = answer
            stored = [question for question in wanted if question.record == STORED_PAPER]
            open_questions = [
                question
                for question in wanted
                if question not in answers and question.record != STORED_PAPER
            ]
            outcomes = await asyncio.gather(
                *(self._ask(question, purpose) for question in open_questions)
            )
            papers = await asyncio.gather(
                *(
                    self._store.find(
                        question,
                        purpose,
                        owner_key=case.applicant.owner_key,
                        case_id=case.id,
                        now=facts.now,
                        subject=_other(wanted[question], case.applicant),
                    )
                    for question in stored
                )
            )
            answers |= dict(zip(stored, papers, strict=True))
            for question, outcome in zip(open_questions, outcomes, strict=True):
                found = isinstance(outcome, Found)
                answers[question] = Answer(outcome, new_id() if found else "")
                if found:
                    unfiled[question] = wanted[question]
            facts = replace(facts, answers={**facts.answers, **answers})

    async def _ask(self, question: Question, purpose: Purpose) -> LookupOutcome:
        """The answer of one system. A source that cannot be asked this way costs the citizen one paper, not the plan."""
        try:
            return await self._gateway.lookup(question.system, question.query, purpose)
        except (InvalidRequest, NotSupported) as error:
            return NotLicensed(question.system, question.record, error.code)

    def _fresh(
        self,
        question: Question,
        facts: Facts,
        components: Sequence[Component],
        catalogue: Catalogue,
    ) -> Evidence | None:
        """A record in store that is fresh enough for every rule that would use it."""
        days = min(
            (
                rule.fresh_days
                for component in components
                for rule in usable_rules(component, facts, catalogue)
                if rule.system == question.system and rule.record == question.record
            ),
            default=0.0,
        )
        code = self._record_code(question)
        for item in facts.holdings:
            if item.code == code and item.fresh_at(facts.now, days):
                return item
        return None

    def _record_code(self, question: Question) -> str:
        return self._evidence.record_code(question.record, fingerprint(question.query))

    async def _from_store(self, question: Question, held: Evidence) -> Answer | None:
        async with self._db.read() as conn:
            raw = await self._evidence.read_record(conn, held.id)
        for model in _MODELS[question.record]:
            try:
                record = model.model_validate(raw)
            except ValidationError:
                continue
            provenance = Provenance(
                system=held.system,
                service=held.service,
                dialect="",
                channel="",
                request_id="",
                answered_at=held.answered_at or self._now(),
                sha256=held.content_sha256,
            )
            return Answer(Found(record, provenance), held.id)
        return None


@cache
def _wrong() -> Select[*tuple[Any, ...]]:
    """What was reported wrong about ``:owner`` and is not settled."""
    table = tables.wrong_values
    return select(table.c.system, table.c.attribute).where(
        table.c.owner_index == bindparam("owner"),
        # Not a list, which is spelled out anew at each execution.
        or_(*(table.c.status == status for status in UNSETTLED)),
    )


def _owner_key(question: Question, person: Applicant) -> str:
    if question.record == "organisation" and person.enterprise is not None:
        return f"organisation:{person.enterprise.value}"
    return person.owner_key


def _other(person: Applicant, applicant: Applicant) -> str:
    """The number of a person who is not the applicant."""
    return person.owner_number if person.owner_key != applicant.owner_key else ""


def _further_keys(applicant: Applicant) -> tuple[str, ...]:
    if applicant.enterprise is None or not applicant.is_citizen:
        return ()
    return (f"organisation:{applicant.enterprise.value}",)
