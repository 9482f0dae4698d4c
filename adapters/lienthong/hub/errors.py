"""Errors of the hub room.

.. code-block:: text

    LienthongError
    └── HubError
        └── HubMessageInvalid   the hub would refuse it: the desk corrects what ``problems`` names

What the hub itself answers is no error: it becomes "told", "later" or a dead letter of the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienthong.interface import LienthongError

__all__ = ["HubError", "HubMessageInvalid", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that the hub would refuse.

    Attributes:
        field: Attribute of the message, e.g. ``owner_number`` or ``papers[2].component``.
        sentence_vi: What the desk should correct, in Vietnamese; nothing personal in it.
        sentence_en: The same in English.
    """

    field: str
    sentence_vi: str
    sentence_en: str


class HubError(LienthongError):
    """Base of this room's errors."""

    code = "hub"


class HubMessageInvalid(HubError):
    """A dossier or step that the hub would refuse; it was not put into the outbox.

    ``problems`` lists everything found, not the first only.
    """

    code = "hub_message_invalid"
    operator = "Nothing: the desk must correct the named fields."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        fields = "; ".join(f"{problem.field}: {problem.sentence_en}" for problem in problems)
        super().__init__(f"not told to the hub: {fields}")
        self.desk_vi = " ".join(problem.sentence_vi for problem in problems)
