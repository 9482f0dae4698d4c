"""Index 766 on the portal: what is asked in both forms, and what their answers say (hub page §9)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from lienthong.interface import (
    IndicatorScore,
    InvalidRequest,
    PortalScoreQuery,
    PortalScores,
    ReplyUnreadable,
    SystemFault,
    UnitScore,
    WireReply,
    WireRequest,
    as_list,
    as_object,
    as_text,
    read_json,
)
from lienthong_connectors.values import plain_text

from ._options import Options
from ._services import OLD_SCORES

_JSON: Final = {"accept": "application/json", "content-type": "application/json; charset=utf-8"}
_FORM: Final = {
    "accept": "application/json",
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
}
_PAGE: Final = 200
"""Longer than there are provinces; clients were seen to ask for up to 300."""
_PERIOD: Final = re.compile(r"(20\d\d)(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d{1,20})?(e-\d{1,2})?", re.ASCII | re.IGNORECASE)
_GROUPS: Final = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL")


def score_request(query: PortalScoreQuery, url: str, options: Options) -> WireRequest:
    """The request for a report.

    Raises:
        InvalidRequest: The period is none that the portal knows, or there is no such page.
    """
    period = _PERIOD.fullmatch(query.period.strip().upper())
    if period is None:
        raise InvalidRequest(
            "period",
            "must be a year, quarter or month: 2026, 2026-Q4, 2026-11",
            "Cổng chỉ cho điểm theo năm, quý hoặc tháng. Đề nghị chọn kỳ khác.",
        )
    if query.page < 1:
        raise InvalidRequest("page", "must be 1 or more")
    year, quarter, month = (int(part or 0) for part in period.groups())
    if query.report == OLD_SCORES.name:
        params = {
            "type": "ref",
            "p_nam": str(year),
            "p_6thang": 0,
            "p_quy": quarter,
            "p_thang": month,
            "p_tinh_id": query.under.strip() or "0",
            "p_loaidonvi": 1,
            "loaichitieu": 0,
            "pageIndex": query.page,
            "pageSize": _PAGE,
            "service": query.report,
        }
        body = urlencode({"params": orjson.dumps(params).decode()}).encode()
        return WireRequest(query.report, "POST", url, _FORM, body)
    values: dict[str, object]
    if query.report == "handling-satisfaction" and options.satisfaction_dates:
        first, last = (3 * quarter - 2, 3 * quarter) if quarter else (month or 1, month or 12)
        values = {
            "fromDate": f"{year}-{first:02d}-01",
            "toDate": f"{year}-{last:02d}-{monthrange(year, last)[1]}",
        }
    elif quarter:
        values = {"timeType": "quarter", "year": year, "quarter": quarter}
    elif month:
        values = {"timeType": "month", "year": year, "month": month}
    else:
        values = {"timeType": "year", "year": year}
    whose = (
        {"rootDepartmentId": query.under.strip()}
        if query.under.strip()
        else {"departmentType": options.score_departments}
    )
    body = orjson.dumps({**values, **whose, "currentPage": query.page, "pageSize": _PAGE})
    return WireRequest(query.report, "POST", url, _JSON, body)


def scores_of(reply: WireReply, query: PortalScoreQuery, system: str) -> PortalScores | None:
    """What an answer says; ``None`` when it lists nobody.

    Raises:
        SystemFault: It says itself that it failed.
        ReplyUnreadable: It holds no list, or a list without a unit and its points.
    """
    content = read_json(reply, system=system, service=query.report)
    rows: Any
    whole: Any = None
    if query.report == OLD_SCORES.name:
        rows = content.get("data", content) if isinstance(content, Mapping) else content
        read = _old_row
    else:
        content = as_object(content, system=system, service=query.report)
        if (code := as_text(content.get("code"))) != "OK":
            raise SystemFault(system, query.report, f"the portal answered with code {code[:20]!r}")
        data = as_object(content.get("data"), system=system, service=query.report)
        # Clients of reports named "…-tree" read parent and children in the places of overview and evaluation.
        rows = data.get("evaluation", data.get("children"))
        whole = data.get("overview", data.get("parent"))
        read = _row
    if rows is None:
        raise ReplyUnreadable(system, query.report, "the answer has no list of units")
    rows = as_list(rows)
    units = tuple(unit for row in rows if isinstance(row, Mapping) and (unit := read(row)))
    if rows and not units:
        raise ReplyUnreadable(system, query.report, "the list names no unit with points")
    above = read(whole) if isinstance(whole, Mapping) else None
    if not units and above is None:
        return None
    return PortalScores(
        whole=above,
        units=units,
        next_page=query.page + 1 if len(rows) >= _PAGE else None,
    )


def _row(row: Mapping[str, Any]) -> UnitScore | None:
    indicators = (
        IndicatorScore(
            code=code,
            ratio=_number(item.get("ratio")),
            score=_number(item.get("score")),
            max=_number(item.get("maxScore")),
        )
        for item in as_list(row.get("metrics"))
        if isinstance(item, Mapping) and (code := plain_text(item.get("code")))
    )
    return _unit(
        unit_id=plain_text(row.get("departmentId")),
        code=plain_text(row.get("departmentCode")),
        name=plain_text(row.get("departmentName")),
        score=_number(row.get("totalScore", row.get("score"))),
        max=_number(row.get("totalMaxScore", row.get("maxScore"))),
        groups=_groups(row.get("groupScores")),
        indicators=tuple(indicators),
    )


def _old_row(row: Mapping[str, Any]) -> UnitScore | None:
    return _unit(
        unit_id=plain_text(row.get("ID")),
        code=plain_text(row.get("MA_COQUAN")),
        name=plain_text(row.get("TEN")),
        score=_number(row.get("TONG_SCORE")),
        groups=_groups({name: row.get(name) for name in _GROUPS}),
    )


def _unit(**values: Any) -> UnitScore | None:
    """The unit; ``None`` when nothing is said of it, which is not the same as no points."""
    unit = UnitScore.model_validate(values)
    said = unit.score is not None or unit.groups or unit.indicators
    return unit if said else None


def _groups(value: Any) -> dict[str, Decimal]:
    """Points by group, whether they come as one object or as a list of objects with code and score."""
    if isinstance(value, Mapping) and "code" not in value:
        pairs = list(value.items())
    else:
        rows = (row for row in as_list(value) if isinstance(row, Mapping))
        pairs = [(plain_text(row.get("code")), row.get("score")) for row in rows]
    found = {name: _number(points) for name, points in pairs}
    return {name: points for name, points in found.items() if name and points is not None}


def _number(value: Any) -> Decimal | None:
    text = plain_text(value)
    return Decimal(text) if _NUMBER.fullmatch(text) else None
