"""The yes/no questions of ``lienthong verify --claim``, for an open case."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ._exits import NEGATIVE, OK
from ._kinds import Kind, build_query
from ._parts import quiet_log

_NO_VI: Final = "Cơ sở dữ liệu quốc gia không xác nhận: {claim}. Đề nghị đối chiếu giấy tờ gốc."
_ALIVE_VI: Final = "Cơ sở dữ liệu quốc gia không ghi nhận người nộp đã chết hoặc mất tích."
SENTENCES_VI: Final = {
    "confirmed": "Cơ sở dữ liệu quốc gia xác nhận: {claim}.",
    # Nobody and several read alike: which of the two stands only in the audit log (DESIGN §4).
    "not_found": "Không có dữ liệu phù hợp với thông tin đã nêu.",
    "ambiguous": "Không có dữ liệu phù hợp với thông tin đã nêu.",
    "mismatch": _NO_VI,
    "not_licensed": "Chưa được cấp quyền xác minh nội dung này: đề nghị nộp giấy tờ.",
    "throttled": "Đã hết hạn mức lượt gọi: thử lại sau.",
    "unavailable": "Hệ thống quốc gia tạm thời chưa trả lời: thử lại sau.",
    "deferred": "Hệ thống sẽ trả lời sau.",
}


async def ask_claim(
    config: Path,
    system: str,
    kind: Kind,
    dossier: str,
    reason: str,
    typed: Mapping[str, Any],
    *,
    as_json: bool,
) -> int:
    """Asks, and prints the answer.

    Raises:
        CaseNotFound, CaseClosed, UsageError, IdentityError, NotSupported, AuditUnavailable
    """
    from lienthong import OneStop
    from lienthong.interface import Confirmed

    from ._output import local_time, provenance_json, say, show_json

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.case(dossier)
        query = build_query(kind, case.applicant, typed)
        outcome = await case.confirm(system, query, reason=reason)
    sentence = SENTENCES_VI[outcome.kind].format(claim=kind.title)
    if kind.name == "life-status" and outcome.kind == "mismatch":
        sentence = _ALIVE_VI  # here a no is the good answer, and no paper is to be asked for
    caution = outcome.caution_vi if isinstance(outcome, Confirmed) else ""
    provenance = getattr(outcome, "provenance", None)
    if as_json:
        show_json(
            {
                "dossier": case.dossier,
                "system": system,
                "claim": kind.name,
                "outcome": "not_found" if outcome.kind == "ambiguous" else outcome.kind,
                "sentence_vi": sentence,
                "caution_vi": caution,
                "provenance": provenance_json(provenance),
            }
        )
    else:
        say(sentence)
        if caution:
            say(f"Lưu ý: {caution}")
        if provenance is not None:
            say(
                f"Nguồn: {provenance.system}/{provenance.service}, {local_time(provenance.answered_at)}"
            )
    return OK if isinstance(outcome, Confirmed) else NEGATIVE
