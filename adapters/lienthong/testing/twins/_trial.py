"""Runs the suite on a twin."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.testing._reference import reference_subject
from lienthong.testing._suite import run_suite

from ._kit import TWINS


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


async def try_twin(name: str) -> TriedTwin:
    """The whole suite on the twin of a check."""
    report = await run_suite(reference_subject(TWINS[name]))
    return TriedTwin(name, report.failed)
