"""Twins that answer wrongly on a good day."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Accepted,
    Ambiguous,
    CallFailed,
    ChannelState,
    CheckAnswer,
    Confirmed,
    Deferred,
    Found,
    Mismatch,
    NotFound,
    NotLicensed,
    OrganisationQuery,
    Rejected,
    ReplyUnreadable,
    SessionEnded,
)
from lienthong.testing._reference import SYSTEM, ReferenceConnector, SessionChannel
from lienthong.testing._tiny import COMPANY, SECRET

from ._kit import changes, fault, repeats, session, twin

_lookup, _check = ReferenceConnector.lookup, ReferenceConnector.check


def _without_status(found: Any) -> Any:
    return replace(found, record=found.record.model_copy(update={"status_name": ""}))


def _refuses_new(accepted: Accepted) -> Any:
    return accepted if accepted.already else Rejected("", "", accepted.provenance)


def _stamped(name: str, **stamp: Any) -> None:
    changes(name, Found, lambda x: replace(x, provenance=x.provenance.model_copy(update=stamp)))


changes("verify-confirms", Confirmed, lambda x: Mismatch(x.provenance), verb="verify")
changes("verify-mismatch", Mismatch, lambda x: NotFound(x.provenance), verb="verify")
changes("verify-names-attributes", Confirmed, lambda x: replace(x, attributes=()), verb="verify")
changes("lookup-finds", Found, _without_status)
changes("lookup-not-found", NotFound, lambda x: Ambiguous(x.provenance, 2))
changes("lookup-ambiguous", Ambiguous, lambda x: NotFound(x.provenance))
changes("share-accepted", Accepted, _refuses_new, verb="share")
changes("share-already", Accepted, lambda x: replace(x, already=False), verb="share")
changes("share-rejected", Rejected, lambda x: NotLicensed(SYSTEM, "step", x.code), verb="share")
changes("deferred-under-ticket", Deferred, lambda x: replace(x, ticket=""), verb="share")
changes("forbidden-is-not-licensed", NotLicensed, fault)
_stamped("provenance-complete", system="other")
_stamped("provenance-time", answered_at=datetime(2020, 1, 1))  # noqa: DTZ001 - that is the defect
_stamped("provenance-hash", sha256="0" * 64)
_stamped("provenance-request-id", request_id="other")
repeats("one-request", Found)
repeats("not-found-asked-once", NotFound)


async def _says_nothing(self: Any, call: Any) -> CheckAnswer:
    await _check(self, call)
    return CheckAnswer("", "")


async def _asks_of_somebody(self: Any, call: Any) -> CheckAnswer:
    await _lookup(self, OrganisationQuery(EnterpriseCode.parse(COMPANY["code"])), call)
    return await _check(self, call)


async def _always_well(self: Any, call: Any) -> CheckAnswer:
    try:
        return await _check(self, call)
    except CallFailed:
        return CheckAnswer("ping", "well")


twin("check-passes", check=_says_nothing)
twin("check-about-nobody", check=_asks_of_somebody)
twin("check-fails-typed", check=_always_well)


async def _mixes_up(self: Any, query: Any, call: Any) -> Any:
    self.current = query
    await asyncio.sleep(0)
    return await _lookup(self, self.current, call)


async def _logs(self: Any, query: Any, call: Any) -> Any:
    logging.getLogger("lienthong.testing.twin").info(
        "asking for %s", getattr(getattr(query, "code", None), "value", "")
    )
    return await _lookup(self, query, call)


async def _leaves_a_task(self: Any, query: Any, call: Any) -> Any:
    self.task = asyncio.create_task(asyncio.sleep(1))
    return await _lookup(self, query, call)


async def _trusts_its_clock(self: Any, query: Any, call: Any) -> Any:
    if abs(self._now() - datetime.now(UTC)) > timedelta(minutes=30):
        raise ReplyUnreadable(SYSTEM, "company", "the answer is too old")
    return await _lookup(self, query, call)


twin("callers-apart", lookup=_mixes_up)
twin("logs-keep-secrets", lookup=_logs)
twin("leaves-no-task", lookup=_leaves_a_task)
twin("clock-skew", lookup=_trusts_its_clock)
twin("repr-keeps-secrets", __repr__=lambda _: f"<twin {SECRET}>")


async def _first_stampede(self: Any, call: Any) -> str:
    if getattr(self, "had", False):
        return await SessionChannel.session(self, call)
    self._session = await self.open_session(call)
    self.had = True
    return str(self._session)


async def _later_stampede(self: Any, call: Any) -> str:
    # Once a session ended, everybody opens one of his own.
    return await (self.open_session if self.ended else partial(SessionChannel.session, self))(call)


def _ends(self: Any, refused: str) -> None:
    self.ended = True
    SessionChannel.forget(self, refused)


async def _remembers_success(self: Any, request: Any, call: Any) -> Any:
    reply = await SessionChannel.send(self, request, call)
    self.worked = True
    return reply


def _gives_up(self: Any, refused: str) -> None:
    if getattr(self, "worked", False):
        raise SessionEnded(SYSTEM, "company", "the session ended")
    SessionChannel.forget(self, refused)


session("signs-in-once", session=_first_stampede)
session("renews-once", ended=False, session=_later_stampede, forget=_ends)
session("renewal-works", send=_remembers_success, forget=_gives_up)
session("channel-state", state=lambda _: ChannelState("other"))
