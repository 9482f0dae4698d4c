"""Files behind the links that the hub gives out.

A link has the hub's own host; the province reads the file through its local adapter, under ``downloadfile/<uid>`` of 36
characters (hub page §1). Which file it is does not matter here: each uid has a small PDF of its own.
"""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

_HOST: Final = "https://dichvucong.sandbox.invalid/XrdAdapter/RestService/forward/downloadfile/"
FRONTS: Final = (
    "/downloadfile/",
    "/XrdAdapter/RestService/forward/downloadfile/",
    "/VXPAdapter/RestService/forward/downloadfile/",
)
"""Where the adapter serves files; the first is a provincial one without the product's prefix."""


def link(name: str) -> str:
    """The lasting link of the file called ``name``."""
    return f"{_HOST}{uuid5(NAMESPACE_URL, name)}"


def uid_of(text: str) -> str:
    """The uid at the end of a link or path, or the uid itself; empty when there is none."""
    tail = text.rpartition("/")[2]
    try:
        return str(UUID(tail)) if len(tail) == 36 else ""
    except ValueError:
        return ""


def content(uid: str) -> bytes:
    """A small PDF that names its uid."""
    return f"%PDF-1.4\n% {uid}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n".encode()
