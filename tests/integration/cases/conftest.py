"""A desk over the whole sandbox: real sockets, a real store, a clock that can be put forward."""

from __future__ import annotations

import itertools
import shutil
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import func, select
from sqlalchemy.engine import RowMapping

from lienthong import Applicant, Case, OneStop
from lienthong.guard import Keyring
from lienthong.settings import Settings, settings_from
from lienthong.storage import tables
from lienthong_sandbox import Entry, Fault, Sandbox

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
LIMITS = {"attempts": 1, "breaker_failures": 100, "breaker_open_s": 0.05}

_numbers = itertools.count(1)


def pdf(text: str) -> bytes:
    """A scan with something of its own in it."""
    return f"%PDF-1.4\n% {text}\nstartxref\n0\n%%EOF\n".encode()


@dataclass
class Clock:
    """The machine's time, put forward by hand."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def put_forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass
class Desk:
    """One open front door with everything around it."""

    one_stop: OneStop
    sandbox: Sandbox
    settings: Settings
    clock: Clock

    def applicant(self, key: str, **more: str) -> Applicant:
        """A persona of the sandbox as it states itself."""
        declared = self.sandbox.personas[key].declared
        return Applicant.citizen(
            personal_id=declared.number,
            full_name=declared.name,
            birth_date=declared.birth,
            sex={"1": "male", "2": "female"}.get(declared.sex),
            **more,
        )

    async def open(
        self, key: str = "nguyen-an", procedure: str = "1.004222", **options: Any
    ) -> Case:
        """A new case of a persona."""
        applicant = options.pop("applicant", None) or self.applicant(key)
        fixed: dict[str, Any] = {"officer": "canbo01", "agency": "H31.14", **options}
        return await self.one_stop.open_case(
            dossier=fixed.pop("dossier", None) or new_dossier(),
            procedure=procedure,
            applicant=applicant,
            **fixed,
        )

    async def down(self, system: str) -> None:
        """Nobody answers at a system's address."""
        await self.sandbox.faults.put(system, Fault(outage="refused"))

    async def up(self, system: str) -> None:
        """It is back, with the same time as ours."""
        skew = self.clock.ahead.total_seconds()
        await self.sandbox.faults.put(system, Fault(clock_skew_s=skew))

    async def later(self, *, but: str = "", **by: float) -> None:
        """Puts the time forward, ours and that of every system but one that is down."""
        self.clock.put_forward(**by)
        for system in self.sandbox.systems:
            if system != but:
                await self.up(system)

    def asked(self, system: str, service: str | None = None) -> list[Entry]:
        """What arrived at a system."""
        return self.sandbox.journal.entries(system, service)

    async def rows(self, query: Any) -> list[RowMapping]:
        """Rows of the store."""
        async with self.one_stop.desk.db.read() as conn:
            return list((await conn.execute(query)).mappings())

    async def count(self, table: Any, *where: Any) -> int:
        """How many rows a table has."""
        async with self.one_stop.desk.db.read() as conn:
            found = await conn.scalar(select(func.count()).select_from(table).where(*where))
        return int(found or 0)

    async def told(self) -> dict[str, Any]:
        """Tells the hub everything that waits, and what the hub then counts."""
        report = await self.one_stop.desk.sync.drain(10.0)
        assert (report.waiting, report.dead) == (0, 0)
        state: dict[str, Any] = self.sandbox.systems["operations_centre"].state()  # type: ignore[attr-defined]  # each system adds its own counts
        return state

    async def audited(self, dossier: str) -> list[tuple[str, str | None]]:
        """Service and outcome of every call made for a case."""
        log = await self.one_stop.desk.audit.search(dossier=dossier)
        return [(record.service, record.outcome) for record in log]


def new_dossier() -> str:
    """A dossier code that no other case has."""
    return f"H31.14-261124-{next(_numbers):04d}"


def read_settings(sandbox: Sandbox, folder: Path, url: str, **tables_: Any) -> Settings:
    """The sandbox's own configuration with another store and short limits."""
    raw = tomllib.loads(sandbox.configuration())
    raw["store"] = {"url": url, "content": "content", "keys": "keys.json"}
    for system in raw["systems"].values():
        system["limits"] = LIMITS
    if not (folder / "keys.json").exists():
        Keyring.create(folder / "keys.json")
    return settings_from({**raw, **tables_}, folder)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """Every log event as it was before redaction. The front door sets logging up only where nobody did."""
    capture = structlog.testing.LogCapture()
    structlog.configure(processors=[capture])
    yield capture.entries
    structlog.reset_defaults()


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """The five systems on free ports, healthy."""
    async with Sandbox(tmp_path / "sandbox", catalogue=CATALOGUE) as running:
        yield running


@pytest_asyncio.fixture
async def desk(sandbox: Sandbox, tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Desk]:
    """A desk on SQLite."""
    shutil.copyfile(sqlite_template, tmp_path / "lienthong.db")
    settings = read_settings(sandbox, tmp_path, f"sqlite:///{tmp_path / 'lienthong.db'}")
    clock = Clock()
    async with OneStop.from_config(settings, now=clock) as one_stop:
        yield Desk(one_stop, sandbox, settings, clock)


@pytest_asyncio.fixture
async def any_desk(sandbox: Sandbox, tmp_path: Path, database_url: str) -> AsyncIterator[Desk]:
    """A desk on SQLite and on PostgreSQL."""
    settings = read_settings(sandbox, tmp_path, database_url)
    clock = Clock()
    async with OneStop.from_config(settings, now=clock) as one_stop:
        yield Desk(one_stop, sandbox, settings, clock)


@pytest.fixture
def another_desk(desk: Desk) -> Callable[[], Any]:
    """Opens a second front door on the store of the first, as another process would."""
    return lambda: OneStop.from_config(desk.settings, now=desk.clock)


__all__ = ["Clock", "Desk", "new_dossier", "pdf", "read_settings", "tables"]
