"""Answers of generation 2 → organisation record: enterprise, household business, co-operative (population page B3).

No specification is public, only one caller's classes; what that caller did not pin down is accepted in every shape seen:
object or list everywhere, an address as list, object or text, people flat or under ``ThongTinCaNhan`` (doubts page).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Address,
    BusinessActivity,
    OrganisationRecord,
    ReplyUnreadable,
    WireReply,
    as_list,
    read_object,
)
from lienthong_connectors.values import area_code, plain_text

from ._options import COOPERATIVE, DETAIL, HOUSEHOLD, Operation
from ._values import day, digits, first, names, objects, refuse_others

_TAX_NUMBER_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Entity:
    """Where the three registers differ."""

    root: str
    code: str
    founded: str
    old_certificate: str
    kind: str
    kind_name: str
    people: str


ENTITIES: Final[dict[Operation, Entity]] = {
    DETAIL: Entity(
        "GetEntCert", "MaSoDoanhNghiep", "NgayDangKyLanDau", "SoGCNDKKD", "MaLoaiHinhDN",
        "LoaiHinhDN", "DaiDienPhapLuat",
    ),
    HOUSEHOLD: Entity(
        "HHCert", "MaSoHKD", "FOUNDING_DATE", "MaSoDangKyHKD", "MaLoaiHinhHKD",
        "LoaiHinhHKD", "ChuHoKinhDoanh",
    ),
    COOPERATIVE: Entity(
        "CoopCert", "MaSoHTX", "NgayDangKyLanDau", "", "MaLoaiHinhHTX",
        "LoaiHinhHTX", "DaiDienPhapLuat",
    ),
}  # fmt: skip


def read_generation2(
    reply: WireReply, code: EnterpriseCode | None, operation: Operation, *, system: str
) -> list[OrganisationRecord]:
    """The first record under the root, as the caller takes it; none when the root is null or empty.

    Raises:
        ReplyUnreadable: The root is missing, or the record is about another organisation than was asked for.
    """
    entity = ENTITIES[operation]
    content = read_object(reply, system=system, service=operation)
    if entity.root not in content:
        raise ReplyUnreadable(system, operation, f"the answer has no {entity.root}")
    found = [
        record
        for item in objects(content[entity.root])
        if (record := _organisation(item, entity)) is not None
    ]
    return refuse_others(found[:1], code, system=system, service=operation)


def _organisation(item: dict[str, Any], entity: Entity) -> OrganisationRecord | None:
    name = plain_text(item.get("TenTiengViet"))
    if not name:
        return None
    status = first(item.get("TinhTrangPhapLy"))
    return OrganisationRecord(
        code=_code(item.get(entity.code)),
        name=name,
        short_name=plain_text(item.get("TenVietTat")),
        foreign_name=plain_text(item.get("TenNuocNgoai")),
        kind=plain_text(item.get(entity.kind)),
        kind_name=plain_text(item.get(entity.kind_name)),
        status=plain_text(status.get("MaTinhTrangPhapLy")),
        status_name=plain_text(status.get("TinhTrangPhapLy")),
        founded=day(item.get(entity.founded)) or day(item.get("NgayDangKyLanDau")),
        amended=day(item.get("NgayDangKyThayDoi")),
        representatives=names(list(_people(item.get(entity.people)))),
        address=_address(item.get("DiaChiTruSo")),
        activities=tuple(
            BusinessActivity(
                code=plain_text(line.get("MaNganh")),
                name=plain_text(line.get("TenNganh")),
                main=plain_text(line.get("LaNganhChinh")) == "1",
            )
            for line in objects(item.get("NganhNgheKinhDoanh"))
        ),
        old_certificate=plain_text(item.get(entity.old_certificate))
        if entity.old_certificate
        else "",
    )


def _code(value: Any) -> str:
    """The code; one that travelled as a number has lost its leading zeros."""
    code = digits(value)
    return code.zfill(_TAX_NUMBER_DIGITS) if code.isdigit() else code


def _people(value: Any) -> Iterator[str]:
    for person in objects(value):
        inner = objects(person.get("ThongTinCaNhan"))
        for item in inner or [person]:
            yield plain_text(item.get("HoVaTen"))


def _address(value: Any) -> Address | None:
    """The head office: flat, under ``DiaChi`` as object or list, or as one text."""
    for item in as_list(value):
        if isinstance(item, str) and item.strip():
            return Address(full=plain_text(item))
        if not isinstance(item, dict) or not any(item.values()):
            continue
        inner = first(item.get("DiaChi"))
        place = inner or item
        found = Address(
            province=area_code(place.get("MaTinhThanh"), 2),
            district=area_code(place.get("MaQuanHuyen"), 3),
            commune=area_code(place.get("MaPhuongXa"), 5),
            detail=plain_text(place.get("SoNha")),
            full=plain_text(place.get("DiaChiDayDu")) or _full(place),
            country=plain_text(place.get("MaQuocGia")),
        )
        if found != _NOWHERE:
            return found
    return None


_NOWHERE: Final = Address()


def _full(place: dict[str, Any]) -> str:
    """The address as one text: as given under ``DiaChi``, else from the parts that have names."""
    parts = ("SoNha", "TenPhuongXa", "TenQuanHuyen", "TenTinhThanh")
    given = _line(place.get("DiaChi"))
    return given or ", ".join(shown for part in parts if (shown := plain_text(place.get(part))))


def _line(value: Any) -> str:
    return next((plain_text(item) for item in as_list(value) if isinstance(item, str)), "")
