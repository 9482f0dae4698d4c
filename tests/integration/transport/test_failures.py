"""Every way in which a call can fail, each against a server that fails in that way."""

import asyncio
import socket
from typing import Any

import pytest

from lienthong.interface import (
    ConfigurationError,
    InvalidRequest,
    MaybeArrived,
    ReplyUnreadable,
    Sent,
    Unreachable,
    WireRequest,
)

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"


async def never(wire: Any) -> None:
    raise AssertionError("no connection was expected")


async def test_refused(stand: Any) -> None:
    """Nobody listens: not sent, safe to repeat."""
    far = await stand(never)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        far.url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(Unreachable, match="refused") as caught:
            await far.send()
    assert (caught.value.sent, caught.value.retryable) == (Sent.NO, True)
    assert caught.value.system == "population"
    assert caught.value.service == "TraCuu"


async def test_no_such_name(stand: Any) -> None:
    """A name that does not resolve: not sent."""
    far = await stand(never)
    far.url = "http://no-such-host.invalid/"
    with pytest.raises(Unreachable, match="does not resolve"):
        await far.send()


async def test_no_connection_in_time(stand: Any) -> None:
    """A listener whose queue is full: the connect limit ends the wait."""
    far = await stand(never, connect_s=0.05)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = []
        try:
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(deaf.getsockname())
                fillers.append(filler)
            far.url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
            with pytest.raises(Unreachable, match="in time"):
                await far.send()
        finally:
            for filler in fillers:
                filler.close()


async def test_no_free_connection_in_time(stand: Any) -> None:
    """All places taken: not sent, and the place is free again for the next."""
    release = asyncio.Event()

    async def behave(wire: Any) -> None:
        while True:
            await wire.request()
            await release.wait()
            await wire.say(HEAD + b"0123456789")

    far = await stand(behave, at_once=1, connect_s=0.05)
    first = asyncio.create_task(far.send())
    await far.connections.get()
    with pytest.raises(Unreachable, match="no free connection"):
        await far.send()
    release.set()
    assert (await first).status == 200
    assert (await far.send()).status == 200
    assert len(far.seen.requests) == 2


async def test_time_up_before_a_connection(stand: Any) -> None:
    """The attempt's time ends while it waits for a place: not sent."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.until_gone()

    far = await stand(behave, at_once=1)
    first = asyncio.create_task(far.send())
    await far.connections.get()
    with pytest.raises(Unreachable, match="before the request was sent"):
        await far.send(timeout_s=0.05)
    first.cancel()
    await asyncio.wait({first})


async def closed(wire: Any) -> None:
    await wire.request()


async def reset(wire: Any) -> None:
    await wire.request()
    wire.reset()


async def truncated(wire: Any) -> None:
    await wire.request()
    await wire.say(HEAD + b"01234")


async def truncated_chunks(wire: Any) -> None:
    await wire.request()
    await wire.say(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n012")


async def half_a_head(wire: Any) -> None:
    await wire.request()
    await wire.say(b"HTTP/1.1 200 OK\r\ncontent-le")


async def garbage(wire: Any) -> None:
    await wire.request()
    await wire.say(b"\x00\x01\x02 not HTTP at all\r\n\r\n")


@pytest.mark.parametrize(
    "behave", [closed, reset, truncated, truncated_chunks, half_a_head, garbage]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_sent_and_no_whole_answer(stand: Any, behave: Any, method: Any) -> None:
    """It may have been processed; the server saw it exactly once, and nothing repeats it by itself."""
    far = await stand(behave)
    with pytest.raises(MaybeArrived) as caught:
        await far.send(method, b"" if method == "GET" else b"{}")
    assert caught.value.sent is Sent.MAYBE
    assert len(far.seen.requests) == 1


@pytest.mark.parametrize("start", [b"", HEAD + b"012"])
async def test_slow_answers_end_with_the_attempt(stand: Any, start: Any) -> None:
    """Silence, or a body that trickles in, ends when the attempt's time is up; the connection is closed."""
    gone = asyncio.Event()

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(start)
        await wire.until_gone()
        gone.set()

    far = await stand(behave)
    with pytest.raises(MaybeArrived, match="in time"):
        await far.send(timeout_s=0.1)
    await gone.wait()


async def test_headers_without_end(stand: Any) -> None:
    """Headers beyond 100 KB are no answer."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(b"HTTP/1.1 200 OK\r\n" + b"x-a: " + b"y" * 400_000)
        await wire.until_gone()

    with pytest.raises(ReplyUnreadable, match="headers"):
        await (await stand(behave)).send()


async def test_a_kept_connection_closed_while_idle_is_replaced(stand: Any) -> None:
    """The far side closed while nothing was under way: a new connection, no error, one request each."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(HEAD + b"0123456789")

    far = await stand(behave)
    for _ in range(5):
        assert (await far.send()).status == 200
    assert (far.seen.connections, len(far.seen.requests)) == (5, 5)


async def test_an_idle_death_not_yet_noticed_by_the_loop(stand: Any) -> None:
    """The far side's farewell is in the socket but not read yet: noticed before a byte of the request leaves."""
    farewell = asyncio.Event()

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(HEAD + b"0123456789")
        await farewell.wait()

    far = await stand(behave)
    await far.send()
    wire = await far.connections.get()
    # Closed from below, so that our side's loop has had no turn to see it when the next call begins.
    sock = wire.writer.get_extra_info("socket")
    sock.shutdown(socket.SHUT_RDWR)
    farewell.set()
    assert (await far.send()).status == 200
    assert (far.seen.connections, len(far.seen.requests)) == (2, 2)


async def test_a_kept_connection_dying_under_a_request(stand: Any) -> None:
    """It died after the request was written: nobody can tell, so it may have arrived."""

    async def behave(wire: Any) -> None:
        await wire.request()
        await wire.say(HEAD + b"0123456789")
        await wire.request()

    far = await stand(behave)
    await far.send()
    with pytest.raises(MaybeArrived):
        await far.send("GET", b"")
    assert (far.seen.connections, len(far.seen.requests)) == (1, 2)


async def test_a_server_that_talks_first(stand: Any) -> None:
    """Something that is no HTTP server greets us and waits: no answer within the attempt."""

    async def behave(wire: Any) -> None:
        await wire.say(b"220 mail.example.vn ESMTP\r\n")
        await wire.until_gone()

    far = await stand(behave)
    with pytest.raises((Unreachable, MaybeArrived), match="time"):
        await far.send(timeout_s=0.1)


async def test_cancellation_passes_and_closes(stand: Any) -> None:
    """Cancelled under way: CancelledError, the connection is closed, the place is free."""
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def behave(wire: Any) -> None:
        await wire.request()
        if not gone.is_set():
            arrived.set()
            await wire.until_gone()
            gone.set()
        await wire.say(HEAD + b"0123456789")

    far = await stand(behave, at_once=1)
    task = asyncio.create_task(far.send())
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone.wait()
    assert (await far.send()).status == 200


async def test_an_early_answer_to_a_large_request(stand: Any) -> None:
    """The far side refuses before it has read the body: its answer counts, and the connection is not used again."""

    async def behave(wire: Any) -> None:
        await wire.reader.readuntil(b"\r\n\r\n")
        await wire.say(b"HTTP/1.1 413 x\r\ncontent-length: 0\r\n\r\n")
        await wire.until_gone()

    far = await stand(behave)
    reply = await far.send(body=b"x" * 7_000_000)
    assert reply.status == 413
    reply = await far.send(body=b"x")
    assert far.seen.connections == 2


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "Nguyễn", "a\x00"])
async def test_headers_that_cannot_travel(stand: Any, answering: Any, value: Any) -> None:
    """Line breaks and letters beyond ASCII in a header are refused before anything is sent."""
    far = await stand(answering)
    with pytest.raises(InvalidRequest) as caught:
        await far.send(headers={"x-officer": value})
    assert caught.value.field == "headers"
    assert value not in str(caught.value)
    assert far.seen.requests == []


@pytest.mark.parametrize("url", ["http://[::1", "ftp://localhost/", "http://localhost:x/"])
async def test_malformed_addresses(stand: Any, url: Any) -> None:
    """A malformed address is a mistake of the configuration, named without repeating it."""
    far = await stand(never)
    with pytest.raises(ConfigurationError, match=r"systems\.population\.url") as caught:
        await far.transport.send(WireRequest("TraCuu", "GET", url, {}), timeout_s=5)
    assert url not in str(caught.value)


async def test_no_message_carries_an_address(stand: Any) -> None:
    """URLs can carry secrets and identifiers: no error text repeats one."""
    far = await stand(closed)
    with pytest.raises(MaybeArrived) as caught:
        await far.send(path="?so=001099012345")
    assert "001099012345" not in str(caught.value)
    assert str(far.port) not in str(caught.value)
