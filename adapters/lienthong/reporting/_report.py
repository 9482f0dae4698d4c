"""A computed report, ready to be shown, written to a file or handed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ._files import csv_text, pdf_bytes, xlsx_bytes
from ._periods import Period
from ._sheets import Sheet
from ._sink import Figure, Status

REPORTS: Final = ("766", "II.06a", "II.06b", "II.07b", "digitisation")
"""Names of all reports."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report of one unit and period.

    Attributes:
        name: One of :data:`REPORTS`.
        period: The period.
        unit: E-identifier of the unit; the province's when it is about all.
        facts: What machines read beside the tables: ``as_of``, ``readings``, and for 766 the totals.
        sheets: Its tables.
        figures: Its figures as they are handed over, draft or approved; none for II.07b.
        bars: Chart for the terminal; ``""`` where there is none.
        svg: The same as a picture.
    """

    name: str
    period: Period
    unit: str
    facts: Mapping[str, Any]
    sheets: tuple[Sheet, ...]
    figures: Callable[[Status], list[Figure]]
    bars: str = ""
    svg: str = ""

    def written(self, form: str) -> bytes:
        """The report as a file.

        Args:
            form: ``csv``, ``xlsx``, ``pdf`` or ``svg``.

        Raises:
            ConfigurationError: XLSX or PDF without the extra ``reports``.
        """
        match form:
            case "xlsx":
                return xlsx_bytes(self.sheets)
            case "pdf":
                return pdf_bytes(self.sheets)
            case "svg":
                return self.svg.encode()
            case _:
                return csv_text(self.sheets).encode()
