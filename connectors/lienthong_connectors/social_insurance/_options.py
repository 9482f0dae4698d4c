"""The ``options`` table of a social insurance system."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from lienthong_connectors.channels import Table

Operation = Literal["getMaSoBhxhTheoTieuChi", "getTraCuuTtHgdByMaSoBhxh", "getTraCuuThongTinHgd"]
NUMBER: Final[Operation] = "getMaSoBhxhTheoTieuChi"
PERSON: Final[Operation] = "getTraCuuTtHgdByMaSoBhxh"
HOUSEHOLD: Final[Operation] = "getTraCuuThongTinHgd"


class SocialInsuranceOptions(Table):
    """Keys of ``[systems.<name>.options]``."""

    base_path: Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$")] = Field(
        default="/apiBHXH",
        description="Path before the operation; `/apiBHXH/1.0` where the platform keeps the version segment.",
    )
    failure_codes: tuple[str, ...] = Field(
        default=(),
        description="Values of errorCode that mean a failure of the system rather than an answer; no list is published.",
    )
