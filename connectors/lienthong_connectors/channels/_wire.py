"""A connector's end of the wire: its channel, its dialect, and what every answer has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lienthong.interface import (
    Ambiguous,
    Call,
    CredentialsRefused,
    Found,
    Message,
    NotFound,
    NotLicensed,
    NotSupported,
    Provenance,
    Query,
    Record,
    Service,
    SystemSettings,
    Tools,
    Verb,
    WireReply,
    WireRequest,
)

from ._build import build_channel
from ._configuration import join_url, one_of
from .errors import OfficerNotLicensed


class Wire:
    """Sends through the channel, turns refusals into outcomes and stamps answers with their provenance.

    Args:
        settings: The system's settings.
        tools: Transport and clock.
        services: The connector's declared services: they say which dialects and kinds of channel there are.

    Raises:
        ConfigurationError: Unknown dialect or kind of channel.
    """

    def __init__(self, settings: SystemSettings, tools: Tools, services: Sequence[Service]) -> None:
        self.system = settings.name
        dialects = list(dict.fromkeys(name for item in services for name in item.dialects))
        self.dialect = one_of(
            settings.dialect or dialects[0], dialects, f"systems.{settings.name}.dialect"
        )
        kinds = dict.fromkeys(
            kind for item in services if self.dialect in item.dialects for kind in item.channels
        )
        one_of(str(settings.channel.get("kind")), kinds, f"systems.{settings.name}.channel.kind")
        self.channel = build_channel(settings, tools)
        self._base = settings.url
        self._now = tools.now

    def url(self, path: str) -> str:
        """The address of a path behind the base address."""
        return join_url(self._base, path)

    async def ask(self, request: WireRequest, call: Call) -> WireReply | NotLicensed:
        """The answer, or that we or the officer may not ask this (HTTP 403, or no key pair for the officer).

        Raises:
            CallFailed: As the channel.
        """
        try:
            reply = await self.channel.send(request, call)
        except OfficerNotLicensed as refusal:
            return NotLicensed(self.system, request.service, str(refusal))
        if reply.status == 403:
            return NotLicensed(
                self.system, request.service, "HTTP 403 from the platform or the system"
            )
        return reply

    async def ask_allowed(self, request: WireRequest, call: Call) -> WireReply:
        """As :meth:`ask`, for health checks: not being allowed the service at all is an operator's matter.

        Raises:
            CredentialsRefused: We may not ask this.
        """
        reply = await self.ask(request, call)
        if isinstance(reply, NotLicensed):
            raise CredentialsRefused(self.system, request.service, reply.reason)
        return reply

    def provenance(self, service: str, reply: WireReply, call: Call) -> Provenance:
        """Where an answer came from, with the hash of its body as received."""
        return Provenance(
            system=self.system,
            service=service,
            dialect=self.dialect,
            channel=self.channel.kind,
            request_id=call.request_id,
            answered_at=self._now(),
            sha256=hashlib.sha256(reply.body).hexdigest(),
        )


def one_of_several(
    records: Sequence[Record], provenance: Provenance
) -> Found[Record] | NotFound | Ambiguous:
    """The outcome of a look-up that must name exactly one."""
    if not records:
        return NotFound(provenance)
    if len(records) > 1:
        return Ambiguous(provenance, count=len(records))
    return Found(records[0], provenance)


def not_offered(system: str, verb: Verb, subject: Query | Message) -> NotSupported:
    """The error for a verb or a subject that a connector has no service for."""
    return NotSupported(
        f"{system} does not offer {verb} of {type(subject).__name__}; `lienthong systems` lists what it offers"
    )
