"""``reference/sandbox.md``: what the sandbox can do wrong, every doubt it can be switched to, and who lives there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from lienthong_sandbox import DEFAULT_PORTS, Fault
from lienthong_sandbox._introduction import _FRONTS
from lienthong_sandbox._switches import SWITCHES
from lienthong_sandbox.personas import load_personas

from ._markdown import note, table

_ITEM = re.compile(r"^ {8}(\w+): (.+(?:\n {12}.+)*)", re.MULTILINE)

_INTRODUCTION = """`lienthong sandbox` starts the five national systems on this machine, each with its own protocol over TLS. They were written
from public documents, not from the connectors. All people and organisations are invented. How to use it: [try it against the sandbox](../how-to/sandbox.md)."""

_FAULTS = """`PUT /-/faults/<system>` or `PUT /-/faults/<system>/<service>` with these fields as JSON; `DELETE` ends them. Fields combine."""

_SWITCHES = """Where public sources are silent or contradict each other, the real system may be like this or like that. Every such
doubt is a switch, so that you can see what your configuration does in either case: `PUT /-/settings/<system>` with names and values as
JSON; `null` resets one; `GET /-/settings` lists all. Unknown names and values are refused. The last column says whether it is a doubt
about the real system, or only makes something reachable."""

_PEOPLE = """`GET /-/personas` shows all that the registers hold about them, and what they declare at the desk, right or wrong. Tags say what is
special about them."""


def sandbox_page() -> str:
    """The whole page."""
    people = load_personas()
    parts = [
        "# The sandbox",
        note("the sandbox's own faults, switches and people"),
        _INTRODUCTION,
        "## Ports and fronts",
        table(("system", "port", "fronts"), _fronts()),
        f"Port {DEFAULT_PORTS['admin']} is the admin port; it speaks plain HTTP.",
        "## Faults",
        _FAULTS,
        table(("field", "default", "meaning"), _faults()),
        "## Doubts and other switches",
        _SWITCHES,
    ]
    for system in SWITCHES:
        rows = list(_switches(system))
        parts += [
            f"### `{system}`",
            table(("switch", "default", "choices", "meaning", "doubt"), rows),
        ]
    parts += [
        "## People",
        _PEOPLE,
        table(
            ("key", "declares", "tags"),
            [
                (f"`{one.key}`", one.declared.name, ", ".join(sorted(one.tags)))
                for one in people.people
            ],
        ),
        "## Organisations",
        table(
            ("key", "number", "name", "tags"),
            [
                (f"`{one.key}`", one.number, one.name, ", ".join(sorted(one.tags)))
                for one in people.organisations
            ],
        ),
    ]
    return "\n\n".join(parts)


def _fronts() -> Iterator[tuple[str, str, str]]:
    for system, fronts in _FRONTS.items():
        paths = re.findall(r"/\S+", re.sub(r"\([^)]*\)", "", fronts))
        yield f"`{system}`", str(DEFAULT_PORTS[system]), ", ".join(f"`{path}`" for path in paths)


def _faults() -> Iterator[tuple[str, str, str]]:
    meanings = dict(_ITEM.findall(Fault.__doc__ or ""))
    for item in fields(Fault):
        meaning = meanings[item.name].replace("``", "`")
        yield f"`{item.name}`", _value(item.default), meaning


def _switches(system: str) -> Iterator[tuple[str, str, str, str, str]]:
    for switch in SWITCHES[system]:
        choices = ", ".join(_value(choice) for choice in switch.choices)
        doubt = "yes" if switch.doubt else ""
        yield f"`{switch.name}`", _value(switch.default), choices, switch.meaning, doubt


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return f"`{list(value)}`" if isinstance(value, tuple) else f"`{value}`"
