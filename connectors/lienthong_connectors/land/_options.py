"""Settings of the connector: ``[systems.<name>.options]``. The look-ups are ours: paths and names can be re-mapped."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from lienthong.interface import SystemSettings
from lienthong_connectors.channels import Table, one_of, read_options

from ._services import FIND_CERTIFICATE, FIND_PARCEL

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
    parcel_path: str = Field(default=FIND_PARCEL.name, description="Tail of the parcel look-up.")
    certificate_path: str = Field(
        default=FIND_CERTIFICATE.name, description="Tail of the certificate look-up."
    )
    names: dict[str, str] = Field(
        default_factory=dict,
        description='Other spellings for names of the look-up contract, e.g. soPhatHanh = "SoPhatHanh".',
    )
    exists_texts: tuple[str, ...] = Field(
        default=("đã tồn tại",),
        description="Words of a reply that mean: the land system has the dossier already.",
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
