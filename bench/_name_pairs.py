"""The labelled set of pairs of names: who is the same person to a clerk, and who is not, by rules stated in the open.

Nothing is imported from the library, so that the set cannot agree with it by construction. Each rule makes a pair out of a
synthetic name: those of `_name_same.py` write the same name in another way that a clerk at a one-stop desk calls the same person
without looking further; those of `_name_other.py` make another name, or one where the clerk must look at the paper. The
pairs are the same in every run (seeded by the name of the rule).

Left out on purpose, since two clerks may differ: a name that lost the marks of one word only (MAI THANH LAN for Mai Thanh
Lân, since Mai Thanh Lan is a name too; Ngo Gia Giang for Ngô Gia Giang). The rules ``unmarked…`` take names of which two
words or more bear marks, and a rule for another name never takes just the last marks away.

Corrected labels: ``other_letter_mark`` first held Ngô Gia Giang against NGO GIA GIANG to be two people, which is what an
old system writes for one; ``initials`` first called "Hồ. Gia Kiên" short, which is the whole word with a dot.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from _name_marks import WORDS, unmarked
from _name_other import NEGATIVE
from _name_same import POSITIVE

PER_RULE = 220


@dataclass(frozen=True)
class Pair:
    """Two names, whether a clerk calls them the same person at once, and the rule that made the pair."""

    a: str
    b: str
    same: bool
    rule: str


def name(chance: random.Random) -> str:
    """A synthetic person."""
    if chance.random() < 0.04:
        return str(chance.choice(WORDS["highland"]))
    man = chance.random() < 0.5
    middle = chance.choice(WORDS["men" if man else "women"])
    given = chance.choice(WORDS["given_men" if man else "given_women"])
    family = chance.choice(WORDS["families"])
    if chance.random() < 0.1:
        # A second family name, the mother's.
        family += " " + chance.choice([word for word in WORDS["families"] if word != family])
    return f"{family} {middle} {given}"


def pairs() -> Iterator[Pair]:
    """All pairs, each once; either side may be the varied one."""
    for same, rules in ((True, POSITIVE), (False, NEGATIVE)):
        for rule, maker in rules.items():
            chance = random.Random(f"{same}/{rule}")
            made: set[tuple[str, str]] = set()
            for _ in range(PER_RULE * 60):
                if len(made) == PER_RULE:
                    break
                original = name(chance)
                other = maker(chance, original)
                if other is None or other == original or (original, other) in made:
                    continue
                if not same and _lost_all_marks(original, other):
                    continue
                made.add((original, other))
                first, second = (original, other) if chance.random() < 0.5 else (other, original)
                yield Pair(first, second, same, rule)


def _lost_all_marks(original: str, other: str) -> bool:
    """Whether a rule for another name only took the last marks away: what an old system writes for the same person."""
    return other.isascii() and other.upper() == unmarked(original).upper()
