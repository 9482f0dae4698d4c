"""Dossiers and progress (hub page §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import (
    ALL_CHANNELS,
    DATE,
    DIALECTS,
    FLAG,
    REPLY,
    SYSTEM,
    progress_step,
    read_service,
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
    Field("data/NgayNopHoSo", DATE, "submitted", True),
    Field("data/NgayTiepNhan", DATE, "received", True),
    Field("data/NgayHenTra", DATE, "appointed return date"),
    Field("data/NgayTuChoi", DATE, "refused"),
    Field("data/NgayKetThucXuLy", DATE, "processing ended", False),
    Field("data/NgayTra", DATE, "handed back", False),
    Field("data/ThongTinTra", "string", "how and where returned", False),
    Field("data/TrangThaiHoSo", "1 … 10", "status, hub page §2.4", True),
    Field("data/HinhThuc", "0 | 1", "return at the counter or by post", True),
    Field("data/DonViXuLy", "string", "name of the processing agency", True),
    Field("data/GhiChu", "string", "note", False),
    Field("data/NoiNopHoSo", "1 | 2", "filed on the national portal or in the provincial system", True),
    Field("data/HoSoCoThanhPhanSoHoa", FLAG, "has a digitised component", True),
    Field("data/TaiKhoanDuocXacThucVoiVNeID", FLAG, "owner's identity was verified", True),
    Field("data/DuocThanhToanTrucTuyen", "0 | 1 | 2", "not paid online, on the national portal, on a province gateway", True),
    Field("data/DSKetNoiCSDL/MaCSDL", "string", "national database used; code list unpublished", True),
    Field("data/TaiLieuNop/TepDinhKemId", "string", "local file id"),
    Field("data/TaiLieuNop/TenTepDinhKem", "string", "name of the paper", True, 4000),
    Field("data/TaiLieuNop/IsDeleted", "True | False", "removed on update"),
    Field("data/TaiLieuNop/MaThanhPhanHoSo", "string", "MAGIAYTO of the national catalogue", True),
    Field("data/TaiLieuNop/DuongDanTaiTepTin", "url", "where the portal fetches the file", True),
    Field("data/TaiLieuNop/DuocSoHoa", FLAG, "digitised", True),
    Field("data/TaiLieuNop/DuocTaiSuDung", "0 | 1 | 2", "reused; 2 through a replacing result", True),
    Field("data/TaiLieuNop/MaKetQuaThayThe", "string", "the result that replaces this component"),
    Field("data/TaiLieuNop/DuocLayTuKhoDMQG", FLAG, "taken from the national store of the owner", True),
    Field("data/DanhSachLePhi/TenPhiLePhi", "string", "fee, name", False),
    Field("data/DanhSachLePhi/MaPhiLePhi", "string", "fee, code", False),
    Field("data/DanhSachLePhi/HinhThucThu", "string", "1 at receipt, 2 at supplement, 4 at return", False),
    Field("data/DanhSachLePhi/Gia", "string", "amount, VND", False),
    Field("data/DanhSachLePhi/LoaiPhiLePhi", "string", "kind of fee", False),
    Field("data/DanhSachTepDinhKemKhac/TenGiayTo", "string", "other paper, name", False),
    Field("data/DanhSachTepDinhKemKhac/SoLuong", "int", "number of it", False),
    Field("data/DanhSachTepDinhKemKhac/LoaiGiayTo", "int", "its kind", False),
    Field("data/DanhSachHoSoBoSung/HoSoBoSungId", "string", "local id of the supplement request", True),
    Field("data/DanhSachHoSoBoSung/NguoiYeuCauBoSung", "string", "who asked", True),
    Field("data/DanhSachHoSoBoSung/NoiDungBoSung", "string", "what was asked", True),
    Field("data/DanhSachHoSoBoSung/NgayBoSung", DATE, "when it was asked", True),
    Field("data/DanhSachHoSoBoSung/NguoiTiepNhanBoSung", "string", "who or what received the supplement"),
    Field("data/DanhSachHoSoBoSung/ThongTinTiepNhan", "string", "who or what received the supplement"),
    Field("data/DanhSachHoSoBoSung/NgayTiepNhanBoSung", DATE, "received"),
    Field("data/DanhSachHoSoBoSung/TrangThaiBoSung", "True | False", "supplement received", True),
    Field("data/DanhSachHoSoBoSung/DanhSachGiayToBoSung", "list", "sent empty"),
    Field("data/DanhSachHoSoBoSung/DanhSachLePhiBoSung", "list", "sent empty"),
    Field("data/DanhSachHoSoBoSung/NgayHenTraTruoc", DATE, "appointed return date before", True),
    Field("data/DanhSachHoSoBoSung/NgayHenTraMoi", DATE, "appointed return date after"),
    Field("data/DanhSachGiayToKetQua/TenGiayTo", "string", "name of the result", True, 2000),
    Field("data/DanhSachGiayToKetQua/MaThanhPhanHoSo", "string", "empty"),
    Field("data/DanhSachGiayToKetQua/GiayToId", "string", "local id"),
    Field("data/DanhSachGiayToKetQua/DuongDanTepTinKetQua", "url", "where the portal fetches it", True),
    Field("data/DanhSachGiayToKetQua/MaGiayToKetQua", "string", "MAKETQUA of the national catalogue", True),
    Field("data/SoBienNhan", "string", "old receipt number, empty", False),
)  # fmt: skip

_PROGRESS: Final = (
    Field("data/MaHoSo", "string", "dossier code; the dossier must be synced before", True),
    *progress_step("data/", DATE),
)

SYNC_DOSSIER: Final = Service(
    SYSTEM,
    "DongBoHoSoMC",
    Verb.SHARE,
    "Đồng bộ hồ sơ một cửa",
    "Add or update a dossier on the national portal",
    DIALECTS,
    ALL_CHANNELS,
    Basis.CODE,
    "hub page §2.1, §2.2, §2.5",
    idempotent=False,
    request=_DOSSIER,
    reply=REPLY,
)
SYNC_PROGRESS: Final = replace(
    SYNC_DOSSIER,
    name="CapNhatTienDoHoSoMC",
    title_vi="Cập nhật tiến độ hồ sơ một cửa",
    title_en="Add a progress step to a dossier; a repeated step is stored twice",
    source="hub page §2.3, §2.5",
    request=_PROGRESS,
)
FIND_DOSSIER: Final = read_service(
    "TraCuuHoSo",
    "Tra cứu hồ sơ đã đồng bộ",
    "What the national portal holds under a dossier code",
    (
        Field("result/MaHoSo", "string", "dossier code"),
        Field("result/TrangThaiHoSo", "1 … 10", "status"),
        Field("result/MaTTHC", "string", "procedure code"),
    ),
    (Field("mahoso", "string", "dossier code", True),),
    source="hub page §1.1, §2.5 (not seen on a proxy)",
)

SERVICES: Final = (SYNC_DOSSIER, SYNC_PROGRESS, FIND_DOSSIER)
