"""The ``options`` table of a business registration system."""

from __future__ import annotations

from pydantic import Field

from lienthong_connectors.channels import Table


class BusinessOptions(Table):
    """Keys of ``[systems.<name>.options]``."""

    path: str = Field(
        default="/apiCSDLDKDN/1.0/chiTietDoanhNghiep",
        pattern=r"^/[^\s?#]*$",
        description="Path of chiTietDoanhNghiep; provincial mirrors drop the version segment.",
    )
    branch_dash: bool = Field(
        default=False,
        description="Whether a branch code travels with its dash (`##########-###`), as on the HCM platform.",
    )
