"""The one door: no record, no call; every end written down; nothing identifying in log, audit tables or file."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import text

from lienthong.gateway import Gateway, fingerprint
from lienthong.guard import AuditLog, AuditRecord, BlindIndex, Keyring, OpenCaseOnly
from lienthong.identity import EnterpriseCode, PartialDate, PersonalNumber, Sex
from lienthong.interface import (
    AuditUnavailable,
    CaseRequired,
    CitizenQuery,
    ConfigurationError,
    Confirmed,
    Found,
    Hop,
    InsuranceNumberQuery,
    Mismatch,
    NotFound,
    NotLicensed,
    NotSupported,
    OrganisationQuery,
    ParcelQuery,
    Purpose,
    Query,
    Throttled,
    Unavailable,
)
from lienthong.settings import settings_from
from lienthong.storage import Database
from lienthong_sandbox import Fault, Sandbox

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
PURPOSE = Purpose("H31.14-261124-0001", "1.004222", "canbo01", "H31.14", "Kiểm thử", "OFFICER77")
NUMBER, NAME = "033085000101", "Nguyễn Văn An Mẫu"
CITIZEN = CitizenQuery(PersonalNumber(NUMBER), NAME, PartialDate.parse("1985-03-14"))
COMPANY = OrganisationQuery(EnterpriseCode.parse("0990001015"))
NOBODY = OrganisationQuery(EnterpriseCode.parse("0100109106"))


@dataclass
class Door:
    """A gateway on a sandbox, with the store behind it."""

    gateway: Gateway
    sandbox: Sandbox
    audit: AuditLog
    db: Database
    file: Path

    async def entries(self) -> list[AuditRecord]:
        """The audit log of the case, once all results are written."""
        await self.audit.aclose()
        return list(await self.audit.search(dossier=PURPOSE.dossier))

    def arrived(self, system: str = "population") -> int:
        """Requests that reached a system."""
        return len(self.sandbox.journal.entries(system))


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """Every log event as it was before redaction."""
    capture = structlog.testing.LogCapture()
    structlog.configure(processors=[capture])
    yield capture.entries
    structlog.reset_defaults()


@pytest_asyncio.fixture
async def door(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Door]:
    """One attempt a call, a breaker that opens at the third failure, a short deadline."""
    file = tmp_path / "desk.db"
    shutil.copyfile(sqlite_template, file)
    async with Sandbox(tmp_path / "sandbox", catalogue=CATALOGUE) as sandbox:
        raw = tomllib.loads(sandbox.configuration())
        raw["desk"] = {"deadline_s": 1.0}
        for system in raw["systems"].values():
            system["limits"] = {"attempts": 1, "breaker_failures": 3, "breaker_open_s": 3600}
        settings = settings_from(raw, tmp_path)
        db = Database.open(f"sqlite:///{file}")
        audit = AuditLog(db, "node")
        gateway = Gateway.open(
            settings,
            audit=audit,
            index=BlindIndex(Keyring.create(tmp_path / "keys.json")),
            access=OpenCaseOnly(),
            now=lambda: datetime.now(UTC),
        )
        yield Door(gateway, sandbox, audit, db, file)
        await gateway.aclose()
        await audit.aclose()
        await db.aclose()


async def test_no_record_no_call(door: Door) -> None:
    """While the audit log cannot be written nothing arrives anywhere; once it can, calls go on by themselves."""
    async with door.db.begin() as conn:
        await conn.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON audit_log"
                " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        )
    for call in (
        door.gateway.verify("population", CITIZEN, PURPOSE),
        door.gateway.lookup("business", COMPANY, PURPOSE),
        door.gateway.check("land"),
    ):
        with pytest.raises(AuditUnavailable):
            await call
    assert door.sandbox.journal.entries() == []
    async with door.db.begin() as conn:
        await conn.execute(text("DROP TRIGGER full"))
    assert isinstance(await door.gateway.verify("population", CITIZEN, PURPOSE), Confirmed)


async def test_the_entry_is_durable_before_the_request_leaves(door: Door) -> None:
    """Seen from another connection at the moment the request arrives, the entry is there and has no result yet."""
    seen: list[tuple[int, int]] = []
    system = door.sandbox.systems["population"]
    handle = system.handle

    async def looking(request: Any) -> Any:
        with closing(sqlite3.connect(door.file)) as other:
            (entries,) = other.execute("SELECT count(*) FROM audit_log").fetchone()
            (results,) = other.execute("SELECT count(*) FROM audit_results").fetchone()
        seen.append((entries, results))
        return await handle(request)

    object.__setattr__(system, "handle", looking)
    await door.gateway.verify("population", CITIZEN, PURPOSE)
    assert seen == [(1, 0)]
    (entry,) = await door.entries()
    assert (entry.system, entry.service, entry.verb) == (
        "population",
        "XacThucThongTinCongDan",
        "verify",
    )
    assert (entry.officer, entry.agency, entry.reason) == ("canbo01", "H31.14", "Kiểm thử")
    assert (entry.outcome, entry.attempts) == ("confirmed", 1)
    assert entry.duration_ms is not None
    assert entry.duration_ms >= 0


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "hop"),
    [
        (Fault(outage="refused"), Unavailable, "unreachable", Hop.PLATFORM),
        (Fault(drop_after_processing=True), Unavailable, "maybe_arrived", Hop.PLATFORM),
        (Fault(latency_ms=3000), Unavailable, "maybe_arrived", Hop.PLATFORM),
        (Fault(status=500), Unavailable, "system_fault", Hop.SYSTEM),
        (Fault(soap_fault_in_200=True), Unavailable, "system_fault", Hop.SYSTEM),
        (Fault(html_page=True), Unavailable, "reply_unreadable", Hop.PLATFORM),
        (Fault(status=401), Unavailable, "credentials_refused", Hop.CHANNEL),
        (Fault(certificate="expired"), Unavailable, "credentials_refused", Hop.CHANNEL),
        (Fault(status=429, retry_after_s=77), Throttled, "", None),
    ],
)
async def test_every_failure_has_its_outcome(
    door: Door, fault: Fault, kind: type[Any], reason: str, hop: Hop | None
) -> None:
    """Errors of the far side come out as answers, within the deadline, and are written down with their place."""
    await door.sandbox.faults.put("population", fault)
    started = time.monotonic()
    outcome = await door.gateway.verify("population", CITIZEN, PURPOSE)
    assert time.monotonic() - started < 2.0
    assert isinstance(outcome, kind)
    assert outcome.retry_at > datetime.now(UTC)
    if isinstance(outcome, Unavailable):
        assert (outcome.reason, outcome.hop) == (reason, hop)
    else:
        assert (outcome.retry_at - datetime.now(UTC)).total_seconds() > 60
    (entry,) = await door.entries()
    assert (entry.outcome, entry.hop) == (outcome.kind, hop.value if hop else None)


async def test_answers_are_written_down_as_they_are(door: Door) -> None:
    """Found, not found, mismatch: the audit log tells apart what the desk must not."""
    stranger = CitizenQuery(PersonalNumber(NUMBER), "Trần Văn Khác", CITIZEN.birth)
    assert isinstance(await door.gateway.lookup("business", COMPANY, PURPOSE), Found)
    assert isinstance(await door.gateway.lookup("business", NOBODY, PURPOSE), NotFound)
    assert isinstance(await door.gateway.verify("population", stranger, PURPOSE), Mismatch)
    assert [entry.outcome for entry in await door.entries()] == ["found", "not_found", "mismatch"]


async def test_what_is_refused_before_a_byte_leaves(door: Door) -> None:
    """No case, no such service, no such system: typed, not sent, and not in the log of calls."""
    with pytest.raises(NotSupported):
        await door.gateway.verify("business", COMPANY, PURPOSE)
    with pytest.raises(ConfigurationError, match=r"\[systems\.customs\]"):
        await door.gateway.lookup("customs", COMPANY, PURPOSE)
    homeless = Purpose("", "1.004222", "canbo01", "H31.14", "Kiểm thử")
    try:
        refused: Any = await door.gateway.verify("population", CITIZEN, homeless)
    except CaseRequired:
        refused = NotLicensed("population", "", "")
    assert isinstance(refused, NotLicensed)
    assert door.sandbox.journal.entries() == []
    assert await door.entries() == []


async def test_a_double_click_is_one_call_and_one_entry(door: Door) -> None:
    """Five clicks join; a second officer, or another question, has a call and an entry of its own."""
    await door.sandbox.faults.put("population", Fault(latency_ms=200))
    colleague = Purpose("H31.14-261124-0001", "1.004222", "canbo02", "H31.14", "Kiểm thử")
    twin = CitizenQuery(PersonalNumber(NUMBER), "Nguyễn Văn Anh Mẫu", CITIZEN.birth)
    outcomes = await asyncio.gather(
        *(door.gateway.verify("population", CITIZEN, PURPOSE) for _ in range(5)),
        door.gateway.verify("population", CITIZEN, colleague),
        door.gateway.verify("population", twin, PURPOSE),
    )
    assert [type(outcome).__name__ for outcome in outcomes] == ["Confirmed"] * 6 + ["Mismatch"]
    assert door.arrived() == 3
    assert len(await door.entries()) == 3


async def test_an_open_breaker_never_probes_with_a_citizens_call(door: Door) -> None:
    """After three failures nobody's question reaches the system; a check about no one finds out that it is back."""
    await door.sandbox.faults.put("business", Fault(status=500))
    for _ in range(3):
        await door.gateway.lookup("business", COMPANY, PURPOSE)
    await door.sandbox.faults.clear("business")
    before = door.arrived("business")
    stopped = await door.gateway.lookup("business", COMPANY, PURPOSE)
    assert isinstance(stopped, Unavailable)
    assert (stopped.reason, stopped.hop) == ("breaker_open", Hop.US)
    assert door.arrived("business") == before
    check = await door.gateway.check("business")
    assert check.passed
    asked = door.sandbox.journal.entries("business")[before:]
    assert asked
    assert not [
        entry for entry in asked if b"0990001015" in entry.body or "0990001015" in entry.path
    ]
    assert isinstance(await door.gateway.lookup("business", COMPANY, PURPOSE), Found)


async def test_a_check_of_a_silent_system_is_an_answer(door: Door) -> None:
    """Down is `passed=False` with its error, not an exception; the audit log has the check."""
    await door.sandbox.faults.put("land", Fault(outage="refused"))
    check = await door.gateway.check("land")
    assert (check.passed, check.error) == (False, "unreachable")
    await door.sandbox.faults.clear("land")
    assert (await door.gateway.check("land")).passed
    await door.audit.aclose()
    assert [entry.outcome for entry in await door.audit.search(dossier="")] == [
        "unreachable",
        "pass",
    ]


async def test_a_cancelled_call_is_written_down(door: Door) -> None:
    """The browser was closed: the entry says so, and the next click asks anew."""
    await door.sandbox.faults.put("population", Fault(latency_ms=500, times=1))
    click = asyncio.create_task(door.gateway.verify("population", CITIZEN, PURPOSE))
    while not door.arrived():
        await asyncio.wait({click}, timeout=0.01)
    click.cancel()
    with pytest.raises(asyncio.CancelledError):
        await click
    assert isinstance(await door.gateway.verify("population", CITIZEN, PURPOSE), Confirmed)
    assert sorted(str(entry.outcome) for entry in await door.entries()) == [
        "cancelled",
        "confirmed",
    ]


async def test_nothing_identifying_stays_behind(
    door: Door, logged: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Number, name, birth, officer's number, secrets: not in any log line, audit column or byte of the file."""
    caplog.set_level("DEBUG")
    for fault in (Fault(), Fault(html_page=True), Fault(status=500), Fault(outage="refused")):
        await door.sandbox.faults.put("population", fault)
        await door.gateway.verify("population", CITIZEN, PURPOSE)
        await door.gateway.lookup("population", CITIZEN, PURPOSE)
    assert len(await door.entries()) == 8
    async with door.db.begin() as conn:
        await conn.exec_driver_sql("SELECT 1")
    kept = b"".join(
        file.read_bytes() for file in door.file.parent.glob("desk.db*") if file.is_file()
    )
    logs = repr(logged) + caplog.text
    assert logged
    for mark in (
        NUMBER,
        NAME,
        NAME.upper(),
        "NGUYENVANANMAU",
        "19850314",
        "1985-03-14",
        "OFFICER77",
    ):
        assert mark.encode() not in kept
        assert mark not in logs


def test_only_equal_questions_are_equal() -> None:
    """Whatever a question says counts: another commune or another kind of address is another question."""
    birth = PartialDate.parse("1985")
    plain = InsuranceNumberQuery(NAME, birth, Sex.MALE, "33")
    others: list[Query] = [
        InsuranceNumberQuery(NAME, birth, Sex.MALE, "33", commune="11983"),
        InsuranceNumberQuery(NAME, birth, Sex.MALE, "33", address_is_birth_registration=False),
        InsuranceNumberQuery(NAME, birth, Sex.FEMALE, "33"),
        ParcelQuery("11983", 1, 23),
        ParcelQuery("11983", 12, 3),
    ]
    texts = [fingerprint(query) for query in (plain, *others)]
    assert len(set(texts)) == len(texts)
    assert fingerprint(plain) == fingerprint(InsuranceNumberQuery(NAME, birth, Sex.MALE, "33"))
