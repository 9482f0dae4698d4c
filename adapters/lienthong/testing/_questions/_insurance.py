"""Questions to the social insurance database and its card gateway."""

from __future__ import annotations

from typing import Final, Literal

from lienthong.identity import (
    InsuranceCard,
    InsuranceNumber,
    PartialDate,
    Sex,
)
from lienthong.interface import (
    CardQuery,
    FacilityFile,
    HouseholdInsuranceQuery,
    InsuranceNumberQuery,
    InsuranceQuery,
    TreatmentDetailQuery,
    TreatmentHistoryQuery,
    Verb,
)

from ._parts import (
    NAME,
    NO_NAME,
    ask,
    found,
    no,
    nobody,
    yes,
)


def _number(name: str, birth: str, sex: Sex, district: str, commune: str) -> InsuranceNumberQuery:
    return InsuranceNumberQuery(name, PartialDate.parse(birth), sex, "33", district, commune)


INSURANCE: Final = (
    *found(
        InsuranceQuery(InsuranceNumber.parse("3301104729")),
        _number(NAME, "1985-03-14", Sex.MALE, "323", "11983"),
        HouseholdInsuranceQuery(
            NAME, PartialDate.parse("1985-03-14"), Sex.MALE, "33", card="DN4333301104729"
        ),
    ),
    *nobody(
        InsuranceQuery(InsuranceNumber("9999999999")),
        _number(NO_NAME, "1950-01-02", Sex.MALE, "323", "11983"),
        HouseholdInsuranceQuery(NO_NAME, PartialDate.parse("1950-01-02"), Sex.MALE, "33"),
    ),
    *ask(
        Verb.LOOKUP,
        "ambiguous",
        _number("Nguyễn Thị Hương Trùng", "1987-03-08", Sex.FEMALE, "327", "12073"),
    ),
)
_CARD: Final = (InsuranceCard("DN4333301104729"), NAME, PartialDate.parse("1985-03-14"))


def _trial(code: str) -> CardQuery:
    """The sandbox's card that is always answered with this code."""
    return CardQuery(
        InsuranceCard(f"GD4339900000{code}"), f"Thẻ Thử {code}", PartialDate(1980, 1, 1)
    )


def _file(kind: Literal["check_in", "treatment", "assessment"], content: bytes) -> FacilityFile:
    return FacilityFile(kind=kind, province="33", facility="33001", content=content)


CARD: Final = (
    *found(
        CardQuery(*_CARD),
        TreatmentHistoryQuery(*_CARD),
        TreatmentDetailQuery(_CARD[0], "330110472901"),
    ),
    *nobody(_trial("050"), TreatmentDetailQuery(_CARD[0], "0")),
    *yes(CardQuery(*_CARD)),
    *no(_trial("060")),
    *ask(
        Verb.SHARE,
        "accepted",
        *(_file(kind, b"<HoSo>Mau</HoSo>") for kind in ("check_in", "treatment", "assessment")),
    ),
    *ask(Verb.SHARE, "rejected", _file("treatment", b"<HoSo>")),
)
