"""The morning's list: who comes when, for which procedure, so that earlier results serve later cases."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from lienthong.interface import ProcedureRecord
from lienthong.onceonly import choices_of

from ._people import Subject

AGENCIES: Final = ("H31.14", "H31.14.1", "H31.15", "H31.16")
OFFICERS: Final = ("can-bo-lan", "can-bo-minh", "can-bo-hoa", "can-bo-duc")

# Procedures in the order in which their results serve each other, with the number of the alternative (TRUONGHOP) that is
# chosen: a marital-status paper before the marriage, a new insurance book before it is asked for, a land certificate first.
_ROWS: Final[Mapping[str, Sequence[Sequence[tuple[str, int | None]]]]] = {
    "adult": (
        (("1.004873", None), ("1.000894", None), ("1.004222", 1), ("1.001193", None)),
        (("1.002759", None), ("1.001613", 1), ("1.014748", None), ("1.001656", 0)),
        (("1.010041", None), ("1.000656", None), ("2.000635", None), ("1.004194", 0)),
        (("1.001612", 2), ("2.000720", 0), ("2.001610", 1), ("1.010041", None)),
        (("2.000986", None), ("1.001939", 0), ("1.001656", 0), ("1.004222", 2)),
    ),
    "old": (
        (("1.014027", 1), ("1.001776", 0), ("1.001939", 1), ("2.000635", None)),
        (("1.001776", 4), ("1.001656", None), ("1.010041", None), ("1.000656", None)),
    ),
    # First the insurance card: its birth certificate is in no store but the nation's.
    "child": ((("1.001656", 1), ("2.000635", None), ("1.001939", 0), ("1.010041", None)),),
    "land": (
        (("1.012783", None), ("1.012784", None), ("1.013225", 0), ("1.004222", 0)),
        (("1.004194", 0), ("1.013225", 0), ("1.013980", 0), ("1.012783", 0)),
        (("1.004873", None), ("1.013980", 0), ("1.012784", None), ("1.004222", 0)),
    ),
    "company": (
        (("2.000591", None), ("2.001955", None), ("1.013977", 0), ("1.012783", None)),
        (("1.013977", 0), ("2.001955", 0), ("2.000591", 0), ("1.002759", 1)),
    ),
    "shop": ((("1.001612", 2), ("2.000591", None), ("2.001610", 1), ("2.000720", 2)),),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One case of the morning."""

    index: int
    dossier: str
    subject: Subject
    procedure: ProcedureRecord
    choice: str | None
    turn: int
    """How often this subject was here before."""
    officer: str
    agency: str


def visits(
    everybody: Sequence[Subject],
    procedures: Mapping[str, ProcedureRecord],
    *,
    number: int,
    day: str,
    seed: int,
) -> tuple[Visit, ...]:
    """The list, equal for equal arguments: everybody once, then everybody again, each time a step further in their row."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    order = list(everybody)
    dice.shuffle(order)
    rows: dict[str, Sequence[tuple[str, int | None]]] = {}
    turns: dict[str, count[int]] = {}
    for subject in everybody:
        of_this_life = _ROWS[subject.life]
        rows[subject.key] = of_this_life[
            next(turns.setdefault(subject.life, count(seed))) % len(of_this_life)
        ]
    found = []
    for index in range(number):
        turn, place = divmod(index, len(order))
        subject = order[place]
        row = rows[subject.key]
        code, choice = row[turn % len(row)]
        agency = AGENCIES[index % len(AGENCIES)]
        procedure = procedures[code]
        found.append(
            Visit(
                index=index,
                dossier=f"{agency}-{day}-{seed % 90 + 1:02d}{index + 1:05d}",
                subject=subject,
                procedure=procedure,
                choice=choices_of(procedure)[choice] if choice is not None else None,
                turn=turn,
                officer=OFFICERS[index % len(OFFICERS)],
                agency=agency,
            )
        )
    return tuple(found)
