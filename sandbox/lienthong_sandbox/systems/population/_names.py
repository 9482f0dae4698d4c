"""How the register compares what was asked with what it holds (population page A4, name rule)."""

from __future__ import annotations

import unicodedata

from lienthong_sandbox.personas import Citizen


def normalised(name: str) -> str:
    """``Nguyễn Văn A`` → ``NGUYENVANA``: no marks, Đ → D, letters and digits only, upper case."""
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum()).upper()


def same_birth(asked: str, held: str, *, year_matches_date: bool) -> bool:
    """Whether ``asked`` (``yyyyMMdd``, ``yyyy``, or empty for not asked) is ``held`` (``yyyy-mm-dd`` or ``yyyy``).

    Whether a bare year matches a full date is unpublished (doubts page): hence the switch.
    """
    if not asked:
        return True
    known = held.replace("-", "")
    if len(asked) == len(known):
        return asked == known
    return year_matches_date and asked[:4] == known[:4]


def matches(
    citizen: Citizen, name: str, birth: str, *, year_matches_date: bool, dead_too: bool = False
) -> bool:
    """Whether name and birth fit this citizen; the dead answer to nobody (ours: C06's behaviour is unpublished).

    ``dead_too`` is for the one operation that asks whether somebody died.
    """
    return (
        (dead_too or not citizen.died)
        and normalised(name) == normalised(citizen.name)
        and same_birth(birth, citizen.birth, year_matches_date=year_matches_date)
    )
