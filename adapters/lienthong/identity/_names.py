"""Comparing Vietnamese personal names the way a careful clerk does.

Rules are tried strongest first; each forgives what the ones before it forgive. The first that holds gives the verdict:

==========================  =========  =====  ==================================================================
rule                        verdict    score  holds when the names differ at most in
==========================  =========  =====  ==================================================================
``exact``                   same       1.00   nothing, both in NFC
``case``                    same       0.99   upper and lower case
``spacing``                 same       0.98   spaces and hyphens; a missing space (NguyễnVăn) if the joined word
                                              cannot be one syllable
``unicode_form``            same       0.98   order of combining marks, Ð for Đ, width, invisible characters
``tone_placement``          same       0.97   where the one tone of a true syllable is written: hoà, hòa
``i_y``                     same       0.95   final i or y after h, k, l, m, s, t, qu or alone: Lý, Lí
``title``                   same       0.94   forms of address before a full name: ông, bà, ông/bà …
``missing_marks``           same       0.90   marks, one side having none (but đ perhaps) and surely having lost them
``missing_marks_unsure``    similar    0.89   the same, but the bare side is a name that may exist as it stands
``word_division``           similar    0.86   spaces, the joined word being a syllable too: Tho An, Thoan
``word_order``              similar    0.85   the order of words
``omitted_middle_name``     similar    0.75   words between family and given name
``one_letter``              different  0.88   one letter, mark or tone, or two neighbours swapped: Hùng, Hưng
``marks_differ``            different  0.80   several marks, both sides having some
``no_letters``              different  0.00   (one side has no letters)
``different``               different  ≤0.70  anything else
==========================  =========  =====  ==================================================================

Marks are "surely lost" when two words or more have lost them, when a Vietnamese word cannot be written so (``Nguyen``), or when the
family name is one that never goes without marks (``Le``). Otherwise ``Mai Thanh Lan`` may be her own name and not that of
Mai Thanh Lân. Vy and Vi, Thy and Thi are different names to their owners, so ``i_y`` leaves them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import accumulate, pairwise
from typing import Final, NamedTuple, Self

from lienthong.identity._name_rules import RULES, NameMatch
from lienthong.identity._syllables import Syllable, plain, syllable, with_i
from lienthong.identity._text import fold, fold_but_d, nfc

__all__ = ["compare_names"]

_LETTER: Final = re.compile(r"[^\W\d_]")
_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—.,_]+")
_WORDS: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_TITLES: Final = frozenset({"ông", "bà", "cô", "chú", "bác", "cụ", "anh", "chị", "em", "cháu"})
# Common family names that are never written without marks. Names that also exist bare (An, Chau, La, Lam, Ly, Ma,
# Quan, Ton …) are left out on purpose.
_MARKED_FAMILIES: Final = frozenset(
    [
        "bach",
        "bui",
        "cu",
        "dam",
        "dang",
        "dao",
        "dau",
        "dinh",
        "do",
        "doan",
        "duong",
        "ha",
        "ho",
        "hoang",
        "hua",
        "huynh",
        "khuat",
        "khuc",
        "le",
        "luong",
        "luu",
        "ngo",
        "nghiem",
        "nguyen",
        "nong",
        "pham",
        "phung",
        "quach",
        "thai",
        "tieu",
        "to",
        "tong",
        "tran",
        "trieu",
        "trinh",
        "truong",
        "vo",
        "vu",
        "vuong",
    ]
)
_HIGHEST_DIFFERENT: Final = 0.7
# The wire allows 100 characters (population page A4), twice that when marks stand alone; a hostile reply may send more.
_LONGEST: Final = 400


def compare_names(declared: str, held: str) -> NameMatch:
    """Compare the name given at the desk with the one that a register or paper holds.

    The order of the two does not change the verdict. Never raises: a side without letters is ``no_letters``. Only
    ``Likeness.SAME`` in ``match.same`` (true in a condition) means the same name. See the module for the rules.
    """
    mine, theirs = nfc(declared), nfc(held)
    if not (_LETTER.search(mine) and _LETTER.search(theirs)):
        return RULES["no_letters"]
    if rule := _written_alike(mine, theirs):
        return RULES[rule]
    if max(len(mine), len(theirs)) > _LONGEST:
        return RULES["different"]
    left, right = _Side.read(mine), _Side.read(theirs)
    if rule := _read_alike(left, right):
        return RULES[rule]
    left, right = left.without_title(), right.without_title()
    if rule := _divided_alike(left, right) or _parts_alike(left, right):
        return RULES[rule]
    return _far_apart(left, right)


def _written_alike(mine: str, theirs: str) -> str | None:
    """Compare the text as it stands, first as it is, then without case, then without separators."""
    if mine == theirs:
        return "exact"
    mine, theirs = mine.lower(), theirs.lower()
    if mine == theirs:
        return "case"
    if _SEPARATORS.sub(" ", mine).strip() == _SEPARATORS.sub(" ", theirs).strip():
        return "spacing"
    return None


class _Marks(IntEnum):
    """How much a side has kept. Some programs lose all marks but đ, which is a letter of its own to them."""

    NONE = 0
    D_ONLY = 1
    SOME = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two names, taken apart."""

    words: list[str]

    @classmethod
    def read(cls, name: str) -> Self:
        return cls(_WORDS.findall(plain(name).replace("'", "")))

    @property
    def marks(self) -> _Marks:
        """What marks the words bear."""
        text = "".join(self.words)
        if text.isascii():
            return _Marks.NONE
        return _Marks.D_ONLY if text.replace("đ", "d").isascii() else _Marks.SOME

    def without_title(self) -> Self:
        words = self.words
        # Twice, since forms print Ông/Bà.
        for _ in range(2):
            if len(words) < 2 or words[0] not in _TITLES:
                break
            # Anh Thư may be a name; peoples of the highlands have names of one word, which is no Vietnamese syllable.
            if len(words) == 2 and syllable(words[1]).well_formed:
                break
            words = words[1:]
        return type(self)(words)

    def syllables(self) -> list[Syllable]:
        return [syllable(word) for word in self.words]

    def folded(self) -> list[str]:
        return [fold(word) for word in self.words]


def _read_alike(left: _Side, right: _Side) -> str | None:
    """Compare word by word what is read, forgiving encoding, place of the tone, i and y, then the title."""
    if left.words == right.words:
        return "unicode_form"
    mine, theirs = left.syllables(), right.syllables()
    if mine == theirs:
        return "tone_placement"
    if with_i(mine) == with_i(theirs):
        return "i_y"
    mine, theirs = left.without_title().syllables(), right.without_title().syllables()
    return "title" if with_i(mine) == with_i(theirs) else None


class _Cut(NamedTuple):
    """Both names cut wherever either of them begins a word, so that the pieces can be compared pairwise."""

    mine: list[str]
    theirs: list[str]
    # Whether every word that had to be cut is no syllable, so that it surely lost its spaces.
    sure: bool


def _cut(mine: list[str], theirs: list[str]) -> _Cut | None:
    my_ends, their_ends = list(accumulate(map(len, mine))), list(accumulate(map(len, theirs)))
    if my_ends[-1] != their_ends[-1]:
        return None
    ends = sorted({0, *my_ends, *their_ends})
    my_text, their_text = "".join(mine), "".join(theirs)
    joined = [
        word
        for words, word_ends, others in ((mine, my_ends, their_ends), (theirs, their_ends, my_ends))
        for word, end in zip(words, word_ends, strict=True)
        if any(end - len(word) < other < end for other in others)
    ]
    return _Cut(
        [my_text[start:end] for start, end in pairwise(ends)],
        [their_text[start:end] for start, end in pairwise(ends)],
        sure=not any(syllable(word).well_formed for word in joined),
    )


def _divided_alike(left: _Side, right: _Side) -> str | None:
    """Compare names that differ in their spaces, and names of which one lost its marks (and maybe its spaces)."""
    cut = _cut(left.words, right.words)
    if cut is None:
        return None
    if with_i(map(syllable, cut.mine)) == with_i(map(syllable, cut.theirs)):
        return "spacing" if cut.sure else "word_division"
    if left.marks == right.marks:
        return None
    barer_left = left.marks < right.marks
    bare, marked = (cut.mine, cut.theirs) if barer_left else (cut.theirs, cut.mine)
    lose = fold if min(left.marks, right.marks) is _Marks.NONE else fold_but_d
    if bare != [lose(piece) for piece in marked]:
        return None
    # Whoever kept đ could type marks, so one bare word is a slip or another name.
    if cut.sure and _surely_lost_marks(bare, marked, kept_d=lose is fold_but_d):
        return "missing_marks"
    return "missing_marks_unsure"


def _surely_lost_marks(bare: list[str], marked: list[str], *, kept_d: bool) -> bool:
    """Say whether the bare name cannot well be a name of its own (see the module)."""
    differing = [
        (mine, theirs) for mine, theirs in zip(bare, marked, strict=True) if mine != theirs
    ]
    stripped, lost = [mine for mine, _ in differing], [theirs for _, theirs in differing]
    if len(stripped) > 1 or kept_d:
        return len(stripped) > 1
    return (syllable(lost[0]).well_formed and not syllable(stripped[0]).well_formed) or (
        bare[0] != marked[0] and bare[0] in _MARKED_FAMILIES
    )


def _parts_alike(left: _Side, right: _Side) -> str | None:
    """Compare names whose words stand in another order, or of which one lacks middle names."""
    if left.marks == right.marks:
        mine, theirs = _spelled(with_i(left.syllables())), _spelled(with_i(right.syllables()))
    else:
        mine, theirs = left.folded(), right.folded()
    if sorted(mine) == sorted(theirs):
        return "word_order"
    short, long = sorted((mine, theirs), key=len)
    if len(short) > 1 and short[0] == long[0] and short[-1] == long[-1]:
        rest = iter(long[1:-1])
        if len(short) < len(long) and all(part in rest for part in short[1:-1]):
            return "omitted_middle_name"
    return None


def _far_apart(left: _Side, right: _Side) -> NameMatch:
    """Tell slips of the pen from other names."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 (only names that differ pay for loading it)

    mine, theirs = " ".join(left.words), " ".join(right.words)
    if left.marks == right.marks:
        # Written out (ù against ư is one letter) and with the tone told apart from its place (uỷ against úy is one tone).
        distance = min(
            OSA.distance(mine, theirs),
            OSA.distance(
                " ".join(_spelled(left.syllables())), " ".join(_spelled(right.syllables()))
            ),
        )
    else:
        distance = OSA.distance(fold(mine), fold(theirs))
    if distance <= 1:
        return RULES["one_letter"]
    if left.folded() == right.folded():
        return RULES["marks_differ"]
    likeness = OSA.normalized_similarity(mine, theirs)
    return replace(RULES["different"], score=round(_HIGHEST_DIFFERENT * likeness, 2))


def _spelled(syllables: Iterable[Syllable]) -> list[str]:
    """Write the tone behind the letters, where its place no longer matters."""
    return [part.letters + (str(part.tone) if part.tone else "") for part in syllables]
