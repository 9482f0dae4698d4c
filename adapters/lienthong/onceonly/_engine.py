"""The once-only engine: a pure function from facts to a decision per paper. It asks nobody and writes nothing.

Order of the rules, first that decides wins: declined → form of this case → paper or replacing result held →
national record → present-only or nothing held. Reuse of any kind needs a verified identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from lienthong.interface import (
    Component,
    Found,
    InvalidRequest,
    LookupOutcome,
    NotLicensed,
    ProcedureRecord,
    Record,
    Throttled,
    Unavailable,
)
from lienthong.interface import Deferred as DeferredAnswer

from ._applicant import Applicant
from ._catalogue import Catalogue, ReplacementRule
from ._decisions import BUILT_IN, Decision, Verdict
from ._evidence_facts import Evidence
from ._sources import Question, differs, inactive, missing, query_for

_EACH_TIME: Final = frozenset({"application_form", "authorisation", "photo"})
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_WHOSE: Final = frozenset(
    {"personal_id", "old_card", "full_name", "birth", "sex", "code", "name", "owners"}
)
_PENDING: Final = (Throttled, Unavailable, DeferredAnswer)

SYSTEM_NAMES_VI: Final[dict[str, str]] = {
    "population": "Cơ sở dữ liệu quốc gia về dân cư",
    "business": "Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp",
    "social_insurance": "Cơ sở dữ liệu quốc gia về bảo hiểm",
    "land": "Cơ sở dữ liệu quốc gia về đất đai",
    "operations_centre": "Trung tâm thông tin, chỉ đạo, điều hành của Chính phủ",
}
_SYSTEM_NAMES_EN: Final[dict[str, str]] = {
    "population": "the population database",
    "business": "the business registration database",
    "social_insurance": "the social insurance database",
    "land": "the land database",
    "operations_centre": "the Government operations centre",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a national system said to a question, and where the record is filed."""

    outcome: LookupOutcome
    evidence_id: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """Planned maintenance of a national system, announced before; moments are aware UTC."""

    system: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a plan rests on.

    Attributes:
        procedure: The procedure of the case.
        applicant: Who it is about.
        identity: ``verified``, ``provisional``, ``mismatch``, ``questioned`` or ``none``.
        declined: Component codes that the applicant will hand in himself; ``*`` means all.
        holdings: Evidence held of the applicant.
        answers: Answers of national systems, by question.
        systems: Systems that this installation can ask.
        now: The moment of deciding, aware UTC.
        deadline: By when a provisional decision is settled; planned maintenance of its source does not count.
        consented: Component codes whose replacement by a national record the applicant agreed to, where a rule asks.
        disputed: System and attribute of what was reported wrong about the applicant and is not settled.
        outages: Planned maintenance, past and to come.
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

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.now.astimezone(_VIETNAM).date()


def decide(component: Component, facts: Facts, catalogue: Catalogue) -> Decision:
    """The decision on one paper."""
    if "*" in facts.declined or component.code in facts.declined:
        return _ask(component, "declined", facts)
    if component.type in _EACH_TIME:
        return _ask(component, "form-each-time", facts)
    held = _held(component, facts)
    rules = usable_rules(component, facts, catalogue)
    if (held or rules) and facts.identity not in {"verified", "provisional"}:
        reason = "identity-mismatch" if facts.identity == "mismatch" else "identity-unverified"
        return _ask(component, reason, facts)
    if held:
        if facts.identity == "provisional":
            register = "population" if facts.applicant.is_citizen else "business"
            return _wait(component, "identity-pending", facts, None, register)
        return _reuse(component, held, facts)
    if rules:
        return _by_records(component, rules, facts)
    return _ask(component, "present-only" if component.present_only else "nothing-held", facts)


def questions(component: Component, facts: Facts, catalogue: Catalogue) -> tuple[Question, ...]:
    """The questions whose answers ``decide`` would use for this paper; none when it needs none."""
    if (
        "*" in facts.declined
        or component.code in facts.declined
        or component.type in _EACH_TIME
        or facts.identity not in {"verified", "provisional"}
        or _held(component, facts)
    ):
        return ()
    found = (
        _question(rule, facts)
        for rule in usable_rules(component, facts, catalogue)
        if not _disputed(rule, facts) and not _needs_word(rule, component, facts)
    )
    return tuple(question for question in found if question is not None)


def usable_rules(
    component: Component, facts: Facts, catalogue: Catalogue
) -> tuple[ReplacementRule, ...]:
    """The replacement rules for a paper whose systems this installation can ask."""
    return tuple(
        rule for rule in catalogue.rules_for(component.type) if rule.system in facts.systems
    )


def passed(component: Component, facts: Facts) -> Decision:
    """The decision on a paper whose source never answered in time."""
    return _ask(component, "deadline-passed", facts)


def ended(component: Component, facts: Facts) -> Decision:
    """The decision on a paper whose case was withdrawn or not accepted: there is no purpose left to ask for."""
    return _ask(component, "case-ended", facts)


def _needs_word(rule: ReplacementRule, component: Component, facts: Facts) -> bool:
    """Whether the applicant has to be asked first."""
    return rule.ask_citizen and component.code not in facts.consented


def _disputed(rule: ReplacementRule, facts: Facts) -> bool:
    """Whether something that the rule rests on was reported wrong: what it needs, or what tells whose record it is."""
    return any(
        system == rule.system and (attribute in rule.needs or attribute in _WHOSE)
        for system, attribute in facts.disputed
    )


def _question(rule: ReplacementRule, facts: Facts) -> Question | None:
    query = query_for(rule.record, facts.applicant)
    return Question(rule.system, rule.record, query) if query is not None else None


def _held(component: Component, facts: Facts) -> Evidence | None:
    """The newest valid evidence that stands for this paper: the paper itself, or a result that replaces it."""
    for item in facts.holdings:
        # A present-only paper is never kept, but a result of ours that replaces it need not be shown either.
        kept = item.kind == "paper" and not component.present_only
        same_paper = kept and item.code == component.code
        replacing = item.kind == "result" and item.code in component.replaced_by
        if (same_paper or replacing) and item.holds_on(facts.today):
            return item
    return None


def _reuse(component: Component, held: Evidence, facts: Facts) -> Decision:
    replacing = held.kind == "result"
    until = f" đến {held.valid_until:%d/%m/%Y}" if held.valid_until else ""
    return _built_in(
        component,
        "replacing-result" if replacing else "same-paper",
        Verdict.WAIVED,
        facts,
        {"source": held.dossier, "until": until},
        source=held.dossier,
        source_at=held.filed_at,
        evidence=held,
        reuse=2 if replacing else 1,
        replaced_by=held.code if replacing else "",
    )


def _by_records(component: Component, rules: tuple[ReplacementRule, ...], facts: Facts) -> Decision:
    """The first rule whose record replaces the paper; else wait if any source is pending; else let the applicant choose
    where a rule asks for that; else the first reason to ask."""
    asked: Decision | None = None
    waiting: Decision | None = None
    choice: Decision | None = None
    for rule in rules:
        question = _question(rule, facts)
        answer = facts.answers.get(question) if question else None
        if question is None:
            asked = asked or _ask(component, "too-little-stated", facts, rule=rule)
        elif _disputed(rule, facts):
            asked = asked or _ask(component, "value-disputed", facts, rule=rule)
        elif _needs_word(rule, component, facts):
            choice = choice or _choose(component, rule, facts)
        elif answer is None or isinstance(answer.outcome, _PENDING):
            waiting = waiting or _wait(
                component, "source-pending", facts, question, rule.system, rule
            )
        elif isinstance(answer.outcome, Found):
            problem = _problem(rule, answer.outcome, facts)
            if not problem and facts.identity == "provisional":
                waiting = waiting or _wait(
                    component, "identity-pending", facts, None, rule.system, rule
                )
            elif not problem:
                return _by_record(component, rule, answer.outcome, answer.evidence_id, facts)
            else:
                asked = asked or _ask(component, problem, facts, rule=rule, answer=answer)
        else:
            reason = _refused(answer.outcome)
            asked = asked or _ask(component, reason, facts, rule=rule, answer=answer)
    decision = waiting or choice or asked
    if decision is None:
        return _ask(component, "nothing-held", facts)
    return decision


def _refused(outcome: LookupOutcome) -> str:
    """The reason to ask for the paper when a system has no record for us."""
    if not isinstance(outcome, NotLicensed):
        return "no-record"
    # The connector refused the question before it left: e.g. a citizen's record without a birth date.
    return "too-little-stated" if outcome.reason == InvalidRequest.code else "not-licensed"


def _problem(rule: ReplacementRule, found: Found[Record], facts: Facts) -> str:
    """The reason why a record cannot replace the paper; ``""`` when it can."""
    if differs(found.record, facts.applicant):
        return "record-differs"
    if missing(found.record, rule.needs):
        return "record-incomplete"
    if inactive(found.record):
        return "organisation-inactive"
    return ""


def _by_record(
    component: Component,
    rule: ReplacementRule,
    found: Found[Record],
    evidence_id: str,
    facts: Facts,
) -> Decision:
    provenance = found.provenance
    return Decision(
        component=component.code,
        component_name=component.name,
        verdict=Verdict.WAIVED,
        rule=rule.id,
        rule_version=rule.version,
        legal_basis=rule.legal_basis,
        source=f"{provenance.system}/{provenance.service}",
        source_at=provenance.answered_at,
        sentence_vi=rule.sentence_vi,
        sentence_en=rule.sentence_en,
        evidence_id=evidence_id,
        inputs=_inputs(component, facts, rule, provenance.sha256),
    )


def _ask(
    component: Component,
    reason: str,
    facts: Facts,
    *,
    rule: ReplacementRule | None = None,
    answer: Answer | None = None,
) -> Decision:
    provenance = getattr(answer.outcome, "provenance", None) if answer else None
    return _built_in(
        component,
        reason,
        Verdict.ASK,
        facts,
        {},
        source=f"{provenance.system}/{provenance.service}" if provenance else "",
        source_at=provenance.answered_at if provenance else None,
        rule=rule,
        sha256=provenance.sha256 if provenance else "",
    )


def _choose(component: Component, rule: ReplacementRule, facts: Facts) -> Decision:
    return _built_in(
        component,
        "consent-needed",
        Verdict.CONSENT,
        facts,
        {
            "source": SYSTEM_NAMES_VI.get(rule.system, rule.system),
            "source_en": _SYSTEM_NAMES_EN.get(rule.system, rule.system),
        },
        source=rule.system,
        rule=rule,
    )


def _wait(
    component: Component,
    reason: str,
    facts: Facts,
    question: Question | None,
    system: str,
    rule: ReplacementRule | None = None,
) -> Decision:
    outages = [item for item in facts.outages if item.system == system]
    deadline = _extended(facts.deadline, outages, facts.now)
    back = next((item.ends for item in outages if item.begins <= facts.now < item.ends), None)
    if back is not None and reason == "source-pending":
        reason = "source-maintenance"
    return _built_in(
        component,
        reason,
        Verdict.PROVISIONAL,
        facts,
        {
            "source": SYSTEM_NAMES_VI.get(system, system),
            "source_en": _SYSTEM_NAMES_EN.get(system, system),
            "deadline": _local_vi(deadline),
            "deadline_en": _local_en(deadline),
            "back": _local_vi(back) if back else "",
            "back_en": _local_en(back) if back else "",
        },
        source=system,
        rule=rule,
        deadline=deadline,
        question=question,
    )


def _extended(deadline: datetime, outages: Iterable[Outage], now: datetime) -> datetime:
    """The deadline when planned maintenance does not count; windows of one system that overlap count once."""
    seen = now
    for item in sorted(outages, key=lambda item: item.begins):
        begins = max(item.begins, seen)
        if begins < deadline and item.ends > begins:
            deadline += item.ends - begins
            seen = item.ends
    return deadline


def _local_vi(moment: datetime) -> str:
    return f"{moment.astimezone(_VIETNAM):%H:%M ngày %d/%m/%Y}"


def _local_en(moment: datetime) -> str:
    return f"{moment.astimezone(_VIETNAM):%d/%m/%Y %H:%M}"


def _built_in(
    component: Component,
    reason: str,
    verdict: Verdict,
    facts: Facts,
    words: dict[str, str],
    *,
    source: str = "",
    source_at: datetime | None = None,
    evidence: Evidence | None = None,
    reuse: int = 0,
    replaced_by: str = "",
    rule: ReplacementRule | None = None,
    sha256: str = "",
    deadline: datetime | None = None,
    question: Question | None = None,
) -> Decision:
    text = BUILT_IN[reason]
    english = {
        "source": words.get("source_en", words.get("source", "")),
        "deadline": words.get("deadline_en", ""),
        "back": words.get("back_en", ""),
    }
    return Decision(
        component=component.code,
        component_name=component.name,
        verdict=verdict,
        rule=reason,
        rule_version=text.version,
        legal_basis=text.legal_basis,
        source=source,
        source_at=source_at,
        sentence_vi=text.sentence_vi.format(**words),
        sentence_en=text.sentence_en.format(**english),
        evidence_id=evidence.id if evidence else "",
        reuse=reuse,
        replaced_by=replaced_by,
        deadline=deadline,
        question=question,
        inputs=_inputs(component, facts, rule, sha256, evidence),
    )


def _inputs(
    component: Component,
    facts: Facts,
    rule: ReplacementRule | None,
    sha256: str,
    evidence: Evidence | None = None,
) -> dict[str, Any]:
    """What was looked at, as codes and hashes: the decision can be recomputed from it, and it names nobody."""
    return {
        "procedure": facts.procedure.code,
        "component": component.code,
        "paper_type": component.type,
        "identity": facts.identity,
        "declined": "*" in facts.declined or component.code in facts.declined,
        "consented": component.code in facts.consented,
        "day": facts.today.isoformat(),
        "replacement": f"{rule.id}@{rule.version}" if rule else "",
        "answer": sha256,
        "evidence": evidence.id if evidence else "",
        "evidence_sha256": evidence.content_sha256 if evidence else "",
    }
