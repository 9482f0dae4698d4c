"""Callbacks of land and tax systems as pure handlers for a web front to mount (insurance page §4.2, §4.3).

>>> inbox = LandInbox(InboxSettings(security_code="…"), take=store, catalogues=catalogues)
>>> status, body, content_type = inbox.handle("/api/v1/VBDLISs/KetThucHoSo/…", {}, body)

The shared code stands in the path or the query of these calls: a front must keep both out of its logs.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

import orjson
from pydantic import Field, StringConstraints

from lienthong_connectors.channels import Table

from . import _notice_reading as reading
from ._notices import LandNotice
from .errors import NoticeRefused

_Code = Annotated[str, StringConstraints(min_length=1)]
_Read = Callable[[reading.Fields], LandNotice]
_UNAUTHORISED: Final = "401 Unauthorized"
_JSON: Final = "application/json; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"

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


class InboxReply(NamedTuple):
    """What the front answers."""

    status: int
    body: bytes
    content_type: str = _JSON


@dataclass(frozen=True, slots=True)
class Received:
    """A notice that was read, and how its sender wants to be answered."""

    notice: LandNotice
    way: Literal["vbdlis", "ilis", "national"]


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
        self._places = reading.Places(
            zone=UTC if settings.naive_times == "utc" else reading.VIETNAM,
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
                return InboxReply(500, b"SecurityCode is wrong", _TEXT)
            return self._catalogue(last)
        if last == _ILIS_TAX:
            if not self._is_code(parameters.get("codeget", "")):
                return InboxReply(400, _result(0, "Sai mã CodeGet"))
            return self._received(reading.tax_result, body, "ilis")
        if last in _NATIONAL:
            return self._national(_NATIONAL[last], body)
        if before in _BY_PATH:
            if not self._is_code(segments[-1]):
                return InboxReply(500, b"SecurityCode is wrong", _TEXT)
            return self._received(_BY_PATH[before], body, "vbdlis")
        return InboxReply(404, b"Not Found", _TEXT)

    def receipt(self, way: Literal["vbdlis", "ilis", "national"]) -> InboxReply:
        """The answer to a notice that was taken."""
        if way == "national":
            return InboxReply(200, self._national_body(True, "Thành công"))
        return InboxReply(201 if way == "ilis" else 200, _result(1, "Thành công"))

    def refusal(self, way: Literal["vbdlis", "ilis", "national"], sentence_vi: str) -> InboxReply:
        """The answer to a notice that was not taken."""
        if way == "national":
            return InboxReply(200, self._national_body(False, sentence_vi))
        return InboxReply(200, _result(0, sentence_vi))

    def _received(
        self, read: _Read, body: bytes, way: Literal["vbdlis", "ilis", "national"]
    ) -> Received | InboxReply:
        try:
            return Received(read(self._fields(body)), way)
        except NoticeRefused as refusal:
            return self.refusal(way, str(refusal))

    def _national(self, read: _Read, body: bytes) -> Received | InboxReply:
        try:
            fields = self._fields(body)
        except NoticeRefused as refusal:
            return self.refusal("national", str(refusal))
        key = self._settings.national_key
        if not key or not _same(fields.text("SecurityKey"), key):
            return self.refusal("national", f"{_UNAUTHORISED}: SecurityKey không đúng")
        return self._received(read, body, "national")

    def _fields(self, body: bytes) -> reading.Fields:
        try:
            content: Any = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            content = None
        if not isinstance(content, dict):
            raise NoticeRefused("Nội dung không phải là đối tượng JSON")
        return reading.Fields(content, self._places)

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
        return _same(given, self._settings.security_code)

    def _national_body(self, taken: bool, message: str) -> bytes:
        if self._settings.national_reply == "result":
            return _result(1 if taken else 0, message)
        return orjson.dumps({"error_code": "0" if taken else "-1", "message": message})


def _same(given: str, held: str) -> bool:
    """Whether two codes are the same, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), held.encode("utf-8"))


def _result(result: int, message: str) -> bytes:
    return orjson.dumps({"Result": result, "Message": message})
