"""Who the applicant of a case is: verified, verified again, and what is kept of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from lienthong.identity import InvalidIdentifier, Likeness, PersonalNumber
from lienthong.interface import (
    CitizenRecord,
    Found,
    InvalidRequest,
    LookupOutcome,
    PortalAccount,
    PortalAccountQuery,
)
from lienthong.onceonly import Applicant

from ._core import CaseCore
from ._events import put_event
from ._statuses import ABANDONED
from ._verification import IdentityVerdict, Verification
from .errors import CaseChanged


class CaseIdentity(CaseCore):
    """The part of :class:`Case` about its applicant."""

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

    async def find_account(self) -> LookupOutcome:
        """Asks the national portal for the applicant's account, by personal number or enterprise code, and keeps what it finds
        in ``applicant.account``: so a dossier filed online shows there (MaDoiTuong, hub page §2.1).

        Who signed in needs no look-up: the sign-on gives the account.

        Raises:
            InvalidRequest: The case was not filed online, so the hub takes no account for it.
            CaseChanged: Somebody else corrected the applicant meanwhile; load the case again.
            CaseClosed, AuditUnavailable, NotSupported
        """
        await self._refresh_open()
        known = self._file.applicant
        number = known.number if known.is_citizen else known.enterprise
        if self._file.row["channel"] != "2" or number is None:
            raise InvalidRequest(
                "channel",
                "only a case that was filed online belongs to a portal account",
                "Chỉ hồ sơ nộp trực tuyến mới gắn với tài khoản Cổng Dịch vụ công quốc gia.",
            )
        outcome = await self._desk.gateway.lookup(
            self._desk.settings.hub.system,
            PortalAccountQuery(number),
            self._purpose("Tìm tài khoản Cổng Dịch vụ công quốc gia của người nộp trực tuyến"),
        )
        if isinstance(outcome, Found) and isinstance(outcome.record, PortalAccount):
            found = replace(known, account=outcome.record.technical_id)
            async with self._file.writing() as conn:
                self._require_open()
                if self._file.applicant not in {known, found}:
                    raise CaseChanged(
                        "Somebody else corrected the applicant meanwhile; load it again."
                    )
                if self._file.applicant != found:
                    self._file.applicant = found
                    await self._file.write(conn, sealed=self._file.sealed(found))
                    await self._file.tell(conn, self._desk.now())
        return outcome

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
        await self._identified(known, known, verification, tell_desk=True)
        return verification

    async def expire_identity(self) -> None:
        """Gives up on a verification whose deadline passed without an answer, and tells; used by the settler.

        The applicant is unverified from then on, so papers that waited for it are asked for.
        """
        async with self._file.writing() as conn:
            system = "population" if self._file.applicant.is_citizen else "business"
            since, now = self._file.row["identity_at"], self._desk.now()
            if self.identity != IdentityVerdict.PROVISIONAL.value or since is None:
                return
            if now < self._desk.planner.deadline(self.procedure, system, since):
                return
            await self._file.write(conn, identity="none", identity_at=now)
            await self._file.tell(conn, now)
            await put_event(
                conn,
                kind="expired",
                dossier=self.dossier,
                outcome="none",
                sentence_vi="Đã quá hạn chờ mà chưa xác thực được người nộp: hãy xác thực lại hoặc đối chiếu giấy tờ gốc.",
                sentence_en="The deadline passed and the applicant could not be verified: verify again, or compare the "
                "original paper.",
                now=now,
            )

    def _needs_record(self) -> bool:
        return any(
            rule.record == "citizen" and not rule.ask_citizen
            for component in self.components
            for rule in self._desk.catalogue.rules_for(component.type)
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
            known,
            number=fresh.number,
            full_name=fresh.full_name,
            birth=fresh.birth,
            sex=fresh.sex,
            # Another number may be another person's, and a dossier must not show in a stranger's account.
            account=known.account if fresh.number == known.number else "",
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
        self,
        before: Applicant,
        stated: Applicant,
        verification: Verification,
        *,
        tell_desk: bool = False,
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
            changes: dict[str, Any] = {}
            if stated.owner_key != before.owner_key:
                changes["consented"] = []  # one person's word is not another's
            self._file.applicant = known
            await self._file.write(
                conn,
                identity=identity,
                identity_at=now,
                owner_index=self._desk.evidence.owner_index(known.owner_key),
                sealed=self._file.sealed(known),
                **changes,
            )
            await self._file.tell(conn, now)
            if tell_desk:
                await put_event(
                    conn,
                    kind="identity",
                    dossier=self.dossier,
                    outcome=verdict.value,
                    sentence_vi=verification.sentence_vi,
                    sentence_en=verification.sentence_en,
                    now=now,
                )


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
