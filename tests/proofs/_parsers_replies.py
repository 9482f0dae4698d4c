"""Readers of answers: every sample of every connector in every dialect, its sign-in, and the library's own readers."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lienthong.interface import (
    Call,
    LienthongError,
    Limits,
    Message,
    Query,
    ReplyUnreadable,
    SystemSettings,
    Tools,
    Verb,
    WireReply,
    WireRequest,
    check_size,
    read_json,
    read_within,
    read_xml,
)
from lienthong.testing import PURPOSE, Sample, Subject, find_subjects
from lienthong.testing._bench import bench, lines
from lienthong.transport import load_soap

from ._parsers_target import Target

SYSTEMS = ("population", "business", "social_insurance", "land", "operations_centre")


@dataclass
class _Scripted:
    """Answers sign-ins and everything else with one body each, within the limits that the real transport keeps."""

    patterns: tuple[str, ...]
    sign_in: bytes
    body: bytes = b""
    certificate_expires: None = None

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        own = any(re.search(pattern, request.url.partition("?")[0]) for pattern in self.patterns)
        body = self.sign_in if own else self.body
        limits = Limits()
        if len(body) > limits.body_mb * 1_000_000:
            raise ReplyUnreadable("x", request.service, "the answer is too large")
        read_within(limits)
        check_size(body, system="x", service=request.service)
        return WireReply(200, {}, body)

    async def aclose(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True)
class _Recorded:
    sample: Sample
    asked: Query | Message
    answer: bytes


async def _record(subject: Subject) -> tuple[list[_Recorded], bytes]:
    """A real answer of the sandbox for each sample, and that of the sign-in."""
    recorded: list[_Recorded] = []
    sign_in = b"{}"
    async with subject.far_side() as far, lines(subject, far) as pair:
        for sample in subject.samples:
            async with bench(subject, far, pair) as table:
                asked = await table.prepare(sample)
                with suppress(LienthongError):
                    await table.put(sample.verb, asked, table.call(), update=sample.update)
                recorded.append(_Recorded(sample, asked, table.relay.work()[-1].answer))
                own = [item.answer for item in table.relay.journal if item.sign_in]
                sign_in = own[0] if own else sign_in
    return recorded, sign_in


def _of_subject(subject: Subject, runner: asyncio.Runner) -> Iterator[Target]:
    recorded, sign_in = runner.run(_record(subject))
    wire = _Scripted(subject.sign_in, sign_in)
    table = {"name": subject.system, "url": "http://127.0.0.1:9", **subject.settings}
    tools = Tools(wire, load_soap, lambda: datetime.now(UTC))
    settings = SystemSettings.model_validate(table)
    connector = subject.connector.build(settings, tools)

    def ask(other: Any, one: _Recorded) -> None:
        call = Call(PURPOSE, "proof", time.monotonic() + 30)
        verbs = {Verb.VERIFY: other.verify, Verb.LOOKUP: other.lookup}
        runner.run(verbs.get(one.sample.verb, other.share)(one.asked, call))

    for number, one in enumerate(recorded):

        def read(body: bytes, one: _Recorded = one) -> None:
            wire.body, wire.sign_in = body, sign_in
            ask(connector, one)

        yield Target(
            f"{subject.title} {number} {one.sample.verb} {one.sample.outcome}", one.answer, read
        )

    if subject.sign_in:
        first = recorded[0]

        def enter(body: bytes) -> None:
            wire.body, wire.sign_in = first.answer, body
            ask(subject.connector.build(settings, tools), first)

        yield Target(f"{subject.title} sign-in", sign_in, enter)


def reply_targets(runner: asyncio.Runner) -> Iterator[Target]:
    """The library's readers, then every connector; one channel is enough for each dialect."""

    def json_of(body: bytes) -> None:
        read_json(WireReply(200, {}, body), system="x", service="y")

    def xml_of(body: bytes) -> None:
        read_xml(body, system="x", service="y")

    yield Target("read_json", b'{"Data": [{"MA": "01", "TEN": "Kinh"}], "Status": "1"}', json_of)
    yield Target("read_xml", b"<a xmlns='x'><b>1</b><c/></a>", xml_of)
    for system in SYSTEMS:
        seen: set[str] = set()
        for subject in find_subjects(system):
            if subject.dialect not in seen:
                seen.add(subject.dialect)
                yield from _of_subject(subject, runner)
