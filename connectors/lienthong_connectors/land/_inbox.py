"""Callbacks of land and tax systems as pure handlers for a web front to mount (insurance page §4.2, §4.3).

>>> inbox = LandInbox(InboxSettings(security_code="…"), take=store, catalogues=catalogues)
>>> status, body, content_type = inbox.handle("/api/v1/VBDLISs/KetThucHoSo/…", {}, body)

The shared code stands in the path or the query of these calls: a front must keep both out of its logs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Final, Literal
from urllib.parse import unquote, urlsplit

import orjson
from pydantic import Field, StringConstraints

from lienthong_connectors.channels import Table
from lienthong_connectors.inbound import (
    Fields,
    InboxReply,
    NoticeRefused,
    Places,
    code_reply,
    read_body,
    result_reply,
    same_code,
    text_reply,
)
from lienthong_connectors.values import VIETNAM

from . import _notice_reading as reading
from ._notices import LandNotice

_Code = Annotated[str, StringConstraints(min_length=1)]
_Read = Callable[[Fields], LandNotice]
_Way = Literal["vbdlis", "ilis", "national"]
_UNAUTHORISED: Final = "401 Unauthorized"

_BY_PATH: Final[dict[str, _Read]] = {
    "chuyenhoso": reading.case_moved,
    "yeucaubosunghoso": reading.supplement_asked,
    "nhanbosunghoso": reading.supplement_taken,
    "guiketquathue": reading.tax_result,
    "ketthuchoso": reading.case_finished,
    "tiepnhanhosochomotcua": reading.case_taken_in,
    "yeucaucapnhathoso": reading.case_update_asked,
}
"""Callbacks whose code is the last segment of the path."""
_NATIONAL: Final[dict[str, _Read]] = {
    "importthongbaothuefromdvcqg": reading.national_tax_notice,
    "importchungtuthuefromdvcqg": reading.national_tax_payment,
    # Behind the adapter a service has its short name: …/RestService/forward/<svc> (hub page §1).
    "nhantbthuedvcqg": reading.national_tax_notice,
    "chungtuthue": reading.national_tax_payment,
}
"""Callbacks whose key is in the body."""
_ILIS_TAX: Final = "ketquathue"
_CATALOGUES: Final = ("getdanhmucnguoidung", "getdanhmucthutuc", "getdanhmuctrangthai")


class InboxSettings(Table):
    """What the handlers need to know."""

    security_code: _Code = Field(
        repr=False,
        description="The code shared with the land system (path, SecurityCode, CodeGet).",
    )
    national_key: str = Field(
        default="",
        repr=False,
        description="SecurityKey of the national portal's tax messages; empty: they are refused.",
    )
    naive_times: Literal["utc", "vietnam"] = Field(
        default="utc", description="Zone of times without offset: senders seem to use UTC."
    )
    download_base: str = Field(
        default="", description="Address before relative file links (VBDLIS)."
    )
    file_hosts: tuple[str, ...] = Field(
        default=(), description="Further hosts that absolute file links may name (iLIS)."
    )
    national_reply: Literal["error_code", "result"] = Field(
        default="error_code",
        description="Answer to the national portal: {error_code, message} or {Result, Message}; unpublished.",
    )


@dataclass(frozen=True, slots=True)
class LandUser:
    """An officer whom the land system may name in its callbacks."""

    code: str
    name: str
    department: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Catalogues:
    """What the land system may ask us for: officers, procedures and states as (code, name)."""

    users: Callable[[], Sequence[LandUser]] = tuple
    procedures: Callable[[], Sequence[tuple[str, str]]] = tuple
    statuses: Callable[[], Sequence[tuple[str, str]]] = tuple


@dataclass(frozen=True, slots=True)
class Received:
    """A notice that was read, and how its sender wants to be answered."""

    notice: LandNotice
    way: _Way


class LandInbox:
    """Reads callbacks, hands them over, and answers as published.

    Args:
        settings: Codes, zone, hosts.
        take: Keeps a notice durably; raises ``NoticeRefused`` when the dossier is unknown or the step does not fit.
        catalogues: What the GETs are answered with.
    """

    def __init__(
        self,
        settings: InboxSettings,
        take: Callable[[LandNotice], None],
        catalogues: Catalogues | None = None,
    ) -> None:
        self._settings = settings
        self._take = take
        self._catalogues = catalogues or Catalogues()
        hosts = {host.casefold() for host in settings.file_hosts}
        base_host = urlsplit(settings.download_base).hostname
        self._places = Places(
            zone=UTC if settings.naive_times == "utc" else VIETNAM,
            download_base=settings.download_base,
            hosts=frozenset(hosts | ({base_host.casefold()} if base_host else set())),
        )

    def handle(self, path: str, query: Mapping[str, str], body: bytes) -> InboxReply:
        """Reads, takes and answers one callback. What ``take`` raises besides ``NoticeRefused`` goes through.

        Args:
            path: Path of the request, with any prefix; letter case does not matter.
            query: Its query parameters, decoded.
            body: Its body.
        """
        received = self.read(path, query, body)
        if isinstance(received, InboxReply):
            return received
        try:
            self._take(received.notice)
        except NoticeRefused as refusal:
            return self.refusal(received.way, str(refusal))
        return self.receipt(received.way)

    def read(self, path: str, query: Mapping[str, str], body: bytes) -> Received | InboxReply:
        """Only reads: for fronts that keep notices asynchronously and answer with :meth:`receipt` or :meth:`refusal`."""
        segments = [unquote(part) for part in path.split("/") if part]
        last = segments[-1].casefold() if segments else ""
        before = segments[-2].casefold() if len(segments) > 1 else ""
        parameters = {name.casefold(): value for name, value in query.items()}
        if last in _CATALOGUES:
            if not self._is_code(parameters.get("securitycode", "")):
                return text_reply(500, "SecurityCode is wrong")
            return self._catalogue(last)
        if last == _ILIS_TAX:
            if not self._is_code(parameters.get("codeget", "")):
                return result_reply(False, "Sai mã CodeGet", 400)
            return self._received(reading.tax_result, body, "ilis")
        if last in _NATIONAL:
            return self._national(_NATIONAL[last], body)
        if before in _BY_PATH:
            if not self._is_code(segments[-1]):
                return text_reply(500, "SecurityCode is wrong")
            return self._received(_BY_PATH[before], body, "vbdlis")
        return text_reply(404, "Not Found")

    def receipt(self, way: _Way) -> InboxReply:
        """The answer to a notice that was taken."""
        return self._answer(way, True, "Thành công")

    def refusal(self, way: _Way, sentence_vi: str) -> InboxReply:
        """The answer to a notice that was not taken."""
        return self._answer(way, False, sentence_vi)

    def _answer(self, way: _Way, taken: bool, message: str) -> InboxReply:
        if way == "national" and self._settings.national_reply == "error_code":
            return code_reply(taken, message)
        return result_reply(taken, message, 201 if taken and way == "ilis" else 200)

    def _received(self, read: _Read, body: bytes, way: _Way) -> Received | InboxReply:
        try:
            return Received(read(read_body(body, self._places)), way)
        except NoticeRefused as refusal:
            return self.refusal(way, str(refusal))

    def _national(self, read: _Read, body: bytes) -> Received | InboxReply:
        try:
            fields = read_body(body, self._places)
        except NoticeRefused as refusal:
            return self.refusal("national", str(refusal))
        key = self._settings.national_key
        if not key or not same_code(fields.text("SecurityKey"), key):
            return self.refusal("national", f"{_UNAUTHORISED}: SecurityKey không đúng")
        return self._received(read, body, "national")

    def _catalogue(self, name: str) -> InboxReply:
        rows: list[dict[str, str]]
        match name:
            case "getdanhmucnguoidung":
                rows = [
                    {
                        "MaNguoiDung": user.code,
                        "TenNguoiDung": user.name,
                        "TenPhongBan": user.department,
                        "ChucDanh": user.title,
                    }
                    for user in self._catalogues.users()
                ]
            case "getdanhmucthutuc":
                rows = [
                    {"MaThuTucHanhChinh": code, "TenThuTucHanhChinh": title}
                    for code, title in self._catalogues.procedures()
                ]
            case _:
                rows = [
                    {"MaTrangThai": code, "TenTrangThai": title}
                    for code, title in self._catalogues.statuses()
                ]
        return InboxReply(200, orjson.dumps({"Result": 1, "Message": "", "Data": rows}))

    def _is_code(self, given: str) -> bool:
        return same_code(given, self._settings.security_code)
