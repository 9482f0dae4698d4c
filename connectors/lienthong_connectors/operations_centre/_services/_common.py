"""What the declared services of the hub share (hub page §1)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

SYSTEM: Final = "operations_centre"

ADAPTER: Final = "adapter"
"""Directly through the security adapter: session in the body, one reply envelope."""
PROXY: Final = "proxy"
"""Through a provincial proxy: query parameters or a bare list in, the result as JSON text inside ``message`` out."""
PAYMENT: Final = "payment"
"""The payment platform: messages of its own, signed one by one, no session (hub page §5.3)."""
EMC: Final = "emc"
"""The measurement of online services: one message, no sign-in (hub page §5.4)."""
MINISTRY: Final = "ministry"
"""A system that a ministry runs itself, \"DVC Bộ\": plain REST behind a token (hub page §2.6)."""
PUBLIC: Final = "public"
"""What the portal's own pages read, for anybody: catalogue and points (hub page §3.2, §9)."""
DIALECTS: Final = (ADAPTER, PROXY)

CHANNELS: Final = {
    ADAPTER: ("portal",),
    PROXY: ("open", "lgsp", "ngsp"),
    PAYMENT: ("open", "lgsp", "ngsp"),
    EMC: ("open",),
    MINISTRY: ("ngsp", "lgsp", "open"),
    PUBLIC: ("open",),
}
"""Which channels carry which dialect. How a proxy signs callers in is each province's own (hub page §1.1)."""
ALL_CHANNELS: Final = CHANNELS[ADAPTER] + CHANNELS[PROXY]

DATE: Final = "yyyyMMddHHmmss, UTC+7"
FLAG: Final = "0 | 1"

REPLY: Final = (
    Field("error_code", "int or string", '0, "0" or "00" for success', True),
    Field("message", "string", 'free text; tells "already exists" from success'),
)


def read_service(
    name: str,
    title_vi: str,
    title_en: str,
    reply: tuple[Field, ...],
    request: tuple[Field, ...] = (),
    basis: Basis = Basis.CODE,
    source: str = "hub page §1.1",
) -> Service:
    return Service(
        SYSTEM, name, Verb.LOOKUP, title_vi, title_en, DIALECTS, ALL_CHANNELS, basis, source,
        request=request, reply=(*REPLY, *reply),
    )  # fmt: skip


def write_service(
    name: str, title_vi: str, title_en: str, request: tuple[Field, ...], basis: Basis = Basis.CODE
) -> Service:
    return Service(
        SYSTEM, name, Verb.SHARE, title_vi, title_en, (ADAPTER,), CHANNELS[ADAPTER], basis, "hub page §1.1",
        idempotent=False, request=request, reply=REPLY,
    )  # fmt: skip


def progress_step(where: str, moment: str) -> tuple[Field, ...]:
    """What a progress step says beside its dossier (hub page §2.3).

    Args:
        where: What stands before its names, e.g. ``data/``.
        moment: How its moments travel.
    """
    return (
        Field(f"{where}NguoiXuLy", "string", "who acted", True, 50),
        Field(f"{where}ChucDanh", "string", "post", False),
        Field(f"{where}PhongBanXuLy", "string", "department", False),
        Field(f"{where}ThoiDiemXuLy", moment, "when", True),
        Field(f"{where}NoiDungXuLy", "string", "what was done"),
        Field(f"{where}TrangThai", "1 … 10", "status after the step", True),
        Field(f"{where}NgayBatDau", moment, "start of the step", False),
        Field(f"{where}NgayKetThucTheoQuyDinh", moment, "legal end of the step", False),
    )
