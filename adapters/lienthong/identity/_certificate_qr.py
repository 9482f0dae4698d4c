"""The text behind the QR code of a land certificate: eight parts between vertical bars (insurance page §5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from lienthong.identity._agency import AgencyCode
from lienthong.identity._dates import VIETNAM
from lienthong.identity._explanation import Part
from lienthong.identity._government import DossierCode
from lienthong.identity._identifier import Caution, Identifier
from lienthong.identity._land import CertificateSerial
from lienthong.identity._text import INVISIBLE, nfc
from lienthong.identity.errors import InvalidIdentifier

__all__ = ["CertificateQr"]

_PARTS: Final = 8
_LONGEST: Final = 1000
_MOMENT: Final = re.compile(r"[0-9]{2}-[0-9]{2}-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}")
_SOURCE: Final = "insurance page §5"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class CertificateQr(Identifier):
    """What the QR code of a certificate says.

    ``value`` holds the eight parts without blanks around them. Strict are the number of parts and the moment of creation
    (``dd-MM-yyyy-HH-mm-ss``, Viet Nam); agency, dossier, serial, moment of change and security code are only
    cautioned about, since the form is known from one program.
    """

    FIELD: ClassVar[str] = "certificate_qr"
    PERSONAL: ClassVar[bool] = True
    RULE: ClassVar[str] = (
        "eight parts between vertical bars, the first a moment dd-MM-yyyy-HH-mm-ss"
    )
    RULE_VI: ClassVar[str] = (
        "Nội dung mã QR giấy chứng nhận phải có tám phần ngăn bằng dấu |, phần đầu là thời điểm tạo"
    )

    @property
    def created(self) -> datetime:
        """When the code was made."""
        moment = _moment(self._part(0))
        if moment is None:
            raise self._refusal()
        return moment

    @property
    def agency(self) -> AgencyCode | None:
        """The issuing agency, or ``None`` if its code cannot be read."""
        try:
            return AgencyCode.parse(self._part(1))
        except InvalidIdentifier:
            return None

    @property
    def software(self) -> str:
        """The program that printed the certificate."""
        return self._part(2)

    @property
    def dossier(self) -> DossierCode | None:
        """The dossier at the one-stop desk, or ``None`` if its code cannot be read."""
        try:
            return DossierCode.parse(self._part(3))
        except InvalidIdentifier:
            return None

    @property
    def serial(self) -> CertificateSerial | None:
        """The printed serial, or ``None`` if it cannot be read."""
        try:
            return CertificateSerial.parse(self._part(4))
        except InvalidIdentifier:
            return None

    @property
    def certificate_code(self) -> str:
        """The code of the certificate; its form is not published."""
        return self._part(5)

    @property
    def changed(self) -> datetime | None:
        """When the certificate was last changed, or ``None``."""
        return _moment(self._part(6))

    @property
    def security_code(self) -> str:
        """The number that the issuing program checks; how it is made is not published."""
        return self._part(7)

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """``unreadable_part`` if a part is not in its usual form, and what the serial warns of."""
        serial = self.serial
        readable = (
            self.agency is not None
            and self.dossier is not None
            and serial is not None
            and (self.changed is not None or not self._part(6))
            and self.security_code.lstrip("-").isdigit()
        )
        found = serial.warnings if serial else ()
        return found if readable else (*found, Caution.UNREADABLE_PART)

    def parts(self) -> tuple[Part, ...]:
        """The eight parts."""
        texts = self.value.split("|")
        created, changed = f"{self.created:%d/%m/%Y %H:%M:%S}", self.changed
        edited = f"{changed:%d/%m/%Y %H:%M:%S}" if changed else ""
        labels = (
            ("Thời điểm tạo", "Created", created, False),
            ("Cơ quan cấp", "Issuing agency", "", False),
            ("Phần mềm in", "Printing software", "", False),
            ("Mã hồ sơ một cửa", "One-stop dossier", "", True),
            ("Số phát hành", "Serial", "", True),
            ("Mã giấy chứng nhận", "Certificate code", "", True),
            ("Thời điểm chỉnh lý", "Changed", edited, False),
            ("Mã bảo mật", "Security code", "", True),
        )
        return tuple(
            Part(vietnamese, english, text, meaning, meaning, _SOURCE, private=private)
            for (vietnamese, english, meaning, private), text in zip(labels, texts, strict=True)
        )

    @classmethod
    def _clean(cls, text: str) -> str:
        visible = nfc(text[:_LONGEST]).translate(dict.fromkeys(map(ord, INVISIBLE)))
        return "|".join(" ".join(part.split()) for part in visible.split("|"))

    def _fits(self) -> bool:
        return (
            len(self.value) < _LONGEST
            and self.value.count("|") == _PARTS - 1
            and _moment(self._part(0)) is not None
        )

    def _part(self, place: int) -> str:
        return self.value.split("|")[place]


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%d-%m-%Y-%H-%M-%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
