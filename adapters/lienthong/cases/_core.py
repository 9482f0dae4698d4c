"""What all of a case stands on: its state as the store has it, its purpose, and questions to national systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.interface import (
    CaseRequired,
    Component,
    Confirmed,
    InvalidRequest,
    LookupOutcome,
    ProcedureRecord,
    Purpose,
    Query,
    VerifyOutcome,
)
from lienthong.onceonly import Applicant, CaseView, choices_of, components_of

from ._desk import Desk
from ._file import CaseFile
from ._statuses import FINAL, Status
from .errors import CaseClosed, CaseNotFound

_log = structlog.get_logger("lienthong.cases")


@dataclass(frozen=True, slots=True)
class Acting:
    """Who works on a case: account of the officer, e-identifier of the unit, the number that some systems demand, and the post
    that the hub is told of (ChucDanh)."""

    officer: str
    agency: str
    officer_number: str = ""
    title: str = ""


class CaseCore:
    """The part of :class:`Case` that its other parts are built on."""

    def __init__(self, desk: Desk, file: CaseFile, acting: Acting | None = None) -> None:
        self._desk = desk
        self._file = file
        self._given = acting

    @classmethod
    async def load(cls, desk: Desk, dossier: str, acting: Acting | None = None) -> Self:
        """The case of a dossier code, for its own officer or for another one of its units.

        Raises:
            CaseNotFound: There is none, or the unit has nothing to do with it.
        """
        case = cls(desk, await CaseFile.load(desk, dossier), acting)
        case._require_access()
        return case

    @property
    def id(self) -> str:
        """Our id of the case."""
        return str(self._file.row["id"])

    @property
    def dossier(self) -> str:
        """The dossier code."""
        return str(self._file.row["dossier"])

    @property
    def status(self) -> Status:
        """Where the case stands (TrangThaiHoSo)."""
        return Status(self._file.row["status"])

    @property
    def closed(self) -> bool:
        """Whether the case has ended: nothing more can be done in it."""
        return self._file.row["closed_at"] is not None or self.status in FINAL

    @property
    def agency(self) -> str:
        """E-identifier of the unit that received the case."""
        return str(self._file.row["agency"])

    @property
    def processing_agency(self) -> str:
        """E-identifier of the unit that processes it; the receiving one where no other does."""
        return str(self._file.row["processing_agency"] or self.agency)

    @property
    def identity(self) -> str:
        """What is known of the applicant: ``none``, ``verified``, ``provisional``, ``questioned`` or ``mismatch``."""
        return str(self._file.row["identity"])

    @property
    def applicant(self) -> Applicant:
        """Who the case is about."""
        return self._file.applicant

    @property
    def about(self) -> dict[str, Applicant]:
        """Whom a paper is about, by MAGIAYTO, where that is not the applicant."""
        own = self.applicant.owner_key
        return {code: who for code, who in self._file.about.items() if who.owner_key != own}

    @property
    def procedure(self) -> ProcedureRecord:
        """The procedure with its papers and results, as it was when the case was opened."""
        return self._file.procedure

    @property
    def components(self) -> tuple[Component, ...]:
        """The papers that this case needs."""
        return components_of(self.procedure, self._file.row["case_choice"] or "")

    @property
    def choices(self) -> tuple[str, ...]:
        """The alternatives (TRUONGHOP) of the procedure."""
        return choices_of(self.procedure)

    async def lookup(self, system: str, query: Query, *, reason: str) -> LookupOutcome:
        """Looks a record up in a national system, for this case.

        Args:
            system: Name of a configured system.
            query: What to look for.
            reason: Why, in words the person concerned may read.

        Raises:
            CaseClosed, AuditUnavailable, NotSupported, InvalidRequest
        """
        purpose = await self._asking(reason)
        return await self._desk.gateway.lookup(system, query, purpose)

    async def confirm(self, system: str, query: Query, *, reason: str) -> VerifyOutcome:
        """Asks a national system a yes/no question, for this case. Arguments and errors as :meth:`lookup`."""
        purpose = await self._asking(reason)
        outcome = await self._desk.gateway.verify(system, query, purpose)
        if isinstance(outcome, Confirmed):
            await self._desk.evidence.confirmed(self._desk.db, query, outcome, self._desk.now())
        return outcome

    async def _asking(self, reason: str) -> Purpose:
        await self._refresh_open()
        if not reason.strip():
            raise InvalidRequest(
                "reason", "say why this is asked", "Đề nghị nêu lý do tra cứu, xác minh."
            )
        return self._purpose(reason.strip())

    async def _refresh(self) -> None:
        """Reads the case again: who holds it may not see more than who loads it now."""
        await self._file.refresh()
        self._require_access()

    async def _refresh_open(self) -> None:
        await self._refresh()
        self._require_open()

    @property
    def _acting(self) -> Acting:
        """Who works on the case: who was named on loading it, else the officer who opened it."""
        if self._given is not None:
            return self._given
        personal = self._file.personal()
        return Acting(
            self._file.row["officer"],
            self.agency,
            personal.get("officer_number", ""),
            personal.get("officer_title", ""),
        )

    async def _step(self, conn: AsyncConnection, target: Status, note: str, now: datetime) -> None:
        """A step by who works on the case."""
        acting = self._acting
        await self._file.step(conn, target, note, now, officer=acting.officer, title=acting.title)

    def _require_access(self) -> None:
        """Receiving and processing unit have the case, nobody else; like a case that does not exist it says nothing more."""
        given = self._given
        if given is not None and given.agency not in {self.agency, self.processing_agency}:
            _log.warning(
                "case_refused", dossier=self.dossier, officer=given.officer, agency=given.agency
            )
            raise CaseNotFound("No case of this unit has this dossier code.")

    def _require_open(self) -> None:
        """Refuses a case that has ended, or that is another unit's by now."""
        self._require_access()
        if self.closed:
            raise CaseClosed("The case is closed; open a new case for further look-ups.")

    def _purpose(self, reason: str) -> Purpose:
        acting = self._acting
        if not acting.officer:
            raise CaseRequired("The case has no officer.")
        return Purpose(
            dossier=self.dossier,
            procedure=self._file.row["procedure"],
            officer=acting.officer,
            agency=acting.agency,
            reason=reason,
            officer_number=acting.officer_number,
        )

    def _view(self) -> CaseView:
        return CaseView(
            id=self.id,
            procedure=self._file.row["procedure"],
            choice=self._file.row["case_choice"] or "",
            applicant=self._file.applicant,
            identity=self.identity,
            declined=frozenset(self._file.row["reuse_declined"]),
            agency=self._file.row["agency"],
            as_opened=self.procedure,
            consented=frozenset(self._file.row["consented"] or ()),
            about=self.about,
        )
