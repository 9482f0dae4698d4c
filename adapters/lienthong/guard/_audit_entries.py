"""What the audit log holds of a call, and the chain that binds its entries.

An entry is written before the call and never changed. What came back is a second row. Neither holds an identifier: the
subject is a blind index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import orjson

from lienthong.interface import InvalidRequest

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who asks what about whom, for which case, and why.

    Attributes:
        dossier: Code of the case.
        procedure: National procedure code.
        officer: Account of the officer.
        agency: E-identifier of the officer's agency.
        system: National system, e.g. ``population``.
        service: Wire name of the service.
        verb: ``verify``, ``lookup``, ``share`` or ``check``.
        reason: Why, in words a person can read.
        subject_index: Blind index of the subject, 16 bytes; ``None`` when the call is about no one.

    Raises:
        InvalidRequest: A text cannot be written: over 2,000 characters, or with a NUL or half a surrogate pair in it. One
            such entry would spoil all that are written with it.
    """

    dossier: str
    procedure: str
    officer: str
    agency: str
    system: str
    service: str
    verb: str
    reason: str
    subject_index: bytes | None = None

    def __post_init__(self) -> None:
        _writable(
            dossier=self.dossier,
            procedure=self.procedure,
            officer=self.officer,
            agency=self.agency,
            system=self.system,
            service=self.service,
            verb=self.verb,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What came back.

    Attributes:
        outcome: Kind of the outcome (``found``, ``not_found``, ``ambiguous`` …) or code of the error.
        attempts: Attempts made.
        duration_ms: From before the first attempt to after the last, milliseconds.
        response_sha256: SHA-256 of the answer's body, hexadecimal; ``None`` when there was none.
        hop: Where it failed; ``None`` when it did not.

    Raises:
        InvalidRequest: As :class:`AuditEntry`.
    """

    outcome: str
    attempts: int
    duration_ms: int
    response_sha256: str | None = None
    hop: str | None = None

    def __post_init__(self) -> None:
        _writable(
            outcome=self.outcome, response_sha256=self.response_sha256 or "", hop=self.hop or ""
        )


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One call as an operator reads it; the fields are those of entry and result, without the subject."""

    node: str
    seq: int
    call_id: str
    at: datetime
    dossier: str
    procedure: str
    officer: str
    agency: str
    system: str
    service: str
    verb: str
    reason: str
    finished_at: datetime | None
    """``None`` while the call runs, or for ever when the process died in it."""
    outcome: str | None
    attempts: int | None
    duration_ms: int | None
    hop: str | None


class LogRow(NamedTuple):
    """A row of ``audit_log``; its order is that of the columns, since rows are written by position."""

    node: str
    seq: int
    call_id: str
    at: str
    dossier: str
    procedure: str
    officer: str
    agency: str
    system: str
    service: str
    verb: str
    subject_index: bytes | None
    reason: str
    phase: str
    previous_hash: bytes
    hash: bytes


class ResultRow(NamedTuple):
    """A row of ``audit_results``, in the order of its columns."""

    call_id: str
    finished_at: str
    outcome: str
    attempts: int
    duration_ms: int
    response_sha256: str | None
    hop: str | None


class Link(NamedTuple):
    """The last entry of a node's chain."""

    seq: int
    hash: bytes


def first_link(node: str) -> Link:
    """Where the chain of a node hangs before its first entry."""
    return Link(0, sha256(b"lienthong audit 1\0" + node.encode()).digest())


def chained(node: str, last: Link, call_id: str, at: str, entry: AuditEntry) -> LogRow:
    """The row of an entry, bound to the one before it.

    The hash is SHA-256 over the hash before and the JSON array of the begin columns in their order (moment as in
    :func:`lienthong.storage.moment_text`, index in hexadecimal), so any change, gap or exchange breaks every later hash.
    """
    seq = last.seq + 1
    index = entry.subject_index
    verb = str(entry.verb)  # exactly str: drivers are slower with the words of an enumeration
    body = orjson.dumps(
        [
            node,
            seq,
            call_id,
            at,
            entry.dossier,
            entry.procedure,
            entry.officer,
            entry.agency,
            entry.system,
            entry.service,
            verb,
            None if index is None else index.hex(),
            entry.reason,
            "call",
        ]
    )
    return LogRow(
        node,
        seq,
        call_id,
        at,
        entry.dossier,
        entry.procedure,
        entry.officer,
        entry.agency,
        entry.system,
        entry.service,
        verb,
        index,
        entry.reason,
        "call",
        last.hash,
        sha256(last.hash + body).digest(),
    )


def _writable(**texts: str) -> None:
    joined = "".join(texts.values())
    if len(joined) <= _LONGEST and "\0" not in joined and not _has_surrogate(joined):
        return
    for name, text in texts.items():
        if len(text) > _LONGEST:
            raise InvalidRequest(name, f"longer than {_LONGEST} characters; shorten it")
        if "\0" in text or _has_surrogate(text):
            raise InvalidRequest(name, "holds a character that cannot be stored; remove it")


def _has_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
