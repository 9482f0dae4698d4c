"""The payment platform of the national portal (hub page §5.3).

Seen: the messages' fields, MaXacThuc as SHA-256 of fields in message order joined by ``|`` with the secret last. Which fields
are joined, the address ``/payment``, LoaiBanTin of receipt and notice are ours: ``SIGNED`` below.

Settings: ``payment_query`` is ``string`` (default: the answer of QUERY is a JSON text in ``message``) or ``object``; ``payment_clock``
(default true) refuses a ThoiGianGD more than 30 minutes off, which finds a 12-hour pattern in the afternoon.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from lienthong_sandbox._calls import Call, CallFaultyError, send, text_of
from lienthong_sandbox._credentials import PAYMENT_ACCOUNT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from ._files import content

ADDRESS: Final = "/payment"
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "INIT": (
        "LoaiBanTin",
        "PhienBan",
        "MaDoiTac",
        "MaThamChieu",
        "SoTien",
        "LoaiHinhThanhToan",
        "MaKenhThanhToan",
        "MaThietBi",
        "NgonNgu",
        "MaTienTe",
        "MaNganHang",
        "ThongTinGiaoDich",
        "ThoiGianGD",
        "Ip",
    ),
    "QUERY": ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
    "BIENLAI": ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
    "NOTIFY": (
        "LoaiBanTin",
        "MaLoi",
        "MaDoiTac",
        "MaThamChieu",
        "SoTien",
        "MaTienTe",
        "MaGiaoDich",
        "MaNganHang",
        "ThoiGianGD",
        "ThongTinGiaoDich",
    ),
}
"""The fields under MaXacThuc of each message, in order; the secret follows them."""

_FIXED: Final = {
    "LoaiHinhThanhToan": "PAY",
    "MaKenhThanhToan": "1",
    "MaThietBi": "1",
    "MaTienTe": "VND",
}
_SKEW: Final = timedelta(minutes=30)
_PAID, _PENDING, _FAILED = "1", "3", "4"

Body = Mapping[str, Any]


@dataclass(slots=True)
class _Order:
    amount: str
    text: str
    status: str = _PENDING
    error: str = "00"
    transaction: str = ""


class _PaymentRefusedError(Exception):
    """A message is refused; the text is the sentence."""


class Payments:
    """Orders of payment, kept until the sandbox ends."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._orders: dict[str, _Order] = {}

    def state(self) -> dict[str, int]:
        """How many orders there are, and how many of them are paid."""
        paid = sum(order.status == _PAID for order in self._orders.values())
        return {"orders": len(self._orders), "paid": paid}

    def handle(self, request: Request) -> Response:
        """Answers one message by its LoaiBanTin; refusals have error_code ``"-1"``."""
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        if request.method != "POST" or not isinstance(body, Mapping):
            return _reply("-1", "Nội dung gửi không phải là JSON hợp lệ")
        kind = str(body.get("LoaiBanTin"))
        answer = {"INIT": self._init, "QUERY": self._query, "BIENLAI": self._receipt}.get(kind)
        if answer is None:
            return _reply("-1", "LoaiBanTin không hợp lệ")
        try:
            self._check(kind, body)
            return answer(body)
        except _PaymentRefusedError as refused:
            return _reply("-1", str(refused))

    async def settle(self, fields: Mapping[str, object]) -> dict[str, Any]:
        """Pays or fails an order, and sends the notice to ``base`` where one is given.

        ``reference`` is MaThamChieu (default: the last order), ``result`` MaLoi (default ``00``, paid); ``body`` replaces fields
        of the notice after it was signed, so that its MaXacThuc no longer fits.

        Raises:
            CallFaultyError: There is no such order, or a field is wrong.
        """
        reference = text_of(fields, "reference") or next(reversed(self._orders), "")
        order = self._orders.get(reference)
        if order is None:
            raise CallFaultyError("no such order of payment: reference")
        order.error = text_of(fields, "result", "00")
        order.status = _PAID if order.error == "00" else _FAILED
        order.transaction = order.transaction or f"GD{len(self._orders):08d}"
        notice = {
            "LoaiBanTin": "NOTIFY",
            "MaLoi": order.error,
            "MaDoiTac": PAYMENT_ACCOUNT.partner,
            "MaThamChieu": reference,
            "SoTien": order.amount,
            "MaTienTe": "VND",
            "MaGiaoDich": order.transaction,
            "MaNganHang": "NHMAU",
            "ThoiGianGD": self._now(),
            "ThongTinGiaoDich": order.text,
        }
        notice["MaXacThuc"] = signature("NOTIFY", notice)
        changes = fields.get("body", {})
        if not isinstance(changes, Mapping):
            raise CallFaultyError("body must be an object")
        base, sent = text_of(fields, "base"), notice | dict(changes)
        if not base:
            return {"method": "", "url": "", "sent": sent, "status": 0, "reply": ""}
        return await send(Call("POST", base, base, sent), text_of(fields, "ca"))

    def _check(self, kind: str, body: Body) -> None:
        for name in (*SIGNED[kind], "MaXacThuc"):
            if name not in body:
                raise _PaymentRefusedError(f"Thiếu trường {name}")
        given = str(body["MaXacThuc"]).lower()
        if not compare_digest(given.encode(), signature(kind, body).encode()):
            raise _PaymentRefusedError("MaXacThuc không hợp lệ")
        if body["MaDoiTac"] != PAYMENT_ACCOUNT.partner or not body["MaThamChieu"]:
            raise _PaymentRefusedError("MaDoiTac hoặc MaThamChieu không hợp lệ")
        self._check_moment(str(body["ThoiGianGD"]))

    def _check_moment(self, text: str) -> None:
        try:
            moment = datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - local time of Việt Nam
        except ValueError:
            raise _PaymentRefusedError("ThoiGianGD phải có dạng yyyyMMddHHmmss") from None
        now = datetime.strptime(self._now(), "%Y%m%d%H%M%S")  # noqa: DTZ007 - local time of Việt Nam
        if self._world.settings.get("payment_clock", True) and abs(moment - now) > _SKEW:
            raise _PaymentRefusedError("ThoiGianGD lệch quá 30 phút so với giờ Việt Nam")

    def _init(self, body: Body) -> Response:
        for name, value in _FIXED.items():
            if str(body[name]) != value:
                raise _PaymentRefusedError(f"Trường {name} phải là {value}")
        amount = str(body["SoTien"])
        if not re.fullmatch(r"[1-9][0-9]{0,11}", amount):
            raise _PaymentRefusedError("SoTien phải là số nguyên dương")
        _check_receipt(body.get("ThongTinBienLai"), int(amount))
        reference = str(body["MaThamChieu"])
        if reference in self._orders:
            raise _PaymentRefusedError("MaThamChieu đã tồn tại")
        self._orders[reference] = _Order(amount, str(body["ThongTinGiaoDich"]))
        address = f"https://dichvucong.sandbox.invalid/pay/{reference}"
        made = {"UrlThanhToan": address, "MaThamChieu": reference}
        return _reply("0", json.dumps(made, ensure_ascii=False))

    def _query(self, body: Body) -> Response:
        order = self._order(body)
        found = {
            "MaLoi": order.error,
            "MaThamChieu": str(body["MaThamChieu"]),
            "SoTien": order.amount,
            "MaGiaoDich": order.transaction,
            "ThoiGianGD": self._now(),
            "TrangThaiGD": order.status,
        }
        if self._world.settings.get("payment_query", "string") == "object":
            return Response.of_json(found)
        return _reply("0", json.dumps(found, ensure_ascii=False))

    def _receipt(self, body: Body) -> Response:
        if self._order(body).status != _PAID:
            raise _PaymentRefusedError("Giao dịch chưa được thanh toán")
        pdf = content(str(body["MaThamChieu"]))
        return Response(200, pdf, {"content-type": "application/pdf"})

    def _order(self, body: Body) -> _Order:
        order = self._orders.get(str(body["MaThamChieu"]))
        if order is None:
            raise _PaymentRefusedError("Không tìm thấy giao dịch")
        return order

    def _now(self) -> str:
        return f"{self._world.clock() + timedelta(hours=7):%Y%m%d%H%M%S}"


def signature(kind: str, body: Body) -> str:
    """MaXacThuc of a message: lower hex."""
    text = "|".join([*(str(body.get(name, "")) for name in SIGNED[kind]), PAYMENT_ACCOUNT.secret])
    return hashlib.sha256(text.encode()).hexdigest()


def _check_receipt(receipt: object, amount: int) -> None:
    if not isinstance(receipt, Mapping):
        raise _PaymentRefusedError("Thiếu trường ThongTinBienLai")
    for name in ("MaDVC", "MaTTHC", "TenTTHC", "MaDonVi", "TenDonVi", "MaHoSo"):
        if not isinstance(receipt.get(name), str) or not receipt[name]:
            raise _PaymentRefusedError(f"Thiếu trường ThongTinBienLai.{name}")
    if receipt["MaDVC"] != f"{receipt['MaTTHC']}.01":
        raise _PaymentRefusedError("MaDVC phải là MaTTHC thêm .01")
    fees = receipt.get("PhiLePhi") or []
    try:
        total = sum(int(fee["SoTien"]) for fee in fees)
    except (KeyError, TypeError, ValueError):
        raise _PaymentRefusedError("PhiLePhi không đúng cấu trúc") from None
    if fees and total != amount:
        raise _PaymentRefusedError("SoTien không bằng tổng PhiLePhi")


def _reply(code: str, message: str) -> Response:
    return Response.of_json({"error_code": code, "message": message})
