"""The policy stack around every call: deadline, coalescing, retry, breaker, quota, bulkhead, timeout."""

from ._breaker import BreakerState
from ._budget import RetryBudget
from ._coalescing import Coalescer
from ._policies import Policies, PolicyState
from .errors import BreakerOpen, BulkheadFull, DeadlinePassed, PolicyStopped, QuotaSpent

__all__ = [
    "BreakerOpen",
    "BreakerState",
    "BulkheadFull",
    "Coalescer",
    "DeadlinePassed",
    "Policies",
    "PolicyState",
    "PolicyStopped",
    "QuotaSpent",
    "RetryBudget",
]
