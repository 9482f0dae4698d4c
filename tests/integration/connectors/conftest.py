"""A sandbox over TLS and connectors on the library's own transport."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lienthong.interface import Call, Connector, Purpose, SystemSettings, Tools, find_connector
from lienthong.transport import HttpTransport, load_soap, open_transport
from lienthong_sandbox import Sandbox

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"

Connect = Callable[..., Connector]


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """The five systems on free ports, healthy."""
    async with Sandbox(tmp_path / "sandbox", catalogue=CATALOGUE) as sandbox:
        yield sandbox


@pytest_asyncio.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Connect]:
    """Builds connectors for the sandbox: ``connect("land", channel={…}, dialect="ilis", path="/ilis")``."""
    opened: list[HttpTransport] = []

    def build(
        system: str,
        *,
        channel: dict[str, Any],
        dialect: str = "",
        path: str = "",
        options: dict[str, Any] | None = None,
        limits: dict[str, Any] | None = None,
    ) -> Connector:
        settings = SystemSettings.model_validate(
            {
                "name": system,
                "connector": system,
                "dialect": dialect,
                "url": sandbox.urls[system] + path,
                "ca": sandbox.ca,
                "channel": channel,
                "options": options or {},
                "limits": limits or {},
            }
        )
        transport = open_transport(settings)
        opened.append(transport)
        tools = Tools(transport=transport, soap=load_soap, now=lambda: datetime.now(UTC))
        return find_connector(system).build(settings, tools)

    yield build
    for transport in opened:
        await transport.aclose()


@pytest.fixture
def new_call() -> Callable[..., Call]:
    """Makes calls of one open case, each with its own request id."""
    numbers = itertools.count(1)
    purpose = Purpose(
        dossier="H31.14-261123-0001",
        procedure="1.004222",
        officer="officer-001",
        agency="H31.14",
        reason="kiểm thử",
        officer_number="officer-001",
    )

    def make(*, within_s: float = 30.0, health: bool = False) -> Call:
        return Call(
            purpose=None if health else purpose,
            request_id=f"test-{next(numbers):06d}",
            deadline=time.monotonic() + within_s,
        )

    return make
