"""What channels put on the wire, and what they make of statuses."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest

from lienthong.interface import (
    Call,
    ConfigurationError,
    CredentialsRefused,
    MaybeArrived,
    Overloaded,
    Purpose,
    ReplyUnreadable,
    Sent,
    SystemFault,
    SystemSettings,
    Tools,
    Unreachable,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import OfficerNotLicensed, Sender, build_channel

NOW = datetime(2026, 11, 24, 8, 0, 0, 123000, tzinfo=UTC)
C06: dict[str, Any] = {"kind": "c06", "username": "u", "secret": "s", "sv_url": "/sv"}
NGSP: dict[str, Any] = {"kind": "ngsp", "consumer_key": "k", "consumer_secret": "c"}
LGSP: dict[str, Any] = {
    "kind": "lgsp",
    "access_key": "a",
    "secret_key": "b",
    "app_name": "c",
    "partner_code": "d",
    "partner_code_cus": "e",
}


class Recorder:
    """A transport that remembers requests and answers from a function: the seam, not the wire."""

    def __init__(self, answer: Callable[[WireRequest], WireReply] | None = None) -> None:
        self.requests: list[WireRequest] = []
        self.timeouts: list[float] = []
        self._answer = answer or (lambda request: WireReply(200, {}, b"{}"))
        self.certificate_expires = None

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        self.requests.append(request)
        self.timeouts.append(timeout_s)
        return self._answer(request)

    async def aclose(self) -> None:
        """Nothing is open."""


def token_or(answer: WireReply) -> Callable[[WireRequest], WireReply]:
    """A platform that hands out a token and answers all else alike."""

    def respond(request: WireRequest) -> WireReply:
        if request.service == "token":
            return WireReply(200, {}, b'{"access_token": "t", "expires_in": 3600}')
        return answer

    return respond


def settings(channel: dict[str, Any]) -> SystemSettings:
    """Settings of a system on a channel."""
    return SystemSettings(
        name="population", connector="population", url="https://127.0.0.1:1/x", channel=channel
    )


def tools(transport: Recorder) -> Tools:
    """Tools around a recorder."""

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    return Tools(transport=transport, soap=no_soap, now=lambda: NOW)


def call(officer: str = "officer-001", within_s: float = 30.0) -> Call:
    """A call of an officer."""
    purpose = Purpose("H31-1", "1.004222", officer, "H31", "kiểm thử")
    return Call(purpose, "r-1", time.monotonic() + within_s)


REQUEST = WireRequest("S", "POST", "https://127.0.0.1:1/x/S", {"Content-Type": "application/xml"})


@pytest.mark.parametrize(("unit", "timestamp"), [("ms", "1795507200123"), ("s", "1795507200")])
async def test_c06_hashes_a_fresh_password(unit: str, timestamp: str) -> None:
    """Password = SHA-256 hex of sv_url + username + timestamp + secret, and the header carries the same timestamp."""
    transport = Recorder()
    extra = {"X-Road-Client": "VN/GOV/1", "SOAPAction": '""'}
    channel = build_channel(
        settings({**C06, "timestamp_unit": unit, "headers": extra}), tools(transport)
    )
    await channel.send(REQUEST, call())
    [sent] = transport.requests
    password = hashlib.sha256(f"/svu{timestamp}s".encode()).hexdigest()
    expected = base64.b64encode(f"u:{password}".encode()).decode()
    assert sent.headers == {
        "Content-Type": "application/xml",
        **extra,
        "Authorization": f"Basic {expected}",
        "Timestamp": timestamp,
    }


async def test_ngsp_basic_and_form() -> None:
    """Key and secret travel as Basic (variant A) or as form fields (variant B), then Bearer."""
    for variant in ("basic", "form"):
        transport = Recorder(token_or(WireReply(200, {}, b"{}")))
        channel = build_channel(
            settings({**NGSP, "client_auth": variant, "token_path": "/oauth"}), tools(transport)
        )
        await channel.send(REQUEST, call())
        token, sent = transport.requests
        form = parse_qs(token.body.decode())
        assert token.url == "https://127.0.0.1:1/x/oauth"
        assert form["grant_type"] == ["client_credentials"]
        if variant == "basic":
            assert token.headers["Authorization"] == f"Basic {base64.b64encode(b'k:c').decode()}"
            assert "client_secret" not in form
        else:
            assert "Authorization" not in token.headers
            assert (form["client_id"], form["client_secret"]) == (["k"], ["c"])
        assert sent.headers["Authorization"] == "Bearer t"


async def test_lgsp_blob_and_officer() -> None:
    """The blob goes with token and call; AuthHash is the officer's own pair, and none without a case."""
    transport = Recorder(token_or(WireReply(200, {}, b"{}")))
    officers = {"officer-001": {"key_name": "n", "key_pass": "p"}}
    channel = build_channel(settings({**LGSP, "officers": officers}), tools(transport))
    await channel.send(REQUEST, call())
    await channel.send(REQUEST, Call(None, "h-1", time.monotonic() + 5))
    token, sent, health = transport.requests
    assert json.loads(base64.b64decode(token.headers["lgspaccesstoken"])) == {
        "AccessKey": "a",
        "SecretKey": "b",
        "AppName": "c",
        "PartnerCode": "d",
        "PartnerCodeCus": "e",
    }
    assert "Authorization" not in token.headers
    assert sent.headers["lgspaccesstoken"] == token.headers["lgspaccesstoken"]
    assert sent.headers["AuthHash"] == base64.b64encode(b"n:p").decode()
    assert "AuthHash" not in health.headers


async def test_lgsp_stranger_is_refused_before_anything_leaves() -> None:
    """An officer without keys is refused here; without a table nobody is asked for keys."""
    transport = Recorder(token_or(WireReply(200, {}, b"{}")))
    closed = build_channel(settings({**LGSP, "officers": {}}), tools(transport))
    with pytest.raises(OfficerNotLicensed, match=r"systems\.population\.channel\.officers"):
        await closed.send(REQUEST, call("officer-009"))
    assert transport.requests == []
    without_table = build_channel(settings(LGSP), tools(transport))
    assert (await without_table.send(REQUEST, call("officer-009"))).status == 200


async def test_an_attempt_is_bound_by_its_deadline() -> None:
    """The transport gets the smaller of the attempt's time and what is left of the call's."""
    transport = Recorder()
    channel = build_channel(settings(C06), tools(transport))
    await channel.send(REQUEST, call(within_s=100))
    await channel.send(REQUEST, call(within_s=2))
    await channel.send(REQUEST, call(within_s=-1))
    assert transport.timeouts[0] == 8.0
    assert 1.0 < transport.timeouts[1] <= 2.0
    assert 0 < transport.timeouts[2] < 0.01


async def test_a_lost_token_answer_leaves_no_doubt() -> None:
    """A time-out of the token request says that the real request did not leave."""

    def lose(request: WireRequest) -> WireReply:
        raise MaybeArrived("population", request.service, "time-out")

    channel = build_channel(settings(NGSP), tools(Recorder(lose)))
    with pytest.raises(Unreachable) as caught:
        await channel.send(REQUEST, call())
    assert caught.value.sent is Sent.NO


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"error": "invalid_client"}', ReplyUnreadable),
        (b'{"access_token": null}', ReplyUnreadable),
        (b"[]", ReplyUnreadable),
        (b"<html></html>", ReplyUnreadable),
        (b"", ReplyUnreadable),
    ],
)
async def test_a_token_answer_without_token(body: bytes, error: type[Exception]) -> None:
    """An answer without a token is unreadable, whatever else it is."""
    channel = build_channel(settings(NGSP), tools(Recorder(lambda _: WireReply(200, {}, body))))
    with pytest.raises(error):
        await channel.send(REQUEST, call())


@pytest.mark.parametrize("life", [3600, "3600", 3600.0])
async def test_token_life_in_any_spelling(life: object) -> None:
    """``expires_in`` may be a number or text, in seconds."""
    body = json.dumps({"access_token": "t", "expires_in": life}).encode()
    channel = build_channel(settings(NGSP), tools(Recorder(lambda _: WireReply(200, {}, body))))
    await channel.sign_in(call())
    expires = channel.state().token_expires
    assert expires is not None
    assert (expires - NOW).total_seconds() == 3600


SOAP = b'<?xml version="1.0"?><e:Envelope xmlns:e="x"/>'


@pytest.mark.parametrize(
    ("status", "headers", "body", "error"),
    [
        (200, {}, b"", None),
        (204, {}, b"", None),
        (403, {}, b"", None),
        (500, {}, SOAP, None),
        (400, {}, SOAP, None),
        (401, {}, SOAP, CredentialsRefused),
        (500, {}, b"<html>", SystemFault),
        (502, {}, SOAP, SystemFault),
        (503, {}, b"", SystemFault),
        (503, {"retry-after": "2"}, b"", Overloaded),
        (429, {}, b"", Overloaded),
        (404, {}, b"", SystemFault),
        (400, {}, b"{}", SystemFault),
        (301, {}, b"", ReplyUnreadable),
    ],
)
def test_statuses(
    status: int, headers: dict[str, str], body: bytes, error: type[Exception] | None
) -> None:
    """Each status becomes an answer to read or the error that says what to do."""
    sender = Sender(settings(C06), tools(Recorder()))
    reply = WireReply(status, headers, body)
    if error is None:
        assert sender.judge(reply, "S") is reply
        return
    with pytest.raises(error) as caught:
        sender.judge(reply, "S")
    if isinstance(caught.value, SystemFault):
        assert caught.value.retryable is (status >= 500)


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (500, Sent.MAYBE),
        (501, Sent.ANSWERED),
        (502, Sent.MAYBE),
        (503, Sent.ANSWERED),
        (504, Sent.MAYBE),
        (404, Sent.ANSWERED),
    ],
)
def test_a_server_that_failed_may_have_done_it(status: int, sent: Sent) -> None:
    """After a failure half-way, or a gateway that stopped waiting, a write may have arrived."""
    sender = Sender(settings(C06), tools(Recorder()))
    with pytest.raises(SystemFault) as caught:
        sender.judge(WireReply(status, {}, b""), "S")
    assert caught.value.sent is sent


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Tue, 24 Nov 2026 08:00:30 GMT", 29.877),
        ("Tue, 24 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("99999999999999999999", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    """``Retry-After`` in seconds or as a date; nonsense counts as absent."""
    sender = Sender(settings(C06), tools(Recorder()))
    with pytest.raises(Overloaded) as caught:
        sender.judge(WireReply(429, {"retry-after": value}, b""), "S")
    found = caught.value.retry_after_s
    assert found is None if seconds is None else found == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize(
    ("channel", "named"),
    [
        ({}, r"channel\.kind"),
        ({"kind": "xroad9"}, r"channel\.kind"),
        ({"kind": "c06", "username": "u", "secret": "s"}, r"channel\.sv_url"),
        ({**C06, "timestamp_unit": "min"}, r"channel\.timestamp_unit"),
        ({**NGSP, "secrets": "hunter2"}, r"channel\.secrets"),
        ({**LGSP, "officers": {"a": {"key_name": "n"}}}, r"channel\.officers\.a\.key_pass"),
    ],
)
def test_wrong_settings_are_named(channel: dict[str, Any], named: str) -> None:
    """A wrong, unknown or missing key is named, and no value is shown."""
    with pytest.raises(ConfigurationError, match=rf"systems\.population\.{named}") as caught:
        build_channel(settings(channel), tools(Recorder()))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "status", "inner"),
    [
        (b'{"code": 200, "status": "OK", "correlationId": "1", "response": {"a": "\xc4\x91"}}', 200, b'{"a":"\xc4\x91"}'),
        (b'{"code": "404", "response": "<a/>"}', 404, b"<a/>"),
        (b'{"code": 401, "response": null}', 401, b"null"),
        (b'{"code": "OK", "response": "{}"}', 200, b"{}"),
        (b'{"response": []}', 200, b"[]"),
        (b'{"Data": {}}', 200, b'{"Data": {}}'),
        (b"[]", 200, b"[]"),
        (b"<html>", 200, b"<html>"),
        (b"", 200, b""),
    ],
)  # fmt: skip
async def test_the_envelope_is_opened_where_there_is_one(
    body: bytes, status: int, inner: bytes
) -> None:
    """What stands under ``response`` is the answer and ``code`` its status; anything else stays as it came."""
    recorder = Recorder(lambda _: WireReply(200, {}, body))
    sender = Sender(settings({"kind": "open", "envelope": "response"}), tools(recorder))
    request = WireRequest("S", "GET", "https://127.0.0.1:1/", {})
    reply = await sender.send(request, call())
    assert (reply.status, reply.body) == (status, inner)
    assert (await sender.send_own(request)).body == inner
    closed = Sender(settings({"kind": "open"}), tools(recorder))
    assert (await closed.send(request, call())).body == body
