"""Why a call is made, and the one call that carries it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Purpose:
    """The case as the purpose of a call (Dutch *doelbinding*; TT 46/2022/TT-BCA art. 8 asks for the log of it).

    Attributes:
        dossier: Code of the case, e.g. ``H31.14-261123-0001``.
        procedure: National procedure code, e.g. ``1.004222``.
        officer: Account of the officer at the desk.
        officer_number: The officer's own personal number or code where a system demands it (population page A2); never logged.
        agency: E-identifier of the officer's agency, e.g. ``H31.14``.
        reason: Why, in words a person can read.
    """

    dossier: str
    procedure: str
    officer: str
    agency: str
    reason: str
    officer_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt of one call, as a connector sees it.

    Attributes:
        purpose: The case behind it; ``None`` only for health checks and jobs of the system itself, which ask about no one.
        request_id: Unique per attempt, ≤ 40 characters (population page D4); travels where the wire has a place for it.
        deadline: Moment of ``time.monotonic()`` after which the answer is of no use.
    """

    purpose: Purpose | None
    request_id: str
    deadline: float

    def remaining_s(self) -> float:
        """Seconds until the deadline; may be negative."""
        return self.deadline - time.monotonic()

    def again(self, request_id: str) -> Call:
        """The same call as a new attempt."""
        return replace(self, request_id=request_id)


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request as a channel sends it.

    ``service`` names it in errors and logs: URLs never appear there, since some carry secrets (insurance page §2.2).
    """

    service: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class WireReply:
    """One HTTP answer, body whole and within the size limit; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
