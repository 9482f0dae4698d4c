"""Accounts, stored papers, files and payments of the operations centre against the sandbox, over TLS.

What every service answers to a plain question is the conformance suite's to try; here is what it cannot say in one question.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lienthong.identity import PersonalNumber
from lienthong.interface import (
    Accepted,
    AgencyProceduresQuery,
    Call,
    Connector,
    FileContent,
    Found,
    HubFileQuery,
    InvalidRequest,
    NotFound,
    NotSupported,
    PaymentQuery,
    PaymentReceiptQuery,
    PaymentRecord,
    PortalAccount,
    PortalAccountQuery,
    Rejected,
    StoredFileQuery,
    StoredPapers,
    StoredPapersQuery,
    SystemFault,
)
from lienthong.testing._questions import payment_order
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


async def test_procedures_need_an_agency(hub: Connector, new_call: NewCall) -> None:
    """Without an agency nothing is asked."""
    with pytest.raises(InvalidRequest):
        await hub.lookup(AgencyProceduresQuery(), new_call())


async def test_an_account_has_its_technical_id(
    hub: Connector, connect: Connect, new_call: NewCall
) -> None:
    """Who has an account is known by a technical id, the same on the adapter and behind a proxy."""
    query = PortalAccountQuery(PersonalNumber.parse("033085000101"))
    proxy = connect(
        SYSTEM, channel=OPEN, dialect="proxy", path="/proxy", options={"ma_don_vi": "H31"}
    )
    found = [await way.lookup(query, new_call()) for way in (hub, proxy)]
    ids = []
    for outcome in found:
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, PortalAccount)
        ids.append(outcome.record.technical_id)
    assert ids[0] == ids[1] != ""


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


async def test_papers_of_the_store_with_their_files(connect: Connect, new_call: NewCall) -> None:
    """An owner's papers come with number, agency and signature; each file can be fetched; a file that is not there is not found."""
    proxy = connect(SYSTEM, channel=OPEN, dialect="proxy", options={"ma_don_vi": "H31"})
    wanted = (("KQ.G15.000032", ""), ("KQ.G10.001147", ""))
    outcome = await proxy.lookup(StoredPapersQuery("033083004949", wanted), new_call())
    assert isinstance(outcome, Found)
    assert isinstance(outcome.record, StoredPapers)
    assert outcome.record.signature
    assert [paper.result for paper in outcome.record.papers] == [code for code, _ in wanted]
    for paper in outcome.record.papers:
        assert paper.name
        assert paper.number
        file = await proxy.lookup(StoredFileQuery(paper.agency, paper.files[0].path), new_call())
        assert isinstance(file, Found)
        assert isinstance(file.record, FileContent)
        assert b64decode(file.record.content_base64).startswith(b"%PDF")
    none = await proxy.lookup(StoredFileQuery("G10", "khong/co.pdf"), new_call())
    assert isinstance(none, NotFound)
    number = outcome.record.papers[0].number
    same = await proxy.lookup(
        StoredPapersQuery("033083004949", ((wanted[0][0], number),)), new_call()
    )
    other = await proxy.lookup(
        StoredPapersQuery("033083004949", ((wanted[0][0], "khác"),)), new_call()
    )
    assert isinstance(same, Found)
    assert isinstance(other, NotFound)


async def test_an_owner_may_ask_for_the_own_papers(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Then owner and requester are the same, and the channel is the citizen's."""
    proxy = connect(SYSTEM, channel=OPEN, dialect="proxy", options={"ma_don_vi": "H31"})
    query = StoredPapersQuery("033083004949", (("KQ.G10.001147", ""),), by_owner=True)
    assert isinstance(await proxy.lookup(query, new_call()), Found)
    body = sandbox.journal.entries(SYSTEM)[-1].body
    assert b'"SoDinhDanhNguoiYeuCau":"033083004949"' in body
    assert b'"KenhThucHien":"2"' in body


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


_UID = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("https://dichvucong.sandbox.invalid/x/downloadfile/" + _UID, "url"),
        (_UID, "id"),
    ],
)
async def test_a_proxy_may_fetch_files_itself(
    connect: Connect, new_call: NewCall, sandbox: Sandbox, link: str, asked: str
) -> None:
    """By link or by id, under the name that the proxy has for it."""
    options = {"ma_don_vi": "H31", "file_service": "getfile"}
    proxy = connect(SYSTEM, channel=OPEN, dialect="proxy", path="/proxy", options=options)
    outcome = await proxy.lookup(HubFileQuery(link), new_call())
    assert isinstance(outcome, Found)
    assert outcome.provenance.service == "getfile"
    entry = sandbox.journal.entries(SYSTEM)[0]
    assert (entry.path, set(entry.query)) == ("/proxy/getfile", {asked})


@pytest.mark.parametrize("shape", ["string", "object"])
async def test_a_payment_runs_to_its_receipt(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, shape: str
) -> None:
    """Pending without a receipt, then paid with one as PDF; a failed one is failed; both shapes of QUERY are read."""
    sandbox.settings[SYSTEM]["payment_query"] = shape
    payments = connect(SYSTEM, channel=OPEN, dialect="payment", options=PARTNER)
    order = payment_order(1)
    query = PaymentQuery(order.reference, order.started_at)
    receipt = PaymentReceiptQuery(order.reference, order.started_at)
    assert isinstance(await payments.share(order, new_call()), Accepted)

    async def becomes(result: str) -> PaymentRecord:
        async with httpx.AsyncClient() as client:
            address = f"{sandbox.admin_url}/-/call/{SYSTEM}/payment"
            told = {"base": "http://127.0.0.1:9", "reference": order.reference, "result": result}
            await client.post(address, json=told)
        outcome = await payments.lookup(query, new_call())
        assert isinstance(outcome, Found)
        assert isinstance(outcome.record, PaymentRecord)
        return outcome.record

    with pytest.raises(SystemFault):
        await payments.lookup(receipt, new_call())
    paid = await becomes("00")
    assert (paid.status, paid.amount) == ("paid", 50000)
    found = await payments.lookup(receipt, new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, FileContent)
    assert found.record.media_type == "application/pdf"
    assert b64decode(found.record.content_base64).startswith(b"%PDF")
    assert (await becomes("24")).status == "failed"


async def test_a_wrong_payment_secret(connect: Connect, new_call: NewCall) -> None:
    """An order signed with another secret is refused."""
    options = PARTNER | {"payment_secret": "wrong"}
    wrong = connect(SYSTEM, channel=OPEN, dialect="payment", options=options)
    assert isinstance(await wrong.share(payment_order(1), new_call()), Rejected)


async def test_dialects_do_not_mix(hub: Connector, new_call: NewCall) -> None:
    """Payments and the store are no services of the adapter."""
    with pytest.raises(NotSupported):
        await hub.lookup(PaymentQuery("H31-0001", STARTED), new_call())
