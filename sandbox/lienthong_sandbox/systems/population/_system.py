"""Routes the three fronts of the population database to one register.

``/c06/<operation>`` SOAP with hashed Basic · ``/lgsp/token`` and ``/lgsp/<operation>`` SOAP with a bearer token and the
officer's key pair · ``/wrapper/<operation>`` flat JSON whose answer carries the SOAP text in ``message``.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from lienthong_sandbox._wire import Request, Response, System
from lienthong_sandbox._world import World
from lienthong_sandbox.systems.population import _answer
from lienthong_sandbox.systems.population._ask import (
    OPERATIONS,
    Ask,
    AskFaultyError,
    from_json,
    from_soap,
)
from lienthong_sandbox.systems.population._doors import C06Door, LgspDoor
from lienthong_sandbox.systems.population._names import matches

_REMEMBERED: Final = 200_000
"""How many request ids are remembered to find doubles."""


def build(world: World) -> System:
    """The population database for ``world``.

    Settings (doubts page), all optional: ``timestamp_unit``, ``order``, ``children``, ``both_identifiers``,
    ``birth_format``, ``confirm_needs_birth``, ``needs_agency``, ``year_matches_date`` (default true), ``no_match``
    (``empty_collection``, ``empty_citizen``, ``empty_name``; default by the number's last digit).
    """
    return PopulationSystem(world)


class PopulationSystem:
    """The population database: answers yes/no and whole records about one citizen."""

    name: Final = "population"

    def __init__(self, world: World) -> None:
        self._world = world
        self._c06 = C06Door(world)
        self._lgsp = LgspDoor(world)
        self._seen: dict[str, None] = {}
        # The people never change, and the server is load-tested: a record is written once.
        self._records: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def service_of(self, request: Request) -> str:
        """The operation, or ``token``."""
        return request.path.rpartition("/")[2]

    def state(self) -> dict[str, int]:
        """Counts since the start: asked, matched, unmatched, faulty, duplicates, refused."""
        names = ("asked", "matched", "unmatched", "faulty", "duplicates", "refused")
        return {name: self._counts[name] for name in names}

    async def handle(self, request: Request) -> Response:
        """Answers one request by the front that its path names."""
        parts = request.path.strip("/").split("/")
        if request.method != "POST" or len(parts) != 2:
            return Response.of_text("Not Found", 404)
        front, operation = parts
        if (front, operation) == ("lgsp", "token"):
            return self._lgsp.token(request)
        if operation not in OPERATIONS or front not in ("c06", "lgsp", "wrapper"):
            return Response.of_text("Not Found", 404)
        if front == "wrapper":
            return self._wrapped(request, operation)
        door = self._c06 if front == "c06" else self._lgsp
        if (refusal := door.refusal(request)) is not None:
            self._counts["refused"] += 1
            return refusal
        try:
            return Response.of_xml(
                self._answered(from_soap(request.body, operation, self._world.settings))
            )
        except AskFaultyError as error:
            return Response.of_xml(self._fault(error), 500)

    def _wrapped(self, request: Request, operation: str) -> Response:
        """V-D: no credentials (the network is trusted); ``error_code`` other than 0 is ours."""
        try:
            value = request.json()
        except ValueError:
            value = None
        try:
            text = self._answered(from_json(value, operation, self._world.settings))
        except AskFaultyError as error:
            return Response.of_json({"error_code": -1, "message": self._fault(error)})
        return Response.of_json({"error_code": 0, "message": text})

    def _answered(self, ask: Ask) -> str:
        if ask.request_id in self._seen:
            self._counts["duplicates"] += 1
            raise AskFaultyError("duplicate request: MaYeuCau was used before")
        self._seen[ask.request_id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._counts["asked"] += 1
        persona = self._world.personas.by_number(ask.number)
        citizen = persona.citizen if persona is not None else None
        loose = bool(self._world.settings.get("year_matches_date", True))
        if (
            persona is None
            or citizen is None
            or not matches(citizen, ask.name, ask.birth, year_matches_date=loose)
        ):
            self._counts["unmatched"] += 1
            if ask.operation == "XacThucThongTinCongDan":
                return _answer.confirmation(exists=False)
            return _answer.no_match(ask.number, str(self._world.settings.get("no_match", "")))
        self._counts["matched"] += 1
        if ask.operation == "XacThucThongTinCongDan":
            return _answer.confirmation(exists=True)
        if persona.key not in self._records:
            self._records[persona.key] = _answer.record(persona, citizen)
        return self._records[persona.key]

    def _fault(self, error: AskFaultyError) -> str:
        self._counts["faulty"] += 1
        return _answer.fault("Client", str(error))
