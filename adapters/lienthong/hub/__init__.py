"""The hub room: what is told to the Government operations centre, in order, once, and on time."""

from ._jobs import Job, Jobs
from ._letters import DeadLetter, OutboxStatus, PendingMessage
from ._outbox import Outbox
from ._schedule import Scheduler
from ._sync import HubSync, RoundReport
from ._validation import problems
from ._worker import Worker
from .errors import HubError, HubMessageInvalid, Problem

__all__ = [
    "DeadLetter",
    "HubError",
    "HubMessageInvalid",
    "HubSync",
    "Job",
    "Jobs",
    "Outbox",
    "OutboxStatus",
    "PendingMessage",
    "Problem",
    "RoundReport",
    "Scheduler",
    "Worker",
    "problems",
]
