"""What can be asked: one frozen query type per kind of subject.

The type of a query chooses the service: ``verify(CitizenQuery(...))`` and ``lookup(CitizenQuery(...))`` of the
population connector are ``XacThucThongTinCongDan`` and ``TraCuuThongTinCongDan``. Personal fields stay out of ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from lienthong.identity import (
    CertificateBarcode,
    CertificateSerial,
    EnterpriseCode,
    InsuranceCard,
    InsuranceNumber,
    OldCardNumber,
    PartialDate,
    PersonalNumber,
    Sex,
)


@dataclass(frozen=True, slots=True)
class CitizenQuery:
    """A citizen by number, name and birth date (population page A4)."""

    number: PersonalNumber | OldCardNumber = field(repr=False)
    full_name: str = field(repr=False)
    birth: PartialDate | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NextOfKinQuery:
    """Whether somebody is the citizen's father, mother, spouse or child (population page A3 XacMinhThongTinNhanThan)."""

    person: CitizenQuery
    relation: Literal["father", "mother", "spouse", "child"]
    """What the relative is to the citizen."""
    full_name: str = field(repr=False)
    number: PersonalNumber | OldCardNumber | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class GuardianQuery:
    """Whether somebody is the citizen's guardian (population page A3 XacMinhThongTinNguoiGiamHo)."""

    person: CitizenQuery
    full_name: str = field(repr=False)
    number: PersonalNumber | OldCardNumber | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HouseholdHeadQuery:
    """Whether somebody is the head of the citizen's household (population page A3 XacMinhThongTinChuHo)."""

    person: CitizenQuery
    full_name: str = field(repr=False)
    number: PersonalNumber | OldCardNumber | None = field(default=None, repr=False)
    relation: str = field(default="", repr=False)
    """The citizen's relation to the head, catalogue code such as ``CH01``; empty: not asked."""


@dataclass(frozen=True, slots=True)
class ResidenceQuery:
    """Whether the citizen lives there now (population page A3 XacMinhThongTinNoiOHienTai)."""

    person: CitizenQuery
    province: str = field(repr=False)
    """Province code, 2 digits."""
    commune: str = field(repr=False)
    """Commune code, 5 digits."""
    district: str = field(default="", repr=False)
    """District code, 3 digits; empty since 1 July 2025."""
    detail: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MaritalStatusQuery:
    """Whether that is the citizen's marital status (population page A3 XacMinhTinhTrangHonNhan)."""

    person: CitizenQuery
    status: Literal["1", "2", "3"] = field(repr=False)
    """``1`` single, ``2`` married, ``3`` divorced or widowed (population page A5)."""
    spouse_name: str = field(default="", repr=False)
    spouse_number: PersonalNumber | OldCardNumber | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LifeStatusQuery:
    """Whether the citizen is dead or missing (population page A3 XacMinhTinhTrangChetMatTich): a yes means one of the two."""

    person: CitizenQuery


@dataclass(frozen=True, slots=True)
class CitizenSupplyQuery:
    """A citizen's record by the supply service, which needs a licence of its own (population page A3 CungCapThongTinCongDan)."""

    person: CitizenQuery


@dataclass(frozen=True, slots=True)
class HouseholdQuery:
    """The household that a citizen belongs to (population page A3 CungCapThongTinHoGiaDinh)."""

    person: CitizenQuery


@dataclass(frozen=True, slots=True)
class BloodGroupQuery:
    """A citizen's blood group (population page A3 CungCapThongTinNhomMau)."""

    person: CitizenQuery


@dataclass(frozen=True, slots=True)
class CitizenListsQuery:
    """All list requests of ours at the population database (population page A3 GetRequests)."""


@dataclass(frozen=True, slots=True)
class CitizenListStatusQuery:
    """How a list request stands (population page A3 GetRequestStatus, …Detail, …History, …Result)."""

    ticket: str
    """As ``Deferred`` gave it when the list was asked for."""
    part: Literal["status", "detail", "history", "result"] = "status"


@dataclass(frozen=True, slots=True)
class CitizenListQuery:
    """The citizens of a finished list (population page A3 GetResultDetailAsRecords, …AsFile); ``Deferred`` while it runs."""

    ticket: str
    form: Literal["records", "file"] = "records"


@dataclass(frozen=True, slots=True)
class RegistrationDossierQuery:
    """One dossier of business registration by its journal number (population page B1 tinhTrangHoSo)."""

    journal_number: str


@dataclass(frozen=True, slots=True)
class RegistrationListQuery:
    """Dossiers of business registration of some days, both ends included (population page B1 danhSachHoSo)."""

    from_date: date
    to_date: date


@dataclass(frozen=True, slots=True)
class RegistrationDayQuery:
    """Today's dossiers of business registration between two times, Vietnam time (population page B1 danhSachHoSoTrongNgay)."""

    from_time: time = time(0, 0)
    to_time: time = time(23, 59)


@dataclass(frozen=True, slots=True)
class OrganisationQuery:
    """An enterprise, branch, household business or co-operative by its code (population page B)."""

    code: EnterpriseCode
    kind: Literal["", "enterprise", "household_business", "cooperative"] = ""
    """Which register to ask; empty: household businesses for a personal number, else enterprises."""


@dataclass(frozen=True, slots=True)
class InsuranceNumberQuery:
    """The insurance number of a person, by criteria (insurance page §2.1 a)."""

    full_name: str = field(repr=False)
    birth: PartialDate = field(repr=False)
    sex: Sex = field(repr=False)
    province: str = field(default="", repr=False)
    district: str = field(default="", repr=False)
    commune: str = field(default="", repr=False)
    address_is_birth_registration: bool = field(default=True, repr=False)


@dataclass(frozen=True, slots=True)
class InsuranceQuery:
    """The insurance record of a person whose insurance number is known (insurance page §2.1 c)."""

    number: InsuranceNumber = field(repr=False)


@dataclass(frozen=True, slots=True)
class HouseholdInsuranceQuery:
    """The household participation of a person (insurance page §2.1 b)."""

    full_name: str = field(repr=False)
    birth: PartialDate = field(repr=False)
    sex: Sex = field(repr=False)
    province: str = field(repr=False)
    book_number: str = field(default="", repr=False)
    card: str = field(default="", repr=False)
    address_is_birth_registration: bool = field(default=True, repr=False)


@dataclass(frozen=True, slots=True)
class CardQuery:
    """A health insurance card by code, name and birth date, at the card gateway (insurance page §2.2 KQNhanLichSuKCB2024)."""

    card: InsuranceCard | PersonalNumber = field(repr=False)
    """Card code of 15 or 10 characters, or the personal number, which the gateway takes in its place."""
    full_name: str = field(repr=False)
    birth: PartialDate = field(repr=False)


@dataclass(frozen=True, slots=True)
class TreatmentHistoryQuery:
    """The treatments of a card's holder, at the card gateway (insurance page §2.2 Lskcb2025). Medical data: ask only for a stated need."""

    card: InsuranceCard | PersonalNumber = field(repr=False)
    full_name: str = field(repr=False)
    birth: PartialDate = field(repr=False)


@dataclass(frozen=True, slots=True)
class TreatmentDetailQuery:
    """One treatment with all its tables, at the card gateway (insurance page §2.2 nhanHoSoKCBChiTiet). Medical data: ask only for a stated need."""

    card: InsuranceCard | PersonalNumber = field(repr=False)
    """Whose it is, as the history was asked for. It does not travel: the audit entry stands under that person."""
    record: str = field(repr=False)
    """maHoSo, as the treatment history named it."""


@dataclass(frozen=True, slots=True)
class ParcelQuery:
    """A land parcel by its natural key (insurance page §5)."""

    commune: str
    map_sheet: int
    parcel: int


@dataclass(frozen=True, slots=True)
class CertificateQuery:
    """A land-use certificate by serial or barcode, with the owner's paper number as second factor, or all of an owner."""

    owner_number: str = field(repr=False)
    serial: CertificateSerial | None = field(default=None, repr=False)
    barcode: CertificateBarcode | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LandFileQuery:
    """The whole registration record behind a certificate (insurance page §4.4 HoSoXml); the owner's paper number is the second factor."""

    serial: CertificateSerial = field(repr=False)
    owner_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LandDocumentQuery:
    """A file behind a link that the land system gave when it called us (insurance page §4.2 LinkFile)."""

    url: str = field(repr=False)
    """Relative (VBDLIS) or absolute (iLIS); only configured hosts are asked."""


@dataclass(frozen=True, slots=True)
class DossierQuery:
    """What the hub holds under a dossier code (hub page §1.1 TraCuuHoSo)."""

    dossier: str


@dataclass(frozen=True, slots=True)
class ProcedureQuery:
    """One procedure of the national catalogue (hub page §3.1)."""

    code: str


@dataclass(frozen=True, slots=True)
class ProcedureSheetQuery:
    """One procedure as the portal prints it for everybody, a PDF (hub page §3.2)."""

    code: str


@dataclass(frozen=True, slots=True)
class ProcedureListQuery:
    """All procedures of the national catalogue, code and name."""

    after: str = ""
    """The ``after`` of the page before, where the list comes in pages."""


ScoreReport = Literal[
    "service-results",
    "transparency",
    "dvc-progress-tree",
    "provide-online-tree",
    "formality-online-payment-tree",
    "dossier-digitized",
    "handling-satisfaction",
    "report_tinh_766_service",
]
"""Reports of index 766 on the portal (hub page §9): all groups, one group each, and all groups on the old pages."""


@dataclass(frozen=True, slots=True)
class PortalScoreQuery:
    """The points of index 766 that the national portal shows to everybody (hub page §9)."""

    period: str
    """A year, quarter or month: ``2026``, ``2026-Q4``, ``2026-11``."""
    report: ScoreReport = "service-results"
    under: str = ""
    """The portal's id of a unit, for the units below it; empty: the provinces."""
    page: int = 1


CodeListName = Literal[
    "agencies",
    "fields",
    "sexes",
    "provinces",
    "districts",
    "communes",
    "countries",
    "ethnicities",
    "religions",
    "marital_statuses",
    "subjects",
    "levels",
    "legal_bases",
    "fees",
    "procedure_kinds",
    "procedure_groups",
    "procedures_of_kind",
]
"""Code lists of the hub (hub page §1.1 LayDanhMuc…)."""


@dataclass(frozen=True, slots=True)
class CodeListQuery:
    """One code list of the hub (hub page §1.1 LayDanhMuc…)."""

    name: CodeListName
    kind: str = ""
    """Only for ``procedures_of_kind``: the kind whose procedures are asked for."""


@dataclass(frozen=True, slots=True)
class AgencyProceduresQuery:
    """The procedures of one agency (hub page §1.1 LayDanhSachTTHCDonVi)."""

    agency: str = ""
    """E-identifier, e.g. ``H31``; empty for our own."""


@dataclass(frozen=True, slots=True)
class PublicationDecisionQuery:
    """One decision that publishes procedures (hub page §1.1 LayQDCB)."""

    decision_id: str
    """IDQUYETDINHCONGBO, as LayThuTuc gives it."""


@dataclass(frozen=True, slots=True)
class PortalAccountQuery:
    """The technical id of a portal account (hub page §1.1 TraCuuTechID)."""

    number: PersonalNumber | OldCardNumber | EnterpriseCode = field(repr=False)


@dataclass(frozen=True, slots=True)
class QuestionsQuery:
    """Questions on the portal (hub page §1.1 LayDanhSachHoiDap…)."""

    asked_of: Literal["portal", "agencies"] = "portal"
    """``portal``: sent from the national portal; ``agencies``: the set of agencies' questions and answers."""


@dataclass(frozen=True, slots=True)
class AnswersQuery:
    """The answers to one question (hub page §1.1 LayNoiDungTraLoiTheoCauHoi)."""

    question_id: str


@dataclass(frozen=True, slots=True)
class StoredPapersQuery:
    """Papers of an owner in the national store of digitised papers (hub page §4.1).

    An officer asks on behalf of the case: the officer's own number travels as the requester, never the owner's.
    """

    owner_number: str = field(repr=False)
    results: tuple[tuple[str, str], ...]
    """(MAKETQUA, number/sign) of what is looked for; an empty sign is any."""
    requester_name: str = field(default="", repr=False)
    """Name of who asks; empty: the officer's account."""
    by_owner: bool = False
    """The owner asks for the own papers: owner and requester are the same."""


@dataclass(frozen=True, slots=True)
class StoredFileQuery:
    """One file of a paper in the national store, as StoredPapersQuery named it (hub page §4.1)."""

    agency: str
    """CoQuanChuQuan."""
    path: str = field(repr=False)
    """DuongDan."""


@dataclass(frozen=True, slots=True)
class HubFileQuery:
    """A file behind a link that the hub gave (hub page §1, files). The link's host is replaced by the local adapter's."""

    url: str = field(repr=False)
    """The link; or the file's id alone, which a provincial proxy takes (hub page §1.1 getfile)."""


@dataclass(frozen=True, slots=True)
class PaymentQuery:
    """How a payment stands at the payment platform (hub page §5.3 QUERY)."""

    reference: str
    """MaThamChieu, as sent when the payment was begun."""
    started_at: datetime
    """When the payment was begun; aware."""


@dataclass(frozen=True, slots=True)
class PaymentReceiptQuery:
    """The receipt of a paid payment, as PDF (hub page §5.3)."""

    reference: str
    started_at: datetime
    """When the payment was begun; aware."""


Query = (
    CitizenQuery
    | NextOfKinQuery
    | GuardianQuery
    | HouseholdHeadQuery
    | ResidenceQuery
    | MaritalStatusQuery
    | LifeStatusQuery
    | CitizenSupplyQuery
    | HouseholdQuery
    | BloodGroupQuery
    | CitizenListsQuery
    | CitizenListStatusQuery
    | CitizenListQuery
    | RegistrationDossierQuery
    | RegistrationListQuery
    | RegistrationDayQuery
    | OrganisationQuery
    | InsuranceNumberQuery
    | InsuranceQuery
    | HouseholdInsuranceQuery
    | ParcelQuery
    | CertificateQuery
    | DossierQuery
    | ProcedureQuery
    | ProcedureListQuery
    | ProcedureSheetQuery
    | PortalScoreQuery
    | CardQuery
    | TreatmentHistoryQuery
    | TreatmentDetailQuery
    | LandFileQuery
    | LandDocumentQuery
    | CodeListQuery
    | AgencyProceduresQuery
    | PublicationDecisionQuery
    | PortalAccountQuery
    | QuestionsQuery
    | AnswersQuery
    | StoredPapersQuery
    | StoredFileQuery
    | HubFileQuery
    | PaymentQuery
    | PaymentReceiptQuery
)
"""Every query; a connector declares which it answers through ``service_for``."""
