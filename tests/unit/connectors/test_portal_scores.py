"""Index 766 as the portal shows it: requests of both forms, what their answers say (hub page §9)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.interface import (
    Call,
    Found,
    InvalidRequest,
    LienthongError,
    LookupOutcome,
    NotFound,
    NotLicensed,
    NotSupported,
    Overloaded,
    PortalScoreQuery,
    PortalScores,
    ReplyUnreadable,
    ScoreReport,
    SystemFault,
    SystemSettings,
    Tools,
    Verb,
    WireReply,
    WireRequest,
)
from lienthong_connectors.operations_centre import OperationsCentreConnector

NEW = "https://127.0.0.1:1/api/v1"
OLD = "report_tinh_766_service"
ROW = {
    "departmentId": "019d-1",
    "departmentCode": "H31",
    "departmentName": "UBND tỉnh Hưng Yên",
    "totalScore": 81.5,
    "totalMaxScore": 100,
    "groupScores": {"CKMB": 17.25, "TDGQ": "20", "MDHL": None},
    "metrics": [{"code": "PUBLISH_ON_TIME", "ratio": 97.5, "score": 5.85, "maxScore": 6}],
}
OLD_ROW = {"ID": "1", "MA_COQUAN": "H31", "TEN": "Hưng Yên", "CKMB": "17.25", "TONG_SCORE": "81.5"}


class Recorder:
    """A transport that remembers requests and gives one answer: the seam, not the wire."""

    def __init__(self, reply: WireReply) -> None:
        self.requests: list[WireRequest] = []
        self.certificate_expires = None
        self._reply = reply

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        self.requests.append(request)
        return self._reply

    async def aclose(self) -> None:
        """Nothing is open."""


async def ask(
    answer: Any, query: PortalScoreQuery, status: int = 200, **changes: Any
) -> tuple[LookupOutcome, WireRequest]:
    """What comes of an answer, and the request that it answers."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    recorder = Recorder(WireReply(status, {}, body))

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    system = SystemSettings.model_validate(
        {
            "name": "portal",
            "connector": "operations_centre",
            "url": NEW,
            "dialect": "public",
            "channel": {"kind": "open"},
        }
        | changes
    )
    tools = Tools(transport=recorder, soap=no_soap, now=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    portal = OperationsCentreConnector.build(system, tools)
    outcome = await portal.lookup(query, Call(None, "r-1", time.monotonic() + 30))
    return outcome, recorder.requests[0]


def listed(*rows: Any, **more: Any) -> dict[str, Any]:
    """An answer of the new pages."""
    return {"code": "OK", "data": {"evaluation": list(rows), **more}}


async def read(answer: Any, query: PortalScoreQuery | None = None, status: int = 200) -> Any:
    """The record behind an answer."""
    outcome, _ = await ask(answer, query or PortalScoreQuery("2026"), status)
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, PortalScores)
    return outcome.record


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026", {"timeType": "year", "year": 2026}),
        ("2026-Q4", {"timeType": "quarter", "year": 2026, "quarter": 4}),
        ("2026-09", {"timeType": "month", "year": 2026, "month": 9}),
    ],
)
async def test_a_period_of_the_new_pages(period: str, expected: Mapping[str, Any]) -> None:
    """Year, quarter and month, for the list of provinces and for the units below one."""
    _, request = await ask(listed(ROW), PortalScoreQuery(period))
    assert (request.method, request.url) == ("POST", f"{NEW}/reporting/evaluation/service-results")
    page = {"currentPage": 1, "pageSize": 200}
    assert json.loads(request.body) == {
        **expected,
        **page,
        "departmentType": "ADMINISTRATIVE_UNIT",
    }
    below = PortalScoreQuery(period, "transparency", under=" 019d-1 ", page=2)
    _, request = await ask(listed(ROW), below)
    assert request.url == f"{NEW}/reporting/evaluation/transparency"
    assert json.loads(request.body) == {
        **expected,
        **page,
        "currentPage": 2,
        "rootDepartmentId": "019d-1",
    }


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2026-Q4", ("2026-10-01", "2026-12-31")),
        ("2026", ("2026-01-01", "2026-12-31")),
    ],
)
async def test_satisfaction_by_dates(period: str, days: tuple[str, str]) -> None:
    """Where it is so set, that report alone is asked with first and last day; the list's kind is a setting too."""
    options = {"satisfaction_dates": True, "score_departments": "X"}
    query = PortalScoreQuery(period, "handling-satisfaction")
    _, request = await ask(listed(ROW), query, options=options)
    sent = json.loads(request.body)
    assert (sent["fromDate"], sent["toDate"]) == days
    assert "timeType" not in sent
    assert sent["departmentType"] == "X"
    _, request = await ask(listed(ROW), PortalScoreQuery(period), options=options)
    assert "timeType" in json.loads(request.body)


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2026", ("2026", 0, 0)), ("2026-Q4", ("2026", 4, 0)), ("2026-09", ("2026", 0, 9))],
)
async def test_the_old_form(period: str, expected: tuple[str, int, int]) -> None:
    """JSON text in one field of a form, at the root of the host; a list in both its shapes, or one unit alone, is read."""
    query = PortalScoreQuery(period, "report_tinh_766_service")
    for answer in ([OLD_ROW], {"data": [OLD_ROW]}, OLD_ROW):
        outcome, request = await ask(answer, query)
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, PortalScores)
        (unit,) = outcome.record.units
        assert (unit.unit_id, unit.code, unit.score) == ("1", "H31", Decimal("81.5"))
        assert unit.groups == {"CKMB": Decimal("17.25")}
        assert request.url == "https://127.0.0.1:1/jsp/rest.jsp"
        assert request.headers["content-type"].startswith("application/x-www-form-urlencoded")
        params = json.loads(parse_qs(request.body.decode())["params"][0])
        assert (params["service"], params["p_tinh_id"]) == (OLD, "0")
        assert (params["p_nam"], params["p_quy"], params["p_thang"]) == expected
    _, request = await ask([OLD_ROW], query, options={"paths": {OLD: "/cu/rest.jsp"}})
    assert request.url == "https://127.0.0.1:1/cu/rest.jsp"


async def test_every_value_of_a_row() -> None:
    """Points, groups and indicators; what is null is absent, never nought. HTTP 201 is success."""
    scores = await read(listed(ROW, overview={"totalScore": 80}), status=201)
    (unit,) = scores.units
    assert (unit.unit_id, unit.code, unit.name) == ("019d-1", "H31", "UBND tỉnh Hưng Yên")
    assert (unit.score, unit.max) == (Decimal("81.5"), Decimal(100))
    assert unit.groups == {"CKMB": Decimal("17.25"), "TDGQ": Decimal(20)}
    (indicator,) = unit.indicators
    assert indicator.model_dump() == {
        "code": "PUBLISH_ON_TIME",
        "ratio": Decimal("97.5"),
        "score": Decimal("5.85"),
        "max": Decimal(6),
    }
    assert scores.whole is not None
    assert scores.whole.score == 80
    assert scores.next_page is None


@pytest.mark.parametrize(
    "groups",
    [
        {"CKMB": 17.25},
        [{"code": "CKMB", "score": "17.25", "maxScore": 18}, {"code": "TDGQ"}, "x"],
        {"code": "CKMB", "score": 17.25},
    ],
)
async def test_the_shapes_of_groups(groups: Any) -> None:
    """One object by group, items with code and score, or one such item."""
    (unit,) = (await read(listed(ROW | {"groupScores": groups}))).units
    assert unit.groups == {"CKMB": Decimal("17.25")}


async def test_the_names_of_a_tree() -> None:
    """Reports named tree have parent and children; a unit without units below it is found all the same."""
    row = {"departmentId": "2", "score": 12, "maxScore": 20}
    scores = await read({"code": "OK", "data": {"parent": row, "children": [row]}})
    assert scores.whole == scores.units[0]
    assert (scores.whole.score, scores.whole.max) == (12, 20)
    scores = await read({"code": "OK", "data": {"parent": row, "children": []}})
    assert (scores.whole.unit_id, scores.units) == ("2", ())


async def test_a_full_page_has_a_next_one() -> None:
    """The list does not say how long it is."""
    assert (await read(listed(*[ROW] * 200), PortalScoreQuery("2026", page=3))).next_page == 4
    assert (await read(listed(*[ROW] * 199), PortalScoreQuery("2026", page=3))).next_page is None


async def test_nobody_and_nothing() -> None:
    """An empty list is not found; being kept out is not licensed; a rate limit says to wait."""
    query = PortalScoreQuery("2026")
    assert isinstance((await ask(listed(), query))[0], NotFound)
    old = PortalScoreQuery("2026", "report_tinh_766_service")
    assert isinstance((await ask([], old))[0], NotFound)
    assert isinstance((await ask(b"<html>", query, 403))[0], NotLicensed)
    with pytest.raises(Overloaded):
        await ask(b"", query, 429)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"code": "ERROR", "data": None}, SystemFault),
        ({"data": {"evaluation": [ROW]}}, SystemFault),
        ({"code": "OK", "data": None}, ReplyUnreadable),
        ({"code": "OK", "data": {}}, ReplyUnreadable),
        ({"code": "OK", "data": {"evaluation": {}}}, ReplyUnreadable),
        (listed({"departmentCode": "H31", "totalScore": None}), ReplyUnreadable),
        (listed({"totalScore": "rất nhiều"}), ReplyUnreadable),
        (listed({"totalScore": "1e999999"}), ReplyUnreadable),
        ([ROW], ReplyUnreadable),
        (b"<html>", ReplyUnreadable),
    ],
)
async def test_what_is_no_answer(answer: Any, error: type[LienthongError]) -> None:
    """Never an empty or zero score."""
    with pytest.raises(error):
        await ask(answer, PortalScoreQuery("2026"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (PortalScoreQuery("2026-H1"), "period"),
        (PortalScoreQuery("2026-13"), "period"),
        (PortalScoreQuery("2026", page=0), "page"),
    ],
)
async def test_what_the_portal_does_not_know_is_not_sent(
    query: PortalScoreQuery, field: str
) -> None:
    """Half years have no place in the new form."""
    with pytest.raises(InvalidRequest, match=field):
        await ask(listed(ROW), query)


async def test_only_the_public_pages_show_points() -> None:
    """Each report has its service in the dialect public, and no other dialect has one."""
    for report in get_args(ScoreReport):
        query = PortalScoreQuery("2026", report)
        with pytest.raises(NotSupported, match="public"):
            await ask(listed(ROW), query, dialect="proxy", options={"ma_don_vi": "H31"})
        services = OperationsCentreConnector.services()
        assert [item.verb for item in services if item.name == report] == [Verb.LOOKUP]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*ROW, *OLD_ROW, "code", "score"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(rows=_JSON, above=_JSON, old=st.booleans())
async def test_no_shape_escapes_the_typed_errors(rows: Any, above: Any, old: bool) -> None:
    """Whatever stands in the places of rows and overview."""
    report: ScoreReport = "report_tinh_766_service" if old else "service-results"
    answer = rows if old else {"code": "OK", "data": {"evaluation": rows, "overview": above}}
    try:
        outcome, _ = await ask(answer, PortalScoreQuery("2026", report))
    except LienthongError:
        return
    assert isinstance(outcome, Found | NotFound)
