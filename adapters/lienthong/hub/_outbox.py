"""The outbox: a change of a case and its message to the hub are committed together, and told later in order per dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import BlindIndex, Sealer
from lienthong.interface import ProcedureRecord
from lienthong.storage import Database, cases, hub_steps, outbox

from ._content import HubMessage, content_of, seal
from ._due import heads
from ._letters import DeadLetter, OutboxStatus, PendingMessage
from ._reasons import GIVEN_UP, reason_of
from ._validation import problems
from ._waiting import (
    busy_dossiers,
    corrected,
    states_of,
    step_known,
    supersede,
    told_already,
)
from .errors import HubMessageInvalid

_NEW: Final = insert(outbox)


class Outbox:
    """What is to be told to the hub.

    Args:
        db: The store.
        sealer: Seals the messages.
        index: Tells equal messages without reading them.
    """

    def __init__(self, db: Database, sealer: Sealer, index: BlindIndex) -> None:
        self._db = db
        self._sealer = sealer
        self._index = index

    async def enqueue(
        self,
        conn: AsyncConnection,
        *,
        case_id: str,
        message: HubMessage,
        now: datetime,
        procedure: ProcedureRecord | None = None,
        locked: bool = False,
    ) -> bool:
        """Puts a message into the outbox, inside the caller's transaction. The same message twice is one message.

        A dossier's state replaces an older one that nobody has begun to send, unless a step lies between them. A state that
        corrects one the hub refused takes its place in the order, so that what waits behind it goes on.

        Args:
            conn: The write transaction of the change that is told.
            case_id: The case.
            message: The dossier's whole state, or a step.
            now: The time, aware.
            procedure: The case's procedure, for the checks that need the catalogue.
            locked: Whether this transaction holds the row of the case already.

        Returns:
            Whether it is new: ``False`` when the hub has it already or it waits already.

        Raises:
            HubMessageInvalid: The hub would refuse it; nothing was written.
        """
        found = problems(message, procedure)
        if found:
            raise HubMessageInvalid(found)
        content = content_of(self._index, message)
        if not locked and conn.dialect.name != "sqlite":
            # One writer per case at a time, or two of them could both find nothing; SQLite has one writer anyway.
            await conn.execute(
                select(cases.c.id).where(cases.c.id == case_id).with_for_update(key_share=True)
            )
        row = {
            "case_id": case_id,
            "dossier": message.dossier,
            "kind": content.kind,
            "content_index": content.index,
            "next_at": now,
            "created_at": now,
        }
        if content.kind == "progress":
            if await step_known(conn, message.dossier, content.index):
                return False
            row["sealed"] = seal(self._sealer, case_id, content)
        else:
            newest, waiting = await states_of(conn, message.dossier)
            if newest == content.index:
                return False
            row["sealed"] = seal(self._sealer, case_id, content)
            if await corrected(conn, row, waiting):
                return True
            await supersede(conn, waiting)
        await conn.execute(_NEW, row)
        return True

    async def enqueue_many(
        self, conn: AsyncConnection, messages: Sequence[tuple[str, HubMessage]], *, now: datetime
    ) -> int:
        """Puts many messages into the outbox, as :meth:`enqueue` would one after another, in a few statements.

        Meant for imports and backlogs: a dossier that comes once and of which nothing waits costs no statement of its own.

        Args:
            conn: The write transaction of the changes that are told.
            messages: Case and message, in order. What only the catalogue can tell is not checked here.
            now: The time, aware.

        Returns:
            How many are new.

        Raises:
            HubMessageInvalid: The hub would refuse one of them; the caller's transaction must not be committed.
        """
        for _, message in messages:
            found = problems(message, None)
            if found:
                raise HubMessageInvalid(found)
        times = Counter(message.dossier for _, message in messages)
        ids = sorted({case_id for case_id, _ in messages})
        await conn.execute(
            select(cases.c.id)
            .where(cases.c.id.in_(ids))
            .order_by(cases.c.id)
            .with_for_update(key_share=True)
        )
        busy = await busy_dossiers(conn, list(times))
        contents = [
            (case_id, message, content_of(self._index, message)) for case_id, message in messages
        ]
        known = await told_already(conn, contents)
        rows: list[dict[str, Any]] = []
        new = 0
        for case_id, message, content in contents:
            if times[message.dossier] > 1 or message.dossier in busy:
                new += await self.enqueue(
                    conn, case_id=case_id, message=message, now=now, locked=True
                )
            elif (message.dossier, content.index) not in known:
                rows.append(
                    {
                        "case_id": case_id,
                        "dossier": message.dossier,
                        "kind": content.kind,
                        "content_index": content.index,
                        "next_at": now,
                        "created_at": now,
                        "sealed": seal(self._sealer, case_id, content),
                    }
                )
        if rows:
            await conn.execute(_NEW, rows)
        return new + len(rows)

    async def status(self) -> OutboxStatus:
        """How many messages are where, and how old the oldest waiting one is."""
        counts = select(outbox.c.state, func.count().label("number")).group_by(outbox.c.state)
        oldest = select(func.min(outbox.c.created_at)).where(outbox.c.state == "pending")
        next_one = (
            select(outbox.c.next_at)
            .where(outbox.c.state == "pending", heads())
            .order_by(outbox.c.next_at)
            .limit(1)
        )
        doubts = select(func.count()).where(hub_steps.c.state == "in_doubt")
        async with self._db.read() as conn:
            by_state = {row.state: row.number for row in await conn.execute(counts)}
            return OutboxStatus(
                pending=by_state.get("pending", 0),
                sent=by_state.get("sent", 0),
                dead=by_state.get("dead", 0),
                skipped=by_state.get("skipped", 0),
                in_doubt=(await conn.execute(doubts)).scalar_one(),
                oldest_pending_at=(await conn.execute(oldest)).scalar_one(),
                next_at=(await conn.execute(next_one)).scalar_one_or_none(),
            )

    async def pending(self, limit: int = 50, after: int = 0) -> list[PendingMessage]:
        """Messages that wait, in order.

        Args:
            limit: Most to return.
            after: Id of the last one of the page before.
        """
        async with self._db.read() as conn:
            rows = (await conn.execute(_page("pending", limit, after))).mappings().all()
        return [
            PendingMessage(
                next_at=row["next_at"], created_at=row["created_at"], **_what_happened(row)
            )
            for row in rows
        ]

    async def dead(
        self, limit: int = 50, after: int = 0, *, reason: str = "", dossier: str = ""
    ) -> list[DeadLetter]:
        """Dead letters, in order. Arguments as :meth:`pending` and :meth:`retry`."""
        page = _page("dead", limit, after).where(_matching(reason, dossier))
        async with self._db.read() as conn:
            rows = (await conn.execute(page)).mappings().all()
        letters = []
        for row in rows:
            words = reason_of(row["last_code"] or "")
            letters.append(
                DeadLetter(
                    reason_vi=words.sentence_vi,
                    reason_en=words.sentence_en,
                    at=row["next_at"],
                    **_what_happened(row),
                )
            )
        return letters

    async def retry(
        self, ids: Sequence[int] | None, now: datetime, *, reason: str = "", dossier: str = ""
    ) -> int:
        """Sends dead letters again, with all their attempts before them. A step in doubt is sent whatever the setting says.

        Args:
            ids: Which ones; ``None`` for all.
            now: The time, aware.
            reason: Of these only those with this reason, e.g. ``exhausted`` or ``refused:-1``; empty for any.
            dossier: Of these only those of this dossier; empty for any.

        Returns:
            How many were dead letters and wait again.
        """
        chosen = and_(_chosen(ids), _matching(reason, dossier))
        async with self._db.begin() as conn:
            await _forget_doubts(conn, chosen)
            done = await conn.execute(
                update(outbox)
                .where(chosen)
                .values(
                    state="pending", attempts=0, next_at=now, lease_owner=None, lease_until=None
                )
            )
        return done.rowcount

    async def give_up(self, ids: Sequence[int]) -> int:
        """Drops dead letters for good, so that what waits behind them goes on.

        Meant for a step that the operator has found at the hub, or that it will never take.

        Returns:
            How many were dead letters and are dropped.
        """
        async with self._db.begin() as conn:
            await _forget_doubts(conn, _chosen(ids))
            done = await conn.execute(
                update(outbox)
                .where(_chosen(ids))
                .values(state="skipped", last_code=GIVEN_UP + ":" + outbox.c.last_code)
            )
        return done.rowcount


def _page(state: str, limit: int, after: int) -> Select[Any]:
    return (
        select(outbox)
        .where(outbox.c.state == state, outbox.c.id > after)
        .order_by(outbox.c.id)
        .limit(limit)
    )


def _what_happened(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "dossier": row["dossier"],
        "kind": row["kind"],
        "attempts": row["attempts"],
        "last_code": row["last_code"] or "",
        "last_message": row["last_message"] or "",
    }


def _chosen(ids: Sequence[int] | None) -> ColumnElement[bool]:
    dead = outbox.c.state == "dead"
    return dead if ids is None else and_(dead, outbox.c.id.in_(ids))


def _matching(reason: str, dossier: str) -> ColumnElement[bool]:
    """Rows with a reason, whole or its first word, and of a dossier; empty leaves it open."""
    code = outbox.c.last_code
    return and_(
        or_(code == reason, code.startswith(f"{reason}:", autoescape=True)) if reason else true(),
        outbox.c.dossier == dossier if dossier else true(),
    )


async def _forget_doubts(conn: AsyncConnection, chosen: ColumnElement[bool]) -> None:
    """An operator has decided: the row keeps its mark that it may have arrived, the step is no longer held for it."""
    keys = select(outbox.c.content_index).where(chosen, outbox.c.kind == "progress")
    await conn.execute(
        delete(hub_steps).where(hub_steps.c.key.in_(keys), hub_steps.c.state == "in_doubt")
    )
