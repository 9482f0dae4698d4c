"""The whole path of a case over the sandbox, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from lienthong import Applicant, IdentityVerdict, IssuedResult, Paper, PaperFacts, Status
from lienthong.interface import InvalidRequest
from lienthong.storage import tables

from .conftest import Desk, pdf

MARITAL_STATUS = "1.004873"
MARRIAGE = "1.000894"
CERTIFICATE = "KQ.G15.000038"


async def _through(desk: Desk, key: str, procedure: str, *results: IssuedResult) -> str:
    """A case from opening to its result, papers handed in as asked; returns the dossier code."""
    case = await desk.open(key, procedure)
    assert (await case.verify()).verdict is IdentityVerdict.VERIFIED
    plan = await case.plan_documents()
    shown = {component.code for component in case.components if component.present_only}
    for item in plan.asked:
        content = None if item.component in shown else pdf(item.component)
        await case.accept(Paper(item.component, content))
    await case.advance(Status.IN_PROCESS, "Chuyển xử lý")
    await case.close(*results)
    assert case.status is Status.RETURNED
    return case.dossier


async def test_one_citizen_from_opening_to_the_result(any_desk: Desk) -> None:
    """Verify, plan, accept, advance, close; the hub then holds the dossier once with every step in order."""
    desk = any_desk
    result = IssuedResult(
        CERTIFICATE, pdf("result"), PaperFacts("12/UBND", date(2026, 11, 24), "UBND xã")
    )
    dossier = await _through(desk, "pham-dung", MARITAL_STATUS, result)
    state = await desk.told()
    assert (state["dossiers"], state["by_status"]) == (1, {"10": 1})
    assert (state["steps"], state["duplicate_steps"], state["out_of_order"]) == (4, 0, 0)
    # One yes and one record: the plan reuses the record that verified the applicant.
    services = [entry.service for entry in desk.asked("population")]
    assert services == ["XacThucThongTinCongDan", "TraCuuThongTinCongDan"]
    assert {kind for _, kind in await desk.audited(dossier)} >= {"confirmed", "found"}


async def test_a_result_waives_the_paper_of_another_procedure(any_desk: Desk) -> None:
    """A certificate of marital status issued here is not asked for again, and the hub hears that a result replaced it."""
    desk = any_desk
    earlier = await _through(
        desk, "pham-dung", MARITAL_STATUS, IssuedResult(CERTIFICATE, pdf("pdf"))
    )
    case = await desk.open("pham-dung", MARRIAGE)
    await case.verify()
    plan = await case.plan_documents()
    (waived,) = [item for item in plan.waived if item.rule == "replacing-result"]
    assert (waived.reuse, waived.replaced_by, waived.source) == (2, CERTIFICATE, earlier)
    assert waived.source_at is not None
    assert earlier in waived.sentence_vi
    assert "còn giá trị đến " in waived.sentence_vi
    (filed,) = await desk.rows(
        select(tables.papers).where(
            tables.papers.c.case_id == case.id, tables.papers.c.how == "replaced"
        )
    )
    assert filed["component"] == waived.component
    # Nobody else profits from it.
    other = await desk.open("to-uyen", MARRIAGE)
    await other.verify()
    theirs = await other.plan_documents()
    assert not [item for item in theirs.waived if item.rule == "replacing-result"]


async def test_a_result_ends_with_its_term(any_desk: Desk) -> None:
    """The certificate holds six months by the calendar; after the last day the paper is asked for, or its record is."""
    desk = any_desk
    await _through(
        desk,
        "pham-dung",
        MARITAL_STATUS,
        IssuedResult(CERTIFICATE, pdf("pdf"), PaperFacts(issued_on=date(2025, 8, 31))),
    )
    (row,) = await desk.rows(select(tables.evidence).where(tables.evidence.c.code == CERTIFICATE))
    assert row["valid_until"] == date(2026, 2, 28)
    case = await desk.open("pham-dung", MARRIAGE)
    await case.verify()
    plan = await case.plan_documents()
    assert "replacing-result" not in {item.rule for item in plan.decisions}


async def test_declined_reuse_is_kept_and_leaves_the_dossier(any_desk: Desk) -> None:
    """Who declines reuse after the plan has nothing reused, and the hub no longer hears of it; this paper nobody hands in."""
    desk = any_desk
    await _through(desk, "pham-dung", MARITAL_STATUS, IssuedResult(CERTIFICATE, pdf("pdf")))
    case = await desk.open("pham-dung", MARRIAGE)
    await case.verify()
    (waived,) = [
        item for item in (await case.plan_documents()).waived if item.rule == "replacing-result"
    ]
    reused = select(tables.papers).where(
        tables.papers.c.case_id == case.id, tables.papers.c.component == waived.component
    )
    assert [row["how"] for row in await desk.rows(reused)] == ["replaced"]
    await case.decline_reuse(waived.component)
    plan = await case.plan_documents()
    (declined,) = [item for item in plan.decisions if item.component == waived.component]
    assert (declined.rule, declined.evidence_id) == ("not-collected", "")
    assert await desk.rows(reused) == []
    await case.decline_reuse()
    everything = await case.plan_documents()
    assert {item.rule for item in everything.decisions} == {"declined", "not-collected"}
    again = await desk.one_stop.case(case.dossier)
    assert {row["rule"] for row in await again.decisions()} == {"declined", "not-collected"}


async def test_an_organisation_has_its_registration_certificate_waived(any_desk: Desk) -> None:
    """A company in operation is verified by its record and need not hand in the certificate."""
    desk = any_desk
    company = Applicant.organisation(code="0990001015", name="Công ty TNHH Mẫu Hoạt Động")
    case = await desk.open(procedure="2.000591", applicant=company)
    assert (await case.verify()).verdict is IdentityVerdict.VERIFIED
    plan = await case.plan_documents()
    assert "dkkd-giay-chung-nhan-doanh-nghiep" in {item.rule for item in plan.waived}
    (waived,) = [item for item in plan.waived if item.rule.startswith("dkkd")]
    assert waived.source == "business/chiTietDoanhNghiep"
    assert len(desk.asked("business", "chiTietDoanhNghiep")) == 1
    assert waived.source_at is not None


async def test_fees_are_told_to_the_hub(any_desk: Desk) -> None:
    """A fee and how it was paid reach the hub with the dossier; a correction changes it; what is owed counts as paid by no way."""
    desk = any_desk
    case = await desk.open("pham-dung", MARITAL_STATUS)
    await case.record_fee("LP01", "Lệ phí hộ tịch", 8000, way="1")
    assert await _paid(desk, case.dossier) == ("0", [("LP01", "8000")])
    await case.record_fee("LP01", "Lệ phí hộ tịch", 8000, way="2", paid_at=desk.clock())
    await case.record_fee("LP02", "Phí sao lục", 0)
    assert await _paid(desk, case.dossier) == ("2", [("LP01", "8000"), ("LP02", "0")])
    before = len(desk.asked("operations_centre"))
    await case.record_fee("LP02", "Phí sao lục", 0)
    await desk.told()
    assert len(desk.asked("operations_centre")) == before, "an unchanged dossier is not told again"
    with pytest.raises(InvalidRequest, match="negative"):
        await case.record_fee("LP01", "Lệ phí", -1)
    with pytest.raises(InvalidRequest, match="code"):
        await case.record_fee(" ", "Lệ phí", 1)


async def _paid(desk: Desk, dossier: str) -> tuple[str, list[tuple[str, str]]]:
    """DuocThanhToanTrucTuyen and the fees of the newest state that the hub got."""
    await desk.told()
    sent = desk.asked("operations_centre", "DongBoHoSoMC")[-1]
    (body,) = json.loads(sent.body)["data"]
    assert body["MaHoSo"] == dossier
    fees = [(fee["MaPhiLePhi"], str(fee["Gia"])) for fee in body["DanhSachLePhi"]]
    return str(body["DuocThanhToanTrucTuyen"]), fees
