"""What every case of a process shares: the rooms opened once, the settings and the clock."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import structlog

from lienthong.gateway import Gateway
from lienthong.guard import (
    AuditLog,
    BlindIndex,
    Keyring,
    OpenCaseOnly,
    Sealer,
    configure_library_logging,
)
from lienthong.hub import HubSync, Outbox
from lienthong.interface import ConfigurationError
from lienthong.onceonly import (
    Catalogue,
    CatalogueStore,
    ContentStore,
    EvidencePolicy,
    EvidenceStore,
    Outage,
    Planner,
    SignatureChecker,
    load_event_rules,
)
from lienthong.settings import Settings, load_settings
from lienthong.storage import Database, StorageError, migrate

from ._verification import Verifier


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything one process needs, opened once. The command line and the service build on it; callers use ``OneStop``."""

    settings: Settings
    now: Callable[[], datetime]
    node: str
    db: Database
    sealer: Sealer
    index: BlindIndex
    audit: AuditLog
    gateway: Gateway
    catalogue: Catalogue
    evidence: EvidenceStore
    planner: Planner
    verifier: Verifier
    outbox: Outbox
    sync: HubSync

    @classmethod
    async def open(
        cls, settings: Settings | str | Path, *, now: Callable[[], datetime] = _utc_now
    ) -> Self:
        """Opens store, keyring, audit log, catalogue and a line to every system; the schema is brought up to date first.

        Raises:
            ConfigurationError: A setting is wrong, or data exists whose keyring is missing.
            StorageError: The database cannot be opened.
            CatalogueInvalid: A catalogue file is wrong.
        """
        if not isinstance(settings, Settings):
            settings = load_settings(settings)
        if not structlog.is_configured():
            # Nothing of ours is ever logged unredacted, also in a host program that set up no logging.
            configure_library_logging()
        files = Catalogue.load(settings.catalogue.path)
        keyring = _keyring(settings)
        sealer, index = Sealer(keyring), BlindIndex(keyring)
        evidence = _evidence(settings, sealer, index)
        await evidence.content.clean()
        await migrate(settings.store.url)
        db = Database.open(settings.store.url)
        node = settings.site.node or f"{socket.gethostname()}-{os.getpid()}"
        audit = AuditLog(db, node)
        try:
            national = await CatalogueStore(db).national()
            catalogue = replace(files, national=national, as_of=national.newest)
            gateway = Gateway.open(
                settings, audit=audit, index=index, access=OpenCaseOnly(), now=now
            )
        except (ConfigurationError, StorageError):
            await audit.aclose()
            await db.aclose()
            raise
        outbox = Outbox(db, sealer, index)
        return cls(
            settings=settings,
            now=now,
            node=node,
            db=db,
            sealer=sealer,
            index=index,
            audit=audit,
            gateway=gateway,
            catalogue=catalogue,
            evidence=evidence,
            planner=Planner(
                db,
                lambda: catalogue,
                evidence,
                gateway,
                now,
                timedelta(hours=settings.desk.settle_within_h),
                [Outage(item.system, item.begins, item.ends) for item in settings.maintenance],
            ),
            verifier=Verifier(gateway, settings.desk.deadline_s),
            outbox=outbox,
            sync=HubSync(db, outbox, sealer, gateway, settings.hub, now, node),
        )

    async def aclose(self) -> None:
        """Closes everything; what is queued for the audit log is written first."""
        await self.gateway.aclose()
        await self.audit.aclose()
        await self.db.aclose()


def _evidence(settings: Settings, sealer: Sealer, index: BlindIndex) -> EvidenceStore:
    """The evidence store as the installation wants it."""
    store, wanted = settings.store, settings.evidence
    return EvidenceStore(
        sealer,
        index,
        ContentStore.open(store.content, sealer, store.access_key, store.secret_key),
        settings.site.agency,
        EvidencePolicy(
            code_prefix=f"{wanted.agency or settings.site.agency}-{wanted.prefix}",
            signature_required=wanted.signature == "required",
            refused=frozenset(wanted.refused),
            max_mb=wanted.max_mb,
        ),
        signatures=SignatureChecker.from_files(wanted.roots, wanted.revocations),
        events=load_event_rules(settings.catalogue.path),
    )


def _keyring(settings: Settings) -> Keyring:
    """The keyring; made on the very first start only, since a new one cannot read old data."""
    keys = settings.store.keys
    if keys.exists():
        return Keyring.load(keys)
    url = settings.store.url
    database = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    if database is None or database.exists():
        raise ConfigurationError(
            f"The keyring {keys} is missing. Restore it from its backup: without it the stored data cannot be read. "
            "For a new installation on PostgreSQL make one with `lienthong keys create`."
        )
    keys.parent.mkdir(parents=True, exist_ok=True)
    return Keyring.create(keys)
