"""The map from exceptions to the interface's errors, complete."""

import errno
import socket
import ssl
from typing import Any

import h11
import httpcore2
import httpx
import pytest

from lienthong.interface import (
    ConfigurationError,
    CredentialsRefused,
    InvalidRequest,
    MaybeArrived,
    ReplyUnreadable,
    Unreachable,
)
from lienthong.transport._failures import as_interface_error
from lienthong.transport._pool import _HTTPX_ERRORS


def judged(error: Any, *, began: Any = True) -> Any:
    return as_interface_error(error, began=began, system="land", service="TiepNhan")


def caused(kind: Any, cause: Any) -> Any:
    error = kind("text that nobody repeats")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "before", "after"),
    [
        (httpx.ConnectError("x"), Unreachable, Unreachable),
        (httpx.ConnectTimeout("x"), Unreachable, Unreachable),
        (httpx.PoolTimeout("x"), Unreachable, Unreachable),
        (httpx.ReadError("x"), Unreachable, MaybeArrived),
        (httpx.ReadTimeout("x"), Unreachable, MaybeArrived),
        (httpx.WriteError("x"), Unreachable, MaybeArrived),
        (httpx.WriteTimeout("x"), Unreachable, MaybeArrived),
        (httpx.RemoteProtocolError("x"), Unreachable, MaybeArrived),
        (httpx.LocalProtocolError("x"), InvalidRequest, InvalidRequest),
        (httpx.UnsupportedProtocol("x"), ConfigurationError, ConfigurationError),
        (httpx.InvalidURL("x"), ConfigurationError, ConfigurationError),
        (TimeoutError("x"), Unreachable, MaybeArrived),
        (ConnectionResetError("x"), Unreachable, MaybeArrived),
        (UnicodeEncodeError("ascii", "x", 0, 1, "x"), InvalidRequest, InvalidRequest),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_before_and_after_the_first_byte(error: Any, before: Any, after: Any) -> None:
    """The same exception means "not sent" before the first byte and "may have arrived" after it."""
    assert type(judged(error, began=False)) is before
    assert type(judged(error, began=True)) is after


def test_every_error_of_the_pool_is_translated() -> None:
    """No exception of httpcore2 that a request can meet escapes the map."""
    met = {
        kind
        for kind in vars(httpcore2).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and not kind.__subclasses__()
    }
    # The pool deals with the first itself; the second belongs to proxies.
    assert met - set(_HTTPX_ERRORS) == {httpcore2.ConnectionNotAvailable, httpcore2.ProxyError}


def verification(code: Any) -> Any:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_code = code
    return error


def alert(reason: Any) -> Any:
    error = ssl.SSLError(1, "x")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (verification(10), "expired"),
        (verification(9), "not valid yet"),
        (verification(62), "another host"),
        (verification(64), "another host"),
        (verification(18), "trusted authority"),
        (verification(20), "trusted authority"),
        (alert("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "certificate_required"),
        (alert("TLSV1_ALERT_UNKNOWN_CA"), "unknown_ca"),
        (alert("SSLV3_ALERT_BAD_CERTIFICATE"), "bad_certificate"),
        (alert("SSLV3_ALERT_CERTIFICATE_EXPIRED"), "certificate_expired"),
        (alert("TLSV1_ALERT_ACCESS_DENIED"), "access_denied"),
        (alert("SSLV3_ALERT_HANDSHAKE_FAILURE"), "handshake was refused"),
    ],
)
@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadError])
def test_trust(kind: Any, cause: Any, says: Any) -> None:
    """A certificate refused, theirs or ours, at the handshake or at the first read, is told in words."""
    found = judged(caused(kind, cause))
    assert type(found) is CredentialsRefused
    assert says in found.problem


@pytest.mark.parametrize(
    "reason", ["WRONG_VERSION_NUMBER", "TLSV1_ALERT_PROTOCOL_VERSION", "TLSV1_ALERT_INTERNAL_ERROR"]
)
def test_tls_trouble_that_is_not_about_trust(reason: Any) -> None:
    """No common TLS is a matter of reaching the system, not of credentials."""
    found = judged(caused(httpx.ConnectError, alert(reason)), began=False)
    assert type(found) is Unreachable
    assert "TLS 1.2" in found.problem


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (socket.gaierror(-2, "x"), "does not resolve"),
        (OSError(errno.ECONNREFUSED, "x"), "refused"),
        (OSError(errno.EHOSTUNREACH, "x"), "route to the host"),
        (OSError(errno.ENETUNREACH, "x"), "route to the network"),
        (OSError(errno.EMFILE, "x"), "no connection"),
    ],
)
def test_why_there_is_no_connection(cause: Any, says: Any) -> None:
    """The operator reads which of network, name or service is missing."""
    assert says in judged(caused(httpx.ConnectError, cause)).problem


def test_causes_survive_the_pool() -> None:
    """httpcore2's pool drops ``__cause__``; the reason is found in the wrapped argument."""
    error = caused(httpx.ConnectError, httpcore2.ConnectError(verification(10)))
    assert type(judged(error)) is CredentialsRefused


def test_headers_beyond_the_limit_are_unreadable() -> None:
    """h11 marks them with the status 431."""
    cause = h11.RemoteProtocolError("x", error_status_hint=431)
    assert type(judged(caused(httpx.RemoteProtocolError, cause))) is ReplyUnreadable


def test_messages_repeat_nothing() -> None:
    """Texts of exceptions can carry URLs and values; ours never repeat them."""
    for kind in (httpx.ReadError, httpx.ConnectError, httpx.LocalProtocolError, httpx.InvalidURL):
        assert "001099012345" not in str(judged(kind("https://x/?so=001099012345")))
