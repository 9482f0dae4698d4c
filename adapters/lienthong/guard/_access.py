"""Who may ask what: the place of the rules. Asked before the audit entry of every call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from lienthong.interface import (
    CaseRequired,
    NotLicensed,
    PortalScoreQuery,
    ProcedureListQuery,
    ProcedureQuery,
    Purpose,
    Query,
)

JOBS: Final[Mapping[str, frozenset[type[Query]]]] = {
    "catalogue": frozenset({ProcedureListQuery, ProcedureQuery}),
    "portal-score": frozenset({PortalScoreQuery}),
}
"""What the system itself may ask without a case, by job: public data, about no one."""


class AccessPolicy(Protocol):
    """Decides whether a purpose covers a call."""

    def decide(self, purpose: Purpose | None, system: str, service: str) -> NotLicensed | None:
        """``None`` when the call may be made, else the refusal that the caller gets instead of an answer.

        Raises:
            CaseRequired: There is no case, or no officer, behind the call at all.
        """


class OpenCaseOnly:
    """Every call hangs on an open case and on the officer who has it on the desk (DESIGN §4)."""

    def decide(self, purpose: Purpose | None, system: str, service: str) -> NotLicensed | None:
        """Lets every case ask everything, and nobody without one."""
        if purpose is None or not purpose.dossier.strip():
            msg = f"{system}/{service}: asked outside of a case. {CaseRequired.operator}"
            raise CaseRequired(msg)
        if not purpose.officer.strip():
            msg = f"{system}/{service}: the case names no officer. {CaseRequired.operator}"
            raise CaseRequired(msg)
        return None


def require_job(job: str, query: Query, system: str) -> None:
    """Lets a job of the system itself ask what is its own, and nothing else.

    Raises:
        CaseRequired: There is no such job, or the question is none of its own.
    """
    if type(query) not in JOBS.get(job, frozenset()):
        msg = f"{system}: {type(query).__name__} is no question of a job {job!r}. {CaseRequired.operator}"
        raise CaseRequired(msg)
