"""The lines of index 766 and what each scores (hub page §9).

The setting ``score_reading`` says which text holds: ``portal`` (default), as the portal's own figures fit, or ``text``, as the decision
is written (doubts page). ELECTRONIC_CERTIFIED_COPY and the named codes are seen; lines that no page names go by their number, or with
the setting ``score_codes`` on ``name`` by a name of ours. Line 2.2, an average for information, is not served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

GROUPS: Final = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL")
"""Publicity, progress, online service, payment, digitisation, satisfaction."""


class Count(NamedTuple):
    """How many of how many."""

    hits: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: the group it belongs to, its points, the share in percent that earns them all.

    ``free`` lines earn all points when there was nothing to count.
    """

    group: str
    code: str
    maximum: int
    target: int = 100
    free: bool = False

    def score(self, count: Count) -> float:
        """Points, two decimals."""
        if not count.whole:
            return float(self.maximum if self.free else 0)
        reached = min(1.0, 100 * count.hits / count.whole / self.target)
        return round(reached * self.maximum, 2)


_NAMES: Final = {
    "2.1": "DOSSIER_ON_TIME",
    "3": "ONLINE_DOSSIER",
    "3.1": "ONLINE_FORMALITY",
    "3.2": "ONLINE_FORMALITY_HAS_DOSSIER",
    "3.3": "DOSSIER_SUBMITTED_ONLINE",
    "3.5": "PAYMENT_FORMALITY",
    "3.5b": "PAYMENT_FORMALITY_HAS_TRANSACTION",
    "3.6": "DOSSIER_PAID_ONLINE",
}


def code_of(line: Line, settings: Mapping[str, object]) -> str:
    """The line's code on the wire."""
    named = settings.get("score_codes", "number") == "name"
    return _NAMES.get(line.code, line.code) if named else line.code


def lines(settings: Mapping[str, object]) -> tuple[Line, ...]:
    """All lines of the reading that holds, 100 points together."""
    text = settings.get("score_reading", "portal") == "text"
    online = (
        (Line("CLGQ", "3", 12),)
        if text
        else (Line("CLGQ", "3.1", 2, 80), Line("CLGQ", "3.2", 4), Line("CLGQ", "3.3", 6, 50))
    )
    return (
        Line("CKMB", "PUBLISH_ON_TIME", 6),
        Line("CKMB", "PUBLIC_UPDATE_ON_TIME", 4),
        Line("CKMB", "PUBLIC_CONTENT_FULL", 2),
        Line("CKMB", "DOSSIER_SYNC", 6),
        Line("TDGQ", "2.1", 20),
        *online,
        Line("TTTT", "3.5", 2, 80),
        Line("TTTT", "3.5b", 2, 100 if text else 80),
        Line("TTTT", "3.6", 6),
        Line("MDSH", "ORIGINAL_RESULT_AVAILABLE", 6),
        Line("MDSH", "SO_HOA_GIAY_TO_GIAI_QUYET", 4, 80 if text else 100),
        Line("MDSH", "ELECTRONIC_CERTIFIED_COPY", 2),
        Line("MDSH", "REUSED_DIGITIZED_DATA", 2, 80),
        Line("MDSH", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 4),
        Line("MDSH", "CITIZEN_DATA_CONNECTED_FORMALITY", 2),
        Line("MDSH", "CITIZEN_DATA_CONNECTED_DOSSIER", 2),
        Line("MDHL", "PETITION_CLASSIFICATION_TTHC", 0),
        Line("MDHL", "PETITION_CLASSIFICATION_STAFF", 0),
        Line("MDHL", "PETITION_PROCESSING_ON_TIME", 6, free=not text),
        Line("MDHL", "PETITION_HANDLING_SATISFACTION", 6, free=not text),
        Line("MDHL", "DOSSIER_RECEIVING_SATISFACTION", 6, 90),
    )
