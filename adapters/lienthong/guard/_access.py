"""Who may ask what: the place of the rules. Asked before the audit entry of every call."""

from __future__ import annotations

from typing import Protocol

from lienthong.interface import CaseRequired, NotLicensed, Purpose


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
