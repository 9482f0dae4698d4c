"""Runs every check on a connector."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from lienthong.interface import LienthongError

from . import _answers, _bombs, _certificates, _declaration, _failures  # noqa: F401 - they register their checks
from ._bench import Failed, Lines, NotApplicable, bench, lines
from ._checks import CHECKS
from ._subject import FarSide, Subject

_LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check ended."""

    name: str
    promise: str
    status: Literal["passed", "failed", "not_applicable"]
    detail: str
    duration_ms: float


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """How all checks ended on one subject; ``channel`` is its :attr:`Subject.way`."""

    name: str
    dialect: str
    channel: str
    results: tuple[CheckResult, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that failed."""
        return tuple(item.name for item in self.results if item.status == "failed")

    @property
    def passed(self) -> bool:
        """Whether none failed."""
        return not self.failed


def check_names() -> tuple[str, ...]:
    """Names of all checks, in the order in which they run."""
    return tuple(CHECKS)


class Trial:
    """A connector beside its running far side: runs one check after another. See :func:`open_trial`."""

    def __init__(self, subject: Subject, far: FarSide, pair: Lines) -> None:
        self._subject = subject
        self._far = far
        self._pair = pair

    async def run(self, name: str) -> CheckResult:
        """Runs one check on a connector that is built afresh."""
        check = CHECKS[name]
        started = time.perf_counter()
        status: Literal["passed", "failed", "not_applicable"] = "passed"
        detail = ""
        try:
            async with (
                asyncio.timeout(_LONGEST_S),
                bench(self._subject, self._far, self._pair) as table,
            ):
                await check.run(table)
        except NotApplicable as reason:
            status, detail = "not_applicable", str(reason)
        except Failed as reason:
            status, detail = "failed", str(reason)
        except LienthongError as error:
            status, detail = "failed", f"ended as {type(error).__name__}: {error}"
        except Exception as error:  # noqa: BLE001 - a connector may raise anything; that is a finding too
            status, detail = "failed", f"ended as an untyped {type(error).__name__}"
        return CheckResult(
            name, check.promise, status, detail, (time.perf_counter() - started) * 1000
        )


@asynccontextmanager
async def open_trial(subject: Subject) -> AsyncIterator[Trial]:
    """Starts the far side; one serves all checks."""
    async with subject.far_side() as far, lines(subject, far) as pair:
        yield Trial(subject, far, pair)


async def run_suite(subject: Subject, only: Iterable[str] = ()) -> SuiteReport:
    """Runs the suite on a connector.

    Args:
        subject: The connector, its far side and what to ask.
        only: Names of the checks to run; all when empty.
    """
    async with open_trial(subject) as trial:
        results = [await trial.run(name) for name in tuple(only) or check_names()]
    return SuiteReport(subject.system, subject.dialect, subject.way, tuple(results))
