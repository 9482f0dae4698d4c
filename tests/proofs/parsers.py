"""Proof: whatever comes back, every reader of answers ends with an outcome or a typed error, within limits.

Real answers of the sandbox are recorded once for every sample of every connector, then mutated and replaced by generated
ones. Run with ``make prove NAME=parsers``; ``PROOF=short`` tries 50 examples each instead of 1,000.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from lienthong.interface import (
    Connector,
    LienthongError,
    ReplyUnreadable,
    Verb,
    WireReply,
    WireRequest,
    read_json,
    read_xml,
)
from lienthong.testing import Sample, Subject, find_subject
from lienthong.testing._bench import bench, lines

EXAMPLES = 50 if os.environ.get("PROOF") == "short" else 1000
SYSTEMS = ("population", "business", "social_insurance", "land", "operations_centre")
LARGEST = 8_000_000
GROWTH_MB = 1536
"""Bound of the whole process's growth while lists of a million elements are read."""

_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
)
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


@dataclass
class Count:
    """What was tried and what went wrong."""

    examples: int = 0
    untyped_errors: int = 0


def _swap(value: Any, place: int, new: Any) -> tuple[Any, int]:
    """The value with its ``place``-th node replaced, and how many places are left."""
    if place == 0:
        return new, -1
    place -= 1
    if isinstance(value, dict | list):
        pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
        made = []
        for key, item in pairs:
            if place >= 0:
                changed, place = _swap(item, place, new)
                made.append((key, changed))
            else:
                made.append((key, item))
        return (dict(made) if isinstance(value, dict) else [x for _, x in made]), place
    return value, place


@st.composite
def _bodies(draw: st.DrawFn, real: bytes) -> bytes:
    """A recorded answer with one thing changed, or something else altogether."""
    how = draw(st.sampled_from(["node", "node", "node", "bytes", "cut", "json", "any"]))
    if how == "any":
        return draw(st.binary(max_size=200))
    if how == "json":
        return _dumped(draw(_json))
    if how == "cut":
        return real[: draw(st.integers(0, len(real)))]
    if how == "bytes":
        at = draw(st.integers(0, max(len(real) - 1, 0)))
        return real[:at] + draw(st.binary(min_size=1, max_size=4)) + real[at + 1 :]
    try:
        value = orjson.loads(real)
    except orjson.JSONDecodeError:
        texts: list[re.Match[bytes] | None] = [*re.finditer(rb">[^<]*<", real)]
        texts = texts or [re.search(rb"", real)]
        found = texts[draw(st.integers(0, len(texts) - 1))]
        assert found is not None
        text = draw(st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20))
        inner = text.replace("&", "&amp;").replace("<", "&lt;").encode()
        return real[: found.start()] + b">" + inner + b"<" + real[found.end() :]
    changed, _ = _swap(value, draw(st.integers(0, 60)), draw(_json))
    return _dumped(changed)


@dataclass
class Scripted:
    """Answers sign-ins as recorded and everything else with one body."""

    sign_in: tuple[str, ...]
    sign_in_body: bytes
    body: bytes = b""
    certificate_expires: None = None

    async def send(self, request: WireRequest, *, timeout_s: float) -> WireReply:
        path = request.url.partition("?")[0]
        if len(self.body) > LARGEST:  # as the transport does (limits.body_mb)
            raise ReplyUnreadable("x", request.service, "the answer is too large")
        own = any(re.search(pattern, path) for pattern in self.sign_in)
        return WireReply(200, {}, self.sign_in_body if own else self.body)

    async def aclose(self) -> None:
        """Nothing is held."""


async def _recorded(subject: Subject) -> tuple[dict[int, bytes], bytes]:
    """A real answer for each sample, and that of the sign-in."""
    bodies: dict[int, bytes] = {}
    sign_in = b"{}"
    async with subject.far_side() as far, lines(subject, far) as pair:
        for place, sample in enumerate(subject.samples):
            async with bench(subject, far, pair) as table:
                await table.ask(sample)
                bodies[place] = table.relay.work()[-1].answer
                own = [item.answer for item in table.relay.journal if item.sign_in]
                sign_in = own[0] if own else sign_in
    return bodies, sign_in


def _settles(connector: Connector, sample: Sample, count: Count, runner: asyncio.Runner) -> None:
    from lienthong.interface import Call  # noqa: PLC0415
    from lienthong.testing import PURPOSE  # noqa: PLC0415

    call = Call(PURPOSE, "proof", time.monotonic() + 30)
    verbs = {Verb.VERIFY: connector.verify, Verb.LOOKUP: connector.lookup}
    work: Any = verbs.get(sample.verb, connector.share)
    count.examples += 1
    try:
        runner.run(work(sample.make(1), call))
    except LienthongError:
        return
    except Exception as error:  # noqa: BLE001 - that is what is counted
        count.untyped_errors += 1
        sys.stderr.write(f"{sample.verb} {sample.outcome}: {type(error).__name__}\n")


def _prove(name: str, count: Count) -> None:
    subject = find_subject(name)
    bodies, sign_in = asyncio.run(_recorded(subject))
    from datetime import UTC, datetime  # noqa: PLC0415

    from lienthong.interface import SystemSettings, Tools  # noqa: PLC0415
    from lienthong.transport import load_soap  # noqa: PLC0415

    table = {"name": name, "url": "http://127.0.0.1:9", **subject.settings}
    wire = Scripted(subject.sign_in, sign_in)
    tools = Tools(wire, load_soap, lambda: datetime.now(UTC))
    connector = subject.connector.build(SystemSettings.model_validate(table), tools)
    with asyncio.Runner() as runner:

        def try_sample(place: int, sample: Sample) -> None:
            @seed(place)
            @settings(
                max_examples=EXAMPLES,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(_bodies(bodies[place]))
            def examples(body: bytes) -> None:
                wire.body = body
                _settles(connector, sample, count, runner)

            examples()
            for body in _attacks(bodies[place]):
                wire.body = body
                _settles(connector, sample, count, runner)

        for place, sample in enumerate(subject.samples):
            try_sample(place, sample)


def _attacks(real: bytes) -> Iterator[bytes]:
    """XML attacks, depth, and lists of a million elements."""
    bomb = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    outside = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'
    yield from (bomb, outside, b"[" * 200_000, b"<a>" * 200_000, b'<a b="' + b"x" * 7_000_000)
    yield b"[" + b"{}," * 999_999 + b"{}]"
    try:
        value = orjson.loads(real)
    except orjson.JSONDecodeError:
        yield b"<a>" + b"<b/>" * 1_000_000 + b"</a>"
        return
    for key in value if isinstance(value, dict) else ():
        yield orjson.dumps({**value, key: [{}] * 1_000_000})


def _prove_readers(count: Count) -> None:
    def try_reader(read: Any) -> None:
        @settings(max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate])
        @given(st.binary(max_size=300) | _json.map(_dumped))
        def examples(body: bytes) -> None:
            count.examples += 1
            try:
                read(
                    WireReply(200, {}, body) if read is read_json else body, system="x", service="y"
                )
            except LienthongError:
                pass
            except Exception:  # noqa: BLE001 - that is what is counted
                count.untyped_errors += 1

        examples()

    for read in (read_json, read_xml):
        try_reader(read)


def main() -> int:
    """Runs the proof; 0 when nothing untyped was raised and memory stayed bounded."""
    count = Count()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _prove_readers(count)
    for name in SYSTEMS:
        _prove(name, count)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    counts = {"examples": count.examples, "untyped_errors": count.untyped_errors, "grown_mb": grown}
    told = json.dumps({"counts": counts}) if os.environ.get("JSON") else str(counts)
    sys.stdout.write(told + "\n")
    return int(count.untyped_errors > 0 or grown > GROWTH_MB)


if __name__ == "__main__":
    sys.exit(main())
