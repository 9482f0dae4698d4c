"""The services of the hub that the connector implements, field by field; one module per section of the hub page."""

from typing import Final

from . import (
    _catalogue,
    _dossiers,
    _measurement,
    _ministry,
    _payments,
    _public,
    _questions,
    _scores,
    _store,
)
from ._catalogue import (
    CODE_LISTS,
    FIND_ACCOUNT,
    GET_DECISION,
    GET_PROCEDURE,
    LIST_AGENCY_PROCEDURES,
    LIST_PROCEDURES,
    LIST_SEXES,
)
from ._common import (
    ADAPTER,
    CHANNELS,
    DATE,
    DIALECTS,
    EMC,
    MINISTRY,
    PAYMENT,
    PROXY,
    PUBLIC,
    REPLY,
    SYSTEM,
)
from ._dossiers import FIND_DOSSIER, SYNC_DOSSIER, SYNC_PROGRESS
from ._measurement import CHECK_EMC, TELL_EMC
from ._ministry import CHECK_MINISTRY, CREATE, NEXT_CODE, TELL_PROGRESS, TELL_STATUS, UPLOAD
from ._payments import BEGIN_PAYMENT, CHECK_PAYMENT, FIND_PAYMENT, GET_RECEIPT
from ._public import (
    CHECK_PUBLIC,
    GET_ATTACHMENT,
    GET_FORM,
    GET_PUBLIC,
    GET_SHEET,
    LIST_PUBLIC,
)
from ._questions import (
    LIST_AGENCY_QUESTIONS,
    LIST_ANSWERS,
    LIST_QUESTIONS,
    SYNC_ANSWER,
    SYNC_OUTCOME,
    SYNC_QUESTION,
    SYNC_RATING,
)
from ._scores import OLD_SCORES, SCORES
from ._store import FETCH_FILE, FIND_PAPERS, GET_FILE, GET_PAPER_FILE

SERVICES: Final = (
    *_dossiers.SERVICES,
    *_catalogue.SERVICES,
    *_questions.SERVICES,
    *_store.SERVICES,
    *_payments.SERVICES,
    *_measurement.SERVICES,
    *_ministry.SERVICES,
    *_public.SERVICES,
    *_scores.SERVICES,
)

__all__ = [
    "ADAPTER",
    "BEGIN_PAYMENT",
    "CHANNELS",
    "CHECK_EMC",
    "CHECK_MINISTRY",
    "CHECK_PAYMENT",
    "CHECK_PUBLIC",
    "CODE_LISTS",
    "CREATE",
    "DATE",
    "DIALECTS",
    "EMC",
    "FETCH_FILE",
    "FIND_ACCOUNT",
    "FIND_DOSSIER",
    "FIND_PAPERS",
    "FIND_PAYMENT",
    "GET_ATTACHMENT",
    "GET_DECISION",
    "GET_FILE",
    "GET_FORM",
    "GET_PAPER_FILE",
    "GET_PROCEDURE",
    "GET_PUBLIC",
    "GET_RECEIPT",
    "GET_SHEET",
    "LIST_AGENCY_PROCEDURES",
    "LIST_AGENCY_QUESTIONS",
    "LIST_ANSWERS",
    "LIST_PROCEDURES",
    "LIST_PUBLIC",
    "LIST_QUESTIONS",
    "LIST_SEXES",
    "MINISTRY",
    "NEXT_CODE",
    "OLD_SCORES",
    "PAYMENT",
    "PROXY",
    "PUBLIC",
    "REPLY",
    "SCORES",
    "SERVICES",
    "SYNC_ANSWER",
    "SYNC_DOSSIER",
    "SYNC_OUTCOME",
    "SYNC_PROGRESS",
    "SYNC_QUESTION",
    "SYNC_RATING",
    "SYSTEM",
    "TELL_EMC",
    "TELL_PROGRESS",
    "TELL_STATUS",
    "UPLOAD",
]
