"""What a failed request means to the caller: every exception of the network becomes one of the interface's errors.

=====================================================  =========================================
what happened                                          error
=====================================================  =========================================
no connection: refused, no route, no name, too slow    ``Unreachable``
far side speaks no TLS that we accept                  ``Unreachable``
no byte of the request had left                        ``Unreachable``
far side's certificate not trusted                     ``CredentialsRefused``
our certificate refused, also late as in TLS 1.3       ``CredentialsRefused``
headers of the answer too large                        ``ReplyUnreadable``
reset, closed, truncated, no HTTP, too slow            ``MaybeArrived``
our own headers cannot travel                          ``InvalidRequest``
address malformed                                      ``ConfigurationError``
=====================================================  =========================================
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

from lienthong.interface import (
    ConfigurationError,
    CredentialsRefused,
    InvalidRequest,
    LienthongError,
    MaybeArrived,
    ReplyUnreadable,
    Unreachable,
)

# OpenSSL X509_V_ERR_*: certificate expired or not yet valid; host name or address does not match.
_OUT_OF_TIME = frozenset({9, 10})
_WRONG_HOST = frozenset({62, 64})

_NO_CONNECTION = {
    errno.ECONNREFUSED: "the connection was refused",
    errno.ECONNRESET: "the connection was reset at once",
    errno.EHOSTUNREACH: "there is no route to the host",
    errno.ENETUNREACH: "there is no route to the network",
}


def as_interface_error(
    error: Exception, *, began: bool, system: str, service: str
) -> LienthongError:
    """The interface's error for an exception of httpx, ssl or asyncio.

    Args:
        error: What was raised.
        began: Whether a byte of the request had been handed to the socket.
        system: The national system.
        service: Wire name of the service.
    """
    return (
        _ours(error, system, service)
        or _refused_trust_or_size(error, system, service)
        or _network(error, began=began, system=system, service=service)
    )


def _ours(error: Exception, system: str, service: str) -> LienthongError | None:
    """The request itself cannot be sent."""
    if isinstance(error, httpx.LocalProtocolError | UnicodeError):
        return InvalidRequest(
            "headers", f"a header of {service} holds characters that cannot travel"
        )
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return ConfigurationError(
            f"The address of {system}/{service} is malformed; correct systems.{system}.url."
        )
    return None


def _refused_trust_or_size(error: Exception, system: str, service: str) -> LienthongError | None:
    """A certificate, ours or theirs, is refused, or the answer's headers are without end."""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLError) and (problem := _trust_problem(cause)):
            return CredentialsRefused(system, service, problem)
        if getattr(cause, "error_status_hint", None) == 431:  # h11: headers beyond its limit
            return ReplyUnreadable(system, service, "the headers of the answer are too large")
    return None


def _network(error: Exception, *, began: bool, system: str, service: str) -> LienthongError:
    """Nothing was sent, or nobody can tell."""
    if isinstance(error, httpx.ConnectError):
        return Unreachable(system, service, _connect_problem(error))
    if isinstance(error, httpx.ConnectTimeout):
        return Unreachable(system, service, "no connection in time (limits.connect_s)")
    if isinstance(error, httpx.PoolTimeout):
        return Unreachable(system, service, "no free connection in time (limits.at_once)")
    if began:
        return MaybeArrived(system, service, _maybe_problem(error))
    problem = "the connection ended before the request was sent"
    if isinstance(error, TimeoutError):
        problem = "the time was up before the request was sent"
    return Unreachable(system, service, problem)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        # httpcore2's pool clears ``__cause__``; what it wraps is the first argument.
        first = error.args[0] if error.args else None
        error = error.__cause__ or (first if isinstance(first, BaseException) else None)


def _trust_problem(error: ssl.SSLError) -> str:
    """Which certificate was refused and why; empty when the failure is not about trust."""
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _OUT_OF_TIME:
            return "the far side's certificate has expired or is not valid yet"
        if error.verify_code in _WRONG_HOST:
            return "the far side's certificate is for another host"
        return "the far side's certificate is not signed by a trusted authority"
    reason = error.reason or ""
    if "ALERT" not in reason or "PROTOCOL_VERSION" in reason or "INTERNAL_ERROR" in reason:
        return ""
    if "CERTIFICATE" in reason or "UNKNOWN_CA" in reason or "ACCESS_DENIED" in reason:
        return f"our client certificate is missing or refused ({reason.rpartition('ALERT_')[2].lower()})"
    if "HANDSHAKE_FAILURE" in reason:
        # TLS 1.2 servers also say this when they miss a client certificate.
        return "the TLS handshake was refused: client certificate missing or no common cipher"
    return ""


def _connect_problem(error: httpx.ConnectError) -> str:
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLError):
            return "the far side does not speak TLS 1.2 or newer on this port"
        if isinstance(cause, socket.gaierror):
            return "the host name does not resolve"
        if isinstance(cause, OSError) and cause.errno in _NO_CONNECTION:
            return _NO_CONNECTION[cause.errno]
    return "no connection"


def _maybe_problem(error: Exception) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no whole answer in time (limits.attempt_s)"
    if isinstance(error, httpx.RemoteProtocolError):
        return "the connection was closed without a whole answer, or the answer is not HTTP"
    return "the connection broke before the answer was whole"
