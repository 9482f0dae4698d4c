"""Supplements, returned and wrong results, and registration records of the land systems against the sandbox, over TLS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lienthong.identity import CertificateSerial
from lienthong.interface import (
    Accepted,
    Call,
    Connector,
    Found,
    HandoverFile,
    InvalidRequest,
    LandFileQuery,
    LandHandover,
    LandRejection,
    LandReturned,
    LandSupplement,
    NotFound,
)
from lienthong_connectors.land import HoSoXml
from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import ILIS_ACCOUNT

SYSTEM = "land"
NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
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
DOSSIER = "H31.14-261124-0009"
HANDOVER = LandHandover(
    dossier=DOSSIER,
    province="33",
    commune="12205",
    received_by="canbo1",
    received_at=NOW,
    applicant_name="Trần Thử Nghiệm",
    applicant_number="033088000012",
    process_code="QT01",
    process_name="Cấp đổi",
)
FILES = (HandoverFile(name="Đơn", filename="don.pdf", content_base64="aGVsbG8="),)

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


@pytest.fixture(params=WAYS)
def land(request: pytest.FixtureRequest, connect: Connect) -> Connector:
    """The connector on one front."""
    return connect(SYSTEM, **WAYS[request.param])


async def test_a_supplement_that_nobody_waits_for_counts_as_sent(
    land: Connector, new_call: NewCall
) -> None:
    """The land system says that it waits for none: it has it, or needs it no more (insurance page §4.2)."""
    await land.share(HANDOVER, new_call())
    message = LandSupplement(dossier=DOSSIER, due_at=NOW, note="Bổ sung", files=FILES)
    outcome = await land.share(message, new_call())
    assert isinstance(outcome, Accepted)
    assert outcome.already
    assert outcome.receipt.reference == DOSSIER


async def test_a_result_is_returned_once(land: Connector, new_call: NewCall) -> None:
    """Telling twice is harmless; so is a dossier that the land system does not have."""
    await land.share(HANDOVER, new_call())
    message = LandReturned(dossier=DOSSIER, returned_at=NOW)
    first = await land.share(message, new_call())
    second = await land.share(message, new_call())
    unknown = await land.share(
        message.model_copy(update={"dossier": "H31.14-261124-9999"}), new_call()
    )
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert isinstance(unknown, Accepted)
    assert (first.already, second.already, unknown.already) == (False, True, True)


async def test_a_wrong_result_goes_back(
    sandbox: Sandbox, land: Connector, new_call: NewCall
) -> None:
    """Content and files reach the land system; without content nothing is sent."""
    await land.share(HANDOVER, new_call())
    sandbox.journal.clear()
    with pytest.raises(InvalidRequest):
        await land.share(LandRejection(dossier=DOSSIER, content=" "), new_call())
    assert not [e for e in sandbox.journal.entries(SYSTEM) if b"NoiDung" in e.body]
    message = LandRejection(dossier=DOSSIER, content="Sai diện tích", files=FILES)
    assert isinstance(await land.share(message, new_call()), Accepted)


async def test_a_registration_record_needs_the_owner(
    sandbox: Sandbox, land: Connector, new_call: NewCall
) -> None:
    """The whole record comes for its owner only; a foreign number and an unknown serial look alike."""
    owner = sandbox.personas.tagged("two_certificates")[0]
    held = sandbox.personas.certificates_of(owner.key)[0]
    serial = CertificateSerial.parse(held.serial)
    found = await land.lookup(LandFileQuery(serial, owner.declared.number), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, HoSoXml)
    assert found.record.guid
    assert len(found.record.parcels) == len(held.parcels)
    assert found.record.parcels[0].purposes
    unknown = CertificateSerial.parse("ZZ 999999")
    for query in (
        LandFileQuery(serial, "033088009999"),
        LandFileQuery(unknown, owner.declared.number),
    ):
        assert isinstance(await land.lookup(query, new_call()), NotFound)
