"""The hub room: what is told to the Government operations centre, in order, once, and on time."""

from ._jobs import Job, Jobs, Lag, Pause
from ._leader import Leader
from ._letters import DeadLetter, OutboxStatus, PendingMessage
from ._outbox import Outbox
from ._ratings import Ratings, RatingsReport
from ._reconcile import Gap, Reconciler, ReconcileReport
from ._schedule import JOB_NAMES_VI, Plan, Scheduler, plans
from ._sync import HubSync, RoundReport
from ._validation import problems
from ._worker import Worker
from .errors import HubError, HubMessageInvalid, Problem

__all__ = [
    "JOB_NAMES_VI",
    "DeadLetter",
    "Gap",
    "HubError",
    "HubMessageInvalid",
    "HubSync",
    "Job",
    "Jobs",
    "Lag",
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
