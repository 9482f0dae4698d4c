"""One message told to the hub: add or update, step after dossier, and what each answer means for the message.

DongBoHoSoMC as addition or update → CapNhatTienDoHoSoMC, with TraCuuHoSo before whatever may have arrived (hub page §2.5).
Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, Protocol

import structlog
from pydantic import ValidationError

from lienthong.guard import SealBroken, Sealer
from lienthong.identity import fold
from lienthong.interface import (
    Accepted,
    AuditUnavailable,
    Deferred,
    DossierQuery,
    DossierRecord,
    Found,
    HubDossier,
    HubProgress,
    InvalidRequest,
    LienthongError,
    LookupOutcome,
    Message,
    NotFound,
    Purpose,
    Query,
    Rejected,
    ShareOutcome,
    Throttled,
    Unavailable,
)
from lienthong.settings import HubSettings

from ._content import unseal
from ._ledger import Work
from ._reasons import (
    IN_DOUBT,
    INVALID,
    REFUSED,
    UNCLEAR,
    UNREADABLE,
    UNTOLD_DOSSIER,
    coded,
    quoted,
)

_log = structlog.get_logger("lienthong.hub")

CALL_S: Final = 30.0
"""Longest wait for the hub's answer, seconds: nobody stands at a desk for it."""

_LEAST_S: Final = 0.5
"""With less of the lease left nothing is sent, seconds."""

_SUCCESS: Final = "thanh cong"
"""The word for success in an answer, folded (hub page §2.5)."""

_NOT_SENT: Final = frozenset(
    {
        "unreachable",
        "credentials_refused",
        "session_ended",
        "breaker_open",
        "quota_spent",
        "bulkhead_full",
        "deadline",
        "policy_stopped",
    }
)
"""Reasons of ``Unavailable`` that say that nothing left, so the message itself is not to blame."""
_BUSY: Final = frozenset({"bulkhead_full", "deadline"})
"""Of those, the ones that say nothing about the hub either."""

_WAIT_IS_KNOWN: Final = frozenset(
    {"breaker_open", "quota_spent", "credentials_refused", "session_ended"}
)
"""Reasons whose ``retry_at`` somebody knows; for the others our own doubling rest is the better guess."""


class Hub(Protocol):
    """What telling needs of :class:`lienthong.gateway.Gateway`."""

    async def lookup(
        self, system: str, query: Query, purpose: Purpose, *, deadline_s: float | None = None
    ) -> LookupOutcome:
        """A record."""
        ...

    async def share(
        self,
        system: str,
        message: Message,
        purpose: Purpose,
        *,
        update: bool = False,
        deadline_s: float | None = None,
    ) -> ShareOutcome:
        """Hands something over."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of telling one message.

    Attributes:
        kind: ``told``; ``had`` (the hub has it already, nothing was sent); ``later``; ``dead``.
        code: Our word, or the far side's code.
        message: The far side's own words, fit to be kept.
        retry_at: Not before this moment.
        blamed: Whether the message itself can be the cause, so that the attempt counts.
        away: Whether the hub as a whole is out of reach, so that others need not try now.
        in_doubt: Whether the hub may have it all the same.
        dossier_found: The hub has the dossier of the step, though we never told it.
        dossier_missing: The hub lacks the dossier of the step, though we told it.
        status: Status of the dossier that was told.
    """

    kind: Literal["told", "had", "later", "dead"]
    code: str = ""
    message: str = ""
    retry_at: datetime | None = None
    blamed: bool = True
    away: bool = False
    in_doubt: bool = False
    dossier_found: bool = False
    dossier_missing: bool = False
    status: str = ""


class Teller:
    """Tells messages to the hub."""

    def __init__(self, hub: Hub, sealer: Sealer, settings: HubSettings) -> None:
        self._hub = hub
        self._sealer = sealer
        self._system = settings.system
        self._hold = settings.in_doubt == "hold"

    async def tell(self, work: Work, left_s: Callable[[], float]) -> Verdict:
        """Tells one message. Whatever happens becomes a verdict: an answer that nobody understands is never dropped.

        Args:
            work: The message.
            left_s: How long it is still ours, seconds: whoever sends later could overtake the one who took over.
        """
        try:
            message = unseal(
                self._sealer,
                work.sealed,
                case_id=work.case_id,
                kind=work.kind,
                index=work.content_index,
            )
        except (SealBroken, ValidationError) as error:
            return Verdict("dead", coded(UNREADABLE, type(error).__name__))
        purpose = Purpose(
            dossier=work.dossier,
            procedure=work.procedure,
            officer="he-thong",
            agency=work.agency,
            reason="Đồng bộ hồ sơ lên Trung tâm điều hành của Chính phủ",
        )
        try:
            line = _Line(self._hub, self._system, purpose, left_s)
            if isinstance(message, HubDossier):
                return await self._dossier(work, message, line)
            return await self._step(work, message, line)
        except _NotOurs:
            return Verdict("later", "lease_over", blamed=False)
        except InvalidRequest as error:
            return Verdict("dead", INVALID, quoted(str(error)))
        except LienthongError as error:
            # Our own refusal: no audit entry, no such system, not allowed. An operator acts, the message waits.
            if not isinstance(error, AuditUnavailable):
                _log.error("hub_call_refused", error=error.code, problem=str(error))
            return Verdict("later", error.code, quoted(str(error)), blamed=False, away=True)
        except Exception as error:  # noqa: BLE001 - a defect met by one message must not stop all others
            _log.exception("hub_call_broken", dossier=work.dossier, kind=work.kind)
            return Verdict("later", "defect", type(error).__name__, in_doubt=True)

    async def _dossier(self, work: Work, message: HubDossier, line: _Line) -> Verdict:
        if work.told_index == work.content_index and not work.may_have_arrived:
            return Verdict("had")
        known = work.told_index is not None
        # What was never claimed before never left; whether others told the hub of it, the hub says by refusing the addition.
        if work.may_have_arrived or (not known and work.fence > 1):
            found = await line.look_up()
            if isinstance(found, Verdict):
                return found
            known = found is not None
        outcome = await line.share(message, update=known)
        if isinstance(outcome, Rejected) and outcome.reason == ("unknown" if known else "exists"):
            # The hub knows better than our ledger whether it has the dossier (hub page §2.5).
            known = not known
            outcome = await line.share(message, update=known)
        if isinstance(outcome, Accepted) and not _says_success(outcome):
            return await self._unclear(outcome, message, line, updated=known)
        return _verdict(outcome, message.status)

    async def _unclear(
        self, outcome: Accepted, message: HubDossier, line: _Line, *, updated: bool
    ) -> Verdict:
        """The code says yes, the words do not: reads back what the hub has (hub page §2.5, "Success test")."""
        words = quoted(outcome.receipt.message)
        found = await line.look_up()
        if isinstance(found, Verdict):
            return replace(found, in_doubt=True)
        if found is None:
            return Verdict("later", UNCLEAR, words, in_doubt=True)
        if not updated:
            # "Already there" in words that we do not know would look the same, so the state is sent once more.
            again = await line.share(message, update=True)
            if not isinstance(again, Accepted) or _says_success(again):
                return _verdict(again, message.status)
            return await self._unclear(again, message, line, updated=True)
        if found.status == message.status:
            return Verdict("told", status=message.status)
        return Verdict("dead", UNCLEAR, words, in_doubt=True)

    async def _step(self, work: Work, step: HubProgress, line: _Line) -> Verdict:
        if work.step_state == "sent":
            return Verdict("had")
        if work.step_state == "in_doubt" and self._hold:
            return Verdict("dead", coded(IN_DOUBT, "not_answered"), in_doubt=True)
        if work.told_index is None:
            found = await line.look_up()
            if isinstance(found, Verdict):
                return found
            if found is None:
                return Verdict("dead", UNTOLD_DOSSIER)
        outcome = await line.share(step, update=False)
        if isinstance(outcome, Rejected) and outcome.reason == "exists":
            return Verdict("told", status=step.status)
        if isinstance(outcome, Rejected) and outcome.reason == "unknown":
            return Verdict("later", outcome.code, quoted(outcome.message), dossier_missing=True)
        verdict = _verdict(outcome, step.status, found=work.told_index is None)
        if verdict.in_doubt and self._hold:
            return Verdict("dead", coded(IN_DOUBT, verdict.code), verdict.message, in_doubt=True)
        return verdict


class _NotOurs(Exception):
    """Too little of the lease is left to send."""


@dataclass(frozen=True, slots=True)
class _Line:
    """The hub, for one message."""

    hub: Hub
    system: str
    purpose: Purpose
    left_s: Callable[[], float]

    async def look_up(self) -> DossierRecord | Verdict | None:
        """What the hub has of the dossier, or why we do not know."""
        outcome = await self.hub.lookup(
            self.system,
            DossierQuery(self.purpose.dossier),
            self.purpose,
            deadline_s=self._deadline_s(),
        )
        match outcome:
            case Found(record=DossierRecord() as record):
                return record
            case NotFound():
                return None
            case Throttled() | Unavailable():
                return _pending(outcome, written=False)
            case _:
                return Verdict("later", outcome.kind)

    async def share(self, message: Message, *, update: bool) -> ShareOutcome:
        """Hands a message over."""
        return await self.hub.share(
            self.system, message, self.purpose, update=update, deadline_s=self._deadline_s()
        )

    def _deadline_s(self) -> float:
        left = self.left_s()
        if left < _LEAST_S:
            raise _NotOurs
        return min(CALL_S, left)


def _says_success(outcome: Accepted) -> bool:
    """Whether the words agree with the code; no words at all do."""
    words = fold(outcome.receipt.message)
    return not words or _SUCCESS in words


def _verdict(outcome: ShareOutcome, status: str, *, found: bool = False) -> Verdict:
    match outcome:
        case Accepted():
            return Verdict("told", status=status, dossier_found=found)
        case Rejected(reason="refused"):
            return Verdict("dead", coded(REFUSED, outcome.code), quoted(outcome.message))
        case Rejected():
            # It has the dossier and has it not: ask again when it has made up its mind.
            return Verdict("later", outcome.code, quoted(outcome.message))
        case Throttled() | Unavailable():
            return _pending(outcome, written=True)
        case Deferred():
            return Verdict("later", outcome.kind, in_doubt=True)
        case _:
            return Verdict("later", outcome.kind)


def _pending(outcome: Throttled | Unavailable, *, written: bool) -> Verdict:
    """No answer. An answer that cannot be read may hide that a write was done, so only "not sent" clears the doubt."""
    if isinstance(outcome, Throttled):
        return Verdict("later", outcome.kind, retry_at=outcome.retry_at, blamed=False, away=True)
    sent = outcome.may_have_arrived or outcome.reason not in _NOT_SENT
    return Verdict(
        "later",
        outcome.reason,
        retry_at=outcome.retry_at if outcome.reason in _WAIT_IS_KNOWN else None,
        blamed=sent,
        away=not sent and outcome.reason not in _BUSY,
        in_doubt=sent and written,
    )
