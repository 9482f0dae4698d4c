"""The checks, part by part; each is one promise of :class:`lienthong.interface.Connector`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ._bench import Bench


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: Stable name, e.g. ``status-429``.
        promise: What a connector promises, in English.
        run: Tries it; raises ``Failed`` or ``NotApplicable``.
    """

    name: str
    promise: str
    run: Callable[[Bench], Awaitable[None]]


CHECKS: dict[str, Check] = {}
"""Every check by name, in the order in which they run."""


def check(
    name: str,
) -> Callable[[Callable[[Bench], Awaitable[None]]], Callable[[Bench], Awaitable[None]]]:
    """Registers a check; its docstring is the promise."""

    def add(run: Callable[[Bench], Awaitable[None]]) -> Callable[[Bench], Awaitable[None]]:
        CHECKS[name] = Check(name, " ".join((run.__doc__ or "").split()), run)
        return run

    return add
