"""The sandbox's systems call our inboxes over HTTP, through a web front as a one-stop system would mount it."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from lienthong.interface import (
    Accepted,
    Call,
    Connector,
    FileContent,
    Found,
    InvalidRequest,
    LandDocumentQuery,
    NotFound,
    PaymentFee,
    PaymentOrder,
    all_callbacks,
)
from lienthong_connectors.land import (
    CaseFinished,
    CaseMoved,
    CaseTakenIn,
    CaseUpdateAsked,
    Catalogues,
    InboxSettings,
    LandInbox,
    LandUser,
    NationalTaxNotice,
    NationalTaxPayment,
    NoticeRefused,
    SupplementAsked,
    SupplementTaken,
    TaxResult,
)
from lienthong_connectors.operations_centre import (
    PaymentNotice,
    PortalDossier,
    PortalInbox,
    PortalInboxSettings,
    PromotionDossier,
)
from lienthong_sandbox import Sandbox
from lienthong_sandbox._credentials import ILIS_ACCOUNT, PAYMENT_ACCOUNT

ILIS: dict[str, Any] = {
    "kind": "ilis",
    "username": ILIS_ACCOUNT.username,
    "password": ILIS_ACCOUNT.password,
    "client_id": ILIS_ACCOUNT.client_id,
    "client_secret": ILIS_ACCOUNT.client_secret,
}
CODE = "one-stop shared code"
NOTICES = {
    "ChuyenHoSo": CaseMoved,
    "YeuCauBoSungHoSo": SupplementAsked,
    "NhanBoSungHoSo": SupplementTaken,
    "GuiKetQuaThue": TaxResult,
    "KetThucHoSo": CaseFinished,
    "TiepNhanHoSoChoMotCua": CaseTakenIn,
    "YeuCauCapNhatHoSo": CaseUpdateAsked,
    "KetQuaThue": TaxResult,
    "ImportThongBaoThueFromDVCQG": NationalTaxNotice,
    "ImportChungTuThueFromDVCQG": NationalTaxPayment,
}
PORTAL_NOTICES = {
    "nhanhsdvcqg": PortalDossier,
    "addtthcKhuyenMai": PromotionDossier,
    "nhantbthuedvcqg": NationalTaxNotice,
    "chungtuthue": NationalTaxPayment,
}

Tell = Callable[..., Awaitable[dict[str, Any]]]


@dataclass
class Front:
    """A web front on loopback that mounts both inboxes."""

    base: str = ""
    taken: list[Any] = field(default_factory=list)
    unknown: bool = False

    def take(self, notice: Any) -> None:
        """Keeps a notice, or refuses it as one of an unknown dossier."""
        if self.unknown:
            raise NoticeRefused("Không có hồ sơ này")
        self.taken.append(notice)


@pytest.fixture
def front(sandbox: Sandbox) -> Iterator[Front]:
    """Both inboxes behind one address: the portal's first, then land's."""
    front = Front()
    catalogues = Catalogues(
        users=lambda: [LandUser("cb1", "Cán bộ Mẫu")],
        procedures=lambda: [("1.012783", "Đăng ký biến động")],
        statuses=lambda: [("DANGXULY", "Đang xử lý")],
    )
    land = LandInbox(
        InboxSettings(
            security_code=CODE, national_key=CODE, download_base=sandbox.urls["land"] + "/vbdlis"
        ),
        front.take,
        catalogues,
    )
    portal = PortalInbox(
        PortalInboxSettings(
            payment_partner=PAYMENT_ACCOUNT.partner, payment_secret=PAYMENT_ACCOUNT.secret
        ),
        front.take,
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])))

        def _answer(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            reply = portal.handle(parts.path, query, body)
            if reply.status == 404:
                reply = land.handle(parts.path, query, body)
            self.send_response(reply.status)
            self.send_header("content-type", reply.content_type)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Quiet: paths carry the shared code."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    front.base = f"http://127.0.0.1:{server.server_port}/api/v1/VBDLISs"
    yield front
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tell(sandbox: Sandbox, front: Front) -> Tell:
    """Lets a system of the sandbox call us; returns what it saw of our answer."""

    async def told(
        system: str, operation: str, code: str = CODE, status: int = 200, **fields: Any
    ) -> dict[str, Any]:
        async with httpx.AsyncClient() as client:
            reply = await client.post(
                f"{sandbox.admin_url}/-/call/{system}/{operation}",
                json={"base": front.base, "code": code, **fields},
            )
        assert reply.status_code == status, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    return told


@pytest.mark.parametrize("dialect", ["vbdlis", "ilis"])
async def test_the_file_of_a_notice_is_fetched(
    sandbox: Sandbox,
    front: Front,
    tell: Tell,
    connect: Callable[..., Connector],
    new_call: Callable[..., Call],
    dialect: str,
) -> None:
    """A relative link at VBDLIS, an absolute one with our token at iLIS; other hosts get no request, and no token."""
    await tell("land", "KetThucHoSo" if dialect == "vbdlis" else "KetQuaThue")
    (notice,) = front.taken
    link = (
        notice.files[0].url.removeprefix(sandbox.urls["land"] + "/vbdlis/")
        if isinstance(notice, CaseFinished)
        else notice.notices[0].file.url
    )
    channel: dict[str, Any] = {"kind": "open"} if dialect == "vbdlis" else ILIS
    land = connect("land", channel=channel, dialect=dialect, path=f"/{dialect}")
    found = await land.lookup(LandDocumentQuery(link), new_call())
    assert isinstance(found, Found)
    assert isinstance(found.record, FileContent)
    assert b64decode(found.record.content_base64).startswith(b"%PDF")
    assert isinstance(
        await land.lookup(LandDocumentQuery("khong-co/none.pdf"), new_call()), NotFound
    )
    sandbox.journal.clear()
    for bad in ("https://example.invalid/a.pdf", "../../x", "", "http://127.0.0.1/a.pdf", "//x"):
        with pytest.raises(InvalidRequest):
            await land.lookup(LandDocumentQuery(bad), new_call())
    assert not sandbox.journal.entries("land")


@pytest.mark.parametrize("operation", NOTICES)
async def test_every_callback_of_land_and_tax_is_taken(
    front: Front, tell: Tell, operation: str
) -> None:
    """Each call arrives as its typed notice and is answered as its sender reads it; a wrong code takes nothing."""
    answer = await tell("land", operation)
    assert answer["status"] == (201 if operation == "KetQuaThue" else 200)
    assert answer["reply"].get("Result") == 1 or answer["reply"].get("error_code") == "0"
    assert [type(notice) for notice in front.taken] == [NOTICES[operation]]
    refused = await tell("land", operation, code="wrong")
    assert refused["status"] >= 400 or refused["reply"].get("error_code") == "-1"
    assert len(front.taken) == 1


@pytest.mark.parametrize("operation", [item.name for item in all_callbacks() if item.path.startswith("GET")])  # fmt: skip
async def test_land_asks_for_our_lists(tell: Tell, operation: str) -> None:
    """Officers, procedures and states are given to who has the code."""
    answer = await tell("land", operation)
    assert answer["reply"]["Result"] == 1
    assert len(answer["reply"]["Data"]) == 1
    assert (await tell("land", operation, code="wrong"))["status"] == 500


@pytest.mark.parametrize("system", ["land", "operations_centre"])
async def test_every_declared_callback_is_called(tell: Tell, system: str) -> None:
    """What we declare as inbound is what the far side knows to call."""
    answer = await tell(system, "none", status=400)
    known = set(answer["error"].partition("known: ")[2].split(", "))
    declared = {item.name for item in all_callbacks() if item.system == system}
    # Behind the adapter the portal's tax notices have their short names.
    assert known - {"nhantbthuedvcqg", "chungtuthue"} == declared


async def test_a_refused_notice_is_answered_with_its_sentence(front: Front, tell: Tell) -> None:
    """An unknown dossier is told to the sender, who sees Result 0 or error_code -1, never a server error."""
    front.unknown = True
    land = await tell("land", "KetThucHoSo")
    portal = await tell("operations_centre", "addtthcKhuyenMai")
    assert (land["status"], land["reply"]) == (200, {"Result": 0, "Message": "Không có hồ sơ này"})
    assert (portal["status"], portal["reply"]["error_code"]) == (200, "-1")


@pytest.mark.parametrize("operation", PORTAL_NOTICES)
async def test_the_portal_s_notices_are_taken(front: Front, tell: Tell, operation: str) -> None:
    """Dossiers filed on the portal, promotion notices and tax notices arrive as their types."""
    answer = await tell("operations_centre", operation)
    assert answer["reply"]["error_code"] == "0"
    (notice,) = front.taken
    assert type(notice) is PORTAL_NOTICES[operation]
    if isinstance(notice, PortalDossier):
        assert notice.submitted_at is not None
        assert notice.files[0].component
        assert notice.raw["MaHoSo"] == notice.dossier


async def test_a_payment_notice_is_believed_by_its_signature(
    front: Front, tell: Tell, connect: Callable[..., Connector], new_call: Callable[..., Call]
) -> None:
    """The platform's word on an order of ours arrives with reference and amount."""
    payments = connect(
        "operations_centre",
        channel={"kind": "open"},
        dialect="payment",
        options={
            "payment_partner": PAYMENT_ACCOUNT.partner,
            "payment_secret": PAYMENT_ACCOUNT.secret,
        },
    )
    order = PaymentOrder(
        reference="H31-0001", amount=50000, description="Thu phí thử", started_at=datetime.now(UTC),
        payer_ip="127.0.0.1", dossier="H31.14-261124-0001", procedure="1.004222",
        procedure_name="Thủ tục mẫu", agency="H31.14", agency_name="Cơ quan mẫu", account="0000000000",
        account_bank="MAU", account_name="Kho bạc mẫu",
        fees=(PaymentFee(kind="1", code="PHI01", name="Phí thử", amount=50000),),
    )  # fmt: skip
    assert isinstance(await payments.share(order, new_call()), Accepted)
    base = f"{front.base}/payment"
    answer = await tell("operations_centre", "payment", base=base, reference=order.reference)
    assert answer["status"] == 200
    (notice,) = front.taken
    assert isinstance(notice, PaymentNotice)
    assert (notice.reference, notice.amount, notice.paid) == ("H31-0001", 50000, True)
