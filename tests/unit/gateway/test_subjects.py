"""What a question is about, and when two questions are the same."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date, time
from typing import get_args

import pytest

from lienthong.gateway import fingerprint, subject_of
from lienthong.identity import EnterpriseCode, OldCardNumber, PartialDate, PersonalNumber
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
    OrganisationQuery,
    Query,
    RegistrationDayQuery,
    RegistrationDossierQuery,
    RegistrationListQuery,
    ResidenceQuery,
)

NUMBER, OTHER = PersonalNumber("033085000101"), PersonalNumber("033085000102")
PERSON = CitizenQuery(NUMBER, "An", PartialDate(1985))
CODE = EnterpriseCode("0990001015")
QUESTIONS: list[Query] = [
    PERSON,
    CitizenQuery(NUMBER, "An"),
    CitizenQuery(NUMBER, "An", PartialDate(1985, 1)),
    CitizenQuery(OTHER, "An", PartialDate(1985)),
    CitizenQuery(OldCardNumber("033085000"), "An", PartialDate(1985)),
    NextOfKinQuery(PERSON, "mother", "Bình"),
    NextOfKinQuery(PERSON, "mother", "Bình", OTHER),
    NextOfKinQuery(PERSON, "father", "Bình"),
    NextOfKinQuery(CitizenQuery(NUMBER, "An"), "father", "Bình"),
    GuardianQuery(PERSON, "Bình"),
    HouseholdHeadQuery(PERSON, "Bình"),
    HouseholdHeadQuery(PERSON, "Bình", relation="CH01"),
    ResidenceQuery(PERSON, "33", "11983"),
    ResidenceQuery(PERSON, "33", "11984"),
    MaritalStatusQuery(PERSON, "1"),
    MaritalStatusQuery(PERSON, "2"),
    MaritalStatusQuery(PERSON, "2", "Bình"),
    LifeStatusQuery(PERSON),
    CitizenSupplyQuery(PERSON),
    HouseholdQuery(PERSON),
    BloodGroupQuery(PERSON),
    CitizenListsQuery(),
    CitizenListStatusQuery("t"),
    CitizenListStatusQuery("t", "detail"),
    CitizenListQuery("t"),
    CitizenListQuery("t", "file"),
    OrganisationQuery(CODE),
    OrganisationQuery(CODE, "cooperative"),
    RegistrationDossierQuery("j"),
    RegistrationListQuery(date(2024, 1, 1), date(2024, 1, 2)),
    RegistrationListQuery(date(2024, 1, 1), date(2024, 1, 3)),
    RegistrationDayQuery(),
    RegistrationDayQuery(time(1)),
]


def test_two_questions_are_the_same_only_when_every_field_is() -> None:
    """A second click joins the first only for the same question; no two different ones share a fingerprint."""
    for one, other in itertools.combinations(QUESTIONS, 2):
        assert fingerprint(one) != fingerprint(other)
    for one in QUESTIONS:
        assert fingerprint(one) == fingerprint(dataclasses.replace(one))


def test_fields_do_not_run_into_each_other() -> None:
    """Text moved from one field to the next makes another question."""
    assert fingerprint(ResidenceQuery(PERSON, "3", "311")) != fingerprint(
        ResidenceQuery(PERSON, "33", "11")
    )


@pytest.mark.parametrize("query", QUESTIONS[5:21], ids=lambda query: type(query).__name__)
def test_a_claim_about_a_citizen_is_about_that_citizen(query: Query) -> None:
    """The audit log finds every question about a person under the person, whichever service it went to."""
    assert subject_of(query) == subject_of(PERSON) == "person:033085000101"


def test_lists_are_about_no_one_until_they_have_a_ticket() -> None:
    """A list request names no person; what is done under a ticket is found under it."""
    assert subject_of(CitizenListRequest(by="sex", code="1")) == ""
    assert subject_of(CitizenListsQuery()) == ""
    assert subject_of(RegistrationDayQuery()) == ""
    assert subject_of(CitizenListRemoval(ticket="t")) == subject_of(CitizenListQuery("t"))


def test_every_kind_of_question_has_a_subject() -> None:
    """No member of Query or Message falls through: mypy shows it, and the word says so where mypy does not run."""
    named = subject_of.__code__.co_names
    for kind in (*get_args(Query), *get_args(Message)):
        assert kind.__name__ in named
