"""Reads a request, SOAP or flat JSON, and refuses one that breaks the field table (population page A4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from lienthong_sandbox.systems.population._operations import CONFIRM, LOOK_UP, OPERATIONS, Element

REQUEST_NS: Final = "http://dancuquocgia.bca"
SOAP_NS: Final = "http://schemas.xmlsoap.org/soap/envelope/"

_COMMON: Final = {"MaYeuCau": 40, "MaDVC": 20, "MaTichHop": 20, "MaCanBo": 20}
_NAME_LIMIT: Final = 100
_YEAR: Final = 4
_OPENCPS_ORDER: Final = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh")
_SPEC_ORDER: Final = ("MaYeuCau", "MaDVC", "MaTichHop", "MaDonVi", "MaCanBo", "SoDinhDanh")
_BIRTHS: Final = {
    "yyyyMMdd": re.compile(r"\d{8}"),
    "yyyy-MM-dd": re.compile(r"\d{4}-\d{2}-\d{2}"),
}


class AskFaultyError(ValueError):
    """The request breaks the field table; the message names the field, ``field`` too where one is to blame.

    ``code`` is ``404`` when what is asked for is not there, else empty.
    """

    def __init__(self, message: str, field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. ``birth`` is ``yyyyMMdd``, ``yyyy`` or empty; number, name and birth are empty when it is about nobody.

    ``details`` holds the operation's specific elements that were sent with a text.
    """

    operation: str
    request_id: str
    number: str
    name: str
    birth: str
    procedure: str = ""
    officer: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def from_soap(body: bytes, operation: str, settings: Mapping[str, object]) -> Ask:
    """Reads a SOAP 1.1 request for ``operation``.

    Settings (doubts page): ``order`` is ``opencps`` (default), ``spec`` or ``any``; ``children`` is ``any`` (default),
    ``qualified`` or ``unqualified``; ``birth_shape`` is ``any`` (default), ``nested`` or ``flat``; the rest as in ``_checked``.

    Raises:
        AskFaultyError: It is no such request.
    """
    if b"<!DOCTYPE" in body:
        raise AskFaultyError("a DOCTYPE is not allowed")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise AskFaultyError("the body is not well-formed XML") from error
    found = root.find(f"{{{SOAP_NS}}}Body/{{{REQUEST_NS}}}{operation}")
    if root.tag != f"{{{SOAP_NS}}}Envelope" or found is None:
        raise AskFaultyError(f"no {operation} in namespace {REQUEST_NS} inside a SOAP 1.1 Body")
    fields: dict[str, str] = {}
    for child in found.iterchildren(etree.Element):
        name = etree.QName(child)
        _check_namespace(name, str(settings.get("children", "any")))
        if name.localname == "NgayThangNamSinh":
            fields |= _birth_fields(child, str(settings.get("birth_shape", "any")))
        else:
            fields[name.localname] = (child.text or "").strip()
    _check_order(fields, str(settings.get("order", "opencps")))
    return _checked(operation, fields, settings)


def from_json(value: object, operation: str, settings: Mapping[str, object]) -> Ask:
    """Reads the flat PascalCase JSON of the provincial wrapper (population page A4, V-D).

    Raises:
        AskFaultyError: It is no such request.
    """
    return _checked(operation, _flat(value), settings)


def from_camel_json(value: object, operation: str, settings: Mapping[str, object]) -> Ask:
    """Reads the flat camelCase JSON of the LGSP of Đồng Tháp (population page A4, V-C).

    The path says the operation and no key for MaTichHop is known, so it may be missing. Settings (doubts page): ``dongthap_code`` is
    ``any`` (default), ``required`` or ``refused``; ``dongthap_year`` is the key of a bare year: ``any`` (default), ``nam`` or
    ``ngayThangNam``.

    Raises:
        AskFaultyError: It is no such request.
    """
    fields = {name[:1].upper() + name[1:]: text for name, text in _flat(value).items()}
    if settings.get("dongthap_code", "any") == ("refused" if "MaTichHop" in fields else "required"):
        raise AskFaultyError("maTichHop is missing or unknown", "MaTichHop")
    fields.setdefault("MaTichHop", OPERATIONS[operation].codes[-1])
    year = "Nam" if fields.get("Nam") else "NgayThangNam"
    if len(fields.get(year, "")) == _YEAR:
        if settings.get("dongthap_year", "any") not in ("any", year[:1].lower() + year[1:]):
            raise AskFaultyError(f"{year} must not be a bare year", year)
        fields |= {"NgayThangNam": "", "Nam": fields[year]}
    return _checked(operation, fields, settings)


def _flat(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise AskFaultyError("the body is not a JSON object")
    fields = {}
    for name, content in value.items():
        if content is not None and not isinstance(content, str):
            raise AskFaultyError(f"{name} must be a string", name)
        fields[name] = (content or "").strip()
    return fields


def _check_namespace(name: etree.QName, wanted: str) -> None:
    accepted = {"qualified": (REQUEST_NS,), "unqualified": (None,)}.get(wanted, (REQUEST_NS, None))
    if name.namespace not in accepted:
        raise AskFaultyError(f"{name.localname} is in the wrong namespace")


def _birth_fields(element: etree._Element, shape: str) -> dict[str, str]:
    """Flat text in the spec, nested on the wire (doubts page)."""
    nested = {etree.QName(part).localname: (part.text or "").strip() for part in element}
    if shape not in ("any", "nested" if nested else "flat"):
        raise AskFaultyError("NgayThangNamSinh has a wrong shape", "NgayThangNamSinh")
    if nested:
        return {name: nested[name] for name in ("NgayThangNam", "Nam") if name in nested}
    flat = (element.text or "").strip()
    return {"Nam" if len(flat) == 4 else "NgayThangNam": flat}


def _check_order(fields: Mapping[str, str], order: str) -> None:
    sequence = {"opencps": _OPENCPS_ORDER, "spec": _SPEC_ORDER}.get(order, ())
    expected = [name for name in sequence if name in fields]
    if list(fields)[: len(expected)] != expected:
        raise AskFaultyError(f"element order must begin {', '.join(expected)}")


def _checked(operation: str, fields: Mapping[str, str], settings: Mapping[str, object]) -> Ask:
    """Settings (doubts page): ``identifiers`` is ``one`` (default: exactly one has a text), ``any`` or ``both`` (both elements are there,
    one of them may be empty); ``birth_format`` is ``any``, ``yyyyMMdd`` or ``yyyy-MM-dd``; ``confirm_needs_birth`` makes the
    birth required for XacThuc; ``needs_agency`` makes MaDonVi required; ``confirm_code`` is how XacThuc names its service: ``any``,
    ``003``, ``033`` or ``MaDichVu``; ``our_messages`` is ``taken`` (default) or ``refused``, for all but two operations have a
    body of ours only.
    """
    if operation not in (CONFIRM, LOOK_UP) and settings.get("our_messages") == "refused":
        raise AskFaultyError(f"the content of {operation} is not understood")
    values = dict(fields)
    known = OPERATIONS[operation]
    codes = known.codes
    if operation == CONFIRM:
        codes = _confirm_codes(values, str(settings.get("confirm_code", "any")), codes)
    for name in (*_COMMON, *(["MaDonVi"] if settings.get("needs_agency") else [])):
        if not values.get(name):
            raise AskFaultyError(f"{name} is missing", name)
    for name, limit in (*_COMMON.items(), ("MaDonVi", 35)):
        if len(values.get(name, "")) > limit:
            raise AskFaultyError(f"{name} is longer than {limit}", name)
    if values["MaTichHop"] not in codes:
        raise AskFaultyError(f"MaTichHop is not granted for {operation}", "MaTichHop")
    number = name = birth = ""
    if known.person:
        name = _person_name(values)
        number = _number(values, str(settings.get("identifiers", "one")))
        birth = _birth(operation, values, settings)
    return Ask(
        operation,
        values["MaYeuCau"],
        number,
        name,
        birth,
        values["MaDVC"],
        values["MaCanBo"],
        _details(values, known.elements) if known.elements else {},
    )


def _confirm_codes(values: dict[str, str], wanted: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes to accept; a published mock names the element MaDichVu (doubts page)."""
    if wanted == "MaDichVu" or (wanted == "any" and "MaTichHop" not in values):
        values["MaTichHop"] = values.get("MaDichVu", "")
    return (wanted,) if wanted in codes else codes


def _person_name(values: Mapping[str, str]) -> str:
    name = values.get("HoVaTen", "")
    if not name:
        raise AskFaultyError("HoVaTen is missing", "HoVaTen")
    if len(name) > _NAME_LIMIT:
        raise AskFaultyError(f"HoVaTen is longer than {_NAME_LIMIT}", "HoVaTen")
    return name


def _details(values: Mapping[str, str], elements: tuple[Element, ...]) -> dict[str, str]:
    found = {}
    for element in elements:
        text = values.get(element.name, "")
        if text and not element.pattern.fullmatch(text):
            raise AskFaultyError(f"{element.name} has a wrong format", element.name)
        if text:
            found[element.name] = text
        elif element.required:
            raise AskFaultyError(f"{element.name} is missing", element.name)
    return found


def _number(values: Mapping[str, str], wanted: str) -> str:
    personal, card = values.get("SoDinhDanh", ""), values.get("SoCMND", "")
    if wanted == "both" and not {"SoDinhDanh", "SoCMND"} <= set(values):
        raise AskFaultyError("both SoDinhDanh and SoCMND are expected")
    if personal and card and wanted == "one":
        raise AskFaultyError("exactly one of SoDinhDanh and SoCMND is expected")
    if personal and not re.fullmatch(r"[0-9]{12}", personal):
        raise AskFaultyError("SoDinhDanh must be 12 digits")
    if card and not re.fullmatch(r"[0-9]{9}", card):
        raise AskFaultyError("SoCMND must be 9 digits")
    if not personal and not card:
        raise AskFaultyError("SoDinhDanh or SoCMND is missing")
    return personal or card


def _birth(operation: str, values: Mapping[str, str], settings: Mapping[str, object]) -> str:
    date, year = values.get("NgayThangNam", ""), values.get("Nam", "")
    if date:
        wanted = str(settings.get("birth_format", "any"))
        accepted = [_BIRTHS[wanted]] if wanted in _BIRTHS else list(_BIRTHS.values())
        if not any(pattern.fullmatch(date) for pattern in accepted):
            raise AskFaultyError("NgayThangNam has a wrong format")
        return date.replace("-", "")
    if year:
        if not re.fullmatch(r"[0-9]{4}", year):
            raise AskFaultyError("Nam must be 4 digits")
        return year
    if operation != CONFIRM or settings.get("confirm_needs_birth"):
        raise AskFaultyError("NgayThangNamSinh is missing")
    return ""
