"""Reconciliation: what we told the hub on a day, held against what the hub says it has, dossier by dossier.

TraCuuHoSo is the only read that the hub offers (hub page §1.1): it shows that a dossier is there and its status. A step or a
changed field under the same status cannot be seen on the wire, and no list says what the hub has that we never told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal

from sqlalchemy import and_, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.interface import DossierQuery, DossierRecord, Found, NotFound, Purpose
from lienthong.settings import HubSettings
from lienthong.storage import (
    Database,
    cases,
    hub_dossiers,
    hub_steps,
    new_id,
    outbox,
    reconciliations,
)

from ._content import VIETNAM
from ._due import UNTOLD
from ._telling import CALL_S, Hub

_PAGE: Final = 500
_TRIES: Final = 3
_WAIT_S: Final = 1.0
"""Before the second try, seconds; doubles."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One dossier of which the hub does not have what we told.

    Attributes:
        dossier: Its code.
        kind: ``missing``: the hub does not have it; ``status``: the hub has another status.
        ours: Status that we told last.
        theirs: Status that the hub says; empty when it has none.
    """

    dossier: str
    kind: Literal["missing", "status"]
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ReconcileReport:
    """What a reconciliation found.

    Attributes:
        day: Day of Vietnam whose telling was compared.
        at: When, aware UTC.
        told: Dossiers told on that day.
        compared: Those of them that were compared.
        moving: Those left out because something of them waits, is on its way or was set aside.
        unknown: Those that the hub gave no answer about.
        ours: Dossiers by status as we told it.
        theirs: Dossiers by status as the hub has it; key empty for those it does not have.
        gaps: The differences, in order of dossier code.
    """

    day: date
    at: datetime
    told: int
    compared: int
    moving: int
    unknown: int
    ours: dict[str, int]
    theirs: dict[str, int]
    gaps: tuple[Gap, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values; nothing personal."""
        return {
            "day": self.day.isoformat(),
            "at": self.at.isoformat(),
            "told": self.told,
            "compared": self.compared,
            "moving": self.moving,
            "unknown": self.unknown,
            "ours": self.ours,
            "theirs": self.theirs,
            "gaps": [asdict(gap) for gap in self.gaps],
        }


@dataclass(frozen=True, slots=True)
class _Told:
    dossier: str
    status: str
    told_at: datetime
    procedure: str
    agency: str


class Reconciler:
    """Compares, keeps the report, and sends again what the hub lacks.

    Args:
        db: The store.
        gateway: The way to the hub.
        settings: The hub's settings.
        now: The clock.
    """

    def __init__(
        self, db: Database, gateway: Hub, settings: HubSettings, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._hub = gateway
        self._system = settings.system
        self._turns = asyncio.Semaphore(settings.at_once)
        self._now = now

    async def run(
        self, day: date, progress: Callable[[int, int], None] | None = None
    ) -> ReconcileReport:
        """Compares every dossier told on a day. Changes nothing but the list of reports.

        A difference counts only when it is still there at a second look, with nothing told in between.

        Args:
            day: Day of Vietnam.
            progress: Called with the number compared so far and the number told.

        Raises:
            StorageError: The database fails.
        """
        total, moving = await self._counts(day)
        ours: Counter[str] = Counter()
        theirs: Counter[str] = Counter()
        gaps: list[Gap] = []
        unknown = 0
        after = ""
        while page := await self._told(day, after):
            after = page[-1].dossier
            for told, gap in await asyncio.gather(*(self._compared(told) for told in page)):
                if gap == "unknown":
                    unknown += 1
                elif gap == "moving":
                    moving += 1
                else:
                    ours[told.status] += 1
                    theirs[gap.theirs if gap is not None else told.status] += 1
                    gaps += [gap] if gap is not None else []
            if progress is not None:
                progress(sum(ours.values()) + unknown, total)
        report = ReconcileReport(
            day=day,
            at=self._now(),
            told=total,
            compared=sum(ours.values()),
            moving=moving,
            unknown=unknown,
            ours=dict(sorted(ours.items())),
            theirs=dict(sorted(theirs.items())),
            gaps=tuple(gaps),
        )
        async with self._db.begin() as conn:
            await conn.execute(
                insert(reconciliations).values(
                    id=new_id(),
                    day=day,
                    at=report.at,
                    compared=report.compared,
                    gaps=len(gaps),
                    unknown=unknown,
                    body=report.to_json(),
                )
            )
        return report

    async def resend(self, gaps: Sequence[Gap]) -> int:
        """Puts what the hub lacks into the outbox again; each gap is looked at once more first.

        A dossier with another status gets its last state again. One that is missing gets all that it was ever told, in the old
        order: the hub that does not have it cannot have its steps.

        Returns:
            How many dossiers are told again. Those whose messages are no longer kept are not among them.
        """
        again = 0
        for gap in gaps:
            told = await self._told_of(gap.dossier)
            if told is None:
                continue
            _, still = await self._compared(told)
            if isinstance(still, Gap):
                async with self._db.begin() as conn:
                    again += await _tell_again(conn, still, self._now())
        return again

    async def reports(self, limit: int = 30) -> list[dict[str, Any]]:
        """The newest reports, newest first, as :meth:`ReconcileReport.to_json` gives them."""
        newest = (
            select(reconciliations.c.body)
            .order_by(reconciliations.c.at.desc(), reconciliations.c.id.desc())
            .limit(limit)
        )
        async with self._db.read() as conn:
            return [dict(body) for body in (await conn.execute(newest)).scalars()]

    async def _compared(
        self, told: _Told
    ) -> tuple[_Told, Gap | Literal["unknown", "moving"] | None]:
        gap = await self._gap(told)
        if not isinstance(gap, Gap):
            return told, gap
        # It may have been told anew while we asked.
        fresh = await self._told_of(told.dossier)
        if fresh is None:
            return told, "moving"
        gap = await self._gap(fresh)
        if isinstance(gap, Gap) and await self._told_of(told.dossier) != fresh:
            return told, "moving"
        return fresh, gap

    async def _gap(self, told: _Told) -> Gap | Literal["unknown"] | None:
        purpose = Purpose(
            dossier=told.dossier,
            procedure=told.procedure,
            officer="he-thong",
            agency=told.agency,
            reason="Đối chiếu hồ sơ với Trung tâm điều hành của Chính phủ",
        )
        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(_WAIT_S * 2 ** (attempt - 1))
            async with self._turns:
                outcome = await self._hub.lookup(
                    self._system, DossierQuery(told.dossier), purpose, deadline_s=CALL_S
                )
            match outcome:
                case NotFound():
                    return Gap(told.dossier, "missing", told.status, "")
                case Found(record=DossierRecord() as record):
                    theirs = record.status.strip().lstrip("0")
                    # A hub that does not say a status has at least the dossier.
                    if not theirs or theirs == told.status or not told.status:
                        return None
                    return Gap(told.dossier, "status", told.status, theirs)
                case _:
                    continue
        return "unknown"

    async def _counts(self, day: date) -> tuple[int, int]:
        """How many dossiers were told on the day, and how many of them are moving."""
        told = select(outbox.c.dossier).where(_on(day)).distinct().subquery()
        moving = select(func.count()).select_from(told).where(_moving(told.c.dossier))
        async with self._db.read() as conn:
            return (
                (await conn.execute(select(func.count()).select_from(told))).scalar_one(),
                (await conn.execute(moving)).scalar_one(),
            )

    async def _told(self, day: date, after: str) -> list[_Told]:
        """A page of the dossiers told on the day of which nothing is moving."""
        on_day = select(outbox.c.dossier).where(_on(day), outbox.c.dossier > after)
        async with self._db.read() as conn:
            rows = await conn.execute(
                _known()
                .where(hub_dossiers.c.dossier.in_(on_day))
                .order_by(hub_dossiers.c.dossier)
                .limit(_PAGE)
            )
            return [_Told(**row) for row in rows.mappings()]

    async def _told_of(self, dossier: str) -> _Told | None:
        """What we told of a dossier; ``None`` when it is moving or was never told."""
        async with self._db.read() as conn:
            found = await conn.execute(_known().where(hub_dossiers.c.dossier == dossier))
            row = found.mappings().first()
            return _Told(**row) if row is not None else None


def _known() -> Any:
    return (
        select(
            hub_dossiers.c.dossier,
            func.coalesce(hub_dossiers.c.status, "").label("status"),
            hub_dossiers.c.told_at,
            cases.c.procedure,
            cases.c.agency,
        )
        .join(cases, cases.c.dossier == hub_dossiers.c.dossier)
        .where(~_moving(hub_dossiers.c.dossier))
    )


def _moving(dossier: Any) -> Any:
    behind = outbox.alias()
    return exists(
        select(behind.c.id).where(behind.c.dossier == dossier, behind.c.state.in_(UNTOLD))
    )


def _on(day: date) -> Any:
    begin = datetime.combine(day, time(), VIETNAM)
    end = datetime.combine(day + timedelta(days=1), time(), VIETNAM)
    return and_(
        outbox.c.sent_at >= begin.astimezone(UTC),
        outbox.c.sent_at < end.astimezone(UTC),
        outbox.c.state == "sent",
    )


async def _tell_again(conn: AsyncConnection, gap: Gap, now: datetime) -> int:
    """Puts a dossier's messages back; the look-up before an addition is asked for, since the hub may have come round."""
    sent = and_(outbox.c.dossier == gap.dossier, outbox.c.state == "sent")
    states = and_(sent, outbox.c.kind == "dossier")
    last = select(func.max(outbox.c.id)).where(states).scalar_subquery()
    back = {"state": "pending", "attempts": 0, "next_at": now, "sent_at": None}
    found = await conn.execute(
        update(outbox).where(outbox.c.id == last).values(may_have_arrived=True, **back)
    )
    if found.rowcount == 0:
        return 0
    if gap.kind == "missing":
        await conn.execute(delete(hub_dossiers).where(hub_dossiers.c.dossier == gap.dossier))
        await conn.execute(
            delete(hub_steps).where(hub_steps.c.dossier == gap.dossier, hub_steps.c.state == "sent")
        )
        await conn.execute(update(outbox).where(sent).values(**back))
    return 1
