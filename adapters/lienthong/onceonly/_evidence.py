"""Evidence: papers, results and national records that we hold and may reuse, filed under a blind index of the owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import BlindIndex, Sealer
from lienthong.interface import (
    Component,
    Confirmed,
    Provenance,
    Query,
    Record,
    ResultKind,
    StoredPaper,
)
from lienthong.storage import Database, new_id, tables, utc_now

from ._content import ContentStore, Source
from ._events import Event, EventKind, EventRule, events_between, events_confirmed
from ._evidence_codes import digitisation_code
from ._evidence_ending import end, end_touched
from ._evidence_facts import (
    Evidence,
    EvidencePolicy,
    PaperFacts,
    Received,
    covers,
    require_keepable,
    subject_key,
)
from ._evidence_intake import Intake
from ._evidence_records import file_record
from ._evidence_rows import end_of, evidence_of, held, trusted
from ._signatures import SignatureChecker, worst

_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_SWEEP_AFTER: Final = timedelta(days=1)


class FiledRecord(NamedTuple):
    """A record that was filed: its evidence id, and ids of the papers that it showed to have ended."""

    id: str
    ended: tuple[str, ...]


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
        self._intake = Intake(content, signatures or SignatureChecker(), self._policy.max_mb)
        self._code_prefix = self._policy.code_prefix or f"{agency}-SH"
        self._events = tuple(events)

    def owner_index(self, owner_key: str) -> bytes:
        """The blind index that evidence of an owner is filed under."""
        return self._index.of("evidence.owner", owner_key)

    def record_code(self, record: str, question: str) -> str:
        """The code that the answer to a question is filed under: its kind, and a blind index of the question itself."""
        return f"{record}:{self._index.of('evidence.question', question).hex()}"

    def _about(self, subject: str, owner_key: str) -> bytes | None:
        """The blind index of a person or organisation by their key; ``None`` when that is the owner."""
        return None if subject == owner_key else self.owner_index(subject)

    def subject_index(self, facts: PaperFacts, owner_key: str) -> bytes | None:
        """The blind index of whom a paper is about; ``None`` when that is its owner.

        Raises:
            EvidenceRefused: The number that the facts state is none.
        """
        return self._about(subject_key(facts.subject, owner_key), owner_key)

    async def holdings(
        self, conn: AsyncConnection, owner_key: str, place: str = "", *, about: str = ""
    ) -> tuple[Evidence, ...]:
        """What is held of an owner and may stand for a paper, newest first.

        What its case does not prove to be the owner's is left out, as is what is not valid in the place of the case or lacks a
        signature where one is required.

        Args:
            conn: The caller's transaction.
            owner_key: Whose evidence.
            place: Agency code of the unit that wants to reuse it; the whole installation when empty.
            about: Key of whom the papers are about, formed as that of an owner; the owner when empty. One child's paper
                never stands for another's, nor for its parent's.
        """
        subject = self._about(about or owner_key, owner_key)
        rows = await conn.execute(
            held(own=subject is None), {"owner": self.owner_index(owner_key), "about": subject}
        )
        found = (evidence_of(row) for row in rows.mappings() if trusted(row))
        return tuple(
            item
            for item in found
            if item.kind == "record"
            or (
                covers(item.scope, place or self._agency) and not self._policy.lacks_signature(item)
            )
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
        return await self._intake.receive(
            content, now, media_type=media_type, size=size, sha256=sha256
        )

    async def sweep(self, db: Database, now: datetime) -> int:
        """Removes contents that no evidence names, a day after they came: their case refused them at the last moment."""

        async def known(addresses: Collection[str]) -> Collection[str]:
            named: set[str] = set()
            async with db.read() as conn:
                for table in (tables.evidence, tables.evidence_files):
                    column = table.c.content_sha256
                    named |= set(await conn.scalars(select(column).where(column.in_(addresses))))
            return named

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
        """Files an issued result, valid as long as the catalogue says; an earlier one of the same code about the same person
        or organisation is superseded.

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
                tables.evidence.c.subject_index == self.subject_index(facts, owner_key),
            )
        )
        await end(conn, list(earlier), "superseded", "superseded", now)
        issued = facts.issued_on or now.astimezone(_VIETNAM).date()
        until = facts.valid_until or end_of(issued, result.valid)
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

    async def add_stored(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        case_id: str,
        paper: StoredPaper,
        received: Sequence[Received],
        provenance: Provenance,
        now: datetime,
        subject: str = "",
    ) -> str:
        """Files a result that the national store of digitised papers gave, to be reused today only: no term came with it.

        Args:
            conn: The caller's transaction.
            owner_key: Whose case took it over.
            case_id: That case.
            paper: The result as the store describes it.
            received: Its files, one at least, in the store's order.
            provenance: Where it came from.
            now: The moment of filing.
            subject: Number of whom it is about, where that is not the owner.
        """
        today = now.astimezone(_VIETNAM).date()
        facts = PaperFacts(
            number=paper.number,
            issuer=paper.agency,
            valid_until=today,
            nature="electronic",
            subject=subject,
        )
        first, *others = received
        evidence_id = await self._file(
            conn,
            owner_key=owner_key,
            case_id=case_id,
            kind="result",
            code=paper.result,
            paper_type="",
            facts=facts,
            # The paper is worth what its worst file is.
            received=replace(first, signature=worst(item.signature for item in received)),
            now=now,
            provenance=provenance,
        )
        if others:
            await conn.execute(
                insert(tables.evidence_files),
                [
                    {
                        "evidence_id": evidence_id,
                        "number": number,
                        "content_sha256": item.stored.sha256,
                        "content_bytes": item.stored.size,
                        "media_type": item.media_type,
                    }
                    for number, item in enumerate(others, 2)
                ],
            )
        return evidence_id

    async def contents(self, conn: AsyncConnection, evidence_id: str) -> tuple[str, ...]:
        """Addresses of all files of a piece of evidence, in order, for :attr:`content`; none when it has no content."""
        evidence, files = tables.evidence, tables.evidence_files
        first = await conn.scalar(
            select(evidence.c.content_sha256).where(
                evidence.c.id == evidence_id, evidence.c.content_bytes > 0
            )
        )
        others = await conn.scalars(
            select(files.c.content_sha256)
            .where(files.c.evidence_id == evidence_id)
            .order_by(files.c.number)
        )
        return (first, *others) if first else ()

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
        evidence_id: str = "",
    ) -> FiledRecord:
        """Files what a national system answered; an older answer to the same question is superseded.

        What it shows to have happened since the record held before ends the papers that it touches: whoever read the
        holdings before must not reuse those.

        Args:
            conn: The caller's transaction.
            owner_key: Whose record it is.
            case_id: The case that asked.
            code: :meth:`record_code` of the question.
            record: The answer.
            provenance: Where it came from.
            now: The moment of filing.
            evidence_id: The id that it was promised; a new one when empty.
        """
        evidence_id = evidence_id or new_id()
        before = await file_record(
            conn,
            self._sealer,
            owner=self.owner_index(owner_key),
            case_id=case_id,
            code=code,
            record=record,
            provenance=provenance,
            now=now,
            evidence_id=evidence_id,
        )
        ended: list[str] = []
        for event in events_between(before, record, now.astimezone(_VIETNAM).date()):
            ended += await self.happened(
                conn, owner_key=owner_key, event=event, now=now, record=evidence_id
            )
        return FiledRecord(evidence_id, tuple(ended))

    async def happened(
        self,
        conn: AsyncConnection,
        *,
        owner_key: str,
        event: Event | EventKind,
        now: datetime,
        record: str = "",
    ) -> tuple[str, ...]:
        """Ends the papers about a person or organisation that an event touches (``events.toml``); their ids.

        Args:
            conn: The caller's transaction.
            owner_key: To whom it happened.
            event: What happened.
            now: When we learned of it.
            record: Evidence id of the record that shows it, if one does.
        """
        if isinstance(event, EventKind):
            event = Event(event)
        subject = self.owner_index(owner_key)
        return await end_touched(conn, self._sealer, self._events, subject, event, now, record)

    async def confirmed(self, db: Database, query: Query, answer: Confirmed, now: datetime) -> None:
        """Ends the papers that a yes of a national system ends: those about somebody who died."""
        events = events_confirmed(query, answer)
        if events:
            async with db.begin() as conn:
                for key, event in events:
                    await self.happened(conn, owner_key=key, event=event, now=now)

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
        await end(conn, evidence_ids, "revoked", "revoked", now or utc_now())

    async def _received(self, content: Source | Received | None, now: datetime) -> Received | None:
        if content is None or isinstance(content, Received):
            return content
        return await self.receive(content, now)

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
        provenance: Provenance | None = None,
    ) -> str:
        evidence_id = new_id()
        await conn.execute(
            insert(tables.evidence).values(
                id=evidence_id,
                owner_index=self.owner_index(owner_key),
                subject_index=self.subject_index(facts, owner_key),
                kind=kind,
                code=code,
                type=paper_type,
                issued_on=facts.issued_on,
                valid_until=facts.valid_until,
                permanent=facts.valid_until is None,
                issuer=facts.issuer,
                digitisation_code=digitisation_code(self._code_prefix) if received else None,
                case_id=case_id,
                system=provenance.system if provenance else "",
                service=provenance.service if provenance else "",
                answered_at=provenance.answered_at if provenance else None,
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
