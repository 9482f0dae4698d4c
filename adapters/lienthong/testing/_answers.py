"""Checks of good answers: every verb and outcome, provenance, one request per attempt, concurrency, privacy."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from lienthong.interface import (
    CallFailed,
    Confirmed,
    CredentialsRefused,
    Deferred,
    LienthongError,
    Verb,
)

from ._bench import Bench, Failed, NotApplicable, kind_of, other_tasks
from ._checks import CHECKS, Check, check
from ._subject import Sample

MANY = 20
_ASKED: set[tuple[str, Verb | None]] = set()


def is_asked(sample: Sample) -> bool:
    """Whether a check puts this very question and looks at what comes of it."""
    return not _ASKED.isdisjoint({(sample.outcome, sample.verb), (sample.outcome, None)})


def _outcome(name: str, outcome: str, verb: Verb | None, promise: str) -> None:
    async def run(bench: Bench) -> None:
        bench.need(outcome, verb)
        for sample in bench.subject.samples:
            if sample.outcome != outcome or verb not in {None, sample.verb}:
                continue
            service = bench.service_of(sample)
            try:
                came = await bench.ask(sample)
            except LienthongError as error:
                raise Failed(f"{service}: ended as {type(error).__name__}: {error}") from error
            if kind_of(came) != outcome:
                raise Failed(f"{service}: came back as {kind_of(came)} instead of {outcome}")
            if not sample.holds(came):
                raise Failed(f"{service}: {outcome}, but with other content than the far side's")
            if isinstance(came, Deferred) and not came.ticket:
                raise Failed(f"{service}: deferred without a ticket")

    _ASKED.add((outcome, verb))
    CHECKS[name] = Check(name, promise, run)


_outcome("verify-confirms", "confirmed", Verb.VERIFY, "What is right is confirmed.")
_outcome("verify-mismatch", "mismatch", Verb.VERIFY, "What is wrong is a mismatch, not an error.")
_outcome("lookup-finds", "found", Verb.LOOKUP, "A record is found, with the far side's content.")
_outcome("lookup-not-found", "not_found", Verb.LOOKUP, "Nobody is an answer, not an error.")
_outcome("lookup-ambiguous", "ambiguous", Verb.LOOKUP, "Several that fit are ambiguous.")
_outcome("share-accepted", "accepted", Verb.SHARE, "What is handed over is accepted.")
_outcome("share-already", "already", Verb.SHARE, "What was there before counts as accepted.")
_outcome("share-rejected", "rejected", Verb.SHARE, "What the far side will not take is rejected.")
_outcome("deferred-under-ticket", "deferred", None, "What is answered later is under a ticket.")


@check("verify-names-attributes")
async def _attributes(bench: Bench) -> None:
    """A confirmation names the attributes that were sent."""
    outcome = await bench.ask(bench.need("confirmed", Verb.VERIFY))
    if isinstance(outcome, Confirmed) and not outcome.attributes:
        raise Failed("names none")


@check("forbidden-is-not-licensed")
async def _forbidden(bench: Bench) -> None:
    """HTTP 403 is the outcome ``NotLicensed``; CredentialsRefused where it may speak of the account, as each question carries it."""
    for sample in bench.each_service():
        try:
            came = (await bench.ask(sample, status=403)).kind
        except CredentialsRefused:
            came = "CredentialsRefused" if bench.subject.sign_in else "not_licensed"
        if came != "not_licensed":
            raise Failed(f"{bench.service_of(sample)}: came back as {came}")


@check("check-passes")
async def _check(bench: Bench) -> None:
    """``check`` succeeds on a healthy system and says what it showed."""
    answer = await bench.check()
    if not (answer.service and answer.detail):
        raise Failed("says nothing")


@check("check-about-nobody")
async def _nobody(bench: Bench) -> None:
    """``check`` asks about no person of the samples."""
    await bench.ask()
    asked = bench.relay.work()[0].heard
    before = len(bench.relay.work())
    await bench.check()
    for item in bench.relay.work()[before:]:
        if (item.heard.target, item.heard.body) == (asked.target, asked.body):
            raise Failed("asks the question about a person again")


@check("check-fails-typed")
async def _check_fails(bench: Bench) -> None:
    """``check`` of a failing system raises ``CallFailed``."""
    bench.trouble(status=503)
    try:
        await bench.check()
    except CallFailed:
        return
    raise Failed("passes although every request is answered with 503")


def _provenance(outcome: object) -> Any:
    found = getattr(outcome, "provenance", None)
    if found is None:
        raise Failed("the outcome has no provenance")
    return found


@check("provenance-complete")
async def _complete(bench: Bench) -> None:
    """Provenance names system, dialect, channel and the service behind the question."""
    expected = (bench.subject.system, bench.subject.dialect, bench.connector.channel.kind)
    for sample in bench.each_service():
        got = _provenance(await bench.ask(sample))
        service = bench.service_of(sample)
        if got.service != service:
            raise Failed(f"{service}: names the service {got.service}")
        if (got.system, got.dialect, got.channel) != expected:
            raise Failed(f"{service}: names another system, dialect or channel")


@check("provenance-time")
async def _time(bench: Bench) -> None:
    """Provenance carries the time of the answer, aware."""
    at = _provenance(await bench.ask()).answered_at
    if at.tzinfo is None or abs(datetime.now(UTC) - at) > timedelta(seconds=30):
        raise Failed("the time is not that of the answer")


@check("clock-skew")
async def _skew(bench: Bench) -> None:
    """A clock that is an hour off, ours or theirs, ends as the answer or as CredentialsRefused, after at most one renewal."""
    for hours in (-1, 1):
        bench.skew = timedelta(hours=hours)
        bench.rebuild()
        before = bench.relay.sign_ins()
        try:
            outcome = await bench.ask()
        except CredentialsRefused:
            pass
        else:
            if kind_of(outcome) != bench.subject.main.outcome:
                raise Failed(f"{hours:+} h: came back as {kind_of(outcome)}")
        if (times := bench.relay.sign_ins() - before) > 2:
            raise Failed(f"{hours:+} h: {times} sign-ins for one question")


@check("provenance-hash")
async def _hash(bench: Bench) -> None:
    """Provenance carries SHA-256 of the body as received."""
    got = _provenance(await bench.ask()).sha256
    if bench.subject.wrapped or bench.subject.main.requests > 1:
        raise NotApplicable("the answer travels inside an envelope or in several pages")
    if got not in {hashlib.sha256(item.answer).hexdigest() for item in bench.relay.work()}:
        raise Failed("the hash is not that of the body")


@check("provenance-request-id")
async def _request_id(bench: Bench) -> None:
    """Provenance carries the attempt's own request id."""
    call = bench.call()
    if _provenance(await bench.ask(call=call)).request_id != call.request_id:
        raise Failed("carries another request id")


@check("one-request")
async def _one(bench: Bench) -> None:
    """One attempt is one request, or as many as the answer has pages."""
    for sample in bench.each_service():
        await bench.ask(sample)
        if bench.requests != sample.requests:
            service = bench.service_of(sample)
            raise Failed(f"{service}: {bench.requests} requests instead of {sample.requests}")


@check("not-found-asked-once")
async def _asked_once(bench: Bench) -> None:
    """Nobody found is not asked again."""
    sample = bench.need("not_found", Verb.LOOKUP)
    await bench.ask(sample)
    if bench.requests != sample.requests:
        raise Failed("asked again")


@check("callers-apart")
async def _apart(bench: Bench) -> None:
    """Twenty callers at once each get the answer to their own question."""
    other = bench.need("not_found", Verb.LOOKUP)
    main = bench.need("found", Verb.LOOKUP)
    alone = [(await bench.ask(sample)).kind for sample in (main, other)]
    outcomes = await asyncio.gather(*(bench.ask(x) for x in [main, other] * (MANY // 2)))
    if [outcome.kind for outcome in outcomes] != alone * (MANY // 2):
        raise Failed("an answer went to another caller")


@check("signs-in-once")
async def _sign_in_once(bench: Bench) -> None:
    """Twenty first callers cause one sign-in."""
    bench.need_sign_in()
    await asyncio.gather(*(bench.ask() for _ in range(MANY)))
    if bench.relay.sign_ins() != 1:
        raise Failed(f"{bench.relay.sign_ins()} sign-ins")


@check("renewal-works")
async def _renewal(bench: Bench) -> None:
    """A token or session that ended is renewed, and the question answered."""
    bench.need_sign_in()
    await bench.ask()
    await bench.far.expire()
    outcome = await bench.ask()
    if kind_of(outcome) != bench.subject.main.outcome:
        raise Failed(f"came back as {kind_of(outcome)}")


@check("renews-once")
async def _renews_once(bench: Bench) -> None:
    """Twenty callers whose session ended cause one renewal."""
    bench.need_sign_in()
    await bench.ask()
    await bench.far.expire()
    await asyncio.gather(*(bench.ask() for _ in range(MANY)), return_exceptions=True)
    if bench.relay.sign_ins() > 2:
        raise Failed(f"{bench.relay.sign_ins() - 1} renewals")


@check("logs-keep-secrets")
async def _logs(bench: Bench) -> None:
    """Nothing private is logged, in success or failure."""
    await bench.ask()
    await bench.failure(status=500)
    for record in bench.records:
        if record.name.startswith("asyncio"):
            continue
        if leak := bench.leaks(record.getMessage()):
            raise Failed(f"the log shows {leak}")


@check("repr-keeps-secrets")
async def _repr(bench: Bench) -> None:
    """``repr`` of connector, channel and outcome shows nothing private."""
    outcome = await bench.ask()
    shown = (repr(bench.connector), repr(bench.connector.channel), repr(outcome))
    if leak := bench.leaks(" ".join(shown)):
        raise Failed(f"shows {leak}")


@check("channel-state")
async def _state(bench: Bench) -> None:
    """The channel's state names its kind and never an end without a zone."""
    await bench.ask()
    state = bench.connector.channel.state()
    if state.kind != bench.connector.channel.kind:
        raise Failed("names another kind")
    if state.token_expires is not None and state.token_expires.tzinfo is None:
        raise Failed("the token's end has no zone")


@check("leaves-no-task")
async def _tasks(bench: Bench) -> None:
    """No task of the connector is left after an answer."""
    before = await other_tasks()
    await bench.ask()
    for _ in range(20):
        await asyncio.sleep(0.01)
        left = {
            t
            for t in await other_tasks() - before
            if "Loopback" not in repr(t.get_coro()) and "StreamReader" not in repr(t.get_coro())
        }
        if not left:
            return
    raise Failed("a task is still running")
