"""Proof: nodes die at every step of telling the hub, databases restart, the network is cut, answers are lost, leaders die.

Witness is the journal of the sandbox hub, which takes every step as often as it comes. Run with ``make prove NAME=hub``;
``PROOF=short`` takes a minute, the full form kills at least 500 times.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.proofs._hub_leader import BOUND_S, Takeovers, take_over
from tests.proofs._hub_node import STEPS
from tests.proofs._hub_site import (
    CHANGES,
    HubProcess,
    PostgreSQL,
    Witness,
    code_of,
    configure,
    hear,
    messages_of,
    raw_settings,
    say,
    start_hub,
    workplace,
)

from lienthong.guard import BlindIndex, Keyring, Sealer
from lienthong.hub import Outbox
from lienthong.hub._content import step_key
from lienthong.interface import HubProgress
from lienthong.storage import Database, outbox, utc_now

SHORT = os.environ.get("PROOF") == "short"
ROOT = Path(__file__).parents[2]
_PASSES_BY_S = 5.0
"""Longest wait for a node to come by the step at which it is to die, seconds; then any moment will do."""


@dataclass(frozen=True)
class Trial:
    """One arrangement."""

    store: str
    nodes: int
    in_doubt: str
    kills: int

    @property
    def name(self) -> str:
        return f"{self.store}_{self.nodes}_{self.in_doubt}"


TRIALS = [
    Trial("sqlite", 1, "send", 6 if SHORT else 200),
    Trial("postgresql", 1, "send", 6 if SHORT else 180),
    Trial("postgresql", 3, "send", 9 if SHORT else 200),
    Trial("postgresql", 3, "hold", 6 if SHORT else 60),
]


@dataclass
class Outcome:
    """What a trial showed."""

    trial: Trial
    cases: int = 0
    kills: int = 0
    at_steps: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    cuts: int = 0
    lost_answers: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    in_doubt: int = 0
    doubled_in_doubt: int = 0
    out_of_order: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Nursery:
    """The process that forks nodes."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs._hub_node"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.news: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def order(self, **order: Any) -> None:
        """Has a node born."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """No more nodes."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.news.put(json.loads(line))


class Troubles:
    """What goes wrong around the nodes: one fault of the hub after another, and restarts of the database."""

    FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
        ("DongBoHoSoMC", {"drop_after_processing": True, "rate": 0.3, "times": 6}),
        ("CapNhatTienDoHoSoMC", {"drop_after_processing": True, "rate": 0.3, "times": 6}),
        ("", {"cut_after_bytes": 40, "rate": 0.2, "times": 10}),
        ("", {"outage": "503", "rate": 0.5, "times": 10}),
        ("", {"html_page": True, "rate": 0.3, "times": 6}),
        ("", {"latency_ms": 10, "jitter_ms": 30}),
        ("", {"expire_tokens": True}),
        ("TraCuuHoSo", {"truncate": True, "rate": 0.5, "times": 6}),
        ("", {"outage": "refused"}),
    )

    def __init__(self, hub: HubProcess, server: PostgreSQL | None, outcome: Outcome) -> None:
        self._hub = hub
        self._server = server
        self._outcome = outcome
        self._dice = random.Random(outcome.trial.name)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Heals the hub."""
        self._stop.set()
        self._thread.join()
        self._hub.heal()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(self._dice.uniform(0.2, 0.6)):
            service, fault = self.FAULTS[number % len(self.FAULTS)]
            self._hub.put(fault, service)
            number += 1
            self._outcome.lost_answers += (
                fault.get("times", 0) if "drop_after_processing" in fault else 0
            )
            self._outcome.cuts += 1 if "outage" in fault or "cut_after_bytes" in fault else 0
            self._stop.wait(self._dice.uniform(0.2, 0.8))
            self._hub.heal()
            if self._server is not None and number % 7 == 3:
                self._server.restart(kill=bool(number % 2))
                self._outcome.restarts += 1


def prove(trial: Trial, folder: Path, server: PostgreSQL) -> Outcome:
    """Runs one trial to the end: all cases changed, all told, as many deaths as asked for."""
    outcome = Outcome(trial)
    started = time.monotonic()
    place = folder / trial.name
    place.mkdir()
    hub = start_hub(place)
    nursery = Nursery()
    try:
        if trial.store == "sqlite":
            url = f"sqlite:///{place}/lienthong.db"
        else:
            url = server.create(trial.name)
        configure(hub, place, url, in_doubt=trial.in_doubt)
        raw = raw_settings(hub, place, url, in_doubt=trial.in_doubt)
        troubles = Troubles(hub, server if trial.store == "postgresql" else None, outcome)
        troubles.start()
        _kill_them(nursery, outcome, raw, place)
        troubles.end()
        _let_them_finish(nursery, outcome, raw, place, hub, url)
        nursery.close()
        asyncio.run(_judge(outcome, hear(hub, outcome.cases), url, place))
    finally:
        hub.stop()
    outcome.seconds = time.monotonic() - started
    return outcome


def _kill_them(nursery: Nursery, outcome: Outcome, raw: dict[str, Any], place: Path) -> None:
    trial = outcome.trial
    dice = random.Random(f"{trial.name}!")
    steps: Iterator[str] = iter(())
    alive: dict[int, tuple[int, str, float]] = {}
    outcome.cases = 10
    free = list(range(trial.nodes))
    while outcome.kills < trial.kills:
        for slot in free:
            # Half of the deaths at a named step, half at any moment.
            step = next(steps, "")
            if not step:
                shuffled = list(STEPS)
                dice.shuffle(shuffled)
                steps = iter([name for step in shuffled for name in (step, "any moment")])
                step = next(steps)
            outcome.cases = 10 + outcome.kills * 2
            nursery.order(
                slot=slot,
                step=step,
                passing=dice.randint(1, 5),
                seed=dice.random(),
                cases=outcome.cases,
                settings=raw,
                folder=str(place),
            )
            news = _heard(nursery, "born", alive, outcome)
            alive[news["born"]] = (slot, step, float("inf"))
        free = []
        with contextlib.suppress(queue.Empty):
            news = nursery.news.get(timeout=0.02)
            if "died" in news:
                free += _died(news, alive, outcome)
            else:
                _works(news["awake"], alive, dice)
        for pid, (slot, _, until) in list(alive.items()):
            if time.monotonic() > until:
                # It does not come by its step any more: any moment will do.
                alive[pid] = (slot, "any moment", until + 60)
                _kill(pid)
    for pid in alive:
        _kill(pid)
    while alive:
        news = nursery.news.get(timeout=30)
        if "died" in news:
            _died(news, alive, outcome)


def _kill(pid: int) -> None:
    """Kills a node; one that has just died is reported all the same."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _heard(
    nursery: Nursery, what: str, alive: dict[int, tuple[int, str, float]], outcome: Outcome
) -> dict[str, Any]:
    """The next news of a kind; others wait for their turn."""
    others = []
    while True:
        news = nursery.news.get(timeout=60)
        if what in news:
            break
        others.append(news)
    for other in others:
        nursery.news.put(other)
    return news


def _works(pid: int, alive: dict[int, tuple[int, str, float]], dice: random.Random) -> None:
    """The time of a node runs from here: being born takes long on a busy machine."""
    if pid in alive:
        slot, step, _ = alive[pid]
        wait = dice.uniform(0.05, 0.9) if step == "any moment" else _PASSES_BY_S
        alive[pid] = (slot, step, time.monotonic() + wait)


def _died(
    news: dict[str, Any], alive: dict[int, tuple[int, str, float]], outcome: Outcome
) -> list[int]:
    slot, step, _ = alive.pop(news["died"])
    if news["code"] == -signal.SIGKILL:
        outcome.kills += 1
        outcome.at_steps[step] += 1
    elif news["code"] != 0:
        outcome.broken.append(f"a node ended with {news['code']}")
    return [slot]


def _let_them_finish(
    nursery: Nursery,
    outcome: Outcome,
    raw: dict[str, Any],
    place: Path,
    hub: HubProcess,
    url: str,
) -> None:
    """Nodes that nobody kills; between them the operator decides about what is held."""
    for _ in range(60):
        for slot in range(outcome.trial.nodes):
            nursery.order(
                slot=slot,
                step="",
                passing=1,
                seed=slot,
                cases=outcome.cases,
                settings=raw,
                folder=str(place),
            )
        left = outcome.trial.nodes
        until = time.monotonic() + (60 if SHORT else 240)
        while left:
            news = nursery.news.get(timeout=max(until - time.monotonic(), 0.1))
            if "died" in news:
                left -= 1
                if news["code"] != 0:
                    outcome.broken.append(f"a node ended with {news['code']}")
        if not asyncio.run(_decide(hub, outcome, url, place)):
            return
    outcome.broken.append("there was no end to what the operator had to decide")


async def _decide(hub: HubProcess, outcome: Outcome, url: str, place: Path) -> int:
    """The operator looks at the hub: what stands there is dropped, what does not is sent again."""
    db = Database.open(url)
    try:
        keyring = Keyring.load(place / "keys.json")
        box = Outbox(db, Sealer(keyring), BlindIndex(keyring))
        letters = await box.dead(limit=500)
        witness = hear(hub, outcome.cases)
        plan = _plan(place, outcome.cases)
        async with db.read() as conn:
            rows = await conn.execute(
                select(outbox.c.id, outbox.c.content_index).where(outbox.c.state == "dead")
            )
            keys = {row.id: row.content_index for row in rows}
        there = [letter.id for letter in letters if plan.get(keys[letter.id]) in witness.copies]
        for letter in letters:
            if not letter.last_code.startswith("in_doubt"):
                outcome.broken.append(f"dead letter {letter.last_code} {letter.last_message}")
        if there:
            await box.give_up(there)
        away = [letter.id for letter in letters if letter.id not in there]
        if away:
            await box.retry(away, utc_now())
        return len(letters)
    finally:
        await db.aclose()


def _plan(place: Path, number: int) -> dict[str, tuple[str, int]]:
    """Dossier and number of each step of the plan, by the key that the ledger gives it."""
    found = {}
    index = BlindIndex(Keyring.load(place / "keys.json"))
    for n in range(1, number + 1):
        for change in range(1, CHANGES):
            step = messages_of(n, change)[1]
            assert isinstance(step, HubProgress)
            found[step_key(index, step)] = (code_of(n), change)
    return found


async def _judge(outcome: Outcome, witness: Witness, url: str, place: Path) -> None:
    """Holds the hub's journal against the plan, and steps that came twice against what the store calls in doubt."""
    outcome.lost = witness.lost
    outcome.out_of_order = witness.out_of_order
    outcome.duplicated = [f"{code} added" for code in witness.added_twice]
    plan = _plan(place, outcome.cases)
    db = Database.open(url)
    try:
        async with db.read() as conn:
            rows = await conn.execute(
                select(
                    outbox.c.content_index,
                    outbox.c.state,
                    outbox.c.fence,
                    outbox.c.may_have_arrived,
                ).where(outbox.c.kind == "progress")
            )
            told = {plan[row.content_index]: row for row in rows}
            untold = await conn.execute(
                select(outbox.c.dossier).where(outbox.c.state.in_(("pending", "dead")))
            )
            outcome.broken += [f"{row.dossier} is left in the outbox" for row in untold]
    finally:
        await db.aclose()
    outcome.in_doubt = sum(1 for row in told.values() if row.may_have_arrived)
    for step, copies in witness.copies.items():
        if copies == 1:
            continue
        row = told[step]
        # A claim sends at most once, so more copies than claims could not be explained by doubt.
        allowed = row.may_have_arrived and copies <= row.fence and outcome.trial.in_doubt == "send"
        if allowed:
            outcome.doubled_in_doubt += copies - 1
        else:
            outcome.duplicated.append(f"{step[0]} step {step[1]}: {copies} times")


HEAD = (
    *("store", "nodes", "in doubt", "kills", "at named steps", "steps seen", "db restarts"),
    *("cuts", "answers lost", "cases", "messages", "lost", "duplicated", "in_doubt", "came twice"),
    *("out of order", "s"),
)


def report(outcomes: list[Outcome], leaders: Takeovers) -> int:
    """The table, what went wrong, and the counts; 1 when something did."""
    rows = [
        (
            one.trial.store,
            str(one.trial.nodes),
            one.trial.in_doubt,
            str(one.kills),
            str(sum(n for step, n in one.at_steps.items() if step in STEPS)),
            f"{sum(1 for step in STEPS if one.at_steps[step])}/{len(STEPS)}",
            str(one.restarts) if one.trial.store == "postgresql" else "-",
            str(one.cuts),
            str(one.lost_answers),
            str(one.cases),
            str(one.cases * (2 * CHANGES - 1)),
            str(len(one.lost)),
            str(len(one.duplicated)),
            str(one.in_doubt),
            str(one.doubled_in_doubt),
            str(len(one.out_of_order)),
            f"{one.seconds:.0f}",
        )
        for one in outcomes
    ]
    widths = [max(len(row[i]) for row in (HEAD, *rows)) for i in range(len(HEAD))]
    for row in (HEAD, *rows):
        say("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))
    for one in outcomes:
        for what in ("lost", "duplicated", "out_of_order", "broken"):
            for line in getattr(one, what)[:10]:
                say(f"{one.trial.name}: {what}: {line}")
    say(
        f"leader of the schedule killed {len(leaders.killed_s)} times, stopped {len(leaders.stopped_s)} times: "
        f"another led after {leaders.longest_s:.1f} s at most (bound {BOUND_S:.0f} s)"
    )
    for line in leaders.wrong:
        say(f"leaders: {line}")
    counts = {
        "kills": sum(one.kills for one in outcomes),
        "lost": sum(len(one.lost) for one in outcomes),
        "duplicated": sum(len(one.duplicated) for one in outcomes),
        "in_doubt": sum(one.in_doubt for one in outcomes),
        "out_of_order": sum(len(one.out_of_order) for one in outcomes),
        "in_doubt_came_twice": sum(one.doubled_in_doubt for one in outcomes),
        "broken": sum(len(one.broken) for one in outcomes) + len(leaders.wrong),
    }
    wrong = counts["lost"] + counts["duplicated"] + counts["out_of_order"] + counts["broken"]
    say(" ".join(f"{name}={number}" for name, number in counts.items()))
    if os.environ.get("JSON") == "1":
        by_trial = {
            one.trial.name: {
                "kills": one.kills,
                "at": dict(one.at_steps),
                "in_doubt": one.in_doubt,
                "came_twice": one.doubled_in_doubt,
                "seconds": round(one.seconds, 1),
            }
            for one in outcomes
        }
        takeovers = {"killed_s": leaders.killed_s, "stopped_s": leaders.stopped_s}
        say(json.dumps({"counts": counts, "trials": by_trial, "leaders": takeovers}))
    return 1 if wrong else 0


def main() -> int:
    """Runs the trials that ``TRIALS`` names (all by default) and reports."""
    wanted = os.environ.get("TRIALS", "").split()
    with workplace() as folder:
        server = PostgreSQL(folder / "pg")
        try:
            outcomes = [
                prove(trial, folder, server)
                for trial in TRIALS
                if not wanted or trial.name in wanted
            ]
            leaders = take_over(server, 3 if SHORT else 12)
        finally:
            server.close()
    return report(outcomes, leaders)


if __name__ == "__main__":
    sys.exit(main())
