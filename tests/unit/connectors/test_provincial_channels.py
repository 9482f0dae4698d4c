"""The platforms of Đồng Tháp and Ho Chi Minh City on the wire (population page A2 V-C, B2)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lienthong.interface import (
    Call,
    ConfigurationError,
    CredentialsRefused,
    Hop,
    Purpose,
    ReplyUnreadable,
    Sent,
    SystemFault,
    SystemSettings,
    Tools,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import build_channel

NOW = datetime(2026, 11, 24, 8, 0, 0, tzinfo=UTC)
KEYS = {
    "access_key": "a",
    "secret_key": "b",
    "app_name": "c",
    "partner_code": "d",
    "partner_code_cus": "e",
}
REQUEST = WireRequest("S", "POST", "https://127.0.0.1:1/x/S", {"Accept": "application/json"})


class Recorder:
    """A transport that remembers requests: the seam, not the wire."""

    certificate_expires = None

    def __init__(self, answer: Callable[[WireRequest], WireReply]) -> None:
        self.requests: list[WireRequest] = []
        self._answer = answer

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        self.requests.append(request)
        return self._answer(request)

    async def aclose(self) -> None:
        """Nothing is open."""


def channel_of(table: dict[str, Any], transport: Recorder) -> Any:
    """A channel on a recorder."""
    settings = SystemSettings(
        name="population", connector="population", url="https://127.0.0.1:1/x", channel=table
    )

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    return build_channel(settings, Tools(transport=transport, soap=no_soap, now=lambda: NOW))


def call() -> Call:
    """A call of a case."""
    purpose = Purpose("H31-1", "1.004222", "officer-001", "H31", "kiểm thử")
    return Call(purpose, "r-1", time.monotonic() + 30)


def platform(token: Any, answer: WireReply) -> Callable[[WireRequest], WireReply]:
    """A platform with this token answer and this answer to all else."""

    def respond(request: WireRequest) -> WireReply:
        if request.service == "token":
            return WireReply(200, {}, json.dumps(token).encode())
        return answer

    return respond


OK = WireReply(200, {}, b"{}")


async def test_hcm_sends_the_blob_bare() -> None:
    """Authorization is the base64 of the five values, without Bearer; there is no token request."""
    transport = Recorder(lambda request: OK)
    channel = channel_of({"kind": "hcm", **KEYS}, transport)
    await channel.sign_in(call())
    await channel.send(REQUEST, call())
    [sent] = transport.requests
    assert json.loads(base64.b64decode(sent.headers["Authorization"], validate=True)) == {
        "AccessKey": "a",
        "SecretKey": "b",
        "AppName": "c",
        "PartnerCode": "d",
        "PartnerCodeCus": "e",
    }
    assert sent.headers["Accept"] == "application/json"
    assert channel.state().kind == "hcm"


async def test_dongthap_gets_its_token_for_a_header() -> None:
    """The token request is an empty form with the header Auth; the call carries Bearer and no Auth."""
    transport = Recorder(platform({"token": "t", "refreshToken": "r", "expiryDate": None}, OK))
    channel = channel_of({"kind": "dongthap", "auth": "opaque"}, transport)
    await channel.send(REQUEST, call())
    await channel.send(REQUEST, call())
    token, sent, again = transport.requests
    assert token.body == b""
    assert token.headers["Auth"] == "opaque"
    assert token.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert token.url == "https://127.0.0.1:1/x/token"
    assert sent.headers["Authorization"] == again.headers["Authorization"] == "Bearer t"
    assert "Auth" not in sent.headers


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        ("2026-11-24T16:00:00+07:00", NOW + timedelta(hours=1)),
        ("2026-11-24T09:00:00Z", NOW + timedelta(hours=1)),
        (int((NOW + timedelta(hours=1)).timestamp()), NOW + timedelta(hours=1)),
        (int((NOW + timedelta(hours=1)).timestamp() * 1000), NOW + timedelta(hours=1)),
        ("2026-11-24T16:00:00", None),
        ("2026-11-24T07:59:59Z", None),
        ("ngày mai", None),
        (0, None),
        ("", None),
        (None, None),
    ],
)
async def test_dongthap_expiry_in_every_form(expiry: Any, expected: datetime | None) -> None:
    """ISO with offset or epoch; what cannot be believed means that the token is used until it is refused."""
    transport = Recorder(platform({"token": "t", "expiryDate": expiry}, OK))
    channel = channel_of({"kind": "dongthap", "auth": "opaque"}, transport)
    await channel.sign_in(call())
    assert channel.state().token_expires == expected


@pytest.mark.parametrize("token", [{}, {"token": ""}, {"token": None}, [], None])
async def test_dongthap_without_a_token_is_unreadable(token: Any) -> None:
    """A token answer without a token says so, and that the question did not leave."""
    channel = channel_of({"kind": "dongthap", "auth": "opaque"}, Recorder(platform(token, OK)))
    with pytest.raises(ReplyUnreadable) as caught:
        await channel.send(REQUEST, call())
    assert caught.value.hop is Hop.CHANNEL
    assert caught.value.sent is Sent.NO


async def test_dongthap_lets_error_codes_through() -> None:
    """HTTP 400 with an errorCode is an answer for the connector; any other 400 is a fault."""
    told = WireReply(400, {}, b'{"errorCode": "005", "message": "x"}')
    transport = Recorder(platform({"token": "t"}, told))
    channel = channel_of({"kind": "dongthap", "auth": "opaque"}, transport)
    assert await channel.send(REQUEST, call()) is told
    for body in (b"{}", b"[]", b"<html>", b'{"errorCode": null}', b""):
        transport = Recorder(platform({"token": "t"}, WireReply(400, {}, body)))
        channel = channel_of({"kind": "dongthap", "auth": "opaque"}, transport)
        with pytest.raises(SystemFault) as caught:
            await channel.send(REQUEST, call())
        assert not caught.value.retryable


@pytest.mark.parametrize("table", [{"kind": "hcm", **KEYS}, {"kind": "dongthap", "auth": "opaque"}])
async def test_secrets_stay_out_of_errors(table: dict[str, Any]) -> None:
    """A refusal names what to check and shows no secret."""
    refused = WireReply(401, {}, b"opaque a b c d e")
    channel = channel_of(table, Recorder(lambda request: refused))
    with pytest.raises(CredentialsRefused) as caught:
        await channel.send(REQUEST, call())
    assert "opaque" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"kind": "dongthap"}, r"systems\.population\.channel\.auth"),
        ({"kind": "dongthap", "auth": ""}, r"systems\.population\.channel\.auth"),
        ({"kind": "hcm", "access_key": "a"}, r"systems\.population\.channel\.secret_key"),
        ({"kind": "hcm", **KEYS, "token_path": "/t"}, r"systems\.population\.channel\.token_path"),
    ],
)
def test_wrong_settings_are_named(table: dict[str, Any], named: str) -> None:
    """A missing or unknown key is named in full."""
    with pytest.raises(ConfigurationError, match=named):
        channel_of(table, Recorder(lambda request: OK))
