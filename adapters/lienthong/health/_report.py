"""What a health run showed, and its form for machines (health+json, draft-inadarei-api-health-check)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

ComponentType = Literal["system", "datastore", "component"]


class CheckStatus(StrEnum):
    """How a check ended; a report is as bad as its worst check."""

    PASS = "pass"  # noqa: S105 - the draft's word for "healthy"
    WARN = "warn"
    FAIL = "fail"


_BADNESS = {CheckStatus.PASS: 0, CheckStatus.WARN: 1, CheckStatus.FAIL: 2}


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Nothing in it is about a person.

    Attributes:
        component: What was looked at: a configured system, or ``database``, ``disk``, ``audit``, ``outbox`` …
        measurement: What of it, e.g. ``check``, ``certificate``, ``token``.
        kind: ``system`` (outside), ``datastore`` or ``component`` (ours).
        status: How it ended.
        at: When it was observed, aware UTC.
        output: What happened and what to do, in English.
        output_vi: The same as one Vietnamese sentence.
        observed: The observed value; ``None`` where there is none.
        unit: Its unit, e.g. ``day``, ``s``, ``MB``.
        affected: What depends on it: services of a system, or work that stops.
    """

    component: str
    measurement: str
    kind: ComponentType
    status: CheckStatus
    at: datetime
    output: str
    output_vi: str
    observed: str | int | float | None = None
    unit: str = ""
    affected: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The key in health+json: ``component:measurement``."""
        return f"{self.component}:{self.measurement}"

    def age_s(self, now: datetime) -> float:
        """Seconds since it was observed; never negative."""
        return max((now - self.at).total_seconds(), 0.0)

    def to_json(self, now: datetime) -> dict[str, Any]:
        """As an entry of ``checks`` in health+json."""
        body: dict[str, Any] = {"componentType": self.kind}
        if self.observed is not None:
            body["observedValue"] = self.observed
        if self.unit:
            body["observedUnit"] = self.unit
        if self.affected:
            body["affectedEndpoints"] = list(self.affected)
        return body | {
            "status": self.status.value,
            "time": self.at.isoformat(),
            "observedAgeSeconds": round(self.age_s(now), 1),
            "output": self.output,
            "outputVi": self.output_vi,
        }

    def stored(self) -> dict[str, Any]:
        """What is kept of it beside name, status and time."""
        return {
            "kind": self.kind,
            "output": self.output,
            "output_vi": self.output_vi,
            "observed": self.observed,
            "unit": self.unit,
            "affected": list(self.affected),
        }

    @classmethod
    def restored(cls, name: str, status: str, at: datetime, kept: Mapping[str, Any]) -> Self:
        """The reverse of :meth:`stored`."""
        component, _, measurement = name.rpartition(":")
        return cls(
            component,
            measurement,
            kept["kind"],
            CheckStatus(status),
            at,
            kept["output"],
            kept["output_vi"],
            kept["observed"],
            kept["unit"],
            tuple(kept["affected"]),
        )


@dataclass(frozen=True, slots=True)
class HealthReport:
    """All checks of one run, or as last kept by any process."""

    checks: tuple[Check, ...]
    at: datetime
    """When the report was put together, aware UTC; ages count up to here."""
    service: str
    """Whose report: the agency's e-identifier."""
    description: str
    version: str

    @property
    def status(self) -> CheckStatus:
        """The worst status of all checks."""
        return worst(check.status for check in self.checks)

    def of(self, component: str) -> tuple[Check, ...]:
        """The checks of one component."""
        return tuple(check for check in self.checks if check.component == component)

    def to_health_json(self) -> dict[str, Any]:
        """The report as health+json: ``checks`` keyed ``component:measurement``, each an array."""
        checks: dict[str, list[dict[str, Any]]] = {}
        for check in self.checks:
            checks.setdefault(check.name, []).append(check.to_json(self.at))
        return {
            "status": self.status.value,
            "version": self.version,
            "serviceId": self.service,
            "description": self.description,
            "time": self.at.isoformat(),
            "checks": checks,
        }


def worst(statuses: Iterable[CheckStatus]) -> CheckStatus:
    """The worst of some statuses; ``pass`` of none."""
    return max(statuses, key=_BADNESS.__getitem__, default=CheckStatus.PASS)
