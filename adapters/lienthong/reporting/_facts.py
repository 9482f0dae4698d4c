"""The facts of one case that indicators count, read off its row, steps, papers and payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lienthong.interface import ProcedureRecord

from ._periods import VIETNAM, local_day, working_days_after

# End of a case: step 9, then 10, then 8, then 3 or 7 (hub page §9 row 2.1).
_ENDS: Final = (("9",), ("10",), ("8",), ("3", "7"))
_SUPPLEMENT: Final = "5"
_REUSED: Final = frozenset({"reused", "replaced", "record"})
CERTIFIED_COPY: Final = "certified_copy"
"""Evidence type of an electronic certified copy."""


@dataclass(frozen=True, slots=True)
class CaseParts:
    """Everything stored about one case, nothing of it personal.

    Attributes:
        case: Its row.
        seen: Id of its newest outbox row, 0 without.
        steps: Statuses with their moments, in order of time.
        papers: Rows of papers with ``how`` and the evidence's ``kind``, ``type``, ``system``, ``digitised``.
        payments: Rows with ``amount`` and ``way``.
    """

    case: Mapping[str, Any]
    seen: int
    steps: Sequence[tuple[str, datetime]]
    papers: Sequence[Mapping[str, Any]]
    payments: Sequence[Mapping[str, Any]]


def facts_of(
    parts: CaseParts, procedure: ProcedureRecord | None, *, hub_system: str, population: str
) -> dict[str, Any]:
    """The row of ``case_facts``.

    Args:
        parts: The case.
        procedure: Its procedure, ``None`` when the catalogue lost it.
        hub_system: Name of the hub's system: what came from it came from the national store.
        population: Name of the population database's system.
    """
    case = parts.case
    asked, waits = _supplements(parts.steps)
    end = _end(case, parts.steps)
    received = case["received_at"]
    limit = _limit(case, procedure)
    term = _term(received, procedure)
    issued = [paper for paper in parts.papers if paper["how"] == "issued"]
    handed = [paper for paper in parts.papers if paper["how"] != "issued"]
    reused = [paper for paper in handed if paper["how"] in _REUSED]
    digitised = any(paper["digitised"] and paper["kind"] != "record" for paper in handed)
    amounts = [payment["amount"] for payment in parts.payments]
    return {
        "case_id": case["id"],
        "revision": case["revision"],
        "seen": parts.seen,
        "dossier": case["dossier"],
        "procedure": case["procedure"],
        "unit": case["processing_agency"] or case["agency"],
        "receiving_unit": case["agency"],
        "channel": case["channel"] or "1",  # absent counts as counter (hub page §2.1)
        "status": case["status"],
        "received_at": received,
        "limit_at": limit,
        "net_limit_at": _net_limit(limit, term, waits),
        "end_at": end,
        "first_supplement_at": asked[0] if asked else None,
        "took_s": max(int((end - received - waits).total_seconds()), 0)
        if end is not None and received is not None
        else None,
        "waits_s": int(waits.total_seconds()),
        "supplements": len(asked),
        "early": int(end is not None and limit is not None and local_day(end) < local_day(limit)),
        "paid_online": int(any(payment["way"] in {"1", "2"} for payment in parts.payments)),
        "fee_due": int(any(amounts)),
        "fee_free": int(bool(amounts) and not any(amounts)),
        "identity_verified": int(case["identity"] == "verified"),
        "population_used": int(any(paper["system"] == population for paper in reused)),
        "from_national_store": int(any(paper["system"] == hub_system for paper in reused)),
        "digitised": int(digitised),
        "component_file": int(digitised),
        "electronic_result": int(any(paper["digitised"] for paper in issued)),
        "certified_copy": int(
            any(paper["digitised"] and paper["type"] == CERTIFIED_COPY for paper in issued)
        ),
        "papers": len({paper["component"] for paper in handed}),
        "papers_reused": len({paper["component"] for paper in reused}),
    }


def _supplements(steps: Sequence[tuple[str, datetime]]) -> tuple[list[datetime], timedelta]:
    """When supplements were asked for, and how long they were waited for in all; a wait that still runs does not count."""
    asked: list[datetime] = []
    waits = timedelta()
    since: datetime | None = None
    for status, at in steps:
        if status == _SUPPLEMENT:
            asked.append(at)
            since = since or at
        elif since is not None:
            waits += at - since
            since = None
    return asked, waits


def _end(case: Mapping[str, Any], steps: Sequence[tuple[str, datetime]]) -> datetime | None:
    for statuses in _ENDS:
        moments = [at for status, at in steps if status in statuses]
        if moments:
            return moments[-1]
    end: datetime | None = case["finished_at"] or case["returned_at"]
    return end


def _term(received: datetime | None, procedure: ProcedureRecord | None) -> datetime | None:
    """The end of the procedure's own term, counted from reception."""
    if received is None or procedure is None or procedure.working_days is None:
        return None
    whole = int(procedure.working_days)
    start = received.astimezone(VIETNAM)
    part = timedelta(hours=8 * float(procedure.working_days - whole))
    day = working_days_after(start.date(), whole)
    return datetime.combine(day, start.time(), VIETNAM) + part


def _limit(case: Mapping[str, Any], procedure: ProcedureRecord | None) -> datetime | None:
    """The appointed return, or the procedure's term where none was appointed."""
    due: datetime | None = case["due_at"]
    return due if due is not None else _term(case["received_at"], procedure)


def _net_limit(limit: datetime | None, term: datetime | None, waits: timedelta) -> datetime | None:
    """The limit with the waiting added; a date that was appointed anew after a supplement already has it inside."""
    if limit is None:
        return None
    return max(limit, (min(limit, term) if term is not None else limit) + waits)
