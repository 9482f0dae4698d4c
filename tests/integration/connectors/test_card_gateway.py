"""The card gateway of social insurance against the sandbox, over TLS (insurance page §2.2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from lienthong.identity import InsuranceCard, InsuranceNumber, PartialDate
from lienthong.interface import (
    Call,
    CallFailed,
    CardQuery,
    CardRecord,
    Confirmed,
    Connector,
    CredentialsRefused,
    Found,
    InsuranceQuery,
    InvalidRequest,
    MaybeArrived,
    Mismatch,
    NotFound,
    NotLicensed,
    NotSupported,
    Overloaded,
    ReplyUnreadable,
    SystemFault,
    TreatmentDetail,
    TreatmentDetailQuery,
    TreatmentHistory,
    TreatmentHistoryQuery,
)
from lienthong_connectors.social_insurance import RESULTS, Verdict
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import CARD_ACCOUNT

CARD = "KQNhanLichSuKCB2024"
DETAIL = "nhanHoSoKCBChiTiet"
EGW: dict[str, Any] = {
    "kind": "egw",
    "username": CARD_ACCOUNT.username,
    "password": CARD_ACCOUNT.password,
}
OFFICER = {"name": CARD_ACCOUNT.officer_name, "number": CARD_ACCOUNT.officer_number}

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]
OF_CARD = InsuranceCard("DN4333301104729")


def gateway(
    connect: Connect, *, channel: dict[str, Any] | None = None, **options: Any
) -> Connector:
    """A connector on the gateway; the officer of ``new_call`` is registered."""
    return connect(
        "social_insurance",
        channel=EGW | (channel or {}),
        dialect="gateway",
        options={"officers": {"officer-001": OFFICER}} | options,
        limits={"body_mb": 1.0, "at_once": 20},
    )


def trial(code: str) -> CardQuery:
    """The sandbox's card that is always answered with this code."""
    return CardQuery(
        InsuranceCard(f"GD4339900000{code}"), f"Thẻ Thử {code}", PartialDate(1980, 1, 1)
    )


VERDICTS = {
    Verdict.RIGHT: (Confirmed, Found),
    Verdict.UNUSABLE: (Mismatch, Found),
    Verdict.UNKNOWN: (NotFound, NotFound),
    Verdict.MISMATCH: (Mismatch, Mismatch),
    Verdict.OFFICER: (NotLicensed, NotLicensed),
}


@pytest.mark.parametrize("code", [code for code in RESULTS if RESULTS[code].verdict in VERDICTS])
async def test_every_code_is_an_outcome(connect: Connect, new_call: NewCall, code: str) -> None:
    """Each code of the letter's table becomes the declared outcome of both verbs, with its caution."""
    insurance = gateway(connect)
    verified, found = VERDICTS[RESULTS[code].verdict]
    yes = await insurance.verify(trial(code), new_call())
    assert isinstance(yes, verified)
    if isinstance(yes, Confirmed):
        # The desk sees it with the yes already: 001 to 004 are right, but not without more.
        assert (yes.caution_vi, yes.caution_en) == (
            RESULTS[code].caution_vi,
            RESULTS[code].caution_en,
        )
        assert bool(yes.caution_vi) is (code != "000")
    outcome = await insurance.lookup(trial(code), new_call())
    assert isinstance(outcome, found)
    if isinstance(outcome, Found):
        assert isinstance(outcome.record, CardRecord)
        assert outcome.record.result == code
        assert outcome.record.usable is (RESULTS[code].verdict is Verdict.RIGHT)
        assert bool(outcome.record.caution_vi) is (code != "000")


@pytest.mark.parametrize(("code", "retryable"), [("100", False), ("101", True), ("205", False)])
async def test_codes_of_failure_are_errors(
    connect: Connect, new_call: NewCall, code: str, retryable: bool
) -> None:
    """Errors at BHXH are no answers; only a server error may pass by itself."""
    with pytest.raises(SystemFault) as caught:
        await gateway(connect).verify(trial(code), new_call())
    assert caught.value.retryable is retryable


async def test_a_refused_account_is_renewed_once_then_an_error(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Code 401 renews the token once and is then our credentials' fault."""
    with pytest.raises(CredentialsRefused):
        await gateway(connect).verify(trial("401"), new_call())
    assert len(sandbox.journal.entries("social_insurance", "take")) == 2


@pytest.mark.parametrize(
    ("channel", "options", "settings"),
    [
        ({}, {}, {}),
        ({"md5": "lower"}, {}, {"md5_case": "lower"}),
        ({"md5": "upper"}, {}, {"md5_case": "upper"}),
        ({"sign_in_encoding": "json"}, {}, {"gateway_encoding": "json"}),
        ({"sign_in_encoding": "form"}, {}, {"gateway_encoding": "form"}),
        ({}, {}, {"gateway_expiry": "text"}),
        ({"secrets_in_query": [CARD, "Lskcb2025"]}, {}, {"gateway_secrets": "query"}),
        ({"secrets_in_query": []}, {}, {"gateway_secrets": "body"}),
        ({}, {"birth_format": "ddMMyyyy"}, {"gateway_birth": "plain"}),
        ({}, {"birth_format": "dd/MM/yyyy"}, {"gateway_birth": "slashed"}),
        ({}, {"card_encoding": "form"}, {"card_encoding": "form"}),
        ({}, {"history_encoding": "json"}, {"history_encoding": "json"}),
        ({}, {"history_fields": "person"}, {"history_fields": "person"}),
        ({}, {"history_fields": "check"}, {"history_fields": "check"}),
    ],
    ids=str,
)
async def test_every_doubt_is_a_setting(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    channel: dict[str, Any],
    options: dict[str, Any],
    settings: dict[str, Any],
) -> None:
    """MD5 letters, encodings, place of the secrets and birth form can be turned to what the gateway wants."""
    sandbox.settings["social_insurance"].update(settings)
    insurance = gateway(connect, channel=channel, **options)
    card = trial("000")
    assert isinstance(await insurance.verify(card, new_call()), Confirmed)
    history = await insurance.lookup(
        TreatmentHistoryQuery(card.card, card.full_name, card.birth), new_call()
    )
    assert isinstance(history, Found)
    assert isinstance(history.record, TreatmentHistory)


async def test_a_person_s_card_and_treatments(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """The card of a persona with what stands on it; a wrong birth date is a mismatch."""
    insurance = gateway(connect)
    held = sandbox.personas["nguyen-an"].insurance
    assert held is not None
    query = CardQuery(InsuranceCard(held.card), held.name, PartialDate.parse(held.birth))
    outcome = await insurance.lookup(query, new_call())
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, CardRecord)
    assert outcome.record.insurance_number == held.number
    assert outcome.record.birth == query.birth
    wrong = CardQuery(query.card, query.full_name, PartialDate(1901, 1, 1))
    assert isinstance(await insurance.verify(wrong, new_call()), Mismatch)


async def test_every_treatment_can_be_opened(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, caplog: pytest.LogCaptureFixture
) -> None:
    """What a history names is found in full, table by table; its secrets travel in the address and show in no log."""
    caplog.set_level(logging.DEBUG)
    insurance = gateway(connect)
    held = sandbox.personas["nguyen-an"].insurance
    assert held is not None
    card = (InsuranceCard(held.card), held.name, PartialDate.parse(held.birth))
    history = await insurance.lookup(TreatmentHistoryQuery(*card), new_call())
    assert isinstance(history, Found)
    assert isinstance(history.record, TreatmentHistory)
    assert history.record.treatments
    for treatment in history.record.treatments:
        query = TreatmentDetailQuery(card[0], treatment.record)
        assert treatment.record not in repr(query)
        outcome = await insurance.lookup(query, new_call())
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, TreatmentDetail)
        assert outcome.record.record == treatment.record
        assert held.name in outcome.record.summary.values()
    asked = sandbox.journal.entries("social_insurance", DETAIL)[-1]
    assert set(asked.query) == {"maHoSo", "username", "password", "token", "id_token"}
    assert asked.body == b""
    written = " ".join(record.getMessage() for record in caplog.records)
    for secret in ("maHoSo", "token=", CARD_ACCOUNT.username, held.name):
        assert secret not in written


@pytest.mark.parametrize("unknown", ["null", "050"])
async def test_an_unknown_treatment_is_nobody(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, unknown: str
) -> None:
    """No tables, or a code that says so."""
    sandbox.settings["social_insurance"]["unknown_visit"] = unknown
    outcome = await gateway(connect).lookup(TreatmentDetailQuery(OF_CARD, "0"), new_call())
    assert isinstance(outcome, NotFound)


async def test_a_treatment_without_number_is_not_asked_for(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """The field is named, and nothing is sent."""
    with pytest.raises(InvalidRequest, match="record"):
        await gateway(connect).lookup(TreatmentDetailQuery(OF_CARD, " "), new_call())
    assert not sandbox.journal.entries("social_insurance")


async def test_an_officer_without_entry_asks_nothing(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Nothing is sent for an officer whom BHXH does not know."""
    insurance = connect("social_insurance", channel=EGW, dialect="gateway")
    assert isinstance(await insurance.verify(trial("000"), new_call()), NotLicensed)
    assert isinstance(
        await insurance.lookup(TreatmentDetailQuery(OF_CARD, "1"), new_call()), NotLicensed
    )
    assert not sandbox.journal.entries("social_insurance")


async def test_dialects_do_not_mix(connect: Connect, new_call: NewCall) -> None:
    """The gateway knows cards only."""
    with pytest.raises(NotSupported):
        await gateway(connect).lookup(InsuranceQuery(InsuranceNumber("3301104729")), new_call())


async def test_token_is_renewed_once_for_twenty_callers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty checks at once after all tokens ended: all are answered, with a single token request."""
    insurance = gateway(connect)
    await insurance.verify(trial("000"), new_call())
    sandbox.tokens.expire_all("social_insurance")
    sandbox.journal.clear()
    outcomes = await asyncio.gather(
        *(insurance.verify(trial("000"), new_call()) for _ in range(20))
    )
    assert all(isinstance(outcome, Confirmed) for outcome in outcomes)
    assert len(sandbox.journal.entries("social_insurance", "take")) == 1


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
    sandbox: Sandbox, connect: Connect, new_call: NewCall, fault: Fault, error: type[CallFailed]
) -> None:
    """Every bad answer becomes the error that says what to do, without card, account or secret in it."""
    insurance = gateway(connect, channel={"secrets_in_query": [CARD]})
    await insurance.channel.sign_in(new_call())
    await sandbox.faults.put("social_insurance", fault, CARD)
    with pytest.raises(error) as caught:
        await insurance.lookup(trial("000"), new_call())
    for secret in ("GD433", CARD_ACCOUNT.username, CARD_ACCOUNT.officer_number, "token="):
        assert secret not in str(caught.value)


async def test_wrong_password_is_refused(connect: Connect, new_call: NewCall) -> None:
    """A sign-in that is answered with maKetQua 401 under HTTP 200 is our credentials' fault."""
    insurance = gateway(connect, channel={"password": "wrong"})
    with pytest.raises(CredentialsRefused) as caught:
        await insurance.verify(trial("000"), new_call())
    assert "wrong" not in str(caught.value).split(":")[0]


async def test_check_asks_about_nobody(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """The check signs in and asks an empty question."""
    answer = await gateway(connect).check(new_call(health=True))
    assert answer.service == CARD
    assert answer.detail.endswith("205")
    assert b'"maThe":""' in sandbox.journal.entries("social_insurance", CARD)[0].body
