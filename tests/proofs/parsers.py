"""Proof: whatever comes, every reader ends with a value, an outcome or a typed error, within limits and in bounded memory.

Real answers of the sandbox are recorded once for every sample of every connector in every dialect, real calls for every handler
of what comes in; all are mutated and replaced by generated ones, and so are identifiers, names and addresses. Then come attacks:
entities, depth, huge attributes, lists of a million elements, compressed bombs. Run with ``make prove NAME=parsers``; ``PROOF=short``
tries 50 examples of each reader instead of 1,000, and attacks every tenth. Linux only: memory is read from ``/proc``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from lienthong.identity import IdentityError
from lienthong.interface import LienthongError, ReplyUnreadable

from ._parsers_bodies import attacks, bodies, texts
from ._parsers_identity import identity_targets
from ._parsers_inbound import inbound_targets
from ._parsers_memory import growth
from ._parsers_replies import reply_targets
from ._parsers_target import Target
from ._parsers_wire import floods, try_flood

SHORT = os.environ.get("PROOF") == "short"
EXAMPLES = 50 if SHORT else 1000
MOST_MB = 256
"""By how much the process may grow while one attack is read: what the longest allowed answer becomes, not more."""
LONGEST_S = 10.0
"""The longest that one attack may take."""


@dataclass
class Count:
    """What was tried and what went wrong."""

    examples: int = 0
    untyped_errors: int = 0
    readers: int = 0
    attacks: int = 0
    too_slow: int = 0
    not_refused: int = 0
    peak_mb: int = 0
    told: set[str] = field(default_factory=set)

    def failed(self, name: str, why: str) -> None:
        """Tells of each kind of failure of a reader once."""
        line = f"{name}: {why}\n"
        if line not in self.told:
            self.told.add(line)
            sys.stderr.write(line)


def _targets(runner: asyncio.Runner) -> Iterator[Target]:
    yield from identity_targets()
    yield from inbound_targets(runner)
    yield from reply_targets(runner)


def _try(target: Target, body: bytes, count: Count) -> None:
    try:
        target.read(body)
    except (LienthongError, IdentityError):
        return
    except Exception as error:  # noqa: BLE001 - that is what is counted
        count.untyped_errors += 1
        count.failed(target.name, f"{type(error).__name__}: {error}")


def _generated(target: Target, number: int, count: Count) -> None:
    strategy = (
        bodies(target.real) if target.attacked else texts(target.real.decode()).map(str.encode)
    )

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def examples(body: bytes) -> None:
        count.examples += 1
        _try(target, body, count)

    examples()


def _attacked(target: Target, count: Count) -> None:
    """Attacks on one reader, each within time and memory."""
    long = target.real + b" " + target.real * (20_000 // max(len(target.real), 1))
    for body in attacks(target.real) if target.attacked else (long,):
        started = time.monotonic()
        with _measured(target.name, count):
            _try(target, body, count)
        if (seconds := time.monotonic() - started) > LONGEST_S:
            count.too_slow += 1
            count.failed(target.name, f"took {seconds:.0f} s")


def _flooded(runner: asyncio.Runner, count: Count) -> None:
    """Through the real transport, each flood must be refused."""
    for number, answer in enumerate(floods()):
        with _measured(f"flood {number}", count):
            try:
                runner.run(try_flood(answer))
            except ReplyUnreadable:
                continue
            except Exception as error:  # noqa: BLE001 - that is what is counted
                count.untyped_errors += not isinstance(error, LienthongError)
                count.failed(f"flood {number}", f"{type(error).__name__}: {error}")
            else:
                count.failed(f"flood {number}", "was read")
            count.not_refused += 1


@contextmanager
def _measured(name: str, count: Count) -> Iterator[None]:
    """Counts an attack and keeps the highest growth; the far side of a flood lives in this process and counts too."""
    count.attacks += 1
    with growth() as grown:
        yield
    count.peak_mb = max(count.peak_mb, grown.mb)
    if grown.mb > MOST_MB:
        count.failed(name, f"grew by {grown.mb} MB")


def main() -> int:
    """Runs the proof; 0 when nothing untyped was raised, all floods were refused, and memory and time stayed bounded."""
    count = Count()
    with asyncio.Runner() as runner:
        for number, target in enumerate(_targets(runner)):
            count.readers += 1
            _generated(target, number, count)
            if not SHORT or number % 10 == 0:
                _attacked(target, count)
        _flooded(runner, count)
    names = ("readers", "attacks", "too_slow", "not_refused", "peak_mb")
    counts = {"examples": count.examples, "untyped_errors": count.untyped_errors}
    counts |= {name: getattr(count, name) for name in names}
    told = json.dumps({"counts": counts}) if os.environ.get("JSON") else str(counts)
    sys.stdout.write(told + "\n")
    bad = count.untyped_errors + count.too_slow + count.not_refused
    return int(bad > 0 or count.peak_mb > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
