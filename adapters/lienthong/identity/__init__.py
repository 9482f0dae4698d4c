"""Vietnamese identifiers, names and dates: read, explain, compare."""

from lienthong.identity._agency import AgencyCode
from lienthong.identity._certificate_qr import CertificateQr
from lienthong.identity._collation import collation_key, collation_key_text
from lienthong.identity._compare import DateMatch, NumberMatch, compare_birth, compare_numbers
from lienthong.identity._dates import Agreement, PartialDate
from lienthong.identity._enterprise import EnterpriseCode
from lienthong.identity._explanation import Explanation, Part, Remark
from lienthong.identity._government import ComponentCode, DossierCode, ProcedureCode, ResultCode
from lienthong.identity._identifier import Caution, Identifier
from lienthong.identity._insurance import InsuranceCard, InsuranceNumber
from lienthong.identity._kinds import KINDS, explain
from lienthong.identity._land import CertificateBarcode, CertificateSerial
from lienthong.identity._matches import Likeness
from lienthong.identity._name_rules import NameMatch
from lienthong.identity._names import compare_names
from lienthong.identity._parcel import ParcelCode
from lienthong.identity._person_numbers import (
    Contradiction,
    OldCardNumber,
    PersonalNumber,
    identify_person_number,
)
from lienthong.identity._sex import Sex
from lienthong.identity._text import clean_name, fold, nfc, wire_name
from lienthong.identity.errors import (
    IdentityError,
    InvalidDate,
    InvalidIdentifier,
    InvalidName,
    InvalidPlaceData,
)

__all__ = [
    "KINDS",
    "AgencyCode",
    "Agreement",
    "Caution",
    "CertificateBarcode",
    "CertificateQr",
    "CertificateSerial",
    "ComponentCode",
    "Contradiction",
    "DateMatch",
    "DossierCode",
    "EnterpriseCode",
    "Explanation",
    "Identifier",
    "IdentityError",
    "InsuranceCard",
    "InsuranceNumber",
    "InvalidDate",
    "InvalidIdentifier",
    "InvalidName",
    "InvalidPlaceData",
    "Likeness",
    "NameMatch",
    "NumberMatch",
    "OldCardNumber",
    "ParcelCode",
    "Part",
    "PartialDate",
    "PersonalNumber",
    "ProcedureCode",
    "Remark",
    "ResultCode",
    "Sex",
    "clean_name",
    "collation_key",
    "collation_key_text",
    "compare_birth",
    "compare_names",
    "compare_numbers",
    "explain",
    "fold",
    "identify_person_number",
    "nfc",
    "wire_name",
]
