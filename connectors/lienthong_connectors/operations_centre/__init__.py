"""The Government operations centre: national portal interface and national catalogue of procedures (hub page)."""

from ._connector import OperationsCentreConnector
from ._payments import PaymentNotice, read_payment_notice
from ._sign_on import SignOnClaims, read_userinfo

__all__ = [
    "OperationsCentreConnector",
    "PaymentNotice",
    "SignOnClaims",
    "read_payment_notice",
    "read_userinfo",
]
