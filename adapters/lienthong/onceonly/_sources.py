"""National records as sources: how an applicant's record is found, and whether it says enough to replace a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lienthong.identity import (
    Likeness,
    OldCardNumber,
    PersonalNumber,
    compare_birth,
    compare_names,
)
from lienthong.interface import (
    CertificateList,
    CertificateQuery,
    CertificateRecord,
    CitizenQuery,
    CitizenRecord,
    HouseholdInsuranceQuery,
    InsuranceNumberQuery,
    InsuranceQuery,
    InsuranceRecord,
    LandOwner,
    OrganisationQuery,
    OrganisationRecord,
    Query,
    Record,
)

from ._applicant import Applicant
from ._rules import RecordKind


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one national system that a plan needs answered."""

    system: str
    record: RecordKind | Literal["stored_paper"]
    query: Query


def query_for(record: RecordKind, applicant: Applicant) -> Query | None:
    """The query that finds a kind of record of an applicant; ``None`` when the applicant stated too little for it."""
    match record:
        case "citizen" if applicant.number is not None and applicant.is_citizen:
            return CitizenQuery(applicant.number, applicant.full_name, applicant.birth)
        case "organisation" if applicant.enterprise is not None:
            return OrganisationQuery(applicant.enterprise)
        case "insurance" if applicant.insurance is not None:
            return InsuranceQuery(applicant.insurance)
        case "insurance" if applicant.is_citizen and applicant.birth is not None:
            return InsuranceNumberQuery(applicant.full_name, applicant.birth, applicant.sex)
        case "household" if applicant.is_citizen and applicant.birth is not None:
            return HouseholdInsuranceQuery(
                applicant.full_name, applicant.birth, applicant.sex, province=""
            )
        case "certificate" if applicant.certificate is not None and applicant.owner_number:
            return CertificateQuery(applicant.owner_number, serial=applicant.certificate)
        case _:
            return None


def missing(record: Record, needs: tuple[str, ...]) -> tuple[str, ...]:
    """The needed attributes that a record has no value for."""
    return tuple(name for name in needs if not _has_value(_inner(record), name))


def _inner(record: Record) -> Record:
    """The one certificate of a list with one certificate; the record itself otherwise."""
    if isinstance(record, CertificateList) and len(record.certificates) == 1:
        return record.certificates[0]
    return record


def _has_value(record: Record, name: str) -> bool:
    value: Any = getattr(record, name, None)
    return value is not None and value not in ("", ())


def differs(record: Record, applicant: Applicant) -> str:
    """Why a record is not the applicant's, as a stable word; ``""`` when it is.

    The national look-up already matched the number; names and owners are compared here too, because registers match
    folded names, in which *Hùng* equals *Hưng* (population page A4).
    """
    match _inner(record):
        case CitizenRecord() as citizen:
            return _other_number(citizen, applicant) or _other_person(citizen, applicant)
        case InsuranceRecord() as insured if insured.full_name:
            return _other_person(insured, applicant)
        case InsuranceRecord():
            # Found by name and birth it need not repeat them; found by a stated number it proves nothing without.
            return "name" if applicant.insurance is not None else ""
        case OrganisationRecord(code=held):
            code = applicant.enterprise.value if applicant.enterprise else ""
            return "" if held.replace("-", "") == code else "code"
        case CertificateRecord(owners=owners):
            others = owners and not any(_owns(owner, applicant) for owner in owners)
            return "owner" if others else ""
        case _:
            return ""


def _other_number(record: CitizenRecord, applicant: Applicant) -> str:
    match applicant.number:
        case PersonalNumber(value=value) if record.personal_id not in {"", value}:
            return "number"
        case OldCardNumber(value=value) if record.old_card not in {"", value}:
            return "number"
        case _:
            return ""


def _other_person(record: CitizenRecord | InsuranceRecord, applicant: Applicant) -> str:
    if not compare_names(applicant.full_name, record.full_name).same:
        return "name"
    if record.birth is not None and applicant.birth is not None:
        birth = compare_birth(applicant.birth, record.birth)
        return "birth" if birth.same is Likeness.DIFFERENT else ""
    return ""


def _owns(owner: LandOwner, applicant: Applicant) -> bool:
    """By number where the register has one, else by name (old certificates carry none)."""
    if owner.personal_id:
        return owner.personal_id == applicant.owner_number
    return bool(compare_names(applicant.full_name, owner.full_name).same)


def inactive(record: Record, active_words: tuple[str, ...] = ("đang hoạt động",)) -> bool:
    """Whether an organisation's record says that it no longer operates (struck off, dissolved, suspended)."""
    if not isinstance(record, OrganisationRecord) or not record.status_name:
        return False
    return not any(word in record.status_name.casefold() for word in active_words)
