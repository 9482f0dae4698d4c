"""What the channels without token, with password grant and with a session in the body put on the wire."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from lienthong.interface import (
    Call,
    Channel,
    CredentialsRefused,
    Hop,
    MaybeArrived,
    ReplyUnreadable,
    Sent,
    SessionEnded,
    SystemFault,
    SystemSettings,
    Tools,
    Unreachable,
    WireReply,
    WireRequest,
)
from lienthong_connectors.channels import build_channel

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PORTAL: dict[str, Any] = {
    "kind": "portal",
    "username": "tai-khoan",
    "password": "mat-khau",
    "dstcode": "VN:1",
    "madonvi": "000.00.00.H31",
    "auth_path": "api/auth",
}
ILIS: dict[str, Any] = {
    "kind": "ilis",
    "username": "u",
    "password": "p & q",
    "client_id": "c",
}
REQUEST = WireRequest("S", "POST", "https://127.0.0.1:1/x/s", {"a": "b"}, b'{"service":"S"}')


class Recorder:
    """A transport that remembers requests and answers from a function: the seam, not the wire."""

    def __init__(self, answer: Callable[[WireRequest, int], WireReply]) -> None:
        self.requests: list[WireRequest] = []
        self.certificate_expires = None
        self._answer = answer

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        self.requests.append(request)
        return self._answer(request, len(self.requests))

    async def aclose(self) -> None:
        """Nothing is open."""


class Clock:
    """A time that moves by hand."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


def reply(content: Any, status: int = 200) -> WireReply:
    """A JSON answer."""
    return WireReply(status, {}, json.dumps(content).encode())


def hub(*answers: Any) -> Callable[[WireRequest, int], WireReply]:
    """A hub that numbers its sessions and gives these answers in turn, the last one for ever."""
    left = list(answers)
    logins = 0

    def respond(request: WireRequest, _: int) -> WireReply:
        nonlocal logins
        if request.service == "login":
            logins += 1
            return reply({"error_code": "00", "message": "", "session": f"s{logins}"})
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, WireReply) else reply(answer)

    return respond


def build(
    channel: dict[str, Any],
    answer: Callable[[WireRequest, int], WireReply],
    now: Callable[[], datetime] = lambda: NOW,
) -> tuple[Channel, Recorder]:
    """A channel on a recorder."""
    recorder = Recorder(answer)

    def no_soap(path: object) -> Any:
        raise AssertionError(path)

    settings = SystemSettings(
        name="hub", connector="operations_centre", url="https://127.0.0.1:1/x", channel=channel
    )
    return build_channel(settings, Tools(transport=recorder, soap=no_soap, now=now)), recorder


def call() -> Call:
    """A call without a case."""
    return Call(None, "r-1", time.monotonic() + 30)


async def test_open_sends_as_is() -> None:
    """No token: the request leaves unchanged."""
    channel, recorder = build({"kind": "open"}, lambda *_: reply({}))
    await channel.sign_in(call())
    await channel.send(REQUEST, call())
    assert recorder.requests == [REQUEST]
    assert channel.state().token_expires is None


@pytest.mark.parametrize("secret", ["", "geheim"])
async def test_ilis_signs_in_with_the_password_grant(secret: str) -> None:
    """A form with account and client, the secret only where there is one; then Bearer."""
    channel, recorder = build(
        ILIS | ({"client_secret": secret} if secret else {}),
        lambda *_: reply({"access_token": "t", "expires_in": "3600", "refresh_token": "r"}),
    )
    await channel.send(REQUEST, call())
    login, sent = recorder.requests
    assert login.url == "https://127.0.0.1:1/x/token"
    form = {
        "grant_type": ["password"],
        "username": ["u"],
        "password": ["p & q"],
        "client_id": ["c"],
    }
    assert parse_qs(login.body.decode()) == form | ({"client_secret": [secret]} if secret else {})
    assert sent.headers == {"a": "b", "Authorization": "Bearer t"}
    assert channel.state().token_expires == NOW + timedelta(hours=1)


async def test_ilis_renews_once_on_401() -> None:
    """A refused token is renewed once; refused again, it is the operator's to solve."""
    channel, recorder = build(
        ILIS,
        lambda request, _: (
            reply({"access_token": "t", "expires_in": 3600})
            if request.service == "token"
            else reply({}, 401)
        ),
    )
    with pytest.raises(CredentialsRefused):
        await channel.send(REQUEST, call())
    assert [request.service for request in recorder.requests] == ["token", "S", "token", "S"]


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        (b"{}", {}),
        (b'{"service":"S","data":[{"a":"\xc4\x91"}]}', {"service": "S", "data": [{"a": "đ"}]}),
    ],
)
async def test_portal_puts_the_session_in_the_body(body: bytes, rest: dict[str, Any]) -> None:
    """Login with dstcode, then session and madonvi in front of the connector's own members."""
    channel, recorder = build(PORTAL, hub({"error_code": 0}))
    request = WireRequest("S", "POST", "https://127.0.0.1:1/x/s", {"a": "b"}, body)
    await channel.send(request, call())
    login, sent = recorder.requests
    assert login.url == "https://127.0.0.1:1/x/api/auth"
    assert json.loads(login.body) == {"username": "tai-khoan", "password": "mat-khau"}
    assert login.headers["dstcode"] == "VN:1"
    assert sent.headers == {"a": "b", "dstcode": "VN:1"}
    assert json.loads(sent.body) == {"session": "s1", "madonvi": "000.00.00.H31"} | rest


async def test_portal_keeps_a_session_ten_minutes() -> None:
    """One login serves all calls of ten minutes, then the next one signs in again."""
    clock = Clock()
    channel, recorder = build(PORTAL, hub({"error_code": 0}), clock)
    for minutes in (0, 5, 8, 10, 11):
        clock.time = NOW + timedelta(minutes=minutes)
        await channel.send(REQUEST, call())
    sessions = [
        json.loads(item.body)["session"] for item in recorder.requests if item.service == "S"
    ]
    assert sessions == ["s1", "s1", "s1", "s2", "s2"]


@pytest.mark.parametrize(
    "message",
    ["Session không hợp lệ", "Phiên làm việc đã hết hạn", "PHIÊN ĐĂNG NHẬP", "Chưa đăng nhập",
     "Please login", "invalid session", "Please log in again"],
)  # fmt: skip
async def test_portal_renews_once_when_a_failure_speaks_of_the_session(message: str) -> None:
    """A failing reply that speaks of session or login costs one login and one repetition."""
    channel, recorder = build(
        PORTAL, hub({"error_code": "-1", "message": message}, {"error_code": 0, "result": []})
    )
    answer = await channel.send(REQUEST, call())
    assert json.loads(answer.body)["error_code"] == 0
    assert [request.service for request in recorder.requests] == ["login", "S", "login", "S"]
    assert json.loads(recorder.requests[-1].body)["session"] == "s2"


@pytest.mark.parametrize(
    "content",
    [
        {"error_code": 0, "message": "session"},
        {"error_code": "00", "message": "Đăng nhập thành công"},
        {"error_code": -1, "message": "Sai phiên bản dữ liệu"},
        {"error_code": -1, "message": "Hồ sơ không tồn tại"},
        {"error_code": -1, "message": None},
        {"message": "session"},
        ["session"],
    ],
)
async def test_portal_does_not_renew_for_other_answers(content: Any) -> None:
    """Success, other failures and shapeless answers go to the connector as they are."""
    channel, recorder = build(PORTAL, hub(content))
    answer = await channel.send(REQUEST, call())
    assert json.loads(answer.body) == content
    assert len(recorder.requests) == 2


async def test_portal_gives_up_after_one_renewal() -> None:
    """A new session refused in words is SessionEnded, by HTTP 401 CredentialsRefused; nothing was done."""
    channel, recorder = build(PORTAL, hub({"error_code": -1, "message": "session"}))
    with pytest.raises(SessionEnded) as ended:
        await channel.send(REQUEST, call())
    assert ended.value.sent is Sent.NO
    assert len(recorder.requests) == 4
    channel, _ = build(PORTAL, hub(reply({}, 401)))
    with pytest.raises(CredentialsRefused):
        await channel.send(REQUEST, call())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply({"error_code": 1, "message": "tai-khoan sai", "session": "x"}), CredentialsRefused),
        (reply({"error_code": -1, "message": "tai-khoan sai"}), CredentialsRefused),
        (reply({}, 401), CredentialsRefused),
        (reply({}, 403), CredentialsRefused),
        (reply({}, 500), SystemFault),
        (reply({"error_code": 0, "session": ""}), ReplyUnreadable),
        (reply({"error_code": 0, "session": None}), ReplyUnreadable),
        (reply({"session": "s"}), ReplyUnreadable),
        (reply([]), ReplyUnreadable),
        (WireReply(200, {}, b"<html></html>"), ReplyUnreadable),
        (WireReply(200, {}, b""), ReplyUnreadable),
    ],
)
async def test_failed_logins(answer: WireReply, error: type[Exception]) -> None:
    """A login is good only with code 0 and a session; its failure lies at the channel and sent nothing."""
    channel, recorder = build(PORTAL, lambda *_: answer)
    with pytest.raises(error) as caught:
        await channel.send(REQUEST, call())
    failure = caught.value
    assert isinstance(failure, CredentialsRefused | SystemFault | ReplyUnreadable)
    assert failure.sent is Sent.NO
    assert failure.hop is Hop.CHANNEL
    assert "tai-khoan" not in str(failure)
    assert len(recorder.requests) == 1


async def test_a_lost_login_is_unreachable() -> None:
    """No answer to the login means that the request itself has not left."""

    def lose(request: WireRequest, _: int) -> WireReply:
        raise MaybeArrived("hub", request.service, "closed")

    channel, _ = build(PORTAL, lose)
    with pytest.raises(Unreachable) as caught:
        await channel.send(REQUEST, call())
    assert caught.value.sent is Sent.NO


async def test_secrets_stay_out_of_sight() -> None:
    """Neither password nor session shows in a channel's text form."""
    channel, _ = build(PORTAL, hub({"error_code": 0}))
    await channel.sign_in(call())
    shown = f"{channel!r} {channel.state()!r}"
    assert "mat-khau" not in shown
    assert "s1" not in shown
