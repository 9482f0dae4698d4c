"""The rooms of one process on a sandbox of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from lienthong.cases import Desk
from lienthong_sandbox import Sandbox

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """The five systems on free ports, healthy."""
    async with Sandbox(tmp_path / "sandbox", catalogue=CATALOGUE) as started:
        yield started


@pytest_asyncio.fixture
async def desk(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Desk]:
    """Rooms on SQLite, pointing at that sandbox."""
    file = tmp_path / "lienthong.toml"
    await asyncio.to_thread(file.write_text, sandbox.configuration(), encoding="utf-8")
    opened = await Desk.open(file)
    yield opened
    await opened.aclose()
