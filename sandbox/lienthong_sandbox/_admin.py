"""The admin port: plain HTTP under ``/-/`` to watch the sandbox and to break it on purpose.

=======================================  =====================================================
``GET /-/status``                        systems, addresses, faults, counts
``GET /-/personas``                      everybody, with what they declare
``GET /-/config``                        a configuration file (TOML) that points here; query ``population=lgsp`` …
                                         chooses the way into a system
``GET|PUT|DELETE /-/faults[/S[/V]]``     the fault plan (PUT: JSON or TOML fields of ``Fault``)
``GET|DELETE /-/journal``                requests; query ``system``, ``service``, ``since``
``GET /-/state/S``                       what the system itself counts; query ``detail=1``
``GET /-/settings``                      every switch of every system: value, default, choices, meaning
``GET|PUT /-/settings/S``                what differs from the defaults; PUT sets, null resets
``GET|PUT|DELETE /-/catalogue[/C]``      the national catalogue between two syncs (PUT: JSON or TOML fields of
                                         procedure C that change; DELETE hides it; without C: the files again;
                                         POST ``{"generate": n}`` adds so many)
``POST /-/call/S/O``                     makes system S send its call O (JSON: ``base``, ``code`` …)
=======================================  =====================================================
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from inspect import signature
from typing import TYPE_CHECKING, Protocol, cast

from lienthong_sandbox._calls import CallFaultyError
from lienthong_sandbox._faults import Fault, FaultError
from lienthong_sandbox._switches import SWITCHES, check
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox.systems.land import qr_text

if TYPE_CHECKING:
    from lienthong_sandbox._sandbox import Sandbox
    from lienthong_sandbox.systems.operations_centre import OperationsCentre

_MOST_PROCEDURES = 100_000


class Admin:
    """Answers the admin port of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._rooms: dict[str, Callable[[Request, list[str]], Awaitable[Response]]] = {
            "status": self._status,
            "personas": self._personas,
            "config": self._config,
            "faults": self._faults,
            "journal": self._journal,
            "state": self._state,
            "settings": self._settings,
            "catalogue": self._catalogue,
            "call": self._call,
        }

    async def handle(self, request: Request) -> Response:
        """Answers one admin request: 404 for an unknown address, 400 with the reason for a bad value."""
        parts = [part for part in request.path.split("/") if part]
        room = self._rooms.get(parts[1]) if len(parts) > 1 and parts[0] == "-" else None
        if room is None:
            return Response.of_json(
                {"error": f"unknown address; try /-/{{{','.join(self._rooms)}}}"}, 404
            )
        try:
            return await room(request, parts[2:])
        except (FaultError, CallFaultyError) as error:
            return Response.of_json({"error": str(error)}, 400)

    async def _status(self, _request: Request, _rest: list[str]) -> Response:
        box = self._sandbox
        systems = {
            name: {
                "url": url,
                "listening": box.listening(name),
                "faults": box.faults.shown(name),
                "tokens_issued": box.tokens.issued(name),
            }
            for name, url in box.urls.items()
        }
        people = {
            "people": len(box.personas.people),
            "organisations": len(box.personas.organisations),
        }
        return Response.of_json(
            {"admin": box.admin_url, "ca": str(box.ca), "systems": systems, **people}
        )

    async def _personas(self, _request: Request, _rest: list[str]) -> Response:
        people = self._sandbox.personas
        return _plain(
            {
                "people": [asdict(person) for person in people.people],
                "organisations": [asdict(unit) for unit in people.organisations],
                "certificates": [
                    asdict(paper) | {"qr": qr_text(paper)} for paper in people.certificates
                ],
            }
        )

    async def _config(self, request: Request, _rest: list[str]) -> Response:
        answer = Response.of_text(self._sandbox.configuration(request.query))
        answer.headers["content-type"] = "application/toml; charset=utf-8"
        return answer

    async def _faults(self, request: Request, rest: list[str]) -> Response:
        plan = self._sandbox.faults
        if request.method == "GET":
            return Response.of_json(plan.shown(rest[0]) if rest else plan.shown())
        if request.method == "PUT" and rest:
            await plan.put(rest[0], Fault.of(_fields(request)), "/".join(rest[1:]))
            return Response.of_json(plan.shown(rest[0]))
        if request.method == "DELETE":
            for name in [rest[0]] if rest else list(self._sandbox.urls):
                await plan.clear(name, "/".join(rest[1:]) or None)
            return Response.of_json(plan.shown())
        return Response.of_json({"error": "GET, PUT (with a system) or DELETE"}, 405)

    async def _journal(self, request: Request, _rest: list[str]) -> Response:
        journal = self._sandbox.journal
        if request.method == "DELETE":
            journal.clear()
            return Response.of_json({"entries": []})
        since = request.query.get("since", "0")
        if not since.isdecimal():
            raise FaultError("since must be an entry's number")
        found = journal.entries(
            request.query.get("system"), request.query.get("service"), int(since)
        )
        return Response.of_json({"entries": [entry.shown() for entry in found]})

    async def _state(self, request: Request, rest: list[str]) -> Response:
        if len(rest) != 1 or rest[0] not in self._sandbox.systems:
            raise FaultError(f"name one system: {', '.join(self._sandbox.systems)}")
        state = getattr(self._sandbox.systems[rest[0]], "state", None)
        if state is None:
            return Response.of_json({})
        if request.query.get("detail") and "detail" in signature(state).parameters:
            return _plain(state(detail=True))
        return _plain(state())

    async def _settings(self, request: Request, rest: list[str]) -> Response:
        held = self._sandbox.settings
        if not rest and request.method == "GET":
            return _plain(
                {
                    name: [switch.shown(held[name]) for switch in switches]
                    for name, switches in SWITCHES.items()
                }
            )
        if len(rest) != 1 or rest[0] not in held:
            raise FaultError(f"name one system: {', '.join(held)}")
        settings = held[rest[0]]
        if request.method == "PUT":
            values = _fields(request)
            check(rest[0], values)
            settings.update(values)
            for name in [name for name, value in values.items() if value is None]:
                del settings[name]
        return _plain(settings)

    async def _catalogue(self, request: Request, rest: list[str]) -> Response:
        centre = cast("OperationsCentre", self._sandbox.systems["operations_centre"])
        catalogue = centre.catalogue
        if request.method == "PUT" and len(rest) == 1:
            try:
                catalogue.change(rest[0], _fields(request))
            except ValueError as error:
                raise FaultError(str(error)) from error
        elif request.method == "DELETE" and len(rest) == 1:
            catalogue.hide(rest[0])
        elif request.method == "DELETE":
            catalogue.reset()
        elif request.method == "POST" and not rest:
            count = _fields(request).get("generate")
            if not isinstance(count, int) or not 0 < count <= _MOST_PROCEDURES:
                raise FaultError(f"generate must be a number from 1 to {_MOST_PROCEDURES}")
            catalogue.generate(count)
        elif request.method != "GET":
            raise FaultError("PUT needs one procedure code: /-/catalogue/{code}")
        return _plain(catalogue.changed())

    async def _call(self, request: Request, rest: list[str]) -> Response:
        callers = {
            name: found for name, found in self._sandbox.systems.items() if hasattr(found, "call")
        }
        if request.method != "POST" or len(rest) != 2 or rest[0] not in callers:
            raise FaultError(
                f"POST /-/call/{{system}}/{{operation}}; systems: {', '.join(callers)}"
            )
        fields = _fields(request)
        fields.setdefault("files_base", self._sandbox.urls[rest[0]])
        system = cast("Caller", callers[rest[0]])
        return _plain(await system.call(rest[1], fields))


class Caller(Protocol):
    """A system that calls others when the admin asks for it."""

    async def call(self, operation: str, fields: Mapping[str, object]) -> dict[str, object]:
        """Makes one call and reports it."""


def _fields(request: Request) -> dict[str, object]:
    try:
        if "toml" in request.headers.get("content-type", ""):
            return tomllib.loads(request.body.decode("utf-8"))
        fields = request.json()
    except ValueError as error:
        raise FaultError("the body is neither JSON nor (by its content type) TOML") from error
    if not isinstance(fields, dict):
        raise FaultError("the body must be one object of fields")
    return fields


def _plain(value: object) -> Response:
    """As JSON, sets as sorted lists, dates as text."""
    text = json.dumps(
        value,
        ensure_ascii=False,
        default=lambda one: sorted(one) if isinstance(one, set | frozenset) else str(one),
    )
    return Response(200, text.encode(), {"content-type": "application/json; charset=utf-8"})
