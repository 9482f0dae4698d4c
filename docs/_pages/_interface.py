"""``reference/interface.md``: the common interface, name by name, described by the docstrings."""

from __future__ import annotations

import inspect

from lienthong import interface
from lienthong.interface import LienthongError

from ._markdown import note

_HEADINGS = {
    "_queries": "Questions",
    "_records": "Records",
    "_messages": "Messages",
    "_protocols": "What a connector and a channel offer",
    "_services": "Declared services",
    "_settings": "Settings of a system",
    "_purpose": "Purpose, call, wire",
    "_vocabulary": "Word lists",
    "_registry": "Finding connectors",
    "_reading": "Reading answers",
}
_ELSEWHERE = {"_outcomes", "errors"}
"""Modules with pages of their own."""


def interface_page() -> str:
    """The whole page."""
    homes: dict[str, list[str]] = {}
    for name in interface.__all__:
        found = getattr(interface, name)
        if isinstance(found, type) and issubclass(found, LienthongError):
            continue
        if isinstance(found, type) or inspect.isfunction(found):
            home = found.__module__.rpartition(".")[2]
            homes.setdefault(home, []).append(_directive(name, found))
    parts = ["# The common interface", note("lienthong.interface"), _INTRODUCTION]
    for home in [*_HEADINGS, *sorted(homes.keys() - _HEADINGS.keys() - _ELSEWHERE)]:
        body = "\n\n".join(homes.get(home, []))
        parts.append(f"## {_HEADINGS.get(home, home)}\n\n```{{eval-rst}}\n{body}\n```")
    return "\n\n".join(parts)


_INTRODUCTION = """What callers of `case.lookup` ask and get back, and what a connector implements. Import everything from
`lienthong.interface`. What a call can come back with stands in [outcomes](outcomes.md), what can go wrong in [errors](errors.md)."""


def _directive(name: str, found: object) -> str:
    if inspect.isfunction(found):
        return f".. autofunction:: lienthong.interface.{name}"
    return f".. autoclass:: lienthong.interface.{name}\n   :members:\n   :undoc-members:\n   :exclude-members: model_config"
