"""Errors of the reporting room.

.. code-block:: text

    LienthongError
    └── ReportingError
        ├── IndicatorsInvalid     a file of targets, readings or forms is wrong: correct what is named
        ├── ReportInconsistent    the cross-checks of a form do not hold: nothing is written
        ├── PortalScoreMissing    the portal shows no points of ours for the period: see why in the message
        └── HandoverFailed        the reporting system did not take the figures: hand them over again

A malformed period, unit or reading is :class:`lienthong.interface.InvalidRequest`. No message contains anything personal.
"""

from __future__ import annotations

from lienthong.interface import LienthongError

__all__ = [
    "HandoverFailed",
    "IndicatorsInvalid",
    "PortalScoreMissing",
    "ReportInconsistent",
    "ReportingError",
]


class ReportingError(LienthongError):
    """Base of this room's errors."""

    code = "reporting"
    desk_vi = "Không lập được báo cáo. Đề nghị báo quản trị hệ thống."
    operator = "Read the message, then run the report again."


class IndicatorsInvalid(ReportingError):
    """A file of ``config/indicators`` is missing, is no TOML or breaks the format."""

    code = "indicators_invalid"
    operator = "Correct the named entry of the indicators folder (`reporting.indicators`)."


class ReportInconsistent(ReportingError):
    """Received = online + direct and post + carried = resolved + pending does not hold (hub page §8)."""

    code = "report_inconsistent"
    desk_vi = (
        "Số liệu của biểu không khớp nhau nên chưa xuất báo cáo. Đề nghị báo quản trị hệ thống."
    )
    operator = "Report the named row: the facts of its cases contradict each other."


class PortalScoreMissing(ReportingError):
    """The portal did not show the province's points of a period."""

    code = "portal_score_missing"
    desk_vi = "Chưa lấy được điểm mà Cổng công khai. Đề nghị thử lại sau, hoặc lập báo cáo không kèm điểm của Cổng."
    operator = "Check `site.agency` and `lienthong health` of that system; the report without --portal does not need it."


class HandoverFailed(ReportingError):
    """The reporting system did not take the figures; nothing was marked as handed over."""

    code = "handover_failed"
    desk_vi = "Chưa gửi được số liệu sang hệ thống báo cáo. Đề nghị gửi lại sau."
    operator = "Check `reporting.sink_url`, its certificate and key, then hand over again."
