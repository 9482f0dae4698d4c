"""Evidence: papers, results and national records that we hold and may reuse, filed under a blind index of the owner."""

from __future__ import annotations

import calendar
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import BlindIndex, Sealer
from lienthong.interface import Component, Provenance, Record, ResultKind
from lienthong.storage import new_id, tables

from ._content import ContentStore, StoredContent

_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, without its content.

    Attributes:
        id: Our id.
        kind: ``paper``, ``result`` or ``record``.
        code: MAGIAYTO of a paper, MAKETQUA of a result; kind and blind index of the question of a record.
        type: Paper type, e.g. ``birth_certificate``.
        issued_on: Date of issue, if stated.
        valid_until: Last day of validity; ``None`` with ``permanent``.
        permanent: Valid without end (no term stated, TT 01/2023/TT-VPCP art. 9 "if any").
        dossier: The case it came from.
        system: For records: the system.
        service: For records: the service.
        answered_at: For records: when the system answered, aware UTC.
        filed_at: When we filed it, aware UTC.
        content_sha256: Hash of the content, or of the answer; ``""`` without content.
        status: ``valid``, ``superseded`` or ``revoked``.
        digitisation_code: Our code of the digitised paper.
    """

    id: str
    kind: str
    code: str
    type: str
    issued_on: date | None
    valid_until: date | None
    permanent: bool
    dossier: str
    system: str
    service: str
    answered_at: datetime | None
    content_sha256: str
    status: str
    digitisation_code: str
    filed_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it may be reused on a day."""
        if self.status != "valid":
            return False
        return self.permanent or (self.valid_until is not None and self.valid_until >= day)

    def fresh_at(self, moment: datetime, days: float) -> bool:
        """Whether a record is at most so many days old."""
        if self.answered_at is None or self.status != "valid":
            return False
        return moment - self.answered_at <= timedelta(days=days)


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of a paper on reception (TT 01/2023/TT-VPCP art. 9).

    Attributes:
        number: Number and sign of the paper.
        issued_on: Date of issue.
        issuer: Issuing agency.
        abstract: What it is about.
        valid_until: Last day of validity; without a term it is permanent.
        scope: Where it is valid.
    """

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    abstract: str = ""
    valid_until: date | None = None
    scope: str = ""


class EvidenceStore:
    """Files and finds evidence. Every method runs inside the caller's transaction."""

    def __init__(
        self, sealer: Sealer, index: BlindIndex, content: ContentStore, agency: str
    ) -> None:
        self._sealer = sealer
        self._index = index
        self._content = content
        self._agency = agency

    def owner_index(self, owner_key: str) -> bytes:
        """The blind index that evidence of an owner is filed under."""
        return self._index.of("evidence.owner", owner_key)

    def content_hash(self, content: bytes | None) -> str:
        """The address that a content has in the store; ``""`` for none."""
        return hashlib.sha256(content).hexdigest() if content else ""

    def record_code(self, record: str, question: str) -> str:
        """The code that the answer to a question is filed under: its kind, and a blind index of the question itself."""
        return f"{record}:{self._index.of('evidence.question', question).hex()}"

    async def holdings(self, conn: AsyncConnection, owner_key: str) -> tuple[Evidence, ...]:
        """What is held of an owner and may stand for a paper, newest first.

        Whoever files a case under somebody else's number must not put papers into that person's store: those of a case
        count once its applicant is verified, results unless its applicant turned out to be another.
        """
        table = tables.evidence
        rows = await conn.execute(
            select(table, tables.cases.c.dossier)
            .join(tables.cases, tables.cases.c.id == table.c.case_id, isouter=True)
            .where(
                table.c.owner_index == self.owner_index(owner_key),
                table.c.status == "valid",
                _trusted(),
            )
            .order_by(table.c.created_at.desc(), table.c.id.desc())
        )
        return tuple(_evidence(row) for row in rows.mappings())

    async def add_paper(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        case_id: str,
        component: Component,
        facts: PaperFacts,
        content: bytes | None,
        now: datetime,
    ) -> str:
        """Files a paper received at the desk; returns its evidence id.

        Raises:
            StoreFull: The content cannot be written; nothing is filed.
        """
        stored = await self._content.put(content) if content else None
        return await self._file(
            conn,
            owner_key=owner_key,
            case_id=case_id,
            kind="paper",
            code=component.code,
            paper_type=component.type,
            facts=facts,
            stored=stored,
            now=now,
        )

    async def add_result(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        case_id: str,
        result: ResultKind,
        facts: PaperFacts,
        content: bytes | None,
        now: datetime,
    ) -> str:
        """Files an issued result, valid as long as the catalogue says; an earlier one of the same code is superseded."""
        stored = await self._content.put(content) if content else None
        await conn.execute(
            update(tables.evidence)
            .where(
                tables.evidence.c.owner_index == self.owner_index(owner_key),
                tables.evidence.c.code == result.code,
                tables.evidence.c.kind == "result",
                tables.evidence.c.status == "valid",
                tables.evidence.c.case_id != case_id,
            )
            .values(status="superseded")
        )
        issued = facts.issued_on or now.astimezone(_VIETNAM).date()
        until = facts.valid_until or _end_of(issued, result.valid)
        return await self._file(
            conn,
            owner_key=owner_key,
            case_id=case_id,
            kind="result",
            code=result.code,
            paper_type=result.type,
            facts=PaperFacts(
                facts.number, issued, facts.issuer, facts.abstract, until, facts.scope
            ),
            stored=stored,
            now=now,
        )

    async def add_record(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        case_id: str,
        code: str,
        record: Record,
        provenance: Provenance,
        now: datetime,
    ) -> str:
        """Files what a national system answered; an older answer to the same question is superseded.

        Args:
            conn: The caller's transaction.
            owner_key: Whose record it is.
            case_id: The case that asked.
            code: :meth:`record_code` of the question.
            record: The answer.
            provenance: Where it came from.
            now: The moment of filing.
        """
        owner = self.owner_index(owner_key)
        await conn.execute(
            update(tables.evidence)
            .where(
                tables.evidence.c.owner_index == owner,
                tables.evidence.c.kind == "record",
                tables.evidence.c.code == code,
                tables.evidence.c.status == "valid",
            )
            .values(status="superseded")
        )
        evidence_id = new_id()
        await conn.execute(
            insert(tables.evidence).values(
                id=evidence_id,
                owner_index=owner,
                kind="record",
                code=code,
                type="",
                permanent=False,
                issuer=provenance.system,
                case_id=case_id,
                system=provenance.system,
                service=provenance.service,
                answered_at=provenance.answered_at,
                content_sha256=provenance.sha256,
                content_bytes=0,
                sealed=self._seal(evidence_id, record.model_dump(mode="json")),
                status="valid",
                created_at=now,
            )
        )
        return evidence_id

    async def read_record(self, conn: AsyncConnection, evidence_id: str) -> dict[str, Any]:
        """The facts of a piece of evidence, opened."""
        sealed = await conn.scalar(
            select(tables.evidence.c.sealed).where(tables.evidence.c.id == evidence_id)
        )
        if sealed is None:
            return {}
        value = self._sealer.open_json(sealed, table="evidence", row=evidence_id, field="sealed")
        return dict(value)

    async def revoke(self, conn: AsyncConnection, evidence_ids: Sequence[str]) -> None:
        """Ends evidence: it is never reused again."""
        await conn.execute(
            update(tables.evidence)
            .where(tables.evidence.c.id.in_(list(evidence_ids)))
            .values(status="revoked")
        )

    async def _file(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        case_id: str,
        kind: str,
        code: str,
        paper_type: str,
        facts: PaperFacts,
        stored: StoredContent | None,
        now: datetime,
    ) -> str:
        evidence_id = new_id()
        await conn.execute(
            insert(tables.evidence).values(
                id=evidence_id,
                owner_index=self.owner_index(owner_key),
                kind=kind,
                code=code,
                type=paper_type,
                issued_on=facts.issued_on,
                valid_until=facts.valid_until,
                permanent=facts.valid_until is None,
                issuer=facts.issuer,
                digitisation_code=self._digitisation_code() if stored else None,
                case_id=case_id,
                system="",
                service="",
                content_sha256=stored.sha256 if stored else "",
                content_bytes=stored.size if stored else 0,
                sealed=self._seal(
                    evidence_id,
                    {"number": facts.number, "abstract": facts.abstract, "scope": facts.scope},
                ),
                status="valid",
                created_at=now,
            )
        )
        return evidence_id

    def _seal(self, evidence_id: str, value: dict[str, Any]) -> bytes:
        return self._sealer.seal_json(value, table="evidence", row=evidence_id, field="sealed")

    def _digitisation_code(self) -> str:
        """Opaque and unique; its structure in TT 01/2023 art. 10 is unpublished, so nothing may parse it (hub page §6)."""
        token = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(16))
        return f"{self._agency}-SH-{token}"


def _end_of(issued: date, valid: str) -> date | None:
    """The last day of an ISO 8601 duration from the day of issue; ``None`` for ``permanent``."""
    if valid == "permanent":
        return None
    number, unit = int(valid[1:-1]), valid[-1]
    if unit in "DW":
        return issued + timedelta(days=number * (7 if unit == "W" else 1))
    # By the calendar: the same day of the month, or its last day where the month is shorter.
    months = issued.month - 1 + number * (12 if unit == "Y" else 1)
    year, month = issued.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(issued.day, calendar.monthrange(year, month)[1]))


def _trusted() -> ColumnElement[bool]:
    """Whether the case behind a piece of evidence proves whose it is; a record was matched by its system."""
    kind, identity = tables.evidence.c.kind, tables.cases.c.identity
    doubtful = func.coalesce(identity, "none").in_(["mismatch", "questioned"])
    return or_(
        kind == "record",
        and_(kind == "paper", identity == "verified"),
        and_(kind == "result", ~doubtful),
    )


def _evidence(row: Any) -> Evidence:
    return Evidence(
        id=row["id"],
        kind=row["kind"],
        code=row["code"],
        type=row["type"],
        issued_on=row["issued_on"],
        valid_until=row["valid_until"],
        permanent=row["permanent"],
        dossier=row["dossier"] or "",
        system=row["system"] or "",
        service=row["service"] or "",
        answered_at=row["answered_at"],
        content_sha256=row["content_sha256"] or "",
        status=row["status"],
        digitisation_code=row["digitisation_code"] or "",
        filed_at=row["created_at"],
    )
