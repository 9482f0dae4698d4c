"""Questions to the business register."""

from __future__ import annotations

from datetime import date
from typing import Final

from lienthong.interface import (
    RegistrationDayQuery,
    RegistrationDossierQuery,
    RegistrationListQuery,
)

from ._parts import (
    company,
    found,
    nobody,
)

OPENCPS: Final = (
    *found(company("0990001015"), company("0990002026")),
    *nobody(company("0100109106")),
)
HCM: Final = (*OPENCPS, *found(company("0990001015001")))
_DAY: Final = date(2024, 3, 1)
GENERATION1: Final = (
    *OPENCPS,
    *found(RegistrationListQuery(_DAY, _DAY), RegistrationDayQuery()),
    *found(RegistrationListQuery(_DAY, date(2024, 3, 12)), requests=3),
    *nobody(RegistrationDossierQuery("99xx0000M0000")),
)
GENERATION2: Final = (
    *OPENCPS,
    *found(company("033092004040", "household_business"), company("0990008081", "cooperative")),
    *nobody(company("033092009999", "household_business"), company("0100109106", "cooperative")),
)
