"""One thing to prove: a reader, and a body that it reads well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A reader of bytes. It may answer, or raise one of the library's own errors, and nothing else.

    ``attacked`` is False where what is read is no document but a short text.
    """

    name: str
    real: bytes
    read: Callable[[bytes], None]
    attacked: bool = True
