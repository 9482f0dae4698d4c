"""``reference/errors.md``: every error class, from the classes."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TypeVar

import lienthong
import lienthong_connectors
from lienthong.identity import IdentityError
from lienthong.interface import CallFailed, LienthongError

from ._markdown import note, prose, table

E = TypeVar("E", bound=Exception)


def error_classes() -> list[type[LienthongError]]:
    """Every public error class of the library and its connectors, parents before children."""
    _load_all()
    return list(_below(LienthongError))


def errors_page() -> str:
    """The whole page."""
    classes = error_classes()
    rows = [
        (
            f"`{error.__name__}`",
            f"`{error.code}`",
            prose(error.__doc__),
            error.desk_vi,
            error.operator,
            _carried(error),
        )
        for error in classes
    ]
    calls = [
        (
            f"`{error.__name__}`",
            error.hop.value,
            error.sent.value,
            "yes" if error.retryable else "no",
        )
        for error in classes
        if issubclass(error, CallFailed)
    ]
    named = ", ".join(f"`{error.__name__}`" for error in classes if _speaks_itself(error))
    misread: list[type[IdentityError]] = [IdentityError, *_children(IdentityError)]
    identity = [(f"`{error.__name__}`", prose(error.__doc__)) for error in misread]
    return f"""# Errors

{note("the error classes")}

Answers such as "not found" or "mismatch" are not errors: see [outcomes](outcomes.md). An error has

- `str(error)`: what happened, where, and what to do, in English, for the log; nothing personal is in it;
- `error.code`: a stable word for programs;
- `error.desk_vi`: one Vietnamese sentence for the person at the desk;
- `error.operator`: what the operator should do.

```text
{_tree()}
```

{table(("class", "code", "meaning", "at the desk", "operator", "from"), rows)}

The desk sentence of {named} depends on what is wrong: it names the field.

## Calls that failed

`Gateway` turns these into the outcomes `Unavailable` and `Throttled`; only connectors and health see them as errors.
`hop` says where it happened, `sent` whether the far side can have processed the request, `retry` whether sending again can help by itself.
These are the defaults of the classes; one error may say otherwise.

{table(("class", "hop", "sent", "retry"), calls)}

## What a person typed

`IdentityError` is a `ValueError`, not a `LienthongError`: the value never reached a system. It has `field` (which one) and
`advice_vi` (the Vietnamese sentence for the desk). The value itself is not in the message.

{table(("class", "meaning"), identity)}
"""


def _speaks_itself(error: type[LienthongError]) -> bool:
    """Whether the class makes its own Vietnamese sentence for each case."""
    init = error.__dict__.get("__init__")
    return init is not None and "desk_vi" in init.__code__.co_names


def _load_all() -> None:
    for package in (lienthong, lienthong_connectors):
        for name in _modules(package):
            if name.rpartition(".")[2] == "errors":
                import_module(name)


def _modules(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield found.name


def _below(base: type[LienthongError]) -> Iterator[type[LienthongError]]:
    if not base.__name__.startswith("_"):
        yield base
    for child in _children(base):
        yield from _below(child)


def _children(base: type[E]) -> list[type[E]]:
    return sorted(
        (
            child
            for child in base.__subclasses__()
            if child.__module__.startswith(("lienthong.", "lienthong_connectors."))
        ),
        key=lambda child: (child.__module__, child.__name__),
    )


def _shown(base: type[E]) -> list[type[E]]:
    """The nearest public classes below one."""
    shown: list[type[E]] = []
    for child in _children(base):
        shown += _shown(child) if child.__name__.startswith("_") else [child]
    return shown


def _tree() -> str:
    lines = ["LienthongError"]
    _branch(LienthongError, "", lines)
    return "\n".join(lines)


def _branch(base: type[Exception], indent: str, lines: list[str]) -> None:
    children = _shown(base)
    for number, child in enumerate(children):
        last = number == len(children) - 1
        lines.append(f"{indent}{'└──' if last else '├──'} {child.__name__}")
        _branch(child, f"{indent}{'    ' if last else '│   '}", lines)


def _carried(error: type[Exception]) -> str:
    """The package to import it from."""
    return f"`{error.__module__.removesuffix('.errors')}`"
