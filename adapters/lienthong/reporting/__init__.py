"""The reporting room: indicators and forms the province is ranked by, each figure with the cases behind it."""

from ._behind import BehindPage, CaseBehind
from ._charts import bars, svg
from ._collector import Collector
from ._definitions import Chosen, Indicator, Indicators, Reading, ReadingChoice
from ._digitisation import Digitisation, DigitisationLine, DigitisationReport
from ._files import csv_text, pdf_bytes, xlsx_bytes
from ._forms import Counts06, Form06, Form07, Forms, Row06, Row07
from ._index766 import GroupScore, Index766, Line, Report766, Score
from ._periods import Period
from ._portal import portal_score, sheet_portal
from ._ratings import Satisfaction
from ._recording import Criterion, Recorder, record_step
from ._report import REPORTS, Report
from ._reports import Reports
from ._sheets import (
    Measure,
    Sheet,
    sheet_06,
    sheet_07,
    sheet_digitisation,
    sheet_json,
    sheets_766,
    text,
)
from ._sink import (
    SIGNATURE,
    Figure,
    FileSink,
    HttpSink,
    Sink,
    canonical,
    figures_06,
    figures_766,
    figures_digitisation,
    sign,
    sinks,
)
from .errors import (
    HandoverFailed,
    IndicatorsInvalid,
    PortalScoreMissing,
    ReportInconsistent,
    ReportingError,
)

__all__ = [
    "REPORTS",
    "SIGNATURE",
    "BehindPage",
    "CaseBehind",
    "Chosen",
    "Collector",
    "Counts06",
    "Criterion",
    "Digitisation",
    "DigitisationLine",
    "DigitisationReport",
    "Figure",
    "FileSink",
    "Form06",
    "Form07",
    "Forms",
    "GroupScore",
    "HandoverFailed",
    "HttpSink",
    "Index766",
    "Indicator",
    "Indicators",
    "IndicatorsInvalid",
    "Line",
    "Measure",
    "Period",
    "PortalScoreMissing",
    "Reading",
    "ReadingChoice",
    "Recorder",
    "Report",
    "Report766",
    "ReportInconsistent",
    "ReportingError",
    "Reports",
    "Row06",
    "Row07",
    "Satisfaction",
    "Score",
    "Sheet",
    "Sink",
    "bars",
    "canonical",
    "csv_text",
    "figures_06",
    "figures_766",
    "figures_digitisation",
    "pdf_bytes",
    "portal_score",
    "record_step",
    "sheet_06",
    "sheet_07",
    "sheet_digitisation",
    "sheet_json",
    "sheet_portal",
    "sheets_766",
    "sign",
    "sinks",
    "svg",
    "text",
    "xlsx_bytes",
]
