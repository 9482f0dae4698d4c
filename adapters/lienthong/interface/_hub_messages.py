"""What is told to the hub, to the payment platform beside it, to measurement, and to ministries' own systems (hub page §2, §5)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from ._message_base import MessageBase


class SubmittedPaper(MessageBase):
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


class ResultPaper(MessageBase):
    """A result of a dossier (hub page §2.2 DanhSachGiayToKetQua)."""

    paper_id: str
    name: str = Field(max_length=2000)
    result: str
    """MAKETQUA."""
    url: str = ""


class Supplement(MessageBase):
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


class DossierFee(MessageBase):
    """A fee of a dossier (hub page §2.1 DanhSachLePhi): those of amount 0 count as free in index 766."""

    name: str
    code: str
    when: str = ""
    """HinhThucThu; seen: ``1`` at receipt, ``2`` at supplement, ``4`` at return."""
    amount: int = Field(ge=0)
    """VND."""
    kind: str = ""
    """LoaiPhiLePhi."""


class OtherPaper(MessageBase):
    """A paper beside the components (hub page §2.1 DanhSachTepDinhKemKhac)."""

    name: str
    count: int = 1
    kind: int = 0
    """LoaiGiayTo; its code list is unpublished."""


class HubDossier(MessageBase):
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


class HubProgress(MessageBase):
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


class HubQuestion(MessageBase):
    """A question as an agency publishes it (hub page §1.1 DongBoHoiDap)."""

    question_id: str
    field_code: str
    content: str
    agency: str
    agency_name: str


class HubAnswer(MessageBase):
    """The answer to a question from the portal (hub page §1.1 DongBoKetQuaHoiDapGuiTuDVCQG)."""

    question_id: str
    agency: str
    answered_by: str
    title: str = ""
    answered_at: datetime
    content: str


class RatedCriterion(MessageBase):
    """One criterion of a rating."""

    code: str
    name: str
    points: str


class HubRating(MessageBase):
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


class PromotionOutcome(MessageBase):
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


class PaymentFee(MessageBase):
    """One fee of a payment (hub page §5.3 PhiLePhi)."""

    kind: str
    code: str
    name: str
    amount: int = Field(gt=0)
    """VND."""


class PaymentOrder(MessageBase):
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


class EmcEvent(MessageBase):
    """One event of a dossier as told to the measurement of online services (hub page §5.4 EMC), which answers nothing of use."""

    dossier: str
    procedure: str
    """National code, an agency's suffix allowed."""
    procedure_name: str
    status: Literal["0", "1", "2", "3", "4"]
    """0 other, 1 received, 2 in process, 3 returned, 4 assigned."""
    reception: Literal["1", "2"]
    """FormsReception: 1 online, 2 direct."""
    payment: Literal["0", "1", "2"] = "0"
    """FormsPayments: 0 none, 1 online, 2 direct."""
    level: Literal["3", "4"]
    """3 partial, 4 full online."""
    from_portal: bool = False
    """IsFromDVCQG."""
    return_form: Literal["0", "1", "2"] = "0"
    """IsDVCBC: 0 counter, 1 post, 2 other."""
    data: str = ""
    """Data; its content is unpublished."""
    user: str = "{}"
    """User, a JSON object as text; its members are unpublished."""


class MinistryCodeRequest(MessageBase):
    """Asks a ministry's system for the next dossier code of an agency (hub page §2.6); ``Receipt.reference`` is the code."""

    agency: str
    """E-identifier, old or new form, e.g. ``000.00.04.G18``."""


class MinistryUpload(MessageBase):
    """A file for a ministry's system (hub page §2.6): ``Receipt.reference`` is its IdTepTin, ``Receipt.message`` its HashTepTin."""

    filename: str
    media_type: str = "application/pdf"
    content_base64: str


class MinistryFile(MessageBase):
    """An uploaded file as part of a component (hub page §2.6 GiayToDinhKem)."""

    file_id: str
    """IdGiayTo, as the upload's receipt gave it."""
    sha: str
    """HashTepTin, as the upload's receipt gave it."""
    name: str
    result: str = ""
    """MAKETQUA."""


class MinistryComponent(MessageBase):
    """One paper of a ministry's dossier (hub page §2.6 ThanhPhanHoSo)."""

    component: str
    """MAGIAYTO."""
    name: str
    count: int = Field(default=1, ge=0)
    kind: Literal["0", "1", "2"] = "2"
    """LoaiBan: 0 original, 1 copy, 2 electronic."""
    files: tuple[MinistryFile, ...] = ()


class MinistryDossier(MessageBase):
    """A dossier for a system that a ministry runs (hub page §2.6 "DVC Bộ")."""

    dossier: str
    """As the ministry's system gave it."""
    procedure: str
    service: str = ""
    """MaDichVuCong; empty: the procedure's code."""
    owner_name: str
    owner_kind: Literal["0", "1", "2"] = "0"
    """0 citizen, 1 business, 2 household: another table than the portal's (hub page §2.4)."""
    agency: str
    """MaDonViTiepNhan, e.g. ``G09.20``."""
    submitted_at: datetime
    received_at: datetime
    components: tuple[MinistryComponent, ...] = ()
    applicant: dict[str, str] = Field(default_factory=dict)
    """ThongTinNguoiNop; its names are unpublished, so they are the caller's."""


class MinistryStatus(MessageBase):
    """How a dossier stands, for a ministry's system (hub page §2.6)."""

    dossier: str
    status: str
    """TrangThai, hub page §2.4: 1 … 10."""
