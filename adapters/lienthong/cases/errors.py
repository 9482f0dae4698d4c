"""Errors of the cases room.

.. code-block:: text

    LienthongError
    └── CaseError
        ├── CaseNotFound        no such case; check the dossier code
        ├── CaseConflict        the dossier code is taken by another case
        ├── CaseClosed          the case is closed; nothing more can be done in it
        ├── PapersPending       papers accepted provisionally are not settled yet
        ├── StepNotAllowed      the case cannot go from its status to that one
        ├── CaseChanged         somebody else changed the case in between; load it again
        ├── EventsGone          events that a reader has not seen are no longer kept
        ├── WrongValueNotFound  no such wrong-value report
        └── WrongValueSettled   the report was rejected or corrected already
"""

from __future__ import annotations

from lienthong.interface import LienthongError

__all__ = [
    "CaseChanged",
    "CaseClosed",
    "CaseConflict",
    "CaseError",
    "CaseNotFound",
    "EventsGone",
    "PapersPending",
    "StepNotAllowed",
    "WrongValueNotFound",
    "WrongValueSettled",
]


class CaseError(LienthongError):
    """Base of this room's errors."""

    code = "case"
    operator = "Nothing: the caller must correct the request."


class CaseNotFound(CaseError):
    """There is no such case."""

    code = "case_not_found"
    desk_vi = "Không có hồ sơ này. Đề nghị kiểm tra lại mã hồ sơ."


class CaseConflict(CaseError):
    """The dossier code is taken by a case of another procedure, agency or applicant."""

    code = "case_conflict"
    desk_vi = "Mã hồ sơ đã được dùng cho hồ sơ khác. Đề nghị kiểm tra lại mã hồ sơ."


class CaseClosed(CaseError):
    """The case is closed."""

    code = "case_closed"
    desk_vi = "Hồ sơ đã kết thúc nên không thao tác thêm được."


class PapersPending(CaseError):
    """The case has papers that were accepted provisionally and whose source has not answered yet."""

    code = "papers_pending"
    desk_vi = "Hồ sơ còn giấy tờ tiếp nhận tạm, chờ cơ sở dữ liệu quốc gia trả lời. Đề nghị kết thúc hồ sơ sau."
    operator = "Nothing: the papers are settled by themselves when their source answers, at the latest at their deadline."


class StepNotAllowed(CaseError):
    """The case cannot go from its status to the one asked for."""

    code = "step_not_allowed"
    desk_vi = (
        "Không chuyển được hồ sơ sang trạng thái này. Đề nghị kiểm tra lại trạng thái hiện tại."
    )


class CaseChanged(CaseError):
    """Somebody else changed the case between reading and writing."""

    code = "case_changed"
    desk_vi = "Hồ sơ vừa được người khác cập nhật. Đề nghị tải lại hồ sơ rồi thao tác lại."
    operator = "Nothing: load the case again and repeat."


class EventsGone(CaseError):
    """Events that a reader has not seen are no longer kept (setting ``callback.keep_days``), or a backup without what it saw
    was put back.

    Attributes:
        after: The number that the reader gave.
        kept_after: The number to go on after; what is numbered up to it is gone.
    """

    code = "events_gone"
    desk_vi = "Một số sự kiện đã quá thời hạn lưu. Đề nghị đọc lại tình trạng các hồ sơ đang mở."
    operator = (
        "Read the state of the cases that are open (`OneStop.cases`), then go on after the number named; "
        "read more often, or set `callback.keep_days` higher."
    )

    def __init__(self, after: int, kept_after: int) -> None:
        self.after = after
        self.kept_after = kept_after
        super().__init__(
            f"What followed number {after} is no longer kept; the store goes on after {kept_after}. {self.operator}"
        )


class WrongValueNotFound(CaseError):
    """There is no such wrong-value report."""

    code = "wrong_value_not_found"
    desk_vi = "Không có báo sai này. Đề nghị kiểm tra lại mã."


class WrongValueSettled(CaseError):
    """The wrong-value report was rejected or corrected already."""

    code = "wrong_value_settled"
    desk_vi = "Báo sai này đã có kết quả cuối cùng. Nếu vẫn còn sai, đề nghị báo lại từ hồ sơ."
