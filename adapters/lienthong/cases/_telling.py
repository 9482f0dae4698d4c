"""What the hub is told of a case: the whole dossier after every change, and each progress step (hub page §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lienthong.interface import (
    DossierFee,
    HubDossier,
    OtherPaper,
    ProcedureRecord,
    ResultPaper,
    SubmittedPaper,
    Supplement,
)
from lienthong.onceonly import Applicant
from lienthong.settings import Settings
from lienthong.storage import tables


@dataclass(frozen=True, slots=True)
class _Filed:
    """A paper or result of a case with what the hub wants to know of it."""

    evidence_id: str
    component: str
    name: str
    how: str
    kind: str
    code: str
    digitised: bool
    reuse: int
    replaced_by: str
    from_store: bool


async def dossier_message(
    conn: AsyncConnection,
    settings: Settings,
    case: Mapping[str, Any],
    applicant: Applicant,
    personal: Mapping[str, Any],
    procedure: ProcedureRecord,
    supplements: tuple[Supplement, ...],
) -> HubDossier:
    """The state of a case as the hub is told it. Flags are computed from evidence and decisions, never typed.

    ``personal`` are the sealed fields of the case.
    """
    filed, used = await _filed(conn, case["id"])
    if case["identity"] == "verified":
        used.add("population" if applicant.is_citizen else "business")
    codes = settings.hub.database_codes
    payments = await _payments(conn, case["id"])
    return HubDossier(
        dossier=case["dossier"],
        procedure=procedure.code,
        procedure_name=procedure.name,
        field_code=procedure.field_code,
        field_name=procedure.field_name,
        channel=cast("Literal['1', '2', '3']", case["channel"]),
        owner_name=applicant.full_name,
        owner_number=applicant.owner_number,
        owner_kind=cast("Literal['1', '2', '3', '4']", applicant.kind),
        owner_account=applicant.account,
        email=applicant.email,
        phone=applicant.phone,
        abstract=procedure.name[:1000],
        submitted_at=case["submitted_at"],
        received_at=case["received_at"],
        due_at=case["due_at"],
        refused_at=case["finished_at"] if case["status"] == "3" else None,
        finished_at=case["finished_at"],
        returned_at=case["returned_at"],
        return_note=personal.get("return_note", ""),
        status=case["status"],
        # Cases of older versions were told so.
        return_form=case["return_form"] or "0",
        submitted_through=case["submitted_through"] or "2",
        agency_name=_unit_name(case["processing_agency"] or case["agency"], settings),
        note=_any_desk(case, settings),
        has_digitised=any(item.digitised for item in filed),
        identity_verified=case["identity"] == "verified",
        online_payment=_online(payments),
        databases=tuple(sorted({codes[name] for name in used if name in codes})),
        papers=tuple(_submitted(item, settings) for item in filed if item.kind != "issued"),
        results=tuple(
            ResultPaper(
                paper_id=item.evidence_id,
                name=item.name[:2000],
                result=item.code,
                url=_link(item, settings),
            )
            for item in filed
            if item.kind == "issued"
        ),
        supplements=supplements,
        fees=tuple(
            DossierFee(
                name=paid["name"],
                code=paid["code"],
                when=paid["collected"] or "",
                amount=paid["amount"],
                kind=paid["kind"] or "",
            )
            for paid in payments
        ),
        other_papers=tuple(OtherPaper(**paper) for paper in personal.get("other_papers", ())),
    )


async def _payments(conn: AsyncConnection, case_id: str) -> Sequence[Mapping[str, Any]]:
    """Fees of a case and how each was paid."""
    rows = await conn.execute(_paid(), {"case": case_id})
    return [dict(row) for row in rows.mappings()]


@cache
def _paid() -> Select[Any]:
    """The fees of ``:case``."""
    table = tables.case_payments
    return select(table).where(table.c.case_id == bindparam("case")).order_by(table.c.code)


def _online(payments: Sequence[Mapping[str, Any]]) -> Literal["0", "1", "2"]:
    """DuocThanhToanTrucTuyen: one fee paid online makes the dossier one that was, the national portal before a gateway."""
    ways = {paid["way"] for paid in payments}
    return "1" if "1" in ways else "2" if "2" in ways else "0"


def _unit_name(agency: str, settings: Settings) -> str:
    """A unit as DonViXuLy names it; the site's own name for its units that have none, the code for strangers."""
    named = settings.hub.unit_names.get(agency)
    if named is not None:
        return named
    ours = settings.site.agency
    return settings.site.name if agency == ours or agency.startswith(f"{ours}.") else agency


def _any_desk(case: Mapping[str, Any], settings: Settings) -> str:
    """GhiChu of a case that one unit received and another processes (plan task I.13): the hub has a field for one only."""
    receiving, processing = case["agency"], case["processing_agency"] or case["agency"]
    if receiving == processing:
        return ""
    return f"Tiếp nhận tại {_unit(receiving, settings)}; xử lý tại {_unit(processing, settings)}."


def _unit(agency: str, settings: Settings) -> str:
    named = settings.hub.unit_names.get(agency)
    return f"{named} ({agency})" if named else agency


def _submitted(item: _Filed, settings: Settings) -> SubmittedPaper:
    return SubmittedPaper(
        paper_id=item.evidence_id,
        name=item.name[:4000],  # the catalogue's; the code says which it is
        component=item.component,
        url=_link(item, settings),
        digitised=item.digitised,
        reused=cast("Literal[0, 1, 2]", item.reuse),
        replaced_by=item.replaced_by,
        from_personal_store=item.from_store,
    )


def _link(item: _Filed, settings: Settings) -> str:
    base = settings.hub.file_base_url.rstrip("/")
    return f"{base}/{item.evidence_id}" if base and item.digitised else ""


async def _filed(conn: AsyncConnection, case_id: str) -> tuple[Sequence[_Filed], set[str]]:
    """Papers and results of a case, and the systems whose records stand for papers."""
    rows = (await conn.execute(_evidence_of(), {"case": case_id})).all()
    used = {row.system for row in rows if row.kind == "record" and row.system}
    reuse = {"reused": 1, "replaced": 2}
    papers = [
        _Filed(
            evidence_id=row.id,
            component=row.component,
            name=row.name or "",
            how=row.how,
            kind="issued" if row.how == "issued" else row.kind,
            code=row.code,
            digitised=row.digitisation_code is not None,
            reuse=reuse.get(row.how, 0),
            replaced_by=row.code if row.how == "replaced" else "",
            # Only the national store gives papers: what we file ourselves has no system.
            from_store=bool(row.system),
        )
        for row in rows
        if row.kind != "record"
    ]
    return papers, used


@cache
def _evidence_of() -> Select[*tuple[Any, ...]]:
    """What is filed under ``:case``, with its evidence."""
    papers, evidence = tables.papers, tables.evidence
    return (
        select(
            papers.c.component,
            papers.c.name,
            papers.c.how,
            evidence.c.id,
            evidence.c.kind,
            evidence.c.code,
            evidence.c.system,
            evidence.c.digitisation_code,
        )
        .join(evidence, evidence.c.id == papers.c.evidence_id)
        .where(papers.c.case_id == bindparam("case"))
        .order_by(papers.c.received_at, papers.c.id)
    )
