"""Questions beside the portal: EMC, a ministry's own system, what the portal shows everybody."""

from __future__ import annotations

from typing import Final, get_args

from lienthong.interface import (
    Accepted,
    EmcEvent,
    HubFileQuery,
    MinistryCodeRequest,
    MinistryDossier,
    MinistryStatus,
    MinistryUpload,
    Outcome,
    PortalScoreQuery,
    PortalScores,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureSheetQuery,
    ScoreReport,
    Verb,
)
from lienthong.testing._subject import Sample

from ._parts import (
    MOMENT,
    ask,
    dossier_code,
    found,
    nobody,
    progress_step,
    record,
)

EMC: Final = ask(
    Verb.SHARE,
    "accepted",
    EmcEvent(
        dossier="H31.14-261124-0001",
        procedure="1.004222.H31",
        procedure_name="Đăng ký thường trú",
        status="1",
        reception="2",
        level="4",
    ),
    raw=True,
)
_AGENCY: Final = "000.00.00.H31"
_CODE: Final = MinistryCodeRequest(agency=_AGENCY)


def _dossier(code: str) -> MinistryDossier:
    return MinistryDossier(
        dossier=code,
        procedure="1.004222",
        owner_name="Trần Thử Nghiệm",
        agency=_AGENCY,
        submitted_at=MOMENT,
        received_at=MOMENT,
        applicant={"HoTen": "Trần Thử Nghiệm"},
    )


def _numbered(number: int) -> MinistryDossier:
    return _dossier(dossier_code(number))


def _coded(before: Outcome) -> MinistryDossier:
    """The dossier under the code that was fetched just before."""
    return _dossier(before.receipt.reference if isinstance(before, Accepted) else "")


MINISTRY: Final = (
    *ask(
        Verb.SHARE, "accepted", _CODE, MinistryUpload(filename="a.pdf", content_base64="aGVsbG8=")
    ),
    Sample(Verb.SHARE, _numbered, "accepted", before=lambda _: _CODE, follow=_coded, raw=True),
    Sample(
        Verb.SHARE,
        lambda number: progress_step(dossier_code(number)),
        "accepted",
        before=_numbered,
        raw=True,
    ),
    Sample(
        Verb.SHARE,
        lambda number: MinistryStatus(dossier=dossier_code(number), status="2"),
        "accepted",
        before=_numbered,
        raw=True,
    ),
    Sample(Verb.SHARE, _numbered, "rejected", before=_numbered),
)
PUBLIC: Final = (
    *found(ProcedureQuery("1.004222"), requests=2),
    *found(ProcedureListQuery()),
    *nobody(ProcedureQuery("9.999999"), ProcedureSheetQuery("9.999999")),
    *found(ProcedureSheetQuery("1.004222"), requests=2, raw=True),
    *found(
        HubFileQuery(
            "https://dichvucong.sandbox.invalid/api/v1/submitting/preview-attachment?fileId=1"
        ),
        HubFileQuery("https://dichvucong.sandbox.invalid/api/v1/files/configuring/1/to-khai.docx"),
        raw=True,
    ),
    *found(
        *(PortalScoreQuery("2026", report) for report in get_args(ScoreReport)),
        holds=record(PortalScores, lambda page: any(unit.score for unit in page.units)),
    ),
)
