"""Lists, questions, ratings, stored papers, files and payments of the operations centre against the sandbox, over TLS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from lienthong.identity import PersonalNumber
from lienthong.interface import (
    Accepted,
    AgencyProceduresQuery,
    AnswersQuery,
    Call,
    CodeList,
    CodeListName,
    CodeListQuery,
    Connector,
    Found,
    HubAnswer,
    HubFileQuery,
    InvalidRequest,
    NotFound,
    NotSupported,
    PaymentFee,
    PaymentOrder,
    PaymentQuery,
    PaymentRecord,
    PortalAccountQuery,
    QuestionList,
    QuestionsQuery,
    Rejected,
    StoredPapersQuery,
)
from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import PORTAL_ACCOUNT

SYSTEM = "operations_centre"
PORTAL: dict[str, Any] = {
    "kind": "portal",
    "username": PORTAL_ACCOUNT.username,
    "password": PORTAL_ACCOUNT.password,
    "dstcode": PORTAL_ACCOUNT.dstcode,
    "madonvi": PORTAL_ACCOUNT.madonvi,
}
OPEN = {"kind": "open"}
PARTNER = {"payment_partner": "SANDBOX-H31", "payment_secret": "sandbox-only-payment-secret"}
STARTED = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


@pytest.fixture
def hub(connect: Connect) -> Connector:
    """Through the security adapter."""
    return connect(SYSTEM, channel=PORTAL, dialect="adapter")


@pytest.mark.parametrize("name", [item for item in get_args(CodeListName) if item != "districts"])
async def test_every_code_list_comes_with_codes_and_names(
    hub: Connector, new_call: NewCall, name: CodeListName
) -> None:
    """Published row keys and those by rule are read alike."""
    kind = ""
    if name == "procedures_of_kind":
        kinds = await hub.lookup(CodeListQuery("procedure_kinds"), new_call())
        assert isinstance(kinds, Found)
        assert isinstance(kinds.record, CodeList)
        kind = kinds.record.entries[0].code
    outcome = await hub.lookup(CodeListQuery(name, kind), new_call())
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, CodeList)
    assert all(entry.code and entry.name for entry in outcome.record.entries)


async def test_procedures_of_an_agency(hub: Connector, new_call: NewCall) -> None:
    """One agency's procedures; without an agency nothing is asked."""
    assert isinstance(await hub.lookup(AgencyProceduresQuery("H31"), new_call()), Found)
    with pytest.raises(InvalidRequest):
        await hub.lookup(AgencyProceduresQuery(), new_call())


async def test_a_person_without_account(hub: Connector, new_call: NewCall) -> None:
    """Nobody's number has no technical id."""
    query = PortalAccountQuery(PersonalNumber.parse("033088009999"))
    assert isinstance(await hub.lookup(query, new_call()), NotFound)


async def test_a_question_is_answered_and_read_back(hub: Connector, new_call: NewCall) -> None:
    """An open question gets its answer, which the portal then gives back; an unknown question is refused."""
    listed = await hub.lookup(QuestionsQuery(), new_call())
    assert isinstance(listed, Found)
    assert isinstance(listed.record, QuestionList)
    number = listed.record.questions[0].question_id
    answer = HubAnswer(
        question_id=number,
        agency="H31",
        answered_by="Cán bộ Mẫu",
        title="Chuyên viên",
        answered_at=STARTED,
        content="Trả lời thử",
    )
    assert isinstance(await hub.share(answer, new_call()), Accepted)
    assert isinstance(await hub.lookup(AnswersQuery(number), new_call()), Found)
    unknown = answer.model_copy(update={"question_id": "khong-co"})
    assert isinstance(await hub.share(unknown, new_call()), Rejected)
    assert isinstance(await hub.lookup(QuestionsQuery("agencies"), new_call()), Found)


async def test_the_store_is_asked_in_the_officer_s_name(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Owner and result code find papers; the requester is the officer, never the owner."""
    proxy = connect(SYSTEM, channel=OPEN, dialect="proxy", options={"ma_don_vi": "H31"})
    query = StoredPapersQuery("033088009999", (("KQ.G15.000031", ""),))
    assert isinstance(await proxy.lookup(query, new_call()), NotFound)
    body = next(
        entry.body
        for entry in sandbox.journal.entries(SYSTEM)
        if b"SoDinhDanhChuSoHuu" in entry.body
    )
    assert b'"SoDinhDanhNguoiYeuCau":"officer-001"' in body
    assert b'"KenhThucHien":"1"' in body


async def test_only_links_of_the_adapter_are_followed(
    connect: Connect, new_call: NewCall, sandbox: Sandbox
) -> None:
    """Another host's link is refused before anything is sent; the adapter's own host is put in place of the link's."""
    proxy = connect(SYSTEM, channel=OPEN, dialect="proxy", options={"ma_don_vi": "H31"})
    with pytest.raises(InvalidRequest):
        await proxy.lookup(HubFileQuery("https://example.invalid/other"), new_call())
    assert not sandbox.journal.entries(SYSTEM)
    link = "https://dichvucong.sandbox.invalid/x/downloadfile/00000000-0000-0000-0000-000000000000"
    assert isinstance(await proxy.lookup(HubFileQuery(link), new_call()), Found)
    assert sandbox.journal.entries(SYSTEM)[0].path.startswith("/downloadfile/")


async def test_a_payment_is_begun_and_asked_for(connect: Connect, new_call: NewCall) -> None:
    """The signed order gives the payer's address; the payment is pending; a wrong secret is refused."""
    now = datetime.now(UTC)
    order = PaymentOrder(
        reference="H31-0001",
        amount=50000,
        description="Thu phí thử",
        started_at=now,
        payer_ip="127.0.0.1",
        dossier="H31.14-261124-0001",
        procedure="1.004222",
        procedure_name="Thủ tục mẫu",
        agency="H31.14",
        agency_name="Cơ quan mẫu",
        account="0000000000",
        account_bank="MAU",
        account_name="Kho bạc mẫu",
        fees=(PaymentFee(kind="1", code="PHI01", name="Phí thử", amount=50000),),
    )
    payments = connect(SYSTEM, channel=OPEN, dialect="payment", options=PARTNER)
    begun = await payments.share(order, new_call())
    assert isinstance(begun, Accepted)
    assert begun.receipt.reference.startswith("https://")
    outcome = await payments.lookup(PaymentQuery("H31-0001", now), new_call())
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, PaymentRecord)
    assert outcome.record.status == "pending"
    wrong = connect(
        SYSTEM, channel=OPEN, dialect="payment", options=PARTNER | {"payment_secret": "wrong"}
    )
    assert isinstance(await wrong.share(order, new_call()), Rejected)
    assert (await payments.check(new_call(health=True))).service == "QUERY"


async def test_dialects_do_not_mix(hub: Connector, new_call: NewCall) -> None:
    """Payments and the store are no services of the adapter."""
    with pytest.raises(NotSupported):
        await hub.lookup(PaymentQuery("H31-0001", STARTED), new_call())
