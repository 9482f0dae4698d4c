"""The card gateway's sign-in and secrets (insurance page §2.2)."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lienthong.interface import Call, SystemSettings, Tools, WireReply, WireRequest
from lienthong_connectors.channels import build_channel

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


class Gateway:
    """Answers the token request and remembers what is sent: the seam, not the wire."""

    certificate_expires = None

    def __init__(self, expires_in: str) -> None:
        self.requests: list[WireRequest] = []
        self._expires_in = expires_in

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        self.requests.append(request)
        key = {"access_token": "t-1", "id_token": "i-1", "expires_in": self._expires_in}
        return WireReply(200, {}, json.dumps({"maKetQua": "200", "APIKey": key}).encode())

    async def aclose(self) -> None:
        """Nothing is open."""


def build(expires_in: str = "2026-11-24T09:00:00Z", **channel: Any) -> tuple[Any, Gateway]:
    """The channel and its far side."""
    gateway = Gateway(expires_in)
    table = {"kind": "egw", "username": "u", "password": "p"} | channel
    system = SystemSettings.model_validate(
        {"name": "s", "connector": "s", "url": "https://127.0.0.1:1", "channel": table}
    )

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    return build_channel(system, Tools(gateway, no_soap, lambda: NOW)), gateway


async def sent(service: str, content_type: str, body: bytes, **channel: Any) -> WireRequest:
    """A request as it leaves."""
    egw, gateway = build(**channel)
    request = WireRequest(
        service, "POST", "https://127.0.0.1:1/x", {"Content-Type": content_type}, body
    )
    await egw.send(request, Call(None, "r", time.monotonic() + 9))
    return gateway.requests[-1]


@pytest.mark.parametrize("body", [b"{}", b'{"maThe":"1"}'])
async def test_secrets_in_a_json_body(body: bytes) -> None:
    """By default the four secrets are members of the body, in front of the question; MD5 in upper case."""
    request = await sent("KQNhanLichSuKCB2024", "application/json", body)
    expected = hashlib.md5(b"p", usedforsecurity=False).hexdigest().upper()
    assert json.loads(request.body) == {
        "username": "u", "password": expected, "token": "t-1", "id_token": "i-1", **json.loads(body),
    }  # fmt: skip
    assert "?" not in request.url


async def test_secrets_in_a_form_body_and_in_the_query() -> None:
    """A form gets them as fields; services of the setting get them in the query."""
    form = await sent("X", "application/x-www-form-urlencoded", b"a=1")
    assert parse_qs(form.body.decode())["token"] == ["t-1"]
    query = await sent("Lskcb2025", "application/x-www-form-urlencoded", b"a=1")
    assert query.body == b"a=1"
    assert parse_qs(urlsplit(query.url).query)["id_token"] == ["i-1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T09:00:00Z", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T09:00:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("24/11/2026 09:00:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T16:00:00+07:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2020-01-01T00:00:00Z", None),
        ("3600", None),
        ("", None),
    ],
)
async def test_expires_in_is_a_utc_time(text: str, expected: datetime | None) -> None:
    """A date-time, not seconds; what is past or unreadable is not believed."""
    egw, _ = build(text)
    await egw.sign_in(Call(None, "r", time.monotonic() + 9))
    assert egw.state().token_expires == expected
