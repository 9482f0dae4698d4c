"""Province codes in personal numbers: 63 codes of the time before the 2025 mergers, which renumbered no card.

Source: circular 07/2016/TT-BCA, annex 1 (population page C1).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lienthong.identity.places import PlaceHistory

__all__ = ["PROVINCES", "commune_of_the_time", "province_of_the_time"]

# Any day after the mergers will do: the lists end with the state of today.
_LISTED: Final = date(2100, 1, 1)

PROVINCES: Final = {
    "001": "Hà Nội",
    "002": "Hà Giang",
    "004": "Cao Bằng",
    "006": "Bắc Kạn",
    "008": "Tuyên Quang",
    "010": "Lào Cai",
    "011": "Điện Biên",
    "012": "Lai Châu",
    "014": "Sơn La",
    "015": "Yên Bái",
    "017": "Hòa Bình",
    "019": "Thái Nguyên",
    "020": "Lạng Sơn",
    "022": "Quảng Ninh",
    "024": "Bắc Giang",
    "025": "Phú Thọ",
    "026": "Vĩnh Phúc",
    "027": "Bắc Ninh",
    "030": "Hải Dương",
    "031": "Hải Phòng",
    "033": "Hưng Yên",
    "034": "Thái Bình",
    "035": "Hà Nam",
    "036": "Nam Định",
    "037": "Ninh Bình",
    "038": "Thanh Hóa",
    "040": "Nghệ An",
    "042": "Hà Tĩnh",
    "044": "Quảng Bình",
    "045": "Quảng Trị",
    "046": "Thừa Thiên Huế",
    "048": "Đà Nẵng",
    "049": "Quảng Nam",
    "051": "Quảng Ngãi",
    "052": "Bình Định",
    "054": "Phú Yên",
    "056": "Khánh Hòa",
    "058": "Ninh Thuận",
    "060": "Bình Thuận",
    "062": "Kon Tum",
    "064": "Gia Lai",
    "066": "Đắk Lắk",
    "067": "Đắk Nông",
    "068": "Lâm Đồng",
    "070": "Bình Phước",
    "072": "Tây Ninh",
    "074": "Bình Dương",
    "075": "Đồng Nai",
    "077": "Bà Rịa - Vũng Tàu",
    "079": "Hồ Chí Minh",
    "080": "Long An",
    "082": "Tiền Giang",
    "083": "Bến Tre",
    "084": "Trà Vinh",
    "086": "Vĩnh Long",
    "087": "Đồng Tháp",
    "089": "An Giang",
    "091": "Kiên Giang",
    "092": "Cần Thơ",
    "093": "Hậu Giang",
    "094": "Sóc Trăng",
    "095": "Bạc Liêu",
    "096": "Cà Mau",
}


def province_of_the_time(code: str) -> tuple[str, str]:
    """Say in two languages which province a 2-digit code meant before July 2025, and where it lies today."""
    from lienthong.identity.places import Level  # noqa: PLC0415 (only explanations pay for reading the lists)

    name = PROVINCES.get(f"0{code}")
    if name is None:
        return "", ""
    today = [link.place.name for link in _provinces().successors(code, Level.PROVINCE, _LISTED)]
    if not today or today[0].endswith(f" {name}"):
        return name, name
    small = today[0][0].lower() + today[0][1:]
    return f"{name} (nay thuộc {small})", f"{name} (today part of {small})"


def commune_of_the_time(code: str) -> tuple[str, str]:
    """Say in two languages which communes a 5-digit code has meant: codes were given again in July 2025."""
    from lienthong.identity.places import Level  # noqa: PLC0415 (see above)

    history = _everything()
    units = history.with_code(Level.COMMUNE, code)
    if not units:
        return "Mã xã không có trong danh mục", "The commune code is not in the lists"
    names = list(dict.fromkeys(history.full_name(unit) for unit in units))
    return " hoặc ".join(names), " or ".join(names)


@cache
def _provinces() -> PlaceHistory:
    from lienthong.identity.places import Level, PlaceHistory  # noqa: PLC0415 (see above)

    return PlaceHistory.load(down_to=Level.PROVINCE)


@cache
def _everything() -> PlaceHistory:
    from lienthong.identity.places import PlaceHistory  # noqa: PLC0415 (see above)

    return PlaceHistory.load()
