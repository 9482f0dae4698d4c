"""The code lists that the hub serves (``LayDanhMuc…``), as far as their content is known from the reference.

Row keys of most lists are unpublished; MA… and TEN… by the list's own name is the doubts page's default. A list that
is not here is answered like a service that does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lienthong_sandbox._credentials import PORTAL_ACCOUNT

from ._catalogue import APPLICANTS, LEVELS, Catalogue

Row = dict[str, Any]

_FIXED: Final[Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "LayDanhMucGioiTinh": ("GIOITINH", (("1", "Nam"), ("2", "Nữ"), ("3", "Khác"))),
    "LayDanhMucTinhTrangHonNhan": (
        "TINHTRANGHONNHAN",
        (("1", "Chưa kết hôn"), ("2", "Đang có vợ/chồng"), ("3", "Đã ly hôn hoặc góa")),
    ),
    "LayDanhMucDoiTuong": ("DOITUONG", tuple(APPLICANTS.values())),
    "LayDanhMucCapThucHien": ("CAPTHUCHIEN", tuple(LEVELS.values())),
}


def code_list(service: str, catalogue: Catalogue) -> list[Row] | None:
    """The rows of one code list by its service name, or ``None`` when the hub has no such list."""
    if service == "LayDanhMucCoQuan":
        return [
            {"MADONVI": PORTAL_ACCOUNT.madonvi, "TENDONVI": "UBND tỉnh Hưng Yên", "CAPDONVI": "2"}
        ]
    if service == "LayDanhMucLinhVuc":
        return catalogue.fields()
    found = _FIXED.get(service)
    if found is None:
        return None
    suffix, rows = found
    return [{f"MA{suffix}": code, f"TEN{suffix}": name} for code, name in rows]
