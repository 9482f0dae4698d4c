"""Provincial proxies before the hub: no session, and every province's own addresses (hub page §1, §1.1).

- ``/proxy/<service>``: the result of a read comes as a JSON text in ``message``;
- ``POST /api/SynsTTHCC/DongBoHoSoMC?MaDinhDanhDV=&isUpdating=`` (and ``CapNhatTienDoHoSoMC``), the body a bare array;
- ``GET /KetNoiMotCuaQuocGia/LayThuTuc?maTTHC=`` and three addresses for add, update and progress, whose names
  (``ThemHoSo``, ``CapNhatHoSo``, ``CapNhatTienDo``) are ours;
- ``/proxy/getfile?url=`` or ``?id=``: a file; ``/proxy/kho/`` and ``/proxy/downloadfile/`` are passed on as they are.

Setting ``proxy_result`` (doubts page): that text is ``{"result": []}`` (``object``, the default) or ``[]`` (``list``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from lienthong_sandbox._credentials import PORTAL_ACCOUNT
from lienthong_sandbox._wire import Request, Response

from ._answers import Answer, refusal
from ._files import content, uid_of
from ._hub import WRITES, Hub

PREFIXES: Final = ("/proxy/", "/api/SynsTTHCC/", "/KetNoiMotCuaQuocGia/")

_SYNC: Final = ("DongBoHoSoMC", "CapNhatTienDoHoSoMC")
_NATIONAL: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "ThemHoSo": ("DongBoHoSoMC", {"isUpdating": "False"}),
    "CapNhatHoSo": ("DongBoHoSoMC", {"isUpdating": "True"}),
    "CapNhatTienDo": ("CapNhatTienDoHoSoMC", {}),
}


def service_of(path: str) -> str:
    """The service that a proxy's address stands for."""
    name = path.rpartition("/")[2]
    return _NATIONAL[name][0] if path.startswith(PREFIXES[2]) and name in _NATIONAL else name


class Proxy:
    """Speaks to the hub for a province; it logs in by itself."""

    def __init__(self, hub: Hub, settings: Mapping[str, object]) -> None:
        self._hub = hub
        self._settings = settings

    def handle(self, request: Request, body: object) -> Response:
        """Answers one request; ``body`` is its content as JSON, or None."""
        prefix = next(prefix for prefix in PREFIXES if request.path.startswith(prefix))
        name = request.path.removeprefix(prefix)
        if prefix == PREFIXES[1]:
            return self._sync(name, request, body)
        if prefix == PREFIXES[2]:
            return self._one_stop(name, request, body)
        if name == "getfile":
            return _file(request.query)
        return self._asked(name, dict(request.query), request.body, body)

    def _sync(self, name: str, request: Request, body: object) -> Response:
        """The variant with a bare array: the agency must be the province's own."""
        if name not in _SYNC or request.method != "POST":
            return Response.of_text("Not Found", 404)
        if request.query.get("MaDinhDanhDV") != PORTAL_ACCOUNT.madonvi:
            return _reply(refusal("MaDinhDanhDV không hợp lệ"))
        if not isinstance(body, list):
            return _reply(refusal("Nội dung gửi phải là một mảng JSON"))
        return self._asked(name, dict(request.query), request.body, body)

    def _one_stop(self, name: str, request: Request, body: object) -> Response:
        if name == "LayThuTuc" and request.method == "GET":
            return self._asked(name, dict(request.query), b"", None)
        if name not in _NATIONAL or request.method != "POST":
            return Response.of_text("Not Found", 404)
        service, fixed = _NATIONAL[name]
        records = [body] if isinstance(body, Mapping) else body
        return self._asked(service, dict(fixed), request.body, records)

    def _asked(
        self, service: str, parameters: dict[str, Any], sent: bytes, body: object
    ) -> Response:
        if sent:
            if isinstance(body, Mapping):
                parameters.update(body)
            elif isinstance(body, list):
                parameters["data"] = body
            else:
                return _reply(refusal("Nội dung gửi không phải là JSON hợp lệ"))
        answer = self._hub.call(service, parameters)
        if service in WRITES or answer.error_code == "-1":
            return _reply(answer)
        bare = self._settings.get("proxy_result", "object") == "list"
        rows = list(answer.result)
        held = json.dumps(rows if bare else {"result": rows}, ensure_ascii=False)
        return _reply(Answer(answer.error_code, held))


def _file(query: Mapping[str, str]) -> Response:
    uid = uid_of(query.get("url") or query.get("id", ""))
    if not uid:
        return Response.of_text("Not Found", 404)
    return Response(200, content(uid), {"content-type": "application/pdf"})


def _reply(answer: Answer) -> Response:
    return Response.of_json({"error_code": answer.error_code, "message": answer.message})
