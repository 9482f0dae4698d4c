"""What is too much in one answer is refused before anything is built of it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

import pytest

from lienthong.interface import (
    Limits,
    ReplyUnreadable,
    WireReply,
    check_size,
    read_json,
    read_json_text,
    read_within,
    read_xml,
)

Reader = Callable[[bytes], Any]


def as_json(body: bytes) -> Any:
    return read_json(WireReply(200, {}, body), system="land", service="x")


def as_inner_json(body: bytes) -> Any:
    return read_json_text(body.decode(), system="land", service="x")


def as_xml(body: bytes) -> Any:
    return read_xml(body, system="land", service="x")


@pytest.fixture(autouse=True)
def _own_limits() -> Iterator[None]:
    """Whatever limits a test sets are gone after it."""
    yield
    read_within(Limits())


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (as_json, b"[" + b"{}," * 999_999 + b"{}]"),
        (as_json, b' \xef\xbb\xbf{"a": [' + b"0," * 999_999 + b"0]}"),
        (as_inner_json, b"[" + b'"",' * 999_999 + b'""]'),
        (as_json, b"[" * 200_000 + b"]" * 200_000),
        (as_xml, b"<a>" + b"<b/>" * 1_000_000 + b"</a>"),
        (as_xml, b"<a>" + b"<b></b>" * 500_000 + b"</a>"),
        (as_xml, b"<a " + b"".join(b'x%d="" ' % n for n in range(300_000)) + b"/>"),
        (as_xml, b"<a>" * 200 + b"</a>" * 200),
    ],
    ids=["objects", "numbers", "inside", "deep", "empty", "closed", "attributes", "deep-xml"],
)
def test_too_much_is_refused(read: Reader, body: bytes) -> None:
    """A million elements, nesting without end: a typed error that names the limit."""
    with pytest.raises(ReplyUnreadable, match=r"limits\.(values|depth)"):
        read(body)


def test_limits_are_settings() -> None:
    """What is refused by one limit passes a higher one; the boundary itself passes."""
    small = Limits(values=100, depth=8)
    body = b"[" + b"0," * 99 + b"0]"
    read_within(small)
    assert len(as_json(body)) == 100
    with pytest.raises(ReplyUnreadable, match="more than 100 values"):
        as_json(body.replace(b"[", b"[0,", 1))
    assert as_json(b"[" * 8 + b"]" * 8)
    with pytest.raises(ReplyUnreadable, match="deeper than 8"):
        as_json(b"[" * 9 + b"]" * 9)
    assert as_xml(b"<a>" * 8 + b"</a>" * 8) is not None
    with pytest.raises(ReplyUnreadable, match="deeper than 8"):
        as_xml(b"<a>" * 9 + b"</a>" * 9)
    read_within(Limits(depth=200))
    assert as_json(b"[" * 200 + b"]" * 200)


def test_brackets_in_texts_are_no_nesting() -> None:
    """Depth is that of values, whatever texts hold."""
    read_within(Limits(depth=8))
    assert as_json(b'["' + b"[" * 50 + b'\\"' + b"{" * 50 + b'"]')
    assert as_json(b'["' + b"[" * 50 + b'", 1]')
    with pytest.raises(ReplyUnreadable, match="deeper than 8"):
        as_json(b'["]", ' * 20 + b'"["]' * 20)


def test_limits_belong_to_a_task() -> None:
    """What one task reads within does not reach another."""
    copy_context().run(read_within, Limits(values=100))
    assert as_json(b"[" + b"0," * 500 + b"0]")


@pytest.mark.parametrize("body", [b"", b"%PDF-" + b",[{" * 200_000, base64.b64encode(b"," * 9)])
def test_files_are_not_counted(body: bytes) -> None:
    """A file is bounded by its size alone."""
    check_size(body, system="land", service="x")


@pytest.mark.parametrize("charset", ["utf-16-le", "latin-1"])
def test_xml_in_another_encoding(charset: str) -> None:
    """Text in which the count would see nothing is refused, whatever encoding it declares."""
    text = f'<?xml version="1.0" encoding="{charset}"?><a>é</a>'
    with pytest.raises(ReplyUnreadable):
        as_xml(text.encode(charset))


def test_marked_utf_16_is_read_and_counted() -> None:
    """With its byte order mark UTF-16 is read, and bounded like everything else."""
    text = '<?xml version="1.0" encoding="utf-8"?><a>Nguyễn</a>'
    assert as_xml(text.encode("utf-16")).text == "Nguyễn"
    with pytest.raises(ReplyUnreadable, match=r"limits\.values"):
        as_xml(("<a>" + "<b/>" * 300_000 + "</a>").encode("utf-16"))
