"""Proof: evidence is reused only when it may be, and every decision of a morning follows from its record alone.

Three parts. A simple model of the evidence store is played against the real one through random lives. A morning at the desk is
played against the sandbox, with systems down, slow and throttled; then every decision it recorded, superseded ones too, is made
again by running the engine on the inputs in its record. Last, each record is spoilt in one place, and the comparison must see
it: a comparison that sees nothing would prove nothing. ``make prove NAME=onceonly``; ``PROOF=short`` within a minute.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.proofs._hub_site import say, workplace
from tests.unit.onceonly.model import REASONS, EvidenceMachine, play

from lienthong.onceonly import NotRecomputable, differences, recompute
from lienthong.settings import load_settings
from lienthong.storage import Database, tables

SHORT = os.environ.get("PROOF") == "short"
EXAMPLES, STEPS = (25, 25) if SHORT else (400, 50)
ROUNDS = 4
CASES = 60 if SHORT else 1000
STOP_S = 10.0


def played() -> tuple[Counter[str], list[str]]:
    """Steps and wrong reuse of the model, and what went wrong in words.

    Every reason against reuse must have stood alone at least once, or nothing was shown of it: lives go on until it has.
    """
    for _ in range(ROUNDS):
        try:
            play(EXAMPLES, STEPS)
        except AssertionError as error:
            return Counter(EvidenceMachine.counts), [f"the model and the store disagree: {error}"]
        if EvidenceMachine.near.keys() >= REASONS:
            break
    say(", ".join(f"{reason} {number}" for reason, number in EvidenceMachine.near.most_common()))
    untried = sorted(REASONS - EvidenceMachine.near.keys())
    wrong = [f"never tried: {', '.join(untried)}"] if untried else []
    return Counter(EvidenceMachine.counts), wrong


def morning(folder: Path) -> list[dict[str, Any]]:
    """The records of all decisions of a morning at the desk.

    Raises:
        SystemExit: The morning itself failed.
    """
    place = folder / "demo"
    command = [str(Path(sys.executable).with_name("lienthong")), "demo", "--keep", "--json"]
    done = subprocess.run(
        [*command, "--cases", str(CASES), "--data", str(place)],
        cwd=folder,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the demo ended with {done.returncode}: {done.stdout[-500:].decode()}")
    _stop(json.loads(done.stdout.splitlines()[-1])["sandbox"]["pid"])
    return asyncio.run(_records(load_settings(place / "lienthong.toml").store.url))


def _stop(pid: int) -> None:
    """Ends the sandbox that the demo started and kept for us."""
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + STOP_S
    while time.monotonic() < until and Path(f"/proc/{pid}").exists():
        time.sleep(0.05)


async def _records(url: str) -> list[dict[str, Any]]:
    db = Database.open(url)
    try:
        async with db.read() as conn:
            rows = await conn.execute(select(tables.decisions))
            return [dict(row) for row in rows.mappings()]
    finally:
        await db.aclose()


def disagreement(record: Mapping[str, Any]) -> str:
    """In what a record is not what its inputs lead to; ``""`` when it is."""
    try:
        return ", ".join(differences(record, recompute(record)))
    except NotRecomputable as error:
        return str(error)


def spoilt(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The record with one thing wrong, each in turn."""
    inputs = record["inputs"]
    outcome = "ask" if record["outcome"] == "waived" else "waived"
    return [
        {**record, "outcome": outcome},
        {**record, "sentence_vi": record["sentence_vi"] + " "},
        {**record, "rule_version": f"{record['rule_version']}0"},
        {**record, "inputs": {**inputs, "declined": not inputs.get("declined", False)}},
        {**record, "inputs": {**inputs, "engine": 0}},
    ]


def main() -> int:
    """Plays, recomputes, spoils, counts."""
    model, wrong = played()
    with workplace() as folder:
        records = morning(folder)
    found = [(record, text) for record in records if (text := disagreement(record))]
    wrong += [f"decision by {record['rule']} differs in {text}" for record, text in found]
    changed = [one for record in records for one in spoilt(record)]
    overlooked = sum(not disagreement(one) for one in changed)
    if overlooked:
        wrong.append(f"{overlooked} of {len(changed)} spoilt records were taken for good")
    if not records or not model["reused"]:
        wrong.append("nothing was decided, or nothing reused: the proof shows nothing")
    rules = Counter(record["rule"] for record in records)
    counts = {
        "steps": model["steps"],
        "reused": model["reused"],
        "wrong_reuse": model["wrong_reuse"],
        "decisions": len(records),
        "superseded": sum(record["superseded_by"] is not None for record in records),
        "rules": len(rules),
        "recomputed_differently": len(found),
        "spoilt": len(changed),
        "overlooked": overlooked,
    }
    say(", ".join(f"{rule} {number}" for rule, number in rules.most_common()))
    for line in wrong[:20]:
        say(line)
    say(" ".join(f"{name}={number}" for name, number in counts.items()))
    if os.environ.get("JSON") == "1":
        say(json.dumps({"counts": counts}))
    return 1 if wrong or counts["wrong_reuse"] else 0


if __name__ == "__main__":
    sys.exit(main())
