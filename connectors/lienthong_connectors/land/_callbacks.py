"""The callbacks that :class:`LandInbox` answers, declared field by field (insurance page §4.2, §4.3)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Callback, Field

from ._services import DIALECTS, ILIS, SYSTEM

_NATIONAL: Final = ("national",)
"""Not a dialect of ours: the national portal calls, whatever land system there is."""
_TIME: Final = "ISO 8601; without offset UTC"
_DOSSIER: Final = Field("SoBienNhan", "string", "dossier code", True)
_NOTE: Final = Field("GhiChu", "string", "note", False)
_RESULT: Final = (
    Field("Result", "0 | 1", "1 taken, 0 not", True),
    Field("Message", "string", "why not"),
)
_ERROR_CODE: Final = (
    Field("error_code", "string", '"0" taken, "-1" not; {Result, Message} by setting', True),
    Field("message", "string", 'why not; begins "401 Unauthorized" for a wrong key'),
)
_LAND: Final = "insurance page §4.2"
_TAX: Final = "insurance page §4.3"


def _files(block: str) -> tuple[Field, ...]:
    return (
        Field(f"{block}/TenGiayTo", "string", "name of the paper"),
        Field(f"{block}/KieuFile", "string", "extension with dot"),
        Field(f"{block}/LinkFile", "url", "where the file is fetched; relative for VBDLIS", True),
        Field(f"{block}/SoBanSao", "int or string", "copies"),
        Field(f"{block}/SoBanChinh", "int or string", "originals"),
    )


def _tax(owner: str, link: str) -> tuple[Field, ...]:
    return (
        _DOSSIER,
        Field("NguoiXuLy", "string", "officer", False),
        Field("NgayCoKetQuaThue", _TIME, "when the notices came"),
        _NOTE,
        Field(f"DanhSachThongBaoThue/{owner}", "string", "owner's name"),
        Field("DanhSachThongBaoThue/LoaiThue", "string", "kind of tax"),
        Field("DanhSachThongBaoThue/SoThongBaoThue", "string", "number of the notice", True),
        Field(f"DanhSachThongBaoThue/{link}", "url", "the notice as a file", True),
    )


def _callback(
    name: str,
    path: str,
    vi: str,
    en: str,
    dialects: tuple[str, ...],
    proof: str,
    source: str,
    request: tuple[Field, ...],
    reply: tuple[Field, ...],
) -> Callback:
    return Callback(
        SYSTEM, name, path, vi, en, dialects, (proof,), Basis.CODE, source, request, reply
    )


def _get(name: str, vi: str, en: str, *fields: str) -> Callback:
    reply = (*_RESULT, *(Field(f"Data/{field}", "string", field) for field in fields))
    code = (Field("SecurityCode", "string, in the query", "shared code", True),)
    path = f"GET {name}?SecurityCode="
    return _callback(name, path, vi, en, DIALECTS, "query-code", _LAND, code, reply)


def _post(name: str, vi: str, en: str, *fields: Field) -> Callback:
    path = f"POST {name}/<code>"
    return _callback(name, path, vi, en, DIALECTS, "path-code", _LAND, fields, _RESULT)


CALLBACKS: Final = (
    _get("GetDanhMucNguoiDung", "Danh mục người dùng", "Officers", "MaNguoiDung", "TenNguoiDung", "TenPhongBan", "ChucDanh"),
    _get("GetDanhMucThuTuc", "Danh mục thủ tục", "Procedures", "MaThuTucHanhChinh", "TenThuTucHanhChinh"),
    _get("GetDanhMucTrangThai", "Danh mục trạng thái", "States", "MaTrangThai", "TenTrangThai"),
    _post(
        "ChuyenHoSo", "Chuyển hồ sơ", "The dossier went to another officer",
        _DOSSIER,
        Field("MaCanBoChuyen", "string", "from", True),
        Field("MaCanBoNhan", "string", "to", True),
        Field("MaTrangThai", "string", "state", True),
        Field("LaTrangThaiChuyenLai", "bool", "sent back", False),
        Field("NoiDungXuLy", "string", "what was done", False),
        Field("NgayChuyen", _TIME, "when", False),
        Field("HanXuLy", "double", "term; unit unpublished", False),
        *_files("DanhSachTapTin"),
    ),
    _post(
        "YeuCauBoSungHoSo", "Yêu cầu bổ sung hồ sơ", "The land office waits for papers",
        _DOSSIER,
        Field("NgayChoBoSung", _TIME, "since", True),
        Field("MaCanBoXuLy", "string", "officer", True),
        Field("LaTamDung", "bool", "the time limit stands still", True),
        _NOTE,
        *_files("TapTin"),
    ),
    _post(
        "NhanBoSungHoSo", "Đã nhận bổ sung", "The land office has the papers",
        _DOSSIER,
        Field("NgayNhanBoSung", _TIME, "when", True),
        Field("NgayHenTraMoi", _TIME, "new appointed return date", True),
        _NOTE,
        *_files("TapTin"),
    ),
    _post("GuiKetQuaThue", "Gửi kết quả thuế", "The tax notices are there", *_tax("HoTenChu", "DuongDanThongBaoThue")),
    _post(
        "KetThucHoSo", "Kết thúc hồ sơ", "The land office is done",
        _DOSSIER,
        Field("NgayKetThuc", _TIME, "when", True),
        Field("MaCanBoXuLy", "string", "officer", True),
        Field("TrangThaiKetThuc", "int", "0 with a result, other values returned or withdrawn", True),
        _NOTE,
        *_files("DanhSachGiayToKetQua"),
    ),
    _post(
        "TiepNhanHoSoChoMotCua", "Tiếp nhận hồ sơ cho một cửa", "A dossier that the land office took in for us",
        Field("LaQuyTrinhCapTinh", "bool", "process of the provincial level", True),
        Field("TinhId", "int or string", "province", True),
        Field("HuyenId", "int or string", "district; 0 since districts ended"),
        Field("XaId", "int or string", "commune", True),
        _DOSSIER,
        Field("MaHoSoMotCua", "string", "dossier code in the one-stop system", False),
        Field("NguoiTiepNhan", "string", "receiving officer", True),
        Field("NgayTiepNhan", _TIME, "received", False),
        Field("NgayHenTra", _TIME, "appointed return date", False),
        Field("DiaChiTaiSan", "string", "address of the property", False),
        Field("ThongTinNguoiNopDon/HoTen", "string", "applicant's name", True),
        Field("ThongTinNguoiNopDon/SoChungMinh", "string", "applicant's paper number"),
        Field("ThongTinNguoiNopDon/DiaChiChiTiet", "string", "applicant's address"),
        Field("ThongTinNguoiNopDon/SoDienThoai", "string", "applicant's telephone"),
        Field("ThongTinNguoiNopDon/Email", "string", "applicant's e-mail"),
        Field("ThongTinQuyTrinh/MaQuyTrinh", "string", "process code", True),
        Field("ThongTinQuyTrinh/TenQuyTrinh", "string", "process name"),
        Field("ThongTinThuaDat/SoThuTuThua", "string", "parcel; one object, not a list"),
        Field("ThongTinThuaDat/SoHieuBanDo", "string", "map sheet"),
        Field("ThongTinThuaDat/DienTich", "string", "area, m²"),
        Field("ThongTinThuaDat/DiaChiChiTiet", "string", "address of the parcel"),
        *_files("DanhSachGiayToDinhKem"),
    ),
    _post(
        "YeuCauCapNhatHoSo", "Yêu cầu cập nhật hồ sơ", "The land office wants the dossier corrected",
        Field("SoBienNhan", "string", "dossier code; declared nullable, an empty one is refused", True),
        Field("MaCanBoXuLy", "string", "officer", False),
        _NOTE,
    ),
    _callback(
        "KetQuaThue", "POST KetQuaThue?CodeGet=", "Kết quả thuế (iLIS)", "The tax notices are there (iLIS)",
        (ILIS,), "query-code", _TAX, _tax("HoVaChu", "DuongDanTBT"), _RESULT,
    ),
    _callback(
        "ImportThongBaoThueFromDVCQG", "POST ImportThongBaoThueFromDVCQG, or nhantbthuedvcqg behind the adapter", "Thông báo thuế từ Cổng DVCQG", "Tax notices from the national portal",
        _NATIONAL, "body-key", _TAX,
        (
            Field("SecurityKey", "string", "shared key", True),
            Field("Service", "string", "service"),
            Field("Ngay", "string", "day; its form is unpublished"),
            Field("IsUpdating", "bool", "replaces an earlier notice"),
            Field("Data/FileThongBaoThue", "base64 of UTF-8 XML", "the notices", True),
            Field("DATA/BODY/ROW_LIST/MA_HSO", "string, in the XML", "dossier code", True),
            Field("DATA/BODY/ROW_LIST/LIST/MA_SO_THUE", "string, in the XML", "tax number"),
            Field("DATA/BODY/ROW_LIST/LIST/SO_QUYET_DINH", "string, in the XML", "decision"),
            Field("DATA/BODY/ROW_LIST/LIST/NGAY_QUYET_DINH", "dd-MM-yyyy, in the XML", "its date"),
            Field("DATA/BODY/ROW_LIST/LIST/TEN_TIEUMUC", "string, in the XML", "budget item"),
            Field("DATA/BODY/ROW_LIST/LIST/SO_TIEN", "number, in the XML", "amount, VND"),
        ),
        _ERROR_CODE,
    ),
    _callback(
        "ImportChungTuThueFromDVCQG", "POST ImportChungTuThueFromDVCQG, or chungtuthue behind the adapter (name ours)", "Chứng từ nộp thuế từ Cổng DVCQG", "Proof of a tax payment from the national portal",
        _NATIONAL, "body-key", _TAX,
        (
            Field("SecurityKey", "string", "shared key", True),
            Field("Service", "string", "service"),
            Field("IsUpdating", "bool", "replaces an earlier one"),
            Field("Data/MaHoSo", "string", "dossier code", True),
            Field("Data/MaSoThue", "string", "tax number"),
            Field("Data/HoTenNguoiNopTien", "string", "payer's name"),
            Field("Data/SoCMTNguoiNopTien", "string", "payer's paper number"),
            Field("Data/DiaChiNguoiNopTien", "string", "payer's address, house and street"),
            Field("Data/XaNguoiNopTien", "string", "payer's address, commune"),
            Field("Data/HuyenNguoiNopTien", "string", "payer's address, district"),
            Field("Data/TinhNguoiNopTien", "string", "payer's address, province"),
            Field("Data/UrlFileChungTu", "url", "the proof as a file"),
            Field("Data/ThongTinThanhToan/NoiDungThanhToan", "string", "what was paid"),
            Field("Data/ThongTinThanhToan/ThoiGianThanhToan", "yyyyMMddHHmmss, UTC+7", "when"),
            Field("Data/ThongTinThanhToan/MaThongBaoThue", "string", "the notice that was paid"),
            Field("Data/ThongTinThanhToan/TrangThaiThanhToan", "int", "1 paid", True),
            Field("Data/ThongTinThanhToan/SoTien", "number", "amount, VND"),
        ),
        _ERROR_CODE,
    ),
)  # fmt: skip
