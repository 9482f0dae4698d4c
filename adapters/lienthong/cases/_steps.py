"""The steps of a case, to its end with results."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, insert, update

from lienthong.identity import AgencyCode, nfc
from lienthong.interface import InvalidRequest
from lienthong.onceonly import PaperFacts, Source
from lienthong.storage import tables

from ._papers import CasePapers, require_content
from ._statuses import Status, read_status, require_step
from .errors import CaseChanged


@dataclass(frozen=True, slots=True)
class IssuedResult:
    """A result that the case issued.

    Attributes:
        code: MAKETQUA, from the procedure.
        content: The electronic result, as bytes, file or stream; ``None`` when there is none.
        facts: Number, dates and issuer.
    """

    code: str
    content: Source | None = None
    facts: PaperFacts = field(default_factory=PaperFacts)


class CaseSteps(CasePapers):
    """The part of :class:`Case` that moves it on."""

    async def advance(
        self,
        status: Status | str,
        note: str = "",
        *,
        officer: str | None = None,
        title: str = "",
        department: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Moves the case on and tells the hub. The same step twice is one step.

        Args:
            status: The new status, a :class:`Status` or its number.
            note: What was done, in Vietnamese. The hub takes no request for a supplement that does not say what is asked for.
            officer: Name of the person who did it; the officer who works on the case when absent.
            title: Their post (ChucDanh); that of the officer who works on the case when neither is given.
            department: Their department.
            due_at: New appointed return date, if it changes.

        Raises:
            InvalidRequest: There is no such status, or the date has no time zone.
            StepNotAllowed: The case cannot go there from its status.
            PapersPending: The result is returned while papers accepted provisionally are not settled yet.
            HubMessageInvalid: The hub would refuse the step or the case after it; nothing was written.
            CaseClosed, CaseChanged
        """
        target = read_status(status)
        if due_at is not None:
            _require_zone("due_at", due_at)
        now = self._desk.now()
        seen, acting = self.status, self._acting
        async with self._file.writing() as conn:
            if target is self.status:
                return
            self._require_open()
            if self.status is not seen:
                raise CaseChanged("The case was moved on by somebody else; load it again.")
            require_step(self.status, target)
            if target is Status.RETURNED and self.status is Status.PROCESSED:
                await self._require_settled(conn)
            await self._file.step(
                conn,
                target,
                note,
                now,
                officer=officer or acting.officer,
                title=nfc(title).strip() or ("" if officer else acting.title),
                department=department,
                due_at=due_at,
            )

    async def record_fee(
        self,
        code: str,
        name: str,
        amount: int,
        *,
        way: Literal["0", "1", "2"] = "0",
        paid_at: datetime | None = None,
        when: Literal["", "1", "2", "4"] = "",
        kind: str = "",
    ) -> None:
        """Writes a fee of the case and how it was paid, and tells the hub. The same code again corrects the fee.

        Args:
            code: MaPhiLePhi.
            name: TenPhiLePhi.
            amount: VND; 0 is a fee that is waived, which index 766 leaves out.
            way: DuocThanhToanTrucTuyen: ``0`` not online, ``1`` at the national portal, ``2`` at a gateway of ministry or
                province.
            paid_at: When; ``None`` while it is owed. What is owed counts as paid by no way.
            when: HinhThucThu: it is collected ``1`` at receipt, ``2`` at a supplement, ``4`` at return; empty: not said.
            kind: LoaiPhiLePhi; its codes are unpublished.

        Raises:
            InvalidRequest: A value is wrong.
            CaseChanged
        """
        code, name = code.strip(), nfc(name).strip()
        if not code or not name:
            raise InvalidRequest(
                "code", "fees need a code and a name", "Phí, lệ phí cần có mã và tên."
            )
        if amount < 0:
            raise InvalidRequest("amount", "must not be negative", "Số tiền không được âm.")
        if way not in {"0", "1", "2"}:
            raise InvalidRequest("way", "must be 0, 1 or 2 (DuocThanhToanTrucTuyen)")
        if when not in {"", "1", "2", "4"}:
            raise InvalidRequest("when", "must be 1, 2, 4 or empty (HinhThucThu)")
        if paid_at is not None:
            _require_zone("paid_at", paid_at)
        paid = {
            "name": name,
            "amount": amount,
            "way": way if paid_at is not None else "0",
            "paid_at": paid_at,
            "collected": when,
            "kind": kind.strip(),
        }
        table = tables.case_payments
        one = and_(table.c.case_id == self.id, table.c.code == code)
        # A fee may be paid when the result is handed over: the case may have ended.
        async with self._file.writing() as conn:
            self._require_access()
            if (await conn.execute(update(table).where(one).values(paid))).rowcount == 0:
                await conn.execute(insert(table).values(case_id=self.id, code=code, **paid))
            # Reports read a case again when its revision moved.
            await self._file.write(conn)
            await self._file.tell(conn, self._desk.now())

    async def record_return(self, form: Literal["0", "1"], note: str = "") -> None:
        """Writes how the result goes to the applicant and tells the hub, before or after the end of the case. The newest word
        counts.

        Args:
            form: HinhThuc: ``0`` at the counter, ``1`` by post.
            note: ThongTinTra: where, to whom, the number of the parcel; in Vietnamese.

        Raises:
            InvalidRequest: There is no such form.
            CaseChanged
        """
        require_return_form(form)
        async with self._file.writing() as conn:
            self._require_access()
            sealed = self._file.sealed(self.applicant, return_note=nfc(note).strip())
            await self._file.write(conn, return_form=form, sealed=sealed)
            await self._file.tell(conn, self._desk.now())

    async def hand_over(self, agency: str) -> None:
        """Gives the case to another unit to process, in or outside the province, and tells the hub.

        That unit and the receiving one have the case from now on; the unit that processed it before no longer does.

        Args:
            agency: E-identifier of the unit.

        Raises:
            IdentityError: The code is malformed.
            CaseClosed
        """
        unit = AgencyCode.parse(agency).value
        async with self._file.writing() as conn:
            self._require_open()
            if unit != self.processing_agency:
                await self._file.write(conn, processing_agency=unit)
                await self._file.tell(conn, self._desk.now())

    async def close(self, *results: IssuedResult, note: str = "Trả kết quả") -> None:
        """Ends the case with its results: they become evidence for later cases. Closing twice is closing once.

        Raises:
            InvalidRequest: The procedure issues no such result, or a content is empty; nothing is filed.
            EvidenceRefused: A file is cut, changed after signing or of no kind that results have; nothing is filed.
            PapersPending: Papers accepted provisionally are not settled yet.
            StepNotAllowed: The case cannot end from its status.
            StoreFull: There is no room; nothing is filed.
            CaseClosed, CaseChanged
        """
        kinds = {result.code: result for result in self.procedure.results}
        for result in results:
            if result.code not in kinds:
                raise InvalidRequest(
                    "results",
                    f"procedure {self.procedure.code} issues no such result",
                    "Thủ tục không có kết quả này. Đề nghị chọn lại trong danh sách kết quả.",
                )
            require_content(result.content)
        now = self._desk.now()
        seen = self.status
        received = [
            await self._desk.evidence.receive(result.content, now)
            if result.content is not None
            else None
            for result in results
        ]
        async with self._file.writing() as conn:
            if self.status is Status.RETURNED:
                return
            self._require_open()
            if self.status is not seen:
                raise CaseChanged("The case was moved on by somebody else; load it again.")
            await self._require_settled(conn)
            if self.status is not Status.PROCESSED:
                require_step(self.status, Status.PROCESSED)
                await self._step(conn, Status.PROCESSED, "Xử lý xong", now)
            for result, content in zip(results, received, strict=True):
                kind = kinds[result.code]
                evidence_id = await self._desk.evidence.add_result(
                    conn,
                    owner_key=self._file.applicant.owner_key,
                    case_id=self.id,
                    result=kind,
                    facts=result.facts,
                    content=content,
                    now=now,
                )
                await self._file.link(conn, kind.code, kind.name, evidence_id, "issued", now)
            require_step(self.status, Status.RETURNED)
            await self._step(conn, Status.RETURNED, note, now)


def require_return_form(form: str) -> None:
    """Refuses a form of return that the hub does not know."""
    if form not in {"0", "1"}:
        raise InvalidRequest("return_form", "must be 0 (at the counter) or 1 (by post)")


def _require_zone(name: str, moment: datetime) -> None:
    if moment.tzinfo is None:
        raise InvalidRequest(name, "needs a time zone, e.g. datetime.now(UTC)")
