"""The ``options`` table of a population system. No code list of C06 is published: ask the agency for each value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from lienthong.identity import IdentityError, PartialDate, identify_person_number
from lienthong.interface import CitizenQuery
from lienthong_connectors.channels import Table

from ._operations import CODES, Operation

Meaning = Literal["not_found", "not_licensed"]
_Path = Annotated[str, StringConstraints(pattern=r"^/\S*$")]
_Code = Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]


class TestPerson(Table):
    """A synthetic person that the agency gave us for health checks, and the account that asks."""

    __test__ = False  # pytest would take the name for a test class

    number: str = Field(description="Test number, 12 or 9 digits.")
    full_name: str = Field(min_length=1, description="Name that belongs to the test number.")
    birth: str = Field(default="", description="Birth date, `yyyy-MM-dd` or `yyyy`.")
    officer: str = Field(min_length=1, description="Officer account under which it is asked.")

    @field_validator("number")
    @classmethod
    def _check_number(cls, value: str) -> str:
        _readable(lambda: identify_person_number(value))
        return value

    @field_validator("birth")
    @classmethod
    def _check_birth(cls, value: str) -> str:
        if value:
            _readable(lambda: PartialDate.parse(value))
        return value

    def query(self) -> CitizenQuery:
        """The question about the test person."""
        return CitizenQuery(
            number=identify_person_number(self.number),
            full_name=self.full_name,
            birth=PartialDate.parse(self.birth) if self.birth else None,
        )


class PopulationOptions(Table):
    """Keys of ``[systems.<name>.options]``."""

    paths: dict[Operation, _Path] = Field(
        default_factory=dict,
        description="Path behind the base address per operation; `/<operation>` when absent. No address is published.",
    )
    ma_dvc: str = Field(
        default="VPCP",
        max_length=20,
        description="MaDVC: `VPCP` in practice; empty sends the procedure code of the case, as the specification says.",
    )
    ma_tich_hop: dict[Operation, _Code] = Field(
        default_factory=dict,
        description=(
            "Service code issued by C06 per operation; when absent 033 for XacThuc, 037 for TraCuu, and for all others "
            "a number of ours that C06 will not know."
        ),
    )
    ma_don_vi: str = Field(
        default="",
        max_length=35,
        pattern=r"^[0-9A-Z.]*$",
        description="MaDonVi, e-identifier of the agency; not sent when empty, as most callers do.",
    )
    birth_format: Literal["yyyyMMdd", "yyyy-MM-dd"] = Field(
        default="yyyyMMdd", description="Form of a full date in NgayThangNam."
    )
    name_form: Literal["folded", "upper"] = Field(
        default="folded",
        description="`folded`: NGUYENVANA (three callers); `upper`: NGUYỄN VĂN A (one caller).",
    )
    service_code_element: Literal["MaTichHop", "MaDichVu"] = Field(
        default="MaTichHop", description="Name of the service code element in XacThuc."
    )
    send_birth_in_verify: bool = Field(
        default=True, description="Whether XacThuc carries the birth date when it is known."
    )
    birth_shape: Literal["nested", "flat"] = Field(
        default="nested",
        description="In XML: the date inside a child element, as on the wire, or as text, as the specification says.",
    )
    qualified: bool = Field(
        default=True,
        description="In XML: whether the elements of a request stand in the request namespace.",
    )
    field_order: Literal["opencps", "spec"] = Field(
        default="opencps",
        description="Order of the elements: `opencps` has MaDonVi after the number, `spec` before MaCanBo.",
    )
    identifiers: Literal["one", "both"] = Field(
        default="one",
        description="Whether the number that is not known is left out or sent empty.",
    )
    account_fields: bool = Field(
        default=False,
        description="Whether TaiKhoan (the officer's account) and SoDienThoai (`0`) are sent, as one caller does.",
    )
    user_name_service: str = Field(
        default="",
        max_length=100,
        description="userNameService, the account at the platform; dialect `flat` only.",
    )
    flat_ma_tich_hop: bool = Field(
        default=False,
        description="Whether maTichHop is sent; dialect `flat` only, where the one caller does not send it.",
    )
    flat_year_key: str = Field(
        default="nam",
        pattern=r"^[A-Za-z]\w{0,39}$",
        description="Key of a bare birth year; dialect `flat` only, unpublished.",
    )
    list_page_rows: int = Field(
        default=100, ge=1, le=1000, description="Citizens asked for per page of a finished list."
    )
    list_rows: int = Field(
        default=10_000, ge=1, le=1_000_000, description="Longest list that is read."
    )
    code_meanings: dict[str, Meaning] = Field(
        default={"404": "not_found", "004": "not_licensed", "005": "not_licensed"},
        description=(
            "Codes of failures that are answers (faultcode without prefix, MaLoi of a Fault, or errorCode): no list of C06 is "
            "published, 004 and 005 are those of OpenCPS, 404 is ours and means an unknown list request."
        ),
    )
    test_person: TestPerson | None = Field(
        default=None, description="Synthetic person for health checks, if the agency gave one."
    )

    def path(self, operation: Operation) -> str:
        """Path of an operation behind the base address."""
        return self.paths.get(operation, f"/{operation}")

    def code(self, operation: Operation) -> str:
        """Service code of an operation."""
        return self.ma_tich_hop.get(operation, CODES[operation])


def _readable(read: Callable[[], object]) -> None:
    """Turns identity's refusal into one that pydantic can name the setting for, without the value."""
    try:
        read()
    except IdentityError as error:
        raise ValueError(error.message) from None
