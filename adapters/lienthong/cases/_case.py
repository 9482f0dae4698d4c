"""One case: the purpose of every look-up. Verify, plan, accept, advance, close; each change is told to the hub."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.identity import InvalidIdentifier, Likeness, PersonalNumber, nfc
from lienthong.interface import (
    CaseRequired,
    CitizenRecord,
    Component,
    InvalidRequest,
    LookupOutcome,
    ProcedureRecord,
    Purpose,
    Query,
)
from lienthong.onceonly import (
    Applicant,
    CaseView,
    Decision,
    PaperFacts,
    Plan,
    Source,
    Verdict,
    choices_of,
    component_of,
    components_of,
    recorded,
)
from lienthong.storage import tables

from ._desk import Desk
from ._file import CaseFile
from ._statuses import ABANDONED, FINAL, Status, read_status, require_step
from ._verification import IdentityVerdict, Verification
from .errors import CaseChanged, CaseClosed, PapersPending

_PLANS: Final = 3
"""How often papers are planned anew because the case changed meanwhile, e.g. was verified."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper handed in at the desk.

    Attributes:
        component: MAGIAYTO of the paper, from the plan.
        content: The scan, as bytes, file or stream; ``None`` when it is kept on paper only.
        facts: Number, dates and issuer (TT 01/2023/TT-VPCP art. 9).
        media_type: What the scan is said to be, e.g. ``application/pdf``; found out when empty.
        size: Its size as the sender stated it, to tell an upload that broke off.
        sha256: Its SHA-256 as the sender stated it, hex.
    """

    component: str
    content: Source | None = None
    facts: PaperFacts = field(default_factory=PaperFacts)
    media_type: str = ""
    size: int | None = None
    sha256: str | None = None


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


class Case:
    """An open case. Get one from ``OneStop.open_case`` or ``OneStop.case``; it reads its state from the store at each step.

    What somebody else did meanwhile therefore counts: papers are added to the case as it is, a look-up in a case that
    ended is refused, and a step chosen by looking at a former status is refused with ``CaseChanged``.
    """

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

    async def verify_citizen(
        self,
        *,
        personal_id: str | None = None,
        full_name: str | None = None,
        birth_date: str | None = None,
        sex: str | None = None,
        insist: bool = False,
    ) -> Verification:
        """Verifies the applicant, or the person stated here, who then becomes the applicant's corrected statement.

        Local checks come first: a number whose digits contradict birth year or sex is questioned before any national
        call; ``insist=True`` asks all the same. Then yes/no; then the record, only where the procedure needs it.

        Args:
            personal_id: 12-digit number or 9-digit card; the applicant's when absent.
            full_name: The applicant's when absent.
            birth_date: ``dd/MM/yyyy``, ISO 8601 or a year; the applicant's when absent.
            sex: ``male``, ``female`` or ``other``.
            insist: Go on although something was questioned.

        In the case of an organisation it verifies the person stated here, who acts for it, and leaves the applicant alone.

        Raises:
            IdentityError: A field is malformed; nothing was asked.
            InvalidRequest: The case is of an organisation and the person is not stated whole.
            CaseClosed: The case has ended.
            CaseChanged: Somebody else corrected the applicant meanwhile; load the case again.
            AuditUnavailable: The audit log cannot be written; nothing was asked.
        """
        await self._refresh_open()
        known = self._file.applicant
        stated = self._stated(personal_id, full_name, birth_date, sex)
        verification = await self._desk.verifier.citizen(
            stated,
            self._purpose("Xác thực người nộp hồ sơ"),
            insist=insist,
            with_record=known.is_citizen and self._needs_record(),
        )
        if known.is_citizen:
            await self._identified(known, stated, verification)
        return verification

    async def verify_organisation(self) -> Verification:
        """Verifies the organisation of the case by its registration record. Raises as :meth:`verify_citizen`."""
        await self._refresh_open()
        known = self._file.applicant
        if known.enterprise is None:
            raise InvalidRequest(
                "enterprise_code",
                "the case names no organisation",
                "Hồ sơ chưa có mã số doanh nghiệp. Đề nghị nhập mã số doanh nghiệp.",
            )
        verification = await self._desk.verifier.organisation(
            known, self._purpose("Xác thực tổ chức nộp hồ sơ")
        )
        if not known.is_citizen:
            await self._identified(known, known, verification)
        return verification

    async def verify(self, *, insist: bool = False) -> Verification:
        """Verifies the applicant, citizen or organisation, as stated on opening."""
        if self._file.applicant.is_citizen:
            return await self.verify_citizen(insist=insist)
        return await self.verify_organisation()

    async def reverify(self) -> Verification:
        """Verifies again what was accepted provisionally; used by the settler, harmless by hand."""
        await self._file.refresh()
        known = self._file.applicant
        purpose = self._purpose("Xác thực lại người nộp hồ sơ đã tiếp nhận tạm")
        if known.is_citizen:
            # What contradicts itself was insisted on at the desk, or nothing would be provisional; a name that is only
            # similar to the record was never shown to anybody.
            verification = await self._desk.verifier.citizen(
                known, purpose, insist=False, doubts_seen=True, with_record=self._needs_record()
            )
        else:
            verification = await self._desk.verifier.organisation(known, purpose)
        await self._identified(known, known, verification)
        return verification

    async def lookup(self, system: str, query: Query, *, reason: str) -> LookupOutcome:
        """Looks a record up in a national system, for this case.

        Args:
            system: Name of a configured system.
            query: What to look for.
            reason: Why, in words the person concerned may read.

        Raises:
            CaseClosed, AuditUnavailable, NotSupported, InvalidRequest
        """
        await self._refresh_open()
        if not reason.strip():
            raise InvalidRequest(
                "reason", "say why this look-up is needed", "Đề nghị nêu lý do tra cứu."
            )
        return await self._desk.gateway.lookup(system, query, self._purpose(reason.strip()))

    async def plan_documents(self, *, choice: str | None = None) -> Plan:
        """Decides for every paper of the case: waived, provisional or ask. All sources are asked at once.

        Args:
            choice: The alternative (TRUONGHOP) that applies, one of ``choices``; kept for later.

        Raises:
            InvalidRequest: No such alternative.
            CaseChanged: Applicant, identity or choice changed again and again meanwhile.
            CaseClosed, AuditUnavailable
        """
        await self._refresh_open()
        if choice is not None:
            choice = nfc(choice).strip()
            if choice not in self.choices:
                raise InvalidRequest(
                    "choice",
                    f"must be one of the {len(self.choices)} alternatives of the procedure",
                    "Đề nghị chọn trường hợp trong danh sách của thủ tục.",
                )
            async with self._file.writing() as conn:
                self._require_open()
                if choice != self._file.row["case_choice"]:
                    await self._file.write(conn, case_choice=choice)
        for _ in range(_PLANS):
            view = self._view()
            plan = await self._desk.planner.plan(
                view, self.components, self._purpose("Kiểm tra giấy tờ thay thế")
            )
            async with self._file.writing() as conn:
                self._require_open()
                if self._view() == view:
                    await self._file.file_decisions(conn, plan.decisions, plan.planned_at)
                    return plan
        raise CaseChanged("The case changed each time its papers were planned; load it again.")

    async def decline_reuse(self, *components: str) -> None:
        """Records that the applicant will hand in these papers (all, when none is named) instead of having data reused.

        The applicant keeps the right to the procedure. Plan again afterwards.

        Raises:
            UnknownComponent: The procedure asks for no such paper.
        """
        for code in components:
            component_of(self.procedure, code)
        async with self._file.writing() as conn:
            self._require_open()
            former = self._file.row["reuse_declined"]
            declined = sorted({*former, *components}) if components else ["*"]
            if declined != former:
                await self._file.write(conn, reuse_declined=declined)

    async def accept(self, *papers: Paper) -> None:
        """Files papers received at the desk. The same paper twice is filed once.

        The first acceptance takes a case from registered to accepted (status 2).

        Raises:
            UnknownComponent: The procedure asks for no such paper; nothing is filed.
            InvalidRequest: A present-only paper has a content, or a content is empty; nothing is filed.
            EvidenceRefused: A paper must not be kept, is another owner's, or its file is cut, changed after signing or not
                of a kind that papers have; nothing is filed.
            StoreFull, StoreUnavailable: There is no room, or the object store does not answer; nothing is filed.
            CaseClosed
        """
        wanted = [(component_of(self.procedure, paper.component), paper) for paper in papers]
        for component, paper in wanted:
            if component.present_only and paper.content is not None:
                raise InvalidRequest(
                    "content",
                    "a present-only paper is not digitised (TT 03/2025/TT-VPCP art. 5)",
                    "Giấy tờ chỉ xuất trình thì không số hóa. Đề nghị bỏ tệp đính kèm.",
                )
            _require_content(paper.content)
        await self._refresh_open()
        evidence, owner = self._desk.evidence, self._file.applicant.owner_key
        for component, paper in wanted:
            evidence.require_keepable(
                component, paper.facts, owner, has_content=paper.content is not None
            )
        now = self._desk.now()
        # Before the transaction: a large scan must not keep other desks from writing.
        received = [
            await evidence.receive(
                paper.content,
                now,
                media_type=paper.media_type,
                size=paper.size,
                sha256=paper.sha256,
            )
            if paper.content is not None
            else None
            for _, paper in wanted
        ]
        async with self._file.writing() as conn:
            self._require_open()
            for (component, paper), scan in zip(wanted, received, strict=True):
                if not await self._file.has_paper(conn, component, scan):
                    await self._file.file_paper(conn, component, scan, paper.facts, now)
            if self.status is Status.REGISTERED:
                await self._file.step(conn, Status.ACCEPTED, "Tiếp nhận hồ sơ", now)
            await self._file.tell(conn, now)

    async def advance(
        self,
        status: Status | str,
        note: str = "",
        *,
        officer: str | None = None,
        department: str = "",
        due_at: datetime | None = None,
    ) -> None:
        """Moves the case on and tells the hub. The same step twice is one step.

        Args:
            status: The new status, a :class:`Status` or its number.
            note: What was done, in Vietnamese.
            officer: Name of the person who did it; the case's officer when absent.
            department: Their department.
            due_at: New appointed return date, if it changes.

        Raises:
            InvalidRequest: There is no such status, or the date has no time zone.
            StepNotAllowed: The case cannot go there from its status.
            PapersPending: The result is returned while papers accepted provisionally are not settled yet.
            CaseClosed, CaseChanged
        """
        target = read_status(status)
        if due_at is not None:
            _require_zone("due_at", due_at)
        now = self._desk.now()
        seen = self.status
        async with self._file.writing() as conn:
            if target is self.status:
                return
            self._require_open()
            if self.status is not seen:
                raise CaseChanged("The case was moved on by somebody else; load it again.")
            require_step(self.status, target)
            if target is Status.RETURNED and self.status is Status.PROCESSED:
                await self._require_settled(conn)
            if due_at is not None:
                await self._file.write(conn, due_at=due_at)
            await self._file.step(conn, target, note, now, officer=officer, department=department)
            await self._file.tell(conn, now)

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
            _require_content(result.content)
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
                await self._file.step(conn, Status.PROCESSED, "Xử lý xong", now)
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
            await self._file.step(conn, Status.RETURNED, note, now)
            await self._file.tell(conn, now)

    async def decisions(self) -> tuple[dict[str, Any], ...]:
        """The decisions in force, in the order of the papers: component, outcome, rule, legal basis, source, sentence."""
        order = {component.code: number for number, component in enumerate(self.components)}
        async with self._desk.db.read() as conn:
            rows = await conn.execute(self._in_force())
            found = [dict(row) for row in rows.mappings()]
        return tuple(sorted(found, key=lambda row: order.get(row["component"], len(order))))

    async def recorded_plan(self) -> Plan:
        """The decisions in force as a plan, read from the store: nobody is asked. For closed cases, and to look again."""
        names = {component.code: component.name for component in self.procedure.components}
        rows = await self.decisions()
        planned_at = max((row["decided_at"] for row in rows), default=self._file.row["opened_at"])
        return Plan(tuple(recorded(row, names) for row in rows), planned_at)

    async def settle(self, component: str, deadline: datetime) -> Decision:
        """Decides one provisional paper again; used by the settler, harmless by hand.

        In a case that was withdrawn or not accepted nobody is asked any more.

        Raises:
            CaseChanged: Applicant, identity or choice changed meanwhile.
        """
        await self._file.refresh()
        view, paper = self._view(), component_of(self.procedure, component)
        if self.status in ABANDONED:
            decision = await self._desk.planner.end(view, paper)
        else:
            purpose = self._purpose("Kiểm tra lại giấy tờ tiếp nhận tạm")
            decision = await self._desk.planner.settle(view, paper, deadline, purpose)
        if decision.verdict is not Verdict.PROVISIONAL:
            async with self._file.writing() as conn:
                if self._view() != view:
                    raise CaseChanged("The case was changed while a paper was settled.")
                await self._file.file_decisions(conn, (decision,), self._desk.now())
        return decision

    def _in_force(self) -> Select[Any]:
        return select(tables.decisions).where(
            tables.decisions.c.case_id == self.id, tables.decisions.c.superseded_by.is_(None)
        )

    async def _require_settled(self, conn: AsyncConnection) -> None:
        pending = self._in_force().where(tables.decisions.c.outcome == Verdict.PROVISIONAL.value)
        if (await conn.execute(pending.limit(1))).first() is not None:
            raise PapersPending(
                "Papers of this case were accepted provisionally and are not settled yet."
            )

    async def _refresh_open(self) -> None:
        await self._file.refresh()
        self._require_open()

    def _needs_record(self) -> bool:
        return any(
            rule.record == "citizen"
            for component in self.components
            for rule in self._desk.catalogue.rules_for(component.type)
        )

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

    def _stated(
        self,
        personal_id: str | None,
        full_name: str | None,
        birth_date: str | None,
        sex: str | None,
    ) -> Applicant:
        """The applicant with what was stated now; everything is parsed, so a malformed field is refused here."""
        if not self._file.applicant.is_citizen:
            return self._representative(personal_id, full_name, birth_date, sex)
        if personal_id is None and full_name is None and birth_date is None and sex is None:
            return self._file.applicant
        known = self._file.applicant
        fresh = Applicant.citizen(
            personal_id=personal_id or (known.number.value if known.number else ""),
            full_name=full_name or known.full_name,
            birth_date=birth_date or (known.birth.iso() if known.birth else None),
            sex=sex or known.sex.value,
        )
        return replace(
            known, number=fresh.number, full_name=fresh.full_name, birth=fresh.birth, sex=fresh.sex
        )

    def _representative(
        self,
        personal_id: str | None,
        full_name: str | None,
        birth_date: str | None,
        sex: str | None,
    ) -> Applicant:
        """The person who acts for the organisation of the case; of that person the case knows the number at most."""
        known = self._file.applicant.number
        if full_name is None:
            raise InvalidRequest(
                "full_name",
                "state the name of the person who acts for the organisation",
                "Đề nghị nhập họ và tên người đại diện.",
            )
        return Applicant.citizen(
            personal_id=personal_id or (known.value if known else ""),
            full_name=full_name,
            birth_date=birth_date,
            sex=sex,
        )

    async def _identified(
        self, before: Applicant, stated: Applicant, verification: Verification
    ) -> None:
        """Keeps what verification showed; a changed statement replaces the old one, under the new owner's index."""
        verdict = verification.verdict
        identity = "none" if verdict is IdentityVerdict.NOT_LICENSED else verdict.value
        known = _completed(stated, verification)
        now = self._desk.now()
        async with self._file.writing() as conn:
            if self._file.applicant not in {before, known}:
                raise CaseChanged("Somebody else corrected the applicant meanwhile; load it again.")
            if self.status in ABANDONED:
                return
            no_answer = verdict in {IdentityVerdict.PROVISIONAL, IdentityVerdict.NOT_LICENSED}
            if no_answer and self.identity == "verified" and known == self._file.applicant:
                # No answer today takes nothing back of yesterday's yes to the same statement.
                return
            record, provenance = verification.record, verification.provenance
            if verdict is IdentityVerdict.VERIFIED and record and provenance:
                view = replace(self._view(), applicant=known)
                await self._desk.planner.keep(conn, view, record, provenance)
            if known == self._file.applicant and identity == self.identity:
                return
            self._file.applicant = known
            await self._file.write(
                conn,
                identity=identity,
                identity_at=now,
                owner_index=self._desk.evidence.owner_index(known.owner_key),
                sealed=self._file.sealed(known),
            )
            await self._file.tell(conn, now)


def _completed(stated: Applicant, verification: Verification) -> Applicant:
    """A verified applicant known by a 9-digit card gets the personal number of the record, so evidence is found later."""
    record = verification.record
    if (
        verification.verdict is IdentityVerdict.VERIFIED
        and isinstance(record, CitizenRecord)
        and not isinstance(stated.number, PersonalNumber)
        and all(check.likeness is not Likeness.DIFFERENT for check in verification.attributes)
    ):
        with suppress(InvalidIdentifier):  # a register without that number, or with a broken one
            return replace(stated, number=PersonalNumber.parse(record.personal_id))
    return stated


def _require_content(content: Source | None) -> None:
    if content == b"":
        raise InvalidRequest(
            "content",
            "is empty; leave it out for a paper that is not scanned",
            "Tệp đính kèm không có nội dung. Đề nghị quét lại giấy tờ.",
        )


def _require_zone(name: str, moment: datetime) -> None:
    if moment.tzinfo is None:
        raise InvalidRequest(name, "needs a time zone, e.g. datetime.now(UTC)")
