"""The front door: open it once per process, open cases through it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from lienthong.identity import AgencyCode, DossierCode, nfc
from lienthong.interface import InvalidRequest
from lienthong.onceonly import Applicant, chosen_of, keep_version, version_of
from lienthong.settings import Settings
from lienthong.storage import new_id, tables

from ._about import changed_hands, require_components, to_json
from ._case import Case
from ._core import Acting
from ._desk import Desk
from ._events import EventPage, read_events
from ._file import CaseFile
from ._settling import Settled, Settler
from ._statuses import STATUS_NAMES_VI, Status
from ._steps import require_return_form
from ._wrong_values import WrongValue, WrongValues, WrongValueStatus
from .errors import CaseChanged, CaseClosed, CaseConflict

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CaseHead:
    """One line of a list of cases; nothing personal."""

    dossier: str
    procedure: str
    agency: str
    """Unit that received it."""
    processing_agency: str
    officer: str
    status: Status
    status_vi: str
    identity: str
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, oldest first, and the mark to go on from; ``None`` at the end."""

    cases: tuple[CaseHead, ...]
    after: str | None


class OneStop:
    """Cases at a one-stop desk, over the national systems of one configuration.

    .. code-block:: python

        async with OneStop.from_config("config/sandbox.toml") as one_stop:
            case = await one_stop.open_case(...)
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        """The rooms behind the door, for operators' tools."""

    @classmethod
    @asynccontextmanager
    async def from_config(
        cls, settings: Settings | str | Path, *, now: Callable[[], datetime] | None = None
    ) -> AsyncIterator[Self]:
        """Opens everything for the length of an ``async with`` block.

        Args:
            settings: A configuration file, or settings already read.
            now: The clock, aware UTC; the machine's when absent.

        Raises:
            ConfigurationError: A setting is wrong; the message lists each.
            StorageError: The database cannot be opened.
            CatalogueInvalid: A catalogue file is wrong.
        """
        desk = await (Desk.open(settings, now=now) if now else Desk.open(settings))
        try:
            yield cls(desk)
        finally:
            await desk.aclose()

    async def open_case(
        self,
        *,
        dossier: str,
        procedure: str,
        officer: str,
        agency: str,
        applicant: Applicant,
        processing_agency: str | None = None,
        channel: str = "1",
        choice: str | Sequence[str] | None = None,
        officer_number: str = "",
        officer_title: str = "",
        submitted_at: datetime | None = None,
        submitted_through: str | None = None,
        return_form: str = "0",
        about: Mapping[str, Applicant] | None = None,
    ) -> Case:
        """Opens a case and tells the hub, or returns the one already open under this code for the same procedure, agency
        and applicant.

        Args:
            dossier: Code of the case, e.g. ``H31.14-261123-0001`` (hub page §6).
            procedure: National procedure code, with or without agency suffix.
            officer: Account of the officer at the desk.
            agency: E-identifier of the receiving unit.
            applicant: Who the case is about.
            processing_agency: Unit that processes it, if another, in or outside the province (plan task I.13).
            channel: KenhThucHien: ``1`` counter, ``2`` online, ``3`` public post.
            choice: The alternative (TRUONGHOP) that applies, or all that apply at once.
            officer_number: The officer's own number where a national system demands it.
            officer_title: The officer's post, as steps name it (ChucDanh).
            submitted_at: When it was submitted; now when absent.
            submitted_through: NoiNopHoSo: ``1`` national portal, ``2`` provincial system. When absent the portal for what was
                filed online, since provinces have no portals of their own any more (hub page §11), else the provincial system.
            return_form: HinhThuc, how the applicant wants the result: ``0`` at the counter, ``1`` by post. Changed later by
                :meth:`Case.record_return`.
            about: Whom a paper is about, by MAGIAYTO, where that is not the applicant: a child, a spouse. Changed later by
                :meth:`Case.name_subjects`.

        Raises:
            IdentityError: A code is malformed.
            UnknownProcedure, UnknownComponent: The catalogue has no such procedure, or the procedure no such paper.
            CaseConflict: The code belongs to a case of another procedure, agency or applicant.
            InvalidRequest: A field is wrong.
            HubMessageInvalid: The hub would refuse the case as it stands; nothing was opened.
        """
        code = DossierCode.parse(dossier).value
        known = self.desk.catalogue.procedure(procedure)
        unit = AgencyCode.parse(agency).value
        if not officer.strip():
            raise InvalidRequest(
                "officer", "must not be empty", "Đề nghị đăng nhập trước khi mở hồ sơ."
            )
        if channel not in {"1", "2", "3"}:
            raise InvalidRequest("channel", "must be 1 (counter), 2 (online) or 3 (public post)")
        require_return_form(return_form)
        through = submitted_through or ("1" if channel == "2" else "2")
        if through not in {"1", "2"}:
            raise InvalidRequest(
                "submitted_through", "must be 1 (national portal) or 2 (provincial system)"
            )
        chosen = chosen_of(known, choice) if choice is not None else None
        require_components(known, about or {})
        if submitted_at is not None and submitted_at.tzinfo is None:
            raise InvalidRequest("submitted_at", "needs a time zone, e.g. datetime.now(UTC)")
        if applicant.is_citizen and "citizen" not in known.applicant:
            raise InvalidRequest(
                "applicant",
                "this procedure is for organisations",
                "Thủ tục này dành cho tổ chức. Đề nghị chọn đúng đối tượng nộp hồ sơ.",
            )
        if not applicant.is_citizen and not {"business", "organisation"} & set(known.applicant):
            raise InvalidRequest(
                "applicant",
                "this procedure is for citizens",
                "Thủ tục này dành cho cá nhân. Đề nghị chọn đúng đối tượng nộp hồ sơ.",
            )
        now = self.desk.now()
        case_id = new_id()
        values: dict[str, Any] = {
            "id": case_id,
            "dossier": code,
            "procedure": known.code,
            "agency": unit,
            "processing_agency": AgencyCode.parse(processing_agency).value
            if processing_agency
            else unit,
            "officer": officer.strip(),
            "channel": channel,
            "submitted_through": through,
            "return_form": return_form,
            "owner_index": self.desk.evidence.owner_index(applicant.owner_key),
            "owner_kind": applicant.kind,
            "sealed": self.desk.sealer.seal_json(
                {
                    "applicant": applicant.to_json(),
                    "about": to_json(about or {}),
                    "opened_for": applicant.owner_key,
                    "officer_number": officer_number,
                    "officer_title": nfc(officer_title).strip(),
                },
                table="cases",
                row=case_id,
                field="sealed",
            ),
            "status": Status.REGISTERED.value,
            "identity": "none",
            "reuse_declined": [],
            "case_choice": chosen,
            "procedure_version": version_of(known),
            "opened_at": now,
            "submitted_at": submitted_at or now,
            "received_at": now,
            "due_at": _due(now, float(known.working_days)) if known.working_days else None,
            "revision": 1,
        }
        try:
            async with self.desk.db.begin() as conn:
                rows = await conn.execute(
                    insert(tables.cases).values(**values).returning(tables.cases)
                )
                file = CaseFile(self.desk, rows.mappings().one(), applicant, known, about or {})
                await keep_version(conn, known, now)
                await file.tell(conn, now)
        except IntegrityError:
            return await self._same_case(code, known.code, unit, applicant, about or {})
        return Case(self.desk, file)

    async def case(
        self,
        dossier: str,
        *,
        officer: str | None = None,
        agency: str | None = None,
        officer_number: str = "",
        officer_title: str = "",
    ) -> Case:
        """The case of a dossier code.

        The unit that received a case and the unit that processes it have it, nobody else. Calls of a case are audited under
        who is named here.

        Args:
            dossier: Code of the case.
            officer: Account of the officer who works on it now; the one who opened it when absent.
            agency: E-identifier of that officer's unit; goes with ``officer``.
            officer_number: That officer's own number where a national system demands it.
            officer_title: That officer's post, as steps name it (ChucDanh).

        Raises:
            CaseNotFound: There is none, or the unit has nothing to do with it.
            IdentityError: A code is malformed.
            InvalidRequest: Only one of officer and unit is named.
        """
        code = DossierCode.parse(dossier).value
        if officer is None and agency is None:
            return await Case.load(self.desk, code)
        if not (officer or "").strip() or agency is None:
            raise InvalidRequest(
                "officer",
                "goes with agency: name both or neither",
                "Đề nghị đăng nhập bằng tài khoản của đơn vị trước khi mở hồ sơ.",
            )
        acting = Acting(
            str(officer).strip(),
            AgencyCode.parse(agency).value,
            officer_number,
            nfc(officer_title).strip(),
        )
        return await Case.load(self.desk, code, acting)

    async def cases(
        self,
        *,
        status: Status | None = None,
        agency: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> CasePage:
        """A page of cases, oldest first.

        Args:
            status: Only those in this status.
            agency: Only those that this unit received or processes.
            after: The ``after`` of the page before.
            limit: Lines of the page, 1 to 500.
        """
        table = tables.cases
        query = select(table).order_by(table.c.id).limit(min(max(limit, 1), 500) + 1)
        if status is not None:
            query = query.where(table.c.status == status.value)
        if agency is not None:
            unit = AgencyCode.parse(agency).value
            query = query.where((table.c.agency == unit) | (table.c.processing_agency == unit))
        if after is not None:
            query = query.where(table.c.id > after)
        async with self.desk.db.read() as conn:
            rows = list((await conn.execute(query)).mappings())
        page = rows[: min(max(limit, 1), 500)]
        return CasePage(
            tuple(_head(row) for row in page),
            str(page[-1]["id"]) if len(rows) > len(page) else None,
        )

    async def events(self, *, after: int | None = None, limit: int = 100) -> EventPage:
        """What became known of cases without anybody at the desk doing it, oldest first.

        Each event is told at least once to a reader that goes on with ``after`` of the page before.

        Args:
            after: Number of the last event seen, 0 for none; from the oldest that is kept when absent.
            limit: Events of the page, 1 to 1000.

        Raises:
            EventsGone: Events that the reader has not seen are older than ``callback.keep_days`` and gone; it says after
                which number to go on, once the state of the open cases was read.
        """
        return await read_events(self.desk.db, after, limit)

    async def wrong_values(
        self, *, status: WrongValueStatus | str | None = None, after: str = "", limit: int = 50
    ) -> tuple[WrongValue, ...]:
        """Reports of wrong values in registers, oldest first, without what is personal in them.

        Args:
            status: Only those that stand there.
            after: ``id`` of the last one of the page before.
            limit: At most so many, 1 to 500.
        """
        wanted = WrongValueStatus(status) if status is not None else None
        return await WrongValues(self.desk).listed(wanted, after, min(max(limit, 1), 500))

    async def wrong_value(self, report_id: str) -> WrongValue:
        """One report whole, to be passed on to the owner of the register.

        Raises:
            WrongValueNotFound: There is none.
        """
        return await WrongValues(self.desk).opened(report_id)

    async def answer_wrong_value(
        self, report_id: str, status: WrongValueStatus | str, answer: str, *, officer: str
    ) -> WrongValue:
        """Keeps what the owner of the register answered. Once settled, the papers of open cases are decided again.

        Args:
            report_id: Id of the report.
            status: ``answered``: not decided yet; ``rejected``: the value is right; ``corrected``: the register was
                corrected, and its record is fetched anew.
            answer: What was answered.
            officer: Account of who enters it.

        Raises:
            WrongValueNotFound, WrongValueSettled, InvalidRequest: Nothing was kept.
            AuditUnavailable: It was kept, and the papers could not be decided again; plan them by hand.
        """
        room = WrongValues(self.desk)
        wanted = WrongValueStatus(status)
        for dossier in await room.answer(report_id, wanted, answer, officer):
            # One that ended meanwhile needs no decision any more; one that changed was decided by whoever changed it.
            with suppress(CaseClosed, CaseChanged):
                case = await Case.load(self.desk, dossier)
                await case.decide_again("Tính lại giấy tờ sau khi có trả lời về thông tin báo sai")
        return await room.opened(report_id)

    async def settle(self, limit: int = 100) -> Settled:
        """Settles provisional identities and papers that are due; `lienthong run` does it on schedule."""
        return await Settler(self.desk).run_round(limit)

    async def _same_case(
        self,
        code: str,
        procedure: str,
        agency: str,
        applicant: Applicant,
        about: Mapping[str, Applicant],
    ) -> Case:
        """The existing case when a second click opened it again; a conflict when it is another one."""
        file = await CaseFile.load(self.desk, code)
        # The applicant may have been corrected, or completed by the register, since the first click.
        owners = {file.applicant.owner_key, file.personal().get("opened_for")}
        same = file.row["procedure"] == procedure and file.row["agency"] == agency
        if not same or applicant.owner_key not in owners:
            raise CaseConflict("This dossier code belongs to another case.")
        if changed_hands(file.about, {**file.about, **about}):
            raise CaseConflict(
                "This case was opened without these persons; open it, then `name_subjects`."
            )
        return Case(self.desk, file)


def _head(row: Any) -> CaseHead:
    status = Status(row["status"])
    return CaseHead(
        dossier=row["dossier"],
        procedure=row["procedure"],
        agency=row["agency"],
        processing_agency=row["processing_agency"] or row["agency"],
        officer=row["officer"],
        status=status,
        status_vi=STATUS_NAMES_VI[status],
        identity=row["identity"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
    )


def _due(start: datetime, working_days: float) -> datetime:
    """The appointed return date: so many working days on, Saturdays and Sundays left out (holidays come from the desk)."""
    local = start.astimezone(_VIETNAM)
    whole = int(working_days)
    while whole > 0:
        local += timedelta(days=1)
        if local.weekday() < _SATURDAY:
            whole -= 1
    local += timedelta(hours=8 * (working_days - int(working_days)))
    return local.astimezone(UTC)
