"""Answers to calls that reach us, in the forms that their senders expect (insurance page §4.2, hub page §5.2)."""

from __future__ import annotations

import hmac
from typing import Final, NamedTuple

import orjson

_JSON: Final = "application/json; charset=utf-8"
_TEXT: Final = "text/plain; charset=utf-8"


class InboxReply(NamedTuple):
    """What the web front answers."""

    status: int
    body: bytes
    content_type: str = _JSON


def result_reply(taken: bool, message: str, status: int = 200) -> InboxReply:
    """``{Result, Message}``, as land systems read it."""
    return InboxReply(status, orjson.dumps({"Result": int(taken), "Message": message}))


def code_reply(taken: bool, message: str) -> InboxReply:
    """``{error_code, message}``, as the national portal reads it."""
    return InboxReply(200, orjson.dumps({"error_code": "0" if taken else "-1", "message": message}))


def text_reply(status: int, text: str) -> InboxReply:
    """Plain text."""
    return InboxReply(status, text.encode(), _TEXT)


def same_code(given: str, held: str) -> bool:
    """Whether two codes are the same, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), held.encode("utf-8"))
