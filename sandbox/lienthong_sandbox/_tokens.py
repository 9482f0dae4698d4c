"""Bearer tokens and sessions, issued and checked for all systems in one place.

One book for all, so that the faults ``expire_tokens`` and ``refuse_tokens`` work on every system alike, whatever
the system calls its token on the wire.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_refusing: ContextVar[bool] = ContextVar("lienthong_sandbox_refusing", default=False)


@dataclass(frozen=True, slots=True)
class _Entry:
    holder: str
    until: datetime


class TokenBook:
    """Issues and checks the tokens (or sessions) of every system.

    Args:
        clock: The true time, aware, UTC.
        seed: Makes the token texts reproducible.
    """

    def __init__(self, clock: Callable[[], datetime], seed: int = 0) -> None:
        self._clock = clock
        self._random = random.Random(f"tokens:{seed}")  # noqa: S311 - reproducible on purpose; guards nothing real
        self._entries: dict[str, dict[str, _Entry]] = {}
        self._issued: dict[str, int] = {}

    def issue(self, system: str, holder: str, life: timedelta) -> str:
        """A new token of ``system`` for ``holder`` (a user or consumer key) that lives ``life``."""
        token = f"{self._random.getrandbits(128):032x}"
        self._entries.setdefault(system, {})[token] = _Entry(holder, self._clock() + life)
        self._issued[system] = self._issued.get(system, 0) + 1
        return token

    def holder(self, system: str, token: str) -> str | None:
        """Whose token this is, or None when it is unknown, expired, of another system, or refused by a fault."""
        if _refusing.get():
            return None
        entry = self._entries.get(system, {}).get(token)
        if entry is None:
            return None
        if entry.until <= self._clock():
            del self._entries[system][token]
            return None
        return entry.holder

    def valid(self, system: str, token: str) -> bool:
        """Whether ``token`` is good on ``system`` now."""
        return self.holder(system, token) is not None

    def expire_all(self, system: str | None = None) -> int:
        """Ends every token of ``system`` (of all systems when None); returns how many there were."""
        names = [system] if system is not None else list(self._entries)
        return sum(len(self._entries.pop(name, {})) for name in names)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """While open, every token is refused in the current task (the fault ``refuse_tokens``)."""
        mark = _refusing.set(True)
        try:
            yield
        finally:
            _refusing.reset(mark)

    def alive(self, system: str) -> bool:
        """Whether ``system`` has any token outstanding."""
        return bool(self._entries.get(system))

    def issued(self, system: str) -> int:
        """How many tokens ``system`` has given out since the start."""
        return self._issued.get(system, 0)
