"""Reads a configuration file: TOML, then environment, then paths and secrets resolved, then validated whole."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource, SettingsError

from lienthong.interface import ConfigurationError

from ._model import Settings

_PATHS: Final = (
    ("store", "content"),
    ("store", "keys"),
    ("catalogue", "path"),
    ("evidence", "roots"),
    ("evidence", "revocations"),
    ("callback", "ca"),
    ("health", "file"),
    ("reporting", "indicators"),
    ("reporting", "sink_folder"),
    ("reporting", "sink_key"),
    ("reporting", "sink_ca"),
)
_SYSTEM_PATHS: Final = ("ca", "client_certificate")


def load_settings(path: str | Path, *, environment: bool = True) -> Settings:
    """The settings of a configuration file. Relative paths are relative to the file's folder.

    Args:
        path: The file.
        environment: Whether ``LIENTHONG_<TABLE>__<KEY>`` variables override it; a demo must not meet a real database.

    Raises:
        ConfigurationError: The file is missing, is no TOML, or a value is wrong; the message lists every wrong
            setting with what to do.
    """
    file = Path(path)
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        raw = tomllib.loads(file.read_text("utf-8-sig"))
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
    return settings_from(raw, file.resolve().parent, str(file), environment=environment)


def settings_from(
    raw: dict[str, Any],
    folder: Path,
    name: str = "the configuration",
    *,
    environment: bool = True,
) -> Settings:
    """The settings of an already parsed file. Raises as :func:`load_settings`."""
    try:
        above = EnvSettingsSource(Settings)() if environment else {}
        prepared = _prepare(_over(raw, above), folder)
    except SettingsError as error:
        # Only the name of the table is in it, never the value.
        raise ConfigurationError(
            f"An environment variable is wrong: {error}. Set single values, e.g. LIENTHONG_STORE__URL."
        ) from None

    try:
        return Settings(**prepared)
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(part) for part in item['loc']) or name}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigurationError(
            f"{name} has {len(lines)} wrong setting(s):\n" + "\n".join(lines)
        ) from None


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables merged value by value; what stands above wins."""
    merged = dict(below)
    for key, value in above.items():
        former = merged.get(key)
        if isinstance(value, dict) and isinstance(former, dict):
            merged[key] = _over(former, value)
        else:
            merged[key] = value
    return merged


def _prepare(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A copy with absolute paths, names of systems filled in and secrets read."""
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in raw.items()}
    for table, key in _PATHS:
        value = result[table].get(key) if isinstance(result.get(table), dict) else None
        if isinstance(value, str) and not value.startswith("s3://"):
            result[table][key] = folder / value
        elif isinstance(value, list):
            result[table][key] = [
                folder / item if isinstance(item, str) else item for item in value
            ]
    store = result.get("store")
    if isinstance(store, dict):
        if isinstance(store.get("url"), str):
            store["url"] = _absolute_sqlite(store["url"], folder)
        result["store"] = _with_secrets(store, folder, "store")
    if isinstance(result.get("callback"), dict):
        result["callback"] = _with_secrets(result["callback"], folder, "callback")
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
    if raw.get("name", name) != name:
        raise ConfigurationError(
            f"systems.{name}.name: the table's own name is the name; remove this line."
        )
    table = {**raw, "name": name}
    for key in _SYSTEM_PATHS:
        if isinstance(table.get(key), str):
            table[key] = folder / table[key]
    for part in ("channel", "options"):
        if isinstance(table.get(part), dict):
            table[part] = _with_secrets(table[part], folder, f"systems.{name}.{part}")
    return table


def _with_secrets(table: dict[str, Any], folder: Path, where: str) -> dict[str, Any]:
    """Replaces ``…_file`` and ``…_env`` by what they point at: secrets need not stand in the file."""
    result: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            result[key] = _with_secrets(value, folder, f"{where}.{key}")
        elif key.endswith("_file") and isinstance(value, str):
            name = _free_name(key, "_file", table, where)
            result[name] = _secret_file(folder / value, f"{where}.{key}")
        elif key.endswith("_env") and isinstance(value, str):
            name = _free_name(key, "_env", table, where)
            result[name] = _secret_env(value, f"{where}.{key}")
        else:
            result[key] = value
    return result


def _free_name(key: str, ending: str, table: dict[str, Any], where: str) -> str:
    """The name of the secret itself, which may stand there in one way only."""
    name = key.removesuffix(ending)
    ways = [way for way in (name, f"{name}_file", f"{name}_env") if way in table]
    if len(ways) > 1:
        raise ConfigurationError(f"{where}: {' and '.join(ways)} say the same; keep one of them.")
    return name


def _secret_env(variable: str, where: str) -> str:
    secret = os.environ.get(variable, "").strip()
    if not secret:
        raise ConfigurationError(
            f"{where}: the environment has no variable {variable}, or an empty one."
        )
    return secret


def _secret_file(path: Path, where: str) -> str:
    try:
        secret = path.read_text("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{where}: the secret file {path} cannot be read ({type(error).__name__})."
        ) from None
    if not secret:
        raise ConfigurationError(f"{where}: the secret file {path} is empty.")
    return secret
