"""Finds connectors by entry point: the library never imports one by name."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from ._protocols import CalledConnector, Connector
from ._services import Callback, Service
from .errors import ConfigurationError

GROUP = "lienthong.connectors"


@cache
def _entry_points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def connector_names() -> tuple[str, ...]:
    """Names of all installed connectors, sorted."""
    return tuple(sorted(_entry_points()))


def find_connector(name: str) -> type[Connector]:
    """The connector class behind an entry point.

    Raises:
        ConfigurationError: No such connector is installed, or it cannot be imported.
    """
    point = _entry_points().get(name)
    if point is None:
        known = ", ".join(connector_names()) or "none"
        raise ConfigurationError(f"No connector named {name!r} is installed; installed: {known}.")
    try:
        found = point.load()
    except ImportError as error:
        raise ConfigurationError(f"The connector {name!r} cannot be imported: {error}.") from error
    if not isinstance(found, type):
        raise ConfigurationError(f"The entry point {name!r} is not a connector class.")
    return found


def all_services() -> tuple[Service, ...]:
    """The services of all installed connectors, by system and name."""
    services = [
        service for name in connector_names() for service in find_connector(name).services()
    ]
    return tuple(sorted(services, key=lambda service: (service.system, service.verb, service.name)))


def all_callbacks() -> tuple[Callback, ...]:
    """The calls to us that installed connectors can read, by system and name."""
    found = map(find_connector, connector_names())
    callbacks = [
        callback
        for connector in found
        if issubclass(connector, CalledConnector)
        for callback in connector.callbacks()
    ]
    return tuple(sorted(callbacks, key=lambda callback: (callback.system, callback.name)))
