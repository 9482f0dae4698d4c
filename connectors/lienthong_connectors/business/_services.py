"""The declared services of the business registration database (population page B1 to B3)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._fields import (
    COOPERATIVE_REPLY,
    DAY_REPLY,
    DETAIL_REPLY,
    DOSSIER_REPLY,
    ENTERPRISE_REPLY,
    FRONT_REPLY,
    HOUSEHOLD_REPLY,
    LIST_REPLY,
)
from ._options import COOPERATIVE, DAY, DETAIL, DOSSIER, FRONT, HOUSEHOLD, LIST, PROXY, Operation

SYSTEM: Final = "business"

_CHANNELS: Final = ("ngsp", "lgsp", "open")
_GUIDE: Final = "population page B1 (guide of the Quảng Bình adapter)"
_PAGES: Final = (
    Field("offset", "int", "Rows to skip", True),
    Field("limit", "int", "Rows per page; no maximum is published", True),
)


def _service(
    name: Operation,
    title_vi: str,
    title_en: str,
    *,
    request: tuple[Field, ...],
    reply: tuple[Field, ...],
    source: str,
    dialect: str = "generation1",
    channels: tuple[str, ...] = _CHANNELS,
    basis: Basis = Basis.SPEC,
) -> Service:
    return Service(
        system=SYSTEM,
        name=name,
        verb=Verb.LOOKUP,
        title_vi=title_vi,
        title_en=title_en,
        dialects=(dialect,),
        channels=channels,
        basis=basis,
        source=source,
        request=request,
        reply=reply,
    )


def _code(name: str, meaning: str) -> Field:
    return Field(name, "digits", meaning, True, 14)


DETAIL_SERVICE: Final = _service(
    DETAIL,
    "Chi tiết doanh nghiệp",
    "The registration record of an enterprise or branch",
    request=(_code("msdn", "Enterprise code = tax number, 10 digits, 13 for a branch"),),
    reply=DETAIL_REPLY,
    source="population page B1, B2 (guide of the Quảng Bình adapter, NGSP SDK)",
)
DAY_SERVICE: Final = _service(
    DAY,
    "Danh sách hồ sơ trong ngày",
    "Today's registration dossiers between two times",
    request=(
        Field("from_ts", "HH:mm", "From this time of today, 24 hours", True, 5),
        Field("to_ts", "HH:mm", "To this time of today, 24 hours", True, 5),
        *_PAGES,
    ),
    reply=DAY_REPLY,
    source=_GUIDE,
)
LIST_SERVICE: Final = _service(
    LIST,
    "Danh sách hồ sơ",
    "Registration dossiers of some days; longer questions are split into spans of five days",
    request=(
        Field("from_date", "dd/MM/yyyy", "First day", True, 10),
        Field("to_date", "dd/MM/yyyy", "Last day, at most a span of 5 days", True, 10),
        *_PAGES,
    ),
    reply=LIST_REPLY,
    source=_GUIDE,
)
DOSSIER_SERVICE: Final = _service(
    DOSSIER,
    "Tình trạng hồ sơ",
    "How one registration dossier stands",
    request=(Field("in_journal_no", "string", "Journal number of the dossier", True),),
    reply=DOSSIER_REPLY,
    source=_GUIDE,
)
ENTERPRISE2_SERVICE: Final = _service(
    DETAIL,
    "Chi tiết doanh nghiệp (thế hệ 2)",
    "The registration record of an enterprise or branch, generation 2",
    request=(_code("msdn", "Enterprise code = tax number, 10 digits, 13 for a branch"),),
    reply=ENTERPRISE_REPLY,
    source="population page B3, caller C7",
    dialect="generation2",
    basis=Basis.CODE,
)
HOUSEHOLD_SERVICE: Final = _service(
    HOUSEHOLD,
    "Chi tiết hộ kinh doanh",
    "The registration record of a household business",
    request=(_code("mst", "Tax number of the household business, 10 or 12 digits"),),
    reply=HOUSEHOLD_REPLY,
    source="population page B3, caller C7",
    dialect="generation2",
    basis=Basis.CODE,
)
COOPERATIVE_SERVICE: Final = _service(
    COOPERATIVE,
    "Chi tiết hợp tác xã",
    "The registration record of a co-operative",
    request=(_code("mst", "Tax number of the co-operative, 10 digits"),),
    reply=COOPERATIVE_REPLY,
    source="population page B3, caller C7",
    dialect="generation2",
    basis=Basis.CODE,
)
FRONT_SERVICE: Final = _service(
    FRONT,
    "Tra cứu thông tin doanh nghiệp (LGSP TP. Hồ Chí Minh)",
    "The registration record of an enterprise or branch, by the HCM platform",
    request=(_code("MaSoDoanhNghiep", "Enterprise code, a branch's with a dash: 0123456789-001"),),
    reply=FRONT_REPLY,
    source="population page B2, caller C11",
    dialect="hcm",
    channels=("hcm",),
    basis=Basis.CODE,
)

PROXY_SERVICE: Final = _service(
    PROXY,
    "Chi tiết doanh nghiệp (qua OpenCPS)",
    "The registration record of an enterprise or branch, by the proxy of an OpenCPS installation",
    request=(
        Field("type", '"ChiTietDoanhNghiep"', "The question", True),
        _code("msdn", "Enterprise code = tax number, 10 digits, 13 for a branch"),
    ),
    reply=DETAIL_REPLY,
    source="population page B2, caller C2 (encoding ours)",
    dialect="opencps",
    basis=Basis.CODE,
)

OPERATIONS: Final[tuple[tuple[Operation, Service], ...]] = (
    (DETAIL, DETAIL_SERVICE),
    (DAY, DAY_SERVICE),
    (LIST, LIST_SERVICE),
    (DOSSIER, DOSSIER_SERVICE),
    (DETAIL, ENTERPRISE2_SERVICE),
    (HOUSEHOLD, HOUSEHOLD_SERVICE),
    (COOPERATIVE, COOPERATIVE_SERVICE),
    (FRONT, FRONT_SERVICE),
    (PROXY, PROXY_SERVICE),
)
"""Every service with the operation that asks it."""

SERVICES: Final = tuple(service for _, service in OPERATIONS)
