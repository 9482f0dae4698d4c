"""Numbers of natural persons: the 12-digit personal number and the 9-digit card of old (population page C1, C2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from lienthong.identity._dates import VIETNAM, PartialDate
from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, DigitIdentifier, bare, is_digits, require_text
from lienthong.identity._provinces import PROVINCES, province_of_the_time
from lienthong.identity._sex import Sex
from lienthong.identity.errors import InvalidIdentifier

__all__ = ["Contradiction", "OldCardNumber", "PersonalNumber", "identify_person_number"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What the digits of a personal number say against what was declared.

    ``field`` is the declared field (``birth_date`` or ``sex``), ``rule`` a stable id (``year_digits`` or ``sex_digit``). The
    sentences tell the clerk what to compare; they hold no personal data.
    """

    field: str
    rule: str
    sentence_vi: str
    sentence_en: str


_YEAR_DIGITS: Final = Contradiction(
    "birth_date",
    "year_digits",
    "Năm sinh đã khai không khớp với năm sinh trong số định danh cá nhân; hãy đối chiếu cả hai với thẻ căn cước.",
    "The declared birth year differs from the one in the personal number; compare both with the identity card.",
)
_SEX_DIGIT: Final = Contradiction(
    "sex",
    "sex_digit",
    "Giới tính đã khai không khớp với số định danh cá nhân; hãy đối chiếu cả hai với thẻ căn cước.",
    "The declared sex differs from the one in the personal number; compare both with the identity card.",
)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class PersonalNumber(DigitIdentifier):
    """The 12-digit personal number, which is also the number of the citizen card (population page C1).

    Digits 1-3 tell where the birth was registered, 4 century and sex, 5-6 the birth year; the rest is random and
    there is no check digit. ``parse`` tolerates spaces, dots and full-width digits.
    """

    FIELD: ClassVar[str] = "personal_id"
    PERSONAL: ClassVar[bool] = True
    LENGTH: ClassVar[int] = 12
    RULE: ClassVar[str] = "12 digits"
    RULE_VI: ClassVar[str] = "Số định danh cá nhân phải có đúng 12 chữ số"

    @property
    def province_code(self) -> str:
        """Digits 1-3: province (001 to 096) or country of birth registration."""
        return self.value[:3]

    @property
    def province_name(self) -> str | None:
        """Name of that province when the number was given out, or ``None`` for a code that is not in the table."""
        return PROVINCES.get(self.province_code)

    @property
    def is_foreign_prefix(self) -> bool:
        """Whether digits 1-3 lie above all province codes, as country codes do."""
        return self.province_code >= "100"

    @property
    def century(self) -> int:
        """The century of birth from digit 4: 20 for 1900-1999, 21 for 2000-2099 and so on up to 24."""
        return 20 + int(self.value[3]) // 2

    @property
    def sex(self) -> Sex:
        """Sex from digit 4: even is male, odd is female."""
        return Sex.FEMALE if int(self.value[3]) % 2 else Sex.MALE

    @property
    def birth_year(self) -> int:
        """The full birth year from digits 4-6."""
        return (self.century - 1) * 100 + int(self.value[4:6])

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unknown_prefix`` (foreign registration, test numbers) and ``future_birth_year``."""
        found = []
        # Warn, never refuse: registrations abroad have codes that no stored source lists (population page C1).
        if self.province_code not in PROVINCES:
            found.append(Caution.UNKNOWN_PREFIX)
        if self.birth_year > datetime.now(VIETNAM).year:
            found.append(Caution.FUTURE_BIRTH_YEAR)
        return tuple(found)

    def parts(self) -> tuple[Part, ...]:
        """Province or country of registration, century and sex, year, and the random rest."""
        place_vi, place_en = province_of_the_time(self.province_code[1:])
        if self.province_name is None:
            place_vi = "Không phải mã tỉnh; có thể là mã quốc gia nơi đăng ký khai sinh"
            place_en = "No province code; may be the country of birth registration"
        first = (self.century - 1) * 100
        decree = "NĐ 137/2015/NĐ-CP Đ.13"
        return (
            Part(
                "Nơi đăng ký khai sinh",
                "Birth registration",
                self.value[:3],
                place_vi,
                place_en,
                "TT 07/2016/TT-BCA PL.1",
            ),
            Part(
                "Thế kỷ và giới tính",
                "Century and sex",
                self.value[3],
                f"{self.sex.vietnamese}, sinh từ {first} đến {first + 99}",
                f"{self.sex.value}, born {first} to {first + 99}",
                decree,
            ),
            Part(
                "Năm sinh",
                "Year of birth",
                self.value[4:6],
                str(self.birth_year),
                str(self.birth_year),
                decree,
            ),
            Part(
                "Số ngẫu nhiên",
                "Random digits",
                self.value[6:],
                "Không có chữ số kiểm tra",
                "No check digit",
                decree,
                private=True,
            ),
        )

    def contradictions(
        self, birth: PartialDate | None, sex: Sex | None
    ) -> tuple[Contradiction, ...]:
        """Compare the digits with what was declared; what is ``None``, other or unknown contradicts nothing."""
        found = []
        if birth is not None and birth.year != self.birth_year:
            found.append(_YEAR_DIGITS)
        if sex in {Sex.MALE, Sex.FEMALE} and sex != self.sex:
            found.append(_SEX_DIGIT)
        return tuple(found)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class OldCardNumber(DigitIdentifier):
    """The number of the old identity card (CMND): nine digits, no structure, no check digit (population page C2)."""

    FIELD: ClassVar[str] = "old_card_number"
    PERSONAL: ClassVar[bool] = True
    LENGTH: ClassVar[int] = 9
    RULE: ClassVar[str] = "9 digits"
    RULE_VI: ClassVar[str] = "Số chứng minh nhân dân phải có đúng 9 chữ số"

    def parts(self) -> tuple[Part, ...]:
        """One group: the number has no structure."""
        return (
            Part(
                "Số chứng minh nhân dân",
                "Old card number",
                self.value,
                "Không có cấu trúc chung và không có chữ số kiểm tra; không suy ra được số định danh 12 số",
                "No common structure and no check digit; the 12-digit number does not follow from it",
                "population page C2",
                private=True,
            ),
        )


def identify_person_number(text: object) -> PersonalNumber | OldCardNumber:
    """Tell a personal number (12 digits) from an old card number (9 digits).

    Anything else raises ``InvalidIdentifier`` with field ``personal_id``.
    """
    cleaned = bare(require_text(text, PersonalNumber.FIELD), drop=".")
    if is_digits(cleaned):
        if len(cleaned) == PersonalNumber.LENGTH:
            return PersonalNumber(cleaned)
        if len(cleaned) == OldCardNumber.LENGTH:
            return OldCardNumber(cleaned)
        # Hà Nội's numbers begin with two zeros: a spreadsheet leaves 10 of their 12 digits.
        if (
            PersonalNumber.LENGTH - len(cleaned) in {1, 2}
            or len(cleaned) == OldCardNumber.LENGTH - 1
        ):
            raise InvalidIdentifier(
                "is short of 12 or 9 digits; a leading 0 may have been lost",
                PersonalNumber.FIELD,
                "Số này thiếu chữ số, có thể đã mất số 0 ở đầu; hãy đối chiếu với thẻ và nhập lại.",
            )
    raise InvalidIdentifier(
        "must be 12 digits (personal number) or 9 digits (old card); compare with the card and type it again",
        PersonalNumber.FIELD,
        "Số giấy tờ phải có 12 chữ số (số định danh cá nhân) hoặc 9 chữ số (chứng minh nhân dân); "
        "hãy đối chiếu với thẻ và nhập lại.",
    )
