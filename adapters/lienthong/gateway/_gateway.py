"""The one door through which every national call passes.

Outermost first: double clicks joined → access rule → audit entry durable → policies (deadline, retry, breaker, quota,
bulkhead, time-out) → connector. Errors of the far side come out as outcomes; what is raised is our own refusal.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Self, cast

import structlog

from lienthong.guard import (
    AccessPolicy,
    AuditEntry,
    AuditLog,
    AuditResult,
    BlindIndex,
    require_job,
)
from lienthong.interface import (
    Call,
    CallFailed,
    ConfigurationError,
    Connector,
    Hop,
    LienthongError,
    LookupOutcome,
    Message,
    Outcome,
    Overloaded,
    ProcedureQuery,
    Purpose,
    Query,
    Sent,
    Service,
    ShareOutcome,
    Throttled,
    Unavailable,
    Verb,
    VerifyOutcome,
)
from lienthong.resilience import (
    Coalescer,
    PolicyStopped,
    QuotaSpent,
)
from lienthong.settings import Settings

from ._line import LastCheck, Line, check_line, open_line
from ._subjects import fingerprint, subject_of

_log = structlog.get_logger("lienthong.gateway")

_RETRY_S = 30.0
"""When to ask again where neither the far side nor a policy says so."""


class Gateway:
    """Verify, look up, share and check against any configured system, for a case."""

    def __init__(
        self,
        lines: dict[str, Line],
        audit: AuditLog,
        index: BlindIndex,
        access: AccessPolicy,
        now: Callable[[], datetime],
        desk_deadline_s: float,
    ) -> None:
        self._lines = lines
        self._audit = audit
        self._index = index
        self._access = access
        self._now = now
        self._desk_deadline_s = desk_deadline_s
        self._clicks: Coalescer[Outcome] = Coalescer()

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        audit: AuditLog,
        index: BlindIndex,
        access: AccessPolicy,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """A gateway with a line to every configured system. Nothing is sent yet.

        Raises:
            ConfigurationError: A system's settings are wrong.
        """
        lines: dict[str, Line] = {}
        gateway = cls(lines, audit, index, access, now, settings.desk.deadline_s)
        for name, system in settings.systems.items():
            lines[name] = open_line(system, now, gateway._probe)
        return gateway

    async def aclose(self) -> None:
        """Closes all connections."""
        await asyncio.gather(*(line.aclose() for line in self._lines.values()))

    @property
    def systems(self) -> tuple[str, ...]:
        """Names of the configured systems."""
        return tuple(self._lines)

    def line(self, system: str) -> Line:
        """The line to a system, for health.

        Raises:
            ConfigurationError: No such system is configured.
        """
        line = self._lines.get(system)
        if line is None:
            known = ", ".join(self._lines) or "none"
            raise ConfigurationError(
                f"No system {system!r} is configured; configured: {known}. Add a table [systems.{system}]."
            )
        return line

    async def verify(
        self, system: str, query: Query, purpose: Purpose, *, deadline_s: float | None = None
    ) -> VerifyOutcome:
        """Yes or no.

        Raises:
            CaseRequired, AuditUnavailable, NotSupported, InvalidRequest, ConfigurationError
        """

        async def attempt(connector: Connector, call: Call) -> VerifyOutcome:
            return await connector.verify(query, call)

        outcome = await self._once(system, Verb.VERIFY, query, purpose, deadline_s, attempt)
        return cast("VerifyOutcome", outcome)

    async def lookup(
        self, system: str, query: Query, purpose: Purpose, *, deadline_s: float | None = None
    ) -> LookupOutcome:
        """A record. Raises as :meth:`verify`."""

        async def attempt(connector: Connector, call: Call) -> LookupOutcome:
            return await connector.lookup(query, call)

        outcome = await self._once(system, Verb.LOOKUP, query, purpose, deadline_s, attempt)
        return cast("LookupOutcome", outcome)

    async def fetch(
        self, system: str, query: Query, *, job: str, deadline_s: float | None = None
    ) -> LookupOutcome:
        """Public data about no one, for a job of the system itself: no case, but an audit entry that names the job.

        Raises:
            CaseRequired: The question is none of this job's.
            AuditUnavailable, NotSupported, InvalidRequest, ConfigurationError
        """
        line = self.line(system)
        require_job(job, query, system)
        service = line.connector.service_for(Verb.LOOKUP, query)

        async def attempt(connector: Connector, call: Call) -> LookupOutcome:
            return await connector.lookup(query, call)

        outcome = await self._recorded(
            line,
            service,
            AuditEntry(
                dossier="",
                procedure=query.code if isinstance(query, ProcedureQuery) else "",
                officer="",
                agency="",
                system=system,
                service=service.name,
                verb=Verb.LOOKUP,
                subject_index=None,
                reason=f"job {job}",
            ),
            None,
            deadline_s,
            attempt,
        )
        return cast("LookupOutcome", outcome)

    async def share(
        self,
        system: str,
        message: Message,
        purpose: Purpose,
        *,
        update: bool = False,
        deadline_s: float | None = None,
    ) -> ShareOutcome:
        """Hands something over. Raises as :meth:`verify`.

        A write whose answer was lost comes back as ``Unavailable(may_have_arrived=True)`` and is not sent again here.
        """

        async def attempt(connector: Connector, call: Call) -> ShareOutcome:
            return await connector.share(message, call, update=update)

        outcome = await self._call(system, Verb.SHARE, message, purpose, deadline_s, attempt)
        return cast("ShareOutcome", outcome)

    async def check(self, system: str) -> LastCheck:
        """The system's cheapest honest call, about no person; audited, and the one call an open breaker lets through.

        Returns:
            What it showed; a system that does not answer is ``passed=False``, not an exception.

        Raises:
            AuditUnavailable: The audit log cannot be written.
            ConfigurationError: No such system is configured.
        """
        line = self.line(system)
        if line.policies.state().breaker == "closed":
            with contextlib.suppress(CallFailed):
                await self._probe(system)
        else:
            await line.policies.probe_now()
        if line.last_check is None:
            raise ConfigurationError(f"The connector of {system} has no check.")
        return line.last_check

    async def _probe(self, system: str) -> None:
        line = self.line(system)
        call_id = await self._audit.begin(
            AuditEntry(
                dossier="",
                procedure="",
                officer="",
                agency="",
                system=system,
                service="check",
                verb=Verb.CHECK,
                subject_index=None,
                reason="health check",
            )
        )
        started = time.perf_counter()
        outcome = "cancelled"
        try:
            await check_line(line, call_id, self._now)
            outcome = "pass"
        except CallFailed as error:
            outcome = error.code
            raise
        finally:
            self._finish(call_id, outcome, 1, started)

    async def _once(
        self,
        system: str,
        verb: Verb,
        query: Query,
        purpose: Purpose,
        deadline_s: float | None,
        attempt: Callable[[Connector, Call], Awaitable[Outcome]],
    ) -> Outcome:
        """A read: a second click of the same officer on the same question of the same case joins the first.

        The whole purpose is part of the key: another officer has rights, and an audit entry, of their own.
        """
        key = (purpose, system, verb, fingerprint(query))
        return await self._clicks.run(
            key, lambda: self._call(system, verb, query, purpose, deadline_s, attempt)
        )

    async def _call(
        self,
        system: str,
        verb: Verb,
        subject: Query | Message,
        purpose: Purpose,
        deadline_s: float | None,
        attempt: Callable[[Connector, Call], Awaitable[Outcome]],
    ) -> Outcome:
        line = self.line(system)
        service = line.connector.service_for(verb, subject)
        refusal = self._access.decide(purpose, system, service.name)
        if refusal is not None:
            return refusal
        about = subject_of(subject)
        entry = AuditEntry(
            dossier=purpose.dossier,
            procedure=purpose.procedure,
            officer=purpose.officer,
            agency=purpose.agency,
            system=system,
            service=service.name,
            verb=verb,
            subject_index=self._index.of("audit.subject", about) if about else None,
            reason=purpose.reason,
        )
        return await self._recorded(line, service, entry, purpose, deadline_s, attempt)

    async def _recorded(
        self,
        line: Line,
        service: Service,
        entry: AuditEntry,
        purpose: Purpose | None,
        deadline_s: float | None,
        attempt: Callable[[Connector, Call], Awaitable[Outcome]],
    ) -> Outcome:
        """A call that is allowed: written down, made under the policies, its end written down."""
        # The citizen waits for the audit log too, so its time counts.
        deadline = time.monotonic() + (deadline_s or self._desk_deadline_s)
        call_id = await self._audit.begin(entry)
        started = time.perf_counter()
        attempts = 0

        async def one_attempt(number: int) -> Outcome:
            nonlocal attempts
            attempts = number
            return await attempt(
                line.connector, Call(purpose, _request_id(call_id, number), deadline)
            )

        try:
            outcome = await self._under_policies(line, service, deadline, one_attempt)
        except BaseException as error:
            kind = error.code if isinstance(error, LienthongError) else "error"
            cut = isinstance(error, asyncio.CancelledError)
            self._finish(call_id, "cancelled" if cut else kind, attempts, started)
            raise
        self._finish(call_id, outcome.kind, attempts, started, outcome)
        return outcome

    async def _under_policies(
        self,
        line: Line,
        service: Service,
        deadline: float,
        attempt: Callable[[int], Awaitable[Outcome]],
    ) -> Outcome:
        """The outcome of a call: what the far side answered, or what kept it from answering."""
        try:
            return await line.policies.run(
                attempt, deadline=deadline, idempotent=service.idempotent, service=service.name
            )
        except CallFailed as error:
            _log.warning(
                "call_failed",
                system=line.settings.name,
                service=service.name,
                error=error.code,
                hop=error.hop.value,
                problem=error.problem,
            )
            return self._failed(error)
        except PolicyStopped as stop:
            return self._stopped(stop, line.settings.name, service)

    def _failed(self, error: CallFailed) -> Throttled | Unavailable:
        """The outcome of a call that every attempt failed."""
        wait = getattr(error, "retry_after_s", None)
        retry_at = self._now() + timedelta(seconds=_RETRY_S if wait is None else wait)
        if isinstance(error, Overloaded):
            return Throttled(error.system, error.service, retry_at)
        return Unavailable(
            error.system,
            error.service,
            error.hop,
            error.code,
            retry_at,
            may_have_arrived=error.sent is Sent.MAYBE,
        )

    def _stopped(
        self, stop: PolicyStopped, system: str, service: Service
    ) -> Throttled | Unavailable:
        """The outcome of a call that our own policies ended."""
        wait = getattr(stop, "retry_after_s", None)
        retry_at = self._now() + timedelta(seconds=_RETRY_S if wait is None else wait)
        if isinstance(stop, QuotaSpent):
            return Throttled(system, service.name, retry_at)
        return Unavailable(system, service.name, Hop.US, stop.code, retry_at)

    def _finish(
        self,
        call_id: str,
        kind: str,
        attempts: int,
        started: float,
        outcome: Outcome | None = None,
    ) -> None:
        provenance = getattr(outcome, "provenance", None)
        self._audit.finish(
            call_id,
            AuditResult(
                outcome=kind,
                attempts=attempts,
                duration_ms=round((time.perf_counter() - started) * 1000),
                response_sha256=provenance.sha256 if provenance else None,
                hop=outcome.hop.value if isinstance(outcome, Unavailable) else None,
            ),
        )


def _request_id(call_id: str, attempt: int) -> str:
    """Unique per attempt and ≤ 40 characters, as MaYeuCau demands (population page A4)."""
    return f"{call_id.replace('-', '')}-{attempt}"
