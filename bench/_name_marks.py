"""Letters, tones and words for the labelled set of names: Vietnamese spelling once more, apart from the library's."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

WORDS = tomllib.loads((Path(__file__).parent / "names" / "words.toml").read_text("utf-8"))

# Makes another writing, or another name, out of a name; nothing where the rule does not apply.
Maker = Callable[[random.Random, str], str | None]

TONES = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
MARKS = {key: mark for mark, key in TONES.items()}


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def tone_of(word: str) -> str:
    """The key of a word's tone, or nothing."""
    return next((TONES[mark] for mark in nfd(word) if mark in TONES), "")


def toneless(word: str) -> str:
    return nfc("".join(mark for mark in nfd(word) if mark not in TONES))


def unmarked(text: str) -> str:
    """ASCII alone, as old systems keep names."""
    plain = "".join(mark for mark in nfd(text) if not unicodedata.combining(mark))
    return plain.replace("Đ", "D").replace("đ", "d")


def marked_words(name: str) -> int:
    return sum(word != unmarked(word) for word in name.split())


def with_tone(word: str, key: str) -> str | None:
    """The word with another tone, on the letter that bears it now or on its only vowel; nothing if unclear."""
    bare = toneless(word)
    places = [i for i, (old, new) in enumerate(zip(nfc(word), bare, strict=True)) if old != new]
    vowels = [i for i, letter in enumerate(bare) if unmarked(letter).lower() in "aeiouy"]
    place = places[0] if places else (vowels[0] if len(vowels) == 1 else None)
    if place is None:
        return None
    letter = nfc(bare[place] + MARKS[key]) if key else bare[place]
    return bare[:place] + letter + bare[place + 1 :]
