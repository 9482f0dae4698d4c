"""Settings of the connector: ``[systems.<name>.options]``. The look-ups are ours: paths and names can be re-mapped."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from lienthong.interface import SystemSettings
from lienthong_connectors.channels import Table, one_of, read_options

from ._services import FIND_CERTIFICATE, FIND_PARCEL, READ_FILE, REJECTION

NAMES: Final = tuple(
    dict.fromkeys(
        part
        for field in (*FIND_PARCEL.request, *FIND_CERTIFICATE.request, *FIND_PARCEL.reply)
        for part in field.name.split("/")
    )
)
"""Names of the look-up contract that an installation may spell otherwise."""


class Options(Table):
    """What the connector needs beside the channel."""

    handover_path: str = Field(
        default="",
        description="Tail of the hand-over; empty for the dialect's own, tiepnhan or TiepNhanHoSo.",
    )
    supplement_path: str = Field(
        default="",
        description="Tail of supplements; empty for capnhattrangthaibosunghoso or BoSungHoSo.",
    )
    returned_path: str = Field(
        default="",
        description="Tail of returned results; empty for capnhattrangthaitraketquahoso or CapNhatTrangThaiHoSo.",
    )
    rejection_path: str = Field(
        default=REJECTION.name, description="Tail of wrong results sent back."
    )
    no_district: str = Field(
        default="0",
        pattern=r"^[0-9]{0,3}$",
        description="HuyenId of a dossier without district, since they ended in 2025: `0`, as the field is declared not nullable; empty sends null.",
    )
    copies: Literal["int", "text"] = Field(
        default="int",
        description="How SoBanChinh and SoBanSao travel: their type is unpublished.",
    )
    parcel_path: str = Field(default=FIND_PARCEL.name, description="Tail of the parcel look-up.")
    certificate_path: str = Field(
        default=FIND_CERTIFICATE.name, description="Tail of the certificate look-up."
    )
    file_path: str = Field(
        default=READ_FILE.name,
        description="Tail of the registration record, before the serial (our own contract).",
    )
    download_base: str = Field(
        default="",
        description="Address before relative links of callbacks (VBDLIS); empty for the system's own.",
    )
    file_hosts: tuple[str, ...] = Field(
        default=(),
        description="Further hosts that absolute links of callbacks may name; the channel's token is sent to them too.",
    )
    names: dict[str, str] = Field(
        default_factory=dict,
        description='Other spellings for names of the look-up contract, e.g. soPhatHanh = "SoPhatHanh".',
    )
    exists_texts: tuple[str, ...] = Field(
        default=("đã tồn tại",),
        description="Words of a reply that mean: the land system has the dossier already.",
    )
    not_waiting_texts: tuple[str, ...] = Field(
        default=("không chờ bổ sung",),
        description="Words of a reply to a supplement that mean: it has arrived before.",
    )
    returned_texts: tuple[str, ...] = Field(
        default=("đã được trả", "không tìm thấy", "không tồn tại"),
        description="Words of a reply to a returned result that mean: nothing is left to do.",
    )


def read(settings: SystemSettings) -> Options:
    """The options of these settings.

    Raises:
        ConfigurationError: An option is unknown or wrong.
    """
    options = read_options(Options, settings)
    for name in options.names:
        one_of(name, NAMES, f"systems.{settings.name}.options.names")
    return options
