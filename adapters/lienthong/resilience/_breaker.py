"""The breaker: stops asking a system that fails, and lets a synthetic call find out when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

from lienthong.interface import (
    CallFailed,
    CredentialsRefused,
    LienthongError,
    Limits,
    Overloaded,
    RequestRefused,
)

from .errors import BreakerOpen

BreakerState = Literal["closed", "open", "probing"]

_LONGEST_REST = 8
"""The rest doubles with each failed probe, up to this many times ``limits.breaker_open_s``."""


class Breaker:
    """Opens after failures in a row, since a desk makes too few calls for a percentage (DESIGN §4).

    .. code-block:: text

        closed ──failures in a row, or credentials refused──► open
        open ──rest is over and someone asks, or probe_now──► probing
        probing ──probe answered──► closed
        probing ──probe failed──► open, with twice the rest

    Callers never probe: while it is not closed, each of them gets :class:`BreakerOpen` at once.
    """

    def __init__(
        self,
        system: str,
        limits: Limits,
        probe: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self._system = system
        self._limits = limits
        self._probe = probe
        self._clock = clock
        self._probing: asyncio.Task[None] | None = None
        self._rests = 0
        self._rest_until = 0.0
        self.state: BreakerState = "closed"
        self.since = clock()
        """Moment of the last change of state."""
        self.failures_in_a_row = 0
        self.generation = 0
        """Grows with every opening and closing: a call started before one says nothing about the time after it."""
        self.last_error = ""
        """Code of the failure last seen."""

    def admit(self) -> int:
        """Lets a call pass and returns the generation to report its end with.

        Raises:
            BreakerOpen: The system rests or is being probed.
        """
        if self.state == "closed":
            return self.generation
        now = self._clock()
        if self.state == "open" and now >= self._rest_until:
            self._start_probe()
        raise BreakerOpen(self._system, retry_after_s=max(self._rest_until - now, 0.0))

    def succeeded(self, generation: int) -> None:
        """A call admitted in this generation was answered."""
        if generation == self.generation:
            self.failures_in_a_row = 0

    def failed(self, generation: int, error: CallFailed) -> None:
        """A call admitted in this generation failed. Being asked to wait is no failure."""
        if isinstance(error, Overloaded):
            return
        self.last_error = error.code
        if generation != self.generation:
            return
        self.failures_in_a_row += 1
        if (
            isinstance(error, CredentialsRefused)
            or self.failures_in_a_row >= self._limits.breaker_failures
        ):
            self._open()

    async def probe_now(self) -> bool:
        """Probes without waiting for the rest to end, or joins the probe under way.

        Returns:
            Whether the breaker is closed afterwards. Does nothing when it was closed before.
        """
        if self.state == "open":
            self._start_probe()
        if self._probing is not None:
            await asyncio.wait({self._probing})
        return self.state == "closed"

    async def aclose(self) -> None:
        """Ends a probe under way."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait({self._probing})

    def _start_probe(self) -> None:
        self._change("probing")
        # Whoever asks meanwhile is told to come back when this probe must have ended.
        self._rest_until = self._clock() + self._limits.attempt_s
        self._probing = asyncio.create_task(self._run_probe(), name=f"probe {self._system}")
        self._probing.add_done_callback(self._probe_ended)

    async def _run_probe(self) -> None:
        try:
            async with asyncio.timeout(self._limits.attempt_s):
                await self._probe()
        except (Overloaded, RequestRefused):
            # It answered, or it has no synthetic call and only a real one can tell.
            self._close()
        except Exception as error:  # noqa: BLE001  # whatever it meets, the breaker must not stay in between
            self.last_error = error.code if isinstance(error, LienthongError) else "probe_failed"
            self._open(again=True)
        else:
            self._close()

    def _probe_ended(self, _: asyncio.Task[None]) -> None:
        self._probing = None
        if self.state == "probing":
            # It was cancelled. Whoever asks next starts another.
            self._change("open")
            self._rest_until = self._clock()

    def _open(self, *, again: bool = False) -> None:
        self._rests = min(self._rests * 2, _LONGEST_REST) if again else 1
        self._rest_until = self._clock() + self._limits.breaker_open_s * self._rests
        self.generation += 1
        self._change("open")

    def _close(self) -> None:
        self.failures_in_a_row = 0
        self._rests = 0
        self.generation += 1
        self._change("closed")

    def _change(self, state: BreakerState) -> None:
        self.state = state
        self.since = self._clock()
