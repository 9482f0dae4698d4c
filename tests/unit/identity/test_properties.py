"""Properties of names and dates over generated synthetic values."""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.identity import (
    Agreement,
    EnterpriseCode,
    InvalidIdentifier,
    Likeness,
    PartialDate,
    PersonalNumber,
    collation_key,
    compare_names,
    fold,
    nfc,
    wire_name,
)

few = settings(max_examples=60, deadline=None)

FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Đỗ", "Hoàng", "Vũ", "Lý", "Mai", "Phan"]
MIDDLES = ["Văn", "Thị", "Đình", "Quý", "Xuân", "Thanh", "Ngọc", "Thuý", "Mỹ"]
GIVENS = ["Hoà", "Thủy", "Hùng", "Hưng", "Khoẻ", "An", "Ân", "Đức", "Loan", "Oanh", "Huy", "Thuỵ"]
names = st.builds(
    lambda family, middles, given_name: " ".join([family, *middles, given_name]),
    st.sampled_from(FAMILIES),
    st.lists(st.sampled_from(MIDDLES), max_size=3),
    st.sampled_from(GIVENS),
)
LETTERS = "aàáăâbcdđeêghiklmnoôơpqrstuưvxyạảãấềọụ"
OLD_PLACEMENT = {"oà": "òa", "oẻ": "ỏe", "uý": "úy", "uỷ": "ủy", "uỵ": "ụy"}
dates = st.one_of(
    st.builds(PartialDate, st.integers(1850, 2150)),
    st.builds(PartialDate, st.integers(1850, 2150), st.integers(1, 12)),
    st.dates(date(1850, 1, 1), date(2150, 12, 31)).map(PartialDate.from_date),
)


@few
@given(names, names)
def test_unicode_form_never_matters(declared: str, held: str) -> None:
    """NFC and NFD of the same names give the same verdict, fold, wire name and place in a list."""
    apart = unicodedata.normalize("NFD", held)
    assert compare_names(declared, apart) == compare_names(declared, held)
    assert compare_names(held, apart).rule == "exact"
    assert (fold(apart), wire_name(apart)) == (fold(held), wire_name(held))
    assert collation_key(apart) == collation_key(held)
    assert nfc(apart) == held


@few
@given(names)
def test_place_of_the_tone_never_matters(name: str) -> None:
    """The old and the new place of the tone mark make the same name and the same place in a list."""
    moved = name
    for new, old in OLD_PLACEMENT.items():
        moved = moved.replace(new, old)
    assert compare_names(name, moved).same is Likeness.SAME
    assert collation_key(name) == collation_key(moved)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    """Folding twice gives what folding once gives, for any text at all."""
    assert fold(fold(text)) == fold(text)


@settings(max_examples=400, deadline=None)
@given(names, st.data())
def test_one_wrong_letter_is_never_the_same(name: str, data: st.DataObject) -> None:
    """A letter replaced by one with another fold, or added or dropped, never passes as the same name."""
    place = data.draw(st.sampled_from([i for i, c in enumerate(name) if c != " "]))
    letter = data.draw(st.sampled_from(LETTERS))
    kind = data.draw(st.sampled_from(["replace", "insert", "drop"]))
    tail = name[place:] if kind == "insert" else name[place + 1 :]
    wrong = name[:place] + ("" if kind == "drop" else letter) + tail
    if fold(wrong).replace("y", "i") != fold(name).replace("y", "i"):
        assert compare_names(name, wrong).same is not Likeness.SAME
        assert compare_names(name, fold(wrong).upper()).same is not Likeness.SAME


@few
@given(names, st.data())
def test_another_tone_is_never_the_same(name: str, data: st.DataObject) -> None:
    """A tone or letter mark exchanged for another one never passes as the same name."""
    apart = unicodedata.normalize("NFD", name)
    marks = "\u0300\u0301\u0303\u0309\u0323"
    place = data.draw(st.sampled_from([i for i, c in enumerate(apart) if c in marks] or [-1]))
    if place >= 0:
        other = data.draw(st.sampled_from([mark for mark in marks if mark != apart[place]]))
        wrong = apart[:place] + other + apart[place + 1 :]
        assert compare_names(name, wrong).same is Likeness.DIFFERENT


@few
@given(st.text(), st.text())
def test_comparing_any_text_is_total_and_symmetric(declared: str, held: str) -> None:
    """Whatever a system sends as a name, the comparison answers, and answers alike both ways."""
    assert compare_names(declared, held) == compare_names(held, declared)


@few
@given(dates)
def test_dates_survive_every_format(when: PartialDate) -> None:
    """Reading back what was written gives the same date in all three formats."""
    assert PartialDate.parse(when.iso()) == when
    assert PartialDate.parse(when.vietnamese()) == when
    assert PartialDate.parse_compact(when.compact()) == when
    assert when.agrees(when) is Agreement.SAME


@few
@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_compact_dates_are_never_read_the_wrong_way_round(day: date) -> None:
    """ddMMyyyy and yyyyMMdd of one day are read as that day, so the two orders are never confused."""
    assert PartialDate.parse_compact(f"{day:%d%m}{day.year:04d}") == PartialDate.from_date(day)
    assert PartialDate.parse_compact(f"{day:%m}{day.year:04d}").agrees(PartialDate.from_date(day))


@few
@given(dates, dates)
def test_dates_have_one_order_and_symmetric_agreement(
    left: PartialDate, right: PartialDate
) -> None:
    """Any two dates compare, and agreement does not depend on the side."""
    assert (left < right) + (left == right) + (left > right) == 1
    assert left.agrees(right) is right.agrees(left)


def check_digit(nine: str) -> str:
    """The check digit by the published weights, worked out apart from the library."""
    rest = (
        sum(int(d) * w for d, w in zip(nine, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True)) % 11
    )
    return str(10 - rest)


@few
@given(st.from_regex(r"[0-9]{9}", fullmatch=True).filter(lambda nine: check_digit(nine) != "10"))
def test_check_digit_accepts_the_right_one_only(nine: str) -> None:
    """Of the ten possible last digits exactly the computed one makes a valid enterprise number."""
    accepted = []
    for digit in "0123456789":
        try:
            accepted.append(EnterpriseCode.parse(nine + digit).value[-1])
        except InvalidIdentifier:
            continue
    assert accepted == [check_digit(nine)]


@few
@given(st.from_regex(r"[0-9]{3}[0-3][0-9]{8}", fullmatch=True))
def test_personal_number_keeps_its_digits_and_hides_them(digits: str) -> None:
    """Every 12 digits parse to themselves, and the masked form shows five of them only."""
    number = PersonalNumber.parse(f"{digits[:3]} {digits[3:6]}.{digits[6:]}")
    assert str(number) == digits
    assert number.value[3:10] not in repr(number)
    assert number.contradictions(PartialDate(number.birth_year), number.sex) == ()
