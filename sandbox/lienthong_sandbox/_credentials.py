"""The sandbox's fixed credentials.

Every value is worthless by design: they are printed at start, stand in this file, and no real system knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AGENCY: Final = "H31"
"""E-identifier of the province that the sandbox serves (QĐ 20/2020)."""


@dataclass(frozen=True, slots=True)
class C06:
    """Hashed Basic (population page A2, V-A): password = SHA-256 hex of sv_url + username + timestamp + secret."""

    username: str = "sandbox-h31"
    secret: str = "sandbox-only-c06-secret"  # noqa: S105 - sandbox only
    sv_url: str = "/c06"


@dataclass(frozen=True, slots=True)
class Lgsp:
    """The ``lgspaccesstoken`` blob (population page A2, V-B) and the officers' key pairs for ``AuthHash``."""

    access_key: str = "sandbox-lgsp-access"
    secret_key: str = "sandbox-only-lgsp-secret"  # noqa: S105 - sandbox only
    app_name: str = "lienthong-sandbox"
    partner_code: str = "000.00.00.H31"
    partner_code_cus: str = "000.00.00.H31"
    officers: tuple[tuple[str, str], ...] = (
        ("officer-001", "sandbox-only-officer-001"),
        ("officer-002", "sandbox-only-officer-002"),
    )


@dataclass(frozen=True, slots=True)
class DongThap:
    """Token by one opaque header, officers by user name (population page A2, V-C)."""

    auth: str = "sandbox-only-dongthap-auth"
    users: tuple[str, ...] = ("sandbox-dongthap",)


@dataclass(frozen=True, slots=True)
class Ngsp:
    """Consumer key and secret for OAuth2 client credentials (population page B1; business and insurance)."""

    consumer_key: str = "sandbox-consumer"
    consumer_secret: str = "sandbox-only-consumer-secret"  # noqa: S105 - sandbox only


@dataclass(frozen=True, slots=True)
class CardGateway:
    """The insurance card gateway: a named account, the one officer who is registered, and the one facility
    (maTinh, maCSKCB) whose files it may send (insurance page §2.2)."""

    username: str = "sandbox-egw"
    password: str = "sandbox-only-egw-password"  # noqa: S105 - sandbox only; sent as MD5
    officer_name: str = "Nguyễn Thị Cán Bộ"
    officer_number: str = "033190000999"
    facility: tuple[str, str] = ("33", "33001")


@dataclass(frozen=True, slots=True)
class Ilis:
    """OAuth2 password grant of iLIS (land, insurance-land page §4.2)."""

    username: str = "sandbox-ilis"
    password: str = "sandbox-only-ilis-password"  # noqa: S105 - sandbox only
    client_id: str = "sandbox-ilis-client"
    client_secret: str = "sandbox-only-ilis-client-secret"  # noqa: S105 - sandbox only


@dataclass(frozen=True, slots=True)
class Portal:
    """Login of the national portal interface (hub page §1)."""

    username: str = "sandbox-portal"
    password: str = "sandbox-only-portal-password"  # noqa: S105 - sandbox only
    dstcode: str = "VN:GOV:000.00.00.G22:sandbox"
    madonvi: str = "000.00.00.H31"


@dataclass(frozen=True, slots=True)
class SignOnClient:
    """The province's client at the national portal's sign-on (hub page §5.1)."""

    client_id: str = "sandbox-sso-client"
    client_secret: str = "sandbox-only-sso-secret"  # noqa: S105 - sandbox only


@dataclass(frozen=True, slots=True)
class Payment:
    """Partner code and shared secret of the payment platform (hub page §5.3)."""

    partner: str = "SANDBOX-H31"
    secret: str = "sandbox-only-payment-secret"  # noqa: S105 - sandbox only


@dataclass(frozen=True, slots=True)
class Ministry:
    """The province's client at the "DVC Bộ" interface (hub page §2.6)."""

    client_id: str = "sandbox-dvcbo"
    client_secret: str = "sandbox-only-dvcbo-secret"  # noqa: S105 - sandbox only


C06_ACCOUNT: Final = C06()
LGSP_ACCOUNT: Final = Lgsp()
DONGTHAP_ACCOUNT: Final = DongThap()
NGSP_ACCOUNT: Final = Ngsp()
CARD_ACCOUNT: Final = CardGateway()
ILIS_ACCOUNT: Final = Ilis()
PORTAL_ACCOUNT: Final = Portal()
SSO_CLIENT: Final = SignOnClient()
PAYMENT_ACCOUNT: Final = Payment()
MINISTRY_CLIENT: Final = Ministry()
REPORT_KEY: Final = "sandbox-only-report-key"
"""Signs the figures that are pushed; in ``REPORT_KEY_FILE`` of the state folder too, for a configuration names a file."""
REPORT_KEY_FILE: Final = "report-key"
