"""What a query is about, as one text per subject: for the blind index of the audit log and for double clicks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from hashlib import sha256

from pydantic import BaseModel

from lienthong.identity import Identifier, PartialDate, PersonalNumber
from lienthong.interface import (
    AgencyProceduresQuery,
    AnswersQuery,
    BloodGroupQuery,
    CardQuery,
    CertificateQuery,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenQuery,
    CitizenSupplyQuery,
    CodeListQuery,
    DossierQuery,
    EmcEvent,
    FacilityFile,
    GuardianQuery,
    HouseholdHeadQuery,
    HouseholdInsuranceQuery,
    HouseholdQuery,
    HubAnswer,
    HubDossier,
    HubFileQuery,
    HubProgress,
    HubQuestion,
    HubRating,
    InsuranceNumberQuery,
    InsuranceQuery,
    LandDocumentQuery,
    LandFileQuery,
    LandHandover,
    LandRejection,
    LandReturned,
    LandSupplement,
    LifeStatusQuery,
    MaritalStatusQuery,
    Message,
    MinistryCodeRequest,
    MinistryDossier,
    MinistryStatus,
    MinistryUpload,
    NextOfKinQuery,
    OrganisationQuery,
    ParcelQuery,
    PaymentOrder,
    PaymentQuery,
    PaymentReceiptQuery,
    PortalAccountQuery,
    PortalScoreQuery,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureSheetQuery,
    PromotionOutcome,
    PublicationDecisionQuery,
    Query,
    QuestionsQuery,
    RegistrationDayQuery,
    RegistrationDossierQuery,
    RegistrationListQuery,
    ResidenceQuery,
    StoredFileQuery,
    StoredPapersQuery,
    TreatmentDetailQuery,
    TreatmentHistoryQuery,
)


def subject_of(subject: Query | Message) -> str:  # noqa: C901, PLR0912 - one line per kind; mypy shows that none is missing
    """The subject's natural key, equal for equal subjects; ``""`` when it is about no one. Personal: index it, never store it."""
    match subject:
        case CitizenQuery():
            return f"person:{subject.number.value}"
        case (
            NextOfKinQuery()
            | GuardianQuery()
            | HouseholdHeadQuery()
            | ResidenceQuery()
            | MaritalStatusQuery()
            | LifeStatusQuery()
            | CitizenSupplyQuery()
            | HouseholdQuery()
            | BloodGroupQuery()
        ):
            return f"person:{subject.person.number.value}"
        case CitizenListStatusQuery() | CitizenListQuery() | CitizenListRemoval():
            return f"citizen-list:{subject.ticket}"
        case RegistrationDossierQuery():
            return f"registration:{subject.journal_number}"
        case OrganisationQuery():
            return f"organisation:{subject.code.value}"
        case InsuranceQuery():
            return f"insurance:{subject.number.value}"
        case InsuranceNumberQuery() | HouseholdInsuranceQuery():
            return f"criteria:{subject.full_name}|{subject.birth.iso()}|{subject.sex}|{subject.province}"
        case ParcelQuery():
            return f"parcel:{subject.commune}.{subject.map_sheet}.{subject.parcel}"
        case CardQuery() | TreatmentHistoryQuery() | TreatmentDetailQuery():
            kind = "person" if isinstance(subject.card, PersonalNumber) else "card"
            return f"{kind}:{subject.card.value}"
        case FacilityFile():
            # Whom it is about stands inside; one file has one index, whenever it is sent.
            return f"facility-file:{sha256(subject.content).hexdigest()}"
        case CertificateQuery() | LandFileQuery() | StoredPapersQuery():
            return f"person:{subject.owner_number}"
        case PortalAccountQuery():
            return f"person:{subject.number.value}"
        case (
            HubDossier()
            | HubProgress()
            | LandHandover()
            | LandSupplement()
            | LandReturned()
            | LandRejection()
            | HubRating()
            | PromotionOutcome()
            | PaymentOrder()
            | EmcEvent()
            | MinistryDossier()
            | MinistryStatus()
            | DossierQuery()
        ):
            return f"dossier:{subject.dossier}"
        case PaymentQuery() | PaymentReceiptQuery():
            return f"payment:{subject.reference}"
        case StoredFileQuery():
            return f"file:{subject.path}"
        case HubFileQuery() | LandDocumentQuery():
            return f"file:{subject.url}"
        case HubQuestion() | HubAnswer() | AnswersQuery():
            return f"question:{subject.question_id}"
        case (
            CodeListQuery()
            | AgencyProceduresQuery()
            | PublicationDecisionQuery()
            | QuestionsQuery()
        ):
            return ""
        case ProcedureQuery() | ProcedureListQuery() | ProcedureSheetQuery() | PortalScoreQuery():
            return ""
        case CitizenListRequest() | CitizenListsQuery():
            return ""
        case MinistryCodeRequest() | MinistryUpload():
            return ""
        case RegistrationListQuery() | RegistrationDayQuery():
            return ""


def fingerprint(subject: Query | Message) -> str:
    """Equal for equal questions, and for no others: every field counts. Personal: index it, never store it."""
    return f"{type(subject).__name__}:{_text(subject)}"


def _text(value: object) -> str:
    """All fields of a value, one after another, each with its length so that no two lists of fields look alike."""
    match value:
        case None:
            return ""
        case Identifier():
            return value.value
        case PartialDate():
            return value.iso()
        case BaseModel():
            return value.model_dump_json()
        case tuple():
            return _joined(value)
        case _ if is_dataclass(value):
            return _joined(getattr(value, item.name) for item in fields(value))
        case _:
            return str(value)


def _joined(values: Iterable[object]) -> str:
    texts = [_text(value) for value in values]
    return "".join(f"{len(text)}:{text}" for text in texts)
