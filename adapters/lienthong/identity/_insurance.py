"""Identifiers of social and health insurance (insurance page §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, DigitIdentifier, Identifier, bare
from lienthong.identity._provinces import PROVINCES, province_of_the_time

__all__ = ["InsuranceCard", "InsuranceNumber"]

# Decision 1351/QĐ-BHXH art. 2: two letters, benefit level 1-5, two digits of province, the insurance number;
# today the number alone (CV1923 sample).
_CARD: Final = re.compile(r"(?:[A-Z]{2}[1-5][0-9]{2})?[0-9]{10}")
# 44 codes; later decrees may add more, so an unknown one is only cautioned about (insurance page §3).
_OBJECT_CODES: Final = frozenset(
    re.findall(
        "..",
        "DNHXCHNNTKHCXKHTTBNOCTXBTNCSQNCACYXNMSCCCKCBKCHDTEBTHNDTDKXDTSTCTQTVTATYHGLSPVCNHSSVGBGD",
    )
)
_BENEFITS: Final = {
    1: ("100 %, không giới hạn tỷ lệ", "100 %, no cap"),
    2: ("100 %, có giới hạn tỷ lệ", "100 % with a cap"),
    3: ("95 %", "95 %"),
    4: ("80 %", "80 %"),
    5: ("100 %, kể cả ngoài phạm vi hưởng", "100 %, outside the scope too"),
}
# Believed to be those of defence and public security; no stored source says so (insurance page §3).
_FORCES: Final = frozenset({"97", "98"})
_DECISION: Final = "QĐ 1351/QĐ-BHXH Đ.2"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class InsuranceNumber(DigitIdentifier):
    """The social insurance number: 10 digits, often with a leading zero, no check digit known (insurance page §3)."""

    FIELD: ClassVar[str] = "insurance_number"
    PERSONAL: ClassVar[bool] = True
    LENGTH: ClassVar[int] = 10
    RULE: ClassVar[str] = "10 digits, leading zero included"
    RULE_VI: ClassVar[str] = "Mã số BHXH phải có đúng 10 chữ số, kể cả số 0 ở đầu"

    def parts(self) -> tuple[Part, ...]:
        """One group: no rule of its structure is published."""
        return (
            Part(
                "Mã số BHXH",
                "Insurance number",
                self.value,
                "Không có chữ số kiểm tra đã công bố",
                "No published check digit",
                "insurance page §3",
                private=True,
            ),
        )


@dataclass(frozen=True, slots=True, order=True, repr=False)
class InsuranceCard(Identifier):
    """The code of a health insurance card: 15 characters of old, 10 digits today (insurance page §3).

    ``value`` has no spaces. ``parse`` tolerates the four boxes of the print: ``DN 4 33 0123456789``.
    """

    FIELD: ClassVar[str] = "insurance_card"
    PERSONAL: ClassVar[bool] = True
    RULE: ClassVar[str] = "10 digits, or 15 characters: two letters, a level 1 to 5 and 12 digits"
    RULE_VI: ClassVar[str] = (
        "Mã thẻ BHYT phải có 10 chữ số, hoặc 15 ký tự gồm 2 chữ cái, mức hưởng 1 đến 5 và 12 chữ số"
    )

    @property
    def is_old(self) -> bool:
        """Whether this is the old form of 15 characters."""
        return len(self.value) == 15

    @property
    def object_code(self) -> str | None:
        """The two letters that tell the kind of participant (old form only)."""
        return self.value[:2] if self.is_old else None

    @property
    def benefit_level(self) -> int | None:
        """The level 1 to 5 (old form only): 1 and 5 pay all, 2 all with a cap, 3 pays 95 %, 4 pays 80 %."""
        return int(self.value[2]) if self.is_old else None

    @property
    def province_code(self) -> str | None:
        """Two digits of the issuing province as numbered before 2025, or of defence and police (old form only)."""
        return self.value[3:5] if self.is_old else None

    @property
    def insurance_number(self) -> InsuranceNumber:
        """The social insurance number that the card carries."""
        return InsuranceNumber(self.value[-10:])

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unknown_object_code`` and ``unknown_province``."""
        found = []
        if self.object_code is not None and self.object_code not in _OBJECT_CODES:
            found.append(Caution.UNKNOWN_OBJECT_CODE)
        if self.province_code == "00":
            found.append(Caution.UNKNOWN_PROVINCE)
        return tuple(found)

    @property
    def province_name(self) -> str | None:
        """Name of the issuing province as it was before July 2025 (old form only), or ``None`` if unknown."""
        return PROVINCES.get(f"0{self.province_code}") if self.province_code else None

    def parts(self) -> tuple[Part, ...]:
        """Object, benefit, province and number; of the new form only the number."""
        number = self.insurance_number.parts()
        if not self.is_old:
            return number
        known = self.value[:2] in _OBJECT_CODES
        pays_vi, pays_en = _BENEFITS[int(self.value[2])]
        place_vi, place_en = province_of_the_time(self.value[3:5])
        if not place_vi:
            forces = self.value[3:5] in _FORCES
            place_vi = (
                "Quốc phòng hoặc Công an (chưa xác minh)" if forces else "Không có trong danh mục"
            )
            place_en = "defence or public security (unverified)" if forces else "not in the list"
        return (
            Part(
                "Mã đối tượng",
                "Object code",
                self.value[:2],
                "Có trong danh mục 44 mã" if known else "Không có trong danh mục 44 mã",
                "in the list of 44 codes" if known else "not in the list of 44 codes",
                _DECISION,
            ),
            Part("Mức hưởng", "Benefit level", self.value[2], pays_vi, pays_en, _DECISION),
            Part(
                "Tỉnh phát hành", "Issuing province", self.value[3:5], place_vi, place_en, _DECISION
            ),
            *number,
        )

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text, drop=".-")

    def _fits(self) -> bool:
        return _CARD.fullmatch(self.value) is not None
