"""Values that a national register has wrong, as desks report them: tied to case and record, and answered.

While a report is not settled, no paper of that person is replaced by what it is about (``value-disputed``). Rejected, the
value is relied on again; corrected, the record is fetched anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import Sealer
from lienthong.interface import InvalidRequest
from lienthong.onceonly import UNSETTLED
from lienthong.storage import tables

from ._desk import Desk
from ._events import put_event
from .errors import WrongValueNotFound, WrongValueSettled

_LONGEST: Final = 2000


class WrongValueStatus(StrEnum):
    """Where a report stands."""

    OPEN = "open"
    """Nobody answered yet."""
    ANSWERED = "answered"
    """The register's owner answered, and has not decided."""
    REJECTED = "rejected"
    """The value is right as it stands."""
    CORRECTED = "corrected"
    """The register was corrected."""


@dataclass(frozen=True, slots=True)
class WrongValueText:
    """What is personal in a report: what the register holds, what is right, and what was written about it."""

    held: str
    right: str
    note: str
    answer: str


@dataclass(frozen=True, slots=True)
class WrongValue:
    """One report.

    Attributes:
        id: Its id.
        dossier: The case it was made in.
        component: MAGIAYTO of the paper whose decision rests on the record; empty for a look-up.
        system: The register.
        service: The service that gave the record.
        attribute: Name of the attribute, e.g. ``permanent_address``.
        status: Where it stands.
        officer: Who reported it.
        agency: At which unit.
        reported_at: When, aware UTC.
        answered_by: Who entered the answer.
        answered_at: When, aware UTC.
        decision_id: The decision that rests on the record.
        evidence_id: The record as we hold it.
        request_id: The request that brought it, as the register knows it.
        text: The personal part; ``None`` in lists.
    """

    id: str
    dossier: str
    component: str
    system: str
    service: str
    attribute: str
    status: WrongValueStatus
    officer: str
    agency: str
    reported_at: datetime
    answered_by: str
    answered_at: datetime | None
    decision_id: str
    evidence_id: str
    request_id: str
    text: WrongValueText | None = field(default=None, repr=False)


_SENTENCES: Final[dict[WrongValueStatus, tuple[str, str]]] = {
    WrongValueStatus.ANSWERED: (
        "Cơ quan quản lý cơ sở dữ liệu đã trả lời về thông tin được báo sai và đang xem xét.",
        "The owner of the register answered about the value reported wrong, and is looking into it.",
    ),
    WrongValueStatus.REJECTED: (
        "Cơ quan quản lý cơ sở dữ liệu xác nhận thông tin được báo sai là đúng; dữ liệu được dùng trở lại.",
        "The owner of the register says that the value reported wrong is right; the data is used again.",
    ),
    WrongValueStatus.CORRECTED: (
        "Cơ quan quản lý cơ sở dữ liệu đã sửa thông tin được báo sai; dữ liệu được lấy lại.",
        "The owner of the register corrected the value reported wrong; the data is fetched anew.",
    ),
}


class WrongValues:
    """All reports, for operators: read and answered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def listed(
        self, status: WrongValueStatus | None, after: str, limit: int
    ) -> tuple[WrongValue, ...]:
        """Reports, oldest first, without what is personal in them."""
        table = tables.wrong_values
        query = select(table).where(table.c.id > after).order_by(table.c.id).limit(limit)
        if status is not None:
            query = query.where(table.c.status == status.value)
        async with self._desk.db.read() as conn:
            return tuple(wrong_value(dict(row)) for row in (await conn.execute(query)).mappings())

    async def opened(self, report_id: str) -> WrongValue:
        """One report, whole.

        Raises:
            WrongValueNotFound: There is none.
        """
        table = tables.wrong_values
        async with self._desk.db.read() as conn:
            found = await conn.execute(select(table).where(table.c.id == report_id))
            row = found.mappings().one_or_none()
        if row is None:
            raise WrongValueNotFound("There is no wrong-value report of this id.")
        return wrong_value(dict(row), self._desk.sealer)

    async def answer(
        self, report_id: str, status: WrongValueStatus, answer: str, officer: str
    ) -> tuple[str, ...]:
        """Keeps an answer and tells the one-stop system; returns the open cases whose decisions wait for it.

        Raises:
            WrongValueNotFound, WrongValueSettled, InvalidRequest
        """
        answer, officer = answer.strip(), officer.strip()
        if status is WrongValueStatus.OPEN or not answer or not officer or len(answer) > _LONGEST:
            raise InvalidRequest(
                "answer",
                f"needs an answer of at most {_LONGEST} characters, who enters it, and what it comes to: answered, rejected "
                "or corrected",
                "Đề nghị nhập nội dung trả lời, người nhập và kết quả: đang xem xét, không sai hoặc đã sửa.",
            )
        table, now = tables.wrong_values, self._desk.now()
        async with self._desk.db.begin() as conn:
            found = await conn.execute(
                select(table).where(table.c.id == report_id).with_for_update()
            )
            row = found.mappings().one_or_none()
            if row is None:
                raise WrongValueNotFound("There is no wrong-value report of this id.")
            if row["status"] not in UNSETTLED:
                raise WrongValueSettled(f"The report is settled already: {row['status']}.")
            text = opened_text(dict(row), self._desk.sealer) | {"answer": answer}
            await conn.execute(
                update(table)
                .where(table.c.id == report_id)
                .values(
                    status=status.value,
                    answered_by=officer,
                    answered_at=now,
                    sealed=sealed_text(text, report_id, self._desk.sealer),
                    # Settled, the value may be reported anew.
                    **({} if status.value in UNSETTLED else {"live": None}),
                )
            )
            if status is WrongValueStatus.CORRECTED:
                await self._drop_records(conn, row, now)
            waiting = await self._waiting(conn, row) if status.value not in UNSETTLED else ()
            vi, en = _SENTENCES[status]
            await put_event(
                conn,
                kind="wrong_value",
                dossier=row["dossier"],
                component=row["component"] or "",
                outcome=status.value,
                sentence_vi=vi,
                sentence_en=en,
                now=now,
            )
        return waiting

    async def _drop_records(self, conn: AsyncConnection, row: RowMapping, now: datetime) -> None:
        """What the register said about this person before it was corrected is never used again."""
        evidence = tables.evidence
        outdated = await conn.scalars(
            select(evidence.c.id).where(
                evidence.c.kind == "record",
                evidence.c.status == "valid",
                or_(
                    and_(
                        evidence.c.owner_index == row["owner_index"],
                        evidence.c.system == row["system"],
                    ),
                    evidence.c.id == (row["evidence_id"] or ""),
                ),
            )
        )
        await self._desk.evidence.revoke(conn, list(outdated), now)

    @staticmethod
    async def _waiting(conn: AsyncConnection, row: RowMapping) -> tuple[str, ...]:
        cases, decisions = tables.cases, tables.decisions
        dossiers = await conn.scalars(
            select(cases.c.dossier)
            .join(decisions, decisions.c.case_id == cases.c.id)
            .where(
                or_(
                    decisions.c.subject_index == row["owner_index"],
                    and_(
                        decisions.c.subject_index.is_(None),
                        cases.c.owner_index == row["owner_index"],
                    ),
                ),
                cases.c.closed_at.is_(None),
                decisions.c.superseded_by.is_(None),
                decisions.c.rule == "value-disputed",
            )
            .distinct()
        )
        return tuple(dossiers)


def wrong_value(row: Mapping[str, Any], sealer: Sealer | None = None) -> WrongValue:
    """The report of a row; with a sealer whole."""
    return WrongValue(
        id=row["id"],
        dossier=row["dossier"],
        component=row["component"] or "",
        system=row["system"],
        service=row["service"] or "",
        attribute=row["attribute"],
        status=WrongValueStatus(row["status"]),
        officer=row["officer"],
        agency=row["agency"],
        reported_at=row["reported_at"],
        answered_by=row["answered_by"] or "",
        answered_at=row["answered_at"],
        decision_id=row["decision_id"] or "",
        evidence_id=row["evidence_id"] or "",
        request_id=row["request_id"] or "",
        text=WrongValueText(**opened_text(row, sealer)) if sealer is not None else None,
    )


def opened_text(row: Mapping[str, Any], sealer: Sealer) -> dict[str, str]:
    """The personal part of a row, opened."""
    value: dict[str, Any] = sealer.open_json(
        row["sealed"], table="wrong_values", row=row["id"], field="sealed"
    )
    return value


def sealed_text(text: dict[str, str], report_id: str, sealer: Sealer) -> bytes:
    """The personal part, sealed."""
    return sealer.seal_json(text, table="wrong_values", row=report_id, field="sealed")
