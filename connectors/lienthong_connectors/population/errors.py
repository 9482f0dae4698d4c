"""Errors that only the population connector's own parts pass between themselves.

.. code-block:: text

    lienthong.interface.SystemFault
    └── CodedAnswer                 a failure whose code is configured to mean an answer: the connector answers it
"""

from __future__ import annotations

from typing import Literal

from lienthong.interface import SystemFault, WireReply

__all__ = ["CodedAnswer"]


class CodedAnswer(SystemFault):
    """A Fault or error code that means "nothing of the kind" or "not allowed". Never leaves the connector's verbs.

    Args:
        system: The national system.
        service: Wire name of the service.
        code: The code.
        meaning: What it is configured to mean.
    """

    def __init__(
        self, system: str, service: str, code: str, meaning: Literal["not_found", "not_licensed"]
    ) -> None:
        super().__init__(system, service, f"the far side answers with code {code}", retryable=False)
        self.answer_code = code
        self.meaning = meaning
        self.reply = WireReply(200, {}, b"")
        """The whole answer, for its provenance."""
