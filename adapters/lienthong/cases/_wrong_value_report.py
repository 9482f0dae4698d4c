"""A case reports a value that a national register has wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.interface import InvalidRequest, Provenance
from lienthong.onceonly import UNSETTLED, component_of
from lienthong.storage import new_id, tables

from ._papers import CasePapers
from ._wrong_values import WrongValue, WrongValueStatus, sealed_text, wrong_value

_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class _Record:
    """The record that a report is about."""

    system: str
    service: str
    owner_index: bytes
    component: str = ""
    decision_id: str = ""
    evidence_id: str = ""
    request_id: str = ""


class CaseWrongValues(CasePapers):
    """The part of :class:`Case` about wrong values in registers."""

    async def report_wrong_value(
        self,
        attribute: str,
        *,
        right: str,
        component: str | None = None,
        provenance: Provenance | None = None,
        held: str = "",
        note: str = "",
    ) -> WrongValue:
        """Reports a value that a national register has wrong, and decides the papers of the case again without it.

        The same value of the same person reported again is one report until it is settled.

        Args:
            attribute: Name of the record's attribute, e.g. ``permanent_address``.
            right: What is right, as the original paper says.
            component: The paper whose decision rests on the record; or
            provenance: where the record of a look-up of this case came from.
            held: What the register has; read off the record where we hold it.
            note: Anything else that its owner should know.

        Raises:
            InvalidRequest: Not exactly one record is named, it is none of this case, or a field is wrong.
            UnknownComponent: The procedure asks for no such paper.
            CaseClosed, CaseChanged, AuditUnavailable
        """
        right, note = right.strip(), note.strip()
        if not _ATTRIBUTE.fullmatch(attribute):
            raise InvalidRequest(
                "attribute",
                "must be the name of an attribute of the record, e.g. permanent_address",
                "Đề nghị chọn thông tin bị sai.",
            )
        if not right or max(map(len, (right, note, held))) > _LONGEST:
            raise InvalidRequest(
                "right",
                f"state what is right, in at most {_LONGEST} characters",
                "Đề nghị nhập thông tin đúng theo giấy tờ gốc.",
            )
        await self._refresh_open()
        async with self._file.writing() as conn:
            self._require_open()
            record = await self._record(conn, component, provenance)
            held = await self._held(conn, record, attribute) or held
            text = {"held": held, "right": right, "note": note, "answer": ""}
            row = None
            while row is None:
                row = await self._reported(conn, record, attribute) or await self._put(
                    conn, record, attribute, text
                )
        await self.decide_again("Tính lại giấy tờ sau khi báo sai thông tin")
        return wrong_value(row, self._desk.sealer)

    async def wrong_values(self) -> tuple[WrongValue, ...]:
        """The reports of this case, oldest first, whole."""
        await self._refresh()
        table = tables.wrong_values
        async with self._desk.db.read() as conn:
            rows = await conn.execute(
                select(table).where(table.c.case_id == self.id).order_by(table.c.id)
            )
            return tuple(wrong_value(dict(row), self._desk.sealer) for row in rows.mappings())

    async def _record(
        self, conn: AsyncConnection, component: str | None, provenance: Provenance | None
    ) -> _Record:
        if (component is None) == (provenance is None):
            raise InvalidRequest(
                "component",
                "name the paper or the look-up, one of the two",
                "Đề nghị chọn giấy tờ hoặc lần tra cứu có thông tin sai.",
            )
        if provenance is not None:
            return await self._looked_up(conn, provenance)
        paper = component_of(self.procedure, component or "")
        found = await conn.execute(
            self._in_force().where(tables.decisions.c.component == paper.code)
        )
        decision = found.mappings().one_or_none()
        system, _, service = (decision["source"] or "" if decision else "").partition("/")
        if decision is None or system not in self._desk.gateway.systems:
            raise InvalidRequest(
                "component",
                "its decision rests on no record of a national register",
                "Quyết định về giấy tờ này không dựa trên cơ sở dữ liệu quốc gia.",
            )
        return _Record(
            system,
            service,
            decision["subject_index"] or self._file.row["owner_index"],
            paper.code,
            decision["id"],
            decision["evidence_id"] or "",
        )

    async def _looked_up(self, conn: AsyncConnection, provenance: Provenance) -> _Record:
        log = tables.audit_log
        asked = await conn.scalar(
            select(log.c.call_id)
            .where(
                log.c.dossier == self.dossier,
                log.c.system == provenance.system,
                log.c.service == provenance.service,
            )
            .limit(1)
        )
        if asked is None:
            raise InvalidRequest(
                "provenance",
                "this case asked no such service",
                "Hồ sơ này chưa tra cứu dịch vụ đó.",
            )
        return _Record(
            provenance.system,
            provenance.service,
            self._file.row["owner_index"],
            request_id=provenance.request_id,
        )

    async def _held(self, conn: AsyncConnection, record: _Record, attribute: str) -> str:
        """What the record that we hold says, as text."""
        if not record.evidence_id:
            return ""
        values = await self._desk.evidence.read_record(conn, record.evidence_id)
        if attribute not in values:
            raise InvalidRequest(
                "attribute",
                "the record has no such attribute",
                "Dữ liệu không có thông tin này. Đề nghị chọn lại.",
            )
        value = values[attribute]
        return value if isinstance(value, str) else orjson.dumps(value).decode()

    async def _reported(
        self, conn: AsyncConnection, record: _Record, attribute: str
    ) -> dict[str, Any] | None:
        """The report of the same value that is not settled yet."""
        table = tables.wrong_values
        found = await conn.execute(
            select(table).where(
                table.c.owner_index == record.owner_index,
                table.c.system == record.system,
                table.c.attribute == attribute,
                table.c.status.in_(UNSETTLED),
            )
        )
        row = found.mappings().first()
        return dict(row) if row is not None else None

    async def _put(
        self, conn: AsyncConnection, record: _Record, attribute: str, text: dict[str, str]
    ) -> dict[str, Any] | None:
        """The new report; ``None`` when another desk made one of the same value at the same moment."""
        report_id, acting = new_id(), self._acting
        row = {
            "id": report_id,
            "case_id": self.id,
            "dossier": self.dossier,
            "component": record.component or None,
            "decision_id": record.decision_id or None,
            "evidence_id": record.evidence_id or None,
            "request_id": record.request_id or None,
            "owner_index": record.owner_index,
            "system": record.system,
            "service": record.service,
            "attribute": attribute,
            "sealed": sealed_text(text, report_id, self._desk.sealer),
            "status": WrongValueStatus.OPEN.value,
            "officer": acting.officer,
            "agency": acting.agency,
            "reported_at": self._desk.now(),
            "answered_by": None,
            "answered_at": None,
            "live": 1,
        }
        dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
        put = await conn.execute(
            dialect.insert(tables.wrong_values).values(**row).on_conflict_do_nothing()
        )
        return row if put.rowcount == 1 else None
