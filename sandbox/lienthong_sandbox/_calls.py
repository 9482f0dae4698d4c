"""Calls that a system of the sandbox makes itself: callbacks to the one-stop system, notices of payment.

Asked for by ``POST /-/call/<system>/<operation>``; the reply is reported, not judged.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

_PATIENCE_S: Final = 30.0
_REPLY: Final = 64 * 1024


class CallFaultyError(ValueError):
    """A call that was asked for cannot be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to send. ``shown`` is its address without the shared code that the real one carries."""

    method: str
    url: str
    shown: str
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


async def send(call: Call, ca: str = "") -> dict[str, Any]:
    """Sends a call and reports ``method``, ``url``, ``sent``, ``status`` and ``reply`` (JSON where it is JSON, else text).

    When nobody answers, ``status`` is 0 and ``reply`` says how it failed. ``ca`` is a file of certificates to trust.

    Raises:
        CallFaultyError: The address is not http(s), or the file cannot be read.
    """
    if urlsplit(call.url).scheme not in ("http", "https"):
        raise CallFaultyError("base must be an http or https address")
    try:
        trust = ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError) as error:
        raise CallFaultyError("ca is not a readable file of certificates") from error
    report = {"method": call.method, "url": call.shown, "sent": call.body}
    try:
        async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=_PATIENCE_S) as client:
            answer = await client.request(
                call.method,
                call.url,
                json=call.body if call.method == "POST" else None,
                headers=dict(call.headers),
            )
    except httpx.HTTPError as error:
        return report | {"status": 0, "reply": type(error).__name__}
    return report | {"status": answer.status_code, "reply": _reply(answer)}


def text_of(fields: Mapping[str, object], name: str, default: str = "") -> str:
    """A text among the fields of a call.

    Raises:
        CallFaultyError: It is missing without a default, or no text.
    """
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise CallFaultyError(f"{name} must be a text")
    return value


def _reply(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:_REPLY]
