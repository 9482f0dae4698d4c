"""Messages of the payment platform and their ``MaXacThuc`` (hub page §5.3).

``MaXacThuc`` is the lower-case hex SHA-256 of the listed fields in message order and the shared secret, joined by ``|``.
Which fields are listed is unpublished per message; the lists below are ours, and options.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from lienthong.identity import nfc
from lienthong.interface import (
    InvalidRequest,
    PaymentOrder,
    PaymentRecord,
    ReplyUnreadable,
    as_text,
    read_json_text,
)
from lienthong_connectors.values import vietnam_time

from ._messages import national_code, required, wire_time

INIT: Final = "INIT"
QUERY: Final = "QUERY"

INIT_SIGNED: Final = (
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan",
    "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip",
)  # fmt: skip
QUERY_SIGNED: Final = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
NOTICE_SIGNED: Final = (
    "LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang",
    "ThoiGianGD", "ThongTinGiaoDich",
)  # fmt: skip
_STATES: Final[dict[str, Literal["paid", "pending", "failed"]]] = {
    "1": "paid",
    "3": "pending",
    "4": "failed",
}


class Payments:
    """Builds and signs the messages of one partner.

    Args:
        partner: MaDoiTac.
        secret: The shared secret of MaXacThuc.
        version: PhienBan.
        init_signed: Fields behind the MaXacThuc of INIT, in their order.
        query_signed: The same of QUERY and of the request for a receipt.
    """

    def __init__(
        self,
        partner: str,
        secret: str,
        version: str = "",
        init_signed: tuple[str, ...] = INIT_SIGNED,
        query_signed: tuple[str, ...] = QUERY_SIGNED,
    ) -> None:
        self._init_signed = init_signed
        self._query_signed = query_signed
        self._partner = partner
        self._secret = secret
        self._version = version

    def order(self, message: PaymentOrder) -> dict[str, Any]:
        """INIT. Raises ``InvalidRequest``: a field is empty, or the fees do not add up."""
        if sum(fee.amount for fee in message.fees) != message.amount:
            raise InvalidRequest("amount", "is not the sum of the fees")
        procedure = national_code(message.procedure)
        values: dict[str, Any] = {
            "LoaiBanTin": INIT,
            "PhienBan": self._version,
            "MaDoiTac": self._partner,
            "MaThamChieu": required("reference", message.reference),
            "SoTien": str(message.amount),
            "LoaiHinhThanhToan": "PAY",
            "MaKenhThanhToan": "1",
            "MaThietBi": "1",
            "NgonNgu": "vi-VN",
            "MaTienTe": "VND",
            "MaNganHang": message.bank,
            "ThongTinGiaoDich": required("description", message.description),
            "ThoiGianGD": wire_time("started_at", message.started_at),
            "Ip": required("payer_ip", message.payer_ip),
            "ThongTinBienLai": {
                "MaDichVu": "1",
                "MaDVC": f"{procedure}.01",
                "TenDVC": nfc(message.procedure_name),
                "MaTTHC": procedure,
                "TenTTHC": nfc(message.procedure_name),
                "MaDonVi": required("agency", message.agency),
                "TenDonVi": nfc(message.agency_name),
                "MaHoSo": required("dossier", message.dossier),
                "TKThuHuong": required("account", message.account),
                "MaNHThuHuong": required("account_bank", message.account_bank),
                "TenTKThuHuong": required("account_name", message.account_name),
                "HoTenNguoiNop": nfc(message.payer_name),
                "SoCMNDNguoiNop": message.payer_number,
                "DiaChiNguoiNop": nfc(message.payer_address),
                "PhiLePhi": [
                    {
                        "LoaiPhiLePhi": fee.kind,
                        "MaPhiLePhi": fee.code,
                        "TenPhiLePhi": nfc(fee.name),
                        "SoTien": str(fee.amount),
                    }
                    for fee in message.fees
                ],
                "DSKhoanNop": [
                    {"NoiDung": nfc(fee.name), "SoTien": str(fee.amount)} for fee in message.fees
                ],
            },
        }
        return values | {"MaXacThuc": self.code(values, self._init_signed)}

    def question(self, kind: str, reference: str, started_at: datetime) -> dict[str, Any]:
        """QUERY, or the request for a receipt. Raises ``InvalidRequest``."""
        values = {
            "LoaiBanTin": kind,
            "PhienBan": self._version,
            "MaDoiTac": self._partner,
            "MaThamChieu": required("reference", reference),
            "ThoiGianGD": wire_time("started_at", started_at),
        }
        return values | {"MaXacThuc": self.code(values, self._query_signed)}

    def code(self, values: Mapping[str, Any], names: tuple[str, ...]) -> str:
        """``MaXacThuc`` over these fields."""
        parts = [as_text(values.get(name)) for name in names]
        return hashlib.sha256("|".join([*parts, self._secret]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PaymentNotice:
    """The platform's word on a payment, its ``MaXacThuc`` verified."""

    reference: str
    paid: bool
    code: str
    """MaLoi, ``00`` for paid."""
    amount: int
    """VND."""
    transaction: str
    bank: str
    at: datetime | None
    """UTC."""
    description: str


def read_payment_notice(
    body: bytes, *, partner: str, secret: str, signed: tuple[str, ...] = NOTICE_SIGNED
) -> PaymentNotice:
    """The notice in a callback's body. Compare its amount with the order's before believing it paid.

    Args:
        body: The body.
        partner: MaDoiTac, ours.
        secret: The shared secret.
        signed: Fields behind its MaXacThuc, in their order.

    Raises:
        InvalidRequest: It is no such notice, is for another partner, or its MaXacThuc is wrong.
    """
    if not secret:
        raise InvalidRequest("secret", "must be set before notices can be verified")
    try:
        values = read_json_text(body, system="inbound", service="payment")
    except ReplyUnreadable:
        values = None
    if not isinstance(values, dict):
        raise InvalidRequest("body", "is no JSON object")
    expected = Payments(partner, secret).code(values, signed)
    given = as_text(values.get("MaXacThuc")).casefold()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("ascii")):
        raise InvalidRequest("MaXacThuc", "does not fit the notice")
    if as_text(values.get("MaDoiTac")) != partner:
        raise InvalidRequest("MaDoiTac", "is another partner's")
    amount = as_text(values.get("SoTien"))
    if not (amount.isdecimal() and len(amount) <= 15):
        raise InvalidRequest("SoTien", "is no amount")
    code = as_text(values.get("MaLoi"))
    return PaymentNotice(
        reference=as_text(values.get("MaThamChieu")),
        paid=code == "00",
        code=code,
        amount=int(amount),
        transaction=as_text(values.get("MaGiaoDich")),
        bank=as_text(values.get("MaNganHang")),
        at=vietnam_time(as_text(values.get("ThoiGianGD"))),
        description=nfc(as_text(values.get("ThongTinGiaoDich"))),
    )


def payment_of(values: Mapping[str, Any], reference: str) -> PaymentRecord | None:
    """How a payment stands; ``None`` when the answer is about another one. An unknown state is pending."""
    held = as_text(values.get("MaThamChieu"))
    if held not in ("", reference):
        return None
    amount = as_text(values.get("SoTien"))
    return PaymentRecord(
        reference=reference,
        status=_STATES.get(as_text(values.get("TrangThaiGD")), "pending"),
        code=as_text(values.get("MaLoi")),
        amount=int(amount) if amount.isdecimal() and len(amount) <= 15 else None,
        transaction=as_text(values.get("MaGiaoDich")),
        at=vietnam_time(as_text(values.get("ThoiGianGD"))),
    )
