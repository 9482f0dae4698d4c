"""The report: as bad as its worst check, each result with its age, health+json for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lienthong.health import Check, CheckStatus, HealthReport

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def check(status: CheckStatus, *, name: str = "population", age_s: float = 0.0) -> Check:
    return Check(
        name,
        "check",
        "system",
        status,
        NOW - timedelta(seconds=age_s),
        "It answers.",
        "Hệ thống trả lời.",
        observed=12.5,
        unit="ms",
        affected=("XacThucThongTinCongDan",),
    )


def report(*checks: Check) -> HealthReport:
    return HealthReport(checks, NOW, "H31", "Liên thông", "0.1.0")


def test_a_report_is_as_bad_as_its_worst_check() -> None:
    """One failure outweighs any number of passes; a warning outweighs passes only."""
    good, warn, bad = (
        check(CheckStatus.PASS),
        check(CheckStatus.WARN),
        check(CheckStatus.FAIL),
    )
    assert report().status is CheckStatus.PASS
    assert report(good, warn).status is CheckStatus.WARN
    assert report(bad, good, warn).status is CheckStatus.FAIL


def test_every_result_carries_its_age() -> None:
    """The age counts from the observation to the report, and is never negative when clocks differ."""
    assert check(CheckStatus.PASS, age_s=90).age_s(NOW) == 90
    assert check(CheckStatus.PASS, age_s=-5).age_s(NOW) == 0
    body = report(check(CheckStatus.PASS, age_s=90)).to_health_json()
    assert body["checks"]["population:check"][0]["observedAgeSeconds"] == 90


def test_health_json_has_the_shape_of_the_draft() -> None:
    """Status, version, serviceId, description, and checks keyed component:measurement as arrays."""
    body = report(check(CheckStatus.WARN)).to_health_json()
    assert {key: body[key] for key in ("status", "version", "serviceId", "description")} == {
        "status": "warn",
        "version": "0.1.0",
        "serviceId": "H31",
        "description": "Liên thông",
    }
    (entry,) = body["checks"]["population:check"]
    assert entry == {
        "componentType": "system",
        "observedValue": 12.5,
        "observedUnit": "ms",
        "affectedEndpoints": ["XacThucThongTinCongDan"],
        "status": "warn",
        "time": "2026-11-24T03:00:00+00:00",
        "observedAgeSeconds": 0.0,
        "output": "It answers.",
        "outputVi": "Hệ thống trả lời.",
    }


def test_a_kept_check_comes_back_equal() -> None:
    """What is stored of a check restores it."""
    one = check(CheckStatus.FAIL)
    assert Check.restored(one.name, one.status.value, one.at, one.stored()) == one
