"""Readers of what comes in by itself: every callback of land, tax and portal, payment notices, sign-on, records as files."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from lienthong_connectors.land import InboxSettings, LandInbox, read_hosoxml
from lienthong_connectors.operations_centre import (
    PortalInbox,
    PortalInboxSettings,
    read_payment_notice,
    read_userinfo,
)
from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import PAYMENT_ACCOUNT
from lienthong_sandbox._server import Listener
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox.systems.operations_centre._payment import signature

from ._parsers_target import Target

CODE = "proof"
LAND = (
    "ChuyenHoSo",
    "YeuCauBoSungHoSo",
    "NhanBoSungHoSo",
    "GuiKetQuaThue",
    "KetThucHoSo",
    "TiepNhanHoSoChoMotCua",
    "YeuCauCapNhatHoSo",
    "KetQuaThue",
    "ImportThongBaoThueFromDVCQG",
    "ImportChungTuThueFromDVCQG",
)
PORTAL = ("nhanhsdvcqg", "addtthcKhuyenMai")
NOTICE = {
    "LoaiBanTin": "NOTIFY",
    "MaLoi": "00",
    "MaDoiTac": PAYMENT_ACCOUNT.partner,
    "MaThamChieu": "TC-1",
    "SoTien": "20000",
    "MaTienTe": "VND",
    "MaGiaoDich": "GD00000001",
    "MaNganHang": "NHMAU",
    "ThoiGianGD": "20261124083000",
    "ThongTinGiaoDich": "Lệ phí",
}
USERINFO = {
    "sub": "1",
    "TechID": "T1",
    "LoaiTaiKhoan": "1",
    "SoDinhDanh": "033085000101",
    "HoVaTen": "Nguyễn Văn An Mẫu",
    "NgayThangNamSinh": "19850314",
    "GioiTinh": "1",
    "ThuongTru": "Xã Khoái Châu, tỉnh Hưng Yên",
}


async def _sent() -> tuple[list[Request], bytes]:
    """What the sandbox's systems send, and one registration record."""
    got: list[Request] = []

    async def handler(request: Request) -> Response:
        got.append(request)
        return Response.of_json({"Result": 1, "Message": ""})

    listener = Listener(handler)
    await listener.open()
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(Path(folder)) as sandbox:
            systems: Any = sandbox.systems
            fields = {"base": listener.url, "code": CODE, "files_base": sandbox.urls["land"]}
            for operation in LAND:
                await systems["land"].call(operation, fields)
            for operation in PORTAL:
                await systems["operations_centre"].call(operation, fields)
            serial = sandbox.personas.certificates[0].serial.replace(" ", "")
            asked = Request("GET", f"/vbdlis/hosoxml/{serial}", {}, {}, b"")
            record = (await systems["land"].handle(asked)).body
    await listener.shut_down()
    return got, record


def inbound_targets(runner: asyncio.Runner) -> Iterator[Target]:
    """Each callback through the handler that a web front mounts, and the readers that stand alone."""
    requests, record = runner.run(_sent())
    settings = InboxSettings(
        security_code=CODE, national_key=CODE, download_base="https://land.invalid/"
    )
    land = LandInbox(settings, take=lambda _notice: None)
    pay = PortalInboxSettings(
        payment_partner=PAYMENT_ACCOUNT.partner, payment_secret=PAYMENT_ACCOUNT.secret
    )
    portal = PortalInbox(pay, take=lambda _notice: None)
    for request, operation in zip(requests, (*LAND, *PORTAL), strict=True):
        inbox = portal if operation in PORTAL else land

        def take(body: bytes, inbox: Any = inbox, request: Request = request) -> None:
            inbox.handle(request.path, request.query, body)

        yield Target(f"inbound {operation}", request.body, take)

    def paid(body: bytes) -> None:
        """Signed again, so that what stands behind the signature is reached too."""
        whole = _signed(body)
        portal.handle("/payment", {}, whole)
        read_payment_notice(whole, partner=PAYMENT_ACCOUNT.partner, secret=PAYMENT_ACCOUNT.secret)

    def claims(body: bytes) -> None:
        value = _small_object(body)
        if value is not None:
            read_userinfo(value)

    yield Target("inbound payment", orjson.dumps(NOTICE), paid)
    yield Target("userinfo", orjson.dumps(USERINFO), claims)
    yield Target("HoSoXml", record, lambda body: _ignore(read_hosoxml(body)))


def _signed(body: bytes) -> bytes:
    value = _small_object(body)
    try:
        return orjson.dumps({**value, "MaXacThuc": signature("NOTIFY", value)}) if value else body
    except TypeError:  # nested so deeply that it can be read but not written
        return body


def _small_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body) if len(body) < 1_000_000 else None
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _ignore(_: object) -> None:
    """The value is not looked at: only that there is one, or a typed error."""
