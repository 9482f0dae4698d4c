"""Plays the visits at several desks at once: open, verify, plan, accept, advance, close, as a clerk would."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from lienthong import (
    Case,
    IdentityVerdict,
    IssuedResult,
    OneStop,
    Paper,
    PaperFacts,
    Status,
    Verdict,
)
from lienthong.cases import CaseNotFound
from lienthong.interface import ResultKind

from ._schedule import Visit

DESKS: Final = 8
_REFUSED_TAGS: Final = frozenset({"deceased", "unknown"})


async def at_desks(
    visits: Sequence[Visit], play: Callable[[Visit], Awaitable[None]], done: Callable[[], None]
) -> None:
    """Hands the visits out in order to the desks; the first that fails ends the morning."""
    waiting = iter(visits)

    async def desk() -> None:
        for visit in waiting:
            await play(visit)
            done()

    desks = [asyncio.create_task(desk()) for _ in range(DESKS)]
    try:
        await asyncio.gather(*desks)
    finally:
        for task in desks:
            task.cancel()
        await asyncio.gather(*desks, return_exceptions=True)


async def serve(one_stop: OneStop, visit: Visit) -> None:
    """One visit, from wherever an earlier run left it: every step is found done or done now, never twice."""
    case = await _opened(one_stop, visit)
    if case.status is Status.REGISTERED:
        if case.identity == "none" and not await _identify(case, visit):
            await case.advance(Status.NOT_ACCEPTED, "Không xác thực được người nộp hồ sơ")
            return
        plan = await case.plan_documents()
        await case.accept(*(_paper(case, item.component) for item in plan.asked))
    if case.status is Status.ACCEPTED:
        await case.advance(Status.IN_PROCESS, "Chuyển phòng chuyên môn xử lý")
    await finish(case)


async def _opened(one_stop: OneStop, visit: Visit) -> Case:
    """The case, opened now if it was not before. Verifying may have completed what was stated, so it is found by its code."""
    try:
        return await one_stop.case(visit.dossier)
    except CaseNotFound:
        return await one_stop.open_case(
            dossier=visit.dossier,
            procedure=visit.procedure.code,
            officer=visit.officer,
            agency=visit.agency,
            applicant=visit.subject.applicant(visit.procedure.applicant, visit.turn),
            choice=visit.choice,
            officer_number="officer-001",
        )


async def finish(case: Case) -> None:
    """Ends a case that is being processed, if nothing of it is pending."""
    if case.status is not Status.IN_PROCESS or case.identity == IdentityVerdict.PROVISIONAL:
        return
    if case.identity == IdentityVerdict.MISMATCH:
        await case.advance(Status.SUPPLEMENT_ASKED, "Đề nghị bổ sung giấy tờ chứng minh nhân thân")
        return
    decisions = await case.decisions()
    if any(row["outcome"] == Verdict.PROVISIONAL for row in decisions):
        return
    await case.close(*(_issued(case, kind) for kind in _results(case)))


async def finish_later(one_stop: OneStop, visit: Visit) -> None:
    """A case whose papers were pending: what turned out to be needed is handed in, then it ends."""
    case = await one_stop.case(visit.dossier)
    if case.status is not Status.IN_PROCESS:
        return
    asked = [row["component"] for row in await case.decisions() if row["outcome"] == Verdict.ASK]
    if asked:
        # The same paper twice is filed once.
        await case.accept(*(_paper(case, code) for code in asked))
    await finish(case)


async def _identify(case: Case, visit: Visit) -> bool:
    """Verifies; the clerk who saw the paper insists from the second visit on. Whether the case goes on."""
    verification = await case.verify()
    if verification.verdict is IdentityVerdict.QUESTIONED and visit.turn > 0:
        verification = await case.verify(insist=True)
    return not (
        verification.verdict is IdentityVerdict.MISMATCH and visit.subject.tags & _REFUSED_TAGS
    )


def _paper(case: Case, code: str) -> Paper:
    """A scan, the same one whenever it is asked for; none of a paper that is only shown."""
    component = next(item for item in case.components if item.code == code)
    if component.present_only:
        return Paper(code)
    return Paper(code, _pdf(f"{case.dossier} {code}"), PaperFacts(issuer="UBND tỉnh Hưng Yên"))


def _results(case: Case) -> Sequence[ResultKind]:
    """What the case issues: all papers that serve elsewhere, one of decisions that exclude each other."""
    kinds = case.procedure.results
    useful = [kind for kind in kinds if kind.type != "other"]
    return useful or kinds[:1]


def _issued(case: Case, kind: ResultKind) -> IssuedResult:
    number = hashlib.sha256(f"{case.dossier} {kind.code}".encode()).hexdigest()[:8].upper()
    facts = PaperFacts(number=f"{number}/KQ", issuer="UBND tỉnh Hưng Yên")
    return IssuedResult(kind.code, _pdf(f"{case.dossier} {kind.code}"), facts)


def _pdf(text: str) -> bytes:
    """A small valid PDF with one line of text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("ascii", "replace")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(body),
    )
    return body + head + table + tail
