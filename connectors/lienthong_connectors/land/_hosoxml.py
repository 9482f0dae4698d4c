"""Reads the registration record ``HoSoXml`` (insurance page §4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeVar

from lxml import etree

from lienthong.interface import Record, ReplyUnreadable, read_xml

from ._hosoxml_records import (
    Certificate,
    Community,
    Couple,
    HoSoXml,
    Household,
    IdentityPaper,
    LandOrigin,
    Obligation,
    Organisation,
    Parcel,
    Person,
    PlaceText,
    Purpose,
    Registration,
    Restriction,
    Transaction,
    UseRight,
)

R = TypeVar("R", bound=Record)

_SERVICE: Final = "hosoxml"
_BEFORE: Final = "hosotruocbiendong"
_MOST_CHANGES: Final = 20
"""Records nest in their changes; a longer chain is no land but an attack."""
_ALIASES: Final[dict[type[Record], frozenset[str]]] = {}


def read_hosoxml(body: bytes | str, *, system: str = "land") -> HoSoXml:
    """The record in a file. Blocks are found by local name, in any namespace, at any depth but inside older records.

    Raises:
        ReplyUnreadable: It is no such XML, carries a DOCTYPE, or nests more than 20 older records.
    """
    root = read_xml(body, system=system, service=_SERVICE)
    if _local(root) != "hosoxml":
        found = next((item for item in root if _local(item) == "hosoxml"), None)
        if found is None:
            raise ReplyUnreadable(system, _SERVICE, "the answer is XML but no HoSoXml")
        root = found
    return _record(root, system, 0)


def _record(root: etree._Element, system: str, depth: int) -> HoSoXml:
    if depth > _MOST_CHANGES:
        raise ReplyUnreadable(system, _SERVICE, "too many older records inside one another")
    registrations = _all(root, "DC_TinhHinhDangKy", Registration)
    return HoSoXml(
        guid=_values(root).get("hosoguid", ""),
        registration=registrations[0] if registrations else None,
        certificates=_all(root, "DC_GiayChungNhan", Certificate),
        parcels=tuple(_parcel(item) for item in _blocks(root, "DC_ThuaDat")),
        rights=_all(root, "DC_QuyenSuDungDat", UseRight),
        persons=tuple(_person(item) for item in _blocks(root, "DC_CaNhan")),
        organisations=_all(root, "DC_ToChuc", Organisation),
        households=tuple(_household(item) for item in _blocks(root, "DC_HoGiaDinh")),
        couples=_all(root, "DC_VoChong", Couple),
        communities=_all(root, "DC_CongDong", Community),
        addresses=_all(root, "DC_DiaChi", PlaceText),
        obligations=_all(root, "DC_NghiaVuTaiChinh", Obligation),
        restrictions=_all(root, "DC_HanCheQuyen", Restriction),
        transactions=tuple(
            _transaction(item, system, depth) for item in _blocks(root, "DC_GiaoDich")
        ),
    )


def _parcel(item: etree._Element) -> Parcel:
    purposes = tuple(
        _one(use, Purpose, origins=_all(use, "DC_NguonGocDat", LandOrigin))
        for use in _blocks(item, "DC_MucDichSuDung")
    )
    return _one(item, Parcel, purposes=purposes)


def _person(item: etree._Element) -> Person:
    """A person with papers, which stand in blocks of any name or directly among the person's elements."""
    papers = [_one(item, IdentityPaper)] + [
        _one(block, IdentityPaper) for block in item.iter() if block is not item and len(block)
    ]
    return _one(item, Person, papers=tuple(paper for paper in papers if paper.number))


def _household(item: etree._Element) -> Household:
    members = tuple(
        text
        for member in _blocks(item, "ThanhVienHoGiaDinh")
        for element in member.iter()
        if _local(element) == "canhanid" and (text := (element.text or "").strip())
    )
    return _one(item, Household, member_ids=members)


def _transaction(item: etree._Element, system: str, depth: int) -> Transaction:
    older = next((element for element in item if _local(element) == _BEFORE), None)
    if older is None:
        return _one(item, Transaction)
    root = next((element for element in older if _local(element) == "hosoxml"), older)
    return _one(item, Transaction, before=_record(root, system, depth + 1))


def _all(root: etree._Element, name: str, model: type[R]) -> tuple[R, ...]:
    return tuple(_one(item, model) for item in _blocks(root, name))


def _one(item: etree._Element, model: type[R], **inner: Any) -> R:
    known = _aliases(model)
    given = _values(item)
    fields = {alias: given[alias.casefold()] for alias in known if alias.casefold() in given}
    return model.model_validate({**fields, **inner})


def _aliases(model: type[Record]) -> frozenset[str]:
    if model not in _ALIASES:
        _ALIASES[model] = frozenset(
            info.validation_alias
            for info in model.model_fields.values()
            if isinstance(info.validation_alias, str)
        )
    return _ALIASES[model]


def _values(item: etree._Element) -> dict[str, str]:
    """Attributes and leaf elements of an element, by local name without letter case; empty ones are absent."""
    values = {str(name).casefold(): str(value) for name, value in item.attrib.items()}
    for element in item:
        text = (element.text or "").strip()
        if len(element) == 0 and text:
            values.setdefault(_local(element), text)
    return values


def _blocks(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Elements of a name below ``root``, outside of older records, and not inside one another."""
    wanted = name.casefold()
    for element in root:
        local = _local(element)
        if local == wanted and (len(element) or element.attrib):
            # A wrapper may carry the name of what it holds.
            inner = [item for item in element if _local(item) == wanted]
            yield from inner or [element]
        elif local != _BEFORE:
            yield from _blocks(element, name)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname.casefold()
