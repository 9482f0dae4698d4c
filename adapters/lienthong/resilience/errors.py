"""Calls that a policy of ours stopped before a byte left.

.. code-block:: text

    LienthongError
    └── PolicyStopped
        ├── DeadlinePassed      the time of the whole desk request is over
        ├── BreakerOpen         the system rests after failures (``retry_after_s``)
        ├── QuotaSpent          our quota of the system is used up (``retry_after_s``)
        └── BulkheadFull        as many calls are under way as agreed, and none ended in time

None of them says anything about the question asked: accept provisionally and ask again later.
"""

from __future__ import annotations

from lienthong.interface import LienthongError

__all__ = ["BreakerOpen", "BulkheadFull", "DeadlinePassed", "PolicyStopped", "QuotaSpent"]


class PolicyStopped(LienthongError):
    """A policy stopped the call; nothing was sent.

    Args:
        system: The national system, e.g. ``population``.
        problem: What happened, in English.
    """

    code = "policy_stopped"
    desk_vi = "Chưa kết nối được hệ thống quốc gia. Hồ sơ vẫn được tiếp nhận, hệ thống sẽ tự kiểm tra sau."

    def __init__(self, system: str, problem: str) -> None:
        super().__init__(f"{system}: {problem}. {self.operator}")
        self.system = system


class DeadlinePassed(PolicyStopped):
    """The time of the whole desk request was over before the call could start."""

    code = "deadline"
    operator = "Compare the answer times of the systems asked before it to the deadline."

    def __init__(self, system: str) -> None:
        super().__init__(system, "the time for the answer was over before the call could start")


class _Waiting(PolicyStopped):
    """Stopped by a policy that knows when to try again."""

    def __init__(self, system: str, problem: str, *, retry_after_s: float) -> None:
        super().__init__(system, f"{problem}; try again in {retry_after_s:.1f} s")
        self.retry_after_s = retry_after_s


class BreakerOpen(_Waiting):
    """The system rests after failures in a row; a synthetic call, never a citizen's, finds out when it is back.

    Args:
        system: The national system.
        retry_after_s: Seconds until it is worth trying again.
    """

    code = "breaker_open"
    operator = "See `lienthong health` for the failure behind it; calls resume by themselves after a probe."

    def __init__(self, system: str, *, retry_after_s: float) -> None:
        super().__init__(
            system, "the breaker is open after repeated failures", retry_after_s=retry_after_s
        )


class QuotaSpent(_Waiting):
    """Our quota of calls per minute is used up and no call becomes free before the deadline.

    Args:
        system: The national system.
        retry_after_s: Seconds until the next call is free.
    """

    code = "quota_spent"
    operator = "Compare the quota agreed with the agency to `limits.per_minute` of this system."

    def __init__(self, system: str, *, retry_after_s: float) -> None:
        super().__init__(system, "our quota per minute is used up", retry_after_s=retry_after_s)


class BulkheadFull(PolicyStopped):
    """``limits.at_once`` calls are under way and none ended before the deadline."""

    code = "bulkhead_full"
    operator = (
        "The system answers slowly, or `limits.at_once` is smaller than the number of busy desks."
    )

    def __init__(self, system: str) -> None:
        super().__init__(system, "too many calls are under way and none ended in time")
