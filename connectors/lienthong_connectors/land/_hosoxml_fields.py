"""The elements of ``HoSoXml`` as declared fields, from the one table that also reads them (insurance page §4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lienthong.interface import Field, Record

from ._hosoxml_records import BLOCKS, IdentityPaper

_KINDS: Final = {
    "Amount": "number",
    "Day": "dd/MM/yyyy",
    "Flag": "0 | 1",
    "Moment": "dd/MM/yyyy HH:mm:ss",
    "SexCode": "0 | 1 | 2 or Boolean",
    "Whole": "int",
}
"""How the types of the records travel, by the name of the type."""


def _fields() -> Iterator[Field]:
    yield Field("HoSoXml/hoSoGuid", "GUID", "unique in the country", True)
    for block, model in BLOCKS.items():
        yield from _of(block, model)
    yield from _of("DC_CaNhan", IdentityPaper)
    yield Field("DC_HoGiaDinh/ThanhVienHoGiaDinh/caNhanId", "string", "id of a member; repeated")
    yield Field("DC_GiaoDich/HoSoTruocBienDong", "HoSoXml", "the record before the change")


def _of(block: str, model: type[Record]) -> Iterator[Field]:
    for name, info in model.model_fields.items():
        facts = info.json_schema_extra
        if not isinstance(facts, dict):
            continue
        length = facts["length"]
        yield Field(
            f"{block}/{info.validation_alias}",
            _KINDS.get(str(model.__annotations__[name]), "string"),
            info.description or "",
            bool(facts["required"]),
            length if isinstance(length, int) else None,
        )


HOSOXML_FIELDS: Final = tuple(_fields())
