"""Questions to the land systems."""

from __future__ import annotations

from typing import Final

from lienthong.identity import (
    CertificateSerial,
)
from lienthong.interface import (
    CertificateQuery,
    HandoverFile,
    LandDocumentQuery,
    LandFileQuery,
    LandHandover,
    LandRejection,
    LandReturned,
    LandSupplement,
    ParcelQuery,
    Verb,
)
from lienthong.testing._subject import Sample

from ._parts import (
    MOMENT,
    OWNER,
    SERIAL,
    dossier_code,
    found,
    nobody,
)


def _handover(number: int) -> LandHandover:
    return LandHandover(
        dossier=dossier_code(number),
        province="33",
        commune="12205",
        received_by="canbo1",
        received_at=MOMENT,
        applicant_name="Trần Thử Nghiệm",
        applicant_number="033088000012",
        process_code="QT01",
        process_name="Cấp đổi giấy chứng nhận",
        parcels=(("204", "17", "250.5", "Thôn Mẫu"),),
        files=_FILES,
    )


_FILES: Final = (HandoverFile(name="Đơn", filename="don.pdf", content_base64="aGVsbG8="),)

LAND: Final = (
    *found(CertificateQuery(OWNER, serial=SERIAL)),
    *nobody(CertificateQuery(OWNER, serial=CertificateSerial.parse("DX 999999"))),
    *found(ParcelQuery("12205", 17, 204), LandFileQuery(SERIAL, OWNER)),
    *nobody(ParcelQuery("12205", 9999, 1), LandFileQuery(SERIAL, "033088009999")),
    *found(LandDocumentQuery("tep/ket-qua.pdf"), raw=True),
    Sample(Verb.SHARE, _handover, "accepted"),
    Sample(Verb.SHARE, _handover, "already", before=_handover),
    Sample(
        Verb.SHARE,
        lambda number: LandSupplement(dossier=dossier_code(number), due_at=MOMENT, files=_FILES),
        "already",
        before=_handover,
    ),
    Sample(
        Verb.SHARE,
        lambda number: LandReturned(dossier=dossier_code(number), returned_at=MOMENT),
        "accepted",
        before=_handover,
    ),
    Sample(
        Verb.SHARE,
        lambda number: LandRejection(
            dossier=dossier_code(number), content="Sai diện tích", files=_FILES
        ),
        "accepted",
        before=_handover,
    ),
)
