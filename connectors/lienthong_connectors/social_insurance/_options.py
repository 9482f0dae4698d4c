"""The ``options`` table of a social insurance system."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from lienthong_connectors.channels import Table

Operation = Literal["getMaSoBhxhTheoTieuChi", "getTraCuuTtHgdByMaSoBhxh", "getTraCuuThongTinHgd"]
NUMBER: Final[Operation] = "getMaSoBhxhTheoTieuChi"
PERSON: Final[Operation] = "getTraCuuTtHgdByMaSoBhxh"
HOUSEHOLD: Final[Operation] = "getTraCuuThongTinHgd"
CARD: Final = "KQNhanLichSuKCB2024"
HISTORY: Final = "Lskcb2025"

_Path = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Encoding = Literal["json", "form"]


class CardOfficer(Table):
    """An officer as registered with BHXH for the card gateway."""

    name: _Text = Field(description="Full name, sent as hoTenCb.")
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")] = Field(
        description="Personal number, sent as cccdCb."
    )


class SocialInsuranceOptions(Table):
    """Keys of ``[systems.<name>.options]``."""

    base_path: _Path = Field(
        default="/apiBHXH",
        description="Path before the operation; `/apiBHXH/1.0` where the platform keeps the version segment.",
    )
    failure_codes: tuple[str, ...] = Field(
        default=(),
        description="Values of errorCode that mean a failure of the system rather than an answer; no list is published.",
    )
    partial_birth: Literal["short", "padded"] = Field(
        default="short",
        description="A year, or year and month, sent as `1948`, `194803` or padded with zeros to 8 digits; unpublished.",
    )
    gateway_path: _Path = Field(
        default="/api/egw", description="Path before the operation (dialect gateway)."
    )
    officers: dict[str, CardOfficer] = Field(
        default_factory=dict,
        description="Officers registered for the card gateway, by account; others may not ask (dialect gateway).",
    )
    birth_format: Literal["dd/MM/yyyy", "ddMMyyyy"] = Field(
        default="dd/MM/yyyy",
        description="Form of a full birth date at the gateway; the letter's table and its sample differ (dialect gateway).",
    )
    card_encoding: Encoding = Field(
        default="json", description="Encoding of KQNhanLichSuKCB2024 (dialect gateway)."
    )
    history_encoding: Encoding = Field(
        default="form",
        description="Encoding of Lskcb2025: the letter says JSON, implementers report that only a form works (dialect gateway).",
    )
