"""The ministry's measurement of online services, EMC: one message, no credentials, fire and forget (hub page §5.4).

Fields and codes are seen in one code base; which fields must be there, and the answer, are ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from lienthong_sandbox._wire import Request, Response

ADDRESS: Final = "/emc/TrackingMCDT"

_TEXTS: Final = ("CodeProfile", "SiteId", "CodeTTHC", "NameTTHC", "MaHoSo")
_CODES: Final[Mapping[str, str]] = {
    "Status": "01234",
    "FormsReception": "12",
    "FormsPayments": "012",
    "Level": "34",
    "IsFromDVCQG": "01",
    "IsDVCBC": "012",
}


class Measurement:
    """Takes the messages and counts them."""

    def __init__(self) -> None:
        self._taken = 0

    def state(self) -> dict[str, int]:
        """How many messages were taken."""
        return {"messages": self._taken}

    def handle(self, request: Request) -> Response:
        """Answers one message."""
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        if request.method != "POST" or not isinstance(body, Mapping):
            return _refused("body")
        if wrong := next(filter(None, (_fault(body), _user_fault(body.get("User")))), ""):
            return _refused(wrong)
        self._taken += 1
        return Response.of_json({"result": True})


def _fault(body: Mapping[str, Any]) -> str:
    for name in _TEXTS:
        if not isinstance(body.get(name), str) or not body[name]:
            return name
    for name, codes in _CODES.items():
        value = body.get(name)
        if isinstance(value, bool) or str(value) not in tuple(codes):
            return name
    return ""


def _user_fault(user: object) -> str:
    """A JSON text inside the JSON."""
    if user is None:
        return ""
    try:
        json.loads(str(user))
    except (ValueError, RecursionError):
        return "User"
    return ""


def _refused(name: str) -> Response:
    return Response.of_json({"result": False, "message": f"Trường {name} không hợp lệ"}, 400)
