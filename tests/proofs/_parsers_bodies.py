"""Bodies for the proof of the parsers: real ones with something changed, generated ones, and attacks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
from hypothesis import strategies as st

_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
)
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
_printable = st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20)
_MILLION = 1_000_000
_ALLOWED = 240_000


def dumped(value: Any) -> bytes:
    """JSON; numbers beyond 64 bits too, which orjson would refuse to write."""
    return json.dumps(value, ensure_ascii=True).encode()


def _swap(value: Any, place: int, new: Any) -> tuple[Any, int]:
    """The value with its ``place``-th node replaced, and how many places are left."""
    if place == 0:
        return new, -1
    place -= 1
    if isinstance(value, dict | list):
        pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
        made = []
        for key, item in pairs:
            if place >= 0:
                changed, place = _swap(item, place, new)
                made.append((key, changed))
            else:
                made.append((key, item))
        return (dict(made) if isinstance(value, dict) else [x for _, x in made]), place
    return value, place


@st.composite
def bodies(draw: st.DrawFn, real: bytes) -> bytes:
    """A recorded body with one thing changed, or something else altogether."""
    how = draw(st.sampled_from(["node", "node", "node", "bytes", "cut", "json", "any"]))
    if how == "any":
        return draw(st.binary(max_size=200))
    if how == "json":
        return dumped(draw(_json))
    if how == "cut":
        return real[: draw(st.integers(0, len(real)))]
    if how == "bytes":
        at = draw(st.integers(0, max(len(real) - 1, 0)))
        return real[:at] + draw(st.binary(min_size=1, max_size=4)) + real[at + 1 :]
    try:
        value = orjson.loads(real)
    except orjson.JSONDecodeError:
        return _other_text(draw, real)
    changed, _ = _swap(value, draw(st.integers(0, 60)), draw(_json))
    return dumped(changed)


def _other_text(draw: st.DrawFn, real: bytes) -> bytes:
    """XML with the text between two tags replaced."""
    found = [*re.finditer(rb">[^<]*<", real)]
    inner = draw(_printable).replace("&", "&amp;").replace("<", "&lt;").encode()
    if not found:
        return inner
    place = found[draw(st.integers(0, len(found) - 1))]
    return real[: place.start()] + b">" + inner + b"<" + real[place.end() :]


@st.composite
def texts(draw: st.DrawFn, real: str) -> str:
    """A good text with some letters changed, or any text."""
    how = draw(st.sampled_from(["letter", "letter", "cut", "twice", "any"]))
    if how == "any":
        return draw(st.text(max_size=40))
    if how == "twice":
        return real + draw(st.sampled_from(["", " ", "\n", "-", "|"])) + real
    at = draw(st.integers(0, len(real)))
    if how == "cut":
        return real[:at]
    return real[:at] + draw(st.text(max_size=2)) + real[at + 1 :]


def attacks(real: bytes) -> Iterator[bytes]:
    """XML attacks, huge attributes, nesting without end, lists of a million elements wherever a list may be, and the longest allowed."""
    yield b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    yield b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'
    yield b'<a b="' + b"x" * 7_000_000 + b'"/>'
    yield b"<a " + b"".join(b'x%d="" ' % number for number in range(500_000)) + b"/>"
    yield b"<a>" * 200_000
    yield b"<a>" * 200 + b"</a>" * 200
    yield b"[" * 200_000
    yield b'{"a":' * 500 + b"1" + b"}" * 500
    yield b"[" + b"{}," * (_MILLION - 1) + b"{}]"
    try:
        value = orjson.loads(real)
    except orjson.JSONDecodeError:
        yield b"<a>" + b"<b/>" * _MILLION + b"</a>"
        head, end, tail = real.rpartition(b"</")
        yield head + b"<b/>" * _MILLION + end + tail
        yield head + b"<b/>" * _ALLOWED + end + tail
        return
    for key in value if isinstance(value, dict) else ():
        yield orjson.dumps({**value, key: [{}] * _MILLION})
        yield orjson.dumps({**value, key: orjson.dumps([{}] * _MILLION).decode()})
    if isinstance(value, list) and value:
        yield orjson.dumps(value * _fitting(value))
    elif isinstance(value, dict):
        lists = [key for key, held in value.items() if isinstance(held, list) and held]
        if longest := max(lists, key=lambda key: len(value[key]), default=""):
            rows = value[longest]
            yield orjson.dumps({**value, longest: rows * _fitting(rows)})


def _fitting(rows: list[Any]) -> int:
    """How often rows may be repeated within the usual limits, almost."""
    text = orjson.dumps(rows)
    values = text.count(b",") + text.count(b"{") + text.count(b"[") + 1
    return max(1, min(_ALLOWED // values, 7_000_000 // len(text)))
