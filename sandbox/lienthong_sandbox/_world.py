"""What a system of the sandbox is built from: people, clock, tokens, folders, settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox.personas import Personas


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a system's ``build(world)`` may lean on.

    Attributes:
        personas: The synthetic people and organisations, shared by all systems.
        state: An existing folder for what a system wants to keep across restarts.
        catalogue: The folder of procedure files, or None when there is none.
        clock: The system's own time, aware, UTC; the fault ``clock_skew_s`` shifts it.
        tokens: Issues and checks this sandbox's tokens and sessions.
        settings: The system's switches for the points on which the reference is in doubt; live, so read
            it at each request (it is changed through ``PUT /-/settings/{system}``).
    """

    personas: Personas
    state: Path
    catalogue: Path | None
    clock: Callable[[], datetime]
    tokens: TokenBook
    settings: Mapping[str, object] = field(default_factory=dict)
