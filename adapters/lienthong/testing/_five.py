"""The five national systems against the sandbox, one subject for each way that the sandbox offers into them.

The sandbox is an extra of its own and found at run time. It says itself which ways there are and how each is configured, so that none
can be forgotten here; what is asked goes by the dialect.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from lienthong.interface import ConfigurationError, ProcedureQuery, Verb, find_connector

from . import _questions as ask
from ._questions import PRIVATE, citizen, company
from ._subject import Sample, Subject

_CONFIG: Final = Path(__file__).resolve().parents[3] / "config"
_SHIPPED: Final = Path(__file__).resolve().parents[1] / "_config"
_SAMPLES: Final[Mapping[str, Mapping[str, tuple[Sample, ...]]]] = {
    "population": dict.fromkeys(("soap", "wrapped", "flat"), ask.POPULATION),
    "business": {
        "generation1": ask.GENERATION1,
        "generation2": ask.GENERATION2,
        "hcm": ask.HCM,
        "opencps": ask.OPENCPS,
    },
    "social_insurance": {"ngsp": ask.INSURANCE, "gateway": ask.CARD},
    "land": dict.fromkeys(("ilis", "vbdlis"), ask.LAND),
    "operations_centre": {
        "adapter": ask.HUB,
        "proxy": ask.PROXY,
        "payment": ask.PAYMENT,
        "emc": ask.EMC,
        "ministry": ask.MINISTRY,
        "public": ask.PUBLIC,
    },
}
_SIGN_IN: Final = {
    "ngsp": "/token$",
    "lgsp": "/token$",
    "dongthap": "(?i)token",
    "egw": "(?i)/take$",
    "ilis": "/token$",
    "portal": "/auth$",
}
"""Paths of token and session requests by kind of channel; the others have neither."""
_REQUIRED: Final = ("secret", "password", "consumer_secret", "secret_key", "auth")
"""Keys of a channel that it cannot do without; iLIS takes a client's secret, but a province may have been given none."""
_SECRET: Final = (*_REQUIRED, "client_secret", "payment_secret", "key_pass", "number")
"""Keys of what no log may show; the last two are an officer's."""
SYSTEMS: Final = tuple(_SAMPLES)
"""The five."""


@dataclass(frozen=True, slots=True)
class _Side:
    url: str
    ca: Path
    expire: Callable[[], Awaitable[None]]
    happens: Callable[..., Awaitable[Any]]
    """Makes something happen at the far side: the operation that the sandbox's admin port would be asked for, and its fields."""


def _sandbox(system: str) -> Any:
    @asynccontextmanager
    async def start() -> AsyncIterator[_Side]:
        package = import_module("lienthong_sandbox")
        catalogue = next(x for x in (_CONFIG, _SHIPPED) if x.exists()) / "catalogue"
        # Lists are finished when they are asked for, so that one question about each stage is enough.
        switches = {"population": {"list_polls": 0}, "business": {"dossiers_per_day": 1}}
        with tempfile.TemporaryDirectory(prefix="lienthong-suite-") as folder:
            async with package.Sandbox(
                Path(folder), catalogue=catalogue, settings=switches
            ) as running:

                async def expire() -> None:
                    await running.faults.put(system, package.Fault(expire_tokens=True))

                async def happens(operation: str, **fields: object) -> Any:
                    return await running.systems[system].call(operation, fields)

                yield _Side(running.urls[system], running.ca, expire, happens)

    return start


def _texts(table: Mapping[str, Any]) -> Iterator[str]:
    """What stands under a secret key, however deep."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif key in _SECRET:
            yield str(value)


def _subject(system: str, way: Any, variant: str) -> Subject:
    kind = str(way.channel["kind"])
    foreign = citizen() if system != "population" else company("0990001015")
    secrets = {*_texts(way.channel), *_texts(way.options)}
    return Subject(
        connector=find_connector(system),
        far_side=_sandbox(system),
        settings={
            "connector": system,
            "dialect": way.dialect,
            "channel": dict(way.channel),
            "options": dict(way.options),
        },
        samples=_SAMPLES[system][way.dialect],
        unsupported=((Verb.LOOKUP, foreign), (Verb.VERIFY, ProcedureQuery("1.004222"))),
        path=way.front,
        sign_in=(_SIGN_IN[kind],) if kind in _SIGN_IN else (),
        required=tuple(key for key in _REQUIRED if key in way.channel),
        private=(*PRIVATE, *sorted(secrets)),
        wrapped="envelope" in way.channel,
        variant=variant,
    )


def subjects_of(system: str) -> tuple[Subject, ...]:
    """One of the five by every way that the sandbox offers.

    Raises:
        ConfigurationError: The sandbox is not installed.
    """
    if find_spec("lienthong_sandbox") is None:
        raise ConfigurationError(
            "The sandbox is not installed; install it: pip install 'lienthong[sandbox]'."
        )
    found: dict[str, Subject] = {}
    for name, way in import_module("lienthong_sandbox._configuration").WAYS[system].items():
        subject = _subject(system, way, "")
        if subject.title in found:
            subject = _subject(system, way, name)
        found[subject.title] = subject
    return tuple(found.values())
