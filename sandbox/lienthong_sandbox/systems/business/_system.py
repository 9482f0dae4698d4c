"""Generation 1 of the business register: NGSP token, then GET with a bearer token (population page B1)."""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Final

from lienthong_sandbox._credentials import NGSP_ACCOUNT
from lienthong_sandbox._wire import Request, Response, System
from lienthong_sandbox._world import World
from lienthong_sandbox.systems.business import _dossiers
from lienthong_sandbox.systems.business._enterprise import failed, found, not_found

_ADAPTER: Final = "/apiCSDLDKDN/1.0/"
_TOKEN_LIFE: Final = timedelta(seconds=3600)
_VIETNAM: Final = timezone(timedelta(hours=7))
_ENTERPRISES: Final = ("company", "branch")
"""Generation 1 knows enterprises and branches; households and co-operatives came with generation 2 (B3)."""


def build(world: World) -> System:
    """The business register for ``world``; it has no settings."""
    return BusinessSystem(world)


class BusinessSystem:
    """The business registration database: enterprises by number, and registration dossiers."""

    name: Final = "business"

    def __init__(self, world: World) -> None:
        self._world = world
        self._dossiers = _dossiers.dossiers(world.personas)
        self._counts: Counter[str] = Counter()
        self._services: dict[str, Callable[[Request], dict[str, object]]] = {
            "chiTietDoanhNghiep": self._detail,
            "danhSachHoSo": self._span,
            "danhSachHoSoTrongNgay": self._day,
            "tinhTrangHoSo": self._status,
        }

    def service_of(self, request: Request) -> str:
        """The last part of the path: ``token``, ``chiTietDoanhNghiep`` …"""
        return request.path.rpartition("/")[2]

    def state(self) -> dict[str, int]:
        """How often each service was answered since the start."""
        return {name: self._counts[name] for name in ("token", *self._services)}

    async def handle(self, request: Request) -> Response:
        """Answers one request."""
        if request.path == "/token":
            return self._token(request)
        name = request.path.removeprefix(_ADAPTER)
        service = self._services.get(name) if request.path.startswith(_ADAPTER) else None
        if service is None:
            return Response.of_json(
                {"fault": {"code": 404, "message": "No matching resource"}}, 404
            )
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._world.tokens.valid(self.name, token):
            return Response.of_json(
                {"fault": {"code": 900901, "message": "Invalid Credentials"}}, 401
            )
        if request.method != "GET":
            return Response.of_json({"fault": {"code": 405, "message": "Method not allowed"}}, 405)
        self._counts[name] += 1
        try:
            return Response.of_json(service(request))
        except _dossiers.QueryFaultyError as error:
            return Response.of_json(failed(str(error)))

    def _token(self, request: Request) -> Response:
        if request.method != "POST" or request.form().get("grant_type") != "client_credentials":
            return Response.of_json({"error": "unsupported_grant_type"}, 400)
        expected = f"{NGSP_ACCOUNT.consumer_key}:{NGSP_ACCOUNT.consumer_secret}"
        if _basic(request.headers.get("authorization", "")) != expected:
            return Response.of_json({"error": "invalid_client"}, 401)
        self._counts["token"] += 1
        token = self._world.tokens.issue(self.name, NGSP_ACCOUNT.consumer_key, _TOKEN_LIFE)
        return Response.of_json(
            {
                "access_token": token,
                "scope": "am_application_scope default",
                "token_type": "Bearer",
                "expires_in": int(_TOKEN_LIFE.total_seconds()),
            }
        )

    def _detail(self, request: Request) -> dict[str, object]:
        number = request.query.get("msdn", "").replace("-", "")
        if not (number.isascii() and number.isdigit()) or len(number) not in (10, 12, 13):
            return failed("msdn must be 10 or 13 digits")
        unit = self._world.personas.organisation(number)
        return not_found() if unit is None or unit.kind not in _ENTERPRISES else found(unit)

    def _span(self, request: Request) -> dict[str, object]:
        rows = _dossiers.in_span(self._dossiers, request.query)
        shown = _dossiers.page(rows, request.query)
        return _listed([dossier.long_row() for dossier in shown])

    def _day(self, request: Request) -> dict[str, object]:
        today = self._world.clock().astimezone(_VIETNAM).date()
        rows = _dossiers.in_day(self._dossiers, request.query, today)
        return _listed([dossier.row() for dossier in _dossiers.page(rows, request.query)])

    def _status(self, request: Request) -> dict[str, object]:
        number = request.query.get("in_journal_no", "")
        if not number:
            return failed("in_journal_no is missing")
        return _listed([dossier.detail() for dossier in self._dossiers if dossier.number == number])


def _listed(rows: list[dict[str, object]]) -> dict[str, object]:
    """DataCount is the page's length here; whether it is the total is unpublished (doubts page)."""
    return {"Data": rows, "DataCount": len(rows), "Status": "1", "Message": "success"}


def _basic(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except (Base64Error, ValueError):
        return ""
