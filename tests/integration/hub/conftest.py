"""The sandbox's operations centre over TLS, told through the real gateway by as many nodes as a test opens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import insert

from lienthong.gateway import Gateway
from lienthong.guard import AuditLog, BlindIndex, Keyring, OpenCaseOnly, Sealer
from lienthong.hub import HubSync, Outbox
from lienthong.interface import HubDossier, HubProgress
from lienthong.settings import HubSettings, Settings, load_settings
from lienthong.storage import Database, cases, new_id
from lienthong_sandbox import Sandbox

CATALOGUE = Path(__file__).parents[3] / "config" / "catalogue"
SYSTEM = "operations_centre"
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Real time, moved on by tests."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **how_far: float) -> None:
        self.ahead += timedelta(**how_far)


@dataclass
class Node:
    """One process, as far as the hub is concerned."""

    db: Database
    audit: AuditLog
    gateway: Gateway
    outbox: Outbox
    sync: HubSync

    async def aclose(self) -> None:
        await self.gateway.aclose()
        await self.audit.aclose()
        await self.db.aclose()


@dataclass
class Site:
    """An installation beside a sandbox."""

    sandbox: Sandbox
    file: Path
    clock: Clock = field(default_factory=Clock)
    nodes: list[Node] = field(default_factory=list)
    case_ids: dict[str, str] = field(default_factory=dict)

    def node(self, **hub: Any) -> Node:
        """A new process on the same store; also what a restart is."""
        settings: Settings = load_settings(self.file)
        name = f"node-{len(self.nodes)}"
        db = Database.open(settings.store.url)
        keyring = Keyring.load(settings.store.keys)
        sealer, index = Sealer(keyring), BlindIndex(keyring)
        audit = AuditLog(db, name)
        gateway = Gateway.open(
            settings,
            audit=audit,
            index=index,
            access=OpenCaseOnly(),
            now=self.clock,
        )
        outbox = Outbox(db, sealer, index)
        sync = HubSync(db, outbox, sealer, gateway, HubSettings(**hub), self.clock, name)
        node = Node(db, audit, gateway, outbox, sync)
        self.nodes.append(node)
        return node

    async def file_cases(self, node: Node, number: int, *, steps: int = 2) -> list[str]:
        """Cases with a dossier, and as many steps as asked for with a changed dossier before each."""
        codes = [f"H31.14-261123-{ordinal:04d}" for ordinal in range(1, number + 1)]
        for code in codes:
            await self.change(node, code, "2", 0)
            for step in range(1, steps + 1):
                await self.change(node, code, "4", step)
        return codes

    async def change(
        self, node: Node, code: str, status: str, step: int, *, procedure: str = "1.004222"
    ) -> None:
        """One change of a case: its state, and from the second on a step too."""
        at = START + timedelta(minutes=step)
        messages: list[HubDossier | HubProgress] = [
            HubDossier(
                dossier=code,
                procedure=procedure,
                procedure_name="Đăng ký thường trú",
                field_code="G01-CA05",
                field_name="Đăng ký, quản lý cư trú",
                owner_name="NGUYỄN THỊ THỬ",
                owner_number="033190004321",
                submitted_at=START,
                received_at=START,
                status=status,
                agency_name="UBND xã Thử Nghiệm",
                abstract=f"lần {step}",
            )
        ]
        if step:
            messages.append(
                HubProgress(
                    dossier=code, officer="canbo01", at=at, content=f"Bước {step}", status=status
                )
            )
        async with node.db.begin() as conn:
            if code not in self.case_ids:
                self.case_ids[code] = new_id()
                await conn.execute(
                    insert(cases).values(
                        id=self.case_ids[code],
                        dossier=code,
                        procedure="1.004222",
                        agency="H31.14",
                        officer="canbo01",
                        sealed=b"",
                        status=status,
                    )
                )
            for message in messages:
                await node.outbox.enqueue(
                    conn, case_id=self.case_ids[code], message=message, now=self.clock()
                )

    def state(self, *, detail: bool = False) -> dict[str, Any]:
        """What the hub itself counts."""
        hub: Any = self.sandbox.systems[SYSTEM]
        counts: dict[str, Any] = hub.state(detail=detail)
        return counts


@pytest_asyncio.fixture
async def site(tmp_path: Path, database_url: str) -> AsyncIterator[Site]:
    """A sandbox and a configuration that points at it, with a migrated store."""
    async with Sandbox(tmp_path / "sandbox", catalogue=CATALOGUE) as sandbox:
        keys = tmp_path / "keys.json"
        Keyring.create(keys)
        own = {"url": database_url, "content": str(tmp_path / "content"), "keys": str(keys)}
        lines = []
        wanted = True
        for line in sandbox.configuration().splitlines():
            if line.startswith("["):
                # Only the hub is needed here.
                wanted = not line.startswith("[systems.") or SYSTEM in line
            if not wanted:
                continue
            name = line.partition(" = ")[0]
            kept = name not in own or line.startswith('url = "https')
            lines.append(line if kept else f'{name} = "{own[name]}"')
        # One failing dossier must not shut the door on the others in a test of that dossier.
        lines += [f"[systems.{SYSTEM}.limits]", "breaker_failures = 100", "attempt_s = 3.0"]
        file = tmp_path / "lienthong.toml"
        file.write_text("\n".join(lines), "utf-8")
        site = Site(sandbox, file)
        yield site
        for node in site.nodes:
            await node.aclose()
