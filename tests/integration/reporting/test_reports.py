"""Indicators and forms over a real store, on both databases."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from lienthong.guard import Keyring, Sealer
from lienthong.interface import InvalidRequest, UnitScore
from lienthong.onceonly import Catalogue
from lienthong.reporting import (
    Criterion,
    HandoverFailed,
    Indicators,
    Line,
    Period,
    Report766,
    Reports,
    csv_text,
    pdf_bytes,
    sheet_06,
    sheet_07,
    sheet_digitisation,
    sheet_json,
    sheets_766,
    text,
    xlsx_bytes,
)
from lienthong.settings import Settings, settings_from
from lienthong.storage import Database, new_id, tables

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def day(month: int, number: int, hour: int = 3) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, number, hour, tzinfo=UTC)


@dataclass
class Province:
    """The store with its reports, and how a case gets into it."""

    db: Database
    sealer: Sealer
    reports: Reports
    settings: Settings
    numbers: list[int] = field(default_factory=lambda: [0])

    async def case(
        self,
        *,
        received: datetime,
        due: datetime | None = None,
        end: datetime | None = None,
        status: str | None = None,
        unit: str = "H31.14.2",
        procedure: str = "1.001193",
        channel: str = "1",
        told: bool = True,
        scanned: bool = False,
        result: bool = False,
        identity: str = "none",
    ) -> str:
        """A case; returns its dossier code."""
        self.numbers[0] += 1
        dossier = f"H31.14-{received:%y%m%d}-{self.numbers[0]:04d}"
        case_id = new_id()
        async with self.db.begin() as conn:
            await conn.execute(
                insert(tables.cases).values(
                    id=case_id,
                    dossier=dossier,
                    procedure=procedure,
                    agency=unit,
                    processing_agency=unit,
                    officer="canbo",
                    channel=channel,
                    sealed=b"",
                    status=status or ("10" if end else "4"),
                    identity=identity,
                    reuse_declined=[],
                    opened_at=received,
                    submitted_at=received,
                    received_at=received,
                    due_at=due,
                    finished_at=end,
                )
            )
            if told:
                await conn.execute(
                    insert(tables.hub_dossiers).values(dossier=dossier, content_index="x")
                )
        if scanned:
            await self.paper(case_id, "accepted")
        if result:
            await self.paper(case_id, "issued")
        return dossier

    async def fee(self, dossier: str, amount: int, *, way: str = "0") -> None:
        """A fee of a case, paid in some way or not."""
        case_id = select(tables.cases.c.id).where(tables.cases.c.dossier == dossier)
        async with self.db.begin() as conn:
            await conn.execute(
                insert(tables.case_payments).values(
                    id=new_id(),
                    case_id=case_id.scalar_subquery(),
                    code="LP01",
                    name="Lệ phí",
                    amount=amount,
                    way=way,
                )
            )

    async def paper(self, case_id: str, how: str, *, digitised: bool = True, **more: Any) -> None:
        """A paper of a case with its evidence."""
        evidence = new_id()
        values: dict[str, Any] = {
            "id": evidence,
            "owner_index": b"owner",
            "kind": "result" if how == "issued" else "paper",
            "digitisation_code": evidence if digitised else None,
            "status": "valid",
            "permanent": True,
            "created_at": NOW - timedelta(days=10),
            **more,
        }
        async with self.db.begin() as conn:
            await conn.execute(insert(tables.evidence).values(**values))
            await conn.execute(
                insert(tables.papers).values(
                    id=new_id(),
                    case_id=case_id,
                    component=new_id(),
                    evidence_id=evidence,
                    how=how,
                    received_at=NOW,
                )
            )


@pytest.fixture
def province(database: Database, tmp_path: Path) -> Province:
    """An empty province whose clock stands at 24 November 2026."""
    sealer = Sealer(Keyring.create(tmp_path / "keys.json"))
    settings = settings_from(
        {
            "site": {"agency": "H31", "name": "UBND tỉnh Hưng Yên"},
            "store": {"url": "sqlite:///x.db", "content": "content", "keys": "keys.json"},
            "catalogue": {"path": str(ROOT / "config" / "catalogue")},
        },
        tmp_path,
    )
    catalogue = Catalogue.load(settings.catalogue.path)
    reports = Reports(database, sealer, catalogue, Indicators.load(), settings, lambda: NOW)
    return Province(database, sealer, reports, settings)


NOVEMBER = Period.parse("2026-11")


def line(report: Report766, number: str) -> Line:
    return next(item for item in report.score.lines if item.indicator.number == number)


async def test_an_empty_province_scores_by_the_rules_for_zero(province: Province) -> None:
    """Without a case nothing divides by zero; petitions give their full points, as the portal does."""
    report = await province.reports.index766.report(NOVEMBER)
    assert line(report, "2.1").score == 0
    assert [line(report, number).score for number in ("5.2", "5.3")] == [6, 6]
    assert line(report, "2.2").score is None
    assert report.score.max == 100
    strict = await province.reports.index766.report(NOVEMBER, readings={"petitions_none": "none"})
    assert strict.score.max == 88
    assert strict.readings["petitions_none"] == "none"


async def test_on_time_counts_end_supplements_and_open_cases(province: Province) -> None:
    """In time: ended before the limit, or after it by no more than was waited for supplements, or open with time left."""
    await province.case(received=day(11, 2), due=day(11, 5), end=day(11, 4))
    late = await province.case(received=day(11, 2), due=day(11, 5), end=day(11, 6))
    waited = await province.case(received=day(11, 2), due=day(11, 3), end=day(11, 6))
    for status, at in (("5", day(11, 3, 1)), ("4", day(11, 6, 1))):
        await province.reports.record.step(waited, status, at)
    await province.case(received=day(11, 20), due=day(11, 30))
    overdue = await province.case(received=day(11, 10), due=day(11, 11))
    twice = await province.case(received=day(11, 10), due=day(11, 30), status="5")
    for number in (12, 13):
        await province.reports.record.step(twice, "5", day(11, number))
    await province.case(received=day(11, 10), status="1")
    report = await province.reports.index766.report(NOVEMBER)
    found = line(report, "2.1")
    assert [found.numerator, found.denominator] == [3, 6]
    assert found.score == 10
    assert report.score.overdue == 1
    page = await province.reports.index766.behind("ON_TIME", NOVEMBER, missing=True)
    assert {case.dossier for case in page.cases} == {late, overdue, twice}
    other = await province.reports.index766.report(NOVEMBER, readings={"supplement": "always"})
    assert line(other, "2.1").numerator == 3
    assert other.readings["supplement"] == "always"


async def test_units_down_to_the_commune(province: Province) -> None:
    """A unit has the cases of all whose e-identifier begins with its own, and of no other."""
    await province.case(received=day(11, 2), unit="H31.14.2")
    await province.case(received=day(11, 2), unit="H31.14.3")
    await province.case(received=day(11, 2), unit="H31.140")
    report = await province.reports.index766.report(NOVEMBER)
    assert {unit.unit: unit.dossiers for unit in report.units} == {
        "H31": 3,
        "H31.14": 2,
        "H31.14.2": 1,
        "H31.14.3": 1,
        "H31.140": 1,
    }
    own = await province.reports.index766.report(NOVEMBER, unit="H31.14")
    assert own.score.dossiers == 2


async def test_the_list_behind_a_figure_is_paged(province: Province) -> None:
    """Page by page every case comes once, in order, and there is no personal value in it."""
    told = sorted([await province.case(received=day(11, 2)) for _ in range(5)])
    await province.case(received=day(11, 2), told=False)
    after, found = "", []
    while True:
        page = await province.reports.index766.behind("1.4", NOVEMBER, after=after, limit=2)
        found += [case.dossier for case in page.cases]
        if not page.after:
            break
        after = page.after
    assert found == told
    report = await province.reports.index766.report(NOVEMBER)
    assert line(report, "1.4").score == Decimal("5.00")
    with pytest.raises(InvalidRequest, match="ON_TIME"):
        await province.reports.index766.behind("9.9", NOVEMBER)


async def test_every_figure_equals_the_list_behind_it(province: Province) -> None:
    """For each indicator that counts cases, the numerator is the length of its list, and what is missing makes the denominator."""
    await province.case(received=day(11, 2), end=day(11, 3), scanned=True, result=True, channel="2")
    fee = await province.case(received=day(11, 2), procedure="1.004222", identity="verified")
    await province.fee(fee, 10_000, way="1")
    free = await province.case(received=day(11, 2), end=day(11, 3), procedure="1.004222")
    await province.fee(free, 0)
    await province.case(received=day(11, 2), end=day(11, 20), due=day(11, 3), told=False)
    await province.reports.record.petition(
        unit="H31.14.2", about="staff", received_at=day(11, 4), dossier=free
    )
    report = await province.reports.index766.report(NOVEMBER)
    for item in report.score.lines:
        code = item.indicator.code
        held = await province.reports.index766.behind(code, NOVEMBER)
        # Days stand on the cases that took them.
        counted = item.numerator if item.indicator.unit == "%" else item.denominator
        assert len(held.cases) + len(held.words) == counted, code
        lacking = await province.reports.index766.behind(code, NOVEMBER, missing=True)
        number = len(lacking.cases) + len(lacking.words)
        assert number == item.denominator - counted, code
    # In time are the first and the free one, of which somebody complained.
    assert [line(report, number).numerator for number in ("1.4", "3.3", "5.4")] == [3, 1, 1]


async def test_publications_petitions_and_complaints(province: Province) -> None:
    """Terms are working days; a petition that names a dossier makes it discontent."""
    record = province.reports.record
    for number, effective, published in (("1/QĐ", 11, 5), ("2/QĐ", 4, 20)):
        await record.publication(
            procedure="1.001193",
            unit="H31",
            decision=number,
            decided_on=date(2026, 11, 2),
            effective_on=date(2026, 11, effective),
            published_on=date(2026, 11, published),
            complete=number == "1/QĐ",
        )
    dossier = await province.case(received=day(11, 2), due=day(11, 9), end=day(11, 3))
    petition = await record.petition(
        unit="H31.14.2", about="staff", received_at=day(11, 2), dossier=dossier
    )
    await record.petition_step(petition, "answered", day(11, 20))
    await record.petition_step(petition, "published", day(11, 23))
    await record.petition_vote(petition, 3)
    await record.petition(unit="H31.14.2", about="procedure", received_at=day(11, 23))
    report = await province.reports.index766.report(NOVEMBER)
    assert line(report, "1.1").score == 3
    assert line(report, "1.2").score == 2
    assert line(report, "1.3").score == 1
    assert [line(report, "5.2").numerator, line(report, "5.2").denominator] == [1, 1]
    assert line(report, "5.3").score == 0
    assert [line(report, "5.4").numerator, line(report, "5.4").denominator] == [0, 1]
    assert line(report, "5.1b").value == Decimal("0.5")


async def test_a_changed_case_is_counted_anew(province: Province) -> None:
    """Facts follow the revision of their case; nobody has to say so."""
    dossier = await province.case(received=day(11, 2), due=day(11, 30))
    assert await province.reports.collect() == 1
    assert await province.reports.collect() == 0
    async with province.db.begin() as conn:
        await conn.execute(
            update(tables.cases)
            .where(tables.cases.c.dossier == dossier)
            .values(due_at=day(11, 3), revision=2)
        )
    report = await province.reports.index766.report(NOVEMBER)
    assert report.score.overdue == 1


async def test_form_06_adds_up(province: Province) -> None:
    """Carried over, received, resolved and pending stand where the form wants them, and the cross-checks hold."""
    await province.case(received=day(10, 20), due=day(11, 5), end=day(11, 3))
    await province.case(received=day(10, 20), due=day(10, 22), end=day(10, 22))
    await province.case(received=day(11, 2), due=day(11, 4), end=day(11, 4, 2), channel="2")
    await province.case(received=day(11, 2), due=day(11, 4), end=day(11, 6), channel="3")
    await province.case(received=day(11, 2), due=day(11, 4))
    await province.case(received=day(11, 20), due=day(11, 30), procedure="1.004222")
    await province.case(received=day(11, 20), status="3", end=day(11, 20))
    form = await province.reports.forms.form_06a(NOVEMBER)
    assert form.total.values() == (5, 1, 3, 1, 3, 1, 1, 1, 2, 1, 1)
    assert all(left == right for _, left, right in form.checks)
    by_level = await province.reports.forms.form_06b(NOVEMBER)
    assert by_level.total == form.total
    assert [row.name for row in by_level.rows if row.heading] == ["Cấp tỉnh", "Cấp xã"]


async def test_form_07b_counts_procedures(province: Province) -> None:
    """What units declare is counted by level; what nobody declared is said."""
    await province.reports.record.offer(
        "1.001193", "H31.14.2", one_stop=True, internal_process=False
    )
    form = await province.reports.forms.form_07b(NOVEMBER)
    assert form.total.procedures == (1, 0, 0, 1)
    assert form.total.one_stop == (1, 0, 0, 1)
    assert form.total.internal == (0, 0, 0, 0)
    assert form.unknown == len(province.reports.forms._catalogue.procedures) - 1


async def test_files_have_the_form(province: Province) -> None:
    """XLSX and PDF are written with all their columns, and the cross-checks are printed."""
    await province.case(received=day(11, 2), due=day(11, 4))
    sheets = (
        sheet_06(await province.reports.forms.form_06b(NOVEMBER)),
        sheet_07(await province.reports.forms.form_07b(NOVEMBER)),
        sheet_digitisation(await province.reports.digitisation.report(2026), "UBND tỉnh Hưng Yên"),
        *sheets_766(await province.reports.index766.report(NOVEMBER), "UBND tỉnh Hưng Yên"),
    )
    assert [len(sheet.head) for sheet in sheets[:2]] == [13, 14]
    assert "Kiểm tra: Tổng tiếp nhận" in csv_text(sheets)
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(sheets))) as book:
        assert "Tổng cộng" in book.read("xl/sharedStrings.xml").decode()
    assert pdf_bytes(sheets).startswith(b"%PDF")


async def test_shares_are_numbers_for_spreadsheets_and_programs(province: Province) -> None:
    """A share is 0 … 1 with a format, not words; scores have two decimals everywhere."""
    await province.case(received=day(11, 2), told=False)
    await province.case(received=day(11, 2))
    report = await province.reports.make("766", NOVEMBER)
    plain = sheet_json(report.sheets[0])
    share = next(row for row in plain["rows"] if row[0] == "1.4")
    assert share[4:6] == [Decimal("0.5000"), Decimal("3.00")]
    with zipfile.ZipFile(io.BytesIO(report.written("xlsx"))) as book:
        assert "<v>0.5000</v>" in book.read("xl/worksheets/sheet1.xml").decode()
    assert "50,00 %" in [text(cell) for row in report.sheets[0].rows for cell in row]


async def test_the_portals_points_stand_beside_ours(province: Province) -> None:
    """Group by group and in sum, with the difference; what the portal does not show is empty, not nought."""
    await province.case(received=day(11, 2))
    plain = await province.reports.make("766", NOVEMBER)
    total = plain.facts["total"]
    portal = UnitScore(code="H31", score=total - 2, groups={"TDGQ": Decimal("1.5")})
    report = await province.reports.make("766", NOVEMBER, portal=portal)
    assert report.sheets[:-1] == plain.sheets
    rows = {row[0]: row[2:] for row in report.sheets[-1].rows}
    assert len(rows) == 7
    assert rows[""] == (total, total - 2, Decimal(-2))
    ours = rows["TDGQ"][0]
    assert isinstance(ours, Decimal)
    assert rows["TDGQ"] == (ours, Decimal("1.5"), Decimal("1.5") - ours)
    assert rows["CKMB"][1:] == (None, None)


async def test_a_form_says_who_reports_to_whom_and_who_signs(province: Province) -> None:
    """Number, both units, days of the period and the two signatures stand in every file."""
    report = await province.reports.make("II.06a", NOVEMBER)
    with zipfile.ZipFile(io.BytesIO(report.written("xlsx"))) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    for part in (
        *("Biểu số II.06a/VPCP/KSTT", "Đơn vị báo cáo: UBND tỉnh Hưng Yên"),
        *("Đơn vị nhận báo cáo", "từ ngày 01/11/2026 đến ngày 30/11/2026", "Thủ trưởng đơn vị"),
    ):
        assert part in words
    with pytest.raises(InvalidRequest, match=r"II\.07b"):
        await province.reports.make("II.08", NOVEMBER)


async def test_finished_periods_are_reported_once(province: Province, tmp_path: Path) -> None:
    """Each report of the last month, quarter, half year and year is written and handed over once; a failed hand-over again."""
    (tmp_path / "key").write_bytes(b"k" * 32)
    place = {
        "folder": tmp_path / "made",
        "sink_folder": tmp_path / "out",
        "sink_key": tmp_path / "key",
    }
    (tmp_path / "out").write_bytes(b"in the way")
    reporting = province.settings.reporting.model_copy(update=place)
    settings = province.settings.model_copy(update={"reporting": reporting})
    catalogue = Catalogue.load(settings.catalogue.path)
    reports = Reports(
        province.db, province.sealer, catalogue, Indicators.load(), settings, lambda: NOW
    )
    with pytest.raises(HandoverFailed):
        await reports.write_due()
    (tmp_path / "out").unlink()
    made = await reports.write_due()
    assert [name for name in made if name.startswith("2026-10/")] == [
        f"2026-10/{name}" for name in ("766", "II.06a", "II.06b", "II.07b")
    ]
    assert {name.partition("/")[0] for name in made} == {"2026-10", "2026-Q3", "2026-H1", "2025"}
    assert "2025/digitisation" in made
    assert await reports.write_due() == []
    assert (tmp_path / "made" / "2026-Q3" / "II.06b.pdf").read_bytes().startswith(b"%PDF")
    dropped = list((tmp_path / "out").glob("766-*.json"))
    assert len(dropped) == 4
    assert b'"status":"draft"' in dropped[0].read_bytes()
    assert await province.reports.write_due() == [], "without a folder nothing is made"


async def test_votes_are_shared_out_and_corrected(province: Province) -> None:
    """One vote per case, the last one counts."""
    dossier = await province.case(received=day(11, 2), end=day(11, 3))
    record = province.reports.record
    first = await record.vote(dossier, 2, day(11, 4), words="Chờ lâu")
    criteria = [Criterion("C1", "Thái độ", 5)]
    assert await record.vote(dossier, 5, day(11, 5), criteria=criteria) == first
    found = await province.reports.satisfaction(NOVEMBER, unit="H31.14")
    assert [found.number, found.share(), found.cases] == [1, 1, 1]
    with pytest.raises(InvalidRequest, match="1 to 5"):
        await record.vote(dossier, 6, NOW)


async def test_digitisation_by_level_and_year(province: Province) -> None:
    """Shares by level against both readings of the target; a trend that rises has a day of 100 %."""
    for year_ago in (365, 0):
        received = day(11, 2) - timedelta(days=year_ago)
        for number in range(4):
            await province.case(
                received=received,
                end=received + timedelta(days=1),
                unit=f"H31.14.{number}",
                scanned=number <= (0 if year_ago else 1),
                result=True,
            )
    report = await province.reports.digitisation.report(2026)
    lines = [
        item
        for item in report.lines
        if item.indicator.id == "reception" and item.level == "commune" and item.year >= 2025
    ]
    assert [item.share for item in lines] == [25, 50]
    assert lines[1].target == 100
    assert lines[1].gap == -50
    assert lines[1].trend is not None
    assert lines[1].complete_on is not None
    assert lines[1].complete_on > NOW.date()
    assert not [item for item in report.lines if item.level == "district" and item.year > 2024]
    results = [
        item for item in report.lines if item.indicator.id == "results" and item.year == 2026
    ]
    commune = next(item for item in results if item.level == "commune")
    assert (commune.numerator, commune.denominator) == (8, 8)
