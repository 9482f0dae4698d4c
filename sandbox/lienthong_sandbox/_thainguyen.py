"""The wrapper of Thái Nguyên's LGSP: ``/thainguyen`` before any address of any system (population page A6, B2).

Published are the keys ``code`` (HTTP), ``status`` (processing), ``correlationId`` and ``response``. That ``status`` is ``SUCCESS`` or
``ERROR``, that a token comes unwrapped and that HTTP itself says 200 is ours; the switch ``thainguyen_http`` set to ``same`` lets
HTTP repeat the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from lienthong_sandbox._wire import Request, Response

PREFIX: Final = "/thainguyen"


def inner(request: Request) -> Request | None:
    """What stands behind the wrapper; None when the request does not come through it."""
    if not request.path.startswith(f"{PREFIX}/"):
        return None
    return replace(request, path=request.path.removeprefix(PREFIX))


def wrapped(
    asked: Request, answer: Response, number: int, settings: Mapping[str, object]
) -> Response:
    """The system's answer inside the wrapper; ``number`` makes the correlation id."""
    if asked.path.endswith("/token"):
        return answer
    try:
        content = json.loads(answer.body)
    except ValueError:
        content = answer.body.decode("utf-8", "replace")
    good = answer.status < 400
    body = {
        "code": answer.status,
        "status": "SUCCESS" if good else "ERROR",
        "correlationId": str(uuid5(NAMESPACE_URL, f"thainguyen:{number}")),
        "response": content,
    }
    return Response.of_json(
        body, answer.status if settings.get("thainguyen_http") == "same" else 200
    )
