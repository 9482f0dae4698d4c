"""Index 766 as the national portal shows it, beside ours (hub page §9)."""

from __future__ import annotations

from typing import Final

from lienthong.gateway import Gateway
from lienthong.interface import Found, PortalScoreQuery, PortalScores, UnitScore

from ._index766 import Report766
from ._periods import Period
from ._sheets import Sheet
from .errors import PortalScoreMissing

JOB: Final = "portal-score"
_DEADLINE_S: Final = 60.0
"""Nobody waits at a desk, and the portal is not quick."""


async def portal_score(gateway: Gateway, system: str, period: Period, agency: str) -> UnitScore:
    """What the portal shows of a province.

    Args:
        gateway: The door to the portal.
        system: Name of a system in the dialect ``public``.
        period: A month, quarter or year.
        agency: E-identifier of the province.

    Raises:
        PortalScoreMissing: It gave no answer, or does not list the province.
        NotSupported: The system speaks another dialect.
        InvalidRequest: The period is a day or half a year.
        AuditUnavailable, ConfigurationError: As :meth:`Gateway.fetch`.
    """
    outcome = await gateway.fetch(
        system, PortalScoreQuery(str(period)), job=JOB, deadline_s=_DEADLINE_S
    )
    reason = outcome.kind
    if isinstance(outcome, Found) and isinstance(outcome.record, PortalScores):
        for unit in outcome.record.units:
            if unit.code == agency:
                return unit
        reason = "not listed"
    raise PortalScoreMissing(
        f"{system}: no points of {agency} for {period} ({reason}). {PortalScoreMissing.operator}"
    )


def sheet_portal(report: Report766, portal: UnitScore, subtitle: str) -> Sheet:
    """Ours and the portal's points, group by group; what the portal does not show stays empty."""
    groups = [(group.id, group.name, group.score) for group in report.score.groups]
    pairs = [(*group, portal.groups.get(group[0])) for group in groups]
    pairs.append(("", "Tổng điểm", report.score.total, portal.score))
    return Sheet(
        title="SO VỚI ĐIỂM CỔNG DỊCH VỤ CÔNG QUỐC GIA CÔNG KHAI",
        subtitle=subtitle,
        head=("Mã", "Nhóm chỉ số", "Của ta", "Trên Cổng", "Chênh lệch"),
        rows=tuple(
            (code, name, ours, theirs, None if theirs is None else theirs - ours)
            for code, name, ours, theirs in pairs
        ),
        strong=frozenset([len(groups)]),
        notes=("Chênh lệch là điểm trên Cổng trừ điểm của ta.",),
        widths=(1, 6, 1.3, 1.3, 1.3),
    )
