"""The front door: one-stop desks open cases, and every look-up hangs on one."""

from ._callback import Callback, Delivered, callback_signature
from ._case import Case
from ._choices import Choice, Preview
from ._desk import Desk
from ._events import CaseEvent, EventPage
from ._one_stop import CaseHead, CasePage, OneStop
from ._papers import Paper
from ._settling import Settled, Settler
from ._statuses import STATUS_NAMES_VI, Status
from ._steps import IssuedResult
from ._verification import AttributeCheck, IdentityVerdict, Verification
from ._wrong_values import WrongValue, WrongValueStatus, WrongValueText
from .errors import (
    CaseChanged,
    CaseClosed,
    CaseConflict,
    CaseError,
    CaseNotFound,
    EventsGone,
    PapersPending,
    StepNotAllowed,
    WrongValueNotFound,
    WrongValueSettled,
)

__all__ = [
    "STATUS_NAMES_VI",
    "AttributeCheck",
    "Callback",
    "Case",
    "CaseChanged",
    "CaseClosed",
    "CaseConflict",
    "CaseError",
    "CaseEvent",
    "CaseHead",
    "CaseNotFound",
    "CasePage",
    "Choice",
    "Delivered",
    "Desk",
    "EventPage",
    "EventsGone",
    "IdentityVerdict",
    "IssuedResult",
    "OneStop",
    "Paper",
    "PapersPending",
    "Preview",
    "Settled",
    "Settler",
    "Status",
    "StepNotAllowed",
    "Verification",
    "WrongValue",
    "WrongValueNotFound",
    "WrongValueSettled",
    "WrongValueStatus",
    "WrongValueText",
    "callback_signature",
]
