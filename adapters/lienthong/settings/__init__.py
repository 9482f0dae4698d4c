"""The settings of an installation: one TOML file, environment on top, validated whole."""

from ._load import load_settings, settings_from
from ._model import (
    CatalogueSettings,
    Desk,
    EvidenceSettings,
    HealthSettings,
    HubSettings,
    LogSettings,
    ReportingSettings,
    Schedule,
    Settings,
    Site,
    Store,
)

__all__ = [
    "CatalogueSettings",
    "Desk",
    "EvidenceSettings",
    "HealthSettings",
    "HubSettings",
    "LogSettings",
    "ReportingSettings",
    "Schedule",
    "Settings",
    "Site",
    "Store",
    "load_settings",
    "settings_from",
]
