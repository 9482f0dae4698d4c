"""Calls that reach us: what the handlers of all connectors do alike."""

from ._answers import InboxReply, code_reply, result_reply, same_code, text_reply
from ._fields import Fields, Places, amount, read_body
from ._notice import InboundFile, Notice
from .errors import NoticeRefused

__all__ = [
    "Fields",
    "InboundFile",
    "InboxReply",
    "Notice",
    "NoticeRefused",
    "Places",
    "amount",
    "code_reply",
    "read_body",
    "result_reply",
    "same_code",
    "text_reply",
]
