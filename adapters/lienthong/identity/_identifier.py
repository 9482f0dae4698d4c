"""What all identifiers share: a checked value, cautions, and a masked form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, Self

from lienthong.identity._explanation import Part
from lienthong.identity._text import INVISIBLE, LOOKALIKES, nfc
from lienthong.identity.errors import InvalidIdentifier

__all__ = ["Caution", "DigitIdentifier", "Identifier", "bare", "is_digits", "require_text"]


class Caution(StrEnum):
    """Something odd about an identifier that is no reason to refuse it: a clerk should look twice."""

    UNKNOWN_PREFIX = "unknown_prefix"
    FUTURE_BIRTH_YEAR = "future_birth_year"
    CHECK_DIGIT = "check_digit"
    LOST_ZERO = "lost_zero"
    UNKNOWN_OBJECT_CODE = "unknown_object_code"
    UNKNOWN_PROVINCE = "unknown_province"
    UNUSUAL_FORM = "unusual_form"
    UNVERIFIED_FORM = "unverified_form"
    UNREADABLE_PART = "unreadable_part"

    @property
    def sentence_vi(self) -> str:
        """One Vietnamese sentence for the desk."""
        return _SENTENCES[self][0]

    @property
    def sentence_en(self) -> str:
        """The same in English."""
        return _SENTENCES[self][1]


_SENTENCES: Final = {
    Caution.UNKNOWN_PREFIX: (
        "Ba số đầu không có trong danh mục mã tỉnh; có thể là mã quốc gia nơi đăng ký khai sinh, hãy đối chiếu với thẻ.",
        "The first three digits are no Vietnamese province code; they may be a country code, so compare with the card.",
    ),
    Caution.FUTURE_BIRTH_YEAR: (
        "Số định danh chứa năm sinh ở tương lai; hãy đối chiếu lại với thẻ.",
        "The digits give a birth year that has not come yet; compare with the card.",
    ),
    Caution.CHECK_DIGIT: (
        "Chữ số kiểm tra không khớp; hãy đối chiếu lại với giấy chứng nhận đăng ký thuế.",
        "The check digit does not fit; compare with the tax registration certificate.",
    ),
    Caution.LOST_ZERO: (
        "Có thể là mã chi nhánh 13 chữ số đã mất số 0 ở đầu; hãy đối chiếu với giấy chứng nhận đăng ký.",
        "This may be a branch's number of 13 digits that lost its leading 0; compare with the registration certificate.",
    ),
    Caution.UNKNOWN_OBJECT_CODE: (
        "Mã đối tượng trên thẻ bảo hiểm y tế không có trong danh mục đã biết; hãy đối chiếu với thẻ.",
        "The object code of the card is not in the known list; compare with the card.",
    ),
    Caution.UNKNOWN_PROVINCE: (
        "Mã tỉnh trên thẻ bảo hiểm y tế không hợp lệ; hãy đối chiếu với thẻ.",
        "The province code of the card is not one of 01 to 99; compare with the card.",
    ),
    Caution.UNUSUAL_FORM: (
        "Mã có dạng khác với dạng thường gặp; hãy đối chiếu với bản gốc.",
        "The code differs from the form usually seen; compare with the original.",
    ),
    Caution.UNVERIFIED_FORM: (
        "Mã có dạng chưa được văn bản nào xác nhận; hãy đối chiếu với bản gốc.",
        "No published rule confirms this form; compare with the original.",
    ),
    Caution.UNREADABLE_PART: (
        "Có phần của mã không đọc được đúng dạng; hãy đối chiếu với bản gốc.",
        "A part of the code cannot be read in its usual form; compare with the original.",
    ),
}


_LOST: Final = {
    1: ("one digit short; a leading 0", "một"),
    2: ("two digits short; leading zeros", "hai"),
}


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Identifier(ABC):
    """A number or code that keeps the rule of its kind.

    ``value`` is the canonical form; building an object with anything else raises ``InvalidIdentifier``. ``parse`` is
    the tolerant way in. ``str()`` gives the value, ``repr()`` a masked one where the identifier belongs to a person.
    """

    value: str

    FIELD: ClassVar[str]
    PERSONAL: ClassVar[bool] = False
    # What a right value looks like, ending the sentences "It must be …" / "… phải là …".
    RULE: ClassVar[str]
    RULE_VI: ClassVar[str]
    LENGTH: ClassVar[int | None] = None

    def __post_init__(self) -> None:
        require_text(self.value, self.FIELD)
        if not self._fits():
            raise self._refusal()

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read what a person typed or a system sent; raise ``InvalidIdentifier`` if it breaks the rule."""
        return cls(cls._clean(require_text(text, cls.FIELD)))

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """What is odd but no reason to refuse; each is a string with a sentence in two languages."""
        return ()

    @property
    def masked(self) -> str:
        """The value with all but the first three and last two characters hidden, if it belongs to a person."""
        if not self.PERSONAL:
            return self.value
        return self.value[:3] + "*" * (len(self.value) - 5) + self.value[-2:]

    def parts(self) -> tuple[Part, ...]:
        """The groups of characters from left to right, in full; see ``explain`` for masked ones."""
        return ()

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked})"

    @classmethod
    @abstractmethod
    def _clean(cls, text: str) -> str:
        """Turn tolerated spellings into the canonical form, without judging."""

    @abstractmethod
    def _fits(self) -> bool:
        """Say whether ``value`` is canonical and keeps the rule."""

    def _refusal(self) -> InvalidIdentifier:
        # Spreadsheets drop leading zeros: one of most numbers of fixed length, two where Hà Nội's 001 stands in front.
        lost = (self.LENGTH or 0) - len(self.value)
        if lost in _LOST and is_digits(self.value):
            en, vi = _LOST[lost]
            return InvalidIdentifier(
                f"must be {self.RULE} but is {en} may have been lost",
                self.FIELD,
                f"{self.RULE_VI} nhưng đang thiếu {vi} chữ số, có thể đã mất số 0 ở đầu; hãy đối chiếu và nhập lại.",
            )
        return InvalidIdentifier(
            f"must be {self.RULE}; compare with the paper and type it again",
            self.FIELD,
            f"{self.RULE_VI}; hãy đối chiếu với giấy tờ và nhập lại.",
        )


@dataclass(frozen=True, slots=True, order=True, repr=False)
class DigitIdentifier(Identifier):
    """An identifier of a fixed number of ASCII digits. ``parse`` tolerates spaces, dots and full-width digits."""

    LENGTH: ClassVar[int]

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text, drop=".")

    def _fits(self) -> bool:
        return len(self.value) == self.LENGTH and is_digits(self.value)


# Full-width forms come from East Asian keyboards and from some scanners; dashes of all lengths from word processors.
_PLAIN: Final[dict[int, str | None]] = {
    **{0xFF01 + offset: chr(0x21 + offset) for offset in range(94)},
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
    **{ord(wrong): right for wrong, right in LOOKALIKES.items()},
    **dict.fromkeys(map(ord, INVISIBLE)),
}


def require_text(value: object, field: str) -> str:
    """Return ``value`` if it is text; wire formats also bring numbers and null, which are refused with a type."""
    if isinstance(value, str):
        return value
    raise InvalidIdentifier(
        "is not text; pass it as text, since a number loses leading zeros",
        field,
        "Mã số phải được gửi dưới dạng chuỗi ký tự để không mất số 0 ở đầu.",
    )


def is_digits(text: str) -> bool:
    """Say whether ``text`` is one or more ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def bare(text: str, drop: str = "") -> str:
    """Return ``text`` as NFC in upper case without spaces, invisible characters and the characters in ``drop``."""
    plain = "".join(nfc(text).translate(_PLAIN).split()).upper()
    return plain.translate(dict.fromkeys(map(ord, drop))) if drop else plain
