"""The calls that :class:`PortalInbox` answers, declared field by field (hub page §1, §5.2, §5.3)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Callback, Field

from ._services import ADAPTER, DATE, PAYMENT, REPLY, SYSTEM

_ADAPTER: Final = "behind /XrdAdapter/RestService/forward/ or /VXPAdapter/RestService/forward/"

CALLBACKS: Final = (
    Callback(
        SYSTEM, "nhanhsdvcqg", f"POST nhanhsdvcqg, {_ADAPTER}",
        "Nhận hồ sơ từ Cổng DVCQG", "A dossier that was filed on the national portal; the fields are ours, after DongBoHoSoMC",
        (ADAPTER,), ("adapter",), Basis.OURS, "hub page §1, §5.2 (route published, body not)",
        (
            Field("MaHoSo", "string", "dossier code; the record may stand under data, alone or in a list", True),
            Field("MaTTHC", "string", "procedure", True),
            Field("TenTTHC", "string", "its name"),
            Field("ChuHoSo", "string", "owner's name"),
            Field("SoGiayToChuHoSo", "string", "owner's paper number"),
            Field("DinhDanhCHS/SoDinhDanh", "string", "owner's number, where the above is missing"),
            Field("LoaiDoiTuong", "1 | 2 | 3 | 4", "citizen, business, state agency, other organisation"),
            Field("MaDoiTuong", "string", "portal account"),
            Field("Email", "string", "owner's e-mail"),
            Field("SoDienThoai", "string", "owner's telephone"),
            Field("TrichYeuHoSo", "string", "abstract"),
            Field("NgayNopHoSo", DATE, "submitted"),
            Field("TaiLieuNop/TenTepDinhKem", "string", "name of the paper"),
            Field("TaiLieuNop/MaThanhPhanHoSo", "string", "MAGIAYTO"),
            Field("TaiLieuNop/DuongDanTaiTepTin", "url", "where the file is, at the portal's adapter", True),
            Field("TaiLieuNop/IsDeleted", "True | False", "not read when True"),
        ),
        REPLY,
    ),
    Callback(
        SYSTEM, "addtthcKhuyenMai", f"POST addtthcKhuyenMai, {_ADAPTER}",
        "Nhận hồ sơ thông báo khuyến mại", "A promotion notice of a trader; its outcome goes back by DongBoTrangThaiHoSo",
        (ADAPTER,), ("adapter",), Basis.CODE, "hub page §1, §5.2 (four fields published, others kept as they come)",
        (
            Field("MaHoSo", "string", "dossier code", True),
            Field("MaTTHC", "string", "procedure", True),
            Field("MaSoThue", "string", "trader's tax number", True),
            Field("TenThuongNhan", "string", "trader's name", True),
        ),
        REPLY,
    ),
    Callback(
        SYSTEM, "payment", "POST payment; the last part of the address is a setting",
        "Thông báo kết quả thanh toán", "The payment platform's word on a payment, signed",
        (PAYMENT,), ("body-signature",), Basis.CODE, "hub page §5.3 (address, signed fields and answer ours)",
        (
            Field("LoaiBanTin", "string", "kind of message", True),
            Field("MaLoi", "string", "00 for paid", True),
            Field("MaDoiTac", "string", "partner, ours", True),
            Field("MaThamChieu", "string", "reference of the payment, ours", True),
            Field("SoTien", "string", "amount, VND", True),
            Field("MaTienTe", '"VND"', "currency"),
            Field("MaGiaoDich", "string", "transaction"),
            Field("MaNganHang", "string", "bank"),
            Field("ThoiGianGD", DATE, "when"),
            Field("ThongTinGiaoDich", "string", "words"),
            Field("MaXacThuc", "SHA-256 hex", "over the fields above joined by |, secret last", True),
        ),
        REPLY,
    ),
)  # fmt: skip
