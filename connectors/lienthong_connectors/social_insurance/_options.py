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
DETAIL: Final = "nhanHoSoKCBChiTiet"
CHECK_IN: Final = "checkInKcbQd130"
SEND_TREATMENT: Final = "guiHoSoXmlQD130"
SEND_ASSESSMENT: Final = "guiDuLieuGdykQd130"

_Path = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Encoding = Literal["json", "form"]
HEADERS: Final[dict[Encoding, dict[str, str]]] = {
    "json": {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"},
    "form": {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Accept": "application/json",
    },
}
"""Headers of a request to the gateway."""


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
    history_fields: Literal["check", "person"] = Field(
        default="check",
        description="Fields of Lskcb2025, which are unpublished: those of the card check, or without the officer's (dialect gateway).",
    )
    sending_path: _Path = Field(
        default="/api/qd130",
        description="Path before the operations that take files of facilities (dialect gateway).",
    )
    sending_encoding: Encoding = Field(
        default="form",
        description="Encoding of files sent: the letter says form, some clients send JSON (dialect gateway).",
    )
