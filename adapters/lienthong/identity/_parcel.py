"""The natural key of a parcel of land: commune, map sheet, parcel (insurance page §5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, Identifier, bare, is_digits
from lienthong.identity._provinces import commune_of_the_time

__all__ = ["ParcelCode"]

# Sheet and parcel are whole numbers; old maps also have letters and fractions, as free text of 50.
_PARCEL: Final = re.compile(
    r"(?P<commune>[0-9]{5})\.(?P<sheet>[0-9A-ZĐ][0-9A-ZĐ()/-]{0,49})\.(?P<parcel>[0-9A-ZĐ][0-9A-ZĐ()/-]{0,49})"
)
_WORDS: Final = re.compile(
    r"(?:(?:MÃ)?XÃ(?:SỐ)?[:.]?)?(?P<commune>[0-9]{5})[,;.:]*TỜ(?:BẢNĐỒ)?(?:SỐ)?[:.]?(?P<sheet>[0-9A-ZĐ()/-]+?)"
    r"[,;.:]*THỬA(?:ĐẤT)?(?:SỐ)?[:.]?(?P<parcel>[0-9A-ZĐ()/-]+)"
)
_SOURCE: Final = "insurance page §5"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class ParcelCode(Identifier):
    """A parcel by commune code, number of the map sheet and number on it: ``12331.12.345`` (``MX.SB.ST``).

    ``value`` has sheet and parcel without leading zeros. ``parse`` also reads ``xã 12331, tờ bản đồ số 12, thửa đất số 345``.
    A key is unique only together with the time of the map: communes joined and maps were renumbered.
    """

    FIELD: ClassVar[str] = "parcel"
    PERSONAL: ClassVar[bool] = True
    RULE: ClassVar[str] = "commune code, sheet and parcel with dots, such as 12331.12.345"
    RULE_VI: ClassVar[str] = (
        "Mã thửa đất phải gồm mã xã 5 chữ số, số tờ và số thửa ngăn bằng dấu chấm (ví dụ 12331.12.345)"
    )

    @property
    def commune_code(self) -> str:
        """The five digits of the commune, as numbered at the time of the map."""
        return self.value.split(".")[0]

    @property
    def sheet(self) -> str:
        """Number of the map sheet (soHieuToBanDo)."""
        return self.value.split(".")[1]

    @property
    def parcel(self) -> str:
        """Number of the parcel on the sheet (soThuTuThua)."""
        return self.value.split(".")[2]

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unusual_form`` if sheet or parcel is no whole number, as on old maps."""
        numbers = is_digits(self.sheet) and is_digits(self.parcel)
        return () if numbers else (Caution.UNUSUAL_FORM,)

    def parts(self) -> tuple[Part, ...]:
        """Commune, sheet and parcel."""
        vi, en = commune_of_the_time(self.commune_code)
        return (
            Part("Xã", "Commune", self.commune_code, vi, en, _SOURCE),
            Part("Tờ bản đồ", "Map sheet", self.sheet, "", "", _SOURCE),
            Part("Thửa đất", "Parcel", self.parcel, "", "", _SOURCE, private=True),
        )

    @classmethod
    def _clean(cls, text: str) -> str:
        cleaned = bare(text)
        found = _WORDS.fullmatch(cleaned) or _PARCEL.fullmatch(cleaned)
        if not found:
            return cleaned
        return ".".join((found["commune"], _number(found["sheet"]), _number(found["parcel"])))

    def _fits(self) -> bool:
        found = _PARCEL.fullmatch(self.value)
        return bool(
            found
            and found["sheet"] == _number(found["sheet"])
            and found["parcel"] == _number(found["parcel"])
        )


def _number(text: str) -> str:
    return text.lstrip("0") or "0" if is_digits(text) else text
