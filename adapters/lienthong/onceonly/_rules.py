"""Replacement rules: which national record may replace which paper (``replacements.toml``, ``config/catalogue/README.md``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lienthong.interface import (
    CertificateRecord,
    CitizenRecord,
    InsuranceRecord,
    OrganisationRecord,
    ParcelRecord,
    Record,
)

from ._toml import explain, read_toml, require_unique
from .errors import CatalogueInvalid

RecordKind = Literal["citizen", "organisation", "insurance", "household", "parcel", "certificate"]

_MODELS: Final[dict[RecordKind, type[Record]]] = {
    "citizen": CitizenRecord,
    "organisation": OrganisationRecord,
    "insurance": InsuranceRecord,
    "household": InsuranceRecord,
    "parcel": ParcelRecord,
    "certificate": CertificateRecord,
}


class ReplacementRule(BaseModel):
    """Which national record may replace papers of a type, on whose announcement, how fresh it must be."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(min_length=1)
    version: int = Field(ge=1)
    paper_type: str
    system: str
    record: RecordKind
    needs: tuple[str, ...] = ()
    """Attributes of the record that must have a value."""
    subject: Literal["applicant", "organisation"] = "applicant"
    fresh_days: float = Field(gt=0, le=3660)
    ask_citizen: bool = False
    """Whether the record is fetched and used only when the applicant said so for this paper of this case."""
    after: tuple[str, ...] = ()
    """Ids of rules that decide before this one, wherever they stand in the file."""
    legal_basis: str = Field(min_length=5)
    announced_by: str = Field(min_length=2)
    confidence: Literal["published", "inferred"] = "published"
    source: str = ""
    sentence_vi: str = Field(min_length=10)
    sentence_en: str = Field(min_length=10)


def load_rules(file: Path) -> tuple[ReplacementRule, ...]:
    """The rules of a file in the order in which they decide: that of the file, those that come after others behind them.

    Raises:
        CatalogueInvalid: The file is missing or breaks the format, a rule names no legal basis or a need that its record
            has not, or rules come after each other in a circle; the message says what to correct.
    """
    if not file.exists():
        raise CatalogueInvalid(f"The folder {file.parent.name} has no {file.name}.")
    raw = read_toml(file)
    unknown = ", ".join(sorted(raw.keys() - {"rule"}))
    if unknown:
        raise CatalogueInvalid(f"{file.name}: {unknown}: only [[rule]] tables stand here.")
    items = raw.get("rule", [])
    if not isinstance(items, list):
        raise CatalogueInvalid(f"{file.name}: rule: write each rule as a [[rule]] table.")
    rules = [_rule(file, number, item) for number, item in enumerate(items, 1)]
    require_unique(file, "rule", (rule.id for rule in rules))
    return _ordered(file, rules)


def _rule(file: Path, number: int, raw: Any) -> ReplacementRule:
    named = raw.get("id") if isinstance(raw, Mapping) else None
    place = f"{file.name}: rule {named if isinstance(named, str) and named else number}"
    if isinstance(raw, Mapping) and not str(raw.get("legal_basis", "")).strip():
        raise CatalogueInvalid(
            f"{place}: legal_basis: is missing. Name the text that allows it to leave the paper out, or delete the rule: the "
            "paper is then asked for."
        )
    try:
        rule = ReplacementRule.model_validate(raw)
    except ValidationError as error:
        raise CatalogueInvalid(explain(place, error)) from None
    unknown = ", ".join(
        name for name in rule.needs if name not in _MODELS[rule.record].model_fields
    )
    if unknown:
        # A misspelt need would make every record incomplete, and every citizen bring the paper.
        raise CatalogueInvalid(f"{place}: needs: a {rule.record} record has no {unknown}.")
    return rule


def _ordered(file: Path, rules: Sequence[ReplacementRule]) -> tuple[ReplacementRule, ...]:
    known = {rule.id: rule for rule in rules}
    order: TopologicalSorter[str] = TopologicalSorter()
    for rule in rules:
        for earlier in rule.after:
            if earlier not in known:
                raise CatalogueInvalid(f"{file.name}: rule {rule.id}: after: no rule {earlier}.")
        order.add(rule.id, *rule.after)
    try:
        order.prepare()
    except CycleError as error:
        circle = " after ".join(reversed(error.args[1]))
        raise CatalogueInvalid(
            f"{file.name}: after: rules in a circle, {circle}. Delete one of these `after`."
        ) from None
    place = {rule.id: number for number, rule in enumerate(rules)}
    found: list[ReplacementRule] = []
    ready = set(order.get_ready())
    while ready:
        first = min(ready, key=place.__getitem__)
        ready.discard(first)
        found.append(known[first])
        order.done(first)
        ready.update(order.get_ready())
    return tuple(found)
