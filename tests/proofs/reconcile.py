"""Proof: reconciliation names exactly the dossiers that the hub lost or confused, and sends again exactly what they need.

The hub's own journal is edited while it is down: dossiers lost, last updates lost, updates in the wrong order, and, as traps,
messages doubled and steps in the wrong order, which no read shows and which must raise no alarm. ``make prove NAME=reconcile``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from tests.proofs._hub_site import (
    SYSTEM,
    HubProcess,
    PostgreSQL,
    code_of,
    configure,
    messages_of,
    raw_settings,
    say,
    start_hub,
    workplace,
)

from lienthong.gateway import Gateway
from lienthong.guard import AuditLog, BlindIndex, Keyring, OpenCaseOnly, Sealer, configure_logging
from lienthong.hub import HubSync, Outbox, Reconciler, ReconcileReport
from lienthong.interface import HubDossier, HubProgress
from lienthong.settings import settings_from
from lienthong.storage import Database, cases, new_id

SHORT = os.environ.get("PROOF") == "short"
CASES = 150 if SHORT else 1200
EACH = 8 if SHORT else 60
STATUSES = ("2", "4", "9", "10")
GAPS = {"lost dossier": "missing", "lost update": "status", "updates swapped": "status"}
TRAPS = ("update doubled", "step doubled", "steps swapped")


def changes_of(number: int) -> list[HubDossier | HubProgress]:
    """All that a case tells: four states, each with its own status, and a step with each but the first."""
    told: list[HubDossier | HubProgress] = []
    for change, status in enumerate(STATUSES):
        state, *steps = messages_of(number, change)
        told.append(state.model_copy(update={"status": status}))
        told += [step.model_copy(update={"status": status}) for step in steps]
    return told


@dataclass
class Result:
    """What one store showed."""

    store: str
    injected: Counter[str] = field(default_factory=Counter)
    found: int = 0
    false_alarms: list[str] = field(default_factory=list)
    overlooked: list[str] = field(default_factory=list)
    resent: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list)


class Office:
    """An installation that tells and reconciles."""

    def __init__(self, hub: HubProcess, folder: Path, url: str) -> None:
        raw = raw_settings(hub, folder, url)
        # No trouble but what is injected: an answer that is only late would double a message in the journal.
        raw["systems"][SYSTEM]["limits"]["attempt_s"] = 30.0
        settings = settings_from(raw, folder)
        keyring = Keyring.load(settings.store.keys)
        self.db = Database.open(url)
        self._audit = AuditLog(self.db, f"reconcile-{new_id()}")
        sealer, index = Sealer(keyring), BlindIndex(keyring)
        self._gateway = Gateway.open(
            settings, audit=self._audit, index=index, access=OpenCaseOnly()
        )
        self.outbox = Outbox(self.db, sealer, index)
        self.sync = HubSync(
            self.db, self.outbox, sealer, self._gateway, settings.hub, _now, "reconcile"
        )
        self.reconciler = Reconciler(self.db, self._gateway, settings.hub, _now)

    async def aclose(self) -> None:
        await self._gateway.aclose()
        await self._audit.aclose()
        await self.db.aclose()


def _now() -> datetime:
    return datetime.now(UTC)


async def tell_all(office: Office) -> None:
    """Files every case and tells the hub."""
    for number in range(1, CASES + 1):
        case_id = new_id()
        async with office.db.begin() as conn:
            await conn.execute(
                insert(cases).values(
                    id=case_id,
                    dossier=code_of(number),
                    procedure="1.004222",
                    agency="H31.14",
                    officer="canbo01",
                    sealed=b"",
                    status="9",
                )
            )
            for message in changes_of(number):
                await office.outbox.enqueue(conn, case_id=case_id, message=message, now=_now())
    report = await office.sync.drain(600)
    assert (report.dead, report.waiting) == (0, 0), report


def spoil(journal: Path, result: Result) -> dict[str, str]:
    """Edits what the hub remembers; returns the gaps that this makes, by dossier."""
    dice = random.Random(7)
    lines: dict[str, list[str]] = {}
    for line in journal.read_text("utf-8").splitlines():
        lines.setdefault(json.loads(line)["data"][0]["MaHoSo"], []).append(line)
    codes = [code_of(number) for number in range(1, CASES + 1)]
    dice.shuffle(codes)
    chosen = iter(codes)
    gaps: dict[str, str] = {}
    for kind in (*GAPS, *TRAPS):
        for _ in range(EACH):
            code = next(chosen)
            kept = lines[code]  # add, step, update, step, update, step
            updates = [i for i, line in enumerate(kept) if '"kind":"update"' in line]
            steps = [i for i, line in enumerate(kept) if '"kind":"progress"' in line]
            if kind == "lost dossier":
                kept = []
            elif kind == "lost update":
                kept = [line for i, line in enumerate(kept) if i != updates[-1]]
            elif kind == "updates swapped":
                _swap(kept, updates[-2], updates[-1])
            elif kind == "update doubled":
                kept.insert(updates[-1], kept[updates[-1]])
            elif kind == "step doubled":
                kept.insert(steps[-1], kept[steps[-1]])
            else:
                _swap(kept, steps[-2], steps[-1])
            lines[code] = kept
            if kind in GAPS:
                gaps[code] = GAPS[kind]
            result.injected[kind] += 1
    journal.write_text("".join(line + "\n" for kept in lines.values() for line in kept), "utf-8")
    return gaps


def _swap(lines: list[str], one: int, other: int) -> None:
    lines[one], lines[other] = lines[other], lines[one]


def count(result: Result, report: ReconcileReport, gaps: dict[str, str]) -> None:
    """Holds the report against what was injected."""
    found = {gap.dossier: gap.kind for gap in report.gaps}
    result.found = sum(1 for code, kind in gaps.items() if found.get(code) == kind)
    result.overlooked = [code for code, kind in gaps.items() if found.get(code) != kind]
    result.false_alarms = [code for code in found if code not in gaps]
    if report.unknown or report.moving or report.compared != CASES:
        result.wrong.append(f"compared {report.compared} of {CASES}, {report.unknown} unknown")


def judge(result: Result, journal: Path, gaps: dict[str, str], before: int) -> None:
    """What the hub took after the resend: the missing dossiers whole and once, the others one update, nobody else anything."""
    written: dict[str, Counter[str]] = {}
    for line in journal.read_text("utf-8").splitlines()[before:]:
        entry = json.loads(line)
        for record in entry["data"]:
            what = record.get("NoiDungXuLy") or entry["kind"]
            written.setdefault(record["MaHoSo"], Counter())[what] += 1
    whole = Counter({"add": 1, "update": 2, "Bước 1": 1, "Bước 2": 1, "Bước 3": 1})
    for code in written.keys() | gaps.keys():
        wanted = {"missing": whole, "status": Counter({"update": 1})}.get(gaps.get(code, ""))
        if written.get(code) != wanted:
            result.wrong.append(f"{code} {gaps.get(code)} got {dict(written.get(code, {}))}")


async def reconcile(result: Result, hub: HubProcess, folder: Path, url: str, gaps: Any) -> None:
    """Compares, sends again, compares again."""
    office = Office(hub, folder, url)
    try:
        today = (_now() + timedelta(hours=7)).date()
        report = await office.reconciler.run(today)
        count(result, report, gaps)
        result.resent = await office.reconciler.resend(report.gaps)
        told = await office.sync.drain(600)
        if told.dead or told.waiting:
            result.wrong.append(f"after the resend {told}")
        result.left = len((await office.reconciler.run(today)).gaps)
        if await office.reconciler.resend(report.gaps):
            result.wrong.append("a second resend of the same gaps sends again")
    finally:
        await office.aclose()


def prove(store: str, folder: Path, server: PostgreSQL) -> Result:
    """One store."""
    result = Result(store)
    place = folder / store
    place.mkdir()
    url = f"sqlite:///{place}/lienthong.db" if store == "sqlite" else server.create("reconcile")
    hub = start_hub(place)
    try:
        configure(hub, place, url)
        asyncio.run(_tell(hub, place, url))
    finally:
        hub.stop()
    journal = hub.state / f"{SYSTEM}.jsonl"
    gaps = spoil(journal, result)
    before = len(journal.read_text("utf-8").splitlines())
    hub = start_hub(place)
    try:
        asyncio.run(reconcile(result, hub, place, url, gaps))
    finally:
        hub.stop()
    judge(result, journal, gaps, before)
    return result


async def _tell(hub: HubProcess, folder: Path, url: str) -> None:
    office = Office(hub, folder, url)
    try:
        await tell_all(office)
    finally:
        await office.aclose()


def main() -> int:
    """Both stores, a table, the counts."""
    configure_logging(json=False, level="CRITICAL")
    with workplace() as folder:
        server = PostgreSQL(folder / "pg")
        try:
            results = [prove(store, folder, server) for store in ("sqlite", "postgresql")]
        finally:
            server.close()
    say(f"{CASES} dossiers told per store; journal of the hub edited")
    for one in results:
        real = sum(one.injected[kind] for kind in GAPS)
        traps = sum(one.injected[kind] for kind in TRAPS)
        say(
            f"{one.store:<11} injected {real} ({', '.join(GAPS)}) and {traps} traps; found {one.found}, "
            f"false alarms {len(one.false_alarms)}, resent {one.resent}, left {one.left}"
        )
        for line in [*one.overlooked, *one.false_alarms, *one.wrong][:10]:
            say(f"{one.store}: {line}")
    counts = {
        "injected": sum(one.injected[kind] for one in results for kind in GAPS),
        "found": sum(one.found for one in results),
        "false_alarms": sum(len(one.false_alarms) for one in results),
        "traps": sum(one.injected[kind] for one in results for kind in TRAPS),
        "resent": sum(one.resent for one in results),
        "left": sum(one.left for one in results),
        "wrong": sum(len(one.wrong) for one in results),
    }
    if os.environ.get("JSON") == "1":
        say(json.dumps({"counts": counts}))
    good = counts["injected"] == counts["found"] == counts["resent"]
    return 0 if good and not counts["false_alarms"] + counts["left"] + counts["wrong"] else 1


if __name__ == "__main__":
    sys.exit(main())
