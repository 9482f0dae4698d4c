"""Errors of the land room's inbound side.

.. code-block:: text

    lienthong.interface.RequestRefused
    └── NoticeRefused               a callback that we cannot take: it is answered with Result 0 and the sentence
"""

from __future__ import annotations

from lienthong.interface import RequestRefused

__all__ = ["NoticeRefused"]


class NoticeRefused(RequestRefused):
    """A notice is not taken. Its text is the Vietnamese sentence that the sender reads, with nothing personal in it."""

    code = "notice_refused"
    operator = "Compare the callback with `lienthong systems`; the sender has the sentence."

    def __init__(self, sentence_vi: str) -> None:
        super().__init__(sentence_vi)
        self.desk_vi = sentence_vi
