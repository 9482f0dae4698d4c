"""Reads the free-form tables of a system's settings (``channel``, ``options``) into typed ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from lienthong.interface import ConfigurationError, SystemSettings

M = TypeVar("M", bound=BaseModel)


class Table(BaseModel):
    """Base of typed tables: frozen, unknown keys refused, secrets never shown in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def read_table(model: type[M], raw: Mapping[str, Any], where: str) -> M:
    """The table as ``model``.

    Args:
        model: Its type.
        raw: Keys and values as configured.
        where: Name of the table, e.g. ``systems.population.options``.

    Raises:
        ConfigurationError: A key is missing, unknown or wrong; the message names each, and no value.
    """
    try:
        return model.model_validate(dict(raw))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join((where, *map(str, item['loc'])))}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise ConfigurationError(f"{problems}. Correct the configuration file.") from None


def read_options(model: type[M], settings: SystemSettings) -> M:
    """The ``options`` table of a system. Raises as :func:`read_table`."""
    return read_table(model, settings.options, f"systems.{settings.name}.options")


def read_channel(model: type[M], settings: SystemSettings) -> M:
    """The ``channel`` table of a system without ``kind``. Raises as :func:`read_table`."""
    raw = {key: value for key, value in settings.channel.items() if key != "kind"}
    return read_table(model, raw, f"systems.{settings.name}.channel")


def one_of(value: str, known: Collection[str], where: str) -> str:
    """The value if it is known.

    Raises:
        ConfigurationError: It is not; the message names the setting and what is known.
    """
    if value in known:
        return value
    raise ConfigurationError(
        f"{where}: {value!r} is not known here; use one of {', '.join(known)}."
    )


def join_url(base: str, path: str) -> str:
    """Base address and path with one slash between them."""
    return f"{base.rstrip('/')}/{path.lstrip('/')}"
