"""Comparing birth dates and person numbers, as declared at the desk against what a register holds."""

from __future__ import annotations

from typing import Final

from lienthong.identity._dates import Agreement, PartialDate
from lienthong.identity._matches import Likeness, Match
from lienthong.identity._person_numbers import OldCardNumber, PersonalNumber

__all__ = ["DateMatch", "NumberMatch", "compare_birth", "compare_numbers"]


class DateMatch(Match):
    """The outcome of ``compare_birth``."""

    __slots__ = ()


class NumberMatch(Match):
    """The outcome of ``compare_numbers``."""

    __slots__ = ()


_DATE_EXACT: Final = DateMatch(
    Likeness.SAME, "exact", 1.0, "Ngày sinh khớp.", "The birth dates are equal."
)
_DATE_COARSER: Final = DateMatch(
    Likeness.SIMILAR,
    "coarser",
    0.85,
    "Một bên chỉ có năm (hoặc tháng và năm) sinh; phần chung khớp, hãy xem thêm giấy tờ khác.",
    "One side knows only the year (or month and year) of birth; what both know agrees, so look at other papers too.",
)
_DATE_SWAPPED: Final = DateMatch(
    Likeness.DIFFERENT,
    "day_month_swapped",
    0.8,
    "Ngày và tháng sinh bị đảo cho nhau; hãy đối chiếu với giấy tờ.",
    "Day and month of birth are swapped; compare with the papers.",
)
_DATE_YEAR_ONLY: Final = DateMatch(
    Likeness.DIFFERENT,
    "same_year",
    0.5,
    "Năm sinh khớp nhưng ngày hoặc tháng khác nhau; hãy đối chiếu với giấy tờ.",
    "The year of birth agrees but day or month differs; compare with the papers.",
)
_DATE_DIFFERENT: Final = DateMatch(
    Likeness.DIFFERENT,
    "different",
    0.0,
    "Năm sinh khác nhau; hãy đối chiếu với giấy tờ.",
    "The years of birth differ; compare with the papers.",
)


def compare_birth(declared: PartialDate, held: PartialDate) -> DateMatch:
    """Compare two birth dates.

    Rules: ``exact`` is the same; ``coarser`` (one side knows less, the common part agrees) is similar, because a year
    alone proves little; ``day_month_swapped``, ``same_year`` and ``different`` are different.
    """
    agreement = declared.agrees(held)
    if agreement is Agreement.SAME:
        return _DATE_EXACT
    if agreement is Agreement.COMPATIBLE:
        return _DATE_COARSER
    if declared.year != held.year:
        return _DATE_DIFFERENT
    if declared.day is not None and (declared.month, declared.day) == (held.day, held.month):
        return _DATE_SWAPPED
    return _DATE_YEAR_ONLY


_NUMBER_EXACT: Final = NumberMatch(
    Likeness.SAME, "exact", 1.0, "Số giấy tờ khớp.", "The numbers are equal."
)
_NUMBER_KINDS: Final = NumberMatch(
    Likeness.UNKNOWN,
    "old_and_new",
    0.5,
    "Một bên là số chứng minh nhân dân 9 số, bên kia là số định danh 12 số; không suy ra được số này từ số kia, "
    "hãy xem giấy xác nhận số hoặc mã QR trên thẻ.",
    "One number is of the old 9-digit card and the other a 12-digit personal number; neither follows from the other, "
    "so look at the confirmation of the number or the QR code of the card.",
)
_NUMBER_ONE_DIGIT: Final = NumberMatch(
    Likeness.DIFFERENT,
    "one_digit",
    0.85,
    "Hai số chỉ khác một chữ số hoặc hai chữ số đổi chỗ; hãy đối chiếu với thẻ.",
    "The numbers differ in one digit, or two neighbours are swapped; compare with the card.",
)
_NUMBER_DIFFERENT: Final = NumberMatch(
    Likeness.DIFFERENT,
    "different",
    0.0,
    "Hai số khác nhau; hãy đối chiếu với thẻ.",
    "The numbers differ; compare with the card.",
)


def compare_numbers(
    declared: PersonalNumber | OldCardNumber, held: PersonalNumber | OldCardNumber
) -> NumberMatch:
    """Compare two numbers of a person.

    Rules: ``exact`` is the same; ``old_and_new`` (9 against 12 digits) is unknown, since the 9 digits have no structure
    (population page C2); ``one_digit`` and ``different`` are different.
    """
    if declared == held:
        return _NUMBER_EXACT
    if len(declared.value) != len(held.value):
        return _NUMBER_KINDS
    wrong = [
        place
        for place, (mine, theirs) in enumerate(zip(declared.value, held.value, strict=True))
        if mine != theirs
    ]
    if len(wrong) == 1:
        return _NUMBER_ONE_DIGIT
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        if (
            declared.value[first] == held.value[second]
            and declared.value[second] == held.value[first]
        ):
            return _NUMBER_ONE_DIGIT
    return _NUMBER_DIFFERENT
