"""A throw-away certificate authority for loopback, and the good and bad server certificates it issues."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, assert_never

import trustme

from lienthong_sandbox._faults import Certificate

_HOSTS: Final = ("127.0.0.1", "localhost")
_WRONG_HOST: Final = "wrong-host.sandbox.invalid"


class Pki:
    """Issues server certificates from a CA that is kept in the state folder and used again at the next start.

    Args:
        state: The folder for ``ca.pem`` (for clients) and ``ca-key.pem`` (mode 0600).
    """

    def __init__(self, state: Path) -> None:
        self.ca_file: Final = state / "ca.pem"
        key_file = state / "ca-key.pem"
        if self.ca_file.exists() and key_file.exists():
            self._ca = trustme.CA.from_pem(self.ca_file.read_bytes(), key_file.read_bytes())
        else:
            self._ca = trustme.CA(organization_name="Liên thông sandbox")
            key_file.touch(mode=0o600)
            key_file.write_bytes(self._ca.private_key_pem.bytes())
            self.ca_file.write_bytes(self._ca.cert_pem.bytes())
        self._issued: dict[Certificate, trustme.LeafCert] = {}

    def server_context(self) -> ssl.SSLContext:
        """A server context with the good certificate, TLS 1.2 or newer."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # Tickets would let a client resume past a certificate that was switched meanwhile.
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
        self.show(context, "good")
        return context

    def show(self, context: ssl.SSLContext, certificate: Certificate) -> None:
        """Makes ``context`` present this certificate to connections that begin from now on."""
        if certificate not in self._issued:
            self._issued[certificate] = self._issue(certificate)
        self._issued[certificate].configure_cert(context)

    def _issue(self, certificate: Certificate) -> trustme.LeafCert:
        now = datetime.now(UTC)
        match certificate:
            case "good":
                return self._ca.issue_cert(*_HOSTS, not_after=now + timedelta(days=365))
            case "expired":
                return self._ca.issue_cert(
                    *_HOSTS, not_before=now - timedelta(days=400), not_after=now - timedelta(days=1)
                )
            case "not_yet":
                begin = now + timedelta(days=365)
                return self._ca.issue_cert(
                    *_HOSTS, not_before=begin, not_after=begin + timedelta(days=365)
                )
            case "unknown_ca":
                stranger = trustme.CA(organization_name="Nobody the client knows")
                return stranger.issue_cert(*_HOSTS, not_after=now + timedelta(days=365))
            case "wrong_host":
                return self._ca.issue_cert(_WRONG_HOST, not_after=now + timedelta(days=365))
            case _:
                assert_never(certificate)
