"""The settings of an installation: one TOML file, environment on top, validated whole."""

from ._load import load_settings, settings_from
from ._model import (
    CallbackSettings,
    CatalogueSettings,
    Desk,
    EvidenceSettings,
    HealthSettings,
    HubSettings,
    LogSettings,
    Maintenance,
    ReportingSettings,
    Schedule,
    Settings,
    Site,
    Store,
)

__all__ = [
    "CallbackSettings",
    "CatalogueSettings",
    "Desk",
    "EvidenceSettings",
    "HealthSettings",
    "HubSettings",
    "LogSettings",
    "Maintenance",
    "ReportingSettings",
    "Schedule",
    "Settings",
    "Site",
    "Store",
    "load_settings",
    "settings_from",
]
