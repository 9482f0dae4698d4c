"""A parent's cases about two children: each child's papers and results are kept, in one case and over several."""

from __future__ import annotations

from lienthong import IssuedResult, Paper
from lienthong.onceonly import PaperFacts
from lienthong.storage import tables

from .conftest import Desk, pdf

MARITAL_STATUS = "1.004873"
CERTIFICATE = "KQ.G15.000038"
CHILDREN = ("033320000201", "033220000202")


async def test_each_childs_papers_are_kept(any_desk: Desk) -> None:
    """One scan about two children is two papers, handed in again none; the younger's result supersedes nothing of the
    elder's, and neither is reused as the parent's own.
    """
    desk = any_desk
    case = await desk.open("nguyen-an", MARITAL_STATUS, dossier="H31.14-261124-8101")
    await case.verify()
    component = (await case.plan_documents()).asked[0].component
    papers = [
        Paper(component, pdf("one scan"), PaperFacts(subject=child, owner_number=child))
        for child in CHILDREN
    ]
    await case.accept(*papers)
    await case.accept(*papers)
    assert await desk.count(tables.papers, tables.papers.c.how == "accepted") == 2
    await case.advance("4", "Chuyển xử lý")
    await case.close(
        *(IssuedResult(CERTIFICATE, pdf(child), PaperFacts(subject=child)) for child in CHILDREN)
    )
    results = tables.evidence.c.kind == "result"
    assert await desk.count(tables.evidence, results & (tables.evidence.c.status == "valid")) == 2
    later = await desk.open("nguyen-an", MARITAL_STATUS, dossier="H31.14-261124-8102")
    await later.verify()
    reused = {item.rule for item in (await later.plan_documents()).decisions}
    assert not reused & {"same-paper", "replacing-result"}
