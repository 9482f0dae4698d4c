"""Runs the suite on every twin."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from lienthong.testing._reference import reference_subject
from lienthong.testing._suite import run_suite

from ._made import TWINS

_AT_ONCE = 1
"""One after another: the checks of logs and tasks look at the whole process."""


@dataclass(frozen=True, slots=True)
class TriedTwin:
    """What the suite found in a twin."""

    name: str
    """Name of the check that the twin is built to fail."""
    failed: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether it failed that check and no other."""
        return self.failed == (self.name,)


async def try_twins(names: Iterable[str] = ()) -> tuple[TriedTwin, ...]:
    """The suite on every twin, or on the named ones."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> TriedTwin:
        async with gate:
            report = await run_suite(reference_subject(TWINS[name]))
        return TriedTwin(name, report.failed)

    return tuple([await one(name) for name in tuple(names) or tuple(TWINS)])
