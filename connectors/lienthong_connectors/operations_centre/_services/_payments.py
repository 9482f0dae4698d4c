"""The payment platform (hub page §5.3)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import CHANNELS, PAYMENT, REPLY, SYSTEM

_PAYMENT_HEAD: Final = (
    Field("LoaiBanTin", "string", "INIT, QUERY or BIENLAI", True),
    Field("PhienBan", "string", "version, 1.0.6", True),
    Field("MaDoiTac", "string", "partner", True),
    Field("MaThamChieu", "string", "reference of the payment, ours", True),
    Field("ThoiGianGD", "yyyyMMddHHmmss, UTC+7, 24 hours", "when it was begun", True),
    Field("MaXacThuc", "SHA-256 hex", "over the listed fields joined by |, secret last", True),
)
BEGIN_PAYMENT: Final = Service(
    SYSTEM,
    "INIT",
    Verb.SHARE,
    "Khởi tạo thanh toán",
    "Begin a payment; the receipt's reference is the address that the payer opens",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3 (signed fields and payer keys ours)",
    idempotent=False,
    request=(
        *_PAYMENT_HEAD,
        Field("SoTien", "string", "amount, VND", True),
        Field("LoaiHinhThanhToan", '"PAY"', "kind", True),
        Field("MaKenhThanhToan", '"1"', "channel", True),
        Field("MaThietBi", '"1"', "device", True),
        Field("NgonNgu", '"vi-VN"', "language", True),
        Field("MaTienTe", '"VND"', "currency", True),
        Field("MaNganHang", "string", "bank"),
        Field("ThongTinGiaoDich", "string", "words", True),
        Field("Ip", "string", "payer's address", True),
        *(
            Field(f"ThongTinBienLai/{name}", "string", meaning, basis=Basis.OURS if "ours" in meaning else None)
            for name, meaning in (
                ("MaDichVu", "service"), ("MaDVC", "MaTTHC and .01"), ("TenDVC", "its name"),
                ("MaTTHC", "procedure"), ("TenTTHC", "its name"), ("MaDonVi", "agency"), ("TenDonVi", "its name"),
                ("MaHoSo", "dossier"), ("TKThuHuong", "account"), ("MaNHThuHuong", "its bank"),
                ("TenTKThuHuong", "its name"), ("HoTenNguoiNop", "payer; key ours"),
                ("SoCMNDNguoiNop", "payer's number; key ours"), ("DiaChiNguoiNop", "payer's address; key ours"),
                ("PhiLePhi/LoaiPhiLePhi", "kind of fee"), ("PhiLePhi/MaPhiLePhi", "fee"),
                ("PhiLePhi/TenPhiLePhi", "its name"), ("PhiLePhi/SoTien", "amount"),
                ("DSKhoanNop/NoiDung", "item"), ("DSKhoanNop/SoTien", "amount"),
            )
        ),
    ),
    reply=(*REPLY, Field("message/UrlThanhToan", "url, in JSON text", "where the payer pays")),
)  # fmt: skip
FIND_PAYMENT: Final = Service(
    SYSTEM,
    "QUERY",
    Verb.LOOKUP,
    "Tra cứu giao dịch thanh toán",
    "How a payment stands",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3",
    request=_PAYMENT_HEAD,
    reply=(
        Field("MaLoi", "string", "00 for success"),
        Field("TrangThaiGD", "1 | 3 | 4", "paid, pending or unknown, failed"),
        Field("SoTien", "string", "amount, VND"),
        Field("MaGiaoDich", "string", "transaction"),
    ),
)
GET_RECEIPT: Final = Service(
    SYSTEM,
    "BIENLAI",
    Verb.LOOKUP,
    "Lấy biên lai thanh toán",
    "The receipt of a paid payment",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3 (LoaiBanTin ours)",
    request=_PAYMENT_HEAD,
    reply=(Field("(body)", "PDF", "the receipt", True),),
)
CHECK_PAYMENT: Final = Service(
    SYSTEM,
    "QUERY",
    Verb.CHECK,
    "Kiểm tra kết nối nền tảng thanh toán",
    "A payment that does not exist: any answer in form shows the platform is well",
    (PAYMENT,),
    CHANNELS[PAYMENT],
    Basis.CODE,
    "hub page §5.3",
    request=_PAYMENT_HEAD,
    reply=FIND_PAYMENT.reply[:2],
)

SERVICES: Final = (
    BEGIN_PAYMENT,
    FIND_PAYMENT,
    GET_RECEIPT,
    CHECK_PAYMENT,
)
