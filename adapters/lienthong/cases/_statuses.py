"""The statuses of a case and the ways between them (TrangThaiHoSo, hub page §2.4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from lienthong.interface import InvalidRequest

from .errors import StepNotAllowed


class Status(StrEnum):
    """TrangThaiHoSo, as the hub numbers it."""

    REGISTERED = "1"
    ACCEPTED = "2"
    NOT_ACCEPTED = "3"
    IN_PROCESS = "4"
    SUPPLEMENT_ASKED = "5"
    PAYMENT_ASKED = "6"
    WITHDRAWN = "7"
    STOPPED = "8"
    PROCESSED = "9"
    RETURNED = "10"


STATUS_NAMES_VI: Final[dict[Status, str]] = {
    Status.REGISTERED: "Mới đăng ký",
    Status.ACCEPTED: "Đã tiếp nhận",
    Status.NOT_ACCEPTED: "Không tiếp nhận",
    Status.IN_PROCESS: "Đang xử lý",
    Status.SUPPLEMENT_ASKED: "Yêu cầu bổ sung giấy tờ",
    Status.PAYMENT_ASKED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    Status.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    Status.STOPPED: "Dừng xử lý",
    Status.PROCESSED: "Đã xử lý xong",
    Status.RETURNED: "Đã trả kết quả",
}

_NEXT: Final[dict[Status, frozenset[Status]]] = {
    Status.REGISTERED: frozenset({Status.ACCEPTED, Status.NOT_ACCEPTED, Status.WITHDRAWN}),
    Status.ACCEPTED: frozenset(
        {
            Status.IN_PROCESS,
            Status.SUPPLEMENT_ASKED,
            Status.PAYMENT_ASKED,
            Status.WITHDRAWN,
            Status.STOPPED,
            Status.PROCESSED,
        }
    ),
    Status.IN_PROCESS: frozenset(
        {
            Status.SUPPLEMENT_ASKED,
            Status.PAYMENT_ASKED,
            Status.WITHDRAWN,
            Status.STOPPED,
            Status.PROCESSED,
        }
    ),
    Status.SUPPLEMENT_ASKED: frozenset({Status.IN_PROCESS, Status.WITHDRAWN, Status.STOPPED}),
    Status.PAYMENT_ASKED: frozenset({Status.IN_PROCESS, Status.WITHDRAWN, Status.STOPPED}),
    Status.PROCESSED: frozenset({Status.RETURNED}),
    Status.NOT_ACCEPTED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.STOPPED: frozenset({Status.RETURNED}),
    Status.RETURNED: frozenset(),
}

FINAL: Final = frozenset({Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.RETURNED})
"""Nothing more is done in the case."""
ABANDONED: Final = frozenset({Status.NOT_ACCEPTED, Status.WITHDRAWN})
"""Ended without a result, so nothing that was provisional needs an answer any more."""


def read_status(value: Status | str) -> Status:
    """A status or its number.

    Raises:
        InvalidRequest: There is none of that number.
    """
    try:
        return Status(value)
    except ValueError:
        raise InvalidRequest(
            "status",
            "must be a number from 1 to 10 (TrangThaiHoSo)",
            "Đề nghị chọn trạng thái trong danh sách.",
        ) from None


def require_step(current: Status, target: Status) -> None:
    """Refuses a step that is not in the table.

    Raises:
        StepNotAllowed: The message names both statuses and what is allowed.
    """
    if target not in _NEXT[current]:
        allowed = ", ".join(sorted(_NEXT[current], key=int)) or "nothing: the case has ended"
        raise StepNotAllowed(
            f"A case in status {current} cannot go to {target}; from there it can go to: {allowed}."
        )
