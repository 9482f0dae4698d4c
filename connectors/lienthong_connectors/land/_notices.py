"""What land and tax systems tell the one-stop system, as typed messages (insurance page §4.2, §4.3).

All times are aware and UTC. Personal values stay out of ``repr``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from lienthong_connectors.inbound import InboundFile, Notice


class CaseMoved(Notice):
    """ChuyenHoSo: the dossier went from one officer to another."""

    dossier: str
    from_officer: str
    to_officer: str
    status: str
    moved_back: bool = False
    content: str = ""
    at: datetime | None = None
    term: Decimal | None = None
    """HanXuLy; its unit is unpublished."""
    files: tuple[InboundFile, ...] = ()


class SupplementAsked(Notice):
    """YeuCauBoSungHoSo: the land office waits for papers."""

    dossier: str
    since: datetime
    officer: str
    paused: bool
    """Whether the time limit stands still meanwhile."""
    note: str = ""
    files: tuple[InboundFile, ...] = ()


class SupplementTaken(Notice):
    """NhanBoSungHoSo: the land office has the papers."""

    dossier: str
    at: datetime
    due_at: datetime
    note: str = ""
    files: tuple[InboundFile, ...] = ()


class TaxNotice(Notice):
    """One tax notice of a dossier, in either spelling (HoTenChu/HoVaChu, DuongDanThongBaoThue/DuongDanTBT)."""

    owner_name: str
    kind: str
    number: str
    file: InboundFile


class TaxResult(Notice):
    """GuiKetQuaThue or KetQuaThue: the tax notices are there."""

    dossier: str
    officer: str = ""
    at: datetime | None = None
    note: str = ""
    notices: tuple[TaxNotice, ...] = ()


class CaseFinished(Notice):
    """KetThucHoSo: the land office is done."""

    dossier: str
    at: datetime
    officer: str
    ending: int
    """TrangThaiKetThuc: 0 with a result, other values returned or withdrawn."""
    note: str = ""
    files: tuple[InboundFile, ...] = ()

    @property
    def with_result(self) -> bool:
        """Whether there is a result."""
        return self.ending == 0


class CaseUpdateAsked(Notice):
    """YeuCauCapNhatHoSo: the land office wants the dossier corrected."""

    dossier: str
    officer: str = ""
    note: str = ""


class InboundParcel(Notice):
    """The parcel of a dossier that the land office took in; all text as on the wire."""

    parcel: str = ""
    map_sheet: str = ""
    area: str = ""
    address: str = ""


class CaseTakenIn(Notice):
    """TiepNhanHoSoChoMotCua: a dossier that the land office took in for the one-stop system."""

    dossier: str
    one_stop_dossier: str = ""
    provincial: bool = True
    province: str
    district: str = ""
    commune: str
    received_by: str
    received_at: datetime | None = None
    due_at: datetime | None = None
    asset_address: str = ""
    applicant_name: str
    applicant_number: str = ""
    applicant_address: str = ""
    applicant_phone: str = ""
    applicant_email: str = ""
    process_code: str
    process_name: str = ""
    parcel: InboundParcel | None = None
    files: tuple[InboundFile, ...] = ()


class TaxDecision(Notice):
    """One sum of a national tax notice (``LIST`` of its XML)."""

    dossier: str
    tax_number: str = ""
    decision: str = ""
    decided: date | None = None
    item: str = ""
    amount: Decimal | None = None
    """VND."""


class NationalTaxNotice(Notice):
    """ImportThongBaoThueFromDVCQG: tax notices passed on by the national portal."""

    service: str = ""
    day: str = ""
    updating: bool = False
    decisions: tuple[TaxDecision, ...]


class NationalTaxPayment(Notice):
    """ImportChungTuThueFromDVCQG: proof of a tax payment passed on by the national portal."""

    service: str = ""
    updating: bool = False
    dossier: str
    tax_number: str = ""
    payer_name: str = ""
    payer_number: str = ""
    payer_address: str = ""
    file: InboundFile | None = None
    content: str = ""
    paid_at: datetime | None = None
    notice: str = ""
    """MaThongBaoThue."""
    paid: bool
    amount: Decimal | None = None
    """VND."""


LandNotice = (
    CaseMoved
    | SupplementAsked
    | SupplementTaken
    | TaxResult
    | CaseFinished
    | CaseUpdateAsked
    | CaseTakenIn
    | NationalTaxNotice
    | NationalTaxPayment
)
"""Everything that comes in."""
