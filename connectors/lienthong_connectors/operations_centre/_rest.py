"""Far sides without the portal's envelope, where the HTTP status is the answer: EMC and ministries' systems (hub page §2.6, §5.4)."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from lienthong.identity import nfc
from lienthong.interface import (
    Accepted,
    Call,
    CheckAnswer,
    EmcEvent,
    HubProgress,
    InvalidRequest,
    Message,
    MinistryCodeRequest,
    MinistryComponent,
    MinistryDossier,
    MinistryStatus,
    MinistryUpload,
    NotLicensed,
    NotSupported,
    Receipt,
    Rejected,
    ReplyUnreadable,
    ShareOutcome,
    WireReply,
    WireRequest,
    as_text,
    read_object,
)
from lienthong_connectors.channels import NotTaken, Wire
from lienthong_connectors.values import VIETNAM

from ._messages import aware, flag, national_code, required, status_code
from ._options import Options
from ._services import (
    CREATE,
    EMC,
    NEXT_CODE,
    SERVICES,
    SYSTEM,
    TELL_EMC,
    TELL_PROGRESS,
    TELL_STATUS,
    UPLOAD,
)

_JSON: Final = {"accept": "application/json", "content-type": "application/json; charset=utf-8"}


_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_NOT_IN_QUOTES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""As browsers escape file names in forms."""


class RestDesk:
    """Hands messages to one such system.

    Args:
        wire: The connector's end of the wire, in the dialect ``emc`` or ``ministry``.
        options: The connector's options.
    """

    def __init__(self, wire: Wire, options: Options) -> None:
        self._wire = wire
        self._options = options
        self._urls = {
            service.name: wire.url(options.paths.get(service.name, service.name))
            for service in SERVICES
            if wire.dialect in service.dialects
        }

    async def share(self, message: Message, call: Call) -> ShareOutcome:
        """Hands it over. Success is HTTP 2xx, refusal HTTP 400; nothing else of the answers is published."""
        request = self._request(message)
        try:
            reply = await self._wire.ask(request, call)
        except NotTaken as refusal:
            provenance = self._wire.provenance(request.service, WireReply(400, {}, b""), call)
            return Rejected("400", refusal.problem, provenance)
        if isinstance(reply, NotLicensed):
            return reply
        receipt = self._receipt(message, reply, request.service)
        return Accepted(receipt, self._wire.provenance(request.service, reply, call))

    async def check(self, call: Call) -> CheckAnswer:
        """Sends what is no message: an answer, even a refusal, shows that something takes messages there."""
        await self._wire.channel.sign_in(call)
        service = TELL_EMC if self._wire.dialect == EMC else TELL_STATUS
        nothing: object = {} if service is TELL_EMC else []
        try:
            await self._wire.ask_allowed(self._post(service.name, nothing), call)
        except NotTaken:
            return CheckAnswer(service.name, "an empty message was refused as it must be")
        return CheckAnswer(service.name, "an empty message was answered")

    def _request(self, message: Message) -> WireRequest:
        """The request behind a message.

        Raises:
            NotSupported: It does not go there.
            InvalidRequest: A field is empty, not in its code table, or a time has no zone.
        """
        match message:
            case EmcEvent():
                return self._post(TELL_EMC.name, self._event(message))
            case MinistryCodeRequest():
                query = urlencode({"code": required("agency", message.agency)})
                url = f"{self._urls[NEXT_CODE.name]}?{query}"
                return WireRequest(NEXT_CODE.name, "GET", url, _JSON)
            case MinistryUpload():
                headers, body = multipart(message)
                return WireRequest(UPLOAD.name, "POST", self._urls[UPLOAD.name], headers, body)
            case MinistryDossier():
                return self._post(CREATE.name, _dossier(message))
            case HubProgress():
                return self._post(TELL_PROGRESS.name, [_progress(message)])
            case MinistryStatus():
                status = {
                    "MaHoSo": required("dossier", message.dossier),
                    "TrangThai": status_code(message.status),
                }
                return self._post(TELL_STATUS.name, [status])
            case _:
                raise NotSupported(f"{SYSTEM} does not take {type(message).__name__}")

    def _receipt(self, message: Message, reply: WireReply, service: str) -> Receipt:
        """What the sender needs of the answer. Raises ``ReplyUnreadable`` when it is missing."""
        if isinstance(message, MinistryCodeRequest):
            return Receipt(reference=self._member(NEXT_CODE.name, reply, "value"))
        if isinstance(message, MinistryUpload):
            file_id = self._member(UPLOAD.name, reply, "IdTepTin")
            return Receipt(
                reference=file_id, message=self._member(UPLOAD.name, reply, "HashTepTin")
            )
        # Nothing of the answer is published, but a page for people (a proxy's sign-in) is no answer of this system.
        if reply.body.lstrip()[:1] == b"<":
            raise ReplyUnreadable(self._wire.system, service, "a page answered")
        return Receipt(code=str(reply.status))

    def _member(self, service: str, reply: WireReply, name: str) -> str:
        system = self._wire.system
        content = read_object(reply, system=system, service=service)
        found = as_text(content.get(name))
        if not found:
            raise ReplyUnreadable(system, service, f"the answer has no {name}")
        return found

    def _post(self, service: str, values: object) -> WireRequest:
        return WireRequest(service, "POST", self._urls[service], _JSON, orjson.dumps(values))

    def _event(self, event: EmcEvent) -> dict[str, str]:
        return {
            "CodeProfile": self._options.emc_profile,
            "SiteId": self._options.emc_site,
            "CodeTTHC": national_code(event.procedure),
            "NameTTHC": required("procedure_name", event.procedure_name),
            "MaHoSo": required("dossier", event.dossier),
            "Status": event.status,
            "FormsReception": event.reception,
            "FormsPayments": event.payment,
            "Level": event.level,
            "IsFromDVCQG": flag(event.from_portal),
            "IsDVCBC": event.return_form,
            "Data": event.data,
            "User": event.user,
        }


def _dossier(message: MinistryDossier) -> dict[str, Any]:
    procedure = national_code(message.procedure)
    return {
        "MaHoSo": required("dossier", message.dossier),
        "MaTTHC": procedure,
        "MaDichVuCong": message.service or procedure,
        "ChuHoSo": required("owner_name", message.owner_name),
        "LoaiDoiTuong": int(message.owner_kind),
        "MaDonViTiepNhan": required("agency", message.agency),
        "NgayNop": _time("submitted_at", message.submitted_at, " "),
        "NgayTiepNhan": _time("received_at", message.received_at, " "),
        "ThanhPhanHoSo": [_component(item) for item in message.components],
        "ThongTinNguoiNop": {name: nfc(value) for name, value in message.applicant.items()},
    }


def _component(item: MinistryComponent) -> dict[str, Any]:
    return {
        "MaThanhPhanHoSo": required("components.component", item.component),
        "TenThanhPhanHoSo": required("components.name", item.name),
        "SoLuong": item.count,
        "LoaiBan": int(item.kind),
        "GiayToDinhKem": [
            {
                "IdGiayTo": required("components.files.file_id", file.file_id),
                "MaKetQua": file.result,
                "TenGiayTo": required("components.files.name", file.name),
                "HashTepTin": file.sha,
            }
            for file in item.files
        ],
    }


def _progress(step: HubProgress) -> dict[str, Any]:
    return {
        "MaHoSo": required("dossier", step.dossier),
        "NguoiXuLy": required("officer", step.officer),
        "ChucDanh": nfc(step.title),
        "PhongBanXuLy": nfc(step.department),
        "ThoiDiemXuLy": _time("at", step.at),
        "NoiDungXuLy": nfc(step.content),
        "TrangThai": status_code(step.status),
        "NgayBatDau": _time("started_at", step.started_at),
        "NgayKetThucTheoQuyDinh": _time("due_at", step.due_at),
    }


def _time(field: str, moment: datetime | None, mark: str = "") -> str | None:
    """ISO 8601 with offset, or with a space as ``mark`` and without one, as the dossier's times travel."""
    if moment is None:
        return None
    local = aware(field, moment).astimezone(VIETNAM)
    if mark:
        return local.replace(tzinfo=None).isoformat(mark, timespec="seconds")
    return local.isoformat(timespec="seconds")


def multipart(file: MinistryUpload) -> tuple[dict[str, str], bytes]:
    """Headers and body of one file as ``multipart/form-data`` (RFC 7578).

    Raises:
        InvalidRequest: The content is no base64 text, or the media type is none.
    """
    try:
        content = b64decode(file.content_base64, validate=True)
    except (Base64Error, ValueError):
        raise InvalidRequest("content_base64", "is no base64 text") from None
    if not _MEDIA_TYPE.fullmatch(file.media_type):
        raise InvalidRequest("media_type", "is no media type")
    # Of the content, so that equal files give equal requests; cannot stand inside the content by chance.
    boundary = f"lienthong-{hashlib.sha256(content).hexdigest()[:32]}"
    name = required("filename", file.filename).translate(_NOT_IN_QUOTES)
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {file.media_type}\r\n\r\n"
    )
    body = b"".join((head.encode(), content, f"\r\n--{boundary}--\r\n".encode()))
    headers = {
        "accept": "application/json",
        "content-type": f"multipart/form-data; boundary={boundary}",
    }
    return headers, body
