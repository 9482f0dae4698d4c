"""The fronts of the operations centre on one port.

- the security adapter (hub page §1): ``POST /auth``, ``/integration`` and ``/share`` with the header ``dstcode`` and the session in
  the body, and files under ``/downloadfile/<uid>``; the tails are ours, the real ones are never published;
- provincial proxies (``_proxy.py``), the store of digitised papers (``_store.py``), payment (``_payment.py``), sign-on (``_signon.py``),
  the "DVC Bộ" interface (``_ministry.py``), the public catalogue (``_public.py``),
  public scores (``_evaluation.py``), EMC (``_emc.py``), pushed reports (``_figures.py``).

By itself the portal calls the province when ``POST /-/call/operations_centre/<operation>`` of the admin port asks for it:
``payment`` (notice of a result) and the notices of ``_notices.py``.

Setting ``session_minutes`` (default 10): how long a session lives, which is undocumented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from lienthong_sandbox._calls import send, text_of
from lienthong_sandbox._credentials import PORTAL_ACCOUNT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from . import (
    _emc,
    _evaluation,
    _figures,
    _files,
    _ministry,
    _payment,
    _proxy,
    _public,
    _signon,
    _store,
)
from ._answers import Answer, refusal
from ._catalogue import Catalogue
from ._hub import INTEGRATION, Hub
from ._notices import notice

SESSION_LIFE: Final = timedelta(minutes=10)
"""How long a session lives; undocumented, 10 minutes is what clients keep it for (hub page §1)."""

_ADAPTER: Final = frozenset({"/auth", "/integration", "/share"})
_PROXY: Final = _proxy.PREFIXES[0].rstrip("/")
_PASSED_ON: Final = (_store.LIST, _store.FILE, _files.FRONTS[0])
"""What a provincial proxy passes on unchanged, so that one address serves all that a province asks."""


class OperationsCentre:
    """The Government operations centre with the national portal's interface.

    Args:
        world: People, clock, tokens, folders. The hub keeps what it accepts in ``operations_centre.jsonl`` of the
            state folder and finds it again at the next start; orders of payment it keeps only in memory.

    Raises:
        ValueError: The catalogue or the kept file cannot be read.
    """

    name = "operations_centre"

    def __init__(self, world: World) -> None:
        self._world = world
        self._hub = Hub(world, world.state / "operations_centre.jsonl")
        self._payments = _payment.Payments(world)
        self._ministry = _ministry.MinistryGateway(world)
        self._emc = _emc.Measurement()
        self._figures = _figures.Figures(world.state)
        self._proxy = _proxy.Proxy(self._hub, world.settings)
        store = _store.PaperStore(world, self._hub.catalogue, self._hub.ledger)
        public = _public.PublicCatalogue(self._hub.catalogue, world.settings)
        scores = _evaluation.Evaluation(world, self._hub.catalogue, self._hub.ledger)
        self._fronts: Mapping[str, Callable[[Request], Response]] = {
            **dict.fromkeys(_proxy.PREFIXES, self._proxied),
            **dict.fromkeys((_store.LIST, _store.FILE), store.handle),
            _payment.ADDRESS: self._payments.handle,
            _signon.PREFIX: _signon.SignOn(world).handle,
            _ministry.PREFIX: self._ministry.handle,
            # Before the catalogue, whose prefix it shares.
            **dict.fromkeys((_evaluation.PREFIX, _evaluation.OLD), scores.handle),
            _public.PREFIX: public.handle,
            _emc.ADDRESS: self._emc.handle,
            _figures.ADDRESS: self._figures.handle,
        }
        self._last: tuple[Request, object] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The national catalogue, to be changed while the hub runs."""
        return self._hub.catalogue

    def state(self, *, detail: bool = False) -> dict[str, object]:
        """Counts of what was taken and refused; with ``detail`` also ``cases``, dossier by dossier, and pushed ``figures``."""
        counts = {
            **self._hub.state(detail=detail),
            "payment": self._payments.state(),
            "dvcbo": self._ministry.state(),
            "emc": self._emc.state(),
            "reports": self._figures.state(),
        }
        return {**counts, "figures": self._figures.all()} if detail else counts

    def service_of(self, request: Request) -> str:
        """``auth``, or the name in the envelope's ``service``; elsewhere the last part of the path."""
        path = _behind_proxy(request).path
        if path in {"/integration", "/share"}:
            body = self._body(request)
            service = body.get("service") if isinstance(body, Mapping) else None
            if isinstance(service, str):
                return service
        if path.startswith(_proxy.PREFIXES):
            return _proxy.service_of(path)
        if path.startswith(_files.FRONTS):
            return "downloadfile"
        if path.startswith(_public.PREFIX) or path == _emc.ADDRESS:
            return path.rpartition("/")[2]
        if path == _evaluation.OLD:
            return _evaluation.service_of(request)
        return path.strip("/")

    async def handle(self, request: Request) -> Response:
        """Answers one request; refusals are HTTP 200 with error_code ``"-1"``, as on the real axis."""
        request = _behind_proxy(request)
        path = request.path
        if path in _ADAPTER:
            return self._adapter(request)
        for front, handler in self._fronts.items():
            if path.startswith(front):
                return handler(request)
        if path.startswith(_files.FRONTS) and (uid := _files.uid_of(path)):
            return Response(200, _files.content(uid), {"content-type": "application/pdf"})
        return Response.of_text("Not Found", 404)

    async def call(self, operation: str, fields: Mapping[str, object]) -> dict[str, Any]:
        """Makes the portal call the province.

        Raises:
            CallFaultyError: The call cannot be made; the message says why.
        """
        if operation == "payment":
            return await self._payments.settle(fields)
        now = self._world.clock() + timedelta(hours=7)
        return await send(notice(operation, fields, now), text_of(fields, "ca"))

    def _proxied(self, request: Request) -> Response:
        return self._proxy.handle(request, self._body(request) if request.body else None)

    def _adapter(self, request: Request) -> Response:
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
        session = self._world.tokens.issue(self.name, PORTAL_ACCOUNT.username, self._life())
        return Response.of_json(
            {
                "error_code": self._hub.success(),
                "message": "Đăng nhập thành công",
                "session": session,
            }
        )

    def _life(self) -> timedelta:
        minutes = self._world.settings.get("session_minutes")
        return timedelta(minutes=minutes) if isinstance(minutes, int | float) else SESSION_LIFE

    def _call(self, path: str, body: Mapping[str, Any]) -> Response:
        session, service = body.get("session"), body.get("service")
        held = self._world.tokens.holder(self.name, session) if isinstance(session, str) else None
        if held != PORTAL_ACCOUNT.username:
            return _reply(refusal("Phiên làm việc (session) không hợp lệ hoặc đã hết hạn"))
        if body.get("madonvi") != PORTAL_ACCOUNT.madonvi:
            return _reply(refusal("Mã đơn vị (madonvi) không hợp lệ"))
        if not isinstance(service, str) or (service in INTEGRATION) != (path == "/integration"):
            return _reply(refusal("Dịch vụ không tồn tại ở địa chỉ này"))
        return _reply(self._hub.call(service, body))

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


def _behind_proxy(request: Request) -> Request:
    path = request.path.removeprefix(_PROXY)
    return replace(request, path=path) if path.startswith(_PASSED_ON) else request


def _reply(answer: Answer) -> Response:
    return Response.of_json(
        {
            "error_code": answer.error_code,
            "message": answer.message,
            "result": list(answer.result),
        }
    )
