"""Answer → yes/no or citizen record (population page A5, A6), whatever prefix, shape of name, address or date it has."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from lienthong.identity import IdentityError, OldCardNumber, PartialDate, Sex, nfc
from lienthong.interface import (
    Address,
    CitizenQuery,
    CitizenRecord,
    RelatedPerson,
    ReplyUnreadable,
    SystemFault,
    WireReply,
    as_object,
    as_text,
    read_json,
    read_xml,
)

_SOAP: Final = {
    f"{{{namespace}}}Envelope": (f"{{{namespace}}}Body", f"{{{namespace}}}Fault")
    for namespace in (
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    )
}
# Records travel in the QCVN 109 namespace, yes/no in the request's; a wrapper may have lost either (population page A1).
_OURS: Final = frozenset({"http://www.mic.gov.vn/dancu/1.0", "http://dancuquocgia.bca", ""})
_FAULT_CODE: Final = re.compile(r"(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,60})")
_YES: Final = frozenset({"true", "1"})
_NO: Final = frozenset({"false", "0"})
_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE}
_CODE_LENGTHS: Final = {2: "province", 3: "district", 5: "commune"}

Element = etree._Element  # noqa: SLF001 - lxml has no public name for its element type


class ReplyReader:
    """Reads the answers of one population system.

    Args:
        system: Name of the system, for errors.
        wrapped: Whether the XML comes as text in a JSON object (population page A2, V-D).
    """

    def __init__(self, system: str, *, wrapped: bool) -> None:
        self._system = system
        self._wrapped = wrapped

    def exists(self, service: str, reply: WireReply) -> bool:
        """The answer of XacThucThongTinCongDan.

        Raises:
            SystemFault: A SOAP Fault, or the wrapper's failure code.
            ReplyUnreadable: It is no such answer.
        """
        text = _text(_find(self._body(service, reply), "TonTai")).lower()
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise ReplyUnreadable(self._system, service, "the answer holds no yes or no (TonTai)")

    def citizens(self, service: str, reply: WireReply, query: CitizenQuery) -> list[CitizenRecord]:
        """The usable citizens of an answer of TraCuuThongTinCongDan: those that have a name (population page A6).

        Raises:
            SystemFault: A SOAP Fault, or the wrapper's failure code.
            ReplyUnreadable: It is no such answer, or speaks of another number than was asked for.
        """
        body = self._body(service, reply)
        collection = _find(body, "CongdanCollection")
        if collection is None:
            for item in body:
                # An empty answer of this operation means nobody; the answer of another one means a broken contract.
                if not (_local(item.tag) or "").startswith(service):
                    raise ReplyUnreadable(
                        self._system, service, "the answer is that of another operation"
                    )
            return []
        found = [_citizen(item) for item in collection if _local(item.tag) == "CongDan"]
        records = [record for record in found if record is not None]
        for record in records:
            if _of_another(record, query):
                raise ReplyUnreadable(
                    self._system,
                    service,
                    "the answer is about another number than was asked for",
                    retryable=False,
                )
        return records

    def answers(self, service: str, reply: WireReply) -> str:
        """What kind of answer came to an empty question, in words for health. Raises ``ReplyUnreadable``."""
        try:
            self._body(service, reply)
        except SystemFault as fault:
            return fault.problem
        return "an answer without a Fault"

    def _body(self, service: str, reply: WireReply) -> Element:
        """The SOAP Body."""
        envelope = self._envelope(service, reply)
        names = _SOAP.get(envelope.tag)
        if names is None:
            raise ReplyUnreadable(self._system, service, "the answer is XML but no SOAP envelope")
        body = next((child for child in envelope if child.tag == names[0]), None)
        if body is None:
            raise ReplyUnreadable(self._system, service, "the SOAP envelope has no Body")
        fault = next((child for child in body if child.tag == names[1]), None)
        if fault is not None:
            raise self._fault(service, fault)
        return body

    def _envelope(self, service: str, reply: WireReply) -> Element:
        if not self._wrapped:
            return read_xml(reply.body, system=self._system, service=service)
        content = as_object(
            read_json(reply, system=self._system, service=service),
            system=self._system,
            service=service,
        )
        message = content.get("message")
        # The success code of the wrapper is unpublished, so XML counts as an answer whatever code comes with it.
        if isinstance(message, str) and message.lstrip("\ufeff \t\r\n").startswith("<"):
            return read_xml(message.lstrip("\ufeff"), system=self._system, service=service)
        code = as_text(content.get("error_code"))
        if code.strip("0"):
            shown = code if _FAULT_CODE.fullmatch(f"c{code}") and len(code) <= 10 else "unreadable"
            raise SystemFault(self._system, service, f"the wrapper reports error code {shown}")
        raise ReplyUnreadable(self._system, service, "the wrapper's answer holds no XML")

    def _fault(self, service: str, fault: Element) -> SystemFault:
        """The Fault as an error. Its text is left out: nothing says that it is free of personal data."""
        code = next(
            (
                _text(item)
                for item in fault.iter()
                if etree.QName(item).localname in {"faultcode", "Value"}
            ),
            "",
        )
        known = _FAULT_CODE.fullmatch(code)
        name = known[1] if known else "unknown"
        # "Client" says that our message is wrong: the same again gets the same (SOAP 1.1 §4.4.1).
        ours = name.startswith(("Client", "Sender"))
        return SystemFault(self._system, service, f"SOAP Fault {name}", retryable=not ours)


@lru_cache(maxsize=512)
def _local(tag: str) -> str | None:
    """The local name of a tag in one of the namespaces that answers use; ``None`` for foreign ones."""
    namespace, mark, name = tag[1:].partition("}") if tag.startswith("{") else ("", "}", tag)
    return name if mark and namespace in _OURS else None


def _find(element: Element, name: str) -> Element | None:
    """The first descendant of this name."""
    return next((item for item in element.iter() if _local(item.tag) == name), None)


def _children(element: Element | None) -> dict[str, Element]:
    """First child of each name."""
    result: dict[str, Element] = {}
    for child in element if element is not None else ():
        if name := _local(child.tag):
            result.setdefault(name, child)
    return result


def _text(element: Element | None) -> str:
    """Stripped NFC text; empty when absent."""
    if element is None or element.text is None:
        return ""
    text = element.text.strip()
    return text if text.isascii() else nfc(text)


def _code(element: Element | None) -> str:
    """A catalogue code: plain text, or nested under a child whose name begins with ``Ma`` (QCVN 109)."""
    plain = _text(element)
    if plain or element is None:
        return plain
    return next(
        (_text(child) for name, child in _children(element).items() if name.startswith("Ma")), ""
    )


def _citizen(element: Element) -> CitizenRecord | None:
    fields = _children(element)
    name = _name(fields.get("HoVaTen")) or _name_parts(fields)
    if not name:
        return None
    return CitizenRecord(
        personal_id=_text(fields.get("SoDinhDanh")),
        old_card=_text(fields.get("SoCMND")),
        full_name=name,
        birth=_birth(fields.get("NgayThangNamSinh")),
        sex=_SEXES.get(_text(fields.get("GioiTinh")), Sex.UNKNOWN),
        nationality=_code(fields.get("QuocTich")),
        ethnicity=_code(fields.get("DanToc")),
        religion=_code(fields.get("TonGiao")),
        marital_status=_code(fields.get("TinhTrangHonNhan")),
        blood_group=_code(fields.get("NhomMau")),
        birth_registration=_address(fields.get("NoiDangKyKhaiSinh")),
        home_town=_address(fields.get("QueQuan")),
        permanent_address=_address(fields.get("ThuongTru")),
        current_address=_address(fields.get("NoiOHienTai")),
        father=_relative(fields.get("Cha")),
        mother=_relative(fields.get("Me")),
        spouse=_relative(fields.get("VoChong")),
        representative=_relative(fields.get("NguoiDaiDien")),
        head_of_household=_relative(fields.get("ChuHo")),
        household_book=_text(fields.get("SoSoHoKhau")),
    )


def _name(element: Element | None) -> str:
    """A name as plain text, or in Ho, ChuDem and Ten, of which the first two are often empty (population page A5)."""
    plain = _text(element)
    return " ".join(plain.split()) if plain else _name_parts(_children(element))


def _name_parts(fields: dict[str, Element]) -> str:
    return " ".join(" ".join(_text(fields.get(part)) for part in ("Ho", "ChuDem", "Ten")).split())


def _birth(element: Element | None) -> PartialDate | None:
    fields = _children(element)
    for text in (_text(fields.get("NgayThangNam")), _text(element), _text(fields.get("Nam"))):
        if (read := _date(text)) is not None:
            return read
    return None


def _date(text: str) -> PartialDate | None:
    """A date with or without separators; zeros for an unknown month or day mean that it is not known."""
    if not text:
        return None
    digits = text.replace("-", "") if text[:4].isdigit() else text
    try:
        if len(digits) == 8 and digits.isdigit():
            while digits.endswith("00") and len(digits) > 4:
                digits = digits[:-2]
        if digits.isdigit():
            return PartialDate.parse_compact(digits)
        return PartialDate.parse(text)
    except IdentityError:
        return None


def _address(element: Element | None) -> Address | None:
    fields = _children(element)
    parts = {
        "province": _padded(_text(fields.get("MaTinhThanh")), 2),
        "district": _padded(_text(fields.get("MaQuanHuyen")), 3),
        "commune": _padded(_text(fields.get("MaPhuongXa")), 5),
        "detail": _text(fields.get("ChiTiet")),
        "country": _code(fields.get("QuocGia")),
    }
    unit = _text(fields.get("MaDonViHanhChinh"))
    if level := _CODE_LENGTHS.get(len(unit)):
        parts[level] = parts[level] or unit
    return Address(**parts) if any(parts.values()) else None


def _padded(code: str, length: int) -> str:
    return code.zfill(length) if code.isdigit() else code


def _relative(element: Element | None) -> RelatedPerson | None:
    fields = _children(element)
    name = _name(fields.get("HoVaTen")) or _name_parts(fields)
    numbers = _text(fields.get("SoDinhDanh")), _text(fields.get("SoCMND"))
    if not name and not any(numbers):
        return None
    return RelatedPerson(
        full_name=name,
        personal_id=numbers[0],
        old_card=numbers[1],
        nationality=_code(fields.get("QuocTich")),
        relation=_code(fields.get("QuanHe")),
    )


def _of_another(record: CitizenRecord, query: CitizenQuery) -> bool:
    """Whether the record names a number of the kind that was asked for, and another one."""
    held = record.old_card if isinstance(query.number, OldCardNumber) else record.personal_id
    return bool(held) and held != query.number.value
