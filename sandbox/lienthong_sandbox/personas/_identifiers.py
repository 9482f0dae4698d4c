"""The rules that identifiers in ``personas.toml`` must obey (population page C1 to C3)."""

from __future__ import annotations

from typing import Final

_TAX_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
"""Weights of the first nine digits of a tax number (population page C3)."""


def personal_id_fault(number: str, birth: str, sex: str) -> str:
    """Why this 12-digit number cannot belong to this birth and sex; empty when it can.

    The fourth digit says century and sex (0/1 for the 20th, 2/3 for the 21st …), the next two the birth year.
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return "not 12 digits"
    year = int(birth[:4])
    expected = (year // 100 - 19) * 2 + (sex == "2")
    if int(number[3]) != expected:
        return f"digit 4 must be {expected}"
    if number[4:6] != birth[2:4]:
        return f"digits 5 and 6 must be {birth[2:4]}"
    return ""


def tax_check_digit(first_nine: str) -> str:
    """The tenth digit of a tax number; empty when these nine digits give no valid number."""
    remainder = sum(w * int(d) for w, d in zip(_TAX_WEIGHTS, first_nine, strict=True)) % 11
    return str(10 - remainder) if remainder else ""


def tax_number_fault(number: str) -> str:
    """Why this is no tax number of an organisation (10, or 13 digits for a branch); empty when it is one."""
    if len(number) not in (10, 13) or not (number.isascii() and number.isdigit()):
        return "not 10 or 13 digits"
    if tax_check_digit(number[:9]) != number[9]:
        return "wrong check digit"
    if number[10:] == "000":
        return "a branch is numbered from 001"
    return ""
