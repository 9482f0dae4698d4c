"""What the suite has to know of a connector: how to build it, what to ask, and where the far side is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lienthong.interface import Connector, Message, Outcome, Purpose, Query, Verb

PURPOSE = Purpose(
    dossier="H31.14-261124-0001",
    procedure="1.004222",
    officer="can-bo-mau",
    agency="H31.14",
    reason="kiểm thử",
    officer_number="officer-001",
)
"""The case behind the suite's questions."""


class FarSide(Protocol):
    """The system that the connector is tried against. It has to answer well; the suite makes the trouble itself."""

    @property
    def url(self) -> str:
        """Its base address, scheme, host and port."""
        ...

    @property
    def ca(self) -> Path | None:
        """The authority of its certificate, for https."""
        ...

    async def expire(self) -> None:
        """Ends every token or session at once; nothing for systems without."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """One question and what must come of it.

    Attributes:
        verb: ``verify``, ``lookup`` or ``share``.
        make: Makes the query or message; the number differs from call to call, so that what is written once is new.
        outcome: Kind of the outcome, e.g. ``found``; ``already`` for what the far side had before.
        holds: Whether the outcome's content is right.
        before: A message to share first, under the same number.
        happens: What must come about at the far side after that, e.g. that the payer pays; takes the far side and the number.
        follow: Makes the question from what came of ``before``, e.g. from its ticket, in place of ``make``.
        requests: How many requests it takes, token and session requests left out.
        update: Shared as an update.
        raw: The answer is a file, or nothing but a status: no body is unreadable.
    """

    verb: Verb
    make: Callable[[int], Query | Message]
    outcome: str
    holds: Callable[[Outcome], bool] = lambda _: True
    before: Callable[[int], Message] | None = None
    happens: Callable[[Any, int], Awaitable[Any]] | None = None
    follow: Callable[[Outcome], Query | Message] | None = None
    requests: int = 1
    update: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """A connector under test.

    Attributes:
        connector: The connector class.
        far_side: Starts the far side.
        settings: The system's settings without ``name``, ``url`` and ``ca``: connector, dialect, channel, options.
        samples: What to ask. The first ``lookup`` that finds, else the first ``verify`` that confirms, serves most checks.
        unsupported: What the system does not offer.
        path: Path behind the far side's address.
        sign_in: Patterns of the paths of token and session requests; empty for channels without.
        required: Keys of the channel that must not be missing.
        private: Identifiers, names and secrets that must not show anywhere: logs, errors, ``repr``.
        wrapped: The answer travels inside an envelope of the channel, so the hash is that of the inner one.
        name: The system's name in this trial; the connector's own when empty.
        variant: What tells it from another subject of the same dialect and kind of channel.
    """

    connector: type[Connector]
    far_side: Callable[[], AbstractAsyncContextManager[FarSide]]
    settings: Mapping[str, Any]
    samples: tuple[Sample, ...]
    unsupported: tuple[tuple[Verb, Query | Message], ...] = ()
    path: str = ""
    sign_in: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    wrapped: bool = False
    name: str = ""
    variant: str = ""

    @property
    def system(self) -> str:
        """Name of the system in this trial."""
        return self.name or self.connector.system

    @property
    def dialect(self) -> str:
        """The dialect under test; the connector's first one where the settings name none."""
        named = self.settings.get("dialect") or next(
            (item.dialects[0] for item in self.connector.services() if item.dialects), ""
        )
        return str(named)

    @property
    def channel(self) -> str:
        """Kind of the channel under test."""
        return str(self.settings["channel"].get("kind", ""))

    @property
    def way(self) -> str:
        """The channel, and after a ``+`` the variant."""
        return f"{self.channel}+{self.variant}" if self.variant else self.channel

    @property
    def title(self) -> str:
        """``system/dialect/way``, e.g. ``population/soap/c06``."""
        return f"{self.system}/{self.dialect}/{self.way}"

    def sample(self, outcome: str, verb: Verb | None = None) -> Sample | None:
        """The first sample with an outcome."""
        return next(
            (x for x in self.samples if x.outcome == outcome and verb in {None, x.verb}), None
        )

    @property
    def main(self) -> Sample:
        """The question that most checks ask."""
        found = self.sample("found", Verb.LOOKUP) or self.sample("confirmed", Verb.VERIFY)
        return found or self.samples[0]
