"""The population connector against the sandbox, over TLS, on every channel and dialect."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lienthong.identity import PartialDate, Sex, identify_person_number
from lienthong.interface import (
    Call,
    CitizenQuery,
    CitizenRecord,
    ConfigurationError,
    Confirmed,
    Connector,
    CredentialsRefused,
    Found,
    MaybeArrived,
    Mismatch,
    NotFound,
    NotLicensed,
    Overloaded,
    ReplyUnreadable,
    Sent,
    SystemFault,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import C06_ACCOUNT, DONGTHAP_ACCOUNT, LGSP_ACCOUNT
from lienthong_sandbox.personas import Persona

VERIFY, LOOKUP = "XacThucThongTinCongDan", "TraCuuThongTinCongDan"

C06: dict[str, Any] = {
    "kind": "c06",
    "username": C06_ACCOUNT.username,
    "secret": C06_ACCOUNT.secret,
    "sv_url": C06_ACCOUNT.sv_url,
}
LGSP: dict[str, Any] = {
    "kind": "lgsp",
    "access_key": LGSP_ACCOUNT.access_key,
    "secret_key": LGSP_ACCOUNT.secret_key,
    "app_name": LGSP_ACCOUNT.app_name,
    "partner_code": LGSP_ACCOUNT.partner_code,
    "partner_code_cus": LGSP_ACCOUNT.partner_code_cus,
    "officers": {
        name: {"key_name": name, "key_pass": password} for name, password in LGSP_ACCOUNT.officers
    },
}
WAYS: dict[str, dict[str, Any]] = {
    "c06": {"channel": C06, "dialect": "soap", "path": "/c06"},
    "lgsp": {"channel": LGSP, "dialect": "soap", "path": "/lgsp"},
    "wrapper": {"channel": {"kind": "open"}, "dialect": "wrapped", "path": "/wrapper"},
    "dongthap": {
        "channel": {"kind": "dongthap", "auth": DONGTHAP_ACCOUNT.auth},
        "dialect": "flat",
        "path": "/dongthap",
        "options": {"user_name_service": DONGTHAP_ACCOUNT.users[0]},
    },
    "thainguyen": {
        "channel": {**LGSP, "envelope": "response"},
        "dialect": "soap",
        "path": "/thainguyen/lgsp",
    },
}

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


def asked(person: Persona, **changes: Any) -> CitizenQuery:
    """The question that the desk puts about what a persona declares."""
    declared = person.declared
    query = CitizenQuery(
        identify_person_number(declared.number), declared.name, PartialDate.parse(declared.birth)
    )
    return replace(query, **changes)


def tuned(way: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A front with further options."""
    return {**way, "options": {**way.get("options", {}), **options}}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Channel, dialect and path of one front."""
    return WAYS[request.param]


@pytest.mark.parametrize(
    "key",
    ["nguyen-an", "cu-nguyen-nam", "cmnd-tran-bay", "nfd-dinh-yen", "dd-dang-dao", "foreign-born",
     "one-word", "five-words", "spaces", "minor-be-an"],
)  # fmt: skip
async def test_confirms_and_finds_what_is_right(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], key: str
) -> None:
    """A person who declares what the register holds is confirmed, and the record is that of the register."""
    population = connect("population", **way)
    person = sandbox.personas[key]
    assert person.citizen is not None

    yes = await population.verify(asked(person), new_call())
    call = new_call()
    found = await population.lookup(asked(person), call)

    assert isinstance(yes, Confirmed)
    assert yes.attributes == ("number", "full_name", "birth")
    assert isinstance(found, Found)
    record = found.record
    assert isinstance(record, CitizenRecord)
    assert record.full_name == " ".join(person.citizen.name.upper().split())
    assert record.personal_id == person.citizen.personal_id
    assert record.old_card == person.citizen.card
    assert record.birth == PartialDate.parse(person.citizen.birth)
    assert record.sex is (Sex.MALE if person.citizen.sex == "1" else Sex.FEMALE)
    assert record.permanent_address is not None
    assert record.permanent_address.commune == person.citizen.permanent.ward
    assert record.permanent_address.district == person.citizen.permanent.district
    assert found.provenance.request_id == call.request_id
    assert found.provenance.channel == way["channel"]["kind"]
    assert len(found.provenance.sha256) == 64


async def test_reads_relatives_as_text_and_as_structure(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A relative's name is the same whether it came as text or in Ho, ChuDem and Ten."""
    population = connect("population", **way)
    for key in ("nguyen-an", "relatives-1"):
        person = sandbox.personas[key]
        assert person.citizen is not None
        found = await population.lookup(asked(person), new_call())
        assert isinstance(found, Found)
        assert isinstance(found.record, CitizenRecord)
        assert found.record.mother is not None
        assert person.citizen.mother is not None
        assert found.record.mother.full_name.upper() == person.citizen.mother.name.upper()


@pytest.mark.parametrize("key", ["wrong-hang", "wrong-birth-kien", "unknown-vang"])
async def test_a_mismatch_and_nobody_look_alike(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], key: str
) -> None:
    """One wrong letter, a wrong birth date and an unknown number all say no, and yield no record."""
    population = connect("population", **way)
    person = sandbox.personas[key]
    assert isinstance(await population.verify(asked(person), new_call()), Mismatch)
    assert isinstance(await population.lookup(asked(person), new_call()), NotFound)


async def test_names_travel_in_either_form(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """The upper-case form with marks is taken as well as the folded one."""
    population = connect("population", **tuned(way, name_form="upper"))
    person = sandbox.personas["dd-dang-dao"]
    assert isinstance(await population.verify(asked(person), new_call()), Confirmed)


async def test_verify_without_birth_date(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """Without a birth date, number and name alone are asked, and only they are confirmed."""
    population = connect("population", **way)
    outcome = await population.verify(asked(sandbox.personas["nguyen-an"], birth=None), new_call())
    assert isinstance(outcome, Confirmed)
    assert outcome.attributes == ("number", "full_name")


async def test_seconds_as_timestamp_when_the_far_side_counts_so(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A timestamp in seconds is sent when the setting says so, and its hash is made of the same text."""
    sandbox.settings["population"]["timestamp_unit"] = "s"
    channel = {**C06, "timestamp_unit": "s"}
    population = connect("population", channel=channel, dialect="soap", path="/c06")
    outcome = await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    assert isinstance(outcome, Confirmed)


@pytest.mark.parametrize(
    ("name", "value"), [("secret", "wrong"), ("username", "wrong"), ("sv_url", "/wrong")]
)
async def test_c06_refuses_a_wrong_account(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, name: str, value: str
) -> None:
    """A wrong secret, user name or service address is a matter of credentials, never retried."""
    population = connect("population", channel={**C06, name: value}, dialect="soap", path="/c06")
    with pytest.raises(CredentialsRefused) as refused:
        await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    assert not refused.value.retryable


async def test_c06_refuses_a_wrong_clock(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A clock an hour off looks like a wrong secret, and the message names the clock."""
    population = connect("population", **WAYS["c06"])
    await sandbox.faults.put("population", Fault(clock_skew_s=3600))
    with pytest.raises(CredentialsRefused, match="clock"):
        await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())


async def test_lgsp_refuses_a_wrong_account(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A wrong blob is refused by the token server; the real request never left."""
    population = connect("population", **{**WAYS["lgsp"], "channel": {**LGSP, "secret_key": "no"}})
    with pytest.raises(CredentialsRefused) as refused:
        await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    assert refused.value.sent is Sent.NO
    assert not sandbox.journal.entries("population", VERIFY)


async def test_lgsp_officer_without_keys_is_not_licensed(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """An officer outside the table gets an outcome, and nothing leaves in that officer's name."""
    population = connect("population", **WAYS["lgsp"])
    call = new_call()
    assert call.purpose is not None
    stranger = replace(call, purpose=replace(call.purpose, officer="officer-999"))
    outcome = await population.verify(asked(sandbox.personas["nguyen-an"]), stranger)
    assert isinstance(outcome, NotLicensed)
    assert not sandbox.journal.entries("population")


async def test_lgsp_officer_that_the_platform_does_not_know(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """An officer whose keys the platform refuses (403) is not licensed either."""
    officers = {"officer-001": {"key_name": "nobody", "key_pass": "nothing"}}
    population = connect(
        "population", **{**WAYS["lgsp"], "channel": {**LGSP, "officers": officers}}
    )
    outcome = await population.lookup(asked(sandbox.personas["nguyen-an"]), new_call())
    assert isinstance(outcome, NotLicensed)
    assert "403" in outcome.reason


async def test_lgsp_token_is_renewed_once_for_twenty_callers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty look-ups at once after all tokens ended: all are answered, with a single token request."""
    population = connect("population", **WAYS["lgsp"], limits={"at_once": 20})
    query = asked(sandbox.personas["nguyen-an"])
    await population.verify(query, new_call())
    before = population.channel.state().token_expires
    assert before is not None
    sandbox.tokens.expire_all("population")
    sandbox.journal.clear()

    outcomes = await asyncio.gather(*(population.verify(query, new_call()) for _ in range(20)))

    assert all(isinstance(outcome, Confirmed) for outcome in outcomes)
    entries = sandbox.journal.entries("population")
    assert sum(entry.service == "token" for entry in entries) == 1
    assert sum(entry.service == VERIFY and entry.status == 200 for entry in entries) == 20


async def test_lgsp_gives_up_when_new_tokens_are_refused_too(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A platform that refuses every token is asked twice, not for ever."""
    population = connect("population", **WAYS["lgsp"])
    await sandbox.faults.put("population", Fault(refuse_tokens=True), VERIFY)
    with pytest.raises(CredentialsRefused):
        await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    assert len(sandbox.journal.entries("population", VERIFY)) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401), CredentialsRefused),
        (Fault(status=404), SystemFault),
        (Fault(status=429, retry_after_s=7), Overloaded),
        (Fault(status=500), SystemFault),
        (Fault(status=503), SystemFault),
        (Fault(status=503, retry_after_s=7), Overloaded),
        (Fault(status=302), ReplyUnreadable),
        (Fault(soap_fault_in_200=True), SystemFault),
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(oversize_mb=2), ReplyUnreadable),
        (Fault(drop_after_processing=True), MaybeArrived),
        (Fault(cut_after_bytes=40), MaybeArrived),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_faults_become_typed_errors(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    way: dict[str, Any],
    fault: Fault,
    error: type[Exception],
) -> None:
    """Every way in which an answer can be bad becomes the error that says what to do, on both services."""
    if fault.soap_fault_in_200 and way["dialect"] != "soap":
        # A wrapper would wrap the Fault; a bare one is not what it promised.
        error = ReplyUnreadable
    population = connect("population", **way, limits={"body_mb": 1.0})
    query = asked(sandbox.personas["nguyen-an"])
    for service in (VERIFY, LOOKUP):
        await sandbox.faults.put("population", fault, service)
    for attempt in (population.verify, population.lookup):
        with pytest.raises(error) as caught:
            await attempt(query, new_call())
        assert query.number.value not in str(caught.value)
        if isinstance(caught.value, Overloaded):
            assert caught.value.retry_after_s == 7


async def test_403_is_an_outcome(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A platform that does not allow us the service gives an outcome; at C06 itself 403 speaks of our credentials (doubts page)."""
    population = connect("population", **way)
    await sandbox.faults.put("population", Fault(status=403), LOOKUP)
    query = asked(sandbox.personas["nguyen-an"])
    if way["channel"]["kind"] == "c06":
        with pytest.raises(CredentialsRefused):
            await population.lookup(query, new_call())
    else:
        assert isinstance(await population.lookup(query, new_call()), NotLicensed)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_secret_at_c06_is_an_error_whatever_its_status(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, status: int
) -> None:
    """Wrong hash, sv_url and secret look alike, by either status: an operator must act, nobody is unlicensed (doubts page)."""
    sandbox.settings["population"]["refused_status"] = status
    population = connect(
        "population", **{**WAYS["c06"], "channel": {**C06, "secret": "wrong-secret"}}
    )
    with pytest.raises(CredentialsRefused, match=str(status)) as refused:
        await population.verify(asked(sandbox.personas["nguyen-an"]), new_call())
    assert not refused.value.retryable
    assert "wrong-secret" not in str(refused.value)


async def test_doctype_is_refused(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """An answer with a DOCTYPE is never read, whatever it declares."""
    population = connect("population", **WAYS["c06"])
    await sandbox.faults.put("population", Fault(doctype=True))
    query = asked(sandbox.personas["nguyen-an"])
    for attempt in (population.verify, population.lookup):
        with pytest.raises(ReplyUnreadable, match="DOCTYPE"):
            await attempt(query, new_call())


async def test_nulls_are_nobody_or_unreadable(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """An answer without any value confirms nothing and names nobody (population page A6)."""
    population = connect("population", **WAYS["c06"])
    await sandbox.faults.put("population", Fault(nulls=True))
    query = asked(sandbox.personas["nguyen-an"])
    assert isinstance(await population.lookup(query, new_call()), NotFound)
    with pytest.raises(ReplyUnreadable):
        await population.verify(query, new_call())


async def test_wrong_charset_never_yields_wrong_text(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """UTF-16 where UTF-8 was promised is refused or read right, never read wrong."""
    population = connect("population", **way)
    await sandbox.faults.put("population", Fault(wrong_charset=True), LOOKUP)
    person = sandbox.personas["nguyen-an"]
    assert person.citizen is not None
    try:
        outcome = await population.lookup(asked(person), new_call())
    except ReplyUnreadable:
        return
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, CitizenRecord)
    assert outcome.record.full_name == person.citizen.name.upper()


async def test_check_asks_about_nobody(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """Without a test person the check passes, says what it did not show, and names no person on the wire."""
    population = connect("population", **way)
    answer = await population.check(new_call(health=True))
    assert "no real question was asked" in answer.detail
    [entry] = sandbox.journal.entries("population", VERIFY)
    assert not re.search(rb"[0-9]{3}", entry.body)


async def test_check_with_a_test_person_proves_the_whole_way(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """With the agency's test person the check asks the real yes/no question."""
    declared = sandbox.personas["nguyen-an"].declared
    person = {
        "number": declared.number,
        "full_name": declared.name,
        "birth": declared.birth,
        "officer": "officer-001",
    }
    population = connect("population", **tuned(way, test_person=person))
    answer = await population.check(new_call(health=True))
    assert answer.detail.endswith("confirmed")


async def test_check_fails_with_the_system(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A system that answers HTML or refuses our account fails the check."""
    population = connect("population", **way)
    await sandbox.faults.put("population", Fault(html_page=True), VERIFY)
    with pytest.raises(ReplyUnreadable):
        await population.check(new_call(health=True))
    await sandbox.faults.put("population", Fault(status=401), VERIFY)
    with pytest.raises(CredentialsRefused):
        await population.check(new_call(health=True))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"options": {"ma_tich_hop": {LOOKUP: "abc"}}}, "systems.population.options.ma_tich_hop"),
        ({"options": {"mandarin": 1}}, "systems.population.options.mandarin"),
        ({"options": {"test_person": {"number": "1"}}}, "options.test_person.number"),
        ({"dialect": "grpc"}, "systems.population.dialect"),
        ({"channel": {"kind": "pigeon"}}, "systems.population.channel.kind"),
        ({"channel": {"kind": "portal"}}, "systems.population.channel.kind"),
        ({"channel": {**C06, "secret": 7}}, "systems.population.channel.secret"),
        ({"channel": {"kind": "c06"}}, "systems.population.channel.username"),
    ],
)
async def test_wrong_settings_are_named(
    connect: Connect, settings: dict[str, Any], named: str
) -> None:
    """A wrong or missing setting is named in full."""
    with pytest.raises(ConfigurationError, match=named):
        connect("population", **{**WAYS["c06"], **settings})
