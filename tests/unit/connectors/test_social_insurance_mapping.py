"""Insurance questions and answers, trap by trap (insurance page §2.1; doubts page)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import InsuranceNumber, PartialDate, Sex
from lienthong.interface import (
    CallFailed,
    HouseholdInsuranceQuery,
    InsuranceNumberQuery,
    InsuranceQuery,
    InvalidRequest,
    ReplyUnreadable,
    SystemFault,
    WireReply,
)
from lienthong_connectors.social_insurance._replies import ReplyReader
from lienthong_connectors.social_insurance._requests import household_body, number_body, person_body

READER = ReplyReader("social_insurance", ("99",))


def reply(content: Any) -> WireReply:
    """An answer with this JSON."""
    return WireReply(
        200, {}, content if isinstance(content, bytes) else json.dumps(content).encode()
    )


def test_request_by_criteria() -> None:
    """All fields as text, the name as it is written, codes with their zeros."""
    query = InsuranceNumberQuery(
        "Nguyễn  Văn An", PartialDate(1985, 3, 4), Sex.MALE, "01", "002", "00070"
    )
    assert json.loads(number_body(query)) == {
        "hoTen": "Nguyễn Văn An", "ngaySinh": "19850304", "loaiNgaySinh": "0", "gioiTinh": "1",
        "maTinhKs": "01", "maHuyenKs": "002", "maXaKs": "00070", "isKs": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (PartialDate(1948), ("1948", "1")),
        (PartialDate(1948, 5), ("194805", "2")),
        (PartialDate(1948, 5, 6), ("19480506", "0")),
    ],
)
@pytest.mark.parametrize(
    ("sex", "code"),
    [(Sex.MALE, "1"), (Sex.FEMALE, "2"), (Sex.OTHER, "3"), (Sex.UNKNOWN, "")],
)
def test_birth_and_sex(birth: PartialDate, expected: tuple[str, str], sex: Sex, code: str) -> None:
    """loaiNgaySinh says how much of the date is known; an unknown sex is not guessed."""
    query = HouseholdInsuranceQuery("An", birth, sex, "33", address_is_birth_registration=False)
    sent = json.loads(household_body(query))
    assert (sent["ngaySinh"], sent["loaiNgaySinh"], sent["gioiTinh"]) == (*expected, code)
    assert (sent["isKs"], sent["soSo"], sent["maThe"], sent["maTinh"]) == ("0", "", "", "33")


def test_request_by_number() -> None:
    """The number travels as text with its leading zeros."""
    assert (
        person_body(InsuranceQuery(InsuranceNumber("0098000123"))) == b'{"maSoBhxh":"0098000123"}'
    )


def test_a_name_without_letters_is_refused() -> None:
    """Nobody is asked for without a name."""
    with pytest.raises(InvalidRequest) as refused:
        number_body(InsuranceNumberQuery("…", PartialDate(1948), Sex.MALE))
    assert refused.value.field == "full_name"


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        ({"maSoBhxh": "0112004567", "trangThai": "1", "errorCode": ""}, ["0112004567"]),
        ({"maSoBhxh": 112004567}, ["0112004567"]),
        ([{"maSoBhxh": "0112004567"}], ["0112004567"]),
        ([{"maSoBhxh": "0112004567"}, {"maSoBhxh": "0112004568"}], ["0112004567", "0112004568"]),
        ([{"maSoBhxh": "0112004567"}, {"maSoBhxh": ""}], ["0112004567"]),
        ({"maSoBhxh": "", "trangThai": "0", "errorCode": "1"}, []),
        ({"maSoBhxh": None, "trangThai": "0"}, []),
        ({"maSoBhxh": "0000000000"}, []),
        ({"maSoBhxh": 0}, []),
        ([], []),
    ],
)
def test_numbers(content: Any, numbers: list[str]) -> None:
    """Object or list, text or number; an empty number means nobody."""
    assert [record.number for record in READER.numbers(reply(content))] == numbers


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("19850304", "0", PartialDate(1985, 3, 4)),
        ("19850304", None, PartialDate(1985, 3, 4)),
        ("1985", "1", PartialDate(1985)),
        ("19850101", "1", PartialDate(1985)),
        ("198503", "2", PartialDate(1985, 3)),
        ("19850301", 2, PartialDate(1985, 3)),
        ("1985", "0", PartialDate(1985)),
        (1985, 1, PartialDate(1985)),
        ("19851332", "0", None),
        ("04/03/1985", "0", None),
        ("", "0", None),
        (None, None, None),
    ],
)
def test_birth_dates(text: Any, kind: Any, expected: PartialDate | None) -> None:
    """4, 6 or 8 digits, cut to what loaiNgaySinh says is known."""
    content = {"hoTen": "An", "ngaySinh": text, "loaiNgaySinh": kind, "gioiTinh": 2}
    [record] = READER.persons("0112004567", reply(content))
    assert record.birth == expected
    assert record.sex is Sex.FEMALE
    assert record.number == "0112004567"


def test_a_person_and_a_household() -> None:
    """Area codes come back with their zeros; the household's address is one text."""
    [person] = READER.persons(
        "0112004567",
        reply(
            {
                "hoTen": "An",
                "soSoCu": "0098000123",
                "maTinhKs": 1,
                "maHuyenKs": "002",
                "maXaKs": "70",
            }
        ),
    )
    assert person.address is not None
    assert (person.address.province, person.address.district, person.address.commune) == (
        "01", "002", "00070",
    )  # fmt: skip
    assert person.old_book == "0098000123"
    [household] = READER.households(
        reply([{"maSo": "0112004567", "hoTen": "An", "maHo": "0330010001", "diaChi": "Số 1"}])
    )
    assert (household.household, household.number) == ("0330010001", "0112004567")
    assert household.address is not None
    assert household.address.full == "Số 1"


@pytest.mark.parametrize("content", [{"hoTen": ""}, {"hoTen": None, "trangThai": "0"}, []])
def test_nobody_behind_a_number(content: Any) -> None:
    """A record without a name is nobody."""
    assert READER.persons("0112004567", reply(content)) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"maSoBhxh": "", "errorCode": "99"}, SystemFault),
        ({"maSoBhxh": "", "errorCode": 99}, SystemFault),
        ({"maSoBhxh": None, "trangThai": None, "errorCode": None}, ReplyUnreadable),
        ({"trangThai": "1"}, ReplyUnreadable),
        ({}, ReplyUnreadable),
        (None, ReplyUnreadable),
        ("text", ReplyUnreadable),
        ([None], ReplyUnreadable),
        ({"maSoBhxh": "12345678901"}, ReplyUnreadable),
        ({"maSoBhxh": "không có"}, ReplyUnreadable),
        (b"<html>", ReplyUnreadable),
        (b'{"maSoBhxh', ReplyUnreadable),
    ],
)
def test_failures(content: Any, error: type[CallFailed]) -> None:
    """Configured failure codes are the system's; another answer than promised is unreadable, never nobody."""
    with pytest.raises(error):
        READER.numbers(reply(content))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "0", "0112004567", "19850304", "An"]) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["maSoBhxh", "maSo", "hoTen", "ngaySinh", "loaiNgaySinh", "gioiTinh", "maTinhKs",
                         "diaChi", "trangThai", "errorCode", "maHo"]),
        inner,
        max_size=8,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(content=_VALUES)
def test_any_json_is_records_or_a_typed_error(content: Any) -> None:
    """Whatever JSON comes, the outcome is records or a typed error."""
    answer = reply(content)
    for read in (
        READER.numbers,
        READER.households,
        lambda item: READER.persons("0112004567", item),
    ):
        try:
            read(answer)
        except CallFailed:
            continue
