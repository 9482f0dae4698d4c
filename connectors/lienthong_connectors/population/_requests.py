"""Citizen query → request body, as a SOAP envelope or as flat JSON (population page A4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import orjson

from lienthong.identity import IdentityError, PersonalNumber, clean_name, wire_name
from lienthong.interface import Call, CaseRequired, CitizenQuery, InvalidRequest, SoapMessages

from ._options import LOOKUP, VERIFY, Operation, PopulationOptions

WSDL: Final = Path(__file__).with_name("dancu.wsdl")

_NESTED_BIRTH: Final = ("NgayThangNam", "Nam")
_LONGEST: Final = {"MaYeuCau": 40, "MaDVC": 20, "MaCanBo": 20}
_OURS: Final = {"MaYeuCau": "request_id", "MaDVC": "procedure", "MaCanBo": "officer"}


def flat_fields(
    operation: Operation, query: CitizenQuery, call: Call, options: PopulationOptions
) -> dict[str, str]:
    """The fields of a request in wire order, birth date not yet nested.

    Raises:
        InvalidRequest: A field is missing or does not fit the wire.
        CaseRequired: The call has no case, so there is no officer to name.
    """
    if call.purpose is None:
        raise CaseRequired("population asks for the officer of a case; this call has no case")
    code_element = options.service_code_element if operation == VERIFY else "MaTichHop"
    fields = {
        "MaYeuCau": call.request_id,
        "MaDVC": options.ma_dvc or call.purpose.procedure,
        code_element: options.code(operation),
        "MaCanBo": call.purpose.officer_number or call.purpose.officer,
    }
    for name, longest in _LONGEST.items():
        value = fields[name]
        if not value or len(value) > longest or not value.isprintable():
            raise InvalidRequest(
                _OURS[name], f"must have 1 to {longest} printable characters to travel as {name}"
            )
    number_element = "SoDinhDanh" if isinstance(query.number, PersonalNumber) else "SoCMND"
    fields[number_element] = query.number.value
    if options.ma_don_vi:
        fields["MaDonVi"] = options.ma_don_vi
    fields["HoVaTen"] = _name(query.full_name, options)
    return fields | _birth(operation, query, options)


def _name(full_name: str, options: PopulationOptions) -> str:
    try:
        if options.name_form == "folded":
            return wire_name(full_name)
        return clean_name(full_name).upper()
    except IdentityError as error:
        raise InvalidRequest(error.field, error.message, error.advice_vi) from None


def _birth(operation: Operation, query: CitizenQuery, options: PopulationOptions) -> dict[str, str]:
    birth = query.birth
    if birth is None:
        if operation == LOOKUP:
            raise InvalidRequest(
                "birth",
                "is required for a record: give the date or at least the year",
                "Cần ngày sinh hoặc ít nhất năm sinh để tra cứu thông tin công dân.",
            )
        return {}
    if operation == VERIFY and not options.send_birth_in_verify:
        return {}
    if birth.precision == "day":
        return {
            "NgayThangNam": birth.compact() if options.birth_format == "yyyyMMdd" else birth.iso()
        }
    # The wire knows a full date or a year; a month alone has no place on it.
    return {"Nam": f"{birth.year:04d}"}


class Envelopes:
    """SOAP envelopes by shape: the WSDL builds each shape once, later requests only fill in the values.

    zeep needs some 125 µs for an envelope, filling in five: a desk's look-ups are all of the same few shapes.
    """

    def __init__(self, messages: SoapMessages) -> None:
        self._messages = messages
        self._shapes: dict[tuple[str, ...], list[str]] = {}

    def body(self, operation: Operation, fields: Mapping[str, str]) -> bytes:
        """The envelope with these fields, UTF-8.

        Raises:
            InvalidRequest: The fields do not fit the operation.
        """
        key = (operation, *fields)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._shape(operation, fields)
        # Text and field name alternate, text first and last.
        return "".join(
            escape(fields[part]) if index % 2 else part for index, part in enumerate(shape)
        ).encode()

    def empty(self) -> bytes:
        """An envelope that asks nothing and so has to be answered by a Fault."""
        shape = self._shape(
            VERIFY,
            {
                "MaYeuCau": "",
                "MaDVC": "",
                "MaTichHop": "",
                "MaCanBo": "",
                "SoDinhDanh": "",
                "HoVaTen": "",
            },
        )
        return "".join(part for index, part in enumerate(shape) if not index % 2).encode()

    def _shape(self, operation: Operation, fields: Mapping[str, str]) -> list[str]:
        marks: dict[str, object] = {
            name: f"@@{name}@@" for name in fields if name not in _NESTED_BIRTH
        }
        birth = {name: f"@@{name}@@" for name in fields if name in _NESTED_BIRTH}
        if birth:
            marks["NgayThangNamSinh"] = birth
        return re.split(r"@@(\w+)@@", self._messages.envelope(operation, marks).decode())


def flat_json(_: Operation, fields: Mapping[str, str]) -> bytes:
    """The flat JSON of the provincial wrapper (population page A2, V-D)."""
    return orjson.dumps(fields)


Body = Callable[[Operation, Mapping[str, str]], bytes]
"""Operation and fields → request body."""
