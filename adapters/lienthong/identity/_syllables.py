"""How a Vietnamese syllable is built: letters, one tone, and the rimes that exist.

Two uses: the tone of a syllable can be told apart from the place where it is written (hoà and hòa are one
syllable), and a word that cannot be one syllable shows that spaces (``NguyễnVăn``) or marks (``Nguyen``) were lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

from lienthong.identity._text import INVISIBLE, LOOKALIKES

__all__ = ["ALPHABET", "SPLIT", "Syllable", "plain", "syllable", "with_i"]

# The 29 letters of the Vietnamese alphabet in order, with f, j, w and z (names of foreign or ethnic origin)
# where Latin order has them.
ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"

# The tones in dictionary order: ngang (no mark, 0), huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTER_MARKS: Final = {"\u0302", "\u0306", "\u031b"}


def _split(character: str) -> tuple[str, int]:
    decomposed = unicodedata.normalize("NFD", character)
    tone = 0
    kept = decomposed[0]
    for mark in decomposed[1:]:
        if mark in _TONES:
            tone = _TONES[mark]
        else:
            kept += mark
    return unicodedata.normalize("NFC", kept), tone


# Every lower-case letter that can bear a tone, precomposed: ế → (ê, 4).
SPLIT: Final[dict[str, tuple[str, int]]] = {
    character: _split(character)
    for vowel in "aăâeêioôơuưy"
    for tone in ("", *_TONES)
    for character in [unicodedata.normalize("NFC", vowel + tone)]
}

# Rimes by spelling. "Open" ones end the syllable; "closed" ones may take a final consonant. u after q and i
# after g belong to the initial, as the school grammar has it.
_INITIAL = "ngh|ng|gh|gi|qu|kh|nh|ph|th|tr|ch|[bcdđghklmnprstvx]"
_OPEN = (
    "uyu|oai|oay|oao|oeo|uây|uôi|ươi|ươu|iêu|yêu|uya|uêu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ui|ưi|ua|ưa|ưu|uơ|oa|oe|uê|uy|[aeêioôơuưy]"
)
_CLOSED = "uyê|iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uy|oo|[aăâeêioôơuưy]"
_SYLLABLE: Final = re.compile(f"(?:{_INITIAL})?(?:(?:{_CLOSED})(?:ch|nh|ng|[cmnpt])|{_OPEN})")


class Syllable(NamedTuple):
    """One word, its tone told apart from its place when the word is a true Vietnamese syllable.

    ``letters`` are lower case; ``tone`` is 0 to 5. A word that is no Vietnamese syllable keeps its tones inside
    ``letters``, where their place counts: ÁnhLan is not AnhLán.
    """

    letters: str
    tone: int
    well_formed: bool


_PLAIN: Final[dict[int, str | None]] = {
    **{0xFF01 + offset: chr(0x21 + offset) for offset in range(94)},
    **{ord(wrong): right for wrong, right in LOOKALIKES.items()},
    **dict.fromkeys(map(ord, "’‘ʼ`´"), "'"),
    **dict.fromkeys(map(ord, INVISIBLE)),
}
_LOOSE_MARK: Final = re.compile("[\u0300-\u036f]")


def plain(text: str) -> str:
    """Return ``text`` in lower case and one way of writing each letter: NFC, Đ for its look-alikes, plain widths."""
    lowered = unicodedata.normalize("NFC", text).translate(_PLAIN).lower()
    # Some keyboards send the tone before the letter mark, which NFC leaves loose.
    return _reorder(lowered) if _LOOSE_MARK.search(lowered) else lowered


def _reorder(text: str) -> str:
    out: list[str] = []
    marks: list[str] = []
    for character in (*unicodedata.normalize("NFD", text), ""):
        if character and unicodedata.combining(character):
            marks.append(character)
            continue
        out += sorted(marks, key=lambda mark: mark not in _LETTER_MARKS)
        marks.clear()
        out.append(character)
    return unicodedata.normalize("NFC", "".join(out))


def syllable(word: str) -> Syllable:
    """Read one word of ``plain`` text."""
    letters = ""
    tones = []
    for character in word:
        letter, tone = SPLIT.get(character, (character, 0))
        letters += letter
        if tone:
            tones.append(tone)
    if len(tones) > 1 or not _SYLLABLE.fullmatch(letters):
        return Syllable(word, 0, well_formed=False)
    return Syllable(letters, tones[0] if tones else 0, well_formed=True)


# The 1980 spelling rule, and schools since 2018, let i and y stand for each other here.
_FINAL_Y: Final = re.compile(r"(?:[hklmst]|qu)?y")


def with_i(syllables: Iterable[Syllable]) -> list[Syllable]:
    """Return the syllables with i where y may stand for it: Lý and Lí become equal, Thúy and Thúi do not."""
    return [
        part._replace(letters=part.letters[:-1] + "i")
        if part.well_formed and _FINAL_Y.fullmatch(part.letters)
        else part
        for part in syllables
    ]
