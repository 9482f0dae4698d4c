"""Insurance cards: who holds which, and what a check of one finds (insurance page §2.2).

The codes of maKetQua are published; which check comes first is not. Here: card, name, birth, then what became of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lienthong_sandbox.personas import Personas

Row = dict[str, Any]

RESULTS: Final[Mapping[str, str]] = {
    "000": "Thông tin thẻ chính xác",
    "001": "Thẻ do Bộ Quốc phòng quản lý, đề nghị kiểm tra thẻ và giấy tờ tùy thân",
    "002": "Thẻ do Bộ Công an quản lý, đề nghị kiểm tra thẻ và giấy tờ tùy thân",
    "003": "Thẻ cũ hết giá trị sử dụng, đã được cấp thẻ mới",
    "004": "Thẻ cũ còn giá trị sử dụng, đã được cấp thẻ mới",
    "010": "Thẻ hết giá trị sử dụng",
    "050": "Không thấy thông tin thẻ",
    "051": "Mã thẻ không đúng",
    "052": "Mã tỉnh cấp thẻ không đúng",
    "053": "Mã quyền lợi thẻ không đúng",
    "054": "Số căn cước của cán bộ tra cứu chưa được đăng ký",
    "055": "Họ tên cán bộ tra cứu không khớp với số căn cước",
    "060": "Thẻ sai họ tên",
    "061": "Thẻ sai họ tên, đúng ký tự đầu",
    "070": "Thẻ sai ngày sinh",
    "100": "Lỗi dữ liệu sổ thẻ",
    "101": "Lỗi máy chủ",
    "110": "Thẻ đã thu hồi",
    "120": "Thẻ đã báo giảm",
    "121": "Thẻ đã báo giảm, chuyển ngoại tỉnh",
    "122": "Thẻ đã báo giảm, chuyển nội tỉnh",
    "123": "Thẻ đã báo giảm, tăng lại cùng đơn vị",
    "124": "Thẻ đã báo giảm, ngừng tham gia",
    "130": "Trẻ em không xuất trình thẻ",
    "205": "Tham số sai định dạng",
    "401": "Lỗi xác thực tài khoản",
}
"""The whole table of the letter, with its sense in our words."""

TEST_CARD: Final = "GD4339900000"
"""With a code behind it (``GD4339900000003``) this is a card for which every check finds that code."""

_SHOWN: Final = frozenset(
    ("000", "001", "002", "003", "004", "010", "110", "120", "121", "122", "123", "124")
)
"""With these the card's data come along; which codes carry data is unpublished."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card. ``birth`` is ``yyyy-mm-dd``, ``yyyy-mm`` or ``yyyy``; ``result`` is what a right question about it finds."""

    code: str
    number: str
    personal_id: str
    name: str
    birth: str
    sex: str
    address: str
    result: str


class Cards:
    """Every persona's card, and one test card for each code."""

    def __init__(self, personas: Personas) -> None:
        self._cards = [
            Card(
                held.card,
                held.number,
                person.citizen.personal_id if person.citizen else "",
                held.name,
                held.birth,
                held.sex,
                person.citizen.permanent.detail if person.citizen else held.place.detail,
                "120" if person.citizen is not None and person.citizen.died else "000",
            )
            for person in personas.people
            if (held := person.insurance) is not None and held.card
        ]
        self._cards += [
            Card(
                f"{TEST_CARD}{code}",
                f"9900000{code}",
                "",
                f"Thẻ Thử {code}",
                "1980-01-01",
                "1",
                "Địa chỉ mẫu, tỉnh Hưng Yên",
                code,
            )
            for code in RESULTS
        ]
        self._by_code = {
            key: card
            for card in self._cards
            for key in (card.code, card.number, card.personal_id)
            if key
        }

    def holder(self, number: str) -> Card | None:
        """The card with this ten-digit insurance number."""
        return self._by_code.get(number) if len(number) == 10 else None

    def check(self, code: str, name: str, birth: str) -> tuple[str, Card | None]:
        """The code of the result, and the card where its data may be shown.

        ``code`` is a whole card, its last ten digits or the personal number; ``birth`` is ``yyyymmdd`` or ``yyyy``.
        """
        card = self._by_code.get(code)
        if card is None:
            return self._unknown(code), None
        if _plain(name) != _plain(card.name):
            return ("061" if _initials(name) == _initials(card.name) else "060"), None
        held = card.birth.replace("-", "")
        if birth != (held[:4] if len(birth) == 4 else held):
            return "070", None
        return card.result, card if card.result in _SHOWN else None

    def _unknown(self, code: str) -> str:
        """A card whose last ten digits are known is wrong in one of the boxes before them."""
        card = self._by_code.get(code[-10:]) if len(code) == 15 else None
        if card is None or not re.fullmatch(r"[A-Z]{2}[1-5]\d{12}", code):
            return "050" if len(code) != 15 or re.fullmatch(r"[A-Z]{2}[1-5]\d{12}", code) else "051"
        if code[3:5] != card.code[3:5]:
            return "052"
        return "053" if code[2] != card.code[2] else "051"


def card_fields(card: Card | None, today: date) -> Row:
    """The data of a card as the check answers them, every one text; all empty without a card."""
    fields: Row = dict.fromkeys(
        [
            "maThe",
            "hoTen",
            "ngaySinh",
            "gioiTinh",
            "diaChi",
            "maDKBD",
            "cqBHXH",
            "gtTheTu",
            "gtTheDen",
            "maKV",
            "ngayDu5Nam",
            "maSoBHXH",
            "maTheCu",
            "maTheMoi",
            "gtTheTuMoi",
            "gtTheDenMoi",
            "maDKBDMoi",
            "tenDKBDMoi",
        ],
        "",
    )
    if card is None:
        return fields
    year = today.year - 1 if card.result in ("003", "010") else today.year
    renewed = card.result in ("003", "004")
    fields |= {
        "maThe": card.code,
        "hoTen": card.name,
        "ngaySinh": "/".join(reversed(card.birth.split("-"))),
        "gioiTinh": "Nam" if card.sex == "1" else "Nữ",
        "diaChi": card.address,
        "maDKBD": "33001",
        "cqBHXH": "Bảo hiểm xã hội tỉnh Hưng Yên",
        "gtTheTu": f"01/01/{year}",
        "gtTheDen": f"31/12/{year}",
        "maKV": "K2",
        "ngayDu5Nam": "01/01/2020",
        "maSoBHXH": card.number,
    }
    if renewed:
        fields |= {
            "maTheMoi": f"HC{card.code[2:]}",
            "gtTheTuMoi": f"01/01/{today.year}",
            "gtTheDenMoi": f"31/12/{today.year}",
            "maDKBDMoi": "33002",
            "tenDKBDMoi": "Bệnh viện Mẫu số 2",
        }
    return fields


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _initials(name: str) -> str:
    return "".join(word[0] for word in _plain(name).split())
