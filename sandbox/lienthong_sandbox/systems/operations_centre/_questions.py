"""Questions and answers between the national portal and the agencies (hub page §1.1).

The names of the services, ``cauhoiid`` and the fields of both writes are seen; the rows of the reads are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ._answers import Answer, Parameters, Speaker, refusal
from ._catalogue import Row
from ._ledger import ANSWER, QUESTION, Ledger
from ._rules import record_fault

_PORTAL_QUESTIONS: Final = tuple(
    {
        "HOIDAPID": f"HD-2026-{number:04d}",
        "MALINHVUC": "",
        "TIEUDE": title,
        "NOIDUNG": text,
        "NGAYGUI": f"202611{number:02d}083000",
    }
    for number, title, text in (
        (1, "Thời hạn giải quyết", "Hồ sơ của tôi nộp trực tuyến thì bao lâu có kết quả?"),
        (2, "Giấy tờ phải nộp", "Tôi có phải nộp bản sao giấy khai sinh không?"),
        (3, "Lệ phí", "Nộp trực tuyến có được giảm lệ phí không?"),
    )
)
_AGENCY_QUESTIONS: Final = (
    {
        "HOIDAPID": "HD-G01-0001",
        "MALINHVUC": "G01-CA05",
        "NOIDUNG": "Đăng ký thường trú cho con mới sinh cần giấy tờ gì?",
        "MADONVI": "G01",
        "TENDONVI": "Bộ Công an",
    },
)
_QUESTION_FIELDS: Final = ("HOIDAPID", "MaLinhVuc", "NOIDUNG", "MADONVI", "TENDONVI")
_ANSWER_FIELDS: Final = (
    "HOIDAPID",
    "MADONVI",
    "NGUOITRALOI",
    "CHUCVUNGUOITRALOI",
    "NGAYTRALOI",
    "NOIDUNGTRALOI",
)


class Questions:
    """The questions that the portal passes on, those that agencies wrote, and the answers."""

    def __init__(self, ledger: Ledger, speaker: Speaker) -> None:
        self._ledger = ledger
        self._speaker = speaker

    @property
    def services(self) -> Mapping[str, Callable[[Parameters], Answer]]:
        """The five services by name."""
        return {
            "LayDanhSachHoiDapGuiTuDVCQG": self._open,
            "LayDanhSachHoiDapBoCoQuan": self._of_agencies,
            "LayNoiDungTraLoiTheoCauHoi": self._answers,
            "DongBoHoiDap": self._ask,
            "DongBoKetQuaHoiDapGuiTuDVCQG": self._answer,
        }

    def _open(self, _parameters: Parameters) -> Answer:
        answered = {record["HOIDAPID"] for record in self._ledger.others(ANSWER)}
        return self._speaker.rows(
            {**row, "TRANGTHAI": str(int(row["HOIDAPID"] in answered))} for row in _PORTAL_QUESTIONS
        )

    def _of_agencies(self, _parameters: Parameters) -> Answer:
        own = [
            {
                "HOIDAPID": record["HOIDAPID"],
                "MALINHVUC": record["MaLinhVuc"],
                **{name: record[name] for name in ("NOIDUNG", "MADONVI", "TENDONVI")},
            }
            for record in self._ledger.others(QUESTION)
        ]
        return self._speaker.rows([*map(dict, _AGENCY_QUESTIONS), *own])

    def _answers(self, parameters: Parameters) -> Answer:
        wanted = parameters.get("cauhoiid")
        if not isinstance(wanted, str) or not wanted:
            return refusal("Thiếu tham số cauhoiid")
        found: list[Row] = [
            dict(record) for record in self._ledger.others(ANSWER) if record["HOIDAPID"] == wanted
        ]
        return self._speaker.rows(found)

    def _ask(self, parameters: Parameters) -> Answer:
        records, fault = _records(parameters, _QUESTION_FIELDS)
        if fault:
            return refusal(fault)
        known = {row["HOIDAPID"] for row in self._ledger.others(QUESTION)}
        if any(record["HOIDAPID"] in known for record in records):
            return self._speaker.exists("Câu hỏi đã tồn tại")
        self._ledger.write(QUESTION, records)
        return self._speaker.done("Đồng bộ hỏi đáp thành công")

    def _answer(self, parameters: Parameters) -> Answer:
        """A later answer to the same question is kept beside the first."""
        records, fault = _records(parameters, _ANSWER_FIELDS, ("NGAYTRALOI",))
        if fault:
            return refusal(fault)
        known = {row["HOIDAPID"] for row in _PORTAL_QUESTIONS}
        if any(record["HOIDAPID"] not in known for record in records):
            return refusal("Câu hỏi không tồn tại")
        self._ledger.write(ANSWER, records)
        return self._speaker.done("Đồng bộ kết quả hỏi đáp thành công")


def _records(
    parameters: Parameters, fields: tuple[str, ...], dates: tuple[str, ...] = ()
) -> tuple[list[Mapping[str, Any]], str]:
    """The records of ``data`` (one object is taken as a list of one), and what is wrong with them."""
    data = parameters.get("data")
    records = [data] if isinstance(data, Mapping) else data
    if not isinstance(records, list) or not records:
        return [], "Thiếu dữ liệu (data)"
    for record in records:
        fault = record_fault(record, fields, dates)
        if fault is not None:
            return [], fault
    return records, ""
