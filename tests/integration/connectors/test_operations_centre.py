"""The operations centre connector against the sandbox, over TLS, in both dialects."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lienthong.interface import (
    Accepted,
    Call,
    Connector,
    CredentialsRefused,
    DossierQuery,
    DossierRecord,
    Found,
    Hop,
    HubDossier,
    HubProgress,
    MaybeArrived,
    NotFound,
    NotLicensed,
    Overloaded,
    ProcedureList,
    ProcedureListQuery,
    ProcedureQuery,
    ProcedureRecord,
    Rejected,
    ReplyUnreadable,
    ResultPaper,
    Sent,
    SessionEnded,
    SubmittedPaper,
    Supplement,
    SystemFault,
    Unreachable,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import PORTAL_ACCOUNT

SYSTEM = "operations_centre"
PORTAL: dict[str, Any] = {
    "kind": "portal",
    "username": PORTAL_ACCOUNT.username,
    "password": PORTAL_ACCOUNT.password,
    "dstcode": PORTAL_ACCOUNT.dstcode,
    "madonvi": PORTAL_ACCOUNT.madonvi,
}
WAYS: dict[str, dict[str, Any]] = {
    "adapter": {"channel": PORTAL},
    "proxy": {
        "channel": {"kind": "open"},
        "dialect": "proxy",
        "path": "/proxy",
        "options": {"ma_don_vi": "H31"},
    },
}
NOW = datetime(2026, 11, 23, 19, 30, 5, tzinfo=UTC)

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


def dossier(**changes: Any) -> HubDossier:
    """A dossier with every kind of sub-record."""
    values: dict[str, Any] = {
        "dossier": "H31.14-261124-0001",
        "procedure": "1.004222.H31",
        "procedure_name": "Đăng ký thường trú",
        "field_code": "G01-CA05",
        "field_name": "Đăng ký, quản lý cư trú",
        "owner_name": "Trần Thử Nghiệm",
        "owner_number": "033088000012",
        "submitted_at": NOW - timedelta(hours=1),
        "received_at": NOW,
        "due_at": NOW + timedelta(days=7),
        "status": "2",
        "agency_name": "UBND xã Thử Nghiệm",
        "databases": ("1",),
        "papers": (
            SubmittedPaper(
                paper_id="1",
                name="Tờ khai thay đổi thông tin cư trú",
                component="000.00.00.G01-KQ003604",
                url="https://kho.example.vn/1",
                digitised=True,
            ),
        ),
        "results": (
            ResultPaper(
                paper_id="2", name="Thông báo", result="KQ.G01.000065", url="https://kho.example.vn/2"
            ),
        ),
        "supplements": (
            Supplement(
                supplement_id="1", asked_by="Lê Kiểm Thử", content="Bổ sung", asked_at=NOW,
                due_before=NOW, due_after=NOW,
            ),
        ),
    }  # fmt: skip
    return HubDossier.model_validate(values | changes)


def progress(**changes: Any) -> HubProgress:
    """A step of that dossier."""
    values: dict[str, Any] = {
        "dossier": "H31.14-261124-0001",
        "officer": "Lê Kiểm Thử",
        "at": NOW,
        "content": "Tiếp nhận",
        "status": "2",
    }
    return HubProgress.model_validate(values | changes)


def sent(sandbox: Sandbox, service: str) -> Any:
    """The body of the last request of a service."""
    return json.loads(sandbox.journal.entries(SYSTEM, service)[-1].body)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Channel, dialect and path of one dialect."""
    return WAYS[request.param]


async def test_adds_then_updates_a_dossier(
    connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A dossier is unknown, then added, then found, then updated."""
    hub = connect(SYSTEM, **way)
    query = DossierQuery("H31.14-261124-0001")

    assert isinstance(await hub.lookup(query, new_call()), NotFound)
    added = await hub.share(dossier(), new_call())
    found = await hub.lookup(query, new_call())
    updated = await hub.share(dossier(status="4"), new_call(), update=True)

    assert isinstance(added, Accepted)
    assert added.receipt.code == "0"
    assert not added.already
    assert isinstance(found, Found)
    assert found.record == DossierRecord(
        dossier="H31.14-261124-0001", status="2", procedure="1.004222"
    )
    assert isinstance(updated, Accepted)
    again = await hub.lookup(query, new_call())
    assert isinstance(again, Found)
    assert isinstance(again.record, DossierRecord)
    assert again.record.status == "4"


async def test_success_code_with_already_exists_is_no_success(
    connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A repeated addition is told by its words under each of the codes 0, 3 and -3."""
    hub = connect(SYSTEM, **way)
    await hub.share(dossier(), new_call())

    answers = [await hub.share(dossier(), new_call()) for _ in range(3)]

    assert all(isinstance(answer, Rejected) and answer.reason == "exists" for answer in answers)
    assert {answer.code for answer in answers if isinstance(answer, Rejected)} == {"0", "3", "-3"}


async def test_update_and_step_of_an_unknown_dossier(
    connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """What the portal does not hold can be neither updated nor moved on: send it as new."""
    hub = connect(SYSTEM, **way)
    for outcome in (
        await hub.share(dossier(), new_call(), update=True),
        await hub.share(progress(), new_call()),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.reason == "unknown"


async def test_a_step_follows_its_dossier(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A step is stored as sent, its time in Vietnam time."""
    hub = connect(SYSTEM, **way)
    await hub.share(dossier(), new_call())

    assert isinstance(await hub.share(progress(), new_call()), Accepted)

    body = sent(sandbox, "CapNhatTienDoHoSoMC")
    data = body["data"] if isinstance(body, dict) else body
    assert data == [
        {
            "MaHoSo": "H31.14-261124-0001",
            "NguoiXuLy": "Lê Kiểm Thử",
            "ChucDanh": "",
            "PhongBanXuLy": "",
            "ThoiDiemXuLy": "20261124023005",
            "NoiDungXuLy": "Tiếp nhận",
            "TrangThai": "2",
            "NgayBatDau": "",
            "NgayKetThucTheoQuyDinh": "",
        }
    ]


async def test_an_organisation_is_taken(connect: Connect, new_call: NewCall) -> None:
    """An enterprise's dossier carries its code as the owner's identifier."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    outcome = await hub.share(dossier(owner_kind="2", owner_number="0101234567"), new_call())
    assert isinstance(outcome, Accepted)


async def test_reads_the_catalogue(
    connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """List and procedure come with papers, their cases, and the results that replace them."""
    hub = connect(SYSTEM, **way)

    listed = await hub.lookup(ProcedureListQuery(), new_call())
    found = await hub.lookup(ProcedureQuery("1.004222.000.00.00.H31"), new_call())

    assert isinstance(listed, Found)
    assert isinstance(listed.record, ProcedureList)
    assert "1.004222" in {head.code for head in listed.record.procedures}
    assert isinstance(found, Found)
    record = found.record
    assert isinstance(record, ProcedureRecord)
    assert record.name == "Đăng ký thường trú"
    assert record.working_days == 7
    assert record.level == ("commune",)
    replacing = {code for component in record.components for code in component.replaced_by}
    assert "KQ.G15.000031" in replacing
    assert any(component.case for component in record.components)
    assert any(not component.case for component in record.components)
    assert record.results
    assert isinstance(await hub.lookup(ProcedureQuery("9.999999"), new_call()), NotFound)


async def test_check_signs_in_and_asks_about_nobody(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A health check opens a session and fetches a code list; the state then knows when the session ends."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    assert hub.channel.state().token_expires is None

    answer = await hub.check(new_call(health=True))

    assert answer.service == "LayDanhMucGioiTinh"
    expires = hub.channel.state().token_expires
    assert expires is not None
    assert timedelta(minutes=9) < expires - datetime.now(UTC) <= timedelta(minutes=10)
    assert {"session", "madonvi", "service"} == set(sent(sandbox, "LayDanhMucGioiTinh"))


@pytest.mark.parametrize("callers", [1, 20])
async def test_an_ended_session_is_renewed_once(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, callers: int
) -> None:
    """However many calls meet the end of the session, one login renews it and all are answered."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    await hub.share(dossier(), new_call())
    sandbox.tokens.expire_all(SYSTEM)
    before = sandbox.tokens.issued(SYSTEM)

    outcomes = await asyncio.gather(
        *(hub.lookup(DossierQuery("H31.14-261124-0001"), new_call()) for _ in range(callers))
    )

    assert all(isinstance(outcome, Found) for outcome in outcomes)
    assert sandbox.tokens.issued(SYSTEM) == before + 1


async def test_first_callers_share_one_login(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """Twenty first calls at once cost one login."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    await asyncio.gather(*(hub.lookup(ProcedureListQuery(), new_call()) for _ in range(20)))
    assert sandbox.tokens.issued(SYSTEM) == 1


async def test_sessions_that_are_never_accepted(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A session refused right after login ends the attempt as SessionEnded, nothing having been done."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    await sandbox.faults.put(SYSTEM, Fault(refuse_tokens=True))
    with pytest.raises(SessionEnded) as caught:
        await hub.share(dossier(), new_call())
    assert caught.value.sent is Sent.NO
    assert sandbox.tokens.issued(SYSTEM) == 2


@pytest.mark.parametrize("wrong", [{"password": "sai"}, {"username": "sai"}, {"dstcode": "sai"}])
async def test_bad_credentials(connect: Connect, new_call: NewCall, wrong: dict[str, str]) -> None:
    """A refused login is the operator's to solve; neither account nor password is in the message."""
    hub = connect(SYSTEM, channel=PORTAL | wrong)
    with pytest.raises(CredentialsRefused) as caught:
        await hub.lookup(ProcedureListQuery(), new_call())
    assert caught.value.hop is Hop.CHANNEL
    assert "sai" not in str(caught.value)
    assert PORTAL_ACCOUNT.username not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(html_page=True), ReplyUnreadable),
        (Fault(truncate=True), ReplyUnreadable),
        (Fault(nulls=True), ReplyUnreadable),
        (Fault(wrong_charset=True), ReplyUnreadable),
        (Fault(soap_fault_in_200=True), ReplyUnreadable),
        (Fault(oversize_mb=2), ReplyUnreadable),
        (Fault(cut_after_bytes=10), MaybeArrived),
        (Fault(half_close=True), MaybeArrived),
        (Fault(drop_after_processing=True), MaybeArrived),
        (Fault(status=500), SystemFault),
        (Fault(status=404), SystemFault),
        (Fault(status=302), ReplyUnreadable),
        (Fault(status=429, retry_after_s=7), Overloaded),
        (Fault(outage="503"), SystemFault),
    ],
    ids=lambda value: "-".join(value.shown()) if isinstance(value, Fault) else value.__name__,
)
async def test_faults_are_typed(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    way: dict[str, Any],
    fault: Fault,
    error: type[Exception],
) -> None:
    """Every way of failing is an error of its class, for reads and writes, and names nobody."""
    hub = connect(SYSTEM, **way, limits={"body_mb": 1})
    await hub.check(new_call())
    for service, attempt in (
        ("DongBoHoSoMC", lambda: hub.share(dossier(), new_call())),
        ("TraCuuHoSo", lambda: hub.lookup(DossierQuery("H31.14-261124-0001"), new_call())),
    ):
        await sandbox.faults.put(SYSTEM, fault, service)
        with pytest.raises(error) as caught:
            await attempt()
        assert service in str(caught.value)
        assert "Thử Nghiệm" not in str(caught.value)
        assert "033088000012" not in str(caught.value)


async def test_a_lost_answer_is_found_afterwards(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A write whose answer is lost may have arrived: the look-up tells."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    await sandbox.faults.put(SYSTEM, Fault(drop_after_processing=True, times=1), "DongBoHoSoMC")
    with pytest.raises(MaybeArrived) as caught:
        await hub.share(dossier(), new_call())
    assert caught.value.sent is Sent.MAYBE
    assert isinstance(await hub.lookup(DossierQuery("H31.14-261124-0001"), new_call()), Found)


async def test_a_lost_login_has_sent_nothing(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """When the login's answer is lost, the dossier itself has not left."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    await sandbox.faults.put(SYSTEM, Fault(drop_after_processing=True, times=1))
    with pytest.raises(Unreachable) as caught:
        await hub.share(dossier(), new_call())
    assert caught.value.sent is Sent.NO
    assert not sandbox.journal.entries(SYSTEM, "DongBoHoSoMC")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(html_page=True, times=1), ReplyUnreadable),
        (Fault(nulls=True, times=1), ReplyUnreadable),
        (Fault(status=500, times=1), SystemFault),
        (Fault(status=403, times=1), CredentialsRefused),
        (Fault(status=401, times=1), CredentialsRefused),
    ],
)
async def test_a_failed_login_has_sent_nothing(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, fault: Fault, error: type[Exception]
) -> None:
    """A login that fails in any way happens at the channel, and a write may be sent again."""
    hub = connect(SYSTEM, **WAYS["adapter"])
    await sandbox.faults.put(SYSTEM, fault)
    with pytest.raises(error) as caught:
        await hub.share(dossier(), new_call())
    failure = caught.value
    assert isinstance(failure, ReplyUnreadable | SystemFault | CredentialsRefused)
    assert failure.hop is Hop.CHANNEL
    assert failure.sent is Sent.NO
    assert isinstance(await hub.share(dossier(), new_call()), Accepted)


async def test_403_is_not_licensed(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A refused service is an answer for desks, and an operator's matter for health checks."""
    hub = connect(SYSTEM, **way)
    await hub.check(new_call())
    await sandbox.faults.put(SYSTEM, Fault(status=403))
    assert isinstance(await hub.lookup(ProcedureListQuery(), new_call()), NotLicensed)
    assert isinstance(await hub.share(dossier(), new_call()), NotLicensed)
    with pytest.raises(CredentialsRefused):
        await hub.check(new_call())
