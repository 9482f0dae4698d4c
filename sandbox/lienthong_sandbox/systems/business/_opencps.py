"""The proxy of OpenCPS before the first generation: ``POST /qldc/doanhnghiep`` with ``type`` and ``msdn`` (population page B2).

The answer is that of ``chiTietDoanhNghiep``. How the two fields travel is not shown, so a form and JSON are both taken unless the
setting ``opencps_encoding`` (``any``, ``form``, ``json``) says otherwise; no credentials, for callers stand inside the province's
network; what another ``type`` gets is ours, with the adapter's error code (page A6, 099 is ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lienthong_sandbox._wire import Request, Response

ADDRESS: Final = "/qldc/doanhnghiep"

_DETAIL: Final = "ChiTietDoanhNghiep"


def number(request: Request, settings: Mapping[str, object]) -> str | Response:
    """The number that is asked for, or the refusal."""
    wanted = settings.get("opencps_encoding", "any")
    kind = request.headers.get("content-type", "")
    if "json" in kind and wanted != "form":
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        fields = body if isinstance(body, Mapping) else {}
    else:
        fields = request.form() if wanted != "json" else {}
    if fields.get("type") != _DETAIL:
        return Response.of_json({"errorCode": "099", "message": "type is unknown"}, 400)
    return str(fields.get("msdn", ""))
