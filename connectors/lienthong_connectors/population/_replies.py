"""Answers → yes or no, citizens, households (population page A5, A6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from lienthong.interface import (
    CitizenQuery,
    CitizenRecord,
    HouseholdRecord,
    ReplyUnreadable,
    SystemFault,
    WireReply,
)

from ._citizens import citizen, household, lives_elsewhere, of_another
from ._elements import Element, find, flag, local, several, text
from ._opening import Opener
from ._options import Meaning

Verdict = Literal["yes", "no", "nobody", "unknown"]
"""``nobody``: the citizen is not registered so; ``unknown``: nothing is registered about what was asked."""

_DEATHS = {"1": "dead", "2": "missing"}


class ReplyReader:
    """Reads the answers of one population system.

    Args:
        system: Name of the system, for errors.
        dialect: ``soap``, ``wrapped`` or ``flat``.
        meanings: See :class:`Opener`.
    """

    def __init__(
        self, system: str, dialect: str, meanings: Mapping[str, Meaning] | None = None
    ) -> None:
        self._system = system
        self.body = Opener(system, dialect, meanings or {}).body

    def exists(self, service: str, reply: WireReply) -> bool:
        """The answer of XacThucThongTinCongDan.

        Raises:
            SystemFault: A SOAP Fault, or the wrapper's failure code.
            ReplyUnreadable: It is no such answer.
        """
        answer = flag(find(self.body(service, reply), "TonTai"))
        if answer is None:
            raise ReplyUnreadable(self._system, service, "the answer holds no yes or no (TonTai)")
        return answer

    def verdict(self, service: str, reply: WireReply) -> tuple[Verdict, str]:
        """The answer of an XacMinh… operation, and ``dead`` or ``missing`` where it says so. Raises as :meth:`exists`."""
        body = self.body(service, reply)
        registered, result = flag(find(body, "TonTai")), find(body, "KetQua")
        if registered is None:
            raise ReplyUnreadable(self._system, service, "the answer holds no yes or no (TonTai)")
        if not registered:
            return "nobody", ""
        answer = flag(result)
        if answer is None:
            if text(result):
                raise ReplyUnreadable(self._system, service, "KetQua is neither yes nor no")
            return "unknown", ""
        return ("yes" if answer else "no"), _DEATHS.get(text(find(body, "TinhTrang")), "")

    def citizens(self, service: str, reply: WireReply, query: CitizenQuery) -> list[CitizenRecord]:
        """The usable citizens of an answer: those that have a name (population page A6).

        Raises:
            SystemFault: A SOAP Fault, or the wrapper's failure code.
            ReplyUnreadable: It is no such answer, or speaks of another number than was asked for.
        """
        collection = self._collection(service, reply, "CongdanCollection")
        if collection is None:
            return []
        found = [citizen(item) for item in several(collection, "CongDan")]
        records = [record for record in found if record is not None]
        if any(of_another(record, query) for record in records):
            raise self._of_another(service)
        return records

    def households(
        self, service: str, reply: WireReply, query: CitizenQuery
    ) -> list[HouseholdRecord]:
        """The households of an answer in which somebody lives. Raises as :meth:`citizens`."""
        collection = self._collection(service, reply, "HoGiaDinhCollection")
        if collection is None:
            return []
        found = [household(item) for item in several(collection, "HoGiaDinh")]
        records = [record for record in found if record is not None]
        if any(lives_elsewhere(record, query) for record in records):
            raise self._of_another(service)
        return records

    def answers(self, service: str, reply: WireReply) -> str:
        """What kind of answer came to an empty question, in words for health. Raises ``ReplyUnreadable``."""
        try:
            self.body(service, reply)
        except SystemFault as fault:
            return fault.problem
        return "an answer without a Fault"

    def _collection(self, service: str, reply: WireReply, name: str) -> Element | None:
        """The collection; ``None`` when the answer is empty, which means nobody."""
        body = self.body(service, reply)
        collection = find(body, name)
        if collection is None:
            for item in body:
                # An empty answer of this operation means nobody; the answer of another one means a broken contract.
                if not (local(item.tag) or "").startswith(service):
                    raise ReplyUnreadable(
                        self._system, service, "the answer is that of another operation"
                    )
        return collection

    def _of_another(self, service: str) -> ReplyUnreadable:
        return ReplyUnreadable(
            self._system,
            service,
            "the answer is about another number than was asked for",
            retryable=False,
        )
