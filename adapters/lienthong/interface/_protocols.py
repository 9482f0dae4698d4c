"""The contract between the library and its connectors: read this file to write one.

A connector knows the services and messages of one national system; a channel knows how messages travel there. Both get
what they need through :class:`Tools` and import ``lienthong.interface`` and ``lienthong.identity`` only. One connector
call is one attempt: retries, breaker, quota and audit stand around it in the library, never inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

from ._messages import Message
from ._outcomes import LookupOutcome, ShareOutcome, VerifyOutcome
from ._purpose import Call, WireReply, WireRequest
from ._queries import Query
from ._services import Callback, Service
from ._settings import SystemSettings
from ._vocabulary import Verb


class Transport(Protocol):
    """Sends bytes over HTTP(S) to one system. Bounded pool, bounded body, no redirects, no environment proxies."""

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        """Sends one request and reads the whole answer, whatever its status.

        Raises:
            Unreachable: Nothing was sent.
            MaybeArrived: It was sent and no whole answer came.
            CredentialsRefused: TLS: our certificate or theirs is refused.
            ReplyUnreadable: The body is larger than the limit.
        """
        ...

    @property
    def certificate_expires(self) -> datetime | None:
        """Expiry of the far side's certificate as last seen; ``None`` before the first connection or without TLS."""
        ...

    async def aclose(self) -> None:
        """Closes the pool."""
        ...


class SoapMessages(Protocol):
    """SOAP 1.1 envelopes built from a WSDL that ships with the connector."""

    def envelope(self, operation: str, values: Mapping[str, Any]) -> bytes:
        """The request envelope of an operation, UTF-8.

        Raises:
            InvalidRequest: The values do not fit the operation's type.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What the library lends a connector."""

    transport: Transport
    soap: Callable[[Path], SoapMessages]
    """Loads a WSDL file (local, no imports, no DTD)."""
    now: Callable[[], datetime]
    """The time, aware, UTC."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What a channel knows of its own credentials."""

    kind: str
    token_expires: datetime | None = None
    """When the cached token or session ends; ``None`` when there is none."""


class Channel(Protocol):
    """How a connector's messages travel: authentication, envelope, session."""

    @property
    def kind(self) -> str:
        """Name of the kind, e.g. ``ngsp``."""
        ...

    async def send(self, request: WireRequest, call: Call) -> WireReply:
        """Adds what the channel needs, sends, and returns the inner answer.

        A refused token or session is renewed once, single-flight, and the request repeated.

        Raises:
            CallFailed: As :class:`Transport`, and ``CredentialsRefused``, ``Overloaded``, ``SystemFault`` by status.
        """
        ...

    async def sign_in(self, call: Call) -> None:
        """Fetches token or session if none is held; nothing for channels without one. Used by health checks."""
        ...

    def state(self) -> ChannelState:
        """What is known without a call."""
        ...


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """The answer of a connector's cheapest honest call."""

    service: str
    """Which service answered."""
    detail: str
    """What it showed, in English, nothing personal."""


@runtime_checkable
class Connector(Protocol):
    """One national system behind the common interface."""

    system: str
    """System name, e.g. ``population``."""

    @classmethod
    def services(cls) -> tuple[Service, ...]:
        """Every service it implements, from the one registry that also feeds documentation."""
        ...

    @classmethod
    def build(cls, settings: SystemSettings, tools: Tools) -> Self:
        """A connector for these settings.

        Raises:
            ConfigurationError: Unknown channel or dialect, missing or wrong option; the message names the setting.
        """
        ...

    @property
    def channel(self) -> Channel:
        """Its channel."""
        ...

    def service_for(self, verb: Verb, subject: Query | Message) -> Service:
        """The service behind a verb for this subject, in the configured dialect.

        Raises:
            NotSupported: The system does not offer it.
        """
        ...

    async def verify(self, query: Query, call: Call) -> VerifyOutcome:
        """Yes or no. One attempt.

        Raises:
            NotSupported, InvalidRequest, CallFailed
        """
        ...

    async def lookup(self, query: Query, call: Call) -> LookupOutcome:
        """A record. One attempt. Raises as :meth:`verify`."""
        ...

    async def share(self, message: Message, call: Call, *, update: bool = False) -> ShareOutcome:
        """Hands something over. One attempt. Raises as :meth:`verify`.

        Args:
            message: What to hand over.
            call: The attempt.
            update: For add-or-update services: whether the far side is believed to hold it already.
        """
        ...

    async def check(self, call: Call) -> CheckAnswer:
        """The cheapest call that proves the system answers us; about no person. Raises as :meth:`verify`."""
        ...


@runtime_checkable
class CalledConnector(Protocol):
    """A connector whose system also calls us. How it reads such calls is its own: a web front mounts its handlers."""

    @classmethod
    def callbacks(cls) -> tuple[Callback, ...]:
        """Every call that it can read, from the one registry that also feeds documentation."""
        ...
