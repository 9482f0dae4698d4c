"""Reads elements of answers by local name, whatever prefix or namespace they come with (population page A1, A5)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from lxml import etree

from lienthong.identity import nfc

# Records travel in the QCVN 109 namespace, yes/no in the request's; a wrapper may have lost either (population page A1).
_OURS: Final = frozenset({"http://www.mic.gov.vn/dancu/1.0", "http://dancuquocgia.bca", ""})
_YES: Final = frozenset({"true", "1"})
_NO: Final = frozenset({"false", "0"})

Element = etree._Element  # noqa: SLF001 - lxml has no public name for its element type


@lru_cache(maxsize=512)
def local(tag: str) -> str | None:
    """The local name of a tag in one of the namespaces that answers use; ``None`` for foreign ones."""
    namespace, mark, name = tag[1:].partition("}") if tag.startswith("{") else ("", "}", tag)
    return name if mark and namespace in _OURS else None


def find(element: Element, name: str) -> Element | None:
    """The first descendant of this name."""
    return next((item for item in element.iter() if local(item.tag) == name), None)


def children(element: Element | None) -> dict[str, Element]:
    """First child of each name."""
    result: dict[str, Element] = {}
    for child in element if element is not None else ():
        if name := local(child.tag):
            result.setdefault(name, child)
    return result


def text(element: Element | None) -> str:
    """Stripped NFC text; empty when absent."""
    if element is None or element.text is None:
        return ""
    shown = element.text.strip()
    return shown if shown.isascii() else nfc(shown)


def code(element: Element | None) -> str:
    """A catalogue code: plain text, or nested under a child whose name begins with ``Ma`` (QCVN 109)."""
    plain = text(element)
    if plain or element is None:
        return plain
    return next(
        (text(child) for name, child in children(element).items() if name.startswith("Ma")), ""
    )


def several(element: Element, name: str) -> list[Element]:
    """All children of this name."""
    return [child for child in element if local(child.tag) == name]


def flag(element: Element | None) -> bool | None:
    """A boolean in any spelling; ``None`` when it says neither yes nor no."""
    shown = text(element).lower()
    return True if shown in _YES else False if shown in _NO else None


def count(shown: str) -> int | None:
    """A whole number; ``None`` when it is none."""
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else None
