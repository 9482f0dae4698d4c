"""The services of the hub that the connector implements, field by field (hub page §1.1, §2, §3.1)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

SYSTEM: Final = "operations_centre"

ADAPTER: Final = "adapter"
"""Directly through the security adapter: session in the body, one reply envelope."""
PROXY: Final = "proxy"
"""Through a provincial proxy: query parameters or a bare list in, the result as JSON text inside ``message`` out."""
DIALECTS: Final = (ADAPTER, PROXY)

CHANNELS: Final = {ADAPTER: ("portal",), PROXY: ("open", "lgsp", "ngsp")}
"""Which channels carry which dialect. How a proxy signs callers in is each province's own (hub page §1.1)."""
_ALL_CHANNELS: Final = CHANNELS[ADAPTER] + CHANNELS[PROXY]

_DATE: Final = "yyyyMMddHHmmss, UTC+7"
_FLAG: Final = "0 | 1"

_REPLY: Final = (
    Field("error_code", "int or string", '0, "0" or "00" for success', True),
    Field("message", "string", 'free text; tells "already exists" from success'),
)

_DOSSIER: Final = (
    Field("isUpdating", "True | False", "update of a known dossier, or a new one", True),
    Field("data/MaHoSo", "string", "dossier code, the natural key", True),
    Field("data/MaTTHC", "string", "national procedure code without agency suffix", True),
    Field("data/TenTTHC", "string", "procedure name as in the national catalogue", True),
    Field("data/MaLinhVuc", "string", "field code as in the national catalogue", True),
    Field("data/TenLinhVuc", "string", "field name as in the national catalogue", True),
    Field("data/KenhThucHien", "1 | 2 | 3", "counter, online, public post", True),
    Field("data/ChuHoSo", "string", "owner's name", False),
    Field("data/SoGiayToChuHoSo", "string", "owner's paper number", True),
    Field("data/LoaiDoiTuong", "1 | 2 | 3 | 4", "citizen, business, state agency, other organisation", True),
    Field("data/MaDoiTuong", "string", "portal account of the owner, only when filed online", False),
    Field("data/DinhDanhCHS/LoaiDinhDanh", "1 | 2 | other", "12-digit or 9-digit number; other values unpublished: a setting", True),
    Field("data/DinhDanhCHS/SoDinhDanh", "string", "the number", True),
    Field("data/ThongTinKhac", "string", "other information, empty", False),
    Field("data/Fax", "string", "empty", False),
    Field("data/Email", "string", "owner's e-mail"),
    Field("data/SoDienThoai", "string", "owner's telephone"),
    Field("data/TrichYeuHoSo", "string", "abstract; the procedure's name when there is none", None, 1000),
    Field("data/NgayNopHoSo", _DATE, "submitted", True),
    Field("data/NgayTiepNhan", _DATE, "received", True),
    Field("data/NgayHenTra", _DATE, "appointed return date"),
    Field("data/NgayTuChoi", _DATE, "refused"),
    Field("data/NgayKetThucXuLy", _DATE, "processing ended", False),
    Field("data/NgayTra", _DATE, "handed back", False),
    Field("data/ThongTinTra", "string", "empty", False),
    Field("data/TrangThaiHoSo", "1 … 10", "status, hub page §2.4", True),
    Field("data/HinhThuc", "0 | 1", "return at the counter or by post", True),
    Field("data/DonViXuLy", "string", "name of the processing agency", True),
    Field("data/GhiChu", "string", "note", False),
    Field("data/NoiNopHoSo", "1 | 2", "filed on the national portal or in the provincial system", True),
    Field("data/HoSoCoThanhPhanSoHoa", _FLAG, "has a digitised component", True),
    Field("data/TaiKhoanDuocXacThucVoiVNeID", _FLAG, "owner's identity was verified", True),
    Field("data/DuocThanhToanTrucTuyen", "0 | 1 | 2", "not paid online, on the national portal, on a province gateway", True),
    Field("data/DSKetNoiCSDL/MaCSDL", "string", "national database used; code list unpublished", True),
    Field("data/TaiLieuNop/TepDinhKemId", "string", "local file id"),
    Field("data/TaiLieuNop/TenTepDinhKem", "string", "name of the paper", True, 4000),
    Field("data/TaiLieuNop/IsDeleted", "True | False", "removed on update"),
    Field("data/TaiLieuNop/MaThanhPhanHoSo", "string", "MAGIAYTO of the national catalogue", True),
    Field("data/TaiLieuNop/DuongDanTaiTepTin", "url", "where the portal fetches the file", True),
    Field("data/TaiLieuNop/DuocSoHoa", _FLAG, "digitised", True),
    Field("data/TaiLieuNop/DuocTaiSuDung", "0 | 1 | 2", "reused; 2 through a replacing result", True),
    Field("data/TaiLieuNop/MaKetQuaThayThe", "string", "the result that replaces this component"),
    Field("data/TaiLieuNop/DuocLayTuKhoDMQG", _FLAG, "taken from the national store of the owner", True),
    Field("data/DanhSachLePhi", "list", "fees; sent empty", False),
    Field("data/DanhSachTepDinhKemKhac", "list", "other attachments; sent empty", False),
    Field("data/DanhSachHoSoBoSung/HoSoBoSungId", "string", "local id of the supplement request", True),
    Field("data/DanhSachHoSoBoSung/NguoiYeuCauBoSung", "string", "who asked", True),
    Field("data/DanhSachHoSoBoSung/NoiDungBoSung", "string", "what was asked", True),
    Field("data/DanhSachHoSoBoSung/NgayBoSung", _DATE, "when it was asked", True),
    Field("data/DanhSachHoSoBoSung/NguoiTiepNhanBoSung", "string", "empty"),
    Field("data/DanhSachHoSoBoSung/ThongTinTiepNhan", "string", "empty"),
    Field("data/DanhSachHoSoBoSung/NgayTiepNhanBoSung", _DATE, "empty"),
    Field("data/DanhSachHoSoBoSung/TrangThaiBoSung", "True | False", "supplement received", True),
    Field("data/DanhSachHoSoBoSung/DanhSachGiayToBoSung", "list", "sent empty"),
    Field("data/DanhSachHoSoBoSung/DanhSachLePhiBoSung", "list", "sent empty"),
    Field("data/DanhSachHoSoBoSung/NgayHenTraTruoc", _DATE, "appointed return date before", True),
    Field("data/DanhSachHoSoBoSung/NgayHenTraMoi", _DATE, "appointed return date after"),
    Field("data/DanhSachGiayToKetQua/TenGiayTo", "string", "name of the result", True, 2000),
    Field("data/DanhSachGiayToKetQua/MaThanhPhanHoSo", "string", "empty"),
    Field("data/DanhSachGiayToKetQua/GiayToId", "string", "local id"),
    Field("data/DanhSachGiayToKetQua/DuongDanTepTinKetQua", "url", "where the portal fetches it", True),
    Field("data/DanhSachGiayToKetQua/MaGiayToKetQua", "string", "MAKETQUA of the national catalogue", True),
    Field("data/SoBienNhan", "string", "old receipt number, empty", False),
)  # fmt: skip

_PROGRESS: Final = (
    Field("data/MaHoSo", "string", "dossier code; the dossier must be synced before", True),
    Field("data/NguoiXuLy", "string", "who acted", True, 50),
    Field("data/ChucDanh", "string", "post", False),
    Field("data/PhongBanXuLy", "string", "department", False),
    Field("data/ThoiDiemXuLy", _DATE, "when", True),
    Field("data/NoiDungXuLy", "string", "what was done"),
    Field("data/TrangThai", "1 … 10", "status after the step", True),
    Field("data/NgayBatDau", _DATE, "start of the step", False),
    Field("data/NgayKetThucTheoQuyDinh", _DATE, "legal end of the step", False),
)

SYNC_DOSSIER: Final = Service(
    SYSTEM,
    "DongBoHoSoMC",
    Verb.SHARE,
    "Đồng bộ hồ sơ một cửa",
    "Add or update a dossier on the national portal",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §2.1, §2.2, §2.5",
    idempotent=False,
    request=_DOSSIER,
    reply=_REPLY,
)
SYNC_PROGRESS: Final = Service(
    SYSTEM,
    "CapNhatTienDoHoSoMC",
    Verb.SHARE,
    "Cập nhật tiến độ hồ sơ một cửa",
    "Add a progress step to a dossier; a repeated step is stored twice",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §2.3, §2.5",
    idempotent=False,
    request=_PROGRESS,
    reply=_REPLY,
)
FIND_DOSSIER: Final = Service(
    SYSTEM,
    "TraCuuHoSo",
    Verb.LOOKUP,
    "Tra cứu hồ sơ đã đồng bộ",
    "What the national portal holds under a dossier code",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1, §2.5 (not seen on a proxy)",
    request=(Field("mahoso", "string", "dossier code", True),),
    reply=(
        *_REPLY,
        Field("result/MaHoSo", "string", "dossier code"),
        Field("result/TrangThaiHoSo", "1 … 10", "status"),
        Field("result/MaTTHC", "string", "procedure code"),
    ),
)
LIST_PROCEDURES: Final = Service(
    SYSTEM,
    "LayDanhSachTTHC",
    Verb.LOOKUP,
    "Lấy danh sách thủ tục hành chính",
    "Codes and names of all procedures of the national catalogue",
    (ADAPTER,),
    CHANNELS[ADAPTER],
    Basis.CODE,
    "hub page §1.1",
    reply=(
        *_REPLY,
        Field("result/MATTHC", "string", "procedure code"),
        Field("result/TENTTHC", "string", "procedure name"),
    ),
)
LIST_AGENCY_PROCEDURES: Final = Service(
    SYSTEM,
    "LayDanhSachTTHCDonVi",
    Verb.LOOKUP,
    "Lấy danh sách thủ tục hành chính của đơn vị",
    "Codes and names of the procedures of our agency",
    (PROXY,),
    CHANNELS[PROXY],
    Basis.CODE,
    "hub page §1.1",
    request=(Field("maDonVi", "string", "e-identifier of the agency", True),),
    reply=LIST_PROCEDURES.reply,
)
GET_PROCEDURE: Final = Service(
    SYSTEM,
    "LayThuTuc",
    Verb.LOOKUP,
    "Lấy thông tin thủ tục hành chính",
    "One procedure of the national catalogue with papers and results",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1, §3.1",
    request=(Field("maTTHC", "string", "national procedure code", True),),
    reply=(
        *_REPLY,
        Field("result/MATTHC", "string", "procedure code"),
        Field("result/TENTTHC", "string", "procedure name"),
        Field("result/MACOQUANCONGBO", "string", "publishing agency"),
        Field("result/QUYETDINH", "string", "publication decision"),
        Field("result/LINHVUCTHUCHIEN/MALINHVUC", "string", "field code, first entry read"),
        Field("result/LINHVUCTHUCHIEN/TENLINHVUC", "string", "field name"),
        Field("result/CAPTHUCHIEN/TENCAP", "string", "level of administration"),
        Field("result/DOITUONGTHUCHIEN/TENDOITUONG", "string", "who may apply"),
        Field("result/CACHTHUCTHUCHIEN/KENH", "1 | 2 | 3", "direct, online, post"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/THOIGIANGIAIQUYET", "number", "time limit"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/DONVITINH", "string", "its unit"),
        Field("result/CACHTHUCTHUCHIEN/THOIGIAN/PHILEPHI/SOTIEN", "number", "fee"),
        Field("result/THANHPHANHOSO/TRUONGHOP", "string", "case that asks for these papers"),
        Field("result/THANHPHANHOSO/GIAYTO/MAGIAYTO", "string", "component code"),
        Field("result/THANHPHANHOSO/GIAYTO/TENGIAYTO", "string", "component name"),
        Field("result/THANHPHANHOSO/GIAYTO/MA_KQ_THAYTHE", "string, comma list", "results that replace it"),
        Field("result/THANHPHANHOSO/GIAYTO/SOBANCHINH", "int or string", "originals"),
        Field("result/THANHPHANHOSO/GIAYTO/SOBANSAO", "int or string", "copies"),
        Field("result/THANHPHANHOSO/GIAYTO/TENMAUDON", "string", "form"),
        Field("result/KETQUATHUCHIEN/MAKETQUA", "string", "result code"),
        Field("result/KETQUATHUCHIEN/TENKETQUA", "string", "result name"),
    ),
)  # fmt: skip
LIST_SEXES: Final = Service(
    SYSTEM,
    "LayDanhMucGioiTinh",
    Verb.CHECK,
    "Lấy danh mục giới tính",
    "The shortest code list: proves that sign-in and the share endpoint work, about no person",
    DIALECTS,
    _ALL_CHANNELS,
    Basis.CODE,
    "hub page §1.1",
    reply=_REPLY,
)

SERVICES: Final = (
    SYNC_DOSSIER,
    SYNC_PROGRESS,
    FIND_DOSSIER,
    LIST_PROCEDURES,
    LIST_AGENCY_PROCEDURES,
    GET_PROCEDURE,
    LIST_SEXES,
)
