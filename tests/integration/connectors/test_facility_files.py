"""Files of facilities, sent to the card gateway of the sandbox, over TLS (insurance page §2.2)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qs

import pytest

from lienthong.interface import (
    Accepted,
    Call,
    CallFailed,
    Connector,
    CredentialsRefused,
    FacilityFile,
    InvalidRequest,
    MaybeArrived,
    NotLicensed,
    NotSupported,
    Overloaded,
    Rejected,
    ReplyUnreadable,
    Sent,
    SystemFault,
    Verb,
)
from lienthong_sandbox import Fault, Sandbox
from lienthong_sandbox._credentials import CARD_ACCOUNT, NGSP_ACCOUNT

TREATMENT = "guiHoSoXmlQD130"
KINDS: list[tuple[Literal["check_in", "treatment", "assessment"], str, str]] = [
    ("check_in", "checkInKcbQd130", "0"),
    ("treatment", TREATMENT, "130"),
    ("assessment", "guiDuLieuGdykQd130", "12"),
]
EGW: dict[str, Any] = {
    "kind": "egw",
    "username": CARD_ACCOUNT.username,
    "password": CARD_ACCOUNT.password,
}
# Its base64 holds both characters that a form must quote, and padding.
CONTENT = "\ufeff<HoSo>Người bệnh mẫu ~~~???</HoSo>".encode()

Connect = Callable[..., Connector]
NewCall = Callable[..., Call]


def gateway(connect: Connect, *, body_mb: float = 1.0, **options: Any) -> Connector:
    """A connector on the gateway, without any officer: files are the facility's."""
    return connect(
        "social_insurance",
        channel=EGW,
        dialect="gateway",
        options=options,
        limits={"body_mb": body_mb},
    )


def file(
    kind: Literal["check_in", "treatment", "assessment"] = "treatment",
    content: bytes = CONTENT,
    facility: str = CARD_ACCOUNT.facility[1],
) -> FacilityFile:
    """A file of the sandbox's facility."""
    return FacilityFile(
        kind=kind, province=CARD_ACCOUNT.facility[0], facility=facility, content=content
    )


@pytest.mark.parametrize(("kind", "service", "code"), KINDS)
async def test_every_kind_goes_its_way(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    kind: Literal["check_in", "treatment", "assessment"],
    service: str,
    code: str,
) -> None:
    """Path and loaiHoSo say the kind; the receipt has number and time; the secrets stand in headers only."""
    insurance = gateway(connect)
    declared = insurance.service_for(Verb.SHARE, file(kind))
    assert (declared.name, declared.idempotent) == (service, False)
    outcome = await insurance.share(file(kind), new_call())
    assert isinstance(outcome, Accepted)
    assert outcome.receipt.reference
    assert outcome.receipt.at is not None
    assert abs((outcome.receipt.at - datetime.now(UTC)).total_seconds()) < 60
    assert (outcome.provenance.service, outcome.already) == (service, False)
    (entry,) = sandbox.journal.entries("social_insurance", service)
    assert {"accesstoken", "tokenid", "passwordhash"} <= {name.lower() for name in entry.headers}
    assert not entry.query
    assert parse_qs(entry.body.decode()) == {
        "loaiHoSo": [code],
        "maTinh": ["33"],
        "maCSKCB": [CARD_ACCOUNT.facility[1]],
        "fileHSBase64": [b64encode(CONTENT).decode()],
        "username": [CARD_ACCOUNT.username],
    }


async def test_what_is_refused_is_told(connect: Connect, new_call: NewCall) -> None:
    """A file that cannot be read is rejected; another facility's is not ours to send."""
    insurance = gateway(connect)
    rejected = await insurance.share(file(content=b"<HoSo>"), new_call())
    assert isinstance(rejected, Rejected)
    assert rejected.code
    assert rejected.message
    assert isinstance(await insurance.share(file(facility="33999"), new_call()), NotLicensed)


@pytest.mark.parametrize("content", [b"", b"  ", b64encode(CONTENT), b"<" * 1_000_001])
async def test_unfit_content_never_leaves(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, content: bytes
) -> None:
    """No XML, base64 in place of it, or more than the limit: the field is named, nothing is sent."""
    with pytest.raises(InvalidRequest, match="content"):
        await gateway(connect).share(file(content=content), new_call())
    assert not sandbox.journal.entries("social_insurance")


async def test_a_session_that_ended_is_renewed_and_the_file_sent_once(
    sandbox: Sandbox, connect: Connect, new_call: NewCall
) -> None:
    """A refused token is not a received file: one renewal, one receipt."""
    insurance = gateway(connect)
    await insurance.channel.sign_in(new_call())
    sandbox.tokens.expire_all("social_insurance")
    sandbox.journal.clear()
    assert isinstance(await insurance.share(file(), new_call()), Accepted)
    assert len(sandbox.journal.entries("social_insurance", "take")) == 1
    assert len(sandbox.journal.entries("social_insurance", TREATMENT)) == 2


@pytest.mark.parametrize(
    ("fault", "error", "sent"),
    [
        (Fault(drop_after_processing=True), MaybeArrived, Sent.MAYBE),
        (Fault(truncate=True), ReplyUnreadable, Sent.MAYBE),
        (Fault(html_page=True), ReplyUnreadable, Sent.MAYBE),
        (Fault(wrong_charset=True), ReplyUnreadable, Sent.MAYBE),
        (Fault(nulls=True), ReplyUnreadable, Sent.MAYBE),
        (Fault(oversize_mb=2), ReplyUnreadable, Sent.MAYBE),
        (Fault(status=500), SystemFault, Sent.MAYBE),
        (Fault(status=429, retry_after_s=3), Overloaded, Sent.ANSWERED),
        (Fault(status=401), CredentialsRefused, Sent.NO),
    ],
    ids=lambda value: str(value.shown()) if isinstance(value, Fault) else None,
)
async def test_a_lost_answer_leaves_the_file_in_doubt(
    sandbox: Sandbox,
    connect: Connect,
    new_call: NewCall,
    fault: Fault,
    error: type[CallFailed],
    sent: Sent,
) -> None:
    """Whatever says neither taken nor refused may have arrived; nothing is repeated, no secret shows."""
    insurance = gateway(connect)
    await insurance.channel.sign_in(new_call())
    await sandbox.faults.put("social_insurance", fault, TREATMENT)
    with pytest.raises(error) as caught:
        await insurance.share(file(), new_call())
    assert caught.value.sent is sent
    attempts = 2 if error is CredentialsRefused else 1
    assert len(sandbox.journal.entries("social_insurance", TREATMENT)) == attempts
    for secret in (CARD_ACCOUNT.username, CARD_ACCOUNT.password, "Token", "33001"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("repeated", "expected"), [("new", Accepted), ("same", Accepted), ("refused", Rejected)]
)
async def test_a_file_sent_twice(
    sandbox: Sandbox, connect: Connect, new_call: NewCall, repeated: str, expected: type
) -> None:
    """The gateway decides; whatever it says is an outcome."""
    sandbox.settings["social_insurance"]["repeated_file"] = repeated
    insurance = gateway(connect)
    first = await insurance.share(file(), new_call())
    again = await insurance.share(file(), new_call())
    assert isinstance(first, Accepted)
    assert isinstance(again, expected)
    if isinstance(again, Accepted):
        same = again.receipt.reference == first.receipt.reference
        assert same is (repeated == "same")


async def test_the_inter_agency_services_take_no_file(connect: Connect, new_call: NewCall) -> None:
    """Only the gateway does."""
    channel = {
        "kind": "ngsp",
        "consumer_key": NGSP_ACCOUNT.consumer_key,
        "consumer_secret": NGSP_ACCOUNT.consumer_secret,
    }
    insurance = connect("social_insurance", channel=channel)
    with pytest.raises(NotSupported):
        await insurance.share(file(), new_call())
