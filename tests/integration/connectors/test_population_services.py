"""Claims, households and lists of the population database against the sandbox, on every front and with every doubt switched."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lienthong.identity import PartialDate, PersonalNumber, identify_person_number
from lienthong.interface import (
    Accepted,
    BloodGroupQuery,
    Call,
    CallFailed,
    CitizenList,
    CitizenListFile,
    CitizenListQuery,
    CitizenListRemoval,
    CitizenListRequest,
    CitizenListsQuery,
    CitizenListStatusQuery,
    CitizenQuery,
    CitizenRecord,
    CitizenSupplyQuery,
    Confirmed,
    Connector,
    CredentialsRefused,
    Deferred,
    Found,
    GuardianQuery,
    HouseholdHeadQuery,
    HouseholdQuery,
    HouseholdRecord,
    InvalidRequest,
    LifeStatusQuery,
    ListRequestRecord,
    ListRequests,
    MaritalStatusQuery,
    Mismatch,
    NextOfKinQuery,
    NotFound,
    NotLicensed,
    Query,
    Rejected,
    ReplyUnreadable,
    ResidenceQuery,
    Sent,
    SystemFault,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import C06_ACCOUNT, DONGTHAP_ACCOUNT, LGSP_ACCOUNT
from lienthong_sandbox.personas import Persona

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]

C06: dict[str, Any] = {
    "kind": "c06",
    "username": C06_ACCOUNT.username,
    "secret": C06_ACCOUNT.secret,
    "sv_url": C06_ACCOUNT.sv_url,
}
WAYS: dict[str, dict[str, Any]] = {
    "c06": {"channel": C06, "dialect": "soap", "path": "/c06"},
    "lgsp": {
        "channel": {
            "kind": "lgsp",
            "access_key": LGSP_ACCOUNT.access_key,
            "secret_key": LGSP_ACCOUNT.secret_key,
            "app_name": LGSP_ACCOUNT.app_name,
            "partner_code": LGSP_ACCOUNT.partner_code,
            "partner_code_cus": LGSP_ACCOUNT.partner_code_cus,
            "officers": {
                name: {"key_name": name, "key_pass": password}
                for name, password in LGSP_ACCOUNT.officers
            },
        },
        "dialect": "soap",
        "path": "/lgsp",
    },
    "wrapper": {"channel": {"kind": "open"}, "dialect": "wrapped", "path": "/wrapper"},
    "dongthap": {
        "channel": {"kind": "dongthap", "auth": DONGTHAP_ACCOUNT.auth},
        "dialect": "flat",
        "path": "/dongthap",
        "options": {"user_name_service": DONGTHAP_ACCOUNT.users[0]},
    },
}


def tuned(way: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A front with further options."""
    return {**way, "options": {**way.get("options", {}), **options}}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Channel, dialect and path of one front."""
    return WAYS[request.param]


def asked(person: Persona, **changes: Any) -> CitizenQuery:
    """The question about what a persona declares."""
    declared = person.declared
    query = CitizenQuery(
        identify_person_number(declared.number), declared.name, PartialDate.parse(declared.birth)
    )
    return replace(query, **changes)


def some(sandbox: Sandbox, fits: Callable[[Any], Any]) -> Persona:
    """The first living registered persona that fits and declares what is registered."""
    for person in sandbox.personas.people:
        held = person.citizen
        if held is None or held.died or held.missing_since or not fits(held):
            continue
        said = person.declared
        same = said.number == held.personal_id and said.birth == held.birth
        if same and len(said.birth) == 10 and said.name.casefold() == held.name.casefold():
            return person
    raise AssertionError("no such persona")


async def test_confirms_and_denies_relatives(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """The registered mother is confirmed with and without her number; another woman is denied; nobody's mother is not found."""
    population = connect("population", **way)
    person = some(sandbox, lambda held: held.mother and held.mother.personal_id)
    assert person.citizen is not None
    mother = person.citizen.mother
    assert mother is not None
    right = NextOfKinQuery(asked(person), "mother", mother.name, PersonalNumber(mother.personal_id))

    yes = await population.verify(right, new_call())
    assert isinstance(yes, Confirmed)
    assert yes.attributes == ("number", "full_name", "birth", "next_of_kin")
    assert isinstance(await population.verify(replace(right, number=None), new_call()), Confirmed)
    wrong = replace(right, full_name="Người Dưng Mẫu", number=None)
    assert isinstance(await population.verify(wrong, new_call()), Mismatch)
    stranger = replace(right, person=asked(person, full_name="Không Phải Tên"))
    assert isinstance(await population.verify(stranger, new_call()), NotFound)


async def test_confirms_the_guardian_and_the_head_of_household(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """The registered guardian and head are confirmed, others denied; a head with the wrong relation too."""
    population = connect("population", **way)
    ward = some(sandbox, lambda held: held.representative)
    assert ward.citizen is not None
    guardian = ward.citizen.representative
    assert guardian is not None
    query = GuardianQuery(asked(ward), guardian.name)
    yes = await population.verify(query, new_call())
    assert isinstance(yes, Confirmed)
    assert yes.attributes[-1] == "guardian"
    other = replace(query, full_name="Người Dưng Mẫu")
    assert isinstance(await population.verify(other, new_call()), Mismatch)

    member = some(sandbox, lambda held: held.head)
    assert member.citizen is not None
    head = member.citizen.head
    assert head is not None
    claim = HouseholdHeadQuery(asked(member), head.name)
    yes = await population.verify(claim, new_call())
    assert isinstance(yes, Confirmed)
    assert yes.attributes[-1] == "head_of_household"
    other_head = replace(claim, full_name="Người Dưng Mẫu")
    assert isinstance(await population.verify(other_head, new_call()), Mismatch)


async def test_confirms_residence_and_marital_status(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """The registered residence and status are confirmed, another commune and another status denied."""
    population = connect("population", **way)
    person = some(sandbox, lambda held: held.current.ward and held.marital == "1")
    assert person.citizen is not None
    place = person.citizen.current
    home = ResidenceQuery(asked(person), place.province, place.ward)
    assert isinstance(await population.verify(home, new_call()), Confirmed)
    away = replace(home, commune="00001")
    assert isinstance(await population.verify(away, new_call()), Mismatch)

    single = MaritalStatusQuery(asked(person), "1")
    assert isinstance(await population.verify(single, new_call()), Confirmed)
    assert isinstance(await population.verify(replace(single, status="2"), new_call()), Mismatch)
    married = some(sandbox, lambda held: held.marital == "2" and held.spouse)
    assert married.citizen is not None
    assert married.citizen.spouse is not None
    spouse = MaritalStatusQuery(asked(married), "2", married.citizen.spouse.name)
    assert isinstance(await population.verify(spouse, new_call()), Confirmed)
    other = replace(spouse, spouse_name="Người Dưng Mẫu")
    assert isinstance(await population.verify(other, new_call()), Mismatch)


async def test_tells_the_dead_the_missing_and_the_living(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A yes says whether somebody is dead or missing; the living are a no."""
    population = connect("population", **way)
    seen = {}
    for person in sandbox.personas.people:
        held = person.citizen
        if held is not None and held.personal_id and len(held.birth) == 10:
            expected = "dead" if held.died else "missing" if held.missing_since else ""
            if expected in seen:
                continue
            query = CitizenQuery(
                PersonalNumber(held.personal_id), held.name, PartialDate.parse(held.birth)
            )
            seen[expected] = await population.verify(LifeStatusQuery(query), new_call())
    assert set(seen) == {"", "dead", "missing"}
    assert isinstance(seen.pop(""), Mismatch)
    for word, outcome in seen.items():
        assert isinstance(outcome, Confirmed)
        assert outcome.attributes[-1] == word


async def test_supplies_record_household_and_blood_group(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """The supply services give record, household with all members, and blood group; a wrong name finds nothing."""
    population = connect("population", **way)
    person = some(sandbox, lambda held: len(held.members) > 1)
    held = person.citizen
    assert held is not None
    supplied = await population.lookup(CitizenSupplyQuery(asked(person)), new_call())
    assert isinstance(supplied, Found)
    assert isinstance(supplied.record, CitizenRecord)
    assert supplied.record.personal_id == held.personal_id

    house = await population.lookup(HouseholdQuery(asked(person)), new_call())
    assert isinstance(house, Found)
    assert isinstance(house.record, HouseholdRecord)
    assert house.record.household_book == held.household_book
    assert house.record.head is not None
    assert len(house.record.members) >= len(held.members)
    assert house.record.address is not None
    assert house.record.address.commune

    blood = await population.lookup(BloodGroupQuery(asked(person)), new_call())
    assert isinstance(blood, Found)
    assert isinstance(blood.record, CitizenRecord)
    assert blood.record.blood_group == held.blood

    nobody = asked(person, full_name="Không Phải Tên")
    queries: list[Query] = [
        CitizenSupplyQuery(nobody), HouseholdQuery(nobody), BloodGroupQuery(nobody)
    ]  # fmt: skip
    for query in queries:
        assert isinstance(await population.lookup(query, new_call()), NotFound)


async def finished(population: Connector, ticket: str, new_call: NewCall) -> None:
    """Polls until the list is there."""
    for _ in range(10):
        found = await population.lookup(CitizenListStatusQuery(ticket), new_call())
        assert isinstance(found, Found)
        assert isinstance(found.record, ListRequestRecord)
        if found.record.status == "2":
            return
    raise AssertionError("the list is never finished")


async def test_a_list_from_ticket_to_records_file_and_removal(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """Asked for, deferred while it runs, then read page by page without gap or repeat, and as a file, then removed."""
    population = connect("population", **tuned(way, list_page_rows=7))
    outcome = await population.share(CitizenListRequest(by="area", province="33"), new_call())
    assert isinstance(outcome, Deferred)
    ticket = outcome.ticket

    waiting = await population.lookup(CitizenListQuery(ticket), new_call())
    assert isinstance(waiting, Deferred)
    assert waiting.ticket == ticket
    result = await population.lookup(CitizenListStatusQuery(ticket, "result"), new_call())
    assert isinstance(result, Deferred)
    await finished(population, ticket, new_call)

    listed = await population.lookup(CitizenListQuery(ticket), new_call())
    assert isinstance(listed, Found)
    assert isinstance(listed.record, CitizenList)
    people = listed.record.citizens
    result = await population.lookup(CitizenListStatusQuery(ticket, "result"), new_call())
    assert isinstance(result, Found)
    assert isinstance(result.record, ListRequestRecord)
    assert result.record.count == len(people) > 7
    assert len({(row.personal_id, row.old_card) for row in people}) == len(people)
    pages = sandbox.journal.entries("population", "GetResultDetailAsRecords")
    assert len(pages) == len(people) // 7 + 1

    file = await population.lookup(CitizenListQuery(ticket, "file"), new_call())
    assert isinstance(file, Found)
    assert isinstance(file.record, CitizenListFile)
    assert b"CongdanCollection" in base64.b64decode(file.record.content_base64)

    detail = await population.lookup(CitizenListStatusQuery(ticket, "detail"), new_call())
    assert isinstance(detail, Found)
    assert isinstance(detail.record, ListRequestRecord)
    assert ("MaTinhThanh", "33") in detail.record.parameters
    assert detail.record.received_at is not None
    history = await population.lookup(CitizenListStatusQuery(ticket, "history"), new_call())
    assert isinstance(history, Found)
    assert isinstance(history.record, ListRequestRecord)
    assert [step.status for step in history.record.history][-1] == "2"

    removed = await population.share(CitizenListRemoval(ticket=ticket), new_call())
    assert isinstance(removed, Accepted)
    assert removed.receipt.reference == ticket
    for query in (
        CitizenListStatusQuery(ticket),
        CitizenListStatusQuery(ticket, "detail"),
        CitizenListQuery(ticket),
        CitizenListQuery(ticket, "file"),
    ):
        assert isinstance(await population.lookup(query, new_call()), NotFound)
    again = await population.share(CitizenListRemoval(ticket=ticket), new_call())
    assert isinstance(again, Rejected)
    assert again.reason == "unknown"


@pytest.mark.parametrize(
    ("request_", "fits"),
    [
        (CitizenListRequest(by="age", age_from=60, age_to=120), lambda row: row.birth.year <= 1967),
        (CitizenListRequest(by="blood_group", code="01"), lambda row: row.blood_group == "01"),
        (CitizenListRequest(by="sex", code="2"), lambda row: row.sex == "female"),
        (CitizenListRequest(by="ethnicity", code="01"), lambda row: row.ethnicity == "01"),
        (CitizenListRequest(by="religion", code="00"), lambda row: row.religion == "00"),
    ],
    ids=lambda value: value.by if isinstance(value, CitizenListRequest) else "",
)
async def test_lists_by_every_criterion(
    connect: Connect,
    new_call: NewCall,
    request_: CitizenListRequest,
    fits: Callable[[CitizenRecord], bool],
) -> None:
    """Each list holds only citizens that fit, and at least one."""
    population = connect("population", **WAYS["c06"])
    outcome = await population.share(request_, new_call())
    assert isinstance(outcome, Deferred)
    await finished(population, outcome.ticket, new_call)
    listed = await population.lookup(CitizenListQuery(outcome.ticket), new_call())
    assert isinstance(listed, Found)
    assert isinstance(listed.record, CitizenList)
    assert listed.record.citizens
    assert all(fits(row) for row in listed.record.citizens)


async def test_all_requests_are_listed_page_by_page(
    connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """Every request is there once, whatever the page length."""
    population = connect("population", **tuned(way, list_page_rows=2))
    tickets = set()
    for code in ("01", "02", "03", "04", "00"):
        outcome = await population.share(
            CitizenListRequest(by="blood_group", code=code), new_call()
        )
        assert isinstance(outcome, Deferred)
        tickets.add(outcome.ticket)
    found = await population.lookup(CitizenListsQuery(), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, ListRequests)
    assert [row.ticket for row in found.record.requests].count(min(tickets)) == 1
    assert {row.ticket for row in found.record.requests} == tickets


async def test_a_list_longer_than_the_setting_is_refused(
    connect: Connect, new_call: NewCall
) -> None:
    """A list beyond ``list_rows`` is not read half."""
    population = connect("population", **tuned(WAYS["c06"], list_rows=3))
    outcome = await population.share(CitizenListRequest(by="sex", code="1"), new_call())
    assert isinstance(outcome, Deferred)
    await finished(population, outcome.ticket, new_call)
    with pytest.raises(ReplyUnreadable, match="more than 3 rows"):
        await population.lookup(CitizenListQuery(outcome.ticket), new_call())


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (CitizenListRequest(by="area"), "province"),
        (CitizenListRequest(by="area", province="Hưng Yên"), "province"),
        (CitizenListRequest(by="age", age_from=3), "age_to"),
        (CitizenListRequest(by="age", age_from=9, age_to=3), "age_to"),
        (CitizenListRequest(by="religion"), "code"),
        (CitizenListRequest(by="sex", code="nữ"), "code"),
        (CitizenListRemoval(ticket=""), "ticket"),
        (CitizenListRemoval(ticket="x" * 41), "ticket"),
    ],
)
async def test_what_a_list_lacks_is_named(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, request_: Any, field: str
) -> None:
    """A list request that cannot travel is refused before a byte leaves."""
    population = connect("population", **WAYS["c06"])
    with pytest.raises(InvalidRequest) as refused:
        await population.share(request_, new_call())
    assert refused.value.field == field
    assert not sandbox.journal.entries("population")


# ---- doubts, each switched on both sides -------------------------------------------------------


async def test_a_bare_year_against_a_whole_date_is_the_registers_no(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """Where the register compares whole dates, its no to a bare year comes back as that, with its provenance."""
    population = connect("population", **way)
    person = some(sandbox, lambda held: True)
    bare = asked(person, birth=PartialDate(PartialDate.parse(person.declared.birth).year))
    assert isinstance(await population.verify(bare, new_call()), Confirmed)
    sandbox.settings["population"]["year_matches_date"] = False
    assert isinstance(await population.verify(bare, new_call()), Mismatch)
    claim = MaritalStatusQuery(bare, "1")
    assert isinstance(await population.verify(claim, new_call()), NotFound)


@pytest.mark.parametrize(
    "options",
    [
        {"qualified": False},
        {"birth_shape": "flat"},
        {"birth_shape": "flat", "birth_format": "yyyy-MM-dd"},
        {"field_order": "spec", "ma_don_vi": "000.00.14.H31"},
        {"identifiers": "both"},
        {"account_fields": True},
        {"birth_format": "yyyy-MM-dd"},
    ],
    ids=str,
)
async def test_every_form_of_a_request_is_understood(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, options: dict[str, Any]
) -> None:
    """Whatever form a setting chooses, a far side that takes it understands the question."""
    sandbox.settings["population"]["order"] = "any"
    population = connect("population", **tuned(WAYS["c06"], **options))
    person = sandbox.personas["nguyen-an"]
    assert isinstance(await population.verify(asked(person), new_call()), Confirmed)
    assert isinstance(await population.lookup(asked(person), new_call()), Found)


# ---- the Đồng Tháp platform --------------------------------------------------------------------


@pytest.mark.parametrize("form", ["iso", "epoch"])
async def test_the_token_ends_when_the_platform_says(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, form: str
) -> None:
    """The end of the token is read as ISO date-time and as epoch."""
    sandbox.settings["population"]["dongthap_expiry"] = form
    population = connect("population", **WAYS["dongthap"])
    await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    ends = population.channel.state().token_expires
    assert ends is not None
    assert ends.tzinfo is not None


async def test_the_token_is_renewed_once_for_twenty_callers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty look-ups at once after all tokens ended are answered with a single token request."""
    population = connect("population", **WAYS["dongthap"], limits={"at_once": 20})
    query = asked(sandbox.personas["nguyen-an"])
    await population.verify(query, new_call())
    sandbox.tokens.expire_all("population")
    sandbox.journal.clear()
    outcomes = await asyncio.gather(*(population.verify(query, new_call()) for _ in range(20)))
    assert all(isinstance(outcome, Confirmed) for outcome in outcomes)
    assert len(sandbox.journal.entries("population", "token")) == 1


async def test_a_wrong_auth_header_is_refused_before_the_call(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A wrong header gets no token, and the question never left."""
    channel = {"kind": "dongthap", "auth": "wrong"}
    population = connect("population", **{**WAYS["dongthap"], "channel": channel})
    with pytest.raises(CredentialsRefused) as refused:
        await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    assert refused.value.sent is Sent.NO


@pytest.mark.parametrize(
    ("switch", "value", "code"),
    [("unlicensed_procedures", "1.004222", "004"), ("unlicensed_officers", "officer-001", "005")],
)
async def test_what_the_platform_does_not_license_is_an_outcome(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, switch: str, value: str, code: str
) -> None:
    """errorCode 004 and 005 say that procedure or officer may not ask: an answer, not an error."""
    sandbox.settings["population"][switch] = [value]
    population = connect("population", **tuned(WAYS["dongthap"], ma_dvc=""))
    query = asked(sandbox.personas["nguyen-an"])
    for outcome in (
        await population.verify(query, new_call()),
        await population.lookup(query, new_call()),
        await population.share(CitizenListRequest(by="sex", code="1"), new_call()),
    ):
        assert isinstance(outcome, NotLicensed)
        assert code in outcome.reason


async def test_other_codes_of_the_platform_are_faults(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """errorCode 003, no account at the platform, is a fault that repeating does not cure."""
    population = connect("population", **tuned(WAYS["dongthap"], user_name_service=""))
    with pytest.raises(SystemFault, match="error code 003") as fault:
        await population.lookup(asked(sandbox.personas["nguyen-an"]), new_call())
    assert not fault.value.retryable


@pytest.mark.parametrize("service", ["XacMinhThongTinNhanThan", "CungCapThongTinHoGiaDinh"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(html_page=True),
        Fault(truncate=True),
        Fault(nulls=True),
        Fault(status=500),
        Fault(drop_after_processing=True),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_bad_answers_are_never_a_no(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    way: dict[str, Any],
    fault: Fault,
    service: str,
) -> None:
    """Whatever befalls the answer, a claim is not denied and no household invented."""
    population = connect("population", **way)
    await sandbox.faults.put("population", fault, service)
    person = asked(sandbox.personas["nguyen-an"])
    outcome: object = None
    with contextlib.suppress(CallFailed):
        if service.startswith("XacMinh"):
            outcome = await population.verify(
                NextOfKinQuery(person, "mother", "Mẹ Mẫu"), new_call()
            )
        else:
            outcome = await population.lookup(HouseholdQuery(person), new_call())
    # An answer without any value names no household (population page A6).
    assert outcome is None or (fault.nulls and isinstance(outcome, NotFound))
