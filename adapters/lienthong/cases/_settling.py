"""Settles what was accepted provisionally: identities first, then papers, each within its deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import RowMapping, select, update

from lienthong.interface import AuditUnavailable, LienthongError
from lienthong.onceonly import Verdict
from lienthong.storage import claim, tables

from ._case import Case
from ._desk import Desk
from ._verification import IdentityVerdict

_log = structlog.get_logger("lienthong.cases.settling")

_LEASE_S: Final = 60.0
_FIRST_REST_S: Final = 15.0
_LONGEST_REST_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Settled:
    """What one round of settling did."""

    identities: int
    """Applicants whose identity is no longer provisional."""
    waived: int
    """Papers that turned out to be replaced by a national record."""
    asked: int
    """Papers that have to be asked for after all, or that the applicant has to be asked about."""
    waiting: int
    """Papers whose source still does not answer."""


class Settler:
    """Works through the open checks; any number of processes may run it on one database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run_round(self, limit: int = 100) -> Settled:
        """Settles what is due, oldest first."""
        identities = await self._identities(limit)
        async with self._desk.db.begin() as conn:
            checks = await claim(
                conn,
                tables.checks,
                (tables.checks.c.state == "open") & (tables.checks.c.next_at <= self._desk.now()),
                owner=self._desk.node,
                lease_s=_LEASE_S,
                limit=limit,
                now=self._desk.now(),
            )
        counts = dict.fromkeys(Verdict, 0)
        for check in checks:
            counts[await self._settle(check)] += 1
        return Settled(
            identities,
            counts[Verdict.WAIVED],
            counts[Verdict.ASK] + counts[Verdict.CONSENT],
            counts[Verdict.PROVISIONAL],
        )

    async def _identities(self, limit: int) -> int:
        """Verifies again where the population or business database did not answer."""
        cases = tables.cases
        async with self._desk.db.read() as conn:
            dossiers = list(
                await conn.scalars(
                    select(cases.c.dossier)
                    .where(cases.c.identity == IdentityVerdict.PROVISIONAL.value)
                    .order_by(cases.c.identity_at)
                    .limit(limit)
                )
            )
        settled = 0
        # Of citizens' and organisations' register, those that do not answer.
        silent = {
            citizen
            for citizen, system in ((True, "population"), (False, "business"))
            if self._back(system) > self._desk.now()
        }
        for dossier in dossiers:
            try:
                case = await Case.load(self._desk, dossier)
                if case.applicant.is_citizen not in silent:
                    verification = await case.reverify()
                    if verification.verdict is not IdentityVerdict.PROVISIONAL:
                        settled += 1
                        continue
                    silent.add(case.applicant.is_citizen)
                await case.expire_identity()
            except AuditUnavailable as error:
                _log.warning("settling_failed", error=error.code)
                break
            except LienthongError as error:
                _log.warning("settling_failed", error=error.code)
        return settled

    async def _settle(self, check: RowMapping) -> Verdict:
        """Decides one paper again, and says when to come back if it stays open."""
        async with self._desk.db.read() as conn:
            row = (
                await conn.execute(
                    select(tables.decisions.c.component, tables.cases.c.dossier)
                    .join(tables.cases, tables.cases.c.id == tables.decisions.c.case_id)
                    .where(tables.decisions.c.id == check["decision_id"])
                )
            ).one()
        deadline: datetime = check["deadline"]
        try:
            case = await Case.load(self._desk, row.dossier)
            decision = await case.settle(row.component, deadline)
            verdict = decision.verdict
        except LienthongError as error:
            _log.warning("settling_failed", error=error.code)
            verdict = Verdict.PROVISIONAL
        attempts = check["attempts"] + 1
        if verdict is Verdict.PROVISIONAL:
            rest = min(_FIRST_REST_S * 2 ** (attempts - 1), _LONGEST_REST_S)
            now = self._desk.now()
            next_at = min(max(now + timedelta(seconds=rest), self._back(check["system"])), deadline)
            values = {"attempts": attempts, "next_at": max(next_at, now)}
        else:
            values = {"attempts": attempts, "state": "settled"}
        async with self._desk.db.begin() as conn:
            await conn.execute(
                update(tables.checks)
                .where(tables.checks.c.id == check["id"])
                .values(**values, lease_owner=None, lease_until=None)
            )
        return verdict

    def _back(self, system: str) -> datetime:
        """When a system's planned maintenance of now is over; now, when there is none."""
        now = self._desk.now()
        ends = (
            item.ends
            for item in self._desk.settings.maintenance
            if item.system == system and item.begins <= now
        )
        return max((now, *ends))
