"""What national systems answered, kept as evidence: the newest answer to a question counts."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Select, and_, bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import Sealer
from lienthong.interface import Provenance, Record
from lienthong.storage import tables

_TABLE: Final = tables.evidence
_NEW: Final = insert(_TABLE)


async def file_record(
    conn: AsyncConnection,
    sealer: Sealer,
    *,
    owner: bytes,
    case_id: str,
    code: str,
    record: Record,
    provenance: Provenance,
    now: datetime,
    evidence_id: str,
) -> Record | None:
    """Files an answer in the place of an older one to the same question.

    Returns:
        The newest record of the same kind held of the owner until now, whatever question it answered.
    """
    before, answered = await _before(conn, sealer, owner, code, record)
    if answered:
        await conn.execute(
            update(tables.evidence)
            .where(
                tables.evidence.c.owner_index == owner,
                tables.evidence.c.kind == "record",
                tables.evidence.c.code == code,
                tables.evidence.c.status == "valid",
            )
            .values(status="superseded")
        )
    await conn.execute(
        _NEW,
        {
            "id": evidence_id,
            "owner_index": owner,
            "kind": "record",
            "code": code,
            "type": "",
            "permanent": False,
            "issuer": provenance.system,
            "case_id": case_id,
            "system": provenance.system,
            "service": provenance.service,
            "answered_at": provenance.answered_at,
            "content_sha256": provenance.sha256,
            "content_bytes": 0,
            "sealed": sealer.seal_json(
                record.model_dump(mode="json"), table="evidence", row=evidence_id, field="sealed"
            ),
            "status": "valid",
            "created_at": now,
        },
    )
    return before


async def _before(
    conn: AsyncConnection, sealer: Sealer, owner: bytes, code: str, record: Record
) -> tuple[Record | None, bool]:
    """The newest record of the same kind of an owner, and whether this question is answered."""
    kind = code.partition(":")[0]
    wanted = {"owner": owner, "code": code, "first": f"{kind}:", "last": f"{kind};"}
    row = (await conn.execute(_newest(), wanted)).first()
    if row is None or row.sealed is None:
        return None, row is not None
    raw = sealer.open_json(row.sealed, table="evidence", row=row.id, field="sealed")
    try:
        return type(record).model_validate(raw), bool(row.answered)
    except ValidationError:  # of another model, or of an earlier version of it
        return None, bool(row.answered)


@cache
def _newest() -> Select[*tuple[Any, ...]]:
    """The newest record of ``:owner`` whose code lies between ``:first`` and ``:last``, and whether ``:code`` is answered."""
    mine = and_(_TABLE.c.owner_index == bindparam("owner"), _TABLE.c.kind == "record")
    earlier = _TABLE.alias()
    answered = exists().where(
        earlier.c.owner_index == bindparam("owner"),
        earlier.c.kind == "record",
        earlier.c.code == bindparam("code"),
        earlier.c.status == "valid",
    )
    return (
        select(_TABLE.c.id, _TABLE.c.sealed, answered.label("answered"))
        # A range and not LIKE, so that the index serves.
        .where(mine, _TABLE.c.code >= bindparam("first"), _TABLE.c.code < bindparam("last"))
        .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
        .limit(1)
    )
