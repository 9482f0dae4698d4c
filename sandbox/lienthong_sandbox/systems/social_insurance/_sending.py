"""What facilities send to the insurance agency, and what was received (insurance page §2.2).

Published: paths, ``loaiHoSo`` of each, headers, body and reply fields, maKetQua 200, 401 and 403. Ours: 205 (of the table of
codes) for a wrong ``loaiHoSo``, a file that is no base64 or no XML; null receipt fields on a refusal; what becomes of a
file that was sent before, by the switch ``repeated_file``.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lxml import etree

from lienthong_sandbox._credentials import CARD_ACCOUNT

Fields = Mapping[str, str]

KINDS: Final[Mapping[str, str]] = {
    "checkInKcbQd130": "0",
    "guiHoSoXmlQD130": "130",
    "guiDuLieuGdykQd130": "12",
}
"""``loaiHoSo`` by service."""

_REFUSALS: Final = {
    "401": "Lỗi xác thực tài khoản",
    "403": "Tài khoản không được gửi hồ sơ của cơ sở này",
    "205": "Dữ liệu sai định dạng",
}


class Inbox:
    """The files received since the start, without their contents."""

    def __init__(self, clock: Callable[[], datetime], settings: Mapping[str, object]) -> None:
        self._clock = clock
        self._settings = settings
        self._receipts: list[dict[str, str]] = []
        self._seen: dict[tuple[str, ...], str] = {}

    def receive(self, service: str, fields: Fields) -> dict[str, Any]:
        """Judges a file of an admitted account and answers with its receipt."""
        if (fields.get("maTinh"), fields.get("maCSKCB")) != CARD_ACCOUNT.facility:
            return refused("403")
        content = _xml(fields.get("fileHSBase64", ""))
        if content is None or fields.get("loaiHoSo") != KINDS[service]:
            return refused("205")
        key = (service, fields["maCSKCB"], hashlib.sha256(content).hexdigest())
        earlier = self._seen.get(key, "")
        repeated = self._settings.get("repeated_file", "new")
        if earlier and repeated == "refused":
            return refused("205", "Hồ sơ đã tồn tại trên hệ thống")
        number = f"GD{len(self._receipts) + 1:010d}"
        shown = earlier if earlier and repeated == "same" else number
        moment = f"{self._clock() + timedelta(hours=7):%Y%m%d%H%M%S}"
        self._receipts.append(
            {
                "maGiaoDich": shown,
                "service": service,
                "thoiGianTiepNhan": moment,
                "sha256": key[-1],
                "repeats": earlier,
            }
        )
        self._seen.setdefault(key, number)
        return {
            "maKetQua": "200",
            "maGiaoDich": shown,
            "thoiGianTiepNhan": moment,
            "thongDiep": "Tiếp nhận hồ sơ thành công",
        }

    def summary(self) -> dict[str, int]:
        """How many files were ``received``, and how many of them ``repeated`` an earlier one."""
        repeated = sum(1 for receipt in self._receipts if receipt["repeats"])
        return {"received": len(self._receipts), "repeated": repeated}

    def detail(self) -> list[dict[str, str]]:
        """Every receipt in order; ``repeats`` is the maGiaoDich under which the same file came first, or empty."""
        return list(self._receipts)


def refused(code: str, message: str = "") -> dict[str, Any]:
    """A refusal with its Vietnamese sentence; nothing was received."""
    return {
        "maKetQua": code,
        "maGiaoDich": None,
        "thoiGianTiepNhan": None,
        "thongDiep": message or _REFUSALS[code],
    }


def _xml(text: str) -> bytes | None:
    """The file behind the base64, or None when there is none or it is not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        content = b64decode(text, validate=True)
        etree.fromstring(content, parser)
    except (binascii.Error, ValueError, etree.XMLSyntaxError):
        return None
    return content
