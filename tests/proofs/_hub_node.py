"""A node on trial, and the nursery that forks such nodes from a warm interpreter, so that five hundred deaths take minutes.

A node changes cases of the plan and tells the hub of them until all is done, or until it kills itself with signal 9 at the
n-th passing of a named step. The steps are cut in from outside, in this process only: the program has no such door.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from select import select as wait_for
from typing import Any, NoReturn

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.proofs._hub_site import CHANGES, code_of, messages_of, say

from lienthong.gateway import Gateway
from lienthong.guard import AuditLog, BlindIndex, Keyring, OpenCaseOnly, Sealer, configure_logging
from lienthong.hub import HubSync, Outbox, _sync
from lienthong.hub._ledger import End, Free, Ledger, Work
from lienthong.interface import (
    HubDossier,
    LookupOutcome,
    Message,
    Purpose,
    Query,
    ShareOutcome,
)
from lienthong.settings import settings_from
from lienthong.storage import Database, StorageError, cases, new_id, outbox

STEPS = (
    "change.begun",
    "change.case_written",
    "change.message_written",
    "change.committed",
    "claim.begun",
    "claim.written",
    "claim.committed",
    "lookup.before",
    "lookup.after",
    "dossier.before",
    "dossier.under_way",
    "dossier.answered",
    "step.before",
    "step.under_way",
    "step.answered",
    "end.begun",
    "end.marked",
    "end.remembered",
    "end.committed",
    "retry.written",
    "beat.before",
    "beat.after",
)
"""The steps of the cycle at which a node may be told to die."""

LEASE_S = 3.0


class Fate:
    """Dies at the n-th passing of a step."""

    def __init__(self, step: str, passing: int) -> None:
        self._step = step
        self._left = passing

    def at(self, step: str) -> None:
        """The node passes a step."""
        if step == self._step:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    async def soon(self, step: str, within_s: float) -> None:
        """The node passes a step at some moment during what it waits for."""
        await asyncio.sleep(random.uniform(0, within_s))
        self.at(step)


class MortalLedger(Ledger):
    """The ledger with steps cut in."""

    fate: Fate

    async def settle(
        self, ends: Sequence[tuple[Work, End]], free: Free, now: datetime
    ) -> list[Work]:
        if ends:
            self.fate.at("end.begun")
        works = await super().settle(ends, free, now)
        if ends:
            self.fate.at("end.committed")
        if works:
            self.fate.at("claim.committed")
        return works

    async def beat(self, ids: Sequence[int], now: datetime) -> frozenset[int]:
        self.fate.at("beat.before")
        kept = await super().beat(ids, now)
        self.fate.at("beat.after")
        return kept

    async def _claim(self, conn: AsyncConnection, free: Free, now: datetime) -> list[Work]:
        self.fate.at("claim.begun")
        works = await super()._claim(conn, free, now)
        if works:
            self.fate.at("claim.written")
        return works

    async def _mark_sent(
        self, conn: AsyncConnection, ends: Sequence[tuple[Work, End]], now: datetime
    ) -> None:
        await super()._mark_sent(conn, ends, now)
        self.fate.at("end.remembered")

    async def _mark(self, conn: AsyncConnection, work: Work, end: End, now: datetime) -> bool:
        held = await super()._mark(conn, work, end, now)
        self.fate.at("end.marked")
        if end.state == "pending":
            self.fate.at("retry.written")
        return held


class MortalHub:
    """The gateway with steps cut in."""

    def __init__(self, gateway: Gateway, fate: Fate) -> None:
        self._gateway = gateway
        self._fate = fate

    async def lookup(
        self, system: str, query: Query, purpose: Purpose, *, deadline_s: float | None = None
    ) -> LookupOutcome:
        self._fate.at("lookup.before")
        outcome = await self._gateway.lookup(system, query, purpose, deadline_s=deadline_s)
        self._fate.at("lookup.after")
        return outcome

    async def share(
        self,
        system: str,
        message: Message,
        purpose: Purpose,
        *,
        update: bool = False,
        deadline_s: float | None = None,
    ) -> ShareOutcome:
        kind = "dossier" if isinstance(message, HubDossier) else "step"
        self._fate.at(f"{kind}.before")
        death = asyncio.create_task(self._fate.soon(f"{kind}.under_way", 0.02))
        outcome = await self._gateway.share(
            system, message, purpose, update=update, deadline_s=deadline_s
        )
        death.cancel()
        self._fate.at(f"{kind}.answered")
        return outcome


class Changer:
    """Moves cases on: the change and its messages in one transaction, as the library's cases do."""

    def __init__(self, db: Database, box: Outbox, fate: Fate, number: int) -> None:
        self._db = db
        self._box = box
        self._fate = fate
        self._number = number

    async def run(self) -> None:
        """Until every case of the plan has gone through all its changes."""
        while True:
            try:
                behind = await self._behind()
                if not behind:
                    return
                random.shuffle(behind)
                for number, change in behind[:20]:
                    await self._change(number, change)
            except StorageError:
                await asyncio.sleep(0.1)

    async def _behind(self) -> list[tuple[int, int]]:
        async with self._db.read() as conn:
            rows = await conn.execute(select(cases.c.dossier, cases.c.revision))
            done = {row.dossier: row.revision for row in rows}
        return [
            (number, done.get(code_of(number), 0))
            for number in range(1, self._number + 1)
            if done.get(code_of(number), 0) < CHANGES
        ]

    async def _change(self, number: int, change: int) -> None:
        self._fate.at("change.begun")
        now = datetime.now(UTC)
        async with self._db.begin() as conn:
            if change == 0:
                case_id = await _filed(conn, number)
            else:
                moved = await conn.execute(
                    update(cases)
                    .where(cases.c.dossier == code_of(number), cases.c.revision == change)
                    .values(revision=change + 1, status="4")
                    .returning(cases.c.id)
                )
                case_id = moved.scalar_one_or_none()
            if case_id is None:  # another node was first
                return
            self._fate.at("change.case_written")
            for message in messages_of(number, change):
                await self._box.enqueue(conn, case_id=case_id, message=message, now=now)
                self._fate.at("change.message_written")
        self._fate.at("change.committed")


async def _filed(conn: AsyncConnection, number: int) -> str | None:
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    row = dialect.insert(cases).values(
        id=new_id(),
        dossier=code_of(number),
        procedure="1.004222",
        agency="H31.14",
        officer="canbo01",
        sealed=b"",
        status="2",
        revision=1,
    )
    found: str | None = (
        await conn.execute(row.on_conflict_do_nothing().returning(cases.c.id))
    ).scalar_one_or_none()
    return found


async def live(order: dict[str, Any]) -> None:
    """One node's life."""
    configure_logging(json=False, level="CRITICAL")
    random.seed(order["seed"])
    fate = Fate(order["step"], order["passing"])
    MortalLedger.fate = fate
    setattr(_sync, "Ledger", MortalLedger)  # noqa: B010 - the steps are cut in here
    settings = settings_from(order["settings"], Path(order["folder"]))
    async with _opened(order["settings"]["store"]["url"]) as db:
        keyring = Keyring.load(settings.store.keys)
        sealer, index = Sealer(keyring), BlindIndex(keyring)
        name = f"node-{os.getpid()}"
        gateway = Gateway.open(
            settings, audit=AuditLog(db, name), index=index, access=OpenCaseOnly()
        )
        box = Outbox(db, sealer, index)
        sync = HubSync(
            db,
            box,
            sealer,
            MortalHub(gateway, fate),
            settings.hub,
            lambda: datetime.now(UTC),
            name,
            lease_s=LEASE_S,
        )
        say(json.dumps({"awake": os.getpid()}))
        changes = asyncio.create_task(Changer(db, box, fate, order["cases"]).run())
        while True:
            try:
                await sync.run_round()
                if changes.done() and not await _pending(db):
                    break
            except StorageError:
                pass
            await asyncio.sleep(0.05)
        await changes


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    db = Database.open(url)
    try:
        yield db
    finally:
        await db.aclose()


async def _pending(db: Database) -> int:
    """Messages that wait and are not behind a dead letter."""
    older = outbox.alias()
    held = (
        select(older.c.id)
        .where(
            older.c.dossier == outbox.c.dossier,
            older.c.id < outbox.c.id,
            older.c.state == "dead",
        )
        .exists()
    )
    async with db.read() as conn:
        waiting = select(func.count()).where(outbox.c.state == "pending", ~held)
        number: int = (await conn.execute(waiting)).scalar_one()
    return number


def nursery() -> None:
    """Reads orders, one JSON line each, and forks a node for each; says who was born and who died."""
    children: dict[int, int] = {}
    read, ended = b"", False
    while children or not ended:
        # No buffered reading: what lies in a buffer does not wake the waiting.
        if not ended and wait_for([sys.stdin], [], [], 0.01)[0]:
            part = os.read(sys.stdin.fileno(), 1 << 16)
            ended = not part
            *lines, read = (read + part).split(b"\n")
            for line in lines:
                order = json.loads(line)
                pid = os.fork()
                if pid == 0:
                    _live_and_leave(order)
                children[pid] = order["slot"]
                say(json.dumps({"born": pid, "slot": order["slot"]}))
        elif ended:
            wait_for([], [], [], 0.01)
        for pid in list(children):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                code = os.waitstatus_to_exitcode(status)
                say(json.dumps({"died": pid, "slot": children.pop(pid), "code": code}))


def _live_and_leave(order: dict[str, Any]) -> NoReturn:
    try:
        asyncio.run(live(order))
    except BaseException as error:  # noqa: BLE001 - told to the driver, whatever it is
        traceback.print_exception(error)
        os._exit(70)
    os._exit(0)


if __name__ == "__main__":
    nursery()
