"""One connector on the bench for one check: built afresh on a relay of its own."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lienthong.interface import (
    Accepted,
    Call,
    CallFailed,
    CheckAnswer,
    Connector,
    Message,
    Outcome,
    Query,
    SystemSettings,
    Tools,
    Verb,
)
from lienthong.transport import HttpTransport, load_soap, open_transport

from ._relay import Relay, Trouble
from ._subject import PURPOSE, FarSide, Sample, Subject

_numbers = itertools.count(1)


class Failed(Exception):
    """The connector does not do what the check asks for; the message says what it did instead."""


class NotApplicable(Exception):
    """The check asks for something that this connector does not have; the message says what."""


class Bench:
    """What a check works with."""

    def __init__(
        self, subject: Subject, far: FarSide, relay: Relay, transport: HttpTransport
    ) -> None:
        self.subject = subject
        self.far = far
        self.relay = relay
        self.transport = transport
        self.records: list[logging.LogRecord] = []
        self.skew = timedelta()
        """How far our clock is ahead."""
        self._connector: Connector | None = None
        self._before = 0

    @property
    def requests(self) -> int:
        """How many requests the last question took, token and session requests left out."""
        return len(self.relay.work()) - self._before

    @property
    def connector(self) -> Connector:
        """The connector, built at the first use."""
        if self._connector is None:
            self._connector = self.build()
        return self._connector

    def settings(self, **changes: Any) -> SystemSettings:
        """The subject's settings, pointed at the relay."""
        table = {
            "name": self.subject.system,
            "url": self.relay.server.url + self.subject.path,
            **self.subject.settings,
            **changes,
        }
        return SystemSettings.model_validate(table)

    def build(self, transport: HttpTransport | None = None, **changes: Any) -> Connector:
        """A connector with changed settings, on the bench's transport unless another is given."""
        tools = Tools(transport or self.transport, load_soap, lambda: datetime.now(UTC) + self.skew)
        return self.subject.connector.build(self.settings(**changes), tools)

    def rebuild(self, transport: HttpTransport | None = None, **changes: Any) -> None:
        """Puts a connector with changed settings on the bench."""
        self._connector = self.build(transport, **changes)

    def call(self, *, within_s: float = 20.0, health: bool = False) -> Call:
        """A fresh attempt."""
        purpose = None if health else PURPOSE
        return Call(purpose, f"suite-{next(_numbers):08d}", time.monotonic() + within_s)

    def trouble(self, **fields: Any) -> None:
        """Makes the wire misbehave from now on."""
        self.relay.trouble = Trouble(**fields)

    async def prepare(self, sample: Sample) -> Query | Message:
        """The sample's question under a new number, after whatever has to come before it."""
        number = next(_numbers)
        if sample.before is None:
            return sample.make(number)
        outcome = await self.connector.share(sample.before(number), self.call())
        if sample.happens:
            await sample.happens(self.far, number)
        return sample.follow(outcome) if sample.follow else sample.make(number)

    async def ask(
        self, sample: Sample | None = None, call: Call | None = None, **trouble: Any
    ) -> Outcome:
        """Puts the sample's question (the main one unless said) once.

        ``trouble``, if any, begins when everything is prepared; see :class:`Trouble`.
        """
        sample = sample or self.subject.main
        if trouble:
            self.trouble()
        subject = await self.prepare(sample)
        self._before = len(self.relay.work())
        if trouble:
            self.trouble(**trouble)
        return await self.put(sample.verb, subject, call or self.call(), update=sample.update)

    def each_service(self) -> list[Sample]:
        """The main question, then one for each further service."""
        samples: dict[tuple[Verb, str], Sample] = {}
        for sample in (self.subject.main, *self.subject.samples):
            samples.setdefault((sample.verb, self.service_of(sample)), sample)
        return list(samples.values())

    def service_of(self, sample: Sample) -> str:
        """Name of the service behind a sample."""
        return self.connector.service_for(sample.verb, sample.make(0)).name

    async def put(self, verb: Verb, subject: Any, call: Call, *, update: bool = False) -> Outcome:
        """One verb on any subject."""
        if verb is Verb.VERIFY:
            return await self.connector.verify(subject, call)
        if verb is Verb.LOOKUP:
            return await self.connector.lookup(subject, call)
        return await self.connector.share(subject, call, update=update)

    async def check(self) -> CheckAnswer:
        """The connector's own check."""
        return await self.connector.check(self.call(health=True))

    async def failure(
        self, sample: Sample | None = None, call: Call | None = None, **trouble: Any
    ) -> CallFailed:
        """The typed error that asking ends with. Arguments as for :meth:`ask`.

        Raises:
            Failed: It ends with an outcome.
        """
        try:
            outcome = await self.ask(sample, call, **trouble)
        except CallFailed as error:
            return error
        raise Failed(f"came back as {kind_of(outcome)}, not as an error")

    def need(self, outcome: str, verb: Verb | None = None) -> Sample:
        """The sample with an outcome.

        Raises:
            NotApplicable: The subject has none.
        """
        sample = self.subject.sample(outcome, verb)
        if sample is None:
            raise NotApplicable(f"no sample ends as {outcome}")
        return sample

    def need_sign_in(self) -> None:
        """Raises ``NotApplicable`` for channels without token or session."""
        if not self.subject.sign_in:
            raise NotApplicable("the channel has neither token nor session")

    def leaks(self, text: str) -> str:
        """The kind of private text that shows in it, ``""`` when none does; never the text itself."""
        for place, secret in enumerate(self.subject.private):
            if secret and secret.casefold() in text.casefold():
                return f"private text number {place + 1} of the subject"
        return ""


def kind_of(outcome: Outcome) -> str:
    """The outcome's kind; ``already`` for what was there before."""
    return "already" if isinstance(outcome, Accepted) and outcome.already else outcome.kind


class _Ear(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.DEBUG)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@dataclass(frozen=True, slots=True)
class Lines:
    """The two transports of a suite: the connector's own, and the relay's to the far side."""

    own: HttpTransport
    forward: HttpTransport


@asynccontextmanager
async def lines(subject: Subject, far: FarSide) -> AsyncIterator[Lines]:
    """Opens both; one pair serves all checks, since trust stores are slow to read."""
    table = {"name": subject.system, "url": far.url, **subject.settings}
    own = open_transport(SystemSettings.model_validate(table))
    forward = open_transport(
        SystemSettings(name="relay", connector="", url=far.url, ca=far.ca, channel={})
    )
    try:
        yield Lines(own, forward)
    finally:
        await own.aclose()
        await forward.aclose()


@asynccontextmanager
async def bench(subject: Subject, far: FarSide, pair: Lines) -> AsyncIterator[Bench]:
    """A bench for one check, on a relay of its own."""
    root = logging.getLogger()
    level = root.level
    async with Relay(pair.forward, far.url, subject.sign_in) as relay:
        found = Bench(subject, far, relay, pair.own)
        ear = _Ear(found.records)
        root.addHandler(ear)
        root.setLevel(logging.DEBUG)
        try:
            yield found
        finally:
            root.removeHandler(ear)
            root.setLevel(level)


async def other_tasks() -> set[asyncio.Task[Any]]:
    """Tasks that run beside this one now, after those that are done have gone."""
    await asyncio.sleep(0)
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
