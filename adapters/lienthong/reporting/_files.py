"""Sheets as files: CSV, XLSX, PDF. xlsxwriter and fpdf2 come with the extra ``reports``."""

# ruff: noqa: PLC0415  # the writers are an extra, and slow to import

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from lienthong.interface import ConfigurationError

from ._sheets import Cell, Measure, Sheet, text

_FONTS: Final = Path(__file__).parent / "fonts"
_FAMILY: Final = "DejaVu"
_ROW_MM: Final = 4.2
_SIGNING_MM: Final = 40
"""Room for two signatures."""


def csv_text(sheets: Sequence[Sheet]) -> str:
    """All sheets below each other; begins with a byte order mark, so that spreadsheets see the Vietnamese letters."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    for number, sheet in enumerate(sheets):
        if number:
            writer.writerow([])
        writer.writerows([_harmless(line)] for line in (sheet.mark, *sheet.parties) if line)
        writer.writerow([_harmless(sheet.title)])
        writer.writerow([_harmless(sheet.subtitle)])
        writer.writerow(_headings(sheet))
        writer.writerows(
            [_harmless(text(cell)) if isinstance(cell, str) else _plain(cell) for cell in row]
            for row in sheet.rows
        )
        writer.writerows([_harmless(note)] for note in sheet.notes)
    return out.getvalue()


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """One worksheet per sheet; numbers stay numbers.

    Raises:
        ConfigurationError: The extra ``reports`` is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise _missing() from None
    out = io.BytesIO()
    # Texts are written as texts: nothing that a file brings becomes a formula or a link.
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    for number, sheet in enumerate(sheets, 1):
        _worksheet(book, sheet, f"{number} {sheet.mark.removeprefix('Biểu số ') or 'Bảng'}")
    book.close()
    return out.getvalue()


def _worksheet(book: Any, sheet: Sheet, name: str) -> None:
    border = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_size": 10}
    formats = {
        "title": book.add_format({"bold": True, "align": "center", "font_size": 13}),
        "subtitle": book.add_format({"italic": True, "align": "center"}),
        "head": book.add_format({**border, "bold": True, "align": "center", "bg_color": "#DDE6F0"}),
        "cell": book.add_format(border),
        "strong": book.add_format({**border, "bold": True}),
        "date": book.add_format({**border, "num_format": "dd/mm/yyyy"}),
        "%": book.add_format({**border, "num_format": "0.00%"}),
        "ngày": book.add_format({**border, "num_format": '0.00" ngày"'}),
        "note": book.add_format({"italic": True, "font_size": 9}),
        "mark": book.add_format({"bold": True}),
        "party": book.add_format({"align": "right"}),
        "signer": book.add_format({"bold": True, "align": "center"}),
    }
    page = book.add_worksheet("".join("-" if char in "[]:*?/\\" else char for char in name)[:31])
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    last = len(sheet.head) - 1
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, 9 * width)
    page.set_footer("&C&P/&N")
    page.write_string(0, 0, sheet.mark, formats["mark"])
    for line, words in enumerate(sheet.parties):
        page.write_string(line, last, words, formats["party"])
    page.merge_range(2, 0, 2, last, sheet.title, formats["title"])
    page.merge_range(3, 0, 3, last, sheet.subtitle, formats["subtitle"])
    line = 5
    if sheet.spans:
        _groups(page, line, sheet, formats["head"])
        line += 1
    for column, words in enumerate(sheet.head):
        page.write_string(line, column, words, formats["head"])
        page.write_number(line + 1, column, column + 1, formats["head"])
    page.repeat_rows(5, line + 1)
    line += 2
    for number, row in enumerate(sheet.rows):
        usual = formats["strong" if number in sheet.strong else "cell"]
        for column, cell in enumerate(row):
            _cell(page, line, column, cell, usual, formats)
        line += 1
    for note in sheet.notes:
        line += 1
        page.write_string(line, 0, note, formats["note"])
    size = len(sheet.head) // (len(sheet.signers) or 1)
    for number, words in enumerate(sheet.signers):
        page.merge_range(
            line + 2, number * size, line + 2, (number + 1) * size - 1, words, formats["signer"]
        )


def _groups(page: Any, line: int, sheet: Sheet, form: Any) -> None:
    column = 0
    for words, size in sheet.spans:
        if size > 1:
            page.merge_range(line, column, line, column + size - 1, words, form)
        else:
            page.write_string(line, column, words, form)
        column += size


def _cell(
    page: Any, line: int, column: int, cell: Cell, usual: Any, formats: Mapping[str, Any]
) -> None:
    if cell is None:
        page.write_blank(line, column, None, usual)
    elif isinstance(cell, date):
        page.write_datetime(line, column, cell, formats["date"])
    elif isinstance(cell, str):
        page.write_string(line, column, cell, usual)
    elif not isinstance(cell, Measure):
        page.write_number(line, column, cell, usual)
    elif cell.value is None:
        page.write_string(line, column, cell.words, usual)
    else:
        page.write_number(line, column, cell.value, formats[cell.unit])


def pdf_bytes(sheets: Sequence[Sheet]) -> bytes:
    """A4 across, Vietnamese letters embedded.

    Raises:
        ConfigurationError: The extra ``reports`` is not installed.
    """
    try:
        from fpdf import FPDF
    except ImportError:
        raise _missing() from None

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-9)
            self.set_font(_FAMILY, "", 7)
            self.cell(0, 4, f"{self.page_no()}/{{nb}}", align="C")

    pdf = Pages(orientation="landscape", format="A4")
    pdf.add_font(_FAMILY, "", _FONTS / "DejaVuSans.ttf")
    pdf.add_font(_FAMILY, "B", _FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_auto_page_break(auto=True, margin=12)
    pdf.set_lang("vi")
    pdf.set_title(sheets[0].title if sheets else "")
    for sheet in sheets:
        _page(pdf, sheet)
    return bytes(pdf.output())


def _page(pdf: Any, sheet: Sheet) -> None:
    from fpdf.fonts import FontFace

    pdf.add_page()
    pdf.set_font(_FAMILY, "", 8)
    top = pdf.get_y()
    for words in sheet.parties:
        pdf.cell(0, 4, words, align="R", new_x="LMARGIN", new_y="NEXT")
    if sheet.mark:
        below = max(pdf.get_y(), top + 4)
        pdf.set_y(top)
        pdf.set_font(_FAMILY, "B", 8)
        pdf.cell(0, 4, sheet.mark)
        pdf.set_y(below + 2)
    pdf.set_font(_FAMILY, "B", 12)
    pdf.multi_cell(0, 6, sheet.title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FAMILY, "", 9)
    pdf.multi_cell(0, 5, sheet.subtitle, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    pdf.set_font(_FAMILY, "", 7)
    bold = FontFace(emphasis="BOLD")
    with pdf.table(
        col_widths=sheet.widths or (1,) * len(sheet.head),
        headings_style=FontFace(emphasis="BOLD", fill_color=(221, 230, 240)),
        num_heading_rows=3 if sheet.spans else 2,
        line_height=_ROW_MM,
        text_align="CENTER",
    ) as table:
        if sheet.spans:
            row = table.row()
            for words, size in sheet.spans:
                row.cell(words, colspan=size)
        table.row(sheet.head)
        table.row([f"({number})" for number in range(1, len(sheet.head) + 1)])
        for number, cells in enumerate(sheet.rows):
            row = table.row(style=bold if number in sheet.strong else None)
            for column, cell in enumerate(cells):
                row.cell(text(cell), align="LEFT" if column < sheet.words else "RIGHT")
    pdf.ln(2)
    for note in sheet.notes:
        pdf.multi_cell(0, _ROW_MM, note, new_x="LMARGIN", new_y="NEXT")
    if sheet.signers:
        _signers(pdf, sheet.signers)


def _signers(pdf: Any, signers: Sequence[str]) -> None:
    if pdf.get_y() > pdf.h - _SIGNING_MM:
        pdf.add_page()
    pdf.ln(4)
    pdf.set_font(_FAMILY, "B", 8)
    for words in signers:
        pdf.cell(pdf.epw / len(signers), 4, words, align="C")


def _headings(sheet: Sheet) -> list[str]:
    """Headings in one row; a group's name goes in front of its columns."""
    if not sheet.spans:
        return list(sheet.head)
    groups = [words for words, size in sheet.spans for _ in range(size)]
    return [
        f"{group}: {name}" if group else name
        for group, name in zip(groups, sheet.head, strict=True)
    ]


def _plain(cell: int | Decimal | Measure | date | None) -> str:
    if isinstance(cell, Measure):
        cell = cell.value
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _harmless(words: str) -> str:
    """A spreadsheet runs what begins like a formula; an apostrophe in front keeps it text."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


def _missing() -> ConfigurationError:
    return ConfigurationError(
        "XLSX and PDF need the extra `reports`: pip install 'lienthong[reports]'."
    )
