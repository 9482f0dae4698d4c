"""The national store of digitised papers: asked by owner and result code when our own store has nothing (hub page §4.1)."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from datetime import datetime

from lienthong.gateway import Gateway
from lienthong.interface import (
    FileContent,
    Found,
    InvalidRequest,
    LookupOutcome,
    NotFound,
    NotLicensed,
    NotSupported,
    Purpose,
    Query,
    Record,
    StoredFileQuery,
    StoredPaper,
    StoredPapers,
    StoredPapersQuery,
    Verb,
)
from lienthong.storage import Database

from ._engine import Answer
from ._evidence import EvidenceStore
from ._evidence_facts import Received
from ._sources import Question
from .errors import EvidenceRefused


class NationalStore:
    """Finds a result of an owner there and takes its file over as evidence of ours."""

    def __init__(self, db: Database, evidence: EvidenceStore, gateway: Gateway) -> None:
        self._db = db
        self._evidence = evidence
        self._gateway = gateway

    def system_for(self, purpose: Purpose, owners: Iterable[str]) -> str:
        """The system that the store is asked through; empty when none can be, or the officer's own number is unknown: the
        store records who asks, and that is never an owner.

        Args:
            purpose: The case.
            owners: Numbers of the persons and organisations whose papers may be asked for.
        """
        if purpose.officer_number in {"", *owners}:
            return ""
        question = StoredPapersQuery(owner_number="", results=())
        for system in self._gateway.systems:
            try:
                self._gateway.line(system).connector.service_for(Verb.LOOKUP, question)
            except NotSupported:
                continue
            return system
        return ""

    async def find(
        self,
        question: Question,
        purpose: Purpose,
        *,
        owner_key: str,
        case_id: str,
        now: datetime,
        subject: str = "",
    ) -> Answer:
        """What the store holds of what was asked for. The first paper whose files can all be read is kept, for today: the
        store states no term, so it is asked again on another day.

        Args:
            question: Whose papers, of which result codes.
            purpose: The case.
            owner_key: Of the case's applicant.
            case_id: The case.
            now: The moment of asking.
            subject: Number of whom the papers are about, where that is not the applicant.
        """
        outcome = await self._ask(question.system, question.query, purpose)
        if not isinstance(outcome, Found):
            return Answer(outcome)
        papers = _asked_for(outcome.record, question)
        if not papers:
            return Answer(NotFound(outcome.provenance))
        for paper in papers:
            files = await asyncio.gather(
                *(
                    self._ask(question.system, StoredFileQuery(paper.agency, item.path), purpose)
                    for item in paper.files
                )
            )
            for file in files:
                if not isinstance(file, Found | NotFound):
                    return Answer(file)
            received = await self._received(files, now)
            if not received:
                continue
            async with self._db.begin() as conn:
                evidence_id = await self._evidence.add_stored(
                    conn,
                    owner_key=owner_key,
                    case_id=case_id,
                    paper=paper,
                    received=received,
                    provenance=outcome.provenance,
                    now=now,
                    subject=subject,
                )
            return Answer(outcome, evidence_id, paper.result)
        return Answer(outcome)

    async def _received(self, files: Sequence[LookupOutcome], now: datetime) -> list[Received]:
        """The files of a paper, kept; none when one of them is missing or is refused: half a paper proves nothing."""
        contents = [_content(file) for file in files]
        if None in contents:
            return []
        try:
            received = [await self._evidence.receive(item, now) for item in contents if item]
        except EvidenceRefused:
            return []
        # Waived by it at once, so what must not be reused is not taken in the first place.
        return [] if any(item.signature.broken for item in received) else received

    async def _ask(self, system: str, query: Query, purpose: Purpose) -> LookupOutcome:
        try:
            return await self._gateway.lookup(system, query, purpose)
        except (InvalidRequest, NotSupported) as error:
            return NotLicensed(system, type(query).__name__, error.code)


def _asked_for(record: Record, question: Question) -> tuple[StoredPaper, ...]:
    """Papers with files that can be asked for, of the result codes that were asked for."""
    if not isinstance(record, StoredPapers) or not isinstance(question.query, StoredPapersQuery):
        return ()
    codes = {code for code, _ in question.query.results}
    return tuple(
        paper
        for paper in record.papers
        if paper.result in codes and paper.files and all(item.path for item in paper.files)
    )


def _content(outcome: LookupOutcome) -> bytes | None:
    """The bytes of a file; ``None`` when there is none or it is no base64."""
    if not isinstance(outcome, Found) or not isinstance(outcome.record, FileContent):
        return None
    try:
        return b64decode(outcome.record.content_base64, validate=True) or None
    except (Base64Error, ValueError):
        return None
