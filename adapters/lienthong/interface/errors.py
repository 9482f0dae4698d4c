"""Errors of the common interface, classed by what the caller should do.

.. code-block:: text

    LienthongError
    ├── ConfigurationError          correct the configuration; nothing was sent
    ├── RequestRefused              we refused before a byte left
    │   ├── InvalidRequest          correct the named field
    │   ├── NotSupported            this system does not offer that; ask another way
    │   ├── CaseRequired            open a case first, or the case is closed
    │   └── AuditUnavailable        the audit log cannot be written: free its disk, then try again
    └── CallFailed                  the far side did not give a usable answer
        ├── Unreachable             not sent; trying again can help
        ├── MaybeArrived            sent, no answer: look before sending again
        ├── Overloaded              the far side asked us to wait (``retry_after_s``)
        ├── SystemFault             the far side reported a failure of its own
        ├── ReplyUnreadable         the answer is no answer: HTML, truncated, too large, wrong charset
        ├── SessionEnded            token or session no longer accepted; the channel renews it once
        └── CredentialsRefused      our credentials or certificate are refused; an operator must act

Not found, mismatch, ambiguous, not licensed and the like are *answers*, not errors: see
:mod:`lienthong.interface` outcomes. No message contains anything about a person.
"""

from __future__ import annotations

from ._vocabulary import Hop, Sent

__all__ = [
    "AuditUnavailable",
    "CallFailed",
    "CaseRequired",
    "ConfigurationError",
    "CredentialsRefused",
    "InvalidRequest",
    "LienthongError",
    "MaybeArrived",
    "NotSupported",
    "Overloaded",
    "ReplyUnreadable",
    "RequestRefused",
    "SessionEnded",
    "SystemFault",
    "Unreachable",
]


class LienthongError(Exception):
    """Base of all errors that this library raises on purpose.

    ``str(error)`` says what happened, where, and what to do next, in English for the log. ``desk_vi`` is the one
    Vietnamese sentence for the person at the desk; ``operator`` says what the operator should do.
    """

    desk_vi = "Hệ thống gặp lỗi. Đề nghị thử lại hoặc báo quản trị hệ thống."
    operator = "See the log entry of this error."
    code = "error"
    """Stable identifier of the class, for APIs, metrics and documentation."""


class ConfigurationError(LienthongError):
    """The configuration is missing something or contradicts itself."""

    code = "configuration"
    desk_vi = "Hệ thống chưa được cấu hình đúng. Đề nghị báo quản trị hệ thống."
    operator = "Correct the named setting, then run `lienthong config check`."


class RequestRefused(LienthongError):
    """We refused before a byte left."""

    code = "refused"


class InvalidRequest(RequestRefused):
    """A field of the request is missing or malformed."""

    code = "invalid_request"
    operator = "Nothing: the caller must correct the request."

    def __init__(self, field: str, problem: str, desk_vi: str | None = None) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        if desk_vi:
            self.desk_vi = desk_vi


class NotSupported(RequestRefused):
    """The system does not offer what was asked; `lienthong systems` lists what it does offer."""

    code = "not_supported"
    desk_vi = "Hệ thống quốc gia này không cung cấp nội dung đã yêu cầu."
    operator = "Nothing: see `lienthong systems` for what each system offers."


class CaseRequired(RequestRefused):
    """A look-up hangs on an open case; there is none, or it is closed."""

    code = "case_required"
    desk_vi = "Chỉ được tra cứu trong hồ sơ đang mở. Đề nghị mở hồ sơ trước khi tra cứu."
    operator = "Nothing: the caller must open a case first."


class AuditUnavailable(RequestRefused):
    """The audit log cannot be written, so no call may leave (DESIGN §4: no record, no call)."""

    code = "audit_unavailable"
    desk_vi = "Tạm thời không tra cứu được vì chưa ghi được nhật ký. Đề nghị tiếp nhận giấy tờ như bình thường."
    operator = "Free the disk or restore the database that holds the audit log; calls resume by themselves."


class CallFailed(LienthongError):
    """The far side did not give a usable answer.

    Args:
        system: The national system, e.g. ``population``.
        service: Wire name of the service.
        problem: What happened, in English, with nothing personal in it.
        hop: Where it happened.
        sent: Whether the request can have been processed.
        retryable: Whether sending again can help by itself.
    """

    code = "call_failed"
    hop = Hop.PLATFORM
    sent = Sent.MAYBE
    retryable = False
    desk_vi = "Chưa kết nối được hệ thống quốc gia. Hồ sơ vẫn được tiếp nhận, hệ thống sẽ tự kiểm tra sau."

    def __init__(
        self,
        system: str,
        service: str,
        problem: str,
        *,
        hop: Hop | None = None,
        sent: Sent | None = None,
        retryable: bool | None = None,
    ) -> None:
        self.system = system
        self.service = service
        self.problem = problem
        if hop is not None:
            self.hop = hop
        if sent is not None:
            self.sent = sent
        if retryable is not None:
            self.retryable = retryable
        super().__init__(f"{system}/{service} at {self.hop}: {problem}. {self.operator}")


class Unreachable(CallFailed):
    """No connection: refused, no route, no name, or no free connection in time. Nothing was sent."""

    code = "unreachable"
    sent = Sent.NO
    retryable = True
    operator = "Check network, firewall and address of the system; calls resume by themselves."


class MaybeArrived(CallFailed):
    """The request left and no whole answer came back: time-out, reset or closed connection."""

    code = "maybe_arrived"
    sent = Sent.MAYBE
    retryable = True
    operator = "Watch the system's answer times; reads are retried, writes are looked up before they are sent again."


class Overloaded(CallFailed):
    """The far side asked us to send less (HTTP 429, or 503 with Retry-After)."""

    code = "overloaded"
    sent = Sent.ANSWERED
    retryable = True
    operator = "Compare the quota agreed with the agency to `limits.per_minute` of this system."

    def __init__(
        self, system: str, service: str, problem: str, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(system, service, problem)
        self.retry_after_s = retry_after_s


class SystemFault(CallFailed):
    """The far side reported a failure of its own: HTTP 5xx, SOAP Fault, failure code. After 500, 502 or 504 a write may have arrived."""

    code = "system_fault"
    hop = Hop.SYSTEM
    sent = Sent.ANSWERED
    retryable = True
    operator = "If it lasts, report to the agency with the request id of the audit entry."


class ReplyUnreadable(CallFailed):
    """The answer cannot be read as what was promised: HTML, truncated, too large, wrong charset, DOCTYPE."""

    code = "reply_unreadable"
    sent = Sent.ANSWERED
    retryable = True
    operator = "Something between us and the system answers in its place, or its contract changed; compare with `lienthong systems`."


class SessionEnded(CallFailed):
    """The token or session is no longer accepted. Channels renew once and repeat; callers see it only if that fails."""

    code = "session_ended"
    hop = Hop.CHANNEL
    sent = Sent.NO
    retryable = True
    operator = "If it repeats, check the clock and whether another process uses the same account."


class CredentialsRefused(CallFailed):
    """Our credentials or certificate are refused, or the far side's certificate is not trusted. Never retried."""

    code = "credentials_refused"
    hop = Hop.CHANNEL
    sent = Sent.NO
    operator = (
        "Check account, secret, clock and certificates of this system, then run `lienthong health`."
    )
