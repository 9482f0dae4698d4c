"""Trust: the TLS context of one system, and when certificates end."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path

from cryptography import x509

from lienthong.interface import ConfigurationError, SystemSettings


def tls_context(settings: SystemSettings) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificates and host names checked.

    Raises:
        ConfigurationError: A certificate file cannot be read; the message names the setting.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca)
    except OSError as error:
        raise ConfigurationError(
            f"systems.{settings.name}.ca: {settings.ca} is no readable PEM file of authorities."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate is not None:
        try:
            # An encrypted key would otherwise ask for its password on the terminal.
            context.load_cert_chain(settings.client_certificate, password="")
        except OSError as error:
            raise ConfigurationError(
                f"systems.{settings.name}.client_certificate: {settings.client_certificate} does not hold a"
                " readable certificate with its unencrypted key in PEM."
            ) from error
    return context


def certificate_expiry(path: Path) -> datetime:
    """When the first certificate of a PEM file ends, aware, UTC.

    Raises:
        ConfigurationError: The file cannot be read or holds no certificate.
    """
    try:
        first = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} holds no readable certificate in PEM.") from error
    return first.not_valid_after_utc
