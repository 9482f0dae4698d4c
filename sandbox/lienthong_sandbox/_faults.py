"""The fault plan: how each system, or one service of it, misbehaves, for how many requests, how often."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, cast, get_args

Outage = Literal["", "refused", "503"]
Certificate = Literal["good", "expired", "not_yet", "wrong_host", "unknown_ca"]

_NUMBERS: Final = {
    "float": (int, float),
    "float | None": (int, float),
    "int": (int,),
    "int | None": (int,),
}


class FaultError(ValueError):
    """A fault that makes no sense; the message names the field and what it may be."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of misbehaving; fields combine. Times in the unit that the name says.

    Attributes:
        latency_ms: Waits this long before answering.
        jitter_ms: Adds a random wait between 0 and this.
        status: Answers this HTTP status without asking the system.
        rate: Share of the requests that the fault hits, 0 to 1.
        retry_after_s: Sends ``Retry-After`` with ``status`` (429 or 503).
        outage: ``refused`` closes the listener and every connection (whole system only; ``times`` does not count);
            ``503`` answers 503.
        cut_after_bytes: Sends this much of the body, then closes the connection.
        trickle_bytes_per_s: Sends the body at this speed.
        half_close: Sends half the body, then closes only its own sending side.
        drop_after_processing: The system processes the request; the connection dies without an answer.
        wrong_charset: The body is UTF-16 although the headers say UTF-8.
        html_page: An HTML page instead of the answer, which the system never sees; with status 200 unless ``status`` says another.
        soap_fault_in_200: A SOAP Fault with status 200 instead of the answer.
        truncate: The answer's text ends in the middle; HTTP itself is valid.
        nulls: Every value of the answer is null or empty.
        object_for_list: Every list of one element in a JSON answer is that element itself.
        doctype: An XML answer begins with a DOCTYPE that declares an entity and uses it.
        oversize_mb: Streams a body of so many MB instead of the answer.
        expire_tokens: Ends every token or session of the system at the next request that finds any, once (``times`` for more).
        refuse_tokens: No token or session is accepted.
        clock_skew_s: Shifts the system's clock (whole system only).
        certificate: The server's certificate for new connections: ``good``, ``expired``, ``not_yet`` (valid from next year),
            ``wrong_host`` or ``unknown_ca`` (whole system only; stays until cleared, whatever ``times``).
        after_s: Begins so many seconds after it was set.
        for_s: Ends so many seconds after it began; with ``after_s`` and ``outage`` an outage window. None is for ever.
        times: How many requests it hits before it ends; None is for ever.
    """

    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    status: int = 0
    rate: float = 1.0
    retry_after_s: int | None = None
    outage: Outage = ""
    cut_after_bytes: int | None = None
    trickle_bytes_per_s: int = 0
    half_close: bool = False
    drop_after_processing: bool = False
    wrong_charset: bool = False
    html_page: bool = False
    soap_fault_in_200: bool = False
    truncate: bool = False
    nulls: bool = False
    object_for_list: bool = False
    doctype: bool = False
    oversize_mb: float = 0.0
    expire_tokens: bool = False
    refuse_tokens: bool = False
    clock_skew_s: float = 0.0
    certificate: Certificate = "good"
    after_s: float = 0.0
    for_s: float | None = None
    times: int | None = None

    def __post_init__(self) -> None:
        """Refuses values that mean nothing.

        Raises:
            FaultError: See the message.
        """
        if not 0.0 <= self.rate <= 1.0:
            raise FaultError("rate must lie between 0 and 1")
        if self.status and not 200 <= self.status <= 599:
            raise FaultError("status must be an HTTP status from 200 to 599")
        if self.outage not in get_args(Outage):
            raise FaultError('outage must be "refused", "503" or ""')
        if self.certificate not in get_args(Certificate):
            raise FaultError(f"certificate must be one of {', '.join(get_args(Certificate))}")
        if self.times is not None and self.times < 1:
            raise FaultError("times must be at least 1")
        if self.for_s is not None and self.for_s <= 0:
            raise FaultError("for_s must be more than 0")
        for name in ("latency_ms", "jitter_ms", "trickle_bytes_per_s", "oversize_mb", "after_s"):
            if getattr(self, name) < 0:
                raise FaultError(f"{name} must not be negative")
        if self.cut_after_bytes is not None and self.cut_after_bytes < 0:
            raise FaultError("cut_after_bytes must not be negative")

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Fault:
        """A fault from JSON or TOML values.

        Raises:
            FaultError: A field is unknown or has a wrong type.
        """
        known = {item.name: str(item.type) for item in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise FaultError(f"unknown field {name}; known: {', '.join(sorted(known))}")
            kind = _NUMBERS.get(known[name], (bool,) if known[name] == "bool" else (str,))
            absent = value is None and known[name].endswith("| None")
            wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind != (bool,))
            if wrong and not absent:
                raise FaultError(f"{name} must be of type {known[name]}")
        return cls(**cast("dict[str, Any]", values))

    def shown(self) -> dict[str, object]:
        """Only the fields that differ from a healthy system, for JSON."""
        healthy = asdict(Fault())
        return {name: value for name, value in asdict(self).items() if value != healthy[name]}


_A_MOMENT: Final = 0.01
_WHOLE_SYSTEM_ONLY: Final = {"clock_skew_s": 0.0, "certificate": "good"}


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None
    random: random.Random = field(repr=False)
    since: float = field(default_factory=time.monotonic)

    def on(self) -> bool:
        """Whether its window is open and its ``times`` are not used up."""
        if self.left == 0:
            return False
        begin = self.since + self.fault.after_s
        end = math.inf if self.fault.for_s is None else begin + self.fault.for_s
        return begin <= time.monotonic() < end

    def hits(self) -> bool:
        if not self.on() or (self.fault.rate < 1.0 and self.random.random() >= self.fault.rate):
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def wait_s(self) -> float:
        jitter = self.random.random() * self.fault.jitter_ms if self.fault.jitter_ms else 0.0
        return (self.fault.latency_ms + jitter) / 1000.0


class FaultPlan:
    """What is wrong with each system just now. An empty plan is a healthy world.

    Args:
        systems: The names that faults may be set for.
        changed: Awaited with a system's name after its faults changed, so that listener and certificate follow.
        seed: Makes ``rate`` and ``jitter_ms`` reproducible.
    """

    def __init__(
        self, systems: tuple[str, ...], changed: Callable[[str], Awaitable[None]], seed: int = 0
    ) -> None:
        self._systems = systems
        self._changed = changed
        self._seed = seed
        self._armed: dict[str, dict[str, _Armed]] = {name: {} for name in systems}
        self._windows: set[asyncio.Task[None]] = set()

    async def put(self, system: str, fault: Fault, service: str = "") -> None:
        """Sets the fault of a system, or of one service by its wire name; replaces the former one.

        Raises:
            FaultError: The system is unknown, or the field works only on a whole system.
        """
        self._check(system)
        if service:
            for name, healthy in _WHOLE_SYSTEM_ONLY.items():
                if getattr(fault, name) != healthy:
                    raise FaultError(f"{name} works on a whole system only, not on one service")
            if fault.outage == "refused":
                raise FaultError('outage "refused" works on a whole system only; use "503"')
        left = fault.times
        if left is None and fault.expire_tokens and set(fault.shown()) == {"expire_tokens"}:
            left = 1
        source = random.Random(f"{self._seed}:{system}:{service}")  # noqa: S311 - reproducible on purpose
        self._armed[system][service] = _Armed(fault, left, source)
        await self._changed(system)
        if fault.after_s or fault.for_s is not None:
            window = asyncio.create_task(self._follow_window(system, fault))
            self._windows.add(window)
            window.add_done_callback(self._windows.discard)

    async def close(self) -> None:
        """Forgets every window that has still to open or to end."""
        windows = list(self._windows)
        for window in windows:
            window.cancel()
        await asyncio.gather(*windows, return_exceptions=True)

    async def _follow_window(self, system: str, fault: Fault) -> None:
        """Listener and certificate follow when a window opens and when it ends; a moment late, never early."""
        for wait in filter(None, (fault.after_s, fault.for_s)):
            await asyncio.sleep(wait + _A_MOMENT)
            await self._changed(system)

    async def clear(self, system: str, service: str | None = None) -> None:
        """Heals one service, or the whole system with all its services when ``service`` is None.

        Raises:
            FaultError: The system is unknown.
        """
        self._check(system)
        if service is None:
            self._armed[system].clear()
        else:
            self._armed[system].pop(service, None)
        await self._changed(system)

    def take(self, system: str, service: str, tokens_alive: bool) -> tuple[list[Fault], float]:
        """The faults that hit this request, the whole system's first, and the seconds to wait; counts them down.

        ``tokens_alive`` tells whether there is any token to expire: without one, ``expire_tokens`` waits.
        """
        armed = self._armed[system]
        hits: list[Fault] = []
        wait_s = 0.0
        for name in ("", service) if service else ("",):
            found = armed.get(name)
            if found is None or (
                found.left is not None and found.fault.expire_tokens and not tokens_alive
            ):
                continue
            if found.hits():
                hits.append(found.fault)
                wait_s += found.wait_s()
        return hits, wait_s

    def of(self, system: str) -> Fault:
        """The whole system's fault; a healthy one when there is none, or when it is over or has still to begin."""
        found = self._armed[system].get("")
        return Fault() if found is None or not found.on() else found.fault

    def shown(self, system: str | None = None) -> dict[str, object]:
        """The plan for JSON: per system the fields set on it (under ``""``) and on its services, with ``left``.

        Raises:
            FaultError: The system is unknown.
        """
        if system is not None:
            self._check(system)
            return {
                service: armed.fault.shown() | {"left": armed.left}
                for service, armed in self._armed[system].items()
            }
        return {name: self.shown(name) for name in self._systems if self._armed[name]}

    def _check(self, system: str) -> None:
        if system not in self._armed:
            raise FaultError(f"unknown system {system}; known: {', '.join(self._systems)}")
