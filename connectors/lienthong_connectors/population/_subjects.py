"""Which operation stands behind a query or message, and about whom it is."""

from __future__ import annotations

from typing import Final

from lienthong.interface import (
    BloodGroupQuery,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenQuery,
    CitizenSupplyQuery,
    GuardianQuery,
    HouseholdHeadQuery,
    HouseholdQuery,
    LifeStatusQuery,
    MaritalStatusQuery,
    Message,
    NextOfKinQuery,
    Query,
    ResidenceQuery,
    Verb,
)

from . import _operations as op
from ._operations import Operation

_BY_TYPE: Final[dict[tuple[Verb, type], Operation]] = {
    (Verb.VERIFY, CitizenQuery): op.VERIFY,
    (Verb.VERIFY, NextOfKinQuery): op.NEXT_OF_KIN,
    (Verb.VERIFY, GuardianQuery): op.GUARDIAN,
    (Verb.VERIFY, HouseholdHeadQuery): op.HOUSEHOLD_HEAD,
    (Verb.VERIFY, ResidenceQuery): op.RESIDENCE,
    (Verb.VERIFY, MaritalStatusQuery): op.MARITAL_STATUS,
    (Verb.VERIFY, LifeStatusQuery): op.LIFE_STATUS,
    (Verb.LOOKUP, CitizenQuery): op.LOOKUP,
    (Verb.LOOKUP, CitizenSupplyQuery): op.CITIZEN,
    (Verb.LOOKUP, HouseholdQuery): op.HOUSEHOLD,
    (Verb.LOOKUP, BloodGroupQuery): op.BLOOD_GROUP,
    (Verb.LOOKUP, CitizenListsQuery): op.REQUESTS,
    (Verb.SHARE, CitizenListRemoval): op.DELETE,
}
_PARTS: Final[dict[str, Operation]] = {
    "status": op.STATUS,
    "detail": op.DETAIL,
    "history": op.HISTORY,
    "result": op.RESULT,
}
_FORMS: Final[dict[str, Operation]] = {"records": op.AS_RECORDS, "file": op.AS_FILE}

CLAIMS: Final[dict[type, str]] = {
    NextOfKinQuery: "next_of_kin",
    GuardianQuery: "guardian",
    HouseholdHeadQuery: "head_of_household",
    ResidenceQuery: "current_residence",
    MaritalStatusQuery: "marital_status",
    LifeStatusQuery: "dead_or_missing",
}
"""Question about a citizen → name of the attribute that a yes confirms."""


def operation_of(verb: Verb, subject: Query | Message) -> Operation | None:
    """The operation behind a verb for this subject; ``None`` when there is none."""
    if verb is Verb.LOOKUP and isinstance(subject, CitizenListStatusQuery):
        return _PARTS[subject.part]
    if verb is Verb.LOOKUP and isinstance(subject, CitizenListQuery):
        return _FORMS[subject.form]
    if verb is Verb.SHARE and isinstance(subject, CitizenListRequest):
        return op.LISTS[subject.by]
    return _BY_TYPE.get((verb, type(subject)))


def person_of(subject: Query | Message) -> CitizenQuery | None:
    """The citizen that a question is about; ``None`` when it is about none."""
    match subject:
        case CitizenQuery():
            return subject
        case (
            NextOfKinQuery()
            | GuardianQuery()
            | HouseholdHeadQuery()
            | ResidenceQuery()
            | MaritalStatusQuery()
            | LifeStatusQuery()
            | CitizenSupplyQuery()
            | HouseholdQuery()
            | BloodGroupQuery()
        ):
            return subject.person
        case _:
            return None


def ticket_of(subject: Query | Message) -> str | None:
    """The ticket of the list that a question is about; ``None`` when it is about none."""
    if isinstance(subject, CitizenListStatusQuery | CitizenListQuery | CitizenListRemoval):
        return subject.ticket
    return None
