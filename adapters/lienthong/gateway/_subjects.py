"""What a query is about, as one text per subject: for the blind index of the audit log and for double clicks."""

from __future__ import annotations

from lienthong.interface import (
    CertificateQuery,
    CitizenQuery,
    DossierQuery,
    HouseholdInsuranceQuery,
    HubDossier,
    HubProgress,
    InsuranceNumberQuery,
    InsuranceQuery,
    LandHandover,
    Message,
    OrganisationQuery,
    ParcelQuery,
    ProcedureListQuery,
    ProcedureQuery,
    Query,
)


def subject_of(subject: Query | Message) -> str:
    """The subject's natural key, equal for equal subjects; ``""`` when it is about no one. Personal: index it, never store it."""
    match subject:
        case CitizenQuery():
            return f"person:{subject.number.value}"
        case OrganisationQuery():
            return f"organisation:{subject.code.value}"
        case InsuranceQuery():
            return f"insurance:{subject.number.value}"
        case InsuranceNumberQuery() | HouseholdInsuranceQuery():
            return f"criteria:{subject.full_name}|{subject.birth.iso()}|{subject.sex}|{subject.province}"
        case ParcelQuery():
            return f"parcel:{subject.commune}.{subject.map_sheet}.{subject.parcel}"
        case CertificateQuery():
            return f"person:{subject.owner_number}"
        case HubDossier() | HubProgress() | LandHandover() | DossierQuery():
            return f"dossier:{subject.dossier}"
        case ProcedureQuery() | ProcedureListQuery():
            return ""


def fingerprint(subject: Query | Message) -> str:
    """Equal for equal questions. Personal: index it, never store it."""
    match subject:
        case CitizenQuery():
            birth = subject.birth.iso() if subject.birth else ""
            return f"citizen:{subject.number.value}|{subject.full_name}|{birth}"
        case InsuranceNumberQuery():
            place = f"{subject.district}|{subject.commune}|{subject.address_is_birth_registration}"
            return f"insurance-number:{subject_of(subject)}|{place}"
        case HouseholdInsuranceQuery():
            card = f"{subject.book_number}|{subject.card}|{subject.address_is_birth_registration}"
            return f"household:{subject_of(subject)}|{card}"
        case CertificateQuery():
            serial = subject.serial.value if subject.serial else ""
            barcode = subject.barcode.value if subject.barcode else ""
            return f"certificate:{subject.owner_number}|{serial}|{barcode}"
        case ProcedureQuery():
            return f"procedure:{subject.code}"
        case ProcedureListQuery():
            return "procedures"
        case _:
            return f"{type(subject).__name__}:{subject_of(subject)}"
