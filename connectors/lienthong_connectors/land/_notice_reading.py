"""JSON of callbacks → typed notices (insurance page §4.2, §4.3). Names are read in any letter case."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree

from lienthong.identity import nfc
from lienthong.interface import ReplyUnreadable, read_xml
from lienthong_connectors.inbound import Fields, NoticeRefused, amount
from lienthong_connectors.values import VIETNAM, area_code, vietnam_time

from ._notices import (
    CaseFinished,
    CaseMoved,
    CaseTakenIn,
    CaseUpdateAsked,
    InboundParcel,
    NationalTaxNotice,
    NationalTaxPayment,
    SupplementAsked,
    SupplementTaken,
    TaxDecision,
    TaxNotice,
    TaxResult,
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
        province=area_code(fields.text("TinhId", required=True), 2),
        district=area_code(fields.text("HuyenId"), 3),
        commune=area_code(fields.text("XaId", required=True), 5),
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
        paid_at=vietnam_time(payment.text("ThoiGianThanhToan")),
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
                amount=amount(_child(entry, "SO_TIEN")),
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
