"""How evidence lies in its table, and which of it counts."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import RowMapping, Select, bindparam, select

from lienthong.storage import tables

from ._evidence_facts import Evidence

_TABLE: Final = tables.evidence
# What is sealed is opened one by one, when it is needed; what nobody asks for is not read.
_UNREAD: Final = frozenset(
    {"owner_index", "sealed", "issuer", "case_id", "content_bytes", "media_type"}
    | {"signature_reasons", "ended_at"}
)
# Whoever files a case under somebody else's number must not put papers into that person's store: a paper proves whose it is
# once its applicant is verified, a result unless the applicant turned out to be another. Records were matched by their system.
_TRUSTED: Final = {
    "paper": frozenset({"verified"}),
    "result": frozenset({"verified", "provisional", "none"}),
}


@cache
def held(*, own: bool) -> Select[Any]:
    """What is valid of ``:owner``, newest first, with its case as it stands now.

    Args:
        own: What is about the owner; else what is about ``:about``.
    """
    subject = _TABLE.c.subject_index
    return (
        select(
            *(column for column in _TABLE.c if column.name not in _UNREAD),
            tables.cases.c.dossier,
            tables.cases.c.identity,
        )
        .join(tables.cases, tables.cases.c.id == _TABLE.c.case_id, isouter=True)
        .where(
            _TABLE.c.owner_index == bindparam("owner"),
            subject.is_(None) if own else subject == bindparam("about"),
            _TABLE.c.status == "valid",
        )
        .order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc())
    )


def trusted(row: RowMapping) -> bool:
    """Whether the case behind a piece of evidence proves whose it is; a case that is gone proves nothing against it."""
    return row["kind"] == "record" or (row["identity"] or "none") in _TRUSTED.get(row["kind"], ())


def evidence_of(row: RowMapping) -> Evidence:
    """The evidence that a row of :func:`columns` holds."""
    return Evidence(
        id=row["id"],
        kind=row["kind"],
        code=row["code"],
        type=row["type"],
        issued_on=row["issued_on"],
        valid_until=row["valid_until"],
        permanent=row["permanent"],
        dossier=row["dossier"] or "",
        system=row["system"] or "",
        service=row["service"] or "",
        answered_at=row["answered_at"],
        content_sha256=row["content_sha256"] or "",
        status=row["status"],
        digitisation_code=row["digitisation_code"] or "",
        filed_at=row["created_at"],
        signature=row["signature"] or "",
        scope=row["scope"] or "",
        nature=row["nature"] or "scan",
        subject=row["subject_index"].hex() if row["subject_index"] else "",
    )


def end_of(issued: date, valid: str) -> date | None:
    """The last day of an ISO 8601 duration from the day of issue; ``None`` for ``permanent``."""
    if valid == "permanent":
        return None
    number, unit = int(valid[1:-1]), valid[-1]
    if unit in "DW":
        return issued + timedelta(days=number * (7 if unit == "W" else 1))
    # By the calendar: the same day of the month, or its last day where the month is shorter.
    months = issued.month - 1 + number * (12 if unit == "Y" else 1)
    year, month = issued.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(issued.day, calendar.monthrange(year, month)[1]))
