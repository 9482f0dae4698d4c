"""The envelope that some platforms put around every answer: ``{code, status, correlationId, response}`` (population page A6, S7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import Field

from lienthong.interface import WireReply, as_text

Envelope = Annotated[
    Literal["none", "response"],
    Field(
        description=(
            "`response` where the platform answers `{code, status, correlationId, response}` (LGSP Thái Nguyên): the answer is "
            "what stands under `response`, its HTTP status is `code`."
        )
    ),
]
KEY: Final = "envelope"
OPENED: Final = "response"


def opened(reply: WireReply) -> WireReply:
    """What the envelope holds, with the status it names; an answer that is no envelope stays as it is.

    ``response`` may be JSON or a text that holds JSON or XML. Its hash, as provenance keeps it, is that of the content.
    """
    try:
        content: Any = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return reply
    if not (isinstance(content, dict) and OPENED in content):
        return reply
    code = as_text(content.get("code"))
    status = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else reply.status
    inner = content[OPENED]
    body = inner.encode("utf-8", "replace") if isinstance(inner, str) else orjson.dumps(inner)
    return replace(reply, status=status, body=body)
