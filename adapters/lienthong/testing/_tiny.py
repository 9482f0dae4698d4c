"""A tiny far side on a real loopback socket: a session, one yes/no, one record, one hand-over, JSON throughout."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson

from ._loopback import Heard, Loopback, Said

ACCOUNT: Final = "tiny-account"
SECRET: Final = "tiny-secret-only-for-tests"  # noqa: S105 - of the tiny far side only
PERSON: Final = {"number": "033085000101", "name": "Nguyễn Văn An Mẫu"}
COMPANY: Final = {"code": "0990001015", "name": "Công ty Mẫu", "status": "NNT đang hoạt động"}
TWICE: Final = "0990001022"
REFUSED, SLOW = "99", "10"
"""Status of a step that is refused, and of one that is judged later."""


class TinyFarSide:
    """The system that :class:`ReferenceConnector` speaks with. Its people and companies are synthetic."""

    ca: Path | None = None

    def __init__(self) -> None:
        self.server = Loopback(self._answer)
        self._sessions: set[str] = set()
        self._numbers = itertools.count(1)
        self._steps: set[str] = set()

    @property
    def url(self) -> str:
        """Its base address."""
        return self.server.url

    async def expire(self) -> None:
        """Ends every session."""
        self._sessions.clear()

    async def _answer(self, heard: Heard) -> Said:
        try:
            asked: dict[str, Any] = orjson.loads(heard.body)
        except orjson.JSONDecodeError:
            return Said(400)
        if heard.path == "/session":
            if (asked.get("account"), asked.get("secret")) != (ACCOUNT, SECRET):
                return Said(401)
            session = f"session-{next(self._numbers):06d}"
            self._sessions.add(session)
            return _json({"session": session})
        if heard.headers.get("x-session") not in self._sessions:
            return Said(401)
        return self._work(heard.path, asked)

    def _work(self, path: str, asked: dict[str, Any]) -> Said:
        if path == "/ping":
            return _json({"alive": True})
        if path == "/person":
            return _json({"match": {key: asked.get(key) for key in PERSON} == PERSON})
        if path == "/company":
            held = {COMPANY["code"]: [COMPANY], TWICE: [COMPANY, COMPANY]}
            return _json({"companies": held.get(asked.get("code", ""), [])})
        if path == "/step":
            if asked.get("status") == REFUSED:
                return _json({"result": "refused", "why": "unknown status"})
            if asked.get("status") == SLOW:
                return _json({"result": "later", "ticket": f"ticket-{next(self._numbers):06d}"})
            known = asked.get("dossier", "") in self._steps
            self._steps.add(asked.get("dossier", ""))
            return _json({"result": "exists" if known else "ok"})
        return Said(404)


def _json(value: dict[str, Any]) -> Said:
    return Said(200, {"content-type": "application/json"}, orjson.dumps(value))


@asynccontextmanager
async def tiny_far_side() -> AsyncIterator[TinyFarSide]:
    """A tiny far side that runs."""
    far = TinyFarSide()
    async with far.server:
        yield far
