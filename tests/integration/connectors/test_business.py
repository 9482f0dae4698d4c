"""The business connector against the sandbox, over TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from lienthong.identity import EnterpriseCode
from lienthong.interface import (
    Call,
    ConfigurationError,
    Connector,
    CredentialsRefused,
    Found,
    MaybeArrived,
    NotFound,
    NotLicensed,
    NotSupported,
    OrganisationQuery,
    OrganisationRecord,
    Overloaded,
    ReplyUnreadable,
    Sent,
    SystemFault,
    Unreachable,
    Verb,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import NGSP_ACCOUNT

DETAIL = "chiTietDoanhNghiep"
NGSP: dict[str, Any] = {
    "kind": "ngsp",
    "consumer_key": NGSP_ACCOUNT.consumer_key,
    "consumer_secret": NGSP_ACCOUNT.consumer_secret,
}

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


def asked(number: str) -> OrganisationQuery:
    """The question about a number."""
    return OrganisationQuery(EnterpriseCode.parse(number))


@pytest.mark.parametrize(
    "key",
    ["cty-mau-hoat-dong", "cty-hai-dai-dien", "cty-co-phan-mau", "cty-giai-the", "cty-tam-ngung", "chi-nhanh-mau"],
)  # fmt: skip
async def test_finds_enterprises(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, key: str
) -> None:
    """The record of a company or branch is that of the register, with one representative or several."""
    [unit] = [unit for unit in sandbox.personas.organisations if unit.key == key]
    business = connect("business", channel=NGSP)

    found = await business.lookup(asked(unit.number), new_call())

    assert isinstance(found, Found)
    record = found.record
    assert isinstance(record, OrganisationRecord)
    assert record.code == unit.number
    assert record.name == unit.name
    assert (record.status, record.status_name) == (unit.status, unit.status_name)
    assert record.founded is not None
    assert record.founded.isoformat() == unit.founded
    assert set(record.representatives) == set(unit.representatives)
    assert record.capital == Decimal(unit.capital)
    assert record.address is not None
    assert record.address.province == unit.place.province
    assert record.address.commune == unit.place.ward
    assert [(line.code, line.main) for line in record.activities] == [
        (line.code, line.main) for line in unit.activities
    ]
    assert [member.name for member in record.members] == [item.name for item in unit.holders]


async def test_branch_code_may_travel_with_its_dash(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """With ``branch_dash`` the code travels as printed and comes back without the dash."""
    business = connect("business", channel=NGSP, options={"branch_dash": True})
    found = await business.lookup(asked("0990001015-001"), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, OrganisationRecord)
    assert found.record.code == "0990001015001"


async def test_unknown_enterprise_is_not_found(connect: Connect, new_call: NewCall) -> None:
    """A number that nobody has is an answer, not an error."""
    business = connect("business", channel=NGSP)
    assert isinstance(await business.lookup(asked("0100109106"), new_call()), NotFound)


async def test_offers_look_ups_only(connect: Connect, new_call: NewCall) -> None:
    """The register has no yes/no service and takes nothing over: both are typed refusals."""
    business = connect("business", channel=NGSP)
    query = asked("0990001015")
    with pytest.raises(NotSupported):
        await business.verify(query, new_call())
    with pytest.raises(NotSupported):
        business.service_for(Verb.VERIFY, query)
    assert business.service_for(Verb.LOOKUP, query).name == DETAIL


@pytest.mark.parametrize("client_auth", ["basic", "form"])
async def test_wrong_secret_is_refused_before_the_call(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, client_auth: str
) -> None:
    """A wrong secret is refused by the token server, and the real request never left."""
    channel = {**NGSP, "consumer_secret": "wrong", "client_auth": client_auth}
    business = connect("business", channel=channel)
    with pytest.raises(CredentialsRefused) as refused:
        await business.lookup(asked("0990001015"), new_call())
    assert refused.value.sent is Sent.NO
    assert not sandbox.journal.entries("business", DETAIL)


async def test_token_is_renewed_once_for_twenty_callers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty look-ups at once after all tokens ended: all are answered, with a single token request."""
    business = connect("business", channel=NGSP, limits={"at_once": 20})
    await business.lookup(asked("0990001015"), new_call())
    await sandbox.faults.put("business", Fault(expire_tokens=True))
    sandbox.journal.clear()

    outcomes = await asyncio.gather(
        *(business.lookup(asked("0990001015"), new_call()) for _ in range(20))
    )

    assert all(isinstance(outcome, Found) for outcome in outcomes)
    entries = sandbox.journal.entries("business")
    assert sum(entry.service == "token" for entry in entries) == 1


async def test_first_token_is_fetched_once_for_twenty_callers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty first look-ups at once sign in once."""
    business = connect("business", channel=NGSP, limits={"at_once": 20})
    await asyncio.gather(*(business.lookup(asked("0990001015"), new_call()) for _ in range(20)))
    assert len(sandbox.journal.entries("business", "token")) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=500), SystemFault),
        (Fault(status=429, retry_after_s=3), Overloaded),
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(nulls=True), ReplyUnreadable),
        (Fault(drop_after_processing=True), Unreachable),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_a_sick_token_server_never_makes_the_call_doubtful(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    fault: Fault,
    error: type[Exception],
) -> None:
    """Whatever befalls the token request, the real one certainly did not leave; the next call tries again."""
    business = connect("business", channel=NGSP)
    await sandbox.faults.put("business", fault, "token")
    with pytest.raises(error) as caught:
        await business.lookup(asked("0990001015"), new_call())
    assert getattr(caught.value, "sent", None) is Sent.NO
    await sandbox.faults.clear("business")
    assert isinstance(await business.lookup(asked("0990001015"), new_call()), Found)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401), CredentialsRefused),
        (Fault(refuse_tokens=True), CredentialsRefused),
        (Fault(status=404), SystemFault),
        (Fault(status=429, retry_after_s=3), Overloaded),
        (Fault(status=502), SystemFault),
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(soap_fault_in_200=True), ReplyUnreadable),
        (Fault(wrong_charset=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(nulls=True), ReplyUnreadable),
        (Fault(oversize_mb=2), ReplyUnreadable),
        (Fault(drop_after_processing=True), MaybeArrived),
        (Fault(outage="503"), SystemFault),
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
    business = connect("business", channel=NGSP, limits={"body_mb": 1.0})
    await business.channel.sign_in(new_call())
    await sandbox.faults.put("business", fault, DETAIL)
    with pytest.raises(error):
        await business.lookup(asked("0990001015"), new_call())


async def test_403_is_an_outcome(sandbox: Sandbox, connect: Connect, new_call: NewCall) -> None:
    """A platform that does not allow us the service gives an outcome; the check calls it an error."""
    business = connect("business", channel=NGSP)
    await sandbox.faults.put("business", Fault(status=403), DETAIL)
    assert isinstance(await business.lookup(asked("0990001015"), new_call()), NotLicensed)
    with pytest.raises(CredentialsRefused):
        await business.check(new_call(health=True))


async def test_check_asks_for_a_number_that_cannot_exist(
    connect: Connect, new_call: NewCall
) -> None:
    """The check proves token and service without naming any enterprise."""
    business = connect("business", channel=NGSP)
    answer = await business.check(new_call(health=True))
    assert answer.service == DETAIL
    assert answer.detail.endswith("not found, as it must be")


async def test_wrong_settings_are_named(connect: Connect) -> None:
    """A wrong setting is named in full."""
    with pytest.raises(ConfigurationError, match=r"systems\.business\.options\.base_path"):
        connect("business", channel=NGSP, options={"base_path": "no-slash"})
    with pytest.raises(ConfigurationError, match=r"systems\.business\.channel\.client_auth"):
        connect("business", channel={**NGSP, "client_auth": "mail"})
