"""What can be handed over: dossiers and progress to the hub, dossiers to the land system, files to BHXH.

Field names are ours; the connectors map them to the wire. Times are aware datetimes; the wire form
(``yyyyMMddHHmmss`` in Vietnam time for the hub) is the connector's business.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ._hub_messages import (
    EmcEvent,
    HubAnswer,
    HubDossier,
    HubProgress,
    HubQuestion,
    HubRating,
    MinistryCodeRequest,
    MinistryDossier,
    MinistryStatus,
    MinistryUpload,
    PaymentOrder,
    PromotionOutcome,
)
from ._message_base import MessageBase


class CitizenListRequest(MessageBase):
    """Asks the population database for a list of citizens (population page A3 CungCapDanhSachTheo…).

    The answer is a ticket (``Deferred``); ``CitizenListStatusQuery`` and ``CitizenListQuery`` ask on under it.
    """

    by: Literal["area", "age", "blood_group", "sex", "ethnicity", "religion"]
    code: str = ""
    """What is looked for: blood group ``00``-``04``, sex ``1`` or ``2``, ethnicity or religion, 2 digits."""
    age_from: int | None = Field(default=None, ge=0, le=150)
    """Whole years, included."""
    age_to: int | None = Field(default=None, ge=0, le=150)
    province: str = ""
    """Province code, 2 digits; demanded for ``area``."""
    commune: str = ""
    """Commune code, 5 digits."""


class CitizenListRemoval(MessageBase):
    """Removes a list request and its result (population page A3 DeleteRequest)."""

    ticket: str


class HandoverFile(MessageBase):
    """A paper handed over with its content."""

    name: str
    originals: int = 1
    copies: int = 0
    filename: str
    content_base64: str


class LandHandover(MessageBase):
    """A dossier handed over to the land system (insurance page §4.2 TiepNhan)."""

    dossier: str
    provincial: bool = True
    province: str
    district: str = "0"
    commune: str
    received_by: str
    received_at: datetime | None = None
    due_at: datetime | None = None
    asset_address: str = ""
    applicant_name: str
    applicant_number: str
    applicant_address: str = ""
    applicant_phone: str = ""
    applicant_email: str = ""
    process_code: str
    process_name: str
    parcels: tuple[tuple[str, str, str, str], ...] = ()
    """(parcel number, map sheet, area, address), all text as on the wire."""
    files: tuple[HandoverFile, ...] = ()


class LandSupplement(MessageBase):
    """Supplements of a dossier sent on to the land system (insurance page §4.2 BoSungHoSo)."""

    dossier: str
    due_at: datetime
    """The new appointed return date."""
    note: str = ""
    files: tuple[HandoverFile, ...] = ()


class LandReturned(MessageBase):
    """The result was returned to the citizen (insurance page §4.2 CapNhatTrangThaiHoSo)."""

    dossier: str
    returned_at: datetime


class LandRejection(MessageBase):
    """The land system's result is wrong and goes back (insurance page §4.2 phanhoihososaiketqua)."""

    dossier: str
    content: str
    """What is wrong."""
    files: tuple[HandoverFile, ...] = ()


class FacilityFile(MessageBase):
    """A file of a medical facility for BHXH Việt Nam, by the card gateway (insurance page §2.2).

    ``Receipt.reference`` is the number under which BHXH took it. No service that tells what was taken is published: a file
    whose answer is lost stays in doubt until BHXH is asked.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    kind: Literal["check_in", "treatment", "assessment"]
    """An arrival, a treatment (tables 1 to 11), or the data of a medical assessment (*giám định y khoa*)."""
    province: str = Field(pattern=r"^[0-9]{2}$")
    """Province code of BHXH, 2 digits."""
    facility: str = Field(pattern=r"^[0-9]{5}$")
    """Facility code, 5 digits."""
    content: bytes
    """The XML file, UTF-8, as the ministry lays it down; base64 in JSON. At most ``limits.body_mb``."""


Message = (
    HubDossier
    | HubProgress
    | LandHandover
    | CitizenListRequest
    | CitizenListRemoval
    | LandSupplement
    | LandReturned
    | LandRejection
    | FacilityFile
    | HubQuestion
    | HubAnswer
    | HubRating
    | PromotionOutcome
    | PaymentOrder
    | EmcEvent
    | MinistryCodeRequest
    | MinistryUpload
    | MinistryDossier
    | MinistryStatus
)
"""Every message; a connector declares which it takes through ``service_for``."""


class Receipt(BaseModel):
    """What the far side said on taking a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = ""
    message: str = ""
    reference: str = ""
    at: datetime | None = None
    """When the far side took it, UTC; ``None`` where it does not say."""
