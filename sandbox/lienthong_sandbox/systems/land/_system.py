"""The land databases of one province on one port: VBDLIS under ``/vbdlis/``, iLIS under ``/ilis/``.

Dossier exchange (land page §4.2) is seen in public code; the base paths are ours, and so are ``status.code`` (HTTP-like),
``status.type`` and every length.

The look-up is **our own contract**: no inter-agency look-up of parcels and certificates is published (land page §4.1).
It borrows the names of VBDLIS, the envelope of its web search (§4.5) and the owner's paper as second factor. Both fronts:

- ``POST …/tracuu/thuadat`` ``{maXa, soHieuToBanDo, soThuTuThua}``: commune code as text, the other two as whole numbers
  or texts of digits.
- ``POST …/tracuu/giaychungnhan`` ``{soPhatHanh | maVach | soVaoSo, soGiayTo}``: ``soGiayTo`` (the owner's paper number, or
  an organisation's tax number) is always needed; alone it lists all certificates of that owner.

Answer: ``{data: [{GiayChungNhan, ChuSoHuu: [{loaiDoiTuong, CaNhan | ToChuc}], TaiSan: [{loaiTaiSan, ThuaDat}]}],
recordsTotal, recordsFiltered, statusText}``; nothing found, and found but of another owner, are the same empty ``data``.
A malformed question is HTTP 400 in the same envelope.

Certificates as files: ``GET …/hosoxml/<serial without space>`` gives the record HoSoXml (§4.4); the address is ours.
Files of callbacks: ``GET …/tep/<name>``. On iLIS both want the token.

The land side also calls by itself (§4.2, §4.3): ``POST /-/call/land/<operation>`` on the admin port, see ``_callbacks.py``.

Settings: ``waiting_for_supplement`` is a list of SoBienNhan that wait for papers although nobody asked for them by
YeuCauBoSungHoSo; any other dossier answers "Hồ sơ không chờ bổ sung". ``status_codes`` is ``http`` (default: status.code 200 or 400,
status.type success or error) or ``digits`` (1 or 0, as number and as text): their meaning is unpublished. ``sex_type``, ``callback_times``, ``district`` and
``copies``: see ``_hosoxml.py``, ``_callbacks.py`` and ``_dossiers.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from lienthong_sandbox._calls import send, text_of
from lienthong_sandbox._credentials import ILIS_ACCOUNT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from ._callbacks import Callbacks
from ._dossiers import Dossiers, Outcome
from ._registry import Registry, Row

TOKEN_LIFE: Final = timedelta(seconds=3600)

_VBDLIS: Final = "/vbdlis/"
_ILIS: Final = "/ilis/"

_FILES: Final = ("hosoxml", "tep")
_PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

Body = Mapping[str, Any]


class Land:
    """VBDLIS (no token: network trust) and iLIS (password grant, then bearer) over one register of land."""

    name = "land"

    def __init__(self, world: World) -> None:
        self._world = world
        self._registry = Registry(world.personas)
        self._vbdlis = Dossiers(int, world.settings)
        self._ilis = Dossiers(str, world.settings)
        self._callbacks = Callbacks(world)
        self._called: dict[str, int] = {}
        self._exchange: Mapping[str, Callable[[Body], Outcome]] = {
            f"{_VBDLIS}tiepnhan": self._vbdlis.hand_over,
            f"{_VBDLIS}capnhattrangthaibosunghoso": self._supplement(self._vbdlis),
            f"{_VBDLIS}capnhattrangthaitraketquahoso": self._vbdlis.hand_back,
            f"{_VBDLIS}phanhoihososaiketqua": self._vbdlis.reject_result,
            f"{_ILIS}TiepNhanHoSo": self._ilis.hand_over,
            f"{_ILIS}BoSungHoSo": self._supplement(self._ilis),
            f"{_ILIS}CapNhatTrangThaiHoSo": self._ilis.hand_back,
            f"{_ILIS}phanhoihososaiketqua": self._ilis.reject_result,
        }
        self._lookups: Mapping[str, Callable[[Body], list[Row] | None]] = {
            f"{front}tracuu/{service}": answer
            for front in (_VBDLIS, _ILIS)
            for service, answer in (
                ("thuadat", self._parcels),
                ("giaychungnhan", self._certificates),
            )
        }

    def state(self) -> dict[str, object]:
        """Counts for the admin page: ``certificates``, per front what was handed over, and own calls by operation."""
        return {
            "certificates": len(self._registry),
            "vbdlis": self._vbdlis.state(),
            "ilis": self._ilis.state(),
            "called": dict(self._called),
        }

    def service_of(self, request: Request) -> str:
        """The path without the front: ``tiepnhan``, ``TiepNhanHoSo``, ``token``, ``tracuu/thuadat``, ``hosoxml``, ``tep`` …"""
        name = request.path.removeprefix(_VBDLIS).removeprefix(_ILIS).strip("/")
        head, _, _ = name.partition("/")
        return head if head in _FILES else name

    async def call(self, operation: str, fields: Mapping[str, object]) -> dict[str, Any]:
        """Makes the land side call the one-stop system; ``front`` and ``dossier`` say as whom and about which dossier.

        Raises:
            CallFaultyError: The call cannot be made; the message says why.
        """
        ilis = operation == "KetQuaThue" or text_of(fields, "front", "vbdlis") == "ilis"
        dossiers = self._ilis if ilis else self._vbdlis
        code = text_of(fields, "dossier") or dossiers.last() or "H31.14-000000-0000"
        whole = {**fields, "front": "ilis" if ilis else "vbdlis"}
        call = self._callbacks.call(operation, code, whole)
        report = await send(call, text_of(fields, "ca"))
        self._called[operation] = self._called.get(operation, 0) + 1
        reply = report["reply"]
        if operation == "YeuCauBoSungHoSo" and isinstance(reply, dict) and reply.get("Result") == 1:
            dossiers.wait_for_papers(code)
        return report

    async def handle(self, request: Request) -> Response:
        """Answers one request."""
        path = request.path
        if request.method == "GET" and self.service_of(request) in _FILES:
            return self._file(request)
        if path != f"{_ILIS}token" and path not in self._exchange and path not in self._lookups:
            return Response.of_text("Not Found", 404)
        if request.method != "POST":
            return Response.of_text("Method Not Allowed", 405)
        if path == f"{_ILIS}token":
            return self._token(request)
        if path.startswith(_ILIS) and not self._admitted(request):
            return _unauthorized()
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        if path in self._exchange:
            return self._exchanged(self._exchange[path], body)
        return _found(self._lookups[path](body) if isinstance(body, Mapping) else None)

    def _file(self, request: Request) -> Response:
        """One certificate as HoSoXml, or the one file that every callback links."""
        if request.path.startswith(_ILIS) and not self._admitted(request):
            return _unauthorized()
        kind, _, name = request.path.removeprefix(_VBDLIS).removeprefix(_ILIS).partition("/")
        if kind == "tep":
            return Response(200, _PDF, {"content-type": "application/pdf"})
        document = self._registry.document(name, self._world.settings)
        if document is None:
            return Response.of_text("Not Found", 404)
        answer = Response.of_xml(document)
        answer.headers["content-type"] = "application/xml; charset=utf-8"
        return answer

    def _admitted(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._world.tokens.valid(self.name, token.strip())

    def _token(self, request: Request) -> Response:
        """iLIS's password grant; only this grant is known, so a refresh token is given but cannot be used."""
        form = request.form()
        client = (form.get("client_id"), form.get("client_secret"))
        if client != (ILIS_ACCOUNT.client_id, ILIS_ACCOUNT.client_secret):
            return Response.of_json({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "password":
            return Response.of_json({"error": "unsupported_grant_type"}, 400)
        user = (form.get("username"), form.get("password"))
        if user != (ILIS_ACCOUNT.username, ILIS_ACCOUNT.password):
            return Response.of_json({"error": "invalid_grant"}, 400)
        token = self._world.tokens.issue(self.name, ILIS_ACCOUNT.username, TOKEN_LIFE)
        return Response.of_json(
            {
                "access_token": token,
                "expires_in": int(TOKEN_LIFE.total_seconds()),
                "token_type": "Bearer",
                "refresh_token": token[::-1],
                "scope": "ilis",
            }
        )

    def _supplement(self, dossiers: Dossiers) -> Callable[[Body], Outcome]:
        def answer(body: Body) -> Outcome:
            waiting = self._world.settings.get("waiting_for_supplement", ())
            return dossiers.supplement(body, waiting if isinstance(waiting, list | tuple) else ())

        return answer

    def _exchanged(self, operation: Callable[[Body], Outcome], body: object) -> Response:
        outcome = (
            operation(body)
            if isinstance(body, Mapping)
            else Outcome(done=False, message="Nội dung gửi không phải là JSON hợp lệ")
        )
        digits = self._world.settings.get("status_codes", "http") == "digits"
        word = "success" if outcome.done else "error"
        return Response.of_json(
            {
                "data": int(outcome.done),
                "status": {
                    "success": outcome.done,
                    "code": int(outcome.done) if digits else 200 if outcome.done else 400,
                    "type": str(int(outcome.done)) if digits else word,
                    "time": self._world.clock().isoformat(timespec="milliseconds"),
                    "message": outcome.message,
                },
            }
        )

    def _parcels(self, body: Body) -> list[Row] | None:
        ward = body.get("maXa")
        sheet, number = _number(body.get("soHieuToBanDo")), _number(body.get("soThuTuThua"))
        if not isinstance(ward, str) or not ward or sheet is None or number is None:
            return None
        return self._registry.by_parcel(ward, sheet, number)

    def _certificates(self, body: Body) -> list[Row] | None:
        given = {
            field: body.get(field) or ""
            for field in ("soGiayTo", "soPhatHanh", "maVach", "soVaoSo")
        }
        if not given["soGiayTo"] or not all(isinstance(value, str) for value in given.values()):
            return None
        return self._registry.by_owner(
            given["soGiayTo"].strip(),
            serial=given["soPhatHanh"],
            barcode=given["maVach"],
            register_number=given["soVaoSo"],
        )


def _unauthorized() -> Response:
    answer = Response.of_json({"message": "Unauthorized"}, 401)
    answer.headers["www-authenticate"] = "Bearer"
    return answer


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _found(rows: list[Row] | None) -> Response:
    """The envelope of the web search; ``None`` is a malformed question."""
    envelope = {
        "data": rows or [],
        "recordsTotal": len(rows or ()),
        "recordsFiltered": len(rows or ()),
        "statusText": "OK" if rows is not None else "Tham số tra cứu không hợp lệ",
    }
    return Response.of_json(envelope, 200 if rows is not None else 400)
