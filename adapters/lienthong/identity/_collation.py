"""Vietnamese sorting: by syllable, letters before tones, names by given name first.

Keys are plain ASCII-ordered strings, so a database sorts them too if the column compares bytes (``COLLATE "C"`` on
PostgreSQL, the default ``BINARY`` on SQLite). Keys reveal the name: they need the same protection as the name.
"""

from __future__ import annotations

import re
from typing import Final

from lienthong.identity._syllables import ALPHABET, SPLIT, plain

__all__ = ["collation_key", "collation_key_text"]

# Space ends a word and "!" starts its tones; both sort before every letter, so a shorter word comes first
# (Hoa before Hoàn) and tones decide only between words of equal letters (Hoa, Hoà, Hoả …).
_TONE_MARKER: Final = "!"
_RANKS: Final = {letter: chr(ord("A") + rank) for rank, letter in enumerate(ALPHABET)}
_WORDS: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")


def _word_key(word: str) -> str:
    letters = []
    tones = []
    for character in word:
        letter, tone = SPLIT.get(character, (character, 0))
        letters.append(_RANKS.get(letter, letter))
        if tone:
            tones.append(str(tone))
    return "".join(letters) + _TONE_MARKER + "".join(tones)


def _words(text: str) -> list[str]:
    return _WORDS.findall(plain(text).replace("'", ""))


def collation_key(name: str) -> str:
    """Return the key that sorts persons as Vietnamese lists do: by given name, then family name, then the rest.

    The given name is the last word. Letters follow a ă â b c d đ e ê …, tones the order of the dictionary: ngang,
    huyền, hỏi, ngã, sắc, nặng. Case, punctuation, Unicode form and the place of the tone mark do not count.
    """
    words = [_word_key(word) for word in _words(name)]
    return " ".join([*words[-1:], *words[:-1]])


def collation_key_text(text: str) -> str:
    """Return the key that sorts ordinary Vietnamese text (titles, place names), word by word from the left."""
    return " ".join([_word_key(word) for word in _words(text)])
