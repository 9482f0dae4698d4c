"""Answers about lists of citizens → tickets, states, pages, files (population page A3; the messages are ours)."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Final

from lienthong.interface import (
    CitizenListFile,
    CitizenRecord,
    ListRequestRecord,
    ListStep,
    ReplyUnreadable,
)
from lienthong_connectors.channels import Page
from lienthong_connectors.values import vietnam_time

from ._citizens import citizen
from ._elements import Element, children, count, find, flag, several, text

DONE: Final = "2"
FAILED: Final = "3"

_STATES: Final = frozenset({"0", "1", DONE, FAILED})
_TICKET: Final = re.compile(r"[\x21-\x7e]{1,40}")


def read_request(
    body: Element, ticket: str | None, *, system: str, service: str
) -> ListRequestRecord:
    """How a list request stands.

    Args:
        body: Content of the answer.
        ticket: What was asked about; ``None`` when the answer gives the ticket.
        system: For errors.
        service: For errors.

    Raises:
        ReplyUnreadable: It is no such answer, or about another request.
    """
    found = find(body, "MaYeuCauDanhSach")
    held = found.getparent() if found is not None else None
    if found is None or held is None:
        raise ReplyUnreadable(system, service, "the answer names no list request")
    record = _request(held)
    if ticket is None and not _TICKET.fullmatch(record.ticket):
        raise ReplyUnreadable(system, service, "the answer gives no usable ticket")
    if ticket is not None and record.ticket != ticket:
        raise ReplyUnreadable(
            system, service, "the answer is about another list request", retryable=False
        )
    if record.status and record.status not in _STATES:
        raise ReplyUnreadable(system, service, "the answer's TrangThai is none of 0 to 3")
    return record


def read_requests(body: Element, *, system: str, service: str) -> Page[ListRequestRecord]:
    """One page of our list requests. Raises ``ReplyUnreadable``."""
    root = find(body, "DanhSachYeuCauResponse")
    if root is None:
        raise ReplyUnreadable(system, service, "the answer holds no list of requests")
    rows = tuple(_request(item) for item in several(root, "YeuCau"))
    total = count(text(children(root).get("TongSo")))
    if not all(row.ticket for row in rows) or (not rows and total is None):
        raise ReplyUnreadable(system, service, "the answer lists requests without their codes")
    return Page(rows, total)


def read_citizens(body: Element, *, system: str, service: str) -> Page[CitizenRecord]:
    """One page of a finished list.

    Raises:
        ReplyUnreadable: It holds no list, or a citizen without a name: a list that loses people in silence is no list.
    """
    root = find(body, "CongdanCollection")
    if root is None:
        raise ReplyUnreadable(system, service, "the answer holds no list of citizens")
    items = several(root, "CongDan")
    rows = [citizen(item) for item in items if len(item)]
    known = tuple(row for row in rows if row is not None)
    if len(known) < len(rows):
        raise ReplyUnreadable(system, service, "a citizen on the list has no name")
    total = root.get("SoCongDan") or text(children(root).get("SoCongDan"))
    return Page(known, count(total))


def read_file(body: Element, *, system: str, service: str) -> CitizenListFile:
    """A finished list as a file. Raises ``ReplyUnreadable``."""
    content = "".join(text(find(body, "NoiDung")).split())
    try:
        whole = bool(b64decode(content, validate=True))
    except ValueError:
        whole = False
    if not whole:
        raise ReplyUnreadable(system, service, "the answer holds no file in base64")
    return CitizenListFile(
        name=text(find(body, "TenTep")),
        media_type=text(find(body, "LoaiTep")),
        content_base64=content,
    )


def read_removed(body: Element, *, system: str, service: str) -> bool:
    """Whether a list request is removed. Raises ``ReplyUnreadable``."""
    removed = flag(find(body, "KetQua"))
    if removed is None:
        raise ReplyUnreadable(system, service, "the answer holds no yes or no (KetQua)")
    return removed


def _request(element: Element) -> ListRequestRecord:
    fields = children(element)
    return ListRequestRecord(
        ticket=text(fields.get("MaYeuCauDanhSach")),
        service=text(fields.get("TenDichVu")),
        status=text(fields.get("TrangThai")),
        note=text(fields.get("MoTa")),
        received_at=vietnam_time(text(fields.get("ThoiDiemTiepNhan"))),
        finished_at=vietnam_time(text(fields.get("ThoiDiemHoanThanh"))),
        parameters=tuple(
            (text(children(item).get("Ten")), text(children(item).get("GiaTri")))
            for item in several(element, "ThamSo")
        ),
        history=tuple(
            ListStep(
                at=vietnam_time(text(children(item).get("ThoiDiem"))),
                status=text(children(item).get("TrangThai")),
            )
            for item in several(element, "LichSu")
        ),
        count=count(text(fields.get("SoCongDan"))),
        file_name=text(fields.get("TenTep")),
        file_bytes=count(text(fields.get("DungLuong"))),
    )
