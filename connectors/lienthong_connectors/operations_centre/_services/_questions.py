"""Questions, ratings and promotion outcomes (hub page §1.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lienthong.interface import Basis, Field

from ._common import DATE, read_service, write_service

_NUMBER: Final = Field("HOIDAPID", "string", "number of the question", True)
_QUESTION: Final = (
    _NUMBER,
    Field("MALINHVUC", "string", "field"),
    Field("NOIDUNG", "string", "content", True),
    Field("MADONVI", "string", "agency", True),
    Field("TENDONVI", "string", "its name"),
)
_ANSWER: Final = (
    _NUMBER,
    Field("MADONVI", "string", "agency", True),
    Field("NGUOITRALOI", "string", "who answered", True),
    Field("CHUCVUNGUOITRALOI", "string", "post"),
    Field("NGAYTRALOI", DATE, "when", True),
    Field("NOIDUNGTRALOI", "string", "the answer", True),
)
"""As they are written; whether a reply always has them is not published."""


def _read(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(replace(field, name=f"result/{field.name}", required=None) for field in fields)


def _written(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(replace(field, name=f"data/{field.name}") for field in fields)


LIST_QUESTIONS: Final = read_service(
    "LayDanhSachHoiDapGuiTuDVCQG",
    "Lấy danh sách câu hỏi gửi từ Cổng DVCQG",
    "Questions sent from the national portal",
    (
        *_read(_QUESTION[:2]),
        Field("result/TIEUDE", "string", "title; ours", basis=Basis.OURS),
        *_read(_QUESTION[2:3]),
        Field("result/NGAYGUI", DATE, "asked; ours", basis=Basis.OURS),
        Field("result/TRANGTHAI", "0 | 1", "open, answered; ours", basis=Basis.OURS),
    ),
)
LIST_AGENCY_QUESTIONS: Final = read_service(
    "LayDanhSachHoiDapBoCoQuan",
    "Lấy danh sách hỏi đáp của bộ, cơ quan",
    "Questions and answers of ministries and agencies",
    _read(_QUESTION),
)
LIST_ANSWERS: Final = read_service(
    "LayNoiDungTraLoiTheoCauHoi",
    "Lấy nội dung trả lời theo câu hỏi",
    "The answers to one question",
    _read(_ANSWER),
    (Field("cauhoiid", "string", "number of the question", True),),
)
SYNC_QUESTION: Final = write_service(
    "DongBoHoiDap",
    "Đồng bộ hỏi đáp",
    "Publish a question of an agency",
    # Written, the field's code is spelled otherwise than read (hub page §1.1).
    _written((_NUMBER, replace(_QUESTION[1], name="MaLinhVuc"), *_QUESTION[2:])),
)
SYNC_ANSWER: Final = write_service(
    "DongBoKetQuaHoiDapGuiTuDVCQG",
    "Đồng bộ kết quả trả lời câu hỏi từ Cổng DVCQG",
    "Answer a question from the national portal",
    _written(_ANSWER),
)
SYNC_RATING: Final = write_service(
    "DongBoDanhGia",
    "Đồng bộ đánh giá mức độ hài lòng",
    "A citizen's satisfaction with a dossier; only the name is published, the message is ours",
    (
        Field("data/MaDanhGia", "string", "number of the rating, unique", True),
        Field("data/MaHoSo", "string", "dossier code", True),
        Field("data/NgayDanhGia", DATE, "when", True),
        Field("data/MucDoHaiLong", "1 … 5", "5 is best", True),
        Field("data/KenhDanhGia", "1 | 2 | 3", "counter, online, post"),
        Field("data/NoiDung", "string", "words", False, 2000),
        Field("data/DanhSachTieuChi/MaTieuChi", "string", "criterion"),
        Field("data/DanhSachTieuChi/TenTieuChi", "string", "its name"),
        Field("data/DanhSachTieuChi/Diem", "string", "points"),
    ),
    Basis.OURS,
)
SYNC_OUTCOME: Final = write_service(
    "DongBoTrangThaiHoSo",
    "Đồng bộ trạng thái thông báo khuyến mại",
    "What became of a promotion notice; data is an object",
    (
        Field("type", '"2"', "kind of dossier", True),
        Field("data/MaHoSo", "string", "dossier code", True),
        Field("data/TrangThai", "1 … 11", "status, 11 refused", True),
        Field("data/MaHoSoDonVi", "string", "our dossier code"),
        Field("data/MaDoiTuong", "string", "portal account"),
        Field("data/NoiDung", "string", "words"),
        Field("data/NgayXuLy", DATE, "when", True),
        Field("data/TaiLieuXuLy/TenTepDinhKem", "string", "document; ours", basis=Basis.OURS),
        Field("data/TaiLieuXuLy/DuongDanTaiTepTin", "url", "its address; ours", basis=Basis.OURS),
    ),
)

SERVICES: Final = (
    LIST_QUESTIONS,
    LIST_AGENCY_QUESTIONS,
    LIST_ANSWERS,
    SYNC_QUESTION,
    SYNC_ANSWER,
    SYNC_RATING,
    SYNC_OUTCOME,
)
