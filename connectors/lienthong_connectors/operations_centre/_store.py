"""The national store of digitised papers, and files behind links (hub page §1, §4.1)."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any, Final

from lienthong.identity import nfc
from lienthong.interface import (
    Call,
    FileContent,
    InvalidRequest,
    ReplyUnreadable,
    StoredFile,
    StoredPaper,
    StoredPapers,
    StoredPapersQuery,
    WireReply,
    as_text,
    read_object,
)

from ._messages import national_code
from ._replies import rows_of, text_of

_UID: Final = re.compile(r"/downloadfile/([0-9A-Za-z-]{36})(?:[/?#]|$)", re.IGNORECASE)


def search_body(query: StoredPapersQuery, call: Call) -> dict[str, Any]:
    """The question for papers, with who asks and for which procedure as its purpose.

    Raises:
        InvalidRequest: The case or the officer's own number is missing: asking in the owner's name would lose who asked.
    """
    purpose = call.purpose
    if purpose is None:
        raise InvalidRequest("purpose", "is needed: the store records who asks and why")
    owner = query.owner_number.strip()
    if not owner:
        raise InvalidRequest("owner_number", "is empty")
    requester = owner if query.by_owner else purpose.officer_number
    if not requester:
        raise InvalidRequest("officer_number", "is needed: the store records which officer asks")
    return {
        "SoDinhDanhChuSoHuu": owner,
        "HoTenNguoiYeuCau": nfc(query.requester_name) or purpose.officer,
        "KenhThucHien": "2" if query.by_owner else "1",
        "SoDinhDanhNguoiYeuCau": requester,
        "MaThuTuc": national_code(purpose.procedure),
        "DanhSachDanhMucKetQua": [
            {"MaKetQua": code, "SoKyHieu": nfc(sign)} for code, sign in query.results
        ],
    }


def papers_of(content: Mapping[str, Any]) -> StoredPapers | None:
    """The papers of an answer; ``None`` when there are none."""
    result = content.get("result")
    rows = rows_of(result, "DanhSachGiayToKetQua") if isinstance(result, dict) else []
    papers = tuple(
        StoredPaper(
            result=text_of(row, "MaKetQua"),
            name=text_of(row, "TenGiayTo"),
            number=text_of(row, "SoKyHieu"),
            agency=text_of(row, "CoQuanChuQuan"),
            files=tuple(
                StoredFile(name=text_of(item, "TenTep"), path=text_of(item, "DuongDan"))
                for item in rows_of(row, "DanhSachTepDinhKem")
            ),
        )
        for row in rows
    )
    if not papers:
        return None
    return StoredPapers(papers=papers, signature=as_text(content.get("signature")))


def base64_file(reply: WireReply, name: str, system: str, service: str) -> FileContent | None:
    """A file that came as base64 text, bare or as a JSON string; ``None`` when it is empty.

    Raises:
        ReplyUnreadable: It is something else.
    """
    text = "".join(reply.body.decode("utf-8", "replace").strip().strip('"').split())
    if text.startswith("{"):
        read_object(reply, system=system, service=service)
        return None
    try:
        b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise ReplyUnreadable(system, service, "the answer is no base64 text") from None
    return FileContent(name=name, content_base64=text) if text else None


def local_path(url: str, download_path: str) -> str:
    """A link through the adapter as a path behind our own adapter: its host is somebody else's view (hub page §1).

    Raises:
        InvalidRequest: The link names no file of the adapter; no other host is ever asked.
    """
    found = _UID.search(url)
    if found is None:
        raise InvalidRequest("url", "is no download link of the adapter")
    return f"{download_path.strip('/')}/{found[1]}"
