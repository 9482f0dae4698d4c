"""The national portal's news of land tax: the notice, and the proof of payment (insurance-land page §4.3, hub page §5.2)."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

Body = dict[str, Any]


def tax_notice(code: str, secret: str, now: datetime) -> Body:
    """A notice about the dossier ``code``: XML as base64 inside JSON, the shared key inside the body; ``now`` is local time."""
    rows = "".join(
        f"<LIST><MA_SO_THUE>8000000001</MA_SO_THUE><SO_QUYET_DINH>{number}</SO_QUYET_DINH>"
        f"<NGAY_QUYET_DINH>{now:%d-%m-%Y}</NGAY_QUYET_DINH>"
        f"<TEN_TIEUMUC>{title}</TEN_TIEUMUC><SO_TIEN>{amount}</SO_TIEN></LIST>"
        for number, title, amount in (
            ("QD-0001", "Lệ phí trước bạ nhà đất", 1250000),
            ("QD-0002", "Thuế thu nhập cá nhân", 5000000),
        )
    )
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><DATA><BODY><ROW_LIST><MA_HSO>{escape(code)}</MA_HSO>'
        f"{rows}</ROW_LIST></BODY></DATA>"
    )
    return {
        "SecurityKey": secret,
        "Service": "ThongBaoThue",
        "Ngay": f"{now:%d-%m-%Y}",
        "IsUpdating": False,
        "Data": {"FileThongBaoThue": base64.b64encode(document.encode()).decode("ascii")},
    }


def payment_proof(code: str, secret: str, now: datetime) -> Body:
    """The proof that the notice was paid; ``now`` is local time."""
    return {
        "SecurityKey": secret,
        "Service": "ChungTuThue",
        "IsUpdating": False,
        "Data": {
            "MaHoSo": code,
            "MaSoThue": "8000000001",
            "HoTenNguoiNopTien": "Nguyễn Văn An Mẫu",
            "SoCMTNguoiNopTien": "033085000101",
            "DiaChiNguoiNopTien": "Số 1 đường Mẫu",
            "HuyenNguoiNopTien": "",
            "TinhNguoiNopTien": "Tỉnh Hưng Yên",
            "XaNguoiNopTien": "Phường Sơn Nam",
            "UrlFileChungTu": "https://dichvucong.sandbox.invalid/downloadfile/00000000-0000-4000-8000-000000000001",
            "ThongTinThanhToan": {
                "NoiDungThanhToan": "Nộp lệ phí trước bạ nhà đất",
                "ThoiGianThanhToan": f"{now:%Y%m%d%H%M%S}",
                "MaThongBaoThue": "QD-0001",
                "TrangThaiThanhToan": 1,
                "SoTien": 1250000,
            },
        },
    }
