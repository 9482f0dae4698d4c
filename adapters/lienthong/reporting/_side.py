"""Figures that come from no case: publication decisions, petitions, what each unit offers, figures from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import select

from lienthong.storage import Database, tables

from ._definitions import Days
from ._periods import Period, local_day, working_days_after

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """Rows of one period that concern the whole province; each unit takes its own.

    Attributes:
        publications: Decisions taken in the period.
        petitions: Petitions received in the period.
        offers: What units offer, whenever.
        outside: Figures that other systems gave for exactly this period.
    """

    publications: Sequence[Row]
    petitions: Sequence[Row]
    offers: Sequence[Row]
    outside: Sequence[Row]

    @classmethod
    async def read(cls, db: Database, period: Period) -> Self:
        """Reads them; there are few."""
        decided, received = tables.publications.c.decided_on, tables.petitions.c.received_at
        queries = (
            select(tables.publications).where(decided.between(period.first, period.last)),
            select(tables.petitions).where(received >= period.start, received < period.end),
            select(tables.procedure_offers),
            select(tables.outside_figures).where(tables.outside_figures.c.period == str(period)),
        )
        async with db.read() as conn:
            found = [
                [dict(row) for row in (await conn.execute(query)).mappings()] for query in queries
            ]
        return cls(*found)

    def of(self, unit: str) -> Side:
        """What concerns a unit and all below it; figures from outside are of exactly this unit."""
        return Side(
            [row for row in self.publications if is_below(row["unit"], unit)],
            [row for row in self.petitions if is_below(row["unit"], unit)],
            # What is offered above is offered here too.
            [
                row
                for row in self.offers
                if is_below(row["unit"], unit) or (unit and is_below(unit, row["unit"]))
            ],
            [row for row in self.outside if row["unit"] == unit],
        )

    def items(self, days: Days, as_of: datetime, satisfied_from: int) -> dict[str, list[str]]:
        """Publications and petitions behind each figure: numbers of decisions, ids of petitions."""
        today = local_day(as_of)
        found: dict[str, list[str]] = {}

        def put(name: str, item: str, *, holds: bool = True) -> None:
            found.setdefault(name, [])
            if holds:
                found[name].append(item)

        for row in self.publications:
            item = row["decision"]
            before = working_days_after(row["decided_on"], days.decision_before_effect)
            last = working_days_after(row["decided_on"], days.publication_after_decision)
            published = row["published_on"]
            put("decisions", item)
            put("decisions_in_time", item, holds=before <= row["effective_on"])
            put("publications_due", item, holds=published is not None or last < today)
            put("publications_in_time", item, holds=published is not None and published <= last)
            put("publications", item, holds=published is not None)
            put("publications_complete", item, holds=published is not None and row["complete"])
        for row in self.petitions:
            item = row["id"]
            due, in_time = petition_in_time(row, days, as_of)
            rated = row["satisfaction"]
            put("petitions", item)
            put("petitions_procedure", item, holds=row["about"] == "procedure")
            put("petitions_staff", item, holds=row["about"] == "staff")
            put("petitions_due", item, holds=due)
            put("petitions_in_time", item, holds=due and in_time)
            put("petitions_rated", item, holds=rated is not None)
            put("petitions_satisfied", item, holds=rated is not None and rated >= satisfied_from)
        return found

    def complained(self) -> set[str]:
        """Dossiers that a petition names."""
        return {row["dossier"] for row in self.petitions if row["dossier"]}

    def offered(self, flag: str) -> set[str]:
        """Procedures for which a unit says that it offers ``flag``."""
        return {row["procedure"] for row in self.offers if row[flag]}

    def procedures(self) -> set[str]:
        """Procedures that are given to the unit."""
        return {row["procedure"] for row in self.offers}

    def outside_maximum(self, names: Collection[str]) -> int:
        """The greatest of the figures that others counted; 0 without any."""
        return max((row["value"] for row in self.outside if row["name"] in names), default=0)


def is_below(code: str, unit: str) -> bool:
    """Whether a unit is another one or belongs to it, by e-identifier; all belong to ``""``."""
    return not unit or code == unit or code.startswith(f"{unit}.")


def petition_in_time(row: Row, days: Days, as_of: datetime) -> tuple[bool, bool]:
    """Whether a petition can be judged yet, and whether every term was kept (hub page §9 row 5.2)."""

    def kept(moment: datetime, since: datetime, term: int) -> bool:
        return local_day(moment) <= working_days_after(local_day(since), term)

    received = row["received_at"]
    if row["rejected_at"] is not None:
        return True, kept(row["rejected_at"], received, days.petition_reject)
    asked, answered, published = (
        row["supplement_asked_at"],
        row["answered_at"],
        row["published_at"],
    )
    asked_in_time = asked is None or kept(asked, received, days.petition_supplement)
    if answered is None:
        # Still open: nothing is late before its term is over.
        return not kept(as_of, received, days.petition_answer), False
    published_in_time = kept(published or as_of, answered, days.petition_publish)
    in_time = kept(answered, received, days.petition_answer)
    return True, asked_in_time and in_time and published_in_time
