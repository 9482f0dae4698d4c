"""A TOML file that sets faults and switches at the start.

::

    [faults.population]                        # the whole system
    latency_ms = 200
    [faults.population.services.TraCuuThongTinCongDan]
    status = 503
    times = 3
    [settings.population]
    timestamp_unit = "s"
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lienthong_sandbox._faults import Fault, FaultError


@dataclass(frozen=True, slots=True)
class PlanFile:
    """Faults by (system, service; empty for the whole system) and switches by system."""

    faults: dict[tuple[str, str], Fault]
    settings: dict[str, dict[str, object]]


def read_plan(path: Path) -> PlanFile:
    """Reads such a file.

    Raises:
        FaultError: It is not TOML, or a table or field is unknown.
        OSError: It cannot be read.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise FaultError(f"{path.name} is not TOML: {error}") from error
    if unknown := set(document) - {"faults", "settings"}:
        raise FaultError(f"unknown table {', '.join(sorted(unknown))} in {path.name}")
    faults: dict[tuple[str, str], Fault] = {}
    for system, table in _tables(document, "faults").items():
        services = _tables(table, "services")
        if own := {name: value for name, value in table.items() if name != "services"}:
            faults[system, ""] = Fault.of(own)
        faults |= {(system, name): Fault.of(fields) for name, fields in services.items()}
    return PlanFile(faults, _tables(document, "settings"))


def _tables(document: dict[str, object], name: str) -> dict[str, dict[str, object]]:
    tables = document.get(name, {})
    if not isinstance(tables, dict) or not all(isinstance(part, dict) for part in tables.values()):
        raise FaultError(f"{name} must hold one table per name")
    return cast("dict[str, dict[str, object]]", tables)
