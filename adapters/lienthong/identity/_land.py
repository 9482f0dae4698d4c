"""Identifiers of land use right certificates (insurance page §5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from lienthong.identity._explanation import Part
from lienthong.identity._identifier import Caution, Identifier, bare
from lienthong.identity._provinces import commune_of_the_time, province_of_the_time

__all__ = ["CertificateBarcode", "CertificateSerial"]

_SERIAL: Final = re.compile(r"(?P<letters>[A-ZĐ]{1,2})(?P<number>[0-9]{6}(?:[0-9]{2})?)")
_BARCODE: Final = re.compile(r"[0-9]{8,15}")


@dataclass(frozen=True, slots=True, order=True, repr=False)
class CertificateSerial(Identifier):
    """The printed serial of a certificate: letters and 6 digits, or 8 digits since 2025 (circular 10/2024).

    ``value`` has no space, which is how serials are compared (insurance page §5); ``spaced`` is the printed form.
    """

    FIELD: ClassVar[str] = "certificate_serial"
    PERSONAL: ClassVar[bool] = True
    RULE: ClassVar[str] = "one or two letters and 6 or 8 digits, such as DK 12345678"
    RULE_VI: ClassVar[str] = (
        "Số phát hành giấy chứng nhận phải gồm 1 hoặc 2 chữ cái và 6 hoặc 8 chữ số (ví dụ DK 12345678)"
    )

    @property
    def letters(self) -> str:
        """The one or two letters."""
        return self.value.rstrip("0123456789")

    @property
    def number(self) -> str:
        """The 6 or 8 digits, with leading zeros."""
        return self.value[len(self.letters) :]

    @property
    def is_current_form(self) -> bool:
        """Whether the serial has the two letters and 8 digits of certificates printed since 2025."""
        return len(self.value) == 10

    @property
    def spaced(self) -> str:
        """The printed form, with a space between letters and digits."""
        return f"{self.letters} {self.number}"

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unverified_form`` for a single letter, which no stored rule confirms."""
        return (Caution.UNVERIFIED_FORM,) if len(self.letters) == 1 else ()

    def parts(self) -> tuple[Part, ...]:
        """The letters and the number."""
        current = self.is_current_form
        return (
            Part("Chữ cái", "Letters", self.letters, "", "", "TT 10/2024/TT-BTNMT"),
            Part(
                "Số",
                "Number",
                self.number,
                "Mẫu từ 01/01/2025 (8 chữ số)" if current else "Mẫu trước 2025 (6 chữ số)",
                "form since 2025 (8 digits)" if current else "form before 2025 (6 digits)",
                "TT 10/2024/TT-BTNMT",
                private=True,
            ),
        )

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text)

    def _fits(self) -> bool:
        return _SERIAL.fullmatch(self.value) is not None


@dataclass(frozen=True, slots=True, order=True, repr=False)
class CertificateBarcode(Identifier):
    """The bar code of a certificate: commune (with province if issued there), signing year, number in store.

    13 digits are 5 + 2 + 6, 15 are 2 + 5 + 2 + 6. The lengths are inferred (insurance page §5), so from 8 digits up others
    are let through with a caution and without parts.
    """

    FIELD: ClassVar[str] = "certificate_barcode"
    PERSONAL: ClassVar[bool] = True
    RULE: ClassVar[str] = "13 or 15 digits"
    RULE_VI: ClassVar[str] = "Mã vạch giấy chứng nhận phải gồm 13 hoặc 15 chữ số"

    @property
    def province_code(self) -> str | None:
        """Two digits of the province that issued the certificate, if a province did."""
        return self.value[:2] if len(self.value) == 15 else None

    @property
    def commune_code(self) -> str | None:
        """The five digits of the commune as numbered when the certificate was signed."""
        return self.value[-13:-8] if self._has_parts else None

    @property
    def signing_year(self) -> str | None:
        """The last two digits of the year of signing; the century is not in the code."""
        return self.value[-8:-6] if self._has_parts else None

    @property
    def storage_number(self) -> str | None:
        """The six digits of the dossier of first issue."""
        return self.value[-6:] if self._has_parts else None

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unverified_form`` for a length other than 13 or 15."""
        return () if self._has_parts else (Caution.UNVERIFIED_FORM,)

    def parts(self) -> tuple[Part, ...]:
        """Province if one issued it, commune, signing year, number in store; one group for an unusual length."""
        source = "insurance page §5"
        if not self._has_parts:
            return (Part("Mã vạch", "Bar code", self.value, "", "", source, private=True),)
        found = []
        if code := self.province_code:
            vi, en = province_of_the_time(code)
            found.append(Part("Tỉnh", "Province", code, vi, en, source))
        commune_vi, commune_en = commune_of_the_time(self.value[-13:-8])
        year = self.value[-8:-6]
        return (
            *found,
            Part("Xã", "Commune", self.value[-13:-8], commune_vi, commune_en, source),
            Part("Năm ký", "Signing year", year, f"năm …{year}", f"year …{year}", source),
            Part("Số lưu trữ", "Number in store", self.value[-6:], "", "", source, private=True),
        )

    @property
    def _has_parts(self) -> bool:
        return len(self.value) in {13, 15}

    @classmethod
    def _clean(cls, text: str) -> str:
        return bare(text, drop=".")

    def _fits(self) -> bool:
        return _BARCODE.fullmatch(self.value) is not None
