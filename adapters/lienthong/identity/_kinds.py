"""Every kind of identifier by name, and one explanation of any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lienthong.identity._agency import AgencyCode
from lienthong.identity._certificate_qr import CertificateQr
from lienthong.identity._enterprise import EnterpriseCode
from lienthong.identity._explanation import Explanation, Part, Remark
from lienthong.identity._government import ComponentCode, DossierCode, ProcedureCode, ResultCode
from lienthong.identity._identifier import Identifier
from lienthong.identity._insurance import InsuranceCard, InsuranceNumber
from lienthong.identity._land import CertificateBarcode, CertificateSerial
from lienthong.identity._parcel import ParcelCode
from lienthong.identity._person_numbers import OldCardNumber, PersonalNumber
from lienthong.identity.errors import IdentityError, InvalidIdentifier

__all__ = ["KINDS", "explain"]

KINDS: Final[Mapping[str, type[Identifier]]] = MappingProxyType(
    {
        "personal": PersonalNumber,
        "old-card": OldCardNumber,
        "enterprise": EnterpriseCode,
        "insurance-number": InsuranceNumber,
        "insurance-card": InsuranceCard,
        "agency": AgencyCode,
        "dossier": DossierCode,
        "procedure": ProcedureCode,
        "component": ComponentCode,
        "result": ResultCode,
        "certificate-serial": CertificateSerial,
        "certificate-barcode": CertificateBarcode,
        "certificate-qr": CertificateQr,
        "parcel": ParcelCode,
    }
)


def explain(kind: str, value: object, *, reveal: bool = False) -> Explanation:
    """Explain an identifier: whether it keeps the rule of its kind, what is odd about it, what its parts mean.

    ``kind`` is a key of ``KINDS``, otherwise ``InvalidIdentifier`` with field ``kind``. A value that breaks the rule gives an
    explanation too, with ``valid`` false. What belongs to a person is masked unless ``reveal``; groups
    that are no more than what their meaning says stay readable.
    """
    if kind not in KINDS:
        raise InvalidIdentifier(
            f"is not a kind of identifier; use one of {', '.join(KINDS)}",
            "kind",
            f"Loại mã không đúng; hãy chọn một trong: {', '.join(KINDS)}.",
        )
    try:
        identifier = KINDS[kind].parse(value)
    except IdentityError as error:
        return Explanation(
            kind, None, False, (Remark("invalid", error.advice_vi, _sentence(error.message)),), ()
        )
    remarks = tuple(
        Remark(caution.value, caution.sentence_vi, caution.sentence_en)
        for caution in identifier.warnings
    )
    parts = identifier.parts()
    if identifier.masked == identifier.value or reveal:
        return Explanation(kind, identifier.value, True, remarks, parts)
    return Explanation(kind, identifier.masked, True, remarks, tuple(map(_masked, parts)))


def _masked(part: Part) -> Part:
    return replace(part, text="*" * len(part.text)) if part.private else part


def _sentence(message: str) -> str:
    return f"The value {message}."
