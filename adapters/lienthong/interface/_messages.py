"""What can be handed over: dossiers and progress to the hub, dossiers to the land system.

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


Message = (
    HubDossier
    | HubProgress
    | LandHandover
    | CitizenListRequest
    | CitizenListRemoval
    | LandSupplement
    | LandReturned
    | LandRejection
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
