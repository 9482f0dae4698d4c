"""The insurance register: who is in it, and how the services' criteria find them.

How the real register compares is unpublished. Here a name equals with its marks first and without them only when
nobody equals with them; a birth is compared as far as ``loaiNgaySinh`` says it is known; a code or number that is left
empty does not narrow the search.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lienthong_sandbox.personas import Insurance, Personas, Place

BIRTH_DIGITS: Mapping[str, int] = {"0": 8, "1": 4, "2": 6}
"""``loaiNgaySinh``: 0 full date, 1 year only, 2 year and month; with how many digits of ``ngaySinh`` count."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One insured person with the two addresses by which the register is searched."""

    insurance: Insurance
    household_place: Place

    @property
    def birth(self) -> str:
        """Birth as 8, 6 or 4 digits, as far as it is known."""
        return self.insurance.birth.replace("-", "")


@dataclass(frozen=True, slots=True)
class Criteria:
    """A search as the services send it; empty fields do not narrow.

    ``birth`` is already cut to the digits that count. ``at_birth`` says which address the codes mean (``isKs``).
    """

    name: str
    birth: str
    sex: str
    province: str
    district: str
    ward: str
    at_birth: bool
    book: str = ""
    card: str = ""


class Register:
    """All insured personas."""

    def __init__(self, personas: Personas) -> None:
        self._entries = tuple(
            Entry(
                person.insurance,
                person.citizen.permanent if person.citizen else person.insurance.place,
            )
            for person in personas.people
            if person.insurance is not None
        )
        self._by_number = {entry.insurance.number: entry for entry in self._entries}
        self._households = Counter(entry.insurance.household for entry in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def by_number(self, number: str) -> Entry | None:
        """The person with this insurance number, leading zeros included."""
        return self._by_number.get(number)

    def household(self, entry: Entry) -> list[Entry]:
        """Everybody insured in this person's household, the person first."""
        others = [
            other
            for other in self._entries
            if other is not entry and other.insurance.household == entry.insurance.household
        ]
        return [entry, *others]

    def shares_household(self, entry: Entry) -> bool:
        """Whether anybody else of the household is insured."""
        return self._households[entry.insurance.household] > 1

    def search(self, criteria: Criteria) -> list[Entry]:
        """Everybody who meets all criteria."""
        found = [entry for entry in self._entries if _meets(entry, criteria)]
        if not criteria.name:
            return found
        exact = [e for e in found if _plain(e.insurance.name) == _plain(criteria.name)]
        return exact or [e for e in found if _bare(e.insurance.name) == _bare(criteria.name)]


def _meets(entry: Entry, criteria: Criteria) -> bool:
    held = entry.insurance
    place = held.place if criteria.at_birth else entry.household_place
    return (
        entry.birth.startswith(criteria.birth)
        and criteria.sex in ("", held.sex)
        and criteria.book in ("", held.old_book, held.number)
        and criteria.card in ("", held.card, held.number)
        and _same(criteria.province, place.province)
        and _same(criteria.district, place.district)
        and _same(criteria.ward, place.ward)
    )


def _same(asked: str, held: str) -> bool:
    """A district that one side no longer writes (since July 2025) decides nothing."""
    return not asked or not held or asked == held


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _bare(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", _plain(name)).replace("đ", "d")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
