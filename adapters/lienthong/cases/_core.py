"""What all of a case stands on: its state as the store has it, its purpose, and questions to national systems."""

from __future__ import annotations

from typing import Self

from lienthong.interface import (
    CaseRequired,
    Component,
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
from .errors import CaseClosed


class CaseCore:
    """The part of :class:`Case` that its other parts are built on."""

    def __init__(self, desk: Desk, file: CaseFile) -> None:
        self._desk = desk
        self._file = file

    @classmethod
    async def load(cls, desk: Desk, dossier: str) -> Self:
        """The case of a dossier code.

        Raises:
            CaseNotFound: There is none.
        """
        return cls(desk, await CaseFile.load(desk, dossier))

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
    def identity(self) -> str:
        """What is known of the applicant: ``none``, ``verified``, ``provisional``, ``questioned`` or ``mismatch``."""
        return str(self._file.row["identity"])

    @property
    def applicant(self) -> Applicant:
        """Who the case is about."""
        return self._file.applicant

    @property
    def procedure(self) -> ProcedureRecord:
        """The procedure with its papers and results."""
        return self._desk.catalogue.procedure(self._file.row["procedure"])

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
        return await self._desk.gateway.verify(system, query, purpose)

    async def _asking(self, reason: str) -> Purpose:
        await self._refresh_open()
        if not reason.strip():
            raise InvalidRequest(
                "reason", "say why this is asked", "Đề nghị nêu lý do tra cứu, xác minh."
            )
        return self._purpose(reason.strip())

    async def _refresh_open(self) -> None:
        await self._file.refresh()
        self._require_open()

    def _require_open(self) -> None:
        if self.closed:
            raise CaseClosed("The case is closed; open a new case for further look-ups.")

    def _purpose(self, reason: str) -> Purpose:
        if not self._file.row["officer"]:
            raise CaseRequired("The case has no officer.")
        personal = self._file.personal()
        return Purpose(
            dossier=self.dossier,
            procedure=self._file.row["procedure"],
            officer=self._file.row["officer"],
            agency=self._file.row["agency"],
            reason=reason,
            officer_number=personal.get("officer_number", ""),
        )

    def _view(self) -> CaseView:
        return CaseView(
            id=self.id,
            procedure=self._file.row["procedure"],
            choice=self._file.row["case_choice"] or "",
            applicant=self._file.applicant,
            identity=self.identity,
            declined=frozenset(self._file.row["reuse_declined"]),
        )
