"""Errors of calls that reach us.

.. code-block:: text

    lienthong.interface.RequestRefused
    └── NoticeRefused               a call that we cannot take: its sender is answered with the sentence
"""

from __future__ import annotations

from lienthong.interface import RequestRefused

__all__ = ["NoticeRefused"]


class NoticeRefused(RequestRefused):
    """A notice is not taken. Its text is the Vietnamese sentence that the sender reads, with nothing personal in it."""

    code = "notice_refused"
    operator = "Compare the call with `lienthong systems`; the sender has the sentence."

    def __init__(self, sentence_vi: str) -> None:
        super().__init__(sentence_vi)
        self.desk_vi = sentence_vi
