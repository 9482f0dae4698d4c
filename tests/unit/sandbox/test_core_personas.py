"""The synthetic people: complete, consistent, and refused when they contradict themselves."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

import pytest

from lienthong_sandbox.personas import (
    PersonasFaultyError,
    load_personas,
    parse_personas,
    tax_check_digit,
)

PEOPLE = load_personas()
TEXT = files("lienthong_sandbox.personas").joinpath("personas.toml").read_text(encoding="utf-8")
TAGS = [
    "year_only", "old_card_only", "dd_and_old_tones", "nfd", "twins", "deceased", "wrong_letter",
    "wrong_birth", "wrong_sex_digit", "unknown", "ambiguous", "company_active", "company_struck_off",
    "company_suspended", "branch", "household_business", "cooperative", "two_certificates",
    "insurance_leading_zero", "foreign_born", "hundred_years", "minor", "married", "moved",
    "relatives_structured",
]  # fmt: skip


def test_enough_people_of_every_kind() -> None:
    """At least 45 people, a dozen plain ones among them, and every awkward kind."""
    assert len(PEOPLE.people) >= 45
    assert len(PEOPLE.tagged("plain")) >= 12
    assert [tag for tag in TAGS if not PEOPLE.tagged(tag)] == []


def test_awkward_ones_are_awkward() -> None:
    """The tags keep their promise."""
    assert all(p.declared.birth == "" or len(p.declared.birth) >= 4 for p in PEOPLE.people)
    assert {len(p.declared.number) for p in PEOPLE.tagged("old_card_only")} == {9}
    for persona in PEOPLE.tagged("nfd"):
        assert not unicodedata.is_normalized("NFC", persona.declared.name)
    for persona in PEOPLE.tagged("dd_and_old_tones"):
        assert persona.citizen is not None
        assert persona.declared.name != persona.citizen.name
    for persona in PEOPLE.tagged("insurance_leading_zero"):
        assert persona.insurance is not None
        assert persona.insurance.number.startswith("0")
    for persona in PEOPLE.tagged("two_certificates"):
        assert len(PEOPLE.certificates_of(persona.key)) == 2
    first, second = (p.insurance for p in PEOPLE.tagged("ambiguous"))
    assert first is not None
    assert second is not None
    assert first.number != second.number
    assert (first.name, first.birth, first.sex, first.place) == (
        second.name, second.birth, second.sex, second.place,
    )  # fmt: skip
    husband, wife = (p.key for p in PEOPLE.tagged("married"))
    assert PEOPLE.certificates_of(husband) == PEOPLE.certificates_of(wife) != ()


def test_spouses_point_at_each_other() -> None:
    """The married couple's records agree with each other."""
    husband, wife = (p.citizen for p in PEOPLE.tagged("married"))
    assert husband is not None
    assert husband.spouse is not None
    assert wife is not None
    assert wife.spouse is not None
    assert husband.spouse.personal_id == wife.personal_id
    assert wife.spouse.personal_id == husband.personal_id


def test_lookups() -> None:
    """People are found by either number, organisations with and without the dash."""
    tam = PEOPLE["cmnd-le-tam"]
    assert tam.citizen is not None
    assert PEOPLE.by_number(tam.citizen.personal_id) is tam
    assert PEOPLE.by_number(tam.citizen.card) is tam
    assert PEOPLE.by_number("000000000000") is None
    branch = next(unit for unit in PEOPLE.organisations if unit.kind == "branch")
    dashed = f"{branch.number[:10]}-{branch.number[10:]}"
    assert PEOPLE.organisation(dashed) is branch


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('personal_id = "033085000101"', 'personal_id = "033185000101"', "digit 4"),
        ('personal_id = "033085000101"', 'personal_id = "033086000101"', "digits 5 and 6"),
        ('personal_id = "033085000101"', 'personal_id = "03308500010"', "not 12 digits"),
        ('key = "tran-binh"', 'key = "nguyen-an"', "stands twice"),
        ('owners = ["ho-son"]', 'owners = ["nobody"]', "no owner nobody"),
        ('name = "Nguyễn Văn An Mẫu"\n', "", "missing"),
        ('blood = "01"', 'bloood = "01"', "unknown"),
    ],
)
def test_contradictions_are_refused(old: str, new: str, fault: str) -> None:
    """A file that contradicts itself does not load, and the message says where."""
    assert old in TEXT
    with pytest.raises(PersonasFaultyError, match=fault):
        parse_personas(TEXT.replace(old, new, 1))


def test_wrong_check_digit_is_refused() -> None:
    """An organisation's tax number must carry the right check digit."""
    number = next(unit.number for unit in PEOPLE.organisations if unit.key == "cty-giai-the")
    wrong = number[:9] + str((int(number[9]) + 1) % 10)
    with pytest.raises(PersonasFaultyError, match="check digit"):
        parse_personas(TEXT.replace(number, wrong))


def test_check_digit() -> None:
    """The weights of population page C3; a remainder of 0 gives no valid number."""
    # 31·1 + 29·1 = 60; 60 mod 11 = 5; 10 - 5 = 5.
    assert tax_check_digit("110000000") == "5"
    assert tax_check_digit("000000000") == ""
