"""``lienthong report``: index 766, forms of TT 01/2020/TT-VPCP and digitisation, and what stands behind a figure."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import OK
from ._parts import Command, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong.cases import Desk
    from lienthong.reporting import BehindPage, Figure, Report, Reports

_REPORTS: Final = ("766", "II.06a", "II.06b", "II.07b", "digitisation")  # as the room has them
_FORMATS: Final = ("table", "json", "csv", "xlsx", "pdf", "svg")


@click.command(cls=Command, name="report")
@click.argument("report", type=click.Choice(_REPORTS, case_sensitive=False), metavar="BÁO-CÁO")
@click.option(
    "--period",
    metavar="KỲ",
    help="2026-11, 2026-Q4, 2026-H2 hoặc 2026 (mặc định: tháng này, số hóa: năm nay).",
)
@click.option(
    "--unit", default="", metavar="MÃ", help="Mã định danh đơn vị, gồm cả đơn vị cấp dưới."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    metavar="DẠNG",
    help="table, json, csv, xlsx, pdf; svg là biểu đồ số hóa (mặc định: theo đuôi của --output).",
)
@click.option("--output", metavar="TỆP", help="Ghi ra tệp; xlsx và pdf bắt buộc.")
@click.option("--cases", "indicator", metavar="CHỈ-SỐ", help="Hồ sơ tạo nên một chỉ số của 766.")
@click.option("--missing", is_flag=True, help="Với --cases: những hồ sơ còn thiếu của chỉ số.")
@click.option(
    "--limit",
    default=50,
    show_default=True,
    type=click.IntRange(1, 500),
    help="Số dòng của --cases.",
)
@click.option("--after", default="", metavar="MÃ", help="Với --cases: trang sau mã này.")
@click.option(
    "--reading", "readings", multiple=True, metavar="TÊN=CÁCH", help="Chọn cách tính khác mặc định."
)
@click.option(
    "--portal",
    metavar="HỆ-THỐNG",
    help="Với 766: so với điểm Cổng công khai; hệ thống có dialect public trong cấu hình.",
)
@click.option(
    "--hand-over", is_flag=True, help="Gửi số liệu tới nơi nhận trong cấu hình ([reporting])."
)
@click.option(
    "--approved", is_flag=True, help="Với --hand-over: số liệu đã duyệt (mặc định: dự thảo)."
)
@config_option
@json_option
def command(config: Path, report: str, *, as_json: bool, **options: Any) -> int:
    """Bộ chỉ số 766, biểu II.06a, II.06b, II.07b của TT 01/2020/TT-VPCP, chỉ tiêu số hóa.

    JSON: report, period, unit, as_of, readings, sheets (title, columns, rows, notes), handed_over; với 766 thêm total, max,
    on_time_share, average_days, overdue. Với --cases: cases hoặc words, after.

    \b
    Ví dụ:
      lienthong report 766 --period 2026-Q4
      lienthong report 766 --cases ON_TIME --missing
      lienthong report 766 --reading online=one_line
      lienthong report 766 --period 2026-Q4 --portal portal
      lienthong report II.06a --unit H31.14 --period 2026-11 --output bieu-06a.xlsx
      lienthong report II.06b --period 2026-H2 --output bieu-06b.pdf
      lienthong report digitisation --period 2026 --output so-hoa.svg
    """
    name = next(item for item in _REPORTS if item.lower() == report.lower())
    form = _format(options["form"], options["output"], as_json=as_json)
    if form in {"xlsx", "pdf"} and not options["output"]:
        raise click.UsageError(f"{form} needs --output / {form} cần --output TỆP")
    if form == "svg" and name != "digitisation":
        raise click.UsageError("svg is for digitisation only / svg chỉ dùng cho số hóa")
    if options["indicator"] and name != "766":
        raise click.UsageError("--cases is for 766 only / --cases chỉ dùng cho 766")
    if options["portal"] and (name != "766" or options["indicator"]):
        raise click.UsageError("--portal is for 766 as a whole / --portal chỉ dùng cho cả bảng 766")
    if options["indicator"] and form in {"xlsx", "pdf"}:
        raise click.UsageError("--cases is a table, csv or json / --cases chỉ có table, csv, json")
    return run(_report(config, name, form, options))


async def _report(config: Path, name: str, form: str, options: dict[str, Any]) -> int:
    from lienthong.identity import AgencyCode
    from lienthong.reporting import Period, portal_score

    unit = AgencyCode.parse(options["unit"]).value if options["unit"] else ""
    readings = _readings(options["readings"])
    async with _opened(config) as (desk, reports):
        # Every case of the province belongs to it, also those of a unit whose code does not begin with the province's.
        unit = "" if unit == desk.settings.site.agency else unit
        period = (
            Period.parse(options["period"])
            if options["period"]
            else Period.containing(desk.now(), "year" if name == "digitisation" else "month")
        )
        if options["indicator"]:
            page = await reports.index766.behind(
                options["indicator"],
                period,
                unit=unit,
                readings=readings,
                missing=options["missing"],
                after=options["after"],
                limit=options["limit"],
            )
            _show_behind(page, form, options["output"])
            return OK
        portal = None
        if options["portal"]:
            if unit:
                msg = "--portal compares the province, without --unit / --portal chỉ so cả tỉnh, không dùng với --unit"
                raise click.UsageError(msg)
            agency = desk.settings.site.agency
            portal = await portal_score(desk.gateway, options["portal"], period, agency)
        made = await reports.make(name, period, unit=unit, readings=readings, portal=portal)
        handed: list[str] = []
        if options["hand_over"]:
            handed = await _hand_over(
                desk, made.figures("approved" if options["approved"] else "draft")
            )
    _show(made, form, options["output"], handed)
    return OK


@asynccontextmanager
async def _opened(config: Path) -> AsyncIterator[tuple[Desk, Reports]]:
    from lienthong.cases import Desk
    from lienthong.reporting import Reports

    quiet_log()
    desk = await Desk.open(config)
    try:
        yield desk, Reports.open(desk.settings, desk.db, desk.sealer, desk.catalogue, desk.now)
    finally:
        await desk.aclose()


def _readings(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in given:
        name, equals, choice = item.partition("=")
        if not equals:
            raise click.UsageError("--reading NAME=CHOICE / --reading TÊN=CÁCH")
        found[name.strip()] = choice.strip()
    return found


def _format(given: str | None, output: str | None, *, as_json: bool) -> str:
    if as_json:
        return "json"
    if given:
        return given
    ending = Path(output).suffix.removeprefix(".").lower() if output else ""
    return ending if ending in _FORMATS else "table"


async def _hand_over(desk: Desk, figures: list[Figure]) -> list[str]:
    from lienthong.reporting import sinks

    targets = sinks(desk.settings.reporting, desk.now)
    if not targets:
        msg = "set reporting.sink_folder or reporting.sink_url / chưa cấu hình nơi nhận số liệu"
        raise click.UsageError(msg)
    if not figures:
        msg = "this report has no figures to hand over / báo cáo này không có số liệu để gửi"
        raise click.UsageError(msg)
    return [await sink.hand_over(figures) for sink in targets]


def _show(made: Report, form: str, output: str | None, handed: list[str]) -> None:
    import orjson

    from lienthong.reporting import sheet_json

    from ._output import _plain, say, show_json

    if form == "json":
        head = {"report": made.name, "period": str(made.period), "unit": made.unit, **made.facts}
        whole = {**head, "sheets": [sheet_json(sheet) for sheet in made.sheets]}
        if output is None:
            show_json({**whole, "handed_over": handed})
            return
        _write(output, orjson.dumps(whole, default=_plain))
    elif form != "table":
        _write(output, made.written(form))
    elif output is None:
        _show_sheets(made)
    else:
        _write(output, made.written("csv"))
    if output:
        say(f"Đã ghi {output}")
    if form == "table" or output:
        for place in handed:
            say(f"Đã gửi số liệu: {place}")


def _show_sheets(made: Report) -> None:
    from lienthong.reporting import text

    from ._output import say, show_table

    for sheet in made.sheets:
        if sheet.mark:
            say(sheet.mark)
        say(sheet.title)
        say(sheet.subtitle)
        say()
        groups = [words for words, size in sheet.spans for _ in range(size)] or [""] * len(
            sheet.head
        )
        show_table(
            [
                f"{group}: {name}" if group else name
                for group, name in zip(groups, sheet.head, strict=True)
            ],
            [[text(cell) for cell in row] for row in sheet.rows],
        )
        for note in sheet.notes:
            say(note)
        say()
    if made.bars:
        say(made.bars)


def _show_behind(page: BehindPage, form: str, output: str | None) -> None:
    from lienthong.reporting import Sheet, csv_text

    from ._output import local_time, say, show_json, show_table

    if form == "json":
        cases = [asdict(case) for case in page.cases]
        show_json({"cases": cases, "words": page.words, "after": page.after})
        return
    head = (
        "Hồ sơ",
        "Thủ tục",
        "Đơn vị",
        "Trạng thái",
        "Tiếp nhận",
        "Hạn trả",
        "Kết thúc",
        "Lần bổ sung",
    )
    rows: list[tuple[Any, ...]] = [
        (
            case.dossier,
            case.procedure,
            case.unit,
            case.status,
            local_time(case.received_at),
            local_time(case.limit_at),
            local_time(case.end_at),
            case.supplements,
        )
        for case in page.cases
    ]
    if page.words:
        head, rows = ("Mã",), [(word,) for word in page.words]  # type: ignore[assignment]  # one column
    if form == "csv":
        sheet = Sheet(title="Danh sách của chỉ số", subtitle="", head=head, rows=tuple(rows))
        _write(output, csv_text((sheet,)).encode())
        return
    if not rows:
        say("Không có hồ sơ nào.")
        return
    show_table(list(head), rows)
    if page.after:
        say(f"Còn nữa: thêm --after {page.after}")


def _write(output: str | None, content: bytes) -> None:
    if output is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output}: {type(error).__name__}") from error
