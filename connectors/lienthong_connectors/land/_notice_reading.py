"""JSON of callbacks → typed notices (insurance page §4.2, §4.3). Names are read in any letter case."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from lienthong.identity import nfc
from lienthong.interface import ReplyUnreadable, as_list, as_text, read_xml

from ._notices import (
    CaseFinished,
    CaseMoved,
    CaseTakenIn,
    CaseUpdateAsked,
    InboundFile,
    InboundParcel,
    NationalTaxNotice,
    NationalTaxPayment,
    SupplementAsked,
    SupplementTaken,
    TaxDecision,
    TaxNotice,
    TaxResult,
)
from .errors import NoticeRefused

VIETNAM: Final = timezone(timedelta(hours=7))
_TRUE: Final = frozenset({"1", "true"})
_FALSE: Final = frozenset({"0", "false", ""})


@dataclass(frozen=True, slots=True)
class Places:
    """What the fields of a notice cannot say by themselves.

    Attributes:
        zone: Zone of times without offset.
        download_base: What relative links stand behind.
        hosts: Hosts that files may be fetched from.
    """

    zone: tzinfo
    download_base: str
    hosts: frozenset[str]


class Fields:
    """One JSON object of a callback."""

    def __init__(self, values: Mapping[str, Any], places: Places) -> None:
        self._values = {name.casefold(): value for name, value in values.items()}
        self._places = places

    def text(self, *names: str, required: bool = False) -> str:
        """The first of these names that has a value. Raises ``NoticeRefused`` when a required one is empty."""
        for name in names:
            value = self._values.get(name.casefold())
            found = "" if isinstance(value, dict | list) else nfc(as_text(value))
            if found:
                return found
        if required:
            raise NoticeRefused(f"Thiếu {names[0]}")
        return ""

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no in any form. Raises ``NoticeRefused`` for anything else."""
        value = self.text(name).casefold()
        if not value:
            return default
        if value in _TRUE | _FALSE:
            return value in _TRUE
        raise NoticeRefused(f"{name} không hợp lệ")

    def whole(self, name: str, *, required: bool = False) -> int:
        """A whole number, number or text; 0 when absent. Raises ``NoticeRefused``."""
        found = self.text(name, required=required)
        if not found:
            return 0
        digits = found.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise NoticeRefused(f"{name} không hợp lệ")
        return int(found)

    def amount(self, name: str) -> Decimal | None:
        """A number; ``None`` when absent or no number."""
        return _amount(self.text(name))

    def time(self, name: str, *, required: bool = False) -> datetime | None:
        """An ISO time as UTC; one without offset is of the configured zone. Raises ``NoticeRefused``."""
        found = self.text(name, required=required)
        if not found:
            return None
        try:
            moment = datetime.fromisoformat(found)
            zoned = moment if moment.tzinfo else moment.replace(tzinfo=self._places.zone)
            return zoned.astimezone(UTC)
        except (ValueError, OverflowError):
            raise NoticeRefused(f"{name} không đúng định dạng thời gian") from None

    def needed_time(self, name: str) -> datetime:
        """As :meth:`time`, and refused when absent."""
        moment = self.time(name, required=True)
        if moment is None:
            raise NoticeRefused(f"Thiếu {name}")
        return moment

    def object(self, name: str) -> Fields:
        """An object inside, or the first of a list of them; empty when absent."""
        return next(self.objects(name), Fields({}, self._places))

    def objects(self, name: str) -> Iterator[Fields]:
        """A list of objects, or one. Raises ``NoticeRefused`` for anything else."""
        for item in as_list(self._values.get(name.casefold())):
            if not isinstance(item, dict):
                raise NoticeRefused(f"{name} không hợp lệ")
            yield Fields(item, self._places)

    def has(self, name: str) -> bool:
        """Whether there is such a member with a value."""
        return bool(self._values.get(name.casefold()))

    def file(self, link: str, name: str = "", extension: str = "") -> InboundFile:
        """A link as a file."""
        try:
            parts = urlsplit(link)
            host, scheme = (parts.hostname or "").casefold(), parts.scheme
        except ValueError:
            raise NoticeRefused("Đường dẫn tệp không hợp lệ") from None
        if not scheme and not host and self._places.download_base:
            base = self._places.download_base.rstrip("/")
            return InboundFile(
                name=name, extension=extension, url=f"{base}/{link.lstrip('/')}", trusted=True
            )
        trusted = scheme in {"http", "https"} and host in self._places.hosts
        return InboundFile(name=name, extension=extension, url=link, trusted=trusted)

    def files(self, name: str) -> tuple[InboundFile, ...]:
        """A list of files, or one."""
        return tuple(
            item.file(
                item.text("LinkFile", required=True), item.text("TenGiayTo"), item.text("KieuFile")
            ).model_copy(
                update={"originals": item.whole("SoBanChinh"), "copies": item.whole("SoBanSao")}
            )
            for item in self.objects(name)
        )


def case_moved(fields: Fields) -> CaseMoved:
    """ChuyenHoSo."""
    return CaseMoved(
        dossier=fields.text("SoBienNhan", required=True),
        from_officer=fields.text("MaCanBoChuyen", required=True),
        to_officer=fields.text("MaCanBoNhan", required=True),
        status=fields.text("MaTrangThai", required=True),
        moved_back=fields.flag("LaTrangThaiChuyenLai"),
        content=fields.text("NoiDungXuLy"),
        at=fields.time("NgayChuyen"),
        term=fields.amount("HanXuLy"),
        files=fields.files("DanhSachTapTin"),
    )


def supplement_asked(fields: Fields) -> SupplementAsked:
    """YeuCauBoSungHoSo."""
    return SupplementAsked(
        dossier=fields.text("SoBienNhan", required=True),
        since=fields.needed_time("NgayChoBoSung"),
        officer=fields.text("MaCanBoXuLy", required=True),
        paused=fields.flag("LaTamDung"),
        note=fields.text("GhiChu"),
        files=fields.files("TapTin"),
    )


def supplement_taken(fields: Fields) -> SupplementTaken:
    """NhanBoSungHoSo."""
    return SupplementTaken(
        dossier=fields.text("SoBienNhan", required=True),
        at=fields.needed_time("NgayNhanBoSung"),
        due_at=fields.needed_time("NgayHenTraMoi"),
        note=fields.text("GhiChu"),
        files=fields.files("TapTin"),
    )


def tax_result(fields: Fields) -> TaxResult:
    """GuiKetQuaThue and KetQuaThue; either spelling of either name is read on both."""
    return TaxResult(
        dossier=fields.text("SoBienNhan", required=True),
        officer=fields.text("NguoiXuLy"),
        at=fields.time("NgayCoKetQuaThue"),
        note=fields.text("GhiChu"),
        notices=tuple(
            TaxNotice(
                owner_name=item.text("HoTenChu", "HoVaChu"),
                kind=item.text("LoaiThue"),
                number=item.text("SoThongBaoThue", required=True),
                file=item.file(item.text("DuongDanThongBaoThue", "DuongDanTBT", required=True)),
            )
            for item in fields.objects("DanhSachThongBaoThue")
        ),
    )


def case_finished(fields: Fields) -> CaseFinished:
    """KetThucHoSo."""
    return CaseFinished(
        dossier=fields.text("SoBienNhan", required=True),
        at=fields.needed_time("NgayKetThuc"),
        officer=fields.text("MaCanBoXuLy", required=True),
        ending=fields.whole("TrangThaiKetThuc", required=True),
        note=fields.text("GhiChu"),
        files=fields.files("DanhSachGiayToKetQua"),
    )


def case_update_asked(fields: Fields) -> CaseUpdateAsked:
    """YeuCauCapNhatHoSo: SoBienNhan is declared nullable, yet an empty one is refused."""
    return CaseUpdateAsked(
        dossier=fields.text("SoBienNhan", required=True),
        officer=fields.text("MaCanBoXuLy"),
        note=fields.text("GhiChu"),
    )


def case_taken_in(fields: Fields) -> CaseTakenIn:
    """TiepNhanHoSoChoMotCua: as TiepNhan, with one parcel and linked files."""
    applicant = fields.object("ThongTinNguoiNopDon")
    process = fields.object("ThongTinQuyTrinh")
    parcel = fields.object("ThongTinThuaDat")
    return CaseTakenIn(
        dossier=fields.text("SoBienNhan", required=True),
        one_stop_dossier=fields.text("MaHoSoMotCua"),
        provincial=fields.flag("LaQuyTrinhCapTinh", default=True),
        province=_area(fields.text("TinhId", required=True), 2),
        district=_area(fields.text("HuyenId"), 3),
        commune=_area(fields.text("XaId", required=True), 5),
        received_by=fields.text("NguoiTiepNhan", required=True),
        received_at=fields.time("NgayTiepNhan"),
        due_at=fields.time("NgayHenTra"),
        asset_address=fields.text("DiaChiTaiSan"),
        applicant_name=applicant.text("HoTen", required=True),
        applicant_number=applicant.text("SoChungMinh"),
        applicant_address=applicant.text("DiaChiChiTiet"),
        applicant_phone=applicant.text("SoDienThoai"),
        applicant_email=applicant.text("Email"),
        process_code=process.text("MaQuyTrinh", required=True),
        process_name=process.text("TenQuyTrinh"),
        parcel=InboundParcel(
            parcel=parcel.text("SoThuTuThua"),
            map_sheet=parcel.text("SoHieuBanDo", "SoHieuToBanDo"),
            area=parcel.text("DienTich"),
            address=parcel.text("DiaChiChiTiet"),
        )
        if fields.has("ThongTinThuaDat")
        else None,
        files=fields.files("DanhSachGiayToDinhKem"),
    )


def national_tax_notice(fields: Fields) -> NationalTaxNotice:
    """ImportThongBaoThueFromDVCQG: XML in base64, one entry per sum."""
    encoded = fields.object("Data").text("FileThongBaoThue", required=True)
    try:
        root = read_xml(b64decode(encoded), system="land", service="tax notice")
    except (Base64Error, ValueError, ReplyUnreadable):
        raise NoticeRefused("FileThongBaoThue không đọc được") from None
    decisions = tuple(_decisions(root))
    if not decisions:
        raise NoticeRefused("FileThongBaoThue không có thông báo thuế nào")
    return NationalTaxNotice(
        service=fields.text("Service"),
        day=fields.text("Ngay"),
        updating=fields.flag("IsUpdating"),
        decisions=decisions,
    )


def national_tax_payment(fields: Fields) -> NationalTaxPayment:
    """ImportChungTuThueFromDVCQG."""
    data = fields.object("Data")
    payment = data.object("ThongTinThanhToan")
    link = data.text("UrlFileChungTu")
    parts = (data.text(f"{part}NguoiNopTien") for part in ("DiaChi", "Xa", "Huyen", "Tinh"))
    return NationalTaxPayment(
        service=fields.text("Service"),
        updating=fields.flag("IsUpdating"),
        dossier=data.text("MaHoSo", required=True),
        tax_number=data.text("MaSoThue"),
        payer_name=data.text("HoTenNguoiNopTien"),
        payer_number=data.text("SoCMTNguoiNopTien"),
        payer_address=", ".join(part for part in parts if part),
        file=data.file(link) if link else None,
        content=payment.text("NoiDungThanhToan"),
        paid_at=_compact(payment.text("ThoiGianThanhToan")),
        notice=payment.text("MaThongBaoThue"),
        paid=payment.text("TrangThaiThanhToan", required=True) == "1",
        amount=payment.amount("SoTien"),
    )


def _decisions(root: etree._Element) -> Iterator[TaxDecision]:
    """``/DATA/BODY/ROW_LIST{MA_HSO, LIST[]}``; a dossier code may also stand in an entry."""
    for row in root.iter("{*}ROW_LIST"):
        dossier = _child(row, "MA_HSO")
        for entry in row.iter("{*}LIST"):
            code = dossier or _child(entry, "MA_HSO")
            if not code:
                raise NoticeRefused("Thông báo thuế thiếu MA_HSO")
            yield TaxDecision(
                dossier=code,
                tax_number=_child(entry, "MA_SO_THUE"),
                decision=_child(entry, "SO_QUYET_DINH"),
                decided=_day(_child(entry, "NGAY_QUYET_DINH")),
                item=_child(entry, "TEN_TIEUMUC"),
                amount=_amount(_child(entry, "SO_TIEN")),
            )


def _child(element: etree._Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return nfc((found.text or "").strip()) if found is not None else ""


def _day(text: str) -> date | None:
    """``dd-MM-yyyy``."""
    try:
        return datetime.strptime(text, "%d-%m-%Y").replace(tzinfo=VIETNAM).date()
    except ValueError:
        return None


def _compact(text: str) -> datetime | None:
    """``yyyyMMddHHmmss``, Vietnam time."""
    if len(text) != 14 or not text.isdecimal():
        return None
    try:
        local = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
    return local.astimezone(UTC)


def _amount(text: str) -> Decimal | None:
    digits = text.replace(".", "", 1)
    fits = digits.isascii() and digits.isdigit() and len(digits) <= 18
    return Decimal(text) if fits else None


def _area(code: str, length: int) -> str:
    """An area code; one that travelled as a number gets its zeros back, and 0 is none."""
    if not code.strip("0"):
        return ""
    return code.zfill(length) if code.isdecimal() else code
