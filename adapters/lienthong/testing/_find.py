"""Finds what the suite has to know of an installed connector: by entry point, or for the five of the house by name."""

from __future__ import annotations

from importlib.metadata import entry_points

from lienthong.interface import ConfigurationError

from ._five import SYSTEMS, subjects_of
from ._reference import reference_subject
from ._subject import Subject

GROUP = "lienthong.subjects"
"""Entry points of this group are functions without arguments that return a :class:`Subject`, or
several: one per dialect and channel."""


def subject_names() -> tuple[str, ...]:
    """Names of all connectors that say how to try them, sorted."""
    found = {point.name for point in entry_points(group=GROUP)}
    return tuple(sorted(found | set(SYSTEMS)))


def find_subjects(name: str) -> tuple[Subject, ...]:
    """Everything that is to be tried under a name.

    Args:
        name: A connector, e.g. ``population``, for each of its dialects and channels, or one of them, e.g.
            ``population/soap/c06``; ``tiny`` is the reference connector.

    Raises:
        ConfigurationError: No connector of that name says how to try it.
    """
    connector, _, way = name.partition("/")
    subjects = _subjects(connector)
    chosen = tuple(subject for subject in subjects if not way or subject.title == name)
    if not chosen:
        titles = ", ".join(subject.title for subject in subjects)
        raise ConfigurationError(f"There is no {name!r} to try; there are: {titles}.")
    return chosen


def find_subject(name: str) -> Subject:
    """The first of :func:`find_subjects`."""
    return find_subjects(name)[0]


def _subjects(connector: str) -> tuple[Subject, ...]:
    if connector == "tiny":
        return (reference_subject(),)
    for point in entry_points(group=GROUP, name=connector):
        made = point.load()()
        subjects = (made,) if isinstance(made, Subject) else tuple(made)
        if subjects and all(isinstance(subject, Subject) for subject in subjects):
            return subjects
        raise ConfigurationError(f"The entry point {GROUP}:{connector} does not return Subjects.")
    if connector in SYSTEMS:
        return subjects_of(connector)
    known = ", ".join(subject_names()) or "none"
    raise ConfigurationError(f"No connector {connector!r} says how to try it; known: {known}.")
