"""What the national portal sends us: dossiers filed there, and promotion notices (hub page §1, §5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lienthong_connectors.inbound import Fields, Notice, NoticeRefused
from lienthong_connectors.values import vietnam_time


class PortalFile(Notice):
    """A file of a dossier from the portal; fetch it with ``HubFileQuery``, which goes to our own adapter."""

    name: str
    component: str = ""
    """MAGIAYTO."""
    url: str


class PortalDossier(Notice):
    """nhanhsdvcqg: a dossier that was filed on the national portal. No body is published: names after DongBoHoSoMC (ours)."""

    dossier: str
    procedure: str
    procedure_name: str = ""
    owner_name: str = ""
    owner_number: str = ""
    owner_kind: str = ""
    """LoaiDoiTuong: 1 citizen, 2 business, 3 state agency, 4 other organisation."""
    owner_account: str = ""
    email: str = ""
    phone: str = ""
    abstract: str = ""
    submitted_at: datetime | None = None
    """UTC."""
    files: tuple[PortalFile, ...] = ()
    raw: dict[str, Any]
    """The whole record as it came: what we do not know by name must not be lost."""


class PromotionDossier(Notice):
    """addtthcKhuyenMai: a promotion notice; answer its outcome with ``PromotionOutcome``. Only four fields are published."""

    dossier: str
    procedure: str
    tax_number: str
    trader_name: str
    raw: dict[str, Any]
    """The whole record as it came."""


def portal_dossiers(fields: Fields) -> tuple[PortalDossier, ...]:
    """The dossiers of a call: the body itself, or what stands under ``data``. Raises ``NoticeRefused``."""
    return tuple(_dossier(item) for item in _records(fields))


def promotions(fields: Fields) -> tuple[PromotionDossier, ...]:
    """The promotion notices of a call. Raises ``NoticeRefused``."""
    return tuple(
        PromotionDossier(
            dossier=item.text("MaHoSo", required=True),
            procedure=item.text("MaTTHC", required=True),
            tax_number=item.text("MaSoThue", required=True),
            trader_name=item.text("TenThuongNhan", required=True),
            raw=item.raw,
        )
        for item in _records(fields)
    )


def _dossier(item: Fields) -> PortalDossier:
    return PortalDossier(
        dossier=item.text("MaHoSo", required=True),
        procedure=item.text("MaTTHC", required=True),
        procedure_name=item.text("TenTTHC"),
        owner_name=item.text("ChuHoSo"),
        owner_number=item.text("SoGiayToChuHoSo") or item.object("DinhDanhCHS").text("SoDinhDanh"),
        owner_kind=item.text("LoaiDoiTuong"),
        owner_account=item.text("MaDoiTuong"),
        email=item.text("Email"),
        phone=item.text("SoDienThoai"),
        abstract=item.text("TrichYeuHoSo"),
        submitted_at=vietnam_time(item.text("NgayNopHoSo")),
        files=tuple(_files(item)),
        raw=item.raw,
    )


def _files(item: Fields) -> Iterator[PortalFile]:
    for file in item.objects("TaiLieuNop"):
        if not file.flag("IsDeleted"):
            yield PortalFile(
                name=file.text("TenTepDinhKem"),
                component=file.text("MaThanhPhanHoSo"),
                url=file.text("DuongDanTaiTepTin", required=True),
            )


def _records(fields: Fields) -> list[Fields]:
    found = list(fields.objects("data")) if fields.has("data") else [fields]
    if not found:
        raise NoticeRefused("Không có hồ sơ nào")
    return found
