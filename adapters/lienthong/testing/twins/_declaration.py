"""Twins that declare wrongly or take wrong settings."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from lienthong.interface import CitizenQuery, ConfigurationError, NotSupported, Service
from lienthong.testing._reference import SERVICES, ReferenceConnector

from ._kit import builds, twin


def _declares(name: str, *services: Service) -> None:
    twin(name, services=classmethod(lambda _: services))


_FIRST, *_OTHERS = SERVICES
_NAMELESS: Final = replace(_FIRST.request[0], meaning="")
_declares("services-unique", *SERVICES, _FIRST)
_declares("services-titles", replace(_FIRST, title_vi=""), *_OTHERS)
_declares("services-source", replace(_FIRST, source=""), *_OTHERS)
_declares("services-ways", replace(_FIRST, dialects=()), *_OTHERS)
_declares("services-fields", replace(_FIRST, request=(_NAMELESS,)), *_OTHERS)
_declares("services-system", replace(_FIRST, system="other"), *_OTHERS)
_declares("service-for-declared", *SERVICES[:2])
_declares("service-tried", *SERVICES, replace(_FIRST, name="other"))
_declares("channel-kind-declared", *(replace(item, channels=("other",)) for item in SERVICES))


async def _untyped(self: Any, query: Any, call: Any) -> Any:
    if not isinstance(query, CitizenQuery):
        raise KeyError(type(query).__name__)
    return await ReferenceConnector.verify(self, query, call)


def _names_any(self: Any, verb: Any, subject: Any) -> Service:
    try:
        return ReferenceConnector.service_for(self, verb, subject)
    except NotSupported:
        return _FIRST


twin("not-supported-typed", verify=_untyped)
twin("service-for-not-supported", service_for=_names_any)


def _forgives(name: str, table: str, clean: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """A twin that silently puts a mistake in one table of the settings right."""
    builds(
        name,
        lambda build, given: build(given.model_copy(update={table: clean(getattr(given, table))})),
    )


_forgives("refuses-unknown-option", "options", lambda _: {})
_forgives("refuses-unknown-channel", "channel", lambda given: {**given, "kind": "session"})
_forgives("refuses-missing-key", "channel", lambda given: {"secret": "x", **given})
_forgives(
    "refuses-unknown-channel-key",
    "channel",
    lambda given: {key: value for key, value in given.items() if key != "no_such_key"},
)
builds(
    "refuses-unknown-dialect", lambda build, given: build(given.model_copy(update={"dialect": ""}))
)


def _tells(build: Callable[[Any], Any], settings: Any) -> Any:
    try:
        return build(settings)
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} Given: {settings.channel}") from None


def _calls(build: Callable[[Any], Any], settings: Any) -> Any:
    address = urlsplit(settings.url)
    with contextlib.suppress(OSError):
        socket.create_connection((address.hostname, address.port), 1).close()
    return build(settings)


builds("refusal-keeps-secrets", _tells)
builds("build-sends-nothing", _calls)
