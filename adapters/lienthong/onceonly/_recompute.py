"""Decisions made again from their records: the engine runs on the inputs that were kept, and its result is compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import ValidationError

from ._decisions import Decision, Verdict
from ._engine import regrouped
from ._inputs import ENGINE, Inputs
from ._judge import judge
from ._rules import ReplacementRule
from .errors import NotRecomputable

_COMPARED: Final = {
    "outcome": "verdict",
    "rule": "rule",
    "rule_version": "rule_version",
    "legal_basis": "legal_basis",
    "source": "source",
    "source_at": "source_at",
    "evidence_id": "evidence_id",
    "sentence_vi": "sentence_vi",
    "sentence_en": "sentence_en",
    "deadline": "deadline",
}
"""Columns of a record, and the attribute of a decision that each must equal."""


@dataclass(frozen=True, slots=True)
class Change:
    """A recorded decision that other rules would make differently.

    Attributes:
        before: As the record has it, made again.
        after: With the other rules. Provisional where a source would have to be asked that was not.
    """

    before: Decision
    after: Decision


def recompute(record: Mapping[str, Any]) -> Decision:
    """The decision that follows from a record's inputs, by running the engine on them.

    Args:
        record: A row of the table of decisions.

    Raises:
        NotRecomputable: It was written by another version of the engine, or its inputs were damaged.
    """
    return judge(_inputs(record))


def differences(record: Mapping[str, Any], decision: Decision) -> tuple[str, ...]:
    """The columns of a record that are not what its inputs lead to; none when they agree."""
    found = [
        column
        for column, name in _COMPARED.items()
        if (record[column] or "") != _plain(getattr(decision, name))
    ]
    kept = orjson.dumps(record["inputs"], option=orjson.OPT_SORT_KEYS)
    if hashlib.sha256(kept).hexdigest() != record["inputs_sha256"]:
        found.append("inputs")
    return tuple(found)


def with_rules(
    records: Sequence[Mapping[str, Any]], rules: Iterable[ReplacementRule]
) -> tuple[tuple[Change, ...], int]:
    """What other replacement rules would change in the decisions of one case; and how many records cannot tell.

    A record cannot tell when a rule needs an attribute that was not looked at then.

    Args:
        records: The decisions in force of one case.
        rules: All rules that would apply.
    """
    listed = tuple(rules)
    before: list[Inputs] = []
    unknown = 0
    for record in records:
        try:
            inputs = _inputs(record)
        except NotRecomputable:
            unknown += 1
            continue
        before.append(inputs)
    after = regrouped([_ruled(inputs, listed) for inputs in before])
    changes: list[Change] = []
    for old, new in zip(before, after, strict=True):
        was, would = judge(old), judge(new)
        if (was.verdict, was.rule) == (would.verdict, would.rule):
            continue
        if would.rule == "record-incomplete" and not _looked_at(old, new):
            unknown += 1
        else:
            changes.append(Change(was, would))
    return tuple(changes), unknown


def _inputs(record: Mapping[str, Any]) -> Inputs:
    kept = record["inputs"]
    if kept.get("engine") != ENGINE:
        raise NotRecomputable(
            "This decision was recorded by another version of the engine; run that version to make it again."
        )
    try:
        return Inputs.model_validate(kept)
    except ValidationError:
        raise NotRecomputable(
            "The inputs of this decision were changed after it was recorded; restore them from a backup."
        ) from None


def _ruled(inputs: Inputs, rules: Iterable[ReplacementRule]) -> Inputs:
    usable = tuple(
        rule
        for rule in rules
        if rule.paper_type == inputs.paper_type and rule.system in inputs.systems
    )
    return inputs.model_copy(update={"rules": usable})


def _looked_at(old: Inputs, new: Inputs) -> bool:
    """Whether everything that the new rules need was looked at under the old ones."""
    seen = {(rule.system, rule.record, name) for rule in old.rules for name in rule.needs}
    return all(
        (rule.system, rule.record, name) in seen
        for rule in new.rules
        if new.answer(rule.system, rule.record)
        for name in rule.needs
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Verdict):
        return value.value
    return str(value) if isinstance(value, int) else value or ""
