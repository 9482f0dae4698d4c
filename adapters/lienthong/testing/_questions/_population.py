"""Questions to the population database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from lienthong.interface import (
    BloodGroupQuery,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenSupplyQuery,
    Deferred,
    GuardianQuery,
    HouseholdHeadQuery,
    HouseholdQuery,
    LifeStatusQuery,
    MaritalStatusQuery,
    Message,
    NextOfKinQuery,
    Outcome,
    Query,
    ResidenceQuery,
    Verb,
)
from lienthong.testing._subject import Sample

from ._parts import (
    NAME,
    NO_NAME,
    ask,
    citizen,
    found,
    no,
    nobody,
    yes,
)

_MINOR: Final = citizen("Nguyễn Bảo An Nhi", "033219004747", "2019-09-05")
_HUSBAND: Final = citizen("Hứa Văn Chồng Mẫu", "033083004949", "1983-03-30")
_DEAD: Final = citizen("Cao Văn Vinh Mẫu", "033041002626", "1941-02-11")
_LIST: Final = CitizenListRequest(by="area", province="33")


def _of_list(
    verb: Verb, outcome: str, make: Callable[[str], Query | Message], requests: int = 1
) -> Sample:
    """A question about a list that was asked for just before."""

    def follow(before: Outcome) -> Query | Message:
        return make(before.ticket if isinstance(before, Deferred) else "")

    return Sample(
        verb, lambda _: make("0"), outcome, before=lambda _: _LIST, follow=follow, requests=requests
    )


def _stage(part: Literal["status", "detail", "history", "result"]) -> Callable[[str], Query]:
    return lambda ticket: CitizenListStatusQuery(ticket, part)


_STAGES: Final = (_stage("status"), _stage("detail"), _stage("history"), _stage("result"))
POPULATION: Final = (
    *found(citizen()),
    *nobody(citizen("Trần Văn Khác")),
    *yes(citizen()),
    *no(citizen("Trần Văn Khác")),
    *yes(
        NextOfKinQuery(citizen(), "mother", "Nguyễn Thị Mẹ Mẫu"),
        GuardianQuery(_MINOR, "Nguyễn Thị Giám Hộ Mẫu"),
        HouseholdHeadQuery(citizen(), NAME),
        ResidenceQuery(citizen(), "33", "11983"),
        MaritalStatusQuery(_HUSBAND, "2", "Kim Thị Vợ Mẫu"),
        LifeStatusQuery(_DEAD),
    ),
    *no(
        NextOfKinQuery(citizen(), "mother", "Người Dưng Mẫu"),
        GuardianQuery(_MINOR, "Người Dưng Mẫu"),
        HouseholdHeadQuery(citizen(), "Người Dưng Mẫu"),
        ResidenceQuery(citizen(), "33", "00001"),
        MaritalStatusQuery(citizen(), "2"),
        LifeStatusQuery(citizen()),
    ),
    *found(CitizenSupplyQuery(citizen()), HouseholdQuery(citizen()), BloodGroupQuery(citizen())),
    *nobody(CitizenSupplyQuery(citizen(NO_NAME)), HouseholdQuery(citizen(NO_NAME))),
    *found(CitizenListsQuery()),
    *ask(
        Verb.SHARE,
        "deferred",
        _LIST,
        CitizenListRequest(by="age", age_from=60, age_to=120),
        CitizenListRequest(by="blood_group", code="01"),
        CitizenListRequest(by="sex", code="2"),
        CitizenListRequest(by="ethnicity", code="01"),
        CitizenListRequest(by="religion", code="00"),
    ),
    *(_of_list(Verb.LOOKUP, "found", make) for make in _STAGES),
    _of_list(Verb.LOOKUP, "found", CitizenListQuery, requests=2),
    _of_list(Verb.LOOKUP, "found", lambda ticket: CitizenListQuery(ticket, "file"), requests=2),
    _of_list(Verb.SHARE, "accepted", lambda ticket: CitizenListRemoval(ticket=ticket)),
)
