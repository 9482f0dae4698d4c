"""What the configuration says about one national system, secrets already resolved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")]


class Limits(BaseModel):
    """Bounds around the calls of one system."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    connect_s: float = Field(
        default=3.0, gt=0, le=60, description="Longest wait for a connection, seconds."
    )
    attempt_s: float = Field(
        default=8.0, gt=0, le=120, description="Longest time of one attempt, seconds."
    )
    attempts: int = Field(
        default=3, ge=1, le=10, description="Attempts of one call, the first included."
    )
    per_minute: int = Field(
        default=6000, ge=1, description="Quota agreed with the agency, calls per minute."
    )
    at_once: int = Field(
        default=20, ge=1, le=500, description="Calls under way at once (bulkhead and pool size)."
    )
    body_mb: float = Field(
        default=8.0, gt=0, le=512, description="Largest answer read and largest file sent, MB."
    )
    values: int = Field(
        default=250_000,
        ge=100,
        description="Most values (JSON) or elements and attributes (XML) in one answer, counted before anything is built of it.",
    )
    depth: int = Field(
        default=64, ge=8, le=200, description="Deepest nesting of values or elements in one answer."
    )
    breaker_failures: int = Field(
        default=5, ge=1, le=100, description="Failures in a row that open the breaker."
    )
    breaker_open_s: float = Field(
        default=20.0,
        gt=0,
        le=3600,
        description="Rest before a synthetic call probes again, seconds.",
    )


class SystemSettings(BaseModel):
    """One ``[systems.<name>]`` table of the configuration file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name of the table: the system's name in this installation.")
    connector: str = Field(description="Entry point in the group `lienthong.connectors`.")
    dialect: str = Field(
        default="", description="Message variant; empty for the connector's first one."
    )
    url: _Url = Field(description="Base address of the system or of the platform in front of it.")
    ca: Path | None = Field(
        default=None,
        description="PEM file of the authorities to trust; the system's store when absent.",
    )
    client_certificate: Path | None = Field(
        default=None, description="PEM file with certificate and key for mutual TLS."
    )
    channel: dict[str, Any] = Field(description="`kind` and the settings of that kind of channel.")
    options: dict[str, Any] = Field(
        default_factory=dict, description="What the connector itself needs."
    )
    limits: Limits = Field(default_factory=Limits, description="Bounds around the calls.")
