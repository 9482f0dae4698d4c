"""Every setting of an installation. ``docs/reference/settings.md`` is checked against this file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from lienthong.identity import AgencyCode
from lienthong.interface import SystemSettings


class _Table(BaseModel):
    # TOML can say `inf` and `nan`; no timer can.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Site(_Table):
    """Whose installation this is."""

    agency: str = Field(description="E-identifier of the province (QĐ 20/2020/QĐ-TTg), e.g. `H31`.")
    name: str = Field(description="Name of the agency as screens and the hub show it.")
    node: str = Field(
        default="",
        description="Name of this process among several; host name and process number when empty.",
    )

    @field_validator("agency")
    @classmethod
    def _agency(cls, value: str) -> str:
        return AgencyCode.parse(value).value


class Store(_Table):
    """Where things are kept."""

    url: str = Field(description="`sqlite:///file` for one node, `postgresql://…` for several.")
    content: Path | Annotated[str, Field(pattern=r"^s3://")] = Field(
        description="Folder of the encrypted papers, or a bucket: `s3://bucket/prefix?endpoint=https://host:port&region=…`."
    )
    access_key: str = Field(default="", description="Account at the object store.")
    secret_key: str = Field(default="", repr=False, description="Its secret.")
    keys: Path = Field(description="Keyring file, outside the database; mode 0600.")

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://")):
            msg = "must begin with sqlite:/// or postgresql://"
            raise ValueError(msg)
        return value


class CatalogueSettings(_Table):
    """Where procedures and replacement rules come from."""

    path: Path = Field(description="Folder of the procedure files and `replacements.toml`.")


class EvidenceSettings(_Table):
    """What may be kept of papers, and what a kept paper must have to be reused."""

    agency: str = Field(
        default="",
        pattern=r"^([0-9A-Z]+(\.[0-9A-Z]+)*)?$",
        description="Agency in front of our digitisation codes; `site.agency` when empty.",
    )
    prefix: str = Field(
        default="SH",
        pattern=r"^[0-9A-Z]{1,10}$",
        description="What follows it in a digitisation code: the structure of TT 01/2023 art. 10 is unpublished.",
    )
    signature: Literal["optional", "required"] = Field(
        default="optional",
        description="Whether only scans with a valid signature of the scanner are reused (TT 01/2023/TT-VPCP art. 8).",
    )
    roots: tuple[Path, ...] = Field(
        default=(),
        description="Files of the root certificates that vouch for signers, PEM or DER; without them only changes are seen.",
    )
    revocations: tuple[Path, ...] = Field(
        default=(), description="Files of revocation lists, PEM or DER; nothing is fetched."
    )
    refused: tuple[Literal["copy", "certified_copy", "opinion"], ...] = Field(
        default=("copy", "certified_copy", "opinion"),
        description="Classes that are not digitised beside state secrets and present-only papers (TT 01/2023, TT 03/2025).",
    )
    max_mb: int = Field(
        default=1024, ge=1, le=102_400, description="Largest content of one paper, MB."
    )

    @model_validator(mode="after")
    def _roots(self) -> Self:
        if self.signature == "required" and not self.roots:
            msg = "roots: name at least one root certificate, since signatures are required"
            raise ValueError(msg)
        return self


class Desk(_Table):
    """What the citizen at the desk may expect."""

    deadline_s: float = Field(
        default=6.0,
        gt=0,
        le=60,
        description="Longest wait of one desk request for national answers, seconds.",
    )
    settle_within_h: float = Field(
        default=48.0,
        gt=0,
        le=720,
        description="Deadline of a provisional decision, hours; a procedure's file may say another. "
        "Planned maintenance of the source does not count.",
    )


class Maintenance(_Table):
    """One announced time in which a national system does not answer."""

    system: str = Field(description="Name of the system's `[systems.…]` table.")
    begins: AwareDatetime = Field(description="With its zone, e.g. `2026-11-28T22:00:00+07:00`.")
    ends: AwareDatetime = Field(description="With its zone; after `begins`.")

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.ends <= self.begins:
            msg = "ends: must be after begins"
            raise ValueError(msg)
        return self


class CallbackSettings(_Table):
    """Where the one-stop system wants to be called when a case's papers are settled; `lienthong events` shows the same."""

    url: str = Field(
        default="",
        pattern=r"^(https://[^\s/]+(/[^\s]*)?)?$",
        description="Address that takes one event per POST; empty: nobody is called.",
    )
    secret: str = Field(
        default="",
        repr=False,
        description="Signs time and body, HMAC-SHA256; 16 characters at least. `secret_file` or `secret_env` name a place.",
    )
    ca: Path | None = Field(
        default=None, description="PEM file of the authorities to trust at `url`."
    )
    keep_days: int = Field(
        default=180,
        ge=1,
        le=3650,
        description="Days that events are kept, for the callback and `lienthong events`; what `url` has not taken stays.",
    )

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.url and len(self.secret) < 16:
            msg = "secret: must have 16 characters at least"
            raise ValueError(msg)
        return self


class HubSettings(_Table):
    """How cases are told to the Government operations centre."""

    system: str = Field(
        default="operations_centre", description="Name of the hub's `[systems.…]` table."
    )
    file_base_url: str = Field(
        default="",
        description="Base of the download links of papers, reachable from the adapter; empty: no links are sent.",
    )
    at_once: int = Field(default=8, ge=1, le=100, description="Dossiers told at once.")
    max_attempts: int = Field(
        default=12,
        ge=1,
        le=100,
        description="Attempts of one message before it is set aside for an operator.",
    )
    backoff_s: float = Field(
        default=2.0, gt=0, description="First rest after a failed attempt, seconds; doubles."
    )
    backoff_max_s: float = Field(
        default=900.0, gt=0, description="Longest rest between attempts, seconds."
    )
    database_codes: dict[str, str] = Field(
        default={"population": "1"},
        description="MaCSDL of DSKetNoiCSDL by system; the official list is unpublished (hub page §2.1).",
    )
    unit_names: dict[str, str] = Field(
        default_factory=dict,
        description="Names of units by e-identifier, as DonViXuLy and GhiChu give them; `site.name` for our units without.",
    )
    in_doubt: Literal["send", "hold"] = Field(
        default="send",
        description="A progress step whose answer was lost and that no read can show: send again, or hold for an operator.",
    )


class Schedule(_Table):
    """When `lienthong run` does what."""

    sync_every_s: float = Field(
        default=5.0, gt=0, description="Telling the hub, seconds between rounds."
    )
    settle_every_s: float = Field(
        default=15.0, gt=0, description="Settling provisional decisions, seconds between rounds."
    )
    health_every_s: float = Field(
        default=30.0, gt=0, description="Health checks, seconds between rounds."
    )
    ratings_every_s: float = Field(
        default=60.0,
        gt=0,
        description="Telling citizens' ratings to the hub, seconds between rounds.",
    )
    facts_every_s: float = Field(
        default=300.0,
        gt=0,
        description="Reading changed cases for reports, seconds between rounds.",
    )
    catalogue_at: str = Field(
        default="01:30",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Daily catalogue sync, Vietnam time.",
    )
    callback_every_s: float = Field(
        default=5.0, gt=0, description="Calling the one-stop system, seconds between rounds."
    )
    reconcile_at: str = Field(
        default="02:30",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Nightly comparison of the day before with the hub, Vietnam time.",
    )
    sweep_at: str = Field(
        default="03:30",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Nightly removal of contents that no case kept, Vietnam time.",
    )
    reports_at: str = Field(
        default="05:00",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="Daily look for a month, quarter, half year or year whose reports are missing, Vietnam time.",
    )


class HealthSettings(_Table):
    """What health watches."""

    file: Path | None = Field(
        default=None, description="File that `lienthong run` keeps up to date, health+json."
    )
    certificate_warn_days: int = Field(
        default=45, ge=1, description="Warn so many days before a certificate ends."
    )
    outbox_warn_s: float = Field(
        default=900.0, gt=0, description="Warn when the oldest untold change is older, seconds."
    )
    outbox_fail_s: float = Field(
        default=14400.0, gt=0, description="Fail when it is older than this, seconds."
    )
    disk_warn_mb: int = Field(default=500, ge=1, description="Warn when less disk is free, MB.")


class ReportingSettings(_Table):
    """Indicators and reports, and where they are handed over."""

    indicators: Path | None = Field(
        default=None,
        description="Folder of targets, maxima, readings and forms; the shipped `config/indicators` when absent.",
    )
    folder: Path | None = Field(
        default=None,
        description="Folder for the reports of each finished month, quarter, half year and year, XLSX and PDF; absent: none are made.",
    )
    sink_folder: Path | None = Field(
        default=None, description="Folder into which figures are dropped for the reporting system."
    )
    sink_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$",
        description="Address to which figures are pushed; empty: none. No machine interface is published (hub page §8).",
    )
    sink_key: Path | None = Field(
        default=None,
        description="File with the key that signs what is handed over, HMAC-SHA256; mode 0600.",
    )
    sink_ca: Path | None = Field(
        default=None, description="PEM file of the authorities to trust at `sink_url`."
    )


class LogSettings(_Table):
    """How the log looks."""

    format: Literal["text", "json"] = Field(
        default="json", description="`json` for machines, `text` for people."
    )
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severe level written."
    )


class Settings(BaseSettings):
    """One configuration file. Environment variables ``LIENTHONG_<TABLE>__<KEY>`` override single values."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="LIENTHONG_", env_nested_delimiter="__"
    )

    site: Site
    store: Store
    catalogue: CatalogueSettings
    evidence: EvidenceSettings = EvidenceSettings()
    desk: Desk = Desk()
    maintenance: tuple[Maintenance, ...] = ()
    callback: CallbackSettings = CallbackSettings()
    hub: HubSettings = HubSettings()
    schedule: Schedule = Schedule()
    health: HealthSettings = HealthSettings()
    reporting: ReportingSettings = ReportingSettings()
    log: LogSettings = LogSettings()
    systems: dict[str, SystemSettings] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _maintained(self) -> Self:
        unknown = {item.system for item in self.maintenance} - self.systems.keys()
        if unknown:
            msg = f"maintenance.system: no table [systems.{min(unknown)}]"
            raise ValueError(msg)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what :func:`load_settings` hands in: it has put the environment over the file before paths and secrets."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)
