"""The whole sandbox as one asynchronous context manager."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Final, cast

from lienthong_sandbox._admin import Admin
from lienthong_sandbox._configuration import check_ways, configuration
from lienthong_sandbox._faults import Fault, FaultPlan
from lienthong_sandbox._front import Front
from lienthong_sandbox._journal import Journal
from lienthong_sandbox._pki import Pki
from lienthong_sandbox._server import Listener
from lienthong_sandbox._switches import check
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import System
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Personas, load_personas

SYSTEMS: Final = ("population", "business", "social_insurance", "land", "operations_centre")
DEFAULT_PORTS: Final[Mapping[str, int]] = {
    "admin": 7100,
    "population": 7101,
    "business": 7102,
    "social_insurance": 7103,
    "land": 7104,
    "operations_centre": 7105,
}


class Sandbox:
    """The five national systems on loopback, each on its own TLS port, with one plain admin port.

    Args:
        state: The folder for the CA and whatever the systems keep; made when missing, used again when there.
        ports: ``DEFAULT_PORTS`` or a mapping of the same shape; None takes free ports.
        catalogue: The folder of procedure files that the operations centre serves, or None.
        seed: Makes faults and tokens reproducible.
        settings: Per system, the switches for what the reference leaves in doubt (``GET /-/settings`` lists them).
        channels: Per system, the way into it that the printed configuration takes; else its first.

    Raises:
        FaultError: A switch or channel is unknown or has an impossible value.
    """

    def __init__(
        self,
        state: Path,
        *,
        ports: Mapping[str, int] | None = None,
        catalogue: Path | None = None,
        seed: int = 0,
        settings: Mapping[str, Mapping[str, object]] | None = None,
        channels: Mapping[str, str] | None = None,
    ) -> None:
        check_ways(channels or {})
        for name, values in (settings or {}).items():
            check(name, values)
        self.state: Final = state.resolve()
        self.catalogue: Final = catalogue.resolve() if catalogue is not None else None
        self.channels: Final[Mapping[str, str]] = dict(channels or {})
        self.state.mkdir(parents=True, exist_ok=True)
        self.personas: Final[Personas] = load_personas()
        self.journal: Final = Journal()
        self.faults: Final = FaultPlan(SYSTEMS, self._follow, seed)
        self.tokens: Final = TokenBook(lambda: datetime.now(UTC), seed)
        self.settings: Final[dict[str, dict[str, object]]] = {
            name: dict((settings or {}).get(name, {})) for name in SYSTEMS
        }
        self.systems: Final[dict[str, System]] = {name: self._build(name) for name in SYSTEMS}
        self._pki = Pki(self.state)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._listeners: dict[str, Listener] = {}
        self._shown: dict[str, str] = dict.fromkeys(SYSTEMS, "good")
        numbers = ports or dict.fromkeys(DEFAULT_PORTS, 0)
        for name, system in self.systems.items():
            self._contexts[name] = self._pki.server_context()
            front = Front(system, self.faults, self.journal, self.tokens, self.settings[name])
            self._listeners[name] = Listener(front.handle, numbers[name], self._contexts[name])
        self._admin = Listener(Admin(self).handle, numbers["admin"])

    async def __aenter__(self) -> Sandbox:
        try:
            for listener in (*self._listeners.values(), self._admin):
                await listener.open()
        except OSError:
            await self._shut_down()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._shut_down()

    @property
    def admin_url(self) -> str:
        """Base address of the admin port (plain HTTP)."""
        return self._admin.url

    @property
    def urls(self) -> dict[str, str]:
        """Base address of every system."""
        return {name: listener.url for name, listener in self._listeners.items()}

    @property
    def ca(self) -> Path:
        """The CA's certificate, for clients to trust."""
        return self._pki.ca_file

    def listening(self, system: str) -> bool:
        """Whether the system accepts connections now."""
        return self._listeners[system].listening

    def configuration(self, channels: Mapping[str, str] | None = None) -> str:
        """A configuration file (TOML text) that points at this sandbox; ``channels`` override those of the start.

        Raises:
            FaultError: A system or channel is unknown.
        """
        chosen = {**self.channels, **(channels or {})}
        return configuration(self.urls, self.ca, self.state, self.catalogue, chosen)

    async def _follow(self, name: str) -> None:
        """Makes listener and certificate follow the fault plan."""
        fault: Fault = self.faults.of(name)
        listener = self._listeners[name]
        if fault.certificate != self._shown[name]:
            self._pki.show(self._contexts[name], fault.certificate)
            self._shown[name] = fault.certificate
            # Only a new handshake shows the new certificate.
            await listener.drop_connections()
        if fault.outage == "refused":
            await listener.close()
        else:
            await listener.open()

    def _build(self, name: str) -> System:
        def clock() -> datetime:
            return datetime.now(UTC) + timedelta(seconds=self.faults.of(name).clock_skew_s)

        world = World(
            self.personas, self.state, self.catalogue, clock, self.tokens, self.settings[name]
        )
        module = import_module(f"lienthong_sandbox.systems.{name}")
        return cast("System", module.build(world))

    async def _shut_down(self) -> None:
        await self.faults.close()
        for listener in (self._admin, *self._listeners.values()):
            await listener.shut_down()
