"""One national system as the gateway holds it: connector, transport and policies together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from lienthong.interface import (
    Call,
    CallFailed,
    Connector,
    MaybeArrived,
    SystemSettings,
    Tools,
    find_connector,
)
from lienthong.resilience import Policies, RetryBudget
from lienthong.transport import HttpTransport, load_soap, open_transport


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the last synthetic call of a system showed."""

    at: datetime
    passed: bool
    detail: str
    error: str = ""
    duration_ms: float = 0.0


@dataclass(slots=True)
class Line:
    """The line to one national system."""

    settings: SystemSettings
    connector: Connector
    transport: HttpTransport
    policies: Policies
    last_check: LastCheck | None = None

    async def aclose(self) -> None:
        """Closes the connections."""
        await self.policies.aclose()
        await self.transport.aclose()


def open_line(
    settings: SystemSettings, now: Callable[[], datetime], probe: Callable[[str], Awaitable[None]]
) -> Line:
    """Builds connector, transport and policies of one system.

    Args:
        settings: The system's settings.
        now: The clock.
        probe: Called with the system's name when its breaker wants a synthetic call; raises when that fails.

    Raises:
        ConfigurationError: The connector or one of its settings is wrong.
    """
    connector_class = find_connector(settings.connector)
    transport = open_transport(settings)
    connector = connector_class.build(settings, Tools(transport=transport, soap=load_soap, now=now))

    async def probe_this() -> None:
        await probe(settings.name)

    policies = Policies(settings.name, settings.limits, budget=RetryBudget(), probe=probe_this)
    return Line(settings, connector, transport, policies)


async def check_line(line: Line, call_id: str, now: Callable[[], datetime]) -> None:
    """Runs the connector's cheapest honest call and remembers what it showed.

    Raises:
        CallFailed: The system does not answer us.
    """
    limits = line.settings.limits
    call = Call(None, call_id.replace("-", ""), time.monotonic() + limits.attempt_s)
    started = time.perf_counter()
    try:
        async with asyncio.timeout(limits.attempt_s):
            answer = await line.connector.check(call)
    except TimeoutError:
        error: CallFailed = MaybeArrived(line.settings.name, "check", "no answer in time")
        line.last_check = _failure(error, started, now)
        raise error from None
    except CallFailed as failure:
        line.last_check = _failure(failure, started, now)
        raise
    line.last_check = LastCheck(now(), True, answer.detail, duration_ms=_since(started))


def _failure(error: CallFailed, started: float, now: Callable[[], datetime]) -> LastCheck:
    return LastCheck(now(), False, str(error), error.code, _since(started))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
