"""Which rows of the outbox may be sent now."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, bindparam, exists, or_, select

from lienthong.storage import outbox

UNTOLD = ("pending", "dead")
"""States of a row that those behind it in the same dossier wait for."""


def heads() -> ColumnElement[bool]:
    """Rows that wait for no older one of their dossier: the only ones that may be sent."""
    older = outbox.alias("older")
    return ~exists(
        select(older.c.id).where(
            older.c.dossier == outbox.c.dossier,
            older.c.id < outbox.c.id,
            older.c.state.in_(UNTOLD),
        )
    )


HEADS_DUE: Final = (
    select(outbox.c.id, outbox.c.kind)
    .where(
        outbox.c.state == "pending",
        outbox.c.next_at <= bindparam("now"),
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now")),
        heads(),
    )
    .order_by(outbox.c.next_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)
"""Heads due at ``:now`` and free, at most ``:most``, those that waited longest first, locked.

In order of ``next_at`` the index ends the search as soon as there are enough: by id it would begin with all that is sent.
"""
