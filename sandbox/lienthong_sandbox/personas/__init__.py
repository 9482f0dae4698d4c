"""The sandbox's synthetic people, organisations and land certificates."""

from lienthong_sandbox.personas._identifiers import tax_check_digit
from lienthong_sandbox.personas._load import (
    PersonasFaultyError,
    load_personas,
    parse_personas,
)
from lienthong_sandbox.personas._personas import (
    Activity,
    Certificate,
    Citizen,
    Declared,
    Holder,
    Insurance,
    Member,
    Organisation,
    Parcel,
    Persona,
    Personas,
    Place,
    Purpose,
    Relative,
)

__all__ = [
    "Activity",
    "Certificate",
    "Citizen",
    "Declared",
    "Holder",
    "Insurance",
    "Member",
    "Organisation",
    "Parcel",
    "Persona",
    "Personas",
    "PersonasFaultyError",
    "Place",
    "Purpose",
    "Relative",
    "load_personas",
    "parse_personas",
    "tax_check_digit",
]
