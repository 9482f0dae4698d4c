"""The once-only engine: from the facts of a case to a decision per paper. It asks nobody and writes nothing.

What is known of a person is looked at once (``observe``) and becomes inputs that name nobody; those alone decide (``_judge``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Literal

from lienthong.interface import (
    Component,
    Found,
    InvalidRequest,
    LookupOutcome,
    NotLicensed,
    ProcedureRecord,
    Provenance,
    Requirement,
    StoredPapersQuery,
    Throttled,
    Unavailable,
)
from lienthong.interface import Deferred as DeferredAnswer

from ._applicant import Applicant
from ._catalogue import Catalogue
from ._decisions import Decision
from ._evidence_facts import Evidence
from ._inputs import ENGINE, STORED_PAPER, VIETNAM, Answered, Group, Held, Inputs, Outage
from ._judge import asks_store, judge, judge_alone, open_rules
from ._rules import ReplacementRule
from ._sources import Question, differs, inactive, missing, query_for

_PENDING: Final = (Throttled, Unavailable, DeferredAnswer)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a national system said to a question, and where the record is filed."""

    outcome: LookupOutcome
    evidence_id: str = ""
    code: str = ""
    """Of a stored paper whose file was read: its result code."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a paper is about.

    Attributes:
        person: As stated at the desk.
        index: Blind index, hex; empty for the applicant.
        disputed: System and attribute of what was reported wrong about them and is not settled.
    """

    person: Applicant
    index: str = ""
    disputed: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a plan rests on.

    Attributes:
        procedure: The procedure of the case.
        applicant: Who it is about.
        identity: ``verified``, ``provisional``, ``mismatch``, ``questioned`` or ``none``.
        declined: Component codes that the applicant will hand in himself; ``*`` means all.
        holdings: Evidence that the applicant handed in or was issued, and records held of whom the papers are about.
        answers: Answers of national systems, by question.
        systems: Systems that this installation can ask.
        now: The moment of deciding, aware UTC.
        deadline: By when a provisional decision is settled; planned maintenance of its source does not count.
        consented: Component codes whose replacement by a national record the applicant agreed to, where a rule asks.
        disputed: System and attribute of what was reported wrong about the applicant and is not settled.
        outages: Planned maintenance, past and to come.
        store: The system that the national store of digitised papers is asked through; empty when it cannot be.
        version: ``version_of`` the procedure.
        subjects: Whom a paper is about, by component code, where that is not the applicant.
    """

    procedure: ProcedureRecord
    applicant: Applicant
    identity: str
    declined: frozenset[str]
    holdings: tuple[Evidence, ...]
    answers: Mapping[Question, Answer]
    systems: frozenset[str]
    now: datetime
    deadline: datetime
    consented: frozenset[str] = frozenset()
    disputed: frozenset[tuple[str, str]] = frozenset()
    outages: tuple[Outage, ...] = ()
    store: str = ""
    version: str = ""
    subjects: Mapping[str, Subject] = field(default_factory=dict)

    def subject(self, component: str) -> Subject:
        """Whom a paper is about."""
        return self.subjects.get(component) or Subject(self.applicant, disputed=self.disputed)

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.now.astimezone(VIETNAM).date()


def decide(component: Component, facts: Facts, catalogue: Catalogue) -> Decision:
    """The decision on one paper, as if it were the only choice."""
    return judge(observe(component, facts, catalogue))


def decide_all(
    components: Iterable[Component],
    requirements: Sequence[Requirement],
    facts: Facts,
    catalogue: Catalogue,
) -> tuple[Decision, ...]:
    """The decisions on the papers of a case, then on its requirements that name no paper."""
    observed = [observe(component, facts, catalogue) for component in components]
    bare = [
        _observed(
            item.code,
            item.name,
            facts,
            group=Group(code=item.code, name=item.name, lists=item.lists),
        )
        for item in requirements
        if not item.lists
    ]
    return tuple(judge(inputs) for inputs in (*grouped(observed, requirements), *bare))


def grouped(observed: Sequence[Inputs], requirements: Iterable[Requirement]) -> tuple[Inputs, ...]:
    """The inputs of the papers of a case, each with the requirement that it is one of several choices for."""
    groups: dict[str, Group] = {}
    for item in requirements:
        group = Group(code=item.code, name=item.name, lists=item.lists)
        groups |= dict.fromkeys((paper for papers in item.lists or () for paper in papers), group)
    return regrouped(
        [
            item.model_copy(update={"group": groups.get(item.component, item.group)})
            for item in observed
        ]
    )


def regrouped(observed: Sequence[Inputs]) -> tuple[Inputs, ...]:
    """The inputs of the papers of a case, each with what the other papers of its requirement are worth now."""
    alone = {item.component: judge_alone(item) for item in observed if item.group}

    def current(group: Group) -> Group:
        papers = [paper for papers in group.lists or () for paper in papers if paper in alone]
        waits = {paper: alone[paper].source for paper in papers if alone[paper].deadline}
        verdicts = {paper: alone[paper].verdict.value for paper in papers}
        return group.model_copy(update={"verdicts": verdicts, "sources": waits})

    return tuple(
        item.model_copy(update={"group": current(item.group)}) if item.group else item
        for item in observed
    )


def questions(component: Component, facts: Facts, catalogue: Catalogue) -> tuple[Question, ...]:
    """The questions whose answers ``decide`` would use for this paper; none when it needs none.

    The national store of digitised papers is asked once the records have answered and replace nothing.
    """
    inputs = observe(component, facts, catalogue)
    person = facts.subject(component.code).person
    found = [question for rule in open_rules(inputs) if (question := _question(rule, person))]
    if all(question in facts.answers for question in found) and asks_store(inputs):
        found.append(_store_question(component, facts.store, person))
    return tuple(found)


def usable_rules(
    component: Component, facts: Facts, catalogue: Catalogue
) -> tuple[ReplacementRule, ...]:
    """The replacement rules for a paper whose systems this installation can ask."""
    return tuple(
        rule for rule in catalogue.rules_for(component.type) if rule.system in facts.systems
    )


def passed(component: Component, facts: Facts, catalogue: Catalogue) -> Decision:
    """The decision on a paper whose source never answered in time."""
    return judge(observe(component, facts, catalogue, ended="deadline-passed"))


def ended(component: Component, facts: Facts, catalogue: Catalogue) -> Decision:
    """The decision on a paper whose case was withdrawn or not accepted: there is no purpose left to ask for."""
    return judge(observe(component, facts, catalogue, ended="case-ended"))


def observe(
    component: Component,
    facts: Facts,
    catalogue: Catalogue,
    *,
    ended: Literal["", "deadline-passed", "case-ended"] = "",
) -> Inputs:
    """What the decision on a paper rests on, with nothing personal left in it."""
    rules = usable_rules(component, facts, catalogue)
    collected = bool(component.originals or component.copies)
    subject = facts.subject(component.code)
    store = (
        facts.store if collected and component.replaced_by and subject.person.owner_number else ""
    )
    asked = {rule.system for rule in rules} | {store}
    return _observed(
        component.code,
        component.name,
        facts,
        paper_type=component.type,
        present_only=component.present_only,
        collected=collected,
        declined=bool({"*", component.code} & facts.declined),
        consented=component.code in facts.consented,
        held=_held(component, facts, subject.index),
        rules=rules,
        answers=_answers(component, rules, store, facts.answers, subject.person),
        disputed=tuple(sorted(item for item in subject.disputed if item[0] in asked)),
        outages=tuple(item for item in facts.outages if item.ends > facts.now),
        store=store,
        subject=subject.index,
        ended=ended,
    )


def _observed(code: str, name: str, facts: Facts, **more: object) -> Inputs:
    return Inputs.model_validate(
        {
            "engine": ENGINE,
            "catalogue": facts.version,
            "procedure": facts.procedure.code,
            "component": code,
            "name": name,
            "identity": facts.identity,
            "citizen": facts.applicant.is_citizen,
            "now": facts.now,
            "deadline": facts.deadline,
            "systems": tuple(sorted(facts.systems)),
            **more,
        }
    )


def version_of(procedure: ProcedureRecord) -> str:
    """The version of a procedure in the catalogue: a hash of all that it says, 16 hex digits."""
    return sha256(procedure.model_dump_json().encode()).hexdigest()[:16]


def _question(rule: ReplacementRule, person: Applicant) -> Question | None:
    query = query_for(rule.record, person)
    return Question(rule.system, rule.record, query) if query is not None else None


def _store_question(component: Component, store: str, person: Applicant) -> Question:
    wanted = tuple((code, "") for code in component.replaced_by)
    return Question(store, STORED_PAPER, StoredPapersQuery(person.owner_number, wanted))


def _held(component: Component, facts: Facts, subject: str) -> tuple[Held, ...]:
    """Evidence of this paper or of a result that replaces it, about the subject, newest first, up to the first that holds."""
    found: list[Held] = []
    for item in facts.holdings:
        if item.subject != subject:
            continue
        # A present-only paper is never kept, but a result of ours that replaces it need not be shown either.
        kept = item.kind == "paper" and not component.present_only
        same_paper = kept and item.code == component.code
        replacing = item.kind == "result" and item.code in component.replaced_by
        if same_paper or replacing:
            found.append(
                Held(
                    id=item.id,
                    kind=item.kind,
                    code=item.code,
                    dossier=item.dossier,
                    source=f"{item.system}/{item.service}" if item.system else "",
                    filed_at=item.filed_at,
                    sha256=item.content_sha256,
                    status=item.status,
                    signature=item.signature,
                    permanent=item.permanent,
                    valid_until=item.valid_until,
                )
            )
            # What the national store gave for somebody else may be used by that person's word only: ours beside it counts too.
            if item.holds_on(facts.today) and not (item.system and subject):
                break
    return tuple(found)


def _answers(
    component: Component,
    rules: Iterable[ReplacementRule],
    store: str,
    answers: Mapping[Question, Answer],
    person: Applicant,
) -> tuple[Answered, ...]:
    """What was answered about the paper, each kind of record of a system once."""
    needs: dict[tuple[str, str], tuple[str, ...]] = {}
    asked: dict[tuple[str, str], Question | None] = {}
    for rule in rules:
        place = rule.system, rule.record
        needs[place] = needs.get(place, ()) + rule.needs
        asked[place] = _question(rule, person)
    if store:
        asked[store, STORED_PAPER] = _store_question(component, store, person)
    found: list[Answered] = []
    for (system, record), question in asked.items():
        answer = answers.get(question) if question else None
        if question is None:
            found.append(Answered(system=system, record=record, outcome="too_little"))
        elif answer is not None:
            found.append(_answered(question, answer, needs.get((system, record), ()), person))
    return tuple(found)


def _answered(
    question: Question, answer: Answer, needs: Iterable[str], person: Applicant
) -> Answered:
    """What a system answered, without what it said."""
    outcome = answer.outcome
    provenance: Provenance | None = getattr(outcome, "provenance", None)
    said: dict[str, object] = {
        "system": question.system,
        "record": question.record,
        "outcome": _kind(outcome),
        "code": answer.code,
        "evidence_id": answer.evidence_id,
    }
    if provenance is not None:
        said |= provenance.model_dump(include={"service", "answered_at", "sha256"})
    if isinstance(outcome, Found):
        record, wanted = outcome.record, tuple(dict.fromkeys(needs))
        lacking = missing(record, wanted)
        said |= {
            "differs": differs(record, person),
            "filled": tuple(name for name in wanted if name not in lacking),
            "inactive": inactive(record),
        }
    return Answered.model_validate(said)


def _kind(
    outcome: LookupOutcome,
) -> Literal["found", "no_record", "not_licensed", "too_little", "pending"]:
    if isinstance(outcome, Found):
        return "found"
    if isinstance(outcome, _PENDING):
        return "pending"
    if not isinstance(outcome, NotLicensed):
        return "no_record"
    # The connector refused the question before it left: e.g. a citizen's record without a birth date.
    return "too_little" if outcome.reason == InvalidRequest.code else "not_licensed"
