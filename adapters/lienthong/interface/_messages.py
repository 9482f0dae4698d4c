"""What can be handed over: dossiers and progress to the hub, dossiers to the land system.

Field names are ours; the connectors map them to the wire. Times are aware datetimes; the wire form
(``yyyyMMddHHmmss`` in Vietnam time for the hub) is the connector's business.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class SubmittedPaper(_Message):
    """A paper of a dossier (hub page §2.2 TaiLieuNop)."""

    paper_id: str
    name: str = Field(max_length=4000)
    component: str
    """MAGIAYTO."""
    url: str = ""
    digitised: bool = False
    reused: Literal[0, 1, 2] = 0
    """0 no, 1 reused, 2 reused through a replacing result."""
    replaced_by: str = ""
    from_personal_store: bool = False
    deleted: bool = False


class ResultPaper(_Message):
    """A result of a dossier (hub page §2.2 DanhSachGiayToKetQua)."""

    paper_id: str
    name: str = Field(max_length=2000)
    result: str
    """MAKETQUA."""
    url: str = ""


class Supplement(_Message):
    """A request to supplement a dossier (hub page §2.1 DanhSachHoSoBoSung)."""

    supplement_id: str
    asked_by: str
    content: str
    asked_at: datetime
    done: bool = False
    due_before: datetime | None = None
    due_after: datetime | None = None
    received_by: str = ""
    received_note: str = ""
    received_at: datetime | None = None


class DossierFee(_Message):
    """A fee of a dossier (hub page §2.1 DanhSachLePhi): those of amount 0 count as free in index 766."""

    name: str
    code: str
    when: str = ""
    """HinhThucThu; seen: ``1`` at receipt, ``2`` at supplement, ``4`` at return."""
    amount: int = Field(ge=0)
    """VND."""
    kind: str = ""
    """LoaiPhiLePhi."""


class OtherPaper(_Message):
    """A paper beside the components (hub page §2.1 DanhSachTepDinhKemKhac)."""

    name: str
    count: int = 1
    kind: int = 0
    """LoaiGiayTo; its code list is unpublished."""


class HubDossier(_Message):
    """The whole state of a dossier as told to the hub (hub page §2.1 DongBoHoSoMC)."""

    dossier: str
    procedure: str
    """National code without agency suffix."""
    procedure_name: str
    field_code: str
    field_name: str
    channel: Literal["1", "2", "3"] = "1"
    """KenhThucHien: 1 counter, 2 online, 3 public post."""
    owner_name: str
    owner_number: str
    owner_kind: Literal["1", "2", "3", "4"] = "1"
    """LoaiDoiTuong: 1 citizen, 2 business, 3 state agency, 4 other organisation."""
    owner_account: str = ""
    email: str = ""
    phone: str = ""
    abstract: str = Field(default="", max_length=1000)
    submitted_at: datetime
    received_at: datetime
    due_at: datetime | None = None
    refused_at: datetime | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    status: str
    """TrangThaiHoSo, hub page §2.4: 1 … 10."""
    return_form: Literal["0", "1"] = "0"
    """HinhThuc: 0 at the counter, 1 by post."""
    agency_name: str
    submitted_through: Literal["1", "2"] = "2"
    has_digitised: bool = False
    identity_verified: bool = False
    """TaiKhoanDuocXacThucVoiVNeID."""
    online_payment: Literal["0", "1", "2"] = "0"
    databases: tuple[str, ...] = ()
    """DSKetNoiCSDL codes of the databases used."""
    note: str = ""
    papers: tuple[SubmittedPaper, ...] = ()
    results: tuple[ResultPaper, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    fees: tuple[DossierFee, ...] = ()
    other_papers: tuple[OtherPaper, ...] = ()
    return_note: str = ""
    """ThongTinTra: how and where the result was returned."""


class HubProgress(_Message):
    """One progress step (hub page §2.3 CapNhatTienDoHoSoMC)."""

    dossier: str
    officer: str = Field(max_length=50)
    title: str = ""
    department: str = ""
    at: datetime
    content: str = ""
    status: str
    started_at: datetime | None = None
    due_at: datetime | None = None


class CitizenListRequest(_Message):
    """Asks the population database for a list of citizens (population page A3 CungCapDanhSachTheo…).

    The answer is a ticket (``Deferred``); ``CitizenListStatusQuery`` and ``CitizenListQuery`` ask on under it.
    """

    by: Literal["area", "age", "blood_group", "sex", "ethnicity", "religion"]
    code: str = ""
    """What is looked for: blood group ``00``-``04``, sex ``1`` or ``2``, ethnicity or religion, 2 digits."""
    age_from: int | None = Field(default=None, ge=0, le=150)
    """Whole years, included."""
    age_to: int | None = Field(default=None, ge=0, le=150)
    province: str = ""
    """Province code, 2 digits; demanded for ``area``."""
    commune: str = ""
    """Commune code, 5 digits."""


class CitizenListRemoval(_Message):
    """Removes a list request and its result (population page A3 DeleteRequest)."""

    ticket: str


class HandoverFile(_Message):
    """A paper handed over with its content."""

    name: str
    originals: int = 1
    copies: int = 0
    filename: str
    content_base64: str


class LandHandover(_Message):
    """A dossier handed over to the land system (insurance page §4.2 TiepNhan)."""

    dossier: str
    provincial: bool = True
    province: str
    district: str = "0"
    commune: str
    received_by: str
    received_at: datetime | None = None
    due_at: datetime | None = None
    asset_address: str = ""
    applicant_name: str
    applicant_number: str
    applicant_address: str = ""
    applicant_phone: str = ""
    applicant_email: str = ""
    process_code: str
    process_name: str
    parcels: tuple[tuple[str, str, str, str], ...] = ()
    """(parcel number, map sheet, area, address), all text as on the wire."""
    files: tuple[HandoverFile, ...] = ()


class LandSupplement(_Message):
    """Supplements of a dossier sent on to the land system (insurance page §4.2 BoSungHoSo)."""

    dossier: str
    due_at: datetime
    """The new appointed return date."""
    note: str = ""
    files: tuple[HandoverFile, ...] = ()


class LandReturned(_Message):
    """The result was returned to the citizen (insurance page §4.2 CapNhatTrangThaiHoSo)."""

    dossier: str
    returned_at: datetime


class LandRejection(_Message):
    """The land system's result is wrong and goes back (insurance page §4.2 phanhoihososaiketqua)."""

    dossier: str
    content: str
    """What is wrong."""
    files: tuple[HandoverFile, ...] = ()


class HubQuestion(_Message):
    """A question as an agency publishes it (hub page §1.1 DongBoHoiDap)."""

    question_id: str
    field_code: str
    content: str
    agency: str
    agency_name: str


class HubAnswer(_Message):
    """The answer to a question from the portal (hub page §1.1 DongBoKetQuaHoiDapGuiTuDVCQG)."""

    question_id: str
    agency: str
    answered_by: str
    title: str = ""
    answered_at: datetime
    content: str


class RatedCriterion(_Message):
    """One criterion of a rating."""

    code: str
    name: str
    points: str


class HubRating(_Message):
    """A citizen's satisfaction with a dossier (hub page §1.1 DongBoDanhGia; the body is ours)."""

    rating_id: str
    dossier: str
    at: datetime
    satisfaction: Literal["1", "2", "3", "4", "5"]
    """``5`` is best."""
    channel: Literal["1", "2", "3"] = "1"
    """``1`` counter, ``2`` online, ``3`` post."""
    content: str = Field(default="", max_length=2000)
    criteria: tuple[RatedCriterion, ...] = ()


class PromotionOutcome(_Message):
    """What became of a promotion notice from the portal (hub page §1.1 DongBoTrangThaiHoSo, type 2)."""

    dossier: str
    status: str
    """As for dossiers, or ``11`` refused."""
    agency_dossier: str = ""
    """MaHoSoDonVi: our code of the same notice."""
    owner_account: str = ""
    content: str = ""
    at: datetime
    documents: tuple[tuple[str, str], ...] = ()
    """(name, address) of each document."""


class PaymentFee(_Message):
    """One fee of a payment (hub page §5.3 PhiLePhi)."""

    kind: str
    code: str
    name: str
    amount: int = Field(gt=0)
    """VND."""


class PaymentOrder(_Message):
    """Begins a payment at the payment platform (hub page §5.3 INIT). ``Receipt.reference`` is the address that the payer opens."""

    reference: str
    """MaThamChieu, ours, unique."""
    amount: int = Field(gt=0)
    """VND, the sum of the fees."""
    description: str
    started_at: datetime
    payer_ip: str
    bank: str = ""
    dossier: str
    procedure: str
    procedure_name: str
    agency: str
    agency_name: str
    account: str
    account_bank: str
    account_name: str
    payer_name: str = ""
    payer_number: str = ""
    payer_address: str = ""
    fees: tuple[PaymentFee, ...] = Field(min_length=1)


Message = (
    HubDossier
    | HubProgress
    | LandHandover
    | CitizenListRequest
    | CitizenListRemoval
    | LandSupplement
    | LandReturned
    | LandRejection
    | HubQuestion
    | HubAnswer
    | HubRating
    | PromotionOutcome
    | PaymentOrder
)
"""Every message; a connector declares which it takes through ``service_for``."""


class Receipt(BaseModel):
    """What the far side said on taking a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = ""
    message: str = ""
    reference: str = ""
