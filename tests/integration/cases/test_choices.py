"""The applicant's word: asked before a national record is fetched, shown what would be used, free to refuse."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lienthong import OneStop, Paper
from lienthong.cases import CaseClosed
from lienthong.onceonly import UnknownComponent
from lienthong.settings import Settings
from lienthong_sandbox import Sandbox

from .conftest import CATALOGUE, Clock, Desk, pdf, read_settings

MARRIAGE = "1.000894"
RULE = "dancu-noi-cu-tru"


def _asking(folder: Path) -> Path:
    """The shipped catalogue, in which the record of residence is used only by the applicant's word."""
    shutil.copytree(CATALOGUE, folder)
    rules = folder / "replacements.toml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace(f'id = "{RULE}"', f'id = "{RULE}"\nask_citizen = true'), "utf-8")
    return folder


@pytest_asyncio.fixture
async def asking(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    """A desk with that catalogue."""
    catalogue = {"path": str(_asking(tmp_path / "catalogue"))}
    settings: Settings = read_settings(sandbox, tmp_path, database_url, catalogue=catalogue)
    clock = Clock()
    async with OneStop.from_config(settings, now=clock) as one_stop:
        yield Desk(one_stop, sandbox, settings, clock)


async def test_asked_shown_agreed(asking: Desk) -> None:
    """The plan says that the applicant is to be asked, nothing was fetched for it; shown and agreed, the paper is waived by
    the very record that was shown."""
    case = await asking.open("nguyen-an", MARRIAGE)
    await case.verify()
    plan = await case.plan_documents()
    (item,) = plan.to_choose
    assert (item.verdict.value, item.rule) == ("consent", "consent-needed")
    assert "hỏi người nộp" in item.sentence_vi
    before = len(await asking.audited(case.dossier))
    shown = await case.preview(item.component)
    assert (shown.decision.verdict.value, shown.decision.rule) == ("waived", RULE)
    assert "Hưng Yên" in str(shown.values["permanent_address"])
    assert set(shown.values) == {"permanent_address"}
    assert "Hưng Yên" not in repr(shown)
    assert (await case.plan_documents()).to_choose, "a look is no word"
    await case.consent(item.component, granted=True)
    agreed = {row.component: row for row in (await case.plan_documents()).waived}
    assert agreed[item.component].evidence_id == shown.decision.evidence_id
    assert len(await asking.audited(case.dossier)) - before <= 1, (
        "what was shown is not fetched again"
    )
    (word,) = await case.choices_made()
    assert (word.component, word.granted, word.officer, word.agency) == (
        item.component,
        True,
        "canbo01",
        "H31.14",
    )


async def test_refused_and_served(asking: Desk) -> None:
    """Who refuses hands the paper in and gets the result all the same; the word may be changed, each time on record."""
    case = await asking.open("nguyen-an", MARRIAGE)
    await case.verify()
    (item,) = (await case.plan_documents()).to_choose
    await case.consent(item.component, granted=False)
    await case.consent(item.component, granted=False)
    asked = {row.component: row.rule for row in (await case.plan_documents()).asked}
    assert asked[item.component] == "declined"
    await case.consent(item.component, granted=True)
    assert item.component in {row.component for row in (await case.plan_documents()).waived}
    await case.decline_reuse()
    plan = await case.plan_documents()
    assert not [row.rule for row in plan.decisions if row.evidence_id]
    await case.consent(item.component, granted=True)
    plan = await case.plan_documents()
    used = [row.component for row in plan.decisions if row.evidence_id]
    assert used == [item.component], "the others stay refused"
    words = [(word.component, word.granted) for word in await case.choices_made()]
    paper = item.component
    assert words == [(paper, False), (paper, True), ("*", False), (paper, True)]
    shown = {item.code for item in case.components if item.present_only}
    for row in plan.asked:
        content = None if row.component in shown else pdf("paper")
        await case.accept(Paper(row.component, content))
    await case.close()
    with pytest.raises(CaseClosed):
        await case.consent(paper, granted=True)
    with pytest.raises(CaseClosed):
        await case.preview(paper)


async def test_any_paper_may_be_refused_and_seen(desk: Desk) -> None:
    """A paper of our own store is shown by its facts, and refused like a record; an unknown one is refused by name."""
    case = await desk.open("nguyen-an", MARRIAGE)
    await case.verify()
    waived = (await case.plan_documents()).waived[0]
    shown = await case.preview(waived.component)
    assert shown.decision.evidence_id == waived.evidence_id
    assert not re.search(r"values|Mẫu", repr(shown))
    await case.decline_reuse(waived.component)
    assert (await case.plan_documents()).waived != ()
    assert [word.granted for word in await case.choices_made()] == [False]
    with pytest.raises(UnknownComponent):
        await case.preview("000")
    with pytest.raises(UnknownComponent):
        await case.consent("000", granted=True)


async def test_a_silent_source_is_no_preview(asking: Desk) -> None:
    """When the register does not answer, the preview says so and shows nothing."""
    case = await asking.open("nguyen-an", MARRIAGE)
    await case.verify()
    (item,) = (await case.plan_documents()).to_choose
    await asking.later(days=2)
    await asking.down("population")
    shown = await case.preview(item.component)
    assert (shown.decision.rule, dict(shown.values)) == ("source-pending", {})
    assert (await case.plan_documents()).to_choose
