"""TLS: whose certificate is wrong, and in which way."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from lienthong.interface import CredentialsRefused, Sent, Unreachable

SOON = datetime(2040, 5, 6, 7, 8, 9, tzinfo=UTC)


async def test_trusted(stand: Any, answering: Any, authority: Any) -> None:
    """With the authority in the settings the call passes, and the certificate's end is known afterwards."""
    far = await stand(answering, tls=authority.server(until=SOON), ca=authority.file)
    assert far.transport.certificate_expires is None
    assert (await far.send()).status == 200
    assert (await far.send()).status == 200
    assert far.transport.certificate_expires == SOON
    assert far.seen.connections == 1


async def test_without_tls_there_is_no_certificate(stand: Any, answering: Any) -> None:
    """Plain HTTP has nothing that expires."""
    far = await stand(answering)
    await far.send()
    assert far.transport.certificate_expires is None


@pytest.mark.parametrize(
    ("server", "problem"),
    [
        ({"until": datetime.now(UTC) - timedelta(days=1)}, "expired"),
        ({"host": "else.example.vn"}, "another host"),
    ],
)
async def test_their_certificate_is_wrong(
    stand: Any, answering: Any, authority: Any, server: Any, problem: Any
) -> None:
    """Expired or for another host: refused, not sent, never retried, and the text says which."""
    far = await stand(answering, tls=authority.server(**server), ca=authority.file)
    with pytest.raises(CredentialsRefused, match=problem) as caught:
        await far.send()
    assert (caught.value.sent, caught.value.retryable) == (Sent.NO, False)
    assert far.seen.requests == []


@pytest.mark.parametrize("trusts_another", [True, False])
async def test_their_authority_is_unknown(
    stand: Any, answering: Any, authority: Any, other_authority: Any, trusts_another: Any
) -> None:
    """Signed by someone we do not trust, whether we trust one authority or the machine's store."""
    ca = other_authority.file if trusts_another else None
    far = await stand(answering, tls=authority.server(), ca=ca)
    with pytest.raises(CredentialsRefused, match="trusted authority"):
        await far.send()


async def test_our_certificate_opens_the_door(stand: Any, answering: Any, authority: Any) -> None:
    """Mutual TLS with the right certificate."""
    far = await stand(
        answering,
        tls=authority.demand_client(authority.server()),
        ca=authority.file,
        client_certificate=authority.client(),
    )
    assert (await far.send()).status == 200


@pytest.fixture
def strict_server() -> Iterator[Any]:
    """Starts servers that send OpenSSL's alert when they turn a client away, as real ones do and asyncio's does not."""
    with ExitStack() as stack:
        threads = []

        def start(context: Any) -> Any:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def serve() -> None:
                connection, _ = listener.accept()
                connection.settimeout(20)
                secured = context.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
                with secured, suppress(OSError):
                    try:
                        secured.do_handshake()
                    except ssl.SSLError:
                        # Closing with unread input would reset the connection and may destroy the alert on its way.
                        while socket.socket.recv(secured, 1000):
                            pass

            threads.append(Thread(target=serve))
            threads[-1].start()
            return listener.getsockname()[1]

        yield start
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("shows_one", [True, False])
async def test_our_certificate_is_refused(
    stand: Any,
    answering: Any,
    strict_server: Any,
    authority: Any,
    other_authority: Any,
    version: Any,
    shows_one: Any,
) -> None:
    """Missing or of another authority: refused at the handshake (TLS 1.2) or at the first read (TLS 1.3)."""
    context = authority.demand_client(authority.server())
    context.minimum_version = context.maximum_version = version
    far = await stand(
        answering,
        ca=authority.file,
        client_certificate=other_authority.client() if shows_one else None,
    )
    far.url = f"https://localhost:{strict_server(context)}/"
    with pytest.raises(CredentialsRefused, match="client certificate") as caught:
        await far.send()
    assert caught.value.sent is Sent.NO


async def test_no_tls_on_their_side(stand: Any, authority: Any) -> None:
    """Plain HTTP where TLS was expected: unreachable, and it says why."""

    async def behave(wire: Any) -> None:
        await wire.reader.read(1000)
        await wire.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    far = await stand(behave, url_scheme="https", ca=authority.file)
    with pytest.raises(Unreachable, match="does not speak TLS"):
        await far.send()


async def test_closed_during_the_handshake(stand: Any, authority: Any) -> None:
    """A port that hangs up on us: unreachable."""

    async def behave(wire: Any) -> None:
        await wire.reader.read(1000)

    far = await stand(behave, url_scheme="https", ca=authority.file)
    with pytest.raises(Unreachable):
        await far.send()


async def test_a_handshake_that_never_ends(stand: Any, authority: Any) -> None:
    """Silence instead of a handshake ends with the connect limit."""

    async def behave(wire: Any) -> None:
        await wire.until_gone()

    far = await stand(behave, url_scheme="https", ca=authority.file, connect_s=0.1)
    with pytest.raises(Unreachable, match="connect_s"):
        await far.send()


async def test_cancelled_in_the_handshake(stand: Any, authority: Any) -> None:
    """Cancellation during the handshake passes and closes the connection."""
    gone = asyncio.Event()

    async def behave(wire: Any) -> None:
        try:
            await wire.until_gone()
        finally:
            gone.set()

    far = await stand(behave, url_scheme="https", ca=authority.file)
    task = asyncio.create_task(far.send())
    await far.connections.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone.wait()
