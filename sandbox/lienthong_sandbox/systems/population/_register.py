"""What the register answers to a question that came in by whatever front, as SOAP text."""

from __future__ import annotations

from collections import Counter
from typing import Final

from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Citizen, Persona
from lienthong_sandbox.systems.population import _answer
from lienthong_sandbox.systems.population._ask import Ask, AskFaultyError
from lienthong_sandbox.systems.population._claims import verdict
from lienthong_sandbox.systems.population._names import matches
from lienthong_sandbox.systems.population._operations import (
    CONFIRM,
    DEATH,
    LISTS,
    OPERATIONS,
    VERIFICATIONS,
)
from lienthong_sandbox.systems.population._requests import ListRequests

_REMEMBERED: Final = 200_000
"""How many request ids are remembered to find doubles."""

_CLAIMS: Final = frozenset(operation.name for operation in VERIFICATIONS)
_LISTS: Final = frozenset(operation.name for operation in LISTS)


class PopulationRegister:
    """The citizens, and the list requests about them.

    Settings (doubts page): ``year_matches_date`` says whether a bare year matches a full date (default true); ``no_match``
    is the shape of an answer without a citizen (``empty_collection``, ``empty_citizen``, ``empty_name``; default by the number);
    ``record_shape`` is ``live`` (default, the live sample) or ``qcvn109`` (the regulation, where the two differ).
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[str, None] = {}
        # The people never change, and the server is load-tested: a record is written once.
        self._records: dict[str, str] = {}
        self._requests = ListRequests(world)
        self.counts: Counter[str] = Counter()

    @property
    def list_requests(self) -> int:
        """How many list requests there are now."""
        return len(self._requests)

    def answer(self, ask: Ask) -> str:
        """The answer to one question.

        Raises:
            AskFaultyError: MaYeuCau was used before, or the list request cannot be answered.
        """
        if ask.request_id in self._seen:
            self.counts["duplicates"] += 1
            raise AskFaultyError("duplicate request: MaYeuCau was used before", "MaYeuCau")
        self._seen[ask.request_id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self.counts["asked"] += 1
        if not OPERATIONS[ask.operation].person:
            return (
                self._requests.accept(ask)
                if ask.operation in _LISTS
                else self._requests.manage(ask)
            )
        found = self._found(ask)
        self.counts["unmatched" if found is None else "matched"] += 1
        if ask.operation == CONFIRM:
            return _answer.confirmation(exists=found is not None)
        if ask.operation in _CLAIMS:
            return self._claim(ask, None if found is None else found[1])
        if found is None:
            return self._nobody(ask)
        return self._record(ask.operation, *found)

    def _found(self, ask: Ask) -> tuple[Persona, Citizen] | None:
        persona = self._world.personas.by_number(ask.number)
        if persona is None or persona.citizen is None:
            return None
        fits = matches(
            persona.citizen,
            ask.name,
            ask.birth,
            year_matches_date=bool(self._world.settings.get("year_matches_date", True)),
            dead_too=ask.operation == DEATH,
        )
        return (persona, persona.citizen) if fits else None

    def _nobody(self, ask: Ask) -> str:
        if ask.operation == "CungCapThongTinHoGiaDinh":
            return _answer.household(None)
        return _answer.no_match(ask.number, str(self._world.settings.get("no_match", "")))

    def _record(self, operation: str, persona: Persona, citizen: Citizen) -> str:
        if operation == "CungCapThongTinHoGiaDinh":
            return _answer.household(citizen)
        if operation == "CungCapThongTinNhomMau":
            return _answer.blood(citizen)
        if self._world.settings.get("record_shape", "live") == "qcvn109":
            return _answer.record(persona, citizen, standard=True)
        if persona.key not in self._records:
            self._records[persona.key] = _answer.record(persona, citizen)
        return self._records[persona.key]

    def _claim(self, ask: Ask, citizen: Citizen | None) -> str:
        truth = (
            None
            if citizen is None
            else verdict(ask.operation, citizen, ask.details, self._world.personas)
        )
        fields = [
            ("TonTai", str(citizen is not None).lower()),
            ("KetQua", "" if truth is None else str(truth).lower()),
        ]
        if ask.operation == DEATH:
            fields += _death(citizen)
        return _answer.ours("KetQuaXacMinhResponse", *fields)


def _death(citizen: Citizen | None) -> list[tuple[str, str]]:
    """TinhTrang: 0 alive, 1 dead, 2 declared missing."""
    status, day = "", ""
    if citizen is not None:
        status = "1" if citizen.died else "2" if citizen.missing_since else "0"
        day = (citizen.died or citizen.missing_since).replace("-", "")
    return [("TinhTrang", status), ("NgayChetMatTich", day)]
