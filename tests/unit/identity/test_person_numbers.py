"""Personal numbers and old card numbers."""

from __future__ import annotations

import copy
import pickle

import pytest

from lienthong.identity import (
    Caution,
    InsuranceNumber,
    InvalidIdentifier,
    Likeness,
    OldCardNumber,
    PartialDate,
    PersonalNumber,
    Sex,
    compare_numbers,
    identify_person_number,
)


def test_digits_tell_province_century_sex_and_year() -> None:
    """The first six digits are read as the rule of the personal number says."""
    number = PersonalNumber.parse("033188001234")
    assert (number.province_code, number.province_name) == ("033", "Hưng Yên")
    assert (number.century, number.sex, number.birth_year) == (20, Sex.FEMALE, 1988)
    assert (number.warnings, number.is_foreign_prefix) == ((), False)


@pytest.mark.parametrize(
    ("digit", "century", "sex"),
    [
        ("0", 20, Sex.MALE),
        ("1", 20, Sex.FEMALE),
        ("2", 21, Sex.MALE),
        ("3", 21, Sex.FEMALE),
        ("4", 22, Sex.MALE),
        ("9", 24, Sex.FEMALE),
    ],
)
def test_fourth_digit_gives_century_and_sex(digit: str, century: int, sex: Sex) -> None:
    """Every published value of the fourth digit gives its century and sex."""
    number = PersonalNumber.parse(f"001{digit}05000000")
    assert (number.century, number.sex, number.birth_year) == (century, sex, century * 100 - 95)


@pytest.mark.parametrize(
    "text",
    [
        "033088001234",
        " 033 088 001 234 ",
        "033.088.001.234",
        "０３３０８８００１２３４",
        "033088001234\u200b",
        "033\u00a0088\u00a0001\u00a0234",
    ],
)
def test_tolerated_spellings_give_one_number(text: str) -> None:
    """Spaces, dots, full-width digits and invisible characters do not matter."""
    assert PersonalNumber.parse(text).value == "033088001234"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345678901",
        "0330880012345",
        "03308800123O",
        "٠٣٣٠٨٨٠٠١٢٣٤",
        "033-088001234",
        "²33088001234",
    ],
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    """A wrong value gives a typed error with field and advice, and the value is in neither."""
    with pytest.raises(InvalidIdentifier) as caught:
        PersonalNumber.parse(text)
    assert caught.value.field == "personal_id"
    assert caught.value.advice_vi.endswith("nhập lại.")
    assert not text or text not in f"{caught.value}{caught.value.advice_vi}{caught.value!r}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("value", [None, 33088001234, b"033088001234", ["033088001234"]])
def test_what_is_not_text_is_refused_with_a_type(value: object) -> None:
    """A number or null from a reply is a typed error, because numbers have lost their leading zeros."""
    with pytest.raises(InvalidIdentifier, match="not text"):
        PersonalNumber.parse(value)
    with pytest.raises(InvalidIdentifier, match="not text"):
        identify_person_number(value)


def test_a_lost_leading_zero_is_suspected() -> None:
    """One digit too few, as spreadsheets make it, is named as such."""
    with pytest.raises(InvalidIdentifier, match="leading 0"):
        PersonalNumber.parse("33088001234")
    with pytest.raises(InvalidIdentifier, match="leading 0"):
        identify_person_number("12345678")


def test_two_lost_zeros_are_suspected_where_numbers_begin_with_two() -> None:
    """Hà Nội's numbers begin with 001: a spreadsheet leaves ten digits."""
    with pytest.raises(InvalidIdentifier, match="leading zeros"):
        PersonalNumber.parse("1086012345")
    with pytest.raises(InvalidIdentifier, match="leading 0"):
        identify_person_number("1086012345")


def test_building_one_directly_is_checked_too() -> None:
    """There is no way to hold a personal number that breaks the rule."""
    with pytest.raises(InvalidIdentifier):
        PersonalNumber("033 088 001 234")


@pytest.mark.parametrize(("prefix", "foreign"), [("100", True), ("245", True), ("003", False)])
def test_unknown_prefix_is_a_warning_only(prefix: str, foreign: bool) -> None:
    """A prefix outside the table of provinces is let through with a caution that has a sentence."""
    number = PersonalNumber.parse(f"{prefix}088001234")
    assert number.warnings == ("unknown_prefix",)
    assert number.is_foreign_prefix is foreign
    assert number.province_name is None
    assert number.warnings[0].sentence_vi
    assert number.warnings[0].sentence_en


def test_birth_year_to_come_is_cautioned() -> None:
    """A number whose digits give a future birth year is let through with a caution."""
    assert PersonalNumber.parse("033299001234").warnings == (Caution.FUTURE_BIRTH_YEAR,)


def test_repr_is_masked_and_str_is_not() -> None:
    """Logs that print the object show five digits only."""
    number = PersonalNumber.parse("033088001212")
    assert repr(number) == "PersonalNumber(033*******12)"
    assert str(number) == f"{number}" == "033088001212"
    assert repr(OldCardNumber.parse("012345678")) == "OldCardNumber(012****78)"


def test_numbers_are_values() -> None:
    """Equal numbers are equal, hash alike, sort, copy and pickle; another kind is never equal."""
    one, two = PersonalNumber.parse("033088001212"), PersonalNumber.parse("033 088 001212")
    assert one == two
    assert len({one, two}) == 1
    assert pickle.loads(pickle.dumps(one)) == copy.copy(one) == one
    assert one < PersonalNumber.parse("033088001213")
    assert len({OldCardNumber.parse("012345678"), InsuranceNumber.parse("0123456780"), one}) == 3


def test_errors_survive_pickling() -> None:
    """An error keeps field and advice when it crosses a process boundary."""
    with pytest.raises(InvalidIdentifier) as caught:
        PersonalNumber.parse("x")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.field, again.advice_vi) == (
        str(caught.value),
        caught.value.field,
        caught.value.advice_vi,
    )


def test_contradictions_name_the_declared_field() -> None:
    """Digits against a declared year and sex give one contradiction each, with sentences in two languages."""
    number = PersonalNumber.parse("033088001234")
    assert number.contradictions(PartialDate(1988, 9, 5), Sex.MALE) == ()
    found = number.contradictions(PartialDate(1989), Sex.FEMALE)
    assert [(one.field, one.rule) for one in found] == [
        ("birth_date", "year_digits"),
        ("sex", "sex_digit"),
    ]
    assert all(one.sentence_vi and one.sentence_en for one in found)


@pytest.mark.parametrize("sex", [None, Sex.OTHER, Sex.UNKNOWN])
def test_what_is_not_declared_contradicts_nothing(sex: Sex | None) -> None:
    """Missing birth date and a sex that is not male or female are no contradiction."""
    assert PersonalNumber.parse("033188001234").contradictions(None, sex) == ()


def test_kind_of_number_is_told_by_its_length() -> None:
    """12 digits are a personal number, 9 an old card number, anything else an error on personal_id."""
    assert identify_person_number("033 088 001 234") == PersonalNumber("033088001234")
    assert identify_person_number("012.345.678") == OldCardNumber("012345678")
    with pytest.raises(InvalidIdentifier) as caught:
        identify_person_number("0123456789")
    assert caught.value.field == "personal_id"


@pytest.mark.parametrize(
    ("declared", "held", "likeness", "rule"),
    [
        ("033088001234", "033088001234", Likeness.SAME, "exact"),
        ("012345678", "012345678", Likeness.SAME, "exact"),
        ("012345678", "033088001234", Likeness.UNKNOWN, "old_and_new"),
        ("033088001234", "033088001235", Likeness.DIFFERENT, "one_digit"),
        ("033088001234", "033088001243", Likeness.DIFFERENT, "one_digit"),
        ("033088001234", "033088001255", Likeness.DIFFERENT, "different"),
        ("033088001234", "034088001235", Likeness.DIFFERENT, "different"),
    ],
)
def test_numbers_are_compared_by_rule(
    declared: str, held: str, likeness: Likeness, rule: str
) -> None:
    """Equal numbers are the same, 9 against 12 digits unknown, the rest different, slips of the pen told apart."""
    match = compare_numbers(identify_person_number(declared), identify_person_number(held))
    assert (match.same, match.rule) == (likeness, rule)
    assert bool(match.same) is (likeness is Likeness.SAME)
    assert compare_numbers(identify_person_number(held), identify_person_number(declared)) == match


def test_sex_has_its_word_for_the_screen() -> None:
    """Every sex has a Vietnamese word."""
    assert [sex.vietnamese for sex in Sex] == ["Nam", "Nữ", "Khác", "Chưa rõ"]
