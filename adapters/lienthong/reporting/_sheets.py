"""Reports as tables: one shape that terminal, CSV, XLSX and PDF are written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from ._digitisation import DigitisationReport
from ._forms import Form06, Form07
from ._index766 import Report766, Score
from ._periods import VIETNAM

LEVELS_VI: Final = {"province": "cấp tỉnh", "district": "cấp huyện", "commune": "cấp xã"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A ratio or a number with its unit.

    Attributes:
        value: 0 … 1 for ``%``; ``None`` where there is none.
        unit: ``%`` or ``ngày``.
    """

    value: Decimal | None
    unit: str = "%"

    @property
    def words(self) -> str:
        """As a Vietnamese reader writes it; a dash where there is none."""
        if self.value is None:
            return "–"
        shown = (self.value * 100).quantize(Decimal("0.01")) if self.unit == "%" else self.value
        return f"{text(shown)} {self.unit}"


Cell = str | int | Decimal | Measure | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        title: Above it.
        subtitle: Period, unit, moment.
        head: Headings; one row, or two where ``spans`` groups columns.
        rows: Cells.
        strong: Numbers of rows that are sums or headings.
        spans: Groups over the columns: text and number of columns.
        notes: Below it: readings, cross-checks.
        mark: Number of the form, top left.
        parties: Who reports to whom, top right.
        signers: Who signs, below, from left to right.
        words: Columns from the left that hold words; numbers stand right of them.
    """

    title: str
    subtitle: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    strong: frozenset[int] = frozenset()
    spans: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    mark: str = ""
    parties: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    words: int = 2
    widths: tuple[float, ...] = field(default=())
    """Relative widths of the columns."""


def sheets_766(report: Report766, site_name: str) -> tuple[Sheet, ...]:
    """The index, and one line per unit below."""
    rows: list[tuple[Cell, ...]] = []
    strong: list[int] = []
    for group in report.score.groups:
        strong.append(len(rows))
        rows.append((group.id, group.name, None, None, None, group.score, group.max))
        rows += [
            (
                line.indicator.number,
                line.indicator.name,
                _number(line.numerator),
                _number(line.denominator),
                Measure(line.value, line.indicator.unit),
                line.score if line.indicator.max else None,
                line.indicator.max or None,
            )
            for line in report.score.lines
            if line.indicator.group == group.id
        ]
    strong.append(len(rows))
    rows.append(("", "Tổng điểm", None, None, None, report.score.total, report.score.max))
    whose = report.score.name or site_name
    index = Sheet(
        title="BỘ CHỈ SỐ PHỤC VỤ NGƯỜI DÂN, DOANH NGHIỆP (QĐ 766/QĐ-TTg)",
        subtitle=_subtitle(report.period.name_vi, whose, report.as_of),
        head=("Mã", "Chỉ số", "Tử số", "Mẫu số", "Tỷ lệ", "Điểm", "Điểm tối đa"),
        rows=tuple(rows),
        strong=frozenset(strong),
        notes=(_facts_line(report.score), *_readings(report)),
        widths=(1, 6, 1.3, 1.3, 1.3, 1, 1),
    )
    if not report.units:
        return (index,)
    ids = [group.id for group in report.score.groups]
    return (
        index,
        Sheet(
            title="Theo đơn vị",
            subtitle=index.subtitle,
            head=(
                *("Mã đơn vị", "Đơn vị", "Hồ sơ", "Đúng hạn", "TB (ngày)", "Đang trễ"),
                *ids,
                "Tổng điểm",
            ),
            rows=tuple(
                (
                    unit.unit,
                    unit.name,
                    unit.dossiers,
                    Measure(unit.on_time_share),
                    unit.average_days,
                    unit.overdue,
                    *(group.score for group in unit.groups),
                    unit.total,
                )
                for unit in report.units
            ),
            widths=(1.6, 3, 1, 1.2, 1, 1, 1, 1, 1, 1, 1, 1, 1.2),
        ),
    )


def sheet_06(form: Form06) -> Sheet:
    """Form II.06a or II.06b: 13 columns."""
    rows: list[tuple[Cell, ...]] = [
        (row.number, row.name, *row.counts.values()) for row in form.rows
    ]
    rows.append(("", "Tổng cộng", *form.total.values()))
    strong = (number for number, row in enumerate(form.rows) if row.heading)
    return _form(
        form,
        head=(
            *("TT", "Lĩnh vực, công việc giải quyết theo cấp"),
            *("Tổng số", "Trực tuyến", "Trực tiếp, dịch vụ bưu chính", "Từ kỳ trước"),
            *("Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn"),
            *("Tổng số", "Trong hạn", "Quá hạn"),
        ),
        rows=rows,
        strong=frozenset([*strong, len(form.rows)]),
        spans=(
            ("", 2),
            ("Tiếp nhận", 4),
            ("Số lượng hồ sơ đã giải quyết", 4),
            ("Số lượng hồ sơ đang giải quyết", 3),
        ),
        notes=("Đơn vị tính: số hồ sơ thủ tục hành chính.", *_checks(form.checks)),
        widths=(0.7, 4, *(1,) * 11),
    )


def sheet_07(form: Form07) -> Sheet:
    """Form II.07b: 14 columns."""
    notes = ["Đơn vị tính: số thủ tục hành chính, số quy trình nội bộ.", *_checks(form.checks)]
    if form.unknown:
        notes.append(
            f"{form.unknown} thủ tục chưa có đơn vị nào khai báo tiếp nhận tại bộ phận một cửa."
        )
    parts = ("Tổng số", "Cấp tỉnh", "Cấp huyện", "Cấp xã")
    return _form(
        form,
        head=("TT", "Đơn vị", *parts, *parts, *parts),
        rows=[
            (row.number, row.name, *row.procedures, *row.one_stop, *row.internal)
            for row in (*form.rows, form.total)
        ],
        strong=frozenset([len(form.rows)]),
        spans=(
            ("", 2),
            ("Số thủ tục hành chính", 4),
            ("Tiếp nhận tại bộ phận một cửa", 4),
            ("Quy trình nội bộ", 4),
        ),
        notes=tuple(notes),
        widths=(0.7, 3.5, *(1,) * 12),
    )


def _form(
    form: Form06 | Form07,
    *,
    head: tuple[str, ...],
    rows: Sequence[tuple[Cell, ...]],
    strong: frozenset[int],
    spans: tuple[tuple[str, int], ...],
    notes: tuple[str, ...],
    widths: tuple[float, ...],
) -> Sheet:
    """What all forms of the circular have around their table."""
    period = form.period
    return Sheet(
        title=form.title.title,
        subtitle=(
            f"Kỳ báo cáo: {period.name_vi} (từ ngày {period.first:%d/%m/%Y} đến ngày {period.last:%d/%m/%Y}), "
            f"số liệu đến {form.as_of.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        ),
        head=head,
        rows=tuple(rows),
        strong=strong,
        spans=spans,
        notes=notes,
        mark=f"Biểu số {form.title.number}",
        parties=(
            f"Đơn vị báo cáo: {form.unit_name}",
            f"Đơn vị nhận báo cáo: {form.title.receiver}",
        ),
        signers=("Người lập biểu", "Thủ trưởng đơn vị"),
        widths=widths,
    )


def sheet_digitisation(report: DigitisationReport, whose: str) -> Sheet:
    """One line per indicator, level and year."""
    other = "tăng tương đối" if report.reading == "points" else "điểm phần trăm"
    used = "điểm phần trăm" if report.reading == "points" else "tăng tương đối"
    return Sheet(
        title="CHỈ TIÊU SỐ HÓA THEO KẾ HOẠCH",
        subtitle=_subtitle(f"Đến năm {report.year}", whose, report.as_of),
        head=(
            *("Chỉ tiêu", "Cấp", "Năm", "Đã làm", "Tổng số", "Tỷ lệ %", "Mục tiêu %"),
            *(f"Mục tiêu % ({other})", "Chênh lệch", "Xu hướng/năm", "Dự kiến đạt 100 %"),
        ),
        rows=tuple(
            (
                line.indicator.name,
                LEVELS_VI.get(line.level, line.level),
                str(line.year),
                line.numerator,
                line.denominator,
                line.share,
                line.target,
                line.target_other,
                line.gap,
                line.trend,
                line.complete_on,
            )
            for line in report.lines
        ),
        notes=(
            f"Cách đọc “tăng mỗi năm”: {used}.",
            "Mục tiêu theo kế hoạch của tỉnh: nhiệm vụ "
            + "; ".join(dict.fromkeys(line.indicator.task for line in report.lines))
            + ".",
        ),
        words=3,
        widths=(4, 1.2, 0.8, 1, 1, 1, 1.2, 1.4, 1.2, 1.2, 1.5),
    )


def text(cell: Cell) -> str:
    """A cell as a Vietnamese reader writes it: decimal comma, day first."""
    if cell is None:
        return ""
    if isinstance(cell, Measure):
        return cell.words
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",")
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value.quantize(Decimal("0.01"))


def _subtitle(period: str, whose: str, as_of: datetime) -> str:
    return f"{period} · {whose} · số liệu đến {as_of.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _facts_line(score: Score) -> str:
    share, days = Measure(score.on_time_share), Measure(score.average_days, "ngày")
    return (
        f"{score.dossiers} hồ sơ; đúng hạn {share.words}; thời gian trung bình {days.words}; "
        f"đang trễ hạn lúc này {score.overdue}."
    )


def _readings(report: Report766) -> list[str]:
    return [
        f"Cách tính {name} = {choice.id}: {choice.text} (nguồn: {choice.source})."
        for name, choice in report.chosen.used.items()
    ]


def _checks(checks: Sequence[tuple[str, int, int]]) -> list[str]:
    return [f"Kiểm tra: {name}: {left} = {right}." for name, left, right in checks]


def sheet_json(sheet: Sheet) -> Mapping[str, Any]:
    """A sheet for machines: shares as 0 … 1, dates as ISO 8601."""

    def plain(cell: Cell) -> Any:
        if isinstance(cell, Measure):
            return cell.value
        return cell.isoformat() if isinstance(cell, date) else cell

    return {
        "title": sheet.title,
        "columns": list(sheet.head),
        "rows": [[plain(cell) for cell in row] for row in sheet.rows],
        "notes": list(sheet.notes),
    }
