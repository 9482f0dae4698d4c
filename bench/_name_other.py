"""Rules of the labelled set that make another name, or one where a clerk must look at the paper first."""

from __future__ import annotations

import random

from _name_marks import MARKS, WORDS, Maker, nfc, nfd, tone_of, toneless, unmarked, with_tone

_LETTERS = "bcdghklmnpqrstvx"


def one_letter(chance: random.Random, name: str) -> str | None:
    """A consonant typed wrong."""
    places = [i for i, c in enumerate(name) if c.lower() in _LETTERS]
    place = chance.choice(places)
    other = chance.choice([c for c in _LETTERS if c != name[place].lower()])
    return name[:place] + (other.upper() if name[place].isupper() else other) + name[place + 1 :]


def letter_missing(chance: random.Random, name: str) -> str | None:
    places = [i for i, c in enumerate(name) if c.isalpha()]
    place = chance.choice(places)
    return name[:place] + name[place + 1 :]


def letter_added(chance: random.Random, name: str) -> str | None:
    place = chance.randrange(1, len(name))
    return name[:place] + chance.choice("aeghinou") + name[place:]


def letters_swapped(chance: random.Random, name: str) -> str | None:
    places = [
        i
        for i in range(len(name) - 1)
        if name[i].isalpha() and name[i + 1].isalpha() and name[i].lower() != name[i + 1].lower()
    ]
    place = chance.choice(places)
    made = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    # Swapping o and the à of oà yields the other placement of the same tone.
    return None if toneless(made) == toneless(name) else made


def other_tone(chance: random.Random, name: str) -> str | None:
    """Thúy for Thùy: another word."""
    words = name.split()
    place = chance.randrange(len(words))
    keys = [key for key in ("", *MARKS) if key != tone_of(words[place])]
    changed = with_tone(words[place], chance.choice(keys))
    return None if changed is None else " ".join([*words[:place], changed, *words[place + 1 :]])


_OTHER_LETTERS = {
    "a": "ăâ",
    "ă": "aâ",
    "â": "aă",
    "e": "ê",
    "ê": "e",
    "o": "ôơ",
    "ô": "oơ",
    "ơ": "oô",
    "u": "ư",
    "ư": "u",
    "d": "đ",
    "đ": "d",
}


def other_letter_mark(chance: random.Random, name: str) -> str | None:
    """Hưng for Hung, Lân for Lan, Đông for Dông."""
    text = nfc(name)
    places = [i for i, c in enumerate(text) if toneless(c).lower() in _OTHER_LETTERS]
    if not places:
        return None
    place = chance.choice(places)
    old = toneless(text[place])
    new = chance.choice(_OTHER_LETTERS[old.lower()])
    key = tone_of(text[place])
    letter = nfc(new + (MARKS[key] if key else ""))
    return text[:place] + (letter.upper() if old.isupper() else letter) + text[place + 1 :]


def some_marks_lost(chance: random.Random, name: str) -> str | None:
    """One word without its marks, others with: a slip, or another name."""
    words = name.split()
    places = [i for i, word in enumerate(words) if word != unmarked(word)]
    if len(places) < 2:
        return None
    place = chance.choice(places)
    return " ".join([*words[:place], unmarked(words[place]), *words[place + 1 :]])


def twin(chance: random.Random, name: str) -> str | None:
    """A brother or sister: all but the given name."""
    *rest, given = name.split()
    other = chance.choice(WORDS["given_women"] + WORDS["given_men"])
    return " ".join([*rest, other]) if unmarked(other) != unmarked(given) else None


def other_middle(chance: random.Random, name: str) -> str | None:
    words = name.split()
    other = chance.choice(WORDS["men"] + WORDS["women"])
    if len(words) < 3 or unmarked(other) == unmarked(" ".join(words[1:-1])):
        return None
    return " ".join([words[0], other, words[-1]])


def other_family(chance: random.Random, name: str) -> str | None:
    family, *rest = name.split()
    other = chance.choice(WORDS["families"])
    return " ".join([other, *rest]) if unmarked(other) != unmarked(family) else None


def other_sex(_: random.Random, name: str) -> str | None:
    words = name.split()
    swap = {"Văn": "Thị", "Thị": "Văn"}
    if len(words) < 3 or words[1] not in swap:
        return None
    return " ".join([words[0], swap[words[1]], *words[2:]])


def reordered(_: random.Random, name: str) -> str | None:
    """Given name first, or the last two words swapped: Nguyễn Minh Văn is not Nguyễn Văn Minh."""
    words = name.split()
    if len(words) < 2:
        return None
    made = [*words[:-2], words[-1], words[-2]]
    return " ".join(made) if made != words else None


def middle_dropped(_: random.Random, name: str) -> str | None:
    words = name.split()
    return f"{words[0]} {words[-1]}" if len(words) > 2 else None


def family_dropped(_: random.Random, name: str) -> str | None:
    words = name.split()
    return " ".join(words[1:]) if len(words) > 2 else None


def initials(chance: random.Random, name: str) -> str | None:
    """Ng. Văn An, N. V. An: too little to tell."""
    words = name.split()
    if len(words) < 3:
        return None
    # A word of one or two letters would stand whole before its dot, which says nothing against it.
    count = chance.choice((1, len(words) - 1))
    if any(len(word) < 3 for word in words[:count]):
        return None
    short = [f"{word[: chance.choice((1, 2))]}." for word in words[:count]]
    return " ".join([*short, *words[count:]])


def other_y(_: random.Random, name: str) -> str | None:
    """Vi for Vy, Thi for Thy: other names."""
    words = name.split()
    swap = {"Vy": "Vi", "Thy": "Thi", "Vỹ": "Vĩ", "Thúy": "Thúi", "Huy": "Hui", "Duy": "Dui"}
    changed = [swap.get(word, word) for word in words]
    return " ".join(changed) if changed != words else None


def unmarked_other(chance: random.Random, name: str) -> str | None:
    """Written without marks, with a letter wrong besides."""
    made = one_letter(chance, unmarked(name))
    return None if made is None else made.upper()


def unmarked_twin(chance: random.Random, name: str) -> str | None:
    made = twin(chance, name)
    return None if made is None else unmarked(made).upper()


def both_noisy(maker: Maker) -> Maker:
    """Another name, written in capitals and taken apart besides."""

    def made(chance: random.Random, name: str) -> str | None:
        other = maker(chance, name)
        return None if other is None else nfd(other.upper())

    return made


NEGATIVE: dict[str, Maker] = {
    "one_letter": one_letter,
    "letter_missing": letter_missing,
    "letter_added": letter_added,
    "letters_swapped": letters_swapped,
    "other_tone": other_tone,
    "other_letter_mark": other_letter_mark,
    "some_marks_lost": some_marks_lost,
    "twin": twin,
    "other_middle": other_middle,
    "other_family": other_family,
    "other_sex": other_sex,
    "reordered": reordered,
    "middle_dropped": middle_dropped,
    "family_dropped": family_dropped,
    "initials": initials,
    "other_y": other_y,
    "unmarked_other": unmarked_other,
    "unmarked_twin": unmarked_twin,
    "other_tone+noise": both_noisy(other_tone),
    "other_letter_mark+noise": both_noisy(other_letter_mark),
    "one_letter+noise": both_noisy(one_letter),
    "twin+noise": both_noisy(twin),
}
