"""Why each paper of a case was decided as it was, from the records of its decisions alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ._decisions import Verdict
from ._recompute import differences, recompute
from .errors import NotRecomputable


@dataclass(frozen=True, slots=True)
class Explanation:
    """One recorded decision.

    Attributes:
        component: MAGIAYTO, or the code of a requirement without a paper.
        name: Its name when it was decided; empty in records of an older engine.
        verdict: What was decided.
        rule: Id of the rule that decided.
        rule_version: Its version.
        legal_basis: The legal text the rule rests on.
        source: Where the reason comes from.
        source_at: Date of that source, aware UTC.
        decided_at: When it was decided, aware UTC.
        deadline: Of a provisional decision, aware UTC.
        sentence_vi: Why, for officer and citizen.
        sentence_en: The same in English.
        identity: What was known of the applicant then.
        declined: Whether the applicant refused reuse for this paper.
        consented: Whether the applicant, or whom the paper is about, agreed that a national record is used.
        of_another: Whether the paper is about somebody else than the applicant.
        recomputed: ``same``, ``different``, or ``impossible`` when the record is of another engine or was damaged.
        differs: For ``different``: the columns that do not follow from the inputs.
        earlier: The decisions on the same paper that it superseded, newest first.
    """

    component: str
    name: str
    verdict: Verdict
    rule: str
    rule_version: int
    legal_basis: str
    source: str
    source_at: datetime | None
    decided_at: datetime
    deadline: datetime | None
    sentence_vi: str
    sentence_en: str
    identity: str
    declined: bool
    consented: bool
    of_another: bool
    recomputed: Literal["same", "different", "impossible"]
    differs: tuple[str, ...] = ()
    earlier: tuple[Explanation, ...] = ()


def explained(
    records: Iterable[Mapping[str, Any]], order: Mapping[str, int]
) -> tuple[Explanation, ...]:
    """The decisions of one case, those in force in the order of its papers, each with what came before it.

    Args:
        records: All rows of the case in the table of decisions.
        order: Place of each component.
    """
    newest = sorted(records, key=lambda row: (row["decided_at"], row["id"]), reverse=True)
    earlier: dict[str, list[Explanation]] = {}
    for row in newest:
        if row["superseded_by"] is not None:
            earlier.setdefault(row["component"], []).append(_explanation(row))
    found = [
        _explanation(row, tuple(earlier.get(row["component"], ())))
        for row in newest
        if row["superseded_by"] is None
    ]
    return tuple(sorted(found, key=lambda item: order.get(item.component, len(order))))


def _explanation(row: Mapping[str, Any], earlier: tuple[Explanation, ...] = ()) -> Explanation:
    recomputed: Literal["same", "different", "impossible"]
    try:
        differs = differences(row, recompute(row))
        recomputed = "different" if differs else "same"
    except NotRecomputable:
        differs, recomputed = (), "impossible"
    inputs = row["inputs"]
    return Explanation(
        component=row["component"],
        name=inputs.get("name", ""),
        verdict=Verdict(row["outcome"]),
        rule=row["rule"],
        rule_version=int(row["rule_version"]),
        legal_basis=row["legal_basis"] or "",
        source=row["source"] or "",
        source_at=row["source_at"],
        decided_at=row["decided_at"],
        deadline=row["deadline"],
        sentence_vi=row["sentence_vi"],
        sentence_en=row["sentence_en"],
        identity=inputs.get("identity", ""),
        declined=inputs.get("declined", False),
        consented=inputs.get("consented", False),
        of_another=bool(inputs.get("subject")),
        recomputed=recomputed,
        differs=differs,
        earlier=earlier,
    )
