"""Files of a facility, sent to the card gateway (insurance page §2.2, letter 3190)."""

from __future__ import annotations

from base64 import b64encode
from typing import Final, Literal, NamedTuple
from urllib.parse import urlencode

import orjson

from lienthong.interface import (
    Accepted,
    Call,
    FacilityFile,
    InvalidRequest,
    NotLicensed,
    Receipt,
    Rejected,
    ReplyUnreadable,
    Sent,
    Service,
    ShareOutcome,
    SystemFault,
    WireReply,
    WireRequest,
    read_object,
)
from lienthong_connectors.channels import Wire
from lienthong_connectors.values import plain_text, vietnam_time

from ._gateway_services import SEND_ASSESSMENT_FILE, SEND_CHECK_IN, SEND_TREATMENT_FILE
from ._options import HEADERS, Encoding, SocialInsuranceOptions


class _Way(NamedTuple):
    service: Service
    kind: str
    """loaiHoSo."""


_WAYS: Final[dict[Literal["check_in", "treatment", "assessment"], _Way]] = {
    "check_in": _Way(SEND_CHECK_IN, "0"),
    "treatment": _Way(SEND_TREATMENT_FILE, "130"),
    "assessment": _Way(SEND_ASSESSMENT_FILE, "12"),
}


def service_of(file: FacilityFile) -> Service:
    """The service that takes a file."""
    return _WAYS[file.kind].service


class FileDesk:
    """Sends files of facilities.

    Args:
        wire: The gateway's wire.
        options: The system's options.
        largest_mb: Largest file, MB.
    """

    def __init__(self, wire: Wire, options: SocialInsuranceOptions, largest_mb: float) -> None:
        self._wire = wire
        self._base = options.sending_path.rstrip("/")
        self._encoding: Encoding = options.sending_encoding
        self._largest_mb = largest_mb

    async def send(self, file: FacilityFile, call: Call) -> ShareOutcome:
        """Sends a file once; taken is only what came back with a transaction number.

        Raises:
            InvalidRequest: The content is no XML or too large.
            ReplyUnreadable: The answer says neither taken nor refused: the file may have arrived.
            SystemFault: The gateway reports a failure of its own.
        """
        try:
            return await self._sent(file, call)
        except ReplyUnreadable as error:
            if error.sent is not Sent.ANSWERED:
                raise
            # Nothing can be looked up, so whoever sends again must have asked BHXH first.
            raise ReplyUnreadable(
                error.system, error.service, error.problem, sent=Sent.MAYBE, retryable=False
            ) from error

    async def _sent(self, file: FacilityFile, call: Call) -> ShareOutcome:
        service = service_of(file).name
        reply = await self._wire.ask(self._request(file, service), call)
        if isinstance(reply, NotLicensed):
            return reply
        return self._outcome(service, reply, call)

    def _request(self, file: FacilityFile, service: str) -> WireRequest:
        self._refuse_unfit(file.content)
        fields = {
            "loaiHoSo": _WAYS[file.kind].kind,
            "maTinh": file.province,
            "maCSKCB": file.facility,
        }
        content = b64encode(file.content)
        if self._encoding == "json":
            body = orjson.dumps({**fields, "fileHSBase64": content.decode("ascii")})
        else:
            # By hand: urlencode takes a second for a file of the largest size, and everybody would wait.
            quoted = content.replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")
            body = urlencode(fields).encode("ascii") + b"&fileHSBase64=" + quoted
        url = self._wire.url(f"{self._base}/{service}")
        return WireRequest(service, "POST", url, HEADERS[self._encoding], body)

    def _refuse_unfit(self, content: bytes) -> None:
        if len(content) > self._largest_mb * 1_000_000:
            raise InvalidRequest(
                "content",
                f"is larger than {self._largest_mb:g} MB (limits.body_mb)",
                f"Tệp lớn hơn {self._largest_mb:g} MB. Đề nghị gửi tệp nhỏ hơn.",
            )
        if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise InvalidRequest(
                "content",
                "is no XML; give the file itself, not its base64",
                "Tệp không phải là XML. Đề nghị chọn lại tệp.",
            )

    def _outcome(self, service: str, reply: WireReply, call: Call) -> ShareOutcome:
        system = self._wire.system
        fields = read_object(reply, system=system, service=service)
        code = plain_text(fields.get("maKetQua"))
        words = plain_text(fields.get("thongDiep"))
        if not code:
            raise ReplyUnreadable(system, service, "the answer has no maKetQua")
        if code == "403":
            return NotLicensed(system, service, "maKetQua 403: the account may not send this")
        if code.startswith("5"):
            raise SystemFault(system, service, f"maKetQua {code[:10]}", sent=Sent.MAYBE)
        provenance = self._wire.provenance(service, reply, call)
        number = plain_text(fields.get("maGiaoDich"))
        if code != "200":
            if number:
                raise ReplyUnreadable(system, service, f"maKetQua {code[:10]} with maGiaoDich")
            return Rejected(code, words, provenance)
        if not number:
            raise ReplyUnreadable(system, service, "maKetQua 200 without maGiaoDich")
        at = vietnam_time(plain_text(fields.get("thoiGianTiepNhan")))
        return Accepted(Receipt(code=code, message=words, reference=number, at=at), provenance)
