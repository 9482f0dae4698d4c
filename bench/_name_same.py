"""Rules of the labelled set that write one name in another way: a clerk calls it the same person without looking further."""

from __future__ import annotations

import random
import re
import unicodedata

from _name_marks import (
    MARKS,
    TONES,
    WORDS,
    Maker,
    marked_words,
    nfc,
    nfd,
    tone_of,
    toneless,
    unmarked,
)


def upper(_: random.Random, name: str) -> str | None:
    return name.upper()


def lower(_: random.Random, name: str) -> str | None:
    return name.lower()


def mixed_case(chance: random.Random, name: str) -> str | None:
    words = [chance.choice((word.upper(), word.lower(), word)) for word in name.split()]
    return " ".join(words)


def spaces(chance: random.Random, name: str) -> str | None:
    gap = chance.choice(("  ", "   ", "\u00a0", "\t", " \u00a0"))
    return chance.choice(("", " ")) + gap.join(name.split()) + chance.choice(("", " ", "\n"))


def decomposed(_: random.Random, name: str) -> str | None:
    return nfd(name)


def half_decomposed(_: random.Random, name: str) -> str | None:
    """As Windows keyboards and code page 1258 give it: the letter whole, the tone apart."""
    out = ""
    for letter in nfc(name):
        tone = [mark for mark in nfd(letter) if mark in TONES]
        out += toneless(letter) + "".join(tone)
    return out


def tone_first(_: random.Random, name: str) -> str | None:
    """The tone before the letter mark, as some keyboards send it."""
    out = ""
    for letter in nfc(name):
        marks = nfd(letter)
        tones = [mark for mark in marks[1:] if mark in TONES]
        out += marks[0] + "".join(tones) + "".join(m for m in marks[1:] if m not in TONES)
    return out


_OLD_STYLE = re.compile(r"(?<![qQ])([oO][aAeE]|[uU][yY])$")


def other_placement(_: random.Random, name: str) -> str | None:
    """hòa for hoà, thuý for thúy: the tone on the other of two letters, in every word that allows it."""

    def moved(word: str) -> str:
        bare, key = toneless(word), tone_of(word)
        if not key or not _OLD_STYLE.search(bare):
            return word
        on_last = nfc(word)[-1] != bare[-1]
        place = len(bare) - (2 if on_last else 1)
        return bare[:place] + nfc(bare[place] + MARKS[key]) + bare[place + 1 :]

    changed = " ".join(map(moved, name.split()))
    return changed if changed != name else None


_Y_WORDS = re.compile(r"(?:[hklmst]|qu)?y", re.IGNORECASE)


def other_i(_: random.Random, name: str) -> str | None:
    """Lí for Lý, Mĩ for Mỹ, Quí for Quý; never Vi for Vy nor Thi for Thy, which are other names, nor My without a tone."""

    def changed(word: str) -> str:
        if not _Y_WORDS.fullmatch(toneless(word)) or not tone_of(word):
            return word
        return nfc(nfd(word).replace("y", "i").replace("Y", "I"))

    out = " ".join(map(changed, name.split()))
    return out if out != name else None


def titled(chance: random.Random, name: str) -> str | None:
    return f"{chance.choice(WORDS['titles'])} {name}"


def form_titled(chance: random.Random, name: str) -> str | None:
    """With the words printed on the form."""
    return f"{chance.choice(('Ông/Bà: ', 'Ông (Bà) ', 'ÔNG/BÀ ', 'Ông/bà '))}{name}"


def unmarked_but_d(chance: random.Random, name: str) -> str | None:
    """Without marks but with Đ, which is a letter of its own to programs that take off combining marks."""
    kept = "".join(mark for mark in nfd(name) if not unicodedata.combining(mark))
    words = sum(
        word != kept_word for word, kept_word in zip(name.split(), kept.split(), strict=True)
    )
    return chance.choice((kept, kept.upper())) if "Đ" in kept and words > 1 else None


def unmarked_upper(_: random.Random, name: str) -> str | None:
    return unmarked(name).upper() if marked_words(name) > 1 else None


def unmarked_title(_: random.Random, name: str) -> str | None:
    return unmarked(name) if marked_words(name) > 1 else None


def unmarked_joined(_: random.Random, name: str) -> str | None:
    """As the population messages want it: NGUYENVANHUNG."""
    return unmarked(name).upper().replace(" ", "") if marked_words(name) > 1 else None


def eth(_: random.Random, name: str) -> str | None:
    """The Icelandic letter that old fonts have for Đ."""
    changed = name.replace("Đ", "Ð")
    return changed if changed != name else None


def invisible(chance: random.Random, name: str) -> str | None:
    place = chance.randrange(1, len(name))
    return name[:place] + chance.choice("\u200b\u200d\ufeff\u00ad\u2060") + name[place:]


def full_width(_: random.Random, name: str) -> str | None:
    """Latin letters without marks in full width, as some scanners give them."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in name)


def punctuated(chance: random.Random, name: str) -> str | None:
    return chance.choice((f"{name}.", f"{name},", f"{name} -", name.replace(" ", "-"), f". {name}"))


def lost_space(chance: random.Random, name: str) -> str | None:
    """One space not typed, where capitals still show the words."""
    words = name.split()
    if len(words) < 2:
        return None
    place = chance.randrange(len(words) - 1)
    return " ".join([*words[:place], words[place] + words[place + 1], *words[place + 2 :]])


def highland_mark(chance: random.Random, name: str) -> str | None:
    changed = name.replace("'", chance.choice("’‘ʼ`´"))
    return changed if changed != name else None


def chained(*makers: Maker) -> Maker:
    """Several of the above, one after the other."""

    def maker(chance: random.Random, name: str) -> str | None:
        made: str | None = name
        for each in makers:
            if made is None:
                return None
            made = each(chance, made)
        return made

    return maker


POSITIVE: dict[str, Maker] = {
    "upper": upper,
    "lower": lower,
    "mixed_case": mixed_case,
    "spaces": spaces,
    "decomposed": decomposed,
    "half_decomposed": half_decomposed,
    "tone_first": tone_first,
    "other_placement": other_placement,
    "other_i": other_i,
    "titled": titled,
    "form_titled": form_titled,
    "unmarked_but_d": unmarked_but_d,
    "unmarked_upper": unmarked_upper,
    "unmarked_title": unmarked_title,
    "unmarked_joined": unmarked_joined,
    "eth": eth,
    "invisible": invisible,
    "full_width": full_width,
    "punctuated": punctuated,
    "lost_space": lost_space,
    "highland_mark": highland_mark,
    "upper+placement": chained(other_placement, upper),
    "upper+i": chained(other_i, upper),
    "placement+i": chained(other_placement, other_i),
    "upper+decomposed+spaces": chained(upper, decomposed, spaces),
    "titled+upper+placement": chained(other_placement, upper, titled),
    "titled+unmarked": chained(unmarked_upper, titled),
    "lost_space+placement": chained(other_placement, lost_space),
    "eth+upper+decomposed": chained(eth, upper, decomposed),
    "invisible+tone_first": chained(tone_first, invisible),
}
