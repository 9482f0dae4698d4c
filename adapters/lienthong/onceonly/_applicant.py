"""Who a case is about: the applicant as stated at the desk, with the numbers that national records are found by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Self

from lienthong.identity import (
    CertificateSerial,
    EnterpriseCode,
    InsuranceNumber,
    OldCardNumber,
    PartialDate,
    PersonalNumber,
    Sex,
    identify_person_number,
    nfc,
)
from lienthong.interface import InvalidRequest


@dataclass(frozen=True, slots=True)
class Applicant:
    """A citizen, or an organisation with the person who acts for it. Everything personal stays out of ``repr``.

    Build it with :meth:`citizen` or :meth:`organisation`, which read text as people write it.
    """

    kind: str
    """LoaiDoiTuong: ``1`` citizen, ``2`` business, ``3`` state agency, ``4`` other organisation (hub page §2.4)."""
    full_name: str = field(repr=False)
    number: PersonalNumber | OldCardNumber | None = field(default=None, repr=False)
    birth: PartialDate | None = field(default=None, repr=False)
    sex: Sex = field(default=Sex.UNKNOWN, repr=False)
    enterprise: EnterpriseCode | None = field(default=None, repr=False)
    insurance: InsuranceNumber | None = field(default=None, repr=False)
    certificate: CertificateSerial | None = field(default=None, repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    """TechID of their account at the national portal, where they signed in or it was found."""

    @classmethod
    def citizen(
        cls,
        *,
        personal_id: str,
        full_name: str,
        birth_date: str | None = None,
        sex: str | None = None,
        enterprise_code: str | None = None,
        insurance_number: str | None = None,
        certificate_serial: str | None = None,
        phone: str = "",
        email: str = "",
        account: str = "",
    ) -> Self:
        """A citizen.

        Args:
            personal_id: 12-digit personal number, or 9-digit card where that is all there is.
            full_name: As written on the paper, any case and spacing.
            birth_date: ``dd/MM/yyyy``, ISO 8601, or a year (and month) only.
            sex: ``male``, ``female`` or ``other``, or ``Nam``, ``Nữ``, ``Khác``.
            enterprise_code: Code of the household business or enterprise the case is about, if any.
            insurance_number: Social insurance number, 10 digits.
            certificate_serial: Serial of the land-use certificate the case is about.
            phone: Telephone, as stated.
            email: E-mail address, as stated.
            account: TechID of their account at the national portal, as the sign-on gives it.

        Raises:
            IdentityError: A field is malformed; the error names it.
            InvalidRequest: The name is empty.
        """
        return cls(
            kind="1",
            full_name=_name(full_name),
            number=identify_person_number(personal_id),
            birth=PartialDate.parse_birth(birth_date) if birth_date else None,
            sex=_sex(sex),
            enterprise=EnterpriseCode.parse(enterprise_code) if enterprise_code else None,
            insurance=InsuranceNumber.parse(insurance_number) if insurance_number else None,
            certificate=CertificateSerial.parse(certificate_serial) if certificate_serial else None,
            phone=phone.strip(),
            email=email.strip(),
            account=account.strip(),
        )

    @classmethod
    def organisation(
        cls,
        *,
        code: str,
        name: str,
        kind: str = "2",
        representative_id: str | None = None,
        phone: str = "",
        email: str = "",
        account: str = "",
    ) -> Self:
        """An organisation.

        Args:
            code: Enterprise code = tax number, 10 digits, or 13 for a branch.
            name: As written on its certificate.
            kind: ``2`` business, ``3`` state agency, ``4`` other organisation.
            representative_id: Personal number of the person who acts for it.
            phone: Telephone.
            email: E-mail address.
            account: TechID of its account at the national portal, as the sign-on gives it.

        Raises:
            IdentityError: A field is malformed.
            InvalidRequest: The name is empty or the kind unknown.
        """
        if kind not in {"2", "3", "4"}:
            raise InvalidRequest(
                "kind", "must be 2 (business), 3 (state agency) or 4 (other organisation)"
            )
        return cls(
            kind=kind,
            full_name=_name(name),
            number=identify_person_number(representative_id) if representative_id else None,
            enterprise=EnterpriseCode.parse(code),
            phone=phone.strip(),
            email=email.strip(),
            account=account.strip(),
        )

    @property
    def is_citizen(self) -> bool:
        """Whether the applicant is a person."""
        return self.kind == "1"

    @property
    def owner_number(self) -> str:
        """The number that evidence is filed under: personal number or card, or enterprise code."""
        if self.is_citizen and self.number is not None:
            return self.number.value
        return self.enterprise.value if self.enterprise else ""

    @property
    def owner_key(self) -> str:
        """Natural key of the owner of this case's evidence. Personal: index it, never store it."""
        return f"{'person' if self.is_citizen else 'organisation'}:{self.owner_number}"

    def to_json(self) -> dict[str, Any]:
        """As plain JSON, to be sealed."""
        return {
            "kind": self.kind,
            "full_name": self.full_name,
            "number": self.number.value if self.number else "",
            "birth": self.birth.iso() if self.birth else "",
            "sex": self.sex.value,
            "enterprise": self.enterprise.value if self.enterprise else "",
            "insurance": self.insurance.value if self.insurance else "",
            "certificate": self.certificate.value if self.certificate else "",
            "phone": self.phone,
            "email": self.email,
            "account": self.account,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The reverse of :meth:`to_json`."""
        return cls(
            kind=value["kind"],
            full_name=value["full_name"],
            number=identify_person_number(value["number"]) if value["number"] else None,
            birth=PartialDate.parse(value["birth"]) if value["birth"] else None,
            sex=Sex(value["sex"]),
            enterprise=EnterpriseCode.parse(value["enterprise"]) if value["enterprise"] else None,
            insurance=InsuranceNumber.parse(value["insurance"]) if value["insurance"] else None,
            certificate=CertificateSerial.parse(value["certificate"])
            if value["certificate"]
            else None,
            phone=value["phone"],
            email=value["email"],
            account=value.get("account", ""),
        )


def _name(text: str) -> str:
    name = " ".join(nfc(text).split())
    if not name:
        raise InvalidRequest("full_name", "must not be empty", "Đề nghị nhập họ và tên.")
    return name


_SEXES: Final = {
    **{sex.value: sex for sex in Sex},
    "nam": Sex.MALE,
    "nữ": Sex.FEMALE,
    "khác": Sex.OTHER,
}


def _sex(text: str | None) -> Sex:
    if not text:
        return Sex.UNKNOWN
    sex = _SEXES.get(nfc(text).strip().casefold())
    if sex is None:
        raise InvalidRequest(
            "sex", "must be male, female or other (Nam, Nữ, Khác)", "Đề nghị chọn giới tính."
        )
    return sex
