"""Calls of the national portal and its payment platform as pure handlers for a web front to mount (hub page §1, §5.2, §5.3).

>>> inbox = PortalInbox(PortalInboxSettings(payment_partner="…", payment_secret="…"), take=store)
>>> status, body, content_type = inbox.handle("/VXPAdapter/RestService/forward/nhanhsdvcqg", {}, body)

Only payment notices prove who sent them. Nothing is published for the others: let nobody but the adapter reach the front.
Tax notices from the portal are read by ``LandInbox`` of the land connector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from pydantic import Field

from lienthong.interface import InvalidRequest
from lienthong_connectors.channels import Table
from lienthong_connectors.inbound import (
    Fields,
    InboxReply,
    NoticeRefused,
    Places,
    code_reply,
    read_body,
    text_reply,
)

from ._payments import NOTICE_SIGNED, PaymentNotice, read_payment_notice
from ._portal_notices import PortalDossier, PromotionDossier, portal_dossiers, promotions

PortalNotice = PortalDossier | PromotionDossier | PaymentNotice
"""Everything that comes in."""

_READERS: Final[dict[str, Callable[[Fields], tuple[PortalNotice, ...]]]] = {
    "nhanhsdvcqg": portal_dossiers,
    "addtthckhuyenmai": promotions,
}
_NOWHERE: Final = Places(zone=UTC, download_base="", hosts=frozenset())


class PortalInboxSettings(Table):
    """What the handlers need to know."""

    payment_partner: str = Field(
        default="",
        description="MaDoiTac, as in the connector's options; empty: notices are refused.",
    )
    payment_secret: str = Field(
        default="", repr=False, description="Secret of MaXacThuc, as in the connector's options."
    )
    payment_signed: tuple[str, ...] = Field(
        default=NOTICE_SIGNED,
        description="Fields of a notice behind its MaXacThuc, in their order; unpublished.",
    )
    payment_path: str = Field(
        default="payment", description="Last part of the address of payment notices; unpublished."
    )


@dataclass(frozen=True, slots=True)
class PortalReceived:
    """The notices of one call; one call may bring several dossiers."""

    notices: tuple[PortalNotice, ...]


class PortalInbox:
    """Reads calls, hands the notices over, and answers ``{error_code, message}``.

    Args:
        settings: Partner and secret of the payment platform.
        take: Keeps a notice durably; raises ``NoticeRefused`` when it does not fit. The same notice may come twice.
    """

    def __init__(self, settings: PortalInboxSettings, take: Callable[[PortalNotice], None]) -> None:
        self._settings = settings
        self._take = take

    def handle(self, path: str, query: Mapping[str, str], body: bytes) -> InboxReply:  # noqa: ARG002 - as LandInbox: a front mounts both alike
        """Reads, takes and answers one call. What ``take`` raises besides ``NoticeRefused`` goes through."""
        received = self.read(path, body)
        if isinstance(received, InboxReply):
            return received
        try:
            for notice in received.notices:
                self._take(notice)
        except NoticeRefused as refusal:
            return self.refusal(str(refusal))
        return self.receipt()

    def read(self, path: str, body: bytes) -> PortalReceived | InboxReply:
        """Only reads: for fronts that keep notices asynchronously and answer with :meth:`receipt` or :meth:`refusal`."""
        service = path.rstrip("/").rpartition("/")[2].casefold()
        if service == self._settings.payment_path.casefold():
            return self._payment(body)
        reader = _READERS.get(service)
        if reader is None:
            return text_reply(404, "Not Found")
        try:
            return PortalReceived(reader(read_body(body, _NOWHERE)))
        except NoticeRefused as refusal:
            return self.refusal(str(refusal))

    def receipt(self) -> InboxReply:
        """The answer to notices that were taken."""
        return code_reply(True, "Thành công")

    def refusal(self, sentence_vi: str) -> InboxReply:
        """The answer to notices that were not taken."""
        return code_reply(False, sentence_vi)

    def _payment(self, body: bytes) -> PortalReceived | InboxReply:
        try:
            notice = read_payment_notice(
                body,
                partner=self._settings.payment_partner,
                secret=self._settings.payment_secret,
                signed=self._settings.payment_signed,
            )
        except InvalidRequest as error:
            return self.refusal(f"Không nhận thông báo thanh toán: {error.field} không hợp lệ")
        return PortalReceived((notice,))
