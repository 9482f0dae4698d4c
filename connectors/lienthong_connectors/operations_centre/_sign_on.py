"""Userinfo of the portal's sign-on as typed claims (hub page §5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from lienthong.identity import IdentityError, PartialDate, Sex, fold, nfc
from lienthong.interface import Address, InvalidRequest, Record, as_text

_KINDS: Final[dict[str, Literal["citizen", "business", "organisation"]]] = {
    "1": "citizen",
    "2": "business",
    "3": "organisation",
}
_SEXES: Final = {
    "1": Sex.MALE,
    "2": Sex.FEMALE,
    "3": Sex.OTHER,
    "nam": Sex.MALE,
    "nu": Sex.FEMALE,
    "khac": Sex.OTHER,
}


class SignOnClaims(Record):
    """Who signed in, as the portal says. Field names are those of the citizen and organisation records."""

    subject: str
    """``sub``."""
    technical_id: str = ""
    """TechID: travels as MaDoiTuong of the dossiers filed by this account."""
    kind: Literal["citizen", "business", "organisation", ""] = ""
    personal_id: str = ""
    old_card: str = ""
    full_name: str = ""
    birth: PartialDate | None = None
    sex: Sex = Sex.UNKNOWN
    email: str = ""
    phone: str = ""
    permanent_address: Address | None = None
    current_address: Address | None = None
    insurance_number: str = ""
    tax_number: str = ""
    enterprise_code: str = ""
    organisation_name: str = ""
    organisation_address: Address | None = None


def read_userinfo(userinfo: Mapping[str, Any]) -> SignOnClaims:
    """The claims of a userinfo answer.

    Raises:
        InvalidRequest: It has no ``sub``.
    """
    values = {
        name.casefold(): nfc(as_text(value))
        for name, value in userinfo.items()
        if not isinstance(value, dict | list)
    }

    def text(name: str) -> str:
        return values.get(name.casefold(), "")

    if not text("sub"):
        raise InvalidRequest("sub", "is missing in the userinfo answer")
    return SignOnClaims(
        subject=text("sub"),
        technical_id=text("TechID"),
        kind=_KINDS.get(text("LoaiTaiKhoan"), ""),
        personal_id=text("SoDinhDanh"),
        old_card=text("SoCMND"),
        full_name=text("HoVaTen"),
        birth=_birth(text("NgayThangNamSinh")),
        sex=_SEXES.get(fold(text("GioiTinh")), Sex.UNKNOWN),
        email=text("ThuDienTu"),
        phone=text("SoDienThoai"),
        permanent_address=_address(text("ThuongTru")),
        current_address=_address(text("NoiOHienNay")),
        insurance_number=text("MaBHXH"),
        tax_number=text("MaSoThue"),
        enterprise_code=text("MaSoDoanhNghiep"),
        organisation_name=text("TenDoanhNghiep"),
        organisation_address=_address(text("DiaChi")),
    )


def _birth(text: str) -> PartialDate | None:
    """A birth date with separators, or ``yyyyMMdd``: the form is unpublished."""
    for parse in (PartialDate.parse, PartialDate.parse_compact):
        try:
            return parse(text)
        except IdentityError:
            continue
    return None


def _address(text: str) -> Address | None:
    return Address(full=text) if text else None
