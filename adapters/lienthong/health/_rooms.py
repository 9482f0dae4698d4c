"""What health looks at: the rooms of one process, by shape, so that any room that holds them can be checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from datetime import datetime
from typing import Protocol

from lienthong.gateway import Gateway
from lienthong.guard import AuditLog
from lienthong.settings import Settings
from lienthong.storage import Database


class OutboxCounts(Protocol):
    """What the outbox says of itself."""

    @property
    def pending(self) -> int:
        """Messages still to be told."""
        ...

    @property
    def dead(self) -> int:
        """Messages set aside for an operator."""
        ...

    @property
    def oldest_pending_at(self) -> datetime | None:
        """When the oldest untold message was written."""
        ...


class OutboxRoom(Protocol):
    """The outbox, as far as health needs it."""

    async def status(self) -> OutboxCounts:
        """Counts and the age of the oldest message."""
        ...


class CatalogueRoom(Protocol):
    """The catalogue, as far as health needs it."""

    @property
    def procedures(self) -> Mapping[str, object]:
        """Procedures by code that a file describes."""
        ...

    @property
    def national(self) -> Mapping[str, object]:
        """Procedures by code of the national catalogue."""
        ...

    @property
    def rules(self) -> Sized:
        """Replacement rules."""
        ...


class Rooms(Protocol):
    """The rooms of one process; ``lienthong.cases.Desk`` has them."""

    @property
    def settings(self) -> Settings:
        """The configuration."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock, aware UTC."""
        ...

    @property
    def node(self) -> str:
        """Name of this process."""
        ...

    @property
    def db(self) -> Database:
        """The store."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        ...

    @property
    def gateway(self) -> Gateway:
        """The lines to the national systems."""
        ...

    @property
    def catalogue(self) -> CatalogueRoom:
        """Procedures and rules."""
        ...

    @property
    def outbox(self) -> OutboxRoom:
        """What is to be told to the hub."""
        ...
