"""A whole run against the sandbox: what is wrong is told apart, and what was found is kept with its age."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from lienthong.cases import Desk
from lienthong.health import Check, CheckStatus, HealthChecker, HealthReport, load_report
from lienthong.settings import Maintenance
from lienthong.storage import new_id, tables
from lienthong_sandbox import Sandbox
from lienthong_sandbox._faults import Fault


def named(report: HealthReport, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


async def test_a_healthy_world_passes(desk: Desk) -> None:
    """Every system, certificate, token, breaker and own part passes; nothing personal is in it."""
    report = await HealthChecker(desk).run()
    assert [check.name for check in report.checks if check.status is not CheckStatus.PASS] == []
    names = {check.name for check in report.checks}
    for system in desk.gateway.systems:
        assert {
            f"{system}:{part}" for part in ("check", "certificate", "token", "breaker")
        } <= names
    own = {"database:schema", "disk:store", "audit:room", "outbox:age", "outbox:dead"}
    assert own | {"provisional:open", "catalogue:procedures", "clock:skew"} <= names


async def test_three_troubles_are_three_sentences(desk: Desk, sandbox: Sandbox) -> None:
    """Silence, an expired certificate and a refused token need three different people, so they read differently."""
    await sandbox.faults.put("population", Fault(outage="refused"))
    await sandbox.faults.put("business", Fault(certificate="expired"))
    await sandbox.faults.put("social_insurance", Fault(refuse_tokens=True))
    report = await HealthChecker(desk).run()
    assert report.status is CheckStatus.FAIL
    silent, expired, refused = (
        named(report, f"{system}:check")
        for system in ("population", "business", "social_insurance")
    )
    assert {silent.status, expired.status, refused.status} == {CheckStatus.FAIL}
    assert "Không kết nối được" in silent.output_vi
    assert "hết hạn" in expired.output_vi
    assert "từ chối tài khoản" in refused.output_vi
    assert named(report, "business:certificate").status is CheckStatus.FAIL
    assert named(report, "business:token").status is CheckStatus.PASS
    assert named(report, "social_insurance:token").status is CheckStatus.FAIL
    assert named(report, "social_insurance:certificate").status is CheckStatus.PASS
    assert named(report, "land:check").status is CheckStatus.PASS


async def test_an_unseen_certificate_is_shown_as_last_known(desk: Desk, sandbox: Sandbox) -> None:
    """Once seen, the end of a certificate is still reported, with its age, when the system is silent."""
    checker = HealthChecker(desk)
    seen = named(await checker.run(), "land:certificate")
    await sandbox.faults.put("land", Fault(outage="refused"))
    # As another process, whose transport has seen nothing.
    other = await Desk.open(desk.settings)
    try:
        report = await HealthChecker(other).run()
    finally:
        await other.aclose()
    found = named(report, "land:certificate")
    assert (found.status, found.observed, found.at) == (CheckStatus.WARN, seen.observed, seen.at)
    assert found.age_s(report.at) > 0


async def test_a_certificate_near_its_end_warns(desk: Desk) -> None:
    """Fewer days than the setting: a warning with the date."""
    health = desk.settings.health.model_copy(update={"certificate_warn_days": 400})
    soon = replace(desk, settings=desk.settings.model_copy(update={"health": health}))
    found = named(await HealthChecker(soon).run(), "land:certificate")
    assert found.status is CheckStatus.WARN
    assert "sắp hết hạn" in found.output_vi


async def test_a_hanging_system_does_not_hold_the_run_up(desk: Desk, sandbox: Sandbox) -> None:
    """A run is bounded by eight seconds whatever a system does."""
    await sandbox.faults.put("land", Fault(latency_ms=60_000))
    started = time.monotonic()
    report = await HealthChecker(desk).run()
    assert time.monotonic() - started < 8
    assert "không trả lời kịp" in named(report, "land:check").output_vi


async def test_results_are_kept_for_another_process(desk: Desk) -> None:
    """Another process reads the same results, each with the moment it was observed."""
    report = await HealthChecker(desk).run()
    later = desk.now() + timedelta(minutes=5)
    kept = await load_report(desk.db, desk.settings, later)
    assert sorted(kept.checks, key=lambda check: check.name) == sorted(
        report.checks, key=lambda check: check.name
    )
    assert min(check.age_s(kept.at) for check in kept.checks) >= 290


async def test_an_old_untold_change_warns_then_fails(desk: Desk) -> None:
    """The outbox is judged by the age of its oldest message; dead letters warn."""
    await _file_message(desk, desk.now() - timedelta(seconds=1200), "pending")
    report = await HealthChecker(desk).run()
    assert named(report, "outbox:age").status is CheckStatus.WARN
    await _file_message(desk, desk.now() - timedelta(hours=5), "pending")
    await _file_message(desk, desk.now(), "dead")
    report = await HealthChecker(desk).run()
    assert named(report, "outbox:age").status is CheckStatus.FAIL
    assert named(report, "outbox:dead").status is CheckStatus.WARN


async def test_announced_maintenance_is_no_failure(desk: Desk, sandbox: Sandbox) -> None:
    """A system that is silent in a window it announced warns, and nobody is told to do anything."""
    await sandbox.faults.put("land", Fault(outage="refused"))
    hour = timedelta(hours=1)
    window = Maintenance(system="land", begins=desk.now() - hour, ends=desk.now() + hour)
    known = replace(desk, settings=desk.settings.model_copy(update={"maintenance": (window,)}))
    found = named(await HealthChecker(known).run(), "land:check")
    assert found.status is CheckStatus.WARN
    assert "bảo trì theo lịch" in found.output_vi


async def test_events_that_nobody_takes_are_seen(desk: Desk) -> None:
    """Without a callback there is no check; with one, failures in a row warn while events wait."""
    assert not [
        item for item in (await HealthChecker(desk).run()).checks if item.component == "callback"
    ]
    told = {"url": "https://one-stop.example/events", "secret": "s" * 16}
    settings = desk.settings.model_copy(
        update={"callback": desk.settings.callback.model_copy(update=told)}
    )
    called = replace(desk, settings=settings)
    assert named(await HealthChecker(called).run(), "callback:waiting").status is CheckStatus.PASS
    words = {"dossier": "H31.14-261124-0001", "component": "", "outcome": "verified"}
    async with desk.db.begin() as conn:
        await conn.execute(
            insert(tables.case_events).values(
                id=1, kind="identity", sentence_vi="Khớp.", sentence_en="Same.", **words
            )
        )
        await conn.execute(
            insert(tables.deliveries).values(
                target="callback", delivered=0, attempts=3, problem="Unreachable"
            )
        )
    found = named(await HealthChecker(called).run(), "callback:waiting")
    assert (found.status, found.observed) == (CheckStatus.WARN, 1)
    assert "Unreachable" in found.output_vi


async def test_a_clock_that_ran_back_is_noticed(desk: Desk) -> None:
    """What was written lies in the future: the clock is wrong now or was."""
    await HealthChecker(desk).run()
    behind = replace(desk, now=lambda: datetime.now(UTC) - timedelta(minutes=10))
    assert named(await HealthChecker(behind).run(), "clock:skew").status is CheckStatus.FAIL


@pytest.mark.parametrize(("late", "status"), [(False, "pass"), (True, "warn")])
async def test_a_provisional_paper_past_its_deadline_warns(
    desk: Desk, *, late: bool, status: str
) -> None:
    """Nobody settles any more: that is a warning, an open paper in time is not."""
    case = await _file_case(desk)
    async with desk.db.begin() as conn:
        await conn.execute(
            insert(tables.decisions).values(
                case_id=case,
                component="KQ1",
                outcome="provisional",
                rule="source-pending",
                inputs_sha256="",
                sentence_vi="",
                sentence_en="",
                deadline=desk.now() + timedelta(hours=-1 if late else 1),
                id=new_id(),
            )
        )
    found = named(await HealthChecker(desk).run(), "provisional:open")
    assert (found.observed, found.status.value) == (1, status)


async def _file_case(desk: Desk) -> str:
    case = new_id()
    async with desk.db.begin() as conn:
        await conn.execute(
            insert(tables.cases).values(
                id=case,
                dossier=f"H31.14-261124-{case[-12:]}",
                procedure="1.004222",
                agency="H31.14",
                officer="can-bo",
                sealed=b"",
                status="1",
            )
        )
    return case


async def _file_message(desk: Desk, at: datetime, state: str) -> None:
    case = await _file_case(desk)
    async with desk.db.begin() as conn:
        await conn.execute(
            insert(tables.outbox).values(
                case_id=case,
                dossier=case,
                kind="dossier",
                sealed=b"",
                content_index="",
                state=state,
                created_at=at,
                last_code="refused:-1",
            )
        )
