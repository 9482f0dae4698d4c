"""What can be asked: one frozen query type per kind of subject.

The type of a query chooses the service: ``verify(CitizenQuery(...))`` and ``lookup(CitizenQuery(...))`` of the
population connector are ``XacThucThongTinCongDan`` and ``TraCuuThongTinCongDan``. Personal fields stay out of ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lienthong.identity import (
    CertificateBarcode,
    CertificateSerial,
    EnterpriseCode,
    InsuranceNumber,
    OldCardNumber,
    PartialDate,
    PersonalNumber,
    Sex,
)


@dataclass(frozen=True, slots=True)
class CitizenQuery:
    """A citizen by number, name and birth date (population page A4)."""

    number: PersonalNumber | OldCardNumber = field(repr=False)
    full_name: str = field(repr=False)
    birth: PartialDate | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OrganisationQuery:
    """An enterprise, branch, household business or co-operative by its code (population page B)."""

    code: EnterpriseCode


@dataclass(frozen=True, slots=True)
class InsuranceNumberQuery:
    """The insurance number of a person, by criteria (insurance page §2.1 a)."""

    full_name: str = field(repr=False)
    birth: PartialDate = field(repr=False)
    sex: Sex = field(repr=False)
    province: str = field(default="", repr=False)
    district: str = field(default="", repr=False)
    commune: str = field(default="", repr=False)
    address_is_birth_registration: bool = field(default=True, repr=False)


@dataclass(frozen=True, slots=True)
class InsuranceQuery:
    """The insurance record of a person whose insurance number is known (insurance page §2.1 c)."""

    number: InsuranceNumber = field(repr=False)


@dataclass(frozen=True, slots=True)
class HouseholdInsuranceQuery:
    """The household participation of a person (insurance page §2.1 b)."""

    full_name: str = field(repr=False)
    birth: PartialDate = field(repr=False)
    sex: Sex = field(repr=False)
    province: str = field(repr=False)
    book_number: str = field(default="", repr=False)
    card: str = field(default="", repr=False)
    address_is_birth_registration: bool = field(default=True, repr=False)


@dataclass(frozen=True, slots=True)
class ParcelQuery:
    """A land parcel by its natural key (insurance page §5)."""

    commune: str
    map_sheet: int
    parcel: int


@dataclass(frozen=True, slots=True)
class CertificateQuery:
    """A land-use certificate by serial or barcode, with the owner's paper number as second factor, or all of an owner."""

    owner_number: str = field(repr=False)
    serial: CertificateSerial | None = field(default=None, repr=False)
    barcode: CertificateBarcode | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DossierQuery:
    """What the hub holds under a dossier code (hub page §1.1 TraCuuHoSo)."""

    dossier: str


@dataclass(frozen=True, slots=True)
class ProcedureQuery:
    """One procedure of the national catalogue (hub page §3.1)."""

    code: str


@dataclass(frozen=True, slots=True)
class ProcedureListQuery:
    """All procedures of the national catalogue, code and name."""


Query = (
    CitizenQuery
    | OrganisationQuery
    | InsuranceNumberQuery
    | InsuranceQuery
    | HouseholdInsuranceQuery
    | ParcelQuery
    | CertificateQuery
    | DossierQuery
    | ProcedureQuery
    | ProcedureListQuery
)
"""Every query; a connector declares which it answers through ``service_for``."""
