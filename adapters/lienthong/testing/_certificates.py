"""Checks of TLS: a far side whose certificate cannot be trusted is refused before a byte of the question leaves."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lienthong.interface import CredentialsRefused, Sent
from lienthong.transport import open_transport

from ._bench import Bench, Failed, kind_of
from ._checks import CHECKS, Check
from ._loopback import Loopback

_HOST: Final = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


def _issue(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None = None,
    host: x509.GeneralName = _HOST,
    until: timedelta = timedelta(days=1),
) -> x509.Certificate:
    """A certificate for a server, or without a signer one of an authority."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing = signer or (subject, key)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + until)
        .add_extension(x509.BasicConstraints(signer is None, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
    )
    if signer is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([host]), critical=False)
    return builder.sign(signing, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _server(folder: Path, fault: str) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the file of the authority that the connector is told to trust."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _issue("suite authority", root)
    trusted = authority if fault != "unknown" else _issue("another authority", key)
    shown = _issue(
        "far side",
        key,
        (authority.subject, root),
        x509.DNSName("elsewhere.invalid") if fault == "wrong-host" else _HOST,
        timedelta(days=-1 if fault == "expired" else 1),
    )
    ca, chain = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(_pem(trusted))
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain.write_bytes(_pem(shown) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context, ca


@asynccontextmanager
async def _over_tls(bench: Bench, fault: str) -> AsyncIterator[None]:
    """Puts the connector in front of the relay by TLS, with such a certificate."""
    with tempfile.TemporaryDirectory(prefix="lienthong-tls-") as folder:
        context, ca = _server(Path(folder), fault)
        async with Loopback(bench.relay.handle, context) as server:
            url = server.url + bench.subject.path
            transport = open_transport(bench.settings(url=url, ca=ca))
            bench.rebuild(transport, url=url, ca=ca)
            try:
                yield
            finally:
                await transport.aclose()


def _refuses(name: str, fault: str, promise: str) -> None:
    async def run(bench: Bench) -> None:
        async with _over_tls(bench, "good"):
            outcome = await bench.ask()
        if kind_of(outcome) != bench.subject.main.outcome:
            raise Failed(f"came back as {kind_of(outcome)} although the certificate is good")
        before = len(bench.relay.journal)
        async with _over_tls(bench, fault):
            error = await bench.failure()
        if len(bench.relay.journal) != before:
            raise Failed("sent a request all the same")
        if not isinstance(error, CredentialsRefused) or error.sent is not Sent.NO:
            raise Failed(f"ended as {type(error).__name__}, sent={error.sent}")

    CHECKS[name] = Check(name, promise, run)


_refuses("certificate-expired", "expired", "A certificate that has expired is refused.")
_refuses("certificate-wrong-host", "wrong-host", "A certificate of another host is refused.")
_refuses("certificate-unknown", "unknown", "A certificate of an unknown authority is refused.")
