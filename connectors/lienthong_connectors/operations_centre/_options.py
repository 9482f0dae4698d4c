"""Settings of the connector: ``[systems.<name>.options]``. Endpoint tails stand in no public source (hub page §1)."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from lienthong.interface import ConfigurationError, SystemSettings
from lienthong_connectors.channels import Table, one_of, read_options

from ._payments import INIT_SIGNED, QUERY_SIGNED
from ._services import ADAPTER, CHANNELS, EMC, PAYMENT, PROXY, SERVICES

_WITH_PATHS: Final = frozenset(
    service.name for service in SERVICES if set(service.dialects) - {ADAPTER, PAYMENT}
)
_NEEDED: Final = {
    PAYMENT: ("payment_partner", "payment_secret"),
    PROXY: ("ma_don_vi",),
    EMC: ("emc_profile", "emc_site"),
}
"""Options without which a dialect cannot speak."""


class Options(Table):
    """What the connector needs beside the channel."""

    integration_path: str = Field(
        default="integration",
        description="Tail of the endpoint for dossiers, progress and LayThuTuc (dialect adapter).",
    )
    share_path: str = Field(
        default="share", description="Tail of the endpoint for lists (dialect adapter)."
    )
    paths: dict[str, str] = Field(
        default_factory=dict,
        description="Tail per service where it differs from the service's name (dialects proxy, ministry, emc, public).",
    )
    update_path: str = Field(
        default="",
        description="Tail for updates of dossiers where a proxy separates them from additions.",
    )
    ma_don_vi: str = Field(
        default="",
        description="E-identifier of the agency, e.g. `H31`, sent as MaDinhDanhDV and maDonVi (dialect proxy).",
    )
    other_id_kind: str = Field(
        default="3",
        min_length=1,
        description="LoaiDinhDanh of owner numbers of neither 12 nor 9 digits, e.g. enterprise codes; unpublished.",
    )
    result_code_key: Literal["MaGiayToKetQua", "MaKetQua"] = Field(
        default="MaGiayToKetQua",
        description="Key of a result's code in DanhSachGiayToKetQua: both names were seen for what looks like one field.",
    )
    deleted_as: Literal["text", "number"] = Field(
        default="text", description="How IsDeleted travels: False/True or 0/1."
    )
    supplements_as: Literal["text", "typed"] = Field(
        default="text",
        description="Whether TrangThaiBoSung and a numeric HoSoBoSungId travel as text or as bool and int.",
    )
    not_paid_online: Literal["0", "3"] = Field(
        default="0",
        description="DuocThanhToanTrucTuyen of a dossier not paid online; 3 was seen in one code base only.",
    )
    account_provider: str = Field(
        default="wso2is", description="Sign-on provider named in TraCuuTechID."
    )
    download_path: str = Field(
        default="downloadfile", description="Tail before a file's uid at the local adapter."
    )
    file_service: Literal["downloadfile", "getfile"] = Field(
        default="downloadfile",
        description="Whether links to files lead to the local adapter, or the proxy fetches them; a bare id always (dialect proxy).",
    )
    payment_path: str = Field(
        default="payment", description="Tail of the payment platform (dialect payment)."
    )
    payment_partner: str = Field(
        default="", description="MaDoiTac given by the payment platform (dialect payment)."
    )
    payment_secret: str = Field(
        default="", repr=False, description="Secret of MaXacThuc (dialect payment)."
    )
    payment_version: str = Field(default="1.0.6", description="PhienBan (dialect payment).")
    payment_receipt_kind: str = Field(
        default="BIENLAI",
        min_length=1,
        description="LoaiBanTin of the request for a receipt; unpublished (dialect payment).",
    )
    payment_init_signed: tuple[str, ...] = Field(
        default=INIT_SIGNED,
        description="Fields of INIT behind its MaXacThuc, in their order; unpublished (dialect payment).",
    )
    payment_query_signed: tuple[str, ...] = Field(
        default=QUERY_SIGNED,
        description="The same of QUERY and of the request for a receipt (dialect payment).",
    )
    emc_profile: str = Field(default="", description="CodeProfile given by EMC (dialect emc).")
    emc_site: str = Field(default="", description="SiteId given by EMC (dialect emc).")
    score_departments: str = Field(
        default="ADMINISTRATIVE_UNIT",
        min_length=1,
        description="departmentType of the list of provinces in index 766; its values are unpublished (dialect public).",
    )
    satisfaction_dates: bool = Field(
        default=False,
        description="Whether handling-satisfaction wants fromDate and toDate instead of timeType: both were seen (dialect public).",
    )
    exists_codes: tuple[str, ...] = Field(
        default=("0", "3", "-3"),
        description="Values of error_code under which the words of exists_texts count; the list is unpublished.",
    )
    exists_texts: tuple[str, ...] = Field(
        default=("đã tồn tại",),
        description="Words of a reply that mean: the portal has it already.",
    )
    unknown_texts: tuple[str, ...] = Field(
        default=("không tồn tại", "chưa tồn tại", "chưa có hồ sơ", "không tìm thấy"),
        description="Words of a reply that mean: the portal does not have it.",
    )


def read(settings: SystemSettings, dialect: str) -> Options:
    """The options of these settings.

    Raises:
        ConfigurationError: An option is unknown, wrong or missing, or the channel cannot carry the dialect.
    """
    where = f"systems.{settings.name}"
    one_of(str(settings.channel.get("kind")), CHANNELS[dialect], f"{where}.channel.kind")
    options = read_options(Options, settings)
    for name in options.paths:
        one_of(name, sorted(_WITH_PATHS), f"{where}.options.paths")
    for name in _NEEDED.get(dialect, ()):
        if not getattr(options, name):
            raise ConfigurationError(
                f"{where}.options.{name}: the dialect {dialect!r} needs it. "
                "Correct the configuration file."
            )
    return options
