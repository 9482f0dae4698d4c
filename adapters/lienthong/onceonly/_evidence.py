"""Evidence: papers, results and national records that we hold and may reuse, filed under a blind index of the owner."""

from __future__ import annotations

import calendar
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import BlindIndex, Sealer
from lienthong.interface import Component, Provenance, Record, ResultKind
from lienthong.storage import Database, new_id, tables, utc_now

from ._content import ContentStore, Source
from ._content_kinds import content_kind
from ._events import Event, EventKind, EventRule, events_between
from ._evidence_facts import Evidence, PaperFacts, Received, covers, require_keepable
from ._signatures import UNSIGNED, Signature, SignatureChecker, SignatureVerdict
from .errors import EvidenceRefused

_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_MB: Final = 1_000_000
_SWEEP_AFTER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    """What an installation decided about its evidence.

    Attributes:
        code_prefix: What our digitisation codes begin with, e.g. ``H31-SH``; from the agency when empty.
        signature_required: Only scans with a valid signature are reused.
        refused: Natures of papers that are not digitised.
        max_mb: Largest content, MB.
    """

    code_prefix: str = ""
    signature_required: bool = False
    refused: frozenset[str] = frozenset({"copy", "certified_copy", "opinion"})
    max_mb: int = 1024


class EvidenceStore:
    """Files and finds evidence. Every method runs inside the caller's transaction."""

    def __init__(
        self,
        sealer: Sealer,
        index: BlindIndex,
        content: ContentStore,
        agency: str,
        policy: EvidencePolicy | None = None,
        *,
        signatures: SignatureChecker | None = None,
        events: Sequence[EventRule] = (),
    ) -> None:
        self._sealer = sealer
        self._index = index
        self.content = content
        """Where the contents lie, by ``content_sha256``."""
        self._agency = agency
        self._policy = policy or EvidencePolicy()
        self._signatures = signatures or SignatureChecker()
        self._events = tuple(events)

    def owner_index(self, owner_key: str) -> bytes:
        """The blind index that evidence of an owner is filed under."""
        return self._index.of("evidence.owner", owner_key)

    def record_code(self, record: str, question: str) -> str:
        """The code that the answer to a question is filed under: its kind, and a blind index of the question itself."""
        return f"{record}:{self._index.of('evidence.question', question).hex()}"

    async def holdings(
        self, conn: AsyncConnection, owner_key: str, place: str = ""
    ) -> tuple[Evidence, ...]:
        """What is held of an owner and may stand for a paper, newest first.

        Whoever files a case under somebody else's number must not put papers into that person's store: those of a case
        count once its applicant is verified, results unless its applicant turned out to be another. What is not valid in
        the place of the case, or lacks a signature where one is required, is left out.

        Args:
            conn: The caller's transaction.
            owner_key: Whose evidence.
            place: Agency code of the unit that wants to reuse it; the whole installation when empty.
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
        held = (_evidence(row) for row in rows.mappings())
        return tuple(
            item
            for item in held
            if item.kind == "record"
            or (covers(item.scope, place or self._agency) and not self._lacks_signature(item))
        )

    def require_keepable(
        self, component: Component, facts: PaperFacts, owner_key: str, *, has_content: bool
    ) -> None:
        """Refuses a paper that must not be kept, or not under this owner.

        Raises:
            EvidenceRefused: With what to do instead.
        """
        require_keepable(
            component, facts, owner_key, has_content=has_content, refused=self._policy.refused
        )

    async def receive(
        self,
        content: Source,
        now: datetime,
        *,
        media_type: str = "",
        size: int | None = None,
        sha256: str | None = None,
    ) -> Received:
        """Looks at a content and keeps it, outside any transaction: it may be large, and nobody should wait for it.

        Args:
            content: Bytes, a file, or a stream.
            now: The moment of receiving, aware.
            media_type: What the sender says it is, e.g. ``application/pdf``; found out when empty.
            size: Its size as the sender stated it.
            sha256: Its SHA-256 as the sender stated it, hex.

        Raises:
            EvidenceRefused: It is no file of a kind that papers have, not what was declared, cut, too large, or was changed
                after it was signed. Nothing is kept.
            StoreFull, StoreUnavailable: There is no room, or the object store does not answer. Nothing is kept.
        """
        if size is not None:
            self._require_size(size)
        if not isinstance(content, bytes | Path):
            content = self._bounded(content)
        seen: list[tuple[str, Signature]] = []

        def look(file: BinaryIO, actual: int) -> None:
            self._require_size(actual)
            kind = content_kind(file, actual, media_type)
            seen.append((kind.media_type, self._signed(file, now) if kind.signed else UNSIGNED))

        stored = await self.content.put(content, size=size, sha256=sha256, check=look)
        return Received(stored, *seen[-1])

    async def sweep(self, db: Database, now: datetime) -> int:
        """Removes contents that no evidence names, a day after they came: their case refused them at the last moment."""

        async def known(addresses: Collection[str]) -> Collection[str]:
            column = tables.evidence.c.content_sha256
            async with db.read() as conn:
                return set(await conn.scalars(select(column).where(column.in_(addresses))))

        return await self.content.sweep(known, (now - _SWEEP_AFTER).timestamp())

    async def add_paper(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        case_id: str,
        component: Component,
        facts: PaperFacts,
        content: Source | Received | None,
        now: datetime,
    ) -> str:
        """Files a paper received at the desk; returns its evidence id.

        Raises:
            EvidenceRefused: It must not be kept, is another owner's, or its content is refused; nothing is filed.
            StoreFull, StoreUnavailable: The content cannot be written; nothing is filed.
        """
        self.require_keepable(component, facts, owner_key, has_content=content is not None)
        received = await self._received(content, now)
        return await self._file(
            conn,
            owner_key=owner_key,
            case_id=case_id,
            kind="paper",
            code=component.code,
            paper_type=component.type,
            facts=facts,
            received=received,
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
        content: Source | Received | None,
        now: datetime,
    ) -> str:
        """Files an issued result, valid as long as the catalogue says; an earlier one of the same code is superseded.

        Raises as :meth:`add_paper`.
        """
        received = await self._received(content, now)
        earlier = await conn.scalars(
            select(tables.evidence.c.id).where(
                tables.evidence.c.owner_index == self.owner_index(owner_key),
                tables.evidence.c.code == result.code,
                tables.evidence.c.kind == "result",
                tables.evidence.c.status == "valid",
                tables.evidence.c.case_id != case_id,
            )
        )
        await self._end(conn, list(earlier), "superseded", "superseded", now)
        issued = facts.issued_on or now.astimezone(_VIETNAM).date()
        until = facts.valid_until or _end_of(issued, result.valid)
        return await self._file(
            conn,
            owner_key=owner_key,
            case_id=case_id,
            kind="result",
            code=result.code,
            paper_type=result.type,
            facts=replace(facts, issued_on=issued, valid_until=until, nature="electronic"),
            received=received,
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

        What it shows to have happened since the record held before ends the papers that it touches.

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
        before = await self._record_before(conn, owner, code, record)
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
        for event in events_between(before, record):
            await self.happened(conn, owner_key=owner_key, event=event, now=now, record=evidence_id)
        return evidence_id

    async def happened(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        event: Event | EventKind,
        now: datetime,
        record: str = "",
    ) -> tuple[str, ...]:
        """Ends the papers that an event touches (``events.toml``); their ids.

        Args:
            conn: The caller's transaction.
            owner_key: To whom it happened.
            event: What happened.
            now: When we learned of it.
            record: Evidence id of the record that shows it, if one does.
        """
        if isinstance(event, EventKind):
            event = Event(event)
        table = tables.evidence
        rows = await conn.execute(
            select(table.c.id, table.c.type, table.c.sealed).where(
                table.c.owner_index == self.owner_index(owner_key),
                table.c.status == "valid",
                table.c.kind != "record",
            )
        )
        held = [(row.id, row.type or "", row.sealed) for row in rows]
        ended: list[str] = []
        for rule in self._events:
            touched = [
                evidence_id
                for evidence_id, paper_type, sealed in held
                if evidence_id not in ended
                and rule.ends(event, paper_type)
                and self._is_numbered(evidence_id, sealed, event.number)
            ]
            await self._end(conn, touched, "ended", event.kind.value, now, rule, record)
            ended.extend(touched)
        return tuple(ended)

    async def read_record(self, conn: AsyncConnection, evidence_id: str) -> dict[str, Any]:
        """The facts of a piece of evidence, opened."""
        sealed = await conn.scalar(
            select(tables.evidence.c.sealed).where(tables.evidence.c.id == evidence_id)
        )
        if sealed is None:
            return {}
        value = self._sealer.open_json(sealed, table="evidence", row=evidence_id, field="sealed")
        return dict(value)

    async def revoke(
        self, conn: AsyncConnection, evidence_ids: Sequence[str], now: datetime | None = None
    ) -> None:
        """Ends evidence: it is never reused again."""
        await self._end(conn, evidence_ids, "revoked", "revoked", now or utc_now())

    async def _end(
        self,
        conn: AsyncConnection,
        evidence_ids: Sequence[str],
        status: str,
        event: str,
        now: datetime,
        rule: EventRule | None = None,
        record: str = "",
    ) -> None:
        """Takes evidence out of use and keeps why."""
        if not evidence_ids:
            return
        await conn.execute(
            update(tables.evidence)
            .where(tables.evidence.c.id.in_(list(evidence_ids)))
            .values(status=status, ended_at=now)
        )
        await conn.execute(
            insert(tables.evidence_events),
            [
                {
                    "id": new_id(),
                    "evidence_id": evidence_id,
                    "event": event,
                    "rule": rule.id if rule else None,
                    "rule_version": str(rule.version) if rule else None,
                    "legal_basis": rule.legal_basis if rule else None,
                    "record_id": record or None,
                    "at": now,
                }
                for evidence_id in evidence_ids
            ],
        )

    async def _record_before(
        self, conn: AsyncConnection, owner: bytes, code: str, record: Record
    ) -> Record | None:
        """The newest record of the same kind of an owner, whatever question it answered."""
        table = tables.evidence
        kind = code.partition(":")[0]
        row = (
            await conn.execute(
                select(table.c.id, table.c.sealed)
                .where(
                    table.c.owner_index == owner,
                    table.c.kind == "record",
                    # A range and not LIKE, so that the index serves.
                    table.c.code >= f"{kind}:",
                    table.c.code < f"{kind};",
                )
                .order_by(table.c.created_at.desc(), table.c.id.desc())
                .limit(1)
            )
        ).first()
        if row is None or row.sealed is None:
            return None
        raw = self._sealer.open_json(row.sealed, table="evidence", row=row.id, field="sealed")
        try:
            return type(record).model_validate(raw)
        except ValidationError:  # of another model, or of an earlier version of it
            return None

    def _is_numbered(self, evidence_id: str, sealed: bytes | None, number: str) -> bool:
        """Whether a paper may have a number: it states that one, or none."""
        if not number or sealed is None:
            return True
        facts = self._sealer.open_json(sealed, table="evidence", row=evidence_id, field="sealed")
        stated = "".join(str(facts.get("number", "")).split()).casefold()
        return stated in {"", "".join(number.split()).casefold()}

    async def _received(self, content: Source | Received | None, now: datetime) -> Received | None:
        if content is None or isinstance(content, Received):
            return content
        return await self.receive(content, now)

    def _signed(self, file: BinaryIO, now: datetime) -> Signature:
        """The verdict on the signatures of a PDF that has some."""
        found = self._signatures.check(file, now)
        if found.verdict is SignatureVerdict.UNSIGNED:
            found = Signature(SignatureVerdict.INVALID, ("unreadable",))
        if {"changed", "unreadable"} & set(found.reasons):
            raise EvidenceRefused(
                "The file was changed after it was signed, or its signature is damaged. Get the signed file again from "
                "who signed it.",
                desk_vi="Tệp đã bị thay đổi sau khi ký số hoặc chữ ký số bị hỏng. Đề nghị quét, ký số lại hoặc lấy lại tệp gốc.",
            )
        return found

    def _lacks_signature(self, item: Evidence) -> bool:
        """Whether a scan lacks the signature that this installation requires of scans."""
        return (
            self._policy.signature_required
            and item.kind == "paper"
            and item.nature == "scan"
            and item.signature != SignatureVerdict.VALID.value
        )

    def _require_size(self, size: int) -> None:
        if size > self._policy.max_mb * _MB:
            raise EvidenceRefused(
                f"The file is larger than {self._policy.max_mb} MB (evidence.max_mb). Scan it with a lower resolution.",
                desk_vi=f"Tệp lớn hơn {self._policy.max_mb} MB. Đề nghị quét lại với độ phân giải thấp hơn.",
            )

    async def _bounded(self, content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """A stream that is cut off as soon as it is too long, and not when the disk is full."""
        size = 0
        async for data in content:
            size += len(data)
            self._require_size(size)
            yield data

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
        received: Received | None,
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
                digitisation_code=self._digitisation_code() if received else None,
                case_id=case_id,
                system="",
                service="",
                content_sha256=received.stored.sha256 if received else "",
                content_bytes=received.stored.size if received else 0,
                media_type=received.media_type if received else None,
                nature=facts.nature,
                scope=" ".join(facts.scope.split()),
                signature=received.signature.verdict.value if received else None,
                signature_reasons=list(received.signature.reasons) if received else None,
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
        return f"{self._policy.code_prefix or f'{self._agency}-SH'}-{token}"


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
        signature=row["signature"] or "",
        scope=row["scope"] or "",
        nature=row["nature"] or "scan",
    )
