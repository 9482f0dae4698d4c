"""Telling citizens' ratings to the hub (DongBoDanhGia, hub page §1.1; plan task I.4).

They stand beside the outbox: a rating changes nothing of its dossier, so one that the hub refuses must not hold the dossier up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, func, or_, select, update

from lienthong.guard import Sealer
from lienthong.interface import (
    Accepted,
    HubRating,
    InvalidRequest,
    LienthongError,
    Purpose,
    Rejected,
)
from lienthong.settings import HubSettings
from lienthong.storage import Database, hub_dossiers, tables

from ._reasons import INVALID, REFUSED, coded, quoted
from ._telling import CALL_S, Hub

ratings = tables.ratings

_AGAIN: Final = timedelta(days=1)
"""When a refused rating is tried again: nothing about it changes by itself."""


@dataclass(frozen=True, slots=True)
class RatingsReport:
    """What a round did: ratings that the hub took, that it refused, and that wait now."""

    told: int
    refused: int
    waiting: int


class Ratings:
    """Tells ratings that the hub does not know, oldest first, of dossiers that it knows.

    Args:
        db: The store.
        sealer: Opens the citizen's words.
        gateway: The way to the hub.
        settings: The hub's settings.
        now: The clock.
    """

    def __init__(
        self,
        db: Database,
        sealer: Sealer,
        gateway: Hub,
        settings: HubSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._hub = gateway
        self._system = settings.system
        self._now = now

    async def tell(self, limit: int = 500) -> RatingsReport:
        """One round, which ends when the hub does not answer.

        A rating has the same id each time, so one whose answer was lost is handed over again.

        Args:
            limit: Ratings at most.

        Raises:
            StorageError: The database fails.
        """
        known = exists(
            select(hub_dossiers.c.dossier).where(hub_dossiers.c.dossier == ratings.c.dossier)
        )
        due = or_(ratings.c.next_at.is_(None), ratings.c.next_at <= self._now())
        query = (
            select(ratings)
            .where(ratings.c.told_at.is_(None), due, known)
            .order_by(ratings.c.at, ratings.c.id)
            .limit(limit)
        )
        async with self._db.read() as conn:
            rows = [dict(row) for row in (await conn.execute(query)).mappings()]
        told = refused = 0
        for row in rows:
            problem = await self._tell(row)
            if problem is None:
                break
            await self._write(row, problem)
            told, refused = told + (not problem), refused + bool(problem)
        async with self._db.read() as conn:
            waiting = await conn.scalar(select(func.count()).where(ratings.c.told_at.is_(None)))
        return RatingsReport(told, refused, waiting or 0)

    async def _tell(self, row: Mapping[str, Any]) -> str | None:
        """Why the hub refuses it; empty when it has it now; ``None`` when nobody knows, so that others wait too."""
        purpose = Purpose(
            dossier=row["dossier"],
            procedure=row["procedure"],
            officer="he-thong",
            agency=row["unit"],
            reason="Gửi đánh giá của người dân lên Trung tâm điều hành của Chính phủ",
        )
        try:
            outcome = await self._hub.share(
                self._system, self._message(row), purpose, deadline_s=CALL_S
            )
        except InvalidRequest as error:
            return f"{INVALID} {quoted(str(error))}"
        except LienthongError:
            return None
        match outcome:
            case Accepted() | Rejected(reason="exists"):
                return ""
            case Rejected():
                return f"{coded(REFUSED, outcome.code)} {quoted(outcome.message)}"
            case _:
                return None

    async def _write(self, row: Mapping[str, Any], problem: str) -> None:
        now = self._now()
        values = (
            {"next_at": now + _AGAIN, "problem": problem}
            if problem
            else {"told_at": now, "next_at": None, "problem": None}
        )
        async with self._db.begin() as conn:
            # A vote that was corrected while we told it is told again.
            await conn.execute(
                update(ratings)
                .where(ratings.c.id == row["id"], ratings.c.at == row["at"])
                .values(values)
            )

    def _message(self, row: Mapping[str, Any]) -> HubRating:
        words = ""
        if row["sealed"] is not None:
            sealed = self._sealer.open_json(
                row["sealed"], table="ratings", row=row["id"], field="sealed"
            )
            words = sealed["words"]
        return HubRating.model_validate(
            {
                "rating_id": row["id"],
                "dossier": row["dossier"],
                "at": row["at"],
                "satisfaction": str(row["satisfaction"]),
                "channel": row["channel"],
                "content": words,
                "criteria": [item | {"points": str(item["points"])} for item in row["criteria"]],
            }
        )
