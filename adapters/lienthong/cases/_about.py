"""Whom papers of a case are about, where that is not its applicant: a child, a spouse, another organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lienthong.interface import ProcedureRecord
from lienthong.onceonly import Applicant, component_of

About = Mapping[str, Applicant | None]
"""By MAGIAYTO of the paper; ``None`` is the applicant again."""


def require_components(procedure: ProcedureRecord, about: About) -> None:
    """Refuses papers that there are not.

    Raises:
        UnknownComponent: The procedure asks for no such paper.
    """
    for component in about:
        component_of(procedure, component)


def merged(known: Mapping[str, Applicant], about: About) -> dict[str, Applicant]:
    """What was known, with what is stated now."""
    both = {**known, **about}
    return {component: person for component, person in both.items() if person is not None}


def changed_hands(before: Mapping[str, Applicant], after: Mapping[str, Applicant]) -> set[str]:
    """Papers that are about somebody else now: what was agreed for one person is not agreed for another."""

    def key(people: Mapping[str, Applicant], component: str) -> str:
        return people[component].owner_key if component in people else ""

    return {item for item in {*before, *after} if key(before, item) != key(after, item)}


def to_json(about: Mapping[str, Applicant]) -> dict[str, Any]:
    """As plain JSON, to be sealed."""
    return {component: person.to_json() for component, person in about.items()}


def from_json(value: Mapping[str, Any]) -> dict[str, Applicant]:
    """The reverse of :func:`to_json`."""
    return {component: Applicant.from_json(person) for component, person in value.items()}
