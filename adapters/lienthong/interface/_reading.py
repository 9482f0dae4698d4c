"""Reads answers of national systems: strict about form, tolerant about shape.

HTML, wrong charset, truncated text, ``DOCTYPE`` and the like become :class:`ReplyUnreadable`; object-or-list and
number-or-text are evened out here, once, for all connectors.
"""

from __future__ import annotations

from typing import Any

import orjson
from lxml import etree

from ._purpose import WireReply
from .errors import ReplyUnreadable


def read_json(reply: WireReply, *, system: str, service: str) -> Any:
    """The answer's body as JSON.

    Raises:
        ReplyUnreadable: It is not JSON in UTF-8.
    """
    return read_json_text(reply.body, system=system, service=service)


def read_json_text(body: bytes | str, *, system: str, service: str) -> Any:
    """JSON that arrived inside something else. Raises as :func:`read_json`."""
    text = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    try:
        return orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ReplyUnreadable(
            system, service, f"the answer is {_nature(text)}, not JSON"
        ) from error


def read_xml(body: bytes | str, *, system: str, service: str) -> etree._Element:
    """XML without DOCTYPE, entities or network; comments and processing instructions dropped.

    Raises:
        ReplyUnreadable: It is not well-formed XML, or carries a DOCTYPE.
    """
    text = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if isinstance(body, str) and text.lstrip().startswith(b"<?xml"):
        # The declaration speaks of the bytes it was cut from; inside a JSON string it would only mislead the parser.
        text = text.partition(b"?>")[2]
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReplyUnreadable(system, service, f"the answer is {_nature(text)}, not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReplyUnreadable(system, service, "the answer carries a DOCTYPE, which is refused")
    return root


def _nature(text: bytes) -> str:
    """What a body looks like, in words that reveal nothing of its content."""
    head = text[:200].lstrip().lower()
    if not head:
        return "empty"
    if head.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8 text"
    if head.startswith((b"{", b"[")):
        return "truncated or malformed JSON"
    if head.startswith(b"<"):
        return "truncated or malformed XML"
    return "plain text"


def as_list(value: Any) -> list[Any]:
    """Object-or-list as list: ``None`` → ``[]``, a list as it is, anything else as its only item."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_text(value: Any) -> str:
    """Text-or-number as stripped text; ``None`` → ``""``. Whole floats lose their ``.0``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def as_object(value: Any, *, system: str, service: str) -> dict[str, Any]:
    """The value as a JSON object.

    Raises:
        ReplyUnreadable: It is something else (a list, ``null``, text).
    """
    if not isinstance(value, dict):
        raise ReplyUnreadable(
            system, service, "the answer is JSON but not the object that was promised"
        )
    return value
