"""Received at one desk, processed at another: both have the case, nobody else, and the hub knows of both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from lienthong import Applicant, OneStop
from lienthong.cases import CaseNotFound
from lienthong.identity import PersonalNumber
from lienthong.interface import CitizenQuery, InvalidRequest
from lienthong.storage import tables

from .conftest import Desk

RECEIVING, PROCESSING, STRANGER, ELSEWHERE = "H31.14", "H31.15", "H31.16", "H22.3"


def _query(applicant: Applicant) -> CitizenQuery:
    assert isinstance(applicant.number, PersonalNumber)
    return CitizenQuery(applicant.number, applicant.full_name, applicant.birth)


@pytest.mark.parametrize("processing", [PROCESSING, ELSEWHERE])
async def test_either_unit_and_nobody_else(processing: str, desk: Desk, logged: list[Any]) -> None:
    """Each is let in and audited under its own officer; a stranger learns no more than of a code that does not exist."""
    opened = await desk.open(processing_agency=processing)
    assert (opened.agency, opened.processing_agency) == (RECEIVING, processing)
    for agency, officer in ((RECEIVING, "canbo02"), (processing, "canbo03")):
        case = await desk.one_stop.case(opened.dossier, officer=officer, agency=agency)
        await case.lookup("population", _query(case.applicant), reason=f"Kiểm tra tại {agency}")
    log = await desk.one_stop.desk.audit.search(dossier=opened.dossier)
    assert {(record.officer, record.agency) for record in log} == {
        ("canbo02", RECEIVING),
        ("canbo03", processing),
    }
    with pytest.raises(CaseNotFound) as refused:
        await desk.one_stop.case(opened.dossier, officer="canbo04", agency=STRANGER)
    with pytest.raises(CaseNotFound) as missing:
        await desk.one_stop.case("H31.14-991231-9999", officer="canbo04", agency=STRANGER)
    assert (refused.value.desk_vi, refused.value.code) == (
        missing.value.desk_vi,
        missing.value.code,
    )
    (entry,) = [item for item in logged if item["event"] == "case_refused"]
    assert (entry["officer"], entry["agency"]) == ("canbo04", STRANGER), "only the log knows why"
    for unit, seen in ((RECEIVING, 1), (processing, 1), (STRANGER, 0)):
        assert len((await desk.one_stop.cases(agency=unit)).cases) == seen


async def test_a_unit_above_is_not_the_unit(desk: Desk) -> None:
    """Neither the province nor a part of the unit has the case by its name alone."""
    opened = await desk.open()
    for agency in ("H31", "H31.1", "H31.14.2", "H31.140"):
        with pytest.raises(CaseNotFound):
            await desk.one_stop.case(opened.dossier, officer="canbo04", agency=agency)


async def test_handed_over(any_desk: Desk) -> None:
    """The new unit has the case, the former one no longer, also with a case it still holds; the receiving unit always."""
    desk = any_desk
    opened = await desk.open(processing_agency=PROCESSING)
    before = await desk.one_stop.case(opened.dossier, officer="canbo03", agency=PROCESSING)
    receiving = await desk.one_stop.case(opened.dossier, officer="canbo02", agency=RECEIVING)
    await before.hand_over(ELSEWHERE)
    acts: tuple[Callable[[], Awaitable[Any]], ...] = (
        *(before.verify, before.plan_documents, before.decline_reuse, before.accept),
        *(before.decisions, before.explain, before.recorded_plan),
        *(before.choices_made, before.wrong_values, before.close),
    )
    for act in acts:
        with pytest.raises(CaseNotFound):
            await act()
    with pytest.raises(CaseNotFound):
        await before.advance("2")
    assert desk.asked("population") == []
    await receiving.accept()
    after = await desk.one_stop.case(opened.dossier, officer="canbo05", agency=ELSEWHERE)
    await after.advance("4", "Thẩm định")
    (row,) = await desk.rows(tables.cases.select())
    assert (row["agency"], row["processing_agency"]) == (RECEIVING, ELSEWHERE)


async def test_the_hub_is_told_of_both(desk: Desk) -> None:
    """DonViXuLy names the unit that processes, GhiChu both; who did a step is who did it."""
    names = {ELSEWHERE: "UBND phường Mẫu, tỉnh Khác"}
    hub = desk.settings.hub.model_copy(update={"unit_names": names})
    settings = desk.settings.model_copy(update={"hub": hub})
    async with OneStop.from_config(settings, now=desk.clock) as one_stop:
        named = replace(desk, one_stop=one_stop)
        opened = await named.open(processing_agency=ELSEWHERE)
        case = await one_stop.case(opened.dossier, officer="canbo05", agency=ELSEWHERE)
        await case.accept()
    await desk.told()
    sent = [entry.body.decode() for entry in desk.asked("operations_centre", "DongBoHoSoMC")]
    assert "UBND phường Mẫu, tỉnh Khác" in sent[-1]
    assert f"Tiếp nhận tại {RECEIVING}; xử lý tại UBND phường Mẫu" in sent[-1]
    steps = [
        entry.body.decode() for entry in desk.asked("operations_centre", "CapNhatTienDoHoSoMC")
    ]
    assert "canbo05" in steps[-1]


async def test_officer_and_unit_go_together(desk: Desk) -> None:
    """One without the other is refused."""
    opened = await desk.open()
    with pytest.raises(InvalidRequest):
        await desk.one_stop.case(opened.dossier, officer="canbo02")
    with pytest.raises(InvalidRequest):
        await desk.one_stop.case(opened.dossier, agency=RECEIVING)
