"""Health: checks of every national system and of our own parts, each with its age; health+json for machines."""

from ._checker import HealthChecker
from ._names import BREAKER_VI, component_vi
from ._report import Check, CheckStatus, HealthReport
from ._results import load_report
from ._rooms import Rooms

__all__ = [
    "BREAKER_VI",
    "Check",
    "CheckStatus",
    "HealthChecker",
    "HealthReport",
    "Rooms",
    "component_vi",
    "load_report",
]
