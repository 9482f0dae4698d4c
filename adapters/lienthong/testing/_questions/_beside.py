"""Questions beside the portal: EMC, a ministry's own system, the public catalogue."""

from __future__ import annotations

from typing import Final

from lienthong.interface import (
    Accepted,
    EmcEvent,
    MinistryCodeRequest,
    MinistryDossier,
    MinistryUpload,
    Outcome,
    ProcedureListQuery,
    ProcedureQuery,
    Verb,
)
from lienthong.testing._subject import Sample

from ._parts import (
    MOMENT,
    ask,
    found,
    nobody,
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


_MINISTRY_DOSSIER: Final = MinistryDossier(
    dossier="0",
    procedure="1.004222",
    owner_name="Trần Thử Nghiệm",
    agency=_AGENCY,
    submitted_at=MOMENT,
    received_at=MOMENT,
    components=(),
    applicant={"HoTen": "Trần Thử Nghiệm"},
)


def _coded(before: Outcome) -> MinistryDossier:
    """The dossier under the code that was fetched just before."""
    code = before.receipt.reference if isinstance(before, Accepted) else ""
    return _MINISTRY_DOSSIER.model_copy(update={"dossier": code})


MINISTRY: Final = (
    *ask(
        Verb.SHARE, "accepted", _CODE, MinistryUpload(filename="a.pdf", content_base64="aGVsbG8=")
    ),
    Sample(
        Verb.SHARE,
        lambda _: _MINISTRY_DOSSIER,
        "accepted",
        before=lambda _: _CODE,
        follow=_coded,
        raw=True,
    ),
)
PUBLIC: Final = (
    *found(ProcedureQuery("1.004222"), requests=2),
    *found(ProcedureListQuery()),
    *nobody(ProcedureQuery("9.999999")),
)
