"""``systems/``: one page per national system, from the services that the connectors declare."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from lienthong.interface import (
    Basis,
    Callback,
    Field,
    Service,
    Verb,
    all_callbacks,
    all_services,
)
from lienthong.onceonly import SYSTEM_NAMES_VI
from lienthong_connectors.land import InboxSettings
from lienthong_connectors.operations_centre import PortalInboxSettings

from ._markdown import note, table
from ._settings import option_tables, rows_of

_BASIS = {
    Basis.SPEC: "an official specification or guide describes it",
    Basis.CODE: "seen in public code that calls it",
    Basis.OURS: "no contract is published: this one is ours, to be re-mapped when one is",
}
_VERBS = {
    Verb.VERIFY: "yes or no",
    Verb.LOOKUP: "a record",
    Verb.SHARE: "hand something over",
    Verb.CHECK: "is the system well?",
}

_LEGEND = """Field tables list what is sent and what is read. `M`: the far side demands it; `O`: it does not; empty: no source says.
`basis` says of each field how well it is known; its source is that of its service. "Page" means a page of the
reference on which this software was built: public documents and public code, facts in own words."""


def systems_pages() -> dict[str, str]:
    """The pages by name; ``index`` lists every service."""
    services = all_services()
    systems = list(dict.fromkeys(service.system for service in services))
    pages = {
        system: _page(system, [service for service in services if service.system == system])
        for system in systems
    }
    return {"index": _index(systems, services), **pages}


def _index(systems: Sequence[str], services: Sequence[Service]) -> str:
    rows = [
        (
            f"[{service.system}]({service.system}.md)",
            f"`{service.name}`",
            service.verb.value,
            service.title_vi,
            ", ".join(service.dialects),
            ", ".join(service.channels),
            service.basis.value,
        )
        for service in services
    ]
    rows += [
        (
            f"[{item.system}]({item.system}.md)",
            f"`{item.name}`",
            "receive",
            item.title_vi,
            ", ".join(item.dialects),
            ", ".join(item.channels),
            item.basis.value,
        )
        for item in all_callbacks()
    ]
    legend = table(("basis", "meaning"), [(basis.value, text) for basis, text in _BASIS.items()])
    verbs = table(
        ("verb", "question"),
        [
            *((verb.value, text) for verb, text in _VERBS.items()),
            ("receive", "the system calls us; `channels` says how it proves itself"),
        ],
    )
    listing = "\n".join(systems)
    return f"""# The national systems

{note("lienthong.interface.all_services()")}

Every service that the installed connectors offer. `lienthong systems` prints the same list.

{table(("system", "service", "verb", "what it does", "dialects", "channels", "basis"), rows)}

{verbs}

{legend}

```{{toctree}}
:maxdepth: 1

{listing}
```
"""


def _page(system: str, services: Sequence[Service]) -> str:
    title = SYSTEM_NAMES_VI.get(system, system)
    parts = [
        f"# {title} (`{system}`)",
        note(f"the services that the connector {system!r} declares"),
        _LEGEND,
        *(_service(service) for service in services),
    ]
    for heading, text in option_tables(system):
        parts.append(f"## {heading}\n\n{text}")
    callbacks = [item for item in all_callbacks() if item.system == system]
    if callbacks:
        words, model = _INBOXES[system]
        parts += ["## Calls that reach us", words, rows_of(model), *map(_callback, callbacks)]
    parts.append(
        "What no public source says about this system, and which setting decides it meanwhile: "
        "[open questions](../open-questions.md). Keys of the channels: [settings](../reference/settings.md)."
    )
    return "\n\n".join(parts)


_ARGUMENTS = """It opens no port: a web front of the one-stop system mounts `handle`. `{}` are
arguments in Python, not a table of the configuration file."""
_INBOXES: dict[str, tuple[str, type[BaseModel]]] = {
    "land": (
        """Land and tax systems also call us. `lienthong_connectors.land.LandInbox` reads such a call, checks the shared code, hands the
notice to your function and answers as published. The code stands in the path or the query, so keep both out of the front's log.
"""
        + _ARGUMENTS.format("land.InboxSettings"),
        InboxSettings,
    ),
    "operations_centre": (
        """The national portal and the payment platform also call us. `lienthong_connectors.operations_centre.PortalInbox` reads such a
call, hands its notices to your function and answers. Only payment notices prove who sent them: let nobody but the adapter reach the
front. Tax notices of the portal are [the land connector's](land.md). """
        + _ARGUMENTS.format("operations_centre.PortalInboxSettings"),
        PortalInboxSettings,
    ),
}


def _callback(callback: Callback) -> str:
    facts = table(
        ("", ""),
        [
            ("address", f"`{callback.path}`"),
            ("Vietnamese", callback.title_vi),
            ("dialects", ", ".join(f"`{name}`" for name in callback.dialects)),
            ("proof of the caller", ", ".join(f"`{name}`" for name in callback.channels)),
            ("basis", f"{callback.basis.value}: {_BASIS[callback.basis]}"),
            ("source", callback.source),
        ],
    )
    parts = [f"### `{callback.name}`", f"{callback.title_en}.", facts]
    parts += [
        "**Received**",
        _fields(callback.request, callback.basis),
        "**Answered**",
        _fields(callback.reply, callback.basis),
    ]
    return "\n\n".join(parts)


def _service(service: Service) -> str:
    facts = table(
        ("", ""),
        [
            ("verb", f"{service.verb.value}: {_VERBS[service.verb]}"),
            ("Vietnamese", service.title_vi),
            ("dialects", ", ".join(f"`{name}`" for name in service.dialects)),
            ("channels", ", ".join(f"`{name}`" for name in service.channels)),
            ("basis", f"{service.basis.value}: {_BASIS[service.basis]}"),
            ("source", service.source),
            ("sent twice", "is as sent once" if service.idempotent else "is not as sent once"),
        ],
    )
    parts = [f"## {service.verb.value}: `{service.name}`", f"{service.title_en}.", facts]
    if service.request:
        parts += ["**Sent**", _fields(service.request, service.basis)]
    if service.reply:
        parts += ["**Read**", _fields(service.reply, service.basis)]
    return "\n\n".join(parts)


def _fields(fields: Sequence[Field], basis: Basis) -> str:
    need = {True: "M", False: "O", None: ""}
    rows = [
        (
            f"`{field.name}`",
            field.kind,
            need[field.required],
            str(field.length or ""),
            (field.basis or basis).value,
            field.meaning,
        )
        for field in fields
    ]
    return table(("field", "type", "need", "length", "basis", "meaning"), rows)
