"""Spoils an answer: cut in the middle, emptied of values, in a wrong charset, with a DOCTYPE, or not an answer at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from lienthong_sandbox._faults import Fault
from lienthong_sandbox._wire import Response

_HTML: Final = (
    "<!DOCTYPE html><html><head><title>Bảo trì</title></head><body><h1>Hệ thống đang bảo trì</h1>"
    "<p>Vui lòng quay lại sau.</p></body></html>"
)
_SOAP_FAULT: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault>'
    "<faultcode>soapenv:Server</faultcode><faultstring>Lỗi nội bộ của dịch vụ</faultstring>"
    "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_FIRST_TEXT: Final = re.compile(r">([^<>]*\S[^<>]*)</")
_ANY_TEXT: Final = re.compile(r">[^<>]*\S[^<>]*</")


def replaced(fault: Fault) -> Response | None:
    """What stands in the place of the system's answer; None when the system is to be asked."""
    status = fault.status or (503 if fault.outage else 0)
    if status or fault.html_page:
        answer = Response.of_text("sandbox fault", status)
        if fault.html_page:
            html = {"content-type": "text/html; charset=utf-8"}
            answer = Response(status or 200, _HTML.encode(), html)
        if fault.retry_after_s is not None:
            answer.headers["retry-after"] = str(fault.retry_after_s)
        return answer
    if fault.soap_fault_in_200:
        return Response.of_xml(_SOAP_FAULT)
    if fault.oversize_mb:
        return Response(200, b"", {"content-type": "application/octet-stream"})
    return None


def spoiled(answer: Response, fault: Fault) -> Response:
    """The system's answer with the fault's damage done to its text."""
    headers = dict(answer.headers)
    body = answer.body
    if fault.nulls:
        body = _without_values(body, headers)
    if fault.object_for_list and "json" in headers.get("content-type", ""):
        body = json.dumps(_unlisted(json.loads(body)), ensure_ascii=False).encode()
    if fault.doctype and b"<" in body[:64]:
        body = _with_doctype(body.decode("utf-8")).encode()
    if fault.wrong_charset:
        body = body.decode("utf-8", "replace").encode("utf-16")
    if fault.truncate:
        body = body[: len(body) // 2]
    return Response(answer.status, body, headers)


def _without_values(body: bytes, headers: Mapping[str, str]) -> bytes:
    text = body.decode("utf-8", "replace")
    if "json" in headers.get("content-type", ""):
        return json.dumps(_nulled(json.loads(text))).encode()
    return _ANY_TEXT.sub("></", text).encode()


def _nulled(value: object) -> object:
    if isinstance(value, dict):
        return {name: _nulled(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_nulled(part) for part in value]
    return None


def _unlisted(value: object) -> object:
    """A list of one is its element, as after a careless turn from XML; inside JSON that is a text, too."""
    if isinstance(value, dict):
        return {name: _unlisted(part) for name, part in value.items()}
    if isinstance(value, list):
        return _unlisted(value[0]) if len(value) == 1 else [_unlisted(part) for part in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        return _unlisted_text(value)
    return value


def _unlisted_text(text: str) -> str:
    try:
        return json.dumps(_unlisted(json.loads(text)), ensure_ascii=False)
    except ValueError:
        return text


def _with_doctype(text: str) -> str:
    declaration = _DECLARATION.match(text)
    start = declaration.end() if declaration else 0
    rest = _FIRST_TEXT.sub(">&trap;</", text[start:], count=1)
    doctype = '<!DOCTYPE trap [<!ENTITY trap "expanded entity">]>'
    return text[:start] + doctype + rest
