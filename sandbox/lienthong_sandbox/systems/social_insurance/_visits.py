"""Who was treated when, and the file of each visit (insurance page §2.2).

Published: the fields of the history's rows, and that a file is ``hoSoKCB{xml1, dsXml2..dsXml5}``. The fields inside are ours:
summary, medicines, services, test results, course of the illness.
"""

from __future__ import annotations

from typing import Any, Final

from ._cards import Card

Row = dict[str, Any]

_FACILITY: Final = "33001"
_ILLNESS: Final = "Bệnh mẫu"


def visits(card: Card) -> list[Row] | None:
    """Up to three visits by the number's last digit; nobody's visits are null, as on the real wire."""
    rows = [
        {
            "maHoSo": f"{card.number}{place:02d}",
            "maCSKCB": _FACILITY,
            "ngayVao": f"2026{place:02d}150730",
            "ngayRa": f"2026{place:02d}171600",
            "tenBenh": _ILLNESS,
            "tinhTrang": "1",
            "kqDieuTri": "1",
            "lyDoVV": "1",
            "TEMP1": "",
            "TEMP2": "",
            "TEMP3": "",
            "TEMP4": "",
            "TEMP5": "",
        }
        for place in range(1, 1 + int(card.number[-1]) % 4)
    ]
    return rows or None


def visit_file(card: Card, number: str) -> Row | None:
    """``hoSoKCB`` of one of the card's visits, or None when it has no such visit.

    The first visit has rows in two of the lists, the second empty lists, the third null ones.
    """
    found = next((row for row in visits(card) or () if row["maHoSo"] == number), None)
    if found is None:
        return None
    place = int(number[-2:])
    summary = {
        "MA_LK": number,
        "MA_CSKCB": found["maCSKCB"],
        "MA_THE": card.code,
        "HO_TEN": card.name,
        "NGAY_SINH": card.birth.replace("-", ""),
        "GIOI_TINH": card.sex,
        "MA_BENH": "Z00",
        "TEN_BENH": found["tenBenh"],
        "NGAY_VAO": found["ngayVao"],
        "NGAY_RA": found["ngayRa"],
        "KET_QUA_DTRI": found["kqDieuTri"],
        "TINH_TRANG_RV": found["tinhTrang"],
    }
    blank: list[Row] | None = None if place == 3 else []
    lists: Row = {f"dsXml{part}": blank for part in range(2, 6)}
    if place == 1:
        row = {"MA_LK": number, "STT": "1", "SO_LUONG": "1"}
        lists |= {
            "dsXml2": [row | {"MA_THUOC": "40.1", "TEN_THUOC": "Thuốc mẫu"}],
            "dsXml3": [row | {"MA_DICH_VU": "02.1896", "TEN_DICH_VU": "Khám mẫu"}],
        }
    return {"xml1": summary, **lists}
