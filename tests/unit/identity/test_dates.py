"""Partial dates and their comparison."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from lienthong.identity import Agreement, InvalidDate, Likeness, PartialDate, compare_birth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1988", (1988, None, None)),
        ("1988-09", (1988, 9, None)),
        ("1988-09-05", (1988, 9, 5)),
        ("1988-9-5", (1988, 9, 5)),
        ("05/09/1988", (1988, 9, 5)),
        ("5/9/1988", (1988, 9, 5)),
        (" 5 / 9 / 1988 ", (1988, 9, 5)),
        ("09/1988", (1988, 9, None)),
        ("9/1988", (1988, 9, None)),
        ("05-09-1988", (1988, 9, 5)),
        ("05.09.1988", (1988, 9, 5)),
        ("０５/０９/１９８８", (1988, 9, 5)),
        ("29/02/2000", (2000, 2, 29)),
    ],
)
def test_dates_are_read_in_every_listed_form(
    text: str, expected: tuple[int, int | None, int | None]
) -> None:
    """Each form gives year, month and day, day first where people write so."""
    when = PartialDate.parse(text)
    assert (when.year, when.month, when.day) == expected


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1988", "1988"),
        ("198809", "1988-09"),
        ("091988", "1988-09"),
        ("19880905", "1988-09-05"),
        ("05091988", "1988-09-05"),
        ("20111012", "2011-10-12"),
        ("20102011", "2011-10-20"),
        ("18012000", "2000-01-18"),
    ],
)
def test_digits_alone_are_read_on_request(text: str, iso: str) -> None:
    """Compact dates are read in both orders, but only by parse_compact."""
    assert PartialDate.parse_compact(text).iso() == iso
    if len(text) > 4:
        with pytest.raises(InvalidDate):
            PartialDate.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "88", "31/02/1988", "29/02/1900", "1988-13", "00/00/1988", "05/09/88", "5.9/1988", "1988/09/05", "1700", "2999",
     "ngày 5", "1988-09-05T00:00:00", None, 1988],
)  # fmt: skip
def test_unreadable_or_unreal_dates_are_refused(text: object) -> None:
    """A wrong date is a typed error that names the field and does not repeat the value."""
    with pytest.raises(InvalidDate) as caught:
        PartialDate.parse(text, field="issued_on")
    assert caught.value.field == "issued_on"
    assert caught.value.advice_vi.endswith(".")
    if len(str(text)) > 2:
        assert str(text) not in f"{caught.value}{caught.value.advice_vi}"


@pytest.mark.parametrize("text", ["", "19881345", "19880231", "1988090", "880905", "1700", None])
def test_compact_rubbish_is_refused(text: object) -> None:
    """Digits that are no date in either order are a typed error."""
    with pytest.raises(InvalidDate):
        PartialDate.parse_compact(text)


@pytest.mark.parametrize("parts", [(1988, None, 5), (1988, 0, None), (1988, 2, 30), (1988, 1, 0)])
def test_building_one_directly_is_checked_too(parts: tuple[int, int | None, int | None]) -> None:
    """There is no way to hold a partial date that is not in the calendar."""
    with pytest.raises(InvalidDate):
        PartialDate(*parts)


def test_every_format_is_written() -> None:
    """ISO, compact and Vietnamese forms for each precision."""
    full, month, year = PartialDate(1988, 9, 5), PartialDate(1988, 9), PartialDate(1988)
    assert [d.iso() for d in (full, month, year)] == ["1988-09-05", "1988-09", "1988"]
    assert [d.compact() for d in (full, month, year)] == ["19880905", "198809", "1988"]
    assert [d.vietnamese() for d in (full, month, year)] == ["05/09/1988", "09/1988", "1988"]
    assert [d.precision for d in (full, month, year)] == ["day", "month", "year"]
    assert [d.to_date() for d in (full, month, year)] == [date(1988, 9, 5), None, None]
    assert str(full) == full.iso()


def test_coarser_dates_sort_before_the_finer_ones_they_contain() -> None:
    """Dates of mixed precision have one order."""
    ordered = [
        PartialDate(1987, 12, 31),
        PartialDate(1988),
        PartialDate(1988, 1),
        PartialDate(1988, 1, 1),
    ]
    assert all(one < next_one for one, next_one in pairwise(ordered))
    assert max(ordered) == ordered[-1]


@pytest.mark.parametrize(
    ("left", "right", "agreement"),
    [
        ("1988", "1988", Agreement.SAME),
        ("1988", "05/09/1988", Agreement.COMPATIBLE),
        ("09/1988", "05/09/1988", Agreement.COMPATIBLE),
        ("10/1988", "05/09/1988", Agreement.DIFFERENT),
        ("1989", "05/09/1988", Agreement.DIFFERENT),
        ("05/09/1988", "06/09/1988", Agreement.DIFFERENT),
    ],
)
def test_agreement_covers_what_both_know(left: str, right: str, agreement: Agreement) -> None:
    """A coarser date agrees if the common part does."""
    assert PartialDate.parse(left).agrees(PartialDate.parse(right)) is agreement


def test_birth_dates_must_have_happened() -> None:
    """A birth in the future or before 1900 is refused; today is allowed."""
    today = date(2026, 11, 24)
    assert PartialDate.parse_birth("24/11/2026", today=today).day == 24
    assert PartialDate.parse_birth("2026", today=today).year == 2026
    for text in ("25/11/2026", "2027", "1899"):
        with pytest.raises(InvalidDate) as caught:
            PartialDate.parse_birth(text, today=today)
        assert caught.value.field == "birth_date"
    assert PartialDate.parse_birth("05/09/1988").iso() == "1988-09-05"


@pytest.mark.parametrize(
    ("declared", "held", "likeness", "rule"),
    [
        ("05/09/1988", "1988-09-05", Likeness.SAME, "exact"),
        ("1988", "1988", Likeness.SAME, "exact"),
        ("1988", "05/09/1988", Likeness.SIMILAR, "coarser"),
        ("09/1988", "1988", Likeness.SIMILAR, "coarser"),
        ("05/09/1988", "09/05/1988", Likeness.DIFFERENT, "day_month_swapped"),
        ("05/09/1988", "06/09/1988", Likeness.DIFFERENT, "same_year"),
        ("10/1988", "05/09/1988", Likeness.DIFFERENT, "same_year"),
        ("05/09/1988", "05/09/1989", Likeness.DIFFERENT, "different"),
    ],
)
def test_births_are_compared_by_rule(
    declared: str, held: str, likeness: Likeness, rule: str
) -> None:
    """Equal dates are the same, a coarser one similar, the rest different, with the reason told apart."""
    left, right = PartialDate.parse(declared), PartialDate.parse(held)
    match = compare_birth(left, right)
    assert (match.same, match.rule) == (likeness, rule)
    assert compare_birth(right, left) == match
    assert match.sentence_vi
    assert match.sentence_en
