"""Reads a configuration file: TOML, then environment, then paths and secrets resolved, then validated whole."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
)

from lienthong.interface import ConfigurationError

from ._model import Settings

_PATHS: Final = (("store", "content"), ("store", "keys"), ("catalogue", "path"), ("health", "file"))
_SYSTEM_PATHS: Final = ("ca", "client_certificate")


def load_settings(path: str | Path) -> Settings:
    """The settings of a configuration file. Relative paths are relative to the file's folder.

    Raises:
        ConfigurationError: The file is missing, is no TOML, or a value is wrong; the message lists every wrong
            setting with what to do.
    """
    file = Path(path)
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"There is no configuration file {file}. Copy config/sandbox.toml or config/province.toml and edit it."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The configuration file {file} cannot be read: {type(error).__name__}."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"The configuration file {file} is not TOML: {error}.") from error
    return settings_from(raw, file.resolve().parent, str(file))


def settings_from(raw: dict[str, Any], folder: Path, name: str = "the configuration") -> Settings:
    """The settings of an already parsed file. Raises as :func:`load_settings`."""
    prepared = _prepare(raw, folder)

    class _Sources(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del init_settings, dotenv_settings, file_secret_settings
            return env_settings, InitSettingsSource(settings_cls, prepared)

    try:
        return _Sources()
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(part) for part in item['loc']) or name}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigurationError(
            f"{name} has {len(lines)} wrong setting(s):\n" + "\n".join(lines)
        ) from None


def _prepare(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy with absolute paths, names of systems filled in and secrets read."""
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in raw.items()}
    for table, key in _PATHS:
        if isinstance(result.get(table), dict) and isinstance(result[table].get(key), str):
            result[table][key] = folder / result[table][key]
    store = result.get("store")
    if isinstance(store, dict) and isinstance(store.get("url"), str):
        store["url"] = _absolute_sqlite(store["url"], folder)
    systems = result.get("systems")
    if isinstance(systems, dict):
        result["systems"] = {
            name: _system(name, table, folder) if isinstance(table, dict) else table
            for name, table in systems.items()
        }
    return result


def _absolute_sqlite(url: str, folder: Path) -> str:
    prefix, mark, file = url.partition("sqlite:///")
    if prefix or not mark or file.startswith(("/", ":memory:")):
        return url
    return f"sqlite:///{(folder / file).resolve()}"


def _system(name: str, raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    table = {"name": name, **raw}
    for key in _SYSTEM_PATHS:
        if isinstance(table.get(key), str):
            table[key] = folder / table[key]
    for part in ("channel", "options"):
        if isinstance(table.get(part), dict):
            table[part] = _with_secrets(table[part], folder, f"systems.{name}.{part}")
    return table


def _with_secrets(table: dict[str, Any], folder: Path, where: str) -> dict[str, Any]:
    """Replaces ``secret_file`` and ``secret_env`` by ``secret``: secrets need not stand in the file."""
    result: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            result[key] = _with_secrets(value, folder, f"{where}.{key}")
        elif key.endswith("_file") and isinstance(value, str):
            result[key.removesuffix("_file")] = _secret_file(folder / value, f"{where}.{key}")
        elif key.endswith("_env") and isinstance(value, str):
            if value not in os.environ:
                raise ConfigurationError(f"{where}.{key}: the environment has no variable {value}.")
            result[key.removesuffix("_env")] = os.environ[value]
        else:
            result[key] = value
    return result


def _secret_file(path: Path, where: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{where}: the secret file {path} cannot be read ({type(error).__name__})."
        ) from None
