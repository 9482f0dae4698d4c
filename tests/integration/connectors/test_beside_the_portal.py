"""EMC and a ministry's own system against the sandbox, over TLS (hub page §2.6, §5.4)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lienthong.interface import (
    Accepted,
    Call,
    ConfigurationError,
    Connector,
    CredentialsRefused,
    DossierQuery,
    EmcEvent,
    HubProgress,
    InvalidRequest,
    Message,
    MinistryCodeRequest,
    MinistryComponent,
    MinistryDossier,
    MinistryFile,
    MinistryStatus,
    MinistryUpload,
    NotLicensed,
    NotSupported,
    Rejected,
    ReplyUnreadable,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import MINISTRY_CLIENT

SYSTEM = "operations_centre"
NOW = datetime(2026, 11, 23, 19, 30, 5, tzinfo=UTC)
AGENCY = "000.00.00.H31"
PATHS = {
    "LayMaHoSo": "mahoso",
    "TaiTep": "tep",
    "TaoHoSo": "hoso",
    "CapNhatTienDo": "tiendo",
    "CapNhatTrangThai": "trangthai",
}
EVENT = EmcEvent(
    dossier="H31.14-261124-0001",
    procedure="1.004222.H31",
    procedure_name="Đăng ký thường trú",
    status="1",
    reception="2",
    level="4",
)

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


@pytest.fixture
def emc(connect: Connect) -> Connector:
    """The measurement of online services."""
    options = {"emc_profile": "MAU", "emc_site": "H31"}
    return connect(SYSTEM, channel={"kind": "open"}, dialect="emc", path="/emc", options=options)


@pytest.fixture
def ministry(connect: Connect) -> Connector:
    """A ministry's own system, signed in by a form."""
    return in_ministry(connect)


def in_ministry(connect: Connect, **channel: Any) -> Connector:
    """The same with changes of the channel."""
    form = {
        "kind": "ngsp",
        "client_auth": "form",
        "consumer_key": MINISTRY_CLIENT.client_id,
        "consumer_secret": MINISTRY_CLIENT.client_secret,
    }
    options = {"paths": PATHS}
    return connect(
        SYSTEM, channel=form | channel, dialect="ministry", path="/dvcbo", options=options
    )


def sent(sandbox: Sandbox, tail: str) -> list[Any]:
    """Bodies of the requests at an address, newest last."""
    entries = sandbox.journal.entries(SYSTEM)
    return [json.loads(entry.body) for entry in entries if entry.path.endswith(tail)]


async def test_an_event_is_told_with_every_field(
    sandbox: Sandbox, emc: Connector, new_call: NewCall
) -> None:
    """Codes travel as text, the procedure without its agency; success is all that is said."""
    assert isinstance(await emc.share(EVENT, new_call()), Accepted)
    (body,) = sent(sandbox, "TrackingMCDT")
    assert body == {
        "CodeProfile": "MAU", "SiteId": "H31", "CodeTTHC": "1.004222", "NameTTHC": "Đăng ký thường trú",
        "MaHoSo": "H31.14-261124-0001", "Status": "1", "FormsReception": "2", "FormsPayments": "0",
        "Level": "4", "IsFromDVCQG": "0", "IsDVCBC": "0", "Data": "", "User": "{}",
    }  # fmt: skip
    assert (await emc.check(new_call(health=True))).service == "TrackingMCDT"


async def test_what_emc_refuses_is_rejected(
    sandbox: Sandbox, emc: Connector, new_call: NewCall
) -> None:
    """HTTP 400 is the only way it refuses an event: an answer, not an error."""
    await sandbox.faults.put(SYSTEM, Fault(status=400))
    outcome = await emc.share(EVENT, new_call())
    assert isinstance(outcome, Rejected)
    assert outcome.code == "400"


async def test_a_page_in_place_of_emc_is_no_success(
    sandbox: Sandbox, emc: Connector, new_call: NewCall
) -> None:
    """A proxy's sign-in page with HTTP 200 took nothing, although nothing of EMC's own answer is published."""
    await sandbox.faults.put(SYSTEM, Fault(html_page=True))
    with pytest.raises(ReplyUnreadable):
        await emc.share(EVENT, new_call())


async def test_emc_needs_profile_and_site(connect: Connect) -> None:
    """Without what EMC gave us nothing can be told."""
    with pytest.raises(ConfigurationError, match="emc_profile"):
        connect(SYSTEM, channel={"kind": "open"}, dialect="emc", path="/emc")


async def test_a_dossier_goes_to_a_ministry_step_by_step(
    sandbox: Sandbox, ministry: Connector, new_call: NewCall
) -> None:
    """A code, a file, the dossier, a step, a status: each builds on what the one before gave."""
    code = await ministry.share(MinistryCodeRequest(agency=AGENCY), new_call())
    assert isinstance(code, Accepted)
    dossier = code.receipt.reference
    upload = MinistryUpload(
        filename="tờ khai.pdf", content_base64=b64encode(b"%PDF-1.7 thu").decode()
    )
    file = await ministry.share(upload, new_call())
    assert isinstance(file, Accepted)
    component = MinistryComponent(
        component="000.00.00.G09-KQ002269",
        name="Tờ khai",
        files=(
            MinistryFile(file_id=file.receipt.reference, sha=file.receipt.message, name="Tờ khai"),
        ),
    )
    messages: tuple[Message, ...] = (
        MinistryDossier(
            dossier=dossier, procedure="1.004222", owner_name="Trần Thử Nghiệm", agency=AGENCY,
            submitted_at=NOW, received_at=NOW, components=(component,),
            applicant={"HoTen": "Trần Thử Nghiệm"},
        ),
        HubProgress(dossier=dossier, officer="Cán bộ Mẫu", at=NOW, status="4"),
        MinistryStatus(dossier=dossier, status="4"),
    )  # fmt: skip
    for message in messages:
        assert isinstance(await ministry.share(message, new_call()), Accepted)
    (created,) = sent(sandbox, "/hoso")
    assert created["NgayNop"] == "2026-11-24 02:30:05"
    assert created["LoaiDoiTuong"] == 0
    assert created["ThanhPhanHoSo"][0]["GiayToDinhKem"][0]["HashTepTin"] == file.receipt.message
    ((step,),) = sent(sandbox, "/tiendo")
    assert step["ThoiDiemXuLy"] == "2026-11-24T02:30:05+07:00"
    assert (await ministry.check(new_call(health=True))).service == "CapNhatTrangThai"


async def test_a_ministry_refuses_in_its_ways(
    connect: Connect, ministry: Connector, new_call: NewCall
) -> None:
    """400 is a rejection, 403 no licence, a wrong secret our credentials; nothing malformed leaves."""
    unknown = MinistryStatus(dossier="G09.20-261124-9999", status="77")
    with pytest.raises(InvalidRequest):
        await ministry.share(unknown, new_call())
    foreign = await ministry.share(MinistryCodeRequest(agency="000.00.00.H99"), new_call())
    assert isinstance(foreign, NotLicensed)
    with pytest.raises(InvalidRequest):
        await ministry.share(MinistryUpload(filename="a", content_base64="?"), new_call())
    empty = await ministry.share(MinistryUpload(filename="a", content_base64=""), new_call())
    assert isinstance(empty, Rejected)
    with pytest.raises(NotSupported):
        await ministry.lookup(DossierQuery("G09.20-261124-0001"), new_call())
    with pytest.raises(CredentialsRefused):
        await in_ministry(connect, consumer_secret="wrong").check(new_call(health=True))
