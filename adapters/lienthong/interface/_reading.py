"""Reads answers of national systems: strict about form, tolerant about shape.

HTML, wrong charset, truncated text, ``DOCTYPE`` and the like become :class:`ReplyUnreadable`; object-or-list and
number-or-text are evened out here, once, for all connectors. So does what holds more than ``limits.values`` or is deeper than
``limits.depth``: that is seen in the text, before anything is built of it.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final

import orjson
from lxml import etree

from ._purpose import WireReply
from ._settings import Limits
from .errors import ReplyUnreadable

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_USUAL: Final = Limits()
_limits: ContextVar[Limits] = ContextVar("lienthong_reading_limits", default=_USUAL)


def read_within(limits: Limits) -> None:
    """From now on, in this task, answers are read within these limits; a transport says so with each answer."""
    _limits.set(limits)


def check_size(text: bytes, *, system: str, service: str) -> None:
    """Refuses text whose content would be too much, at a cost of a few passes over the bytes; text of another kind passes.

    Separators count inside strings too, so that text inside text is bounded with what is around it.

    Raises:
        ReplyUnreadable: It is JSON or XML with more than ``limits.values``, or JSON deeper than ``limits.depth``.
    """
    limits, first = _limits.get(), text[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first not in (b"<", b"{", b"["):
        return
    openers = 0 if first == b"<" else text.count(b"{") + text.count(b"[")
    marks = (b"</", b"/>", b'="', b"='") if first == b"<" else (b",",)
    found = openers + sum(map(text.count, marks))
    if found > limits.values:
        raise ReplyUnreadable(
            system, service, f"the answer holds more than {limits.values} values (limits.values)"
        )
    if openers > limits.depth and _deeper_than(limits.depth, text):
        raise _too_deep(system, service, limits.depth)


def _deeper_than(limit: int, text: bytes) -> bool:
    """Whether brackets outside strings nest deeper; text that does not close them is left to the parser to refuse."""
    outside = _STRING.sub(b"", text) if b"\\" in text else b"".join(text.split(b'"')[::2])
    brackets = outside.translate(_ALIKE, _NO_BRACKETS)
    # Each turn takes the innermost away, so there are as many turns as levels.
    for _ in range(limit):
        fewer = brackets.replace(b"[]", b"")
        if len(fewer) == len(brackets):
            return False
        brackets = fewer
    return b"[]" in brackets


@lru_cache(maxsize=8)
def _below(depth: int) -> etree.XPath:
    """Whether a document has an element below so many others."""
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


def _too_deep(system: str, service: str, depth: int) -> ReplyUnreadable:
    return ReplyUnreadable(
        system, service, f"the answer is nested deeper than {depth} (limits.depth)"
    )


def read_json(reply: WireReply, *, system: str, service: str) -> Any:
    """The answer's body as JSON.

    Raises:
        ReplyUnreadable: It is not JSON in UTF-8, or too much of it.
    """
    return read_json_text(reply.body, system=system, service=service)


def read_object(reply: WireReply, *, system: str, service: str) -> dict[str, Any]:
    """The answer's body as a JSON object. Raises as :func:`read_json` and :func:`as_object`."""
    content = read_json(reply, system=system, service=service)
    return as_object(content, system=system, service=service)


def read_json_text(body: bytes | str, *, system: str, service: str) -> Any:
    """JSON that arrived inside something else. Raises as :func:`read_json`."""
    text = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    check_size(text, system=system, service=service)
    try:
        return orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ReplyUnreadable(
            system, service, f"the answer is {_nature(text)}, not JSON"
        ) from error


def read_xml(body: bytes | str, *, system: str, service: str) -> etree._Element:
    """XML without DOCTYPE, entities or network; comments and processing instructions dropped.

    The wire is UTF-8, whatever a declaration says; UTF-16 is read too where its byte order mark stands first.

    Raises:
        ReplyUnreadable: It is not well-formed XML, in another encoding, carries a DOCTYPE, or is too much.
    """
    text = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        text = text.decode("utf-16", "replace").encode("utf-8")
    if isinstance(body, str) and text.lstrip().startswith(b"<?xml"):
        # The declaration speaks of the bytes it was cut from; inside a JSON string it would only mislead the parser.
        text = text.partition(b"?>")[2]
    check_size(text, system=system, service=service)
    # In another encoding the count above would have seen nothing.
    parser = etree.XMLParser(
        encoding="utf-8",
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
    if _below(depth := _limits.get().depth)(root.getroottree()):
        raise _too_deep(system, service, depth)
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
