"""Digital signatures in PDFs (PAdES): what they are worth, found offline against the roots of the installation.

Scans carry the scanner's signature (TT 01/2023/TT-VPCP art. 8), results that of the agency. Nothing is fetched: roots and
revocation lists are files that the operator keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from lienthong.interface import ConfigurationError

_CLOCKS_DIFFER: Final = timedelta(minutes=5)


class SignatureVerdict(StrEnum):
    """What the signatures of a content are worth together: the worst of them counts."""

    VALID = "valid"
    """Every one holds: unchanged since, and by somebody whom a configured root vouched for at the time of signing."""
    UNSIGNED = "unsigned"
    """There is none."""
    UNCHECKED = "unchecked"
    """It is unchanged since it was signed, but this installation has no roots to tell by whom."""
    UNTRUSTED = "untrusted"
    """Unchanged, but no configured root vouches for the signer."""
    INVALID = "invalid"
    """Changed after signing, signed with a certificate that was expired or revoked, or not to be read at all."""


REASONS_VI: Final[dict[str, str]] = {
    "unsigned": "Tệp chưa được ký số.",
    "no_roots": "Hệ thống chưa được cấu hình chứng thư gốc nên chưa xác định được người ký.",
    "changed": "Nội dung tệp đã bị thay đổi sau khi ký số.",
    "unreadable": "Chữ ký số trong tệp không đọc được.",
    "untrusted": "Chữ ký số không thuộc tổ chức chứng thực được tin cậy.",
    "expired": "Chứng thư số đã hết hạn hoặc chưa có hiệu lực tại thời điểm ký.",
    "revoked": "Chứng thư số của người ký đã bị thu hồi.",
    "future": "Thời điểm ký số ở sau thời điểm hiện tại.",
    "unlisted": "Danh sách chứng thư bị thu hồi đã cũ nên chưa xác định được chứng thư của người ký còn hiệu lực.",
    "usage": "Chứng thư số không được cấp để ký tài liệu.",
}
"""Why a verdict is what it is, for people, by the word that is stored."""

_ORDER: Final = (
    SignatureVerdict.VALID,
    SignatureVerdict.UNCHECKED,
    SignatureVerdict.UNSIGNED,
    SignatureVerdict.UNTRUSTED,
    SignatureVerdict.INVALID,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The verdict on the signatures of one content.

    Attributes:
        verdict: What they are worth.
        reasons: Why it is not more, as words of :data:`REASONS_VI`.
    """

    verdict: SignatureVerdict
    reasons: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether what they signed must not be reused."""
        return self.verdict in {SignatureVerdict.UNTRUSTED, SignatureVerdict.INVALID}


def worst(signatures: Iterable[Signature]) -> Signature:
    """The verdict on several contents together, one at least."""
    return max(signatures, key=lambda item: _ORDER.index(item.verdict))


UNSIGNED: Final = Signature(SignatureVerdict.UNSIGNED, ("unsigned",))


class SignatureChecker:
    """Checks the signatures of PDFs. Blocks; call it in a thread."""

    def __init__(self, roots: Sequence[bytes] = (), revocations: Sequence[bytes] = ()) -> None:
        self._roots = tuple(roots)
        self._revocations = tuple(revocations)

    @classmethod
    def from_files(cls, roots: Iterable[Path], revocations: Iterable[Path] = ()) -> Self:
        """With the certificates and revocation lists of files, PEM or DER.

        Raises:
            ConfigurationError: A file cannot be read, or roots are configured and the package for them is not installed.
        """
        roots, revocations = tuple(roots), tuple(revocations)
        if roots and not _installed():
            raise ConfigurationError(
                "evidence.roots: checking signatures needs a package; install lienthong[sign]."
            )
        return cls(
            tuple(part for file in roots for part in _blocks(file, "evidence.roots")),
            tuple(part for file in revocations for part in _blocks(file, "evidence.revocations")),
        )

    def check(self, file: BinaryIO, now: datetime) -> Signature:
        """The verdict on a PDF in which a signature lies.

        Args:
            file: The PDF, to be read at any place.
            now: The moment of checking, aware.
        """
        if not _installed():
            return Signature(SignatureVerdict.UNCHECKED, ("no_roots",))
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415  # slow to import

        file.seek(0)
        try:
            signatures = list(PdfFileReader(file, strict=False).embedded_signatures)
            found = [self._one(signature, now) for signature in signatures]
        except Exception:  # noqa: BLE001  # whatever a broken file does to the reader, it is no valid signature
            return Signature(SignatureVerdict.INVALID, ("unreadable",))
        if not found:
            return UNSIGNED
        verdict = worst(found).verdict
        reasons = dict.fromkeys(
            reason for item in found if item.verdict is verdict for reason in item.reasons
        )
        return Signature(verdict, tuple(reasons))

    def _one(self, signature: Any, now: datetime) -> Signature:
        from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415  # slow to import
        from pyhanko.sign.validation.settings import KeyUsageConstraints  # noqa: PLC0415

        claimed = signature.self_reported_timestamp
        # A signature is as good as its certificate was at the time of signing (Luật Giao dịch điện tử 2023).
        moment = claimed or now
        status = validate_pdf_signature(
            signature,
            signer_validation_context=self._context(moment, signature.signer_cert.issuer),
            # Certificates of services and seals carry one of the two.
            key_usage_settings=KeyUsageConstraints(
                key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
            ),
        )
        if not (status.intact and status.valid) or not _unchanged(status):
            return Signature(SignatureVerdict.INVALID, ("changed",))
        if moment > now + _CLOCKS_DIFFER:
            return Signature(SignatureVerdict.INVALID, ("future",))
        if status.revoked:
            return Signature(SignatureVerdict.INVALID, ("revoked",))
        certificate = status.signing_cert
        if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
            return Signature(SignatureVerdict.INVALID, ("expired",))
        if not self._roots:
            return Signature(SignatureVerdict.UNCHECKED, ("no_roots",))
        if not status.trusted:
            problem = status.trust_problem_indic
            words = {"CHAIN_CONSTRAINTS_FAILURE": "usage", "TRY_LATER": "unlisted"}
            reason = words.get(getattr(problem, "name", ""), "untrusted")
            return Signature(SignatureVerdict.UNTRUSTED, (reason,))
        return Signature(SignatureVerdict.VALID)

    def _context(self, moment: datetime, issuer: Any) -> Any:
        # By name: the package comes with pyhanko and has no types.
        certificates, crl = import_module("asn1crypto.x509"), import_module("asn1crypto.crl")
        from pyhanko_certvalidator import ValidationContext, policy_decl  # noqa: PLC0415

        lists = [crl.CertificateList.load(data) for data in self._revocations]
        # Where the operator keeps the list of an issuer, it must say that the certificate is good.
        listed = any(item.issuer == issuer for item in lists)
        rule = policy_decl.RevocationCheckingRule
        return ValidationContext(
            trust_roots=[certificates.Certificate.load(root) for root in self._roots],
            crls=lists,
            allow_fetching=False,
            moment=moment,
            # A list of today says since when a certificate is revoked, so it serves for signatures of last week.
            retroactive_revinfo=True,
            revinfo_policy=policy_decl.CertRevTrustPolicy(
                policy_decl.RevocationCheckingPolicy(
                    ee_certificate_rule=rule.CRL_REQUIRED if listed else rule.NO_CHECK,
                    intermediate_ca_cert_rule=rule.NO_CHECK,
                )
            ),
        )


def _unchanged(status: Any) -> bool:
    """Whether nothing was added after signing but what signing allows: further signatures, filled-in forms, time stamps."""
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415  # slow to import
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415

    if status.coverage is None or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    level = status.modification_level
    return (
        level is not None
        and level <= ModificationLevel.FORM_FILLING
        and status.docmdp_ok is not False
    )


def _installed() -> bool:
    return find_spec("pyhanko") is not None


def _blocks(file: Path, setting: str) -> Iterable[bytes]:
    """What a PEM file holds, or the one thing that a DER file is."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{setting}: {file} cannot be read, {error.strerror}.") from None
    if b"-----BEGIN" not in data:
        return (data,)
    try:
        found = import_module("asn1crypto.pem").unarmor(data, multiple=True)
        return tuple(bytes(block) for _, _, block in found)
    except ValueError:
        raise ConfigurationError(f"{setting}: {file} is no PEM file.") from None
