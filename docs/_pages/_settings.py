"""``reference/settings.md``: every key of the configuration file, from the models that read it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from lienthong.interface import SystemSettings, connector_names, find_connector
from lienthong.settings import Settings
from lienthong_connectors.channels import Table

from ._markdown import note, prose, table

_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
_LENGTHS = {"max_length": "at most {} characters", "pattern": "form `{}`"}
_SYSTEM = "systems.<name>"
_SHIPPED = "lienthong_connectors."


def settings_page() -> str:
    """The whole page."""
    parts = [
        "# Settings",
        note("the models of lienthong.settings and of the connectors"),
        _INTRODUCTION,
    ]
    for name, model in _tables(Settings):
        parts += [f"## `[{name}]`", prose(model.__doc__), _rows(model)]
    parts += [
        f"## `[{_SYSTEM}]`",
        _SYSTEM_TABLES,
        _rows(SystemSettings),
    ]
    for name, model in _tables(SystemSettings, _SYSTEM):
        parts += [f"## `[{name}]`", prose(model.__doc__), _rows(model)]
    for kind, model in _channels():
        parts += [f'## `[{_SYSTEM}.channel]` with `kind = "{kind}"`', prose(_doc_of(model))]
        parts += _with_inner(model, f"{_SYSTEM}.channel")
    for connector in connector_names():
        for model in _own_tables(connector):
            parts += [
                f'## `[{_SYSTEM}.options]` with `connector = "{connector}"`',
                *_with_inner(model, f"{_SYSTEM}.options"),
            ]
    return "\n\n".join(parts)


_INTRODUCTION = """One TOML file decides everything. `lienthong config check` reads it whole and names every wrong setting;
`lienthong config show` prints what is in force, secrets blotted out.

- A key without a default must be there. An unknown key is an error, so that a typing mistake is not silently ignored.
- Relative paths are relative to the folder of the file.
- `LIENTHONG_<TABLE>__<KEY>` in the environment overrides one value, e.g. `LIENTHONG_STORE__URL`; relative paths and secrets in it are
  read as those of the file.
- Inside `channel` and `options`, any text value may come from elsewhere: write `secret_file = "path"` or
  `secret_env = "NAME"` instead of `secret = "…"`; the same with every other key. One way only, and never an empty value.

Where a default is only our choice because no public source says what is right, the setting stands in
[open questions](../open-questions.md) too."""

_SYSTEM_TABLES = """One table per national system. `<name>` is the system's name in this installation. Keep to `population`, `business`,
`social_insurance` and `land`: verification and the rules of the catalogue ask under these names. The hub's name is `hub.system`."""


def setting_keys() -> dict[str, FieldInfo]:
    """Every key with its dotted name; ``<name>`` stands for a system, ``<kind>`` and ``<connector>`` for its variants."""
    found: dict[str, FieldInfo] = {}
    for name, model in _tables(Settings):
        found |= {f"{name}.{key}": field for key, field in model.model_fields.items()}
    own = {key: field for key, field in SystemSettings.model_fields.items() if key != "name"}
    found |= {f"{_SYSTEM}.{key}": field for key, field in own.items()}
    for name, model in _tables(SystemSettings, _SYSTEM):
        found |= {f"{name}.{key}": field for key, field in model.model_fields.items()}
    for kind, model in _channels():
        found |= {f"channel:{kind}.{key}": field for key, field in model.model_fields.items()}
    for connector in connector_names():
        for model in _own_tables(connector):
            for key, field in model.model_fields.items():
                found[f"options:{connector}.{key}"] = field
    return found


def option_tables(connector: str) -> Iterator[tuple[str, str]]:
    """Heading and table of a connector's own options."""
    for model in _own_tables(connector):
        yield (
            f"Options, `[systems.{connector}.options]`",
            "\n\n".join(_with_inner(model, f"systems.{connector}.options")),
        )


def rows_of(model: type[BaseModel]) -> str:
    """The table of any model's keys."""
    return _rows(model)


def _tables(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    for key, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield f"{prefix}.{key}".lstrip("."), inner
        elif get_origin(inner) is tuple and issubclass(get_args(inner)[0], BaseModel):
            # `[[name]]` in TOML: as many tables as there is something to say.
            yield f"[{prefix}{key}]", get_args(inner)[0]


def _own_tables(connector: str) -> list[type[BaseModel]]:
    """The typed ``options`` table of a connector: the one that is no part of another.

    It lives in ``_options.py``; other tables of the package are arguments of its Python names.
    """
    package = find_connector(connector).__module__.rpartition(".")[0]
    models = [model for model in _typed_tables() if model.__module__ == f"{package}._options"]
    inner = {part for model in models for part in _inner(model)}
    return [model for model in models if model not in inner]


def _channels() -> list[tuple[str, type[BaseModel]]]:
    for connector in connector_names():
        find_connector(connector)
    models = [model for model in _typed_tables() if ".channels." in model.__module__]
    inner = {part for model in models for part in _inner(model)}
    own = [model for model in models if model not in inner]
    return sorted((str(import_module(model.__module__).KIND), model) for model in own)


def _typed_tables() -> list[type[BaseModel]]:
    shipped = [model for model in Table.__subclasses__() if model.__module__.startswith(_SHIPPED)]
    return sorted(shipped, key=lambda model: (model.__module__, model.__name__))


def _doc_of(model: type[BaseModel]) -> str:
    """What a channel is: the docstring of its module says it after the name."""
    text = (import_module(model.__module__).__doc__ or "").partition(": ")[2]
    return text[:1].upper() + text[1:] if text[:1].isalpha() else text


def _inner(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [
        part
        for field in model.model_fields.values()
        for part in _parts(field.annotation)
        if isinstance(part, type) and issubclass(part, BaseModel)
    ]


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _with_inner(model: type[BaseModel], where: str) -> list[str]:
    parts = [_rows(model)] if model.model_fields else ["No keys."]
    for key, field in model.model_fields.items():
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                named = dict in {get_origin(item) for item in _parts(field.annotation)}
                path = f"{where}.{key}.<key>" if named else f"{where}.{key}"
                parts += [f"Inside it, `[{path}]`: {prose(part.__doc__)}", _rows(part)]
    return parts


def _rows(model: type[BaseModel]) -> str:
    return table(
        ("key", "type", "default", "meaning"),
        [
            (f"`{key}`", _kind(field), _default(field), field.description or "")
            for key, field in model.model_fields.items()
            if not (model is SystemSettings and key == "name")  # the table's own name, no key
        ],
    )


def _kind(field: FieldInfo) -> str:
    bounds = []
    for item in _metadata(field):
        bounds += [
            f"{sign} {getattr(item, name):g}"
            for name, sign in _BOUNDS.items()
            if getattr(item, name, None) is not None
        ]
        bounds += [
            text.format(getattr(item, name))
            for name, text in _LENGTHS.items()
            if getattr(item, name, None) is not None
        ]
    return ", ".join([_type(field.annotation), *bounds])


def _metadata(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    for part in _parts(field.annotation):
        if get_origin(part) is Annotated:
            yield from get_args(part)[1:]


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in {Union, types.UnionType}:
        return " or ".join(_type(item) for item in arguments if item is not type(None))
    if origin is dict:
        return f"table of {_type(arguments[1])}" if arguments[1] is not Any else "table"
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    return _named(annotation)


def _named(annotation: Any) -> str:
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return "table"
        if issubclass(annotation, Enum):
            return ", ".join(f"`{item.value}`" for item in annotation)
    names = {
        str: "text",
        bool: "true or false",
        int: "whole number",
        float: "number",
        Path: "path",
        AwareDatetime: "moment with zone",
    }
    return names[annotation]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be set**"
    value = field.get_default(call_default_factory=True, validated_data={})
    if (
        value is PydanticUndefined
        or value is None
        or value in ("", {}, ())
        or isinstance(value, BaseModel)
    ):
        return ""
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return (
        f"{value:g}"
        if isinstance(value, float)
        else f'"{value}"'
        if isinstance(value, str)
        else str(value)
    )
