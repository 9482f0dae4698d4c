"""What a step of a case said, and the requests for supplements that follow from it (hub page §2.1 DanhSachHoSoBoSung)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.guard import Sealer
from lienthong.interface import Supplement
from lienthong.storage import new_id, tables

from ._statuses import Status


@dataclass(frozen=True, slots=True)
class StepWords:
    """What is kept sealed of a step: names of officers and words about citizens stand in it.

    Attributes:
        officer: Who did it.
        note: What they said.
        due_before: The appointed return date before the step.
        due_after: And after it.
    """

    officer: str
    note: str
    due_before: datetime | None
    due_after: datetime | None

    def to_json(self) -> dict[str, str | None]:
        """As it is sealed."""
        return {
            "officer": self.officer,
            "note": self.note,
            "due_before": _text(self.due_before),
            "due_after": _text(self.due_after),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, str | None]) -> Self:
        """As it was sealed."""
        return cls(
            value["officer"] or "",
            value["note"] or "",
            _moment(value["due_before"]),
            _moment(value["due_after"]),
        )


async def file_step(
    conn: AsyncConnection,
    sealer: Sealer,
    case_id: str,
    status: Status,
    at: datetime,
    said: StepWords,
) -> None:
    """Writes a step of a case."""
    step = new_id()
    sealed = sealer.seal_json(said.to_json(), table="case_steps", row=step, field="sealed")
    await conn.execute(
        insert(tables.case_steps).values(
            id=step, case_id=case_id, status=status.value, at=at, sealed=sealed
        )
    )


async def supplements(
    conn: AsyncConnection, sealer: Sealer, case: Mapping[str, Any]
) -> tuple[Supplement, ...]:
    """Every request of a case with what became of it, oldest first.

    HoSoBoSungId is the number of the request within its dossier: a plain number, because one code base types it so, and
    unique where it is read, because vendors' own numbers would meet at the hub as well.
    """
    if not case["supplements"]:
        return ()
    steps = tables.case_steps
    # Without words are steps that an import recorded or an older version took: who asked for what is not known of them.
    rows = await conn.execute(
        select(steps)
        .where(steps.c.case_id == case["id"], steps.c.sealed.is_not(None))
        .order_by(steps.c.id)
    )
    found: list[Supplement] = []
    waiting: StepWords | None = None
    for row in rows.mappings():
        said = StepWords.from_json(
            sealer.open_json(row["sealed"], table="case_steps", row=row["id"], field="sealed")
        )
        if row["status"] == Status.SUPPLEMENT_ASKED:
            waiting = said
            found.append(
                Supplement(
                    supplement_id=str(len(found) + 1),
                    asked_by=said.officer,
                    content=said.note,
                    asked_at=row["at"],
                    due_before=said.due_before,
                    due_after=_changed(said.due_before, said.due_after),
                )
            )
        elif waiting is not None:
            # Withdrawn or stopped, it was asked for in vain.
            if row["status"] == Status.IN_PROCESS:
                found[-1] = found[-1].model_copy(
                    update={
                        "done": True,
                        "received_by": said.officer,
                        "received_note": said.note,
                        "received_at": row["at"],
                        "due_after": _changed(waiting.due_before, said.due_after),
                    }
                )
            waiting = None
    return tuple(found)


def _changed(before: datetime | None, after: datetime | None) -> datetime | None:
    return after if after != before else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
