"""Look-ups per second and latency through the library, beside bare httpx and bare httpx2 loops, in one run.

The library does everything it always does: audit entry durable before each call, policies, connector, typed record. The
bare loops send the same request with the same token and read the JSON. Rounds take turns, so that a busy machine is busy
for all. httpx2 lives in an environment of its own, because it must not sit beside the project's packages.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from _measure import ROOT, Sandbox, finish, median, sandbox, spread, table
from lienthong import OneStop
from lienthong.identity import EnterpriseCode
from lienthong.interface import OrganisationQuery, Purpose
from lienthong.settings import settings_from

ROUNDS = 3
CALLS = {1: 600, 20: 2000, 50: 2000}
HTTPX2 = "httpx2==2.16.2"


async def timed(call: Callable[[int], Awaitable[object]], calls: int, at_once: int) -> list[float]:
    """Runs calls at a concurrency; latencies in seconds, the wall time of all as the last value."""
    numbers = iter(range(calls))
    latencies: list[float] = []

    async def desk() -> None:
        for number in numbers:
            started = time.perf_counter()
            await call(number)
            latencies.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(desk() for _ in range(at_once)))
    return [*sorted(latencies), time.perf_counter() - started]


def figures(measured: list[float]) -> dict[str, float]:
    """Calls per second and latencies in milliseconds."""
    *latencies, wall = measured
    return {
        "per_s": len(latencies) / wall,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
    }


async def library(
    box: Sandbox, folder: Path, code: str, calls: int, at_once: int
) -> dict[str, float]:
    """Through the library: SQLite, audit and policies on."""
    raw = tomllib.loads(box.get("config"))
    raw["store"] = {
        "url": f"sqlite:///{folder}/library-{time.time_ns()}/lienthong.db",
        "content": f"{folder}/content",
        "keys": f"{folder}/keys-{time.time_ns()}.json",
    }
    Path(raw["store"]["url"].removeprefix("sqlite:///")).parent.mkdir()
    raw["systems"] = {"business": raw["systems"]["business"]}
    raw["systems"]["business"]["limits"] = {"at_once": at_once, "per_minute": 10_000_000}
    raw["log"] = {"level": "ERROR"}
    query = OrganisationQuery(EnterpriseCode.parse(code))
    async with OneStop.from_config(settings_from(raw, folder)) as one_stop:
        # A purpose of its own per call: equal questions of one case would be joined into one call.
        purposes = [
            Purpose(f"H31.14-261123-{number:05d}", "1.001612", "can-bo", "H31.14", "đo tốc độ")
            for number in range(calls)
        ]
        gateway = one_stop.desk.gateway

        async def call(number: int) -> None:
            outcome = await gateway.lookup("business", query, purposes[number])
            assert outcome.kind == "found", outcome

        await timed(call, 50, at_once)
        return figures(await timed(call, calls, at_once))


def bare(
    python: str, package: str, box: Sandbox, code: str, calls: int, at_once: int
) -> dict[str, float]:
    """A bare loop in a process of its own."""
    account = tomllib.loads(box.get("config"))["systems"]["business"]["channel"]
    told = {
        "package": package,
        "url": box.urls["business"],
        "ca": str(box.ca),
        "key": account["consumer_key"],
        "secret": account["consumer_secret"],
        "code": code,
        "calls": calls,
        "at_once": at_once,
    }
    done = subprocess.run(
        [python, str(ROOT / "bench" / "_bare.py"), json.dumps(told)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return figures(json.loads(done.stdout))


def httpx2_python(folder: Path) -> str:
    """An environment with httpx2 alone."""
    uv = os.environ.get("UV") or "uv"
    home = folder / "httpx2"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(home)], check=True)
    python = str(home / "bin" / "python")
    subprocess.run([uv, "pip", "install", "-q", "--python", python, HTTPX2, "orjson"], check=True)
    return python


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        other = httpx2_python(folder)
        with sandbox(folder) as box:
            people = json.loads(box.get("personas"))
            code = next(
                item["number"]
                for item in people["organisations"]
                if "company_active" in item["tags"]
            )
            found: dict[str, dict[int, list[dict[str, float]]]] = {}
            for at_once, calls in CALLS.items():
                for _ in range(ROUNDS):
                    measured = {
                        "lienthong": asyncio.run(library(box, folder, code, calls, at_once)),
                        "httpx": bare(sys.executable, "httpx", box, code, calls // 2, at_once),
                        "httpx2": bare(other, "httpx2", box, code, calls, at_once),
                    }
                    for who, values in measured.items():
                        found.setdefault(who, {}).setdefault(at_once, []).append(values)
                    print(".", end="", flush=True, file=sys.stderr)
    report(found)


def report(found: dict[str, dict[int, list[dict[str, float]]]]) -> None:
    """The table and the ratios."""

    def middle(who: str, at_once: int, what: str) -> float:
        return median([values[what] for values in found[who][at_once]])

    rows: list[tuple[str, ...]] = []
    for at_once in CALLS:
        for who in found:
            per_s = [values["per_s"] for values in found[who][at_once]]
            rows.append(
                (
                    str(at_once),
                    who,
                    f"{median(per_s):.0f}",
                    spread(per_s),
                    f"{middle(who, at_once, 'p50_ms'):.2f}",
                    f"{middle(who, at_once, 'p99_ms'):.2f}",
                )
            )
    table(
        "Look-up chiTietDoanhNghiep over TLS, sandbox in a process of its own",
        ("at once", "client", "calls/s", "spread", "p50 ms", "p99 ms"),
        rows,
    )
    ratios = {
        f"{who}_{at_once}": middle("lienthong", at_once, "per_s") / middle(who, at_once, "per_s")
        for at_once in CALLS
        for who in ("httpx", "httpx2")
    }
    ratios["added_ms_1"] = middle("lienthong", 1, "p50_ms") - middle("httpx2", 1, "p50_ms")
    results: dict[str, Any] = {
        who: {str(key): value for key, value in values.items()} for who, values in found.items()
    }
    finish(ratios, rounds=ROUNDS, measured=results)


if __name__ == "__main__":
    main()
