"""Errors of the identity room.

The tree::

    ValueError
    └── IdentityError            something a person typed or a system sent cannot be read
        ├── InvalidIdentifier    a number or code breaks the rule of its kind
        ├── InvalidDate          a date is unreadable, unreal or out of range
        ├── InvalidName          a name has no letters, is too long or holds control characters
        └── InvalidPlaceData     a list of places is missing, unreadable or contradicts itself

A message says which field is wrong, how, and what to do. It never repeats the value, because messages end up in logs.
"""

from __future__ import annotations

__all__ = ["IdentityError", "InvalidDate", "InvalidIdentifier", "InvalidName", "InvalidPlaceData"]


class IdentityError(ValueError):
    """A value that cannot be read as what it should be.

    ``field`` is the wire-neutral name of the field (``personal_id``, ``birth_date`` …) and ``advice_vi`` one
    Vietnamese sentence for the desk; ``str()`` gives the English message. None of them contains the value.
    """

    def __init__(self, message: str, field: str, advice_vi: str) -> None:
        super().__init__(message, field, advice_vi)
        self.message = message
        self.field = field
        self.advice_vi = advice_vi

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class InvalidIdentifier(IdentityError):
    """A number or code that breaks the published rule of its kind."""


class InvalidDate(IdentityError):
    """A date that is unreadable, does not exist in the calendar or lies out of range."""


class InvalidName(IdentityError):
    """A name without letters, over the length that the wire allows, or with control characters."""


class InvalidPlaceData(IdentityError):
    """A file of place names that is missing, unreadable or contradicts itself; names file and line."""
