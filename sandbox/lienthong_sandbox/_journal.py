"""What was asked of every system and what it answered: kept in memory, bounded, for tests and demonstrations."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

_ENTRIES: Final = 20_000
_BYTES: Final = 64 * 1024 * 1024
_BODY: Final = 64 * 1024
_SECRETS: Final = frozenset(
    ("username", "password", "token", "id_token", "securitycode", "codeget", "code", "client_id")
)


@dataclass(slots=True)
class Entry:
    """One request and its answer's status.

    ``status`` is 0 while unanswered, and stays 0 when the answer was lost on purpose. ``body`` is the request's, cut
    at 64 KB; header *names* only, for header values hold credentials. ``path`` has no query; ``query`` holds the parameters, with
    ``***`` for those that are secrets on the wire (the card gateway's, the land callbacks').
    """

    number: int
    time: float
    system: str
    service: str
    method: str
    path: str
    headers: tuple[str, ...]
    body: bytes
    status: int = 0
    faults: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, object]:
        """The entry for JSON; time as ISO 8601 in UTC, the body as text."""
        return {
            "number": self.number,
            "time": datetime.fromtimestamp(self.time, UTC).isoformat(),
            "system": self.system,
            "service": self.service,
            "method": self.method,
            "path": self.path,
            "query": dict(self.query),
            "headers": list(self.headers),
            "body": self.body.decode("utf-8", "replace"),
            "status": self.status,
            "faults": list(self.faults),
        }


class Journal:
    """The last 20,000 requests (or 64 MB of bodies), oldest dropped first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._number = 0

    def open(
        self,
        time: float,
        system: str,
        service: str,
        method: str,
        path: str,
        headers: tuple[str, ...],
        body: bytes,
        query: Mapping[str, str] | None = None,
    ) -> Entry:
        """Notes a request; the caller sets ``status`` and ``faults`` when it knows them."""
        self._number += 1
        shown = {
            name: "***" if name.lower() in _SECRETS else text
            for name, text in (query or {}).items()
        }
        entry = Entry(
            self._number, time, system, service, method, path, headers, body[:_BODY], query=shown
        )
        self._entries.append(entry)
        self._bytes += len(entry.body)
        while len(self._entries) > _ENTRIES or self._bytes > _BYTES:
            self._bytes -= len(self._entries.popleft().body)
        return entry

    def entries(
        self, system: str | None = None, service: str | None = None, since: int = 0
    ) -> list[Entry]:
        """Entries with a number above ``since``, oldest first, of one system and service where given."""
        return [
            entry
            for entry in self._entries
            if entry.number > since
            and (system is None or entry.system == system)
            and (service is None or entry.service == service)
        ]

    def clear(self) -> None:
        """Forgets every entry; numbers go on counting."""
        self._entries.clear()
        self._bytes = 0
