"""Recording what indicators need and no other room keeps: steps, votes, petitions, publications, offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Table, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import Sealer
from lienthong.identity import AgencyCode, DossierCode, ProcedureCode, nfc
from lienthong.interface import InvalidRequest
from lienthong.storage import Database, new_id, tables

from ._collector import mark_behind

_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a vote with its points."""

    code: str
    name: str
    points: int


class Recorder:
    """Writes what is counted. Everything may be recorded again: the later record corrects the earlier.

    Args:
        db: The store.
        sealer: Seals the citizen's own words.
    """

    def __init__(self, db: Database, sealer: Sealer) -> None:
        self._db = db
        self._sealer = sealer

    async def step(self, dossier: str, status: str, at: datetime) -> None:
        """A step of a case (TrangThaiHoSo it led to); the waiting for supplements is computed from them.

        Raises:
            InvalidRequest: There is no such case, status or moment.
        """
        if status not in {str(number) for number in range(1, 11)}:
            raise InvalidRequest("status", "must be a number from 1 to 10 (TrangThaiHoSo)")
        _aware("at", at)
        async with self._db.begin() as conn:
            case = await _case(conn, dossier)
            await record_step(conn, case["id"], status, at)

    async def vote(
        self,
        dossier: str,
        satisfaction: int,
        at: datetime,
        *,
        channel: Literal["1", "2", "3"] = "1",
        words: str = "",
        criteria: Sequence[Criterion] = (),
    ) -> str:
        """A citizen's vote on a case; a second vote replaces the first and is told to the hub again.

        Args:
            dossier: The case.
            satisfaction: 1 … 5, 5 is best.
            at: When.
            channel: ``1`` counter, ``2`` online, ``3`` post.
            words: The citizen's own words, at most 2000 characters; kept sealed.
            criteria: Single criteria.

        Returns:
            Id of the rating.

        Raises:
            InvalidRequest: There is no such case, or a value is wrong.
        """
        if satisfaction not in range(1, 6):
            raise InvalidRequest(
                "satisfaction", "must be 1 to 5", "Đề nghị chọn mức hài lòng từ 1 đến 5."
            )
        if channel not in {"1", "2", "3"}:
            raise InvalidRequest("channel", "must be 1 (counter), 2 (online) or 3 (public post)")
        _aware("at", at)
        words = nfc(words).strip()
        if len(words) > _LONGEST:
            raise InvalidRequest(
                "words", f"at most {_LONGEST} characters", "Đề nghị viết ý kiến ngắn hơn."
            )
        async with self._db.begin() as conn:
            case = await _case(conn, dossier)
            ratings = tables.ratings
            known = await conn.scalar(
                select(ratings.c.id).where(ratings.c.dossier == case["dossier"])
            )
            rating = str(known or new_id())
            values = {
                "id": rating,
                "dossier": case["dossier"],
                "unit": case["processing_agency"] or case["agency"],
                "procedure": case["procedure"],
                "at": at,
                "satisfaction": satisfaction,
                "channel": channel,
                "criteria": [
                    {"code": item.code, "name": nfc(item.name), "points": item.points}
                    for item in criteria
                ],
                "sealed": self._sealer.seal_json(
                    {"words": words}, table="ratings", row=rating, field="sealed"
                )
                if words
                else None,
                "told_at": None,
                "next_at": None,
                "problem": None,
            }
            await _put(conn, ratings, ("dossier",), values)
        return rating

    async def petition(
        self,
        *,
        unit: str,
        about: Literal["procedure", "staff"],
        received_at: datetime,
        dossier: str | None = None,
    ) -> str:
        """A petition (*phản ánh, kiến nghị*) came in. Its words are kept where petitions are handled.

        Returns:
            Its id, for :meth:`petition_step`.

        Raises:
            IdentityError, InvalidRequest: A code or value is wrong.
        """
        if about not in {"procedure", "staff"}:
            raise InvalidRequest("about", "must be procedure or staff")
        _aware("received_at", received_at)
        petition = new_id()
        values = {
            "id": petition,
            "unit": AgencyCode.parse(unit).value,
            "dossier": DossierCode.parse(dossier).value if dossier else None,
            "about": about,
            "received_at": received_at,
        }
        async with self._db.begin() as conn:
            await conn.execute(tables.petitions.insert().values(**values))
        return petition

    async def petition_step(
        self,
        petition: str,
        step: Literal["supplement_asked", "rejected", "answered", "published"],
        at: datetime,
    ) -> None:
        """What was done with a petition.

        Raises:
            InvalidRequest: There is no such petition or step.
        """
        if step not in {"supplement_asked", "rejected", "answered", "published"}:
            raise InvalidRequest(
                "step", "must be supplement_asked, rejected, answered or published"
            )
        _aware("at", at)
        await self._change_petition(petition, {f"{step}_at": at})

    async def petition_vote(self, petition: str, satisfaction: int) -> None:
        """How content the sender is with the answer, 1 … 5.

        Raises:
            InvalidRequest: There is no such petition, or the vote is no number from 1 to 5.
        """
        if satisfaction not in range(1, 6):
            raise InvalidRequest("satisfaction", "must be 1 to 5")
        await self._change_petition(petition, {"satisfaction": satisfaction})

    async def _change_petition(self, petition: str, values: dict[str, Any]) -> None:
        table = tables.petitions
        async with self._db.begin() as conn:
            done = await conn.execute(update(table).where(table.c.id == petition).values(**values))
        if done.rowcount != 1:
            raise InvalidRequest("petition", "there is none of this id")

    async def publication(
        self,
        *,
        procedure: str,
        unit: str,
        decision: str,
        decided_on: date,
        effective_on: date,
        published_on: date | None = None,
        complete: bool = False,
    ) -> None:
        """A decision that publishes a procedure, and when it was made public; the same decision again corrects it.

        Args:
            procedure: National code.
            unit: Who decided.
            decision: Number of the decision.
            decided_on: Its date.
            effective_on: When the procedure takes effect.
            published_on: When it was made public; ``None`` so far not.
            complete: Every part of the content is public.

        Raises:
            IdentityError: A code is malformed.
        """
        values = {
            "procedure": ProcedureCode.parse(procedure).national.value,
            "unit": AgencyCode.parse(unit).value,
            "decision": nfc(decision).strip(),
            "decided_on": decided_on,
            "effective_on": effective_on,
            "published_on": published_on,
            "complete": complete,
        }
        async with self._db.begin() as conn:
            await _put(conn, tables.publications, ("procedure", "decision"), values)

    async def offer(
        self,
        procedure: str,
        unit: str,
        *,
        one_stop: bool | None = None,
        internal_process: bool | None = None,
        online_payment: bool | None = None,
        population_data: bool | None = None,
    ) -> None:
        """That a unit handles a procedure, and how; ``None`` is "not known". Units below inherit it.

        Raises:
            IdentityError: A code is malformed.
        """
        values = {
            "procedure": ProcedureCode.parse(procedure).national.value,
            "unit": AgencyCode.parse(unit).value,
            "one_stop": one_stop,
            "internal_process": internal_process,
            "online_payment": online_payment,
            "population_data": population_data,
        }
        async with self._db.begin() as conn:
            await _put(conn, tables.procedure_offers, ("procedure", "unit"), values)

    async def outside_figure(
        self,
        name: Literal["received_reporting", "received_hub"],
        period: str,
        value: int,
        source: str,
        *,
        unit: str = "",
        at: datetime,
    ) -> None:
        """How many dossiers another system counts as received: the denominator of 1.4 is the greatest of all.

        Raises:
            InvalidRequest: The name is unknown or the value negative.
        """
        if name not in {"received_reporting", "received_hub"} or value < 0:
            raise InvalidRequest("name", "must be received_reporting or received_hub, not negative")
        _aware("at", at)
        values = {
            "name": name,
            "unit": AgencyCode.parse(unit).value if unit else "",
            "period": period,
            "value": value,
            "source": source,
            "at": at,
        }
        async with self._db.begin() as conn:
            await _put(conn, tables.outside_figures, ("name", "unit", "period"), values)


async def record_step(conn: AsyncConnection, case_id: str, status: str, at: datetime) -> None:
    """Writes a step in the transaction that takes the case there."""
    await conn.execute(
        tables.case_steps.insert().values(id=new_id(), case_id=case_id, status=status, at=at)
    )
    await mark_behind(conn, case_id)


async def _case(conn: AsyncConnection, dossier: str) -> Mapping[str, Any]:
    cases = tables.cases
    code = DossierCode.parse(dossier).value
    query = select(
        cases.c.id, cases.c.dossier, cases.c.agency, cases.c.processing_agency, cases.c.procedure
    ).where(cases.c.dossier == code)
    row = (await conn.execute(query)).mappings().one_or_none()
    if row is None:
        raise InvalidRequest(
            "dossier", "no case has this code", "Không có hồ sơ này. Đề nghị kiểm tra mã hồ sơ."
        )
    return dict(row)


async def _put(
    conn: AsyncConnection, table: Table, key: tuple[str, ...], values: Mapping[str, Any]
) -> None:
    insert = postgresql_insert if conn.dialect.name == "postgresql" else sqlite_insert
    given = {"id": new_id(), **values}
    await conn.execute(
        insert(table)
        .values(**given)
        .on_conflict_do_update(
            index_elements=list(key),
            set_={name: value for name, value in given.items() if name not in {*key, "id"}},
        )
    )


def _aware(field: str, moment: datetime) -> None:
    if moment.tzinfo is None:
        raise InvalidRequest(field, "needs a time zone, e.g. datetime.now(UTC)")
