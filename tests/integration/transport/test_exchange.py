"""What goes out and what comes back when all is well."""

import asyncio
import logging
from typing import Any

import pytest

from lienthong.interface import ReplyUnreadable


def head_of(request: bytes) -> dict[bytes, bytes]:
    lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)}


async def test_request_arrives_as_given(stand: Any, answering: Any) -> None:
    """Method, path with its escapes, headers in their own case and body arrive unchanged."""
    far = await stand(answering)
    reply = await far.send(
        "POST", "Đỗ".encode(), headers={"SOAPAction": '"x"'}, path="/a%2Fb/%7Ex?y=1"
    )
    request = far.seen.requests[0]
    assert request.startswith(b"POST /tra-cuu/a%2Fb/%7Ex?y=1 HTTP/1.1\r\n")
    assert b'SOAPAction: "x"\r\n' in request
    assert request.endswith("Đỗ".encode())
    assert head_of(request)[b"accept-encoding"] == b"identity"
    assert head_of(request)[b"host"] == f"localhost:{far.port}".encode()
    assert (reply.status, reply.body) == (200, b"{}")


async def test_a_get_has_no_body(stand: Any, answering: Any) -> None:
    """A GET travels without body and length."""
    far = await stand(answering)
    await far.send("GET", b"")
    assert b"content-length" not in head_of(far.seen.requests[0])


async def test_own_headers_win_but_compression_is_never_asked_for(
    stand: Any, answering: Any
) -> None:
    """The caller's user agent replaces ours in any case of letters; accept-encoding stays ours."""
    far = await stand(answering)
    await far.send(headers={"User-Agent": "x", "Accept-Encoding": "gzip"})
    request = far.seen.requests[0]
    assert request.lower().count(b"user-agent") == 1
    assert head_of(request)[b"user-agent"] == b"x"
    assert head_of(request)[b"accept-encoding"] == b"identity"


async def test_headers_come_back_in_lower_case_and_folded(stand: Any) -> None:
    """Names in lower case; repeated headers joined with a comma."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(b"HTTP/1.1 200 OK\r\nX-One: a\r\nX-ONE: b\r\ncontent-length: 0\r\n\r\n")

    reply = await (await stand(behave)).send()
    assert reply.headers["x-one"] == "a, b"
    assert reply.body == b""


@pytest.mark.parametrize("status", [204, 302, 401, 404, 429, 500, 503])
async def test_every_status_is_an_answer(stand: Any, status: Any) -> None:
    """Redirects are not followed and errors are not raised: the connector judges them."""

    async def behave(wire: Any) -> None:
        await wire.request()
        body = b"" if status == 204 else b"sorry"
        await wire.say(
            f"HTTP/1.1 {status} x\r\nlocation: /else\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body
        )

    far = await stand(behave)
    reply = await far.send()
    assert reply.status == status
    assert len(far.seen.requests) == 1


async def test_a_chunked_answer_is_put_together(stand: Any) -> None:
    """Chunks become one body."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
        await wire.say(b"2\r\nde\r\n0\r\n\r\n")

    assert (await (await stand(behave)).send()).body == b"abcde"


async def test_a_large_body_goes_both_ways(stand: Any) -> None:
    """Five megabytes out, five back, on one connection, twice."""
    large = b"x" * 5_000_000

    async def behave(wire: Any) -> None:
        while True:
            request = await wire.request()
            body = request.partition(b"\r\n\r\n")[2]
            await wire.say(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    far = await stand(behave)
    for _ in range(2):
        assert (await far.send(body=large)).body == large
    assert far.seen.connections == 1


async def test_connections_are_kept_and_bounded(stand: Any, answering: Any) -> None:
    """Sixty calls through four places use at most four connections."""
    far = await stand(answering, at_once=4)
    await asyncio.gather(*(far.send() for _ in range(60)))
    assert len(far.seen.requests) == 60
    assert far.seen.connections <= 4


async def test_cookies_are_forgotten(stand: Any) -> None:
    """No call carries what an earlier answer wanted to set."""

    async def behave(wire: Any) -> None:
        while True:
            await wire.request()
            await wire.say(b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n")

    far = await stand(behave)
    await far.send()
    await far.send()
    assert b"cookie" not in head_of(far.seen.requests[1])


async def test_proxies_of_the_environment_are_ignored(
    stand: Any, answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy variable on the machine changes nothing."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await (await stand(answering)).send()).status == 200


async def test_a_compressed_answer_is_refused(stand: Any) -> None:
    """We asked for plain bytes; a compressed body could unpack to any size."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f\x8b"
        )

    with pytest.raises(ReplyUnreadable, match="compressed"):
        await (await stand(behave)).send()


@pytest.mark.parametrize("declared", [True, False])
async def test_an_oversized_answer_is_refused_without_reading_it(stand: Any, declared: Any) -> None:
    """Beyond limits.body_mb reading stops, whether the size was declared or not, and the connection is closed."""
    sent = 0
    gone = asyncio.Event()

    async def behave(wire: Any) -> None:
        nonlocal sent
        await wire.request()
        if declared:
            await wire.say(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        else:
            await wire.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        piece = b"x" * 100_000
        try:
            while sent < 100_000_000:
                await wire.say(piece if declared else b"186a0\r\n" + piece + b"\r\n")
                sent += len(piece)
        finally:
            gone.set()

    far = await stand(behave, body_mb=1)
    with pytest.raises(ReplyUnreadable, match="larger than 1 MB"):
        await far.send()
    await gone.wait()
    assert sent < 50_000_000


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (b"[" + b"0," * 200 + b"0]", "values"),
        (b"<a>" + b"<b/>" * 200 + b"</a>", "values"),
        (b"[" * 20 + b"]" * 20, "depth"),
    ],
)
async def test_an_answer_that_holds_too_much_is_refused(
    stand: Any, body: bytes, limit: str
) -> None:
    """Beyond limits.values or limits.depth an answer is not handed on, and the connection lives on; higher limits let it pass."""

    async def behave(wire: Any) -> None:
        for _ in range(2):
            await wire.request()
            await wire.say(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))

    far = await stand(behave, values=100, depth=8)
    for _ in range(2):
        with pytest.raises(ReplyUnreadable, match=rf"limits\.{limit}"):
            await far.send()
    far = await stand(behave, values=1000, depth=50)
    assert (await far.send()).body == body


async def test_nothing_of_a_call_is_logged(
    stand: Any, answering: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Even with every logger at DEBUG no URL, header or body shows up."""
    caplog.set_level(logging.DEBUG)
    far = await stand(answering)
    await far.send(headers={"authorization": "Bearer secret-token"}, path="?so=001099012345")
    assert "secret-token" not in caplog.text
    assert "001099012345" not in caplog.text
