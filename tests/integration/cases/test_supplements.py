"""Requests for supplements reach the hub with who asked, what for, and what became of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lienthong import Status
from lienthong.hub import HubMessageInvalid
from lienthong.storage import tables

from .conftest import Desk

ASKED = "Đề nghị bổ sung giấy xác nhận cư trú"


def _wire(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%Y%m%d%H%M%S")


async def _told(desk: Desk) -> list[dict[str, Any]]:
    """DanhSachHoSoBoSung of the newest dossier that arrived at the hub."""
    await desk.told()
    newest = desk.asked("operations_centre", "DongBoHoSoMC")[-1]
    requests: list[dict[str, Any]] = json.loads(newest.body)["data"][0]["DanhSachHoSoBoSung"]
    return requests


async def test_a_request_is_told_until_it_is_answered(any_desk: Desk) -> None:
    """Who asked, what for, until when; then who took what, and the new return date. A second request is a second line."""
    desk = any_desk
    case = await desk.open()
    (row,) = await desk.rows(tables.cases.select())
    before = row["due_at"]
    await case.advance(Status.ACCEPTED, "Tiếp nhận hồ sơ")
    assert await _told(desk) == []
    await case.advance(Status.SUPPLEMENT_ASKED, ASKED, officer="Trần Thị Thử")
    (waiting,) = await _told(desk)
    assert waiting | {"NgayBoSung": ""} == {
        "HoSoBoSungId": "1",
        "NguoiYeuCauBoSung": "Trần Thị Thử",
        "NoiDungBoSung": ASKED,
        "NgayBoSung": "",
        "NguoiTiepNhanBoSung": "",
        "ThongTinTiepNhan": "",
        "NgayTiepNhanBoSung": "",
        "TrangThaiBoSung": "False",
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": _wire(before),
        "NgayHenTraMoi": "",
    }
    assert len(waiting["NgayBoSung"]) == 14
    desk.clock.put_forward(hours=3)
    later = before + timedelta(days=4)
    await case.advance(Status.IN_PROCESS, "Đã nhận đủ giấy tờ", officer="Lê Kiểm", due_at=later)
    (answered,) = await _told(desk)
    assert answered == waiting | {
        "NguoiTiepNhanBoSung": "Lê Kiểm",
        "ThongTinTiepNhan": "Đã nhận đủ giấy tờ",
        "NgayTiepNhanBoSung": answered["NgayTiepNhanBoSung"],
        "TrangThaiBoSung": "True",
        "NgayHenTraMoi": _wire(later),
    }
    assert answered["NgayTiepNhanBoSung"] > answered["NgayBoSung"]
    await case.advance(Status.SUPPLEMENT_ASKED, "Bổ sung ảnh")
    first, second = await _told(desk)
    assert first == answered
    assert (second["HoSoBoSungId"], second["NguoiYeuCauBoSung"], second["NgayHenTraTruoc"]) == (
        *("2", "canbo01"),
        _wire(later),
    )


async def test_what_is_asked_for_in_vain_stays_unanswered(desk: Desk) -> None:
    """A case that is withdrawn while it waits has received nothing."""
    case = await desk.open()
    await case.advance(Status.ACCEPTED)
    await case.advance(Status.SUPPLEMENT_ASKED, ASKED)
    await case.advance(Status.WITHDRAWN, "Công dân rút hồ sơ")
    (request,) = await _told(desk)
    assert (request["TrangThaiBoSung"], request["NguoiTiepNhanBoSung"]) == ("False", "")


async def test_a_request_says_what_is_asked_for(desk: Desk) -> None:
    """The desk is told so in its words, and the case stays where it was."""
    case = await desk.open()
    await case.advance(Status.ACCEPTED)
    with pytest.raises(HubMessageInvalid) as refused:
        await case.advance(Status.SUPPLEMENT_ASKED)
    assert refused.value.desk_vi == "Thiếu nội dung yêu cầu bổ sung."
    assert (await desk.one_stop.case(case.dossier)).status is Status.ACCEPTED
    assert await _told(desk) == []


async def test_steps_taken_before_words_were_kept_are_left_out(desk: Desk) -> None:
    """A request of which an older version kept neither officer nor words is not told with made-up ones."""
    case = await desk.open()
    await case.advance(Status.ACCEPTED)
    await desk.one_stop.desk.sync.drain(10.0)
    async with desk.one_stop.desk.db.begin() as conn:
        await conn.execute(tables.case_steps.insert().values(case_id=case.id, status="5"))
    await case.advance(Status.SUPPLEMENT_ASKED, ASKED)
    (request,) = await _told(desk)
    assert request["NoiDungBoSung"] == ASKED


async def test_words_of_a_step_are_sealed(desk: Desk) -> None:
    """Officers' names and words about citizens are not readable in the store."""
    case = await desk.open()
    await case.advance(Status.ACCEPTED, "Tiếp nhận hồ sơ", officer="Trần Thị Thử")
    for row in await desk.rows(tables.case_steps.select()):
        assert row["sealed"]
        assert "Thử".encode() not in row["sealed"]
        assert "Tiếp".encode() not in row["sealed"]
