"""The ``options`` table of a business registration system."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from lienthong_connectors.channels import Table

from ._values import NOT_FOUND

Operation = Literal[
    "chiTietDoanhNghiep",
    "danhSachHoSoTrongNgay",
    "danhSachHoSo",
    "tinhTrangHoSo",
    "chiTietHoKinhDoanh",
    "chiTietHopTacXa",
    "TraCuuThongTinDoanhNghiep",
    "doanhnghiep",
]
DETAIL: Final[Operation] = "chiTietDoanhNghiep"
DAY: Final[Operation] = "danhSachHoSoTrongNgay"
LIST: Final[Operation] = "danhSachHoSo"
DOSSIER: Final[Operation] = "tinhTrangHoSo"
HOUSEHOLD: Final[Operation] = "chiTietHoKinhDoanh"
COOPERATIVE: Final[Operation] = "chiTietHopTacXa"
FRONT: Final[Operation] = "TraCuuThongTinDoanhNghiep"
PROXY: Final[Operation] = "doanhnghiep"

# Population page B1 (generation 1), B3 (generation 2), B2 (the HCM platform, which names no adapter; the OpenCPS proxy).
_BASES: Final = {
    "generation1": "/apiCSDLDKDN/1.0",
    "generation2": "/apiDKKD",
    "hcm": "",
    "opencps": "/qldc",
}
_FOLDERS: Final[dict[tuple[str, Operation], str]] = {
    ("generation2", DETAIL): "/DoanhNghiep",
    ("generation2", HOUSEHOLD): "/HoKinhDoanh",
    ("generation2", COOPERATIVE): "/HopTacXa",
}

_Path = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")]


class BusinessOptions(Table):
    """Keys of ``[systems.<name>.options]``."""

    base_path: _Path | None = Field(
        default=None,
        description=(
            "Path before the operations: `/apiCSDLDKDN/1.0` (generation 1; provincial mirrors drop the version), "
            "`/apiDKKD` (generation 2), `/qldc` (OpenCPS) or nothing (HCM) when absent."
        ),
    )
    paths: dict[Operation, _Path] = Field(
        default_factory=dict,
        description="Whole path behind the base address of an operation that stands elsewhere.",
    )
    branch_dash: bool | None = Field(
        default=None,
        description=(
            "Whether a branch code travels with its dash (`##########-###`); when absent, on the HCM platform only."
        ),
    )
    not_found_texts: tuple[str, ...] = Field(
        default=NOT_FOUND,
        description="Words of a failure that mean: there is no such enterprise or dossier; no list is published.",
    )
    proxy_encoding: Literal["form", "json"] = Field(
        default="form",
        description="Encoding of the question; dialect `opencps` only, where it is not seen.",
    )
    span_days: int = Field(
        default=5,
        ge=1,
        le=31,
        description=(
            "Longest span of danhSachHoSo in calendar days, both ends counted; longer questions are split. "
            "5 keeps the published limit whether that counts both ends or not."
        ),
    )
    page_rows: int = Field(
        default=100, ge=1, le=1000, description="Rows asked for per page of a dossier list."
    )
    list_rows: int = Field(
        default=10_000, ge=1, le=1_000_000, description="Longest dossier list that is read."
    )

    def path(self, dialect: str, operation: Operation) -> str:
        """Path of an operation behind the base address."""
        base = _BASES[dialect] if self.base_path is None else self.base_path.rstrip("/")
        folder = _FOLDERS.get((dialect, operation), "")
        return self.paths.get(operation, f"{base}{folder}/{operation}")

    def dashes(self, dialect: str) -> bool:
        """Whether a branch code travels with its dash."""
        return dialect == "hcm" if self.branch_dash is None else self.branch_dash
