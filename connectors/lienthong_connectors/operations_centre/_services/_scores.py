"""Index 766 as the portal shows it to everybody (hub page §9): its new pages' reports and the old pages' one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import CHANNELS, PUBLIC, SYSTEM

_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "service-results": ("kết quả chung", "all six groups"),
    "transparency": ("công khai, minh bạch", "publicity (CKMB)"),
    "dvc-progress-tree": ("tiến độ giải quyết", "progress (TDGQ)"),
    "provide-online-tree": ("cung cấp dịch vụ trực tuyến", "online services (CLGQ)"),
    "formality-online-payment-tree": ("thanh toán trực tuyến", "online payment (TTTT)"),
    "dossier-digitized": ("số hóa hồ sơ", "digitisation (MDSH)"),
    "handling-satisfaction": ("mức độ hài lòng", "satisfaction (MDHL)"),
}
_REQUEST: Final = (
    Field("timeType", "year | quarter | month", "kind of period", True),
    Field("year", "int", "year", True),
    Field("quarter", "int, 1 to 4", "with timeType quarter"),
    Field("month", "int, 1 to 12", "with timeType month"),
    Field("departmentType", "string", "list of provinces; its values are unpublished: a setting"),
    Field("rootDepartmentId", "string", "the portal's id of a unit, in its place: the units below"),
    Field("currentPage", "int, from 1", "page"),
    Field("pageSize", "int", "length of a page"),
)
_DATES: Final = (
    Field("fromDate", "yyyy-MM-dd", "first day, instead of timeType where so set"),
    Field("toDate", "yyyy-MM-dd", "last day"),
)
_UNIT: Final = "data/evaluation"
_REPLY: Final = (
    Field("code", "string", '"OK" for success', True),
    Field("data/overview", "object", "what is above the list, in the form of a row; also parent"),
    Field(f"{_UNIT}/departmentId", "string", "the portal's own id; the list is also called children"),
    Field(f"{_UNIT}/departmentCode", "Hnn", "e-identifier"),
    Field(f"{_UNIT}/departmentName", "string", "name"),
    Field(f"{_UNIT}/totalScore", "number", "points; also score"),
    Field(f"{_UNIT}/totalMaxScore", "number", "most points; also maxScore"),
    Field(f"{_UNIT}/groupScores", "object or list", "points by group CKMB, TDGQ, CLGQ, TTTT, MDSH, MDHL, or items with code and score"),
    Field(f"{_UNIT}/metrics/code", "string", "indicator, e.g. PUBLISH_ON_TIME"),
    Field(f"{_UNIT}/metrics/ratio", "number", "its ratio, as it came"),
    Field(f"{_UNIT}/metrics/score", "number", "its points"),
    Field(f"{_UNIT}/metrics/maxScore", "number", "its most points"),
)  # fmt: skip


def _service(
    name: str, title_vi: str, title_en: str, request: tuple[Field, ...], reply: tuple[Field, ...]
) -> Service:
    return Service(
        SYSTEM, name, Verb.LOOKUP, title_vi, title_en, (PUBLIC,), CHANNELS[PUBLIC], Basis.CODE, "hub page §9",
        request=request, reply=reply,
    )  # fmt: skip


OLD_SCORES: Final = _service(
    "report_tinh_766_service",
    "Điểm bộ chỉ số 766 trên trang cũ của Cổng Dịch vụ công quốc gia",
    "Index 766 as the portal's old pages show it: JSON text in one field of a form; its members are known from few clients",
    (
        Field("params/service", "string", "name of this service", True),
        Field("params/type", '"ref"', "always so", True),
        Field("params/p_nam", "string", "year", True),
        Field("params/p_6thang", "int, 0", "half year: not asked for"),
        Field("params/p_quy", "int, 0 to 4", "quarter"),
        Field("params/p_thang", "int, 0 to 12", "month"),
        Field("params/p_tinh_id", "string", "ID of a unit for the units below; 0: the provinces"),
        Field("params/p_loaidonvi", "int, 1", "kind of unit; other values are unpublished"),
        Field("params/loaichitieu", "int, 0", "kind of indicator; other values are unpublished"),
        Field("params/pageIndex", "int, from 1", "page"),
        Field("params/pageSize", "int", "length of a page"),
    ),
    (
        Field(
            "ID",
            "string",
            "the portal's own id; the answer is a list, alone or inside data, or one unit",
        ),
        Field("MA_COQUAN", "string", "e-identifier"),
        Field("TEN", "string", "name"),
        Field("CKMB", "number", "publicity"),
        Field("TDGQ", "number", "progress"),
        Field("CLGQ", "number", "online services"),
        Field("TTTT", "number", "online payment; a client takes it for CLGQ, and the reverse"),
        Field("MDSH", "number", "digitisation"),
        Field("MDHL", "number", "satisfaction"),
        Field("TONG_SCORE", "number", "all points"),
    ),
)
SCORES: Final[Mapping[str, Service]] = {
    **{
        name: _service(
            name,
            f"Điểm bộ chỉ số 766 trên Cổng Dịch vụ công quốc gia: {title_vi}",
            f"Index 766 as the portal shows it: {title_en}",
            (*_REQUEST, *(_DATES if name == "handling-satisfaction" else ())),
            _REPLY,
        )
        for name, (title_vi, title_en) in _TITLES.items()
    },
    OLD_SCORES.name: OLD_SCORES,
}
"""The service of each report."""
SERVICES: Final = tuple(SCORES.values())
