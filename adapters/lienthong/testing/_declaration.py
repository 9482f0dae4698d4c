"""Checks of what a connector declares and which settings it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

from lienthong.interface import ConfigurationError, NotSupported, Verb

from ._answers import is_asked
from ._bench import Bench, Failed, NotApplicable
from ._checks import check


@check("services-unique")
async def _unique(bench: Bench) -> None:
    """Every service is declared once per verb and dialect, and there is at least one."""
    keys = [
        (item.name, item.verb, dialect)
        for item in bench.connector.services()
        for dialect in item.dialects or ("",)
    ]
    if not keys:
        raise Failed("declares no service")
    if len(set(keys)) != len(keys):
        raise Failed("declares a service twice")


@check("services-titles")
async def _titles(bench: Bench) -> None:
    """Every service says in Vietnamese and English what it does."""
    for item in bench.connector.services():
        if not (item.title_vi.strip() and item.title_en.strip()):
            raise Failed(f"{item.name} has no title in one of the languages")


@check("services-source")
async def _source(bench: Bench) -> None:
    """Every service says where its contract is described."""
    for item in bench.connector.services():
        if not item.source.strip():
            raise Failed(f"{item.name} has no source")


@check("services-ways")
async def _ways(bench: Bench) -> None:
    """Every service names its dialects and kinds of channel."""
    for item in bench.connector.services():
        if not (item.dialects and item.channels):
            raise Failed(f"{item.name} names no dialect or no channel")


@check("services-fields")
async def _fields(bench: Bench) -> None:
    """Every declared field has a name, a kind and a meaning."""
    for item in bench.connector.services():
        for part in (*item.request, *item.reply):
            if not (part.name and part.kind and part.meaning):
                raise Failed(f"a field of {item.name} lacks name, kind or meaning")


@check("services-system")
async def _system(bench: Bench) -> None:
    """Every service belongs to the connector's own system."""
    for item in bench.connector.services():
        if item.system != bench.connector.system:
            raise Failed(f"{item.name} is declared for another system")


@check("service-for-declared")
async def _service_for(bench: Bench) -> None:
    """``service_for`` names a declared service of the same verb."""
    declared = {(item.name, item.verb) for item in bench.connector.services()}
    for sample in bench.subject.samples:
        found = bench.connector.service_for(sample.verb, sample.make(0))
        if (found.name, sample.verb) not in declared:
            raise Failed(f"{found.name} is not declared for {sample.verb}")


@check("service-tried")
async def _tried(bench: Bench) -> None:
    """Every service that is declared for this dialect and channel is asked by a sample, and the outcome looked at."""
    subject = bench.subject
    tried = {(x.verb, bench.service_of(x)) for x in subject.samples if is_asked(x)}
    for item in bench.connector.services():
        offered = subject.dialect in item.dialects and subject.channel in item.channels
        if not offered or item.verb is Verb.CHECK:
            continue
        if (item.verb, item.name) not in tried:
            raise Failed(f"no sample asks for {item.name} ({item.verb})")


@check("channel-kind-declared")
async def _kind(bench: Bench) -> None:
    """The channel's kind is one that the services declare."""
    kinds = {kind for item in bench.connector.services() for kind in item.channels}
    if bench.connector.channel.kind not in kinds:
        raise Failed(f"no service declares the channel {bench.connector.channel.kind}")


@check("not-supported-typed")
async def _unsupported(bench: Bench) -> None:
    """What the system does not offer ends as ``NotSupported`` before a byte leaves."""
    if not bench.subject.unsupported:
        raise NotApplicable("the subject lists nothing that is not offered")
    for verb, subject in bench.subject.unsupported:
        try:
            await bench.put(verb, subject, bench.call())
        except NotSupported:
            pass
        except Exception as error:
            raise Failed(f"{verb} ended as {type(error).__name__}") from error
        else:
            raise Failed(f"{verb} of something foreign was answered")
    if bench.relay.journal:
        raise Failed("a request left")


@check("service-for-not-supported")
async def _unsupported_service(bench: Bench) -> None:
    """``service_for`` raises ``NotSupported`` for what the system does not offer."""
    if not bench.subject.unsupported:
        raise NotApplicable("the subject lists nothing that is not offered")
    for verb, subject in bench.subject.unsupported:
        try:
            bench.connector.service_for(verb, subject)
        except NotSupported:
            continue
        except Exception as error:
            raise Failed(f"{verb} ended as {type(error).__name__}") from error
        raise Failed(f"names a service for {verb} of something foreign")


def _refuses(bench: Bench, named: str, **changes: Any) -> None:
    try:
        bench.build(**changes)
    except ConfigurationError as error:
        if named not in str(error):
            raise Failed(f"the message does not name {named}") from error
        return
    except Exception as error:
        raise Failed(f"ended as {type(error).__name__}") from error
    raise Failed("was accepted")


@check("refuses-unknown-option")
async def _option(bench: Bench) -> None:
    """An unknown option is refused and named."""
    options = {**bench.subject.settings.get("options", {}), "no_such_option": "x"}
    _refuses(bench, "no_such_option", options=options)


@check("refuses-unknown-dialect")
async def _dialect(bench: Bench) -> None:
    """An unknown dialect is refused, and the setting named."""
    _refuses(bench, "dialect", dialect="no-such-dialect")


@check("refuses-unknown-channel")
async def _channel(bench: Bench) -> None:
    """An unknown kind of channel is refused, and the setting named."""
    channel = {**bench.subject.settings["channel"], "kind": "no-such-channel"}
    _refuses(bench, "kind", channel=channel)


@check("refuses-unknown-channel-key")
async def _channel_key(bench: Bench) -> None:
    """An unknown key of the channel is refused and named."""
    channel = {**bench.subject.settings["channel"], "no_such_key": "x"}
    _refuses(bench, "no_such_key", channel=channel)


@check("refuses-missing-key")
async def _missing(bench: Bench) -> None:
    """A missing key of the channel is refused and named."""
    if not bench.subject.required:
        raise NotApplicable("the channel demands no key")
    for key in bench.subject.required:
        channel = {k: v for k, v in bench.subject.settings["channel"].items() if k != key}
        _refuses(bench, key, channel=channel)


@check("refusal-keeps-secrets")
async def _secrets(bench: Bench) -> None:
    """A refused configuration shows no secret in its message."""
    channel = {**bench.subject.settings["channel"], "no_such_key": "secret-in-the-wrong-place"}
    try:
        bench.build(channel=channel)
    except Exception as error:
        if "secret-in-the-wrong-place" in str(error) or bench.leaks(str(error)):
            raise Failed("the message shows a configured value") from error


@check("build-sends-nothing")
async def _quiet(bench: Bench) -> None:
    """Building connects to nobody."""
    bench.build()
    await asyncio.sleep(0.05)
    if bench.relay.server.accepted:
        raise Failed("a connection was opened while building")
