"""The one-stop system is called over TLS: signed, in order, again and again until it takes each event."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import trustme

from lienthong import OneStop
from lienthong.cases import Callback, Delivered
from lienthong.cases._events import put_event
from lienthong.interface import ConfigurationError
from lienthong.settings import CallbackSettings, settings_from

from .conftest import Desk

SECRET = "callback-of-the-tests"
OK = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"

Fault = Callable[[asyncio.StreamWriter], Any]


def answers(status: str, *headers: str) -> bytes:
    """A whole answer."""
    lines = "".join(f"{line}\r\n" for line in headers)
    return f"HTTP/1.1 {status}\r\n{lines}content-length: 0\r\n\r\n".encode()


@dataclass
class Receiver:
    """A one-stop system's end on a real socket: takes events, unless told to misbehave the next times."""

    authority: trustme.CA = field(default_factory=trustme.CA)
    port: int = 0
    got: list[dict[str, Any]] = field(default_factory=list)
    """Every event that arrived whole, taken or not."""
    taken: list[int] = field(default_factory=list)
    faults: list[bytes] = field(default_factory=list)
    """What is said instead of a yes, one after another; empty bytes cut the connection."""
    heads: list[dict[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def open(self, host: str = "localhost") -> AsyncIterator[None]:
        """Listens, on the same port as before if there was one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(host).configure_cert(context)
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                stamp = headers["x-lienthong-timestamp"]
                ours = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
                assert headers["x-lienthong-signature"] == f"sha256={ours.hexdigest()}"
                event = json.loads(body)
                assert headers["x-lienthong-event"] == str(event["id"])
                self.got.append(event)
                self.heads.append(headers)
                if self.faults:
                    said = self.faults.pop(0)
                    writer.write(said)
                    await writer.drain()
                    writer.transport.abort()
                    return
                self.taken.append(event["id"])
                writer.write(OK)
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()


@dataclass
class Called:
    """A desk that calls a receiver."""

    desk: Desk
    receiver: Receiver
    callback: Callback

    async def put(self, count: int = 1) -> None:
        """Events of no particular case."""
        for _ in range(count):
            async with self.desk.one_stop.desk.db.begin() as conn:
                await put_event(
                    conn,
                    kind="settled",
                    dossier="H31.14-261124-0001",
                    component="000.00.00.G15-KQ003229",
                    outcome="waived",
                    sentence_vi="Không cần nộp.",
                    sentence_en="Not needed.",
                    now=self.desk.clock(),
                )

    async def rounds(self, most: int = 30) -> int:
        """Works as the schedule would, time passing, until nothing waits; how many rounds it took."""
        for number in range(1, most + 1):
            if not (await self.callback.run_round()).waiting:
                return number
            self.desk.clock.put_forward(minutes=15)
        raise AssertionError


@asynccontextmanager
async def calling(desk: Desk, receiver: Receiver, folder: Path) -> AsyncIterator[Called]:
    """A door whose settings name the receiver."""
    ca = folder / f"receiver-{receiver.port}.pem"
    receiver.authority.cert_pem.write_to_path(str(ca))
    url = f"https://localhost:{receiver.port}/lienthong/events"
    wanted = CallbackSettings(url=url, secret=SECRET, ca=ca)
    settings = desk.settings.model_copy(update={"callback": wanted})
    async with OneStop.from_config(settings, now=desk.clock) as one_stop:
        yield Called(replace(desk, one_stop=one_stop), receiver, Callback(one_stop.desk))


@pytest_asyncio.fixture
async def called(any_desk: Desk, tmp_path: Path) -> AsyncIterator[Called]:
    """A receiver that listens, and a desk that knows it, on both databases."""
    receiver = Receiver()
    async with receiver.open(), calling(any_desk, receiver, tmp_path) as found:
        yield found


async def test_every_event_once_and_in_order(called: Called) -> None:
    """Without trouble each event is sent once, as the feed shows it."""
    await called.put(7)
    assert await called.callback.run_round(limit=5) == Delivered(5, 2)
    assert await called.callback.run_round() == Delivered(2, 0)
    assert await called.callback.run_round() == Delivered(0, 0)
    assert called.receiver.taken == list(range(1, 8))
    page = await called.desk.one_stop.events()
    assert called.receiver.got == [event.to_json() for event in page.events]
    await called.put()
    assert (await called.callback.run_round()).taken == 1


FAULTS = (
    answers("500 Internal Server Error"),
    answers("301 Moved Permanently", "location: https://elsewhere.example/"),
    answers("404 Not Found"),
    answers("429 Too Many Requests"),
    b"",
    b"HTTP/1.1 20",
    b"not HTTP at all\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab",
)


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_was_not_taken_comes_again(called: Called, fault: bytes) -> None:
    """Whatever goes wrong, the same event comes again before any later one."""
    await called.put(3)
    called.receiver.faults = [fault, fault]
    assert await called.rounds() == 3
    assert [event["id"] for event in called.receiver.got] == [1, 1, 1, 2, 3]
    assert called.receiver.taken == [1, 2, 3]


async def test_a_lost_yes_is_told_twice_never_out_of_order(called: Called) -> None:
    """Faults between the events: at least once each, and the numbers never go back."""
    await called.put(6)
    called.receiver.faults = [*FAULTS]
    await called.rounds()
    ids = [event["id"] for event in called.receiver.got]
    assert ids == sorted(ids)
    assert called.receiver.taken == [1, 2, 3, 4, 5, 6]


async def test_it_knocks_ever_more_seldom(called: Called) -> None:
    """After each failure the rest doubles, up to a quarter of an hour; a success begins anew. Each attempt is signed anew."""
    await called.put(2)
    called.receiver.faults = [answers("503 Service Unavailable")] * 12
    waited, asked = [], 0
    for _ in range(20_000):
        if called.receiver.taken == [1, 2]:
            break
        result = await called.callback.run_round()
        if len(called.receiver.got) > asked:
            waited.append(called.desk.clock.ahead.total_seconds())
            asked = len(called.receiver.got)
            assert result.problem in {"HTTP 503", ""}
        called.desk.clock.put_forward(seconds=2 if len(waited) < 6 else 100)
    rests = [later - earlier for earlier, later in itertools.pairwise(waited)]
    assert rests[:5] == [2, 4, 8, 16, 32]
    assert rests == sorted(rests)
    assert max(rests) <= 1000
    stamps = [head["x-lienthong-timestamp"] for head in called.receiver.heads]
    assert len(set(stamps[:12])) == 12


async def test_an_unknown_certificate_gets_nothing(any_desk: Desk, tmp_path: Path) -> None:
    """Of a far side that cannot prove who it is not a byte of an event is shown; its own one is served afterwards."""
    trusted, stranger = Receiver(), Receiver()
    async with stranger.open():
        trusted.port = stranger.port
        async with calling(any_desk, trusted, tmp_path) as called:
            await called.put()
            result = await called.callback.run_round()
            assert result.waiting
            assert result.problem
            assert stranger.got == []
    async with trusted.open(), calling(any_desk, trusted, tmp_path) as called:
        await called.rounds()
        assert trusted.taken == [1]


async def test_nobody_there(called: Called, any_desk: Desk, tmp_path: Path) -> None:
    """A receiver that is away for long misses nothing."""
    gone = Receiver(port=1)
    async with calling(any_desk, gone, tmp_path) as away:
        await away.put(2)
        assert (await away.callback.run_round()).problem == "Unreachable"
    any_desk.clock.put_forward(minutes=15)
    await called.rounds()
    assert called.receiver.taken == [1, 2]


async def test_two_processes_do_not_mix_the_order(called: Called) -> None:
    """Should two deliver at once, the one that comes second stops; numbers at the receiver never go back."""
    await called.put(20)
    other = Callback(called.desk.one_stop.desk)
    await asyncio.gather(called.callback.run_round(), other.run_round())
    await called.rounds()
    assert sorted(set(called.receiver.taken)) == list(range(1, 21))
    first = [called.receiver.taken.index(number) for number in range(1, 21)]
    assert first == sorted(first)


async def test_without_an_address_nobody_is_called(desk: Desk) -> None:
    """Nothing is configured: events wait in the feed and nothing is tried."""
    assert await Callback(desk.one_stop.desk).run_round() == Delivered(0, 0)


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"url": "http://one-stop.example/x", "secret": SECRET}, "url"),
        ({"url": "https://one-stop.example/x"}, "secret"),
        ({"url": "https://one-stop.example/x", "secret": "short"}, "16"),
    ],
)
def test_a_callback_without_protection_is_refused(
    table: dict[str, str], word: str, tmp_path: Path
) -> None:
    """Plain HTTP, no secret or a short one: the configuration is wrong, and says where."""
    raw = {
        "site": {"agency": "H31", "name": "x"},
        "store": {"url": "sqlite:///x", "content": "c", "keys": "k"},
        "catalogue": {"path": "."},
        "callback": table,
    }
    with pytest.raises(ConfigurationError, match=word):
        settings_from(raw, tmp_path)


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    """`secret_file` is read like every other secret."""
    (tmp_path / "secret").write_text(f"{SECRET}\n", "utf-8")
    raw = {
        "site": {"agency": "H31", "name": "x"},
        "store": {"url": "sqlite:///x", "content": "c", "keys": "k"},
        "catalogue": {"path": "."},
        "callback": {"url": "https://one-stop.example/x", "secret_file": "secret"},
    }
    settings = settings_from(raw, tmp_path)
    assert settings.callback.secret == SECRET
    assert SECRET not in repr(settings)


async def test_what_was_not_taken_is_kept(called: Called) -> None:
    """Old events that the receiver has not taken stay until it does; those removed before it was ever called are not waited for."""
    await called.put(3)
    await called.callback.run_round(limit=1)
    await called.desk.later(days=181)
    assert await called.callback.forget() == 1
    assert (await called.callback.run_round()).taken == 2
    assert await called.callback.forget() == 2
    assert await called.callback.run_round() == Delivered(0, 0)
    await called.put()
    assert (await called.callback.run_round()).taken == 1
    assert called.receiver.taken == [1, 2, 3, 4]


async def test_a_receiver_named_late_begins_at_what_is_kept(desk: Desk, tmp_path: Path) -> None:
    """Nobody was to be called for half a year: the receiver gets what is kept, and the log says what is gone."""
    receiver = Receiver()
    async with receiver.open(), calling(desk, receiver, tmp_path) as called:
        await called.put(2)
        await desk.later(days=181)
        assert await Callback(desk.one_stop.desk).forget() == 2
        await called.put(2)
        assert (await called.callback.run_round()).taken == 2
        assert receiver.taken == [3, 4]
