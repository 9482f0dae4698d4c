"""Envelopes of the land systems read (insurance page §4.2, §4.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lienthong.identity import nfc
from lienthong.interface import (
    ReplyUnreadable,
    WireReply,
    as_list,
    as_text,
    read_object,
)

_COUNT: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The land system's word on a hand-over."""

    succeeded: bool
    code: str
    message: str


def read_receipt(reply: WireReply, system: str, service: str) -> Receipt:
    """``{data, status{success, code, message}}``; success is ``data`` 1 and ``success`` not false.

    Raises:
        ReplyUnreadable: It is not that envelope.
    """
    body = _object(reply, system, service)
    data = body.get("data")
    status = body.get("status")
    if data is None or isinstance(data, list | dict) or not isinstance(status, dict | None):
        raise ReplyUnreadable(system, service, "the answer has no data number with a status")
    fields: Mapping[str, Any] = status or {}
    refused = as_text(fields.get("success")).casefold() in {"0", "false"}
    return Receipt(
        succeeded=as_text(data) == "1" and not refused,
        code=nfc(as_text(fields.get("code"))),
        message=nfc(as_text(fields.get("message"))),
    )


def read_rows(
    reply: WireReply, names: Mapping[str, str], system: str, service: str
) -> list[dict[str, Any]]:
    """The rows of a look-up.

    Raises:
        ReplyUnreadable: It is not the envelope of a look-up, or holds fewer rows than it says there are: half of an
            owner's certificates must not pass for all of them.
    """
    body = _object(reply, system, service)
    data = body.get("data")
    if data is None:
        raise ReplyUnreadable(system, service, "the answer has no data")
    rows = as_list(data)
    if not all(isinstance(row, dict) for row in rows):
        raise ReplyUnreadable(system, service, "the data holds something other than objects")
    filtered = as_text(body.get(names.get("recordsFiltered", "recordsFiltered")))
    if _COUNT.fullmatch(filtered) and int(filtered) > len(rows):
        raise ReplyUnreadable(system, service, "the answer holds only a part of its rows")
    return rows


def _object(reply: WireReply, system: str, service: str) -> dict[str, Any]:
    return read_object(reply, system=system, service=service)
