"""What a one-stop system is told of its cases afterwards: what was provisional is settled, a wrong value was answered.

Numbers have no gaps and follow the order of commits, so a reader that goes on after the last number it saw misses nothing, and
learns it when what it has not seen is no longer kept. Nothing personal is in an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.storage import Database, tables

from .errors import EventsGone

Kind = Literal["settled", "expired", "identity", "wrong_value"]
_COUNTER: Final = "case_events"
_LONGEST_PAGE: Final = 1000
_BEYOND: Final = 2**62
"""A number that no event has."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that became known of a case without anybody at the desk doing it.

    Attributes:
        id: Its number, from 1, without gaps.
        kind: ``settled``: the source of a provisional paper answered; ``expired``: it did not in time; ``identity``: the
            applicant's identity is no longer provisional; ``wrong_value``: a reported value was answered.
        dossier: Code of the case.
        component: MAGIAYTO of the paper; empty where it is about none.
        outcome: ``waived``, ``ask`` or ``consent`` of a paper; of an identity its verdict, ``none`` when it expired; of a
            wrong value its status.
        sentence_vi: What it means at the desk.
        sentence_en: The same in English.
        at: When it was decided, aware UTC.
    """

    id: int
    kind: Kind
    dossier: str
    component: str
    outcome: str
    sentence_vi: str
    sentence_en: str
    at: datetime

    def to_json(self) -> dict[str, Any]:
        """As the feed prints it and the callback sends it; ``at`` is ISO 8601 in UTC."""
        return {
            "id": self.id,
            "kind": self.kind,
            "dossier": self.dossier,
            "component": self.component,
            "outcome": self.outcome,
            "sentence_vi": self.sentence_vi,
            "sentence_en": self.sentence_en,
            "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events, oldest first, and the number to go on after; at the end that of the last event seen."""

    events: tuple[CaseEvent, ...]
    after: int


async def put_event(
    conn: AsyncConnection,
    *,
    kind: Kind,
    dossier: str,
    component: str = "",
    outcome: str,
    sentence_vi: str,
    sentence_en: str,
    now: datetime,
) -> None:
    """Adds an event in the transaction that it tells of. Call it last: others who add wait for the commit."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    counters = tables.counters
    # A sequence would number before the commit: a reader could pass over a number that is not there yet.
    number = (
        dialect.insert(counters)
        .values(name=_COUNTER, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
        .returning(counters.c.value)
    )
    await conn.execute(
        insert(tables.case_events).values(
            id=await conn.scalar(number),
            kind=kind,
            dossier=dossier,
            component=component,
            outcome=outcome,
            sentence_vi=sentence_vi,
            sentence_en=sentence_en,
            at=now,
        )
    )


async def read_events(db: Database, after: int | None = None, limit: int = 100) -> EventPage:
    """The events after a number, at most ``limit`` (1 to 1000) of them; from the oldest that is kept without a number.

    Raises:
        EventsGone: Events after that number are no longer kept, or no event has had that number yet.
    """
    table, counters = tables.case_events, tables.counters
    query = (
        select(table)
        .where(table.c.id > (after or 0))
        .order_by(table.c.id)
        .limit(min(max(limit, 1), _LONGEST_PAGE))
    )
    async with db.read() as conn:
        # Before the events: what is numbered by now is there to be read, unless it was removed.
        newest = await conn.scalar(select(counters.c.value).where(counters.c.name == _COUNTER)) or 0
        events = tuple(CaseEvent(**row) for row in (await conn.execute(query)).mappings())
    # Numbers have no gaps, so one that is missing was removed.
    kept_after = events[0].id - 1 if events else newest
    if after is not None and (max(after, 0) < kept_after or (after > newest and not events)):
        # Beyond the newest is who read before a backup was put back: what comes now has numbers that were seen already.
        raise EventsGone(max(after, 0), kept_after)
    return EventPage(events, events[-1].id if events else max(after or 0, kept_after))


async def forget_events(db: Database, before: datetime, taken: int | None) -> int:
    """Removes events from before a moment, oldest first without a gap; how many.

    Args:
        db: The store.
        before: What is younger stays.
        taken: Number of the newest event that the callback's receiver took, where it is called: what it has not taken stays.
    """
    table = tables.case_events
    oldest_to_keep = select(func.min(table.c.id)).where(table.c.at >= before).scalar_subquery()
    old = table.c.id < func.coalesce(oldest_to_keep, _BEYOND)
    if taken is not None:
        old &= table.c.id <= taken
    async with db.begin() as conn:
        return (await conn.execute(delete(table).where(old))).rowcount
