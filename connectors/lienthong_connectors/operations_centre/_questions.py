"""Questions, answers, ratings and promotion outcomes (hub page §1.1)."""

from __future__ import annotations

from typing import Any, Final

from lienthong.identity import nfc
from lienthong.interface import (
    AnswerList,
    HubAnswer,
    HubQuestion,
    HubRating,
    InvalidRequest,
    PortalAnswer,
    PortalQuestion,
    PromotionOutcome,
    QuestionList,
)
from lienthong_connectors.values import vietnam_time

from ._messages import required, wire_time
from ._replies import Answer, text_of

_ANSWERED: Final = {"0": False, "1": True}
_PROMOTION_STATUSES: Final = frozenset(str(number) for number in range(1, 12))


def question_to_wire(message: HubQuestion) -> dict[str, Any]:
    """One entry of ``data`` of DongBoHoiDap. Raises ``InvalidRequest``."""
    return {
        "HOIDAPID": required("question_id", message.question_id),
        "MaLinhVuc": message.field_code,
        "NOIDUNG": required("content", message.content),
        "MADONVI": required("agency", message.agency),
        "TENDONVI": nfc(message.agency_name),
    }


def answer_to_wire(message: HubAnswer) -> dict[str, Any]:
    """One entry of ``data`` of DongBoKetQuaHoiDapGuiTuDVCQG. Raises ``InvalidRequest``."""
    return {
        "HOIDAPID": required("question_id", message.question_id),
        "MADONVI": required("agency", message.agency),
        "NGUOITRALOI": required("answered_by", message.answered_by),
        "CHUCVUNGUOITRALOI": nfc(message.title),
        "NGAYTRALOI": wire_time("answered_at", message.answered_at),
        "NOIDUNGTRALOI": required("content", message.content),
    }


def rating_to_wire(message: HubRating) -> dict[str, Any]:
    """One entry of ``data`` of DongBoDanhGia (ours: no body is published). Raises ``InvalidRequest``."""
    return {
        "MaDanhGia": required("rating_id", message.rating_id),
        "MaHoSo": required("dossier", message.dossier),
        "NgayDanhGia": wire_time("at", message.at),
        "MucDoHaiLong": message.satisfaction,
        "KenhDanhGia": message.channel,
        "NoiDung": nfc(message.content),
        "DanhSachTieuChi": [
            {"MaTieuChi": item.code, "TenTieuChi": nfc(item.name), "Diem": item.points}
            for item in message.criteria
        ],
    }


def outcome_to_wire(message: PromotionOutcome) -> dict[str, Any]:
    """``data`` of DongBoTrangThaiHoSo, an object and no list. Raises ``InvalidRequest``."""
    if message.status not in _PROMOTION_STATUSES:
        raise InvalidRequest("status", "is none of the hub's codes 1 to 11")
    return {
        "MaHoSo": required("dossier", message.dossier),
        "TrangThai": message.status,
        "MaHoSoDonVi": message.agency_dossier,
        "MaDoiTuong": message.owner_account,
        "NoiDung": nfc(message.content),
        "NgayXuLy": wire_time("at", message.at),
        "TaiLieuXuLy": [
            {"TenTepDinhKem": nfc(name), "DuongDanTaiTepTin": url}
            for name, url in message.documents
        ],
    }


def questions_of(answer: Answer) -> QuestionList | None:
    """The questions of a list; ``None`` when there are none."""
    found = tuple(
        PortalQuestion(
            question_id=number,
            field_code=text_of(row, "MALINHVUC"),
            title=text_of(row, "TIEUDE"),
            content=text_of(row, "NOIDUNG"),
            asked_at=vietnam_time(text_of(row, "NGAYGUI")),
            answered=_ANSWERED.get(text_of(row, "TRANGTHAI")),
            agency=text_of(row, "MADONVI"),
            agency_name=text_of(row, "TENDONVI"),
        )
        for row in answer.rows
        if (number := text_of(row, "HOIDAPID"))
    )
    return QuestionList(questions=found) if found else None


def answers_of(answer: Answer, question_id: str) -> AnswerList | None:
    """The answers to a question; ``None`` when there are none."""
    found = tuple(
        PortalAnswer(
            question_id=question_id,
            agency=text_of(row, "MADONVI"),
            answered_by=text_of(row, "NGUOITRALOI"),
            title=text_of(row, "CHUCVUNGUOITRALOI"),
            answered_at=vietnam_time(text_of(row, "NGAYTRALOI")),
            content=text_of(row, "NOIDUNGTRALOI"),
        )
        for row in answer.rows
        if text_of(row, "HOIDAPID") in ("", question_id)
    )
    return AnswerList(answers=found) if found else None
