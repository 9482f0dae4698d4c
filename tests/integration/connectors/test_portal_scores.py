"""The portal's points of index 766 against the sandbox, over TLS, whichever way its doubts are settled (hub page §9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest

from lienthong.interface import (
    Accepted,
    Call,
    Connector,
    Found,
    HubDossier,
    LookupOutcome,
    NotLicensed,
    Overloaded,
    PortalScoreQuery,
    PortalScores,
    ScoreReport,
    UnitScore,
)
from lienthong_sandbox import Sandbox

SYSTEM = "operations_centre"
OLD: ScoreReport = "report_tinh_766_service"
GROUPS = {"CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL"}
NOW = datetime(2026, 11, 23, 19, 30, 5, tzinfo=UTC)
DOSSIER = HubDossier(
    dossier="H31.14-261124-0001",
    procedure="1.004222",
    procedure_name="Đăng ký thường trú",
    field_code="G01-CA05",
    field_name="Đăng ký, quản lý cư trú",
    owner_name="Trần Thử Nghiệm",
    owner_number="033088000012",
    submitted_at=NOW,
    received_at=NOW,
    status="2",
    agency_name="UBND xã Thử Nghiệm",
)
Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


@pytest.fixture
def portal(connect: Connect) -> Connector:
    """The portal as anybody sees it."""
    return connect(SYSTEM, channel={"kind": "open"}, dialect="public", path="/api/v1")


def page_of(outcome: LookupOutcome) -> PortalScores:
    """The page that was found."""
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, PortalScores)
    return outcome.record


def ours(page: PortalScores) -> UnitScore:
    """The province's own row."""
    return next(unit for unit in page.units if unit.code == "H31")


async def test_every_report_adds_up(portal: Connector, new_call: NewCall) -> None:
    """The six reports of one group earn what the report of all shows; the old pages agree with the new."""
    whole = ours(page_of(await portal.lookup(PortalScoreQuery("2026"), new_call())))
    assert whole.groups.keys() == GROUPS
    assert whole.score == sum(whole.groups.values())
    parts = [name for name in get_args(ScoreReport) if name not in {"service-results", OLD}]
    points = []
    for name in parts:
        part = ours(page_of(await portal.lookup(PortalScoreQuery("2026", name), new_call())))
        assert part.indicators
        assert part.score == sum(item.score or 0 for item in part.indicators)
        points.append(part.score)
    assert sorted(points) == sorted(whole.groups.values())
    (old,) = page_of(await portal.lookup(PortalScoreQuery("2026", OLD), new_call())).units
    assert (old.score, old.groups) == (whole.score, whole.groups)


@pytest.mark.parametrize("period", ["2026", "2026-Q4", "2026-11"])
async def test_units_below_the_province(
    portal: Connector, connect: Connect, new_call: NewCall, period: str
) -> None:
    """The id of a row leads to what is below it, in every kind of period: here the unit of a dossier that was told."""
    told = connect(
        SYSTEM,
        channel={"kind": "open"},
        dialect="proxy",
        path="/proxy",
        options={"ma_don_vi": "H31"},
    )
    assert isinstance(await told.share(DOSSIER, new_call()), Accepted)
    whole = page_of(await portal.lookup(PortalScoreQuery(period), new_call()))
    assert len(whole.units) > 1
    under = PortalScoreQuery(period, under=ours(whole).unit_id)
    below = page_of(await portal.lookup(under, new_call()))
    assert below.whole is not None
    assert (below.whole.score, below.whole.groups) == (ours(whole).score, ours(whole).groups)
    assert [unit.code.startswith("H31.") for unit in below.units] == [True]


async def test_the_old_pages_may_list_all(
    sandbox: Sandbox, portal: Connector, new_call: NewCall
) -> None:
    """A row per province is read like one province alone."""
    alone = page_of(await portal.lookup(PortalScoreQuery("2026", OLD), new_call()))
    sandbox.settings[SYSTEM]["score_old_shape"] = "list"
    listed = page_of(await portal.lookup(PortalScoreQuery("2026", OLD), new_call()))
    assert len(listed.units) > 1
    assert alone.units[0].score in [unit.score for unit in listed.units]


@pytest.mark.parametrize(
    "switch",
    [
        {"score_groups": "object"},
        {"score_numbers": "text"},
        {"score_ratio": "fraction"},
        {"score_nothing": "null"},
        {"score_codes": "name"},
        {"score_old_service": "params"},
    ],
)
async def test_points_are_read_in_every_form(
    sandbox: Sandbox, portal: Connector, new_call: NewCall, switch: dict[str, Any]
) -> None:
    """Points stay the same however groups, numbers and gaps are written."""
    queries = [PortalScoreQuery("2026"), PortalScoreQuery("2026", OLD)]
    before = [page_of(await portal.lookup(query, new_call())).units[0] for query in queries]
    sandbox.settings[SYSTEM].update(switch)
    for query, was in zip(queries, before, strict=True):
        unit = page_of(await portal.lookup(query, new_call())).units[0]
        assert isinstance(unit.score, Decimal)
        assert (unit.score, unit.groups) == (was.score, was.groups)


async def test_the_kind_of_department_is_a_setting(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Where the portal knows certain words only, ours is set to one of them."""
    sandbox.settings[SYSTEM]["score_department_type"] = "word"
    portal = connect(
        SYSTEM,
        channel={"kind": "open"},
        dialect="public",
        path="/api/v1",
        options={"score_departments": "PROVINCE"},
    )
    assert ours(page_of(await portal.lookup(PortalScoreQuery("2026"), new_call()))).score


async def test_refusals(sandbox: Sandbox, portal: Connector, new_call: NewCall) -> None:
    """403 and 429 were both seen: not for us, and not so fast."""
    sandbox.settings[SYSTEM]["score_calls_per_minute"] = 1
    await portal.lookup(PortalScoreQuery("2026"), new_call())
    with pytest.raises(Overloaded):
        await portal.lookup(PortalScoreQuery("2026"), new_call())
    sandbox.settings[SYSTEM]["score_access"] = "closed"
    assert isinstance(await portal.lookup(PortalScoreQuery("2026"), new_call()), NotLicensed)
