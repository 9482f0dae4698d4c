"""The nation changes a procedure while a case of it is open."""

from __future__ import annotations

import pytest

from lienthong import OneStop
from lienthong.onceonly import CatalogueSync, UnknownProcedure
from lienthong_sandbox import Sandbox

from .conftest import Desk

NEW = "9.000001"
HEAD = {"name": "Thủ tục quốc gia", "field_code": "G99-01", "field_name": "Lĩnh vực thử"}
OLD_PAPER = {"code": "TP-CU", "name": "Giấy tờ cũ", "originals": 1}
NEW_PAPER = {"code": "TP-MOI", "name": "Giấy tờ mới", "originals": 1}


async def _synchronise(desk: Desk) -> None:
    room = desk.one_stop.desk
    report = await CatalogueSync(room.db, room.gateway, "operations_centre", room.now).run(
        accept_removals=True
    )
    assert report.state == "done"


async def test_an_open_case_keeps_its_version(any_desk: Desk, sandbox: Sandbox) -> None:
    """The papers are those of the day it was opened, also in another process, after a change, and after the procedure went."""
    served = sandbox.systems["operations_centre"].catalogue  # type: ignore[attr-defined]  # only the hub has one
    with pytest.raises(UnknownProcedure):
        await any_desk.open(procedure=NEW)
    served.change(NEW, {**HEAD, "components": [OLD_PAPER]})
    await _synchronise(any_desk)
    async with OneStop.from_config(any_desk.settings, now=any_desk.clock) as first:
        any_desk.one_stop = first
        opened = await any_desk.open(procedure=NEW)
        served.change(NEW, {"components": [NEW_PAPER]})
        await _synchronise(any_desk)
    async with OneStop.from_config(any_desk.settings, now=any_desk.clock) as second:
        any_desk.one_stop = second
        again = await second.case(opened.dossier)
        plan = await again.plan_documents()
        assert [item.component for item in plan.decisions] == ["TP-CU"]
        later = await any_desk.open(procedure=NEW)
        assert [item.code for item in later.components] == ["TP-MOI"]
        served.hide(NEW)
        await _synchronise(any_desk)
    async with OneStop.from_config(any_desk.settings, now=any_desk.clock) as third:
        again = await third.case(opened.dossier)
        assert [item.code for item in again.components] == ["TP-CU"]
