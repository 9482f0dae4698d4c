"""How places are written: unit words and their abbreviations, spellings of one name, the pieces of an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lienthong.identity._syllables import plain, syllable, with_i
from lienthong.identity._text import fold

__all__ = ["Piece", "Spelling", "detail_words", "pieces", "spelling"]

# What people write before a name, longest first. A single letter needs a dot, a space or a digit behind it.
_KINDS: Final = {
    "thành phố": "thành phố",
    "thị trấn": "thị trấn",
    "đặc khu": "đặc khu",
    "thị xã": "thị xã",
    "phường": "phường",
    "huyện": "huyện",
    "quận": "quận",
    "tỉnh": "tỉnh",
    "xã": "xã",
    "tp": "thành phố",
    "tt": "thị trấn",
    "tx": "thị xã",
    "p": "phường",
    "q": "quận",
    "h": "huyện",
    "t": "tỉnh",
    "x": "xã",
}
# Words without marks count as unit words only where the whole text has none: Quan Sơn is a name, quan son may be either.
_BARE_KINDS: Final = {fold(word): kind for word, kind in _KINDS.items()}


def _unit_pattern(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"({'|'.join(words)})(?:\s*\.\s*|\s+|(?=[0-9]))(.+)")


_UNIT: Final = _unit_pattern(_KINDS)
_BARE_UNIT: Final = _unit_pattern(_BARE_KINDS)
_FULL_WORDS: Final = "thành phố|thị trấn|đặc khu|thị xã|phường|huyện|quận|tỉnh|(?<!thị )xã"
# Where a unit word begins a new piece although no comma stands before it.
_INSIDE: Final = re.compile(rf"\s+(?=(?:{_FULL_WORDS}|tp\.|tx\.|tt\.)\s*\S)")
_BARE_INSIDE: Final = re.compile(
    r"\s+(?=(?:thanh pho|thi tran|dac khu|thi xa|phuong|huyen|quan|tinh|(?<!thi )xa|tp\.|tx\.|tt\.)\s*\S)"
)
_COMMAS: Final = re.compile(r"[,;\n\t|]+")
_DASHES: Final = re.compile(r"\s*[-‐‑‒–—]\s*")
_WORD: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_COUNTRY: Final = frozenset({"việt nam", "viet nam", "vietnam", "vn"})

# Other names of the same unit that no rule of spelling explains. Left: as written; right: as listed.
_ALIASES: Final = {
    "hcm": "hồ chí minh",
    "tphcm": "hồ chí minh",
    "sài gòn": "hồ chí minh",
    "brvt": "bà rịa vũng tàu",
    "đắc lắc": "đắk lắk",
    "đắc lắk": "đắk lắk",
    "dak lak": "đắk lắk",
    "đắc nông": "đắk nông",
    "bắc cạn": "bắc kạn",
    "kontum": "kon tum",
    "thừa thiên": "thừa thiên huế",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name reduced to what tells it apart.

    ``kind`` is the unit word or ``None`` if none is written. ``marked`` has letters and tones but not the place of the tone
    nor i against y; ``bare`` has no marks at all. ``has_marks`` says whether the text bears any.
    """

    kind: str | None
    marked: str
    bare: str
    has_marks: bool

    def names(self, other: Spelling) -> bool:
        """Whether both are the same name, unit words aside; marks count where both sides have them."""
        if self.has_marks and other.has_marks:
            return self.marked == other.marked
        return self.bare == other.bare


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of an address, with the ways of reading it: with its first word as unit word, and as a name alone."""

    text: str
    readings: tuple[Spelling, ...]


@lru_cache(maxsize=65536)
def spelling(name: str) -> Spelling:
    """Return the spelling of an official full name such as ``Xã Tân Hưng``. Cached: names of places are no secrets."""
    return _readings(name)[0]


def _readings(text: str) -> tuple[Spelling, ...]:
    lowered = " ".join(plain(text).split()).strip(" .-")
    has_marks = not lowered.isascii()
    found = _UNIT.fullmatch(lowered)
    kind = _KINDS[found[1]] if found else None
    if not found and not has_marks and (found := _BARE_UNIT.fullmatch(lowered)):
        kind = _BARE_KINDS[found[1]]
    whole = _spell(None, lowered, has_marks=has_marks)
    if not found:
        return (whole,)
    return _spell(kind, found[2], has_marks=has_marks), whole


def _spell(kind: str | None, name: str, *, has_marks: bool) -> Spelling:
    words = _WORD.findall(name.replace("'", ""))
    words = _WORD.findall(_ALIASES.get(" ".join(words), " ".join(words)))
    # Phường 01 is Phường 1.
    words = [word.lstrip("0") or "0" if word.isdigit() else word for word in words]
    marked = " ".join(
        part.letters + (str(part.tone) if part.tone else "")
        for part in with_i(map(syllable, words))
    )
    return Spelling(kind, marked, fold(" ".join(words)).replace(" ", ""), has_marks)


def pieces(address: str) -> list[Piece]:
    """Cut an address into its pieces, smallest unit first, country left out."""
    text = " ".join(plain(_COMMAS.sub(",", address)).split(" "))
    parts = text.split(",")
    if len(parts) == 1 and len(dashed := _DASHES.split(text)) > 2:
        parts = dashed
    inside = _BARE_INSIDE if text.isascii() else _INSIDE
    cut = [" ".join(piece.split()).strip(" .-–") for part in parts for piece in inside.split(part)]
    cut = [piece for piece in cut if piece]
    while cut and cut[-1] in _COUNTRY:
        cut.pop()
    return [Piece(piece, _readings(piece)) for piece in cut]


# Words that say what kind of thing a house or hamlet name is; people leave them out as they like.
_DETAIL_WORDS: Final = frozenset(
    [
        "so",
        "nha",
        "duong",
        "pho",
        "ngo",
        "ngach",
        "hem",
        "thon",
        "xom",
        "ap",
        "to",
        "khu",
        "dan",
        "cu",
        "khoi",
        "doi",
        "lang",
        "ban",
    ]
)


def detail_words(text: str) -> tuple[str, ...]:
    """Return what tells a street, number or hamlet apart, in order and without marks."""
    words = _WORD.findall(fold(plain(text)))
    return tuple(word.lstrip("0") or "0" for word in words if word not in _DETAIL_WORDS)
