"""Routes the four fronts of the population database to one register.

``/c06/<operation>`` SOAP with hashed Basic · ``/lgsp/token`` and ``/lgsp/<operation>`` SOAP with a bearer token and the
officer's key pair · ``/wrapper/<operation>`` flat JSON whose answer carries the SOAP text in ``message`` ·
``/dongthap/token`` and ``/dongthap/<operation>`` flat camelCase JSON with a bearer token.
"""

from __future__ import annotations

from typing import Final

from lienthong_sandbox._credentials import DONGTHAP_ACCOUNT
from lienthong_sandbox._wire import Request, Response, System
from lienthong_sandbox._world import World
from lienthong_sandbox.systems.population import _answer
from lienthong_sandbox.systems.population._ask import (
    AskFaultyError,
    from_camel_json,
    from_json,
    from_soap,
)
from lienthong_sandbox.systems.population._doors import C06Door, DongThapDoor, LgspDoor
from lienthong_sandbox.systems.population._json import camel_json
from lienthong_sandbox.systems.population._operations import OPERATIONS
from lienthong_sandbox.systems.population._register import PopulationRegister

_FRONTS: Final = ("c06", "lgsp", "wrapper", "dongthap")
_BAD_FIELDS: Final = {"MaDVC": "001", "MaDonVi": "002", "MaCanBo": "003"}
"""Error codes of the LGSP adapter (population page A6); 004 and 005 are refusals of a licence, 099 is ours."""


def build(world: World) -> System:
    """The population database for ``world``; its switches are listed in ``_switches.py`` of the sandbox."""
    return PopulationSystem(world)


class PopulationSystem:
    """The population database: answers yes/no, whole records, households, and lists that are made later.

    Settings ``unlicensed_procedures`` (MaDVC) and ``unlicensed_officers`` (MaCanBo) are lists whom the LGSP fronts refuse;
    ``dongthap_answer`` is ``wrapped`` (default: the answer stands under its own name) or ``bare``.
    """

    name: Final = "population"

    def __init__(self, world: World) -> None:
        self._world = world
        self._c06 = C06Door(world)
        self._lgsp = LgspDoor(world)
        self._dongthap = DongThapDoor(world)
        self._register = PopulationRegister(world)

    def service_of(self, request: Request) -> str:
        """The operation, or ``token``."""
        return request.path.rpartition("/")[2]

    def state(self) -> dict[str, int]:
        """Counts since the start: asked, matched, unmatched, faulty, duplicates, refused; list_requests now."""
        names = ("asked", "matched", "unmatched", "faulty", "duplicates", "refused")
        counts = {name: self._register.counts[name] for name in names}
        return counts | {"list_requests": self._register.list_requests}

    async def handle(self, request: Request) -> Response:
        """Answers one request by the front that its path names."""
        parts = request.path.strip("/").split("/")
        if request.method != "POST" or len(parts) != 2:
            return Response.of_text("Not Found", 404)
        front, operation = parts
        if operation == "token" and front in ("lgsp", "dongthap"):
            return (self._lgsp if front == "lgsp" else self._dongthap).token(request)
        if operation not in OPERATIONS or front not in _FRONTS:
            return Response.of_text("Not Found", 404)
        if front == "wrapper":
            return self._wrapped(request, operation)
        if front == "dongthap":
            return self._camel(request, operation)
        door = self._c06 if front == "c06" else self._lgsp
        if (refusal := door.refusal(request)) is not None:
            self._register.counts["refused"] += 1
            return refusal
        try:
            ask = from_soap(request.body, operation, self._world.settings)
            if front == "lgsp" and self._unlicensed(ask.procedure, ask.officer):
                return Response.of_json({"code": 403, "message": "Forbidden"}, 403)
            return Response.of_xml(self._register.answer(ask))
        except AskFaultyError as error:
            return Response.of_xml(self._fault(error), 500)

    def _wrapped(self, request: Request, operation: str) -> Response:
        """V-D: no credentials (the network is trusted); ``error_code`` other than 0 is ours."""
        try:
            ask = from_json(_json(request), operation, self._world.settings)
            text = self._register.answer(ask)
        except AskFaultyError as error:
            return Response.of_json({"error_code": -1, "message": self._fault(error)})
        return Response.of_json({"error_code": 0, "message": text})

    def _camel(self, request: Request, operation: str) -> Response:
        """V-C: refusals with the adapter's error codes and HTTP 400."""
        if (refusal := self._dongthap.refusal(request)) is not None:
            self._register.counts["refused"] += 1
            return refusal
        body = _json(request)
        try:
            ask = from_camel_json(body, operation, self._world.settings)
            user = body.get("userNameService") if isinstance(body, dict) else None
            if user not in DONGTHAP_ACCOUNT.users:
                return self._refused("003", "userNameService is missing or unknown")
            if (code := self._unlicensed(ask.procedure, ask.officer)) != "":
                return self._refused(code, "not licensed for the population database")
            answer = camel_json(self._register.answer(ask))
            bare = self._world.settings.get("dongthap_answer") == "bare"
            return Response.of_json(next(iter(answer.values())) if bare else answer)
        except AskFaultyError as error:
            code = error.code or _BAD_FIELDS.get(error.field, "099")
            return self._refused(code, str(error))

    def _unlicensed(self, procedure: str, officer: str) -> str:
        """The error code of the licence that is missing; empty when none is."""
        for setting, value, code in (
            ("unlicensed_procedures", procedure, "004"),
            ("unlicensed_officers", officer, "005"),
        ):
            listed = self._world.settings.get(setting, ())
            if isinstance(listed, list | tuple) and value in listed:
                return code
        return ""

    def _refused(self, code: str, message: str) -> Response:
        self._register.counts["faulty"] += 1
        return Response.of_json({"errorCode": code, "message": message}, 400)

    def _fault(self, error: AskFaultyError) -> str:
        self._register.counts["faulty"] += 1
        return _answer.fault("Client", str(error), error.code)


def _json(request: Request) -> object:
    try:
        return request.json()
    except (ValueError, RecursionError):
        return None
