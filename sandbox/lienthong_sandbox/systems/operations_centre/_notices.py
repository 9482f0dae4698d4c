"""What the portal tells the province by itself: a dossier, a promotion notice, a tax notice and its payment (hub page §1, §5.2).

The ends of the addresses are seen in public code, all but ``chungtuthue``. The body of ``nhanhsdvcqg`` is published nowhere: here it
is a dossier as the province sends one (§2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from lienthong_sandbox._calls import Call, CallFaultyError, text_of
from lienthong_sandbox._credentials import AGENCY
from lienthong_sandbox._tax import payment_proof, tax_notice

from ._files import link

Body = dict[str, Any]

_CODE: Final = f"{AGENCY}.14-000000-0000"


def notice(operation: str, fields: Mapping[str, object], now: datetime) -> Call:
    """The call for one operation, ``now`` in local time.

    ``fields``: ``base`` (address of the receiving side, without the operation), ``dossier`` (its code), ``code`` (the shared key,
    for the tax messages), ``body`` (fields that replace those of the sample).

    Raises:
        CallFaultyError: The operation is unknown or a field is wrong.
    """
    build = _BODIES.get(operation)
    if build is None:
        raise CallFaultyError(f"unknown operation; known: payment, {', '.join(_BODIES)}")
    base, changes = text_of(fields, "base").rstrip("/"), fields.get("body", {})
    if not base or not isinstance(changes, Mapping):
        raise CallFaultyError("base must be an address and body an object")
    body = build(text_of(fields, "dossier"), text_of(fields, "code"), now)
    url = f"{base}/{operation}"
    return Call("POST", url, url, body | dict(changes))


def _promotion(code: str, _secret: str, now: datetime) -> Body:
    return {
        "MaHoSo": code or f"G06.KM-{now:%y%m%d}-0001",
        "MaTTHC": "2.000033",
        "MaSoThue": "0990001015",
        "TenThuongNhan": "CÔNG TY TNHH MẪU HOẠT ĐỘNG",
    }


def _dossier(code: str, _secret: str, now: datetime) -> Body:
    return {
        "MaHoSo": code or f"{AGENCY}.14-{now:%y%m%d}-0001",
        "MaTTHC": "1.004222",
        "TenTTHC": "Đăng ký thường trú",
        "KenhThucHien": "2",
        "ChuHoSo": "Nguyễn Văn An Mẫu",
        "SoGiayToChuHoSo": "033085000101",
        "LoaiDoiTuong": "1",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "033085000101"}],
        "SoDienThoai": "",
        "Email": "",
        "TrichYeuHoSo": "Đăng ký thường trú",
        "NgayNopHoSo": f"{now:%Y%m%d%H%M%S}",
        "TrangThaiHoSo": "1",
        "HinhThuc": "0",
        "NoiNopHoSo": "1",
        "TaiLieuNop": [
            {
                "TepDinhKemId": "1",
                "TenTepDinhKem": "to-khai.pdf",
                "IsDeleted": "False",
                "MaThanhPhanHoSo": "1.004222-TP01",
                "DuongDanTaiTepTin": link("submitted:1"),
            }
        ],
    }


_BODIES: Final[Mapping[str, Callable[[str, str, datetime], Body]]] = {
    "addtthcKhuyenMai": _promotion,
    "nhanhsdvcqg": _dossier,
    "nhantbthuedvcqg": lambda code, secret, now: tax_notice(code or _CODE, secret, now),
    "chungtuthue": lambda code, secret, now: payment_proof(code or _CODE, secret, now),
}
