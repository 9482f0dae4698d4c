"""What is known of a piece of evidence, whether it may be reused, and what must not be kept at all."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lienthong.identity import EnterpriseCode, IdentityError, identify_person_number, nfc
from lienthong.interface import Component

from ._content import StoredContent
from ._signatures import Signature, SignatureVerdict
from .errors import EvidenceRefused

NATURES: Final = frozenset(
    {"scan", "electronic", "certified_e_copy", "copy", "certified_copy", "opinion"}
)
"""What a paper is: scanned here, born digital, an electronic certified copy, a copy, a certified copy on paper, or an
opinion of another agency."""

_EVERYWHERE: Final = frozenset({"", "toàn quốc", "cả nước", "trên toàn quốc", "trong cả nước"})
_AGENCY: Final = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Z]+)*")
_BROKEN: Final = frozenset({SignatureVerdict.UNTRUSTED.value, SignatureVerdict.INVALID.value})


def in_force(
    status: str, signature: str, permanent: bool, valid_until: date | None, day: date
) -> bool:
    """Whether evidence of this state may be reused on a day; attributes as :class:`Evidence`."""
    if status != "valid" or signature in _BROKEN:
        return False
    return permanent or (valid_until is not None and valid_until >= day)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, without its content.

    Attributes:
        id: Our id.
        kind: ``paper``, ``result`` or ``record``.
        code: MAGIAYTO of a paper, MAKETQUA of a result; kind and blind index of the question of a record.
        type: Paper type, e.g. ``birth_certificate``.
        issued_on: Date of issue, if stated.
        valid_until: Last day of validity; ``None`` with ``permanent``.
        permanent: Valid without end (no term stated, TT 01/2023/TT-VPCP art. 9 "if any").
        dossier: The case it came from.
        system: For records: the system.
        service: For records: the service.
        answered_at: For records: when the system answered, aware UTC.
        filed_at: When we filed it, aware UTC.
        content_sha256: Hash of the content, or of the answer; ``""`` without content.
        status: ``valid``, ``superseded``, ``revoked`` or ``ended`` (something happened to its owner).
        digitisation_code: Our code of the digitised paper.
        signature: What its signatures are worth (:class:`SignatureVerdict`); ``""`` when there was nothing to sign.
        scope: Where it is valid; ``""`` everywhere.
        nature: What it is, one of ``NATURES``.
        subject: Blind index of whom it is about, hex; ``""`` when that is its owner.
    """

    id: str
    kind: str
    code: str
    type: str
    issued_on: date | None
    valid_until: date | None
    permanent: bool
    dossier: str
    system: str
    service: str
    answered_at: datetime | None
    content_sha256: str
    status: str
    digitisation_code: str
    filed_at: datetime | None = None
    signature: str = ""
    scope: str = ""
    nature: str = "scan"
    subject: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it may be reused on a day: valid, in its term, and with a signature that holds if it has one."""
        return in_force(self.status, self.signature, self.permanent, self.valid_until, day)

    def fresh_at(self, moment: datetime, days: float) -> bool:
        """Whether a record is at most so many days old."""
        if self.answered_at is None or self.status != "valid":
            return False
        return moment - self.answered_at <= timedelta(days=days)


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of a paper on reception (TT 01/2023/TT-VPCP art. 9).

    Attributes:
        number: Number and sign of the paper.
        issued_on: Date of issue.
        issuer: Issuing agency.
        abstract: What it is about.
        valid_until: Last day of validity; without a term it is permanent.
        scope: Where it is valid: empty or ``toàn quốc`` everywhere, or agency codes with commas between (``H31.14``).
            What a machine cannot read is kept, and the paper is not reused.
        owner_number: The owner's number as it stands on the paper; checked against the case when stated.
        subject: Number of the person or organisation that the paper is about, where that is not the applicant: a child
            whose birth certificate a parent hands in. 12 or 9 digits of a person, 10 or 13 of an organisation.
        nature: What it is, one of ``NATURES``.
        secrecy: Its degree of secrecy as it stands on the paper (``Mật`` …): such a paper is never kept.
    """

    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    abstract: str = ""
    valid_until: date | None = None
    scope: str = ""
    owner_number: str = ""
    nature: str = "scan"
    secrecy: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class EvidencePolicy:
    """What an installation decided about its evidence.

    Attributes:
        code_prefix: What our digitisation codes begin with, e.g. ``H31-SH``; from the agency when empty.
        signature_required: Only scans with a valid signature are reused.
        refused: Natures of papers that are not digitised.
        max_mb: Largest content, MB.
    """

    code_prefix: str = ""
    signature_required: bool = False
    refused: frozenset[str] = frozenset({"copy", "certified_copy", "opinion"})
    max_mb: int = 1024

    def lacks_signature(self, item: Evidence) -> bool:
        """Whether a scan lacks the signature that is required of scans."""
        return (
            self.signature_required
            and item.kind == "paper"
            and item.nature == "scan"
            and item.signature != SignatureVerdict.VALID.value
        )


@dataclass(frozen=True, slots=True)
class Received:
    """A content that was looked at and kept, to be filed as evidence."""

    stored: StoredContent
    media_type: str
    signature: Signature


def covers(scope: str, place: str) -> bool:
    """Whether a validity scope reaches a place.

    Args:
        scope: Of the paper.
        place: Agency code of the unit that wants to reuse it.
    """
    text = " ".join(nfc(scope).split())
    if text.casefold() in _EVERYWHERE:
        return True
    codes = [part.strip() for part in re.split(r"[,;]", text)]
    return any(
        _AGENCY.fullmatch(code) and (place == code or place.startswith(f"{code}."))
        for code in codes
    )


def require_keepable(
    component: Component,
    facts: PaperFacts,
    owner_key: str,
    *,
    has_content: bool,
    refused: Collection[str],
) -> None:
    """Refuses what must not be kept (TT 01/2023/TT-VPCP, TT 03/2025/TT-VPCP art. 5), or not under this owner.

    Raises:
        EvidenceRefused: With what to do instead.
    """
    if facts.nature not in NATURES:
        raise EvidenceRefused(
            f"A paper is one of {', '.join(sorted(NATURES))}; state its nature as one of them.",
            desk_vi="Loại giấy tờ chưa đúng. Đề nghị chọn lại loại giấy tờ.",
        )
    if facts.secrecy.strip():
        raise EvidenceRefused(
            "A state secret is neither digitised nor described here. Enter it in the register of secret documents only.",
            desk_vi="Tài liệu bí mật nhà nước không số hóa. Đề nghị xử lý theo quy định về bảo vệ bí mật nhà nước.",
        )
    _require_owner(facts.owner_number, {owner_key, subject_key(facts.subject, owner_key)})
    if not has_content:
        return
    if component.present_only:
        raise EvidenceRefused(
            "A present-only paper is not digitised (TT 03/2025/TT-VPCP art. 5). Leave its content out.",
            desk_vi="Giấy tờ chỉ xuất trình thì không số hóa. Đề nghị bỏ tệp đính kèm.",
        )
    if facts.nature in refused:
        raise EvidenceRefused(
            f"A paper of this class ({facts.nature}) is not digitised. Keep it on paper and leave its content out.",
            desk_vi="Bản sao, bản chứng thực và văn bản thẩm định không số hóa. Đề nghị lưu bản giấy, bỏ tệp đính kèm.",
        )


def subject_key(number: str, owner_key: str) -> str:
    """Natural key of whom a paper is about, formed as that of an owner; the owner's own where no number is stated.

    Raises:
        EvidenceRefused: It is no number of a person or an organisation.
    """
    if not number.strip():
        return owner_key
    with suppress(IdentityError):
        return f"person:{identify_person_number(number).value}"
    with suppress(IdentityError):
        return f"organisation:{EnterpriseCode.parse(number).value}"
    raise EvidenceRefused(
        "The number of whom the paper is about is no number of a person or an organisation. Correct it, or leave it out "
        "where the paper is about the applicant.",
        desk_vi="Số định danh của người được ghi trên giấy tờ chưa đúng. Đề nghị kiểm tra và nhập lại.",
    )


def _require_owner(stated: str, keys: Collection[str]) -> None:
    number = re.sub(r"[\s.-]", "", stated)
    if number and number not in {re.sub(r"[\s.-]", "", key.partition(":")[2]) for key in keys}:
        raise EvidenceRefused(
            "The number on the paper is not that of the case's owner. Open a case for its owner, say whom the paper is "
            "about, or state no number if the paper names the owner by an older one.",
            desk_vi="Số định danh trên giấy tờ không phải của người nộp hồ sơ. Đề nghị kiểm tra lại giấy tờ.",
        )
