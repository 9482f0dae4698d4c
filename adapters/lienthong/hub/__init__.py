"""The hub room: what is told to the Government operations centre, in order, once, and on time."""

from ._jobs import Job, Jobs, Pause
from ._leader import Leader
from ._letters import DeadLetter, OutboxStatus, PendingMessage
from ._outbox import Outbox
from ._ratings import Ratings, RatingsReport
from ._reconcile import Gap, Reconciler, ReconcileReport
from ._schedule import Plan, Scheduler, plans
from ._sync import HubSync, RoundReport
from ._validation import problems
from ._worker import Worker
from .errors import HubError, HubMessageInvalid, Problem

__all__ = [
    "DeadLetter",
    "Gap",
    "HubError",
    "HubMessageInvalid",
    "HubSync",
    "Job",
    "Jobs",
    "Leader",
    "Outbox",
    "OutboxStatus",
    "Pause",
    "PendingMessage",
    "Plan",
    "Problem",
    "Ratings",
    "RatingsReport",
    "ReconcileReport",
    "Reconciler",
    "RoundReport",
    "Scheduler",
    "Worker",
    "plans",
    "problems",
]
