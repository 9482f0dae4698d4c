"""Tax and enterprise numbers, which are one number since the registers were merged (population page C3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Self

from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, Identifier, bare, is_digits, require_text
from lienthong.identity._person_numbers import PersonalNumber
from lienthong.identity.errors import InvalidIdentifier

__all__ = ["EnterpriseCode"]

_FORM: Final = re.compile(r"[0-9]{10}(?:[0-9]{2,3})?")
# Circular 105/2020/TT-BTC annex 1; agrees with ten published company codes (population page C3).
_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def _check_fits(ten: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, ten, strict=False))
    # A remainder of 0 would need the digit 10: such numbers are skipped, so none is valid.
    return 10 - total % 11 == int(ten[9])


@dataclass(frozen=True, slots=True, order=True, repr=False)
class EnterpriseCode(Identifier):
    """The number of an organisation (10 digits with check digit), its branch (13) or a person who pays tax (12).

    ``value`` has digits only. A wrong check digit is refused. Say ``individual=True`` for the old 10-digit tax
    number of a person or household owner: its check digit is only cautioned about, because the published rule speaks
    of organisations. ``parse`` tolerates spaces, dots and the dash before a branch.
    """

    individual: bool = False

    FIELD: ClassVar[str] = "enterprise_code"
    RULE: ClassVar[str] = "10 digits, or 13 digits for a branch, or 12 digits for a household owner"
    RULE_VI: ClassVar[str] = (
        "Mã số doanh nghiệp phải có 10 chữ số, 13 chữ số (chi nhánh) hoặc 12 chữ số (chủ hộ kinh doanh)"
    )

    @classmethod
    def parse(cls, text: object, *, individual: bool = False) -> Self:
        """Read the number; ``individual`` says that it belongs to a person (see the class)."""
        return cls(cls._clean(require_text(text, cls.FIELD)), individual=individual)

    @property
    def kind(self) -> Literal["enterprise", "branch", "personal"]:
        """``enterprise`` (10 digits), ``branch`` (13) or ``personal`` (12, or the old 10 of a person)."""
        if len(self.value) == 13:
            return "branch"
        return "personal" if self.individual or len(self.value) == 12 else "enterprise"

    @property
    def parent(self) -> EnterpriseCode | None:
        """The number of the organisation that a branch belongs to."""
        if len(self.value) != 13:
            return None
        return EnterpriseCode(self.value[:10], individual=self.individual)

    @property
    def branch(self) -> str | None:
        """The three digits of the branch, ``001`` to ``999``."""
        return self.value[10:] if len(self.value) == 13 else None

    @property
    def personal_number(self) -> PersonalNumber | None:
        """The personal number, if that is what serves as tax number (circular 86/2024/TT-BTC)."""
        return PersonalNumber(self.value) if len(self.value) == 12 else None

    @property
    def dashed(self) -> str:
        """The printed form: ``0100109106-001`` for a branch, else the value."""
        return f"{self.value[:10]}-{self.value[10:]}" if len(self.value) == 13 else self.value

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``check_digit`` for a person's old number; for a personal number, what that warns of, and ``lost_zero``."""
        if number := self.personal_number:
            # A spreadsheet makes 100109106001 of the branch 0100109106-001; no province has the code 100.
            branch = number.is_foreign_prefix and _check_fits(f"0{self.value[:9]}")
            return (*number.warnings, *((Caution.LOST_ZERO,) if branch else ()))
        return () if _check_fits(self.value) else (Caution.CHECK_DIGIT,)

    @property
    def masked(self) -> str:
        """Masked if the number belongs to a person; organisations are public."""
        if self.kind == "enterprise" or (self.kind == "branch" and not self.individual):
            return self.value
        return self.value[:3] + "*" * (len(self.value) - 5) + self.value[-2:]

    def parts(self) -> tuple[Part, ...]:
        """Area, serial, check digit and branch; for a household owner those of the personal number."""
        if number := self.personal_number:
            return number.parts()
        circular = "TT 105/2020/TT-BTC PL.1"
        fits = _check_fits(self.value)
        found = [
            Part("Phân khoảng", "Area", self.value[:2], "", "", circular),
            Part("Số thứ tự", "Serial", self.value[2:9], "", "", circular, private=self.individual),
            Part(
                "Chữ số kiểm tra",
                "Check digit",
                self.value[9],
                "Khớp" if fits else "Không khớp",
                "fits" if fits else "does not fit",
                circular,
            ),
        ]
        if self.branch:
            found.append(
                Part(
                    "Đơn vị phụ thuộc",
                    "Branch",
                    self.branch,
                    f"Chi nhánh, văn phòng số {self.branch} của {self.masked[:10]}",
                    f"branch {self.branch} of {self.masked[:10]}",
                    "population page C3",
                )
            )
        return tuple(found)

    @classmethod
    def _clean(cls, text: str) -> str:
        cleaned = bare(text, drop=".")
        # The dash is allowed only where it is printed.
        return (
            cleaned[:10] + cleaned[11:] if re.fullmatch(r"[0-9]{10}-[0-9]{3}", cleaned) else cleaned
        )

    def _fits(self) -> bool:
        if not _FORM.fullmatch(self.value):
            if len(self.value) == 9 and is_digits(self.value):
                raise InvalidIdentifier(
                    f"must be {self.RULE} but has 9; a leading 0 may have been lost",
                    self.FIELD,
                    f"{self.RULE_VI} nhưng chỉ có 9, có thể đã mất số 0 ở đầu; hãy đối chiếu và nhập lại.",
                )
            return False
        if len(self.value) == 12:
            return True
        if self.value.endswith("000") and len(self.value) == 13:
            return False
        if not self.individual and not _check_fits(self.value):
            raise InvalidIdentifier(
                "has a wrong check digit, which only an old number of an individual may have; compare with the certificate",
                self.FIELD,
                "Mã số doanh nghiệp sai chữ số kiểm tra; hãy đối chiếu với giấy chứng nhận đăng ký và nhập lại "
                "(chỉ mã số thuế cũ của cá nhân có thể khác quy tắc này).",
            )
        return True
