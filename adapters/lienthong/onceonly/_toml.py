"""TOML files that operators edit: read, and explained when they are wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .errors import CatalogueInvalid


def read_toml(file: Path) -> dict[str, Any]:
    """The content of a file.

    Raises:
        CatalogueInvalid: It cannot be read, or is no TOML; the message names the place.
    """
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueInvalid(f"{file.name} cannot be read as TOML: {error}.") from error


def require_unique(file: Path, what: str, codes: Iterable[str]) -> None:
    """Refuses a code that stands twice.

    Raises:
        CatalogueInvalid: One does.
    """
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise CatalogueInvalid(f"{file.name}: {what} {code} stands there twice.")
        seen.add(code)


def explain(place: str, error: ValidationError) -> str:
    """What is wrong with a table, and where."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{place}: {field}: {first['msg']}." if field else f"{place}: {first['msg']}."
