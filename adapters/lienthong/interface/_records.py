"""What national systems say about a subject: frozen models, one per kind of record.

Names are ours and equal for all dialects. Text is NFC; codes are strings; an absent value is ``None`` or ``""``, never
a guess. Personal values stay out of ``repr``: a record that ends up in a log by mistake shows its type only.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from lienthong.identity import PartialDate, Sex


def _partial_date(value: Any) -> Any:
    return PartialDate.parse(value) if isinstance(value, str) else value


Birth = Annotated[
    PartialDate,
    BeforeValidator(_partial_date),
    PlainSerializer(lambda value: value.iso(), return_type=str),
]
"""A birth date that may be a year or a year and month only; ISO 8601 text in JSON."""


class Record(BaseModel):
    """Base of all records."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class Address(Record):
    """An address with the codes of the administrative units, as the source gave them."""

    province: str = ""
    """Province code, 2 digits."""
    district: str = ""
    """District code, 3 digits; empty since 1 July 2025."""
    commune: str = ""
    """Commune code, 5 digits."""
    detail: str = ""
    full: str = ""
    country: str = ""


class RelatedPerson(Record):
    """A person named in somebody's record."""

    full_name: str
    personal_id: str = ""
    old_card: str = ""
    nationality: str = ""
    relation: str = ""
    """Catalogue code of the relation, e.g. ``CH01``, where the source gives one."""


class CitizenRecord(Record):
    """A citizen in the population database (population page A5)."""

    personal_id: str
    old_card: str = ""
    full_name: str
    birth: Birth | None = None
    sex: Sex = Sex.UNKNOWN
    nationality: str = ""
    ethnicity: str = ""
    religion: str = ""
    marital_status: str = ""
    """``1`` single, ``2`` married, ``3`` divorced or widowed, else unknown."""
    blood_group: str = ""
    birth_registration: Address | None = None
    home_town: Address | None = None
    permanent_address: Address | None = None
    current_address: Address | None = None
    father: RelatedPerson | None = None
    mother: RelatedPerson | None = None
    spouse: RelatedPerson | None = None
    representative: RelatedPerson | None = None
    head_of_household: RelatedPerson | None = None
    household_book: str = ""


class HouseholdRecord(Record):
    """A household in the population database (population page A3; the message is ours)."""

    household_book: str = ""
    head: RelatedPerson | None = None
    address: Address | None = None
    members: tuple[RelatedPerson, ...] = ()


class ListStep(Record):
    """One step in the life of a list request."""

    at: datetime | None = None
    """UTC."""
    status: str = ""


class ListRequestRecord(Record):
    """How a list request stands at the population database (population page A3; the messages are ours).

    Each service answers some of the fields; the others stay empty.
    """

    ticket: str
    service: str = ""
    status: str = ""
    """``0`` queued, ``1`` running, ``2`` done, ``3`` failed."""
    note: str = ""
    received_at: datetime | None = None
    """UTC."""
    finished_at: datetime | None = None
    """UTC."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Name and value of what was asked."""
    history: tuple[ListStep, ...] = ()
    count: int | None = None
    """Citizens on the finished list."""
    file_name: str = ""
    file_bytes: int | None = None


class ListRequests(Record):
    """Our list requests, newest first."""

    requests: tuple[ListRequestRecord, ...]


class CitizenList(Record):
    """The citizens of a finished list."""

    citizens: tuple[CitizenRecord, ...]


class CitizenListFile(Record):
    """A finished list as the file that the far side made of it."""

    name: str
    media_type: str = ""
    content_base64: str = ""


class BusinessActivity(Record):
    """A line of business of an organisation."""

    code: str
    name: str
    main: bool = False


class Member(Record):
    """A member or shareholder of an organisation."""

    name: str
    amount: Decimal | None = None
    ratio_percent: Decimal | None = None
    country: str = ""


class OrganisationRecord(Record):
    """An enterprise, branch, household business or co-operative (population page B2, B3)."""

    code: str
    """Enterprise code = tax number."""
    name: str
    short_name: str = ""
    foreign_name: str = ""
    kind: str = ""
    kind_name: str = ""
    status: str = ""
    status_name: str = ""
    founded: date | None = None
    amended: date | None = None
    representatives: tuple[str, ...] = ()
    address: Address | None = None
    activities: tuple[BusinessActivity, ...] = ()
    members: tuple[Member, ...] = ()
    capital: Decimal | None = None
    old_certificate: str = ""


class RegistrationDossier(Record):
    """A dossier of business registration (population page B1). Status codes are unpublished and passed on as they come."""

    journal_number: str
    """IN_JOURNAL_NO."""
    name: str = ""
    code: str = ""
    """Enterprise code = tax number (ENTERPRISE_GDT_CODE)."""
    internal_code: str = ""
    """ENTERPRISE_CODE."""
    kind: str = ""
    """ENTERPRISE_TYPE_ID."""
    document_type: str = ""
    site: str = ""
    """Registration office (SITE_ID)."""
    status: str = ""
    """PROCESS_STATUS."""
    submission: str = ""
    """SUBMISSION_TYPE."""
    received: date | None = None
    planned: date | None = None
    processed: date | None = None
    registered: date | None = None
    supplemented: date | None = None
    contact_name: str = ""
    contact_address: str = ""
    contact_number: str = ""
    contact_phone: str = ""
    contact_email: str = ""


class RegistrationDossierList(Record):
    """Dossiers of business registration, each once."""

    dossiers: tuple[RegistrationDossier, ...]


class InsuranceRecord(Record):
    """A person's social insurance (insurance page §2.1)."""

    number: str = ""
    """Insurance number, 10 digits, leading zero kept."""
    full_name: str = ""
    birth: Birth | None = None
    sex: Sex = Sex.UNKNOWN
    household: str = ""
    old_book: str = ""
    address: Address | None = None
    status: str = ""
    """Value of ``trangThai`` as it came: its meanings are unpublished (doubts page)."""


class CardRecord(Record):
    """A health insurance card as the card gateway answers (insurance page §2.2). Treatments are a question of their own."""

    card: str
    result: str
    """maKetQua, e.g. ``000``."""
    usable: bool
    """Whether the card can be used: results 000 to 004."""
    caution_vi: str = ""
    """What the desk must look at, one Vietnamese sentence; empty for a card that is simply right."""
    caution_en: str = ""
    note: str = ""
    """ghiChu, the gateway's own words."""
    full_name: str = ""
    birth: Birth | None = None
    sex: Sex = Sex.UNKNOWN
    address: Address | None = None
    facility: str = ""
    """Facility of registered primary care, 5 digits."""
    agency: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    area: str = ""
    """maKV: area of residence with its own benefits."""
    five_years_on: date | None = None
    insurance_number: str = ""
    old_card: str = ""
    new_card: str = ""
    new_valid_from: date | None = None
    new_valid_until: date | None = None
    new_facility: str = ""
    new_facility_name: str = ""


class Treatment(Record):
    """One stay or visit at a medical facility."""

    record: str = ""
    facility: str = ""
    admitted: datetime | None = None
    """UTC."""
    discharged: datetime | None = None
    """UTC."""
    diagnosis: str = ""
    condition: str = ""
    outcome: str = ""
    reason: str = ""
    employer: str = ""
    employer_name: str = ""


class TreatmentHistory(Record):
    """The treatments of a card's holder, as the gateway lists them; none is an answer too."""

    treatments: tuple[Treatment, ...] = ()


class TreatmentDetail(Record):
    """One treatment, table by table, as the facility reported it (insurance page §2.2; tables of QĐ 130/QĐ-BYT).

    Rows are wire name → text as it came; what is empty is left out. Which columns there are is the ministry's business.
    """

    record: str
    """maHoSo."""
    summary: dict[str, str]
    """xml1."""
    medicines: tuple[dict[str, str], ...] = ()
    """dsXml2."""
    services: tuple[dict[str, str], ...] = ()
    """dsXml3: technical services and supplies."""
    results: tuple[dict[str, str], ...] = ()
    """dsXml4: laboratory and imaging."""
    course: tuple[dict[str, str], ...] = ()
    """dsXml5: the clinical course."""


class LandUse(Record):
    """A land-use purpose of a parcel."""

    purpose: str
    """Purpose code, 3 letters, e.g. ``ONT``."""
    area_m2: Decimal | None = None
    until: str = ""


class ParcelRecord(Record):
    """A land parcel (insurance page §4.4)."""

    commune: str
    map_sheet: int
    parcel: int
    area_m2: Decimal | None = None
    legal_area_m2: Decimal | None = None
    address: str = ""
    uses: tuple[LandUse, ...] = ()


class LandOwner(Record):
    """An owner named on a land-use certificate."""

    full_name: str
    personal_id: str = ""
    birth_year: int | None = None
    kind: str = ""
    """``0`` person, ``1`` couple, ``2`` household, ``3`` organisation, ``4`` community."""


class CertificateRecord(Record):
    """A land-use certificate with its owners and parcels (insurance page §4.4, §4.5)."""

    serial: str
    register_number: str = ""
    barcode: str = ""
    kind: str = ""
    issued: date | None = None
    status: str = ""
    owners: tuple[LandOwner, ...] = ()
    parcels: tuple[ParcelRecord, ...] = ()


class CertificateList(Record):
    """All certificates of one owner."""

    certificates: tuple[CertificateRecord, ...]


class DossierRecord(Record):
    """What the hub holds of a dossier (hub page §1.1)."""

    dossier: str
    status: str = ""
    procedure: str = ""


class Component(Record):
    """One paper that a procedure demands (*thành phần hồ sơ*; hub page §3.1 GIAYTO)."""

    code: str
    """MAGIAYTO."""
    name: str
    type: str = "other"
    """Our paper type, e.g. ``residence_proof`` (``config/catalogue/README.md``)."""
    code_basis: str = "published"
    """``published``, or ``ours`` where the national code could not be found."""
    case: str = ""
    """TRUONGHOP; empty when asked in every case."""
    originals: int = 1
    copies: int = 0
    form: str = ""
    present_only: bool = False
    replaced_by: tuple[str, ...] = ()
    """Result codes that replace this paper (MA_KQ_THAYTHE)."""


class Requirement(Record):
    """Something to be proved by one of several lists of papers: all papers of one list, any list (OOTS Evidence Broker).

    Papers that no requirement names are each demanded by themselves.
    """

    code: str
    """Ours, unique in the procedure, and no component's."""
    name: str
    case: str = ""
    """TRUONGHOP; empty when it holds in every case."""
    lists: tuple[tuple[str, ...], ...] | None = None
    """Component codes. Empty: no paper exists that proves it. ``None``: it is not known which."""


class ResultKind(Record):
    """One result that a procedure issues (hub page §3.1 KETQUATHUCHIEN)."""

    code: str
    """MAKETQUA."""
    name: str
    type: str = "other"
    code_basis: str = "published"
    valid: str = "permanent"
    """``permanent`` or an ISO 8601 duration such as ``P6M``."""


class ProcedureRecord(Record):
    """One administrative procedure (*TTHC*) with its papers and results."""

    code: str
    name: str
    ministry: str = ""
    field_code: str = ""
    field_name: str = ""
    level: tuple[str, ...] = ()
    working_days: Decimal | None = None
    settle_within_h: Decimal | None = Field(default=None, gt=0, le=720)
    """Deadline of provisional decisions in its cases, hours; the installation's when absent."""
    applicant: tuple[str, ...] = ("citizen",)
    online: str = "full"
    fee: bool = False
    source: str = ""
    source_title: str = ""
    retrieved: date | None = None
    decision: str = ""
    public: bool = True
    """TRANGTHAI 1: in force."""
    cases: tuple[str, ...] = ()
    """TRUONGHOP names that ask for no paper at all: an explicit empty list, unlike an unknown one."""
    components: tuple[Component, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    results: tuple[ResultKind, ...] = ()


class ProcedureHead(Record):
    """Code and name of a procedure, as lists give them."""

    code: str
    name: str


class ProcedureList(Record):
    """The national catalogue's list of procedures, or a page of it."""

    procedures: tuple[ProcedureHead, ...]
    after: str = ""
    """Where the next page begins; empty: there is none."""


class CodeEntry(Record):
    """One entry of a code list."""

    code: str
    name: str
    parent: str = ""
    """Code of the unit above, e.g. the province of a commune; for agencies their level, for fields their branch."""
    amount: Decimal | None = None
    """Fees only: VND."""


class CodeList(Record):
    """A code list of the hub (hub page §1.1)."""

    name: str
    entries: tuple[CodeEntry, ...]


class IndicatorScore(Record):
    """One indicator of index 766 as the portal shows it."""

    code: str
    ratio: Decimal | None = None
    """As it came: whether 1 or 100 is the whole is unpublished."""
    score: Decimal | None = None
    max: Decimal | None = None


class UnitScore(Record):
    """The points of one unit as the portal shows them."""

    unit_id: str = ""
    """The portal's own id, for ``PortalScoreQuery.under``."""
    code: str = ""
    """E-identifier, e.g. ``H31``."""
    name: str = ""
    score: Decimal | None = None
    """Points of the report: all groups together, or its one group."""
    max: Decimal | None = None
    groups: dict[str, Decimal] = Field(default_factory=dict)
    """Points by group: ``CKMB``, ``TDGQ``, ``CLGQ``, ``TTTT``, ``MDSH``, ``MDHL``."""
    indicators: tuple[IndicatorScore, ...] = ()


class PortalScores(Record):
    """A page of a report of index 766 on the portal (hub page §9)."""

    whole: UnitScore | None = None
    """What is above the list: the unit asked about, or the country."""
    units: tuple[UnitScore, ...]
    next_page: int | None = None


class PublicationDecision(Record):
    """A decision that publishes procedures (hub page §1.1 LayQDCB)."""

    decision_id: str
    number: str = ""
    agency: str = ""
    procedures: tuple[ProcedureHead, ...] = ()


class PortalAccount(Record):
    """A portal account (hub page §1.1 TraCuuTechID)."""

    technical_id: str


class PortalQuestion(Record):
    """A question on the portal (hub page §1.1)."""

    question_id: str
    field_code: str = ""
    title: str = ""
    content: str = ""
    asked_at: datetime | None = None
    """UTC."""
    answered: bool | None = None
    agency: str = ""
    agency_name: str = ""


class QuestionList(Record):
    """Questions on the portal."""

    questions: tuple[PortalQuestion, ...]


class PortalAnswer(Record):
    """An answer to a question on the portal."""

    question_id: str
    agency: str = ""
    answered_by: str = ""
    title: str = ""
    answered_at: datetime | None = None
    """UTC."""
    content: str = ""


class AnswerList(Record):
    """The answers to one question."""

    answers: tuple[PortalAnswer, ...]


class StoredFile(Record):
    """A file of a stored paper, to be fetched with StoredFileQuery."""

    name: str
    path: str


class StoredPaper(Record):
    """A paper in the national store of digitised papers (hub page §4.1)."""

    result: str
    """MAKETQUA."""
    name: str = ""
    number: str = ""
    """Number and sign."""
    agency: str = ""
    files: tuple[StoredFile, ...] = ()


class StoredPapers(Record):
    """Papers of an owner in the national store."""

    papers: tuple[StoredPaper, ...]
    signature: str = ""
    """The store's signature as it came: its algorithm is unpublished."""


class FileContent(Record):
    """A file that a national system gave."""

    name: str = ""
    media_type: str = ""
    content_base64: str


class PaymentRecord(Record):
    """How a payment stands (hub page §5.3 QUERY)."""

    reference: str
    status: str = "pending"
    """``paid``, ``pending`` or ``failed``."""
    code: str = ""
    """MaLoi."""
    amount: int | None = None
    """VND."""
    transaction: str = ""
    at: datetime | None = None
    """UTC."""


class Provenance(BaseModel):
    """Where an answer came from and how old it is. Every record and answer carries one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    service: str
    dialect: str
    channel: str
    request_id: str
    answered_at: datetime
    """UTC."""
    sha256: str
    """Of the answer's body as received, lower-case hex."""
