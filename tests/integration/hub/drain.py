"""A process that tells the hub until it is killed; prints how many messages it has done."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

from lienthong.gateway import Gateway
from lienthong.guard import AuditLog, BlindIndex, Keyring, OpenCaseOnly, Sealer
from lienthong.hub import HubSync, Outbox
from lienthong.settings import load_settings
from lienthong.storage import Database


async def main(file: str) -> None:
    ahead = timedelta(seconds=float(os.environ.pop("LIENTHONG_TEST_AHEAD_S")))
    settings = load_settings(file)
    db = Database.open(settings.store.url)
    keyring = Keyring.load(settings.store.keys)
    sealer, index = Sealer(keyring), BlindIndex(keyring)

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    gateway = Gateway.open(
        settings,
        audit=AuditLog(db, f"drain-{os.getpid()}"),
        index=index,
        access=OpenCaseOnly(),
        now=now,
    )
    sync = HubSync(db, Outbox(db, sealer, index), sealer, gateway, settings.hub, now, "drain")

    def done(number: int) -> None:
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()

    await sync.drain(60, done)


asyncio.run(main(sys.argv[1]))
