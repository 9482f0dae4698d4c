"""Land: dossiers to VBDLIS or iLIS and back, look-ups by our own contract, registration records and their code lists (insurance page §4, §5)."""

from lienthong_connectors.inbound import InboundFile, InboxReply, NoticeRefused

from ._callbacks import CALLBACKS
from ._codes import CODE_LISTS, CodeMeaning, codes, describe
from ._connector import LandConnector
from ._hosoxml import read_hosoxml
from ._hosoxml_records import HoSoXml
from ._inbox import Catalogues, InboxSettings, LandInbox, LandUser, Received
from ._notices import (
    CaseFinished,
    CaseMoved,
    CaseTakenIn,
    CaseUpdateAsked,
    InboundParcel,
    LandNotice,
    NationalTaxNotice,
    NationalTaxPayment,
    SupplementAsked,
    SupplementTaken,
    TaxDecision,
    TaxNotice,
    TaxResult,
)

__all__ = [
    "CALLBACKS",
    "CODE_LISTS",
    "CaseFinished",
    "CaseMoved",
    "CaseTakenIn",
    "CaseUpdateAsked",
    "Catalogues",
    "CodeMeaning",
    "HoSoXml",
    "InboundFile",
    "InboundParcel",
    "InboxReply",
    "InboxSettings",
    "LandConnector",
    "LandInbox",
    "LandNotice",
    "LandUser",
    "NationalTaxNotice",
    "NationalTaxPayment",
    "NoticeRefused",
    "Received",
    "SupplementAsked",
    "SupplementTaken",
    "TaxDecision",
    "TaxNotice",
    "TaxResult",
    "codes",
    "describe",
    "read_hosoxml",
]
