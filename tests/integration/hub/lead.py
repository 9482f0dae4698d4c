"""A process that leads until it is killed; prints its fencing number once it does."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime

from lienthong.guard import configure_logging
from lienthong.hub import Leader
from lienthong.storage import Database


async def main(url: str) -> None:
    configure_logging(json=False, level="ERROR")
    leader: Leader

    async def gained() -> None:
        sys.stdout.write(f"{leader.fence}\n")
        sys.stdout.flush()

    leader = Leader(Database.open(url), f"lead-{os.getpid()}", lambda: datetime.now(UTC), gained)
    await leader.run()


asyncio.run(main(sys.argv[1]))
