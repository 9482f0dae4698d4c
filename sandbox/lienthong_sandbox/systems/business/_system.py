"""The business register on one port: generation 1, generation 2, and the front of Hồ Chí Minh City (population page B1 to B3).

``/token`` then ``GET /apiCSDLDKDN/1.0/…`` · ``GET /apiDKKD/…`` with the same token · ``GET /TraCuuThongTinDoanhNghiep`` ·
``POST /qldc/doanhnghiep`` of OpenCPS's proxy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Final

from lienthong_sandbox import _ngsp
from lienthong_sandbox._wire import Request, Response, System
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Organisation
from lienthong_sandbox.systems.business import _dossiers, _hcm, _opencps
from lienthong_sandbox.systems.business._dossiers import ENTERPRISES, Dossier
from lienthong_sandbox.systems.business._enterprise import failed, found, not_found
from lienthong_sandbox.systems.business._generation2 import Generation2

_ADAPTER: Final = "/apiCSDLDKDN/1.0/"
_ADAPTER2: Final = "/apiDKKD/"
_HCM: Final = "/TraCuuThongTinDoanhNghiep"
_OPENCPS: Final = "doanhnghiep"
_VIETNAM: Final = timezone(timedelta(hours=7))


def build(world: World) -> System:
    """The business register for ``world``; its switches are listed in ``_switches.py`` of the sandbox."""
    return BusinessSystem(world)


class BusinessSystem:
    """The business registration database: enterprises by number, and registration dossiers.

    Settings (doubts page): ``data_count`` is ``page`` (default: DataCount is the page's length) or ``total``; ``page_overlap``
    (default 0) is by how many rows every page but the first begins too early, as when rows move between two calls;
    ``gen2_auth`` is ``ngsp`` (default) or ``none``.
    """

    name: Final = "business"

    def __init__(self, world: World) -> None:
        self._world = world
        self._dossiers = _dossiers.Dossiers(world.personas, world.settings)
        self._generation2 = Generation2(world.personas, world.settings)
        self._counts: Counter[str] = Counter()
        self._services: dict[str, Callable[[Request], dict[str, object]]] = {
            "chiTietDoanhNghiep": self._detail,
            "danhSachHoSo": self._span,
            "danhSachHoSoTrongNgay": self._day,
            "tinhTrangHoSo": self._status,
        }
        # Provincial mirrors drop the version segment (insurance-land page §1).
        self._paths = {
            f"{front}{name}": name
            for front in (_ADAPTER, _ADAPTER.replace("1.0/", ""))
            for name in self._services
        } | {f"{_ADAPTER2}{name}": name for name in self._generation2.services}

    def service_of(self, request: Request) -> str:
        """The last part of the path: ``token``, ``chiTietDoanhNghiep`` …"""
        return request.path.rpartition("/")[2]

    def state(self) -> dict[str, int]:
        """How often each service was answered since the start."""
        names = (
            "token",
            *self._services,
            *self._generation2.services,
            _HCM.strip("/"),
            _OPENCPS,
        )
        return {name: self._counts[name] for name in names}

    async def handle(self, request: Request) -> Response:
        """Answers one request."""
        if request.path == "/token":
            return self._token(request)
        if request.path == _HCM and request.method == "GET":
            self._counts[_HCM.strip("/")] += 1
            return _hcm.look_up(request, self._world.personas)
        if request.path == _opencps.ADDRESS and request.method == "POST":
            self._counts[_OPENCPS] += 1
            number = _opencps.number(request, self._world.settings)
            return number if isinstance(number, Response) else Response.of_json(self._of(number))
        name = self._paths.get(request.path)
        if name is None:
            return Response.of_json(
                {"fault": {"code": 404, "message": "No matching resource"}}, 404
            )
        if not self._admitted(request):
            return Response.of_json(
                {"fault": {"code": 900901, "message": "Invalid Credentials"}}, 401
            )
        if request.method != "GET":
            return Response.of_json({"fault": {"code": 405, "message": "Method not allowed"}}, 405)
        self._counts[name] += 1
        if name not in self._services:
            return Response.of_json(self._generation2.answer(name, request.query))
        try:
            return Response.of_json(self._services[name](request))
        except _dossiers.QueryFaultyError as error:
            return Response.of_json(failed(str(error)))

    def _admitted(self, request: Request) -> bool:
        if request.path.startswith(_ADAPTER2) and self._world.settings.get("gen2_auth") == "none":
            return True
        return _ngsp.admitted(request, self._world.tokens, self.name)

    def _token(self, request: Request) -> Response:
        answer = _ngsp.token(request, self._world.tokens, self.name)
        self._counts["token"] += answer.status == 200
        return answer

    def _detail(self, request: Request) -> dict[str, object]:
        return self._of(request.query.get("msdn", ""))

    def _of(self, number: str) -> dict[str, object]:
        number = number.replace("-", "")
        if not (number.isascii() and number.isdigit()) or len(number) not in (10, 12, 13):
            return failed("msdn must be 10 or 13 digits")
        unit = self._world.personas.organisation(number)
        return self._found(unit)

    def _found(self, unit: Organisation | None) -> dict[str, object]:
        """Setting ``status_label`` (default true): whether a label comes with the unlisted code of the status."""
        if unit is None or unit.kind not in ENTERPRISES:
            return not_found()
        return found(unit, label=bool(self._world.settings.get("status_label", True)))

    def _span(self, request: Request) -> dict[str, object]:
        rows = self._dossiers.in_span(request.query)
        return self._page(rows, request, Dossier.long_row)

    def _day(self, request: Request) -> dict[str, object]:
        today = self._world.clock().astimezone(_VIETNAM).date()
        rows = self._dossiers.in_day(request.query, today)
        return self._page(rows, request, Dossier.row)

    def _page(
        self, rows: list[Dossier], request: Request, write: Callable[[Dossier], dict[str, object]]
    ) -> dict[str, object]:
        overlap = self._world.settings.get("page_overlap", 0)
        shown = _dossiers.page(rows, request.query, overlap if isinstance(overlap, int) else 0)
        whole = self._world.settings.get("data_count", "page") == "total"
        return _listed([write(dossier) for dossier in shown], len(rows if whole else shown))

    def _status(self, request: Request) -> dict[str, object]:
        number = request.query.get("in_journal_no", "")
        if not number:
            return failed("in_journal_no is missing")
        rows = [dossier.detail() for dossier in self._dossiers.numbered(number)]
        return _listed(rows, len(rows))


def _listed(rows: list[dict[str, object]], count: int) -> dict[str, object]:
    return {"Data": rows, "DataCount": count, "Status": "1", "Message": "success"}
