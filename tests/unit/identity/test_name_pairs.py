"""Pairs of names with the rule that must decide them. All names are synthetic."""

from __future__ import annotations

import unicodedata

import pytest

from lienthong.identity import Likeness, compare_names

SAME = [
    ("Nguyễn Văn An", "Nguyễn Văn An", "exact"),
    ("Nguyễn Văn Ấn", unicodedata.normalize("NFD", "Nguyễn Văn Ấn"), "exact"),
    ("Trần Thị Đào", "TRẦN THỊ ĐÀO", "case"),
    ("Trần Thị Đào", "trần thị đào", "case"),
    ("Lê  Thị   Hồng", "Lê Thị Hồng", "spacing"),
    (" Lê Thị Hồng ", "LÊ THỊ HỒNG", "spacing"),
    ("Lê\u00a0Thị Hồng", "Lê Thị Hồng", "spacing"),
    ("Lê-Thị-Hồng", "Lê Thị Hồng", "spacing"),
    ("Nguyễn VănAn", "Nguyễn Văn An", "spacing"),
    ("NguyễnVănAn", "Nguyễn Văn An", "spacing"),
    ("NguyễnVăn An", "Nguyễn VănAn", "spacing"),
    ("NguyễnVăn Hoà", "Nguyễn Văn Hòa", "spacing"),
    ("Trần Li An", "Trần Lian", "spacing"),
    ("Y Bhiă Niê", "YBhiă Niê", "spacing"),
    ("H Mai Niê", "H'Mai Niê", "spacing"),
    ("H'Mai Niê", "H’Mai Niê", "unicode_form"),
    ("Ðỗ Minh Đức", "Đỗ Minh Đức", "unicode_form"),
    ("L\u00ea Th\u1ecb\u200b M\u01a1", "Lê Thị Mơ", "unicode_form"),
    ("Hô\u0300 Va\u0301\u0302n", "Hồ Vấn", "unicode_form"),
    ("Ｌê Ｔhị Ｈoa", "Lê Thị Hoa", "unicode_form"),
    ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa", "tone_placement"),
    ("NGUYỄN THỊ HOÀ", "Nguyễn Thị Hòa", "tone_placement"),
    ("Lê Thuý Nga", "Lê Thúy Nga", "tone_placement"),
    ("Lê Thuỷ", "Lê Thủy", "tone_placement"),
    ("Phạm Xuân Khoẻ", "Phạm Xuân Khỏe", "tone_placement"),
    ("Đỗ Qúy", "Đỗ Quý", "tone_placement"),
    ("Vũ Huỵ", "Vũ Hụy", "tone_placement"),
    ("Trần Gía", "Trần Giá", "tone_placement"),
    ("Lê Thị Lý", "Lê Thị Lí", "i_y"),
    ("Lí Thị Mỹ", "Lý Thị Mĩ", "i_y"),
    ("Phan Quý", "Phan Quí", "i_y"),
    ("Trịnh Sỹ Kỳ", "TRỊNH SĨ KÌ", "i_y"),
    ("Trần Như Ý", "Trần Như Í", "i_y"),
    ("Ông Nguyễn Văn An", "Nguyễn Văn An", "title"),
    ("bà Lê Thị Lý", "LÊ THỊ LÝ", "title"),
    ("ông Trần Bảo", "Bà Trần Bảo", "title"),
    ("Nguyễn Văn Hùng", "NGUYEN VAN HUNG", "missing_marks"),
    ("Nguyễn Văn Hùng", "Nguyen Van Hung", "missing_marks"),
    ("Nguyễn Văn Hùng", "NGUYENVANHUNG", "missing_marks"),
    ("Đặng Đình Đức", "DANG DINH DUC", "missing_marks"),
    ("Lê Minh Anh", "LE MINH ANH", "missing_marks"),
    ("Mai Thanh Tuấn", "MAI THANH TUAN", "missing_marks"),
    ("Phan Văn Lân", "PHAN VAN LAN", "missing_marks"),
    ("ông Nguyễn Văn Hùng", "NGUYEN VAN HUNG", "missing_marks"),
    ("Ông Nguyen Van Hung", "Nguyễn Văn Hùng", "missing_marks"),
]

SIMILAR = [
    ("Mai Thanh Lân", "MAI THANH LAN", "missing_marks_unsure"),
    ("La Minh Anh", "Lã Minh Anh", "missing_marks_unsure"),
    ("Lê Tho An", "Lê Thoan", "word_division"),
    ("An Nguyễn Văn", "Nguyễn Văn An", "word_order"),
    ("Nguyễn An Văn", "Nguyễn Văn An", "word_order"),
    ("VAN AN NGUYEN", "Nguyễn Văn An", "word_order"),
    ("Nguyễn An", "Nguyễn Văn An", "omitted_middle_name"),
    ("Nguyễn Thị An", "Nguyễn Thị Hoài An", "omitted_middle_name"),
    ("NGUYEN AN", "Nguyễn Văn An", "omitted_middle_name"),
]

DIFFERENT = [
    ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "one_letter"),
    ("Trần Thuỷ", "Trần Thúy", "one_letter"),
    ("Trần Thuỷ", "Trần Thuý", "one_letter"),
    ("Trần Thị Hoa", "Trần Thị Hòa", "one_letter"),
    ("Trần Thị Hoà", "Trần Thị Hoả", "one_letter"),
    ("Lê Văn Sơn", "Lê Văn Son", "one_letter"),
    ("Lê Văn Đông", "Lê Văn Dông", "one_letter"),
    ("Lê Thị Vy", "Lê Thị Vi", "one_letter"),
    ("Lê Thị Thy", "Lê Thị Thi", "one_letter"),
    ("Lê Thị Thúy", "Lê Thị Thúi", "one_letter"),
    ("Nguyễn Văn Nam", "Nguyễn Văn Nan", "one_letter"),
    ("Nguyễn Văn Nam", "Nguyễn Văn Na", "one_letter"),
    ("Nguyễn Thị Mai", "Nguyễn Thị Mia", "one_letter"),
    ("NGUYEN VAN HUN", "Nguyễn Văn Hùng", "one_letter"),
    ("NGUYENVANHUN", "Nguyễn Văn Hùng", "different"),
    ("Lý Văn Hỷ", "Lê Văn Hỷ", "one_letter"),
    ("Nguyễn Văn Hùng", "Nguyễn Van Hung", "marks_differ"),
    ("Trần Ánh Lan", "Trần Anh Lán", "marks_differ"),
    ("ÁnhLan Trần", "AnhLán Trần", "marks_differ"),
    ("Nguyễn Văn An", "Trần Thị Bình", "different"),
    ("Nguyễn Văn An", "Nguyễn Văn Bình", "different"),
    ("Chu Văn An", "Văn An", "different"),
    ("", "Nguyễn Văn An", "no_letters"),
    ("", "", "no_letters"),
    (" - ", " - ", "no_letters"),
    ("123", "123", "no_letters"),
]


@pytest.mark.parametrize(
    ("likeness", "declared", "held", "rule"),
    [
        (likeness, *pair)
        for likeness, pairs in (
            (Likeness.SAME, SAME),
            (Likeness.SIMILAR, SIMILAR),
            (Likeness.DIFFERENT, DIFFERENT),
        )
        for pair in pairs
    ],
)
def test_pair_is_decided_by_its_rule(
    likeness: Likeness, declared: str, held: str, rule: str
) -> None:
    """Each pair gets the expected verdict by the expected rule, whichever side is the declared one."""
    match = compare_names(declared, held)
    assert (match.same, match.rule) == (likeness, rule)
    assert compare_names(held, declared) == match


def test_only_same_is_true_in_a_condition() -> None:
    """A verdict of similar or different is false, so ``if match.same`` cannot let a doubtful name through."""
    assert compare_names("Lê An", "LÊ AN").same
    assert not compare_names("Lê An", "An Lê").same
    assert not compare_names("Lê An", "Lê Ân").same


def test_scores_keep_the_order_of_verdicts() -> None:
    """No similar or different pair scores as high as any pair that is the same."""
    lowest_same = min(compare_names(a, b).score for a, b, _ in SAME)
    highest_other = max(compare_names(a, b).score for a, b, _ in [*SIMILAR, *DIFFERENT])
    assert lowest_same > highest_other
    assert all(0 <= compare_names(a, b).score <= 1 for a, b, _ in [*SAME, *SIMILAR, *DIFFERENT])


def test_sentences_are_present_and_free_of_names() -> None:
    """Every rule has a sentence in both languages, and none repeats a name."""
    for declared, held, _ in [*SAME, *SIMILAR, *DIFFERENT]:
        match = compare_names(declared, held)
        assert match.sentence_vi.endswith(".")
        assert match.sentence_en.endswith(".")
        assert not declared or declared.isspace() or declared not in match.sentence_vi


def test_a_hostile_length_is_answered_at_once() -> None:
    """Text far longer than any name is different unless it is written alike, whatever its size."""
    long = "an " * 100_000
    assert compare_names(long, long + "b").rule == "different"
    assert compare_names(long, long.upper()).rule == "case"


@pytest.mark.parametrize(
    ("declared", "held", "likeness", "rule"),
    [
        # Forms print both words, and peoples of the highlands have names of one word.
        ("Ông/Bà: Nguyễn Văn An", "Nguyễn Văn An", Likeness.SAME, "title"),
        ("Ông (Bà) Lê Thị Lý", "LÊ THỊ LÝ", Likeness.SAME, "title"),
        ("bà K'Brêm", "K'Brêm", Likeness.SAME, "title"),
        ("Anh Thư", "Thư", Likeness.DIFFERENT, "different"),
        # Programs that only take off combining marks keep đ.
        ("NGUYEN ĐINH ĐUC", "Nguyễn Đình Đức", Likeness.SAME, "missing_marks"),
        ("Đinh Minh Kien", "Đinh Minh Kiên", Likeness.SIMILAR, "missing_marks_unsure"),
        ("NGUYEN DINH DUC", "NGUYEN ĐINH ĐUC", Likeness.SAME, "missing_marks"),
        # That K'Brem is no Vietnamese syllable does not show that it lost a mark.
        ("K'Brem", "K'Brêm", Likeness.SIMILAR, "missing_marks_unsure"),
        ("H'MAI NIE", "H'Mai Niê", Likeness.SIMILAR, "missing_marks_unsure"),
        # Initials say too little.
        ("Ng. Văn An", "Nguyễn Văn An", Likeness.DIFFERENT, "different"),
    ],
)
def test_what_the_labelled_set_taught(
    declared: str, held: str, likeness: Likeness, rule: str
) -> None:
    """Pairs that the generated set of bench/ brought up."""
    match = compare_names(declared, held)
    assert (match.same, match.rule) == (likeness, rule)
    assert compare_names(held, declared) == match
