"""A certification authority of its own per test run, and PDFs signed under it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from lienthong.cli._demo._desks import _pdf

# An hour ahead: what the tests sign carries the moment of signing, and a test may run minutes after this line.
NOW = datetime.now(UTC) + timedelta(hours=1)


def plain_pdf(text: str = "Giay to thu nghiem") -> bytes:
    """A small PDF without signature."""
    return _pdf(text)


def _asn1(module: str) -> Any:
    return import_module(f"asn1crypto.{module}")


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True)
class Authority:
    """A root that issues certificates for scanners."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(cls, name: str = "CA thử nghiệm") -> Authority:
        """A new root."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=3650))
            .not_valid_after(NOW + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate)

    @property
    def der(self) -> bytes:
        """The root as a file holds it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The same as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def scanner(
        self, *, until: datetime = NOW + timedelta(days=365), **usage: bool
    ) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        """A scanner's key and certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name("Cán bộ số hóa"))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=730))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                _usage(**(usage or {"digital_signature": True, "content_commitment": True})),
                critical=True,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )
        return key, certificate

    def revocation_list(self, certificate: x509.Certificate) -> bytes:
        """A list that revokes a certificate since last year."""
        since = NOW - timedelta(days=365)
        return (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(NOW - timedelta(days=1))
            .next_update(NOW + timedelta(days=30))
            .add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(since)
                .build()
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .add_extension(x509.CRLNumber(1), critical=False)
            .sign(self.key, hashes.SHA256())
            .public_bytes(serialization.Encoding.DER)
        )

    def sign(
        self,
        pdf: bytes | None = None,
        by: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None = None,
        field: str = "Signature1",
    ) -> bytes:
        """A PDF signed (PAdES) by a scanner of this root."""
        key, certificate = by or self.scanner()
        store: Any = import_module("pyhanko_certvalidator.registry").SimpleCertificateStore()
        store.register(_asn1("x509").Certificate.load(self.der))
        signer = signers.SimpleSigner(
            signing_cert=_asn1("x509").Certificate.load(
                certificate.public_bytes(serialization.Encoding.DER)
            ),
            signing_key=_asn1("keys").PrivateKeyInfo.load(
                key.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            cert_registry=store,
        )
        out: Any = signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf or plain_pdf())),
            signers.PdfSignatureMetadata(
                field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
            ),
            signer=signer,
        )
        return bytes(out.getvalue())


def _usage(**on: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})
