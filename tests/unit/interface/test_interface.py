"""The common interface: reading hostile answers, errors that say what to do, records that hide their values."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.identity import PersonalNumber
from lienthong.interface import (
    CallFailed,
    CitizenQuery,
    CitizenRecord,
    ConfigurationError,
    LienthongError,
    Purpose,
    ReplyUnreadable,
    all_services,
    as_list,
    as_object,
    as_text,
    connector_names,
    errors,
    find_connector,
    read_json_text,
    read_xml,
)

MARK = "Nguyễn Văn Đánh Dấu"
ERRORS = [getattr(errors, name) for name in errors.__all__]
AT = {"system": "population", "service": "x"}


@pytest.mark.parametrize(
    ("body", "nature"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
        (b'{"a": ', "truncated or malformed JSON"),
        ("{}".encode("utf-16"), "not UTF-8 text"),
        (MARK.encode(), "plain text"),
        (f'{{"a": {MARK}}}'.encode(), "malformed JSON"),
        ("\ud800", "not UTF-8 text"),
    ],
)
def test_what_is_no_json_is_described_without_its_content(body: bytes | str, nature: str) -> None:
    """The operator learns what came; nobody learns about whom."""
    with pytest.raises(ReplyUnreadable, match=nature) as caught:
        read_json_text(body, **AT)
    assert MARK not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "nature"),
    [
        (b"", "empty"),
        (b"<a><b></a>", "malformed XML"),
        (b"<a", "malformed XML"),
        (b"<html><body>", "an HTML page"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (f"<a>{MARK}</b>", "malformed XML"),
    ],
)
def test_what_is_no_plain_xml_is_refused(body: bytes | str, nature: str) -> None:
    """Truncated, HTML, or with a DOCTYPE of whatever kind."""
    with pytest.raises(ReplyUnreadable, match=nature) as caught:
        read_xml(body, **AT)
    assert MARK not in str(caught.value)


def test_entities_do_not_grow() -> None:
    """A billion laughs are refused before the first."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(ReplyUnreadable):
        read_xml(f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>', **AT)


def test_good_answers_are_read() -> None:
    """A byte order mark, a declaration inside a string and comments are no mistake."""
    assert read_json_text(b'\xef\xbb\xbf{"a": 1}', **AT) == {"a": 1}
    root = read_xml('<?xml version="1.0" encoding="UTF-16"?><a><!-- b --><c>ộ</c></a>', **AT)
    assert [item.text for item in root] == ["ộ"]


@given(st.binary(max_size=80) | st.text(max_size=80))
def test_reading_fails_in_one_way_only(body: bytes | str) -> None:
    """Whatever comes: a value, or one typed error."""
    for read in (read_json_text, read_xml):
        try:
            read(body, **AT)
        except ReplyUnreadable:
            continue


def test_shapes_are_evened_out() -> None:
    """Object or list, number or text, null."""
    assert (as_list(None), as_list([]), as_list({"a": 1}), as_list([1])) == (
        [],
        [],
        [{"a": 1}],
        [1],
    )
    assert [as_text(value) for value in (None, " a ", 7, 7.0, 7.5, True, False)] == [
        "",
        "a",
        "7",
        "7",
        "7.5",
        "1",
        "0",
    ]
    assert as_object({"a": 1}, **AT) == {"a": 1}
    wrongs: tuple[object, ...] = ([], None, "x", 1)
    for wrong in wrongs:
        with pytest.raises(ReplyUnreadable):
            as_object(wrong, **AT)


def test_every_error_says_what_to_do() -> None:
    """A code of its own, a Vietnamese sentence for the desk, advice for the operator."""
    assert len({kind.code for kind in ERRORS}) == len(ERRORS)
    for kind in ERRORS:
        assert inspect.getdoc(kind)
        assert kind.desk_vi.endswith(".")
        if kind not in {LienthongError, CallFailed}:
            assert kind.operator.endswith(".")
    shown = str(ReplyUnreadable("land", "tiepnhan", "the answer is empty"))
    assert shown.startswith("land/tiepnhan at platform: the answer is empty. ")


def test_nothing_personal_is_shown_by_accident() -> None:
    """A record, query or purpose that ends up in a log shows its type only."""
    record = CitizenRecord(personal_id="033085000101", full_name=MARK, birth="1985-03-14")
    query = CitizenQuery(PersonalNumber("033085000101"), MARK)
    purpose = Purpose("H31.14-261124-0001", "1.004222", "canbo01", "H31.14", "Kiểm thử", MARK)
    for value in (record, [record], {"a": query}, (purpose,)):
        for shown in (repr(value), str(value), f"{value}"):
            assert MARK not in shown
            assert "033085000101" not in shown


def test_connectors_are_found_by_name() -> None:
    """The five that ship are installed; another name lists them."""
    known = connector_names()
    assert {"population", "business", "social_insurance", "land", "operations_centre"} <= set(known)
    assert {service.system for service in all_services()} >= {"population", "land"}
    with pytest.raises(ConfigurationError, match="population"):
        find_connector("customs")
