"""The Government operations centre: national portal interface and national catalogue of procedures (hub page)."""

from lienthong_connectors.inbound import InboxReply, NoticeRefused

from ._connector import OperationsCentreConnector
from ._inbox import PortalInbox, PortalInboxSettings, PortalNotice, PortalReceived
from ._payments import PaymentNotice, read_payment_notice
from ._portal_notices import PortalDossier, PortalFile, PromotionDossier
from ._sign_on import SignOnClaims, read_userinfo
from ._sign_on_flow import SignedIn, SignOnFlow, SignOnSettings

__all__ = [
    "InboxReply",
    "NoticeRefused",
    "OperationsCentreConnector",
    "PaymentNotice",
    "PortalDossier",
    "PortalFile",
    "PortalInbox",
    "PortalInboxSettings",
    "PortalNotice",
    "PortalReceived",
    "PromotionDossier",
    "SignOnClaims",
    "SignOnFlow",
    "SignOnSettings",
    "SignedIn",
    "read_payment_notice",
    "read_userinfo",
]
