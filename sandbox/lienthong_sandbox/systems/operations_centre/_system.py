"""The fronts of the hub: the security adapter with login and session, and a provincial proxy without.

Adapter (hub page §1): ``POST /auth``, ``/integration`` and ``/share`` with the header ``dstcode`` and the session in the
body. The tails are ours: the real ones are never published. Proxy: ``/proxy/<service>``, whose reply carries the result
of a read as a JSON text in ``message``; the setting ``proxy_result`` says whether that text is ``{"result": []}``
(``"object"``, the default) or ``[]`` (``"list"``), as both are possible (doubts page).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from lienthong_sandbox._credentials import PORTAL_ACCOUNT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from ._hub import INTEGRATION, WRITES, Answer, Hub, refusal

SESSION_LIFE: Final = timedelta(minutes=10)
"""How long a session lives; undocumented, 10 minutes is what clients keep it for (hub page §1)."""

_PROXY: Final = "/proxy/"


class OperationsCentre:
    """The Government operations centre with the national portal's interface.

    Args:
        world: People, clock, tokens, folders. The hub keeps what it accepts in ``operations_centre.jsonl`` of the
            state folder and finds it again at the next start.

    Raises:
        ValueError: The catalogue or the kept file cannot be read.
    """

    name = "operations_centre"

    def __init__(self, world: World) -> None:
        self._world = world
        self._hub = Hub(world, world.state / "operations_centre.jsonl")
        self._last: tuple[Request, object] | None = None

    def state(self, *, detail: bool = False) -> dict[str, object]:
        """Counts of dossiers, steps, duplicates and refusals; with ``detail`` also ``cases``, dossier by dossier."""
        return self._hub.state(detail=detail)

    def service_of(self, request: Request) -> str:
        """``auth``, or the name in the envelope's ``service``; for the proxy the last part of the path."""
        if request.path.startswith(_PROXY):
            return request.path.removeprefix(_PROXY)
        if request.path in {"/integration", "/share"}:
            body = self._body(request)
            service = body.get("service") if isinstance(body, Mapping) else None
            if isinstance(service, str):
                return service
        return request.path.strip("/")

    async def handle(self, request: Request) -> Response:
        """Answers one request; refusals are HTTP 200 with error_code ``"-1"``, as on the real axis."""
        if request.path.startswith(_PROXY):
            return self._proxy(request)
        if request.path not in {"/auth", "/integration", "/share"}:
            return Response.of_text("Not Found", 404)
        if request.method != "POST":
            return Response.of_text("Method Not Allowed", 405)
        body = self._body(request)
        if request.headers.get("dstcode") != PORTAL_ACCOUNT.dstcode:
            return _reply(refusal("Mã đích (dstcode) không hợp lệ"))
        if not isinstance(body, Mapping):
            return _reply(refusal("Nội dung gửi không phải là JSON hợp lệ"))
        return self._login(body) if request.path == "/auth" else self._call(request.path, body)

    def _login(self, body: Mapping[str, Any]) -> Response:
        if (body.get("username"), body.get("password")) != (
            PORTAL_ACCOUNT.username,
            PORTAL_ACCOUNT.password,
        ):
            return Response.of_json(
                {"error_code": "-1", "message": "Sai tên đăng nhập hoặc mật khẩu", "session": ""}
            )
        session = self._world.tokens.issue(self.name, PORTAL_ACCOUNT.username, SESSION_LIFE)
        return Response.of_json(
            {
                "error_code": self._hub.success(),
                "message": "Đăng nhập thành công",
                "session": session,
            }
        )

    def _call(self, path: str, body: Mapping[str, Any]) -> Response:
        session, service = body.get("session"), body.get("service")
        if not isinstance(session, str) or not self._world.tokens.valid(self.name, session):
            return _reply(refusal("Phiên làm việc (session) không hợp lệ hoặc đã hết hạn"))
        if body.get("madonvi") != PORTAL_ACCOUNT.madonvi:
            return _reply(refusal("Mã đơn vị (madonvi) không hợp lệ"))
        if not isinstance(service, str) or (service in INTEGRATION) != (path == "/integration"):
            return _reply(refusal("Dịch vụ không tồn tại ở địa chỉ này"))
        return _reply(self._hub.call(service, body))

    def _proxy(self, request: Request) -> Response:
        """The proxy logs in by itself. Parameters come in the query, the data as a bare array or as ``data``."""
        service = request.path.removeprefix(_PROXY)
        parameters: dict[str, Any] = dict(request.query)
        if request.body:
            body = self._body(request)
            if isinstance(body, Mapping):
                parameters.update(body)
            elif isinstance(body, list):
                parameters["data"] = body
            else:
                return _proxy_reply(refusal("Nội dung gửi không phải là JSON hợp lệ"))
        answer = self._hub.call(service, parameters)
        if service in WRITES or answer.error_code == "-1":
            return _proxy_reply(answer)
        bare = self._world.settings.get("proxy_result", "object") == "list"
        rows = list(answer.result)
        held = json.dumps(rows if bare else {"result": rows}, ensure_ascii=False)
        return _proxy_reply(Answer(answer.error_code, held))

    def _body(self, request: Request) -> object:
        """The body as JSON, ``None`` when it is not; read once although name and answer both need it."""
        if self._last is not None and self._last[0] is request:
            return self._last[1]
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        self._last = (request, body)
        return body


def _reply(answer: Answer) -> Response:
    return Response.of_json(
        {
            "error_code": answer.error_code,
            "message": answer.message,
            "result": list(answer.result),
        }
    )


def _proxy_reply(answer: Answer) -> Response:
    return Response.of_json({"error_code": answer.error_code, "message": answer.message})
