"""What operators see of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How many messages are where. Times are aware UTC."""

    pending: int
    sent: int
    dead: int
    skipped: int
    """Never sent, because a newer state of the dossier took their place or the hub had it already."""
    in_doubt: int
    """Steps of which nobody knows yet whether the hub has them; a step under way counts too."""
    oldest_pending_at: datetime | None
    next_at: datetime | None
    """When the next message that waits for no other is due."""


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that waits."""

    id: int
    dossier: str
    kind: str
    attempts: int
    next_at: datetime
    created_at: datetime
    last_code: str
    last_message: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was set aside: it goes on when an operator or a corrected case lets it."""

    id: int
    dossier: str
    kind: str
    attempts: int
    last_code: str
    """Our word and the hub's code, e.g. ``refused:-1``."""
    last_message: str
    """The hub's own words, numbers of persons blotted out."""
    reason_vi: str
    reason_en: str
    at: datetime
    """Since when it lies here."""
