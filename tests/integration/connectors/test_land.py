"""The land connector against the sandbox, over TLS, in both dialects."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lienthong.identity import CertificateBarcode, CertificateSerial
from lienthong.interface import (
    Accepted,
    Call,
    CertificateList,
    CertificateQuery,
    CertificateRecord,
    Connector,
    CredentialsRefused,
    Found,
    HandoverFile,
    LandHandover,
    MaybeArrived,
    NotFound,
    NotLicensed,
    Overloaded,
    ParcelQuery,
    ParcelRecord,
    ReplyUnreadable,
    Sent,
    SystemFault,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import ILIS_ACCOUNT
from lienthong_sandbox.personas import Persona

SYSTEM = "land"
ILIS: dict[str, Any] = {
    "kind": "ilis",
    "username": ILIS_ACCOUNT.username,
    "password": ILIS_ACCOUNT.password,
    "client_id": ILIS_ACCOUNT.client_id,
    "client_secret": ILIS_ACCOUNT.client_secret,
}
WAYS: dict[str, dict[str, Any]] = {
    "vbdlis": {"channel": {"kind": "open"}, "dialect": "vbdlis", "path": "/vbdlis"},
    "ilis": {"channel": ILIS, "dialect": "ilis", "path": "/ilis"},
}
HAND_OVER = {"vbdlis": "tiepnhan", "ilis": "TiepNhanHoSo"}

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


def handover(**changes: Any) -> LandHandover:
    """A dossier with a parcel and a file."""
    values: dict[str, Any] = {
        "dossier": "H31.14-261124-0007",
        "province": "33",
        "commune": "12205",
        "received_by": "canbo1",
        "received_at": datetime(2026, 11, 24, 2, 30, tzinfo=UTC),
        "applicant_name": "Trần Thử Nghiệm",
        "applicant_number": "033088000012",
        "process_code": "QT01",
        "process_name": "Cấp đổi giấy chứng nhận",
        "parcels": (("204", "17", "250.5", "Thôn Mẫu"),),
        "files": (HandoverFile(name="Đơn", filename="don.pdf", content_base64="aGVsbG8="),),
    }
    return LandHandover.model_validate(values | changes)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Channel, dialect and path of one front."""
    return WAYS[request.param]


@pytest.fixture
def owner(sandbox: Sandbox) -> Persona:
    """A person with two certificates."""
    return sandbox.personas.tagged("two_certificates")[0]


async def test_finds_a_certificate_by_serial_and_by_barcode(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], owner: Persona
) -> None:
    """Serial or bar code with the owner's number gives the certificate with owner and parcel."""
    land = connect(SYSTEM, **way)
    held = sandbox.personas.certificates_of(owner.key)[0]

    by_serial = await land.lookup(
        CertificateQuery(owner.declared.number, serial=CertificateSerial.parse(held.serial)),
        new_call(),
    )
    by_barcode = await land.lookup(
        CertificateQuery(owner.declared.number, barcode=CertificateBarcode.parse(held.barcode)),
        new_call(),
    )

    assert isinstance(by_serial, Found)
    assert isinstance(by_barcode, Found)
    record = by_serial.record
    assert by_barcode.record == record
    assert isinstance(record, CertificateRecord)
    assert record.serial == held.serial.replace(" ", "")
    assert record.register_number == held.register_number
    assert record.issued == date.fromisoformat(held.issued)
    assert [person.full_name for person in record.owners] == [owner.declared.name]
    assert record.owners[0].personal_id == owner.declared.number
    parcel = record.parcels[0]
    assert (parcel.commune, str(parcel.map_sheet), str(parcel.parcel)) == (
        held.parcels[0].ward, held.parcels[0].sheet, held.parcels[0].number,
    )  # fmt: skip
    assert parcel.area_m2 == Decimal(str(held.parcels[0].area))
    assert [use.purpose for use in parcel.uses] == [use.code for use in held.parcels[0].purposes]


async def test_lists_all_certificates_of_an_owner(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], owner: Persona
) -> None:
    """The owner's number alone gives every certificate."""
    land = connect(SYSTEM, **way)
    found = await land.lookup(CertificateQuery(owner.declared.number), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, CertificateList)
    assert {item.serial for item in found.record.certificates} == {
        item.serial.replace(" ", "") for item in sandbox.personas.certificates_of(owner.key)
    }


async def test_every_certificate_of_the_sandbox_is_readable(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """Couples, households and organisations come with owner names and parcels like persons."""
    land = connect(SYSTEM, **way)
    people = {person.key: person.declared.number for person in sandbox.personas.people}
    people |= {unit.key: unit.number for unit in sandbox.personas.organisations}
    for held in sandbox.personas.certificates:
        query = CertificateQuery(
            people[held.owners[0]], serial=CertificateSerial.parse(held.serial)
        )
        found = await land.lookup(query, new_call())
        assert isinstance(found, Found), held.serial
        assert isinstance(found.record, CertificateRecord)
        assert len(found.record.owners) == len(held.owners)
        assert {item.kind for item in found.record.owners} == {held.kind}
        assert len(found.record.parcels) == len(held.parcels)


async def test_wrong_owner_looks_like_no_certificate(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], owner: Persona
) -> None:
    """The second factor holds: another owner's number finds nothing."""
    land = connect(SYSTEM, **way)
    held = sandbox.personas.certificates_of(owner.key)[0]
    serial = CertificateSerial.parse(held.serial)
    for query in (
        CertificateQuery("033088009999", serial=serial),
        CertificateQuery(owner.declared.number, serial=CertificateSerial.parse("ZZ999999")),
        CertificateQuery("033088009999"),
    ):
        assert isinstance(await land.lookup(query, new_call()), NotFound)


async def test_finds_a_parcel(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], owner: Persona
) -> None:
    """A parcel is found by its natural key, and only by it."""
    land = connect(SYSTEM, **way)
    held = sandbox.personas.certificates_of(owner.key)[0].parcels[0]
    query = ParcelQuery(held.ward, int(held.sheet), int(held.number))

    found = await land.lookup(query, new_call())

    assert isinstance(found, Found)
    assert isinstance(found.record, ParcelRecord)
    assert found.record.area_m2 == Decimal(str(held.area))
    assert isinstance(await land.lookup(ParcelQuery("12205", 9999, 1), new_call()), NotFound)


async def test_hands_a_dossier_over_twice(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """The second hand-over is told by its words and counts as taken."""
    land = connect(SYSTEM, **way)

    first = await land.share(handover(), new_call())
    second = await land.share(handover(), new_call())

    assert isinstance(first, Accepted)
    assert not first.already
    assert first.receipt.reference == "H31.14-261124-0007"
    assert isinstance(second, Accepted)
    assert second.already
    body = json.loads(sandbox.journal.entries(SYSTEM, HAND_OVER[way["dialect"]])[0].body)
    assert body["TinhId"] == (33 if way["dialect"] == "vbdlis" else "33")
    assert body["HuyenId"] == (0 if way["dialect"] == "vbdlis" else "0")
    assert body["NgayTiepNhan"] == "2026-11-24T09:30:00+07:00"
    assert body["ThongTinThuaDat"][0]["SoHieuBanDo"] == "17"


@pytest.mark.parametrize("callers", [1, 20])
async def test_an_expired_token_is_renewed_once(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, owner: Persona, callers: int
) -> None:
    """However many calls meet the end of the token, one sign-in renews it and all are answered."""
    land = connect(SYSTEM, **WAYS["ilis"])
    await land.check(new_call(health=True))
    sandbox.tokens.expire_all(SYSTEM)
    before = len(sandbox.journal.entries(SYSTEM, "token"))

    outcomes = await asyncio.gather(
        *(land.lookup(CertificateQuery(owner.declared.number), new_call()) for _ in range(callers))
    )

    assert all(isinstance(outcome, Found) for outcome in outcomes)
    assert len(sandbox.journal.entries(SYSTEM, "token")) == before + 1


@pytest.mark.parametrize(
    "wrong",
    [{"password": "sai"}, {"username": "sai"}, {"client_id": "sai"}, {"client_secret": "sai"}],
)
async def test_bad_credentials(connect: Connect, new_call: NewCall, wrong: dict[str, str]) -> None:
    """A refused sign-in is the operator's to solve."""
    land = connect(SYSTEM, **(WAYS["ilis"] | {"channel": ILIS | wrong}))
    with pytest.raises(CredentialsRefused) as caught:
        await land.check(new_call(health=True))
    assert "sai" not in str(caught.value)


async def test_check_asks_about_nobody(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A health check looks for a parcel that cannot exist."""
    land = connect(SYSTEM, **way)
    answer = await land.check(new_call(health=True))
    assert answer.service == "tracuu/thuadat"
    body = json.loads(sandbox.journal.entries(SYSTEM)[-1].body)
    assert body == {"maXa": "00000", "soHieuToBanDo": 0, "soThuTuThua": 0}


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
        (Fault(status=401), CredentialsRefused),
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
    owner: Persona,
    fault: Fault,
    error: type[Exception],
) -> None:
    """Every way of failing is an error of its class, for reads and writes, and names nobody."""
    land = connect(SYSTEM, **way, limits={"body_mb": 1})
    await land.check(new_call())
    for attempt in (
        lambda: land.share(handover(), new_call()),
        lambda: land.lookup(CertificateQuery(owner.declared.number), new_call()),
    ):
        service = HAND_OVER[way["dialect"]]
        for name in (service, "tracuu/giaychungnhan"):
            await sandbox.faults.put(SYSTEM, fault, name)
        with pytest.raises(error) as caught:
            await attempt()
        assert "Thử Nghiệm" not in str(caught.value)
        assert owner.declared.number not in str(caught.value)


async def test_a_lost_hand_over_is_taken_on_repeat(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any]
) -> None:
    """A hand-over whose answer is lost may be repeated: the land system says that it has it."""
    land = connect(SYSTEM, **way)
    service = HAND_OVER[way["dialect"]]
    await sandbox.faults.put(SYSTEM, Fault(drop_after_processing=True, times=1), service)
    with pytest.raises(MaybeArrived) as caught:
        await land.share(handover(), new_call())
    assert caught.value.sent is Sent.MAYBE
    again = await land.share(handover(), new_call())
    assert isinstance(again, Accepted)
    assert again.already


async def test_403_is_not_licensed(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, way: dict[str, Any], owner: Persona
) -> None:
    """A refused service is an answer for desks, and an operator's matter for health checks."""
    land = connect(SYSTEM, **way)
    await land.check(new_call())
    await sandbox.faults.put(SYSTEM, Fault(status=403))
    query = CertificateQuery(owner.declared.number)
    assert isinstance(await land.lookup(query, new_call()), NotLicensed)
    assert isinstance(await land.share(handover(), new_call()), NotLicensed)
    with pytest.raises(CredentialsRefused):
        await land.check(new_call())
