"""The rules of ``compare_names`` with their verdicts, scores and sentences."""

from __future__ import annotations

from typing import Final

from lienthong.identity._matches import Likeness, Match

__all__ = ["RULES", "NameMatch"]


class NameMatch(Match):
    """The outcome of ``compare_names``; see there for the rules."""

    __slots__ = ()


def _table(*rows: tuple[Likeness, str, float, str, str]) -> dict[str, NameMatch]:
    return {row[1]: NameMatch(*row) for row in rows}


_LOOK_VI: Final = "hãy đối chiếu với giấy tờ"
_LOOK_EN: Final = "compare with the papers"

# Strongest first. Every "same" scores at least 0.90, every "similar" 0.75 to 0.89; a "different" that a clerk should
# look at scores 0.80 to 0.88 on purpose: it is likely a slip of the pen, but only the paper can tell.
RULES: Final = _table(
    (Likeness.SAME, "exact", 1.0, "Họ và tên khớp.", "The names are equal."),
    (
        Likeness.SAME,
        "case",
        0.99,
        "Họ và tên khớp, chỉ khác chữ hoa và chữ thường.",
        "The names are equal but for upper and lower case.",
    ),
    (
        Likeness.SAME,
        "spacing",
        0.98,
        "Họ và tên khớp, chỉ khác khoảng trắng hoặc dấu nối.",
        "The names are equal but for spaces or hyphens.",
    ),
    (
        Likeness.SAME,
        "unicode_form",
        0.98,
        "Họ và tên khớp, chỉ khác cách mã hóa ký tự.",
        "The names are equal but for the encoding of characters.",
    ),
    (
        Likeness.SAME,
        "tone_placement",
        0.97,
        "Họ và tên khớp, chỉ khác vị trí đặt dấu thanh (như hoà và hòa).",
        "The names are equal but for where the tone mark is written (as in hoà and hòa).",
    ),
    (
        Likeness.SAME,
        "i_y",
        0.95,
        "Họ và tên khớp, chỉ khác cách viết i và y (như Lý và Lí).",
        "The names are equal but for the spelling with i or y (as in Lý and Lí).",
    ),
    (
        Likeness.SAME,
        "title",
        0.94,
        "Họ và tên khớp sau khi bỏ từ xưng hô (như ông, bà).",
        "The names are equal once the form of address (such as ông, bà) is left out.",
    ),
    (
        Likeness.SAME,
        "missing_marks",
        0.9,
        "Họ và tên khớp; một bên được ghi hoàn toàn không dấu.",
        "The names are equal; one side is written wholly without marks.",
    ),
    (
        Likeness.SIMILAR,
        "missing_marks_unsure",
        0.89,
        f"Một bên không có dấu nhưng cũng có thể là một tên khác vốn không dấu; {_LOOK_VI}.",
        f"One side has no marks, but may also be another name that never had any; {_LOOK_EN}.",
    ),
    (
        Likeness.SIMILAR,
        "word_division",
        0.86,
        f"Hai tên cùng chữ nhưng tách từ khác nhau (như Tho An và Thoan); {_LOOK_VI}.",
        f"The names have the same letters but are divided differently (as in Tho An and Thoan); {_LOOK_EN}.",
    ),
    (
        Likeness.SIMILAR,
        "word_order",
        0.85,
        f"Hai tên cùng các chữ nhưng khác thứ tự; {_LOOK_VI}.",
        f"The names have the same words in another order; {_LOOK_EN}.",
    ),
    (
        Likeness.SIMILAR,
        "omitted_middle_name",
        0.75,
        f"Họ và tên gọi khớp nhưng một bên thiếu tên đệm; {_LOOK_VI}.",
        f"Family and given name are equal but one side lacks a middle name; {_LOOK_EN}.",
    ),
    (
        Likeness.DIFFERENT,
        "one_letter",
        0.88,
        f"Hai tên chỉ khác một chữ cái hoặc một dấu; {_LOOK_VI} xem bên nào ghi nhầm.",
        f"The names differ in one letter or mark; {_LOOK_EN} to see which side is wrong.",
    ),
    (
        Likeness.DIFFERENT,
        "marks_differ",
        0.8,
        f"Hai tên cùng chữ cái nhưng khác nhiều dấu; {_LOOK_VI}.",
        f"The names have the same letters but several other marks; {_LOOK_EN}.",
    ),
    (
        Likeness.DIFFERENT,
        "no_letters",
        0.0,
        "Một bên không có họ và tên; hãy nhập đầy đủ họ và tên.",
        "One side has no name; give the full name.",
    ),
    (
        Likeness.DIFFERENT,
        "different",
        0.0,
        f"Hai tên khác nhau; {_LOOK_VI}.",
        f"The names differ; {_LOOK_EN}.",
    ),
)
