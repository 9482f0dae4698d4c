"""What a comparison says: how alike two values are, by which rule, and a sentence for the clerk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Likeness", "Match"]


class Likeness(StrEnum):
    """How alike two values are. Only ``same`` is true in a condition.

    ``similar``: may well be the same, a clerk must look. ``unknown``: the values are of different kinds and cannot be
    compared (a 9-digit and a 12-digit number), or a place is in no list; names and dates never give it.
    """

    SAME = "same"
    SIMILAR = "similar"
    DIFFERENT = "different"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return self is Likeness.SAME


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome of one comparison.

    ``same`` is the verdict and ``rule`` the stable id of the rule that gave it. ``score`` (0 to 1) ranks candidates and
    is never a verdict of its own. The sentences hold neither of the two values.
    """

    same: Likeness
    rule: str
    score: float
    sentence_vi: str
    sentence_en: str
