"""Where reports arrive: signed figures, as the library pushes them.

No machine interface of the reporting system is published (hub page §8), so this one is the library's: ``POST`` of
``{"version": 1, "issued_at", "figures": [...]}`` with ``x-lienthong-signature: sha256=<HMAC of the body>`` and ``idempotency-key``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lienthong_sandbox._credentials import REPORT_KEY, REPORT_KEY_FILE
from lienthong_sandbox._wire import Request, Response

ADDRESS: Final = "/reports/figures"

_FIELDS: Final = ("report", "agency", "period_type", "period", "indicator", "value", "unit")
_PERIODS: Final = frozenset(("day", "month", "quarter", "half", "year"))
_STATUSES: Final = frozenset(("draft", "approved"))


class Figures:
    """Keeps the newest value of every figure until the sandbox ends.

    Args:
        state: The folder for the file with the key, for the configuration to name.
    """

    def __init__(self, state: Path) -> None:
        key_file = state / REPORT_KEY_FILE
        key_file.touch(mode=0o600)
        key_file.write_text(REPORT_KEY, encoding="ascii")
        self._figures: dict[tuple[str, ...], Mapping[str, str]] = {}
        self._seen: set[str] = set()
        self._counts = {"handovers": 0, "repeated": 0, "refused": 0}

    def state(self) -> dict[str, int]:
        """Hand-overs taken, repeated and refused, and how many figures there are."""
        return {**self._counts, "figures": len(self._figures)}

    def all(self) -> list[Mapping[str, str]]:
        """Every figure, in order of arrival."""
        return list(self._figures.values())

    def handle(self, request: Request) -> Response:
        """Answers one hand-over: 401 for a wrong signature, 400 for anything malformed, the same one again is taken once."""
        if request.method != "POST":
            return Response.of_text("Method Not Allowed", 405)
        expected = hmac.new(REPORT_KEY.encode(), request.body, hashlib.sha256).hexdigest()
        given = request.headers.get("x-lienthong-signature", "")
        if not hmac.compare_digest(given.encode(), f"sha256={expected}".encode()):
            return self._refused(401, "the signature does not fit the body")
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        if fault := _fault(body):
            return self._refused(400, fault)
        key = request.headers.get("idempotency-key", "")
        if not key:
            return self._refused(400, "idempotency-key is missing")
        if key in self._seen:
            self._counts["repeated"] += 1
            return Response.of_json({"taken": 0, "repeated": True})
        return self._take(key, body)

    def _take(self, key: str, body: Any) -> Response:
        self._seen.add(key)
        self._counts["handovers"] += 1
        for figure in body["figures"]:
            self._figures[tuple(figure[name] for name in _FIELDS if name != "value")] = figure
        return Response.of_json({"taken": len(body["figures"])})

    def _refused(self, status: int, why: str) -> Response:
        self._counts["refused"] += 1
        return Response.of_json({"error": why}, status)


def _fault(body: object) -> str:
    if not isinstance(body, Mapping) or body.get("version") != 1:
        return "version must be 1"
    try:
        aware = datetime.fromisoformat(str(body.get("issued_at"))).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        return "issued_at must be a moment with its offset"
    figures = body.get("figures")
    if not isinstance(figures, list) or not figures:
        return "figures must be a list"
    return next(filter(None, map(_figure_fault, figures)), "")


def _figure_fault(figure: object) -> str:
    if not isinstance(figure, Mapping):
        return "a figure must be an object"
    for name in _FIELDS:
        if not isinstance(figure.get(name), str):
            return f"{name} must be a text"
    if figure["period_type"] not in _PERIODS:
        return "period_type is unknown"
    return "" if figure.get("status") in _STATUSES else "status is unknown"
