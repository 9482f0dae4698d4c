"""Finds what the suite has to know of an installed connector: by entry point, or for the five of the house by name."""

from __future__ import annotations

from importlib.metadata import entry_points

from lienthong.interface import ConfigurationError

from ._five import SUBJECTS
from ._reference import reference_subject
from ._subject import Subject

GROUP = "lienthong.subjects"
"""Entry points of this group are functions without arguments that return a :class:`Subject`."""


def subject_names() -> tuple[str, ...]:
    """Names of all subjects, sorted."""
    found = {point.name for point in entry_points(group=GROUP)}
    return tuple(sorted(found | set(SUBJECTS)))


def find_subject(name: str) -> Subject:
    """The subject of a name; ``tiny`` is the reference connector.

    Raises:
        ConfigurationError: No connector of that name says how to try it.
    """
    if name == "tiny":
        return reference_subject()
    for point in entry_points(group=GROUP, name=name):
        made = point.load()()
        if isinstance(made, Subject):
            return made
        raise ConfigurationError(f"The entry point {GROUP}:{name} does not return a Subject.")
    if name in SUBJECTS:
        return SUBJECTS[name]()
    known = ", ".join(subject_names()) or "none"
    raise ConfigurationError(f"No connector {name!r} says how to try it; known: {known}.")
