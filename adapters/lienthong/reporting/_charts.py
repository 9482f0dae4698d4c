"""The digitisation chart: bars in the terminal, SVG for documents. No image library is needed."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from ._digitisation import DigitisationLine, DigitisationReport
from ._sheets import LEVELS_VI, text

_BAR: Final = 40
_HEIGHT: Final = 26
_LEFT: Final = 330
_WIDTH: Final = 500
_COLOURS: Final = {"province": "#2b6cb0", "district": "#718096", "commune": "#2f855a"}


def bars(report: DigitisationReport) -> str:
    """One bar of 40 cells per line; ``|`` marks the target."""
    found: list[str] = []
    for number, line in enumerate(report.lines):
        if number == 0 or report.lines[number - 1].indicator.id != line.indicator.id:
            found += ["", line.indicator.name]
        cells = ["█" if cell < _cells(line.share) else "·" for cell in range(_BAR)]
        if line.target is not None:
            cells[min(_cells(line.target), _BAR - 1)] = "|"
        share = f"{text(line.share)} %" if line.share is not None else "–"
        found.append(f"  {line.year} {LEVELS_VI[line.level]:<10} {''.join(cells)} {share}")
    return "\n".join(found[1:])


def _cells(share: Decimal | None) -> int:
    return int((share or Decimal(0)) * _BAR / 100)


def svg(report: DigitisationReport) -> str:
    """Bars with their targets as a stand-alone picture."""
    height = 70 + _HEIGHT * len(report.lines)
    size = f'width="{_LEFT + _WIDTH + 90}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(f'Chỉ tiêu số hóa đến năm {report.year}')}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for tick in range(0, 101, 20):
        x = _LEFT + _WIDTH * tick // 100
        parts.append(f'<line x1="{x}" y1="30" x2="{x}" y2="{height - 30}" stroke="#cbd5e0"/>')
        parts.append(f'<text x="{x}" y="22" text-anchor="middle">{tick} %</text>')
    for number, line in enumerate(report.lines):
        parts += _svg_line(line, 36 + _HEIGHT * number)
    parts.append(f'<text x="{_LEFT}" y="{height - 8}">Vạch đỏ: mục tiêu của kế hoạch</text>')
    return "\n".join([*parts, "</svg>", ""])


def _svg_line(line: DigitisationLine, y: int) -> list[str]:
    names = {"results": "Kết quả", "reception": "Một cửa", "reused": "Dùng lại"}
    label = f"{names[line.indicator.id]}, {LEVELS_VI[line.level]}, {line.year}"
    share = line.share or Decimal(0)
    end = f"{text(line.share)} %" if line.share is not None else "–"
    width = int(share * _WIDTH / 100)
    parts = [
        f'<text x="{_LEFT - 10}" y="{y + 13}" text-anchor="end">{escape(label)}</text>',
        f'<rect x="{_LEFT}" y="{y}" width="{width}" height="18" fill="{_COLOURS[line.level]}"/>',
        f'<text x="{_LEFT + width + 6}" y="{y + 13}">{end}</text>',
    ]
    if line.target is not None:
        x = _LEFT + int(line.target * _WIDTH / 100)
        parts.append(
            f'<line x1="{x}" y1="{y - 3}" x2="{x}" y2="{y + 21}" stroke="#c53030" stroke-width="2"/>'
        )
    return parts
