"""From inputs to a decision: a pure function of what the record keeps, so that every decision can be made again from it.

Order of the rules, first that decides wins: ended → declined → form of this case → paper or replacing result held →
national record → national store of digitised papers → present-only or nothing held. Then: a paper of which nothing is
wanted is not asked for, nor one of several choices when another choice is met. Reuse of any kind needs a verified identity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ._decisions import BUILT_IN, Decision, Verdict
from ._inputs import STORED_PAPER, VIETNAM, Answered, Group, Held, Inputs, Outage
from ._rules import ReplacementRule

EACH_TIME: Final = frozenset({"application_form", "authorisation", "photo"})
"""Types of papers that belong to one case only."""

KNOWN: Final = frozenset({"verified", "provisional"})
"""Identities whose records may be asked for."""

_WHOSE: Final = frozenset(
    {"personal_id", "old_card", "full_name", "birth", "sex", "code", "name", "owners"}
)

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
_STORE: Final = (
    "Kho dữ liệu điện tử quốc gia",
    "the national store of digitised papers",
)


def judge(inputs: Inputs) -> Decision:
    """The decision on one paper, in view of the other choices of its requirement."""
    group = inputs.group
    if group is not None and group.code == inputs.component:
        # A requirement without a list of papers stands for itself.
        decision = _built_in(inputs, "papers-unknown" if group.lists is None else "none-exists")
    else:
        decision = judge_alone(inputs)
        if group is not None and decision.verdict is not Verdict.WAIVED:
            decision = _among(inputs, group, decision)
    return replace(decision, inputs=inputs.model_dump(mode="json", exclude_defaults=True))


def judge_alone(inputs: Inputs) -> Decision:
    """The decision on one paper as if it were the only choice."""
    decision = _decide(inputs)
    if decision.verdict is Verdict.ASK and not inputs.collected and inputs.ended != "case-ended":
        return _built_in(inputs, "not-collected")
    return decision


def open_rules(inputs: Inputs) -> tuple[ReplacementRule, ...]:
    """The rules whose systems may be asked for this paper now."""
    if (
        inputs.declined
        or inputs.paper_type in EACH_TIME
        or inputs.identity not in KNOWN
        or _first_held(inputs) is not None
    ):
        return ()
    return tuple(
        rule
        for rule in inputs.rules
        if not _disputed(rule, inputs) and not _needs_word(rule, inputs)
    )


def asks_store(inputs: Inputs) -> bool:
    """Whether the national store is to be asked: nothing of ours and no record replaces the paper, as far as is known."""
    return (
        bool(inputs.store)
        and not _unasked(inputs)
        and not inputs.declined
        and inputs.paper_type not in EACH_TIME
        and inputs.identity in KNOWN
        and _first_held(inputs) is None
        and judge_alone(inputs).verdict is not Verdict.WAIVED
    )


def _decide(inputs: Inputs) -> Decision:
    if inputs.ended:
        return _built_in(inputs, inputs.ended)
    if inputs.declined:
        return _built_in(inputs, "declined")
    if inputs.paper_type in EACH_TIME:
        return _built_in(inputs, "form-each-time")
    held = _first_held(inputs)
    if (held or inputs.rules or inputs.store) and inputs.identity not in KNOWN:
        mismatch = inputs.identity == "mismatch"
        return _built_in(inputs, "identity-mismatch" if mismatch else "identity-unverified")
    if held is not None:
        if inputs.identity == "provisional":
            return _wait(inputs, "identity-pending", "population" if inputs.citizen else "business")
        return _reuse(inputs, held)
    return _by_records(inputs)


def _first_held(inputs: Inputs) -> Held | None:
    return next(
        (
            item
            for item in inputs.held
            # What the national store gave for somebody else is used again only by that person's word.
            if item.holds_on(inputs.today) and not (item.source and _unasked(inputs))
        ),
        None,
    )


def _reuse(inputs: Inputs, held: Held) -> Decision:
    if held.source:
        return _stored(inputs, held.source, held.filed_at, held.id, held.code)
    replacing = held.kind == "result"
    until = f" đến {held.valid_until:%d/%m/%Y}" if held.valid_until else ""
    return replace(
        _built_in(
            inputs,
            "replacing-result" if replacing else "same-paper",
            source=held.dossier,
            source_at=held.filed_at,
            vi={"source": held.dossier, "until": until},
            en={"source": held.dossier},
        ),
        evidence_id=held.id,
        reuse=2 if replacing else 1,
        replaced_by=held.code if replacing else "",
    )


def _by_records(inputs: Inputs) -> Decision:
    """The first source that replaces the paper; else wait if any is pending; else let the applicant choose where a rule
    asks for that; else the first reason to ask."""
    found = [_by_rule(inputs, rule) for rule in inputs.rules]
    stored = _by_store(inputs)
    for verdict in (Verdict.WAIVED, Verdict.PROVISIONAL, Verdict.CONSENT, Verdict.ASK):
        for decision in (*found, *stored):
            if decision.verdict is verdict:
                return decision
    return _built_in(inputs, "present-only" if inputs.present_only else "nothing-held")


def _by_rule(inputs: Inputs, rule: ReplacementRule) -> Decision:
    answer = inputs.answer(rule.system, rule.record)
    if answer is not None and answer.outcome == "too_little":
        return _built_in(inputs, "too-little-stated")
    if _disputed(rule, inputs):
        return _built_in(inputs, "value-disputed")
    if _needs_word(rule, inputs):
        return _ask_first(inputs, rule.system)
    if answer is None or answer.outcome == "pending" or _stale(answer, rule, inputs):
        return _wait(inputs, "source-pending", rule.system)
    if reason := _refused(answer, rule):
        return _built_in(inputs, reason, source=_named(answer), source_at=answer.answered_at)
    if inputs.identity == "provisional":
        return _wait(inputs, "identity-pending", rule.system)
    return Decision(
        component=inputs.component,
        component_name=inputs.name,
        verdict=Verdict.WAIVED,
        rule=rule.id,
        rule_version=rule.version,
        legal_basis=rule.legal_basis,
        source=_named(answer),
        source_at=answer.answered_at,
        sentence_vi=rule.sentence_vi,
        sentence_en=rule.sentence_en,
        evidence_id=answer.evidence_id,
    )


def _ask_first(inputs: Inputs, system: str, *, named: tuple[str, str] | None = None) -> Decision:
    """Nothing is looked up before somebody agreed: the applicant, or whom the paper is about."""
    vi, en = _system_words(system)
    if named is not None:
        vi["source"], en["source"] = named
    reason = "consent-of-another" if inputs.subject else "consent-needed"
    return _built_in(inputs, reason, source=system, vi=vi, en=en)


def _stale(answer: Answered, rule: ReplacementRule, inputs: Inputs) -> bool:
    """Whether a record is older than the rule allows."""
    if answer.outcome != "found" or answer.answered_at is None:
        return False
    return inputs.now - answer.answered_at > timedelta(days=rule.fresh_days)


def _refused(answer: Answered, rule: ReplacementRule) -> str:
    """The reason why an answer does not replace the paper; ``""`` when it does."""
    if answer.outcome == "not_licensed":
        return "not-licensed"
    if answer.outcome != "found":
        return "no-record"
    if answer.differs:
        return "record-differs"
    if not set(rule.needs) <= set(answer.filled):
        return "record-incomplete"
    if answer.inactive:
        return "organisation-inactive"
    return ""


def _by_store(inputs: Inputs) -> tuple[Decision, ...]:
    """What the national store of digitised papers says, if it says anything that matters here."""
    if not inputs.store:
        return ()
    if _unasked(inputs):
        return (_ask_first(inputs, inputs.store, named=_STORE),)
    answer = inputs.answer(inputs.store, STORED_PAPER)
    if answer is None or answer.outcome == "pending":
        return (_wait(inputs, "source-pending", inputs.store, named=_STORE),)
    if answer.outcome != "found":
        return ()
    if not answer.code:
        reason = "stored-paper-unreadable"
        return (_built_in(inputs, reason, source=_named(answer), source_at=answer.answered_at),)
    if inputs.identity == "provisional":
        register = "population" if inputs.citizen else "business"
        return (_wait(inputs, "identity-pending", register),)
    return (_stored(inputs, _named(answer), answer.answered_at, answer.evidence_id, answer.code),)


def _stored(
    inputs: Inputs, source: str, source_at: datetime | None, evidence_id: str, code: str
) -> Decision:
    decision = _built_in(inputs, "national-store", source=source, source_at=source_at)
    return replace(decision, evidence_id=evidence_id, reuse=2, replaced_by=code)


def _among(inputs: Inputs, group: Group, alone: Decision) -> Decision:
    """The decision on a paper that is one of several choices and does not waive by itself."""
    lists = group.lists or ()
    numbers = tuple(number for number, papers in enumerate(lists, 1) if inputs.component in papers)
    own = {group.verdicts.get(paper) for number in numbers for paper in lists[number - 1]}
    others = [papers for papers in lists if inputs.component not in papers]
    if any(_all(papers, group, {Verdict.WAIVED}) for papers in others):
        met = _built_in(inputs, "alternative-met", vi={"requirement": group.name})
        return replace(met, requirement=group.name, choices=numbers)
    alone = replace(alone, requirement=group.name, choices=numbers)
    if alone.verdict is not Verdict.PROVISIONAL and own != {Verdict.WAIVED}:
        for papers in others:
            if _all(papers, group, {Verdict.WAIVED, Verdict.PROVISIONAL}):
                system = next(group.sources[paper] for paper in papers if paper in group.sources)
                waiting = _wait(inputs, "alternative-pending", system, {"requirement": group.name})
                return replace(waiting, requirement=group.name, choices=numbers)
    if alone.verdict is not Verdict.ASK or len(lists) < 2:
        return alone
    listed = ", ".join(str(number) for number in numbers)
    return replace(
        alone,
        sentence_vi=f"{alone.sentence_vi} Chỉ cần một trong {len(lists)} lựa chọn cho yêu cầu “{group.name}”; giấy tờ này "
        f"thuộc lựa chọn {listed}.",
        sentence_en=f"{alone.sentence_en} One of {len(lists)} choices is enough; this paper belongs to choice {listed}.",
    )


def _all(papers: Iterable[str], group: Group, verdicts: set[Verdict]) -> bool:
    return all(group.verdicts.get(paper) in verdicts for paper in papers)


def _needs_word(rule: ReplacementRule, inputs: Inputs) -> bool:
    """Whether somebody has to be asked first: the applicant where the rule says so, another whom the paper is about always."""
    return (rule.ask_citizen and not inputs.consented) or _unasked(inputs)


def _unasked(inputs: Inputs) -> bool:
    """Whether the paper is about somebody else whose word is not on record."""
    return bool(inputs.subject) and not inputs.consented


def _disputed(rule: ReplacementRule, inputs: Inputs) -> bool:
    """Whether something that the rule rests on was reported wrong: what it needs, or what tells whose record it is."""
    return any(
        system == rule.system and (attribute in rule.needs or attribute in _WHOSE)
        for system, attribute in inputs.disputed
    )


def _wait(
    inputs: Inputs,
    reason: str,
    system: str,
    words: dict[str, str] | None = None,
    *,
    named: tuple[str, str] | None = None,
) -> Decision:
    outages = [item for item in inputs.outages if item.system == system]
    deadline = extended(inputs.deadline, outages, inputs.now)
    back = next((item.ends for item in outages if item.begins <= inputs.now < item.ends), None)
    vi, en = _system_words(system)
    if named is not None:
        vi["source"], en["source"] = named
    if back is not None and reason == "source-pending":
        reason = "source-maintenance"
        vi["back"], en["back"] = _local_vi(back), _local_en(back)
    vi |= {"deadline": _local_vi(deadline), **(words or {})}
    en["deadline"] = _local_en(deadline)
    return replace(_built_in(inputs, reason, source=system, vi=vi, en=en), deadline=deadline)


def extended(deadline: datetime, outages: Iterable[Outage], now: datetime) -> datetime:
    """The deadline when planned maintenance does not count; windows of one system that overlap count once."""
    seen = now
    for item in sorted(outages, key=lambda item: item.begins):
        begins = max(item.begins, seen)
        if begins < deadline and item.ends > begins:
            deadline += item.ends - begins
            seen = item.ends
    return deadline


def _system_words(system: str) -> tuple[dict[str, str], dict[str, str]]:
    return (
        {"source": SYSTEM_NAMES_VI.get(system, system)},
        {"source": _SYSTEM_NAMES_EN.get(system, system)},
    )


def _local_vi(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def _local_en(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _named(answer: Answered) -> str:
    return f"{answer.system}/{answer.service}" if answer.service else ""


def _built_in(
    inputs: Inputs,
    reason: str,
    *,
    source: str = "",
    source_at: datetime | None = None,
    vi: dict[str, str] | None = None,
    en: dict[str, str] | None = None,
) -> Decision:
    text = BUILT_IN[reason]
    return Decision(
        component=inputs.component,
        component_name=inputs.name,
        verdict=text.verdict,
        rule=text.id,
        rule_version=text.version,
        legal_basis=text.legal_basis,
        source=source,
        source_at=source_at,
        sentence_vi=text.sentence_vi.format(**(vi or {})),
        sentence_en=text.sentence_en.format(**(en or {})),
    )
