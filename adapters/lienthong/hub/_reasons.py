"""Why a message is not told yet: our word for it, the far side's code, and the sentences people read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lienthong.guard import redact_text

_LONGEST = 500
# One digit more or less is a person's number mistyped: the hub quotes what it was sent.
_NUMBERS = re.compile(r"(?<!\d)\d{9,12}(?!\d)")


@dataclass(frozen=True, slots=True)
class Reason:
    """What to do about a dead letter, in two languages."""

    sentence_vi: str
    sentence_en: str


REFUSED: Final = "refused"
INVALID: Final = "invalid"
IN_DOUBT: Final = "in_doubt"
EXHAUSTED: Final = "exhausted"
UNTOLD_DOSSIER: Final = "untold_dossier"
UNREADABLE: Final = "unreadable"
UNCLEAR: Final = "unclear"
LATER: Final = "later"
GIVEN_UP: Final = "given_up"

_REASONS: Final = {
    REFUSED: Reason(
        "Trung tâm của Chính phủ không nhận nội dung này. Đề nghị xem câu trả lời của Trung tâm, sửa hồ sơ rồi gửi lại.",
        "The hub refuses the content. Read its answer, correct the case, then send it again.",
    ),
    INVALID: Reason(
        "Nội dung không đúng quy định nên chưa gửi được. Đề nghị sửa trường được nêu trong hồ sơ rồi gửi lại.",
        "The content breaks the rules of the wire, so nothing was sent. Correct the named field of the case, then send it again.",
    ),
    IN_DOUBT: Reason(
        "Bước xử lý có thể đã đến Trung tâm nhưng không nhận được câu trả lời. Đề nghị đối chiếu trên Trung tâm: "
        "nếu chưa có thì gửi lại, nếu đã có thì bỏ qua.",
        "The step may have reached the hub but its answer was lost. Look it up at the hub: send it again if it is missing there, "
        "give it up if it is there.",
    ),
    EXHAUSTED: Reason(
        "Đã gửi nhiều lần mà Trung tâm không trả lời được. Đề nghị kiểm tra kết nối với Trung tâm rồi gửi lại.",
        "Sent many times without a usable answer. Check the connection to the hub, then send it again.",
    ),
    UNTOLD_DOSSIER: Reason(
        "Trung tâm chưa có hồ sơ của bước xử lý này. Đề nghị cập nhật hồ sơ để gửi hồ sơ lên trước, rồi gửi lại bước này.",
        "The hub does not have the dossier of this step. Change the case so that the dossier is told, then send the step again.",
    ),
    UNCLEAR: Reason(
        "Trung tâm báo mã thành công nhưng lời trả lời không nói vậy, và trạng thái ở Trung tâm khác của ta. "
        "Đề nghị đọc câu trả lời, đối chiếu trên Trung tâm rồi gửi lại hoặc bỏ qua.",
        "The hub's code says success but its words do not, and its status differs from ours. Read the answer, compare at the hub, "
        "then send it again or give it up.",
    ),
    UNREADABLE: Reason(
        "Không đọc được nội dung đã lưu. Đề nghị quản trị hệ thống kiểm tra tệp khóa rồi gửi lại.",
        "The stored message cannot be read. Check the keyring, then send it again.",
    ),
}
_UNKNOWN: Final = Reason(
    "Chưa gửi được lên Trung tâm. Đề nghị quản trị hệ thống xem nhật ký rồi gửi lại.",
    "Could not be told to the hub. See the log, then send it again.",
)


def reason_of(last_code: str) -> Reason:
    """The sentences for a stored code."""
    return _REASONS.get(last_code.partition(":")[0], _UNKNOWN)


def coded(word: str, code: str = "") -> str:
    """Our word and the far side's code as one column keeps them, e.g. ``refused:-1``."""
    return f"{word}:{redact_text(code)[:60]}" if code else word


def quoted(message: str) -> str:
    """The far side's own words as they may be kept: numbers of persons and addresses blotted out, not endless."""
    return _NUMBERS.sub("█", redact_text(message[:_LONGEST]))
