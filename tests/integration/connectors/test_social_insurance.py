"""The social insurance connector against the sandbox, over TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lienthong.identity import InsuranceNumber, PartialDate, Sex
from lienthong.interface import (
    Ambiguous,
    Call,
    Connector,
    CredentialsRefused,
    Found,
    HouseholdInsuranceQuery,
    InsuranceNumberQuery,
    InsuranceQuery,
    InsuranceRecord,
    MaybeArrived,
    NotFound,
    NotLicensed,
    NotSupported,
    Overloaded,
    ReplyUnreadable,
    SystemFault,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import NGSP_ACCOUNT
from lienthong_sandbox.personas import Insurance, Persona

PERSON = "getTraCuuTtHgdByMaSoBhxh"
NGSP: dict[str, Any] = {
    "kind": "ngsp",
    "consumer_key": NGSP_ACCOUNT.consumer_key,
    "consumer_secret": NGSP_ACCOUNT.consumer_secret,
}
SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "3": Sex.OTHER}

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


def insured(person: Persona) -> Insurance:
    """What the insurance register holds of a persona."""
    assert person.insurance is not None
    return person.insurance


def by_criteria(held: Insurance) -> InsuranceNumberQuery:
    """The question for a number by the criteria that the register holds."""
    return InsuranceNumberQuery(
        full_name=held.name,
        birth=PartialDate.parse(held.birth),
        sex=SEXES[held.sex],
        province=held.place.province,
        district=held.place.district,
        commune=held.place.ward,
    )


def by_household(held: Insurance) -> HouseholdInsuranceQuery:
    """The question for the household participation."""
    return HouseholdInsuranceQuery(
        full_name=held.name,
        birth=PartialDate.parse(held.birth),
        sex=SEXES[held.sex],
        province=held.place.province,
        card=held.card,
    )


WAYS: dict[str, dict[str, Any]] = {
    "bare": {"channel": NGSP},
    "version": {"channel": NGSP, "options": {"base_path": "/apiBHXH/1.0"}},
    "thainguyen": {"channel": {**NGSP, "envelope": "response"}, "path": "/thainguyen"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", ["nguyen-an", "cu-nguyen-nam", "zero-nhan", "zero-ung"])
async def test_all_three_services_agree(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, key: str, way: str
) -> None:
    """Number, record and household of a person fit together; leading zeros and a bare birth year survive."""
    held = insured(sandbox.personas[key])
    insurance = connect("social_insurance", **WAYS[way])

    number = await insurance.lookup(by_criteria(held), new_call())
    person = await insurance.lookup(InsuranceQuery(InsuranceNumber(held.number)), new_call())
    household = await insurance.lookup(by_household(held), new_call())

    for outcome in (number, person, household):
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, InsuranceRecord)
        assert outcome.record.number == held.number
    assert isinstance(person, Found)
    assert isinstance(person.record, InsuranceRecord)
    assert person.record.full_name.upper() == held.name.upper()
    assert person.record.birth == PartialDate.parse(held.birth)
    assert person.record.sex is SEXES[held.sex]
    assert person.record.old_book == held.old_book
    assert isinstance(household, Found)
    assert isinstance(household.record, InsuranceRecord)
    assert household.record.household == held.household


async def test_several_matches_are_ambiguous(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Criteria that two people share name no one."""
    insurance = connect("social_insurance", channel=NGSP)
    held = insured(sandbox.personas["ambiguous-huong-1"])
    outcome = await insurance.lookup(by_criteria(held), new_call())
    assert isinstance(outcome, Ambiguous)
    assert outcome.count == 2


async def test_nobody_is_not_found(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """Criteria and numbers that nobody has are an answer on all three services."""
    insurance = connect("social_insurance", channel=NGSP)
    who: dict[str, Any] = {
        "full_name": "Không Có Ai",
        "birth": PartialDate(1950, 1, 2),
        "sex": Sex.MALE,
    }
    queries = (
        InsuranceNumberQuery(**who, province="33", district="323", commune="11983"),
        HouseholdInsuranceQuery(**who, province="33"),
        InsuranceQuery(InsuranceNumber("9999999999")),
    )
    for query in queries:
        assert isinstance(await insurance.lookup(query, new_call()), NotFound)


async def test_offers_look_ups_only(connect: Connect, new_call: NewCall) -> None:
    """There is no yes/no service: a typed refusal."""
    insurance = connect("social_insurance", channel=NGSP)
    with pytest.raises(NotSupported):
        await insurance.verify(InsuranceQuery(InsuranceNumber("3301104729")), new_call())


async def test_token_is_renewed_once_for_twenty_callers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty look-ups at once after all tokens ended: all are answered, with a single token request."""
    insurance = connect("social_insurance", channel=NGSP, limits={"at_once": 20})
    query = InsuranceQuery(InsuranceNumber(insured(sandbox.personas["nguyen-an"]).number))
    await insurance.lookup(query, new_call())
    sandbox.tokens.expire_all("social_insurance")
    sandbox.journal.clear()

    outcomes = await asyncio.gather(*(insurance.lookup(query, new_call()) for _ in range(20)))

    assert all(isinstance(outcome, Found) for outcome in outcomes)
    assert len(sandbox.journal.entries("social_insurance", "token")) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401), CredentialsRefused),
        (Fault(status=429, retry_after_s=3), Overloaded),
        (Fault(status=500), SystemFault),
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(soap_fault_in_200=True), ReplyUnreadable),
        (Fault(wrong_charset=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(nulls=True), ReplyUnreadable),
        (Fault(oversize_mb=2), ReplyUnreadable),
        (Fault(drop_after_processing=True), MaybeArrived),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_faults_become_typed_errors(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    fault: Fault,
    error: type[Exception],
) -> None:
    """Every way in which an answer can be bad becomes the error that says what to do."""
    insurance = connect("social_insurance", channel=NGSP, limits={"body_mb": 1.0})
    await insurance.channel.sign_in(new_call())
    await sandbox.faults.put("social_insurance", fault, PERSON)
    number = insured(sandbox.personas["nguyen-an"]).number
    with pytest.raises(error) as caught:
        await insurance.lookup(InsuranceQuery(InsuranceNumber(number)), new_call())
    assert number not in str(caught.value)


async def test_403_is_an_outcome(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """A platform that does not allow us the service gives an outcome; the check calls it an error."""
    insurance = connect("social_insurance", channel=NGSP)
    await sandbox.faults.put("social_insurance", Fault(status=403), PERSON)
    query = InsuranceQuery(InsuranceNumber("3301104729"))
    assert isinstance(await insurance.lookup(query, new_call()), NotLicensed)
    with pytest.raises(CredentialsRefused):
        await insurance.check(new_call(health=True))


async def test_check_asks_about_nobody(connect: Connect, new_call: NewCall) -> None:
    """The check proves token and service with a number that nobody has."""
    insurance = connect("social_insurance", channel=NGSP)
    answer = await insurance.check(new_call(health=True))
    assert answer.detail.endswith("not_found")
