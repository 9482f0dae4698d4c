"""Fields of a request → its body: a SOAP envelope, the wrapper's flat JSON, or the camel-case JSON of Đồng Tháp."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import orjson
from lxml import etree

from lienthong.interface import SoapMessages

from ._operations import VERIFY, Operation
from ._options import PopulationOptions

WSDL: Final = Path(__file__).with_name("dancu.wsdl")
NAMESPACE: Final = "http://dancuquocgia.bca"
_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"

BIRTH: Final = "NgayThangNamSinh"
_NESTED_BIRTH: Final = ("NgayThangNam", "Nam")
_PERSON_KEYS: Final = ("SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNam")
_NO_QUESTION: Final = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh", "HoVaTen")

Body = Callable[[Operation, Mapping[str, str]], bytes]
"""Operation and fields → request body."""


class Envelopes:
    """SOAP envelopes by shape: the WSDL builds each shape once, later requests only fill in the values.

    zeep needs some 125 µs for an envelope, filling in five: a desk's look-ups are all of the same few shapes.

    Args:
        messages: The messages of the WSDL.
        qualified: Whether the elements of a request stand in the request namespace (doubts page).
        nested_birth: Whether the birth date stands in a child element (doubts page).
    """

    def __init__(
        self, messages: SoapMessages, *, qualified: bool = True, nested_birth: bool = True
    ) -> None:
        self._messages = messages
        self._qualified = qualified
        self._nested_birth = nested_birth
        self._shapes: dict[tuple[str, ...], list[str]] = {}

    def body(self, operation: Operation, fields: Mapping[str, str]) -> bytes:
        """The envelope with these fields in this order, UTF-8.

        Raises:
            InvalidRequest: The fields do not fit the operation.
        """
        key = (operation, *fields)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._shape(operation, tuple(fields))
        # Text and field name alternate, text first and last.
        return "".join(
            escape(fields[part]) if index % 2 else part for index, part in enumerate(shape)
        ).encode()

    def empty(self) -> bytes:
        """An envelope that asks nothing and so has to be answered by a Fault."""
        shape = self._shape(VERIFY, _NO_QUESTION)
        return "".join(part for index, part in enumerate(shape) if not index % 2).encode()

    def _shape(self, operation: Operation, names: tuple[str, ...]) -> list[str]:
        marks: dict[str, object] = {
            name: f"@@{name}@@" for name in names if name not in _NESTED_BIRTH
        }
        birth = {name: f"@@{name}@@" for name in names if name in _NESTED_BIRTH}
        if birth:
            marks[BIRTH] = birth
        envelope = self._messages.envelope(operation, marks)
        return re.split(r"@@(\w+)@@", self._arranged(envelope, operation, names).decode())

    def _arranged(self, envelope: bytes, operation: Operation, names: tuple[str, ...]) -> bytes:
        """The WSDL's envelope in the order of the fields and in the form that the settings ask for."""
        root = etree.fromstring(envelope)
        # All callers send an empty Header, which zeep leaves out (population page A1).
        root.insert(0, root.makeelement(f"{{{_SOAP}}}Header"))
        asked = next(root.iter(f"{{{NAMESPACE}}}{operation}"))
        places = {name: index for index, name in enumerate(names)}
        birth = min((places[name] for name in _NESTED_BIRTH if name in places), default=0)
        asked[:] = sorted(asked, key=lambda item: places.get(etree.QName(item).localname, birth))
        if not self._nested_birth:
            for nested in asked.iterchildren(f"{{{NAMESPACE}}}{BIRTH}"):
                nested.text = nested[0].text
                del nested[:]
        if not self._qualified:
            for item in list(asked.iterdescendants()):
                item.tag = etree.QName(item).localname
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def flat_json(_: Operation, fields: Mapping[str, str]) -> bytes:
    """The flat JSON of the provincial wrapper (population page A2, V-D)."""
    return orjson.dumps(fields)


def camel_json(options: PopulationOptions) -> Body:
    """The flat JSON of the Đồng Tháp platform (population page A4, V-C): lower first letter, unused person fields empty."""
    dropped = () if options.flat_ma_tich_hop else ("MaTichHop", "MaDichVu")

    def body(_: Operation, fields: Mapping[str, str]) -> bytes:
        empty = dict.fromkeys(_PERSON_KEYS, "") if "HoVaTen" in fields else {}
        content = {
            options.flat_year_key if name == "Nam" else lower_first(name): value
            for name, value in (empty | dict(fields)).items()
            if name not in dropped
        }
        return orjson.dumps({**content, "userNameService": options.user_name_service})

    return body


def lower_first(name: str) -> str:
    """A name with its first letter in lower case."""
    return name[:1].lower() + name[1:]
