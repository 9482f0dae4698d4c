"""Requests and responses as the sandbox's systems see them: plain HTTP, already parsed.

A national system of the sandbox is an object with a ``name`` and an asynchronous ``handle``. It never sees
sockets, TLS or faults: the server in front of it injects those, so that every system fails in the same ways.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: header names in lower case, the body whole."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """The body read as ``application/x-www-form-urlencoded``; empty when it is not."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))
        except UnicodeDecodeError:
            return {}

    def json(self) -> object:
        """The body read as JSON.

        Raises:
            ValueError: The body is not JSON in UTF-8.
        """
        return json.loads(self.body.decode("utf-8"))


@dataclass(slots=True)
class Response:
    """One HTTP response; ``content-length`` is added by the server."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: object, status: int = 200) -> Response:
        """A JSON answer in UTF-8, Vietnamese letters unescaped."""
        body = json.dumps(value, ensure_ascii=False).encode("utf-8")
        return cls(status, body, {"content-type": "application/json; charset=utf-8"})

    @classmethod
    def of_xml(cls, text: str, status: int = 200) -> Response:
        """An XML answer in UTF-8."""
        return cls(status, text.encode("utf-8"), {"content-type": "text/xml; charset=utf-8"})

    @classmethod
    def of_text(cls, text: str, status: int = 200) -> Response:
        """A plain text answer in UTF-8."""
        return cls(status, text.encode("utf-8"), {"content-type": "text/plain; charset=utf-8"})


class System(Protocol):
    """One national system of the sandbox."""

    @property
    def name(self) -> str:
        """The system's name: ``population``, ``business``, ``social_insurance``, ``land``, ``operations_centre``."""

    def service_of(self, request: Request) -> str:
        """The wire name of the service that a request asks for (``XacThucThongTinCongDan``, ``token``), for journal and faults."""

    async def handle(self, request: Request) -> Response:
        """Answers one request as the real system is documented to."""
