"""Certificates as a handshake shows them: looked at afresh, still readable when expired, told apart from silence."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from cryptography import x509

from lienthong.interface import SystemSettings

Problem = Literal["", "expired", "wrong_host", "untrusted", "silent", "refused"]

# OpenSSL X509_V_ERR_*: expired or not yet valid; host name or address does not match.
_OUT_OF_TIME = frozenset({9, 10})
_WRONG_HOST = frozenset({62, 64})


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """The far side's certificate.

    ``problem`` is empty when it is trusted; ``silent`` when nobody answered, ``refused`` when the handshake failed for
    another reason than the far side's certificate, e.g. because it wants ours.
    """

    expires: datetime | None
    problem: Problem


async def server_certificate(settings: SystemSettings, timeout_s: float) -> ServerCertificate:
    """Shakes hands with a system, sends nothing, and says what certificate it shows.

    A monitor that only looks at trusted handshakes goes blind on the day of expiry, when it is needed; so a refused
    certificate is read once more without trusting it.
    """
    try:
        async with asyncio.timeout(timeout_s):
            try:
                return ServerCertificate(await _handshake(settings, trust=True), "")
            except ssl.SSLCertVerificationError as error:
                problem = _problem(error)
            return ServerCertificate(await _handshake(settings, trust=False), problem)
    except ssl.SSLError:
        return ServerCertificate(None, "refused")
    except (OSError, TimeoutError):
        return ServerCertificate(None, "silent")


def _problem(error: ssl.SSLCertVerificationError) -> Problem:
    if error.verify_code in _OUT_OF_TIME:
        return "expired"
    return "wrong_host" if error.verify_code in _WRONG_HOST else "untrusted"


async def _handshake(settings: SystemSettings, *, trust: bool) -> datetime | None:
    address = urlsplit(settings.url)
    context = ssl.create_default_context(cafile=settings.ca)
    if not trust:
        # Only to read the date: nothing is sent over this connection.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.client_certificate is not None:
        context.load_cert_chain(settings.client_certificate, password="")
    _, writer = await asyncio.open_connection(address.hostname, address.port or 443, ssl=context)
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
    return x509.load_der_x509_certificate(shown).not_valid_after_utc if shown else None
