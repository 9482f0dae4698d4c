"""Folding, wire names, clean names and Vietnamese sorting."""

from __future__ import annotations

import random
import unicodedata

import pytest

from lienthong.identity import (
    InvalidName,
    clean_name,
    collation_key,
    collation_key_text,
    fold,
    nfc,
    wire_name,
)


def shuffled(items: list[str]) -> list[str]:
    """Return the items in another order, always the same one."""
    return random.Random(7).sample(items, len(items))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Đượm", "nguyen thi duom"),
        ("  ĐẶNG\tÐức ", "dang duc"),
        ("Hoà Hòa HOA", "hoa hoa hoa"),
        ("Y Bhiă", "y bhia"),
        ("", ""),
        ("a\u200bb", "ab"),
    ],
)
def test_fold_strips_marks_case_and_spaces(text: str, folded: str) -> None:
    """Tone and letter marks go, đ is d, spaces are single."""
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


def test_wire_name_is_the_form_of_population_messages() -> None:
    """Marks, spaces and signs go; an empty result is a typed error."""
    assert wire_name("Nguyễn Văn A") == "NGUYENVANA"
    assert wire_name("H'Mai  Đ. Niê-Kđăm") == "HMAIDNIEKDAM"
    for text in ("", " - ", "漢字"):
        with pytest.raises(InvalidName) as caught:
            wire_name(text)
        assert caught.value.field == "full_name"


def test_clean_name_keeps_case_and_tidies_spaces() -> None:
    """A name to keep is NFC with single spaces and nothing invisible."""
    apart = unicodedata.normalize("NFD", "  Nguyễn\u00a0 Văn\u200b Ấn ")
    assert clean_name(apart) == "Nguyễn Văn Ấn"
    assert nfc(apart).strip().startswith("Nguyễn")


@pytest.mark.parametrize("text", ["", "  ", "123", "Nguyễn\x00Văn", "Ấ" * 101])
def test_clean_name_refuses_what_is_no_name(text: str) -> None:
    """No letters, control characters or more than 100 characters are a typed error naming the field."""
    with pytest.raises(InvalidName) as caught:
        clean_name(text, field="applicant.full_name")
    assert caught.value.field == "applicant.full_name"
    assert caught.value.advice_vi.endswith(".")


def test_names_sort_by_given_name_then_family_then_middle() -> None:
    """A class list has An before Ân before Bình, and within one given name the family names in order."""
    expected = [
        "An",
        "Đỗ An",
        "Nguyễn Thị An",
        "Nguyễn Văn An",
        "Trần An",
        "Lê Ánh",
        "Trần Ân",
        "Lê Bình",
        "Nguyễn Dung",
        "Bùi Đức",
        "An Hoa",
        "Lê Hoà",
        "Mai Hòa",
        "Lê Hoả",
        "Lê Hoạ",
        "An Hoàn",
        "Lê Thanh Tâm",
        "Lê Ưng",
        "Lê Yến",
    ]
    assert sorted(shuffled(expected), key=collation_key) == expected


def test_tones_sort_in_dictionary_order() -> None:
    """Ngang, huyền, hỏi, ngã, sắc, nặng."""
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=collation_key_text) == [
        "ma", "mà", "mả", "mã", "má", "mạ",
    ]  # fmt: skip


def test_letters_sort_in_alphabet_order() -> None:
    """Each letter of the Vietnamese alphabet has its own place, before any tone counts."""
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(shuffled(letters), key=collation_key_text) == letters
    assert collation_key_text("ạ z") < collation_key_text("ă a")


def test_text_sorts_word_by_word_from_the_left() -> None:
    """Titles and places keep their order of words; digits come before letters."""
    places = ["12 Lê Lợi", "Hà Nam", "Hà Nội", "Hải Dương", "Hưng Yên", "Thái Bình"]
    assert sorted(shuffled(places), key=collation_key_text) == places
    assert collation_key("Đào") == collation_key_text("Đào")


def test_keys_are_ascii_for_vietnamese_text() -> None:
    """A database that compares bytes sorts the keys right."""
    assert collation_key("Nguyễn Thị Đượm").isascii()
    assert collation_key("NGUYỄN THỊ ĐƯỢM") == collation_key("nguyễn thị đượm")
    assert collation_key("") == ""
